"""How far we have come: cursors, orders seen, paused channels, small facts."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import groupby
from typing import Final

from bridge.model.orders import OrderRef
from bridge.model.texts import Text, say
from bridge.store.ledger import Ledger
from bridge.store.records import Pause, Seen
from bridge.store.rows import SEEN, at, ms, seen_of

__all__ = ["Progress"]

_AT_ONCE: Final = 500


class Progress:
    """Where the flows take up again after a stop."""

    def __init__(self, books: Ledger) -> None:
        self._books = books

    def cursor(self, name: str) -> str | None:
        """Where the reading of ``name`` goes on."""
        return self._value("SELECT value FROM cursor WHERE name = ?", name)

    def move_cursor(self, name: str, value: str) -> None:
        """Set it; also backwards, if the caller says so. The same value again writes nothing."""
        with self._books.saving():
            if self.cursor(name) != value:
                self._books.run(
                    "REPLACE INTO cursor (name, value, at) VALUES (?, ?, ?)", (name, value, self._books.now())
                )

    def get(self, name: str) -> str | None:
        """A small fact."""
        return self._value("SELECT value FROM fact WHERE name = ?", name)

    def put(self, name: str, value: str) -> None:
        """Keep a small fact; the same value again writes nothing."""
        with self._books.saving():
            if self.get(name) != value:
                self._books.run(
                    "REPLACE INTO fact (name, value, at) VALUES (?, ?, ?)", (name, value, self._books.now())
                )

    def _value(self, sql: str, name: str) -> str | None:
        rows = self._books.writer.read(sql, (name,))
        return str(rows[0][0]) if rows else None

    def seen_many(self, refs: Iterable[OrderRef]) -> dict[OrderRef, Seen]:
        """What is known of these orders; the unknown ones are left out."""
        found: dict[OrderRef, Seen] = {}
        ordered = sorted(set(refs))
        for shop, group in groupby(ordered, key=lambda ref: ref.shop):
            ids = [ref.id for ref in group]
            for start in range(0, len(ids), _AT_ONCE):
                for seen in self._seen_of_shop(shop, ids[start : start + _AT_ONCE]):
                    found[seen.ref] = seen
        return found

    def _seen_of_shop(self, shop: str, ids: Collection[str]) -> list[Seen]:
        marks = ", ".join("?" * len(ids))
        rows = self._books.writer.read(
            f"SELECT {SEEN} FROM seen WHERE shop = ? AND shop_ref IN ({marks})",  # noqa: S608 - only marks
            (shop, *ids),
        )
        return [seen_of(row) for row in rows]

    def note_seen(self, seen: Seen) -> None:
        """Keep what the order looks like now. When and with which SKUs it was first seen never changes."""
        with self._books.saving():
            before = self.seen_many([seen.ref]).get(seen.ref)
            skus = {**seen.skus, **(before.skus if before else {})}
            self._books.run(
                f"INSERT INTO seen ({SEEN}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "  # noqa: S608 - constant
                "ON CONFLICT (shop, shop_ref) DO UPDATE SET number = excluded.number, status = excluded.status, "
                "digest = excluded.digest, reason = excluded.reason, code = excluded.code, skus = excluded.skus, "
                "gross = excluded.gross, currency = excluded.currency, seen_at = excluded.seen_at, "
                "modified_at = excluded.modified_at",
                (
                    seen.ref.shop,
                    seen.ref.id,
                    seen.ref.number,
                    seen.status,
                    seen.digest,
                    seen.reason and seen.reason.to_json(),
                    seen.code,
                    json.dumps(skus),
                    None if seen.gross is None else str(seen.gross),
                    seen.currency,
                    ms(seen.first_seen_at),
                    ms(seen.seen_at),
                    seen.modified_at and ms(seen.modified_at),
                ),
            )

    def pause(self, channel: str, *, until: datetime | None, why: Text, now: datetime) -> None:
        """Nobody uses ``channel`` before ``until`` (None: before ``resume``). Says since when it has been so."""
        with self._books.saving():
            self._books.run(
                "INSERT INTO pause (channel, until, why, since) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (channel) DO UPDATE SET until = excluded.until, why = excluded.why, "
                # One that had ended is a new pause, with a beginning of its own.
                "since = CASE WHEN pause.until <= excluded.since THEN excluded.since ELSE pause.since END",
                (channel, until and ms(until), why.to_json(), ms(now)),
            )

    def resume(self, channel: str) -> bool:
        """End a pause. False: there was none."""
        with self._books.saving():
            return self._books.run("DELETE FROM pause WHERE channel = ?", (channel,)).rowcount == 1

    def pauses(self) -> dict[str, Pause]:
        """The pauses, also those whose time is over: ending one is the caller's decision."""
        rows = self._books.writer.read("SELECT channel, until, why, since FROM pause ORDER BY channel")
        return {
            channel: Pause(
                channel=channel,
                until=None if until is None else at(until),
                why=Text.from_json(why) or say(""),
                since=at(since),
            )
            for channel, until, why, since in rows
        }
