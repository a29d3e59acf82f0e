"""An order as the entry page shows it: its rows, its arithmetic, and text with person numbers hidden."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bridge.model.codec import load_order, load_refund
from bridge.model.money import cents
from bridge.model.orders import Order, Refund
from bridge.web.context import web

__all__ = ["Sum", "arithmetic", "masked", "read", "read_refund", "readable"]

TEXT_LIMIT: Final = 200_000
"""Characters of one text on the page; a 5 MB order must not become a 5 MB page."""

_TOKEN: Final = re.compile(r'"(?:\\.|[^"\\])*"|[\[\]{},:]|[^\s"\[\]{},:]+')


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What the rows come to, beside what the shop says."""

    net: Decimal
    tax: Decimal
    gross: Decimal
    stated: Decimal
    difference: Decimal
    """Rows minus shop; anything but zero is wrong."""


def read(body: str | None) -> Order | None:
    """The stored order; None where the stored text is one we never could read."""
    if body is None:
        return None
    try:
        return load_order(body)
    except (ValueError, KeyError, TypeError, ArithmeticError):
        return None


def read_refund(body: str | None) -> Refund | None:
    """The stored refund, of an entry that credits one."""
    try:
        return None if body is None else load_refund(body)
    except ValueError:
        return None


def arithmetic(order: Order) -> Sum:
    """Add up the rows."""
    net = sum((line.net for line in order.lines), Decimal(0))
    tax = sum((line.tax for line in order.lines), Decimal(0))
    stated = order.totals.gross
    return Sum(
        net=net,
        tax=tax,
        gross=net + tax,
        stated=stated,
        difference=cents(net + tax - stated, order.currency),
    )


def masked(text: str) -> str:
    """The text with Swedish person numbers and our own secrets hidden."""
    return web().mask(text)


def readable(text: str, media_type: str = "") -> str:
    """A payload or an answer for a person: JSON indented, person numbers hidden, cut where it is endless."""
    shown = text
    if "json" in media_type or text.lstrip()[:1] in {"{", "["}:
        shown = _indented(text)
    shown = masked(shown)
    return shown if len(shown) <= TEXT_LIMIT else shown[:TEXT_LIMIT] + "\n…"


def _indented(text: str) -> str:
    """JSON on several lines, every digit as it was: a parsed 79.90 would come out as 79.9."""
    if len(text) > TEXT_LIMIT:
        return text
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    lines, depth = [""], 0
    for part in _TOKEN.findall(text):
        if part in "]}":
            depth -= 1
            lines.append("  " * depth)
        lines[-1] += ": " if part == ":" else part
        if part in "[{":
            depth += 1
        if part in "[{,":
            lines.append("  " * depth)
    return "\n".join(lines)
