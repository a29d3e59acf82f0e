"""Payments of invoices (fortnox facts, section 10)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from bridge.sim.fortnox import documents, invoicing
from bridge.sim.fortnox.door import Route, route
from bridge.sim.fortnox.errors import FortnoxError, missing
from bridge.sim.fortnox.fields import Field, amount, checked, day, half_up, listed, text, whole
from bridge.sim.fortnox.listing import Listing, listing
from bridge.sim.fortnox.registers import must_exist
from bridge.sim.fortnox.state import Call, Entry, Reply, State

__all__ = ["FIELDS", "book", "create", "routes"]

ZERO = Decimal(0)
FIELDS: dict[str, Field] = {
    "Amount": amount(),
    "AmountCurrency": amount(),
    "Currency": text(exactly=3),
    "CurrencyRate": amount(decimals=6, low="0.000001"),
    "CurrencyUnit": amount(low="1"),
    "ExternalInvoiceReference1": text(80),
    "ExternalInvoiceReference2": text(80),
    "InvoiceNumber": whole(1),
    "ModeOfPayment": text(20),
    "ModeOfPaymentAccount": whole(1000, 9999),
    "PaymentDate": day(),
    "WriteOffs": listed(
        {
            "AccountNumber": whole(1000, 9999),
            "Amount": amount(),
            "CostCenter": text(6),
            "Currency": text(exactly=3),
            "Description": text(1024),
            "Project": text(20),
            "TransactionInformation": text(1024),
        }
    ),
}
KEYS = (
    "Amount AmountCurrency Booked Currency CurrencyRate CurrencyUnit ExternalInvoiceReference1 "
    "ExternalInvoiceReference2 InvoiceCustomerName InvoiceCustomerNumber InvoiceNumber InvoiceDueDate "
    "InvoiceOCR InvoiceTotal ModeOfPayment ModeOfPaymentAccount Number PaymentDate VoucherNumber "
    "VoucherSeries VoucherYear Source WriteOffs"
).split()
LISTED = (
    "Amount Booked Currency CurrencyRate CurrencyUnit InvoiceNumber Number PaymentDate Source WriteOffExist"
).split()


def create(state: State, sent: dict[str, Any]) -> Entry:
    """Register one; it pays nothing until it is booked.

    Raises:
        FortnoxError: no such invoice, more than is left to pay (2003055), a date before the invoice's or outside
            every financial year, an unknown mode or account, no AmountCurrency in foreign currency.
    """
    invoice = state.invoices.get(str(sent.get("InvoiceNumber")))
    if invoice is None:
        raise missing("Invoice", status=400)  # status [I]
    number = state.next("payments")
    today = state.today.isoformat()
    values: dict[str, Any] = {
        "Number": number, "Booked": False, "Source": "direct", "ModeOfPayment": "BG", "PaymentDate": today,
        "ExternalInvoiceReference1": "", "ExternalInvoiceReference2": "", "WriteOffs": [], "VoucherNumber": None,
        "VoucherSeries": None, "VoucherYear": None, "ModeOfPaymentAccount": None,
        **{name: invoice.values[name] for name in ("Currency", "CurrencyRate", "CurrencyUnit")},
    }  # fmt: skip
    values |= {name: value for name, value in sent.items() if value is not None}
    _valid(state, invoice, values, sent)
    entry = Entry(number=number, values=values, touched=state.now())
    state.payments[number] = entry
    return entry


def _valid(state: State, invoice: Entry, values: dict[str, Any], sent: dict[str, Any]) -> None:
    if invoice.values["Cancelled"] or (state.company.method == "ACCRUAL" and not invoice.values["Booked"]):
        raise FortnoxError(
            2000434, "Fakturan är inte bokförd eller är makulerad."
        )  # that it must be booked is [I]
    if values["PaymentDate"] < invoice.values["InvoiceDate"]:
        raise FortnoxError(
            2000359, "Betalningsdatum kan inte vara före fakturadatum."
        )  # [sharespine]; code [I]
    if state.company.year_of(date.fromisoformat(values["PaymentDate"])) is None:
        raise FortnoxError(2000423, f"Räkenskapsår saknas för {values['PaymentDate']}.")  # code [I]
    must_exist(state, "ModeOfPayment", values["ModeOfPayment"])
    mode = state.registers["ModeOfPayment"][values["ModeOfPayment"]]
    values["ModeOfPaymentAccount"] = values["ModeOfPaymentAccount"] or int(mode.values["AccountNumber"])
    must_exist(state, "Account", values["ModeOfPaymentAccount"])
    for off in values["WriteOffs"]:
        must_exist(state, "Account", off.get("AccountNumber") or 0)
    _amounts(invoice, values, sent)
    _not_too_much(state, invoice, values)


def _amounts(invoice: Entry, values: dict[str, Any], sent: dict[str, Any]) -> None:
    """``Amount`` is SEK, ``AmountCurrency`` the invoice's money: required when that is not SEK (section 10) [D]."""
    if invoice.values["Currency"] == "SEK":
        given = sent.get("Amount", sent.get("AmountCurrency"))
        if given is None:
            raise FortnoxError(2000108, "Belopp saknas (Amount).")  # code [I]
        values |= {"Amount": given, "AmountCurrency": given}
    elif sent.get("AmountCurrency") is None:
        raise FortnoxError(2000108, "Belopp i valuta saknas (AmountCurrency).")  # code [I]
    else:
        usual = values["AmountCurrency"] * values["CurrencyRate"] / values["CurrencyUnit"]
        values["Amount"] = values["Amount"] if sent.get("Amount") is not None else half_up(usual)
    values["WrittenOff"] = sum((off.get("Amount") or ZERO for off in values["WriteOffs"]), ZERO)


