from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.model.documents import Document, DocumentKind, Purpose
from bridge.model.texts import say
from bridge.store import Added, Doubt, Entry, EntryFilter, LostClaim, State
from tests.builders import a_ref
from tests.unit.store_world import FAULT, VOUCHER, World, an_entry


@pytest.fixture
def world(tmp_path: Path, clock: ManualClock) -> Iterator[World]:
    """An empty store."""
    made = World(tmp_path, clock=clock)
    yield made
    made.store.close()


def test_claim_goes_by_due_time_then_age(world: World) -> None:
    """Oldest due first; what is not due stays."""
    world.add(1, due_at=world.later(seconds=-10))
    world.add(2, due_at=world.later(seconds=-20))
    world.add(3, due_at=world.later(seconds=-10))
    world.add(4, due_at=world.later(seconds=1))
    claims = [world.claim() for _ in range(4)]
    assert [one and one.entry.key.ref.id for one in claims] == ["2", "1", "3", None]


def test_claim_skips_paused_shops_and_other_purposes(world: World) -> None:
    """A paused shop and a purpose nobody asked for wait, the others go."""
    world.add(1, shop="alpha")
    world.add(2, shop="beta", purpose=Purpose.MARK)
    world.add(3, shop="gamma")
    claimed = world.claim(Purpose.ORDER, paused=("alpha",))
    assert claimed is not None
    assert claimed.entry.key.ref.shop == "gamma"
    assert world.claim(Purpose.ORDER, paused=("alpha",)) is None


@pytest.mark.parametrize("state", ["waiting", "sending", "parked"])
def test_claim_never_passes_an_older_unfinished_entry(world: World, state: str) -> None:
    """What follows an order waits until the order is through; other orders do not."""
    world.add(1, due_at=world.later(hours=1) if state == "waiting" else world.now)
    if state != "waiting":
        entry = world.claim()
        assert entry is not None
        if state == "parked":
            world.store.outbox.park(entry.entry, fault=FAULT)
    world.add(1, purpose=Purpose.MARK)
    world.add(2, purpose=Purpose.MARK)
    claimed = world.claim()
    assert claimed is not None
    assert claimed.entry.key.ref.id == "2"
    assert world.claim() is None
    (mark,) = (entry for entry in world.store.reads.find("main:1") if entry.key.purpose is Purpose.MARK)
    detail = world.store.reads.entry(mark.id)
    assert detail is not None
    assert detail.waits_for == (1,)


def test_claim_of_a_mark_brings_the_document(world: World) -> None:
    """Telling the shop needs the number of what the order became."""
    document = Document(
        kind=DocumentKind.VOUCHER,
        id="1",
        number="A1",
        dated=world.now.date(),
        notes=(say("A name was cut."),),
    )
    world.done(document=document)
    world.add(purpose=Purpose.MARK)
    claimed = world.claim()
    assert claimed is not None
    assert (claimed.body, claimed.document) == (None, document)


def test_finish_with_follow_up_is_one_transaction(world: World) -> None:
    """The order is done, linked and its mark is claimed, in one commit."""
    entry = world.claimed().entry
    mark = an_entry(1, purpose=Purpose.MARK)
    (claimed,) = world.store.outbox.finish(
        entry,
        document=VOUCHER,
        note=say("Booked."),
        exchange=world.exchange(),
        follow=[mark],
        claim_follow=True,
    )
    assert (claimed.entry.key, claimed.entry.state, claimed.document) == (mark.key, State.SENDING, VOUCHER)
    detail = world.store.reads.entry(entry.id)
    assert detail is not None
    assert (detail.entry.document, detail.entry.finished_at) == ("A17", world.now)
    assert detail.exchanges == (world.exchange(),)
    assert world.store.reads.documents(a_ref(1)) == [VOUCHER]


def test_finish_leaves_a_follow_up_that_exists_alone(world: World) -> None:
    """A follow-up that was added before is not added again, nor one that is not due claimed."""
    world.add(1)
    entry = world.claim()
    assert entry is not None
    world.add(1, purpose=Purpose.MARK, due_at=world.later(hours=1))
    later = an_entry(2, purpose=Purpose.MARK, due_at=world.later(hours=1))
    got = world.store.outbox.finish(
        entry.entry,
        document=VOUCHER,
        note=say("Booked."),
        follow=[an_entry(1, purpose=Purpose.MARK), later],
        claim_follow=True,
    )
    assert got == ()
    assert world.store.reads.counts()["waiting"] == 2


def test_finish_of_an_order_without_a_document_is_refused(world: World) -> None:
    """Done means there is a document; a mark has none."""
    with pytest.raises(ValueError, match="without a document"):
        world.store.outbox.finish(world.claimed().entry, document=None, note=say("Booked."))


