"""WooCommerce's own rounding (woocommerce facts, table j), written down from what the real shop answered."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

__all__ = ["CENT", "ZERO", "dec", "half_down", "half_up", "number", "stored", "text"]

ZERO = Decimal(0)
CENT = Decimal("0.01")
MICRO = Decimal("0.000001")


def dec(value: Any) -> Decimal:
    """A stored amount; an empty one counts as nothing."""
    return Decimal(str(value)) if value not in (None, "") else ZERO


def stored(value: Decimal) -> Decimal:
    """Lines are kept with six decimals: 79.992 is what ``dp=6`` shows of a line of 79.99 (table j)."""
    return value.quantize(MICRO, ROUND_HALF_UP)


def half_up(value: Decimal, places: int = 2) -> Decimal:
    """How amounts are shown."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def half_down(value: Decimal) -> Decimal:
    """How a line's VAT is rounded when prices include it: 250.125 is 250.12 (table j, order rest-half-ore)."""
    return value.quantize(CENT, ROUND_HALF_DOWN)


def text(value: Any, places: int = 2) -> str:
    """An amount as the shop prints it: a string with the asked-for number of decimals."""
    shown = half_up(dec(value), places)
    return str(abs(shown)) if not shown else str(shown)


def number(value: Decimal) -> int | float:
    """A JSON number as PHP prints it: 796 for a whole one, else a float, unrounded (table j)."""
    return int(value) if value == value.to_integral_value() else float(value)


def total_of(values: Iterable[Decimal]) -> Decimal:
    """A sum that is a Decimal when there is nothing to add."""
    return sum(values, ZERO)
