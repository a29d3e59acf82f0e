"""The bookkeeping under every move of the outbox: guarded updates, events, links, the next in line.

Plain SQL, because every order passes here five times and an object mapper costs a fifth of the rate.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from bridge.clock import Clock
from bridge.model.documents import Document, Key
from bridge.model.texts import Text
from bridge.store.connection import Writer
from bridge.store.records import Entry, Exchange, LostClaim, State
from bridge.store.rows import ms

__all__ = ["Ledger"]


class Ledger:
    """What the moves have in common."""

    def __init__(self, writer: Writer, *, clock: Clock) -> None:
        self.writer = writer
        self.clock = clock

    def saving(self) -> AbstractContextManager[None]:
        """One transaction."""
        return self.writer.saving()

    def run(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """One statement."""
        return self.writer.run(sql, values)

    def now(self) -> int:
        """The clock, as the tables have it."""
        return ms(self.clock.now())

    def must(self, moved: sqlite3.Cursor, entry: Entry) -> None:
        """Only one changed row is success."""
        if moved.rowcount != 1:
            raise LostClaim(entry.key)

    def event(
        self, entry_id: int, *, at: int, before: State | None, after: State, who: str, note: Text
    ) -> None:
        """Write down a move."""
        self.run(
            "INSERT INTO entry_event (entry_id, step, at, before, after, who, note) VALUES (?, "
            "(SELECT coalesce(max(step), 0) + 1 FROM entry_event WHERE entry_id = ?), ?, ?, ?, ?, ?)",
            (entry_id, entry_id, at, before and before.value, after.value, who, note.to_json()),
        )

    def exchange(self, entry_id: int, exchange: Exchange | None) -> None:
        """Keep what was sent and what came back."""
        if exchange is not None:
            self.run(
                "INSERT INTO exchange (entry_id, at, payload, media_type, answer, note) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    entry_id,
                    ms(exchange.at),
                    exchange.payload,
                    exchange.media_type,
                    exchange.answer,
                    exchange.note,
                ),
            )

    def link(self, key: Key, document: Document, *, at: int) -> None:
        """Tie the key to its document, for ever. The one who looked last is right."""
        cursor = self.run("DELETE FROM link WHERE key = ?", (str(key),))
        cursor = self.run(
            "INSERT INTO link (key, shop, shop_ref, kind, document_id, number, link, gross, currency, dated, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                str(key),
                key.ref.shop,
                key.ref.id,
                document.kind.value,
                document.id,
                document.number,
                document.link,
                None if document.gross is None else str(document.gross),
                document.currency,
                document.dated and document.dated.isoformat(),
                at,
            ),
        )
        if document.notes:
            notes = json.dumps([note.to_json() for note in document.notes])
            self.run("INSERT INTO link_note (link_id, notes) VALUES (?, ?)", (cursor.lastrowid, notes))

    def advance(self, key: Key) -> None:
        """The unfinished entries of this order are others than before: only the oldest may go."""
        of_order = (key.ref.id, key.ref.shop)
        self.run(
            "UPDATE entry SET head = NOT head WHERE shop_ref = ? AND shop = ? "
            "AND state IN ('waiting', 'sending', 'parked') AND head != (id = (SELECT min(id) FROM entry "
            "WHERE shop_ref = ? AND shop = ? AND state IN ('waiting', 'sending', 'parked')))",
            (*of_order, *of_order),
        )

    def count(self, key: Key, state: State, *, at: datetime) -> None:
        """One more on this day's account."""
        column = {State.DONE: "done", State.PARKED: "parked", State.DROPPED: "dropped"}[state]
        self.run(
            f"INSERT INTO day_count (day, shop, purpose, {column}) VALUES (?, ?, ?, 1) "  # noqa: S608 - of three
            f"ON CONFLICT (day, shop, purpose) DO UPDATE SET {column} = {column} + 1",
            (at.date().isoformat(), key.ref.shop, key.purpose.value),
        )
