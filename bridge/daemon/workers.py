"""Threads that carry out the outbox: each takes one entry at a time until it is told to stop."""

from __future__ import annotations

import logging
import threading
from typing import Final

from bridge.app import Bridge
from bridge.errors import StoreError
from bridge.flows.dispatch import Step

__all__ = ["Worker"]

log = logging.getLogger(__name__)

AFTER_TROUBLE: Final = 15.0
BLOCKED: Final = 15.0
"""Seconds until another look when something is due that may not be taken: its channel rests, or an older entry
of the same order is stuck."""
LONGEST: Final = 60.0
"""Never sleep longer: "due" is wall time, and somebody may put the clock forward."""


class Worker(threading.Thread):
    """One sender."""

    def __init__(self, bridge: Bridge, *, stop: threading.Event, number: int) -> None:
        super().__init__(name=f"worker-{number}", daemon=True)
        self._bridge = bridge
        self._stop_flag = stop
        self._bell = threading.Event()

    def ring(self) -> None:
        """Wake up: there may be work, or it is time to stop."""
        self._bell.set()

    def run(self) -> None:
        """Work until told to stop; an entry begun is finished first."""
        while not self._stop_flag.is_set():
            pause = self._once()
            if pause and not self._stop_flag.is_set():
                self._bridge.clock.wait(self._bell, pause)
            self._bell.clear()

    def _once(self) -> float:
        try:
            step = self._bridge.dispatcher.step()
            self._bridge.health.report(None)
            return self._idle() if step is Step.IDLE else 0.0
        except StoreError as error:
            # "Sending" could not be written down, so nothing was sent; or what came of it could not, and then the
            # dispatcher asks before it sends that again. It goes on when there is room.
            self._bridge.health.report(error.text)
        except Exception:
            log.exception("worker=failed")
        return AFTER_TROUBLE

    def _idle(self) -> float:
        now = self._bridge.clock.now()
        due = self._bridge.store.outbox.next_due(now)
        if due is None:
            return LONGEST
        seconds = (due - now).total_seconds()
        return BLOCKED if seconds <= 0 else min(seconds, LONGEST)
