"""An ERP's adding up, and every way to say a small basket, written a second time: the engine is held against this.

Whole numbers throughout, in units of 10^-12; nothing here is the engine's but the shapes of question and answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bridge.erps.arithmetic import Arithmetic, Prices, Row, VatBy
from bridge.erps.totals import Part, Target
from bridge.model.orders import LineKind

ONE = 10**12
TOO_MANY = 30_000
SPLIT = 24
"""Pieces up to which every division of a row in two is looked at."""
PLACES = {"JPY": 0, "KWD": 3}

Sum = tuple[int, dict[Decimal, int]]


def whole(value: Decimal) -> int:
    """A Decimal in units of 10^-12; it must fit."""
    scaled = value * ONE
    assert scaled == scaled.to_integral_value()
    return int(scaled)


def to(places: int, number: int, divisor: int = 1) -> int:
    """Number / divisor, rounded to so many decimals, halves away from zero; still in units of 10^-12."""
    unit = 10 ** (12 - places) * divisor
    size = (2 * abs(number) + unit) // (2 * unit) * 10 ** (12 - places)
    return size if number >= 0 else -size


def unit_of(currency: str) -> int:
    """The currency's smallest unit."""
    return 10 ** (12 - PLACES.get(currency, 2))


def vat(amount: int, percent: Decimal, prices: Prices, places: int) -> int:
    """VAT on a net, or in a gross, amount."""
    numerator, denominator = percent.as_integer_ratio()
    hundred = 100 * denominator + (numerator if prices is Prices.GROSS else 0)
    return to(places, amount * numerator, hundred)


def row_amount(row: Row, rule: Arithmetic) -> int:
    """Quantity x price - discount."""
    amount = whole(row.quantity * row.price * (100 - row.discount_percent) / 100) - whole(row.discount_amount)
    return amount if rule.row_decimals is None else to(rule.row_decimals, amount)


def add_up(rows: Sequence[tuple[Decimal, int, int]], rule: Arithmetic, prices: Prices) -> Sum:
    """Total and VAT per rate of rows given as percent, amount and, where it is told, VAT."""
    bases: dict[Decimal, int] = {}
    taxes: dict[Decimal, int] = {}
    for percent, amount, told in rows:
        bases[percent] = bases.get(percent, 0) + amount
        own = told if rule.vat is VatBy.GIVEN else vat(amount, percent, prices, rule.decimals)
        taxes[percent] = taxes.get(percent, 0) + own
    if rule.vat is VatBy.RATE:
        taxes = {percent: vat(base, percent, prices, rule.decimals) for percent, base in bases.items()}
    total = sum(to(rule.decimals, base) for base in bases.values())
    return (total if prices is Prices.GROSS else total + sum(taxes.values())), taxes


def document(rows: Sequence[Row], rule: Arithmetic, prices: Prices) -> Sum:
    """What the ERP makes of what it is sent."""
    return add_up([(row.percent, row_amount(row, rule), whole(row.tax)) for row in rows], rule, prices)


def right(found: Sum, target: Target, rule: Arithmetic) -> bool:
    """Total to the last unit, VAT per rate within one."""
    total, taxes = found
    near = max(unit_of(target.currency), 10 ** (12 - rule.decimals))
    return total == whole(target.gross) and all(
        abs(taxes.get(percent, 0) - whole(tax)) <= near for percent, tax in target.vat.items()
    )


def exact_rows_exist(parts: Sequence[Part], target: Target, rule: Arithmetic) -> bool | None:
    """Whether any document comes out whose rows are each within one unit of what was charged.

    Every combination is looked at; rows of one rate are put together step by step, equal sums once. None: too many.
    """
    looked = False
    rates = dict.fromkeys(part.percent or Decimal(0) for part in parts)
    for prices in rule.prices:
        totals: set[int] = {0}
        for percent in rates:
            rows = [part for part in parts if (part.percent or Decimal(0)) == percent]
            sums = _sums(rows, percent, target.currency, rule, prices)
            near = max(unit_of(target.currency), 10 ** (12 - rule.decimals))
            charged = whole(target.vat.get(percent, sum(part.tax for part in rows)))
            good = {total for total, tax in sums if abs(tax - charged) <= near}
            totals = {one + other for one in totals for other in good} if sums else set()
            if len(totals) > TOO_MANY or not sums:
                break
        else:
            looked = True
            if whole(target.gross) in totals:
                return True
    return False if looked else None


def _sums(
    parts: Sequence[Part], percent: Decimal, currency: str, rule: Arithmetic, prices: Prices
) -> set[tuple[int, int]]:
    """All totals, with their VAT, that the rows of a rate can have; empty: too many."""
    sums = {(0, 0)}
    for part in parts:
        ways = _ways(part, percent, currency, rule, prices)
        sums = {(one + more, tax + own) for one, tax in sums for more, own in ways}
        if len(sums) > TOO_MANY // 10:
            return set()
    if rule.vat is VatBy.ROW:
        return sums
    bases = ((base, vat(base, percent, prices, rule.decimals)) for base, _ in sums)
    return {(to(rule.decimals, base) + (0 if prices is Prices.GROSS else tax), tax) for base, tax in bases}


def _ways(
    part: Part, percent: Decimal, currency: str, rule: Arithmetic, prices: Prices
) -> set[tuple[int, int]]:
    """What a row can be: all amounts on the ERP's grid; where VAT is per row with that, also in two pieces."""
    charged = whole(part.gross if prices is Prices.GROSS else part.net)
    places = rule.price_decimals if rule.row_decimals is None else min(rule.row_decimals, rule.price_decimals)
    step, reach = 10 ** (12 - places), unit_of(currency)
    fixed = part.kind is LineKind.GIFT_CARD or not charged
    amounts = [charged] if fixed else range(charged - reach, charged + reach + 1, step)
    if rule.vat is VatBy.RATE:
        return {(amount, 0) for amount in amounts}
    divided = [(amount,) for amount in amounts]
    count = int(part.quantity)
    if count == part.quantity and 1 < count <= SPLIT:
        for amount in amounts:
            near = amount // count // step * step
            for price in range(near - step, near + 2 * step, step):
                for few in range(1, count):
                    other = amount - price * few
                    if other % (step * (count - few)) == 0:
                        divided.append((price * few, other))
    found = set()
    for rows in divided:
        tax = sum(vat(row, percent, prices, rule.decimals) for row in rows)
        found.add((sum(rows) + (0 if prices is Prices.GROSS else tax), tax))
    return found
