"""Opening, upgrading, checking, copying and putting back the database file."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from bridge.clock import Clock
from bridge.disk import sync_folder
from bridge.errors import StoreError, UserError
from bridge.model.texts import Problem, say
from bridge.store.connection import Writer, explain, restrict
from bridge.store.lock import Lock
from bridge.store.migrations import LATEST, MIGRATIONS, Migration

__all__ = ["backup", "check", "make_room", "migrate", "quick_check", "restore", "stamp"]

_SIDE_FILES: Final = ("", "-wal", "-shm")


def stamp(moment: datetime) -> str:
    """A moment for a file name."""
    return moment.strftime("%Y%m%dT%H%M%S%fZ")


def make_room(path: Path) -> None:
    """Make the folder and the file, both for the owner only.

    Raises:
        StoreError: not possible; names the place and the remedy.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(path)
        restrict(path)
    except OSError as error:
        raise StoreError(
            say(
                "The database {path} cannot be opened for writing ({error}). Give the user that runs the bridge the "
                "ownership of that folder and the files in it, and see that the disk is not read-only.",
                path=path,
                error=error.strerror,
            )
        ) from error


def _make(path: Path) -> None:
    """Never opens a file that is there: closing it again would end every lock SQLite has on it in this process."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR)) from None
        if not os.access(path, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES)) from None


def quick_check(connection: sqlite3.Connection, path: Path) -> None:
    """Raise ``StoreError`` if the file is damaged."""
    try:
        ((verdict,), *_) = connection.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.Error as error:
        raise explain(error, path) from error
    if verdict != "ok":
        raise StoreError(
            say(
                "The database {path} is damaged ({error}). Stop the bridge, keep a copy of the file, and restore "
                "the latest backup with: bridge db restore FILE",
                path=path,
                error=verdict.splitlines()[-1],
            )
        )


def version_of(connection: sqlite3.Connection, path: Path, *, latest: int = LATEST) -> int:
    """The schema's version.

    Raises:
        StoreError: unreadable, or made by a newer bridge.
    """
    try:
        ((version,),) = connection.execute("PRAGMA user_version").fetchall()
    except sqlite3.Error as error:
        raise explain(error, path) from error
    if version > latest:
        raise StoreError(
            say(
                "{path} was made by a newer version of the bridge (schema {version}, this one knows {latest}). "
                "Install the newer version again, or restore a backup from before the upgrade. Nothing was changed.",
                path=path,
                version=version,
                latest=latest,
            )
        )
    return int(version)


def migrate(writer: Writer, *, clock: Clock, migrations: Sequence[Migration] = MIGRATIONS) -> list[Path]:
    """Do the steps that are missing, each after a backup; returns the backups.

    Raises:
        StoreError: newer than we are, or another process is using it.
    """
    path, made = writer.path, []
    version = version_of(writer.connection, path, latest=len(migrations))
    if version and version < len(migrations):
        _nobody_else(path)
    for number in range(version + 1, len(migrations) + 1):
        if number > 1:
            made.append(_backup_before(path, number, clock=clock))
        with writer.saving():
            # Somebody else may have opened the same new file at the same moment and have done it already.
            if version_of(writer.connection, path, latest=len(migrations)) >= number:
                continue
            for statement in migrations[number - 1].statements:
                writer.run(statement)
            writer.run(f"PRAGMA user_version = {number}")
    return made


def _nobody_else(path: Path) -> None:
    holder = Lock.holder(path)
    if holder not in {None, os.getpid()}:
        raise StoreError(
            say(
                "{path} must be upgraded, but a bridge (process {pid}) is running with it. Stop it first.",
                path=path,
                pid=holder or "?",
            )
        )


def _backup_before(path: Path, number: int, *, clock: Clock) -> Path:
    to = path.parent / "backups" / f"{path.stem}-before-v{number}-{stamp(clock.now())}.sqlite3"
    to.parent.mkdir(mode=0o700, exist_ok=True)
    backup(path, to)
    return to


def backup(path: Path, to: Path) -> None:
    """Copy the database while it is in use; ``to`` appears whole or not at all.

    Raises:
        UserError: ``to`` exists.
        StoreError: the copy could not be made.
    """
    if to.exists():
        raise UserError(say("{path} exists already. Choose another name for the backup.", path=to))
    part = to.with_name(f"{to.name}.part")
    try:
        _copy(path, part)
        part.replace(to)
        sync_folder(to.parent)
    except sqlite3.Error as error:
        raise explain(error, part) from error
    except OSError as error:
        raise StoreError(
            say("The copy {path} cannot be written: {error}.", path=part, error=error.strerror)
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _copy(path: Path, to: Path) -> None:
    to.unlink(missing_ok=True)
    os.close(os.open(to, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    source = f"{path.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(source, uri=True)) as old, closing(sqlite3.connect(to)) as new:
        old.backup(new)
        # One file that is whole without a log beside it.
        new.execute("PRAGMA journal_mode = DELETE")
        quick_check(new, to)
    with to.open("rb+") as file:
        os.fsync(file.fileno())


def restore(source: Path, path: Path, *, clock: Clock) -> Path | None:
    """Put a backup in the place of the database; returns where the replaced one lies.

    The next sending asks about every order first, so what was booked after the backup is not booked again.

    Raises:
        UserError: a bridge is running, or there is no such backup.
        StoreError: the backup is damaged or newer than we are; nothing was changed.
    """
    if not source.is_file():
        raise UserError(say("There is no backup {path}.", path=source))
    make_room(path)
    with Lock.take(path):
        part = path.with_name(f"{path.name}.part")
        try:
            _copy(source, part)
            with closing(sqlite3.connect(part)) as copy:
                _must_be_ours(copy, source)
            aside = _put_aside(path, clock=clock)
            part.replace(path)
            sync_folder(path.parent)
        except sqlite3.Error as error:
            raise explain(error, source) from error
        finally:
            part.unlink(missing_ok=True)
    return aside


def _must_be_ours(copy: sqlite3.Connection, source: Path) -> None:
    if version_of(copy, source) == 0:
        raise StoreError(say("{path} is no backup of this bridge: it is empty.", path=source))


def _put_aside(path: Path, *, clock: Clock) -> Path | None:
    aside = path.with_name(f"{path.name}.replaced-{stamp(clock.now())}")
    # The log belongs to the file: left behind, it would be read into the restored one.
    for end in _SIDE_FILES:
        piece = path.with_name(f"{path.name}{end}")
        if piece.exists():
            piece.replace(aside.with_name(f"{aside.name}{end}"))
    if aside.stat().st_size == 0:
        aside.unlink()
        return None
    return aside


def check(writer: Writer) -> list[Problem]:
    """Look through the whole file and its bookkeeping; an empty list is good news."""
    where, fix = (
        str(writer.path),
        say("Stop the bridge and restore the latest backup with: bridge db restore FILE"),
    )
    found = [
        Problem(where=where, what=say("The file is damaged: {error}.", error=row[0]), fix=fix)
        for row in writer.read("PRAGMA integrity_check(20)")
        if row[0] != "ok"
    ]
    found += [
        Problem(where=where, what=say("A row of {table} belongs to nothing.", table=row[0]), fix=fix)
        for row in writer.read("PRAGMA foreign_key_check")
    ]
    found += [
        Problem(where=row[0], what=say("It is done, but no document is noted for it."), fix=_LOOK)
        for row in writer.read(
            "SELECT key FROM entry WHERE state = 'done' AND purpose = 'order' AND key NOT IN (SELECT key FROM link)"
        )
    ]
    found += [
        Problem(where=row[0], what=say("It is not marked as the next of its order."), fix=fix)
        for row in writer.read(
            "SELECT key FROM entry AS one WHERE head != (state IN ('waiting', 'sending', 'parked') AND NOT EXISTS "
            "(SELECT 1 FROM entry AS older WHERE older.shop_ref = one.shop_ref AND older.shop = one.shop "
            "AND older.id < one.id AND older.state IN ('waiting', 'sending', 'parked')))"
        )
    ]
    return found


_LOOK: Final = say("Look the order up in the ERP, and report this as a fault of the bridge.")