def _not_too_much(state: State, invoice: Entry, values: dict[str, Any]) -> None:
    """More than is left, or anything on what is paid already: 2003055 [sharespine]. Unbooked: not counted [I]."""
    left = invoicing.balance(state, invoice)
    paid = values["AmountCurrency"] + values["WrittenOff"]
    if left == 0 or (left > 0 and paid > left) or (left < 0 and paid < left):
        raise FortnoxError(2003055, "Fakturan är redan slutbetald.")


def book(state: State, payment: Entry) -> None:
    """Bookkeep it: now the invoice's balance falls.

    Raises:
        FortnoxError: it is booked already, or the invoice was paid meanwhile.
    """
    if payment.values["Booked"]:
        raise FortnoxError(2003055, "Inbetalningen är redan bokförd.")  # code [I]
    invoice = state.invoices[str(payment.values["InvoiceNumber"])]
    _not_too_much(state, invoice, payment.values)
    number = int(state.next("vouchers"))
    year = state.company.year_of(date.fromisoformat(payment.values["PaymentDate"]))
    payment.values |= {"Booked": True, "VoucherSeries": "C", "VoucherNumber": number, "VoucherYear": year}
    state.touch(payment)
    invoicing.settle(state, invoice, payment.values["PaymentDate"])


def _one(call: Call, number: str) -> Entry:
    if number not in call.state.payments:
        raise missing("InvoicePayment")
    return call.state.payments[number]


def _known(state: State, entry: Entry) -> dict[str, Any]:
    invoice = state.invoices[str(entry.values["InvoiceNumber"])]
    total = documents.totals_of(state.company, invoice).total
    return entry.values | {
        "InvoiceCustomerName": invoice.values["CustomerName"],
        "InvoiceCustomerNumber": invoice.values["CustomerNumber"],
        "InvoiceDueDate": invoice.values["DueDate"],
        "InvoiceOCR": invoice.values["OCR"],
        "InvoiceTotal": f"{total:f}",
        "WriteOffExist": bool(entry.values["WriteOffs"]),
    }


def _shown(call: Call, entry: Entry) -> dict[str, Any]:
    known = _known(call.state, entry)
    url = {"@url": call.url(f"invoicepayments/{entry.number}")}
    return {"InvoicePayment": url | {key: known[key] for key in KEYS}}


def _listed(call: Call, entry: Entry) -> dict[str, Any]:
    known = _known(call.state, entry)
    return {"@url": call.url(f"invoicepayments/{entry.number}")} | {key: known[key] for key in LISTED}


def _post(call: Call) -> Reply:
    entry = create(call.state, checked(FIELDS, call.entity("InvoicePayment")))
    return Reply(_shown(call, entry), status=201, location="invoicepayments")


def _book(call: Call, number: str) -> Reply:
    entry = _one(call, number)
    book(call.state, entry)
    return Reply(_shown(call, entry))


def _update(call: Call, number: str) -> Reply:
    """Only one not booked [I]."""
    entry = _one(call, number)
    sent = checked(FIELDS, call.entity("InvoicePayment"))
    if entry.values["Booked"] or sent.pop("InvoiceNumber", None) not in (None, entry.values["InvoiceNumber"]):
        raise FortnoxError(2003055, "Inbetalningen är bokförd eller gäller en annan faktura.")  # code [I]
    invoice = call.state.invoices[str(entry.values["InvoiceNumber"])]
    values = entry.values | {name: value for name, value in sent.items() if value is not None}
    if {"Amount", "AmountCurrency"} & set(sent):
        _amounts(invoice, values, sent)
    _valid(call.state, invoice, values, values)
    entry.values = values
    call.state.touch(entry)
    return Reply(_shown(call, entry))


def _delete(call: Call, number: str) -> Reply:
    """Only one not booked (section 10) [D]."""
    if _one(call, number).values["Booked"]:
        raise FortnoxError(2003055, "En bokförd inbetalning kan inte tas bort.")  # code [I]
    del call.state.payments[number]
    return Reply(status=204)


def routes(several: Any) -> list[Route]:
    """What can be asked of payments."""
    rules = Listing(
        plural="InvoicePayments",
        show=_listed,
        search={"invoicenumber": "InvoiceNumber"},
        sorts={"paymentdate": "PaymentDate"},
        several=several,
    )
    path, item = "/3/invoicepayments", "/3/invoicepayments/{number}"
    return [
        route("GET", path, "payment", lambda call: listing(call, rules, call.state.payments.values())),
        route("POST", path, "payment", _post),
        route("GET", item, "payment", lambda call, number: Reply(_shown(call, _one(call, number)))),
        route("PUT", item, "payment", _update),
        route("DELETE", item, "payment", _delete),
        route("PUT", f"{item}/bookkeep", "payment", _book),
    ]
