"""Sending: three outcomes of a call, never mixed, and one document whatever happens."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bridge.errors import StoreError
from bridge.flows.dispatch import Step
from bridge.model.documents import Purpose
from bridge.model.orders import Totals
from bridge.model.texts import say
from bridge.store.records import State
from tests.builders import a_line, an_order
from tests.flows.conftest import House
from tests.support.fakes import Mode

MARK = Purpose.MARK


def test_order_is_booked_and_the_shop_told(ready: House):
    """ORD-01 and ORD-19: one document, and its number on the shop's order."""
    assert ready.drain() == [Step.DONE]
    assert ready.entry().document == "N1"
    assert ready.shop.marks == {"1234": ["N1"]}
    assert ready.state(purpose=MARK) is State.DONE


def test_what_was_sent_and_what_came_back_is_kept(ready: House):
    """The entry page can show both."""
    ready.drain()
    (exchange,) = ready.detail().exchanges
    assert exchange.payload == "main:1234:order 100.00"
    assert "N1" in exchange.answer


def test_down_is_tried_again_and_charged(ready: House):
    """Surely not done: tried again later, without a doubt."""
    ready.erp.mode = Mode.DOWN
    ready.drain()
    entry = ready.entry()
    assert (entry.state, entry.attempts, entry.doubt) == (State.WAITING, 1, None)
    assert entry.due_at == ready.clock.now() + timedelta(minutes=1)


def test_throttled_waits_as_told_and_costs_no_attempt(ready: House):
    """Retry-After is a floor."""
    ready.erp.mode = Mode.THROTTLED
    ready.drain()
    entry = ready.entry()
    assert entry.attempts == 0
    assert entry.due_at >= ready.clock.now() + timedelta(seconds=7)


def test_rejected_is_parked_with_the_field_and_others_go_on(ready: House):
    """One bad order stops nobody."""
    ready.erp.mode = Mode.REJECTS
    ready.drain()
    ready.erp.mode = Mode.GOOD
    ready.shop.put(an_order(order_id=5))
    ready.collector.poll("main")
    ready.drain()
    fault = ready.entry().fault
    assert fault is not None
    assert (ready.state(), fault.field, ready.state(5)) == (State.PARKED, "sku", State.DONE)


def test_bug_parks_the_entry_without_leaking_what_it_said(ready: House, caplog: pytest.LogCaptureFixture):
    """An error nobody foresaw keeps the order safe and the daemon alive; its text may hold anything."""
    ready.erp.mode = Mode.BUG
    assert ready.drain() == [Step.PARKED]
    fault = ready.entry().fault
    assert fault is not None
    assert "ZeroDivisionError" in str(fault.text)
    assert "Öberg" not in str(fault.text)
    assert any(record.exc_info for record in caplog.records)


def test_unauthorised_rests_the_channel_and_burns_no_attempt(ready: House):
    """A revoked key stops sending for a while; every order keeps its attempts, and it goes on by itself."""
    for number in range(1, 30):
        ready.shop.put(an_order(order_id=number))
    ready.collector.poll("main")
    ready.erp.mode = Mode.LOCKED
    assert ready.drain() == [Step.AGAIN]
    assert "erp" in ready.store.progress.pauses()
    ready.erp.mode = Mode.GOOD
    ready.clock.advance(hours=1)
    ready.drain(limit=100)
    assert len(ready.erp.stored) == 30


def test_shop_is_still_told_while_the_erp_rests(ready: House):
    """The channels are independent."""
    ready.shop.mode = Mode.DOWN
    ready.dispatcher.step()
    ready.shop.mode = Mode.GOOD
    ready.clock.advance(minutes=2)
    ready.store.progress.pause("erp", until=None, why=say("resting"), now=ready.clock.now())
    assert ready.drain() == [Step.DONE]
    assert ready.state(purpose=MARK) is State.DONE


def test_failing_shop_never_causes_a_second_booking(ready: House):
    """The mark is an entry of its own (fault 47)."""
    ready.shop.mode = Mode.DOWN
    ready.drain()
    assert ready.state() is State.DONE
    ready.shop.mode = Mode.GOOD
    ready.clock.advance(hours=1)
    ready.drain()
    assert len(ready.erp.stored) == 1
    assert ready.state(purpose=MARK) is State.DONE


def test_clock_set_back_does_not_stretch_a_rest(ready: House):
    """A rest noted a day ahead ends within its half hour."""
    ready.clock.jump(ready.clock.now() + timedelta(days=2))
    ready.erp.mode = Mode.LOCKED
    ready.drain()
    ready.clock.jump(ready.clock.now() - timedelta(days=2))
    ready.restart()
    ready.erp.mode = Mode.GOOD
    ready.clock.advance(minutes=31)
    ready.drain()
    assert ready.state() is State.DONE


