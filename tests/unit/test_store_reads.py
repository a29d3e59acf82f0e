from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.errors import StoreError
from bridge.model.documents import Document, DocumentKind, Purpose
from bridge.model.texts import say
from bridge.store import DayCount, Doubt, EntryFilter, Seen, State, Untold
from tests.builders import a_ref
from tests.unit.store_world import FAULT, VOUCHER, World, an_entry


@pytest.fixture
def world(tmp_path: Path, clock: ManualClock) -> Iterator[World]:
    """An empty store."""
    made = World(tmp_path, clock=clock)
    yield made
    made.store.close()


def a_seen(world: World, order_id: int, *, code: str = "not_trigger", shop: str = "main") -> Seen:
    """A skipped order; no code: one that is in the outbox."""
    return Seen(
        ref=a_ref(order_id, shop=shop),
        status="pending",
        digest="d",
        reason=say("It is {status}.", status="pending") if code else None,
        code=code,
        first_seen_at=world.now,
        seen_at=world.now,
    )


def test_entries_page_newest_first_without_gap_or_repeat(world: World) -> None:
    """Following ``next`` sees every entry once, whatever its state, also while new ones arrive."""
    for number in range(7):
        world.add(
            number, state=State.PARKED if number % 2 else State.WAITING, error=FAULT if number % 2 else None
        )
    found: list[int] = []
    after: str | None = None
    while True:
        page = world.store.reads.entries(EntryFilter(), after=after, limit=3)
        found += [entry.id for entry in page.items]
        world.add(100 + len(found))
        if page.next is None:
            break
        after = page.next
    assert found == [7, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize("after", ["", "abc", "-1", "1; DROP TABLE entry", "9" * 30, "²"])
def test_entries_from_a_made_up_position_begin_at_the_top(world: World, after: str) -> None:
    """Whatever stands in the address bar gives a page."""
    world.add()
    assert [entry.id for entry in world.store.reads.entries(EntryFilter(), after=after).items] == [1]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (EntryFilter(states=(State.PARKED,)), [2]),
        (EntryFilter(states=(State.PARKED, State.WAITING)), [3, 2, 1]),
        (EntryFilter(shop="other"), [4]),
        (EntryFilter(purpose=Purpose.MARK), [3]),
        (EntryFilter(kind="Rejected"), [2]),
        (EntryFilter(doubt=True), [1]),
        (EntryFilter(doubt=False, states=(State.WAITING,)), [3]),
        (EntryFilter(text="A1"), [4]),
        (EntryFilter(text=" 20"), [2]),
        (EntryFilter(text="%"), []),
        (EntryFilter(text="2", states=(State.DONE,)), []),
    ],
)
def test_entries_and_ids_match_the_filter(world: World, wanted: EntryFilter, expected: list[int]) -> None:
    """What the list shows is what "all matching" means, and the total says how many."""
    entry = world.claimed(10).entry
    world.store.outbox.postpone(
        entry, due_at=world.later(days=1), fault=None, note=say("x"), doubt=Doubt(since=world.now)
    )
    world.parked(20)
    world.add(30, purpose=Purpose.MARK, due_at=world.later(days=1))
    world.done(40, shop="other")
    page = world.store.reads.entries(wanted)
    assert ([entry.id for entry in page.items], page.total) == (expected, len(expected))
    assert world.store.reads.ids(wanted) == sorted(expected)


def test_counts_are_per_state_shop_and_purpose(world: World) -> None:
    """The tabs and the list behind them agree."""
    world.done(1)
    world.parked(2, shop="other")
    world.add(3, purpose=Purpose.MARK)
    world.store.progress.note_seen(a_seen(world, 9))
    assert world.store.reads.counts() == {
        "waiting": 1, "sending": 0, "done": 1, "parked": 1, "dropped": 0, "doubt": 0, "skipped": 1,
    }  # fmt: skip
    assert world.store.reads.counts(shop="other")["parked"] == 1
    assert world.store.reads.counts(shop="other")["skipped"] == 0
    assert world.store.reads.counts(purpose=Purpose.ORDER)["waiting"] == 0


