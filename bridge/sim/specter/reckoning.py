"""What Specter makes of an order's rows, by nobody's word. How it rounds is not written down anywhere [INF].

Prices are per unit without VAT, VAT a whole percent per row (specter facts, section 5.2) [1]. Clients send three
decimals "to avoid drift", which only helps if rows are not rounded; so VAT and net are rounded per rate, to öre.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from bridge.sim.specter.account import Account
from bridge.sim.specter.state import Row

__all__ = ["Totals", "ore", "row_net", "totals"]

ORE: Final = Decimal("0.01")
HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Of an order or an invoice."""

    net: Decimal
    vat: Decimal

    @property
    def gross(self) -> Decimal:
        """What the buyer pays."""
        return self.net + self.vat


def ore(value: Decimal) -> Decimal:
    """Two decimals, halves away from zero."""
    return value.quantize(ORE, rounding=ROUND_HALF_UP)


def row_net(account: Account, row: Row, quantity: Decimal | None = None) -> Decimal:
    """Of the row, or of so many pieces of it."""
    pieces = row.quantity if quantity is None else quantity
    full = pieces * row.price * (HUNDRED - row.discount) / HUNDRED
    if account.row_decimals is None:
        return full
    return full.quantize(Decimal(1).scaleb(-account.row_decimals), rounding=ROUND_HALF_UP)


def totals(account: Account, rows: Sequence[Row], quantities: Sequence[Decimal] | None = None) -> Totals:
    """Of the rows, or of so many pieces of each."""
    pieces = quantities or [row.quantity for row in rows]
    nets: dict[int, Decimal] = {}
    by_row = Decimal("0.00")
    for row, quantity in zip(rows, pieces, strict=True):
        amount = row_net(account, row, quantity)
        nets[row.vat] = nets.get(row.vat, Decimal(0)) + amount
        by_row += ore(amount * row.vat / HUNDRED)
    by_rate = sum((ore(net * rate / HUNDRED) for rate, net in nets.items()), Decimal("0.00"))
    net = sum((ore(each) for each in nets.values()), Decimal("0.00"))
    return Totals(net=net, vat=by_row if account.vat_per_row else by_rate)
