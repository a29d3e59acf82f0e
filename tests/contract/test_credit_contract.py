"""What every ERP adapter that makes credits must do. No adapter is named here; see conftest for which are tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import cast

import pytest

from bridge.errors import LostReply, Rejected
from bridge.model.documents import Correction, Document, DocumentKind, Key, Purpose
from bridge.model.orders import LineKind, Order, OrderLine, Refund
from bridge.model.refunds import RefundRules, correction_of
from bridge.ports import BooksCorrections, Capability, Erp
from bridge.sim.faults import Kind
from tests.builders import NOON, a_ref, an_order
from tests.contract.conftest import Subject, goods

ORDER = an_order(
    goods("165.60", "41.40", id="1", quantity=Decimal(3), unit_net=Decimal("55.20")),
    goods("141.07", "16.93", percent="12", id="2", unit_net=Decimal("141.07")),
    goods("39.20", "9.80", kind=LineKind.SHIPPING, id="3", sku=None),
    goods("23.20", "5.80", kind=LineKind.FEE, id="4", sku=None),
)


def back(of: str, net: str, tax: str, *, kind: LineKind = LineKind.PRODUCT, percent: str = "25") -> OrderLine:
    """A row of a refund, as a shop gives it."""
    return goods(f"-{net}", f"-{tax}", id=of, kind=kind, percent=percent, quantity=Decimal(-1), sku=None)


REFUNDS: dict[str, tuple[str, tuple[OrderLine, ...]]] = {
    "one piece": ("69.00", (back("1", "55.20", "13.80"),)),
    "a row": ("158.00", (back("2", "141.07", "16.93", percent="12"),)),
    "part of a row": ("33.33", (back("2", "29.76", "3.57", percent="12"),)),
    "shipping": ("49.00", (back("3", "39.20", "9.80", kind=LineKind.SHIPPING),)),
    "fee": ("29.00", (back("4", "23.20", "5.80", kind=LineKind.FEE),)),
    "all by status": ("443.00", ()),
    "all but one row is named": ("443.00", (back("2", "141.07", "16.93", percent="12"),)),
}


def a_refund(gross: str, *lines: OrderLine, refund_id: str = "77", order: Order = ORDER) -> Refund:
    """Made a day after the order."""
    return Refund(
        ref=order.ref,
        id=refund_id,
        created_at=NOON + timedelta(days=1),
        reason="Ånger",
        gross=Decimal(gross),
        lines=lines,
    )


def a_correction(refund: Refund, *earlier: Refund, order: Order = ORDER) -> Correction:
    """What it takes back."""
    found = correction_of(order, refund, earlier=earlier, rules=RefundRules())
    assert isinstance(found, Correction), found
    return found


def key_of(refund: Refund) -> Key:
    """``main:1234:refund:77``."""
    return Key(refund.ref, Purpose.REFUND, refund.id)


class Books:
    """An adapter that has booked the order."""

    def __init__(self, subject: Subject, order: Order = ORDER) -> None:
        self.subject = subject
        self.adapter: Erp = subject.adapter()
        if Capability.CREDITS not in self.adapter.capabilities:
            pytest.skip("this ERP makes no credits")
        self.original = subject.book(order, adapter=self.adapter)

    def put(self, refund: Refund, *earlier: Refund, adapter: Erp | None = None) -> Document:
        """Credit it as the bridge does: asking first, unless the ERP's own fence makes that needless."""
        erp = adapter or self.adapter
        key = key_of(refund)
        found = () if erp.fenced else self.subject.found(key, adapter=erp)
        if found:
            return found[0]
        order = ORDER if refund.ref == ORDER.ref else an_order(ref=refund.ref)
        correction = a_correction(refund, *earlier, order=order)
        return self.subject.made(
            key, cast("BooksCorrections", erp).put_correction(correction, key, self.original)
        )

    @property
    def credits(self) -> dict[str, Decimal]:
        """What the ERP holds besides the order."""
        return {each.key: each.gross for each in self.subject.booked() if ":refund:" in each.key}


@pytest.fixture
def books(subject: Subject) -> Books:
    """Each adapter in turn."""
    return Books(subject)


