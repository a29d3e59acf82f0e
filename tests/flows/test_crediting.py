"""A refund is credited once, whatever goes wrong on the way, and never with more than is left."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bridge.errors import Rejected, UserError
from bridge.flows.changes import CalledOff
from bridge.flows.operator import Operator
from bridge.model.documents import DocumentKind, Purpose
from bridge.model.orders import Order, Unreadable
from bridge.model.refunds import AmountOnly, RefundRules
from bridge.model.texts import Problem, say
from bridge.store.records import State
from tests.builders import a_ref, an_order
from tests.flows.conftest import House
from tests.support.fakes import Mode
from tests.support.refunds import ONE, credits_of, fault_text, refund_state


@pytest.mark.parametrize("mode", [Mode.LOST_AFTER, Mode.LOST_BEFORE, Mode.LATE])
def test_credit_whose_answer_is_lost_is_made_once(booked: House, mode: Mode):
    """The same protocol as for orders: ask, and ask again, before anything is sent again."""
    booked.shop.refund("1234", "100.00", ONE)
    booked.collector.poll("main")
    booked.erp.mode = mode
    booked.drain()
    booked.erp.mode = Mode.GOOD
    assert booked.entry(purpose=Purpose.REFUND, detail="70").doubt is not None
    for _ in range(4):
        booked.clock.advance(booked.erp.settle.total_seconds() + 1)
        booked.drain()
    assert credits_of(booked) == ["-100.00"]
    assert refund_state(booked) is State.DONE
    assert booked.shop.marks["1234"] == ["N1", "70=N2"]


def test_credit_of_another_total_than_the_refund_is_parked(booked: House):
    """Two documents may bear one key by hand; only the one with our total is ours."""
    booked.shop.refund("1234", "100.00", ONE)
    booked.collector.poll("main")
    booked.erp.gross_off_by = Decimal("0.01")
    booked.drain()
    assert "comes to -99.99 SEK, the refund to -100.00 SEK" in fault_text(booked)


def test_shop_that_loses_the_note_of_a_credit_gets_it_once(booked: House):
    """Told again after the answer was lost, it is looked for first."""
    booked.shop.refund("1234", "100.00", ONE)
    booked.collector.poll("main")
    booked.shop.mode = Mode.LOST_AFTER
    booked.drain()
    booked.shop.mode = Mode.GOOD
    booked.clock.advance(timedelta(minutes=10).total_seconds())
    booked.drain()
    assert booked.shop.marks["1234"] == ["N1", "70=N2"]


def test_ref_06_refund_larger_than_what_is_left_is_parked_with_the_arithmetic(booked: House):
    """Three pieces back of two: nothing is sent, and the sum can be followed."""
    for _ in range(2):
        booked.shop.refund("1234", "80.00")
    booked.shop.refund("1234", "60.00")
    booked.collector.poll("main")
    booked.drain()
    assert credits_of(booked) == ["-80.00", "-80.00"]
    assert "only 40.00 is left of the document: 200.00 − 80.00 − 80.00 = 40.00" in fault_text(booked, "72")


def test_ref_04_sum_without_rows_waits_for_a_person_where_the_owner_wants_it(booked: House):
    """amount_only = park."""
    booked.refund_rules = RefundRules(amount_only=AmountOnly.PARK)
    booked.build()
    booked.shop.refund("1234", "60.00")
    booked.collector.poll("main")
    booked.drain()
    assert "amount_only = split" in fault_text(booked)
    assert credits_of(booked) == []


def test_refund_of_nothing_is_no_credit(booked: House):
    """Pieces put back in stock without money; also in the shop's list."""
    booked.shop.refund("1234", "0.00")
    booked.collector.poll("main")
    assert booked.refunds.recent("main") == 0
    assert booked.drain() == []


def test_refund_of_an_order_somebody_dropped_is_put_before_a_person(house: House):
    """Perhaps it was booked by hand, and then it must be credited by hand."""
    house.policy = replace(house.policy, delay=timedelta(hours=1))
    house.build()
    house.shop.put(an_order())
    house.collector.poll("main")
    house.store.outbox.drop([house.entry().id], who="Eva", reason="by hand", now=house.clock.now())
    house.shop.refund("1234", "50.00")
    house.collector.poll("main")
    house.drain()
    assert "dropped here, so there is no document to credit" in fault_text(house)


def test_credit_after_the_retention_takes_order_and_earlier_refunds_from_the_shop(booked: House):
    """Half a year later nothing of the contents is left here; what was credited still counts."""
    first = booked.shop.refund("1234", "100.00", ONE)
    booked.collector.poll("main")
    booked.drain()
    booked.clock.advance(timedelta(days=200).total_seconds())
    assert booked.store.prune(before=booked.clock.now() - timedelta(days=30))
    booked.shop.refund("1234", "70.00")
    booked.collector.poll("main")
    booked.drain()
    assert credits_of(booked) == ["-100.00", "-70.00"]
    booked.clock.advance(timedelta(days=200).total_seconds())
    booked.store.prune(before=booked.clock.now() - timedelta(days=30))
    gone = [each for each in booked.shop.paid_back["1234"] if each.id != first]
    booked.shop.paid_back["1234"] = gone  # and the shop has forgotten one of them
    booked.shop.refund("1234", "30.01")
    booked.collector.poll("main")
    told = booked.entry(purpose=Purpose.REFUND, detail=f"{first}:deleted")
    booked.drain()
    assert refund_state(booked, "72") is State.WAITING  # a person looks at the deleted one first
    booked.store.outbox.drop([told.id], who="Eva", reason="seen", now=booked.clock.now())
    booked.drain()
    assert "only 30.00 is left" in fault_text(booked, "72")


