"""How long the last minutes before a feed's cursor are worth another look."""

from __future__ import annotations

from bridge.erps.fortnox.mapping_feeds import OVERLAP

__all__ = ["Settled"]


class Settled:
    """Spares a quiet feed from reading the last minutes before its cursor again and again.

    They are read again for changes that show late. Once they have been read later than that can be, only a change
    makes them worth another look. Kept by one process: after a restart they are read once more.
    """

    def __init__(self) -> None:
        self._cursor: str | None = None
        self._since = 0.0
        self._over = False

    def is_over(self, cursor: str | None, now: float) -> bool:
        """Whether a reading from ``cursor`` can bring nothing if nothing is newer; ``now``: seconds, monotonic."""
        if cursor is None or cursor != self._cursor:
            self._cursor, self._since, self._over = cursor, now, False
        return self._over

    def read(self, cursor: str | None, began: float) -> None:
        """A whole reading from ``cursor``, begun then, came to its end."""
        if cursor is not None and cursor == self._cursor:
            self._over = began - self._since >= OVERLAP.total_seconds()
