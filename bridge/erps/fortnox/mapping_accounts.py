"""Which account a row stands on, where the article alone would put it wrong (fortnox facts, section 12).

Abroad, without VAT, or without an article the row names the account SIE files use for the same sale. A sale in Sweden
stands on its article's account for Sweden, and the row names that one too: left out, Fortnox would choose among the
article's accounts by the VAT type on the customer's card, which tells where that buyer's parcels once went.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bridge.erps.chart import Chart
from bridge.erps.drafting import DraftRow, RowKind
from bridge.model.codec import line_key
from bridge.model.orders import Order
from bridge.model.vat import Supply, Treatment, VatScene, supply_of

__all__ = ["AccountRules", "RowAccounts", "When"]

_SUPPLY: Final = {RowKind.SHIPPING: Supply.SHIPPING, RowKind.FEE: Supply.FEE, RowKind.COD: Supply.FEE}
_TAXED_ABROAD: Final = frozenset({Treatment.EU_OSS, Treatment.FOREIGN_VAT})


class When(StrEnum):
    """``[erp] row_accounts``."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRules:
    """What the owner decided about accounts."""

    chart: Chart
    when: When = When.AUTO
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

    def is_service(self, row: DraftRow) -> bool:
        """Whether its article is one for services."""
        return self._supply(row) is not Supply.GOODS

    def of(self, row: DraftRow, *, article: str) -> str:
        """The account to send with a row booked on ``article``; empty: the article's own is right (see ``is_own``).

        Raises:
            Rejected: ``[accounts]`` has none for this sale.
        """
        if row.account:
            return row.account
        must = not article or self._rules.when is When.ALWAYS
        treatment = self.treatment(row)
        if treatment is None:
            return self.rounding(article=article)
        if treatment is Treatment.DOMESTIC or self._rules.when is When.NEVER:
            return self._account(row, treatment) if must else ""
        return self._account(row, treatment)

    def is_own(self, row: DraftRow, *, article: str) -> bool:
        """Whether a row is to name its article's own account of sales in Sweden, which the article's card tells."""
        ours = bool(article) and not row.account and self._rules.when is When.AUTO
        return ours and self.treatment(row) is Treatment.DOMESTIC

    def home(self, row: DraftRow) -> str:
        """The account of such a row whose article has none for Sweden: that of ``[accounts]``, as without an article.

        Raises:
            Rejected: ``[accounts]`` has none for this sale.
        """
        return self._account(row, Treatment.DOMESTIC)

    def rounding(self, *, article: str) -> str:
        """Of a row for rounding: its article may be one somebody made in a hurry, on the account of sales."""
        if article and self._rules.when is When.NEVER:
            return ""
        return self._rules.chart.fixed("rounding").number

    def _supply(self, row: DraftRow) -> Supply:
        line = self._lines.get(row.line)
        if line is None:
            return _SUPPLY.get(row.kind, Supply.GOODS)
        return supply_of(line, services=self._rules.services)

    def _account(self, row: DraftRow, treatment: Treatment) -> str:
        chart, supply = self._rules.chart, self._supply(row)
        if self._is_gift_card(row):
            return chart.fixed("gift_card").number  # sold: a debt to whoever holds it, no sale yet
        if row.kind is RowKind.DISCOUNT and treatment.domestic:
            return chart.fixed("discount").number
        abroad = treatment in _TAXED_ABROAD
        place = self._scene.place(supply).country
        country = self._scene.vat_country(row.percent, row.country, supply=supply) if abroad else place
        fixed = "cod" if row.kind is RowKind.COD else ""
        return chart.income(supply, treatment, country=country, percent=row.percent, fixed=fixed).number

    def _is_gift_card(self, row: DraftRow) -> bool:
        line = self._lines.get(row.line)
        sku = ((line.sku if line else None) or "").lower()
        own = sku.startswith(tuple(each.lower() for each in self._rules.gift_cards))
        return own and row.kind is RowKind.PRODUCT and not row.percent
