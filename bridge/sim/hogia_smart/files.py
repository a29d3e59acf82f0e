"""The other way into a Hogia company: a folder of SIE 4I files that somebody imports by hand.

That Smart reads such files is "expected, to be confirmed" (Hogia facts, section 1) [UNK]; what a file must be is the
standard's matter, so the reading is done by ``bridge.sim.sie`` and nothing is known here but the keys of [erp].
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bridge.sim import sie
from bridge.sim.booked import Booked
from bridge.sim.faults import Faults

__all__ = ["Simulator"]


class Simulator:
    """``ErpSimulator`` for the transport ``sie``."""

    type = "hogia_smart"
    needs_articles = False
    faults: Faults | None = None
    """There is no wire to spoil."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self._reader = sie.Simulator(folder, now)
        self.folder = self._reader.folder
        self.mounts: dict[str, object] = {}
        self.options: dict[str, str] = {"transport": "sie", **self._reader.options}

    def booked(self) -> list[Booked]:
        """Every voucher in the folder.

        Raises:
            Refused: a file would not be taken.
        """
        return self._reader.booked()

    def twin(self, key: str) -> None:
        """Somebody else books the same key once more, under the next number."""
        self._reader.twin(key)
