"""The company behind the simulator: its settings, chart of accounts and registers. A test may change everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

__all__ = ["Account", "Company", "FinancialYear"]

EU_RATES = (
    "25 12 6 0 27 24 23 22 21 20 19 18 17 16 15 14 13.5 13 12 11 10 9.5 9 8 7 5.5 5 4.8 4 3 2.1 25.5"  # OSS
)
SCOPES = (
    "customer article price order invoice payment settings bookkeeping companyinformation costcenter "
    "project print currency warehouse offer"
)


@dataclass
class Account:
    """One account of the chart; its VAT code sets the rate of a row that names none (section 12) [D, I]."""

    text: str
    vat: Decimal = Decimal(0)
    active: bool = True
    cost_centre: str = "ALLOWED"
    """Or MANDATORY, NOTALLOWED."""
    vat_code: str = ""


def _chart() -> dict[int, Account]:
    plain = {
        1510: "Kundfordringar", 1580: "Fordringar för kontokort", 1686: "Fordringar hos betaltjänster",
        1910: "Kassa", 1920: "Plusgiro", 1930: "Företagskonto", 2421: "Ej inlösta presentkort",
        2611: "Utgående moms 25 %", 2621: "Utgående moms 12 %", 2631: "Utgående moms 6 %", 2670: "Moms OSS",
        3004: "Försäljning momsfri", 3105: "Försäljning varor export", 3108: "Försäljning varor EU momsfri",
        3305: "Försäljning tjänster export", 3308: "Försäljning tjänster EU", 3521: "Frakt EU", 3522: "Frakt export",
        3541: "Avgifter EU", 3542: "Avgifter export", 3740: "Öresavrundning", 4000: "Inköp av varor",
        3231: "Omvänd betalningsskyldighet bygg", 6570: "Bankkostnader", 7990: "Avvikelser",
    }  # fmt: skip
    taxed = {
        3001: ("25", "Försäljning 25 %"), 3002: ("12", "Försäljning 12 %"), 3003: ("6", "Försäljning 6 %"),
        3041: ("25", "Tjänster 25 %"), 3046: ("25", "Tjänster EU med moms"), 3106: ("25", "Försäljning EU moms"),
        3109: ("0", "Försäljning OSS"), 3309: ("0", "Tjänster OSS"), 3520: ("25", "Fakturerad frakt"),
        3540: ("25", "Faktureringsavgifter"), 3730: ("25", "Lämnade rabatter"),
    }  # fmt: skip
    chart = {number: Account(text=name) for number, name in plain.items()}
    chart |= {number: Account(text=name, vat=Decimal(rate)) for number, (rate, name) in taxed.items()}
    return dict(sorted(chart.items()))


@dataclass
class FinancialYear:
    """One year of the books."""

    first: date
    last: date


@dataclass
class Company:
    """A Swedish company that is set up well and sells abroad."""

    tenant: str = "29302"
    name: str = "Exempelbutiken AB"
    org_number: str = "556000-4615"
    method: str = "ACCRUAL"
    """Or CASH: invoices are not booked, only payments (section 10) [1 woohub]."""
    whole_kronor: bool = False
    """RoundOff: the total of a document in SEK is rounded to whole kronor (section 9) [2+]."""
    easy_vat: bool = False
    """A rate of its own needs an account on the row: 2004167 (section 12) [D]."""
    warehouse: bool = False
    """The module is switched on (section 9, warehouse module)."""
    backorders: bool = True
    """createinvoice of a part leaves an order of type Backorder with the rest (section 9) [I]."""
    backorder_references: bool = False
    """It carries ExternalInvoiceReference1 and 2 along. Not found either way [I]."""
    credit_references: bool = True
    """PUT credit copies the external references onto the credit invoice. Not found either way [I]."""
    invoicing_touches_order: bool = False
    """createinvoice counts as a change of the order. Not documented (section 9) [I]."""
    rate_falls_to_one: bool = False
    """A document without rate in foreign currency gets 1, as once happened unannounced (section 9) [1 woohub]."""
    licences: set[str] = field(default_factory=lambda: {"api", *SCOPES.split()})
    """"api" and the scopes whose program the company pays for (section 2) [D]."""
    consent: bool = True
    """The company's administrator has let the integration in (section 2) [D]."""
    service_account: bool = True
    """The consent was given with account_type=service, which client credentials need (section 2) [D]."""
    vat_rates: set[Decimal] = field(default_factory=lambda: {Decimal(each) for each in EU_RATES.split()})
    easy_rates: frozenset[Decimal] = frozenset({Decimal(25), Decimal(12), Decimal(6), Decimal(0)})
    years: list[FinancialYear] = field(
        default_factory=lambda: [
            FinancialYear(first=date(year, 1, 1), last=date(year, 12, 31)) for year in (2025, 2026, 2027)
        ]
    )
    accounts: dict[int, Account] = field(default_factory=_chart)
    rates: dict[str, str] = field(
        default_factory=lambda: {
            "EUR": "11.44", "NOK": "0.97", "DKK": "1.53", "GBP": "13.20", "CHF": "12.10", "PLN": "1", "USD": "0",
        }
    )  # fmt: skip
    """The register of currencies besides SEK: what one unit is worth. Nobody ever set up the złoty."""
    fees_account: int = 3540
    freight_account: int = 3520
    defaults: Mapping[str, int] = field(
        default_factory=lambda: {
            "SalesAccount": 3001,
            "EUAccount": 3108,
            "EUVATAccount": 3106,
            "ExportAccount": 3105,
            "PurchaseAccount": 4000,
            "ConstructionAccount": 0,
        }
    )
    """What a new article gets (section 8) [L]; 0: none."""
    terms_of_payment: str = "30"
    """What a document gets whose customer has none, as recorded [L]."""
    stock_points: list[str] = field(default_factory=list)
    """Codes; a document must name one as soon as there are any (section 9, warehouse module) [D]."""

    def year_of(self, day: date) -> int | None:
        """The id of the financial year, from 1; None: there is none."""
        found = [number for number, year in enumerate(self.years, 1) if year.first <= day <= year.last]
        return found[0] if found else None
