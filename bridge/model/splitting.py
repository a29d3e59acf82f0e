"""Share one row out to several, so that not an öre is lost: a bundle that the books know by its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from bridge.model.money import cents, decimals
from bridge.model.orders import OrderLine

__all__ = ["Part", "share_out", "split"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the rows a row becomes."""

    sku: str
    share: Decimal
    """Its weight among the parts: its own price, as a rule. Only the proportions count."""
    name: str = ""
    """Empty: the name of the row that is split."""
    quantity: Decimal = Decimal(1)
    """In one piece of what is split."""


def share_out(value: Decimal, shares: Sequence[Decimal], *, currency: str = "SEK") -> tuple[Decimal, ...]:
    """``value`` in proportion to ``shares``, each rounded to the currency's smallest unit, the sum exact.

    Raises:
        ValueError: a negative share, or none above zero.
    """
    whole = sum(shares, Decimal(0))
    if whole <= 0 or min(shares) < 0:
        raise ValueError("the shares must not be negative, and one must be above zero")
    unit = Decimal(1).scaleb(-decimals(currency))
    found, before, reached = [], value * 0, Decimal(0)
    for number, share in enumerate(shares, 1):
        reached += share
        # The last one takes what is left, also what is finer than the smallest unit.
        upto = value if number == len(shares) else cents(value * reached / whole, currency).quantize(unit)
        found.append(upto - before)
        before = upto
    return tuple(found)


def split(line: OrderLine, parts: Sequence[Part], *, currency: str = "SEK") -> tuple[OrderLine, ...]:
    """The row as the rows of its parts: amounts and VAT of every rate shared out, nothing lost or gained.

    Raises:
        ValueError: as ``share_out``.
    """
    shares = [part.share for part in parts]

    def out(value: Decimal | None) -> Sequence[Any]:
        return [None] * len(parts) if value is None else share_out(value, shares, currency=currency)

    amounts = {name: out(getattr(line, name)) for name in ("net", "tax", "net_before", "tax_before")}
    per_rate = [out(each.tax) for each in line.taxes]
    return tuple(
        replace(
            line,
            id=f"{line.id}.{at + 1}",
            sku=part.sku,
            name=part.name or line.name,
            quantity=line.quantity * part.quantity,
            taxes=tuple(
                replace(each, tax=taxes[at]) for each, taxes in zip(line.taxes, per_rate, strict=True)
            ),
            product_id="",
            variation_id="",
            unit_net=None,
            **{name: values[at] for name, values in amounts.items()},
        )
        for at, part in enumerate(parts)
    )
