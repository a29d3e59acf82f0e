"""Hogia's cloud interface (api.hogia.se) for one company in memory: strict, as far as anybody outside knows it.

Written from the Hogia facts, never from an adapter. Marks as in the facts: [DOC] documented, [2+]/[1] seen in
clients, [INF] inferred, [UNK] not found anywhere. Where two readings are possible there is a switch in ``Habits``.
The other way in, a folder of SIE files, is ``bridge.sim.hogia_smart.files``.
"""

from __future__ import annotations

from typing import Final

from bridge.sim.hogia_smart.company import Company
from bridge.sim.hogia_smart.habits import Habits
from bridge.sim.hogia_smart.simulator import Simulator

__all__ = ["WAYS", "Company", "Habits", "Simulator"]

WAYS: Final = ("files",)
"""Modules of this package with a ``Simulator`` of another way into the same company."""
