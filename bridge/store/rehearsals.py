"""Orders that are tried and not sent (``mode = shadow``): the document each would have become, kept beside it.

A rehearsed entry stays WAITING, as untried as before: the day the bridge goes live it is sent. What could not be
sent is PARKED, as it would be live. The document is kept as an exchange with a mark of its own; a newer order, or
other settings (another mark), make it stale.
"""

# ruff: noqa: S608 - every statement is put together from constants

from __future__ import annotations

from datetime import datetime
from typing import Final

from bridge.model.texts import Text
from bridge.store.moves import Moves
from bridge.store.records import REHEARSED, Claimed, Entry, Exchange, Fault, State
from bridge.store.rows import ENTRY, entry_of, fault_json, ms

__all__ = ["Rehearsals"]

_DUE: Final = (
    f"SELECT {ENTRY}, body FROM entry LEFT JOIN snapshot ON snapshot.entry_id = entry.id "
    "WHERE state = 'waiting' AND head = 1 AND purpose = 'order' AND doubt_since IS NULL AND due_at <= ? "
    "AND NOT EXISTS (SELECT 1 FROM exchange WHERE exchange.entry_id = entry.id AND exchange.note = ? "
    "AND exchange.at >= coalesce(snapshot.at, 0)) ORDER BY due_at, entry.id LIMIT ?"
)
_STILL: Final = "WHERE id = ? AND state = 'waiting' AND digest = ? AND updated_at = ?"


class Rehearsals(Moves):
    """What a rehearsal reads and leaves."""

    def to_rehearse(self, now: datetime, *, mark: str, limit: int) -> tuple[Claimed, ...]:
        """Orders due, whose document under ``mark`` is not kept yet; the first due first. Takes nothing."""
        rows = self._books.writer.read(_DUE, (ms(now), REHEARSED + mark, limit))
        return tuple(Claimed(entry=entry_of(row[:-1]), body=row[-1], document=None) for row in rows)

    def rehearsed(self, entry: Entry, *, mark: str, exchange: Exchange, note: Text) -> bool:
        """Keep the document the entry would have become, in place of an older one. False: it moved meanwhile."""
        with self._books.saving():
            if not self._untouched(entry):
                return False
            before = self._books.run(
                "SELECT payload FROM exchange WHERE entry_id = ? AND note LIKE ? || '%'",
                (entry.id, REHEARSED),
            ).fetchall()
            self._books.run(
                "DELETE FROM exchange WHERE entry_id = ? AND note LIKE ? || '%'", (entry.id, REHEARSED)
            )
            self._books.exchange(
                entry.id,
                Exchange(
                    at=exchange.at,
                    payload=exchange.payload,
                    media_type=exchange.media_type,
                    answer=exchange.answer,
                    note=REHEARSED + mark,
                ),
            )
            if before != [(exchange.payload,)]:
                at, state = self._books.now(), State.WAITING
                self._books.event(entry.id, at=at, before=state, after=state, who="bridge", note=note)
        return True

    def rehearsal_failed(self, entry: Entry, *, fault: Fault) -> bool:
        """WAITING to PARKED: it could not have been sent. False: it moved meanwhile."""
        now = self._books.clock.now()
        with self._books.saving():
            moved = self._books.run(
                f"UPDATE entry SET state = 'parked', fault_kind = ?, fault = ?, updated_at = ? {_STILL}",
                (fault.kind, fault_json(fault), ms(now), entry.id, entry.digest, ms(entry.updated_at)),
            )
            if moved.rowcount != 1:
                return False
            self._books.event(
                entry.id, at=ms(now), before=State.WAITING, after=State.PARKED, who="bridge", note=fault.text
            )
            self._books.count(entry.key, State.PARKED, at=now)
        return True

    def _untouched(self, entry: Entry) -> bool:
        values = (entry.id, entry.digest, ms(entry.updated_at))
        return self._books.run(f"SELECT 1 FROM entry {_STILL}", values).fetchone() is not None
