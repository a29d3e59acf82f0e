"""A voucher: what stands in the books, before it becomes a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bridge.erps.chart import Account
from bridge.model.documents import Key
from bridge.model.texts import Text

__all__ = ["FinancialYear", "Object", "Row", "Voucher", "financial_year"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Object:
    """One object of a dimension: a cost centre, a project."""

    dimension: str
    dimension_name: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: debit positive, credit negative, in SEK with two decimals."""

    account: Account
    amount: Decimal
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """Balanced rows. The first is always the receivable: its amount is what the buyer has to pay."""

    key: Key
    dated: date
    text: str
    """Without the key, which the writer adds."""
    rows: tuple[Row, ...]
    objects: tuple[Object, ...] = ()
    """Cost centre and project, on the rows of income and cost."""
    notes: tuple[Text, ...] = ()

    @property
    def gross(self) -> Decimal:
        """The order's total in SEK."""
        return self.rows[0].amount


@dataclass(frozen=True, slots=True, kw_only=True)
class FinancialYear:
    """Twelve months of books."""

    start: date
    end: date

    @property
    def label(self) -> str:
        """``2026``, or ``202605`` for a year that begins in May."""
        return self.start.strftime("%Y" if self.start.month == 1 else "%Y%m")


def financial_year(day: date, *, starts_in: int) -> FinancialYear:
    """The year ``day`` falls in, when years begin on the first of month ``starts_in``."""
    start = date(day.year if day.month >= starts_in else day.year - 1, starts_in, 1)
    return FinancialYear(start=start, end=start.replace(year=start.year + 1) - timedelta(days=1))
