"""Keep asking a shop, and keep calm when it does not answer.

One failing shop neither stops the others nor is hammered.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bridge.clock import Clock
from bridge.errors import BridgeError, NotFound, RemoteError, StoreError, Transient, Unauthorised
from bridge.flows import backoff, notices
from bridge.flows.health import Health
from bridge.flows.orders import Collected, Collector
from bridge.flows.refunds import Refunds
from bridge.model.texts import Problem, Text, say
from bridge.store import Store

__all__ = ["Poller"]

log = logging.getLogger(__name__)

LONGEST_PAUSE: Final = timedelta(minutes=15)
"""However long a shop has been away, it is asked again at least this often."""


@dataclass(slots=True)
class _Rhythm:
    failures: int = 0
    not_before: float = 0.0


class Poller:
    """Reads shops on a rhythm that slows down while a shop fails."""

    def __init__(
        self,
        *,
        store: Store,
        collector: Collector,
        refunds: Refunds,
        sweep_days: Mapping[str, int],
        health: Health,
        clock: Clock,
    ) -> None:
        self._store = store
        self._collector = collector
        self._refunds = refunds
        self._sweep_days = sweep_days
        self._health = health
        self._clock = clock
        self._rhythms: dict[str, _Rhythm] = {name: _Rhythm() for name in sweep_days}

    def poll(self, shop: str, *, hurry: bool = False) -> Collected | None:
        """Ask for changes, unless the shop is being left in peace; None: not asked, or it failed.

        ``hurry``: ask even so (a person or the shop itself wants it).
        """
        if not hurry and self._clock.monotonic() < self._rhythms[shop].not_before:
            return None
        return self._guarded(shop, sweep=False)

    def sweep(self, shop: str) -> Collected | None:
        """Read recent orders again; None: it failed."""
        return self._guarded(shop, sweep=True)

    def refunds(self, shop: str) -> int | None:
        """Read the shop's list of refunds, unless the shop is being left in peace; None: not read.

        A shop that is down tells so at its next poll; what fails here alone is told by itself.
        """
        if self._clock.monotonic() < self._rhythms[shop].not_before:
            return None
        try:
            found = self._refunds.recent(shop)
        except StoreError:
            raise
        except BridgeError as error:
            log.warning("refunds=failed shop=%s error=%s", shop, type(error).__name__)
            notices.keep(self._store, f"refunds:{shop}", (_problem(shop, error),))
            return None
        notices.keep(self._store, f"refunds:{shop}", ())
        return found

    def _guarded(self, shop: str, *, sweep: bool) -> Collected | None:
        rhythm = self._rhythms[shop]
        try:
            read = self._collector
            result = read.sweep(shop, days=self._sweep_days[shop]) if sweep else read.poll(shop)
        except StoreError:
            raise
        except BridgeError as error:
            self._failed(shop, rhythm, error)
            return None
        rhythm.failures, rhythm.not_before = 0, 0.0
        self._health.read(shop, self._clock.now())
        notices.keep(self._store, f"poll:{shop}", ())
        return result

    def _failed(self, shop: str, rhythm: _Rhythm, error: BridgeError) -> None:
        rhythm.failures += 1
        wish = error.retry_after if isinstance(error, Transient) else None
        pause = min(backoff.wait(rhythm.failures, wish=wish, clock=self._clock), LONGEST_PAUSE)
        rhythm.not_before = self._clock.monotonic() + pause.total_seconds()
        log.warning(
            "poll=failed shop=%s failures=%d next=%ds error=%s status=%s",
            shop, rhythm.failures, pause.total_seconds(), type(error).__name__,
            error.status if isinstance(error, RemoteError) else "-",
        )  # fmt: skip
        notices.keep(self._store, f"poll:{shop}", (_problem(shop, error),))


def _problem(shop: str, error: BridgeError) -> Problem:
    return Problem(where=f"[shop {shop}]", what=error.text, fix=_advice(error))


def _advice(error: BridgeError) -> Text:
    if isinstance(error, RemoteError) and error.advice is not None:
        return error.advice
    if isinstance(error, Unauthorised | NotFound):
        return say("It may pass by itself; the bridge goes on trying. If it does not, run: bridge check")
    return say("The bridge goes on trying. Nothing is lost: it continues where it was.")
