"""The agreement's own registers: what a company has set up in e-conomic before the first order comes.

VAT is decided by two things only, the recipient's VAT zone and the article's product group: each pair has a sales
account, whose VAT code has the rate (economic facts, section 12) [D19 structure; combination I].
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

__all__ = ["EU_RATES", "Account", "Company", "Group", "Journal", "Terms", "VatCode", "Zone"]


@dataclass(slots=True, kw_only=True)
class VatCode:
    """A VAT account: ``vatCode`` has at most five characters (section 12) [D19]."""

    code: str
    name: str
    rate: Decimal
    account: int
    barred: bool = False


@dataclass(slots=True, kw_only=True)
class Account:
    """One account; ``vat`` is the code that goes with it."""

    number: int
    name: str
    vat: str = ""
    kind: str = "profitAndLoss"
    barred: bool = False


@dataclass(slots=True, kw_only=True)
class Zone:
    """A VAT zone."""

    number: int
    name: str
    customers: bool = True
    suppliers: bool = True


@dataclass(slots=True, kw_only=True)
class Group:
    """A product group; ``accounts``: zone to sales account. A pair that is missing cannot be sold."""

    number: int
    name: str
    accounts: dict[int, int] = field(default_factory=dict)
    inventory: bool = False


@dataclass(slots=True, kw_only=True)
class Terms:
    """Payment terms; cash and card have a contra account (section 10) [D19 fields]."""

    number: int
    name: str
    kind: str
    days: int = 0
    contra: int | None = None
    description: str = ""


@dataclass(slots=True, kw_only=True)
class Journal:
    """A journal; ``contra`` is the account customer payments are set against unless the entry says otherwise."""

    number: int
    name: str
    contra: int | None = None


EU_RATES: Final = {
    "Germany": ("DE", 11, "19", "7", "7"),
    "Denmark": ("DK", 12, "25", "25", "25"),
    "Finland": ("FI", 13, "25.5", "13.5", "13.5"),
    "Netherlands": ("NL", 14, "21", "9", "9"),
    "France": ("FR", 15, "20", "5.5", "5.5"),
    "Poland": ("PL", 16, "23", "8", "5"),
    "Estonia": ("EE", 17, "24", "13", "9"),
    "Ireland": ("IE", 18, "23", "13.5", "9"),
}
"""Zone name: country, number, and what the groups 25, 12 and 6 are charged there: standard and reduced rates.

