"""Customers that are being made, or whose making nobody knows the end of: written down before a byte leaves.

The list stands in the store as one small fact. It holds fingerprints of e-mail addresses and numbers: enough to
recognise a buyer, nothing to read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from bridge.clock import Clock

__all__ = ["UNDERWAY", "Facts", "Making", "Makings", "fingerprint"]

UNDERWAY: Final = "customers:underway"
KEPT: Final = timedelta(days=90)
"""An order that was dropped leaves its unfinished customer on the list; for no longer than this."""


class Facts(Protocol):
    """What the store's ``progress`` keeps."""

    def get(self, name: str) -> str | None:
        """A small fact."""
        ...

    def put(self, name: str, value: str) -> None:
        """Keep it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """One customer."""

    key: str
    """Of the document it is made for."""
    since: datetime
    marks: tuple[str, ...]
    """Fingerprints of e-mail address and number."""
    before: tuple[str, ...]
    """Customers that had the same ones already, where those do not count."""
    asked: bool = False
    """Whether the ERP, asked after its settle time, did not have it."""


class Makings:
    """The list."""

    def __init__(self, facts: Facts, *, clock: Clock) -> None:
        self._facts = facts
        self._clock = clock

    def of(self, key: str, marks: Collection[str]) -> list[Making]:
        """Those of this document, or of a buyer with one of these fingerprints."""
        return [each for each in self._all() if each.key == key or not set(marks).isdisjoint(each.marks)]

    def swap(self, done: Sequence[Making], *, new: Sequence[Making] = ()) -> None:
        """Take ``done`` off the list and ``new`` onto it; nothing is written for nothing."""
        if not done and not new:
            return
        oldest = self._clock.now() - KEPT
        left = [each for each in self._all() if each not in done and each.since > oldest]
        self._facts.put(UNDERWAY, json.dumps([_plain(each) for each in (*left, *new)]))

    def _all(self) -> list[Making]:
        stored: list[dict[str, Any]] = json.loads(self._facts.get(UNDERWAY) or "[]")
        return [
            Making(
                key=each["key"],
                since=datetime.fromisoformat(each["since"]),
                marks=tuple(each["marks"]),
                before=tuple(each["before"]),
                asked=each["asked"],
            )
            for each in stored
        ]


def fingerprint(mark: str) -> str:
    """The same for the same mark, and no way back to it that is not a search through all addresses."""
    return hashlib.sha256(mark.encode()).hexdigest()[:24]


def _plain(making: Making) -> dict[str, object]:
    return {
        "key": making.key,
        "since": making.since.isoformat(),
        "marks": list(making.marks),
        "before": list(making.before),
        "asked": making.asked,
    }
