"""What is decided about an order, and the reason given when it is not sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bridge.flows.decide import (
    DEAD,
    Export,
    Policy,
    RefundedBefore,
    Send,
    Skip,
    SkipCode,
    Withdraw,
    ZeroTotal,
    decide,
)
from bridge.model.orders import Order, Totals, Unreadable
from bridge.model.texts import Problem, say
from tests.builders import NOON, a_ref, an_order

POLICY = Policy(trigger_statuses=frozenset({"processing", "packed"}))


def decided(order: Order | Unreadable, policy: Policy = POLICY, *, queued: bool = False, first_seen=None):
    """The decision at noon."""
    return decide(order, policy=policy, now=NOON, first_seen_at=first_seen, queued=queued)


def test_trigger_status_is_sent_now():
    """An order in a trigger status goes at once."""
    assert decided(an_order(status="processing")) == Send(due_at=NOON)


def test_custom_trigger_status_is_sent():
    """A status of the shop's own is as good as any."""
    assert isinstance(decided(an_order(status="packed")), Send)


def test_other_status_is_skipped_and_named():
    """The reason names the status, so that the owner sees which one to add."""
    skip = decided(an_order(status="on-hold"))
    assert isinstance(skip, Skip)
    assert skip.code is SkipCode.NOT_TRIGGER
    assert "on-hold" in str(skip.reason)


def test_order_before_the_start_date_is_left_alone():
    """History is not booked a second time when the bridge is installed."""
    policy = Policy(trigger_statuses={"processing"}, starts_at=NOON)
    skip = decided(an_order(created_at=NOON - timedelta(seconds=1)), policy)
    assert isinstance(skip, Skip)
    assert skip.code is SkipCode.BEFORE_START
    assert isinstance(decided(an_order(created_at=NOON), policy), Send)


def test_start_date_wins_over_status():
    """An old order says "too old", not "wrong status": changing the status would not help."""
    policy = Policy(trigger_statuses={"processing"}, starts_at=NOON)
    skip = decided(an_order(status="on-hold", created_at=NOON - timedelta(days=1)), policy)
    assert isinstance(skip, Skip)
    assert skip.code is SkipCode.BEFORE_START


@pytest.mark.parametrize(("choice", "sent"), [(ZeroTotal.BOOK, True), (ZeroTotal.SKIP, False)])
def test_zero_total_is_sent_or_skipped_by_choice(choice, sent):
    """Free orders are the owner's choice."""
    policy = Policy(trigger_statuses={"processing"}, zero_total=choice)
    decision = decided(an_order(totals=Totals(gross=Decimal("0.00"), tax=Decimal("0.00"))), policy)
    assert isinstance(decision, Send) is sent
    if isinstance(decision, Skip):
        assert decision.code is SkipCode.ZERO_TOTAL


@pytest.mark.parametrize(
    ("export", "code"), [(Export.MANUAL, SkipCode.MANUAL), (Export.OFF, SkipCode.EXPORT_OFF)]
)
def test_manual_and_off_are_stated(export, code):
    """Nothing goes by itself, and the reason says why."""
    skip = decided(an_order(), Policy(trigger_statuses={"processing"}, export=export))
    assert isinstance(skip, Skip)
    assert skip.code is code


def test_delay_counts_from_first_sight():
    """A delayed order does not start its rest anew at each poll."""
    policy = Policy(trigger_statuses={"processing"}, delay=timedelta(hours=2))
    assert decided(an_order(), policy) == Send(due_at=NOON + timedelta(hours=2))
    seen = NOON - timedelta(hours=1)
    assert decided(an_order(), policy, first_seen=seen) == Send(due_at=NOON + timedelta(hours=1))
    assert decided(an_order(), policy, first_seen=NOON - timedelta(days=1)) == Send(due_at=NOON)


@pytest.mark.parametrize("status", sorted(DEAD))
def test_queued_order_called_off_is_withdrawn(status):
    """A sale that was called off before it was booked is not booked."""
    assert isinstance(decided(an_order(status=status), queued=True), Withdraw)