def test_order_unreadable_after_the_retention_is_told(booked: House):
    """The shop no longer hands it out in one piece."""
    booked.clock.advance(timedelta(days=200).total_seconds())
    booked.store.prune(before=booked.clock.now() - timedelta(days=30))
    booked.shop.refund("1234", "70.00", moves=False)
    booked.refunds.recent("main")
    problem = Problem(where="order 1234", what=say("total is empty."), fix=say("Correct it in the shop."))
    booked.shop.orders["1234"] = Unreadable(
        ref=a_ref(), status="processing", modified_at=booked.clock.now(), raw="{}", problems=(problem,)
    )
    booked.drain()
    assert "total is empty." in fault_text(booked)


def test_erp_without_credits_leaves_them_to_a_person(booked: House):
    """Who credits by hand and settles; then the shop is told all the same."""
    booked.erp.capabilities = frozenset()
    booked.shop.refund("1234", "100.00", ONE)
    booked.collector.poll("main")
    booked.drain()
    assert "fake cannot make credits." in fault_text(booked)
    operator = operator_of(booked)
    entry = booked.entry(purpose=Purpose.REFUND, detail="70")
    assert operator.settle(entry.id, number="K77", who="Eva", reason="by hand")
    booked.drain()
    detail = booked.detail(purpose=Purpose.REFUND, detail="70")
    assert detail.document is not None
    assert (detail.document.kind, detail.document.number) == (DocumentKind.CREDIT, "K77")
    assert booked.shop.marks["1234"] == ["N1", "70=K77"]


def test_paused_erp_holds_refunds_back_and_resuming_hurries_them(booked: House):
    """They use the same channel as orders."""
    booked.shop.refund("1234", "100.00", ONE)
    booked.collector.poll("main")
    booked.erp.mode = Mode.DOWN
    booked.drain()
    assert booked.entry(purpose=Purpose.REFUND, detail="70").attempts == 1
    booked.erp.mode = Mode.GOOD
    operator = operator_of(booked)
    operator.resume("erp", who="Eva")
    booked.drain()
    assert credits_of(booked) == ["-100.00"]


def operator_of(house: House) -> Operator:
    """A person at the page."""
    return Operator(
        store=house.store, shops={"main": house.shop}, collector=house.collector, booker=house.booker,
        creditor=house.creditor, kinds={"main": DocumentKind.ORDER}, clock=house.clock, poke=threading.Event(),
    )  # fmt: skip


def test_preview_of_a_refund_is_what_is_then_sent(booked: House):
    """Looked at before, and nothing is made by looking; too large is told as it would be."""
    booked.shop.refund("1234", "100.00", ONE)
    booked.shop.refund("1234", "100.01")
    booked.collector.poll("main")
    operator = operator_of(booked)
    seen = operator.preview_refund(booked.detail(purpose=Purpose.REFUND, detail="70"))
    assert (seen.gross, seen.payload) == (Decimal("-100.00"), "main:1234:refund:70 -100.00")
    assert credits_of(booked) == []
    booked.drain()
    assert booked.detail(purpose=Purpose.REFUND, detail="70").exchanges[-1].payload == seen.payload
    with pytest.raises(Rejected, match=r"only 100\.00 is left"):
        operator.preview_refund(booked.detail(purpose=Purpose.REFUND, detail="71"))
    booked.erp.capabilities = frozenset()
    with pytest.raises(UserError, match="cannot make credits"):
        operator.preview_refund(booked.detail(purpose=Purpose.REFUND, detail="71"))


def test_preview_of_a_refund_whose_order_waits_or_was_dropped_says_so(house: House):
    """There is no document yet, or there never will be."""
    house.policy = replace(house.policy, delay=timedelta(hours=1))
    house.build()
    house.shop.put(an_order())
    house.collector.poll("main")
    house.shop.refund("1234", "50.00")
    house.collector.poll("main")
    operator = operator_of(house)
    with pytest.raises(UserError, match="not booked yet"):
        operator.preview_refund(house.detail(purpose=Purpose.REFUND, detail="70"))
    house.store.outbox.drop([house.entry().id], who="Eva", reason="by hand", now=house.clock.now())
    with pytest.raises(UserError, match="dropped here"):
        operator.preview_refund(house.detail(purpose=Purpose.REFUND, detail="70"))


def test_refund_after_the_document_was_taken_back_whole_needs_no_credit(booked: House):
    """Called off and credited; what the shop then pays back is in the books already."""
    booked.change_rules = replace(booked.change_rules, called_off=CalledOff.CREDIT)
    booked.build()
    order = booked.shop.orders["1234"]
    assert isinstance(order, Order)
    booked.shop.put(replace(order, status="cancelled"))
    booked.collector.poll("main")
    booked.drain()
    booked.shop.refund("1234", "50.00", moves=False)
    booked.refunds.recent("main")
    with pytest.raises(UserError, match="taken back whole already"):
        operator_of(booked).preview_refund(booked.detail(purpose=Purpose.REFUND, detail="70"))
    booked.drain()
    assert credits_of(booked) == []
    assert refund_state(booked) is State.DONE


def test_credit_in_doubt_whose_document_was_taken_back_since_is_put_before_a_person(booked: House):
    """Nobody can tell from here whether both were made."""
    booked.shop.refund("1234", "50.00")
    booked.collector.poll("main")
    booked.erp.mode = Mode.LOST_BEFORE
    booked.drain()
    booked.erp.mode = Mode.GOOD
    # Somebody has the order's own document settled as another that was then taken back: as if it never stood.
    writer = booked.store._writer
    with writer.saving():
        writer.run("DELETE FROM link WHERE key = ?", ("main:1234:order",))
    booked.clock.advance(booked.erp.settle.total_seconds() + 1)
    booked.drain()
    assert "The answer to this credit got lost" in fault_text(booked)
