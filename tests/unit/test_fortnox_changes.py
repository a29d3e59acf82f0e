"""Documents in Fortnox that are amended, cancelled or credited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.errors import LostReply, Rejected
from bridge.model.documents import Correction, Document, DocumentKind, Purpose
from bridge.model.orders import Address, LineKind, Order, Refund
from bridge.model.refunds import RefundRules, correction_of
from bridge.sim.faults import Kind
from bridge.sim.fortnox import invoicing
from tests.builders import NOON, a_line, an_order
from tests.support.fortnox_books import Books, key_of

INVOICE = DocumentKind.INVOICE
ORDER = an_order()
CARD = a_line("-30.00", "0.00", percent="0", kind=LineKind.GIFT_CARD, id="9", sku=None)
DEARER = an_order(a_line(), a_line("71.43", "8.57", percent="12", id="2", sku="TVAL-12"))
"""180.00."""
CANCEL = key_of(ORDER, Purpose.CANCEL)


@pytest.fixture
def books(tmp_path: Path, clock: ManualClock) -> Iterator[Books]:
    """A company."""
    made = Books(tmp_path, clock)
    yield made
    made.close()


def amend(books: Books, order: Order, original: Document) -> Document:
    """With a fresh adapter."""
    return books.adapter().amend(order, key_of(order), original)


def entry(books: Books, document: Document) -> Any:
    """What Fortnox holds."""
    state = books.sim.state
    return (state.orders if document.kind is DocumentKind.ORDER else state.invoices)[document.number]


@pytest.mark.parametrize("kind", [DocumentKind.ORDER, INVOICE])
def test_amended_rows_take_over_nothing_of_the_old_ones(books: Books, kind: DocumentKind) -> None:
    """Rows are matched by their place: the gift card's account must not stay under the goods that stand there now."""
    document = books.book(an_order(a_line(), CARD), kind)
    amended = amend(books, DEARER, document)
    assert (amended.number, amended.gross) == (document.number, Decimal("180.00"))
    rows = entry(books, document).rows
    assert [row["AccountNumber"] for row in rows] == [3001, 3002]
    assert [row["ArticleNumber"] for row in rows] == ["TVAL-1", "TVAL-12"]


def test_amended_address_keeps_no_row_of_the_old_one(books: Books) -> None:
    """And what the staff wrote in Fortnox stays."""
    there = Address(first_name="Bo", last_name="Ek", street="Storgatan 1", street_2="c/o Berg", country="SE")
    customer = replace(ORDER.customer, billing=there, shipping=there)
    document = books.book(replace(ORDER, customer=customer, note="Ring"))
    entry(books, document).values["Comments"] = "Packad av Eva"
    amend(books, replace(ORDER, note="Ring"), document)
    values = entry(books, document).values
    assert (values["DeliveryAddress1"], values["DeliveryAddress2"]) == ("Vasagatan 12", "")
    assert values["Comments"] == "Packad av Eva"


@pytest.mark.parametrize("lost", [0, 1])
def test_amendment_lost_half_way_is_made_whole_by_the_next(books: Books, lost: int) -> None:
    """The old rows are gone first, then the new ones come; the same again gives the same."""
    document = books.book()
    books.sim.faults.add(Kind.RESET, match=("PUT", "/3/orders"), skip=lost)
    with pytest.raises(LostReply):
        amend(books, DEARER, document)
    amend(books, DEARER, document)
    (found,) = books.find()
    assert found.gross == Decimal("180.00")


def test_amendment_keeps_rate_and_day_of_the_document(tmp_path: Path, clock: ManualClock) -> None:
    """The owner's rate of today is for new sales."""
    books = Books(tmp_path, clock)
    document = books.book(replace(ORDER, currency="EUR"))
    books.office.more = "[orders]\nexchange_rates = EUR 12.00\n"
    amended = amend(books, replace(DEARER, currency="EUR", created_at=NOON + timedelta(days=3)), document)
    assert (amended.gross, amended.currency, amended.dated) == (Decimal("180.00"), "EUR", document.dated)
    assert entry(books, document).values["CurrencyRate"] == Decimal("11.45")
    assert any("as the order was booked" in str(note) for note in amended.notes)
    books.close()


