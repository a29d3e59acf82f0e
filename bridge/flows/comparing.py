"""Hold what the bridge would have booked against what was booked by hand: pure, and in the words of the books.

People book in many ways: a voucher per order, one per day, one per payout with the order numbers in its text. So
documents are first brought together by the order numbers somebody wrote, then one by one by date and total, then
by the sums of whole days. What is left on either side is missing, or extra.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from bridge.model.money import ZERO

__all__ = ["ByHand", "Comparison", "How", "Met", "Ours", "compare"]

TOTAL: Final = "*"
"""Stands for an account where only totals can be compared."""
SURE: Final = 4
"""An order number of so many characters in a voucher's text is no accident."""


class How(StrEnum):
    """By what documents of the two sides were brought together."""

    NUMBER = "number"
    TOTAL = "total"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """A document that would have been sent."""

    key: str
    number: str
    """The order's, as the buyer sees it."""
    also: str = ""
    """The order's id, where a person may have written that."""
    dated: date
    gross: Decimal
    """In the currency of the books."""
    accounts: Mapping[str, Decimal]
    """Debit positive; empty where the ERP books by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """A voucher somebody made."""

    number: str
    dated: date
    text: str
    """Its text and those of its rows."""
    accounts: Mapping[str, Decimal]
    debit: Decimal
    """The sum of its debits."""
    amounts: frozenset[Decimal] = frozenset()
    """Of its rows, without their sign."""

    @property
    def totals(self) -> frozenset[Decimal]:
        """What may be the total of the sale: a discount of its own row makes the debits more than that."""
        return self.amounts | {self.debit}

    @property
    def is_sale(self) -> bool:
        """Whether it touches revenue (BAS class 3): a payment or a salary does not."""
        return any(account.startswith("3") for account in self.accounts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """Documents of the two sides about the same sales."""

    how: How
    ours: tuple[Ours, ...]
    by_hand: tuple[ByHand, ...]
    differing: Mapping[str, tuple[Decimal, Decimal]]
    """Account to our sum and theirs, where they are not the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The two sides of a period."""

    met: tuple[Met, ...]
    missing: tuple[Ours, ...]
    """We would have booked it; by hand nobody did."""
    extra: tuple[ByHand, ...]
    """Somebody booked a sale we would not have."""
    accounts: Mapping[str, tuple[Decimal, Decimal]]
    """Account to our sum and theirs over all that met, where they are not the same."""

    @property
    def same(self) -> bool:
        """Nothing to look at."""
        return not (self.missing or self.extra or any(met.differing for met in self.met))


def compare(
    ours: Sequence[Ours], by_hand: Sequence[ByHand], *, first: date, last: date, days: int = 3
) -> Comparison:
    """Compare what we would have booked from ``first`` to ``last`` with what was.

    ``days``: how far apart the dates of one sale may be; vouchers so far outside the period are looked at too.
    """
    span = timedelta(days=days)
    near = [each for each in by_hand if each.is_sale and first - span <= each.dated <= last + span]
    met: list[Met] = []
    for how, groups in ((How.NUMBER, _by_number), (How.TOTAL, _by_total), (How.DAY, _by_day)):
        taken = {each.key for group in met for each in group.ours}
        used = {id(each) for group in met for each in group.by_hand}
        left = [each for each in ours if each.key not in taken]
        free = [each for each in near if id(each) not in used]
        met += [
            Met(how=how, ours=mine, by_hand=theirs, differing=_differing(mine, theirs))
            for mine, theirs in groups(left, free, span)
        ]
    taken = {each.key for group in met for each in group.ours}
    used = {id(each) for group in met for each in group.by_hand}
    return Comparison(
        met=tuple(met),
        missing=tuple(each for each in ours if each.key not in taken),
        extra=tuple(each for each in near if id(each) not in used and first <= each.dated <= last),
        accounts=_differing(
            [each for group in met for each in group.ours], [each for group in met for each in group.by_hand]
        ),
    )


_Group = tuple[tuple[Ours, ...], tuple[ByHand, ...]]


def _by_number(ours: Sequence[Ours], by_hand: Sequence[ByHand], _span: timedelta) -> Iterator[_Group]:
    """Vouchers that name orders, and orders that are named by vouchers, as far as that hangs together."""
    naming: dict[str, list[int]] = {}
    for at, theirs in enumerate(by_hand):
        for word in set(re.findall(r"\w+", theirs.text)):
            naming.setdefault(word, []).append(at)
    vouchers = {at: set(_naming(mine, naming, by_hand)) for at, mine in enumerate(ours)}
    orders: dict[int, set[int]] = {}
    for at, named in vouchers.items():
        for each in named:
            orders.setdefault(each, set()).add(at)
    done: set[int] = set()
    for at, named in vouchers.items():
        if at in done or not named:
            continue
        mine, theirs_found = _together(at, vouchers, orders)
        done |= mine
        yield (
            tuple(ours[each] for each in sorted(mine)),
            tuple(by_hand[each] for each in sorted(theirs_found)),
        )


def _naming(mine: Ours, naming: Mapping[str, Sequence[int]], by_hand: Sequence[ByHand]) -> Iterator[int]:
    """A short number may be anything ("moms 25 %"), so that one needs the total beside it."""
    for number in {mine.number, mine.also} - {""}:
        for at in naming.get(number, ()):
            if len(number) >= SURE or mine.gross in by_hand[at].totals:
                yield at


def _together(
    first: int, vouchers: Mapping[int, set[int]], orders: Mapping[int, set[int]]
) -> tuple[set[int], set[int]]:
    mine, theirs, new = {first}, set[int](), {first}
    while new:
        reached = set().union(*(vouchers[at] for at in new))
        theirs |= reached
        new = set().union(*(orders[at] for at in reached)) - mine
        mine |= new
    return mine, theirs


def _by_total(ours: Sequence[Ours], by_hand: Sequence[ByHand], span: timedelta) -> Iterator[_Group]:
    """One order, one voucher of its total; the nearest date first."""
    of_total: dict[Decimal, list[int]] = {}
    for against, theirs in enumerate(by_hand):
        for total in theirs.totals:
            of_total.setdefault(total, []).append(against)
    pairs = sorted(
        (abs(mine.dated - by_hand[against].dated), at, against)
        for at, mine in enumerate(ours)
        for against in of_total.get(mine.gross, ())
        if abs(mine.dated - by_hand[against].dated) <= span
    )
    mine_used: set[int] = set()
    theirs_used: set[int] = set()
    for _, at, against in pairs:
        if at not in mine_used and against not in theirs_used:
            mine_used.add(at)
            theirs_used.add(against)
            yield (ours[at],), (by_hand[against],)


def _by_day(ours: Sequence[Ours], by_hand: Sequence[ByHand], span: timedelta) -> Iterator[_Group]:
    """All that is left of a day, and one voucher of its sum."""
    used: set[int] = set()
    for day in sorted({each.dated for each in ours}):
        of_day = tuple(each for each in ours if each.dated == day)
        total = sum((each.gross for each in of_day), ZERO)
        found = [
            each
            for each in by_hand
            if id(each) not in used and total in each.totals and abs(each.dated - day) <= span
        ]
        if found and len(of_day) > 1:
            best = min(found, key=lambda each: abs(each.dated - day))
            used.add(id(best))
            yield of_day, (best,)


def _differing(ours: Iterable[Ours], by_hand: Iterable[ByHand]) -> dict[str, tuple[Decimal, Decimal]]:
    mine, theirs = list(ours), list(by_hand)
    if not any(each.accounts for each in mine):  # an ERP that finds its accounts by itself
        ours_total, their_total = sum((o.gross for o in mine), ZERO), sum((t.debit for t in theirs), ZERO)
        return {} if ours_total == their_total else {TOTAL: (ours_total, their_total)}
    left, right = _sums(each.accounts for each in mine), _sums(each.accounts for each in theirs)
    return {
        account: (left.get(account, ZERO), right.get(account, ZERO))
        for account in sorted({*left, *right})
        if left.get(account, ZERO) != right.get(account, ZERO)
    }


def _sums(postings: Iterable[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for each in postings:
        for account, amount in each.items():
            found[account] = found.get(account, ZERO) + amount
    return found
