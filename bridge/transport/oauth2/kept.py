"""The file in which a connection outlives the process."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from bridge import disk
from bridge.clock import Clock
from bridge.errors import Transient, Unauthorised
from bridge.model.texts import say

__all__ = ["Kept", "Vault", "mark_of"]

log: Final = logging.getLogger(__name__)

_FORMAT: Final = 1
_PATIENCE: Final = 90.0
"""Seconds: longer than one renewal can take, or the waiting one would give up on a working one."""

_locks: Final[defaultdict[Path, threading.Lock]] = defaultdict(threading.Lock)
"""Of each file, for the threads of this process: they wait for each other, not for time."""
_making: Final = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is known of one connection."""

    client: str
    """Mark of the client (and tenant) the tokens were given to: another client's are never used."""
    secret: str = ""
    """Mark of the secret that ``access`` was got with."""
    access: str = field(default="", repr=False)
    refresh: str = field(default="", repr=False)
    """Good once; "" for client credentials."""
    expires_at: datetime | None = None
    """Of ``access``."""
    scope: str = ""
    """As the vendor wrote it."""
    renewed_at: datetime | None = None
    in_doubt: bool = False
    """A renewal was begun and nobody knows how it ended: ``refresh`` may be spent."""


class Vault:
    """One connection's file, its owner's alone. Read and written while ``held``."""

    def __init__(self, path: Path, *, clock: Clock) -> None:
        self.path = path
        self._clock = clock
        self._lock = path.with_name(f"{path.name}.lock")
        with _making:
            self._threads = _locks[path.absolute()]

    def __repr__(self) -> str:
        return f"Vault({self.path.name!r})"

    @contextmanager
    def held(self) -> Iterator[None]:
        """One at a time, among all threads and processes.

        Raises:
            Transient: somebody else held it too long.
            Unauthorised: the lock file cannot be made.
        """
        with self._threads, ExitStack() as stack:
            try:
                self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                stack.enter_context(disk.held(self._lock, clock=self._clock, patience=_PATIENCE))
            except disk.Busy:
                raise Transient(
                    say("Another bridge is renewing the connection and does not finish."), call="lock"
                ) from None
            except OSError as error:
                raise _unusable(self.path, error) from error
            yield

    def read(self) -> Kept | None:
        """What the file says; None: there is none, or it is no such file.

        Raises:
            Unauthorised: it is there and cannot be read.
        """
        try:
            written = self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unusable(self.path, error) from error
        try:
            return _read(json.loads(written))
        except (ValueError, KeyError, TypeError) as wrong:
            log.warning("tokens=unreadable file=%s error=%s", self.path.name, type(wrong).__name__)
            return None

    def write(self, kept: Kept) -> None:
        """Put it in the file, to last.

        Raises:
            Unauthorised: it cannot be written; the file is as it was.
        """
        body = {
            "format": _FORMAT,
            "client": kept.client,
            "secret": kept.secret,
            "access_token": kept.access,
            "refresh_token": kept.refresh,
            "expires_at": _written(kept.expires_at),
            "scope": kept.scope,
            "renewed_at": _written(kept.renewed_at),
            "in_doubt": kept.in_doubt,
        }
        try:
            disk.replace_file(self.path, json.dumps(body, indent=1).encode())
        except OSError as error:
            raise _unusable(self.path, error) from error


def mark_of(*parts: str) -> str:
    """A mark by which credentials are known again, and that tells nothing of them."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _read(body: Any) -> Kept:
    if body["format"] != _FORMAT:
        raise ValueError("written by another bridge")
    return Kept(
        client=str(body["client"]),
        secret=str(body["secret"]),
        access=str(body["access_token"]),
        refresh=str(body["refresh_token"]),
        expires_at=_moment(body["expires_at"]),
        scope=str(body["scope"]),
        renewed_at=_moment(body["renewed_at"]),
        in_doubt=bool(body["in_doubt"]),
    )


def _written(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _moment(written: str) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def _unusable(path: Path, error: OSError) -> Unauthorised:
    """Nothing passes before somebody mends the folder, and no order is at fault: as with any other missing access."""
    return Unauthorised(
        say(
            "The file {path}, which keeps the connection to the ERP, cannot be used ({error}).",
            path=path,
            error=error.strerror or type(error).__name__,
        ),
        call="file",
        advice=say(
            "Give the user that runs the bridge the ownership of that folder, and see that the disk is not full. "
            "Every order waits and nothing is lost."
        ),
    )