Standard zones cannot express foreign rates, so a company that reports OSS has one per country (section 12) [I].
"""

RATES: Final = ("25", "12", "6", "0")
ZONES: Final = ("Domestic", "EU", "Abroad", "Domestic without VAT")
SALES: Final = {"25": 3001, "12": 3002, "6": 3003, "0": 3004}
OUTPUT_VAT: Final = {"25": 2611, "12": 2621, "6": 2631, "0": 2611}
EU_GOODS, EXPORT, EXEMPT, OSS, OSS_VAT = 3108, 3105, 3004, 3200, 2670
NAMES: Final = {
    1510: "Kundfordringar", 1580: "Fordringar för kontokort", 1686: "Klarna", 1930: "Företagskonto",
    2420: "Förskott från kunder", 2611: "Utgående moms 25 %", 2621: "Utgående moms 12 %",
    2631: "Utgående moms 6 %", 2670: "Utgående moms OSS", 3001: "Försäljning 25 %", 3002: "Försäljning 12 %",
    3003: "Försäljning 6 %", 3004: "Försäljning momsfri", 3105: "Försäljning export", 3106: "Försäljning EU",
    3108: "Försäljning EU-företag", 3305: "Tjänster export", 3308: "Tjänster EU-företag", 3520: "Fakturerade frakter",
    3521: "Frakter EU", 3522: "Frakter export", 3540: "Faktureringsavgifter", 3740: "Öres- och kronutjämning",
}  # fmt: skip


class Company:
    """A Swedish agreement in SEK, set up well; every attribute may be changed by a test."""

    def __init__(self) -> None:
        self.name = "Prov & Bruk AB"
        self.number = "5560004615"
        self.vat_number = "SE556000461501"
        self.agreement = 123456
        self.base_currency = "SEK"
        self.roles = {"Sales", "Bookkeeping"}
        """What the grant allows; without one its resources are 403 (section 2) [D19]."""
        self.inventory = False
        """The inventory module: only with it have articles stock figures (section 8) [D19]."""
        self.orders_with_inventory = True
        """False: /orders refuses to create and change while the module is on, as documented in 2019 (section 9)."""
        self.years = {"2025": (date(2025, 1, 1), date(2025, 12, 31)), "2026": (date(2026, 1, 1), date(2026, 12, 31)),
                      "2027": (date(2027, 1, 1), date(2027, 12, 31))}  # fmt: skip
        self.closed_until = date(2024, 12, 31)
        """No booking on this day or before it."""
        self.next_invoice = 100_001
        """Far from the numbers of orders (1 on) and drafts (500001 on), so that a bare number says what it is of."""
        self.units = {1: "st", 2: "tim", 3: "kg"}
        self.layouts = {19: "Svensk standard", 20: "English standard"}
        self.terms = {
            each.number: each
            for each in (
                Terms(number=1, name="Löpande månad 14 dagar", kind="invoiceMonth", days=14),
                Terms(number=2, name="30 dagar netto", kind="net", days=30),
                Terms(number=3, name="Kontant", kind="paidInCash", contra=1930),
                Terms(number=4, name="Kort", kind="creditcard", contra=1580),
                Terms(number=5, name="Förfallodatum", kind="dueDate"),
                Terms(number=6, name="10 dagar netto", kind="net", days=10),
            )
        }
        self.currencies = {"SEK": "Svenska kronor", "EUR": "Euro", "DKK": "Danska kronor", "NOK": "Norska kronor",
                           "USD": "US-dollar", "GBP": "Brittiska pund"}  # fmt: skip
        self.daily_rates = {"EUR": Decimal("1144.000000"), "DKK": Decimal("153.200000"), "NOK": Decimal("97.000000"),
                            "USD": Decimal("1052.500000"), "GBP": Decimal("1328.000000")}  # fmt: skip
        """Base currency for 100 units: taken when a document says no rate (section 3) [D19]."""
        self.employees = {1: "Eva Berg", 2: "Olle Ek"}
        self.projects = {1: "Webbutik", 2: "Butik"}
        self.departments = {1: "Webb", 2: "Lager"}
        self.distributions = {3: ("Hälften var", {1: Decimal(50), 2: Decimal(50)})}
        """Distributions besides the departments themselves: name, and percent per department."""
        self.customer_groups = {1: "Privatkunder", 2: "Företagskunder"}
        self.price_groups = {1: "Återförsäljare"}
        self.journals = {
            1: Journal(number=1, name="Dagbok", contra=1930),
            2: Journal(number=2, name="Kortbetalningar", contra=1580),
        }
        self.zones = {place: Zone(number=place, name=name) for place, name in enumerate(ZONES, 1)}
        self.accounts = {
            number: Account(number=number, name=name, kind="profitAndLoss" if number >= 3000 else "status")
            for number, name in NAMES.items()
        }
        self.vat_codes: dict[str, VatCode] = {}
        self.groups: dict[int, Group] = {}
        for number, rate in enumerate(RATES, 1):
            self._group(number, rate)

    def _group(self, number: int, rate: str) -> None:
        """One group per Swedish rate, with an account in each zone (section 12)."""
        home, accounts = SALES[rate], {}
        if rate != "0":
            self._vat(f"U{rate}", f"Utgående moms {rate} %", rate, OUTPUT_VAT[rate])
            self.accounts[home].vat = f"U{rate}"
        accounts = {1: home, 2: EU_GOODS, 3: EXPORT, 4: EXEMPT}
        for name, (country, zone, *abroad) in EU_RATES.items():
            self.zones.setdefault(zone, Zone(number=zone, name=name, suppliers=False))
            there = dict(zip(RATES, (*abroad, "0"), strict=True))[rate]
            accounts[zone] = EXEMPT if there == "0" else self._oss(country, zone, rate, there)
        self.groups[number] = Group(number=number, name=f"Varor {rate} %", accounts=accounts)

    def _oss(self, country: str, zone: int, group: str, rate: str) -> int:
        code = f"{country}{rate.replace('.', '')}"
        self._vat(code, f"OSS {country} {rate} %", rate, OSS_VAT)
        account = OSS + zone * 10 + RATES.index(group)
        self.accounts[account] = Account(number=account, name=f"OSS {country} {rate} %", vat=code)
        return account

    def _vat(self, code: str, name: str, rate: str, account: int) -> None:
        self.vat_codes[code] = VatCode(code=code, name=name, rate=Decimal(rate), account=account)

    def rate(self, group: int, zone: int) -> Decimal | None:
        """Percent of VAT on an article of the group sold into the zone; None: there is no sales account."""
        account = self.groups[group].accounts.get(zone)
        if account is None:
            return None
        code = self.accounts[account].vat
        return self.vat_codes[code].rate if code else Decimal(0)

    def group_of(self, rate: Decimal) -> int:
        """The group whose articles have this rate at home.

        Raises:
            KeyError: none has.
        """
        for number in self.groups:
            if self.rate(number, 1) == rate:
                return number
        raise KeyError(f"no product group of {rate} %")

    def year_of(self, day: date) -> str | None:
        """The accounting year a day falls into, if there is one and it is open."""
        if day <= self.closed_until:
            return None
        return next((year for year, (first, last) in self.years.items() if first <= day <= last), None)