@pytest.mark.parametrize(
    "text", ["1234", "#1234", "12", "main:1234", "main:1234:order", "2026-7", "a17", "A1"]
)
@pytest.mark.parametrize("pruned", [False, True])
def test_find_by_any_number_a_person_may_have_in_hand(world: World, text: str, *, pruned: bool) -> None:
    """The shop's id, the shop's number or the document's, exact or the beginning, also after the retention."""
    world.done(1234, number="2026-7")
    if pruned:
        world.store.prune(before=world.later(days=1))
    (entry,) = world.store.reads.find(text)
    assert (entry.key, entry.state, entry.document) == (an_entry(1234).key, State.DONE, "A17")


@pytest.mark.parametrize("text", ["", "  ", "#", "%", "_", "34", "other:1234", "';--", "x" * 10_000])
def test_find_nothing_for_anything_else(world: World, text: str) -> None:
    """No wildcard, no substring, no surprise."""
    world.done(1234)
    assert world.store.reads.find(text) == []


def test_entry_tells_the_whole_story(world: World) -> None:
    """Events newest last, contents, what was said, the document and what was seen."""
    world.store.progress.note_seen(a_seen(world, 1, code=""))
    entry_id = world.done(1)
    detail = world.store.reads.entry(entry_id)
    assert detail is not None
    assert [event.after for event in detail.events] == [State.WAITING, State.SENDING, State.DONE]
    assert (detail.body, detail.exchanges, detail.document) == ('{"order": 1}', (world.exchange(),), VOUCHER)
    assert detail.seen == a_seen(world, 1, code="")
    assert detail == world.store.reads.by_key(detail.entry.key)


def test_entry_after_the_retention_is_what_is_left(world: World) -> None:
    """The numbers stay, the contents and the notes are gone."""
    document = Document(kind=DocumentKind.VOUCHER, id="1", number="A1", notes=(say("Anna was cut."),))
    entry_id = world.done(document=document)
    world.store.prune(before=world.later(days=1))
    detail = world.store.reads.entry(entry_id)
    assert detail is not None
    assert (detail.entry.state, detail.entry.document, str(detail.entry.gross)) == (
        State.DONE,
        "A1",
        "100.00",
    )
    assert (detail.events, detail.body, detail.exchanges) == ((), None, ())
    assert detail.document is not None
    assert detail.document.notes == ()
    assert detail == world.store.reads.by_key(detail.entry.key)


def test_entry_that_never_was_is_none(world: World) -> None:
    """The page answers 404."""
    assert world.store.reads.entry(10**12) is None
    assert world.store.reads.by_key(an_entry().key) is None


def test_seen_lists_the_skipped_with_their_reasons(world: World) -> None:
    """Every order that is not sent says why; those in the outbox are not listed."""
    for number, code in enumerate(["not_trigger", "", "zero", "not_trigger"]):
        world.store.progress.note_seen(a_seen(world, number, code=code))
    world.store.progress.note_seen(a_seen(world, 9, shop="other"))
    reads = world.store.reads
    first = reads.seen(limit=2)
    assert ([one.ref.id for one in first.items], first.total) == (["9", "3"], 4)
    second = reads.seen(limit=2, after=first.next)
    assert ([one.ref.id for one in second.items], second.next) == (["2", "0"], None)
    assert [one.ref.id for one in reads.seen(code="not_trigger", shop="main").items] == ["3", "0"]


def test_overview_sums_up(world: World) -> None:
    """Today and the days before, what waits since when, what is paused."""
    world.done(1)
    world.parked(2)
    world.clock.advance(days=1)
    world.done(3)
    world.add(4, due_at=world.later(hours=1))
    world.add(4, purpose=Purpose.MARK)
    world.store.progress.pause("erp", until=None, why=say("The key is wrong."), now=world.now)
    overview = world.store.reads.overview(world.now)
    assert overview.per_day == (
        DayCount(day=date(2026, 11, 21), done=1, parked=1),
        DayCount(day=date(2026, 11, 22), done=1, parked=0),
    )
    assert (overview.oldest_waiting, overview.next_due) == (world.now, world.later(hours=1))
    assert list(overview.pauses) == ["erp"]
    assert overview.counts["parked"] == 1


