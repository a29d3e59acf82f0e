"""Reading a shop into the store: nothing missed, nothing twice, a reason for everything not sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bridge.errors import Transient
from bridge.flows import notices
from bridge.flows.decide import Export, Policy
from bridge.model.orders import Totals, Unreadable
from bridge.model.texts import Problem, say
from bridge.store.records import Added, State
from tests.builders import NOON, a_line, a_ref, an_order
from tests.flows.conftest import House
from tests.support.fakes import Mode


def test_poll_queues_an_order_in_a_trigger_status(house: House):
    """A paid order is in the outbox after one poll, with its number and total."""
    house.shop.put(an_order(status="processing"))
    assert house.collector.poll("main").added == 1
    entry = house.entry()
    assert (entry.state, entry.number, entry.gross) == (State.WAITING, "1234", Decimal("100.00"))


def test_poll_again_changes_nothing(house: House):
    """The overlap shows orders again; the same content is nothing new."""
    house.shop.put(an_order())
    house.collector.poll("main")
    again = house.collector.poll("main")
    assert (again.read, again.added, again.renewed, again.changed) == (1, 0, 0, 0)


def test_own_mark_is_not_a_change(house: House):
    """The bridge's own writing on the order comes back at the next poll and triggers nothing (STA-07)."""
    house.shop.put(an_order())
    house.collector.poll("main")
    house.drain()
    house.clock.advance(60)
    again = house.collector.poll("main")
    assert (again.read, again.changed, again.renewed) == (1, 0, 0)
    assert house.drain() == []


def test_failing_page_keeps_what_was_read_and_the_cursor(house: House):
    """Page 1 is stored when page 2 fails; the next poll begins where this one did."""
    for number in range(1, 8):
        house.shop.put(an_order(order_id=number))
    house.shop.fail_after_pages = 1
    with pytest.raises(Transient):
        house.collector.poll("main")
    assert house.store.progress.cursor("orders:main") is None
    assert house.store.reads.counts()["waiting"] == 3
    house.shop.fail_after_pages = None
    assert house.collector.poll("main").added == 4


def test_empty_answer_never_moves_the_cursor(house: House):
    """A database that fails answers an empty list (woocommerce facts, row 3)."""
    house.shop.put(an_order())
    house.collector.poll("main")
    before = house.store.progress.cursor("orders:main")
    house.shop.orders.clear()
    house.clock.advance(hours=5)
    assert house.collector.poll("main").complete
    assert house.store.progress.cursor("orders:main") == before


def test_cursor_is_the_newest_change_seen(house: House):
    """Never the wall clock."""
    house.shop.put(an_order())
    house.clock.advance(hours=3)
    house.collector.poll("main")
    assert house.store.progress.cursor("orders:main") == "2026-11-21T12:00:00"


def test_order_dated_in_the_future_does_not_drag_the_cursor_along(house: House):
    """One order dated 2038 must not hide all that follow it."""
    house.shop.orders["9"] = replace(an_order(order_id=9), modified_at=datetime(2038, 1, 19, tzinfo=UTC))
    house.shop.put(an_order(order_id=8))
    house.collector.poll("main")
    assert house.store.progress.cursor("orders:main") == "2026-11-21T12:00:00"
    house.clock.advance(minutes=6)
    house.shop.put(an_order(order_id=10))
    house.collector.poll("main")
    assert house.state(10) is State.WAITING


def test_page_of_nothing_but_impossible_dates_leaves_the_cursor(house: House):
    """There is nothing to believe in it."""
    house.shop.orders["9"] = replace(an_order(order_id=9), modified_at=datetime(2038, 1, 19, tzinfo=UTC))
    house.collector.poll("main")
    assert house.store.progress.cursor("orders:main") is None


def test_skipped_order_has_a_stated_reason(house: House):
    """ORD-36: not sent, and the page can say why."""
    house.shop.put(an_order(status="on-hold"))
    result = house.collector.poll("main")
    seen = house.store.progress.seen_many([a_ref()])[a_ref()]
    assert result.skipped == 1
    assert seen.code == "not_trigger"
    assert "on-hold" in str(seen.reason)


def test_order_that_reaches_its_trigger_later_is_sent(house: House):
    """From on-hold to processing: the reason goes and the entry comes."""
    house.shop.put(an_order(status="on-hold"))
    house.collector.poll("main")
    house.clock.advance(60)
    house.shop.put(an_order(status="processing"))
    assert house.collector.poll("main").added == 1
    assert house.store.progress.seen_many([a_ref()])[a_ref()].reason is None


