"""Query parameters as PHP and WordPress read them: brackets, commas, types, limits (tables b, c, k)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, quote

from bridge.sim.woocommerce.errors import bad_param

__all__ = ["Query", "boolean", "choice", "integer", "integers", "words"]

Query = dict[str, str | list[str]]
BRACKET = re.compile(r"^([^\[]+)\[(\w*)\]$")


def parse(query: str) -> Query:
    """``a=1&a=2`` keeps the last; ``a[]=1&a[]=2`` and ``a[0]=1`` make a list (table b)."""
    found: Query = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        bracket = BRACKET.match(name)
        if bracket is None:
            found[name] = value
            continue
        held = found.get(bracket[1])
        found[bracket[1]] = [*held, value] if isinstance(held, list) else [value]
    return found


def spell(query: Query) -> str:
    """The query as it stands in a Link header: brackets counted and escaped, commas as they came."""
    parts: list[str] = []
    for name, value in query.items():
        if isinstance(value, list):
            parts += [f"{name}%5B{place}%5D={quote(item, safe='')}" for place, item in enumerate(value)]
        else:
            parts.append(f"{name}={quote(value, safe='')}")
    return "&".join(parts)


def integer(query: Query, name: str, *, default: int, low: int | None = None, high: int | None = None) -> int:
    """A whole number within its limits (table c: per_page 101, 0 and -1 are 400)."""
    raw = query.get(name)
    if raw is None:
        return default
    if isinstance(raw, list) or not re.fullmatch(r"-?\d+", raw):
        raise bad_param(name, f"{name} is not of type integer.", "rest_invalid_type", data={"param": name})
    value = int(raw)
    if low is not None and high is not None and not low <= value <= high:
        message = f"{name} must be between {low} (inclusive) and {high} (inclusive)"
        raise bad_param(name, message, "rest_out_of_bounds")
    if low is not None and value < low:
        raise bad_param(name, f"{name} must be greater than or equal to {low}", "rest_out_of_bounds")
    return value


def words(query: Query, name: str) -> list[str]:
    """A list by commas or brackets."""
    raw = query.get(name)
    if raw is None:
        return []
    items = raw if isinstance(raw, list) else re.split(r"[\s,]+", raw)
    return [item for item in items if item != ""]


def integers(query: Query, name: str) -> list[int]:
    """A list of ids; ``include`` takes at least 299 of them (table c)."""
    found = words(query, name)
    for place, item in enumerate(found):
        if not re.fullmatch(r"-?\d+", item):
            message = f"{name}[{place}] is not of type integer."
            raise bad_param(name, message, "rest_invalid_type", data={"param": f"{name}[{place}]"})
    return [int(item) for item in found]


def choice(query: Query, name: str, allowed: Iterable[str], *, default: str) -> str:
    """One word of a closed set (orderby=total is a 400, table a)."""
    raw = query.get(name, default)
    options = list(allowed)
    if raw not in options:
        raise bad_param(name, f"{name} is not one of {enumerated(options)}.", "rest_not_in_enum")
    return str(raw)


def boolean(query: Query, name: str) -> bool:
    """WordPress's idea of true and false."""
    raw = query.get(name, "false")
    if isinstance(raw, list) or raw.lower() not in {"true", "false", "1", "0"}:
        raise bad_param(name, f"{name} is not of type boolean.", "rest_invalid_type", data={"param": name})
    return raw.lower() in {"true", "1"}


def enumerated(options: Iterable[Any]) -> str:
    """``a, b, and c`` as WordPress joins them."""
    items = [str(option) for option in options]
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])}, and {items[-1]}"
