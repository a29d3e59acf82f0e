"""The accounts the settings name: there, active, and with the VAT their line says (Hogia facts, 2.2 and 3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bridge.erps.chart import percent_text
from bridge.erps.hogia_smart.core import Core
from bridge.erps.hogia_smart.years import LedgerAccount
from bridge.errors import Rejected
from bridge.model.texts import Problem, say
from bridge.model.vat import Supply, Treatment
from bridge.model.vat_area import HOME

__all__ = ["accounts"]

_RATES: Final = (Decimal(25), Decimal(12), Decimal(6), Decimal(0))
_LINE: Final = re.compile(r"(?P<use>[a-z]+)_(?:[A-Z]{2}_)?(?P<rate>\d+(?:[.,]\d+)?)\Z")
"""A line per rate: ``sales_25``, ``sales_DE_19``."""
_ZERO: Final = frozenset(
    f"{supply}_{where}"
    for supply in ("sales", "service", "shipping", "fee")
    for where in ("eu_business", "export")
)
"""What is sold without VAT."""
_SURE: Final = frozenset({"receivable", "rounding", "sales_25", "vat_25", "shipping"})
"""What most orders need; of the others many companies need none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Use:
    """An account and the line that names it."""

    number: str
    where: str
    surely: bool
    percent: Decimal | None = None
    """The VAT the line promises; None: it promises none."""


def accounts(core: Core) -> Iterator[Problem]:
    """What is wrong with them in the financial year of today."""
    today = core.context.clock.now().astimezone(core.zone).date()
    try:
        chart = core.years.chart(today)
    except Rejected:  # told already; there is no chart without a year
        return
    by_account = core.profile.text("invoice.vat") == "account"
    missing: dict[str, list[str]] = {}
    for use in _uses(core, by_account=by_account):
        account = chart.get(use.number)
        if account is None or not account.active:
            if use.surely:
                yield _unusable(use, account)
            else:
                missing.setdefault(use.number, []).append(use.where)
        elif by_account and use.percent is not None:
            yield from _other_rate(core, use, account)
    if missing:
        yield _perhaps(missing)
    if not by_account:
        yield from _codes(core)


def _uses(core: Core, *, by_account: bool) -> Iterator[_Use]:
    """Each line with its account; the usual ones of Sweden too, which stand in no file."""
    named = {**_usual(core), **core.context.accounts.named}
    for name, number in named.items():
        if by_account and (name.startswith("vat_") or name in {"receivable", "rounding"}):
            continue  # the newer body has no field for them
        line = _LINE.fullmatch(name)
        percent = Decimal(line["rate"].replace(",", ".")) if line and line["use"] != "vat" else None
        percent = Decimal(0) if name in _ZERO else percent
        yield _Use(number=number, where=f"[accounts] {name}", surely=name in _SURE, percent=percent)
    if core.context.orders.register_payments or not by_account:
        for method, number in core.context.payments.accounts.items():
            yield _Use(number=number, where=f"[payments] {method}", surely=True)


def _usual(core: Core) -> dict[str, str]:
    """Sales and VAT at home by ``Chart``, as invoices take them."""
    found: dict[str, str] = {}
    for rate in _RATES:
        name = percent_text(rate)
        treatment = Treatment.DOMESTIC if rate else Treatment.EXEMPT
        try:
            account = core.chart.income(Supply.GOODS, treatment, country=HOME, percent=rate)
            found[f"sales_{name}"] = account.number
            if rate:
                found[f"vat_{name}"] = core.chart.vat(country=HOME, percent=rate).number
        except Rejected:
            continue  # what is no account number, the file's own check names
    return found


def _unusable(use: _Use, account: LedgerAccount | None) -> Problem:
    what = (
        say("Account {account} does not exist in Hogia this year.", account=use.number)
        if account is None
        else say("Account {account} is not active in Hogia this year.", account=use.number)
    )
    return Problem(
        where=use.where,
        what=what,
        fix=say("Make it active in Hogia's chart of accounts, or write another account here."),
    )


def _perhaps(missing: dict[str, list[str]]) -> Problem:
    """Lines that only some orders need, in one sentence: most companies lack a few."""
    told = (
        f"{number} ({', '.join(where.removeprefix('[accounts] ') for where in lines)})"
        for number, lines in missing.items()
    )
    return Problem(
        where="[accounts]",
        what=say(
            "These accounts do not exist, or are not active, in Hogia this year: {accounts}. Only orders that need "
            "one of them wait.",
            accounts="; ".join(told),
        ),
        fix=say("Make those you need active in Hogia, or write other accounts."),
        severe=False,
    )


def _other_rate(core: Core, use: _Use, account: LedgerAccount) -> Iterator[Problem]:
    """In the newer body VAT follows the sales account (section 3 [1], INF)."""
    theirs = core.years.rate(account)
    if theirs is None:
        yield Problem(
            where=use.where,
            what=say(
                "Hogia does not tell the VAT of account {account}, and takes the VAT of an invoice from the account.",
                account=use.number,
            ),
            fix=_WAITS,
            severe=use.surely,
        )
        return
    if use.percent is not None and theirs != use.percent:
        yield Problem(
            where=use.where,
            what=say(
                "Account {account} has {theirs} % VAT in Hogia, and this line is for {ours} %. Hogia takes the VAT "
                "of an invoice from the account.",
                account=use.number,
                theirs=percent_text(theirs),
                ours=percent_text(use.percent),
            ),
            fix=_WAITS if use.where.startswith("[accounts] sales_") else _GOODS,
            severe=use.surely,
        )


_WAITS: Final = say(
    "Set the right VAT code on the account in Hogia, or write an account that has it. Orders with such rows wait."
)
_GOODS: Final = say(
    "Set the right VAT code on the account in Hogia, or write an account that has it. Until then such rows stand on "
    "the account of the goods."
)


def _codes(core: Core) -> Iterator[Problem]:
    """Each rate of Sweden is among the VAT codes: one that is not may be refused [INF]."""
    known = core.years.rates()
    lacking = [percent_text(rate) for rate in _RATES if rate and rate not in known]
    if known and lacking:
        yield Problem(
            where="[erp] organization_id",
            what=say("Hogia has no VAT code of {rates} %.", rates=", ".join(lacking)),
            fix=say("If you sell at that rate, set up its VAT code in Hogia."),
            severe=False,
        )
