"""What a field may hold: sort, length, characters, enumeration (fortnox facts, sections 1, 5 and 7 to 10).

A checked body holds only what was sent: ``None`` stands for "API_BLANK" (clear it). JSON null is left out, since it
means unchanged (section 1) [2+], and so is empty text: a PUT of it was recorded to leave Comments and Country as they
were (invoices.json, save_old_with_empty_comments and ..._country) [L]; that all other text is so too is [I].
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any

from bridge.sim.fortnox.errors import FortnoxError

__all__ = [
    "Field",
    "Fields",
    "amount",
    "checked",
    "choice",
    "day",
    "flag",
    "half_up",
    "listed",
    "numeric",
    "part",
    "quantity",
    "text",
    "whole",
]

BLANK = "API_BLANK"
PUNCTUATION = frozenset("’\\–:.`´,;^¤#%§£$€¢¥©™°&/()=+-*_!?²³®½@")
SPACES = frozenset(" \u00a0\r\n\u0308\u030a")
WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
LARGEST = Decimal(10) ** 15  # -100000000000000 was recorded to be taken [L]; where it ends is [I]

Check = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One writable field; ``check`` gives the value as it is stored.

    Raises:
        FortnoxError: (``check``) the value is not taken.
    """

    check: Check


Fields = Mapping[str, Field]


def checked(fields: Fields, body: Any) -> dict[str, Any]:
    """The body's values, each checked.

    Raises:
        FortnoxError: an unknown or read-only field (2001399 [D]; read-only [I]), or a value that is not taken.
    """
    if not isinstance(body, dict):
        raise FortnoxError(2001392, "Ingen eller felaktig typ av data.")
    values: dict[str, Any] = {}
    for name, value in body.items():
        if name not in fields:
            raise FortnoxError(2001399, f"Felaktigt fältnamn ({name})")
        if value is None:
            continue
        kept = None if value == BLANK else fields[name].check(value)
        if kept != "":
            values[name] = kept
    return values


def text(
    longest: int = 0,
    *,
    shortest: int = 0,
    exactly: int = 0,
    pattern: str = "",
    code: int = 2000106,
    also: str = "",
) -> Field:
    """Text of allowed characters (2000359 [D]). That a text too long has that code too is [I].

    ``pattern``: what it must look like, else ``code``; ``also``: further characters.
    """
    shape = re.compile(pattern) if pattern else None
    least, most = exactly or shortest, exactly or longest

    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise FortnoxError(2000106, f"Värdet måste vara alfanumeriskt ({value})")
        odd = [each for each in value if not _allowed(each) and each not in also]
        if odd:
            raise FortnoxError(2000359, f"Värdet innehåller ej tillåtna tecken. ({odd[0]})")
        if (most and len(value) > most) or (len(value) < least):
            raise FortnoxError(2000359, f"Värdet har fel längd ({len(value)}; {least} till {most}).")
        if shape is not None and not shape.fullmatch(value):
            raise FortnoxError(code, f"Ogiltigt värde: {value}.")
        return value

    return Field(check)


def _allowed(character: str) -> bool:
    """Letters of any language, digits, and the listed punctuation (section 1) [D]."""
    return (
        character in SPACES
        or character in PUNCTUATION
        or unicodedata.category(character)[0] == "L"
        or unicodedata.category(character) == "Nd"
    )


def amount(*, decimals: int = 2, low: str = "", high: str = "", too_high: str = "") -> Field:
    """A number, rounded half up to its decimals as was recorded (section 9) [L]; else 2000108 [D]."""

    def check(value: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise FortnoxError(2000108, f"Värdet måste vara numeriskt ({value})")
        given = Decimal(value)
        if not given.is_finite() or abs(given) > LARGEST:
            raise FortnoxError(2000108, f"Värdet måste vara numeriskt ({value})")
        number = half_up(given, decimals)
        if (low and number < Decimal(low)) or (high and number > Decimal(high)):
            raise FortnoxError(2000108, too_high or f"Värdet ligger utanför det tillåtna: {value}.")
        return number

    return Field(check)


def quantity() -> Field:
    """A number that may also come as text, as it is answered (sections 1, 9) [L]."""
    number = amount()

    def check(value: Any) -> Any:
        if isinstance(value, str):
            try:
                return number.check(Decimal(value))
            except InvalidOperation:
                raise FortnoxError(2000108, f"Värdet måste vara numeriskt ({value})") from None
        return number.check(value)

    return Field(check)


def whole(low: int = 0, high: int = 2**31 - 1, *, zero: bool = False) -> Field:
    """A whole number within bounds; ``zero``: 0 is taken as well."""

    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or value != int(value):
            raise FortnoxError(2000108, f"Värdet måste vara numeriskt ({value})")
        number = int(value)
        if not (low <= number <= high or (zero and number == 0)):
            raise FortnoxError(2000108, f"Värdet ligger utanför det tillåtna: {number}.")
        return number

    return Field(check)


def numeric(longest: int = 0, *, exactly: int = 0) -> Field:
    """Digits as text (2000108 [D])."""
    return text(longest, exactly=exactly, pattern=r"\d*", code=2000108)


def flag() -> Field:
    """True or false (2000134 [D])."""

    def check(value: Any) -> bool:
        if not isinstance(value, bool):
            raise FortnoxError(2000134, f"Värdet måste vara en boolean ({value})")
        return value

    return Field(check)


def day() -> Field:
    """``YYYY-MM-DD`` (section 1) [D]; the code for anything else is [I]."""

    def check(value: Any) -> str:
        try:
            if isinstance(value, str) and date.fromisoformat(value).isoformat() == value:
                return value
        except ValueError:
            pass
        raise FortnoxError(2000359, f"Ogiltigt datum: {value}.")

    return Field(check)


def choice(*words: str) -> Field:
    """One of these words; the code for another is [I]."""
    allowed = frozenset(words)

    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise FortnoxError(2000359, f"Ogiltigt värde: {value}. Tillåtna: {', '.join(sorted(allowed))}.")
        return value

    return Field(check)


def part(fields: Fields) -> Field:
    """An object inside the object."""
    return Field(lambda value: checked(fields, value))


def listed(fields: Fields) -> Field:
    """An array of objects."""

    def check(value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, list):
            raise FortnoxError(2001392, "Ingen eller felaktig typ av data.")
        return [checked(fields, each) for each in value]

    return Field(check)


def half_up(value: Decimal, decimals: int = 2) -> Decimal:
    """Halves away from zero: 1.125 came back as 1.13 (section 9) [L]."""
    return value.quantize(Decimal(1).scaleb(-decimals), context=WIDE)
