"""A row of the order as rows with one VAT rate each: amounts as charged, nothing lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from bridge.errors import Rejected
from bridge.model.money import ZERO, cents
from bridge.model.orders import Order, OrderLine, TaxLine, TaxPart
from bridge.model.texts import say

__all__ = ["Share", "shares_of"]

_UNIT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The part of a row that has one rate."""

    percent: Decimal
    country: str
    net: Decimal
    tax: Decimal
    discount_net: Decimal = ZERO
    """What coupons took off before ``net``; positive."""
    discount_tax: Decimal = ZERO


def shares_of(line: OrderLine, order: Order) -> tuple[Share, ...]:
    """The row divided by rate; its amounts always add up to the row's.

    Raises:
        Rejected: VAT of a rate whose percentage nobody tells.
    """
    rates = {each.rate_id: each for each in order.tax_lines}
    charged = [part for part in line.taxes if part.tax] or list(line.taxes[:1])
    if len(charged) > 1:
        return _divided(line, charged, rates)
    if not charged:
        if line.tax:
            raise _unknown(line, rate="?")
        return (_whole(line, Decimal(0), ""),)
    rate = rates.get(charged[0].rate_id)
    if rate is None or rate.percent is None:
        if line.tax:
            raise _unknown(line, rate=rate.label if rate else charged[0].rate_id)
        return (_whole(line, Decimal(0), ""),)
    return (_whole(line, rate.percent, rate.country),)


def _whole(line: OrderLine, percent: Decimal, country: str) -> Share:
    net, tax = _discount(line)
    return Share(
        percent=percent, country=country, net=line.net, tax=line.tax, discount_net=net, discount_tax=tax
    )


def _discount(line: OrderLine) -> tuple[Decimal, Decimal]:
    """What the row lost before ``net``; a row that was made dearer by hand has no discount."""
    before = line.net_before
    if before is None or abs(before) <= abs(line.net) or before * line.net < 0:
        return ZERO, ZERO
    return before - line.net, (line.tax if line.tax_before is None else line.tax_before) - line.tax


def _divided(line: OrderLine, parts: Sequence[TaxPart], rates: Mapping[str, TaxLine]) -> tuple[Share, ...]:
    """Net per rate is VAT / rate; what rounding leaves goes to the largest, what is more was sold without VAT.

    Rates charged on top of each other (two on the same net) cannot be told apart so: all goes with the largest.
    """
    found = []
    for part in parts:
        rate = rates.get(part.rate_id)
        if rate is None or not rate.percent:
            raise _unknown(line, rate=rate.label if rate else part.rate_id)
        net = cents(part.tax * 100 / rate.percent)
        found.append(Share(percent=rate.percent, country=rate.country, net=net, tax=part.tax))
    largest = max(range(len(found)), key=lambda at: abs(found[at].tax))
    rest = line.net - sum((share.net for share in found), ZERO)
    noise = sum((_UNIT * 100 / share.percent + _UNIT for share in found), ZERO)
    left = line.tax - sum((share.tax for share in found), ZERO)
    if abs(rest) <= noise:
        found[largest] = _more(found[largest], net=rest, tax=left)
        return tuple(found)
    if abs(rest) < abs(line.net) and (rest > 0) == (line.net > 0):
        found[largest] = _more(found[largest], net=ZERO, tax=left)
        return (*found, Share(percent=Decimal(0), country="", net=rest, tax=ZERO))
    whole = found[largest]
    return (replace(whole, net=line.net, tax=line.tax),)


def _more(share: Share, *, net: Decimal, tax: Decimal) -> Share:
    return replace(share, net=share.net + net, tax=share.tax + tax)


def _unknown(line: OrderLine, *, rate: str) -> Rejected:
    return Rejected(
        say(
            "The VAT of row {name} is of a rate whose percentage the shop does not tell ({rate}).",
            name=f"{line.kind} {line.id}",
            rate=rate,
        ),
        field="tax_lines",
        advice=say("Restore the tax rate under WooCommerce > Settings > Tax, then recalculate the order."),
    )
