"""A file in which an adapter keeps what its ERP cannot be asked for again, so that it outlives a crash.

Threads, processes and several bridges may share it; ``bridge db backup`` copies it with the database, by its ending.
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
from bridge.model.texts import Text, say

__all__ = ["Connection", "Memory"]

Connection = sqlite3.Connection

PATIENCE: Final = 15
"""Seconds one waits for another process that writes."""
_PRIMARY: Final = 0xFF
"""The low byte of SQLite's extended result code."""
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_OURS: Final = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISUSE})
"""A statement that makes no sense is a bug, and nothing of the disk's."""
_MAKING: Final = threading.Lock()
"""Closing any handle of a file ends every lock this process has on it (POSIX): nobody opens one while it is made."""


class Memory:
    """Opened when it is first used. Any thread may use it.

    It keeps SQLite's rollback journal instead of a write-ahead log: the latter's rare loss needs two processes that
    write at once, which is just what may happen here, and so little is written that speed does not count.
    """

    def __init__(self, path: Path, *, schema: str, keeps: Text, lost: Text) -> None:
        """Nothing is opened yet.

        Args:
            path: its name ends in ``.sqlite``; the folder is made when it is needed.
            schema: statements that change nothing where they were run before.
            keeps: a sentence that says what stands in the file.
            lost: a sentence that says what follows when it is gone for good.
        """
        self.path = path
        self._schema = schema
        self._keeps = keeps
        self._lost = lost
        self._lock = threading.RLock()
        self._opened: Connection | None = None
        self._identity = (0, 0)

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
        """Rows of what is committed; none where there is no file yet, and none is made.

        Raises:
            Transient: as ``saving``.
            Unauthorised: as ``saving``.
        """
        with self._lock, self._reporting():
            if self._found() is None:
                return []
            return self._connection().execute(sql, values).fetchall()

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def _connection(self) -> Connection:
        if self._opened is not None and self._found() != self._identity:
            self.close()  # it was moved away, or another was put in its place: what is written there would be lost
        if self._opened is None:
            self._make()
            self._opened = self._open()
            self._identity = self._found() or self._identity
        return self._opened

    def _found(self) -> tuple[int, int] | None:
        """Which file has the name now; None: there is none."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino

    def _make(self) -> None:
        """SQLite would make it readable by all; what it makes beside it has the rights of the file."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _MAKING:
            if self._found() is None:
                os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600))

    def _open(self) -> Connection:
        made = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            made.execute("PRAGMA synchronous = EXTRA")
            made.execute("BEGIN IMMEDIATE")
            for statement in self._schema.split(";"):
                made.execute(statement)
            made.execute("COMMIT")
        except BaseException:
            made.close()
            raise
        return made

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
        """No order is at fault, as with a missing access."""
        code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
        if code in _BUSY:
            return Transient(
                say("Another bridge is writing {path} and does not finish.", path=self.path), channel="erp"
            )
        if code in _DAMAGED:
            advice = say(
                "Stop the bridge and put {path} back from your latest copy of its folder. If there is none, move the "
                "file away. {lost}",
                path=self.path,
                lost=self._lost,
            )
        else:
            advice = say(
                "Give the user that runs the bridge the ownership of that folder, and see that the disk is not "
                "full. Every order waits and nothing is lost."
            )
        return Unauthorised(
            say(
                "The file {path} cannot be used ({error}). {keeps}",
                path=self.path,
                error=getattr(error, "strerror", None) or str(error) or type(error).__name__,
                keeps=self._keeps,
            ),
            channel="erp",
            advice=advice,
        )
