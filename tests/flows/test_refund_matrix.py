"""Every kind of refund x every state of its order: one credit for each, to the öre, and none for the unsent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bridge.flows.decide import RefundedBefore
from bridge.model.documents import DocumentKind, Purpose
from bridge.model.orders import LineKind, Order
from bridge.store.records import State
from tests.builders import a_line, a_ref, an_order
from tests.flows.conftest import House
from tests.support.fakes import Mode

SHIPPING = {"kind": LineKind.SHIPPING, "sku": None}
FEE = {"kind": LineKind.FEE, "sku": None}


def the_order() -> Order:
    """Three pieces, freight and a fee: 378.00."""
    return an_order(
        a_line("240.00", "60.00", id="1", quantity=Decimal(3), unit_net=Decimal("80.00")),
        a_line("39.20", "9.80", id="2", **SHIPPING),
        a_line("23.20", "5.80", id="3", **FEE),
    )


def refund_quantity(house: House) -> list[str]:
    """One piece of three."""
    return [house.shop.refund("1234", "100.00", a_line("-80.00", "-20.00", id="1", quantity=Decimal(-1)))]


def refund_row(house: House) -> list[str]:
    """All three."""
    return [house.shop.refund("1234", "300.00", a_line("-240.00", "-60.00", id="1", quantity=Decimal(-3)))]


def refund_sum(house: House) -> list[str]:
    """For no row."""
    return [house.shop.refund("1234", "50.00")]


def refund_shipping(house: House) -> list[str]:
    """The freight alone."""
    return [house.shop.refund("1234", "49.00", a_line("-39.20", "-9.80", id="2", **SHIPPING))]


def refund_fee(house: House) -> list[str]:
    """The fee alone."""
    return [house.shop.refund("1234", "29.00", a_line("-23.20", "-5.80", id="3", **FEE))]


def refund_full(house: House) -> list[str]:
    """Everything, by the status alone."""
    return [house.shop.refund("1234", "378.00")]


def refund_twice(house: House) -> list[str]:
    """A part, then the rest."""
    return [*refund_quantity(house), house.shop.refund("1234", "278.00")]


KINDS: dict[str, Callable[[House], list[str]]] = {
    "row": refund_row,
    "quantity": refund_quantity,
    "amount only": refund_sum,
    "shipping": refund_shipping,
    "fee": refund_fee,
    "full": refund_full,
    "second refund": refund_twice,
}
SUMS = {
    "row": ["-300.00"],
    "quantity": ["-100.00"],
    "amount only": ["-50.00"],
    "shipping": ["-49.00"],
    "fee": ["-29.00"],
    "full": ["-378.00"],
    "second refund": ["-100.00", "-278.00"],
}


def waiting(house: House) -> None:
    """It rests before it is sent."""
    house.policy = replace(house.policy, delay=timedelta(hours=1))
    house.build()
    house.shop.put(the_order())
    house.collector.poll("main")
    assert house.drain() == []


def in_doubt(house: House) -> None:
    """It was sent and the answer lost; the ERP has it."""
    house.shop.put(the_order())
    house.collector.poll("main")
    house.erp.mode = Mode.LOST_AFTER
    house.drain()
    house.erp.mode = Mode.GOOD
    assert house.entry().doubt is not None


def parked(house: House) -> None:
    """The ERP refuses it until a person has seen to it."""
    house.shop.put(the_order())
    house.collector.poll("main")
    house.erp.mode = Mode.REJECTS
    house.drain()
    house.erp.mode = Mode.GOOD
    assert house.state() is State.PARKED


def booked(house: House) -> None:
    """It stands in the ERP, and the shop knows."""
    house.shop.put(the_order())
    house.collector.poll("main")
    house.drain()
    assert house.state(purpose=Purpose.MARK) is State.DONE


STATES: dict[str, Callable[[House], None]] = {
    "waiting": waiting,
    "in doubt": in_doubt,
    "parked": parked,
    "booked": booked,
}


def credits_of(house: House) -> list[str]:
    """What the ERP holds of credits, in the order in which they came."""
    return [str(document.gross) for _, key, document in house.erp.stored if key.purpose is Purpose.REFUND]


def let_all_go(house: House) -> None:
    """Time passes and a person retries what is parked."""
    for _ in range(6):
        house.clock.advance(timedelta(minutes=40).total_seconds())
        house.drain()
        if house.state() is State.PARKED:
            now = house.clock.now()
            house.store.outbox.retry([house.entry().id], who="Eva", reason="", now=now)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", STATES)
def test_m_8_refund_of_a_sent_order_is_credited_once_after_the_order(house: House, state: str, kind: str):
    """It waits behind its order, whatever that waits for; then sale and credit both stand, and the shop knows."""
    STATES[state](house)
    ids = KINDS[kind](house)
    house.collector.poll("main")
    for refund_id in ids:
        entry = house.entry(purpose=Purpose.REFUND, detail=refund_id)
        assert (entry.state, entry.gross) == (State.WAITING, Decimal(SUMS[kind][ids.index(refund_id)]))
    house.drain()
    if state != "booked":
        assert credits_of(house) == []
    let_all_go(house)
    assert credits_of(house) == SUMS[kind]
    first, *others = house.erp.stored
    assert (first[1].purpose, first[2].gross) == (Purpose.ORDER, Decimal("378.00"))
    assert {document.kind for _, _, document in others} == {DocumentKind.CREDIT}
    for refund_id, (_, _, document) in zip(ids, others, strict=True):
        detail = house.detail(purpose=Purpose.REFUND, detail=refund_id)
        assert (detail.entry.state, detail.entry.document) == (State.DONE, document.number)
        assert detail.document is not None
        assert detail.document.number == document.number
        assert house.state(purpose=Purpose.MARK, detail=f"refund:{refund_id}") is State.DONE
    credit_marks = [f"{id_}={document.number}" for id_, (_, _, document) in zip(ids, others, strict=True)]
    assert house.shop.marks["1234"] == [first[2].number, *credit_marks]
    shop_order = house.shop.orders["1234"]
    assert isinstance(shop_order, Order)
    assert shop_order.document == first[2].number

    for read in (house.collector.poll, house.refunds.recent):  # nothing comes of it a second time
        read("main")
    house.collector.sweep("main", days=30)
    house.drain()
    assert credits_of(house) == SUMS[kind]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", ["on-hold", "before the start"])
def test_m_8_refund_of_an_order_never_sent_is_not_credited_and_says_so(house: House, status: str, kind: str):
    """The reason stands with the order: what it is not sent for, what was paid back, and that it is not credited."""
    order = the_order()
    if status == "before the start":
        order = replace(order, created_at=order.created_at - timedelta(days=30))
    else:
        order = replace(order, status=status)
    house.shop.put(order)
    house.collector.poll("main")
    house.clock.advance(60)
    ids = KINDS[kind](house)
    house.collector.poll("main")
    house.refunds.recent("main")
    house.clock.advance(3600)
    assert house.drain() == []
    reason = str(house.store.progress.seen_many([a_ref()])[a_ref()].reason)
    assert "Nothing of it is credited either" in reason
    assert all(refund_id in reason for refund_id in ids)


@pytest.mark.parametrize("state", STATES)
def test_m_8_refund_deleted_before_its_credit_is_not_credited(house: House, state: str):
    """Whatever its order waits for; one that is credited already has a test of its own."""
    STATES[state](house)
    (refund_id,) = refund_quantity(house)
    house.collector.poll("main")
    house.shop.delete_refund("1234", refund_id)
    house.collector.sweep("main", days=30)
    let_all_go(house)
    assert credits_of(house) == []
    assert house.state(purpose=Purpose.REFUND, detail=refund_id) is State.DROPPED
    assert house.state() is State.DONE


@pytest.mark.parametrize("status", ["cancelled", "pending"])
def test_m_8_refund_of_an_order_called_off_before_it_was_sent_is_taken_out_with_it(house: House, status: str):
    """And both come back if the shop brings the order back."""
    waiting(house)
    (refund_id,) = refund_quantity(house)
    house.collector.poll("main")
    shop_order = house.shop.orders["1234"]
    assert isinstance(shop_order, Order)
    house.shop.put(replace(shop_order, status=status))
    house.collector.poll("main")
    assert house.state() is State.DROPPED
    assert house.state(purpose=Purpose.REFUND, detail=refund_id) is State.DROPPED
    house.shop.put(replace(shop_order, status="processing"))
    house.collector.poll("main")
    let_all_go(house)
    assert credits_of(house) == ["-100.00"]


@pytest.mark.parametrize("choice", ["book", "skip"])
def test_m_8_order_paid_back_whole_before_it_was_booked(house: House, choice: str):
    """Sale and credit both, or neither: refunded_before_booking. A part paid back is always booked."""
    house.policy = replace(house.policy, refunded_before=RefundedBefore(choice))
    waiting(house)
    refund_quantity(house)
    house.collector.poll("main")
    assert house.state() is State.WAITING
    house.shop.refund("1234", "278.00")
    for _ in range(3):
        house.collector.poll("main")
    let_all_go(house)
    if choice == "book":
        assert credits_of(house) == ["-100.00", "-278.00"]
        return
    assert house.erp.stored == []
    seen = house.store.progress.seen_many([a_ref()])[a_ref()]
    assert seen.code == "refunded"
    assert "refunded_before_booking = skip" in str(seen.reason)


def test_m_8_order_paid_back_whole_after_it_was_booked_is_credited_even_with_skip(house: House):
    """The choice is about what is not in the books yet."""
    house.policy = replace(house.policy, refunded_before=RefundedBefore.SKIP)
    house.build()
    booked(house)
    refund_full(house)
    house.collector.poll("main")
    house.drain()
    assert credits_of(house) == ["-378.00"]
