"""How one row can be said so that the ERP makes exactly the wanted amount of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Final

from bridge.erps.arithmetic import Arithmetic, Discount, Prices, rounded, row_amount
from bridge.erps.totals.shapes import FittedRow, Part

__all__ = ["Pricing", "charged"]

ONE: Final = Decimal(1)
HUNDRED: Final = Decimal(100)
MOST_SPLIT: Final = 24
DEARER: Final = 25
"""How many prices above the true one are tried for a discount in percent that lands on the amount."""

Rows = tuple[FittedRow, ...]


def charged(part: Part, prices: Prices) -> Decimal:
    """What the shop charged for the row, in the sort of amount the ERP is given."""
    return part.gross if prices is Prices.GROSS else part.net


@dataclass(slots=True, kw_only=True)
class Pricing:
    """Says rows. ``spare`` is how many rows more than parts the document may have."""

    arithmetic: Arithmetic
    prices: Prices
    spare: int

    @property
    def grid(self) -> int:
        """Decimals of the amounts that can always be said."""
        places = self.arithmetic.row_decimals
        return (
            self.arithmetic.price_decimals if places is None else min(places, self.arithmetic.price_decimals)
        )

    def say(self, at: int, part: Part, amount: Decimal, percent: Decimal) -> Rows:
        """The row, in the best way that comes to ``amount``; quantity 1 and the count in words always does."""
        for rows in self.ways(at, part, amount, percent):
            if len(rows) - 1 <= self.spare:
                self.spare -= len(rows) - 1
                return rows
        raise AssertionError("quantity 1 is always possible")  # pragma: no cover - the last way is one row

    def ways(
        self, at: int, part: Part, amount: Decimal, percent: Decimal, *, all_splits: bool = False
    ) -> Iterator[Rows]:
        """The ways that come to ``amount``, best first."""
        row = FittedRow(kind=part.kind, part=at, percent=percent, price=amount, tax=part.tax)
        places = self.arithmetic.quantity_decimals
        if part.quantity and part.quantity == rounded(part.quantity, places):
            row = _with(row, quantity=part.quantity, pieces=part.quantity)
            for rows in self._counted(row, part, amount):
                if sum(row_amount(each, self.arithmetic) for each in rows) == amount:
                    yield rows
            if all_splits:
                yield from self._all_splits(row, amount)
        yield (_with(row, quantity=ONE, pieces=part.quantity, price=amount),)

    def _counted(self, row: FittedRow, part: Part, amount: Decimal) -> Iterator[Rows]:
        """Candidates that keep the quantity; whether they come to the amount is seen by the caller."""
        yield from self._shown(row, part, amount)
        price = rounded(amount / row.quantity, self.arithmetic.price_decimals)
        yield (_with(row, price=price),)
        yield from self._split(row, amount)
        if amount > 0 and row.quantity > 0:
            yield from self._discounted(row, amount)

    def _shown(self, row: FittedRow, part: Part, amount: Decimal) -> Iterator[Rows]:
        """With the price before, and the discount the shop gave: percent, or where that misses, the amount."""
        if part.net_before is None or part.tax_before is None:
            return
        before = part.net_before + (part.tax_before if self.prices is Prices.GROSS else 0)
        price = rounded(before / row.quantity, self.arithmetic.price_decimals)
        if row.quantity > 0 and price * row.quantity > amount >= 0:
            yield from self._at(row, price, amount)

    def _at(self, row: FittedRow, price: Decimal, amount: Decimal) -> Iterator[Rows]:
        full = price * row.quantity
        if Discount.PERCENT in self.arithmetic.discounts:
            percent = rounded((full - amount) * HUNDRED / full, self.arithmetic.percent_decimals)
            yield (_with(row, price=price, discount_percent=percent),)
        if Discount.AMOUNT in self.arithmetic.discounts:
            off = rounded(full, self.arithmetic.decimals) - amount
            yield (_with(row, price=price, discount_amount=off),)

    def _split(self, row: FittedRow, amount: Decimal) -> Iterator[Rows]:
        """Some pieces a smallest unit dearer than the others; of weighed goods, one unit at a price of its own."""
        size = abs(row.quantity)
        if size <= 1:
            return
        sign = ONE.copy_sign(row.quantity)
        if size == size.to_integral_value():
            unit = ONE.scaleb(-self.grid)
            low, dearer = divmod(int(amount * sign / unit), int(size))
            few, many = dearer * sign, (int(size) - dearer) * sign
            if dearer:
                yield (
                    _with(row, quantity=many, pieces=many, price=low * unit),
                    _with(row, quantity=few, pieces=few, price=(low + 1) * unit),
                )
            return
        most = row.quantity - sign
        price = rounded(amount / row.quantity, self.arithmetic.price_decimals)
        first = _with(row, quantity=most, pieces=most, price=price)
        rest = (amount - row_amount(first, self.arithmetic)) * sign
        if rest == rounded(rest, self.grid):
            yield (first, _with(row, quantity=sign, pieces=sign, price=rest))

    def _all_splits(self, row: FittedRow, amount: Decimal) -> Iterator[Rows]:
        """Every two groups of pieces at nearby prices: of use where the split decides the VAT."""
        unit = ONE.scaleb(-self.grid)
        size, total = int(row.quantity), int(amount / unit)
        if size != row.quantity or not 1 < size <= MOST_SPLIT:
            return
        for price in range(total // size - 1, total // size + 2):
            for few in range(1, size):
                other, uneven = divmod(total - price * few, size - few)
                if not uneven:
                    first, second = Decimal(few), Decimal(size - few)
                    yield (
                        _with(row, quantity=first, pieces=first, price=price * unit),
                        _with(row, quantity=second, pieces=second, price=other * unit),
                    )

    def _discounted(self, row: FittedRow, amount: Decimal) -> Iterator[Rows]:
        """A price a little too high and the excess taken off again."""
        unit = ONE.scaleb(-self.arithmetic.price_decimals)
        lowest = (amount / row.quantity).quantize(unit, rounding=ROUND_CEILING)
        if Discount.AMOUNT in self.arithmetic.discounts:
            off = rounded(lowest * row.quantity, self.arithmetic.decimals) - amount
            yield (_with(row, price=lowest, discount_amount=off),)
        if Discount.PERCENT in self.arithmetic.discounts:
            for dearer in range(1, DEARER + 1):
                price = lowest + dearer * unit
                off = rounded(
                    HUNDRED - amount * HUNDRED / (price * row.quantity), self.arithmetic.percent_decimals
                )
                yield (_with(row, price=price, discount_percent=off),)


def _with(
    row: FittedRow,
    *,
    price: Decimal | None = None,
    quantity: Decimal | None = None,
    pieces: Decimal | None = None,
    discount_percent: Decimal | None = None,
    discount_amount: Decimal | None = None,
) -> FittedRow:
    """As ``dataclasses.replace``, which takes four times as long, and this runs for every row of every order."""
    return FittedRow(
        kind=row.kind,
        part=row.part,
        percent=row.percent,
        tax=row.tax,
        price=row.price if price is None else price,
        quantity=row.quantity if quantity is None else quantity,
        pieces=row.pieces if pieces is None else pieces,
        discount_percent=row.discount_percent if discount_percent is None else discount_percent,
        discount_amount=row.discount_amount if discount_amount is None else discount_amount,
    )
