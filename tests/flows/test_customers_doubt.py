"""A customer is made once, whatever is lost, late, killed or simultaneous; never a doubt about the document."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.flows.dispatch import Step
from bridge.flows.underway import UNDERWAY
from bridge.model.orders import Customer
from bridge.store.records import State
from tests.builders import an_order
from tests.flows.conftest import House
from tests.flows.test_customers import EMAIL, FIRM, erp
from tests.support.fake_customers import FakeCustomerErp, customer_settings
from tests.support.fakes import Mode

__all__ = ["erp"]

SETTLE = timedelta(minutes=2)
ALWAYS_NEW = {"ignore_email": True, "ignore_org_number": True}


def place(house: House, *ids: int, customer: Customer = FIRM, **settings: object) -> None:
    """Orders of one buyer, ready to go."""
    house.customers = customer_settings(**settings)
    house.build()
    for each in ids or (1234,):
        house.shop.put(an_order(order_id=each, customer=customer))
    house.collector.poll("main")


def lose(house: House, erp: FakeCustomerErp, mode: Mode) -> None:
    """One step whose customer's answer is lost."""
    erp.customer_mode = mode
    assert house.dispatcher.step() is Step.AGAIN
    erp.customer_mode = Mode.GOOD


def wait(house: House, time: timedelta = SETTLE * 2) -> None:
    """Let it pass."""
    house.clock.advance(time.total_seconds())


def asked_in_vain(house: House) -> None:
    """The ERP has had its time, is asked, and does not have the customer: it will be asked once more."""
    wait(house)
    assert house.drain() == [Step.AGAIN]
    assert house.entry().doubt is None
    wait(house)


@pytest.mark.parametrize("mode", [Mode.LOST_AFTER, Mode.LATE])
def test_lost_reply_then_once(house: House, erp: FakeCustomerErp, mode: Mode):
    """Asked after the settle time the ERP has it; the document was never in doubt."""
    place(house)
    lose(house, erp, mode)
    entry = house.entry()
    assert (entry.state, entry.doubt) == (State.WAITING, None)
    assert entry.due_at >= house.clock.now() + SETTLE
    wait(house)
    house.drain()
    assert (house.state(), erp.booked_on, len(erp.cards)) == (State.DONE, ["1001"], 1)
    assert json.loads(house.store.progress.get(UNDERWAY) or "") == []


def test_lost_reply_of_what_was_never_made_makes_it_once(house: House, erp: FakeCustomerErp):
    """The ERP, asked after its time, has nothing: now it is made."""
    place(house)
    lose(house, erp, Mode.LOST_BEFORE)
    asked_in_vain(house)
    house.drain()
    assert (house.state(), len(erp.cards)) == (State.DONE, 1)


def test_erp_later_than_its_settle_time_is_found_by_the_second_asking(house: House, erp: FakeCustomerErp):
    """Asked once more before anything is repeated, as for documents."""
    erp.late_by = SETTLE * 3
    place(house)
    lose(house, erp, Mode.LATE)
    asked_in_vain(house)
    wait(house)
    house.drain()
    assert (house.state(), len(erp.cards)) == (State.DONE, 1)


@pytest.mark.parametrize("hours", [-25, 25])
def test_clock_that_jumps_makes_no_second_customer_and_holds_nobody_up(
    house: House, erp: FakeCustomerErp, hours: int
):
    """October, or a bad time server."""
    place(house)
    lose(house, erp, Mode.LATE)
    house.clock.jump(house.clock.now() + timedelta(hours=hours))
    house.restart()
    for _ in range(4):
        house.store.outbox.retry([house.entry().id], who="Anna", reason="", now=house.clock.now())
        house.drain()
        wait(house)
    assert (house.state(), len(erp.cards)) == (State.DONE, 1)


def test_other_order_of_the_buyer_waits_for_what_nobody_knows(house: House, erp: FakeCustomerErp):
    """It would find nothing yet, and make a second one."""
    place(house, 1, 2)
    lose(house, erp, Mode.LATE)
    erp.cards[0].visible_from += 60
    assert house.dispatcher.step() is Step.AGAIN
    assert house.entry(2).doubt is None
    wait(house)
    house.drain()
    assert (house.state(1), house.state(2)) == (State.DONE, State.DONE)
    assert erp.booked_on == ["1001", "1001"]


def test_killed_while_making_a_customer_waits_likewise(house: House, erp: FakeCustomerErp):
    """What was about to happen stands in the database, for this order and for the buyer's others."""
    place(house, 1, 2)
    erp.customer_mode = Mode.BUG
    house.dispatcher.step()
    erp.customer_mode = Mode.GOOD
    erp.add(email=EMAIL)  # it got through after all, but the search does not see it yet
    erp.cards[0].visible_from = house.clock.monotonic() + 60
    house.restart()
    assert house.dispatcher.step() is Step.AGAIN
    wait(house)
    house.drain()
    assert (house.state(2), erp.booked_on) == (State.DONE, ["1001"])
    assert len(erp.cards) == 1


def test_search_that_lags_behind_the_register_makes_no_second(house: House, erp: FakeCustomerErp):
    """The next order of the buyer comes a second later."""
    erp.search_lag = timedelta(seconds=90)
    place(house, 1, 2)
    house.drain()
    assert erp.booked_on == ["1001", "1001"]
    wait(house)
    place(house, 3)
    house.drain()
    assert (erp.booked_on[-1], len(erp.cards)) == ("1001", 1)


