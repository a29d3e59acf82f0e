"""What the store keeps for refunds: whose document an entry is about, and contents that come late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.model.documents import DocumentKind, Key, Purpose
from bridge.model.texts import say
from bridge.store.moves import about
from bridge.store.records import Claimed, LostClaim, NewEntry
from tests.builders import a_ref
from tests.unit.store_world import VOUCHER, World


@pytest.fixture
def world(tmp_path: Path, clock: ManualClock) -> Iterator[World]:
    """An empty store."""
    made = World(tmp_path, clock=clock)
    yield made
    made.store.close()


def add(world: World, order_id: int, detail: str, **changes: object) -> Key:
    """Put a refund in the outbox."""
    key = Key(a_ref(order_id), Purpose.REFUND, detail)
    new = NewEntry(key=key, due_at=world.now, digest="raw:", **changes)  # type: ignore[arg-type] # a test's own
    world.store.outbox.add(new, who="bridge", note=say("New."))
    return key


def claim(world: World, *purposes: Purpose) -> Claimed:
    """There must be one."""
    found = world.claim(*purposes)
    assert found is not None
    return found


def test_fill_gives_a_claimed_entry_the_contents_it_was_born_without(world: World) -> None:
    """A refund nobody could read at first; under another claim nothing changes."""
    key = add(world, 1, "77")
    entry = claim(world, Purpose.REFUND).entry
    world.store.outbox.fill(entry, body="{}", digest="d", gross=Decimal("-5.00"))
    with pytest.raises(LostClaim):
        world.store.outbox.fill(replace(entry, claim=9), body="[]", digest="e", gross=None)
    detail = world.store.reads.by_key(key)
    assert detail is not None
    assert (detail.body, detail.entry.digest, detail.entry.gross) == ("{}", "d", Decimal("-5.00"))


def test_mark_with_a_detail_is_about_what_it_tells_of(world: World) -> None:
    """``mark:refund:77`` gets the credit; the refund itself the order's document, which it takes back from."""
    world.done(1)
    add(world, 1, "77")
    refund = claim(world, Purpose.REFUND)
    assert refund.document is not None
    assert refund.document.number == VOUCHER.number
    credit = replace(VOUCHER, kind=DocumentKind.CREDIT, id="K1", number="K1")
    mark = Key(a_ref(1), Purpose.MARK, "refund:77")
    follow = NewEntry(key=mark, due_at=world.now, digest="K1")
    (told,) = world.store.outbox.finish(
        refund.entry, document=credit, note=say("Booked."), follow=(follow,), claim_follow=True
    )
    assert told.document is not None
    assert told.document.number == "K1"
    for key, number in (
        (refund.entry.key, "K1"),
        (mark, "K1"),
        (Key(a_ref(1), Purpose.ORDER), VOUCHER.number),
    ):
        detail = world.store.reads.by_key(key)
        assert detail is not None
        assert detail.document is not None
        assert detail.document.number == number


def test_about_names_the_order_for_everything_but_such_marks() -> None:
    """The order's document is what refunds, changes and plain marks work on."""
    order = Key(a_ref(1), Purpose.ORDER)
    for key in (Key(a_ref(1), Purpose.MARK), Key(a_ref(1), Purpose.REFUND, "77"), order):
        assert about(key) == order
    assert about(Key(a_ref(1), Purpose.MARK, "refund:77")) == Key(a_ref(1), Purpose.REFUND, "77")


def test_entries_of_orders_are_told_by_purpose_also_after_the_retention(world: World) -> None:
    """What the watch over refunds asks for every page it reads."""
    for order_id, detail in ((1, "70"), (1, "71"), (2, "72")):
        add(world, order_id, detail)
    for _ in range(2):
        world.store.outbox.finish(claim(world).entry, document=None, note=say("Done."))

    def found() -> dict[str, list[str]]:
        rows = world.store.reads.of_orders([a_ref(1), a_ref(2), a_ref(3)], purpose=Purpose.REFUND)
        return {ref.id: [entry.key.detail for entry in entries] for ref, entries in rows.items()}

    assert found() == {"1": ["70", "71"], "2": ["72"]}
    world.clock.advance(90 * 86400)
    assert world.store.prune(before=world.now) > 0
    assert found() == {"1": ["70", "71"], "2": ["72"]}
    assert world.store.reads.of_orders([a_ref(1)], purpose=Purpose.MARK) == {}
    assert world.store.reads.of_orders([a_ref(1, shop="other")], purpose=Purpose.REFUND) == {}
    many = [a_ref(number) for number in range(1, 1200)]
    assert len(world.store.reads.of_orders(many, purpose=Purpose.REFUND)) == 2
