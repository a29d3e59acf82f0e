"""The connections: one that writes, behind a lock, and read-only ones per thread.

One writing connection in one process keeps clear of SQLite's rare WAL-reset corruption, which needs two that
write or checkpoint at once. A process that opens the database while the daemon has it therefore
leaves checkpointing to the daemon.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import peewee

from bridge.errors import StoreError
from bridge.model.texts import Text, say

__all__ = ["Reader", "Writer", "explain"]

PATIENCE: Final = 15
"""Seconds a writer waits for another process, as a command beside the daemon."""

_CODE_MASK: Final = 0xFF
"""The low byte of an extended result code is the primary one."""


def explain(error: sqlite3.Error, path: Path) -> StoreError:
    """Say what is wrong with the database, with its path and the remedy."""
    code = getattr(error, "sqlite_errorcode", 0) & _CODE_MASK
    return StoreError(_sentence(code, error, path))


def _sentence(code: int, error: sqlite3.Error, path: Path) -> Text:
    match code:
        case sqlite3.SQLITE_FULL:
            return say(
                "The disk is full: {path} cannot grow. Nothing is sent until there is room; free some space on "
                "that disk and the bridge goes on by itself.",
                path=path,
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return say(
                "The database {path} cannot be opened for writing. Give the user that runs the bridge the "
                "ownership of that folder and the files in it, and see that the disk is not read-only.",
                path=path,
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return say(
                "The database {path} is damaged ({error}). Stop the bridge, keep a copy of the file, and restore "
                "the latest backup with: bridge db restore FILE",
                path=path,
                error=error,
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return say(
                "The database {path} is being written by another process and did not become free. Stop the "
                "other process, or try again in a moment.",
                path=path,
            )
        case _:
            return say(
                "The database {path} could not be used: {error}. Look at the disk it lies on.",
                path=path,
                error=error,
            )


class _Reporting:
    """Used some sixty times per order, so not the generator kind of context, which costs five times as much."""

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, sqlite3.Error) and not isinstance(error, sqlite3.IntegrityError):
            raise explain(error, self._path) from error


class Writer:
    """The one connection that writes. Every write happens within ``saving``."""

    def __init__(self, path: Path, *, checkpoints: bool = True) -> None:
        self.path = path
        self._reporting = _Reporting(path)
        self._lock = threading.RLock()
        self._depth = 0
        self._broken = False
        try:
            self.connection = sqlite3.connect(
                path, timeout=PATIENCE, isolation_level=None, check_same_thread=False, cached_statements=256
            )
        except sqlite3.Error as error:
            raise explain(error, path) from error
        self._checkpoints = checkpoints

    def prepare(self) -> None:
        """Set how the database keeps its promises."""
        with self.reporting():
            (mode,) = self.connection.execute("PRAGMA journal_mode = WAL").fetchone()
            if mode != "wal":
                raise StoreError(
                    say(
                        "{path} lies on a disk that SQLite cannot use safely. Choose a local one.",
                        path=self.path,
                    )
                )
            for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
                self.connection.execute(f"PRAGMA {pragma}")
            if not self._checkpoints:
                self.connection.execute("PRAGMA wal_autocheckpoint = 0")

    @contextmanager
    def saving(self) -> Iterator[None]:
        """One durable transaction; within another one, a part of it that fails alone or not at all.

        Raises:
            StoreError: it could not be stored; nothing of it was. The same connection works again once the
                cause is gone.
        """
        with self._lock:
            name = f"part{self._depth}"
            begin, commit = (
                ("BEGIN IMMEDIATE", "COMMIT") if not self._depth else (f"SAVEPOINT {name}", f"RELEASE {name}")
            )
            with self.reporting():
                self._must_be_whole(begin)
                if not self._depth and self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")  # left behind by one that could not even be undone
                self.connection.execute(begin)
            self._depth += 1
            try:
                yield
                with self.reporting():
                    self._must_be_whole(commit)
                    self.connection.execute(commit)
            except BaseException:
                self._undo(name)
                raise
            finally:
                self._depth -= 1
                if not self._depth:
                    self._broken = False

    def _must_be_whole(self, step: str) -> None:
        # SQLite ends the whole transaction by itself when the disk is full. Going on after that would store
        # the rest piece by piece, each on its own.
        if step != "BEGIN IMMEDIATE" and (self._broken or not self.connection.in_transaction):
            raise StoreError(
                say("An earlier failure undid this change to {path}; nothing was stored.", path=self.path)
            )

    def _undo(self, name: str) -> None:
        try:
            if not self.connection.in_transaction:
                self._broken = True
            elif self._depth == 1:
                self.connection.execute("ROLLBACK")
            else:
                self.connection.execute(f"ROLLBACK TO {name}")
                self.connection.execute(f"RELEASE {name}")
        except sqlite3.Error:
            # The failure that brought us here is the one to report; what could not be undone must not be kept.
            self._broken = True

    def run(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """One statement of the transaction that ``saving`` began."""
        if not self._depth or self._broken or not self.connection.in_transaction:
            self._must_be_whole(sql)
        with self.reporting():
            return self._execute(sql, values)

    def read(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """Rows as the writer sees them: what is committed, and its own transaction."""
        with self._lock, self.reporting():
            return self._execute(sql, values).fetchall()

    def _execute(self, sql: str, values: Sequence[Any]) -> sqlite3.Cursor:
        try:
            return self.connection.execute(sql, values)
        except UnicodeEncodeError:
            # Half an emoji out of a shop's JSON is no UTF-8; an order must not get lost over it.
            return self.connection.execute(sql, [_storable(value) for value in values])

    @contextmanager
    def locked(self) -> Iterator[sqlite3.Connection]:
        """The bare connection outside any transaction, for upkeep."""
        with self._lock, self.reporting():
            yield self.connection

    def reporting(self) -> _Reporting:
        """Turn SQLite's errors about the file into a ``StoreError``; a broken rule of the schema is a bug."""
        return self._reporting

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self.connection.close()


