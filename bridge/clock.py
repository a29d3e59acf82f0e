"""The one door for time and chance. Nothing else in the package reads a clock, sleeps or draws a number.

A flow that takes its clock as an argument can be tested on the night of the October time change without
waiting for it. Wall time is always aware UTC; anything that measures a duration uses the monotonic clock,
which no administrator and no time server moves.
"""

from __future__ import annotations

import random
import secrets
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

__all__ = ["Clock", "ManualClock", "SystemClock"]


class Clock(Protocol):
    """What the rest of the package may know about time and chance."""

    def now(self) -> datetime:
        """Wall time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds since some unknown moment; never goes back."""
        ...

    def wait(self, event: threading.Event, seconds: float | None) -> bool:
        """Wait until ``event`` is set or ``seconds`` have passed (None: for ever); true if it was set."""
        ...

    def sleep(self, seconds: float) -> None:
        """Pause the calling thread."""
        ...

    def uniform(self, low: float, high: float) -> float:
        """A number between the two, for jitter only."""
        ...

    def token(self, size: int = 32) -> str:
        """``size`` unguessable bytes as URL-safe text, for sessions and one-time passwords."""
        ...


class SystemClock:
    """The real thing."""

    def now(self) -> datetime:
        """Wall time, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some unknown moment; never goes back."""
        return time.monotonic()

    def wait(self, event: threading.Event, seconds: float | None) -> bool:
        """Wait until ``event`` is set or ``seconds`` have passed; true if it was set."""
        return event.wait(seconds)

    def sleep(self, seconds: float) -> None:
        """Pause the calling thread."""
        time.sleep(seconds)

    def uniform(self, low: float, high: float) -> float:
        """A number between the two, for jitter only."""
        return random.uniform(low, high)

    def token(self, size: int = 32) -> str:
        """``size`` unguessable bytes as URL-safe text."""
        return secrets.token_urlsafe(size)


class ManualClock:
    """A clock that stands still until told to move: for tests and simulations.

    Waiting moves it, so a loop that "sleeps" an hour takes no time at all. Jitter returns the upper bound
    unless ``jitter`` says another share of the range (0 to 1); tokens count upwards.
    """

    def __init__(self, start: datetime | None = None, *, jitter: float = 1.0) -> None:
        self._now = start or datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
        self._monotonic = 1000.0
        self._tokens = 0
        self.jitter = jitter

    def now(self) -> datetime:
        """Wall time as last set."""
        return self._now

    def monotonic(self) -> float:
        """Seconds advanced so far; a wall-clock jump does not touch it."""
        return self._monotonic

    def advance(self, seconds: float = 0, **span: float) -> None:
        """Let time pass on both clocks; ``span`` as for timedelta (``hours=2``)."""
        step = timedelta(seconds=seconds, **span)
        self._now += step
        self._monotonic += step.total_seconds()

    def jump(self, to: datetime) -> None:
        """Set the wall clock as a bad time server would: the monotonic clock does not notice."""
        self._now = to

    def wait(self, event: threading.Event, seconds: float | None) -> bool:
        """Return at once; time has passed unless the event was set already."""
        if event.is_set():
            return True
        self.advance(seconds or 0)
        return event.is_set()

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.advance(seconds)

    def uniform(self, low: float, high: float) -> float:
        """The share of the range set as ``jitter``."""
        return low + (high - low) * self.jitter

    def token(self, size: int = 32) -> str:
        """The next of a predictable row."""
        self._tokens += 1
        return f"token-{self._tokens}".ljust(size, "x")
