"""Taking documents further in Fortnox; what any ERP must do here is the contract's business, this is Fortnox' own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.errors import LostReply, Rejected, Transient
from bridge.model.documents import Document, DocumentKind, Purpose
from bridge.model.orders import Order
from bridge.sim.faults import Kind
from bridge.sim.fortnox import invoicing
from tests.builders import a_line, an_order
from tests.support.fortnox_books import Books, key_of

INVOICE, CREDIT = DocumentKind.INVOICE, DocumentKind.CREDIT
ORDER = an_order()
ALL = "invoice_orders = yes\nbook_invoices = yes\nregister_payments = yes\ninvoice_mail = yes\norder_mail = yes\n"
PAID = "invoice_orders = yes\nbook_invoices = yes\nregister_payments = yes\n"
PAYMENTS = "[payments]\nbacs = 1930 mode:BG\n"
JSON = {"Content-Type": "application/json"}

Open = Callable[..., Books]


@pytest.fixture
def opened(tmp_path: Path, clock: ManualClock) -> Iterator[Open]:
    """A company with these lines in [orders]."""
    made: list[Books] = []

    def build(orders: str = ALL, more: str = PAYMENTS) -> Books:
        made.append(Books(tmp_path, clock, orders=orders, more=more))
        return made[-1]

    yield build
    for books in made:
        books.close()


def finalise(books: Books, original: Document, order: Order = ORDER) -> Document:
    """With a fresh adapter."""
    return books.adapter().finalise(order, key_of(order), original)


def wants(books: Books, kind: DocumentKind, order: Order = ORDER) -> bool:
    """Whether anything is wanted."""
    return books.adapter().wants_more(order, kind)


def test_everything_takes_nine_calls_and_says_what_was_done(opened: Open) -> None:
    """Each step looks first, and the answer of one is the look of the next."""
    books = opened()
    original = books.book()
    with books.calls() as calls:
        document = finalise(books, original)
    number = original.number
    assert calls == [
        f"GET /3/orders/{number}",
        f"PUT /3/orders/{number}/createinvoice",
        f"GET /3/invoices/{document.number}",
        f"PUT /3/invoices/{document.number}/bookkeep",
        "GET /3/invoicepayments",
        "POST /3/invoicepayments",
        "PUT /3/invoicepayments/1/bookkeep",
        f"GET /3/orders/{number}/email",
        f"GET /3/invoices/{document.number}/email",
    ]
    assert (document.kind, document.gross) == (INVOICE, Decimal("100.00"))
    assert "PUT /3/orders" in document.payload
    assert document.media_type == "text/plain"
    told = "\n".join(str(note) for note in document.notes)
    assert f"Invoice {document.number} was made of order {number}." in told
    assert "100.00 SEK" in told
    assert books.sim.mails == [number, document.number]


def test_nothing_left_to_do_sends_nothing(opened: Open) -> None:
    """And says nothing."""
    books = opened()
    document = finalise(books, books.book())
    with books.calls() as calls:
        again = finalise(books, document)
    assert all(call.startswith("GET") and "email" not in call for call in calls)
    assert (again.payload, again.media_type, again.notes) == ("", "", ())


@pytest.mark.parametrize("call", range(9))
@pytest.mark.parametrize("done", [True, False])
def test_killed_at_any_call_the_next_try_does_the_rest(opened: Open, call: int, *, done: bool) -> None:
    """Carried out or not: one invoice, one booked payment, one mail of each."""
    books = opened()
    original = books.book()
    books.sim.faults.add(Kind.RESET if done else Kind.ANSWER, status=503, skip=call)
    with suppress(Transient):  # a reading call whose connection breaks is repeated at once
        finalise(books, original)
    books.sim.faults.clear()
    document = finalise(books, original)
    assert len(books.sim.state.invoices) == 1
    assert books.sim.payments == {document.number: Decimal("100.00")}
    assert len(books.sim.state.payments) == 1
    assert sorted(books.sim.mails) == sorted([original.number, document.number])


def test_company_of_the_cash_method_books_payments_and_no_invoices(opened: Open) -> None:
    """Booking an invoice would be refused there."""
    books = opened()
    books.sim.company.method = "CASH"
    document = finalise(books, books.book())
    assert books.sim.payments == {document.number: Decimal("100.00")}
    assert not any(call.endswith("invoices/10001/bookkeep") for call in books.sent("PUT"))


def test_answer_to_invoicing_may_be_the_invoice(opened: Open) -> None:
    """As the schema says; two clients say the order."""
    books = opened(PAID)
    original = books.book()

    body = b'{"Invoice": {"DocumentNumber": "10001", "InvoiceDate": "2026-11-21", "InvoiceReference": "0"}}'
    books.sim.faults.add(
        Kind.ANSWER, status=200, body=body, headers=JSON, work=True, match=("PUT", "createinvoice")
    )
    document = finalise(books, original)
    assert books.sim.payments == {document.number: Decimal("100.00")}


def test_answer_to_invoicing_that_names_no_invoice_is_lost(opened: Open) -> None:
    """It was made; the next try finds it on the order."""
    books = opened(PAID)
    original = books.book()
    body = b'{"Order": {"DocumentNumber": "1", "InvoiceReference": "0"}}'
    books.sim.faults.add(
        Kind.ANSWER, status=200, body=body, headers=JSON, work=True, match=("PUT", "createinvoice")
    )
    with pytest.raises(LostReply):
        finalise(books, original)
    finalise(books, original)
    assert len(books.sim.state.invoices) == 1


@pytest.mark.parametrize("step", ["createinvoice", "bookkeep"])
def test_step_somebody_takes_in_the_same_moment_is_taken(opened: Open, step: str) -> None:
    """Fortnox refuses the second: a look tells that it is done."""
    books = opened(PAID)
    original = books.book()
    books.meanwhile(step, lambda: books.sim.invoice(original.number))
    document = finalise(books, original)
    assert len(books.sim.state.invoices) == 1
    assert books.sim.payments == {document.number: Decimal("100.00")}


@pytest.mark.parametrize("step", ["createinvoice", "bookkeep"])
def test_step_fortnox_refuses_and_nobody_took_is_rejected(opened: Open, step: str) -> None:
    """With Fortnox' own words."""
    books = opened(PAID)
    original = books.book()
    body = b'{"ErrorInformation": {"error": 1, "message": "Det gick inte.", "code": 2000106}}'
    books.sim.faults.add(Kind.ANSWER, status=400, body=body, headers=JSON, match=("PUT", step))
    with pytest.raises(Rejected, match="Det gick inte"):
        finalise(books, original)


