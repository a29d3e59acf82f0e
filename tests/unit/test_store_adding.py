from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.model.documents import Key, Purpose
from bridge.model.orders import OrderRef
from bridge.model.texts import say
from bridge.store import Added, Doubt, State
from tests.builders import a_ref
from tests.unit.store_world import FAULT, VOUCHER, World, an_entry


@pytest.fixture
def world(tmp_path: Path, clock: ManualClock) -> Iterator[World]:
    """An empty store."""
    made = World(tmp_path, clock=clock)
    yield made
    made.store.close()


def test_add_the_same_again_is_one_entry(world: World) -> None:
    """Seeing an order twice sends it once."""
    assert [world.add(), world.add()] == [Added.ADDED, Added.KNOWN]
    assert world.store.reads.counts()["waiting"] == 1


def test_add_known_writes_nothing(world: World) -> None:
    """A poll with nothing new leaves the file alone."""
    world.add()
    before = world.store._writer.connection.total_changes
    assert world.add() is Added.KNOWN
    assert world.store._writer.connection.total_changes == before


def test_add_newer_while_waiting_replaces_the_snapshot(world: World) -> None:
    """What was not sent yet is sent as it is now, at the time it was due before."""
    world.add(due_at=world.later(hours=1))
    assert world.add(digest="d2", body="newer", due_at=world.later(hours=9)) is Added.RENEWED
    world.clock.advance(hours=1)
    claimed = world.claim()
    assert claimed is not None
    assert (claimed.body, claimed.entry.digest) == ("newer", "d2")
    assert world.store._writer.read("SELECT count(*) FROM snapshot") == [(1,)]


def test_add_newer_after_a_try_that_surely_failed_replaces_it_too(world: World) -> None:
    """An outage of the ERP must not freeze the orders that wait for its end."""
    entry = world.claimed().entry
    world.store.outbox.postpone(entry, due_at=world.now, fault=FAULT, note=say("Refused."))
    assert world.add(digest="d2") is Added.RENEWED


@pytest.mark.parametrize("parked", [False, True])
def test_add_newer_in_doubt_changes_nothing(world: World, *, parked: bool) -> None:
    """What may have been booked is compared with what was sent, not with what came later."""
    entry, doubt = world.claimed().entry, Doubt(since=world.now)
    if parked:
        world.store.outbox.park(entry, fault=FAULT, doubt=doubt)
    else:
        world.store.outbox.postpone(entry, due_at=world.now, fault=FAULT, note=say("Lost."), doubt=doubt)
    assert world.add(digest="d2", body="newer") is Added.CHANGED
    detail = world.store.reads.entry(entry.id)
    assert detail is not None
    assert (detail.body, detail.entry.digest, detail.entry.doubt) == ('{"order": 1}', "d1", doubt)


def test_add_newer_while_parked_stays_parked(world: World) -> None:
    """A mended order is what the retry will send; sending it is still the person's decision."""
    parked = world.parked()
    assert world.add(digest="d2", body="mended") is Added.RENEWED
    detail = world.store.reads.entry(parked)
    assert detail is not None
    assert (detail.entry.state, detail.entry.fault, detail.body) == (State.PARKED, FAULT, "mended")


def test_add_broken_version_parks_a_waiting_one(world: World) -> None:
    """Neither the broken version nor the one before it is sent."""
    world.add()
    assert world.add(digest="d2", state=State.PARKED, error=FAULT) is Added.RENEWED
    assert world.claim() is None
    assert world.store.reads.counts()["parked"] == 1


@pytest.mark.parametrize("after", ["sending", "done", "dropped"])
def test_add_newer_too_late_is_told(world: World, after: str) -> None:
    """A change after the sending began is reported and noted on the entry, never stored over it."""
    entry = world.claimed().entry
    if after == "done":
        world.store.outbox.finish(entry, document=VOUCHER, note=say("Booked."))
    if after == "dropped":
        world.store.outbox.park(entry, fault=FAULT)
        world.store.outbox.drop([entry.id], who="Eva", reason="", now=world.now)
    assert world.add(digest="d2") is Added.CHANGED
    detail = world.store.reads.entry(entry.id)
    assert detail is not None
    assert detail.entry.state == after
    assert "changed in the shop" in str(detail.events[-1].note)