@pytest.mark.parametrize("status", ["completed", "refunded", "on-hold", "shipped"])
def test_queued_order_that_went_on_stays(status):
    """Having met its trigger once is enough: completed later, it is still to be booked."""
    assert isinstance(decided(an_order(status=status), queued=True), Send)


def test_queued_by_hand_is_not_undone_by_a_rule():
    """What a person sent in manual mode is not taken out by the rule they overrode."""
    policy = Policy(trigger_statuses={"processing"}, export=Export.MANUAL)
    assert isinstance(decided(an_order(), policy, queued=True), Send)


def test_ord_36_plugins_objection_is_the_last_word_and_the_reason():
    """What a plugin says counts when no rule speaks, and never against an order that is in the outbox."""
    told = say("The plugin x says: no")
    asked = {"policy": POLICY, "now": NOON, "first_seen_at": None, "objection": told}
    assert decide(an_order(), **asked, queued=False) == Skip(code=SkipCode.PLUGIN, reason=told)
    assert decide(an_order(), **asked, queued=True) == Send(due_at=NOON)
    other = decide(an_order(status="on-hold"), **asked, queued=False)
    assert isinstance(other, Skip)
    assert other.code is SkipCode.NOT_TRIGGER


def test_dead_status_chosen_as_trigger_is_sent():
    """An owner who books cancelled orders has a reason."""
    policy = Policy(trigger_statuses={"cancelled"})
    assert isinstance(decided(an_order(status="cancelled"), policy, queued=True), Send)


def test_unreadable_order_follows_the_same_rules():
    """What cannot be read is not judged before its time: only in a trigger status does it reach the outbox."""
    problem = Problem(where="total", what=say("Bad."), fix=say("Mend."))
    raw = Unreadable(ref=a_ref(), status="processing", modified_at=NOON, raw="{}", problems=(problem,))
    assert isinstance(decided(raw), Send)
    late = Policy(trigger_statuses={"processing"}, starts_at=NOON + timedelta(days=1))
    assert isinstance(decided(raw, late), Skip)


@pytest.mark.parametrize(
    ("choice", "refunded", "sent"),
    [
        (RefundedBefore.BOOK, "100.00", True),
        (RefundedBefore.SKIP, "100.00", False),
        (RefundedBefore.SKIP, "99.99", True),
        (RefundedBefore.SKIP, "0.00", True),
    ],
)
@pytest.mark.parametrize("queued", [False, True])
def test_order_paid_back_whole_is_sent_or_not_by_choice(choice, refunded, sent, queued):
    """Before it is booked, sale and credit both stand or neither; a part paid back is always booked."""
    policy = Policy(trigger_statuses={"processing"}, refunded_before=choice)
    found = decided(an_order(refunded=Decimal(refunded)), policy, queued=queued)
    assert isinstance(found, Send) is sent
    if isinstance(found, Skip | Withdraw):
        assert found.code is SkipCode.REFUNDED
        assert "refunded_before_booking" in str(found.reason)
        assert isinstance(found, Withdraw) is queued


def test_order_paid_back_whole_says_so_before_its_status_does():
    """A shop sets it to refunded by itself; adding that to the triggers would not help."""
    policy = Policy(trigger_statuses={"processing"}, refunded_before=RefundedBefore.SKIP)
    found = decided(an_order(status="refunded", refunded=Decimal("100.00")), policy)
    assert isinstance(found, Skip)
    assert found.code is SkipCode.REFUNDED
    order = an_order(refunded=Decimal("100.00"), created_at=NOON - timedelta(days=9))
    old = decided(order, replace(policy, starts_at=NOON))
    assert isinstance(old, Skip)
    assert old.code is SkipCode.BEFORE_START
    free = decided(an_order(totals=Totals(gross=Decimal(0), tax=Decimal(0))), policy)
    assert isinstance(free, Send)