class Reader(peewee.SqliteDatabase):
    """A read-only connection per thread; never waits for the writer and never makes it wait."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened: list[tuple[threading.Thread, sqlite3.Connection]] = []
        self._opening = threading.Lock()
        super().__init__(
            f"{path.resolve().as_uri()}?mode=ro",
            pragmas={"query_only": 1},
            timeout=PATIENCE,
            uri=True,
            check_same_thread=False,
        )

    def _connect(self) -> sqlite3.Connection:
        connection: sqlite3.Connection = super()._connect()  # type: ignore[misc] # not in peewee's stubs
        with self._opening:
            # A thread that has ended leaves its connection behind; this is the moment to notice.
            for thread, old in self._opened:
                if not thread.is_alive():
                    old.close()
            self._opened = [(thread, old) for thread, old in self._opened if thread.is_alive()]
            self._opened.append((threading.current_thread(), connection))
        return connection

    @contextmanager
    def looking(self) -> Iterator[None]:
        """One state of the database for several questions.

        Raises:
            StoreError: the file cannot be read.
        """
        try:
            self.connect(reuse_if_open=True)
            if self.in_transaction():
                yield
                return
            with self.atomic("DEFERRED"):
                yield
        except peewee.PeeweeException as error:
            cause = (
                error.__cause__ if isinstance(error.__cause__, sqlite3.Error) else sqlite3.Error(str(error))
            )
            raise explain(cause, self.path) from error

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """The rows of a query in plain SQL."""
        with self.looking():
            found: list[Any] = self.execute_sql(sql, values).fetchall()  # type: ignore[no-untyped-call] # not in the stubs
            return found

    def close_all(self) -> None:
        """Close the connections of all threads."""
        with self._opening:
            for _, connection in self._opened:
                connection.close()
            self._opened.clear()


def _storable(value: Any) -> Any:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def restrict(path: Path) -> None:
    """Make a file that holds orders readable by its owner only, if it is ours."""
    stat = path.stat()
    if os.name == "posix" and stat.st_uid == os.geteuid() and stat.st_mode & 0o077:
        path.chmod(0o600)