@pytest.mark.parametrize(("before", "after", "rate"), [("EUR", "SEK", "1"), ("SEK", "EUR", "11.45")])
def test_amendment_to_another_currency_takes_the_rate_of_today(
    books: Books, before: str, after: str, rate: str
) -> None:
    """There is no other."""
    document = books.book(replace(ORDER, currency=before))
    amended = amend(books, replace(DEARER, currency=after), document)
    assert (amended.gross, amended.currency) == (Decimal("180.00"), after)
    assert entry(books, document).values["CurrencyRate"] == Decimal(rate)


def closed(books: Books, how: str) -> Document:
    """A document nobody may change any more."""
    kind = DocumentKind.ORDER if how in {"invoiced", "annulled"} else INVOICE
    document = books.book(kind=kind)
    match how:
        case "invoiced":
            books.sim.invoice(document.number)
        case "annulled":
            books.sim.annul(document.number)
        case "booked":
            books.sim.invoice(document.id)
        case "paid":
            books.sim.pay(document.id)
        case "sent":
            entry(books, document).values["Sent"] = True
        case "made of an order":
            entry(books, document).values["OrderReference"] = "7"
    return document


CLOSED = {
    "invoiced": "become invoice",
    "annulled": "cancelled",
    "booked": "is booked",
    "paid": "is booked",
    "sent": "sent to the buyer",
    "made of an order": "made of order 7",
}


@pytest.mark.parametrize("how", CLOSED)
def test_closed_document_is_not_amended(books: Books, how: str) -> None:
    """The sentence says why, and to credit it; nothing is written."""
    document = closed(books, how)
    with books.calls() as calls, pytest.raises(Rejected, match=CLOSED[how]) as caught:
        amend(books, DEARER, document)
    assert "Credit it" in str(caught.value.advice)
    assert [call for call in calls if not call.startswith("GET")] == []


@pytest.mark.parametrize("how", [how for how in CLOSED if how != "annulled"])
def test_closed_document_is_not_cancelled(books: Books, how: str) -> None:
    """Nothing is written."""
    document = closed(books, how)
    with books.calls() as calls, pytest.raises(Rejected, match=CLOSED[how]):
        books.adapter().cancel(CANCEL, document)
    assert [call for call in calls if not call.startswith("GET")] == []


def test_paid_invoice_of_a_company_that_books_none_is_not_amended(books: Books) -> None:
    """The cash method: no invoice is ever booked, so the payment is what closes it."""
    books.sim.company.method = "CASH"
    document = books.book(kind=INVOICE)
    books.sim.pay(document.id)
    with pytest.raises(Rejected, match="is paid"):
        amend(books, DEARER, document)


@pytest.mark.parametrize("kind", [DocumentKind.ORDER, INVOICE])
def test_cancelling_twice_is_cancelling_once(books: Books, kind: DocumentKind) -> None:
    """What is cancelled already is what was wanted."""
    document = books.book(kind=kind)
    for _ in range(2):
        assert "Cancelled" in str(books.adapter().cancel(CANCEL, document).notes[0])
    assert [call for call in books.sent("PUT") if call.endswith("/cancel")] == [
        f"PUT /3/{document.id}/cancel"
    ]


def test_document_of_somebody_else_is_neither_amended_nor_cancelled(books: Books) -> None:
    """Whatever number is asked for: it must carry this order's reference."""
    document = books.book(an_order(order_id=12345))
    with pytest.raises(Rejected, match="does not carry"):
        amend(books, DEARER, document)
    with pytest.raises(Rejected, match="does not carry"):
        books.adapter().cancel(CANCEL, document)
    assert not entry(books, document).values["Cancelled"]


def test_document_that_is_not_there_is_rejected(books: Books) -> None:
    """Fortnox says it never had it."""
    document = replace(books.book(), number="999")
    with pytest.raises(Rejected, match="999 is not in Fortnox"):
        books.adapter().cancel(CANCEL, document)


def correction(order: Order, gross: str = "100.00", *, reason: str = "Ånger") -> Correction:
    """What a refund by status, a day later, takes back."""
    refund = Refund(
        ref=order.ref,
        id="77",
        created_at=NOON + timedelta(days=1),
        reason=reason,
        gross=Decimal(gross),
        lines=(),
    )
    found = correction_of(order, refund, earlier=(), rules=RefundRules())
    assert isinstance(found, Correction), found
    return found