def test_two_orders_at_the_same_moment_make_one_customer(house: House, erp: FakeCustomerErp):
    """Two workers, one buyer."""
    place(house, *range(1, 9))
    with ThreadPoolExecutor(4) as pool:
        steps = list(pool.map(lambda _: house.dispatcher.step(), range(8)))
    assert steps == [Step.DONE] * 8
    assert (len(erp.cards), set(erp.booked_on)) == (1, {"1001"})


@pytest.mark.parametrize("mode", [Mode.DOWN, Mode.THROTTLED, Mode.LOCKED])
def test_failed_look_up_is_not_taken_for_a_customer_who_is_not_there(
    house: House, erp: FakeCustomerErp, mode: Mode
):
    """Nothing is made, nothing booked; later everything."""
    erp.add(email=EMAIL)
    place(house)
    erp.asking_mode = mode
    assert house.dispatcher.step() is Step.AGAIN
    erp.asking_mode = Mode.GOOD
    assert (len(erp.cards), erp.stored, house.entry().doubt) == (1, [], None)
    wait(house, timedelta(hours=7))
    house.drain()
    assert erp.booked_on == ["1001"]


def test_refused_customer_is_parked_and_can_be_tried_again_at_once(house: House, erp: FakeCustomerErp):
    """A refusal leaves nothing behind to wait for."""
    place(house)
    erp.customer_mode = Mode.REJECTS
    assert house.drain() == [Step.PARKED]
    assert json.loads(house.store.progress.get(UNDERWAY) or "") == []
    erp.customer_mode = Mode.GOOD
    house.store.outbox.retry([house.entry().id], who="Anna", reason="", now=house.clock.now())
    house.drain()
    assert (house.state(), len(erp.cards)) == (State.DONE, 1)


def test_lost_reply_to_an_update_is_simply_repeated(house: House, erp: FakeCustomerErp):
    """An update may be repeated; nobody needs to ask."""
    erp.add(email=EMAIL)
    place(house, force_update=True)
    lose(house, erp, Mode.LOST_AFTER)
    assert house.entry().doubt is None
    wait(house)
    house.drain()
    assert (len(erp.updates), erp.booked_on, len(erp.cards)) == (2, ["1001"], 1)


@pytest.mark.parametrize("mode", [Mode.LOST_AFTER, Mode.LOST_BEFORE])
def test_always_new_and_a_lost_reply_is_one_new_customer(house: House, erp: FakeCustomerErp, mode: Mode):
    """Told from those with the same e-mail address and number by having come since."""
    erp.add(email=EMAIL)
    erp.add(org_number=FIRM.org_number)
    place(house, **ALWAYS_NEW)
    lose(house, erp, mode)
    if mode is Mode.LOST_BEFORE:
        asked_in_vain(house)
    wait(house)
    house.drain()
    assert (house.state(), erp.booked_on, len(erp.cards)) == (State.DONE, ["1003"], 3)


def test_always_new_with_two_that_came_since_is_parked(house: House, erp: FakeCustomerErp):
    """One of them is ours, and nobody can say which."""
    place(house, **ALWAYS_NEW)
    lose(house, erp, Mode.LOST_AFTER)
    erp.add(email=EMAIL)
    wait(house)
    assert house.drain() == [Step.PARKED]
    fault = house.entry().fault
    assert fault is not None
    assert "1001, 1002" in str(fault.text)


def test_customer_without_email_and_number_is_not_made_again_unasked(house: House, erp: FakeCustomerErp):
    """There is nothing to ask by: a person looks, and a retry is the decision."""
    place(house, customer=replace(FIRM, email="", org_number=""))
    lose(house, erp, Mode.LOST_AFTER)
    wait(house)
    assert house.drain() == [Step.PARKED]
    fault = house.entry().fault
    assert fault is not None
    assert "Nobody knows whether the customer was made" in str(fault.text)
    erp.cards.clear()
    house.store.outbox.retry([house.entry().id], who="Anna", reason="", now=house.clock.now())
    house.drain()
    assert (house.state(), len(erp.cards)) == (State.DONE, 1)


def test_what_is_written_down_names_nobody_and_does_not_stay_for_ever(house: House, erp: FakeCustomerErp):
    """Fingerprints only; an order that was dropped is forgotten after some months."""
    place(house)
    lose(house, erp, Mode.LOST_AFTER)
    kept = house.store.progress.get(UNDERWAY) or ""
    assert EMAIL not in kept
    assert FIRM.org_number not in kept
    house.store.outbox.drop([house.entry().id], who="Anna", reason="x", now=house.clock.now())
    wait(house, timedelta(days=100))
    place(house, 2, customer=replace(FIRM, email="other@example.com", org_number=""))
    house.drain()
    assert json.loads(house.store.progress.get(UNDERWAY) or "") == []


def test_collective_customer_lost_on_the_way_is_only_not_now(house: House, erp: FakeCustomerErp):
    """Asking changes nothing."""
    erp.add(name="Webbkund")
    place(house, customer=replace(FIRM, shop_id="", company="", org_number=""), collective_customer="1001")
    erp.asking_mode = Mode.LOST_BEFORE
    assert house.dispatcher.step() is Step.AGAIN
    erp.asking_mode = Mode.GOOD
    assert house.entry().doubt is None
    wait(house, timedelta(hours=7))
    house.drain()
    assert erp.booked_on == ["1001"]
