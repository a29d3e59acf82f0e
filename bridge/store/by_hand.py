"""The moves of a person: retry, settle, drop. Always with a name and, where there is one, a reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from bridge.errors import Unanswerable
from bridge.model.documents import Document, Purpose
from bridge.model.texts import Text, say
from bridge.store.moves import Moves
from bridge.store.records import Entry, NewEntry, State
from bridge.store.rows import ENTRY, entry_of, ms

__all__ = ["MovesByHand", "can_hurry", "is_unanswered"]

_AT_ONCE: Final = 200
"""Entries per transaction: "all matching" may be thousands, and the worker wants its turn in between."""


def can_hurry(entry: Entry, now: datetime) -> bool:
    """Whether it only waits for its next try.

    Not what is in doubt, which waits for the other end to finish, and not what rests before its first try.
    """
    return entry.state is State.WAITING and entry.doubt is None and entry.attempts > 0 and entry.due_at > now


def is_unanswered(entry: Entry) -> bool:
    """Whether it may be in the ERP, and nobody but a person can look."""
    return entry.doubt is not None and entry.fault is not None and entry.fault.kind == Unanswerable.__name__


class MovesByHand(Moves):
    """What a person does with entries, one or many."""

    def retry(self, ids: Sequence[int], *, who: str, reason: str, now: datetime, many: bool = False) -> int:
        """PARKED to WAITING, due at once, with all its attempts again. A doubt stays: it is asked first.

        What waits for its next try is due at once too, if it ``can_hurry``. What only a person can know is moved
        alone, never among others (``many``, or more than one id): who sends it again says of this one that it is not
        there. Returns how many were moved; the others are left alone.
        """
        moved, many = 0, many or len(ids) > 1
        for part in _parts(ids):
            with self._books.saving():
                for entry in self._entries(part, states=(State.PARKED, State.WAITING)):
                    if many and is_unanswered(entry):
                        continue
                    if entry.state is State.PARKED or can_hurry(entry, now):
                        self._retry_one(entry, who=who, reason=reason, now=now)
                        moved += 1
        return moved

    def _retry_one(self, entry: Entry, *, who: str, reason: str, now: datetime) -> None:
        parked = entry.state is State.PARKED
        moved = self._books.run(
            "UPDATE entry SET state = 'waiting', attempts = ?, due_at = ?, updated_at = ? "
            "WHERE id = ? AND state = ?",
            (0 if parked else entry.attempts, ms(now), ms(now), entry.id, entry.state.value),
        )
        self._books.must(moved, entry)
        note = say("Sent again by hand.") if parked else say("Sent now by hand, without waiting any longer.")
        self._books.event(
            entry.id,
            at=ms(now),
            before=entry.state,
            after=State.WAITING,
            who=who,
            note=_reason(note, reason),
        )

    def drop(self, ids: Sequence[int], *, who: str, reason: str, now: datetime) -> int:
        """PARKED or WAITING to DROPPED: it will not be sent. Returns how many were moved."""
        moved = 0
        for part in _parts(ids):
            with self._books.saving():
                for entry in self._entries(part, states=(State.PARKED, State.WAITING)):
                    self._drop_one(entry, who=who, note=_reason(say("Dropped by hand."), reason), now=now)
                    moved += 1
        return moved

    def _drop_one(self, entry: Entry, *, who: str, note: Text, now: datetime) -> None:
        gone = self._books.run(
            "UPDATE entry SET state = 'dropped', head = 0, finished_at = ?, updated_at = ? "
            "WHERE id = ? AND state IN ('parked', 'waiting')",
            (ms(now), ms(now), entry.id),
        )
        self._books.must(gone, entry)
        self._books.event(entry.id, at=ms(now), before=entry.state, after=State.DROPPED, who=who, note=note)
        self._books.count(entry.key, State.DROPPED, at=now)
        self._books.advance(entry.key)

    def settle(
        self,
        entry_id: int,
        *,
        document: Document,
        who: str,
        reason: str,
        now: datetime,
        follow: Sequence[NewEntry] = (),
    ) -> bool:
        """PARKED to DONE: a person says which document it became. False: it is not parked (any more)."""
        with self._books.saving():
            for entry in self._entries([entry_id], states=(State.PARKED,)):
                settled = self._books.run(
                    "UPDATE entry SET state = 'done', head = 0, doubt_since = NULL, doubt_asks = NULL, "
                    "fault_kind = NULL, fault = NULL, document = ?, finished_at = ?, updated_at = ? "
                    "WHERE id = ? AND state = 'parked'",
                    (document.number, ms(now), ms(now), entry.id),
                )
                self._books.must(settled, entry)
                note = _reason(say("Settled by hand with document {number}.", number=document.number), reason)
                self._completed(entry, document, now=now, who=who, note=note)
                for new in follow:
                    if not self._exists(new.key):
                        self._insert(new, who=who, note=note)
                return True
        return False

    def hurry(self, now: datetime, *, purpose: Purpose) -> int:
        """Let what waits for its next try be tried now, because the other end is back; returns how many.

        Not what is in doubt, which waits for the other end to finish, and not what rests before its first try.
        """
        with self._books.saving():
            return self._books.run(
                "UPDATE entry SET due_at = ?, updated_at = ? WHERE state = 'waiting' AND purpose = ? "
                "AND doubt_since IS NULL AND attempts > 0 AND due_at > ?",
                (ms(now), ms(now), purpose.value, ms(now)),
            ).rowcount

    def _entries(self, ids: Sequence[int], *, states: tuple[State, ...]) -> list[Entry]:
        marks = ", ".join("?" * len(ids))
        wanted = ", ".join("?" * len(states))
        rows = self._books.run(
            f"SELECT {ENTRY} FROM entry WHERE id IN ({marks}) AND state IN ({wanted}) ORDER BY id",  # noqa: S608
            (*ids, *(state.value for state in states)),
        ).fetchall()
        return [entry_of(row) for row in rows]


def _reason(note: Text, reason: str) -> Text:
    return say("{text}", text=reason) if reason else note


def _parts(ids: Sequence[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while part := list(islice(rest, _AT_ONCE)):
        yield part
