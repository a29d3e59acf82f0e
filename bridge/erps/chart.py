"""Which account an amount goes to, in any ERP: a pure function of configuration, country, rate and kind.

Defaults are the BAS accounts (hogia facts, section 7); the names stand as in the charts of published SIE files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bridge.config.sections import AccountsSection, PaymentsSection
from bridge.errors import Rejected
from bridge.model.texts import say
from bridge.model.vat import Supply, Treatment
from bridge.model.vat_area import EU, HOME, NORTHERN_IRELAND

__all__ = ["ACCOUNT", "Account", "Chart", "percent_text"]

ACCOUNT: Final = re.compile(r"[0-9]{4,8}")
_RATE: Final = re.compile(r"\d+(\.\d+)?", re.ASCII)
_WORDS: Final = {
    Supply.GOODS: "Försäljning",
    Supply.SERVICE: "Tjänster",
    Supply.SHIPPING: "Frakt",
    Supply.FEE: "Avgift",
}

_SALES: Final = {"25": "3001", "12": "3002", "6": "3003", "0": "3004"}
_VAT: Final = {"25": "2611", "12": "2621", "6": "2631"}
_NAMES: Final = {
    "1510": "Kundfordringar",
    "1580": "Fordringar för kontokort och kuponger",
    "1910": "Kassa",
    "1930": "Företagskonto",
    "2420": "Förskott från kunder",
    "2421": "Ej inlösta presentkort",
    "2611": "Utgående moms 25 %",
    "2621": "Utgående moms 12 %",
    "2631": "Utgående moms 6 %",
    "2670": "Utgående moms på försäljning inom EU, OSS",
    "3001": "Försäljning inom Sverige, 25 % moms",
    "3002": "Försäljning inom Sverige, 12 % moms",
    "3003": "Försäljning inom Sverige, 6 % moms",
    "3004": "Försäljning inom Sverige, momsfri",
    "3105": "Försäljning varor till land utanför EU",
    "3106": "Försäljning varor till annat EU-land, momspliktig",
    "3108": "Försäljning varor till annat EU-land, momsfri",
    "3305": "Försäljning tjänster till land utanför EU",
    "3308": "Försäljning tjänster till annat EU-land",
    "3520": "Fakturerade frakter",
    "3521": "Fakturerade frakter, EU-land",
    "3522": "Fakturerade frakter, export",
    "3540": "Faktureringsavgifter",
    "3541": "Faktureringsavgifter, EU-land",
    "3542": "Faktureringsavgifter, export",
    "3730": "Lämnade rabatter",
    "3731": "Lämnade kassarabatter",
    "3740": "Öres- och kronutjämning",
}


_ABROAD: Final = {
    Treatment.EU_HOME_RATE: "eu",
    Treatment.EU_OSS: "oss",
    Treatment.EU_UNTAXED: "eu",
    Treatment.EU_BUSINESS: "eu_business",
    Treatment.EXPORT: "export",
    Treatment.FOREIGN_VAT: "export",
}
"""Which of the accounts abroad a treatment uses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account of the chart."""

    number: str
    name: str


def percent_text(percent: Decimal) -> str:
    """``25``, ``25.5``: as it stands in option names."""
    text = format(percent, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


class Chart:
    """The configured accounts."""

    def __init__(self, accounts: AccountsSection, payments: PaymentsSection) -> None:
        self._accounts = accounts
        self._per_rate = {
            Supply.GOODS: _tidy(accounts.sales, "sales_"),
            Supply.SERVICE: _tidy(accounts.service, "service_"),
            Supply.SHIPPING: _tidy(accounts.shipping_rates, "shipping_"),
            Supply.FEE: _tidy(accounts.fee_rates, "fee_"),
        }
        self._vat = _tidy(accounts.vat, "vat_")
        self._payments = {method.lower(): number for method, number in payments.accounts.items()}

    def receivable(self, method: str) -> Account:
        """Where the money of a payment method is waited for."""
        own = self._payments.get(method.lower())
        if own is not None:
            return _account(own, option=f"[payments] {method}", name=f"Fordran {method}")
        return self.fixed("receivable")

    def fixed(self, use: str) -> Account:
        """An account that has one name in ``[accounts]``: ``shipping``, ``fee``, ``discount``, ``rounding``..."""
        return _account(str(getattr(self._accounts, use)), option=f"[accounts] {use}", name=use)

    def income(
        self, supply: Supply, treatment: Treatment, *, country: str, percent: Decimal, fixed: str = ""
    ) -> Account:
        """Where a sale is booked that goes to ``country``, or bears its VAT.

        ``fixed``: the account that stands in for the one of its kind in Sweden (cash on delivery for fees).
        """
        rate = percent_text(percent)
        if treatment.domestic:
            return self._home_income(supply, rate, fixed or supply)
        own = self._per_rate[supply].get(f"{country}_{rate}".lower())
        if own is not None:
            name = f"{_WORDS[supply]} {country} {rate} %"
            return _account(own, option=f"[accounts] {supply}_{country}_{rate}", name=name)
        return self.fixed(self._abroad(supply, _ABROAD[treatment]))

    def _home_income(self, supply: Supply, rate: str, fixed: str) -> Account:
        number = self._home(self._per_rate[supply], {}, rate)
        if number is not None:
            return _account(number, option=f"[accounts] {supply}_{rate}", name=f"{_WORDS[supply]} {rate} %")
        if supply in {Supply.SHIPPING, Supply.FEE}:
            return self.fixed(fixed)
        number = self._home(self._per_rate[Supply.GOODS], _SALES, rate)
        if number is None:
            raise _no_account(f"sales_{rate}", what="sales", country=HOME, rate=rate)
        return _account(number, option=f"[accounts] sales_{rate}", name=f"Försäljning {rate} %")

    def _abroad(self, supply: Supply, where: str) -> str:
        """The name of the account, or of the one it falls back on where it is left empty."""
        name = f"{supply}_{where}"
        if getattr(self._accounts, name):
            return name
        if supply in {Supply.SHIPPING, Supply.FEE} and where == "eu":
            return supply
        # Freight and fees are part of the sale of the goods. With another country's VAT they must not stand on
        # the account for Sweden, from which the Swedish VAT return is made.
        return f"{Supply.GOODS}_{where}" if getattr(self._accounts, f"{Supply.GOODS}_{where}") else "sales_eu"

    def vat(self, *, country: str, percent: Decimal) -> Account:
        """Output VAT of ``country`` at ``percent``."""
        rate = percent_text(percent)
        option = f"vat_{rate}" if country == HOME else f"vat_{country}_{rate}"
        if country == HOME:
            number = self._home(self._vat, _VAT, rate)
        else:
            number = self._vat.get(f"{country}_{rate}".lower())
            if number is None and (country in EU or country == NORTHERN_IRELAND):
                return self.fixed("vat_eu")
        if number is None:
            raise _no_account(f"vat_{country}_{rate}", what="VAT", country=country, rate=rate)
        return _account(number, option=f"[accounts] {option}", name=f"Utgående moms {rate} % {country}")

    def home_rates(self) -> tuple[Decimal, ...]:
        """Sweden's own rates, as configured."""
        own = [key.removeprefix(f"{HOME.lower()}_") for key in self._vat]
        return tuple(sorted({Decimal(rate) for rate in (*_VAT, *own) if _RATE.fullmatch(rate)}))

    def rates(self) -> tuple[Decimal, ...]:
        """Every rate that has an account: candidates when a shop has forgotten what a rate was."""
        named = (key.rpartition("_")[2] for key in (*_VAT, *self._vat))
        return tuple(sorted({Decimal(rate) for rate in named if _RATE.fullmatch(rate)}))

    @staticmethod
    def _home(own: Mapping[str, str], standard: Mapping[str, str], rate: str) -> str | None:
        return own.get(f"{HOME}_{rate}".lower()) or own.get(rate) or standard.get(rate)


def _tidy(entries: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Keys in one form, whatever the reader of the file kept of the option's name: ``de_19``, ``25.5``."""
    return {
        key.lower().removeprefix(prefix).replace(",", "."): number.strip() for key, number in entries.items()
    }


def _account(number: str, *, option: str, name: str) -> Account:
    if not ACCOUNT.fullmatch(number):
        raise Rejected(
            say("{option} is {number}, which is no account number.", option=option, number=repr(number)),
            field=option,
            advice=say("Write the account's digits in {option}, then try again.", option=option),
        )
    return Account(number=number, name=_NAMES.get(number, name))


def _no_account(option: str, *, what: str, country: str, rate: str) -> Rejected:
    return Rejected(
        say("No account for {what} at {rate} % in {country}.", what=what, rate=rate, country=country or "?"),
        field=option,
        advice=say("Add a line [accounts] {option} = the account, then try again.", option=option),
    )
