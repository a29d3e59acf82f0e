"""Lists: search, filters, sorting, pages (fortnox facts, section 4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from bridge.sim.fortnox.errors import bad_filter, bad_parameter
from bridge.sim.fortnox.state import STOCKHOLM, Call, Entry, Reply

__all__ = ["Listing", "by_number", "listing"]

Test = Callable[[Entry, str], bool]
GLOBAL = frozenset(
    "page limit offset sortby sortorder filter lastmodified financialyear financialyeardate fromdate todate".split()
)
MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2})(?::(\d{2}))?)?")
RANGES = frozenset("fromfinalpaydate tofinalpaydate accountnumberfrom accountnumberto".split())
"""Asked for in pairs (section 10), so the rule of one parameter cannot mean them [I]."""
MOST, USUAL = 500, 100


def by_number(entry: Entry) -> tuple[int, int, str]:
    """Ascending, 2 before 10 (section 4) [D]; numbers with letters behind the plain ones [I]."""
    number = entry.number
    return (0, int(number), "") if number.isdecimal() else (1, 0, number.lower())


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What one resource's list can do."""

    plural: str
    """The key of the array: "Orders"."""
    show: Callable[[Call, Entry], dict[str, Any]]
    search: Mapping[str, str | Test] = field(default_factory=dict)
    """Parameter to the field it looks in, or to a test of its own."""
    filters: Mapping[str, Callable[[Call, Entry], bool]] = field(default_factory=dict)
    sorts: Mapping[str, str] = field(default_factory=dict)
    """sortby to the field."""
    order: Callable[[Entry], Any] = by_number
    """How it is sorted unless asked otherwise."""
    dated: str = ""
    """The field fromdate and todate go by."""
    several: Callable[[], bool] = bool
    """Whether more than one search parameter is taken."""


def listing(call: Call, rules: Listing, entries: Iterable[Entry]) -> Reply:
    """One page.

    Raises:
        FortnoxError: a parameter or filter nobody knows, or a value it cannot have.
    """
    found = _kept(call, rules, entries)
    _sort(call, rules, found)
    return _page(call, rules, found)


def _kept(call: Call, rules: Listing, entries: Iterable[Entry]) -> list[Entry]:
    own = [name for name in call.query if name not in GLOBAL]
    for name in own:
        if name not in rules.search:
            raise bad_parameter(name)
    single = [name for name in own if name not in RANGES]
    if len(single) > 1 and not rules.several():  # only one of its own at a time (section 4) [D]
        raise bad_parameter(single[1])
    found = sorted(entries, key=rules.order)
    for name in own:
        rule, wanted = rules.search[name], call.query[name]
        test = rule if callable(rule) else _contains(rule)
        found = [entry for entry in found if test(entry, wanted)]
    named = call.query.get("filter")
    if named is not None:
        if named not in rules.filters:
            raise bad_filter()
        found = [entry for entry in found if rules.filters[named](call, entry)]
    if "lastmodified" in call.query:
        since = _moment(call.query["lastmodified"])
        found = [entry for entry in found if _local(entry.touched) >= since]
    return _within(call, rules, found)


def _within(call: Call, rules: Listing, found: list[Entry]) -> list[Entry]:
    bounds = {name: _day(name, call.query[name]) for name in ("fromdate", "todate") if name in call.query}
    if bounds and not rules.dated:
        raise bad_parameter(min(bounds))
    first, last = bounds.get("fromdate", ""), bounds.get("todate", "9999-12-31")
    if bounds:
        found = [entry for entry in found if first <= str(entry.values[rules.dated]) <= last]
    return found


def _contains(name: str) -> Test:
    """ILIKE '%value%' (section 4) [D]: part of the text, without case."""

    def test(entry: Entry, wanted: str) -> bool:
        value = entry.values.get(name)
        if isinstance(value, bool):
            return wanted.lower() == str(value).lower()
        return wanted.lower() in str("" if value is None else value).lower()

    return test


def _moment(text: str) -> datetime:
    """``2026-09-01 06:00``, Swedish time (section 4) [D]; anything else is refused [I]."""
    match = MOMENT.fullmatch(text)
    try:
        if match:
            day, clock, second = match.groups()
            return datetime.fromisoformat(f"{day} {clock or '00:00'}:{second or '00'}")
    except ValueError:
        pass
    raise bad_parameter("lastmodified")


def _local(moment: datetime) -> datetime:
    """As the server keeps it: Stockholm's clock, to the second, without zone; an hour comes twice each autumn."""
    return moment.astimezone(STOCKHOLM).replace(microsecond=0, tzinfo=None)


def _day(name: str, value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise bad_parameter(name) from None


def _sort(call: Call, rules: Listing, found: list[Entry]) -> None:
    order = call.query.get("sortorder", "ascending")
    if order not in ("ascending", "descending"):
        raise bad_parameter("sortorder")
    by = call.query.get("sortby")
    if by is not None:
        if by not in rules.sorts:
            raise bad_parameter("sortby")
        name = rules.sorts[by]
        found.sort(key=lambda entry: _comparable(entry, name))
    if order == "descending":
        found.reverse()


def _comparable(entry: Entry, name: str) -> Any:
    value = entry.values.get(name)
    if name in ("DocumentNumber", "CustomerNumber", "ArticleNumber"):
        return (by_number(Entry(number=str(value), values={}, touched=datetime.min.replace(tzinfo=UTC))), "")
    return ((1, value, ""), "") if isinstance(value, Decimal) else ((0, 0, str(value or "").lower()), "")


def _page(call: Call, rules: Listing, found: list[Entry]) -> Reply:
    limit = _number(call, "limit", USUAL, most=MOST)
    page = _number(call, "page", 1)
    offset = _number(call, "offset", 0, least=0)
    if offset and offset >= len(found):  # an offset beyond the end was answered with nothing at all [L]
        found = []
    start = offset + (page - 1) * limit
    shown = found[start : start + limit]
    meta = {
        "@TotalResources": len(found),
        "@TotalPages": -(-len(found) // limit),
        "@CurrentPage": page,
    }
    return Reply({"MetaInformation": meta, rules.plural: [rules.show(call, entry) for entry in shown]})


def _number(call: Call, name: str, usual: int, *, least: int = 1, most: int = 10**9) -> int:
    """A whole number within its bounds: limit at most 500 (section 4); that more is refused is [I]."""
    value = call.query.get(name, str(usual))
    if not value.isdecimal() or not least <= int(value) <= most:
        raise bad_parameter(name)
    return int(value)
