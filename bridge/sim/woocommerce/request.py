"""One call as the handlers see it, and the answer they give."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bridge.sim.woocommerce import params
from bridge.sim.woocommerce.errors import cannot
from bridge.sim.woocommerce.params import Query
from bridge.sim.woocommerce.state import ApiKey, State

__all__ = ["Call", "Reply"]


@dataclass(kw_only=True)
class Call:
    """A call that found its route."""

    state: State
    method: str
    path: str  # below wc/v3, with the leading slash
    query: Query
    body: Any
    base: str  # scheme and host of the shop
    user: ApiKey | None

    @property
    def dp(self) -> int:
        """Decimals asked for; the shop's own two otherwise (table j)."""
        return params.integer(self.query, "dp", default=2)

    def need(self, what: str) -> None:
        """Refuse whoever may not do this; parameters are judged before, as WordPress does."""
        if self.user is None or not self.user.shop_rights:
            raise cannot(what, known_user=self.user is not None)


@dataclass(kw_only=True)
class Reply:
    """What a handler answers."""

    data: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
