"""Changes by the batch: our number first, kept on disk; acknowledged only when the caller has stored what came.

Specter facts, section 5.4 [1 PS, DOC]: a read opens a batch of the number it is given, and as long as one is open
every other number is answered with error 99 and the open one's. What is not acknowledged stays in the queue. So
nothing is lost whenever the bridge is killed, and what was not acknowledged comes again: whoever stores it must be
able to take it twice. A file in the bridge's own folder tells which batch is ours:

    (none) -> "open": number kept, read as often as need be -> "stored": the caller has it -> acknowledged -> (none)
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bridge import crash, disk
from bridge.clock import Clock
from bridge.erps.specter.answers import Answer
from bridge.erps.specter.client import Client
from bridge.erps.specter.errors import OpenBatch, UnknownBatch
from bridge.erps.specter.mapping_feeds import Kind
from bridge.erps.specter.profile import Action, Profile
from bridge.errors import Rejected, Transient, Unauthorised
from bridge.model.texts import say

__all__ = ["Batch", "Batches", "Kind"]

log: Final = logging.getLogger(__name__)

_PATIENCE: Final = 90
"""Seconds one may wait for another thread or process that is reading: longer than a call takes."""
_TRIES: Final = 3
"""So many open batches of others are gone through before it is left for later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Changes handed out, not acknowledged yet."""

    kind: Kind
    number: str
    answer: Answer
    full: bool
    """As many rows as Specter gives at once."""
    old: bool = False
    """Open before this reading: what has changed since waits for the next one."""
    foreign: bool = False
    """Opened by somebody else, or by a bridge whose folder is gone: another program may be reading as well."""
    gone: str = ""
    """Number of the one before, which was to be read and which somebody else has closed: they have its changes."""

    @property
    def more(self) -> bool:
        """Whether there may be more: acknowledge, then receive again."""
        return self.full or self.old


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What the file says."""

    number: str = ""
    stored: bool = False
    foreign: bool = False


