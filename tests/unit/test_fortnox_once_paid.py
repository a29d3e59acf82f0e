"""The buyer's money is registered once per order in Fortnox, however many invoices an edit leads to."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.model.documents import DocumentKind, Key, Purpose
from tests.builders import a_line, an_order
from tests.support.fortnox_books import Books, key_of

ORDER = an_order()
DEARER = an_order(a_line(), a_line("71.43", "8.57", percent="12", id="2", sku="TVAL-12"))
PAID = "invoice_orders = yes\nbook_invoices = yes\nregister_payments = yes\n"
ANEW = key_of(DEARER, Purpose.CHANGE, "d1:new")


@pytest.fixture
def books(tmp_path: Path, clock: ManualClock) -> Iterator[Books]:
    """A company that registers payments."""
    made = Books(tmp_path, clock, orders=PAID, more="[payments]\nbacs = 1930 mode:BG\n")
    yield made
    made.close()


def finished(books: Books, key: Key, kind: DocumentKind, *, edited: bool = False) -> tuple[str, str]:
    """Made and taken further: the invoice's number and what is told."""
    order = DEARER if edited else ORDER
    document = books.adapter().finalise(order, key, books.book(order, kind, key=key))
    return document.number, "\n".join(str(note) for note in document.notes)


@pytest.mark.parametrize("kind", [DocumentKind.ORDER, DocumentKind.INVOICE])
@pytest.mark.parametrize("carried", [True, False])
def test_payment_of_the_invoice_before_an_edit_is_not_registered_again(
    books: Books, kind: DocumentKind, *, carried: bool
) -> None:
    """Also where the first invoice did not take over its order's reference: the order tells of it."""
    first, _ = finished(books, key_of(ORDER), kind)
    if not carried and kind is DocumentKind.ORDER:
        books.sim.state.invoices[first].values["ExternalInvoiceReference1"] = ""
    second, told = finished(books, ANEW, kind, edited=True)
    assert books.sim.payments == {first: Decimal("100.00")}
    assert f"stands on invoice {first}" in told
    assert second != first


def test_invoice_anew_is_paid_where_the_one_before_never_was(books: Books) -> None:
    """Nor does the payment of another order count, whose number merely contains this one's."""
    other = an_order(order_id=11234)
    books.adapter().finalise(other, key_of(other), books.book(other))
    books.book(ORDER, DocumentKind.INVOICE)
    second, _ = finished(books, ANEW, DocumentKind.INVOICE, edited=True)
    assert books.sim.payments[second] == Decimal("180.00")
