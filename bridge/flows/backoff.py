"""When to try again: doubling with full jitter, never earlier than the other end asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bridge.clock import Clock

__all__ = ["GIVE_UP_AFTER", "LONGEST_WISH", "wait"]

FIRST: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(hours=6)
SHORTEST: Final = timedelta(seconds=5)
LONGEST_WISH: Final = timedelta(days=1)
"""A server that asks for more than this is not believed."""
GIVE_UP_AFTER: Final = timedelta(days=5)
"""After so long an entry is parked: a person should look, whatever the reason."""


def wait(attempts: int, *, wish: float | None, clock: Clock) -> timedelta:
    """How long to wait after the ``attempts``-th failure (1 is the first).

    ``wish`` is the server's Retry-After in seconds; it is a floor, clamped to a day. Full jitter (a uniform
    share of the whole span) keeps hundreds of bridges from knocking at the same moment after an outage.
    """
    span = min(LONGEST, FIRST * 2 ** min(attempts - 1, 12))
    drawn = timedelta(seconds=clock.uniform(SHORTEST.total_seconds(), span.total_seconds()))
    if wish is None or wish <= 0:
        return drawn
    asked = timedelta(seconds=min(wish, LONGEST_WISH.total_seconds()))
    return asked + timedelta(seconds=clock.uniform(0, min(asked, FIRST).total_seconds() / 4))
