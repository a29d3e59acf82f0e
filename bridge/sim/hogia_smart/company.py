"""The company's own registers, as they are set up before the first order comes.

Accounts belong to a financial year; an account has a VAT code, and the register of VAT codes has the rate (Hogia
facts, section 2.2 and the fields of the one client's answers) [1].
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import NAMESPACE_URL, uuid5

__all__ = ["EU_RATES", "Account", "Company", "Item", "VatCode", "Year", "guid"]

NAMES: Final = {
    1510: "Kundfordringar", 1580: "Fordringar för kontokort", 1686: "Klarna", 1930: "Företagskonto",
    2420: "Förskott från kunder", 2421: "Ej inlösta presentkort", 2650: "Redovisningskonto för moms",
    3740: "Öres- och kronutjämning", 3960: "Valutakursvinster", 6064: "Factoringavgifter", 6570: "Bankkostnader",
    7960: "Valutakursförluster",
}  # fmt: skip
OUTPUT_VAT: Final = {"0.25": 2611, "0.12": 2621, "0.06": 2631}
SALES: Final = {
    "0.25": ((3001, "Försäljning 25 %"), (3520, "Fakturerade frakter"), (3540, "Faktureringsavgifter"),
             (3730, "Lämnade rabatter")),
    "0.12": ((3002, "Försäljning 12 %"), (3521, "Frakter 12 %")),
    "0.06": ((3003, "Försäljning 6 %"), (3522, "Frakter 6 %")),
    "0": ((3004, "Försäljning momsfri"), (3105, "Försäljning export"), (3108, "Försäljning EU-företag"),
          (3305, "Tjänster export"), (3308, "Tjänster EU-företag"), (3106, "Försäljning EU")),
}  # fmt: skip
"""Per rate at home: account and name (section 7) [DOC]; which account has which code is the company's choice."""
EU_RATES: Final = {
    "DE": ("0.19", "0.07"), "DK": ("0.25",), "FI": ("0.255", "0.135"), "NL": ("0.21", "0.09"),
    "FR": ("0.2", "0.055"), "PL": ("0.23", "0.08"), "EE": ("0.24", "0.13"), "IE": ("0.23", "0.135"),
}  # fmt: skip
"""A company that reports OSS: one sales account per country and rate, from 3201 on; their VAT goes to 2670."""
OSS_VAT: Final = 2670


def guid(*parts: object) -> str:
    """A GUID that is always the same for the same thing."""
    return str(uuid5(NAMESPACE_URL, "hogia.example/" + "/".join(map(str, parts))))


@dataclass(slots=True, kw_only=True)
class VatCode:
    """``rate`` as a fraction."""

    code: int
    name: str
    rate: Decimal
    account: int | None

    @property
    def id(self) -> str:
        """Its GUID."""
        return guid("vatcode", self.code)


@dataclass(slots=True, kw_only=True)
class Account:
    """``vat``: the number of its VAT code, if any."""

    number: int
    name: str
    vat: int | None = None
    active: bool = True


@dataclass(slots=True, kw_only=True)
class Year:
    """A financial year with its own chart."""

    first: date
    last: date
    accounts: dict[int, Account] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Its GUID."""
        return guid("year", self.first)


@dataclass(slots=True, kw_only=True)
class Item:
    """An article, as far as an invoice row by article number needs one; a net price and a sales account."""

    number: str
    name: str
    account: int
    price: Decimal = Decimal(0)


class Company:
    """A Swedish company in SEK, set up well; every attribute may be changed by a test."""

    def __init__(self, *, this_year: int) -> None:
        self.id = guid("organization", 1)
        self.name = "Prov & Bruk AB"
        self.number = "556000-4615"
        self.currency = "SEK"
        self.currencies = {"SEK": Decimal(1), "EUR": Decimal("11.44"), "DKK": Decimal("1.532"),
                           "NOK": Decimal("0.97"), "USD": Decimal("10.525"), "GBP": Decimal("13.28")}  # fmt: skip
        """Code to the day's rate, which the newer body leaves to the server [INF]."""
        self.dimensions = {("One", "1"): "Webb", ("One", "2"): "Lager", ("Two", "10"): "Kampanj"}
        self.projects = {"1": "Webbutik", "2": "Butik"}
        self.series = {"A", "B", "F"}
        self.next_invoice = 100_001
        self.customer_type = 2
        """Among ``contactTypes``, a customer (section 2.3) [1]; other values are [UNK]."""
        self.delivery_address = 3
        """``addressType`` of a delivery address: the numbers are [UNK]; 2 was seen in one test."""
        self.vat_codes: dict[int, VatCode] = {}
        chart = {number: Account(number=number, name=name) for number, name in NAMES.items()}
        for rate, accounts in SALES.items():
            vat_account = OUTPUT_VAT.get(rate)
            code = self._code(f"Utgående moms {rate}", rate, vat_account)
            for number, name in accounts:
                chart[number] = Account(number=number, name=name, vat=code)
            if vat_account is not None:
                chart[vat_account] = Account(number=vat_account, name=f"Utgående moms {rate}")
        chart[OSS_VAT] = Account(number=OSS_VAT, name="Utgående moms OSS")
        abroad = ((country, rate) for country, rates in EU_RATES.items() for rate in rates)
        for number, (country, rate) in enumerate(abroad, 3201):
            name = f"OSS {country} {rate}"
            chart[number] = Account(number=number, name=name, vat=self._code(name, rate, OSS_VAT))
        self.years = [
            Year(
                first=date(year, 1, 1),
                last=date(year, 12, 31),
                accounts={
                    each.number: Account(number=each.number, name=each.name, vat=each.vat)
                    for each in sorted(chart.values(), key=lambda one: one.number)
                },
            )
            for year in range(2025, max(2027, this_year + 1) + 1)
        ]
        self.items = {
            number: Item(number=number, name=name, account=account)
            for number, name, account in (
                # the three a shop's connection wants, by these names (section 1) [DOC]
                ("fraktavg", "Fraktavgift", 3520),
                ("expavg", "Expeditionsavgift", 3540),
                ("rabatt", "Rabatt", 3730),
            )
        }

    def _code(self, name: str, rate: str, account: int | None) -> int:
        number = len(self.vat_codes) + 1
        self.vat_codes[number] = VatCode(code=number, name=name, rate=Decimal(rate), account=account)
        return number

    def year_of(self, day: date) -> Year | None:
        """The financial year of a day."""
        return next((year for year in self.years if year.first <= day <= year.last), None)

    def rate_of(self, account: Account) -> Decimal:
        """The fraction of VAT that goes with a sales account."""
        return self.vat_codes[account.vat].rate if account.vat is not None else Decimal(0)

    def account_of(self, rate: Decimal) -> int:
        """The account on which goods of a rate at home are sold.

        Raises:
            KeyError: the company has none.
        """
        return next(accounts[0][0] for text, accounts in SALES.items() if Decimal(text) == rate)