def test_postpone_charges_replaces_doubt_and_keeps_the_fault(world: World) -> None:
    """Each try says what it learned; a throttled one costs no attempt."""
    entry, doubt = world.claimed().entry, Doubt(since=world.now, asks=1)
    outbox = world.store.outbox
    outbox.postpone(entry, due_at=world.later(minutes=1), fault=FAULT, note=say("Later."), doubt=doubt)
    assert world.claim() is None
    world.clock.advance(minutes=1)
    again = world.claim()
    assert again is not None
    assert (again.entry.attempts, again.entry.doubt, again.entry.fault) == (1, doubt, FAULT)
    outbox.postpone(again.entry, due_at=world.now, fault=None, note=say("Later."), charge=False)
    third = world.claim()
    assert third is not None
    assert (third.entry.attempts, third.entry.doubt, third.entry.fault, third.entry.claim) == (
        1,
        None,
        None,
        3,
    )


@pytest.mark.parametrize(
    "move",
    [
        lambda world, entry: world.store.outbox.finish(
            entry, document=VOUCHER, note=say("x"), follow=[an_entry(9)]
        ),
        lambda world, entry: world.store.outbox.postpone(entry, due_at=world.now, fault=None, note=say("x")),
        lambda world, entry: world.store.outbox.park(entry, fault=FAULT, exchange=world.exchange()),
    ],
    ids=["finish", "postpone", "park"],
)
def test_moves_under_a_lost_claim_change_nothing(
    world: World, move: Callable[[World, Entry], object]
) -> None:
    """An entry that was recovered and claimed by another worker belongs to that one."""
    entry = world.claimed().entry
    world.store.outbox.recover(world.now, settle=timedelta(0))
    with pytest.raises(LostClaim, match="main:1:order"):
        move(world, entry)
    assert world.claim() is not None
    with pytest.raises(LostClaim):
        move(world, entry)
    detail = world.store.reads.entry(entry.id)
    assert detail is not None
    assert (detail.entry.state, detail.exchanges, world.store.reads.find("9")) == (State.SENDING, (), [])


def test_recover_puts_sending_in_doubt_after_the_settle_time(world: World) -> None:
    """After a kill the ERP gets its time to finish before it is asked, and no attempt is charged."""
    claimed_at = world.now
    world.claimed()
    world.clock.advance(30)
    world.reopen()
    assert world.store.outbox.recover(world.now, settle=timedelta(minutes=2)) == 1
    assert world.claim() is None
    assert world.store.outbox.next_due(world.now) == claimed_at + timedelta(minutes=2)
    world.clock.advance(90)
    again = world.claim()
    assert again is not None
    assert (again.entry.doubt, again.entry.attempts) == (Doubt(since=claimed_at, asks=0), 0)


def test_recover_after_the_clock_went_back_counts_from_now(world: World) -> None:
    """A claim from the future settles as if it were made now; what waits keeps the wait it had."""
    world.claimed(1)
    world.add(2, due_at=world.later(minutes=10))
    world.store.progress.pause("erp", until=world.later(minutes=5), why=say("Down."), now=world.now)
    world.clock.jump(world.now - timedelta(days=300))
    world.store.outbox.recover(world.now, settle=timedelta(minutes=2))
    first, second = world.store.reads.find("main:1")[0], world.store.reads.find("main:2")[0]
    assert (first.due_at, first.doubt) == (world.later(minutes=2), Doubt(since=world.now))
    assert second.due_at == world.later(minutes=10)
    assert world.store.progress.pauses()["erp"].until == world.later(minutes=5)


def test_clock_went_back_mends_a_running_outbox(world: World) -> None:
    """A daemon that notices the jump needs no restart; what is being sent is left alone."""
    world.claimed(1)
    world.add(2, due_at=world.now)
    world.clock.jump(world.now - timedelta(hours=3))
    assert world.claim() is None
    assert world.store.outbox.clock_went_back(world.now) == 1
    claimed = world.claim()
    assert claimed is not None
    assert claimed.entry.key.ref.id == "2"
    assert world.state(1) is State.SENDING


def test_next_due_says_now_when_something_can_go(world: World) -> None:
    """The daemon sleeps no longer than it must."""
    assert world.store.outbox.next_due(world.now) is None
    world.add(1, due_at=world.later(hours=2))
    assert world.store.outbox.next_due(world.now) == world.later(hours=2)
    world.add(2, due_at=world.later(hours=-1))
    assert world.store.outbox.next_due(world.now) == world.now