def test_add_born_parked_waits_for_a_person(world: World) -> None:
    """An order that could not be read is kept, with its reason, and is not sent."""
    world.add(state=State.PARKED, error=FAULT, body='{"raw": true}')
    assert world.claim() is None
    (entry,) = world.store.reads.find("1")
    assert (entry.state, entry.fault) == (State.PARKED, FAULT)


def test_add_in_a_final_state_is_refused(world: World) -> None:
    """Nothing is born done."""
    with pytest.raises(ValueError, match="cannot begin as done"):
        world.add(state=State.DONE)


def test_add_after_the_retention_still_knows_the_key(world: World) -> None:
    """An old order that turns up again is not booked a second time."""
    world.done()
    assert world.store.prune(before=world.later(days=1)) == 1
    assert world.add() is Added.KNOWN
    assert world.add(digest="d2") is Added.CHANGED


def test_add_half_a_character_is_kept(world: World) -> None:
    """Half an emoji in a shop's JSON is no UTF-8; the order is kept all the same."""
    world.add(number="17\ud83d", body="\ud83d")
    claimed = world.claim()
    assert claimed is not None
    assert (claimed.body, claimed.entry.number) == ("?", "17?")


def test_withdraw_untried_entry_drops_it_and_add_brings_it_back(world: World) -> None:
    """The shop calls an order off, then on again."""
    world.add()
    key = an_entry().key
    assert world.store.outbox.withdraw(key, who="bridge", note=say("Cancelled."))
    assert world.claim() is None
    assert world.add(digest="d2", body="again") is Added.ADDED
    claimed = world.claim()
    assert claimed is not None
    assert claimed.body == "again"


def test_withdraw_revived_with_problems_is_parked(world: World) -> None:
    """Coming back does not cure an order."""
    world.add()
    world.store.outbox.withdraw(an_entry().key, who="bridge", note=say("Cancelled."))
    assert world.add(state=State.PARKED, error=FAULT) is Added.ADDED
    assert world.claim() is None
    assert world.store.reads.counts()["parked"] == 1


def test_withdraw_too_late_is_false(world: World) -> None:
    """What is being sent, is in doubt or is unknown cannot be called off."""
    entry = world.claimed().entry
    outbox = world.store.outbox
    assert not outbox.withdraw(entry.key, who="bridge", note=say("Cancelled."))
    outbox.postpone(entry, due_at=world.now, fault=None, note=say("Lost."), doubt=Doubt(since=world.now))
    assert not outbox.withdraw(entry.key, who="bridge", note=say("Cancelled."))
    assert not outbox.withdraw(Key(a_ref(99), Purpose.ORDER), who="bridge", note=say("Cancelled."))


def test_withdraw_then_retention_forgets_the_key(world: World) -> None:
    """Never sent, so it may come in as new even after its contents were erased."""
    world.add()
    world.store.outbox.withdraw(an_entry().key, who="bridge", note=say("Cancelled."))
    assert world.store.prune(before=world.later(days=1)) == 1
    assert world.add() is Added.ADDED


def test_withdraw_revived_goes_before_what_was_added_after_it(world: World) -> None:
    """The order of one order's entries is the order of their adding, whatever happened between."""
    world.add()
    world.store.outbox.withdraw(an_entry().key, who="bridge", note=say("Cancelled."))
    world.add(purpose=Purpose.MARK)
    world.add(digest="d2")
    claimed = world.claim()
    assert claimed is not None
    assert claimed.entry.key.purpose is Purpose.ORDER
    assert world.claim() is None
    assert world.store.check() == []


def test_key_keeps_the_number_the_buyer_sees(world: World) -> None:
    """The page shows the shop's own number, which may differ from the id."""
    new = an_entry(7, number="2026-7")
    world.store.outbox.add(
        replace(new, key=Key(OrderRef(shop="main", id="7", number="2026-7"), Purpose.ORDER)),
        who="b",
        note=say("x"),
    )
    (entry,) = world.store.reads.find("2026-7")
    assert entry.key.ref.number == "2026-7"
