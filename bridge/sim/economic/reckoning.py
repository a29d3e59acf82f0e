"""What the server makes of a document's lines, by its own registers and by nobody's word (section 9) [D19].

A line is quantity x price - discount, rounded to two decimals; VAT is reckoned per rate on the sum of its lines. The
facts' own sum (section 14: 213.84 + 39.20 at 25 % is 316.30) fits; where exactly it rounds is not written down [I].
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from bridge.sim.economic.state import State, Totals

__all__ = ["exchange_rate", "in_base", "ore", "reckoned"]

ORE: Final = Decimal("0.01")
HUNDRED: Final = Decimal(100)


def ore(value: Decimal) -> Decimal:
    """Two decimals, halves away from zero."""
    return value.quantize(ORE, rounding=ROUND_HALF_UP)


def reckoned(state: State, lines: Sequence[dict[str, Any]], zone: int) -> Totals:
    """The totals of a document whose recipient is in ``zone``."""
    amounts, rates = [], []
    sums: dict[Decimal, Decimal] = {}
    for line in lines:
        price, quantity = line.get("unitNetPrice", Decimal(0)), line.get("quantity", Decimal(0))
        amount = ore(quantity * price * (HUNDRED - line.get("discountPercentage", Decimal(0))) / HUNDRED)
        rate = _rate(state, line, zone)
        amounts.append(amount)
        rates.append(rate)
        sums[rate or Decimal(0)] = sums.get(rate or Decimal(0), Decimal("0.00")) + amount
    vat = sum((ore(amount * rate / HUNDRED) for rate, amount in sums.items()), Decimal("0.00"))
    return Totals(net=sum(amounts, Decimal("0.00")), vat=vat, per_line=tuple(amounts), rates=tuple(rates))


def _rate(state: State, line: dict[str, Any], zone: int) -> Decimal | None:
    if "product" not in line:
        return None
    product = state.products[line["product"]["productNumber"]]
    return state.company.rate(product.body["productGroup"]["productGroupNumber"], zone)


def exchange_rate(state: State, body: dict[str, Any]) -> Decimal:
    """Base currency for 100 units: as sent, else the day's; the base currency itself is 100 (section 3) [D19]."""
    if body["currency"] == state.company.base_currency:
        return Decimal("100.000000")
    rate = body.get("exchangeRate", state.company.daily_rates.get(body["currency"], HUNDRED))
    return Decimal(rate)


def in_base(state: State, body: dict[str, Any], amount: Decimal) -> Decimal:
    """An amount of the document in the agreement's own currency."""
    return ore(amount * exchange_rate(state, body) / HUNDRED)
