"""Which accounts the rows of an invoice are booked on, asked of Hogia's chart where that decides their VAT.

In the newer body a row has no field for VAT: it follows the sales account (Hogia facts, sections 2.3 and 3 [1, INF]).
An account of another rate would then book other VAT than the buyer paid, so another is taken, or the order waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bridge.erps.chart import Account, percent_text
from bridge.erps.drafting import DraftRow
from bridge.erps.drafting.fitting import PlacedDraft, PlacedRow
from bridge.erps.hogia_smart.mapping import Booked
from bridge.erps.hogia_smart.mapping_accounts import RowAccounts
from bridge.erps.hogia_smart.years import Years
from bridge.erps.totals import Role
from bridge.errors import Rejected
from bridge.model.texts import Text, say

__all__ = ["Settling"]


class Settling:
    """Decides accounts. ``by_account``: VAT follows the account."""

    def __init__(self, years: Years, *, by_account: bool) -> None:
        self._years = years
        self._by_account = by_account

    def settle(
        self, placed: PlacedDraft, accounts: RowAccounts, dated: date
    ) -> tuple[Sequence[Booked], Sequence[Text]]:
        """The accounts of every placed row, and what a person should know of them.

        Raises:
            Rejected: ``[accounts]`` has none, or Hogia's accounts have another rate than the buyer paid.
        """
        notes: dict[str, Text] = {}
        booked = []
        for row in placed.rows:
            of = row.draft or _dearest(placed, row)
            wanted = accounts.of(of) if of is not None else (accounts.rounding(),)
            account = self._fitting(wanted, row, dated) if self._by_account else wanted[0]
            if account != wanted[0]:
                notes.setdefault(row.text, _instead(row, wanted[0], account))
            vat = accounts.vat(of) if of is not None and row.figures.percent else None
            booked.append(Booked(account=account, vat=vat))
        return booked, tuple(notes.values())

    def _fitting(self, wanted: Sequence[Account], row: PlacedRow, dated: date) -> Account:
        """The first whose rate is the row's. A missing account is told later, with all others."""
        percent = row.figures.percent
        for each in wanted:
            known = self._years.account(each.number, dated)
            if known is None or self._years.rate(known) == percent:
                return each
        raise self._other_rate(wanted[-1], row, dated)

    def _other_rate(self, account: Account, row: PlacedRow, dated: date) -> Rejected:
        known = self._years.account(account.number, dated)
        theirs = self._years.rate(known) if known else Decimal(0)
        if theirs is None:
            return _untold(account, row)
        return Rejected(
            say(
                "Row {text} bears {percent} % VAT, and account {account} has {theirs} % in Hogia, which takes the "
                "VAT from the account.",
                text=row.text,
                percent=percent_text(row.figures.percent),
                account=account.number,
                theirs=percent_text(theirs),
            ),
            channel="erp",
            field=account.number,
            advice=say(
                "Write an account with that VAT under [accounts], like sales_25 or shipping_12, for another country "
                "sales_DE_19, then press Retry."
            ),
        )


def _untold(account: Account, row: PlacedRow) -> Rejected:
    return Rejected(
        say(
            "Row {text} bears {percent} % VAT. Hogia takes the VAT from account {account}, and does not tell which "
            "that is.",
            text=row.text,
            percent=percent_text(row.figures.percent),
            account=account.number,
        ),
        channel="erp",
        field=account.number,
        advice=say(
            "See in Hogia that the account's VAT code is in the register of VAT codes, or write another account "
            "under [accounts]. Then press Retry."
        ),
    )


def _dearest(placed: PlacedDraft, added: PlacedRow) -> DraftRow | None:
    """Of a row the engine added to bring VAT back to what was charged: the row whose sale it belongs to."""
    if added.figures.role is not Role.VAT or not added.figures.percent:
        return None
    same = [row for row in placed.rows if row.draft and row.figures.percent == added.figures.percent]
    return max(same, key=lambda row: abs(row.amount)).draft if same else None


def _instead(row: PlacedRow, wanted: Account, taken: Account) -> Text:
    return say(
        "{text} stands on account {taken}: {wanted} has another VAT in Hogia. Another account can be named under "
        "[accounts].",
        text=row.text,
        taken=taken.number,
        wanted=wanted.number,
    )