@pytest.mark.parametrize("name", REFUNDS)
def test_credit_is_exact_to_the_ore_and_found_by_its_key(books: Books, name: str) -> None:
    """What the ERP itself makes of it is minus what was paid back; the order's own document stays what it was."""
    gross, lines = REFUNDS[name]
    document = books.put(a_refund(gross, *lines))
    assert document.kind is DocumentKind.CREDIT
    assert document.gross in (-Decimal(gross), None), "None: the ERP does not tell"
    assert books.credits == {"main:1234:refund:77": -Decimal(gross)}
    (found,) = books.subject.found(key_of(a_refund(gross)))
    assert (found.number, found.kind) == (document.number, DocumentKind.CREDIT)
    assert found.gross in (-Decimal(gross), None)
    (order,) = books.subject.found(Key(ORDER.ref, Purpose.ORDER))
    assert order.number == books.original.number
    assert order.gross in (Decimal("443.00"), None)


def test_same_refund_twice_is_one_credit(books: Books) -> None:
    """The same adapter, then one after a restart."""
    refund = a_refund("69.00", back("1", "55.20", "13.80"))
    numbers = {books.put(refund).number, books.put(refund).number}
    numbers.add(books.put(refund, adapter=books.subject.adapter()).number)
    assert len(numbers) == len(books.credits) == 1


def test_several_refunds_add_up_to_the_order_and_no_further(books: Books) -> None:
    """Piece by piece, then by status: in the end nothing is left, and the ERP holds one credit for each."""
    first = a_refund("69.00", back("1", "55.20", "13.80"), refund_id="77")
    second = a_refund("49.00", back("3", "39.20", "9.80", kind=LineKind.SHIPPING), refund_id="78")
    last = a_refund("325.00", refund_id="79")
    for refund, earlier in ((first, ()), (second, (first,)), (last, (first, second))):
        books.put(refund, *earlier)
    assert len(books.credits) == 3
    assert sum(books.credits.values()) == -Decimal("443.00")


def test_credit_larger_than_its_document_is_refused(books: Books) -> None:
    """The adapter's own guard, should the flow ever ask for too much."""
    correction = a_correction(a_refund("443.00"))
    small = replace(books.original, gross=Decimal("442.99"))
    with pytest.raises(Rejected, match=r"443\.00"):
        cast("BooksCorrections", books.adapter).put_correction(
            correction, Key(ORDER.ref, Purpose.REFUND, "77"), small
        )
    assert books.credits == {}


def test_refunds_of_other_orders_are_not_taken_for_it(books: Books) -> None:
    """Keys that begin alike: a longer refund id, an order's own key."""
    books.put(a_refund("69.00", back("1", "55.20", "13.80"), refund_id="778"))
    assert list(books.subject.found(Key(ORDER.ref, Purpose.REFUND, "77"))) == []
    assert list(books.subject.found(Key(a_ref(12345), Purpose.REFUND, "778"))) == []


def test_preview_of_a_credit_is_what_is_then_booked(books: Books) -> None:
    """Previewing makes nothing and repeats."""
    refund = a_refund("69.00", back("1", "55.20", "13.80"))
    erp = cast("BooksCorrections", books.adapter)
    correction = a_correction(refund)
    preview = erp.preview_correction(correction, key_of(refund), books.original)
    assert books.credits == {}
    assert preview.gross == Decimal("-69.00")
    document = books.put(refund)
    assert (document.payload, document.media_type) == (preview.payload, preview.media_type)


def _writes(environ: Mapping[str, object]) -> bool:
    return environ["REQUEST_METHOD"] not in {"GET", "HEAD"}


@pytest.mark.parametrize("kind", [Kind.RESET, Kind.TIMEOUT, Kind.CUT])
def test_credit_whose_answer_is_lost_is_made_once(wired: Subject, kind: Kind) -> None:
    """Asked after the settle time, the ERP has it; or a person must look first."""
    books = Books(wired)
    assert wired.simulator.faults is not None
    refund = a_refund("69.00", back("1", "55.20", "13.80"))
    wired.simulator.faults.add(kind, match=_writes)
    with pytest.raises(LostReply):
        books.put(refund)
    wired.settle(books.adapter)
    if wired.knows(books.adapter, key_of(refund)) is not None:
        books.put(refund, adapter=wired.adapter())
    assert list(books.credits) == ["main:1234:refund:77"]
