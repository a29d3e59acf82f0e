from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.model.orders import OrderRef
from bridge.model.texts import say
from bridge.store import Pause, Seen
from bridge.store.sessions import ABSOLUTE, IDLE
from tests.builders import a_ref
from tests.unit.store_world import World


@pytest.fixture
def world(tmp_path: Path, clock: ManualClock) -> Iterator[World]:
    """An empty store."""
    made = World(tmp_path, clock=clock)
    yield made
    made.store.close()


def test_cursor_and_facts_survive_a_restart(world: World) -> None:
    """The reading goes on where it ended."""
    progress = world.store.progress
    assert (progress.cursor("main"), progress.get("polled")) == (None, None)
    progress.move_cursor("main", "2026-11-21T12:00:00")
    progress.put("polled", "yes")
    progress.move_cursor("main", "2026-11-20T12:00:00")
    world.reopen()
    assert world.store.progress.cursor("main") == "2026-11-20T12:00:00"
    assert world.store.progress.get("polled") == "yes"


def test_same_cursor_and_fact_again_write_nothing(world: World) -> None:
    """A poll with nothing new leaves the file alone."""
    progress = world.store.progress
    for _ in range(2):
        progress.move_cursor("main", "x")
        progress.put("polled", "yes")
        before = world.store._writer.connection.total_changes
    assert world.store._writer.connection.total_changes == before


def store_half_a_page(world: World) -> None:
    """Something goes wrong between the orders and the next page."""
    with world.store.saving():
        world.add(1)
        world.store.progress.move_cursor("main", "x")
        raise RuntimeError


def test_saving_keeps_page_and_cursor_together(world: World) -> None:
    """A failure in the middle of a page stores neither its orders nor the cursor."""
    with pytest.raises(RuntimeError):
        store_half_a_page(world)
    assert world.store.progress.cursor("main") is None
    assert world.store.reads.counts()["waiting"] == 0


def test_seen_keeps_first_sight_and_takes_the_rest(world: World) -> None:
    """A renamed SKU does not reach an old order; a row added later brings its own."""
    first = Seen(
        ref=OrderRef(shop="main", id="1", number="2026-1"),
        status="pending",
        digest="d1",
        reason=say("Not yet."),
        code="not_trigger",
        skus={"product:1": "OLD", "product:2": None},
        gross=Decimal("100.00"),
        currency="SEK",
        first_seen_at=world.now,
        seen_at=world.now,
        modified_at=world.now,
    )
    world.store.progress.note_seen(first)
    later = replace(
        first,
        status="processing",
        digest="d2",
        reason=None,
        code="",
        skus={"product:1": "NEW", "product:2": "NEW", "product:3": "ADDED"},
        first_seen_at=world.later(hours=1),
        seen_at=world.later(hours=1),
        modified_at=None,
    )
    world.store.progress.note_seen(later)
    assert world.store.progress.seen_many([first.ref]) == {
        first.ref: replace(
            later,
            first_seen_at=world.now,
            skus={"product:1": "OLD", "product:2": None, "product:3": "ADDED"},
        )
    }


def test_seen_many_asks_for_thousands_in_several_shops(world: World) -> None:
    """A whole sweep in one question; unknown ones are left out."""
    with world.store.saving():
        for number in range(1200):
            world.store.progress.note_seen(
                Seen(
                    ref=a_ref(number, shop="main" if number % 2 else "other"),
                    status="x",
                    digest=str(number),
                    reason=None,
                    first_seen_at=world.now,
                    seen_at=world.now,
                )
            )
    wanted = [a_ref(number, shop=shop) for number in range(1300) for shop in ("main", "other")]
    found = world.store.progress.seen_many(wanted)
    assert len(found) == 1200
    assert found[a_ref(7)].digest == "7"
    assert a_ref(8) not in found


def test_pause_keeps_its_beginning_until_resumed(world: World) -> None:
    """A channel that fails again is paused longer, since the first failure."""
    began, progress = world.now, world.store.progress
    progress.pause("erp", until=None, why=say("The key is wrong."), now=began)
    progress.pause("shop main", until=world.later(hours=1), why=say("Busy."), now=began)
    world.clock.advance(hours=1)
    progress.pause("erp", until=world.later(hours=1), why=say("Down."), now=world.now)
    assert progress.pauses() == {
        "erp": Pause(channel="erp", until=world.later(hours=1), why=say("Down."), since=began),
        "shop main": Pause(channel="shop main", until=world.now, why=say("Busy."), since=began),
    }
    assert progress.resume("erp")
    assert not progress.resume("erp")
    assert list(progress.pauses()) == ["shop main"]


def test_session_lives_by_visits_and_ends_by_logout(world: World) -> None:
    """Each visit keeps it alive; after logout the same cookie is worth nothing."""
    sessions = world.store.sessions
    sessions.create("hash", user="admin", now=world.now)
    world.clock.advance(seconds=(IDLE - timedelta(minutes=1)).total_seconds())
    session = sessions.touch("hash", world.now)
    assert session is not None
    assert session.user == "admin"
    world.clock.advance(seconds=(IDLE - timedelta(minutes=1)).total_seconds())
    assert sessions.touch("hash", world.now) is not None
    sessions.end("hash")
    assert sessions.touch("hash", world.now) is None


def test_session_visited_twice_in_a_minute_writes_once(world: World) -> None:
    """A page view costs no disk sync."""
    sessions = world.store.sessions
    sessions.create("hash", user="admin", now=world.now)
    before = world.store._writer.connection.total_changes
    world.clock.advance(59)
    assert sessions.touch("hash", world.now) is not None
    assert world.store._writer.connection.total_changes == before


@pytest.mark.parametrize(
    ("visits", "wait"),
    [([], IDLE + timedelta(seconds=1)), ([IDLE] * 6, timedelta(seconds=1))],
    ids=["idle", "old"],
)
def test_session_ends_by_itself(world: World, visits: list[timedelta], wait: timedelta) -> None:
    """After two hours without a visit, and after twelve with."""
    assert IDLE * 6 == ABSOLUTE
    sessions = world.store.sessions
    sessions.create("hash", user="admin", now=world.now)
    for visit in visits:
        world.clock.advance(seconds=visit.total_seconds())
        assert sessions.touch("hash", world.now) is not None
    world.clock.advance(seconds=wait.total_seconds())
    assert sessions.touch("hash", world.now) is None
    assert world.store._writer.read("SELECT count(*) FROM session") == [(0,)]


def test_session_made_by_a_wrong_clock_is_not_valid_for_years(world: World) -> None:
    """A login from the future ends when the clock is put right."""
    world.store.sessions.create("hash", user="admin", now=world.later(days=400))
    world.store.sessions.create("other", user="admin", now=world.later(days=400))
    assert world.store.sessions.touch("hash", world.now) is None
    assert world.store.sessions.purge(world.now) == 1


def test_end_all_logs_everybody_out(world: World) -> None:
    """A new password ends the sessions of the old one."""
    for name in ("a", "b"):
        world.store.sessions.create(name, user="admin", now=world.now)
    assert world.store.sessions.end_all() == 2
    assert world.store.sessions.touch("a", world.now) is None
