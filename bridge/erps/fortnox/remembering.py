"""What the cards of articles said, remembered for some hours."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bridge.clock import Clock

__all__ = ["REMEMBERED", "Cards", "Known"]

REMEMBERED: Final = timedelta(hours=6)
"""So long a card is taken for what it said. Rows name its account, so whoever changes that in Fortnox must not have
to wait for a restart; and every article that is sold costs a call so often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An article that is there, and in use."""

    account: int | None
    """Of its sales in Sweden; None: it has none."""


class Cards:
    """The articles one process knows. Threads may share it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[str, tuple[Known, float]] = {}

    def of(self, number: str) -> Known | None:
        """The article; None: it must be asked for."""
        with self._lock:
            known, until = self._known.get(number, (None, 0.0))
        return known if self._clock.monotonic() < until else None

    def keep(self, number: str, account: int | None) -> None:
        """It has just said so."""
        until = self._clock.monotonic() + REMEMBERED.total_seconds()
        with self._lock:
            self._known[number] = (Known(account=account), until)

    def forget(self, numbers: Iterable[str]) -> None:
        """Ask for these again."""
        with self._lock:
            for number in numbers:
                self._known.pop(number, None)
