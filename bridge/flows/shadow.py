"""Shadow mode: every due order goes all the way up to its document, and the document is kept instead of sent.

What could not be sent is parked, as it would be live, so that the owner mends it before it matters.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from bridge.clock import Clock
from bridge.errors import BridgeError, StoreError, Transient, Unauthorised
from bridge.flows import notices
from bridge.flows.booking import Booker
from bridge.flows.faults import bug, fault_of
from bridge.flows.outcomes import Stuck
from bridge.model.documents import Preview
from bridge.model.texts import Problem, Text, say
from bridge.store import Store
from bridge.store.records import Claimed, Exchange, Fault

__all__ = ["NOTICE", "Rehearsed", "Shadow", "mark_of"]

log = logging.getLogger(__name__)

AT_ONCE: Final = 50
"""Orders per round; between two rounds the daemon looks at everything else."""

NOTICE: Final = "shadow"
"""Under this name stands what keeps the trial from going on."""


@dataclass(slots=True, kw_only=True)
class Rehearsed:
    """What a round came to."""

    shown: int = 0
    parked: int = 0
    halted: bool = False
    """The other end did not answer; the next round tries again."""

    @property
    def any(self) -> bool:
        """Whether there was anything to do that could be done."""
        return bool(self.shown or self.parked)


class Shadow:
    """Tries orders; sends none."""

    def __init__(
        self,
        *,
        store: Store,
        booker: Booker,
        clock: Clock,
        redact: Callable[[str], str],
        mark: str,
        render: Callable[[Text], str] = str,
    ) -> None:
        self._store = store
        self._booker = booker
        self._clock = clock
        self._redact = redact
        self._mark = mark
        self._render = render

    def round(self) -> Rehearsed:
        """Try the orders that are due and have not been tried like this.

        Raises:
            StoreError: the database cannot be used.
        """
        result = Rehearsed()
        for claimed in self._store.outbox.to_rehearse(self._clock.now(), mark=self._mark, limit=AT_ONCE):
            try:
                self._one(claimed, result)
            except (Transient, Unauthorised) as error:
                result.halted = True
                self._held_up(claimed, error)
                break
        else:
            notices.keep(self._store, NOTICE, ())
        if result.any:
            log.info("shadow=done shown=%d parked=%d", result.shown, result.parked)
        return result

    def _one(self, claimed: Claimed, result: Rehearsed) -> None:
        tried = self._tried(claimed)
        if isinstance(tried, Fault):
            if self._store.outbox.rehearsal_failed(claimed.entry, fault=tried):
                result.parked += 1
                log.warning("shadow=parked key=%s error=%s", claimed.entry.key, tried.kind)
            return
        note = say("Tried, not sent (mode = shadow). The document is kept below.")
        exchange = self._exchange(tried)
        if self._store.outbox.rehearsed(claimed.entry, mark=self._mark, exchange=exchange, note=note):
            result.shown += 1

    def _tried(self, claimed: Claimed) -> Preview | Fault:
        try:
            found = self._booker.rehearse(claimed)
        except (StoreError, Transient, Unauthorised):
            raise
        except BridgeError as error:
            return fault_of(error)
        except Exception as error:
            log.exception("bug=shadow key=%s", claimed.entry.key)
            return bug(error)
        return found.fault if isinstance(found, Stuck) else found

    def _exchange(self, preview: Preview) -> Exchange:
        return Exchange(
            at=self._clock.now(),
            payload=self._redact(preview.payload),
            media_type=preview.media_type,
            answer=self._redact("\n".join(self._lines(preview))),
        )

    def _lines(self, preview: Preview) -> Iterator[str]:
        """The arithmetic and the notes as text, one line each."""
        for row in preview.rows:
            yield "  ".join(value for value in row.values() if value)
        yield from map(self._render, preview.notes)

    def _held_up(self, claimed: Claimed, error: BridgeError) -> None:
        log.warning("shadow=held key=%s error=%s", claimed.entry.key, type(error).__name__)
        problem = Problem(where="[bridge] mode", what=error.text, fix=_GOES_ON)
        notices.keep(self._store, NOTICE, (problem,))


_GOES_ON = say("The trial goes on by itself when the other end answers.")


def mark_of(parts: Iterable[str]) -> str:
    """A short name of the settings a document was made with: others make it stale."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]
