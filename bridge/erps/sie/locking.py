"""One writer at a time in a folder, across threads and processes. The system frees the lock of a killed process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge import disk
from bridge.clock import Clock
from bridge.errors import Transient
from bridge.model.texts import say

__all__ = ["held"]


@contextmanager
def held(path: Path, *, clock: Clock, patience: float) -> Iterator[None]:
    """Hold the lock file ``path``; the file stays, only the lock on it counts.

    Raises:
        Transient: somebody else held it all the time.
        OSError: the file cannot be made.
    """
    try:
        with disk.held(path, clock=clock, patience=patience, mode=0o644):
            yield
    except disk.Busy:
        raise Transient(
            say("Another program is writing in {folder}.", folder=path.parent), channel="erp", call="lock"
        ) from None
