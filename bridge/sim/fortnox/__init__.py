"""A company at Fortnox in memory: strict, and reckoning for itself (fortnox facts; section 16 is the checklist)."""

from __future__ import annotations

from bridge.sim.fortnox.company import Account, Company, FinancialYear
from bridge.sim.fortnox.simulator import Simulator

__all__ = ["Account", "Company", "FinancialYear", "Simulator"]
