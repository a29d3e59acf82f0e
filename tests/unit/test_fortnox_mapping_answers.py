"""What Fortnox tells of documents and payments, whose types wobble, and the payments that are registered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bridge.erps.arithmetic import Prices
from bridge.erps.currency import BASE
from bridge.erps.drafting import DraftPayment
from bridge.erps.fields import body
from bridge.erps.fortnox.mapping_answers import (
    INVOICES,
    ORDERS,
    Payment,
    Standing,
    document_of,
    invoice_made,
    payment_of,
    rate_of,
    standing_of,
)
from bridge.erps.fortnox.mapping_payments import PAYMENT, Receipt, left_of, matched, receipts_of, to_pay
from bridge.model.documents import DocumentKind
from bridge.model.orders import LineKind, Order
from bridge.model.orders import Payment as Paid
from tests.builders import a_line, an_order
from tests.support.fortnox_documents import rules

ORDER: dict[str, Any] = {
    "DocumentNumber": "511", "Cancelled": False, "Sent": False, "Total": 316, "Currency": "SEK", "CurrencyRate": 1,
    "CurrencyUnit": 1, "CustomerNumber": "1043", "VATIncluded": True, "OrderDate": "2026-09-14",
    "InvoiceReference": "0", "ExternalInvoiceReference1": "main:1:order",
}  # fmt: skip
INVOICE: dict[str, Any] = {
    **ORDER, "DocumentNumber": 10027, "InvoiceDate": "2026-09-15", "OrderReference": "511", "Booked": "true",
    "Balance": "316", "FinalPayDate": None, "AccountingMethod": "ACCRUAL", "Credit": "false", "Total": "316.00",
}  # fmt: skip
FIRST = datetime(2026, 9, 13, 23, 30, tzinfo=UTC)


def invoice(**changes: Any) -> Standing:
    """As it is alone."""
    return standing_of({**INVOICE, **changes}, INVOICES)


def only_receipt(payment: DraftPayment, order: Order, there: Standing, *, zone: ZoneInfo) -> Receipt:
    """The one payment of this invoice."""
    (receipt,) = receipts_of((payment,), order, there, zone=zone)
    return receipt


def test_order_is_read_alone() -> None:
    """0 for the invoice means that there is none."""
    found = standing_of(ORDER, ORDERS)
    assert (found.number, found.key, found.total, found.invoice) == ("511", "main:1:order", Decimal(316), "")
    assert (found.prices, found.dated, found.sek, found.paid) == (Prices.GROSS, date(2026, 9, 14), 1, False)
    assert standing_of({**ORDER, "InvoiceReference": 10027}, ORDERS).invoice == "10027"
    document = found.document()
    assert (document.kind, document.id, document.number) == (DocumentKind.ORDER, "orders/511", "511")
    assert str(document.gross) == "316.00"


def test_invoice_is_read_alone_with_numbers_and_truths_as_text() -> None:
    """As it was recorded."""
    found = invoice(VATIncluded="false")
    assert (found.number, found.booked, found.order, found.prices) == ("10027", True, "511", Prices.NET)
    assert (found.books_invoices, found.paid, found.document().kind) == (True, False, DocumentKind.INVOICE)
    assert invoice(AccountingMethod="CASH").books_invoices is False


@pytest.mark.parametrize(
    ("changes", "paid"),
    [
        ({"Balance": 100}, True),
        ({"Balance": 0, "FinalPayDate": "2026-09-20"}, True),
        ({"Balance": 0, "Total": 0}, False),
        ({"Balance": None}, False),
    ],
)
def test_paid_is_whatever_has_been_paid(changes: dict[str, Any], *, paid: bool) -> None:
    """Part of it too; an invoice over nothing is not."""
    assert invoice(**changes).paid is paid


def test_account_of_an_article_is_told_where_all_its_rows_stand_on_one() -> None:
    """Text rows and rows without an article have none; types wobble here too."""
    rows = [
        {"ArticleNumber": "TVAL-1", "AccountNumber": 3105},
        {"ArticleNumber": "TVAL-1", "AccountNumber": "3105"},
        {"ArticleNumber": "BOK", "AccountNumber": 3001},
        {"ArticleNumber": "BOK", "AccountNumber": 3003},
        {"ArticleNumber": "", "AccountNumber": 3001},
        {"ArticleNumber": "TEXT", "AccountNumber": 0},
        {"ArticleNumber": None, "AccountNumber": None},
    ]
    assert invoice(InvoiceRows=rows).accounts == {"TVAL-1": 3105}
    assert standing_of({**ORDER, "OrderRows": rows}, ORDERS).accounts == {"TVAL-1": 3105}
    assert invoice().accounts == {}


def test_negative_invoice_is_a_credit() -> None:
    """Unless somebody knows better: a refund of nothing is one too."""
    assert invoice(Total=-50).document().kind is DocumentKind.CREDIT
    assert invoice(Total=0).document(DocumentKind.CREDIT).kind is DocumentKind.CREDIT


def test_amount_in_more_decimals_is_not_rounded() -> None:
    """Three decimals there are in Kuwait."""
    row = {**ORDER, "Total": "1.234", "Currency": "KWD"}
    assert document_of(row, DocumentKind.ORDER).gross == Decimal("1.234")


@pytest.mark.parametrize("missing", ["DocumentNumber", "Currency", "Total"])
def test_answer_that_is_no_document_is_refused(missing: str) -> None:
    """The caller then knows that nobody knows."""
    with pytest.raises(ValueError, match=r"without|missing"):
        document_of({**ORDER, missing: ""}, DocumentKind.ORDER)
    row = {name: value for name, value in ORDER.items() if name != missing}
    with pytest.raises(KeyError):
        document_of(row, DocumentKind.ORDER)


def test_invoice_of_an_order_is_told_by_either_answer() -> None:
    """Createinvoice answers with the order in two clients and with the invoice in the schema."""
    assert invoice_made({**ORDER, "InvoiceReference": "10027"}) == "10027"
    assert invoice_made({**INVOICE, "InvoiceReference": "0"}) == "10027"
    with pytest.raises(ValueError, match="no invoice"):
        invoice_made(ORDER)


def test_payment_is_read_from_the_list() -> None:
    """Its number is text and its invoice a number."""
    row = {"Number": "7", "InvoiceNumber": 10027, "Amount": 316, "Booked": False}
    assert payment_of(row) == Payment(number="7", invoice="10027", sek=Decimal(316), booked=False)


@pytest.mark.parametrize(
    ("answer", "rate"),
    [
        ({"SellRate": 11.5, "BuyRate": 11, "Unit": 1}, "11.5"),
        ({"SellRate": 0, "BuyRate": "7.02", "Unit": "100"}, "0.0702"),
        ({}, "0"),
    ],
)
def test_rate_is_the_selling_one_of_one_unit(answer: dict[str, Any], rate: str) -> None:
    """Nothing where the register has none: that is then refused."""
    exact = {name: Decimal(str(value)) for name, value in answer.items()}
    assert rate_of(exact) == Decimal(rate)


def paid(order: Order, **sections: Any) -> list[tuple[Decimal, str, str]]:
    """Amount, account and mode of what is to be registered."""
    return [(each.amount, each.account, each.mode) for each in to_pay(order, rules(**sections).settings)]


def test_only_what_the_buyer_has_paid_is_registered() -> None:
    """Cash on delivery and invoices wait; nothing is paid of an order that costs nothing."""
    lines = {"bacs": "1930 mode:BG"}
    assert paid(an_order(), payments=lines) == [(Decimal("100.00"), "1930", "BG")]
    assert paid(an_order(payment=Paid(method="cod"))) == []
    assert paid(an_order(a_line("0.00", "0.00"))) == []


def test_gift_card_that_pays_is_a_payment_of_its_own() -> None:
    """On its debt, whenever the rest is paid."""
    card = a_line("-30.00", "0.00", percent="0", kind=LineKind.GIFT_CARD, id="9", sku=None)
    order = an_order(a_line(), card, payment=Paid(method="cod"))
    assert paid(order, orders={"gift_cards": "payment"}) == [(Decimal("30.00"), "2421", "")]


def test_payment_has_the_day_of_the_money_but_never_before_the_invoice() -> None:
    """In Swedish time; Fortnox refuses a day before the invoice's."""
    order = an_order(payment=Paid(method="bacs", paid_at=FIRST))
    (payment,) = to_pay(order, rules().settings)
    zone = rules().zone
    early = only_receipt(payment, order, invoice(InvoiceDate="2026-09-01"), zone=zone)
    assert early.dated == date(2026, 9, 14)
    assert only_receipt(payment, order, invoice(), zone=zone).dated == date(2026, 9, 15)
    assert only_receipt(payment, order, invoice(InvoiceDate=None), zone=zone).dated == date(2026, 9, 14)
    unpaid = replace(order, payment=Paid(), created_at=FIRST)
    assert only_receipt(
        replace(payment, paid_at=None), unpaid, invoice(InvoiceDate=""), zone=zone
    ).dated == date(2026, 9, 14)