def test_rest_that_begins_again_is_told_from_its_new_beginning(ready: House):
    """Since when it rests is true for this rest, not for one last month."""
    progress, clock = ready.store.progress, ready.clock
    progress.pause("erp", until=clock.now() + timedelta(minutes=5), why=say("401"), now=clock.now())
    clock.advance(hours=1)
    progress.pause("erp", until=clock.now() + timedelta(minutes=5), why=say("401"), now=clock.now())
    assert progress.pauses()["erp"].since == clock.now()
    clock.advance(minutes=1)
    progress.pause("erp", until=clock.now() + timedelta(minutes=9), why=say("401"), now=clock.now())
    assert progress.pauses()["erp"].since == clock.now() - timedelta(minutes=1)


def test_shop_that_rests_is_not_told_at_once(ready: House):
    """The mark waits for its channel; the booking does not."""
    ready.store.progress.pause("shop main", until=None, why=say("resting"), now=ready.clock.now())
    assert ready.drain() == [Step.DONE]
    assert ready.state(purpose=MARK) is State.WAITING
    assert ready.shop.marks == {}
    ready.store.progress.resume("shop main")
    ready.drain()
    assert ready.shop.marks == {"1234": ["N1"]}


def test_system_outage_rests_the_channel_instead_of_trying_every_order(ready: House):
    """A hundred orders against a dead ERP: five tries, then rest; after three days all are booked in order."""
    for number in range(1, 100):
        ready.shop.put(an_order(order_id=number))
    ready.collector.poll("main")
    ready.erp.mode = Mode.DOWN
    assert len(ready.drain(limit=200)) == 5
    for _ in range(72):
        ready.clock.advance(hours=1)
        ready.drain(limit=200)
    ready.erp.mode = Mode.GOOD
    ready.clock.advance(hours=7)
    ready.drain(limit=500)
    assert len(ready.erp.stored) == 100
    assert ready.store.reads.counts()["parked"] == 0


def test_end_of_an_outage_hurries_what_waited(ready: House):
    """The first success brings the others along; nobody sits out six hours of backoff."""
    for number in range(1, 10):
        ready.shop.put(an_order(order_id=number))
    ready.collector.poll("main")
    ready.erp.mode = Mode.DOWN
    for _ in range(30):
        ready.drain()
        ready.clock.advance(hours=1)
    ready.erp.mode = Mode.GOOD
    while not ready.drain(limit=100):
        ready.clock.advance(minutes=10)
    assert len(ready.erp.stored) == 10


def test_five_days_of_trying_parks_the_entry(ready: House):
    """After so long a person should look."""
    ready.erp.mode = Mode.DOWN
    for _ in range(60):
        ready.drain()
        ready.clock.advance(hours=7)
    assert ready.state() is State.PARKED


def test_order_whose_total_is_not_the_sum_of_its_rows_is_parked_with_the_arithmetic(house: House):
    """Ten kronor apart is no rounding."""
    house.shop.put(an_order(totals=Totals(gross=Decimal("110.00"), tax=Decimal("20.00"))))
    house.collector.poll("main")
    house.drain()
    fault = house.entry().fault
    assert fault is not None
    assert house.state() is State.PARKED
    assert "110.00" in str(fault.text)
    assert house.erp.stored == []


def test_order_without_lines_is_parked(house: House):
    """Half-built or emptied: a person looks."""
    house.shop.put(an_order(lines=(), totals=Totals(gross=Decimal("0.00"), tax=Decimal("0.00"))))
    house.collector.poll("main")
    house.drain()
    assert house.state() is State.PARKED


def test_store_that_cannot_be_written_stops_before_sending(ready: House, monkeypatch: pytest.MonkeyPatch):
    """Disk full: "sending" cannot be written down, so nothing is sent."""

    def full(*_args: object, **_kwargs: object) -> None:
        raise StoreError("disk full")

    monkeypatch.setattr(ready.store.outbox, "claim", full)
    with pytest.raises(StoreError):
        ready.dispatcher.step()
    assert ready.erp.stored == []


def test_split_vat_reaches_the_erp_to_the_ore(house: House):
    """25, 12 and 6 % on one order come to the shop's total."""
    lines = (
        a_line("79.99", "20.00", id="1"),
        a_line("62.44", "7.49", percent="12", id="2"),
        a_line("0.85", "0.05", percent="6", id="3"),
    )
    house.shop.put(an_order(*lines))
    house.collector.poll("main")
    house.drain()
    assert house.erp.stored[0][2].gross == Decimal("170.82")
