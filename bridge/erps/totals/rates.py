"""The rows of one VAT rate, and which totals the ERP can make of them without leaving what the buyer was charged.

Everything here is in whole numbers: amounts of rows in units of ``Scale.grid`` decimals, sums and VAT in units of
``Scale.decimals`` decimals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from bridge.erps.arithmetic import Prices, rounded

__all__ = ["NARROW", "WIDE", "Choice", "Group", "Scale", "combine", "half_up", "smallest", "units"]

NARROW: Final = 4
WIDE: Final = 16
"""How many smallest units off a rate's total may be, for another rate to make up for it: at first, and at most."""
MOST_MOVES: Final = 60
"""How many units around the asked-for amount are tried; at 25 % every residue shows within five."""
FARTHEST: Final = 40_000
"""How far a pair that mends the VAT is looked for, in the currency's smallest units."""


def units(value: Decimal, places: int) -> int:
    """An amount as a whole number of its smallest unit."""
    return int(rounded(value, places).scaleb(places))


def half_up(number: int, divisor: int) -> int:
    """Division, halves away from zero."""
    whole, rest = divmod(abs(number), divisor)
    whole += 2 * rest >= divisor
    return whole if number >= 0 else -whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """In which units an ERP reckons a document."""

    prices: Prices
    grid: int
    """Decimals of row amounts."""
    decimals: int
    """Decimals of sums and VAT."""
    currency_decimals: int

    @property
    def unit(self) -> int:
        """The currency's smallest unit in units of the sums."""
        return int(10 ** max(0, self.decimals - self.currency_decimals))

    @property
    def small(self) -> int:
        """The largest ordinary rounding row, 0.02, in units of sums."""
        return int(2 * 10 ** max(0, self.decimals - 2))

    @property
    def step(self) -> int:
        """The currency's smallest unit in units of row amounts: how far one row may be moved."""
        return int(10 ** max(0, self.grid - self.currency_decimals))


class Choice(NamedTuple):
    """One way to have the rows of a rate added up, and what it costs; the smaller the better."""

    pair: int
    """Taxed half of a pair that mends the VAT, in units of row amounts; 0: none needed."""
    moved: int
    """By how much the rows together differ from what was charged, in units of row amounts."""
    off: int
    """What the rate's total then is beside what the buyer was charged, in units of sums."""
    mend: int = 0
    """The untaxed half of the pair, in units of sums."""
    plan: tuple[tuple[int, int], ...] = ()
    """Where VAT is rounded row by row: which rows are said otherwise than as charged, and in which of their ways."""

    @property
    def cost(self) -> tuple[int, int]:
        """Pairs before moves."""
        return (abs(self.pair), abs(self.moved))


