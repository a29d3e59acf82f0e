"""The daemon: one process, one timetable, some senders, and an orderly end."""

from __future__ import annotations

import functools
import logging
import os
import queue
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from types import FrameType
from typing import Final

from bridge.app import Bridge
from bridge.daemon.timetable import Job, Timetable
from bridge.daemon.workers import Worker
from bridge.errors import StoreError
from bridge.flows.access import keep_access
from bridge.flows.collecting import collect

__all__ = ["Daemon"]

log = logging.getLogger(__name__)

LAST_WISH: Final = timedelta(seconds=30)
"""How long a sender may take to finish the call it is in when the daemon is told to stop."""
BETWEEN_TRIALS: Final = timedelta(seconds=5)
LONGEST_NAP: Final = 60.0
"""The main loop looks at the clocks at least this often."""


class Daemon:
    """Runs a bridge until told to stop. ``recover`` has been called on its dispatcher, and the lock is held."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._stop = threading.Event()
        self._wake = bridge.poke
        self._signals = 0
        self._catching = False
        # A signal handler may put something into this; to set an Event there is not safe.
        self._told: queue.SimpleQueue[None] = queue.SimpleQueue()
        count = 0 if bridge.shadow else bridge.config.bridge.workers
        self._workers = [Worker(bridge, stop=self._stop, number=n + 1) for n in range(count)]

    def run(self) -> None:
        """Work until ``stop`` or a signal."""
        self.catch_signals()
        timetable = Timetable(self._jobs(), clock=self._bridge.clock, on_jump=self._clock_jumped)
        for worker in self._workers:
            worker.start()
        log.info("daemon=started shops=%d workers=%d", len(self._bridge.shops), len(self._workers))
        while not self._stop.is_set():
            if timetable.run_due():
                self._ring()
            poked = self._bridge.clock.wait(self._wake, min(timetable.idle(), LONGEST_NAP))
            if poked:  # who pokes when the time is up already ends the next nap instead
                self._wake.clear()
            if self._stop.is_set():
                break
            if self._bridge.pinged.is_set():
                self._collect()
            elif poked:
                self._hint()
        self._end()

    def stop(self) -> None:
        """End after the work in hand; safe from any thread."""
        self._stop.set()
        self._wake.set()
        self._ring()

    def _jobs(self) -> dict[str, Job]:
        jobs = [
            Job(name="prune", every=timedelta(days=1), call=self._prune),
            Job(name="access", every=timedelta(days=1), call=self._keep_access),
        ]
        for name, conf in self._bridge.config.shops.items():
            section = conf.section
            jobs += [
                Job(
                    name=f"poll {name}",
                    every=section.poll_every,
                    call=self._kept(self._bridge.poller.poll, name),
                ),
                Job(
                    name=f"sweep {name}",
                    every=section.sweep_every,
                    call=self._kept(self._bridge.poller.sweep, name),
                    at_once=False,
                ),
                Job(
                    name=f"refunds {name}",
                    every=section.refunds_every,
                    call=self._kept(self._bridge.poller.refunds, name),
                    at_once=False,
                ),
            ]
        if self._bridge.shadow:
            jobs.append(Job(name="shadow", every=BETWEEN_TRIALS, call=self._try_orders))
        return {job.name: job for job in jobs}

    def _kept(self, call: Callable[[str], object], shop: str) -> Callable[[], object]:
        return functools.partial(self._guard, functools.partial(call, shop))

    def _guard(self, call: Callable[[], object]) -> None:
        try:
            call()
            if not self._workers:  # otherwise they report, after every step
                self._bridge.health.report(None)
        except StoreError as error:
            self._bridge.health.report(error.text)

    def _prune(self) -> None:
        now = self._bridge.clock.now()
        self._guard(lambda: self._bridge.store.prune(before=now - self._bridge.config.bridge.retention))

    def _keep_access(self) -> None:
        bridge = self._bridge
        self._guard(lambda: keep_access(bridge.erp, store=bridge.store, clock=bridge.clock))

    def _try_orders(self) -> None:
        """Shadow mode: what would be sent is tried instead, until there is nothing new or it is time to stop."""

        def rounds() -> None:
            while not self._stop.is_set() and self._bridge.trial.round().any:
                pass

        self._guard(rounds)

    def _clock_jumped(self) -> None:
        """What was stored with a wrong time must not lie in the future for ever."""
        self._guard(lambda: self._bridge.store.outbox.clock_went_back(self._bridge.clock.now()))

    def _hint(self) -> None:
        """Somebody wants the bridge to look now."""
        for name in self._bridge.shops:
            self._guard(functools.partial(self._bridge.poller.poll, name, hurry=True))
        self._ring()

    def _collect(self) -> None:
        """The ERP has changes. What cannot be fetched now is tried again after the nap; nothing is lost meanwhile."""
        bridge = self._bridge
        bridge.pinged.clear()

        def fetch() -> None:
            if not bridge.shadow and not collect(bridge.erp, store=bridge.store, clock=bridge.clock):
                bridge.pinged.set()

        self._guard(fetch)
        self._ring()  # a person may have rung at the same moment

    def _ring(self) -> None:
        for worker in self._workers:
            worker.ring()

    def _end(self) -> None:
        self._told.put(None)
        log.info("daemon=stopping")
        for worker in self._workers:
            worker.join(LAST_WISH.total_seconds())
        log.info("daemon=stopped unfinished=%d", sum(worker.is_alive() for worker in self._workers))

    def catch_signals(self) -> None:
        """From now on SIGTERM and Ctrl-C end ``run``, also when it has not begun; a second call does nothing."""
        if self._catching or threading.current_thread() is not threading.main_thread():
            return
        self._catching = True
        threading.Thread(target=self._heed, name="signals", daemon=True).start()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._signalled)
        if hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def _signalled(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1
        if self._signals > 1:
            os._exit(1)  # as by kill -9, and as safe
        self._told.put(None)

    def _heed(self) -> None:
        """Stop when a signal has come: in a thread, for the one that was interrupted may hold an event's lock."""
        self._told.get()
        self.stop()
