from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import pytest

from bridge.clock import ManualClock
from bridge.model.documents import Purpose
from bridge.model.texts import say
from bridge.store import EntryFilter, Seen, State
from tests.builders import a_ref
from tests.unit.store_world import VOUCHER, World

BACKLOG = 20_000

SMALL = {"pause", "fact", "cursor", "session", "day_count"}
"""Tables that stay small: reading them whole is as good as an index."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A store after a long outage: thousands waiting, later, parked, blocked and for a paused shop."""
    made = World(tmp_path_factory.mktemp("plans"), clock=ManualClock())
    pile(made)
    yield made
    made.store.close()


def pile(world: World) -> None:
    """Fill the table directly: going through ``add`` would take a minute."""
    writer = world.store._writer
    with writer.saving():
        for first, shop, state, head, purpose, due in (
            (1, "main", "waiting", 1, "order", 4 * 10**12),
            (1, "main", "waiting", 0, "mark", 0),
            (BACKLOG + 1, "main", "parked", 1, "order", 0),
            (BACKLOG, "paused", "waiting", 1, "order", 0),
        ):
            writer.run(
                "WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n LIMIT ?) "
                "INSERT INTO entry (key, shop, shop_ref, number, purpose, detail, state, head, due_at, digest, "
                "currency, created_at, updated_at) SELECT ? || ':' || i || ':' || ?, ?, i, i, ?, '', ?, ?, ?, 'd', "
                "'SEK', 0, 0 FROM n",
                (first, BACKLOG, shop, purpose, shop, purpose, state, head, due),
            )


def steps(connection: sqlite3.Connection, job: Callable[[], object]) -> int:
    """How many hundreds of instructions SQLite needs for it: a measure that noise does not touch."""
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    connection.set_progress_handler(tick, 100)
    try:
        job()
    finally:
        connection.set_progress_handler(None, 0)
    return count


def plans(connection: sqlite3.Connection, job: Callable[[], object]) -> list[tuple[str, str]]:
    """Each statement the job ran, with each line of its plan."""
    said: list[str] = []
    connection.set_trace_callback(said.append)
    try:
        job()
    finally:
        connection.set_trace_callback(None)
    questions = [
        sql for sql in said if sql.startswith(("SELECT", "UPDATE", "DELETE", "INSERT", "REPLACE", "WITH"))
    ]
    return [(sql, row[3]) for sql in questions for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]


def scans(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The plans that read a table or an index from end to end; one of skipped orders only is what is asked for."""
    return [
        (sql, plan)
        for sql, plan in found
        if plan.startswith("SCAN")
        and plan.split()[1] not in SMALL
        and "CONSTANT" not in plan
        and "(" not in plan
        if "INDEX seen_skipped" not in plan
    ]


def test_claim_costs_the_same_beside_any_backlog(world: World) -> None:
    """Postponed, parked, blocked and paused ones are not walked over."""
    writer = world.store._writer
    assert steps(writer.connection, lambda: world.claim(paused=("paused",))) <= 5
    assert steps(writer.connection, lambda: world.store.outbox.next_due(world.now)) <= 5
    assert steps(writer.connection, world.claim) <= 15


def test_moves_run_along_indexes(world: World) -> None:
    """The hot path reads no table from end to end."""

    def life_of_an_order() -> None:
        claimed = world.claimed("x1", shop="aaa")
        world.store.outbox.finish(claimed.entry, document=VOUCHER, note=say("x"), exchange=world.exchange())
        world.parked("x2", shop="aaa")
        entry_id = world.store._writer.read("SELECT max(id) FROM entry")[0][0]
        world.store.outbox.retry([entry_id], who="Eva", reason="", now=world.now)
        world.store.outbox.drop([entry_id], who="Eva", reason="", now=world.now)
        world.store.progress.seen_many([a_ref(1), a_ref(2)])
        world.store.progress.note_seen(
            Seen(
                ref=a_ref(1), status="x", digest="d", reason=None, first_seen_at=world.now, seen_at=world.now
            )
        )
        world.store.outbox.recover(world.now, settle=world.now - world.now)

    found = plans(world.store._writer.connection, life_of_an_order)
    assert len(found) > 20
    assert scans(found) == []


@pytest.mark.parametrize(
    "question",
    [
        lambda reads: reads.counts(shop=None),
        lambda reads: reads.counts(shop="main", purpose=Purpose.ORDER),
        lambda reads: reads.entries(EntryFilter()),
        lambda reads: reads.entries(EntryFilter(states=(State.PARKED,)), after="30000"),
        lambda reads: reads.entries(
            EntryFilter(shop="main", purpose=Purpose.ORDER, kind="Rejected", doubt=True)
        ),
        lambda reads: reads.entries(EntryFilter(text="1234")),
        lambda reads: reads.ids(EntryFilter(states=(State.WAITING,), hurry_at=ManualClock().now())),
        lambda reads: reads.untold(shop="main"),
        lambda reads: reads.ids(EntryFilter(states=(State.PARKED,), kind="Rejected")),
        lambda reads: reads.find("main:1234"),
        lambda reads: reads.entry(4711),
        lambda reads: reads.documents(a_ref(1)),
    ],
)
def test_questions_run_along_indexes(world: World, question: Callable[[object], object]) -> None:
    """Counting, listing, filtering and finding read no table from end to end."""
    reads = world.store.reads
    with world.store._reader.looking():
        connection = world.store._reader.connection()
    found = plans(connection, lambda: question(reads))
    assert found
    assert scans(found) == []


def test_skipped_orders_are_listed_along_an_index(world: World) -> None:
    """The orders that are sent, which are most, are not walked over."""
    with world.store._reader.looking():
        connection = world.store._reader.connection()
    for job in (world.store.reads.seen, lambda: world.store.reads.seen(code="zero", shop="main")):
        found = plans(connection, job)
        assert all("INDEX seen_" in plan for _, plan in found)


def test_find_and_page_cost_little_beside_any_backlog(world: World) -> None:
    """A person with a number in hand does not wait for eighty thousand others."""
    with world.store._reader.looking():
        connection = world.store._reader.connection()
    assert steps(connection, lambda: world.store.reads.find("17777")) <= 20
    assert steps(connection, lambda: world.store.reads.entry(4711)) <= 5


def test_refunds_of_a_page_of_orders_are_found_along_an_index(world: World) -> None:
    """Asked at every page of every poll; the backlog of others costs nothing."""
    refs = [a_ref(number) for number in range(1, 101)]
    with world.store._reader.looking():
        connection = world.store._reader.connection()

    def ask() -> object:
        return world.store.reads.of_orders(refs, purpose=Purpose.REFUND)

    assert scans(plans(connection, ask)) == []
    assert steps(connection, ask) <= 60
