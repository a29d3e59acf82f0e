"""The file in which the bridge keeps what Specter cannot be asked for again: what was sent, what was received.

Specter cannot say whether it has an order, and forgets a change once it is acknowledged (specter facts, sections 4
and 5.4).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from bridge.erps.memory import Memory
from bridge.model.texts import say

__all__ = ["memory_in"]

NAME: Final = "specter.sqlite"

_SCHEMA: Final = """
    CREATE TABLE IF NOT EXISTS ledger (
        account TEXT NOT NULL, key TEXT NOT NULL, sent_at TEXT NOT NULL,
        customer TEXT NOT NULL, form TEXT NOT NULL, number TEXT NOT NULL,
        PRIMARY KEY (account, key)
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS ledger_number ON ledger (account, number);
    CREATE TABLE IF NOT EXISTS spool (
        account TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, site TEXT NOT NULL,
        seq INTEGER NOT NULL, state TEXT NOT NULL,
        PRIMARY KEY (account, kind, id, site)
    ) WITHOUT ROWID;
    CREATE UNIQUE INDEX IF NOT EXISTS spool_seq ON spool (account, kind, seq)
"""
"""ledger: what was sent; a row before the order leaves, its number after the answer. spool: what was received, the
last known state of each thing; a newer one takes its place and a new seq."""


def memory_in(folder: Path) -> Memory:
    """That of every account whose bridge keeps its data in the folder."""
    return Memory(
        folder / NAME,
        schema=_SCHEMA,
        keeps=say("The bridge keeps in it what it has sent to Specter and received from it."),
        lost=say(
            "An order that Specter then refuses as a duplicate is shown to you instead of being taken as sent."
        ),
    )
