"""Every recorded order and refund of a real shop in the simulated Fortnox: to the öre, VAT included, each once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.erps.fortnox import Fortnox
from bridge.model.documents import Document, DocumentKind, Purpose
from bridge.model.orders import Order
from bridge.sim.fortnox import documents
from bridge.sim.woocommerce import ShopSim
from tests.support.corrections import corrections
from tests.support.drafts import recorded, recorded_ids
from tests.support.fortnox_books import Books, key_of
from tests.support.wired import stocked

ORE = Decimal("0.01")
WAYS = {
    "orders": (DocumentKind.ORDER, "", {}),
    "invoices": (DocumentKind.INVOICE, "", {}),
    "orders, discounts on rows": (DocumentKind.ORDER, "discounts = rows\n", {"other_rows": "account"}),
    "orders, discounts not shown": (DocumentKind.ORDER, "discounts = net\n", {"row_accounts": "always"}),
    "invoices, cards that pay": (DocumentKind.INVOICE, "gift_cards = payment\n", {"row_accounts": "always"}),
}

Open = Callable[[str], tuple[Books, DocumentKind]]


@pytest.fixture
def opened(tmp_path: Path, clock: ManualClock) -> Iterator[Open]:
    """A company that has every article the recorded shop sells."""
    made: list[Books] = []

    def build(way: str) -> tuple[Books, DocumentKind]:
        kind, orders, erp = WAYS[way]
        books = Books(tmp_path, clock, orders=orders, more="[articles]\nunnumbered = ovrigt\n", **erp)
        books.sim.limit = None
        books.sim.stock_up({"ovrigt": Decimal(25), **stocked(ShopSim.recorded(now=clock.now))})
        made.append(books)
        return books, kind

    yield build
    for books in made:
        books.close()


def in_the_books(adapter: Fortnox, books: Books, order: Order, kind: DocumentKind) -> Document:
    """Asked for, booked, and found as it was made."""
    assert list(adapter.find_document(key_of(order))) == []
    document = adapter.put_document(order, key_of(order), kind, customer=books.customer)
    (found,) = adapter.find_document(key_of(order))
    assert (found.kind, found.number, found.gross, found.currency, found.dated) == (
        kind, document.number, document.gross, document.currency, document.dated
    )  # fmt: skip
    return document


def vat_of(books: Books, document: Document) -> Decimal:
    """As Fortnox reckons it."""
    state = books.sim.state
    there = state.orders if document.kind is DocumentKind.ORDER else state.invoices
    return documents.totals_of(books.sim.company, there[document.number]).vat


@pytest.mark.parametrize("way", WAYS)
def test_recorded_orders_and_refunds_are_equal_to_the_ore(opened: Open, way: str) -> None:
    """Total and VAT as the shop charged them; every reference once."""
    books, kind = opened(way)
    adapter = books.adapter()
    made: dict[str, Document] = {}
    for order_id in recorded_ids():
        order = recorded(order_id)
        if kind is DocumentKind.INVOICE and any(tax.percent and tax.percent % 1 for tax in order.tax_lines):
            continue  # the simulated Fortnox takes only whole rates on invoices, as the schema says
        document = in_the_books(adapter, books, order, kind)
        made[order.ref.id] = document
        assert document.gross is not None
        assert document.currency == order.currency
        paid_by_card = document.gross - order.totals.gross
        assert (paid_by_card == 0) or "pay" in way, order_id
        rates = len({tax.percent for tax in order.tax_lines}) or 1
        assert abs(vat_of(books, document) - order.totals.tax) <= rates * ORE, order_id
    taken: dict[str, Decimal] = {}
    for refund, correction in corrections():
        key = key_of(correction.order, Purpose.REFUND, refund.id)
        original = made[refund.ref.id]
        credit = adapter.put_correction(correction, key, original)
        assert (credit.kind, credit.gross) == (DocumentKind.CREDIT, correction.totals.gross), refund.id
        assert correction.totals.gross == -refund.gross
        assert abs(vat_of(books, credit) - correction.totals.tax) <= 2 * ORE, refund.id
        taken[refund.ref.id] = taken.get(refund.ref.id, Decimal(0)) - refund.gross
    assert all(-back <= (made[order].gross or 0) for order, back in taken.items())
    keys = [each.key for each in books.sim.booked()]
    assert len(keys) == len(set(keys)) == len(made) + len(list(corrections()))
