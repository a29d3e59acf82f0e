"""What the server makes of an invoice's lines: net, VAT, rounding. It never believes a sum it was sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from bridge.sim.hogia_smart.state import Line

__all__ = ["distribution", "ore", "reckoned", "rounding_of"]

ORE: Final = Decimal("0.01")
HUNDRED: Final = Decimal(100)


def ore(amount: Decimal) -> Decimal:
    """Two decimals, half away from zero [INF]."""
    return amount.quantize(ORE, rounding=ROUND_HALF_UP)


def reckoned(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Every line with its net, rounded, and its VAT, rounded on that."""
    done = []
    for line in lines:
        net = ore(line.price * line.quantity * (1 - line.discount / HUNDRED))
        done.append(replace(line, net=net, vat=ore(net * line.rate)))
    return tuple(done)


def distribution(lines: Iterable[Line], *, by: str) -> dict[Decimal, Decimal]:
    """VAT per rate: the sum of the lines' own, or reckoned once on their net (``Habits.vat_rounding``) [UNK]."""
    nets: dict[Decimal, Decimal] = {}
    vats: dict[Decimal, Decimal] = {}
    for line in lines:
        if line.account is not None:
            nets[line.rate] = nets.get(line.rate, Decimal(0)) + line.net
            vats[line.rate] = vats.get(line.rate, Decimal(0)) + line.vat
    return vats if by == "line" else {rate: ore(net * rate) for rate, net in nets.items()}


def rounding_of(gross: Decimal, factor: Decimal) -> Decimal:
    """What is missing to a multiple of ``roundingFactor``; 0 does not round, 1 rounds to whole kronor [INF]."""
    if not factor:
        return Decimal("0.00")
    return ore((gross / factor).quantize(Decimal(1), rounding=ROUND_HALF_UP) * factor - gross)
