"""What a person may do, and what the timeline keeps of it."""

from __future__ import annotations

import threading

import pytest

from bridge.errors import NotFound, UserError
from bridge.flows.operator import Operator
from bridge.model.documents import DocumentKind, Purpose
from bridge.model.orders import OrderRef, Unreadable
from bridge.model.texts import Problem, say
from bridge.store.records import State
from tests.builders import NOON, a_ref, an_order
from tests.flows.conftest import House
from tests.support.fakes import Mode


@pytest.fixture
def operator(house: House) -> Operator:
    """The acts on this house."""
    return Operator(
        store=house.store,
        shops={"main": house.shop},
        collector=house.collector,
        booker=house.booker,
        creditor=house.creditor,
        kinds={"main": DocumentKind.ORDER},
        clock=house.clock,
        poke=threading.Event(),
    )


@pytest.fixture
def parked(house: House) -> int:
    """The id of an entry the ERP refused."""
    house.shop.put(an_order())
    house.collector.poll("main")
    house.erp.mode = Mode.REJECTS
    house.drain()
    house.erp.mode = Mode.GOOD
    return house.entry().id


def test_retry_sends_again(house: House, operator: Operator, parked: int):
    """Mended in the ERP, sent from the page."""
    assert operator.retry([parked], who="Eva") == 1
    house.drain()
    assert house.state() is State.DONE
    assert any(event.who == "Eva" for event in house.detail().events)


def test_retry_of_what_is_not_parked_moves_nothing(operator: Operator, parked: int):
    """Two admins press at once: one of them did it."""
    operator.retry([parked], who="Eva")
    assert operator.retry([parked], who="Bo") == 0


def test_drop_wants_a_reason(operator: Operator, parked: int):
    """Somebody will ask in a year."""
    with pytest.raises(UserError, match="why"):
        operator.drop([parked], who="Eva", reason="  ")


def test_drop_is_final_and_named(house: House, operator: Operator, parked: int):
    """Never sent, and the timeline says who and why."""
    assert operator.drop([parked], who="Eva", reason="test order") == 1
    assert house.drain() == []
    assert house.state() is State.DROPPED
    assert "test order" in house.notes()


def test_settle_links_the_document_and_marks_the_shop(house: House, operator: Operator, parked: int):
    """Booked by hand: the number goes to the shop's order as if we had booked it."""
    assert operator.settle(parked, number="4711", who="Eva", reason="booked by hand")
    house.drain()
    assert house.entry().document == "4711"
    assert house.shop.marks == {"1234": ["4711"]}


def test_settle_wants_a_number(operator: Operator, parked: int):
    """Without a number there is nothing behind the green status."""
    with pytest.raises(UserError, match="number"):
        operator.settle(parked, number=" ", who="Eva", reason="")


def test_settle_of_a_mark_adds_no_mark(house: House, operator: Operator):
    """A mark that a person settles is settled, no more."""
    house.shop.put(an_order())
    house.collector.poll("main")
    house.shop.mode = Mode.REJECTS
    house.drain()
    entry = house.entry(purpose=Purpose.MARK)
    assert operator.settle(entry.id, number="N1", who="Eva", reason="seen")
    assert house.state(purpose=Purpose.MARK) is State.DONE


def test_settle_of_an_entry_that_does_not_exist(operator: Operator):
    """A stale link on somebody's screen."""
    assert not operator.settle(999, number="1", who="Eva", reason="")


def test_send_overrules_the_rules(house: House, operator: Operator):
    """ORD-05: the Send button on an order in no trigger status."""
    house.shop.put(an_order(status="on-hold"))
    house.collector.poll("main")
    assert "queue" in str(operator.send(a_ref(), who="Eva"))
    house.drain()
    assert house.state() is State.DONE


def test_send_again_of_a_sent_order_sends_nothing(house: House, operator: Operator):
    """Pressing twice books once."""
    house.shop.put(an_order())
    operator.send(a_ref(), who="Eva")
    house.drain()
    assert "already" in str(operator.send(a_ref(), who="Eva"))
    house.drain()
    assert len(house.erp.stored) == 1


def test_send_of_an_unknown_shop_names_the_known(operator: Operator):
    """A typing mistake on the command line."""
    with pytest.raises(UserError, match="main"):
        operator.send(OrderRef(shop="mian", id="1"), who="Eva")


def test_send_of_an_unknown_order(operator: Operator):
    """The shop says no."""
    with pytest.raises(NotFound):
        operator.send(a_ref(404), who="Eva")


def test_preview_shows_what_would_be_sent_without_sending(house: House, operator: Operator):
    """From the stored order, and from the shop for one not stored."""
    house.shop.put(an_order())
    assert operator.preview(a_ref()).payload == "main:1234:order 100.00"
    house.collector.poll("main")
    house.shop.orders.clear()
    assert operator.preview(a_ref()).payload == "main:1234:order 100.00"
    assert house.erp.stored == []


def test_preview_of_an_unreadable_order_says_why(house: House, operator: Operator):
    """The problems come with it."""
    problem = Problem(where="total", what=say("Bad."), fix=say("Mend."))
    house.shop.put(
        Unreadable(ref=a_ref(), status="processing", modified_at=NOON, raw="{}", problems=(problem,))
    )
    house.collector.poll("main")
    with pytest.raises(UserError, match="Bad"):
        operator.preview(a_ref())


def test_resume_ends_the_rest_of_a_channel(house: House, operator: Operator):
    """The access was renewed: go on now."""
    house.store.progress.pause("erp", until=None, why=say("401"), now=house.clock.now())
    operator.resume("erp", who="Eva")
    assert house.store.progress.pauses() == {}


def test_resume_tries_at_once_what_had_failed(house: House, operator: Operator):
    """The access was renewed: nobody waits for the next try of each order."""
    house.shop.put(an_order())
    house.collector.poll("main")
    house.erp.mode = Mode.DOWN
    house.drain()
    house.erp.mode = Mode.GOOD
    operator.resume("erp", who="Eva")
    house.drain()
    assert house.state() is State.DONE


def test_resume_does_not_hurry_what_is_in_doubt(house: House, operator: Operator):
    """It waits for the ERP to finish what it may have begun."""
    house.shop.put(an_order())
    house.collector.poll("main")
    house.erp.mode = Mode.LATE
    house.drain()
    house.erp.mode = Mode.GOOD
    operator.resume("erp", who="Eva")
    assert house.drain() == []
