"""Invoices (fortnox facts, section 10)."""

from __future__ import annotations

from datetime import date
from typing import Any

from bridge.sim.fortnox import documents, invoicing
from bridge.sim.fortnox.door import Route, route
from bridge.sim.fortnox.errors import FortnoxError, missing
from bridge.sim.fortnox.fields import Field, checked, choice, day, flag, part, text
from bridge.sim.fortnox.listing import Listing, listing
from bridge.sim.fortnox.rows import INVOICE_ROWS, shown_row
from bridge.sim.fortnox.sending import sending
from bridge.sim.fortnox.state import Call, Entry, Reply, State
from bridge.sim.fortnox.wire import as_text

__all__ = ["FIELDS", "create", "routes"]

KEYS = (
    "AdministrationFee AdministrationFeeVAT Address1 Address2 Balance BasisTaxReduction Booked Cancelled "
    "City Comments ContractReference ContributionPercent ContributionValue Country CostCenter Credit "
    "CreditInvoiceReference Currency CurrencyRate CurrencyUnit CustomerName CustomerNumber "
    "DeliveryAddress1 DeliveryAddress2 DeliveryCity DeliveryCountry DeliveryDate DeliveryName "
    "DeliveryZipCode DocumentNumber DueDate EDIInformation EmailInformation EUQuarterlyReport "
    "ExternalInvoiceReference1 ExternalInvoiceReference2 Freight FreightVAT Gross HouseWork InvoiceDate "
    "InvoicePeriodStart InvoicePeriodEnd InvoiceReference InvoiceRows InvoiceType Labels Language "
    "LastRemindDate Net NotCompleted NoxFinans OCR OfferReference OrderReference OrganisationNumber "
    "OurReference PaymentWay Phone1 Phone2 PriceList PrintTemplate Project WarehouseReady OutboundDate "
    "Remarks Reminders RoundOff Sent TaxReduction TermsOfDelivery TermsOfPayment TimeBasisReference Total "
    "TotalToPay TotalVAT VATIncluded VoucherNumber VoucherSeries VoucherYear WayOfDelivery "
    "YourOrderNumber YourReference ZipCode AccountingMethod FinalPayDate TaxReductionType"
).split()
LISTED = (
    "Balance Booked Cancelled CostCenter Currency CurrencyRate CurrencyUnit CustomerName CustomerNumber "
    "DocumentNumber DueDate ExternalInvoiceReference1 ExternalInvoiceReference2 InvoiceDate InvoiceType "
    "NoxFinans OCR VoucherNumber VoucherSeries VoucherYear WayOfDelivery TermsOfPayment Project Sent "
    "Total FinalPayDate"
).split()
CONSTANT: dict[str, Any] = {
    "BasisTaxReduction": 0, "ContributionPercent": 0, "ContributionValue": 0, "HouseWork": False,
    "InvoicePeriodStart": "", "InvoicePeriodEnd": "", "InvoiceReference": "0", "LastRemindDate": None,
    "NoxFinans": False, "OfferReference": "0", "Reminders": 0, "TaxReduction": None, "TimeBasisReference": None,
    "WarehouseReady": True,
}  # fmt: skip
EDI = {
    "EDIGlobalLocationNumber": text(13), "EDIGlobalLocationNumberDelivery": text(13),
    "EDIInvoiceExtra1": text(1024), "EDIInvoiceExtra2": text(1024), "EDIOurElectronicReference": text(1024),
    "EDIYourElectronicReference": text(1024),
}  # fmt: skip
FIELDS: dict[str, Field] = documents.HEADER | {
    "CreditInvoiceReference": text(20, pattern=r"\d*", code=2000108),
    "DueDate": day(),
    "EDIInformation": part(EDI),
    "EUQuarterlyReport": flag(),  # no effect since 2021-12-01 (section 10)
    "EmailInformation": documents.mail_fields(),
    "InvoiceDate": day(),
    "InvoiceRows": INVOICE_ROWS,
    "InvoiceType": choice("INVOICE", "AGREEMENTINVOICE", "INTRESTINVOICE", "SUMMARYINVOICE", "CASHINVOICE"),
    "OCR": text(30, pattern=r"\d*", code=2000108),
    "PaymentWay": choice("CASH", "CARD", "AG", ""),
}


def _usual(state: State, number: str, sent: dict[str, Any], customer: str) -> dict[str, Any]:
    dated = sent.get("InvoiceDate") or state.today.isoformat()
    card = documents.from_card(state, customer, mail="Invoice", dated=date.fromisoformat(dated))
    terms = sent.get("TermsOfPayment") or card["TermsOfPayment"]
    return card | invoicing.fresh(number) | {"InvoiceDate": dated, "DueDate": invoicing.due(dated, terms)}


