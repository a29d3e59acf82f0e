"""A Visma e-conomic agreement in memory, behind its REST API: strict as the vendor's documents say it is.

Written from the economic facts and the schemas of 2019, never from an adapter. Marks as in the facts: [D] documented,
[D19] in 2019, [L] recorded or checked live, [2+]/[1] seen in clients, [I] inferred.
"""

from __future__ import annotations

from bridge.sim.economic.company import Company
from bridge.sim.economic.simulator import Simulator

__all__ = ["Company", "Simulator"]
