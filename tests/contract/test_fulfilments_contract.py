"""What every ERP adapter that tells what became of its documents must do. No adapter is named here; see conftest.

Its simulator is a ``MovesDocuments``; what it cannot do at all it refuses with a ``ValueError``. Where the ERP does
not tell of deliveries, it says ``delivers = False``; where not of invoices and payments, ``tells_invoices = False``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Any, TypeVar, cast

import pytest

from bridge.errors import RemoteError, Transient, Unauthorised
from bridge.model.documents import Document, DocumentKind, Feed, Key
from bridge.model.fulfilment import Fulfilment, Stage
from bridge.model.orders import Order
from bridge.ports import BooksCorrections, Capability, FeedsFulfilments, Finalises
from bridge.sim.booked import MovesDocuments
from bridge.sim.faults import Kind
from tests.builders import an_order, key_of
from tests.contract.conftest import Subject, goods, kind_of
from tests.contract.test_credit_contract import a_correction, a_refund
from tests.contract.test_credit_contract import key_of as key_of_refund
from tests.contract.test_feeds_contract import whole

ORDER = an_order(
    goods("165.60", "41.40", id="1", quantity=Decimal(4), unit_net=Decimal("41.40")),
    goods("141.00", "16.92", percent="12", id="2", quantity=Decimal(2), unit_net=Decimal("70.50")),
)
T = TypeVar("T")

INVOICED = {"invoice_orders": "yes", "book_invoices": "yes"}


class Foreign(Key):
    """What somebody else wrote where our keys stand."""

    def __str__(self) -> str:
        """No key."""
        return "Tel. Bengt 17:30"


class Ledger:
    """An adapter, its feed and the people at work in the ERP."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.people = cast("MovesDocuments", subject.simulator)
        self.waiting: list[Document] = []

    def book(self, order: Order = ORDER) -> Document:
        """One more that waits for what becomes of it."""
        self.waiting.append(self.subject.book(order))
        return self.waiting[-1]

    def read(
        self, cursor: str | None = None, *, waiting: Collection[Document] | None = None
    ) -> tuple[list[Fulfilment], str | None]:
        """By a fresh adapter."""
        erp = cast("FeedsFulfilments", self.subject.adapter())
        return whole(erp.fulfilments(cursor, waiting=self.waiting if waiting is None else waiting))

    def of(self, order: Order = ORDER, cursor: str | None = None) -> Fulfilment:
        """The last that is told of an order."""
        items, _ = self.read(cursor)
        return [each for each in items if each.key == key_of(order)][-1]

    @property
    def tells_invoices(self) -> bool:
        """Whether the ERP lets us know of invoices and payments."""
        return bool(getattr(self.subject.simulator, "tells_invoices", True))

    def first(self, document: Document) -> Stage:
        """Somebody does with it what this ERP surely tells of; how that is told."""
        if self.tells_invoices:
            self.people.invoice(document.number)
            return Stage.INVOICED
        self.people.deliver(document.number)
        return Stage.DELIVERED

    def second(self, document: Document) -> Stage:
        """And then something more."""
        if self.tells_invoices:
            self.people.pay(document.number)
            return Stage.PAID
        self.people.annul(document.number)
        return Stage.CANCELLED

    def do(self, act: Callable[..., T], *args: object, **how: object) -> T:
        """Somebody does it, a minute later; or the test is not for this ERP."""
        self.subject.clock.advance(61)
        try:
            done = act(*args, **how)
        except ValueError as cannot:
            pytest.skip(f"this ERP cannot: {cannot}")
        self.subject.clock.advance(61)
        return done


@pytest.fixture
def ledger(subject: Subject) -> Ledger:
    """Adapters that tell."""
    if Capability.FULFILMENTS not in subject.adapter().capabilities:
        pytest.skip("this ERP does not tell what became of documents")
    if not hasattr(subject.simulator, "deliver"):
        pytest.skip("nobody works in this simulator")
    return Ledger(subject)


def test_document_nobody_touched_has_no_stage(ledger: Ledger) -> None:
    """Named by its key, with the number it was made with."""
    document = ledger.book()
    items, _ = ledger.read()
    for each in items:
        assert (each.key, each.stages, each.invoice) == (key_of(ORDER), frozenset(), None)
        assert (each.document.number, each.document.kind) == (document.number, document.kind)