def test_retry_gives_parked_ones_all_their_attempts_again(world: World) -> None:
    """With the person's name and reason, keeping a doubt; what is not parked is left alone."""
    entry = world.claimed(1).entry
    world.store.outbox.park(entry, fault=FAULT, doubt=Doubt(since=world.now))
    world.add(2)
    assert world.store.outbox.retry([1, 2, 99], who="Eva", reason="article made", now=world.now) == 1
    claimed = world.claim(Purpose.ORDER)
    detail = world.store.reads.entry(1)
    assert claimed is not None
    assert detail is not None
    assert (detail.entry.attempts, detail.entry.doubt) == (0, Doubt(since=world.now))
    assert [(event.who, str(event.note)) for event in detail.events if event.before is State.PARKED] == [
        ("Eva", "article made")
    ]


def test_retry_sends_what_waits_for_its_next_try_now(world: World) -> None:
    """A person need not sit out the wait; what rests before its first try, or is in doubt, does."""
    for number in (1, 2):
        entry = world.claimed(number).entry
        doubt = Doubt(since=world.now) if number == 2 else None
        world.store.outbox.postpone(
            entry, due_at=world.later(hours=2), fault=FAULT, note=say("Later."), doubt=doubt
        )
    world.add(3, due_at=world.later(hours=2))
    wish = EntryFilter(hurry_at=world.now)
    assert world.store.reads.ids(wish) == [1]
    assert world.store.outbox.retry([1, 2, 3], who="Eva", reason="", now=world.now) == 1
    assert world.store.reads.ids(wish) == []
    detail = world.store.reads.entry(1)
    assert detail is not None
    assert (detail.entry.due_at, detail.entry.attempts, detail.entry.fault) == (world.now, 1, FAULT)
    assert (detail.events[-1].who, detail.events[-1].after) == ("Eva", State.WAITING)
    assert world.store.outbox.retry([1], who="Eva", reason="", now=world.now) == 0


def test_retry_of_thousands_goes_in_parts(world: World) -> None:
    """All matching may be many; the worker gets its turn in between, and none is forgotten."""
    with world.store.saving():
        for number in range(450):
            world.add(number, state=State.PARKED, error=FAULT)
    assert world.store.outbox.retry(range(1, 1000), who="Eva", reason="", now=world.now) == 450


def test_settle_ties_the_document_and_adds_what_follows(world: World) -> None:
    """A person knows the number; the shop is told as if we had made it."""
    entry_id = world.parked()
    mark = an_entry(1, purpose=Purpose.MARK)
    settle = world.store.outbox.settle
    assert settle(entry_id, document=VOUCHER, who="Eva", reason="", now=world.now, follow=[mark])
    assert world.store.reads.documents(a_ref(1)) == [VOUCHER]
    claimed = world.claim()
    assert claimed is not None
    assert claimed.document == VOUCHER
    assert not settle(entry_id, document=VOUCHER, who="Eva", reason="", now=world.now)


def test_settle_with_a_follow_up_that_exists_adds_none(world: World) -> None:
    """The shop is told once."""
    entry_id = world.parked()
    mark = an_entry(1, purpose=Purpose.MARK)
    world.store.outbox.add(mark, who="bridge", note=say("x"))
    assert world.store.outbox.settle(
        entry_id, document=VOUCHER, who="Eva", reason="paper", now=world.now, follow=[mark]
    )
    assert world.store.reads.counts()["waiting"] == 1


def test_hurry_lets_go_what_waits_for_its_next_try(world: World) -> None:
    """The other end is back: no order sits out hours, except those in doubt and those never tried."""
    for number, doubt in ((1, None), (2, Doubt(since=world.now))):
        entry = world.claimed(number).entry
        world.store.outbox.postpone(
            entry, due_at=world.later(hours=6), fault=FAULT, note=say("x"), doubt=doubt
        )
    world.add(3, due_at=world.later(hours=6))
    assert world.store.outbox.hurry(world.now, purpose=Purpose.MARK) == 0
    assert world.store.outbox.hurry(world.now, purpose=Purpose.ORDER) == 1
    claimed = world.claim()
    assert claimed is not None
    assert claimed.entry.key.ref.id == "1"
    assert world.claim() is None


def test_drop_lets_the_next_of_the_order_go(world: World) -> None:
    """Dropped is final, and stands in nobody's way."""
    entry_id = world.parked(1)
    world.add(1, purpose=Purpose.MARK)
    assert world.store.outbox.drop([entry_id], who="Eva", reason="test order", now=world.now) == 1
    assert world.store.outbox.drop([entry_id], who="Eva", reason="", now=world.now) == 0
    assert world.state(entry_id) is State.DROPPED
    assert world.claim() is not None
    assert world.add(1) is Added.KNOWN
