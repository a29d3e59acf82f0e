"""Fortnox's answers, whose types wobble: the same field is a number here, a string there, ``"0"`` for nothing.

Fortnox facts, section 1 [L]: ``Credit`` is "false", ``CurrencyRate`` "1" in lists and 1 alone, ``InvoiceReference``
"0" means none. Whatever cannot be understood raises ``ValueError``; the caller knows what that means for its call.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from zoneinfo import ZoneInfo

__all__ = ["STOCKHOLM", "amount", "day", "either", "number", "reference", "text", "truth"]

STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")
"""Their clock; nothing they send has a zone (fortnox facts, section 1 [D])."""

_TRUE: Final = frozenset({"true", "1"})
_FALSE: Final = frozenset({"false", "0", ""})


def text(value: object) -> str:
    """The text of a field; "" for none."""
    return "" if value is None else str(value).strip()


def number(value: object) -> Decimal | None:
    """A number that may be written as text; None for none.

    Raises:
        ValueError: neither.
    """
    written = text(value)
    if not written:
        return None
    try:
        found = Decimal(written)
    except InvalidOperation:
        raise ValueError(f"{written!r} is no number") from None
    if not found.is_finite():
        raise ValueError(f"{written!r} is no number")
    return found


def amount(value: object) -> Decimal:
    """A number that must be there.

    Raises:
        ValueError: it is not.
    """
    found = number(value)
    if found is None:
        raise ValueError("a number is missing")
    return found


def truth(value: object) -> bool:
    """A yes or no that may be written as text; none is no.

    Raises:
        ValueError: neither.
    """
    written = text(value).lower()
    if written not in _TRUE | _FALSE:
        raise ValueError(f"{written!r} is neither true nor false")
    return written in _TRUE


def reference(value: object) -> str:
    """The number of another document; "" for none, which is also written 0."""
    written = text(value)
    return "" if written == "0" else written


def day(value: object) -> date | None:
    """A date; None for none. A date-time gives its day.

    Raises:
        ValueError: something else.
    """
    written = text(value)
    return date.fromisoformat(written[:10]) if written else None


def either(value: object, name: str) -> Any:
    """A field whose name comes in two casings: ``Code`` in a 404, ``code`` in a 400 (section 5 [L])."""
    if not isinstance(value, Mapping):
        return None
    return value.get(name, value.get(name.lower()))
