"""A process that works a store until it is killed, and says which orders it was told are safe."""

# ruff: noqa: T201 - saying what is safe is its job

from __future__ import annotations

import sys
import time
from pathlib import Path

from bridge.clock import SystemClock
from bridge.model.documents import Purpose
from bridge.model.texts import say
from bridge.store import Lock, Store
from tests.unit.store_world import VOUCHER, an_entry


def work(path: Path, first: int) -> None:
    """Add, claim and finish, one order after the other, for ever."""
    store, number = Store.open(path, clock=SystemClock()), first
    while True:
        store.outbox.add(an_entry(number), who="child", note=say("Added."))
        print("added", number, flush=True)
        claimed = store.outbox.claim(SystemClock().now(), purposes=[Purpose.ORDER])
        assert claimed is not None
        print("sending", claimed.entry.key.ref.id, flush=True)
        mark = an_entry(number, purpose=Purpose.MARK)
        store.outbox.finish(claimed.entry, document=VOUCHER, note=say("Booked."), follow=[mark])
        print("done", claimed.entry.key.ref.id, flush=True)
        number += 1


def hold(path: Path) -> None:
    """Take the lock and keep it."""
    with Lock.take(path):
        print("held", flush=True)
        time.sleep(60)


if __name__ == "__main__":
    if sys.argv[1] == "hold":
        hold(Path(sys.argv[2]))
    else:
        work(Path(sys.argv[2]), int(sys.argv[3]))