@dataclass(slots=True, kw_only=True)
class Group:
    """The rows of one rate."""

    scale: Scale
    percent: Decimal
    amounts: list[int] = field(default_factory=list)
    """What was charged per row, in units of row amounts."""
    rows: list[int] = field(default_factory=list)
    """Their positions in the document."""
    room: dict[int, int] = field(default_factory=dict)
    """How far rows may be moved, in units of row amounts, the best to move first; others must stay."""
    vat: int = 0
    """What the buyer was charged, in units of sums; likewise ``gross``."""
    gross: int = 0
    _factors: tuple[int, int, int] = (0, 1, 1)

    def prepare(self) -> None:
        """Work out the factors once: VAT is amount x first / second; a sum is amount / third."""
        numerator, denominator = self.percent.as_integer_ratio()
        shrink = 10 ** max(0, self.scale.grid - self.scale.decimals)
        grow = 10 ** max(0, self.scale.decimals - self.scale.grid)
        hundred = 100 * denominator + (numerator if self.scale.prices is Prices.GROSS else 0)
        self._factors = (numerator * grow, hundred * shrink, shrink)

    def reckon(self, amount: int) -> tuple[int, int]:
        """What the ERP makes of rows that sum up to ``amount``: gross, VAT."""
        factor, divisor, shrink = self._factors
        vat = half_up(amount * factor, divisor)
        grow = 10 ** max(0, self.scale.decimals - self.scale.grid)
        base = half_up(amount * grow, shrink)
        return (base if self.scale.prices is Prices.GROSS else base + vat), vat

    def good(self, vat: int) -> bool:
        """The VAT is what the buyer was charged, within the smallest unit of the currency."""
        return abs(vat - self.vat) <= self.scale.unit

    def as_charged(self) -> Choice | None:
        """Nothing moved: the best choice, where it comes out."""
        gross, vat = self.reckon(sum(self.amounts))
        return Choice(0, 0, 0) if gross == self.gross and self.good(vat) else None

    def choices(self, *, widest: int, pairs: bool) -> Mapping[int, Choice]:
        """The best choice for every total near what was charged."""
        found: dict[int, Choice] = {}
        base = sum(self.amounts)
        for moved in self._moves(base):
            gross, vat = self.reckon(base + moved)
            off = gross - self.gross
            if (
                abs(off) <= widest
                and self.good(vat)
                and (off not in found or abs(moved) < abs(found[off].moved))
            ):
                found[off] = Choice(0, moved, off)
        if 0 not in found and (pairs or not any(abs(off) <= self.scale.small for off in found)):
            pair = self._pair(base)
            if pair:
                found[0] = Choice(pair, 0, 0, mend=self.gross - self.reckon(base + pair)[0])
        return found

    def _moves(self, base: int) -> Iterable[int]:
        """By how much the rows together may be moved: around what the total asks for, a unit of money per row."""
        farthest = sum(self.room.values())
        lacking = Fraction(self.gross - self.reckon(base)[0]) * 10**self.scale.grid / 10**self.scale.decimals
        asked = round(lacking / (1 + Fraction(self.percent) / 100 if self.scale.prices is Prices.NET else 1))
        return range(max(-farthest, asked - MOST_MOVES), min(farthest, asked + MOST_MOVES) + 1)

    def _pair(self, base: int) -> int:
        """The smallest taxed amount that brings the VAT back to what was charged; 0 where it isn't worth a pair.

        A shop that rounds VAT row by row is off by up to half a unit per row (woocommerce facts, section j). More
        than that is no rounding: somebody should look.
        """
        _, vat = self.reckon(base)
        if self.good(vat) or abs(vat - self.vat) > (len(self.rows) + 3) * self.scale.unit:
            return 0
        return smallest(
            lambda more: self.reckon(base + more)[1], start=vat, wanted=self.vat, scale=self.scale
        )


def smallest(vat_with: Callable[[int], int], *, start: int, wanted: int, scale: Scale) -> int:
    """The smallest amount that brings the VAT within a unit of ``wanted``; VAT grows with the amount."""
    up, unit = (1 if start < wanted else -1), scale.unit
    low, high = 1, FARTHEST * scale.step
    while low < high:
        middle = (low + high) // 2
        if (vat_with(up * middle) - wanted) * up >= -unit:
            high = middle
        else:
            low = middle + 1
    return up * low


def combine(options: Sequence[Mapping[int, Choice]], *, small: int) -> tuple[Choice, ...] | None:
    """One choice per rate, such that the whole is off by as little as possible; None where a rate has none.

    Off by more than ``small`` is worse than a pair, a pair worse than a unit off, and that worse than moving rows.
    """
    states: dict[int, tuple[tuple[int, int], tuple[Choice, ...]]] = {0: ((0, 0), ())}
    for group in options:
        after: dict[int, tuple[tuple[int, int], tuple[Choice, ...]]] = {}
        for off, ((pairs, moves), chosen) in states.items():
            for choice in group.values():
                pair, moved = choice.cost
                cost = (pairs + pair, moves + moved)
                there = after.get(off + choice.off)
                if there is None or cost < there[0]:
                    after[off + choice.off] = (cost, (*chosen, choice))
        states = after
    if not states:
        return None
    best = min(
        states, key=lambda off: (abs(off) > small, states[off][0][0], abs(off), states[off][0][1], off)
    )
    return states[best][1]