class Batches:
    """The batches of one account. Threads and processes of this machine may share its folder."""

    def __init__(self, client: Client, profile: Profile, *, account: str, folder: Path, clock: Clock) -> None:
        self._client = client
        self._profile = profile
        self._account = account
        self._folder = folder
        self._clock = clock

    @contextmanager
    def alone(self, kind: Kind) -> Iterator[None]:
        """From receiving to acknowledging one at a time: else a slow reader stores after a newer batch's words.

        Raises:
            Transient: another one does not finish.
            Unauthorised: the folder cannot be used.
        """
        with self._held(kind, "reader"):
            yield

    def receive(self, kind: Kind) -> Batch:
        """The changes that wait: those of the batch that is open, else of a new one. Repeatable.

        Raises:
            OpenBatch: others keep opening batches.
            Rejected: a batch cannot be acknowledged, or none be opened.
            Unauthorised: the folder cannot be used.
        """
        with self._held(kind):
            kept, fresh = self._kept(kind), False
            closed, refusal, gone = "", None, ""
            if kept.stored:
                closed, refusal = kept.number, self._closed(kind, kept)
                kept = _Kept()
                self._write(kind, kept)
            for left in reversed(range(_TRIES)):
                if not kept.number:
                    kept, fresh = self._new(kind), True
                try:
                    return self._read(kind, kept, old=not fresh, gone=gone)
                except OpenBatch as taken:
                    if refusal is not None and taken.number == closed:
                        raise refusal from taken  # it is open, and Specter will not close it
                    if not left or taken.number in ("", kept.number):
                        raise
                    log.info("batch=foreign kind=%s", kind)
                    gone = "" if gone == taken.number else gone
                    kept, fresh = _Kept(number=taken.number, foreign=True), False
                    self._write(kind, kept)
                except Rejected as refused:
                    if not left or fresh:
                        raise
                    # Somebody else has acknowledged it. If not, error 99 leads back to it.
                    log.info("batch=gone kind=%s refused=%s", kind, refused.code or refused.status)
                    kept, gone = _Kept(), kept.number
            raise AssertionError("unreachable")  # pragma: no cover - the last try returns or raises

    def acknowledge(self, batch: Batch) -> None:
        """The caller has stored what the batch says: it may be forgotten in Specter. Repeatable.

        A lost answer is no trouble: the file says "stored", and the next reading acknowledges again.

        Raises:
            Rejected: Specter will not close it; its changes will come again.
        """
        with self._held(batch.kind):
            kept = self._kept(batch.kind)
            if kept.number != batch.number:
                return  # acknowledged already
            kept = _Kept(number=kept.number, stored=True, foreign=kept.foreign)
            self._write(batch.kind, kept)
            crash.point("batch-noted")
            refusal = self._closed(batch.kind, kept)
            crash.point("batch-closed")
            if refusal is not None and not isinstance(refusal, UnknownBatch):
                raise refusal
            self._write(batch.kind, _Kept())

    def _closed(self, kind: Kind, kept: _Kept) -> Rejected | None:
        """Acknowledge; what Specter says against it. Mostly it was done before, and the answer lost."""
        try:
            self._client.done(Action(f"{kind}_done"), batch=kept.number)
        except OpenBatch as other:
            if other.number in ("", kept.number):
                raise
            log.info("batch=closed-before kind=%s", kind)  # one is open at a time, and it is another one
        except Rejected as refused:
            log.info("batch=not-acknowledged kind=%s refused=%s", kind, refused.code or refused.status)
            return refused
        return None

    def _read(self, kind: Kind, kept: _Kept, *, old: bool, gone: str) -> Batch:
        sites = (
            {"getMultipleStocksites": self._profile.text("batches.all_sites")} if kind is Kind.STOCK else {}
        )
        answer = self._client.get(Action(kind), batch=kept.number, **sites)
        rows = answer.count(self._profile.text(f"batches.{kind}"))
        most = self._most(answer)
        return Batch(
            kind=kind,
            number=kept.number,
            answer=answer,
            full=0 < most <= rows,
            old=old,
            foreign=kept.foreign,
            gone=gone,
        )

    def _most(self, answer: Answer) -> int:
        """How many rows Specter gives at once; 0: it does not say."""
        name = self._profile.text("answers.most")
        told = answer.tree and next((node.text or node.get("value") for node in answer.tree.every(name)), "")
        told = told or (answer.tree.get(name) if answer.tree else "")
        return int(told) if told and told.isascii() and told.isdigit() else 0

    def _new(self, kind: Kind) -> _Kept:
        """A number nobody has had: 32 hexadecimal letters [1 PS], kept before anybody is asked."""
        facts = f"{self._account}:{kind}:{self._clock.now().isoformat()}:{self._clock.token()}"
        made = _Kept(number=hashlib.sha256(facts.encode()).hexdigest()[:32])
        self._write(kind, made)
        crash.point("batch-numbered")
        return made

    @contextmanager
    def _held(self, kind: Kind, what: str = "lock") -> Iterator[None]:
        """One at a time."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with disk.held(self._path(kind, what), clock=self._clock, patience=_PATIENCE):
                yield
        except disk.Busy:
            raise Transient(
                say("Another bridge is reading from Specter and does not finish."), channel="erp"
            ) from None
        except OSError as error:
            raise Unauthorised(
                say(
                    "The folder {path}, where the bridge keeps how far it has read, cannot be used ({error}).",
                    path=self._folder,
                    error=error.strerror or type(error).__name__,
                ),
                channel="erp",
                advice=say(
                    "Give the user that runs the bridge the ownership of that folder, and see that the disk is not "
                    "full. Every order waits and nothing is lost."
                ),
            ) from error

    def _path(self, kind: Kind, ending: str) -> Path:
        return self._folder / f"specter-{kind}.{ending}"

    def _kept(self, kind: Kind) -> _Kept:
        """What the file says; one that makes no sense is as good as none: Specter tells which batch is open."""
        try:
            body = json.loads(self._path(kind, "json").read_bytes())
            return _Kept(
                number=str(body["number"]),
                stored=bool(body["stored"]),
                foreign=bool(body["foreign"]),
            )
        except FileNotFoundError:
            return _Kept()
        except (ValueError, KeyError, TypeError) as wrong:
            log.warning("batch=unreadable kind=%s error=%s", kind, type(wrong).__name__)
            return _Kept()

    def _write(self, kind: Kind, kept: _Kept) -> None:
        body = {"number": kept.number, "stored": kept.stored, "foreign": kept.foreign}
        disk.replace_file(self._path(kind, "json"), json.dumps(body).encode())
