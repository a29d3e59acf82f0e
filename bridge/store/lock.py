"""One bridge per database: a lock on a file beside it, which the system lets go of when its holder dies."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from bridge.clock import SystemClock
from bridge.disk import grab, open_lock
from bridge.errors import StoreError, UserError
from bridge.model.texts import say

__all__ = ["Lock"]

_LOOKS: Final = 10
_LOOK: Final = 0.02
"""Seconds, by far longer than finding out who holds the lock takes."""


class Lock:
    """Held from start to end of a daemon, and while a backup is put back."""

    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle

    @classmethod
    def take(cls, path: Path) -> Lock:
        """Lock the database at ``path``.

        Raises:
            UserError: another process has it; names its process id.
            StoreError: the lock file cannot be made.
        """
        handle = _open(path)
        if not _taken(handle):
            holder = _pid(handle)
            os.close(handle)
            raise UserError(
                say(
                    "Another bridge (process {pid}) is running with {path}. Stop it first; two must not share a "
                    "database.",
                    pid=holder or "?",
                    path=path,
                )
            )
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, str(os.getpid()).encode())
        return cls(handle)

    @staticmethod
    def holder(path: Path) -> int | None:
        """The process that has the database locked; None: nobody has. 0: somebody, who did not say."""
        if not _beside(path).exists():
            return None
        handle = _open(path)
        try:
            return None if grab(handle) else _pid(handle)
        finally:
            os.close(handle)

    def release(self) -> None:
        """Let go; a second time is harmless."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _taken(handle: int) -> bool:
    """Lock it; somebody who only looks (``Lock.holder``) has it for a moment, which is no reason to give up."""
    clock = SystemClock()
    for _ in range(_LOOKS):
        if grab(handle):
            return True
        clock.sleep(_LOOK)
    return grab(handle)


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.lock")


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return open_lock(_beside(path))
    except OSError as error:
        raise StoreError(
            say(
                "The lock file {path} cannot be opened ({error}). Give the user that runs the bridge the ownership "
                "of that folder and the files in it.",
                path=_beside(path),
                error=error.strerror,
            )
        ) from error


def _pid(handle: int) -> int:
    text = os.read(handle, 20).strip()
    return int(text) if text.isdigit() else 0
