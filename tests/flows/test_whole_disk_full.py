"""The disk fills up, or becomes read-only, while the bridge runs: it stops before it sends, tells, and goes on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.app import Bridge
from bridge.clock import ManualClock
from bridge.daemon.workers import AFTER_TROUBLE, Worker
from bridge.errors import StoreError
from bridge.model.documents import Purpose
from bridge.sim.woocommerce import ShopSim
from bridge.store.records import State
from tests.support.whole import Whole
from tests.woo import raw_order


@pytest.fixture
def whole(tmp_path: Path, clock: ManualClock) -> Iterator[Whole]:
    """A bridge with three orders waiting."""
    shop = ShopSim(now=clock.now, catalogue=False)
    for ident in (1, 2, 3):
        shop.place(raw_order(id=ident, number=str(ident)))
    made = Whole(tmp_path, clock, {"main": shop})
    made.poll()
    yield made
    made.close()


def sql(bridge: Bridge, statement: str) -> Any:
    """On the one writing connection."""
    return bridge.store._writer.connection.execute(statement).fetchall()


def full(bridge: Bridge) -> None:
    """The file may not grow by a page; and every page there is, is full."""
    ((pages,),) = sql(bridge, "PRAGMA page_count")
    sql(bridge, f"PRAGMA max_page_count = {pages}")


def roomy(bridge: Bridge) -> None:
    """Somebody deleted something."""
    sql(bridge, "PRAGMA max_page_count = 1000000")


def read_only(bridge: Bridge) -> None:
    """As a file system mounted again after an error."""
    sql(bridge, "PRAGMA query_only = ON")


def writable(bridge: Bridge) -> None:
    """Mended."""
    sql(bridge, "PRAGMA query_only = OFF")


def one_turn(whole: Whole) -> float:
    """What a worker does in one turn of its loop; returns how long it would sleep."""
    return Worker(whole.bridge, stop=threading.Event(), number=1)._once()


def test_read_only_database_stops_the_sending_before_the_post(whole: Whole):
    """That it is being sent cannot be written down, so nothing is sent; the page says so; it goes on by itself."""
    client = whole.page().test_client()
    read_only(whole.bridge)
    assert one_turn(whole) == AFTER_TROUBLE
    assert whole.booked() == {}
    assert whole.shops["main"].log == []
    trouble = whole.bridge.health.trouble
    assert trouble is not None
    assert str(whole.bridge.store.path) in str(trouble)
    assert client.get("/health").status_code == 200
    ready = client.get("/ready")
    assert ready.status_code == 503
    assert ready.json["reasons"]

    writable(whole.bridge)
    assert one_turn(whole) == 0
    assert whole.bridge.health.trouble is None
    whole.drain()
    assert len(whole.booked()) == 3
    assert whole.bridge.store.reads.counts()["done"] == 6


def test_full_disk_while_polling_takes_nothing_and_keeps_the_cursor(whole: Whole):
    """The page that could not be stored is read again; no order is lost, none is half there."""
    whole.drain()
    cursor = whole.bridge.store.progress.cursor("orders:main")
    for ident in range(10, 20):
        whole.shops["main"].place(raw_order(id=ident, number=str(ident), customer_note="x" * 20_000))
    whole.pass_time(minutes=5)
    full(whole.bridge)
    with pytest.raises(StoreError, match="disk is full"):
        whole.poll()
    assert whole.bridge.store.progress.cursor("orders:main") == cursor
    assert whole.state(10) is None
    roomy(whole.bridge)
    whole.work()
    assert len(whole.booked()) == 13


@pytest.mark.parametrize("restart", [False, True], ids=["running on", "after a restart"])
@pytest.mark.parametrize("at", range(1, 20))
def test_database_that_fails_in_the_middle_never_books_twice(
    whole: Whole, monkeypatch: pytest.MonkeyPatch, at: int, *, restart: bool
):
    """Whichever statement is the first that cannot be written: afterwards one voucher and one note each."""
    written, writer = 0, type(whole.bridge.store._writer)
    run = writer.run

    def counted(self: Any, *given: Any) -> Any:
        nonlocal written
        written += 1
        if written == at:
            read_only(whole.bridge)
        return run(self, *given)

    monkeypatch.setattr(writer, "run", counted)
    turns = 0
    while one_turn(whole) != AFTER_TROUBLE:
        turns += 1
        assert turns < 20, "it did not notice"
    before = whole.simulator.booked(), len(whole.shops["main"].log)
    for _ in range(3):
        assert one_turn(whole) == AFTER_TROUBLE
    assert (whole.simulator.booked(), len(whole.shops["main"].log)) == before, "it sent in trouble"
    assert whole.bridge.health.trouble is not None

    writable(whole.bridge)
    whole.pass_time(minutes=10)
    if restart:
        whole.close()
        whole.start()
    assert one_turn(whole) != AFTER_TROUBLE
    assert whole.bridge.health.trouble is None
    for _ in range(5):
        whole.drain()
        whole.pass_time(hours=1)
    assert len(whole.booked()) == 3
    for ident in (1, 2, 3):
        assert whole.state(ident) is State.DONE
        assert whole.state(ident, purpose=Purpose.MARK) is State.DONE
        assert len(whole.shops["main"].notes[ident]) == 1