def test_changed_rule_is_found_by_the_sweep(house: House):
    """A status added to the configuration reaches orders whose dates did not move."""
    house.shop.put(an_order(status="packed"))
    house.collector.poll("main")
    house.policy = Policy(trigger_statuses=frozenset({"packed"}), starts_at=house.policy.starts_at)
    house.build()
    house.clock.advance(hours=20)
    assert house.collector.sweep("main", days=30).added == 1


def test_sweep_finds_an_edit_that_did_not_move_the_date(house: House):
    """Some edits do not move date_modified; the daily reading sees them by content."""
    house.shop.put(an_order())
    house.collector.poll("main")
    house.shop.orders["1234"] = replace(an_order(a_line("40.00", "10.00")), modified_at=NOON)
    house.clock.advance(hours=20)
    assert house.collector.sweep("main", days=30).renewed == 1
    assert house.entry().gross == Decimal("50.00")


def test_sweep_leaves_the_cursor_alone(house: House):
    """It reads by creation; its newest change says nothing of what lies between."""
    house.shop.put(an_order())
    house.collector.sweep("main", days=30)
    assert house.store.progress.cursor("orders:main") is None


def test_edit_while_waiting_renews_the_entry(house: House):
    """Nothing was sent yet, so the newest version is the one to send."""
    house.shop.put(an_order())
    house.collector.poll("main")
    house.clock.advance(30)
    house.shop.put(an_order(a_line("40.00", "10.00")))
    assert house.collector.poll("main").renewed == 1
    house.drain()
    assert [document.gross for _, _, document in house.erp.stored] == [Decimal("50.00")]


def test_edit_after_booking_is_noted_and_not_sent(house: House):
    """What is booked is not overwritten; the change stands in the timeline."""
    house.shop.put(an_order())
    house.collector.poll("main")
    house.drain()
    house.clock.advance(30)
    house.shop.put(an_order(a_line("40.00", "10.00")))
    assert house.collector.poll("main").changed == 1
    assert house.drain() == []
    assert len(house.erp.stored) == 1
    assert "changed in the shop" in house.notes()


def test_cancelled_before_sending_is_withdrawn(house: House):
    """A sale that was called off while it waited is not booked, and says why."""
    house.shop.put(an_order())
    house.collector.poll("main")
    house.clock.advance(30)
    house.shop.put(an_order(status="cancelled"))
    assert house.collector.poll("main").withdrawn == 1
    assert house.drain() == []
    assert house.erp.stored == []
    assert house.state() is State.DROPPED
    seen = house.store.progress.seen_many([a_ref()])[a_ref()]
    assert seen.code == "withdrawn"


def test_withdrawn_order_that_comes_back_is_sent(house: House):
    """Cancelled by mistake and set right again: booked once."""
    house.shop.put(an_order())
    house.collector.poll("main")
    house.shop.put(an_order(status="cancelled"))
    house.collector.poll("main")
    house.clock.advance(30)
    house.shop.put(an_order(status="processing"))
    assert house.collector.poll("main").added == 1
    house.drain()
    assert house.state() is State.DONE
    assert len(house.erp.stored) == 1


def test_cancelled_while_in_doubt_waits_for_the_outcome(house: House):
    """What may have been booked is not forgotten because the shop cancelled."""
    house.shop.put(an_order())
    house.collector.poll("main")
    house.erp.mode = Mode.LATE
    house.drain()
    house.erp.mode = Mode.GOOD
    house.shop.put(an_order(status="cancelled"))
    assert house.collector.poll("main").withdrawn == 0
    house.clock.advance(minutes=3)
    house.drain()
    assert house.state() is State.DONE
    assert len(house.erp.stored) == 1


def test_dropped_by_a_person_stays_dropped(house: House):
    """A person's decision is not undone by the shop's next change."""
    house.shop.put(an_order())
    house.collector.poll("main")
    house.store.outbox.drop([house.entry().id], who="Eva", reason="made by hand", now=house.clock.now())
    house.clock.advance(30)
    house.shop.put(an_order(a_line("40.00", "10.00")))
    house.collector.poll("main")
    assert house.drain() == []
    assert house.state() is State.DROPPED


