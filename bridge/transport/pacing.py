"""Calls no faster than the other end allows: at most so many in any window of so many seconds."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Final

from bridge.clock import Clock, SystemClock

__all__ = ["Window", "shared"]

_LEAST: Final = 0.001
"""The shortest sleep: less may be lost to rounding, and a loop would spin."""


class Window:
    """A sliding window, exact: whatever the network delays, the other end never sees one call too many.

    A call takes one of ``calls`` slots, and the slot is free again ``seconds`` after the call's *answer*: the call
    arrived before that, and the next in the slot is sent after it, so their arrivals are at least ``seconds`` apart.
    First come, first served. Threads may share it; give it to ``Transport(pace=...)``.
    """

    def __init__(self, *, calls: int, seconds: float, clock: Clock) -> None:
        if calls < 1 or seconds < 0:
            raise ValueError(f"no window: {calls} calls in {seconds} s")
        self.calls = calls
        self.seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._free: deque[float] = deque([float("-inf")] * calls)
        """When each slot that is in no call is free, soonest first."""
        self._waiting: deque[threading.Event] = deque()
        """Whose turn it is; set: at the head."""
        self._answered = threading.Event()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Wait for a slot; it is held until the block is left."""
        self._enter()
        try:
            yield
        finally:
            with self._lock:
                self._free.append(self._clock.monotonic() + self.seconds)
                self._answered.set()

    def _enter(self) -> None:
        turn = threading.Event()
        with self._lock:
            self._waiting.append(turn)
            self._call_first()
        try:
            turn.wait()  # for another thread, not for time: no clock is asked
            while not self._taken():
                pass
        finally:
            with self._lock:
                self._waiting.remove(turn)
                self._call_first()

    def _taken(self) -> bool:
        """Take the slot that is free first, or wait until there may be one."""
        with self._lock:
            pause = self._free[0] - self._clock.monotonic() if self._free else None
            if pause is not None and pause <= 0:
                self._free.popleft()
                return True
            self._answered.clear()
        if pause is None:  # every slot is in a call
            self._answered.wait()
        else:
            self._clock.sleep(max(pause, _LEAST))
        return False

    def _call_first(self) -> None:
        if self._waiting:
            self._waiting[0].set()


_windows: Final[dict[tuple[Hashable, int], Window]] = {}
_making: Final = threading.Lock()


def shared(name: Hashable, *, calls: int, seconds: float, clock: Clock) -> Window:
    """The one window of this process for ``name``: who may call is counted by the other end, not by the adapter.

    Kept for the life of the process: an adapter that is built anew goes on where the last one stopped.
    """
    time = 0 if isinstance(clock, SystemClock) else id(clock)
    with _making:
        found = _windows.get((name, time))
        if found is None or (found.calls, found.seconds) != (calls, seconds):
            found = _windows[name, time] = Window(calls=calls, seconds=seconds, clock=clock)
        return found
