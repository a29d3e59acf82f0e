"""Orders (fortnox facts, section 9)."""

from __future__ import annotations

from datetime import date
from typing import Any

from bridge.sim.fortnox import documents, invoicing
from bridge.sim.fortnox.door import Route, route
from bridge.sim.fortnox.errors import FortnoxError, missing
from bridge.sim.fortnox.fields import Field, checked, choice, day, flag, text
from bridge.sim.fortnox.listing import Listing, listing
from bridge.sim.fortnox.rows import ORDER_ROWS, shown_row
from bridge.sim.fortnox.sending import sending
from bridge.sim.fortnox.state import Call, Entry, Reply, State

__all__ = ["FIELDS", "cancel", "create", "routes", "ship"]

FIELDS: dict[str, Field] = documents.HEADER | {
    "CopyRemarks": flag(),
    "DeliveryState": choice("registration", "reservation", "delivery"),
    "EmailInformation": documents.mail_fields(),
    "OrderDate": day(),
    "OrderRows": ORDER_ROWS,
    "StockPointCode": text(50),
    "StockPointId": text(50),
}
KEYS = (
    "AdministrationFee AdministrationFeeVAT Address1 Address2 BasisTaxReduction Cancelled City Comments "
    "ContributionPercent ContributionValue CopyRemarks Country CostCenter Currency CurrencyRate "
    "CurrencyUnit CustomerName CustomerNumber DeliveryState DeliveryAddress1 DeliveryAddress2 "
    "DeliveryCity DeliveryCountry DeliveryDate DeliveryName DeliveryZipCode DocumentNumber "
    "EmailInformation ExternalInvoiceReference1 ExternalInvoiceReference2 Freight FreightVAT Gross "
    "HouseWork InvoiceReference Labels Language Net NotCompleted OfferReference OrderDate OrderRows "
    "OrderType OrganisationNumber OurReference Phone1 Phone2 PriceList PrintTemplate Project "
    "WarehouseReady OutboundDate Remarks RoundOff Sent TaxReduction TermsOfDelivery TermsOfPayment "
    "TimeBasisReference Total TotalToPay TotalVAT VATIncluded WayOfDelivery YourReference YourOrderNumber "
    "ZipCode StockPointCode StockPointId TaxReductionType"
).split()
CONSTANT: dict[str, Any] = {
    "BasisTaxReduction": 0, "ContributionPercent": 0, "ContributionValue": 0, "HouseWork": False,
    "OfferReference": "0", "TaxReduction": None, "TimeBasisReference": None,
}  # fmt: skip


def _usual(state: State, customer: str, dated: date) -> dict[str, Any]:
    return documents.from_card(state, customer, mail="Order", dated=dated) | {
        "CopyRemarks": False,
        # without the warehouse module "delivery" at once [L]; with it nothing is reserved at first [I]
        "DeliveryState": "registration" if state.company.warehouse else "delivery",
        "InvoiceReference": "0",
        "OrderDate": dated.isoformat(),
        "OrderType": "Order",
        "PrintTemplate": "oc",
        "Ready": False,
        "StockPointCode": None,
        "StockPointId": None,
    }


def create(state: State, sent: dict[str, Any]) -> Entry:
    """Make one from checked values.

    Raises:
        FortnoxError: no customer, a number in use, or something it names does not exist.
    """
    if not sent.get("CustomerNumber"):
        raise FortnoxError(2000433, "Kundnummer saknas.")  # required [D]; code [I]
    number = sent.get("DocumentNumber") or state.next("orders", state.orders)
    if number in state.orders:
        raise FortnoxError(2000637, f"Ordernummer {number} används redan.")  # refused [I]; code [I]
    dated = date.fromisoformat(sent.get("OrderDate") or state.today.isoformat())
    values = _usual(state, sent["CustomerNumber"], dated)
    entry = Entry(number=number, values={**values, "DocumentNumber": number}, touched=state.now())
    _apply(state, entry, sent, values)
    state.orders[number] = entry
    return entry


