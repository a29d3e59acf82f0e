"""What the company itself is: settings, years, accounts, currencies, templates (fortnox facts, section 10)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import quote

from bridge.sim.fortnox.company import Account
from bridge.sim.fortnox.documents import TEMPLATES
from bridge.sim.fortnox.door import Route, route
from bridge.sim.fortnox.errors import bad_parameter, missing
from bridge.sim.fortnox.listing import Listing, listing
from bridge.sim.fortnox.state import Call, Entry, Reply

__all__ = ["routes"]

ADDRESS = {"Address": "Vasagatan 12", "City": "Göteborg", "ZipCode": "41124", "CountryCode": "SE"}
VISIT = {"VisitAddress": "", "VisitCity": "", "VisitCountryCode": "", "VisitZipCode": ""}
EMPTY = (
    "BG BIC BranchCode ContactFirstName ContactLastName Domicile Email Fax IBAN PG Phone1 Phone2 VisitCountry "
    "VisitName WWW"
).split()
PREDEFINED = {
    "SALES": "SalesAccount", "SALESEU": "EUAccount", "SALESEUVAT": "EUVATAccount", "SALESEXPORT": "ExportAccount",
    "PURCHASE": "PurchaseAccount",
}  # fmt: skip
"""Names made up: no source lists them [I]."""


def _information(call: Call) -> Reply:
    company = call.state.company
    known = {
        **ADDRESS,
        **VISIT,
        "CompanyName": company.name,
        "DatabaseNumber": int(company.tenant),  # the tenant id, too (section 2) [D]
        "OrganizationNumber": company.org_number,
    }
    return Reply({"CompanyInformation": dict(sorted(known.items()))})


def _settings(call: Call) -> Reply:
    company = call.state.company
    known: dict[str, Any] = {
        **dict.fromkeys(EMPTY, ""),
        **ADDRESS,
        **VISIT,
        "Country": "Sverige",
        "DatabaseNumber": company.tenant,
        "Name": company.name,
        "OrganizationNumber": company.org_number,
        "TaxEnabled": True,
        "VATNumber": f"SE{company.org_number.replace('-', '')}01",
    }
    return Reply({"CompanySettings": dict(sorted(known.items()))})


def _me(_call: Call) -> Reply:
    return Reply(
        {"MeInformation": {"Id": "1", "Name": "API", "Email": "", "SysAdmin": True, "Locale": "sv_SE"}}
    )


def _year(call: Call, number: int) -> dict[str, Any]:
    year = call.state.company.years[number - 1]
    return {
        "@url": call.url(f"financialyears/{number}"),
        "Id": number,
        "FromDate": year.first.isoformat(),
        "ToDate": year.last.isoformat(),
        "AccountChartType": "Bas 2026",
        "AccountingMethod": call.state.company.method,
    }


def _years(call: Call) -> Reply:
    """All, or the one a date lies in; the parameter is Date in the OpenAPI file, in lower case elsewhere."""
    query = {name.lower(): value for name, value in call.query.items()}
    on = query.pop("date", None) or query.pop("financialyeardate", None)
    entries = [
        Entry(number=str(number), values={}, touched=call.state.now())
        for number, year in enumerate(call.state.company.years, 1)
        if on is None or year.first.isoformat() <= on <= year.last.isoformat()
    ]
    rules = Listing(plural="FinancialYears", show=lambda inner, entry: _year(inner, int(entry.number)))
    inner = Call(state=call.state, base=call.base, query=query, body=None)
    return listing(inner, rules, entries)


def _one_year(call: Call, number: str) -> Reply:
    if not number.isdecimal() or not 1 <= int(number) <= len(call.state.company.years):
        raise missing("FinancialYear")
    return Reply({"FinancialYear": _year(call, int(number))})


def _account(call: Call, number: int, account: Account) -> dict[str, Any]:
    year = _chosen_year(call)
    return {
        "@url": call.url(f"accounts/{number}?financialyear={year}"),
        "Active": account.active,
        "BalanceBroughtForward": 0,
        "CostCenter": None,
        "CostCenterSettings": account.cost_centre,
        "Description": account.text,
        "Number": number,
        "Project": None,
        "ProjectSettings": "ALLOWED",
        "SRU": 0,
        "VATCode": account.vat_code,
        "Year": year,
    }


def _chosen_year(call: Call) -> int:
    """``financialyear`` is an id; without one, today's, else the last [I]."""
    years = call.state.company.years
    given = call.query.get("financialyear")
    if given is not None:
        if not given.isdecimal() or not 1 <= int(given) <= len(years):
            raise bad_parameter("financialyear")
        return int(given)
    return call.state.company.year_of(call.state.today) or len(years)


