"""How often somebody may try a password.

Limits, per address (an IPv6 address counts as its /64 network): four wrong passwords are free; after the fifth
the address waits 30 s, and twice as long after each further one, 15 minutes at most. An hour without a wrong
password, or a right one, and it starts anew. Another address is not affected, so the owner can still log in.
Passwords are checked one at a time, because each check takes 32 MB; who finds two already waiting is told to
come back.
"""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bridge.clock import Clock

__all__ = ["Throttle", "Verdict"]

FREE: Final = 5
FIRST_WAIT: Final = 30.0
LONGEST_WAIT: Final = 900.0
FORGET: Final = 3600.0
ADDRESSES: Final = 2000
"""Remembered at most; the one quiet for longest goes first."""
AT_ONCE: Final = 3
"""One being checked and two waiting: one of the four page threads stays free for everybody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of a try."""

    passed: bool
    wait: float = 0.0
    """Seconds before the next try counts; above 0 means this one was not even looked at."""


@dataclass(slots=True, kw_only=True)
class _Record:
    failures: int = 0
    last: float = 0.0


class Throttle:
    """Counts failures per address, in memory: a restart of the daemon is the owner's way out."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._records: OrderedDict[str, _Record] = OrderedDict()
        self._turn = threading.Lock()
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def try_once(self, address: str, check: Callable[[], bool]) -> Verdict:
        """Run ``check`` if this address may try now."""
        if not self._places.acquire(blocking=False):
            return Verdict(passed=False, wait=2.0)
        try:
            with self._turn:
                return self._judge(_network(address), check)
        finally:
            self._places.release()

    def _judge(self, network: str, check: Callable[[], bool]) -> Verdict:
        wait = self._wait(network)
        if wait > 0:
            return Verdict(passed=False, wait=wait)
        if check():
            self._records.pop(network, None)
            return Verdict(passed=True)
        record = self._records.setdefault(network, _Record())
        record.failures += 1
        record.last = self._clock.monotonic()
        self._records.move_to_end(network)
        while len(self._records) > ADDRESSES:
            self._records.popitem(last=False)
        return Verdict(passed=False)

    def _wait(self, network: str) -> float:
        record = self._records.get(network)
        if record is None:
            return 0.0
        passed = self._clock.monotonic() - record.last
        if passed >= FORGET:
            del self._records[network]
            return 0.0
        if record.failures < FREE:
            return 0.0
        doublings = min(record.failures - FREE, 10)
        return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT) - passed


def _network(address: str) -> str:
    """An IPv6 subscriber owns at least a /64, so single addresses of it mean nothing."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
