"""A line per voucher ever made in the folder, so that numbers go on when imported files are taken away.

The files are the truth for what is booked; the journal remembers what was there. "take" is written before a file
appears, "made" after: a number with neither "made" nor a file was never used. Losing the journal loses no voucher.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from io import RawIOBase
from pathlib import Path
from typing import Literal

__all__ = ["Journal", "Line"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One step of one voucher."""

    step: Literal["take", "made"]
    series: str
    year: str
    number: int
    key: str
    file: str
    """Name in the folder when it was made; the owner may have moved it since."""
    gross: str
    dated: str


class Journal:
    """Read and written under the folder's lock; reading alone needs none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_to = 0

    def news(self) -> Iterator[tuple[int, Line]]:
        """Lines added since the last call, by whichever process, with their places. Unreadable ones are skipped.

        A line being written just now (no line end yet) is left for the next call.
        """
        try:
            size = self._path.stat().st_size
        except FileNotFoundError:
            size = 0
        if size < self._read_to:
            self._read_to = 0  # somebody replaced it, by a restored copy perhaps: all of it is news
        if size == self._read_to:
            return
        with self._path.open("rb") as file:
            file.seek(self._read_to)
            data = file.read()
        whole = data.rfind(b"\n") + 1
        place, self._read_to = self._read_to, self._read_to + whole
        for raw in data[:whole].splitlines(keepends=True):
            line = _parsed(raw)
            if line is not None:
                yield place, line
            place += len(raw)

    def read(self, place: int) -> Line | None:
        """The line at a place; None where the journal is no longer the one it was.

        Raises:
            OSError: it cannot be read.
        """
        try:
            with self._path.open("rb") as file:
                file.seek(place)
                return _parsed(file.readline())
        except FileNotFoundError:
            return None

    def append(self, line: Line) -> None:
        """Add a line; on failure the file is as before.

        Not synced: it matters to other processes only, and a power cut ends those too. After one, the files tell.
        """
        data = json.dumps(asdict(line), ensure_ascii=False).encode() + b"\n"
        with self._path.open("a+b", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            if size and _last_byte(file, size) != b"\n":
                data = b"\n" + data  # the last writer died in the middle of a line
            try:
                _write_all(file, data)
            except OSError:
                file.truncate(size)
                raise


def _write_all(file: RawIOBase, data: bytes) -> None:
    """A nearly full disk takes a part and says so only in the count."""
    if file.write(data) != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _last_byte(file: RawIOBase, size: int) -> bytes | None:
    file.seek(size - 1)
    return file.read(1)


def _parsed(raw: bytes) -> Line | None:
    try:
        line = Line(**json.loads(raw))
    except (ValueError, TypeError):
        return None
    return line if isinstance(line.number, int) and isinstance(line.key, str) else None
