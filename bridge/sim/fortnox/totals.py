"""How a document adds up; reckoned here by itself, whatever the bridge thinks (fortnox facts, section 9)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from bridge.sim.fortnox.fields import half_up

__all__ = ["Sum", "Totals", "net_of", "reckon", "row_total"]

ZERO = Decimal(0)
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Sum:
    """What one row, the freight or the fee comes to, at its VAT rate in percent."""

    amount: Decimal
    vat: Decimal
    before: Decimal | None = None
    """Without its discount."""


@dataclass(frozen=True, kw_only=True)
class Totals:
    """The read-only amounts of a document."""

    gross: Decimal
    """Net before discounts [I]: never the amount to pay, whatever it is called."""
    net: Decimal
    vat: Decimal
    round_off: Decimal
    total: Decimal


def row_total(quantity: Decimal, price: Decimal, discount: Decimal, *, percent: bool) -> Decimal:
    """Quantity times price less the discount, to the öre; an amount is off the whole row [I]."""
    full = quantity * price
    return half_up(full * (HUNDRED - discount) / HUNDRED if percent else full - discount)


def net_of(total: Decimal, vat: Decimal, *, included: bool) -> Decimal:
    """Of one row (``TotalExcludingVAT``)."""
    return half_up(total * HUNDRED / (HUNDRED + vat)) if included else total


def reckon(sums: Iterable[Sum], *, included: bool, whole: bool) -> Totals:
    """VAT on the sum per rate [I], prices with or without it; RoundOff to whole kronor by company setting [2+]."""
    parts = list(sums)
    per_rate: dict[Decimal, Decimal] = {}
    for each in parts:
        per_rate[each.vat] = per_rate.get(each.vat, ZERO) + each.amount
    divisor = {rate: HUNDRED + rate if included else HUNDRED for rate in per_rate}
    vat = sum((half_up(amount * rate / divisor[rate]) for rate, amount in per_rate.items()), ZERO)
    sold = sum(per_rate.values(), ZERO)
    net = sold - vat if included else sold
    exact = net + vat
    total = half_up(exact, 0) if whole else exact
    before = (
        net_of(each.amount if each.before is None else each.before, each.vat, included=included)
        for each in parts
    )
    return Totals(gross=sum(before, ZERO), net=net, vat=vat, round_off=total - exact, total=total)
