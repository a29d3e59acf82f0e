"""What the registers of a company teach (Hogia facts, sections 2.1, 2.2 and 8.6). Readings only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from bridge.erps.hogia_smart.core import Core
from bridge.erps.hogia_smart.years import day_of
from bridge.errors import Rejected
from bridge.model.probing import Learnt
from bridge.model.texts import Text, say

__all__ = ["accounts", "contacts", "vat_codes", "years"]


def years(core: Core) -> Iterator[Learnt]:
    """Financial years, the form of days, and whether today has one."""
    rows = [*core.client.rows(*core.client.path("years"))]
    firsts = [str(row.get("startDate", "")) for row in rows]
    try:
        told = [f"{day_of(row['startDate'])} - {day_of(row['endDate'])}" for row in rows]
    except (KeyError, ValueError):
        told = []
    yield Learnt(
        asked=say("Which financial years are there, and how are days written?"),
        found=say(
            "{count} years: {years}. A day is written {day}.",
            count=len(rows),
            years=", ".join(told) or "-",
            day=next(iter(firsts), "-"),
        ),
        good=bool(told),
    )
    today = core.context.clock.now().astimezone(core.zone).date()
    core.years.forget()
    asked = say("Is the year of a day found by the day?")
    try:
        year = core.years.year(today)
    except Rejected as none:
        yield Learnt(asked=asked, found=none.text, good=None)
        return
    known = any(str(row.get("id")) == year.id for row in rows)
    yield Learnt(asked=asked, found=say("Yes, {day}'s.", day=today.isoformat()), good=known or None)


def accounts(core: Core) -> Iterator[Learnt]:
    """The chart of the year: which fields accounts have, and how a filter by number is answered."""
    asked = say("What does the chart of accounts tell?")
    client = core.client
    today = core.context.clock.now().astimezone(core.zone).date()
    try:
        home = client.path("year", core.years.year(today).id, *client.path("accounts"))
    except Rejected as none:
        yield Learnt(asked=asked, found=none.text, good=None)
        return
    rows = [*client.rows(*home, accountState="All")]
    fields = {name: sum(row.get(name) is not None for row in rows) for name in ("isActive", "vatCodeId")}
    yield Learnt(
        asked=asked,
        found=say(
            "{count} accounts; {active} say whether they are active, {inactive} are not, {coded} have a VAT code.",
            count=len(rows),
            active=fields["isActive"],
            inactive=sum(row.get("isActive") is False for row in rows),
            coded=fields["vatCodeId"],
        ),
        good=bool(rows) and fields["isActive"] == len(rows) and fields["vatCodeId"] > 0,
    )
    if rows:
        number = str(rows[0].get("number", ""))
        yield _filtered(client.heard(*home, number=number).json(), "number", number)


def vat_codes(core: Core) -> Iterator[Learnt]:
    """Whether rates are fractions; both are read."""
    rows = core.client.register(*core.client.path("vat_codes"))
    rates = sorted({Decimal(row.get("vatPercent") or 0) for row in rows})
    fraction = all(rate <= 1 for rate in rates)
    yield Learnt(
        asked=say("How are VAT codes told?"),
        found=say(
            "{count} codes with these rates: {rates}. They are read as {form}.",
            count=len(rows),
            rates=", ".join(f"{rate.normalize():f}" for rate in rates) or "-",
            form=say("fractions") if fraction else say("percent"),
        ),
        good=any(rates),
    )


def contacts(core: Core) -> Iterator[Learnt]:
    """Which number the first page has, and what the numbers of contacts and addresses are."""
    words, client = core.profile, core.client
    home = client.path("contacts")
    first = client.heard(*home, **{words.text("pages.size"): 1})
    current, count = (first.headers.get(words.text(f"pages.{name}"), "") for name in ("current", "count"))
    named = [name for name in first.headers if "pag" in name.lower()]
    yield Learnt(
        asked=say("Do pages begin at 0 or at 1?"),
        found=say(
            "The first of {count} pages says it is number {current}. Either will do.",
            count=count or "?",
            current=current,
        )
        if current
        else say(
            "The answer does not say which page it is; heads about pages: {names}. A list of more than {most} cannot "
            "be followed.",
            names=", ".join(named) or "-",
            most=words.text("pages.most"),
        ),
        good=current.strip().isdecimal(),
    )
    rows = [*client.rows(*home)]
    yield _kinds(core, rows)
    yield _addresses(core, rows)
    if rows:
        number = str(rows[0].get("number", ""))
        if number:
            yield _filtered(client.heard(*home, number=number).json(), "number", number)


def _kinds(core: Core, rows: list[dict[str, Any]]) -> Learnt:
    wanted = core.profile.number("numbers.customer")
    kinds = _counted(kind for row in rows for kind in _list(row, "contactTypes"))
    own = sum(bool((row.get("customer") or {}).get("eInvoiceReceiverEmail")) for row in rows)
    others = [kind for kind in kinds if kind != str(wanted)]
    wrong = bool(kinds) and str(wanted) not in kinds
    return Learnt(
        asked=say("Which type of contact is a customer?"),
        found=say(
            "{count} contacts; types: {kinds}; {mails} have an e-mail address for invoices. The bridge takes type "
            "{wanted} for customers.",
            count=len(rows),
            kinds=_shown(kinds),
            mails=own,
            wanted=wanted,
        ),
        good=not wrong if kinds else None,
        line=f"numbers.customer = {{ value = {others[0]} }}"
        if wrong and len(others) == 1 and others[0].isdecimal()
        else "",
    )


def _addresses(core: Core, rows: list[dict[str, Any]]) -> Learnt:
    bill, delivery = (core.profile.text(f"numbers.{name}") for name in ("address", "delivery_address"))
    kinds = _counted(each.get("addressType") for row in rows for each in _list(row, "addresses"))
    told = any("addresses" in row for row in rows)
    known = set(kinds) <= {bill, delivery}
    return Learnt(
        asked=say("Which types do addresses have?"),
        found=say(
            "In use: {kinds}. The bridge writes {bill} for the bill and {delivery} for the delivery: compare with a "
            "customer whose addresses you know.",
            kinds=_shown(kinds),
            bill=bill,
            delivery=delivery,
        )
        if told
        else say("Contacts do not show their addresses: the bridge then changes none."),
        good=None if not kinds or known else False,
    )


def _filtered(answer: Any, name: str, value: str) -> Learnt:
    """A filter that is not heard answers with everything."""
    rows = [answer] if isinstance(answer, dict) else answer if isinstance(answer, list) else []
    right = [row for row in rows if str(row.get(name, "")) == value]
    form = say("the thing itself") if isinstance(answer, dict) else say("a list")
    heard = len(rows) == len(right) > 0
    return Learnt(
        asked=say("Is a filter by number heard?"),
        found=say("Yes; the answer is {form}.", form=form)
        if heard
        else say(
            "No: {count} came for one number, {right} of them right. The bridge compares what comes.",
            count=len(rows),
            right=len(right),
        ),
        good=heard,
    )


def _list(row: Mapping[str, Any], name: str) -> list[Any]:
    found = row.get(name)
    return found if isinstance(found, list) else []


def _counted(values: Iterable[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for value in values:
        found[str(value)] = found.get(str(value), 0) + 1
    return found


def _shown(kinds: Mapping[str, int]) -> Text:
    if not kinds:
        return say("none")
    return say("{list}", list=", ".join(f"{kind} ({times})" for kind, times in sorted(kinds.items())))
