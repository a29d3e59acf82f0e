"""What is wrong with the bridge itself right now. Kept in memory: when the disk is full there is nowhere else."""

from __future__ import annotations

import logging
import threading
from datetime import datetime

from bridge.model.texts import Text

__all__ = ["Health"]

log = logging.getLogger(__name__)


class Health:
    """The present trouble, if any; safe to ask from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._trouble: Text | None = None
        self._read: dict[str, datetime] = {}

    @property
    def trouble(self) -> Text | None:
        """What stops the work, for the top of every page; None: all is well."""
        with self._lock:
            return self._trouble

    def last_read(self, shop: str) -> datetime | None:
        """When this process last read the shop whole; None: not yet."""
        with self._lock:
            return self._read.get(shop)

    def read(self, shop: str, at: datetime) -> None:
        """The shop was read whole. Not worth a write to the disk each minute: a restart reads at once."""
        with self._lock:
            self._read[shop] = at

    def report(self, trouble: Text | None) -> None:
        """Set or clear the trouble; told to the log once, not at every try."""
        with self._lock:
            changed = (self._trouble is None) != (trouble is None)
            self._trouble = trouble
        if changed and trouble is not None:
            log.error("health=bad")
        elif changed:
            log.info("health=good")
