"""What goes into the engine and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from bridge.erps.arithmetic import Arithmetic, Computed, Prices, Row
from bridge.model.money import ZERO
from bridge.model.orders import LineKind
from bridge.model.texts import Text

__all__ = ["Fitted", "FittedRow", "Part", "Role", "Target", "Unfit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A row of the document to be, with one VAT rate: what the shop charged, not how the ERP will say it."""

    kind: LineKind
    name: str = ""
    """For the arithmetic shown to people."""
    quantity: Decimal = Decimal(1)
    net: Decimal
    """Of the whole row, after discounts, as charged."""
    tax: Decimal
    percent: Decimal | None
    """25 for 25 %. None only where no VAT was charged and no rate is known."""
    net_before: Decimal | None = None
    """Before discounts, with ``tax_before``: give both to have the discount shown on the row."""
    tax_before: Decimal | None = None

    @property
    def gross(self) -> Decimal:
        """What the buyer paid for the row."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the document must come to."""

    gross: Decimal
    vat: Mapping[Decimal, Decimal] = field(default_factory=dict)
    """What the buyer was charged per rate in percent; rates of equal percent together. Of a rate that is missing
    here it is the VAT of the rows."""
    currency: str = "SEK"


class Role(Enum):
    """Why a row stands in the document."""

    PART = "part"
    ROUNDING = "rounding"
    """The rest to the shop's total, without VAT."""
    VAT = "vat"
    """One of a pair that cancel out: brings the VAT of a rate back to what the buyer was charged, where the shop
    rounded VAT row by row and the ERP will not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedRow(Row):
    """A row to give the ERP, and where it comes from."""

    role: Role = Role.PART
    kind: LineKind
    part: int | None = None
    """Position of its ``Part`` in the input; None for a row the engine added. Two rows may come of one part."""
    pieces: Decimal = Decimal(1)
    """How many pieces the row stands for. Differs from ``quantity`` only where the ERP can't say the price of one:
    then ``quantity`` is 1 and the row's text must carry the count."""

    @property
    def counted(self) -> bool:
        """False: the text must carry the count."""
        return self.quantity == self.pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """Rows that the ERP will add up to exactly the shop's total."""

    arithmetic: Arithmetic
    prices: Prices
    """Net or gross: the document's flag."""
    rows: tuple[FittedRow, ...]
    """All of them, the rounding row last."""
    computed: Computed
    table: tuple[Mapping[str, str], ...]
    """The arithmetic row by row, then VAT per rate, then the total; the same keys in each."""
    moved: int = 0
    """How many smallest units rows were moved from what was charged, so that no rounding row is needed."""

    @property
    def rounding(self) -> FittedRow | None:
        """The rounding row, if there is one."""
        return self.rows[-1] if self.rows and self.rows[-1].role is Role.ROUNDING else None

    @property
    def rounding_amount(self) -> Decimal:
        """What it comes to, or 0.00."""
        return self.rounding.price if self.rounding else ZERO

    @property
    def vat_rows(self) -> tuple[FittedRow, ...]:
        """The pairs that bring the VAT back to what was charged; mostly none."""
        return tuple(row for row in self.rows if row.role is Role.VAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfit:
    """No rows come to the shop's total within the tolerance. The caller raises ``Rejected`` with this."""

    reason: Text
    advice: Text
    field: str
    """``total``, ``tax_lines``, ``lines``."""
    table: tuple[Mapping[str, str], ...] = ()
    """The arithmetic as far as it goes."""
