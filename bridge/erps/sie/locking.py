"""One writer at a time in a folder, across threads and processes. The system frees the lock of a killed process."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bridge.clock import Clock
from bridge.errors import Transient
from bridge.model.texts import say

__all__ = ["held"]

PAUSE: Final = 0.01


@contextmanager
def held(path: Path, *, clock: Clock, patience: float) -> Iterator[None]:
    """Hold the lock file ``path``; the file stays, only the lock on it counts.

    Raises:
        Transient: somebody else held it all the time.
        OSError: the file cannot be made.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
    try:
        deadline = clock.monotonic() + patience
        while not _taken(handle):
            if clock.monotonic() >= deadline:
                raise Transient(
                    say("Another program is writing in {folder}.", folder=path.parent),
                    channel="erp",
                    call="lock",
                )
            clock.sleep(PAUSE)
        yield
    finally:
        os.close(handle)


if sys.platform == "win32":  # pragma: no cover - CI runs on Linux
    import msvcrt

    def _taken(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _taken(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