def _apply(state: State, entry: Entry, sent: dict[str, Any], usual: dict[str, Any]) -> None:
    header = {name: value for name, value in sent.items() if name not in ("OrderRows", "DocumentNumber")}
    documents.change_header(state, entry.values, header, usual)
    if "OrderRows" in sent:
        documents.lay_rows(state, entry, sent["OrderRows"])
        moved = any(row.get("DeliveredQuantity") for row in sent["OrderRows"] or [])
        if state.company.warehouse and moved and entry.values["DeliveryState"] != "delivery":
            raise FortnoxError(2001399, "DeliveredQuantity kan bara anges i delivery.")  # [D]; code [I]
    if state.company.warehouse and state.company.stock_points and not entry.values["StockPointCode"]:
        raise FortnoxError(2000729, "Lagerställe måste anges.")  # mandatory [D]; code [I]
    entry.values["Total"] = documents.totals_of(state.company, entry).total


def _one(call: Call, number: str) -> Entry:
    if number not in call.state.orders:
        raise missing("Order")
    return call.state.orders[number]


def _known(state: State, entry: Entry) -> dict[str, Any]:
    module = state.company.warehouse
    rows = [shown_row(row, order=True, included=entry.values["VATIncluded"]) for row in entry.rows]
    return {
        **CONSTANT,
        **entry.values,
        **documents.amounts(state.company, entry),
        "OrderRows": rows,
        # true at once without the module: it does not mean "delivered" then (section 9) [L]
        "WarehouseReady": entry.values["Ready"] if module else True,
    }


def _shown(call: Call, entry: Entry) -> dict[str, Any]:
    known = _known(call.state, entry)
    return {
        "Order": documents.url_keys(call.base, "orders", entry.number) | {key: known[key] for key in KEYS}
    }


def _listed(call: Call, entry: Entry) -> dict[str, Any]:
    """Short: no InvoiceReference, no rows (section 4) [L]."""
    names = (
        "Cancelled Currency CustomerName CustomerNumber DeliveryDate DocumentNumber ExternalInvoiceReference1 "
        "ExternalInvoiceReference2 OrderDate OrderType Project Sent Total"
    ).split()
    known = _known(call.state, entry)
    return {"@url": call.url(f"orders/{entry.number}")} | {name: known[name] for name in names}


def open_one(state: State, entry: Entry) -> None:
    """Whether it may still be changed (section 9) [1 woohub]; the code is [I].

    Raises:
        FortnoxError: it is invoiced, cancelled, or ready in the warehouse.
    """
    if entry.values["InvoiceReference"] != "0":
        raise FortnoxError(2000439, "Ordern är fakturerad och kan inte ändras.")
    if entry.values["Cancelled"]:
        raise FortnoxError(2000439, "Ordern är makulerad och kan inte ändras.")
    if state.company.warehouse and entry.values["Ready"]:
        raise FortnoxError(2000439, "Ordern är lagerklar och kan inte ändras.")


def _post(call: Call) -> Reply:
    entry = create(call.state, checked(FIELDS, call.entity("Order")))
    return Reply(_shown(call, entry), status=201, location="orders")


def _update(call: Call, number: str) -> Reply:
    """Only what was sent changes (section 1) [D]."""
    entry = _one(call, number)
    open_one(call.state, entry)
    sent = checked(FIELDS, call.entity("Order"))
    if sent.get("DocumentNumber", number) != number:
        raise FortnoxError(2001399, "Felaktigt fältnamn (DocumentNumber)")  # [I]
    dated = date.fromisoformat(entry.values["OrderDate"])
    usual = _usual(call.state, sent.get("CustomerNumber") or entry.values["CustomerNumber"], dated)
    draft = Entry(number=number, values=dict(entry.values), touched=entry.touched, rows=list(entry.rows))
    _apply(call.state, draft, sent, usual)
    entry.values, entry.rows = draft.values, draft.rows
    call.state.touch(entry)
    return Reply(_shown(call, entry))


