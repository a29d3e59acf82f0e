"""The store: one SQLite file with the outbox, what was seen, and how far we have come.

Only this package knows SQLite and peewee. What comes out are the plain records of ``records``.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from bridge.clock import Clock
from bridge.model.texts import Problem
from bridge.store import retention, upkeep
from bridge.store.connection import Reader, Writer
from bridge.store.ledger import Ledger
from bridge.store.lock import Lock
from bridge.store.outbox import Outbox
from bridge.store.progress import Progress
from bridge.store.reads import Reads
from bridge.store.records import (
    Added,
    Claimed,
    DayCount,
    Detail,
    Doubt,
    Entry,
    EntryFilter,
    Event,
    Exchange,
    Fault,
    LostClaim,
    NewEntry,
    Overview,
    Page,
    Pause,
    Seen,
    SessionRow,
    State,
    Untold,
)
from bridge.store.sessions import Sessions

__all__ = [
    "Added",
    "Claimed",
    "DayCount",
    "Detail",
    "Doubt",
    "Entry",
    "EntryFilter",
    "Event",
    "Exchange",
    "Fault",
    "Lock",
    "LostClaim",
    "NewEntry",
    "Outbox",
    "Overview",
    "Page",
    "Pause",
    "Progress",
    "Reads",
    "Seen",
    "SessionRow",
    "Sessions",
    "State",
    "Store",
    "Untold",
]


class Store:
    """The database, open. One per process; close it when done."""

    def __init__(self, writer: Writer, reader: Reader, *, clock: Clock) -> None:
        self.path = writer.path
        self._writer = writer
        self._reader = reader
        self._books = Ledger(writer, clock=clock)
        self.outbox = Outbox(self._books)
        self.progress = Progress(self._books)
        self.sessions = Sessions(self._books)
        self.reads = Reads(reader, outbox=self.outbox, progress=self.progress, clock=clock)

    @classmethod
    def open(cls, path: Path, *, clock: Clock) -> Store:
        """Open it, checked and upgraded; made if it is not there, readable for its owner only.

        Raises:
            StoreError: it cannot be used: damaged, not writable, newer than we are. Names path and remedy.
        """
        upkeep.make_room(path)
        # Beside a running daemon we are a guest, and only one process may write the log back into the file.
        guest = Lock.holder(path) not in {None, os.getpid()}
        writer = Writer(path, checkpoints=not guest)
        try:
            upkeep.version_of(writer.connection, path)
            writer.prepare()
            upkeep.quick_check(writer.connection, path)
            upkeep.migrate(writer, clock=clock)
        except BaseException:
            writer.close()
            raise
        return cls(writer, Reader(path), clock=clock)

    def saving(self) -> AbstractContextManager[None]:
        """One transaction around several calls; durable at its end, not before. Never wait for anything inside."""
        return self._writer.saving()

    def backup(self, to: Path) -> None:
        """Copy the database while it is in use; ``to`` appears whole or not at all.

        Raises:
            UserError: ``to`` exists.
            StoreError: the copy could not be made.
        """
        upkeep.backup(self.path, to)

    @classmethod
    def restore(cls, source: Path, path: Path, *, clock: Clock) -> Path | None:
        """Put the backup ``source`` in the place of ``path``; returns where the replaced file lies.

        Raises:
            UserError: a bridge is running with it, or there is no such backup.
            StoreError: the backup cannot be used; nothing was changed.
        """
        return upkeep.restore(source, path, clock=clock)

    def check(self) -> list[Problem]:
        """Look through the whole file; an empty list is good news."""
        return upkeep.check(self._writer)

    def prune(self, *, before: datetime) -> int:
        """Erase the contents of what was finished before; returns how many entries."""
        return retention.prune(self._books, before=before)

    def close(self) -> None:
        """Let go of the file."""
        self._reader.close_all()
        self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
