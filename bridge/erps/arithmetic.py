"""How an ERP adds up a document, said once per ERP, and what it will therefore make of given rows.

The engine (``bridge/erps/totals``) looks for rows whose total *as reckoned here* is the shop's. Amounts are Decimal,
halves are rounded away from zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum, StrEnum
from typing import Final

from bridge.model.money import ZERO

__all__ = [
    "DECLARED",
    "ECONOMIC",
    "FORTNOX",
    "HOGIA_SMART",
    "SIE",
    "SPECTER",
    "Arithmetic",
    "Computed",
    "Discount",
    "Prices",
    "Row",
    "VatBy",
    "compute",
    "rounded",
    "row_amount",
    "vat_of",
]

HUNDRED: Final = Decimal(100)
NONE: Final = Decimal(0)
ONE: Final = Decimal(1)


class Prices(StrEnum):
    """What a unit price of a document is."""

    NET = "net"
    """Without VAT; the ERP puts the VAT on."""
    GROSS = "gross"
    """With VAT; the ERP takes the VAT out of it."""


class Discount(StrEnum):
    """How a row may show what was taken off it."""

    PERCENT = "percent"
    AMOUNT = "amount"
    """Of the whole row, not of each piece."""


class VatBy(Enum):
    """Where the ERP rounds VAT."""

    ROW = "row"
    """On each row; the document's VAT is their sum."""
    RATE = "rate"
    """On the sum of all rows of one rate."""
    GIVEN = "given"
    """Nowhere: it books the VAT it is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arithmetic:
    """An ERP's rules of adding up. Where a company's settings change one, the adapter uses ``replace``."""

    name: str
    prices: tuple[Prices, ...] = (Prices.NET,)
    """Which unit prices a document may have; one document has one sort."""
    price_decimals: int = 2
    """Of a unit price; more are refused or cut."""
    quantity_decimals: int = 2
    discounts: frozenset[Discount] = frozenset()
    percent_decimals: int = 2
    """Of a discount in percent."""
    row_decimals: int | None = 2
    """To which quantity x price - discount is rounded; None: the row keeps every decimal."""
    vat: VatBy = VatBy.RATE
    decimals: int = 2
    """Of the document's sums and of VAT, whatever the currency."""
    whole_in: frozenset[str] = frozenset()
    """Currencies in which the company lets totals be rounded to whole units (kronor)."""
    max_rows: int | None = None
    max_amount: Decimal | None = None
    """Largest total, whichever sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row as the ERP is given it."""

    quantity: Decimal = ONE
    price: Decimal
    """Of one piece, net or gross as the document's prices are."""
    percent: Decimal
    """VAT."""
    discount_percent: Decimal = NONE
    discount_amount: Decimal = NONE
    tax: Decimal = ZERO
    """The VAT of the row where the ERP books what it is told; elsewhere of no effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """What the ERP will make of the rows."""

    net: Decimal
    vat: Mapping[Decimal, Decimal] = field(default_factory=dict)
    """Per rate in percent."""
    gross: Decimal
    """What the buyer is asked for, after any rounding to whole units."""
    round_off: Decimal = ZERO
    """What rounding to whole units added; part of ``gross``."""
    amounts: tuple[Decimal, ...] = ()
    """Per row: quantity x price - discount, as the ERP rounds it; net or gross as the prices are."""

    @property
    def tax(self) -> Decimal:
        """All VAT."""
        return sum(self.vat.values(), ZERO)


def rounded(value: Decimal, places: int) -> Decimal:
    """Halves away from zero, as Swedish bookkeeping does and Fortnox was recorded doing."""
    return value.quantize(ONE.scaleb(-places), rounding=ROUND_HALF_UP)


def compute(
    rows: Sequence[Row], arithmetic: Arithmetic, *, prices: Prices = Prices.NET, currency: str = "SEK"
) -> Computed:
    """Add the rows up as the ERP does."""
    amounts = tuple(row_amount(row, arithmetic) for row in rows)
    bases: dict[Decimal, Decimal] = {}
    vats: dict[Decimal, Decimal] = {}
    for row, amount in zip(rows, amounts, strict=True):
        bases[row.percent] = bases.get(row.percent, NONE) + amount
        if arithmetic.vat is not VatBy.RATE:
            given = arithmetic.vat is VatBy.GIVEN
            tax = row.tax if given else vat_of(amount, row.percent, prices, arithmetic.decimals)
            vats[row.percent] = vats.get(row.percent, ZERO) + tax
    if arithmetic.vat is VatBy.RATE:
        vats = {
            percent: vat_of(base, percent, prices, arithmetic.decimals) for percent, base in bases.items()
        }
    base = sum((rounded(each, arithmetic.decimals) for each in bases.values()), ZERO)
    tax = sum(vats.values(), ZERO)
    gross = base if prices is Prices.GROSS else base + tax
    total = rounded(gross, 0) if currency in arithmetic.whole_in else gross
    return Computed(net=gross - tax, vat=vats, gross=total, round_off=total - gross, amounts=amounts)


def row_amount(row: Row, arithmetic: Arithmetic) -> Decimal:
    """Quantity x price - discount."""
    full = row.quantity * row.price
    if row.discount_percent:
        full = full * (HUNDRED - row.discount_percent) / HUNDRED
    full -= row.discount_amount
    return full if arithmetic.row_decimals is None else rounded(full, arithmetic.row_decimals)


def vat_of(amount: Decimal, percent: Decimal, prices: Prices, places: int) -> Decimal:
    """The VAT on a net, or in a gross, amount."""
    whole = HUNDRED if prices is Prices.NET else HUNDRED + percent
    return rounded(amount * percent / whole, places)


# The declared arithmetics. A fact's certainty stands behind it: [D] the vendor's document, [L] recorded from the
# real system, [2+] two or more independent clients, [1] one client, [I] inferred: not stated anywhere, to be
# checked against the answer after booking.

FORTNOX: Final = Arithmetic(
    name="fortnox",
    # VATIncluded makes every price of the document gross (fortnox facts, section 9) [1 accodeing].
    prices=(Prices.GROSS, Prices.NET),
    # Price and quantity are rounded half up to two decimals: 1.125 came back as 1.13 (section 9) [L].
    price_decimals=2,
    quantity_decimals=2,
    # DiscountType PERCENT or AMOUNT (section 9) [2+, D openapi]; that an amount is of the whole row [I].
    discounts=frozenset({Discount.PERCENT, Discount.AMOUNT}),
    # 12.0001 % came back as 12 (section 9) [1 accodeing].
    percent_decimals=2,
    # A row's read-only Total has two decimals (section 15) [I]; VAT on the sum per rate [I].
    row_decimals=2,
    vat=VatBy.RATE,
    # RoundOff to whole kronor is a setting of the company (section 9) [2+]: replace(FORTNOX, whole_in={"SEK"}).
    whole_in=frozenset(),
)

ECONOMIC: Final = Arithmetic(
    name="economic",
    # No VAT-included flag; a gross 35.00 became 43.75 (economic facts, section 9) [D by absence, L].
    prices=(Prices.NET,),
    # E04740: unitNetPrice with more than two decimals is refused (section 6) [D].
    price_decimals=2,
    quantity_decimals=2,  # [I]
    # discountPercentage on the line, no amount (section 9) [D]; its decimals [I].
    discounts=frozenset({Discount.PERCENT}),
    percent_decimals=2,
    # 3 x 79.20 less 10 % is 213.84; vatAmount stands on the document, per VAT code (sections 9 and 14) [I].
    row_decimals=2,
    vat=VatBy.RATE,
)

SPECTER: Final = Arithmetic(
    name="specter",
    # priceExclVAT_n is per unit and without VAT (specter facts, section 5.2) [1 PS, 2+ for the name].
    prices=(Prices.NET,),
    # The price is sent with three decimals "to avoid drift" (section 5.2) [1 PS].
    price_decimals=3,
    quantity_decimals=2,  # [I]
    # discount_n is there but switched off in the one client that has it (section 5.2): not relied on.
    discounts=frozenset(),
    # Three decimals avoid drift only if rows keep them [I]. Where a company finds otherwise: row_decimals=2.
    row_decimals=None,
    vat=VatBy.RATE,  # [I]
)

HOGIA_SMART: Final = Arithmetic(
    name="hogia_smart",
    # unitPrice beside vat.percent and salesAccountNumber: net (hogia facts, section 2.3) [I].
    prices=(Prices.NET,),
    price_decimals=2,  # currency {code, decimals} on the invoice (section 2.3) [I]
    quantity_decimals=2,  # [I]
    # discountPercent on the line, no amount (section 2.3) [2+]; its decimals [I].
    discounts=frozenset({Discount.PERCENT}),
    percent_decimals=2,
    row_decimals=2,  # [I]
    # The answer has vatDistributions, one per rate (section 2.3) [2+]; so rounded there [I].
    vat=VatBy.RATE,
    # useRounding / roundingFactor is a setting (sections 2.3 and 3) [1]: replace(HOGIA_SMART, whole_in={"SEK"}).
    whole_in=frozenset(),
)

SIE: Final = Arithmetic(
    name="sie",
    # A voucher has amounts, not prices; VAT is a row like any other (hogia facts, section 5.2) [D, the SIE standard].
    prices=(Prices.NET,),
    # At most two decimals (section 5.1) [D].
    price_decimals=2,
    row_decimals=2,
    vat=VatBy.GIVEN,
)

DECLARED: Final[Mapping[str, Arithmetic]] = {
    each.name: each for each in (FORTNOX, ECONOMIC, SPECTER, HOGIA_SMART, SIE)
}