def create(state: State, sent: dict[str, Any]) -> Entry:
    """Make one from checked values.

    Raises:
        FortnoxError: no customer, a number in use, or something it names does not exist.
    """
    if not sent.get("CustomerNumber"):
        raise FortnoxError(2000433, "Kundnummer saknas.")  # required [D]; code [I]
    number = sent.get("DocumentNumber") or state.next("invoices", state.invoices)
    if number in state.invoices:
        raise FortnoxError(2000637, f"Fakturanummer {number} används redan.")  # refused [I]; code [I]
    usual = _usual(state, number, sent, sent["CustomerNumber"])
    entry = Entry(number=number, values=dict(usual), touched=state.now())
    _apply(state, entry, sent, usual)
    state.invoices[number] = entry
    _credits(state, entry)
    return entry


def _apply(state: State, entry: Entry, sent: dict[str, Any], usual: dict[str, Any]) -> None:
    header = {name: value for name, value in sent.items() if name not in ("InvoiceRows", "DocumentNumber")}
    reference = header.get("CreditInvoiceReference")
    if reference not in (None, "", "0") and reference not in state.invoices:
        raise missing("Invoice", status=400)  # [I]
    documents.change_header(state, entry.values, header, usual)
    if "InvoiceRows" in sent:
        documents.lay_rows(state, entry, sent["InvoiceRows"])
    entry.values["Total"] = documents.totals_of(state.company, entry).total


def _credits(state: State, entry: Entry) -> None:
    """One sent with CreditInvoiceReference is the credit of that one, and each names the other [I]."""
    original = state.invoices.get(str(entry.values["CreditInvoiceReference"]))
    if original is not None and not entry.values["Credit"] and original is not entry:
        entry.values["Credit"] = True
        original.values["CreditInvoiceReference"] = entry.number
        state.touch(original)


def _one(call: Call, number: str) -> Entry:
    if number not in call.state.invoices:
        raise missing("Invoice")
    return call.state.invoices[number]


def _known(state: State, entry: Entry) -> dict[str, Any]:
    included = entry.values["VATIncluded"]
    return {
        **CONSTANT,
        **entry.values,
        **documents.amounts(state.company, entry),
        "AccountingMethod": state.company.method,
        "Balance": invoicing.balance(state, entry),
        "Credit": str(bool(entry.values["Credit"])).lower(),  # text, not a boolean (section 1) [L]
        "InvoiceRows": [shown_row(row, order=False, included=included) for row in entry.rows],
    }


def _shown(call: Call, entry: Entry) -> dict[str, Any]:
    known = _known(call.state, entry)
    return {
        "Invoice": documents.url_keys(call.base, "invoices", entry.number) | {key: known[key] for key in KEYS}
    }


def _listed(call: Call, entry: Entry) -> dict[str, Any]:
    known = _known(call.state, entry)
    known["CurrencyRate"] = as_text(known["CurrencyRate"])  # text in lists only [L]
    return {"@url": call.url(f"invoices/{entry.number}")} | {name: known[name] for name in LISTED}


def _post(call: Call) -> Reply:
    entry = create(call.state, checked(FIELDS, call.entity("Invoice")))
    return Reply(_shown(call, entry), status=201, location="invoices")


def _locked(state: State, entry: Entry) -> bool:
    """Booked; in a company that books payments only, sent or paid (section 10) [1 woohub]."""
    values = entry.values
    if state.company.method == "ACCRUAL":
        return bool(values["Booked"])
    return bool(values["Sent"] or values["FinalPayDate"])


def _update(call: Call, number: str) -> Reply:
    """Only what was sent changes; rows are locked once it is booked (section 10). The code is [I]."""
    entry = _one(call, number)
    sent = checked(FIELDS, call.entity("Invoice"))
    if entry.values["Cancelled"]:
        raise FortnoxError(2000434, "Fakturan är makulerad och kan inte ändras.")
    if _locked(call.state, entry) and set(sent) - {"Comments", "EmailInformation", "Labels"}:
        raise FortnoxError(2000434, "Fakturan är låst och kan inte ändras.")  # what stays open is [I]
    if sent.get("DocumentNumber", number) != number:
        raise FortnoxError(2001399, "Felaktigt fältnamn (DocumentNumber)")  # [I]
    usual = _usual(call.state, number, sent, sent.get("CustomerNumber") or entry.values["CustomerNumber"])
    draft = Entry(number=number, values=dict(entry.values), touched=entry.touched, rows=list(entry.rows))
    _apply(call.state, draft, sent, usual)
    entry.values, entry.rows = draft.values, draft.rows
    _credits(call.state, entry)
    call.state.touch(entry)
    return Reply(_shown(call, entry))


