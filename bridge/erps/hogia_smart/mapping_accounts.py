"""Which accounts a row and its VAT stand on: those a SIE file of the same order would use. Pure.

Where VAT follows the sales account (the newer body), an account of another rate will not do; so a row has further
accounts that may take its place, and the chart at Hogia tells which has the rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bridge.erps.chart import Account, Chart
from bridge.erps.drafting import DraftRow, RowKind
from bridge.model.codec import line_key
from bridge.model.orders import Order
from bridge.model.vat import Supply, Treatment, VatScene, supply_of

__all__ = ["AccountRules", "RowAccounts"]

_SUPPLY: Final = {RowKind.SHIPPING: Supply.SHIPPING, RowKind.FEE: Supply.FEE, RowKind.COD: Supply.FEE}
_TAXED_ABROAD: Final = frozenset({Treatment.EU_OSS, Treatment.FOREIGN_VAT})


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRules:
    """What the owner decided about accounts."""

    chart: Chart
    services: tuple[str, ...] = ()
    """What the article numbers of services begin with."""
    gift_cards: tuple[str, ...] = ()
    """What the article numbers of gift cards for sale begin with."""


class RowAccounts:
    """The accounts of one order's rows."""

    def __init__(self, order: Order, rules: AccountRules) -> None:
        self._rules = rules
        self._lines = {line_key(line): line for line in order.lines}
        countries = {tax.country for tax in order.tax_lines}
        self._scene = VatScene.of(
            order.customer,
            only_country=countries.pop() if len(countries) == 1 else "",
            home_rates=rules.chart.home_rates(),
        )

    def treatment(self, row: DraftRow) -> Treatment | None:
        """What the sale is for VAT; None for what is no sale: a gift card used, a rounding."""
        if row.kind in {RowKind.GIFT_CARD, RowKind.ROUNDING}:
            return None
        return self._scene.treat(row.percent, row.country, supply=self._supply(row))

    def of(self, row: DraftRow) -> tuple[Account, ...]:
        """That of ``[accounts]``, then those that may take its place where it has another rate.

        Raises:
            Rejected: ``[accounts]`` has none for this sale.
        """
        chart = self._rules.chart
        treatment = self.treatment(row)
        if row.kind is RowKind.GIFT_CARD or self._is_gift_card(row):
            return (chart.fixed("gift_card"),)  # used: a debt paid; sold: a debt to whoever holds it
        if treatment is None:
            return (self.rounding(),)
        supply = self._supply(row)
        fixed = "cod" if row.kind is RowKind.COD else ""
        own = self._income(row, treatment, supply, fixed)
        if row.kind is RowKind.DISCOUNT and treatment.domestic:
            return (chart.fixed("discount"), own)
        return (own, self._income(row, treatment, Supply.GOODS)) if supply is not Supply.GOODS else (own,)

    def vat(self, row: DraftRow) -> Account | None:
        """Where the row's VAT goes; None: it bears none.

        Raises:
            Rejected: ``[accounts]`` has none for this VAT.
        """
        if not row.percent:
            return None
        country = self._scene.vat_country(row.percent, row.country, supply=self._supply(row))
        return self._rules.chart.vat(country=country, percent=row.percent)

    def rounding(self) -> Account:
        """For what rounding leaves over."""
        return self._rules.chart.fixed("rounding")

    def is_reverse(self, rows: tuple[DraftRow, ...]) -> bool:
        """Whether the buyer accounts for the VAT: a company in another EU country by its VAT number, none charged."""
        reverse = any(self.treatment(row) is Treatment.EU_BUSINESS for row in rows)
        return reverse and not any(row.tax or (row.percent and row.net) for row in rows)

    def _supply(self, row: DraftRow) -> Supply:
        line = self._lines.get(row.line)
        if line is None:
            return _SUPPLY.get(row.kind, Supply.GOODS)
        return supply_of(line, services=self._rules.services)

    def _income(self, row: DraftRow, treatment: Treatment, supply: Supply, fixed: str = "") -> Account:
        place = self._scene.place(supply).country
        taxed = treatment in _TAXED_ABROAD
        country = self._scene.vat_country(row.percent, row.country, supply=supply) if taxed else place
        return self._rules.chart.income(supply, treatment, country=country, percent=row.percent, fixed=fixed)

    def _is_gift_card(self, row: DraftRow) -> bool:
        line = self._lines.get(row.line)
        sku = ((line.sku if line else None) or "").lower()
        own = sku.startswith(tuple(each.lower() for each in self._rules.gift_cards))
        return own and row.kind is RowKind.PRODUCT and not row.percent
