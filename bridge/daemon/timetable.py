"""When to call what. ``schedule`` reckons; this file watches over its clock.

``schedule`` works in naive local wall time: put the clock back an hour, as every October, and a job due in a
minute comes in sixty-one. So each time we look, the local wall clock is compared with the monotonic one, and
when they disagree the timetable is laid anew. Missed periods are skipped, not caught up.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import schedule

from bridge.clock import Clock

__all__ = ["Job", "Timetable"]

log = logging.getLogger(__name__)

EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - naive on purpose: schedule reckons in naive local time

JUMP: Final = 5.0
"""Seconds by which the two clocks may drift apart between two looks before we call it a jump."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something to be called every so often."""

    name: str
    every: timedelta
    call: Callable[[], object]
    at_once: bool = True
    """Also right at the start (and after a clock jump)."""


class Timetable:
    """Calls jobs when they are due; one job's exception never ends the loop."""

    def __init__(
        self, jobs: Mapping[str, Job], *, clock: Clock, on_jump: Callable[[], object] = lambda: None
    ) -> None:
        self._jobs = jobs
        self._clock = clock
        self._on_jump = on_jump
        self._scheduler = schedule.Scheduler()
        self._hurry: set[str] = set()
        self._offset = self._drift()
        self._lay(first=True)

    def run_due(self) -> int:
        """Call what is due; returns how many jobs ran."""
        drift = self._drift()
        if abs(drift - self._offset) > JUMP:
            log.warning("clock=jumped seconds=%d", drift - self._offset)
            self._lay(first=False)
            self._call(Job(name="clock jump", every=timedelta(), call=self._on_jump))
        self._offset = drift
        at_once = [job for name, job in self._jobs.items() if name in self._hurry]
        self._hurry.clear()
        for job in at_once:
            self._call(job)
        due = sum(job.should_run for job in self._scheduler.jobs)
        self._scheduler.run_pending()
        return len(at_once) + due

    def idle(self) -> float:
        """Seconds until the next job; 0 when one is due."""
        if self._hurry:
            return 0.0
        seconds = self._scheduler.idle_seconds
        return 60.0 if seconds is None else max(0.0, seconds)

    def _lay(self, *, first: bool) -> None:
        self._scheduler.clear()
        for job in self._jobs.values():
            self._scheduler.every(int(job.every.total_seconds())).seconds.do(self._call, job)
            if job.at_once or not first:
                self._hurry.add(job.name)

    def _call(self, job: Job) -> None:
        try:
            job.call()
        except Exception:
            log.exception("job=failed name=%s", job.name)

    def _drift(self) -> float:
        """Local wall time minus monotonic time: constant, unless somebody moves the wall clock."""
        local = self._clock.now().astimezone().replace(tzinfo=None)
        return (local - EPOCH).total_seconds() - self._clock.monotonic()
