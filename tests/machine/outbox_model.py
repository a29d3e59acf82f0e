"""What the store should hold, in plain Python, and what must be true of it after every step."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from bridge.clock import ManualClock
from bridge.model.documents import Document, DocumentKind, Key, Purpose
from bridge.model.orders import OrderRef
from bridge.model.texts import say
from bridge.store import Fault, NewEntry, State, Store
from bridge.store.rows import ENTRY, entry_of

LEGAL = {
    (None, State.WAITING),
    (None, State.PARKED),
    (State.WAITING, State.WAITING),
    (State.WAITING, State.SENDING),
    (State.WAITING, State.PARKED),
    (State.WAITING, State.DROPPED),
    (State.SENDING, State.DONE),
    (State.SENDING, State.WAITING),
    (State.SENDING, State.PARKED),
    (State.PARKED, State.PARKED),
    (State.PARKED, State.WAITING),
    (State.PARKED, State.DONE),
    (State.PARKED, State.DROPPED),
    (State.DROPPED, State.WAITING),  # withdrawn by the shop, and brought back
    (State.DROPPED, State.PARKED),
    *((state, state) for state in State),  # a change that was noticed and not taken
}
UNFINISHED = {State.WAITING, State.SENDING, State.PARKED}
ALL = tuple(Purpose)
FAULT = Fault(kind="Rejected", text=say("No such article."))

refs = st.builds(OrderRef, shop=st.sampled_from(["main", "other"]), id=st.sampled_from(["1", "2", "3"]))
keys = st.builds(Key, refs, st.sampled_from(Purpose))
waits = st.sampled_from([0, 0, 60, 3600, 86_400])


@dataclass
class Model:
    """What the store should hold for one key."""

    order: int
    state: State
    digest: str
    due_at: datetime
    touched_at: datetime
    doubt: bool = False
    claim: int = 0
    attempts: int = 0
    claimed_at: datetime | None = None
    finished_at: datetime | None = None
    withdrawn: bool = False
    history: list[State] = field(default_factory=list)

    def move(self, state: State, now: datetime) -> None:
        """Note a move."""
        self.state, self.touched_at = state, now
        self.history.append(state)


class Watched(RuleBasedStateMachine):
    """A store and its model, and the invariants between them."""

    @initialize()
    def begin(self) -> None:
        """An empty store at noon."""
        self.folder = Path(tempfile.mkdtemp(prefix="machine"))
        self.clock = ManualClock()
        self.store = Store.open(self.folder / "bridge.sqlite3", clock=self.clock)
        # What is tried here is the logic; that a commit survives a kill is tried elsewhere, with real kills.
        self.store._writer.connection.execute("PRAGMA synchronous = OFF")
        self.model: dict[Key, Model] = {}
        self.pruned: dict[Key, Model] = {}
        self.added = 0

    def teardown(self) -> None:
        """Leave nothing behind."""
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.folder)

    def remember(self, new: NewEntry, now: datetime) -> None:
        """The model's side of an insert."""
        self.added += 1
        self.model[new.key] = Model(
            order=self.added,
            state=new.state,
            digest=new.digest,
            due_at=new.due_at,
            touched_at=now,
            history=[new.state],
        )

    def ahead_of(self, key: Key) -> list[Key]:
        """Older unfinished entries of the same order."""
        return [
            other
            for other, known in self.model.items()
            if other.ref == key.ref and known.order < self.model[key].order and known.state in UNFINISHED
        ]

    # -- what must be true after every step --------------------------------------------------------------

    @invariant()
    def nothing_is_lost_and_nothing_added(self) -> None:
        """The store has the model's entries, each once, in the model's state."""
        if not hasattr(self, "store"):
            return
        entries = [entry_of(row) for row in self.rows(f"SELECT {ENTRY} FROM entry")]  # noqa: S608 - a constant
        assert len(entries) == len(self.model)
        for entry in entries:
            known = self.model[entry.key]
            assert (entry.id, entry.state, entry.digest, entry.doubt is not None, entry.attempts) == (
                known.order,
                known.state,
                known.digest,
                known.doubt,
                known.attempts,
            )
            assert entry.state is not State.WAITING or entry.due_at == known.due_at

    @invariant()
    def every_move_was_legal(self) -> None:
        """The events of each entry form a chain of legal moves that ends where the entry stands."""
        if not hasattr(self, "store"):
            return
        last: dict[int, State | None] = {}
        for entry_id, before, after in self.rows(
            "SELECT entry_id, before, after FROM entry_event ORDER BY entry_id, step"
        ):
            step = (before and State(before), State(after))
            assert step in LEGAL
            assert step[0] == last.get(entry_id)
            last[entry_id] = step[1]
        assert last == {known.order: known.state for known in self.model.values()}

    @invariant()
    def what_is_done_has_a_document(self) -> None:
        """For ever, also after the retention; and what was erased is really gone."""
        if not hasattr(self, "store"):
            return
        linked = {key for (key,) in self.rows("SELECT key FROM link")}
        for key, known in [*self.model.items(), *self.pruned.items()]:
            if known.state is State.DONE and key.purpose is Purpose.ORDER:
                assert str(key) in linked
        assert {key for (key,) in self.rows("SELECT key FROM past")} == {str(key) for key in self.pruned}
        bodies = sum(key.purpose is not Purpose.MARK for key in self.model)
        assert self.rows("SELECT count(*) FROM snapshot") == [(bodies,)]

    @invariant()
    def the_wait_is_known(self) -> None:
        """``next_due`` is the earliest of those that may go."""
        if not hasattr(self, "store"):
            return
        now = self.clock.now()
        free = [
            known.due_at
            for key, known in self.model.items()
            if known.state is State.WAITING and not self.ahead_of(key)
        ]
        assert self.store.outbox.next_due(now) == (max(now, min(free)) if free else None)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """A look into the tables."""
        return self.store._writer.read(sql)


def a_document(key: Key) -> Document:
    """A voucher named after the key."""
    return Document(
        kind=DocumentKind.VOUCHER, id=str(key), number=key.ref.id, notes=(say("A name was cut."),)
    )
