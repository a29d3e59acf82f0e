"""Finding our documents in Fortnox: by the exact key, each sale once, and nothing that somebody else made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.errors import LostReply, Rejected, Transient
from bridge.model.documents import DocumentKind, Purpose
from bridge.sim.faults import Kind
from bridge.sim.fortnox import invoicing
from tests.builders import a_line, an_order
from tests.support.fortnox_books import Books, key_of

INVOICE = DocumentKind.INVOICE


@pytest.fixture
def books(tmp_path: Path, clock: ManualClock) -> Iterator[Books]:
    """A company."""
    made = Books(tmp_path, clock)
    yield made
    made.close()


def test_ask_is_two_calls_and_booking_one(books: Books) -> None:
    """Lists carry total and currency; an article is asked for once in the life of the process."""
    adapter = books.adapter()
    first, second = an_order(), an_order(order_id=2)
    for order in (first, second):
        with books.calls() as calls:
            assert list(adapter.find_document(key_of(order))) == []
            adapter.put_document(order, key_of(order), DocumentKind.ORDER, customer=books.customer)
    assert calls == ["GET /3/invoices", "GET /3/orders", "POST /3/orders"]


def test_order_and_the_invoice_made_of_it_are_one(books: Books) -> None:
    """The invoice; the order alone tells that it became that one."""
    document = books.book()
    invoice = books.sim.invoice(document.number)
    (found,) = books.find()
    assert (found.kind, found.number, found.id) == (INVOICE, invoice, f"invoices/{invoice}")
    assert found.gross == Decimal("100.00")


def test_order_and_a_foreign_invoice_with_its_key_are_two(books: Books) -> None:
    """Twins: a person must look."""
    books.book()
    books.book(kind=INVOICE)
    assert {found.kind for found in books.find()} == {DocumentKind.ORDER, INVOICE}


def test_invoiced_order_whose_invoice_lost_the_key_is_still_found(books: Books) -> None:
    """Whether createinvoice copies the reference is written down nowhere."""
    document = books.book()
    invoice = books.sim.invoice(document.number)
    books.sim.state.invoices[invoice].values["ExternalInvoiceReference1"] = ""
    (found,) = books.find()
    assert (found.kind, found.number) == (DocumentKind.ORDER, document.number)


def test_cancelled_documents_are_not_there(books: Books) -> None:
    """An order somebody cancelled does not stand in the way of a new one."""
    books.sim.annul(books.book().number)
    assert books.find() == []


def test_backorder_of_a_part_delivery_is_no_twin(books: Books) -> None:
    """The rest of an order; it may carry the reference along."""
    books.sim.company.backorder_references = True
    three = a_line("240.00", "60.00", quantity=Decimal(3), unit_net=Decimal("80.00"))
    document = books.book(an_order(three))
    books.sim.deliver(document.number, share=Decimal("0.5"))
    invoice = books.sim.invoice(document.number)
    assert len(books.sim.state.orders) == 2
    (found,) = books.find()
    assert (found.kind, found.number) == (INVOICE, invoice)


def test_credit_by_hand_with_the_sales_reference_is_no_twin(books: Books) -> None:
    """Fortnox' own credit may copy the references of what it credits."""
    invoice = books.sim.invoice(books.book().number)
    invoicing.credit(books.sim.state, books.sim.state.invoices[invoice])
    (found,) = books.find()
    assert found.number == invoice


def test_keys_are_compared_exactly(books: Books) -> None:
    """A search finds parts of texts, in any case."""
    books.book(an_order(order_id=1234))
    assert books.find(an_order(order_id=123)) == []
    assert books.find(purpose=Purpose.REFUND, detail="1") == []


def test_key_of_a_refund_is_looked_for_among_invoices_only(books: Books) -> None:
    """One call: credits are invoices."""
    with books.calls() as calls:
        assert books.find(purpose=Purpose.REFUND, detail="77") == []
    assert calls == ["GET /3/invoices"]


