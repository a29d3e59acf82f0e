"""What an ERP hands out once only: fetched when it pings, and kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

__all__ = ["Collects"]


class Collects(Protocol):
    """An ERP with ``Capability.COLLECTS``. Its feeds give what was collected, and collect first by themselves."""

    def pinged(self, secret: str, told: Mapping[str, str]) -> str | None:
        """What to answer somebody who calls our address for pings; None: not the ERP. Asks nobody, changes nothing.

        ``secret`` stands in the address, and is all that tells the ERP from a stranger; ``told`` is what else was
        sent, and is not to be believed: a ping only wakes.
        """
        ...

    def collect(self) -> int:
        """Fetch what has changed and keep it on disk before the ERP forgets it; how many changes. Repeatable."""
        ...
