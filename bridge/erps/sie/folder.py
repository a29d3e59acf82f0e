"""The folder of files: numbers without gaps, each key once, a file there whole or not at all.

A file is written under another name, synced, and given its own name by a hard link, which fails when the name
exists. Where a file system knows no hard links (FAT, some network drives) it is renamed instead: under the lock,
after looking, which is as safe against other bridges but not against strangers writing the same name.
A finished file is never written again and never deleted.
"""

from __future__ import annotations

import errno
import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from bridge.clock import Clock
from bridge.disk import sync_folder
from bridge.erps.sie.faults import as_error
from bridge.erps.sie.index import Found, Index
from bridge.erps.sie.journal import Journal, Line
from bridge.erps.sie.locking import held
from bridge.erps.sie.names import FileName
from bridge.errors import LostReply, Transient
from bridge.model.money import plain
from bridge.model.texts import say

__all__ = ["Folder", "Slip"]

log = logging.getLogger(__name__)

TEMPORARY: Final = ".orderbro.tmp"
"""One name is enough, for there is one writer at a time: a kill leaves at most this, which the next clears."""

LOCK: Final = ".orderbro.lock"
JOURNAL: Final = ".orderbro.journal"
PATIENCE: Final = 15.0

_NO_LINKS: Final = frozenset(
    {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EXDEV}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What is to be filed."""

    key: str
    series: str
    year: str
    first_number: int
    gross: Decimal
    dated: date
    render: Callable[[int], bytes]
    """The file's bytes, once its number is known."""


class Folder:
    """Safe to use from several threads, and beside other processes doing the same."""

    def __init__(self, path: Path, *, clock: Clock) -> None:
        self.path = path
        self._clock = clock
        self._journal = Journal(path / JOURNAL)
        self._index = Index(path, clock=clock, journal=self._journal)
        self._threads = threading.RLock()

    def find(self, key: str) -> tuple[Found, ...]:
        """Every voucher with the key, also in folders inside this one, also those taken away since.

        Raises:
            RemoteError: the folder cannot be read.
        """
        with self._threads, as_error(self.path):
            if not self.path.exists() and self.path.parent.is_dir():
                return ()
            self._index.refresh()
            return self._index.find(key)

    def next_number(self, *, series: str, year: str, first: int) -> int:
        """The number the next voucher would get; only ``add`` really takes one.

        Raises:
            RemoteError: the folder cannot be read.
        """
        self.find("")
        return max(self._index.last_number(series, year) + 1, first)

    def add(self, slip: Slip) -> tuple[tuple[Found, ...], bool]:
        """File it, unless the key is there already; what is there now, and whether we made it.

        Raises:
            Transient: disk full, or somebody else held the folder: nothing was made.
            Unauthorised: the folder cannot be written: nothing was made.
            LostReply: the file is there but we do not know whether it would survive a power cut.
        """
        with self._threads, as_error(self.path), self._locked():
            there = self._index.find(slip.key)
            if there:
                return there, False
            number = max(self._index.last_number(slip.series, slip.year) + 1, slip.first_number)
            name = FileName(series=slip.series, year=slip.year, number=number, key=slip.key)
            self._file(name, slip)
            return self._index.find(slip.key), True

    def tidy(self) -> bool:
        """Remove what a killed writer left; true if there was something.

        Raises:
            RemoteError: the folder cannot be used.
        """
        left = self.path / TEMPORARY
        if not left.exists():
            return False
        with self._threads, as_error(self.path), self._locked():
            return True

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.path.mkdir(exist_ok=True)
        with held(self.path / LOCK, clock=self._clock, patience=PATIENCE):
            (self.path / TEMPORARY).unlink(missing_ok=True)
            self._index.refresh()
            self._catch_up()
            yield

    def _file(self, name: FileName, slip: Slip) -> None:
        path = self.path / str(name)
        known = self._index.stamp() == self.path.stat().st_mtime_ns
        take = Line(
            step="take", series=name.series, year=name.year, number=name.number, key=name.key, file=path.name,
            gross=plain(slip.gross), dated=slip.dated.isoformat(),
        )  # fmt: skip
        temporary = self.path / TEMPORARY
        try:
            _write_synced(temporary, slip.render(name.number))
            self._journal.append(take)
            self._give_name(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        try:
            temporary.unlink(missing_ok=True)
            sync_folder(self.path)
        except OSError as error:
            raise LostReply(
                say("The file {name} was made, but the disk did not confirm it.", name=path.name),
                channel="erp",
                call="fsync",
                code=errno.errorcode.get(error.errno or 0, ""),
            ) from error
        self._made(take, path, known=known)

    def _made(self, take: Line, path: Path, *, known: bool) -> None:
        made = replace(take, step="made")
        self._index.own_write(path, made)
        try:
            self._journal.append(made)
        except OSError:
            # The voucher stands, so this is no failure; the next writer finds "take" and the file, and adds the line.
            log.warning("sie_journal=not_written number=%s%d", made.series, made.number)
        if known:
            self._index.restamp()

    def _catch_up(self) -> None:
        """Settle numbers whose taker died: its file is there, then it was made; else the number is free."""
        for line in self._index.unfinished():
            if (self.path / line.file).exists():
                self._journal.append(replace(line, step="made"))
            self._index.settle(line)

    def _give_name(self, temporary: Path, path: Path) -> None:
        try:
            os.link(temporary, path)
        except FileExistsError:
            self._index.distrust()
            raise Transient(
                say("There is a file {name} already, made just now by somebody else.", name=path.name),
                channel="erp",
                call="link",
            ) from None
        except OSError as error:
            if error.errno not in _NO_LINKS or path.exists():
                raise
            temporary.rename(path)


def _write_synced(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o644)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