def test_sku_is_kept_from_the_first_sight(house: House):
    """The shop reads the SKU live from the article; a rename must not reach an order already seen."""
    house.shop.put(an_order(status="on-hold"))
    house.collector.poll("main")
    house.clock.advance(30)
    house.shop.put(an_order(a_line(sku="RENAMED"), status="processing"))
    house.collector.poll("main")
    assert '"TVAL-1"' in (house.detail().body or "")
    assert "RENAMED" not in (house.detail().body or "")


def test_unreadable_order_is_parked_with_its_problems_and_blocks_nobody(house: House):
    """Stored raw, shown with the field and the remedy; the others go on."""
    problem = Problem(where="order 7, total", what=say("'12,50' is no amount."), fix=say("Correct it."))
    house.shop.put(
        Unreadable(ref=a_ref(7), status="processing", modified_at=NOON, raw='{"id": 7}', problems=(problem,))
    )
    house.shop.put(an_order(order_id=8))
    house.collector.poll("main")
    house.drain()
    assert (house.state(7), house.state(8)) == (State.PARKED, State.DONE)
    fault = house.entry(7).fault
    assert fault is not None
    assert (fault.field, str(fault.text)) == ("order 7, total", "'12,50' is no amount.")


def test_unreadable_order_mended_in_the_shop_is_sent_on_retry(house: House):
    """A retry reads the order afresh."""
    problem = Problem(where="total", what=say("Bad."), fix=say("Mend."))
    house.shop.put(
        Unreadable(ref=a_ref(), status="processing", modified_at=NOON, raw="{}", problems=(problem,))
    )
    house.collector.poll("main")
    house.drain()
    house.shop.put(an_order())
    house.store.outbox.retry([house.entry().id], who="Eva", reason="", now=house.clock.now())
    house.drain()
    assert house.state() is State.DONE


def test_manual_mode_waits_for_a_person(house: House):
    """ORD-05: nothing goes by itself; send puts it in the queue and a poll does not take it out."""
    house.policy = Policy(
        trigger_statuses=frozenset({"processing"}), export=Export.MANUAL, starts_at=house.policy.starts_at
    )
    house.build()
    house.shop.put(an_order())
    house.collector.poll("main")
    assert house.drain() == []
    assert house.collector.send(house.shop.order(a_ref()), who="Eva") is Added.ADDED
    house.clock.advance(30)
    house.collector.poll("main")
    house.drain()
    assert house.state() is State.DONE


def test_delay_holds_an_order_back(house: House):
    """ORD-29: an order rests before it is sent."""
    house.policy = replace(house.policy, delay=timedelta(hours=2))
    house.build()
    house.shop.put(an_order())
    house.collector.poll("main")
    house.clock.advance(hours=1, minutes=59)
    assert house.drain() == []
    house.clock.advance(minutes=2)
    house.drain()
    assert house.state() is State.DONE


def test_zero_total_is_booked_by_default(house: House):
    """ORD-31: a free order takes goods from stock; leaving it out is a choice."""
    free = an_order(a_line("0.00", "0.00"), totals=Totals(gross=Decimal("0.00"), tax=Decimal("0.00")))
    house.shop.put(free)
    house.collector.poll("main")
    house.drain()
    assert house.state() is State.DONE


def test_first_start_without_a_start_date_leaves_history_alone(house: House):
    """Installed today: yesterday's orders are not booked, and say so; today's are."""
    house.policy = Policy(trigger_statuses=frozenset({"processing"}))
    house.build()
    house.shop.put(an_order(order_id=1, created_at=NOON - timedelta(hours=1)))
    house.collector.poll("main")
    house.clock.advance(60)
    house.shop.put(an_order(order_id=2, created_at=house.clock.now()))
    house.collector.poll("main")
    assert house.store.progress.seen_many([a_ref(1)])[a_ref(1)].code == "before_start"
    assert house.state(2) is State.WAITING


def test_notices_are_kept_and_cleared(house: House):
    """A stale status is told as long as it is stale."""
    house.shop.notices = (Problem(where="[shop main] trigger_statuses", what=say("gone"), fix=say("remove")),)
    house.collector.poll("main")
    assert [problem.where for problem in notices.kept(house.store, "shop:main")] == [
        "[shop main] trigger_statuses"
    ]
    house.shop.notices = ()
    house.collector.poll("main")
    assert notices.kept(house.store, "shop:main") == ()
