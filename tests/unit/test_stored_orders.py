"""The orders whose contents are still stored, read some at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.flows.orders import UNREADABLE
from bridge.flows.stored import stored_orders
from bridge.model.codec import digest, dump_order
from bridge.model.documents import Key, Purpose
from bridge.model.texts import say
from bridge.store import Store, reads
from bridge.store.records import NewEntry
from tests.builders import NOON, a_ref, an_order


@pytest.mark.parametrize("at_once", [1, 2, 5, 500])
def test_stored_orders_come_each_once_oldest_first(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, at_once: int
):
    """However many are read at a time; what nobody can read, marks and other shops are left out."""
    monkeypatch.setattr(reads, "AT_ONCE", at_once)
    with Store.open(tmp_path / "bridge.db", clock=clock) as store:
        for number in range(1, 6):
            order = an_order(ref=a_ref(number, shop="other" if number == 3 else "main"))
            entry = {"due_at": NOON, "number": str(number), "gross": order.totals.gross, "currency": "SEK"}
            prefix = UNREADABLE if number == 4 else ""
            body = NewEntry(
                key=Key(order.ref, Purpose.ORDER),
                body=dump_order(order),
                digest=prefix + digest(order),
                **entry,
            )
            mark = NewEntry(key=Key(order.ref, Purpose.MARK), body=None, digest="x", **entry)
            for each in (body, mark):
                store.outbox.add(each, who="test", note=say("x"))
        everybody = stored_orders(store, numbered=lambda order: order)
        assert [order.ref.id for order in everybody] == ["1", "2", "3", "5"]
        main = stored_orders(store, numbered=lambda order: order, shop="main")
        assert [order.ref.id for order in main] == ["1", "2", "5"]
