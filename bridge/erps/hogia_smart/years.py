"""Financial years and their accounts, asked before anything is booked (Hogia facts, sections 2.2 [1] and 3 [1]).

Whatever would be refused for its date or an account is told beforehand, by the line it comes from. What is read is
remembered; what is missing there is read once more, for the owner may just have made it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from bridge.erps.hogia_smart.client import Client
from bridge.errors import NotFound, Rejected, Transient
from bridge.model.texts import Text, say

__all__ = ["LedgerAccount", "Use", "Year", "Years", "day_of"]

DAY: Final = len("2026-11-21")


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """An account that is to be booked on, and for what."""

    account: str
    what: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerAccount:
    """An account of a year's chart."""

    number: str
    name: str
    active: bool
    vat_code: str
    """The GUID of its VAT code; empty: it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """A financial year."""

    id: str
    first: date
    last: date


def day_of(text: object) -> date:
    """The day of a date in an answer; several forms come back (section 2.1 [1]).

    Raises:
        ValueError: it is none.
    """
    return date.fromisoformat(str(text)[:DAY])


@dataclass(slots=True)
class Years:
    """Asks, and remembers. Threads may share it."""

    client: Client
    _years: list[Year] = field(default_factory=list)
    _charts: dict[str, Mapping[str, LedgerAccount]] = field(default_factory=dict)
    _rates: Mapping[str, Decimal] | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def check(self, day: date, uses: Iterable[Use]) -> None:
        """That the day's financial year is there, and every account is in it and active.

        Raises:
            Rejected: names what is missing, where it comes from and the remedy.
        """
        wanted = list(uses)
        year = self.year(day)
        for each in wanted:
            found = self.account(each.account, day)
            if found is None or not found.active:
                raise _unusable(each, year, found)

    def year(self, day: date) -> Year:
        """The financial year of a day.

        Raises:
            Rejected: there is none.
        """
        with self._lock:
            known = next((each for each in self._years if each.first <= day <= each.last), None)
            if known is None:
                known = self._asked(day)
                self._years.append(known)
            return known

    def account(self, number: str, day: date) -> LedgerAccount | None:
        """The account as the day's year has it, whether active or not; None: the year has none."""
        with self._lock:
            year = self.year(day)
            known = self._charts.get(year.id, {}).get(number)
            if known is None or not known.active:
                self._charts[year.id] = self._chart(year)
                known = self._charts[year.id].get(number)
            return known

    def chart(self, day: date) -> Mapping[str, LedgerAccount]:
        """Every account of the day's year by number, read anew; errors as ``year``."""
        with self._lock:
            year = self.year(day)
            self._charts[year.id] = self._chart(year)
            return self._charts[year.id]

    def rates(self) -> frozenset[Decimal]:
        """The percentages of all VAT codes, read anew."""
        with self._lock:
            self._rates = self._codes()
            return frozenset(self._rates.values())

    def rate(self, account: LedgerAccount) -> Decimal | None:
        """The VAT in percent that goes with an account: 25; 0 where it has no VAT code. None: Hogia does not tell."""
        if not account.vat_code:
            return Decimal(0)
        with self._lock:
            if self._rates is None or account.vat_code not in self._rates:
                self._rates = self._codes()
            return self._rates.get(account.vat_code)

    def forget(self) -> None:
        """Something we remember is no longer so: the next question reads it anew."""
        with self._lock:
            self._years.clear()
            self._charts.clear()
            self._rates = None

    def _asked(self, day: date) -> Year:
        try:
            raw = self.client.get(*self.client.path("year_of", day.isoformat()))
        except NotFound as none:
            raise _no_year(day, **none.evidence()) from none
        try:
            year = Year(id=str(raw["id"]), first=day_of(raw["startDate"]), last=day_of(raw["endDate"]))
        except (KeyError, ValueError) as odd:
            raise Transient(
                say("Hogia's answer about a financial year cannot be read."), channel="erp"
            ) from odd
        if not year.first <= day <= year.last:
            raise _no_year(day, channel="erp")
        return year

    def _chart(self, year: Year) -> Mapping[str, LedgerAccount]:
        """All of it, also what is not active, so that the two can be told apart."""
        rows = self.client.rows(
            *self.client.path("year", year.id, *self.client.path("accounts")), accountState="All"
        )
        found = (_account(row) for row in rows)
        return {each.number: each for each in found}

    def _codes(self) -> Mapping[str, Decimal]:
        """The rate of each VAT code in percent; the register has 0.25 or 25 (section 2.2 does not say which)."""
        rows = self.client.register(*self.client.path("vat_codes"))
        told = (row for row in rows if row.get("vatPercent") is not None)
        rates = {str(row.get("id", "")): Decimal(row["vatPercent"]) for row in told}
        fractions = all(rate <= 1 for rate in rates.values())
        return {own: rate * 100 if fractions else rate for own, rate in rates.items()}


def _account(row: Mapping[str, Any]) -> LedgerAccount:
    if row.get("number") is None:
        raise Transient(say("Hogia's answer about an account cannot be read."), channel="erp")
    return LedgerAccount(
        number=str(row["number"]),
        name=str(row.get("name") or ""),
        active=row.get("isActive") is not False,
        vat_code=str(row.get("vatCodeId") or ""),
    )


def _no_year(day: date, **evidence: Any) -> Rejected:
    return Rejected(
        say("Hogia has no financial year for {day}.", day=day.isoformat()),
        **evidence,
        field="invoiceDate",
        advice=say("Make the financial year of the order's date in Hogia, then press Retry."),
    )


def _unusable(use: Use, year: Year, found: LedgerAccount | None) -> Rejected:
    where = {"account": use.account, "what": use.what, "first": year.first, "last": year.last}
    if found is None:
        what = say("Account {account} ({what}) is not in Hogia's chart for {first} to {last}.", **where)
    else:
        what = say("Account {account} ({what}) is not active in Hogia for {first} to {last}.", **where)
    return Rejected(
        what,
        channel="erp",
        field=use.account,
        advice=say(
            "Make the account active in Hogia, for the year of the order, or correct it under [accounts] or "
            "[payments]. Then press Retry."
        ),
    )
