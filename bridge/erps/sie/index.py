"""Which file carries which key: kept in memory, brought up to date at the price of one stat per folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bridge.clock import Clock
from bridge.erps.sie.journal import Journal, Line
from bridge.erps.sie.names import SUFFIX, FileName
from bridge.erps.sie.reader import key_in, read_bytes, year_label

__all__ = ["Found", "Index"]

LOOK_AGAIN: Final = 60.0
"""Seconds after which every folder is listed anew, whatever its time stamp says: two changes within one tick of
the file system's clock leave one stamp. Our own bookings never depend on it, the journal has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A voucher of ours; ``path`` is None when its file is no longer in the folder."""

    name: FileName
    path: Path | None
    line: Line | None = None


_Place = tuple[Path, str, FileName]
"""Folder, the file's name there, and what it stands for."""


@dataclass(slots=True)
class _Seen:
    stamp: int
    files: dict[str, FileName | None] = field(default_factory=dict)
    folders: tuple[Path, ...] = ()


class Index:
    """Not thread-safe by itself; the folder guards it. Lean, because it holds every order of all years."""

    def __init__(self, root: Path, *, clock: Clock, journal: Journal) -> None:
        self._root = root
        self._clock = clock
        self._journal = journal
        self._seen: dict[Path, _Seen] = {}
        self._by_key: dict[str, tuple[_Place, ...]] = {}
        self._made: dict[str, tuple[int, ...]] = {}
        self._taken: list[Line] = []
        self._last: dict[tuple[str, str], int] = {}
        self._listed_at: float | None = None

    def refresh(self) -> None:
        """Take in what changed since the last time.

        Raises:
            OSError: the folder cannot be read. FileNotFoundError only when it is not there at all.
        """
        now = self._clock.monotonic()
        all_anew = self._listed_at is None or now - self._listed_at >= LOOK_AGAIN
        if all_anew:
            self._listed_at = now
        self._walk(all_anew=all_anew)
        for place, line in self._journal.news():
            self._note(line, place)
        for line in self._taken:
            path = self._root / line.file
            if path.exists():
                self.own_write(path, line)

    def find(self, key: str) -> tuple[Found, ...]:
        """Everything that carries the key; a mere copy of a file does not make two vouchers of one."""
        made = self._made_lines(key)
        found: dict[tuple[str, str, int], list[Found]] = {}
        for folder, file, name in sorted(self._by_key.get(key, ()), key=lambda place: place[:2]):
            path = folder / file
            place = (name.series, name.year, name.number)
            same = found.setdefault(place, [])
            if not any(_same_bytes(path, other.path) for other in same):
                same.append(Found(name=name, path=path, line=made.get(place)))
        for place, line in made.items():
            if place not in found:
                name = FileName(series=line.series, year=line.year, number=line.number, key=line.key)
                found[place] = [Found(name=name, path=None, line=line)]
        return tuple(each for place in sorted(found) for each in found[place])

    def last_number(self, series: str, year: str) -> int:
        """The highest number used, 0 for none."""
        return self._last.get((series, year), 0)

    def unfinished(self) -> tuple[Line, ...]:
        """Numbers taken without a word of what became of them."""
        return tuple(self._taken)

    def settle(self, line: Line) -> None:
        """The unfinished number is dealt with."""
        self._taken.remove(line)

    def own_write(self, path: Path, line: Line) -> None:
        """We made this file just now, under the lock: no need to list the folder for it."""
        name = FileName(series=line.series, year=line.year, number=line.number, key=line.key)
        self._seen[self._root].files[path.name] = name
        self._add(self._root, path.name, name)

    def stamp(self) -> int | None:
        """The root's time stamp as last listed."""
        seen = self._seen.get(self._root)
        return seen.stamp if seen else None

    def distrust(self) -> None:
        """List everything at the next refresh: a file was there that we did not know."""
        self._listed_at = None

    def restamp(self) -> None:
        """All changes up to now are known."""
        self._seen[self._root].stamp = self._root.stat().st_mtime_ns

    def _walk(self, *, all_anew: bool) -> None:
        todo, reached = [self._root], set[Path]()
        while todo:
            folder = todo.pop()
            reached.add(folder)
            try:
                self._look_at(folder, all_anew=all_anew)
            except (FileNotFoundError, PermissionError):
                if folder == self._root:
                    raise
                reached.discard(folder)  # taken away while we looked, or not ours to read
                continue
            todo.extend(self._seen[folder].folders)
        for gone in self._seen.keys() - reached:
            self._forget(gone, self._seen.pop(gone).files)

    def _look_at(self, folder: Path, *, all_anew: bool) -> None:
        stamp = folder.stat().st_mtime_ns
        seen = self._seen.get(folder)
        if seen is not None and seen.stamp == stamp and not all_anew:
            return
        before = seen.files if seen else {}
        fresh = _Seen(stamp=stamp)
        folders = []
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(Path(entry.path))
                elif entry.name.lower().endswith(SUFFIX):
                    known = entry.name in before
                    fresh.files[entry.name] = before[entry.name] if known else _identify(Path(entry.path))
        fresh.folders = tuple(folders)
        self._forget(folder, {file: name for file, name in before.items() if file not in fresh.files})
        for file, name in fresh.files.items():
            if name is not None and file not in before:
                self._add(folder, file, name)
        self._seen[folder] = fresh

    def _add(self, folder: Path, file: str, name: FileName) -> None:
        there = self._by_key.get(name.key, ())
        if not any(place[:2] == (folder, file) for place in there):
            self._by_key[name.key] = (*there, (folder, file, name))
        self._raise_last(name.series, name.year, name.number)

    def _forget(self, folder: Path, files: Mapping[str, FileName | None]) -> None:
        for file, name in files.items():
            if name is not None:
                left = tuple(place for place in self._by_key[name.key] if place[:2] != (folder, file))
                self._by_key[name.key] = left

    def _note(self, line: Line, place: int) -> None:
        if line.step == "take":
            self._taken.append(line)
            return
        self._taken = [each for each in self._taken if (each.file, each.key) != (line.file, line.key)]
        key = sys.intern(line.key)
        self._made[key] = (*self._made.get(key, ()), place)
        self._raise_last(line.series, line.year, line.number)

    def _made_lines(self, key: str) -> dict[tuple[str, str, int], Line]:
        """What the journal says of the key, read only now: memory holds where it stands, not what."""
        lines = (self._journal.read(place) for place in self._made.get(key, ()))
        return {(each.series, each.year, each.number): each for each in lines if each and each.key == key}

    def _raise_last(self, series: str, year: str, number: int) -> None:
        self._last[series, year] = max(number, self._last.get((series, year), 0))


def _identify(path: Path) -> FileName | None:
    """By its name, and where the name is not ours (a renamed or copied file) by what stands in it."""
    name = FileName.parse(path.name)
    if name is not None:
        return name
    try:
        sie = read_bytes(path.read_bytes())
    except OSError:
        return None
    for voucher in sie.vouchers:
        key = key_in(voucher.text)
        if key is not None and voucher.number.isdecimal():
            label = year_label(sie, voucher)
            return FileName(series=voucher.series, year=label, number=int(voucher.number), key=key)
    return None


def _same_bytes(one: Path, other: Path | None) -> bool:
    try:
        return other is not None and one.read_bytes() == other.read_bytes()
    except OSError:
        return False
