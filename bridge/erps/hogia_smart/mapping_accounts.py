"""Which accounts a row and its VAT stand on: those a SIE file of the same order would use. Pure.

Where VAT follows the sales account (the newer body), an account of another rate will not do; so a row has further
accounts that may take its place, and the chart at Hogia tells which has the rate.
"""

from __future__ import annotations

from bridge.erps.chart import Account
from bridge.erps.drafting import DraftRow, RowKind
from bridge.erps.row_sales import RowSales
from bridge.model.vat import Supply, Treatment

__all__ = ["RowAccounts"]


class RowAccounts(RowSales):
    """The accounts of one order's rows."""

    def of(self, row: DraftRow) -> tuple[Account, ...]:
        """That of ``[accounts]``, then those that may take its place where it has another rate.

        Raises:
            Rejected: ``[accounts]`` has none for this sale.
        """
        treatment = self.treatment(row)
        if row.kind is RowKind.GIFT_CARD or self.sells_gift_card(row):
            return (self.chart.fixed("gift_card"),)  # used: a debt paid; sold: a debt to whoever holds it
        if treatment is None:
            return (self.rounding(),)
        supply = self.supply(row)
        own = self.income(row, treatment, supply)
        if row.kind is RowKind.DISCOUNT and treatment.domestic:
            return (self.chart.fixed("discount"), own)
        return (own, self.income(row, treatment, Supply.GOODS)) if supply is not Supply.GOODS else (own,)

    def vat(self, row: DraftRow) -> Account | None:
        """Where the row's VAT goes; None: it bears none.

        Raises:
            Rejected: ``[accounts]`` has none for this VAT.
        """
        if not row.percent:
            return None
        return self.chart.vat(country=self.vat_country(row), percent=row.percent)

    def rounding(self) -> Account:
        """For what rounding leaves over."""
        return self.chart.fixed("rounding")

    def is_reverse(self, rows: tuple[DraftRow, ...]) -> bool:
        """Whether the buyer accounts for the VAT: a company in another EU country by its VAT number, none charged."""
        reverse = any(self.treatment(row) is Treatment.EU_BUSINESS for row in rows)
        return reverse and not any(row.tax or (row.percent and row.net) for row in rows)
