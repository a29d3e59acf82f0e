"""The codes the settings name: terms, ways, units, lists, templates, centres, projects, currencies, articles."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from bridge.erps.currency import BASE
from bridge.erps.fortnox.core import Core
from bridge.erps.fortnox.letters import is_article_number
from bridge.erps.fortnox.reading import text, truth
from bridge.errors import NotFound, Unauthorised
from bridge.model.texts import Problem, Text, say

__all__ = ["registers"]

Part = tuple[str, Callable[[], Iterable[Problem]]]
"""The scope it needs, and the check."""

_ENDED: Final = "COMPLETED"


def registers(core: Core) -> Sequence[Part]:
    """One check per register; one that nothing is named of asks nobody."""
    return (
        ("settings", lambda: _terms(core)),
        ("settings", lambda: _modes(core)),
        ("settings", lambda: _ways(core)),
        ("settings", lambda: _units(core)),
        ("price", lambda: _price_list(core)),
        ("print", lambda: _templates(core)),
        ("costcenter", lambda: _cost_centres(core)),
        ("project", lambda: _projects(core)),
        ("currency", lambda: _currencies(core)),
        ("article", lambda: _articles(core)),
        ("warehouse", lambda: _warehouse(core)),
    )


def _terms(core: Core) -> Iterator[Problem]:
    """Fortnox writes their codes in capitals (section 10 [L])."""
    named = {f"[payments] {method}": rule.terms for method, rule in core.context.payments.rules.items()}
    yield from _codes(core, "termsofpayments", "TermsOfPayments", named, say("terms of payment"), upper=True)


def _modes(core: Core) -> Iterator[Problem]:
    named = {f"[payments] {method}": rule.mode for method, rule in core.context.payments.rules.items()}
    yield from _codes(core, "modesofpayments", "ModesOfPayments", named, say("way of payment"))


def _ways(core: Core) -> Iterator[Problem]:
    named = {f"[shipping] {method}": rule.delivery for method, rule in core.context.shipping.rules.items()}
    yield from _codes(core, "wayofdeliveries", "WayOfDeliveries", named, say("way of delivery"))


def _units(core: Core) -> Iterator[Problem]:
    """Articles the bridge makes have one."""
    if core.context.articles.missing == "create":
        yield from _codes(core, "units", "Units", {"[erp] unit": core.options.unit}, say("unit"))


def _price_list(core: Core) -> Iterator[Problem]:
    named = {"[erp] price_list": core.options.price_list}
    yield from _codes(core, "pricelists", "PriceLists", named, say("price list"))


def _templates(core: Core) -> Iterator[Problem]:
    named = {"[erp] print_template": core.options.print_template}
    yield from _codes(core, "printtemplates", "PrintTemplates", named, say("print template"), key="Template")


def _cost_centres(core: Core) -> Iterator[Problem]:
    named = {f"[shop {name}] result_unit": shop.result_unit for name, shop in core.context.shops.items()}
    yield from _codes(
        core,
        "costcenters",
        "CostCenters",
        named,
        say("cost centre"),
        usable=lambda row: "Active" not in row or truth(row["Active"]),
    )


def _projects(core: Core) -> Iterator[Problem]:
    named = {f"[shop {name}] project": shop.project for name, shop in core.context.shops.items()}
    yield from _codes(
        core,
        "projects",
        "Projects",
        named,
        say("project"),
        key="ProjectNumber",
        usable=lambda row: text(row.get("Status")) != _ENDED,
    )


def _currencies(core: Core) -> Iterator[Problem]:
    """Each that the owner has given a rate for must exist in the company (section 9)."""
    named = {currency: currency for currency in core.context.orders.exchange_rates if currency != BASE}
    for problem in _codes(core, "currencies", "Currencies", named, say("currency")):
        yield Problem(
            where="[orders] exchange_rates",
            what=problem.what,
            fix=say("Set up the currency in Fortnox, or remove it from the line."),
            severe=False,
        )


def _codes(
    core: Core,
    path: str,
    name: str,
    named: Mapping[str, str],
    what: Text,
    *,
    key: str = "Code",
    upper: bool = False,
    usable: Callable[[Mapping[str, Any]], bool] = lambda _row: True,
) -> Iterator[Problem]:
    """Every code of ``named``, by the line it stands in, is in the register and in use."""
    wanted = {where: code.upper() if upper else code for where, code in named.items() if code}
    if not wanted:
        return
    rows = [row for page in core.client.pages(path, name) for row in page]
    known = {text(row.get(key)).upper() if upper else text(row.get(key)): row for row in rows}
    for where, code in wanted.items():
        if code not in known:
            yield _missing(where, code, what, list(known))
        elif not usable(known[code]):
            yield Problem(
                where=where,
                what=say("The {what} {code} is no longer in use in Fortnox.", what=what, code=code),
                fix=say("Take it into use again there, or write another one here."),
            )


def _missing(where: str, code: str, what: Text, known: Sequence[str]) -> Problem:
    near = difflib.get_close_matches(code, known, n=1)
    same = [each for each in known if each.lower() == code.lower()]
    fix = say(
        "Make it in Fortnox, or write one that is there: {known}", known=", ".join(sorted(known)[:12]) or "–"
    )
    if same or near:
        fix = say("Did you mean {near}? Else make it in Fortnox.", near=(same or near)[0])
    return Problem(where=where, what=say("Fortnox has no {what} {code}.", what=what, code=code), fix=fix)


def _articles(core: Core) -> Iterator[Problem]:
    """The articles of rows that are no goods; where the bridge makes what is missing, only those it cannot make."""
    for number, where in _named_articles(core).items():
        if not is_article_number(number):
            yield Problem(
                where=where,
                what=say("{number} cannot be the number of an article in Fortnox.", number=number),
                fix=say("Letters, digits and - + / . _ are possible, without blanks and at most 50 of them."),
            )
            continue
        try:
            card = core.client.get(("articles", number))
        except NotFound:
            if core.context.articles.missing == "create":
                continue
            yield Problem(
                where=where,
                what=say("Fortnox has no article {number}.", number=number),
                fix=say(
                    "Make it there, as a service, on the account and VAT of such rows; or write the number of one "
                    "that is there; or write other_rows = account under [erp]."
                ),
            )
        else:
            if not truth(card.get("Active")):
                yield Problem(
                    where=where,
                    what=say("Article {number} is not active in Fortnox.", number=number),
                    fix=say("Make it active there, or write another one here."),
                )


def _named_articles(core: Core) -> dict[str, str]:
    """Article number to the first line that names it."""
    section, rules = core.context.articles, core.context.shipping.rules
    named = {}
    if core.options.other_rows == "article":
        named = {
            f"[articles] {name}": str(getattr(section, name))
            for name in ("shipping", "fee", "discount", "gift_card", "cod", "rounding")
        }
    named |= {f"[shipping] {method}": rule.article for method, rule in rules.items()}
    named["[articles] unnumbered"] = section.unnumbered
    found: dict[str, str] = {}
    for where, number in named.items():
        if number:
            found.setdefault(number, where)
    return found


def _warehouse(core: Core) -> Iterator[Problem]:
    """With the module and stock points, a document must name one (section 9, warehouse module [D])."""
    try:
        told = core.client.warehouse("tenants-v4")
        if not truth(told.get("activated")):
            return
        points = [text(each.get("code")) for each in core.client.warehouse("stockpoints-v1")]
    except Unauthorised as refused:
        if refused.status == 403:  # no licence, or not covered: there is no module to speak of
            return
        raise
    chosen = core.options.stock_point
    if chosen and chosen not in points:
        yield _missing("[erp] stock_point", chosen, say("stock point"), points)
    elif points and not chosen:
        yield Problem(
            where="[erp] stock_point",
            what=say("Fortnox' warehouse module has stock points, and every document must name one."),
            fix=say("Write stock_point = and one of: {known}", known=", ".join(points[:12])),
        )
