"""Which account a row stands on, where the article alone would put it wrong (fortnox facts, section 12).

Abroad, without VAT, or without an article the row names the account SIE files use for the same sale. A sale in Sweden
stands on its article's account for Sweden, and the row names that one too: left out, Fortnox would choose among the
article's accounts by the VAT type on the customer's card, which tells where that buyer's parcels once went.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bridge.erps.drafting import DraftRow, RowKind
from bridge.erps.row_sales import RowSales, SalesRules
from bridge.model.orders import Order
from bridge.model.vat import Supply, Treatment

__all__ = ["AccountRules", "RowAccounts", "When"]


class When(StrEnum):
    """``[erp] row_accounts``."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRules(SalesRules):
    """What the owner decided about accounts."""

    when: When = When.AUTO


class RowAccounts(RowSales):
    """The accounts of one order's rows."""

    def __init__(self, order: Order, rules: AccountRules) -> None:
        super().__init__(order, rules)
        self._when = rules.when

    def is_service(self, row: DraftRow) -> bool:
        """Whether its article is one for services."""
        return self.supply(row) is not Supply.GOODS

    def of(self, row: DraftRow, *, article: str) -> str:
        """The account to send with a row booked on ``article``; empty: the article's own is right (see ``is_own``).

        Raises:
            Rejected: ``[accounts]`` has none for this sale.
        """
        if row.account:
            return row.account
        must = not article or self._when is When.ALWAYS
        treatment = self.treatment(row)
        if treatment is None:
            return self.rounding(article=article)
        if treatment is Treatment.DOMESTIC or self._when is When.NEVER:
            return self._account(row, treatment) if must else ""
        return self._account(row, treatment)

    def is_own(self, row: DraftRow, *, article: str) -> bool:
        """Whether a row is to name its article's own account of sales in Sweden, which the article's card tells."""
        ours = bool(article) and not row.account and self._when is When.AUTO
        return ours and self.treatment(row) is Treatment.DOMESTIC

    def home(self, row: DraftRow) -> str:
        """The account of such a row whose article has none for Sweden: that of ``[accounts]``, as without an article.

        Raises:
            Rejected: ``[accounts]`` has none for this sale.
        """
        return self._account(row, Treatment.DOMESTIC)

    def rounding(self, *, article: str) -> str:
        """Of a row for rounding: its article may be one somebody made in a hurry, on the account of sales."""
        if article and self._when is When.NEVER:
            return ""
        return self.chart.fixed("rounding").number

    def _account(self, row: DraftRow, treatment: Treatment) -> str:
        if self.sells_gift_card(row):
            return self.chart.fixed("gift_card").number
        if row.kind is RowKind.DISCOUNT and treatment.domestic:
            return self.chart.fixed("discount").number
        return self.income(row, treatment, self.supply(row)).number