def test_overview_counts_orders_and_the_shops_that_could_not_be_told(world: World) -> None:
    """A mark is no order; one that got stuck, or failed once, is told apart; one that is only due is not."""
    for number in range(1, 6):
        world.done(number)
        if number < 5:
            world.add(number, purpose=Purpose.MARK, due_at=world.later(seconds=number))
    world.clock.advance(seconds=3)
    outbox = world.store.outbox
    for stop in (True, False):
        mark = world.claim()
        assert mark is not None
        if stop:
            outbox.park(mark.entry, fault=FAULT)
        else:
            outbox.postpone(mark.entry, due_at=world.later(hours=1), fault=FAULT, note=say("Later."))
    overview = world.store.reads.overview(world.now)
    assert overview.untold == Untold(waiting=1, parked=1)
    assert overview.untold.total == 2
    assert (overview.counts["done"], overview.counts["parked"], overview.counts["waiting"]) == (5, 0, 0)
    assert overview.oldest_waiting is None
    assert world.store.reads.untold(shop="other").total == 0


def test_overview_of_an_empty_store(world: World) -> None:
    """Nothing is something to show, too."""
    overview = world.store.reads.overview(world.now)
    assert (overview.oldest_waiting, overview.next_due, overview.per_day) == (None, None, ())


def test_reading_never_waits_for_the_writer(world: World) -> None:
    """While a page of orders is being stored, the page shows what was there before."""
    world.add(1)
    with world.store.saving():
        world.add(2)
        seen: list[int] = []
        thread = threading.Thread(target=lambda: seen.append(world.store.reads.entries(EntryFilter()).total))
        thread.start()
        thread.join(60)
        assert seen == [1]
    assert world.store.reads.entries(EntryFilter()).total == 2


def test_reading_threads_leave_no_connection_behind(world: World) -> None:
    """A server that starts a thread per request does not run out of files."""
    for _ in range(5):
        thread = threading.Thread(target=world.store.reads.counts)
        thread.start()
        thread.join()
    world.store.reads.counts()
    assert len(world.store._reader._opened) <= 2


def test_reading_after_close_is_a_store_error(world: World) -> None:
    """A page asked for during shutdown gets a sentence, not a traceback."""
    world.store.reads.counts()
    world.store.close()
    with pytest.raises(StoreError):
        world.store.reads.counts()


def test_prune_keeps_what_is_young_or_unfinished(world: World) -> None:
    """Only what has been finished for long goes, and not while its order has something left to do."""
    world.done(1)
    world.done(2)
    world.add(2, purpose=Purpose.MARK, due_at=world.later(days=90))
    world.parked(3)
    world.clock.advance(days=31)
    world.done(4)
    assert world.store.prune(before=world.now - timedelta(days=30)) == 1
    assert [entry.key.ref.id for entry in world.store.reads.entries(EntryFilter()).items] == [
        "4",
        "3",
        "2",
        "2",
    ]
    assert world.store.prune(before=world.now - timedelta(days=30)) == 0
    assert world.store.reads.documents(a_ref(1)) == [VOUCHER]
    assert world.store.reads.overview(world.now).per_day[0].done == 2


def test_prune_erases_from_the_file(world: World) -> None:
    """A name is not found in the file afterwards, nor in the log beside it."""
    world.done(1, body="Anna Marker-4711")
    read = [path.read_bytes() for path in world.path.parent.iterdir()]
    assert any(b"Marker-4711" in content for content in read)
    world.store.prune(before=world.later(days=1))
    assert not any(b"Marker-4711" in path.read_bytes() for path in world.path.parent.iterdir())
