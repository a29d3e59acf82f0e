"""What makes invoices and moves them on: from an order, credit, bookkeeping, payment, mail (sections 9 and 10)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bridge.sim.fortnox import documents
from bridge.sim.fortnox.errors import FortnoxError
from bridge.sim.fortnox.state import Entry, State

__all__ = [
    "balance",
    "book",
    "cancel",
    "credit",
    "due",
    "fresh",
    "invoice_of",
    "ocr",
    "settle",
    "settled",
]

ZERO = Decimal(0)
NOT_COPIED = (
    "CopyRemarks",
    "DeliveryState",
    "OrderDate",
    "OrderType",
    "Ready",
    "StockPointCode",
    "StockPointId",
)


def ocr(number: str) -> str:
    """The number, the count of its digits and a check digit: 18 was recorded as 1842 [L]."""
    base = f"{number}{(len(number) + 2) % 10}"
    doubled = (int(each) * (2 if place % 2 == 0 else 1) for place, each in enumerate(reversed(base)))
    return f"{base}{-sum(each // 10 + each % 10 for each in doubled) % 10}"


def due(dated: str, terms: str) -> str:
    """Terms that are a number are days; all others are due at once [I]."""
    days = int(terms) if terms.isdecimal() else 0
    return (date.fromisoformat(dated) + timedelta(days=days)).isoformat()


def fresh(number: str) -> dict[str, Any]:
    """What only invoices have, as a new one has it [L]."""
    return {
        "Booked": False,
        "ContractReference": 0,
        "Credit": False,
        "CreditInvoiceReference": "0",
        "DocumentNumber": number,
        "EDIInformation": {
            "EDIGlobalLocationNumber": None,
            "EDIGlobalLocationNumberDelivery": None,
            "EDIInvoiceExtra1": None,
            "EDIInvoiceExtra2": None,
            "EDIOurElectronicReference": None,
            "EDIYourElectronicReference": None,
            "EDIStatus": "",
        },
        "EUQuarterlyReport": False,
        "FinalPayDate": None,
        "InvoiceType": "INVOICE",
        "OCR": ocr(number),
        "OrderReference": "0",
        "PaymentWay": "",
        "PrintTemplate": "st",
        "VoucherNumber": None,
        "VoucherSeries": None,
        "VoucherYear": None,
    }


def _new(state: State, values: dict[str, Any], rows: list[dict[str, Any]]) -> Entry:
    number = state.next("invoices", state.invoices)
    today = state.today.isoformat()
    if state.company.year_of(state.today) is None:
        raise FortnoxError(2000423, f"Räkenskapsår saknas för {today}.")  # code [I]
    terms = values["TermsOfPayment"]
    dates = {"InvoiceDate": today, "OutboundDate": today, "DueDate": due(today, terms)}
    entry = Entry(number=number, values={**values, **fresh(number), **dates}, touched=state.now())
    entry.rows = [{**row, "RowId": int(state.next("rows"))} for row in rows]
    entry.values |= {"Sent": False, "Cancelled": False}
    entry.values["Total"] = documents.totals_of(state.company, entry).total
    state.invoices[number] = entry
    return entry


def invoice_of(state: State, order: Entry) -> Entry:
    """The invoice of what is delivered; the rest becomes an order of type Backorder (section 9) [I].

    The order's references go along [I].

    Raises:
        FortnoxError: nothing at all is delivered [I].
    """
    billed = [row for row in order.rows if row["DeliveredQuantity"] or not row["OrderedQuantity"]]
    if order.rows and not any(row["DeliveredQuantity"] for row in order.rows):
        raise FortnoxError(2003977, "Det finns inga levererade rader att fakturera.")  # code [I]
    values = {
        name: value for name, value in order.values.items() if name not in (*NOT_COPIED, "InvoiceReference")
    }
    mailing = {**order.values["EmailInformation"], "EmailSubject": "Faktura {no} bifogas"}
    invoice = _new(state, {**values, "EmailInformation": mailing}, billed)
    invoice.values["OrderReference"] = order.number
    order.values["InvoiceReference"] = invoice.number
    if state.company.invoicing_touches_order:
        state.touch(order)
    rest = [row for row in order.rows if row["OrderedQuantity"] - row["DeliveredQuantity"] > 0]
    if rest and state.company.backorders:
        _backorder(state, order, rest)
    return invoice


def _backorder(state: State, order: Entry, rest: list[dict[str, Any]]) -> None:
    number = state.next("orders", state.orders)
    values = {**order.values, "DocumentNumber": number, "InvoiceReference": "0", "OrderType": "Backorder"}
    values |= {"Sent": False, "Ready": False, "Total": ZERO}
    if not state.company.backorder_references:
        values |= {"ExternalInvoiceReference1": "", "ExternalInvoiceReference2": ""}
    rows = [
        {
            **row,
            "OrderedQuantity": row["OrderedQuantity"] - row["DeliveredQuantity"],
            "DeliveredQuantity": ZERO,
            "RowId": int(state.next("rows")),
        }
        for row in rest
    ]
    state.orders[number] = Entry(number=number, values=values, touched=state.now(), rows=rows)


def credit(state: State, invoice: Entry) -> Entry:
    """A full credit of it; the original then names it (section 10) [D; 1 woohub].

    Raises:
        FortnoxError: it is cancelled, a credit itself, credited already, or not booked though the company books.
    """
    values = invoice.values
    if values["Cancelled"] or values["CreditInvoiceReference"] != "0":
        raise FortnoxError(2000434, "Fakturan är makulerad eller redan krediterad.")  # [I]
    if state.company.method == "ACCRUAL" and not values["Booked"]:
        raise FortnoxError(2000434, "Fakturan måste vara bokförd för att krediteras.")  # [1]; code [I]
    rows = [
        {
            **row,
            "DeliveredQuantity": -row["DeliveredQuantity"],
            "Discount": row["Discount"] if row["DiscountType"] == "PERCENT" else -row["Discount"],
        }
        for row in invoice.rows
    ]
    turned = {name: -values[name] for name in ("Freight", "AdministrationFee")}
    if not state.company.credit_references:
        turned |= {"ExternalInvoiceReference1": "", "ExternalInvoiceReference2": ""}
    made = _new(state, {**values, **turned}, rows)
    made.values |= {"Credit": True, "CreditInvoiceReference": invoice.number}
    values["CreditInvoiceReference"] = made.number
    state.touch(invoice)
    return made


def book(state: State, invoice: Entry) -> None:
    """Bookkeep (section 10) [1 woohub]; codes are [I].

    Raises:
        FortnoxError: the company books payments only, or it is cancelled or booked already.
    """
    if state.company.method == "CASH":
        raise FortnoxError(2000434, "Fakturor bokförs inte med kontantmetoden.")
    if invoice.values["Cancelled"] or invoice.values["Booked"]:
        raise FortnoxError(2000434, "Fakturan är redan bokförd eller makulerad.")
    number = int(state.next("vouchers"))
    year = state.company.year_of(date.fromisoformat(invoice.values["InvoiceDate"]))
    invoice.values |= {"Booked": True, "VoucherSeries": "B", "VoucherNumber": number, "VoucherYear": year}
    settle(state, invoice, state.today.isoformat())  # one over nothing is paid by being booked [L]


def cancel(state: State, invoice: Entry) -> None:
    """Only one not booked, in a company that books payments only one not sent (section 10) [1]; the code is [I].

    Raises:
        FortnoxError: it stays.
    """
    values = invoice.values
    closed = values["Booked"] if state.company.method == "ACCRUAL" else values["Sent"]
    if closed or values["Cancelled"] or settled(state, invoice):
        raise FortnoxError(2000434, "Fakturan är bokförd, skickad, betald eller redan makulerad.")
    values["Cancelled"] = True
    state.touch(invoice)


def settled(state: State, invoice: Entry) -> Decimal:
    """What booked payments come to, in the invoice's currency."""
    paid = (
        each.values for each in state.payments.values() if each.values["InvoiceNumber"] == int(invoice.number)
    )
    return sum((each["AmountCurrency"] + each["WrittenOff"] for each in paid if each["Booked"]), ZERO)


def balance(state: State, invoice: Entry) -> Decimal:
    """What is left to pay; a payment nobody booked does not count."""
    if invoice.values["Cancelled"]:
        return ZERO
    return documents.totals_of(state.company, invoice).total - settled(state, invoice)


def settle(state: State, invoice: Entry, day: str) -> None:
    """A payment was booked on this day."""
    if balance(state, invoice) == 0:
        invoice.values["FinalPayDate"] = day
    state.touch(invoice)
