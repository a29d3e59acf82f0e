"""The schema, step by step. A step that was released is never edited: a change is a new step.

``PRAGMA user_version`` counts the steps done. Each runs in one transaction, after a backup of what was there,
so a kill in the middle leaves the old schema and a whole backup.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

__all__ = ["LATEST", "MIGRATIONS", "Migration"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One step."""

    title: str
    statements: tuple[str, ...]


_OUTBOX: Final = (
    # head: the oldest unfinished entry of its order. Kept up by every move, because looking for it at claim
    # time would walk over every blocked row of a long backlog.
    """
    CREATE TABLE entry (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL UNIQUE,
        shop TEXT NOT NULL,
        shop_ref TEXT NOT NULL,
        number TEXT NOT NULL COLLATE NOCASE,
        purpose TEXT NOT NULL,
        detail TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'done', 'parked', 'dropped')),
        head INTEGER NOT NULL CHECK (head IN (0, 1)),
        attempts INTEGER NOT NULL DEFAULT 0,
        claim INTEGER NOT NULL DEFAULT 0,
        claimed_at INTEGER,
        doubt_since INTEGER,
        doubt_asks INTEGER,
        due_at INTEGER NOT NULL,
        digest TEXT NOT NULL,
        gross TEXT,
        currency TEXT NOT NULL,
        fault_kind TEXT,
        fault TEXT,
        document TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        finished_at INTEGER,
        CHECK ((finished_at IS NOT NULL) = (state IN ('done', 'dropped'))),
        CHECK ((doubt_since IS NULL) = (doubt_asks IS NULL))
    )
    """,
    "CREATE INDEX entry_order ON entry (shop_ref, shop, id)",
    "CREATE INDEX entry_number ON entry (number)",
    "CREATE INDEX entry_document ON entry (document) WHERE document != ''",
    "CREATE INDEX entry_ready ON entry (purpose, shop, due_at, id) WHERE state = 'waiting' AND head = 1",
    "CREATE INDEX entry_list ON entry (state, id, shop, purpose, fault_kind, doubt_since)",
    "CREATE INDEX entry_finished ON entry (finished_at) WHERE finished_at IS NOT NULL",
    # Clustered by entry, because every move writes one: a tree less is a page less in every commit.
    """
    CREATE TABLE entry_event (
        entry_id INTEGER NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
        step INTEGER NOT NULL,
        at INTEGER NOT NULL,
        before TEXT,
        after TEXT NOT NULL,
        who TEXT NOT NULL,
        note TEXT NOT NULL,
        PRIMARY KEY (entry_id, step)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE snapshot (
        entry_id INTEGER PRIMARY KEY REFERENCES entry (id) ON DELETE CASCADE,
        at INTEGER NOT NULL,
        body TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE exchange (
        id INTEGER PRIMARY KEY,
        entry_id INTEGER NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
        at INTEGER NOT NULL,
        payload TEXT NOT NULL,
        media_type TEXT NOT NULL,
        answer TEXT NOT NULL,
        note TEXT NOT NULL
    )
    """,
    "CREATE INDEX exchange_entry ON exchange (entry_id, id)",
)

_FOR_EVER: Final = (
    """
    CREATE TABLE link (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        shop TEXT NOT NULL,
        shop_ref TEXT NOT NULL,
        kind TEXT NOT NULL,
        document_id TEXT NOT NULL,
        number TEXT NOT NULL COLLATE NOCASE,
        link TEXT NOT NULL,
        gross TEXT,
        currency TEXT NOT NULL,
        dated TEXT,
        at INTEGER NOT NULL
    )
    """,
    # Beside the link and not in it: a note may quote the buyer's name, so it goes with the retention.
    """
    CREATE TABLE link_note (
        link_id INTEGER PRIMARY KEY REFERENCES link (id) ON DELETE CASCADE,
        notes TEXT NOT NULL
    )
    """,
    # What is left of an entry after the retention: enough to know its key again and to find its document.
    """
    CREATE TABLE past (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        shop TEXT NOT NULL,
        shop_ref TEXT NOT NULL,
        number TEXT NOT NULL COLLATE NOCASE,
        purpose TEXT NOT NULL,
        detail TEXT NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        claim INTEGER NOT NULL,
        digest TEXT NOT NULL,
        gross TEXT,
        currency TEXT NOT NULL,
        document TEXT NOT NULL COLLATE NOCASE,
        created_at INTEGER NOT NULL,
        finished_at INTEGER NOT NULL
    )
    """,
    "CREATE INDEX past_order ON past (shop_ref, shop, id)",
    "CREATE INDEX past_number ON past (number)",
    "CREATE INDEX past_document ON past (document) WHERE document != ''",
    """
    CREATE TABLE day_count (
        day TEXT NOT NULL,
        shop TEXT NOT NULL,
        purpose TEXT NOT NULL,
        done INTEGER NOT NULL DEFAULT 0,
        parked INTEGER NOT NULL DEFAULT 0,
        dropped INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (day, shop, purpose)
    ) WITHOUT ROWID
    """,
)

_PROGRESS: Final = (
    """
    CREATE TABLE seen (
        id INTEGER PRIMARY KEY,
        shop TEXT NOT NULL,
        shop_ref TEXT NOT NULL,
        number TEXT NOT NULL,
        status TEXT NOT NULL,
        digest TEXT NOT NULL,
        reason TEXT,
        code TEXT NOT NULL,
        skus TEXT NOT NULL,
        gross TEXT,
        currency TEXT NOT NULL,
        first_seen_at INTEGER NOT NULL,
        seen_at INTEGER NOT NULL,
        modified_at INTEGER,
        UNIQUE (shop, shop_ref)
    )
    """,
    "CREATE INDEX seen_skipped ON seen (id, shop) WHERE reason IS NOT NULL",
    "CREATE INDEX seen_code ON seen (code, id, shop) WHERE reason IS NOT NULL",
    "CREATE TABLE cursor (name TEXT PRIMARY KEY, value TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID",
    """
    CREATE TABLE pause (
        channel TEXT PRIMARY KEY, until INTEGER, why TEXT NOT NULL, since INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE session (
        token_hash TEXT PRIMARY KEY, user TEXT NOT NULL, created_at INTEGER NOT NULL, touched_at INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
)

MIGRATIONS: Final[Sequence[Migration]] = (
    Migration(title="outbox, links, progress, sessions", statements=_OUTBOX + _FOR_EVER + _PROGRESS),
)
LATEST: Final = len(MIGRATIONS)