def _accounts(call: Call) -> Reply:
    chart = call.state.company.accounts
    rules = Listing(
        plural="Accounts",
        show=lambda inner, entry: _account(inner, int(entry.number), chart[int(entry.number)]),
        search={"sru": "SRU"},
        sorts={"number": "Number"},
    )
    entries = [
        Entry(number=str(number), values={"Number": Decimal(number), "SRU": 0}, touched=call.state.now())
        for number in chart
    ]
    return listing(call, rules, entries)


def _one_account(call: Call, number: str) -> Reply:
    account = call.state.company.accounts.get(int(number)) if number.isdecimal() else None
    if account is None:
        raise missing("Account")
    more: dict[str, Any] = {
        "BalanceCarriedForward": 0,
        "TransactionInformation": None,
        "TransactionInformationSettings": "ALLOWED",
    }
    more |= {"OpeningQuantities": [], "QuantitySettings": "ALLOWED", "QuantityUnit": None}
    return Reply({"Account": _account(call, int(number), account) | more})


def _currency(call: Call, code: str) -> dict[str, Any]:
    rate = Decimal(1) if code == "SEK" else Decimal(call.state.company.rates[code])
    return {
        "@url": call.url(f"currencies/{quote(code, safe='')}"),
        "BuyRate": rate,
        "Code": code,
        "Date": call.state.today.isoformat(),
        "Description": code,
        "SellRate": rate,
        "Unit": 1,
        "IsAutomatic": code != "SEK",
    }


def _currencies(call: Call) -> Reply:
    rules = Listing(plural="Currencies", show=lambda inner, entry: _currency(inner, entry.number))
    codes = ["SEK", *call.state.company.rates]
    return listing(call, rules, [Entry(number=code, values={}, touched=call.state.now()) for code in codes])


def _one_currency(call: Call, code: str) -> Reply:
    if code != "SEK" and code not in call.state.company.rates:
        raise missing("Currency")
    return Reply({"Currency": _currency(call, code)})


def _templates(call: Call) -> Reply:
    """``?type=order`` (section 10); which types there are besides is [I]."""
    query = dict(call.query)
    kind = query.pop("type", None)
    if kind is not None and kind not in TEMPLATES:
        raise bad_parameter("type")
    named = {
        code: name for key, kept in TEMPLATES.items() if kind in (None, key) for code, name in kept.items()
    }
    rules = Listing(
        plural="PrintTemplates",
        show=lambda _call, entry: {"Name": named[entry.number], "Template": entry.number},
    )
    entries = [Entry(number=code, values={}, touched=call.state.now()) for code in named]
    return listing(Call(state=call.state, base=call.base, query=query, body=None), rules, entries)


def _predefined(call: Call) -> Reply:
    """The shape is [I]: the subset of the OpenAPI file has it not."""
    defaults = call.state.company.defaults
    rules = Listing(
        plural="PreDefinedAccounts",
        show=lambda inner, entry: {
            "@url": inner.url(f"predefinedaccounts/{entry.number}"),
            "Name": entry.number,
            "Account": defaults[PREDEFINED[entry.number]],
        },
    )
    return listing(
        call, rules, [Entry(number=name, values={}, touched=call.state.now()) for name in PREDEFINED]
    )


def routes() -> list[Route]:
    """What can be asked of the company."""
    return [
        route("GET", "/3/companyinformation", "companyinformation", _information),
        route("GET", "/3/settings/company", "settings", _settings),
        route("GET", "/3/me", "", _me),
        route("GET", "/3/financialyears", "bookkeeping", _years),
        route("GET", "/3/financialyears/{id}", "bookkeeping", _one_year),
        route("GET", "/3/accounts", "bookkeeping", _accounts),
        route("GET", "/3/accounts/{number}", "bookkeeping", _one_account),
        route("GET", "/3/currencies", "currency", _currencies),
        route("GET", "/3/currencies/{code}", "currency", _one_currency),
        route("GET", "/3/printtemplates", "print", _templates),
        route("GET", "/3/predefinedaccounts", "settings", _predefined),
    ]
