"""Finds the rows: what was charged, said so that the ERP's own adding up gives the shop's total.

In the order of preference: rows exactly as charged (gross entry first, quantity x unit price, net prices with the
decimals there are, split rows, discounts); rows moved by at most the smallest unit each; a rounding row. Gift cards
and rows without an amount are never moved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from bridge.erps.arithmetic import Arithmetic, Computed, Prices, VatBy, compute, rounded, row_amount
from bridge.erps.totals import by_row
from bridge.erps.totals.by_row import Way
from bridge.erps.totals.pricing import Pricing, Rows, charged
from bridge.erps.totals.rates import NARROW, WIDE, Choice, Group, Scale, combine, units
from bridge.erps.totals.shapes import Fitted, FittedRow, Part, Role, Target
from bridge.model.money import decimals
from bridge.model.orders import LineKind

__all__ = ["Attempt"]

NONE: Final = Decimal(0)
ONE: Final = Decimal(1)
FEW: Final = 12
"""Documents of so few rows are searched in every way to split a row, where VAT is rounded by row."""


@dataclass(slots=True, kw_only=True)
class Attempt:
    """One try, with net or with gross prices."""

    parts: Sequence[Part]
    arithmetic: Arithmetic
    prices: Prices
    target: Target
    """With the VAT of every rate of the rows."""
    moved: int = 0
    rows: list[FittedRow] = field(default_factory=list)
    computed: Computed = field(default_factory=lambda: Computed(net=NONE, gross=NONE))
    _percents: list[Decimal] = field(default_factory=list)
    _ways: dict[int, list[tuple[Way, Rows]]] = field(default_factory=dict)

    def run(self) -> None:
        """Fill ``rows`` and ``computed``; the rounding row, if one is needed, comes last."""
        self._percents = [part.percent or NONE for part in self.parts]
        if self.arithmetic.vat is VatBy.GIVEN:
            self.rows = self._as_given()
        else:
            self._fit()
        self.computed = self._compute()
        rest = self.rest
        if rest and self.computed.gross != self.target.gross:
            self.rows.append(_added(Role.ROUNDING, rest, NONE))
            self.computed = self._compute()

    @property
    def rest(self) -> Decimal:
        """What the rows lack, before the ERP rounds to whole units."""
        return self.target.gross - (self.computed.gross - self.computed.round_off)

    def _compute(self) -> Computed:
        return compute(self.rows, self.arithmetic, prices=self.prices, currency=self.target.currency)

    def _scale(self) -> Scale:
        grid = Pricing(arithmetic=self.arithmetic, prices=self.prices, spare=0).grid
        return Scale(
            prices=self.prices,
            grid=grid,
            decimals=self.arithmetic.decimals,
            currency_decimals=decimals(self.target.currency),
        )

    def _fit(self) -> None:
        scale = self._scale()
        for plainly in (True, False) if self.arithmetic.row_decimals is None else (False,):
            groups = self._groups(scale, plainly=plainly)
            chosen = self._chosen(groups, scale)
            if _is_enough(chosen, 0):
                break
        if self.arithmetic.vat is VatBy.RATE:
            self._say(groups, chosen, scale)
        else:
            self._take_ways(chosen)
        for group, choice in zip(groups, chosen, strict=True):
            if choice is not None and choice.pair:
                self.rows += [
                    _added(Role.VAT, Decimal(choice.pair).scaleb(-scale.grid), group.percent),
                    _added(Role.VAT, Decimal(choice.mend).scaleb(-scale.decimals), NONE),
                ]
        self.moved = sum(abs(choice.moved) for choice in chosen if choice is not None)

    def _chosen(self, groups: Sequence[Group], scale: Scale) -> Sequence[Choice | None]:
        if self.arithmetic.vat is VatBy.RATE:
            chosen = [group.as_charged() for group in groups]
            if None not in chosen:
                return chosen
        return self._search(groups, scale)

    def _search(self, groups: Sequence[Group], scale: Scale) -> Sequence[Choice | None]:
        """The best choice per rate; None where what the shop charged is no such rate's VAT."""
        if self.arithmetic.vat is VatBy.ROW:
            self._find_ways(groups, scale)
        chosen: Sequence[Choice | None] = [None] * len(groups)
        for widest, pairs, enough in ((NARROW, False, 0), (WIDE, False, scale.small), (WIDE, True, 0)):
            options = [self._choices(group, widest=widest, pairs=pairs) for group in groups]
            chosen = combine(options, small=scale.small) or chosen
            if _is_enough(chosen, enough):
                break
        return chosen

    def _choices(self, group: Group, *, widest: int, pairs: bool) -> Mapping[int, Choice]:
        if self.arithmetic.vat is VatBy.RATE:
            return group.choices(widest=widest, pairs=pairs)
        ways = {at: [way for way, _ in self._ways[at]] for at in group.rows}
        return by_row.choices(group, ways, widest=widest, pairs=pairs)

    def _groups(self, scale: Scale, *, plainly: bool) -> list[Group]:
        groups: dict[Decimal, Group] = {}
        for at, (part, percent) in enumerate(zip(self.parts, self._percents, strict=True)):
            group = groups.get(percent)
            if group is None:
                group = groups[percent] = Group(scale=scale, percent=percent)
            amount = charged(part, self.prices)
            plain = self._plainly(part, amount) if plainly else amount
            group.rows.append(at)
            group.amounts.append(units(plain, scale.grid))
            if amount and part.kind is not LineKind.GIFT_CARD:
                group.room[at] = scale.step - abs(units(plain - amount, scale.grid))
        for group in groups.values():
            group.prepare()
            group.room = {at: group.room[at] for at in sorted(group.room, key=self._reluctance)}
        self._aim(list(groups.values()), scale)
        return list(groups.values())

    def _plainly(self, part: Part, amount: Decimal) -> Decimal:
        """Where rows keep all decimals, quantity x unit price less than half an öre beside the amount will do."""
        if part.quantity != part.quantity.to_integral_value():
            return amount
        size = part.quantity or ONE
        plain = rounded(amount / size, self.arithmetic.price_decimals) * size
        half = ONE.scaleb(-decimals(self.target.currency)) / 2
        return plain if abs(plain - amount) < half else amount

    def _reluctance(self, at: int) -> tuple[bool, Decimal, int]:
        """Single pieces first (no split is needed), then the dearest, where an öre matters least."""
        part = self.parts[at]
        return (part.quantity != 1, -abs(part.gross), at)

    def _aim(self, groups: Sequence[Group], scale: Scale) -> None:
        """What each rate should come to.

        A shop may round VAT on each row or on the order (woocommerce facts, section j). So the charged gross of a
        rate is either the sum of its rows, or their net and the order's VAT; the order's total tells which.
        """
        rows = {group.percent: NONE for group in groups}
        nets = dict(rows)
        for part, percent in zip(self.parts, self._percents, strict=True):
            rows[percent] += part.gross
            nets[percent] += part.net
        vats = self.target.vat
        by_order = sum(nets.values(), NONE) + sum(vats.values(), NONE)
        rowwise = abs(self.target.gross - sum(rows.values(), NONE)) <= abs(self.target.gross - by_order)
        for group in groups:
            group.vat = units(vats[group.percent], scale.decimals)
            gross = rows[group.percent] if rowwise else nets[group.percent] + vats[group.percent]
            group.gross = units(gross, scale.decimals)

    def _pricing(self) -> Pricing:
        most = self.arithmetic.max_rows
        spare = len(self.parts) if most is None else max(0, most - len(self.parts) - 1)
        return Pricing(arithmetic=self.arithmetic, prices=self.prices, spare=spare)

    def _say(self, groups: Sequence[Group], chosen: Sequence[Choice | None], scale: Scale) -> None:
        amounts: dict[int, int] = {}
        for group, choice in zip(groups, chosen, strict=True):
            amounts |= dict(zip(group.rows, group.amounts, strict=True))
            left = choice.moved if choice is not None else 0
            for at, room in group.room.items():
                move = max(-room, min(room, left))
                amounts[at] += move
                left -= move
        pricing = self._pricing()
        for at, part in enumerate(self.parts):
            amount = Decimal(amounts[at]).scaleb(-scale.grid)
            self.rows += pricing.say(at, part, amount, self._percents[at])

    def _find_ways(self, groups: Sequence[Group], scale: Scale) -> None:
        """Every way to say each row as charged or one unit beside it, with what the ERP makes of it."""
        pricing = self._pricing()
        small = len(self.parts) <= FEW
        for group in groups:
            for at, amount in zip(group.rows, group.amounts, strict=True):
                moves = (0, scale.step, -scale.step) if at in group.room else (0,)
                found: dict[tuple[int, int], tuple[Way, Rows]] = {}
                for move in moves:
                    wanted = Decimal(amount + move).scaleb(-scale.grid)
                    for rows in pricing.ways(at, self.parts[at], wanted, group.percent, all_splits=small):
                        way = self._way(rows, group, move, scale)
                        if len(rows) - 1 <= pricing.spare:
                            found.setdefault((way.gross, way.vat), (way, rows))
                self._ways[at] = list(found.values())

    def _way(self, rows: Rows, group: Group, move: int, scale: Scale) -> Way:
        made = [group.reckon(units(row_amount(row, self.arithmetic), scale.grid)) for row in rows]
        return Way(gross=sum(gross for gross, _ in made), vat=sum(vat for _, vat in made), moved=move)

    def _take_ways(self, chosen: Sequence[Choice | None]) -> None:
        plan = dict(step for choice in chosen if choice is not None for step in choice.plan)
        for at in range(len(self.parts)):
            self.rows += self._ways[at][plan.get(at, 0)][1]

    def _as_given(self) -> list[FittedRow]:
        """Amounts as charged; where VAT was rounded on the order, the difference goes to each rate's largest row."""
        largest: dict[Decimal, int] = {}
        taxes = [part.tax for part in self.parts]
        lacking = dict(self.target.vat)
        for at, percent in enumerate(self._percents):
            lacking[percent] -= taxes[at]
            if percent not in largest or abs(taxes[at]) > abs(taxes[largest[percent]]):
                largest[percent] = at
        for percent, at in largest.items():
            taxes[at] += lacking[percent]
        return [
            FittedRow(
                kind=part.kind,
                part=at,
                pieces=part.quantity,
                price=charged(part, Prices.NET),
                percent=self._percents[at],
                tax=taxes[at],
            )
            for at, part in enumerate(self.parts)
        ]

    def fitted(self, table: tuple[Mapping[str, str], ...]) -> Fitted:
        """The result, once it is known to be good."""
        return Fitted(
            arithmetic=self.arithmetic,
            prices=self.prices,
            rows=tuple(self.rows),
            computed=self.computed,
            table=table,
            moved=self.moved,
        )


def _is_enough(chosen: Sequence[Choice | None], off: int) -> bool:
    """The total is no more than this off; and where it must be exact, it is so without a pair."""
    made = [choice for choice in chosen if choice is not None]
    exact = off > 0 or not any(choice.pair for choice in made)
    return len(made) == len(chosen) and abs(sum(choice.off for choice in made)) <= off and exact


def _added(role: Role, amount: Decimal, percent: Decimal) -> FittedRow:
    return FittedRow(role=role, kind=LineKind.ROUNDING, price=amount, percent=percent)
