"""Who is logged in to the page. On the server, so that logging out really ends it; only hashes of the tokens."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bridge.store.ledger import Ledger
from bridge.store.records import SessionRow
from bridge.store.rows import at, ms

__all__ = ["ABSOLUTE", "IDLE", "Sessions"]

IDLE: Final = timedelta(hours=2)
ABSOLUTE: Final = timedelta(hours=12)
"""Idle and absolute limits of a login (ASVS 5.0, 7.3.1 and 7.3.2)."""

_FRESH: Final = timedelta(minutes=1)
"""A visit within this time is not written down: a page view should not cost a disk sync."""
_SKEW: Final = timedelta(minutes=5)
"""A session from further in the future than this was made by a wrong clock."""


class Sessions:
    """Logins of the admin page."""

    def __init__(self, books: Ledger) -> None:
        self._books = books

    def create(self, token_hash: str, *, user: str, now: datetime) -> None:
        """Somebody has logged in."""
        with self._books.saving():
            self._books.run(
                "INSERT INTO session (token_hash, user, created_at, touched_at) VALUES (?, ?, ?, ?)",
                (token_hash, user, ms(now), ms(now)),
            )

    def touch(self, token_hash: str, now: datetime) -> SessionRow | None:
        """Whose session it is, kept alive by this visit; None: ended, too old, or never there."""
        rows = self._books.writer.read(
            "SELECT user, created_at, touched_at FROM session WHERE token_hash = ?", (token_hash,)
        )
        if not rows:
            return None
        user, created, touched = rows[0]
        session = SessionRow(user=user, created_at=at(created), touched_at=at(touched))
        if not _alive(session, now):
            self.end(token_hash)
            return None
        if abs(now - session.touched_at) >= _FRESH:
            with self._books.saving():
                self._books.run(
                    "UPDATE session SET touched_at = ? WHERE token_hash = ?", (ms(now), token_hash)
                )
        return session

    def end(self, token_hash: str) -> None:
        """Log out."""
        with self._books.saving():
            self._books.run("DELETE FROM session WHERE token_hash = ?", (token_hash,))

    def end_all(self) -> int:
        """Log everybody out; returns how many."""
        with self._books.saving():
            return self._books.run("DELETE FROM session").rowcount

    def purge(self, now: datetime) -> int:
        """Forget sessions that are over; returns how many."""
        with self._books.saving():
            return self._books.run(
                "DELETE FROM session WHERE touched_at < ? OR created_at < ? OR created_at > ?",
                (ms(now - IDLE), ms(now - ABSOLUTE), ms(now + _SKEW)),
            ).rowcount


def _alive(session: SessionRow, now: datetime) -> bool:
    return -_SKEW <= now - session.created_at <= ABSOLUTE and now - session.touched_at <= IDLE
