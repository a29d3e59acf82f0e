"""How many calls a simulated vendor lets pass: so many in any so many seconds, then it says no."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

__all__ = ["Limit"]


@dataclass
class Limit:
    """A sliding window."""

    calls: int | None
    """None: no limit."""
    seconds: float
    refused: int = 0
    _passed: list[datetime] = field(default_factory=list)

    def passes(self, now: datetime) -> bool:
        """Count a call. That one refused does not count against the next is inferred, of every vendor."""
        window = timedelta(seconds=self.seconds)
        # a test may set the clock back: calls that lie ahead are forgotten, or nobody could ever call again
        self._passed = [moment for moment in self._passed if now - window < moment <= now]
        if self.calls is not None and len(self._passed) >= self.calls:
            self.refused += 1
            return False
        self._passed.append(now)
        return True
