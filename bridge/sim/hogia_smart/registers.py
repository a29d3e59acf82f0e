"""What a client reads before it writes: years, accounts, VAT codes, dimensions, currencies (section 2.2) [1].

The fields are those the one public client parses.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from bridge.sim.hogia_smart.company import Account, VatCode, Year, guid
from bridge.sim.hogia_smart.errors import Refusal
from bridge.sim.hogia_smart.listing import PAGING, listed, paged, whole
from bridge.sim.hogia_smart.shape import day_of, guid_of
from bridge.sim.hogia_smart.state import Call, Reply, Route, State

__all__ = ["ROUTES", "year_by_id"]

HUNDRED: Final = Decimal(100)
NOBODY: Final = "00000000-0000-0000-0000-000000000000"


def _common(state: State, own: str) -> dict[str, Any]:
    return {
        "id": own,
        "version": 1,
        "rowVersion": 1,
        "organizationId": state.company.id,
        "sequenceId": NOBODY,
    }


def _year(state: State, year: Year) -> dict[str, Any]:
    shown = state.habits.shown
    return {
        **_common(state, year.id),
        "startDate": shown(year.first),
        "endDate": shown(year.last),
    }


def _years(call: Call) -> Reply:
    call.only(*PAGING)
    return paged(call, call.state.company.years, lambda year: _year(call.state, year))


def _by_date(call: Call, text: str) -> Reply:
    """The year that covers the day; that 404 says there is none is [INF]."""
    call.only()
    day = day_of(text)
    if day is None:
        raise Refusal(f"The value '{text}' is not valid.", field="date")
    year = call.state.company.year_of(day)
    if year is None:
        raise Refusal("There is no such financial year.", status=404)
    return Reply(data=_year(call.state, year))


def year_by_id(state: State, text: str) -> Year:
    """The financial year.

    Raises:
        Refusal: 404, there is none.
    """
    for year in state.company.years:
        if year.id == guid_of(text):
            return year
    raise Refusal("There is no such financial year.", status=404)


def _accounts(call: Call, year_id: str) -> Reply:
    """``accountState`` is Active or All; that Active is what comes without is [INF]."""
    call.only(*PAGING, "number", "minnumber", "maxnumber", "accountstate", "searchparameter")
    year = year_by_id(call.state, year_id)
    kind = call.args.get("accountstate", "Active")
    if kind not in ("Active", "All"):
        raise Refusal(f"The value '{kind}' is not valid.", field="accountState")
    number, least, most = (whole(call, name) for name in ("number", "minnumber", "maxnumber"))
    word = call.args.get("searchparameter", "").casefold()
    found = [
        each
        for each in year.accounts.values()
        if (each.active or kind == "All")
        and number in (None, each.number)
        and (least is None or each.number >= least)
        and (most is None or each.number <= most)
        and (word in each.name.casefold() or str(each.number).startswith(word))
    ]
    return listed(call, found, lambda account: _account(call.state, year, account))


def _account(state: State, year: Year, account: Account) -> dict[str, Any]:
    return {
        **_common(state, guid("account", year.id, account.number)),
        "financialYearId": year.id,
        "accountPlanId": guid("plan", year.id),
        "isTemplateAccount": False,
        "number": account.number,
        "name": account.name,
        "isActive": account.active,
        "vatCodeId": state.company.vat_codes[account.vat].id if account.vat is not None else None,
    }


def _vat_codes(call: Call) -> Reply:
    call.only("number")
    number = whole(call, "number")
    found = [each for each in call.state.company.vat_codes.values() if number in (None, each.code)]
    reply = listed(call, found, lambda code: _vat_code(call.state, code))
    return Reply(data=reply.data)  # not in pages


def _vat_code(state: State, code: VatCode) -> dict[str, Any]:
    return {
        "id": code.id,
        "vatCode": code.code,
        "vatCodeDescription": code.name,
        "vatPercent": code.rate if state.habits.codes_as_fraction else code.rate * HUNDRED,
        "vatType": 1,
    }


def _vat_settings(call: Call) -> Reply:
    """Which account the VAT of a code goes to; the meaning of the fields is [INF]."""
    call.only(*PAGING)
    state = call.state
    pairs = [(year, code) for year in state.company.years for code in state.company.vat_codes.values()]

    def show(pair: tuple[Year, VatCode]) -> dict[str, Any]:
        year, code = pair
        return {
            **_common(state, guid("vatsetting", year.id, code.code)),
            "financialYearId": year.id,
            "accountNumber": code.account,
            "vatId": code.id,
            "vatType": 1,
            "vatValue": _vat_code(state, code)["vatPercent"],
        }

    return paged(call, [pair for pair in pairs if pair[1].account is not None], show)


def _dimensions(call: Call) -> Reply:
    call.only(*PAGING, "dimensiontype", "dimensionstate", "searchtext", "type", "number")
    company, args = call.state.company, call.args
    wanted = args.get("dimensiontype", args.get("type"))
    found = [
        (kind, number, name)
        for (kind, number), name in company.dimensions.items()
        if wanted in (None, kind) and args.get("number") in (None, number)
    ]

    def show(row: tuple[str, str, str]) -> dict[str, Any]:
        kind, number, name = row
        return {
            **_common(call.state, guid("dimension", kind, number)),
            "number": number,
            "type": 1 if kind == "One" else 2,
            "name": name,
            "isActive": True,
        }

    return paged(call, found, show)


def _currencies(call: Call) -> Reply:
    """Only ``id`` and ``code`` are known to be of use (section 2.3) [1]; the other field is [INF]."""
    call.only()
    rows = [
        {"id": guid("currency", code), "code": code, "decimals": 2} for code in call.state.company.currencies
    ]
    return Reply(data=rows)


ROUTES: Final[list[Route]] = [
    ("GET", "financialyears/paged", _years),
    ("GET", "financialyears/bydate/*", _by_date),
    ("GET", "financialyears/*/accounts", _accounts),
    ("GET", "vatcodes", _vat_codes),
    ("GET", "vatsettings", _vat_settings),
    ("GET", "dimensions", _dimensions),
    ("GET", "currencies", _currencies),
]