def test_cancelled_invoice_of_an_order_is_rejected(opened: Open) -> None:
    """Somebody undid what was made: nothing new is made in its place."""
    books = opened("invoice_orders = yes\n")
    original = books.book()
    invoice = finalise(books, original)
    books.sim.annul(invoice.id)
    for document in (original, invoice):
        with pytest.raises(Rejected, match="cancelled"):
            finalise(books, document)


def test_order_mail_goes_also_where_the_order_was_invoiced_by_hand(opened: Open) -> None:
    """The invoice tells which order it was; a cancelled one is not confirmed."""
    books = opened("order_mail = yes\n")
    original = books.book()
    invoice = books.sim.invoice(original.number)
    (found,) = books.find()
    finalise(books, found)
    finalise(books, found)
    assert books.sim.mails == [original.number]
    assert invoice == found.number
    other = books.book(an_order(order_id=2), INVOICE)
    finalise(books, other, an_order(order_id=2))
    assert books.sim.mails == [original.number]


def test_order_whose_invoice_was_made_and_the_order_cancelled_is_not_mailed(opened: Open) -> None:
    """Only the invoice stands."""
    books = opened("order_mail = yes\n")
    original = books.book()
    books.sim.invoice(original.number)
    books.sim.state.orders[original.number].values["Cancelled"] = True
    (found,) = books.find()
    finalise(books, found)
    assert books.sim.mails == []