def test_delivered_order_is_delivered(ledger: Ledger) -> None:
    """All of it; an ERP that does not tell of deliveries never says so."""
    document = ledger.book()
    ledger.do(ledger.people.deliver, document.number)
    found = ledger.of()
    assert (Stage.DELIVERED in found.stages) is getattr(ledger.subject.simulator, "delivers", True)
    assert not {Stage.PART_DELIVERED, Stage.CANCELLED, Stage.PAID} & found.stages
    assert found.document.number == document.number
    assert all(row.delivered == row.ordered for row in found.rows)


def test_partly_delivered_order_says_how_far_each_row_is(ledger: Ledger) -> None:
    """Where the ERP keeps that per row."""
    document = ledger.book()
    ledger.do(ledger.people.deliver, document.number, share=Decimal("0.5"))
    found = ledger.of()
    assert Stage.PART_DELIVERED in found.stages
    assert Stage.DELIVERED not in found.stages
    if found.rows:
        told = {row.sku: (row.ordered, row.delivered) for row in found.rows}
        assert told["TVAL-1"] == (Decimal(4), Decimal(2))
        assert told["TVAL-12"] == (Decimal(2), Decimal(1))


def test_invoiced_order_is_one_fulfilment_with_its_invoice(ledger: Ledger) -> None:
    """Not one for the order and one for the invoice; the document stays the order."""
    document = ledger.book()
    if not ledger.tells_invoices:
        pytest.skip("this ERP does not tell of invoices")
    ledger.do(ledger.people.invoice, document.number)
    items, _ = ledger.read()
    (found,) = {each.key: each for each in items}.values()
    assert Stage.INVOICED in found.stages
    assert Stage.PAID not in found.stages
    assert found.invoice is not None
    assert found.invoice.kind is DocumentKind.INVOICE
    assert found.invoice.number in {each.number for each in ledger.subject.booked()}
    assert len([each for each in items if each.key == key_of(ORDER)]) == 1


def test_paid_order_is_paid(ledger: Ledger) -> None:
    """With the day, where the ERP tells it."""
    document = ledger.book()
    if not ledger.tells_invoices:
        pytest.skip("this ERP does not tell of payments")
    ledger.do(ledger.people.pay, document.number)
    found = ledger.of()
    assert {Stage.INVOICED, Stage.PAID} <= found.stages
    if found.paid_on is not None:
        assert abs((found.paid_on - ledger.subject.clock.now().date()).days) <= 1


def test_annulled_order_is_cancelled(ledger: Ledger) -> None:
    """Or, where the ERP deletes it, told as such of the documents the caller waits for."""
    document = ledger.book()
    ledger.do(ledger.people.annul, document.number)
    assert Stage.CANCELLED in ledger.of().stages
    assert ledger.subject.booked() == []


def test_every_change_after_the_cursor_is_told(ledger: Ledger) -> None:
    """Step by step, each reading going on from the last, whatever was repeated."""
    first, second = ledger.book(), ledger.book(an_order(order_id=77))
    _, cursor = ledger.read()
    stage = ledger.do(ledger.first, first)
    items, newer = ledger.read(cursor)
    assert stage in {stage for each in items if each.key == key_of(ORDER) for stage in each.stages}
    cursor = newer or cursor
    more = ledger.do(ledger.second, first)
    ledger.do(ledger.first, second)
    items, _ = ledger.read(cursor)
    told = {each.key: each.stages for each in items}
    assert more in told[key_of(ORDER)]
    assert stage in told[key_of(an_order(order_id=77))]


def test_change_in_the_same_second_as_the_cursor_is_not_skipped(ledger: Ledger) -> None:
    """The ERP's clock is coarse."""
    first, second = ledger.book(), ledger.book(an_order(order_id=77))
    ledger.first(first)
    _, cursor = ledger.read()
    assert ledger.first(second) in ledger.of(an_order(order_id=77), cursor).stages


def test_foreign_documents_are_left_out(ledger: Ledger) -> None:
    """Orders by phone, with anything or nothing where our key stands."""
    erp = ledger.subject.adapter()
    stranger = an_order(order_id=5)
    foreign = erp.put_document(
        stranger, Foreign(stranger.ref, key_of(stranger).purpose), kind_of(erp), customer=ledger.subject.customer()
    )  # fmt: skip
    document = ledger.book()
    ledger.do(ledger.first, foreign)
    ledger.do(ledger.first, document)
    items, _ = ledger.read()
    assert {each.key for each in items} == {key_of(ORDER)}


