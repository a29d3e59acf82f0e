"""Payments registered on invoices in Fortnox: each once, on its account, never before the invoice's day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.errors import LostReply, Rejected
from bridge.model.documents import Document, DocumentKind
from bridge.model.orders import LineKind, Order, Payment
from bridge.sim.faults import Kind
from bridge.sim.fortnox import payments
from tests.builders import NOON, a_line, an_order
from tests.support.fortnox_books import Books, key_of

INVOICE = DocumentKind.INVOICE
ORDER = an_order()
PAID = "invoice_orders = yes\nbook_invoices = yes\nregister_payments = yes\n"
PAYMENTS = "[payments]\nbacs = 1930 mode:BG\n"
JSON = {"Content-Type": "application/json"}

Open = Callable[..., Books]


@pytest.fixture
def opened(tmp_path: Path, clock: ManualClock) -> Iterator[Open]:
    """A company with these lines in [orders]."""
    made: list[Books] = []

    def build(orders: str = PAID) -> Books:
        made.append(Books(tmp_path, clock, orders=orders, more=PAYMENTS))
        return made[-1]

    yield build
    for books in made:
        books.close()


def finalise(books: Books, original: Document, order: Order = ORDER) -> Document:
    """With a fresh adapter."""
    return books.adapter().finalise(order, key_of(order), original)


def register(books: Books, invoice: str, amount: str, *, book: bool) -> None:
    """Somebody at Fortnox registers a payment."""
    day = books.sim.state.today.isoformat()
    sent = {"InvoiceNumber": int(invoice), "Amount": Decimal(amount), "PaymentDate": day}
    entry = payments.create(books.sim.state, sent)
    if book:
        payments.book(books.sim.state, entry)


def invoiced(books: Books, order: Order = ORDER) -> Document:
    """A booked invoice nobody has paid."""
    document = books.book(order, INVOICE)
    books.sim.invoice(document.id)
    return document


def test_payment_nobody_booked_is_booked_and_not_registered_again(opened: Open) -> None:
    """The bridge died between the two calls."""
    books = opened(PAID)
    document = invoiced(books)
    register(books, document.number, "100.00", book=False)
    finalise(books, document)
    assert len(books.sim.state.payments) == 1
    assert books.sim.payments == {document.number: Decimal("100.00")}


def test_payment_by_hand_of_part_of_it_is_left_to_people(opened: Open) -> None:
    """Nobody can tell what it was for; the rest is not guessed."""
    books = opened(PAID)
    document = invoiced(books)
    register(books, document.number, "60.00", book=True)
    told = finalise(books, document).notes
    assert any("other payments" in str(note) for note in told)
    assert books.sim.payments == {document.number: Decimal("60.00")}


def test_gift_card_and_the_rest_are_two_payments_on_their_accounts(opened: Open) -> None:
    """Lost after the first, the second alone is registered by the next try."""
    books = opened(PAID + "gift_cards = payment\n")
    card = a_line("-30.00", "0.00", percent="0", kind=LineKind.GIFT_CARD, id="9", sku=None)
    order = an_order(a_line(), card)
    document = books.book(order, INVOICE)
    assert document.gross == Decimal("100.00")
    books.sim.faults.add(Kind.RESET, match=("POST", "invoicepayments"), skip=1)
    with pytest.raises(LostReply):
        finalise(books, document, order)
    finalise(books, document, order)
    there = [each.values for each in books.sim.state.payments.values()]
    assert [(each["ModeOfPaymentAccount"], each["Amount"], each["Booked"]) for each in there] == [
        (2421, Decimal("30.00"), True),
        (1930, Decimal("70.00"), True),
    ]


def test_parts_in_foreign_currency_come_to_the_whole_invoice_in_kronor(opened: Open) -> None:
    """Each rounded by itself they would come to an öre more, and the rest would never be registered."""
    books = opened(PAID + "gift_cards = payment\n")
    card = a_line("-30.10", "0.00", percent="0", kind=LineKind.GIFT_CARD, id="9", sku=None)
    order = an_order(a_line(), card, currency="EUR")
    document = books.book(order, INVOICE)
    finalise(books, document, order)
    there = [each.values for each in books.sim.state.payments.values()]
    assert [(each["AmountCurrency"], each["Amount"]) for each in there] == [
        (Decimal("30.10"), Decimal("344.65")),
        (Decimal("69.90"), Decimal("800.35")),
    ]
    assert finalise(books, document, order).notes == ()


def test_two_payments_of_the_same_amount_are_both_registered(opened: Open) -> None:
    """One that is there stands for one of them only."""
    books = opened(PAID + "gift_cards = payment\n")
    card = a_line("-50.00", "0.00", percent="0", kind=LineKind.GIFT_CARD, id="9", sku=None)
    order = an_order(a_line(), card)
    document = invoiced(books, order)
    register(books, document.number, "50.00", book=True)
    finalise(books, document, order)
    assert books.sim.payments == {document.number: Decimal("100.00")}


def test_payment_is_never_dated_before_its_invoice(opened: Open) -> None:
    """Paid on Saturday, invoiced on Monday: Fortnox refuses Saturday."""
    books = opened(PAID)
    books.office.clock.advance(timedelta(days=2).total_seconds())
    order = replace(ORDER, payment=Payment(method="bacs", paid_at=NOON))
    finalise(books, books.book(order), order)
    (payment,) = books.sim.state.payments.values()
    assert payment.values["PaymentDate"] == "2026-11-23"


@pytest.mark.parametrize("paid", [True, False])
def test_invoice_said_to_be_paid_is_looked_at(opened: Open, *, paid: bool) -> None:
    """Paid in the same moment, it is done; not paid, a person must look."""
    books = opened(PAID)
    document = invoiced(books)
    if paid:
        books.meanwhile("invoicepayments", lambda: books.sim.pay(document.id), method="POST")
        assert any("other payments" in str(note) for note in finalise(books, document).notes)
        return
    body = b'{"ErrorInformation": {"error": 1, "message": "Redan slutbetald.", "code": 2003055}}'
    books.sim.faults.add(Kind.ANSWER, status=400, body=body, headers=JSON, match=("POST", "invoicepayments"))
    with pytest.raises(Rejected, match="slutbetald"):
        finalise(books, document)


@pytest.mark.parametrize("answer", [{"Number": ""}, {}])
def test_answer_to_a_payment_that_names_none_is_lost(opened: Open, answer: dict[str, Any]) -> None:
    """The next try finds it by its amount."""
    books = opened(PAID)
    document = invoiced(books)
    body = str({"InvoicePayment": answer}).replace("'", '"').encode()
    books.sim.faults.add(
        Kind.ANSWER, status=201, body=body, headers=JSON, work=True, match=("POST", "invoicepayments")
    )
    with pytest.raises(LostReply):
        finalise(books, document)
    finalise(books, document)
    assert books.sim.payments == {document.number: Decimal("100.00")}
    assert len(books.sim.state.payments) == 1
