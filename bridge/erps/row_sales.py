"""What sale each row of a draft is, and on which of ``[accounts]`` it stands: as in a SIE file of the order. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bridge.erps.chart import Account, Chart
from bridge.erps.drafting import DraftRow, RowKind
from bridge.model.codec import line_key
from bridge.model.orders import Order
from bridge.model.vat import Supply, Treatment, VatScene, supply_of

__all__ = ["RowSales", "SalesRules"]

_SUPPLY: Final = {RowKind.SHIPPING: Supply.SHIPPING, RowKind.FEE: Supply.FEE, RowKind.COD: Supply.FEE}
_TAXED_ABROAD: Final = frozenset({Treatment.EU_OSS, Treatment.FOREIGN_VAT})


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesRules:
    """What the owner decided about accounts."""

    chart: Chart
    services: tuple[str, ...] = ()
    """What the article numbers of services begin with."""
    gift_cards: tuple[str, ...] = ()
    """What the article numbers of gift cards for sale begin with."""


class RowSales:
    """The sales of one order, by the rows of its draft."""

    def __init__(self, order: Order, rules: SalesRules) -> None:
        self.chart = rules.chart
        self._services = rules.services
        self._gift_cards = tuple(each.lower() for each in rules.gift_cards)
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
        return self._scene.treat(row.percent, row.country, supply=self.supply(row))

    def supply(self, row: DraftRow) -> Supply:
        """Goods, a service, freight or a fee."""
        line = self._lines.get(row.line)
        if line is None:
            return _SUPPLY.get(row.kind, Supply.GOODS)
        return supply_of(line, services=self._services)

    def vat_country(self, row: DraftRow) -> str:
        """Whose VAT the row bears."""
        return self._scene.vat_country(row.percent, row.country, supply=self.supply(row))

    def income(self, row: DraftRow, treatment: Treatment, supply: Supply) -> Account:
        """Where it stands as a sale of this kind.

        Raises:
            Rejected: ``[accounts]`` has none for it.
        """
        place = self._scene.place(supply).country
        taxed = treatment in _TAXED_ABROAD
        country = self._scene.vat_country(row.percent, row.country, supply=supply) if taxed else place
        fixed = "cod" if row.kind is RowKind.COD else ""
        return self.chart.income(supply, treatment, country=country, percent=row.percent, fixed=fixed)

    def sells_gift_card(self, row: DraftRow) -> bool:
        """Whether it sells one: a debt to whoever holds it, no sale yet; what it buys, and its VAT, nobody knows."""
        line = self._lines.get(row.line)
        sku = ((line.sku if line else None) or "").lower()
        return sku.startswith(self._gift_cards) and row.kind is RowKind.PRODUCT and not row.percent
