"""An edit or a cancellation whose answer was lost, where the ERP cannot be asked: a person looks, and is believed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bridge.flows.choosing import Choosing
from bridge.flows.standing import Choice
from bridge.model.documents import Purpose
from bridge.ports import Capability
from bridge.store.records import Entry, EntryFilter, State
from tests.builders import a_line, an_order
from tests.flows.conftest import House
from tests.support.fakes import Mode

FIRST = an_order()
"""100.00."""
DEARER = an_order(a_line("120.00", "30.00"))
CANCELLED = replace(FIRST, status="cancelled")


def parked(house: House) -> Entry:
    """The one entry that waits for a person."""
    (entry,) = house.store.reads.entries(EntryFilter(states=(State.PARKED,))).items
    return entry


def later(house: House) -> None:
    """Time passes."""
    for _ in range(4):
        house.clock.advance(minutes=10)
        house.drain()


@pytest.fixture
def mute(house: House) -> House:
    """Booked as N1; credits are all it has."""
    house.erp.mute = True
    house.erp.capabilities = frozenset({Capability.CREDITS})
    house.shop.put(FIRST)
    house.collector.poll("main")
    house.drain()
    return house


def lose(house: House, order: object, mode: Mode) -> None:
    """Saved in the shop, chosen to be taken back, and the answer is lost."""
    house.clock.advance(60)
    house.shop.put(order)
    house.collector.poll("main")
    house.drain()
    house.erp.mode = mode
    chosen = Choosing(store=house.store, clock=house.clock)
    assert chosen.choose(parked(house).id, Choice.ANEW, who="Eva", reason="")
    house.drain()
    house.erp.mode = Mode.GOOD
    later(house)


@pytest.mark.parametrize(
    ("order", "totals"), [(DEARER, ["100.00", "-100.00", "150.00"]), (CANCELLED, ["100.00", "-100.00"])]
)
def test_retry_of_who_has_looked_takes_back(mute: House, order: object, totals: list[str]):
    """It was not there, so it is sent, and what follows it too."""
    lose(mute, order, Mode.LOST_BEFORE)
    entry = parked(mute)
    assert entry.fault is not None
    assert entry.fault.kind == "Unanswerable"
    assert mute.store.outbox.retry([entry.id], who="Eva", reason="", now=mute.clock.now()) == 1
    later(mute)
    assert [document.gross for _, _, document in mute.erp.stored] == [Decimal(each) for each in totals]
    assert not mute.store.reads.entries(EntryFilter(states=(State.PARKED,))).items


def test_nothing_is_taken_back_twice_by_itself(mute: House):
    """It had got through: without a person nothing more is sent."""
    lose(mute, DEARER, Mode.LOST_AFTER)
    later(mute)
    assert parked(mute).fault is not None
    assert [document.gross for _, _, document in mute.erp.stored] == [Decimal("100.00"), Decimal("-100.00")]


def test_settings_that_want_no_more_end_a_lost_step_without_a_question(wanting: House):
    """Its document stands; a person could say no more of it than that."""
    wanting.dispatcher.step()
    wanting.erp.mode = Mode.LOST_BEFORE
    wanting.drain()
    wanting.erp.mode, wanting.erp.mute, wanting.erp.wants = Mode.GOOD, True, ()
    later(wanting)
    assert wanting.state(purpose=Purpose.FINALISE) is State.DONE