def cancel(state: State, entry: Entry) -> None:
    """Cancel it.

    Raises:
        FortnoxError: it is invoiced, or was cancelled before [I].
    """
    open_one(state, entry)
    entry.values["Cancelled"] = True
    state.touch(entry)


def ship(state: State, entry: Entry) -> None:
    """PUT warehouseready: the stock part is done and locked (section 9, warehouse module) [D].

    Raises:
        FortnoxError: DeliveryState is not "delivery", or the order is closed.
    """
    open_one(state, entry)
    if entry.values["DeliveryState"] != "delivery":
        raise FortnoxError(2001399, "DeliveryState måste vara delivery.")  # code [I]
    entry.values |= {"Ready": True, "OutboundDate": state.today.isoformat()}
    state.touch(entry)


def _invoice(call: Call, number: str) -> Reply:
    """The answer is the order, whose InvoiceReference is the new number (section 9) [2+]; again is refused [1]."""
    entry = _one(call, number)
    if entry.values["InvoiceReference"] != "0" or entry.values["Cancelled"]:
        raise FortnoxError(2000439, "Ordern är redan fakturerad eller makulerad.")  # code [I]
    invoicing.invoice_of(call.state, entry)
    return Reply(_shown(call, entry))


def _cancel(call: Call, number: str) -> Reply:
    entry = _one(call, number)
    cancel(call.state, entry)
    return Reply(_shown(call, entry))


def _ready(call: Call, number: str) -> Reply:
    entry = _one(call, number)
    ship(call.state, entry)
    return Reply(_shown(call, entry))


def _expired(call: Call, entry: Entry) -> bool:
    """Its delivery day has passed and nothing came of it [I]."""
    due = entry.values["DeliveryDate"]
    waits = entry.values["InvoiceReference"] == "0" and not entry.values["Cancelled"]
    return waits and due is not None and due < call.state.today.isoformat()


def _labelled(entry: Entry, wanted: str) -> bool:
    return any(str(label["Id"]) == wanted for label in entry.values["Labels"])


def routes(several: Any) -> list[Route]:
    """What can be asked of orders; ``several``: whether two search parameters are taken."""
    rules = Listing(
        plural="Orders",
        show=_listed,
        search={
            "customername": "CustomerName", "customernumber": "CustomerNumber", "label": _labelled,
            "documentnumber": "DocumentNumber", "externalinvoicereference1": "ExternalInvoiceReference1",
            "externalinvoicereference2": "ExternalInvoiceReference2", "costcenter": "CostCenter",
            "project": "Project", "sent": "Sent", "notcompleted": "NotCompleted",
            "ourreference": "OurReference", "yourreference": "YourReference", "ordertype": "OrderType",
        },
        filters={
            "cancelled": lambda _call, entry: bool(entry.values["Cancelled"]),
            "expired": _expired,
            "invoicecreated": lambda _call, entry: entry.values["InvoiceReference"] != "0",
            "invoicenotcreated": lambda _call, entry: entry.values["InvoiceReference"] == "0",
        },
        sorts={
            "customername": "CustomerName", "customernumber": "CustomerNumber", "orderdate": "OrderDate",
            "documentnumber": "DocumentNumber", "total": "Total",
        },
        dated="OrderDate",
        several=several,
    )  # fmt: skip
    path, item = "/3/orders", "/3/orders/{number}"
    actions = {
        "createinvoice": ("PUT", _invoice), "cancel": ("PUT", _cancel), "warehouseready": ("PUT", _ready),
        **sending(_one, _shown),
    }  # fmt: skip
    return [
        route("GET", path, "order", lambda call: listing(call, rules, call.state.orders.values())),
        route("POST", path, "order", _post),
        route("GET", item, "order", lambda call, number: Reply(_shown(call, _one(call, number)))),
        route("PUT", item, "order", _update),
        *(route(verb, f"{item}/{name}", "order", handler) for name, (verb, handler) in actions.items()),
    ]
