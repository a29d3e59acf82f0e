"""A Specter Business Management account in memory, behind its two classic-ASP scripts: strict as the facts say it is.

Written from the specter facts, never from an adapter. Marks as in the facts: [DOC] documented, [2+]/[1] seen in
clients, [INF] inferred, [UNK] not found: then it is the simulator's own choice. A choice that a real account may well
make otherwise is a switch on ``Account``.
"""

from __future__ import annotations

from bridge.sim.specter.account import Account, ApiUser
from bridge.sim.specter.simulator import Simulator

__all__ = ["Account", "ApiUser", "Simulator"]
