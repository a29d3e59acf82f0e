"""Every recorded order of a real shop through the whole bridge: once each, to the öre, and then never again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.model.documents import Purpose
from bridge.model.orders import OrderRef
from bridge.sim.woocommerce import ShopSim
from bridge.store.records import State
from tests.builders import NOON
from tests.support.whole import Whole, own_meta, plain_orders

TRIGGERS = {"processing", "completed"}
DRAFTS = {"checkout-draft", "trash"}
EUR = Decimal("11.45")

NEXT_DAY = timedelta(days=1)
"""The recordings were made in the evening of the day at whose noon the test clock stands."""

Start = Callable[..., Whole]


@pytest.fixture
def clock() -> ManualClock:
    """The day after the recordings."""
    return ManualClock(NOON + NEXT_DAY)


@pytest.fixture
def start(tmp_path: Path, clock: ManualClock) -> Iterator[Start]:
    """Start a bridge in front of these shops."""
    made: list[Whole] = []

    def build(*, scheme: str = "https", **shops: ShopSim) -> Whole:
        made.append(Whole(tmp_path, clock, shops, scheme=scheme))
        return made[-1]

    yield build
    for whole in made:
        whole.close()


WAYS = {
    "custom order tables, basic over https": ("https", True),
    "legacy storage, OAuth over http": ("http", False),
    "custom order tables, OAuth over http": ("http", True),
    "legacy storage, basic over https": ("https", False),
}


@pytest.fixture
def recorded(clock: ManualClock) -> ShopSim:
    """The shop with all 73 of them."""
    return ShopSim.recorded(now=clock.now)


def triggered(sim: ShopSim) -> dict[int, Any]:
    """The orders that are to be booked."""
    return {ident: order for ident, order in sim.orders.items() if order["status"] in TRIGGERS}


def credits_of(sim: ShopSim, ident: int, *, shop: str = "main") -> set[str]:
    """The keys under which an order's refunds are credited."""
    return {f"{shop}:{ident}:refund:{row['id']}" for row in sim.order(ident)["refunds"]}


@pytest.mark.parametrize("way", WAYS)
def test_recorded_orders_are_booked_and_marked_exactly_once(start: Start, recorded: ShopSim, way: str):
    """One balanced voucher per order in a trigger status, equal to its total; the shop told, and nobody mailed."""
    scheme, recorded.state.hpos = WAYS[way]
    before, mails, notes = plain_orders(recorded), recorded.mails, recorded.notes
    wanted = triggered(recorded)
    whole = start(scheme=scheme, main=recorded)
    whole.work()

    booked = whole.booked()
    credit_keys = set[str]().union(*(credits_of(recorded, ident) for ident in wanted))
    assert set(booked) == {f"main:{ident}:order" for ident in wanted} | credit_keys
    assert (len(booked), len(credit_keys)) == (52, 4)
    for ident, order in wanted.items():
        voucher = booked[f"main:{ident}:order"]
        total = Decimal(order["total"]) * (EUR if order["currency"] == "EUR" else 1)
        assert voucher.gross == total.quantize(Decimal("0.01")), ident
        assert sum((row.amount for row in voucher.rows), Decimal(0)) == 0, ident
        meta = own_meta(recorded, ident)
        assert meta.pop("_orderbro_credits", "") == ", ".join(
            f"{key.rpartition(':')[2]}={booked[key].number}" for key in sorted(credits_of(recorded, ident))
        )
        assert meta == {"_orderbro_document": voucher.number, "_orderbro_state": "booked"}
        note, *others = recorded.notes[ident][len(notes.get(ident, [])) :]
        assert voucher.number in note["note"]
        assert len(others) == len(credits_of(recorded, ident))
        assert not any(each["customer_note"] for each in (note, *others))
        assert whole.state(ident) is State.DONE
        assert whole.state(ident, purpose=Purpose.MARK) is State.DONE
    assert whole.findings() == []

    assert plain_orders(recorded) == before
    assert recorded.mails == mails
    puts = [write for write in recorded.log if write.method == "PUT"]
    assert {tuple(write.body) for write in puts} == {("meta_data",)}
    assert len(puts) == len(booked)
    assert len(recorded.log) == 2 * len(booked)


def test_recorded_orders_that_are_not_sent_say_why(start: Start, recorded: ShopSim):
    """Every order the shop lists is in the outbox or has its reason; drafts and trash were never sales."""
    whole = start(main=recorded)
    whole.work()
    refs = {ident: OrderRef(shop="main", id=str(ident)) for ident in recorded.orders}
    seen = whole.bridge.store.progress.seen_many(list(refs.values()))
    for ident, order in recorded.orders.items():
        found = seen.get(refs[ident])
        if order["status"] in DRAFTS:
            assert found is None
        elif order["status"] in TRIGGERS:
            assert found is not None
            assert found.reason is None
        else:
            assert found is not None
            assert order["status"] in str(found.reason)
            assert own_meta(recorded, ident) == {}
    listed = whole.bridge.store.reads.seen(limit=200).items
    assert {row.ref.id for row in listed} == {
        str(ident) for ident, order in recorded.orders.items() if order["status"] not in TRIGGERS | DRAFTS
    }


@pytest.mark.parametrize("way", WAYS)
def test_recorded_orders_are_left_in_peace_ever_after(start: Start, recorded: ShopSim, way: str):
    """Our own marks come back with the next poll, an hour later and with the sweep: nothing is written again."""
    scheme, recorded.state.hpos = WAYS[way]
    whole = start(scheme=scheme, main=recorded)
    whole.work()
    counts, writes, files = whole.bridge.store.reads.counts(), len(recorded.log), whole.booked()
    assert counts["done"] == 2 * len(files)

    def unchanged() -> None:
        assert whole.drain() == []
        assert whole.bridge.store.reads.counts() == counts
        assert len(recorded.log) == writes
        assert whole.booked() == files

    for length in ({}, {"minutes": 1}, {"hours": 1}, {"days": 1}):
        whole.pass_time(**length)
        whole.poll()
        unchanged()
    whole.sweep()
    unchanged()
    whole.close()
    whole.start()
    whole.poll()
    unchanged()


def test_recorded_orders_are_not_booked_again_by_a_bridge_that_forgot_all(start: Start, recorded: ShopSim):
    """The database is lost and the bridge begins anew: the folder itself knows what it holds."""
    whole = start(main=recorded)
    whole.work()
    files, notes = whole.booked(), recorded.notes
    whole.close()
    for piece in (whole.folder / "data").glob("bridge.db*"):
        piece.unlink()
    whole.start()
    whole.work()
    assert whole.booked() == files
    assert whole.bridge.store.reads.counts()["done"] == 2 * len(files)
    for ident, rows in recorded.notes.items():
        assert len(rows) - len(notes[ident]) <= 1 + len(credits_of(recorded, ident))


def test_same_order_id_in_two_shops_becomes_two_documents(start: Start, clock: ManualClock):
    """Two shops count from the same number; the key holds the shop's name."""
    one, other = ShopSim.recorded(now=clock.now), ShopSim.recorded(now=clock.now)
    whole = start(main=one, second=other)
    whole.work()
    booked = whole.booked()
    wanted = triggered(one)
    orders = {key for key in booked if key.endswith(":order")}
    assert orders == {f"{shop}:{ident}:order" for shop in ("main", "second") for ident in wanted}
    assert len({each.number for each in booked.values()}) == 2 * (len(wanted) + 4)
    assert own_meta(one, 125)["_orderbro_document"] == booked["main:125:order"].number
    assert own_meta(other, 125)["_orderbro_document"] == booked["second:125:order"].number
    assert whole.findings() == []