def credit(books: Books, original: Document, order: Order = ORDER) -> tuple[Document, Any]:
    """The credit, and what Fortnox holds of it."""
    key = key_of(order, Purpose.REFUND, "77")
    document = books.adapter().put_correction(correction(order), key, original)
    return document, books.sim.state.invoices[document.number]


def test_credit_is_an_invoice_of_its_own_with_the_refunds_key(books: Books) -> None:
    """By one call, on the original's customer, with its prices, dated by the refund, saying what it credits."""
    firm = replace(ORDER, customer=replace(ORDER.customer, company="Öberg AB"))
    original = books.book(firm, INVOICE)
    with books.calls() as calls:
        document, held = credit(books, original, firm)
    assert calls == [f"GET /3/{original.id}", "GET /3/articles/TVAL-1", "POST /3/invoices"]
    assert (document.kind, document.gross) == (DocumentKind.CREDIT, Decimal("-100.00"))
    assert held.values["ExternalInvoiceReference1"] == "main:1234:refund:77"
    assert (held.values["CustomerNumber"], held.values["VATIncluded"]) == (books.customer.number, False)
    assert held.values["InvoiceDate"] == "2026-11-22"
    assert held.values["Remarks"] == f"Krediterar faktura {original.number}\nÅnger"
    (row,) = held.rows
    assert (row["DeliveredQuantity"], row["Price"]) == (-1, Decimal("80.00"))
    assert document.notes == ()


def test_credit_of_an_order_says_that_the_order_stays_open(books: Books) -> None:
    """Nobody makes it smaller behind the back of who packs it."""
    original = books.book()
    document, held = credit(books, original)
    assert any("stays open" in str(note) for note in document.notes)
    assert held.values["Remarks"].startswith(f"Krediterar order {original.number}")
    assert not entry(books, original).values["Cancelled"]
    preview = books.adapter().preview_correction(
        correction(ORDER), key_of(ORDER, Purpose.REFUND, "77"), original
    )
    assert any("stays open" in str(note) for note in preview.notes)


def test_credit_of_an_invoiced_order_names_the_invoice(books: Books) -> None:
    """That is what the buyer has; abroad in English."""
    abroad = an_order(country="NO")
    order = replace(ORDER, customer=abroad.customer)
    original = books.book(order)
    invoice = books.sim.invoice(original.number)
    document, held = credit(books, original, order)
    assert held.values["Remarks"].startswith(f"Credits invoice {invoice}")
    assert document.notes == ()


@pytest.mark.parametrize("how", ["order", "invoice of the order", "invoice"])
def test_nothing_is_credited_that_was_cancelled_by_hand(books: Books, how: str) -> None:
    """No sale stands there: its credit would be a loss that never was."""
    original = books.book(kind=INVOICE if how == "invoice" else DocumentKind.ORDER)
    if how == "invoice of the order":
        invoice = invoicing.invoice_of(books.sim.state, entry(books, original))
        books.sim.annul(f"invoices/{invoice.number}")
    else:
        books.sim.annul(original.id)
    with books.calls() as calls, pytest.raises(Rejected, match="is cancelled"):
        credit(books, original)
    assert all(call.startswith("GET") for call in calls)


def test_credit_in_foreign_money_has_the_rate_of_its_document(books: Books) -> None:
    """Else a rest would stay on the receivable once the owner has changed the rate."""
    order = replace(ORDER, currency="EUR")
    original = books.book(order, INVOICE)
    books.office.more = "[orders]\nexchange_rates = EUR 12.00\n"
    document, held = credit(books, original, order)
    assert (document.gross, document.currency) == (Decimal("-100.00"), "EUR")
    assert held.values["CurrencyRate"] == Decimal("11.45")
    assert any("as the order was booked" in str(note) for note in document.notes)


def test_credit_in_another_currency_than_its_document_is_rejected(books: Books) -> None:
    """Somebody changed it in Fortnox."""
    order = replace(ORDER, currency="EUR")
    original = books.book(ORDER, INVOICE)
    with pytest.raises(Rejected, match="is in SEK now"):
        credit(books, replace(original, currency="EUR"), order)
