"""The simulators' own small clock: they stand beside the house and may not use the bridge's."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

__all__ = ["Now", "Sleep", "real_sleep", "system_now", "whole_second"]

Now = Callable[[], datetime]
Sleep = Callable[[float], None]


def system_now() -> datetime:
    """Wall time, aware, in UTC."""
    return datetime.now(UTC)


def real_sleep(seconds: float) -> None:
    """Pause the calling thread; tests hand in something that only moves their clock."""
    time.sleep(seconds)


def whole_second(moment: datetime) -> datetime:
    """The moment as a shop stores it: UTC, cut to the second (woocommerce facts, row 2)."""
    return moment.astimezone(UTC).replace(microsecond=0)