def test_credit_is_not_taken_for_its_order(ledger: Ledger) -> None:
    """It has a key of its own, and says nothing of what became of the order."""
    erp: Any = ledger.subject.adapter()
    if Capability.CREDITS not in erp.capabilities:
        pytest.skip("this ERP makes no credits")
    original = ledger.book()
    refund = a_refund("364.92", order=ORDER)
    correction = a_correction(refund, order=ORDER)
    cast("BooksCorrections", erp).put_correction(correction, key_of_refund(refund), original)
    items, _ = ledger.read()
    told = [each for each in items if each.key == key_of(ORDER)]
    assert all(each.document.number == original.number and not each.stages for each in told)
    assert {str(each.key) for each in items} <= {"main:1234:order", "main:1234:refund:77"}


def test_order_that_the_bridge_itself_took_further_is_told_the_same_way(subject: Subject) -> None:
    """One fulfilment, whoever made the invoice."""
    erp: Any = subject.adapter(sections={"orders": INVOICED})
    if not {Capability.FINALISES, Capability.FULFILMENTS} <= erp.capabilities:
        pytest.skip("this ERP cannot do both")
    original = subject.put(ORDER, adapter=erp)
    subject.clock.advance(61)
    invoice = cast("Finalises", erp).finalise(ORDER, key_of(ORDER), original)
    items, _ = whole(cast("FeedsFulfilments", erp).fulfilments(None, waiting=[original]))
    (found,) = [each for each in items if each.key == key_of(ORDER)]
    assert found.invoice is not None
    assert (found.invoice.number, Stage.INVOICED in found.stages) == (invoice.number, True)
    again, _ = whole(cast("FeedsFulfilments", erp).fulfilments(None, waiting=[invoice]))
    assert [each.key for each in again] == [key_of(ORDER)]


def test_many_documents_are_told_each(ledger: Ledger) -> None:
    """And the reading goes on from the end."""
    orders = [an_order(goods(), order_id=2000 + each) for each in range(23)]
    documents = [ledger.book(order) for order in orders]
    ledger.subject.clock.advance(61)
    (stage,) = {ledger.first(document) for document in documents}
    items, cursor = ledger.read()
    assert {each.key for each in items if stage in each.stages} == {key_of(each) for each in orders}
    assert ledger.do(ledger.second, documents[0]) in ledger.of(orders[0], cursor).stages


@pytest.mark.parametrize("status", [429, 503])
def test_failed_reading_is_never_complete(ledger: Ledger, status: int) -> None:
    """At any of its calls."""
    faults = ledger.subject.simulator.faults
    assert faults is not None
    for each in range(3):
        ledger.people.invoice(ledger.book(an_order(order_id=3000 + each)).number)
    for skip in range(6):
        faults.struck.clear()
        faults.add(Kind.ANSWER, times=None, status=status, skip=skip)
        erp = cast("FeedsFulfilments", ledger.subject.adapter())
        pages: list[Feed[Fulfilment]] = []
        try:
            pages.extend(erp.fulfilments(None, waiting=ledger.waiting))
        except Transient:
            assert not any(page.complete for page in pages)
        else:
            assert faults.struck == [], "a failed answer was taken for the end"
        faults.clear()


def test_web_page_is_no_empty_feed(ledger: Ledger) -> None:
    """A maintenance page does not say that nothing happened."""
    faults = ledger.subject.simulator.faults
    assert faults is not None
    ledger.book()
    faults.add(Kind.HTML, times=None)
    with pytest.raises(RemoteError):
        ledger.read()


def test_wrong_token_is_unauthorised(ledger: Ledger) -> None:
    """The channel pauses."""
    ledger.book()
    wrong = cast("FeedsFulfilments", ledger.subject.with_wrong_token())
    with pytest.raises(Unauthorised):
        list(wrong.fulfilments(None, waiting=ledger.waiting))


def test_reading_changes_nothing(ledger: Ledger) -> None:
    """Nobody gets a mail because somebody looked."""
    document = ledger.book()
    ledger.people.invoice(document.number)
    before = (ledger.subject.booked(), ledger.people.mails, ledger.people.payments)
    ledger.read()
    ledger.read()
    assert (ledger.subject.booked(), ledger.people.mails, ledger.people.payments) == before
