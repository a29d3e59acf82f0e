"""Forgetting: what the order said goes, what it became stays.

Of a finished entry older than the retention the key, the totals, the digest and the link to its document are kept
for ever; the order itself, what was sent and answered, and the notes are erased from the file, not only from
the tables.
"""

# ruff: noqa: S608 - every statement is put together from constants

from __future__ import annotations

from datetime import datetime
from typing import Final

from bridge.store.ledger import Ledger
from bridge.store.rows import PAST, ms
from bridge.store.withdrawals import WITHDRAWN

__all__ = ["prune"]

_AT_ONCE: Final = 500
"""Entries per transaction: the worker wants its turn in between."""


def prune(books: Ledger, *, before: datetime) -> int:
    """Empty the entries that were finished before ``before``; returns how many.

    Entries of an order that has anything unfinished stay: a mark still to be made shows where it comes from.
    """
    emptied = 0
    while (part := _prune_some(books, ms(before))) > 0:
        emptied += part
    if emptied:
        with books.writer.locked() as connection:
            # Otherwise the old pages would still stand in the log beside the file. Busy readers only delay it.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return emptied


def _prune_some(books: Ledger, before: int) -> int:
    with books.saving():
        rows = books.run(
            "SELECT id, key FROM entry AS old WHERE finished_at < ? AND NOT EXISTS (SELECT 1 FROM entry AS busy "
            "WHERE busy.shop_ref = old.shop_ref AND busy.shop = old.shop "
            "AND busy.state IN ('waiting', 'sending', 'parked')) ORDER BY finished_at LIMIT ?",
            (before, _AT_ONCE),
        ).fetchall()
        for entry_id, key in rows:
            # Not of a withdrawn one: should the shop bring the order back, it must come in as new.
            books.run(
                f"INSERT INTO past ({PAST}, key) SELECT {PAST}, key FROM entry "
                "WHERE id = ? AND fault_kind IS NOT ?",
                (entry_id, WITHDRAWN),
            )
            books.run("DELETE FROM link_note WHERE link_id = (SELECT id FROM link WHERE key = ?)", (key,))
            books.run("DELETE FROM entry WHERE id = ?", (entry_id,))
    return len(rows)
