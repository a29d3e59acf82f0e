"""The file in which the bridge keeps what Specter cannot be asked for again: what was sent, what was received.

Specter cannot say whether it has an order, and forgets a change once it is acknowledged (specter facts, sections 4
and 5.4). Several bridges, and a command beside the daemon, may share the file.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from bridge.errors import RemoteError, Transient, Unauthorised
from bridge.model.texts import say

__all__ = ["Connection", "File"]

Connection = sqlite3.Connection

NAME: Final = "specter.sqlite"
PATIENCE: Final = 15
"""Seconds one waits for another process that writes."""
_PRIMARY: Final = 0xFF
"""The low byte of SQLite's extended result code."""
_OURS: Final = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISUSE})
"""A statement that makes no sense is a bug, and nothing of the disk's."""

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


class File:
    """Opened when it is first used. Any thread may use it.

    It keeps SQLite's rollback journal instead of a write-ahead log: the latter's rare loss needs two processes that
    write at once, which is just what may happen here, and so little is written that speed does not count.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self._lock = threading.RLock()
        self._opened: Connection | None = None

    @contextmanager
    def saving(self) -> Iterator[Connection]:
        """One transaction: all of it outlives a power cut when this returns, or nothing was written.

        Raises:
            Transient: another process did not finish writing.
            Unauthorised: the file cannot be used, so nothing may be sent; says why and what to do.
        """
        with self._lock, self._reporting():
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                self._undo(connection)
                raise

    def read(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        """Rows of what is committed.

        Raises:
            Transient: as ``saving``.
            Unauthorised: as ``saving``.
        """
        with self._lock, self._reporting():
            return self._connection().execute(sql, values).fetchall()

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def _connection(self) -> Connection:
        if self._opened is None:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # SQLite would make it readable by all; what it makes beside it has the rights of the file.
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600))
            made = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
            try:
                made.execute("PRAGMA synchronous = EXTRA")
                made.execute("BEGIN IMMEDIATE")
                for statement in _SCHEMA.split(";"):
                    made.execute(statement)
                made.execute("COMMIT")
            except BaseException:
                made.close()
                raise
            self._opened = made
        return self._opened

    def _undo(self, connection: Connection) -> None:
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            # The failure that brought us here is the one to report. Closed, nothing of it can be kept.
            self.close()

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            if getattr(error, "sqlite_errorcode", None) in _OURS:
                raise
            raise self._explained(error) from error

    def _explained(self, error: sqlite3.Error | OSError) -> RemoteError:
        code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return Transient(
                say("Another bridge is writing {path} and does not finish.", path=self.path), channel="erp"
            )
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            advice = say(
                "Stop the bridge and put {path} back from your latest copy of its folder. If there is none, move the "
                "file away: an order that Specter then refuses as a duplicate is shown to you instead of being taken "
                "as sent.",
                path=self.path,
            )
        else:
            advice = say(
                "Give the user that runs the bridge the ownership of that folder, and see that the disk is not "
                "full. Every order waits and nothing is lost."
            )
        return Unauthorised(
            say(
                "The file {path}, where the bridge keeps what it has sent to Specter and received from it, cannot be "
                "used ({error}).",
                path=self.path,
                error=getattr(error, "strerror", None) or str(error) or type(error).__name__,
            ),
            channel="erp",
            advice=advice,
        )
