"""The accounts the settings name: there, active, and content with the cost centres and projects of the shops."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from bridge.erps.chart import Chart
from bridge.erps.fortnox.core import Core
from bridge.erps.fortnox.mapping_accounts import When
from bridge.erps.fortnox.reading import text, truth
from bridge.errors import Rejected
from bridge.model.texts import Problem, say
from bridge.model.vat import Supply, Treatment
from bridge.model.vat_area import HOME

__all__ = ["accounts"]

_RATES: Final = (Decimal(25), Decimal(12), Decimal(6), Decimal(0))
_ROWS: Final = ("shipping", "fee", "cod", "discount", "rounding")
_NO_ROW: Final = frozenset({"receivable", "gift_card", "vat_eu", *_ROWS})
"""Lines of [accounts] that are no sale abroad."""
_MANDATORY: Final = "MANDATORY"
_FOREIGN: Final = re.compile(r"_[A-Z]{2}_(?!0+(\.0+)?\Z)[0-9.]+\Z")
"""A line of [accounts] for a country and a rate above zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Use:
    """An account and where the settings name it."""

    number: str
    where: str
    surely: bool
    """Every order may need it; else only some, such as those of one country."""
    row: bool = True
    """It stands on documents' rows, which bear cost centre and project."""
    of_articles: bool = False
    """Articles of Swedish sales stand on it, if there are any of its rate: nobody misses it that has none."""
    foreign_rate: bool = False
    """For another country's VAT, whose rate Fortnox knows by the account's VAT code (section 12)."""


def accounts(core: Core, years: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    """What is wrong with them in the financial year of today."""
    if not years:  # told already; there is no chart without a year
        return
    year = text(years[0].get("Id"))
    pages = core.client.pages("accounts", "Accounts", financialyear=year)
    chart = {text(row.get("Number")): row for page in pages for row in page}
    for use in _uses(core):
        card = chart.get(use.number)
        if card is None or not truth(card.get("Active")):
            if use.surely or not use.of_articles:
                yield _unusable(use, there=card is not None)
            continue
        if use.row and (use.surely or use.of_articles):
            yield from _dimensions(core, use, card)
        if use.foreign_rate and not text(card.get("VATCode")):
            yield _no_vat_code(use)


def _uses(core: Core) -> list[_Use]:
    """Each account once, with the first line that names it; the surest use first."""
    found = sorted([*_rows(core), *_paid(core)], key=lambda use: not use.surely)
    return [
        use for place, use in enumerate(found) if use.number not in {each.number for each in found[:place]}
    ]


def _rows(core: Core) -> Iterator[_Use]:
    section, options = core.context.accounts, core.options
    yield _Use(number=section.gift_card, where="[accounts] gift_card", surely=True)
    without_article = options.other_rows == "account" or options.row_accounts == When.ALWAYS
    for name in _ROWS:
        surely = without_article or (name == "rounding" and options.row_accounts != When.NEVER)
        yield _Use(number=str(getattr(section, name)), where=f"[accounts] {name}", surely=surely)
    yield from _domestic(core)
    if options.row_accounts != When.NEVER:
        for name, number in section.named.items():
            if name not in _NO_ROW and not name.startswith("vat_"):
                foreign = _FOREIGN.search(name) is not None
                yield _Use(number=number, where=f"[accounts] {name}", surely=False, foreign_rate=foreign)


def _domestic(core: Core) -> Iterator[_Use]:
    """Sales in Sweden: on every row where the owner wants that, and on every article the bridge makes."""
    surely = core.options.row_accounts == When.ALWAYS or core.context.articles.missing == "create"
    chart = Chart(core.context.accounts, core.context.payments)
    for rate in _RATES:
        treatment = Treatment.DOMESTIC if rate else Treatment.EXEMPT
        try:
            account = chart.income(Supply.GOODS, treatment, country=HOME, percent=rate)
        except Rejected:
            continue
        yield _Use(
            number=account.number,
            where=f"[accounts] sales_{rate}",
            surely=surely and bool(rate),
            of_articles=True,
        )


def _paid(core: Core) -> Iterator[_Use]:
    """Where payments are booked; looked at only where they are registered."""
    if not core.context.orders.register_payments:
        return
    yield _Use(number=core.context.accounts.receivable, where="[accounts] receivable", surely=True, row=False)
    for method, number in core.context.payments.accounts.items():
        yield _Use(number=number, where=f"[payments] {method}", surely=True, row=False)


def _unusable(use: _Use, *, there: bool) -> Problem:
    what = (
        say("Account {account} is not active in Fortnox this year.", account=use.number)
        if there
        else say("Account {account} does not exist in Fortnox this year.", account=use.number)
    )
    return Problem(
        where=use.where,
        what=what,
        fix=say("Make it active in Fortnox under Register > Kontoplan, or write another account here."),
        severe=use.surely,
    )


def _no_vat_code(use: _Use) -> Problem:
    return Problem(
        where=use.where,
        what=say(
            "Account {account} has no VAT code in Fortnox: it may not know the rate.", account=use.number
        ),
        fix=say("Make a VAT code of that country and rate in Fortnox, and set it on the account."),
        severe=False,
    )


def _dimensions(core: Core, use: _Use, card: Mapping[str, Any]) -> Iterator[Problem]:
    """What an account demands is refused without (section 5: "Kostnadsställe måste anges för konto")."""
    shops = core.context.shops.items()
    if text(card.get("CostCenterSettings")) == _MANDATORY and not text(card.get("CostCenter")):
        for name, shop in shops:
            if not shop.result_unit:
                yield Problem(
                    where=f"[shop {name}] result_unit",
                    what=say("Account {account} needs a cost centre in Fortnox.", account=use.number),
                    fix=say("Write the code of a cost centre here, or let the account do without one."),
                )
    if text(card.get("ProjectSettings")) == _MANDATORY and not text(card.get("Project")):
        for name, shop in shops:
            if not shop.project:
                yield Problem(
                    where=f"[shop {name}] project",
                    what=say("Account {account} needs a project in Fortnox.", account=use.number),
                    fix=say("Write the number of a project here, or let the account do without one."),
                )