def test_refund_reversed_by_hand_is_no_credit(books: Books) -> None:
    """Somebody credited our credit: what they made is positive."""
    order = an_order()
    books.book(order, INVOICE, key=key_of(order, Purpose.REFUND, "77"))
    assert books.find(purpose=Purpose.REFUND, detail="77") == []


def test_every_page_is_read(books: Books) -> None:
    """Six hundred orders whose keys begin alike."""
    books.sim.limit = None
    document = books.book(an_order(order_id=1))
    template = books.sim.state.orders[document.number]
    for number in range(2, 700):
        values = {
            **template.values,
            "DocumentNumber": str(number),
            "ExternalInvoiceReference1": f"main:1{number}:order",
        }
        books.sim.state.orders[str(number)] = replace(template, number=str(number), values=values)
    assert [found.number for found in books.find(an_order(order_id=1699))] == ["699"]


def test_list_that_is_no_list_is_not_taken_for_nothing(books: Books) -> None:
    """Else the order would be booked once more."""
    body = b'{"MetaInformation": {"@TotalPages": 1}, "Invoices": [{"ExternalInvoiceReference1": "main:1234:order"}]}'
    books.sim.faults.add(Kind.ANSWER, status=200, body=body, headers={"Content-Type": "application/json"})
    with pytest.raises(Transient):
        books.find()


def test_answer_to_booking_that_is_no_document_is_a_lost_reply(books: Books) -> None:
    """Something was made; what, nobody knows."""
    body = b'{"Order": {"DocumentNumber": ""}}'
    books.sim.faults.add(
        Kind.ANSWER,
        status=201,
        body=body,
        headers={"Content-Type": "application/json"},
        match=("POST", "/3/orders"),
    )
    with pytest.raises(LostReply):
        books.book()


def test_document_without_customer_is_refused_before_it_is_sent(books: Books) -> None:
    """Fortnox needs one."""
    order = an_order()
    with pytest.raises(Rejected, match="customer") as caught:
        books.adapter().put_document(order, key_of(order), DocumentKind.ORDER)
    assert caught.value.field == "CustomerNumber"
    assert books.sent("POST") == []


def test_voucher_is_refused_by_name(books: Books) -> None:
    """With the lines that say otherwise."""
    with pytest.raises(Rejected, match="voucher") as caught:
        books.book(kind=DocumentKind.VOUCHER)
    assert "document = order" in str(caught.value.advice)


def test_article_that_went_away_is_asked_for_again(books: Books) -> None:
    """A refused document makes the adapter forget what it knew of its articles."""
    adapter = books.adapter()
    order = an_order()
    adapter.put_document(order, key_of(order), DocumentKind.ORDER, customer=books.customer)
    books.sim.state.articles["TVAL-1"].values["Active"] = False
    other = an_order(order_id=2)
    with pytest.raises(Rejected):
        adapter.put_document(other, key_of(other), DocumentKind.ORDER, customer=books.customer)
    with books.calls() as calls, pytest.raises(Rejected, match="TVAL-1"):
        adapter.put_document(other, key_of(other), DocumentKind.ORDER, customer=books.customer)
    assert calls == ["GET /3/articles/TVAL-1"]


def test_preview_makes_no_article(tmp_path: Path, clock: ManualClock) -> None:
    """It tells that one would be made; sending makes it."""
    books = Books(tmp_path, clock, more="[articles]\nmissing = create\n")
    order = an_order(replace(an_order().lines[0], sku="NY-1"))
    preview = books.adapter().preview(order, key_of(order), DocumentKind.ORDER, customer=books.customer)
    assert any("NY-1" in str(note) for note in preview.notes)
    assert "NY-1" not in books.sim.state.articles
    assert any("NY-1" in str(note) for note in books.book(order).notes)
    assert "NY-1" in books.sim.state.articles
    books.close()


def test_rates_are_those_of_the_register(books: Books) -> None:
    """Per one unit; none for a currency nobody has set up."""
    adapter = books.adapter()
    assert adapter.exchange_rate("NOK", on=an_order().created_at.date()) == Decimal("0.97")
    assert adapter.exchange_rate("ISK", on=an_order().created_at.date()) is None
