"""A store in a folder of its own, and short ways to fill it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from bridge.clock import ManualClock
from bridge.model.documents import Document, DocumentKind, Key, Purpose
from bridge.model.texts import say
from bridge.store import Added, Claimed, Exchange, Fault, NewEntry, State, Store
from tests.builders import a_ref

ANY = tuple(Purpose)
FAULT = Fault(
    kind="Rejected", text=say("Article {sku} is unknown.", sku="TVAL-1"), field="ArticleNumber", status=400
)
VOUCHER = Document(kind=DocumentKind.VOUCHER, id="v-1", number="A17", gross=Decimal("100.00"), currency="SEK")


def an_entry(
    order_id: int | str = 1, *, purpose: Purpose = Purpose.ORDER, shop: str = "main", **changes: Any
) -> NewEntry:
    """A new entry that was due long ago."""
    made: dict[str, Any] = {
        "key": Key(a_ref(order_id, shop=shop), purpose),
        "due_at": datetime.fromisoformat("2026-11-21T00:00:00+00:00"),
        "digest": "d1",
        "body": None if purpose is Purpose.MARK else '{"order": 1}',
        "number": str(order_id),
        "gross": Decimal("100.00"),
        "currency": "SEK",
    }
    return NewEntry(**{**made, **changes})


class World:
    """One store and its clock."""

    def __init__(self, folder: Path, *, clock: ManualClock) -> None:
        self.clock = clock
        self.path = folder / "data" / "bridge.sqlite3"
        self.store = Store.open(self.path, clock=clock)

    @property
    def now(self) -> datetime:
        """The clock's time."""
        return self.clock.now()

    def add(self, *args: Any, **changes: Any) -> Added:
        """Add an entry."""
        return self.store.outbox.add(an_entry(*args, **changes), who="bridge", note=say("Seen."))

    def claim(self, *purposes: Purpose, paused: tuple[str, ...] = ()) -> Claimed | None:
        """The next one."""
        return self.store.outbox.claim(self.now, purposes=purposes or ANY, shops_paused=paused)

    def claimed(self, *args: Any, **changes: Any) -> Claimed:
        """Add one and claim it."""
        self.add(*args, **changes)
        found = self.claim()
        assert found is not None
        return found

    def done(self, *args: Any, document: Document = VOUCHER, **changes: Any) -> int:
        """Add, claim and finish one."""
        entry = self.claimed(*args, **changes).entry
        self.store.outbox.finish(entry, document=document, note=say("Booked."), exchange=self.exchange())
        return entry.id

    def parked(self, *args: Any, **changes: Any) -> int:
        """Add, claim and park one."""
        entry = self.claimed(*args, **changes).entry
        self.store.outbox.park(entry, fault=FAULT)
        return entry.id

    def exchange(self) -> Exchange:
        """What was said."""
        return Exchange(at=self.now, payload="#VER", media_type="text/plain", answer="ok")

    def state(self, entry_id: int) -> State:
        """Where it stands."""
        detail = self.store.reads.entry(entry_id)
        assert detail is not None
        return detail.entry.state

    def later(self, **span: float) -> datetime:
        """So much from now."""
        return self.now + timedelta(**span)

    def reopen(self) -> None:
        """Stop and start."""
        self.store.close()
        self.store = Store.open(self.path, clock=self.clock)
