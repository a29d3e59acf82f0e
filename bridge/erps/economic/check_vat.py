"""``bridge check``: whether zones, product groups and articles give the VAT the shop charges (facts, section 12)."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from bridge.erps.chart import percent_text
from bridge.erps.economic.core import Core
from bridge.erps.economic.paths import path
from bridge.erps.economic.registers import HOME_ZONES, Entry
from bridge.errors import NotFound, Rejected
from bridge.model.texts import Problem, Text, say
from bridge.model.vat import HOME_RATES
from bridge.model.vat_rates import rates_of

__all__ = ["vat_problems"]

_ZERO: Final = Decimal(0)
_UNTAXED: Final = ("eu", "abroad", "exempt")
_ASK: Final = say("Ask your accountant to correct the product group's sales accounts in e-conomic.")


def vat_problems(core: Core) -> Iterator[Problem]:
    """Zones, then groups in each of them, then the articles of [articles]."""
    zones: dict[str, Entry] = {}
    for name in (*HOME_ZONES, *(code.upper() for code in core.options.vat_zones)):
        try:
            zones[name] = core.registers.zone(name)
        except Rejected as missing:
            yield _missing_zone(core, name, missing)
            continue
        if not zones[name].raw.get("enabledForCustomer"):
            yield Problem(
                where=f"[erp] vat_zone_{name}",
                what=say("VAT zone {zone} is not open for customers.", zone=zones[name]),
                fix=say("Open it for customers in e-conomic, or name another zone."),
            )
    if "domestic" in zones:
        groups = yield from _groups(core)
        for percent, group in groups.items():
            yield from _rates(core, percent, group, zones)
        yield from _articles(core, zones["domestic"])


def _missing_zone(core: Core, name: str, missing: Rejected) -> Problem:
    """Only home must be there; another is missed by the first order that goes there."""
    asked = name == "domestic" or bool(
        core.options.zone_line(name) or getattr(core.options, f"vat_zone_{name}", "")
    )
    return Problem(
        where=f"[erp] vat_zone_{name}", what=missing.text, fix=missing.advice or _ASK, severe=asked
    )


def _groups(core: Core) -> Generator[Problem, None, dict[Decimal, Entry]]:
    """The groups by their rate at home.

    Returns:
        Those there are.
    """
    lines = core.options.group_lines()
    found: dict[Decimal, Entry] = {}
    for percent in sorted({*HOME_RATES, _ZERO, *lines}, reverse=True):
        try:
            found[percent] = core.registers.group_of(percent)
        except Rejected as missing:
            yield Problem(
                where=f"[erp] group_{percent_text(percent)}",
                what=missing.text,
                fix=missing.advice or _ASK,
                severe=percent in lines,
            )
    return found


def _rates(core: Core, percent: Decimal, group: Entry, zones: Mapping[str, Entry]) -> Iterator[Problem]:
    """What the group's articles are charged in each zone, as e-conomic will reckon it."""
    for name, zone in zones.items():
        rate = core.registers.rate(group.number, zone.number)
        if rate is None:
            what = say(
                "Product group {group} has no sales account in VAT zone {zone}.", group=group, zone=zone
            )
        elif name == "domestic" and rate != percent:
            what = _wrong(group, zone, rate, say("{percent} %", percent=percent_text(percent)))
        elif name in _UNTAXED and rate:
            what = _wrong(group, zone, rate, say("no VAT"))
        elif name not in HOME_ZONES and rate and rate not in _rates_there(core, name):
            what = _wrong(group, zone, rate, say("a rate of {country}", country=name))
        else:
            continue
        yield Problem(
            where=f"[erp] group_{percent_text(percent)}", what=what, fix=_ASK, severe=name == "domestic"
        )


def _wrong(group: Entry, zone: Entry, rate: Decimal, right: Text) -> Text:
    return say(
        "Product group {group} has {rate} % VAT in VAT zone {zone}; it should have {right}.",
        group=group,
        rate=percent_text(rate),
        zone=zone,
        right=right,
    )


def _rates_there(core: Core, country: str) -> tuple[Decimal, ...]:
    return tuple(rates_of(country, on=core.context.clock.now().astimezone(core.zone).date()))


def _articles(core: Core, home: Entry) -> Iterator[Problem]:
    """The articles of rows that are no goods, and those of [shipping]."""
    section = core.context.articles
    named = {
        number: f"[articles] {name}"
        for name in ("shipping", "fee", "discount", "gift_card", "cod", "rounding")
        if (number := getattr(section, name))
    }
    rules = core.context.shipping.rules.items()
    named |= {rule.article: f"[shipping] {method}" for method, rule in rules if rule.article}
    for number, where in named.items():
        yield from _article(core, number, where, home)


def _article(core: Core, number: str, where: str, home: Entry) -> Iterator[Problem]:
    try:
        row = core.client.get(path("products", number))
    except NotFound:
        yield _missing_article(core, number, where)
        return
    if row.get("barred"):
        yield Problem(
            where=where,
            what=say(
                "Article {number} is barred in e-conomic: no invoice with it can be booked.", number=number
            ),
            fix=say("Remove the bar, or name another article."),
        )
    rate = core.registers.rate(_group_of(row), home.number)
    free = where in ("[articles] gift_card", "[articles] rounding")
    if free and rate:
        yield Problem(
            where=where,
            what=say(
                "Article {number} has {rate} % VAT; such rows have none.",
                number=number,
                rate=percent_text(rate),
            ),
            fix=say("Put it into a product group without VAT in e-conomic."),
        )


def _missing_article(core: Core, number: str, where: str) -> Problem:
    made = core.context.articles.missing == "create"
    return Problem(
        where=where,
        what=say("e-conomic has no article {number}.", number=number),
        fix=say("It is made when it is first needed, because of missing = create in [articles].")
        if made
        else say("Make it in e-conomic, name another, or write missing = create in [articles]."),
        severe=not made,
    )


def _group_of(row: Mapping[str, Any]) -> int:
    group = row.get("productGroup")
    number = group.get("productGroupNumber") if isinstance(group, Mapping) else None
    return number if isinstance(number, int) else 0
