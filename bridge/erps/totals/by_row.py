"""As ``rates``, for an ERP that rounds VAT on every row: there the way a row is said decides its VAT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bridge.erps.totals.rates import Choice, Group, smallest

__all__ = ["Way", "choices"]

MOST_ROWS: Final = 40
"""How many rows of a rate are tried in other ways; enough to make up for any rounding, and bounded work."""

State = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to say a row, and what the ERP makes of it, in units of sums."""

    gross: int
    vat: int
    moved: int
    """How far its amount is from what was charged, in units of row amounts."""


def choices(
    group: Group, ways: Mapping[int, Sequence[Way]], *, widest: int, pairs: bool
) -> Mapping[int, Choice]:
    """The best choice for every total near what was charged; the first way of each row is the plain one."""
    plain = {at: row[0] for at, row in ways.items()}
    gross, vat = sum(way.gross for way in plain.values()), sum(way.vat for way in plain.values())
    reach = (abs(gross - group.gross) + widest, abs(vat - group.vat) + widest)
    found: dict[int, Choice] = {}
    for (more, taxed), (moved, plan) in _states(group, ways, reach).items():
        off = gross + more - group.gross
        if abs(off) <= widest and group.good(vat + taxed):
            choice = Choice(0, moved, off, plan=plan)
            if off not in found or choice.cost < found[off].cost:
                found[off] = choice
    if 0 not in found and (pairs or not any(abs(off) <= group.scale.small for off in found)):
        pair = _pair(group, gross, vat)
        if pair:
            found[0] = pair
    return found


def _states(
    group: Group, ways: Mapping[int, Sequence[Way]], reach: State
) -> dict[State, tuple[int, tuple[tuple[int, int], ...]]]:
    """By how much gross and VAT can be other than plainly said, and the fewest moves for it."""
    states: dict[State, tuple[int, tuple[tuple[int, int], ...]]] = {(0, 0): (0, ())}
    for at in list(group.room)[:MOST_ROWS]:
        plain, *others = ways[at]
        after = dict(states)
        for (gross, vat), (moved, plan) in states.items():
            for number, way in enumerate(others, 1):
                there = (gross + way.gross - plain.gross, vat + way.vat - plain.vat)
                if abs(there[0]) > reach[0] or abs(there[1]) > reach[1]:
                    continue
                cost = moved + abs(way.moved)
                if there not in after or cost < after[there][0]:
                    after[there] = (cost, (*plan, (at, number)))
        states = after
    return states


def _pair(group: Group, gross: int, vat: int) -> Choice | None:
    """A taxed row whose VAT is what is missing, and an untaxed one that takes its amount off again."""
    if group.good(vat) or abs(vat - group.vat) > (len(group.rows) + 3) * group.scale.unit:
        return None
    taxed = smallest(lambda more: vat + group.reckon(more)[1], start=vat, wanted=group.vat, scale=group.scale)
    return Choice(taxed, 0, 0, mend=group.gross - gross - group.reckon(taxed)[0])