def test_payment_in_foreign_money_has_both_amounts() -> None:
    """SEK at the invoice's own rate, per the unit it has there."""
    order = an_order()
    (payment,) = to_pay(order, rules(payments={"bacs": "1686 mode:KORT"}).settings)
    there = invoice(Currency="JPY", CurrencyRate="7.02", CurrencyUnit="100", Total="100")
    receipt = only_receipt(payment, order, there, zone=rules().zone)
    assert body(PAYMENT, receipt) == {
        "InvoiceNumber": 10027,
        "Amount": Decimal("7.02"),
        "AmountCurrency": Decimal("100.00"),
        "PaymentDate": "2026-11-21",
        "ModeOfPayment": "KORT",
        "ModeOfPaymentAccount": 1686,
    }
    assert receipt.shown == "100.00 JPY"
    plain = body(PAYMENT, replace(receipt, currency=BASE, account="", mode=""))
    assert set(plain) == {"InvoiceNumber", "Amount", "PaymentDate"}


def test_payment_that_is_there_is_known_by_its_amount() -> None:
    """Whoever registered it; what is left is what nobody has registered."""
    order = an_order()
    (payment,) = to_pay(order, rules().settings)
    receipt = only_receipt(payment, order, invoice(), zone=rules().zone)
    there = [
        Payment(number="1", invoice="10027", sek=Decimal(50), booked=True),
        Payment(number="2", invoice="10027", sek=Decimal(100), booked=False),
    ]
    assert matched(receipt, there) == there[1]
    assert matched(receipt, there[:1]) is None
    assert left_of(invoice(), there) == Decimal(166)