def test_invoice_made_by_hand_is_left_to_people_where_the_bridge_makes_none(opened: Open) -> None:
    """They may wait for the goods before they book; the confirmation goes all the same."""
    books = opened("order_mail = yes\nbook_invoices = yes\nregister_payments = yes\ninvoice_mail = yes\n")
    original = books.book()
    with books.sim.state.lock:
        invoicing.invoice_of(books.sim.state, books.sim.state.orders[original.number])
    document = finalise(books, original)
    assert document.kind is INVOICE
    assert not books.sim.state.invoices[document.number].values["Booked"]
    assert (books.sim.payments, books.sim.mails) == ({}, [original.number])


def test_order_that_stays_an_order_is_mailed_once(opened: Open) -> None:
    """It keeps its number; a copy goes to nobody who can be seen."""
    books = opened("order_mail = yes\norder_mail_copy = order@example.se\n")
    original = books.book()
    for _ in range(2):
        document = finalise(books, original)
        assert (document.kind, document.number) == (DocumentKind.ORDER, original.number)
    assert books.sim.mails == [original.number]
    mail = books.sim.state.orders[original.number].values["EmailInformation"]
    assert (mail["EmailAddressTo"], mail["EmailAddressBCC"]) == ("anna.oberg@example.com", "order@example.se")


def test_buyer_without_address_is_not_mailed_and_holds_up_nothing(opened: Open) -> None:
    """There is nobody to send it to."""
    books = opened()
    order = replace(ORDER, customer=replace(ORDER.customer, email=""))
    document = finalise(books, books.book(order), order)
    assert (document.kind, books.sim.mails) == (INVOICE, [])


MAIL = "order_mail = yes\ninvoice_mail = yes\n"


@pytest.mark.parametrize(
    ("orders", "kind", "wanted"),
    [
        ("", DocumentKind.ORDER, False),
        (MAIL, DocumentKind.ORDER, True),
        ("invoice_mail = yes\n", DocumentKind.ORDER, False),
        ("invoice_orders = yes\n", DocumentKind.ORDER, True),
        ("invoice_orders = yes\n", INVOICE, False),
        ("order_mail = yes\n", INVOICE, False),
        ("invoice_mail = yes\n", INVOICE, True),
        ("book_invoices = yes\n", INVOICE, True),
        ("book_invoices = yes\nregister_payments = yes\n", INVOICE, True),
        ("book_invoices = yes\n", DocumentKind.ORDER, False),
        ("book_invoices = yes\n", CREDIT, True),
        ("invoice_mail = yes\n", CREDIT, True),
    ],
)
def test_what_is_wanted_follows_the_settings(
    opened: Open, orders: str, kind: DocumentKind, *, wanted: bool
) -> None:
    """Booking belongs to invoices: an order that stays one is only mailed."""
    assert wants(opened(orders), kind) is wanted


def test_nothing_is_wanted_of_a_buyer_without_address_where_only_mail_is(opened: Open) -> None:
    """Or of one who has paid nothing, where only payments are."""
    books = opened(MAIL)
    silent = replace(ORDER, customer=replace(ORDER.customer, email=""))
    assert not any(wants(books, kind, silent) for kind in (DocumentKind.ORDER, INVOICE, CREDIT))


def test_credit_is_booked_and_mailed_and_never_paid(opened: Open) -> None:
    """What the shop paid back is not a payment of the buyer's; it stays to be settled in Fortnox."""
    books = opened()
    back = a_line("-80.00", "-20.00", quantity=Decimal(-1))
    key = key_of(ORDER, Purpose.REFUND, "77")
    made = books.book(an_order(back), INVOICE, key=key)
    (credit,) = books.find(purpose=Purpose.REFUND, detail="77")
    assert credit.number == made.number
    document = finalise(books, credit)
    assert (document.kind, document.gross) == (CREDIT, Decimal("-100.00"))
    assert books.sim.state.invoices[credit.number].values["Booked"]
    assert (books.sim.payments, books.sim.mails) == ({}, [credit.number])
