"""Files that must outlive a power cut, and locks that end with their holder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bridge.clock import Clock

__all__ = ["Busy", "grab", "held", "open_lock", "replace_file", "sync_folder"]

_PAUSE: Final = 0.01
"""Seconds between two looks whether a lock is free."""


def sync_folder(path: Path) -> None:
    """Make a new name in the folder last through a power cut; Windows has no such call and needs none.

    Raises:
        OSError: the system's own.
    """
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_file(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Put ``data`` in the place of the file: whole and lasting, or the old content stays.

    The caller holds a lock: two writers at once would share the temporary file.

    Raises:
        OSError: the system's own.
    """
    temporary = path.with_name(f".{path.name}.new")
    temporary.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(temporary, flags, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


class Busy(Exception):
    """Somebody else held the lock all the time."""


def open_lock(path: Path, *, mode: int = 0o600) -> int:
    """A handle of a file that exists for locking only; the file stays, only the lock on it counts.

    Raises:
        OSError: the system's own.
    """
    return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), mode)


@contextmanager
def held(path: Path, *, clock: Clock, patience: float, mode: int = 0o600) -> Iterator[None]:
    """Hold the lock: one at a time among all threads and processes of this machine.

    Raises:
        Busy: not ours within ``patience`` seconds.
        OSError: the system's own.
    """
    handle = open_lock(path, mode=mode)
    try:
        deadline = clock.monotonic() + patience
        while not grab(handle):
            if clock.monotonic() >= deadline:
                raise Busy
            clock.sleep(_PAUSE)
        yield
    finally:
        os.close(handle)


if sys.platform == "win32":  # pragma: no cover - tried by hand only
    import msvcrt

    def grab(handle: int) -> bool:
        """Lock if nobody else has it; the system lets go when the handle is closed or the process dies."""
        # The byte lies beyond whatever stands in the file, which others must be able to read.
        os.lseek(handle, 1024, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(handle, 0, os.SEEK_SET)
        return True
else:
    import fcntl

    def grab(handle: int) -> bool:
        """Lock if nobody else has it; the system lets go when the handle is closed or the process dies."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