def _book(call: Call, number: str) -> Reply:
    entry = _one(call, number)
    invoicing.book(call.state, entry)
    return Reply(_shown(call, entry))


def _cancel(call: Call, number: str) -> Reply:
    entry = _one(call, number)
    invoicing.cancel(call.state, entry)
    return Reply(_shown(call, entry))


def _credit(call: Call, number: str) -> Reply:
    """The answer is the original, whose CreditInvoiceReference is the credit (section 10) [D]."""
    entry = _one(call, number)
    invoicing.credit(call.state, entry)
    return Reply(_shown(call, entry))


def _ready(call: Call, number: str) -> Reply:
    """Invoices are always in delivery (section 9, warehouse module) [D]."""
    return Reply(_shown(call, _one(call, number)))


def _unpaid(call: Call, entry: Entry) -> bool:
    return invoicing.balance(call.state, entry) != 0 and not entry.values["Cancelled"]


def _paid(call: Call, entry: Entry) -> bool:
    return invoicing.balance(call.state, entry) == 0 and bool(entry.values["Booked"])


def _overdue(call: Call, entry: Entry) -> bool:
    return _unpaid(call, entry) and str(entry.values["DueDate"]) < call.state.today.isoformat()


def _paid_from(entry: Entry, wanted: str) -> bool:
    return bool(entry.values["FinalPayDate"]) and entry.values["FinalPayDate"] >= wanted


def _paid_to(entry: Entry, wanted: str) -> bool:
    return bool(entry.values["FinalPayDate"]) and entry.values["FinalPayDate"] <= wanted


def _row_has(name: str) -> Any:
    return lambda entry, wanted: any(wanted.lower() in str(row[name]).lower() for row in entry.rows)


def _account(keep: Any) -> Any:
    def test(entry: Entry, wanted: str) -> bool:
        if not wanted.isdecimal():
            raise FortnoxError(2000108, f"Värdet måste vara numeriskt ({wanted})")
        return any(keep(row["AccountNumber"], int(wanted)) for row in entry.rows)

    return test


def routes(several: Any) -> list[Route]:
    """What can be asked of invoices; ``several``: whether two search parameters are taken."""
    rules = Listing(
        plural="Invoices",
        show=_listed,
        search={
            "costcenter": "CostCenter", "customername": "CustomerName", "customernumber": "CustomerNumber",
            "label": lambda entry, wanted: any(str(each["Id"]) == wanted for each in entry.values["Labels"]),
            "documentnumber": "DocumentNumber", "fromfinalpaydate": _paid_from, "tofinalpaydate": _paid_to,
            "notcompleted": "NotCompleted", "ocr": "OCR", "ourreference": "OurReference", "project": "Project",
            "sent": "Sent", "externalinvoicereference1": "ExternalInvoiceReference1",
            "externalinvoicereference2": "ExternalInvoiceReference2", "yourreference": "YourReference",
            "invoicetype": "InvoiceType", "articlenumber": _row_has("ArticleNumber"),
            "articledescription": _row_has("Description"), "currency": "Currency",
            "accountnumberfrom": _account(lambda number, bound: number >= bound),
            "accountnumberto": _account(lambda number, bound: 0 < number <= bound),
            "yourordernumber": "YourOrderNumber", "credit": "Credit",
        },
        filters={
            "cancelled": lambda _call, entry: bool(entry.values["Cancelled"]),
            "fullypaid": _paid,
            "unpaid": _unpaid,
            "unpaidoverdue": _overdue,
            "unbooked": lambda _call, entry: not entry.values["Booked"] and not entry.values["Cancelled"],
        },
        sorts={
            "customername": "CustomerName", "customernumber": "CustomerNumber", "documentnumber": "DocumentNumber",
            "invoicedate": "InvoiceDate", "ocr": "OCR", "total": "Total",
        },
        dated="InvoiceDate",
        several=several,
    )  # fmt: skip
    path, item = "/3/invoices", "/3/invoices/{number}"
    sends = sending(_one, _shown)
    actions = {
        "bookkeep": ("PUT", _book), "cancel": ("PUT", _cancel), "credit": ("PUT", _credit),
        "warehouseready": ("PUT", _ready), **sends, "einvoice": sends["email"],
        "eprint": ("GET", sends["externalprint"][1]), "printreminder": sends["preview"],
    }  # fmt: skip
    return [
        route("GET", path, "invoice", lambda call: listing(call, rules, call.state.invoices.values())),
        route("POST", path, "invoice", _post),
        route("GET", item, "invoice", lambda call, number: Reply(_shown(call, _one(call, number)))),
        route("PUT", item, "invoice", _update),
        *(route(verb, f"{item}/{name}", "invoice", handler) for name, (verb, handler) in actions.items()),
    ]
