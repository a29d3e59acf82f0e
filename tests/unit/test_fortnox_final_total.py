"""Nothing final is done to a document in Fortnox that does not come to what the bridge made."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.errors import Rejected
from bridge.model.documents import Document, DocumentKind
from bridge.model.orders import Order
from bridge.sim.fortnox import documents
from tests.builders import an_order
from tests.support.fortnox_books import Books, key_of

ORDER = an_order()
ALL = "invoice_orders = yes\nbook_invoices = yes\nregister_payments = yes\ninvoice_mail = yes\norder_mail = yes\n"
PAYMENTS = "[payments]\nbacs = 1930 mode:BG\n"


@pytest.fixture
def books(tmp_path: Path, clock: ManualClock) -> Iterator[Books]:
    """A company where everything is switched on."""
    made = Books(tmp_path, clock, orders=ALL, more=PAYMENTS)
    yield made
    made.close()


def finalise(books: Books, original: Document, order: Order = ORDER) -> Document:
    """With a fresh adapter."""
    return books.adapter().finalise(order, key_of(order), original)


def priced(books: Books, original: Document, price: str) -> None:
    """Somebody at Fortnox writes another price into the first row."""
    state = books.sim.state
    entry = (state.orders if original.kind is DocumentKind.ORDER else state.invoices)[original.number]
    entry.rows[0]["Price"] = Decimal(price)
    entry.values["Total"] = documents.totals_of(state.company, entry).total


@pytest.mark.parametrize("kind", [DocumentKind.ORDER, DocumentKind.INVOICE])
def test_total_somebody_changed_is_neither_invoiced_booked_paid_nor_mailed(
    books: Books, kind: DocumentKind
) -> None:
    """By one öre even; put right, the rest goes on by itself."""
    original = books.book(ORDER, kind)
    state = books.sim.state
    entry = (state.orders if kind is DocumentKind.ORDER else state.invoices)[original.number]
    usual = str(entry.rows[0]["Price"])
    priced(books, original, str(Decimal(usual) + Decimal("0.01")))
    with pytest.raises(Rejected, match="the bridge made") as refused:
        finalise(books, original)
    assert refused.value.advice is not None
    assert (books.sim.payments, books.sim.mails) == ({}, [])
    assert not any(each.values["Booked"] for each in state.invoices.values())
    assert len(state.invoices) == (kind is DocumentKind.INVOICE)
    priced(books, original, usual)
    document = finalise(books, original)
    assert books.sim.payments == {document.number: original.gross}


def test_invoice_at_a_rate_of_one_is_not_booked(books: Books) -> None:
    """A hundred euro would be a hundred kronor in the books."""
    order = an_order(currency="EUR")
    original = books.book(order, DocumentKind.INVOICE)
    values = books.sim.state.invoices[original.number].values
    values["CurrencyRate"] = Decimal(1)
    with pytest.raises(Rejected, match="exchange rate 1"):
        finalise(books, original, order)
    assert not values["Booked"]
    assert books.sim.payments == {}


def test_document_whose_currency_somebody_changed_is_not_booked(books: Books) -> None:
    """The same digits are another amount."""
    order = an_order(currency="EUR")
    original = books.book(order, DocumentKind.INVOICE)
    values = books.sim.state.invoices[original.number].values
    values |= {"Currency": "SEK", "CurrencyRate": Decimal(1)}
    with pytest.raises(Rejected, match="the bridge made"):
        finalise(books, original, order)
    assert not values["Booked"]
