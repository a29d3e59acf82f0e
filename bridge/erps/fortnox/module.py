"""Whether the company runs Fortnox' warehouse module (fortnox facts, sections 8 and 9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.erps.fortnox.core import Core
from bridge.erps.fortnox.reading import truth
from bridge.errors import NotFound, Rejected, Transient, Unauthorised
from bridge.model.texts import say

__all__ = ["runs_warehouse", "stock_balance"]


def runs_warehouse(core: Core) -> bool:
    """Whether the module is switched on, asked anew each time: it can be bought at any hour.

    Who may not ask (403: no licence, or the consent does not cover it) has none to speak of.

    Raises:
        Unauthorised: the access itself is refused.
    """
    try:
        answer = core.client.warehouse("tenants-v4")
    except (NotFound, Rejected):
        return False
    except Unauthorised as refused:
        if refused.status == 403:
            return False
        raise
    if not isinstance(answer, dict):
        raise _odd()
    return core.read(lambda told: truth(told["activated"]), answer, wrote=False)


def stock_balance(core: Core) -> Sequence[Mapping[str, Any]]:
    """The stock of every article at every stock point, in one answer (section 8 [D])."""
    answer = core.client.warehouse("status-v1/stockbalance")
    if not isinstance(answer, list) or not all(isinstance(row, dict) for row in answer):
        raise _odd()
    return answer


def _odd() -> Transient:
    return Transient(say("Fortnox answered with something else than was asked for."), channel="erp")
