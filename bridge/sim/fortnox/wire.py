"""JSON in and out: numbers come in as Decimal and go out as JSON numbers, whole ones without a point, as recorded."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

__all__ = ["as_text", "dump", "load"]


def load(raw: bytes) -> Any:
    """Parse.

    Raises:
        ValueError: it is no JSON, or holds NaN or an infinity.
    """
    return json.loads(raw, parse_float=Decimal, parse_constant=_refuse)


def _refuse(word: str) -> Any:
    raise ValueError(word)


def dump(value: Any) -> bytes:
    """As UTF-8, letters as they are."""
    return json.dumps(value, default=_number, ensure_ascii=False, separators=(",", ":")).encode()


def _number(value: Any) -> int | float:
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} cannot be sent")
    return int(value) if value == int(value) else float(value)


def as_text(value: Decimal) -> str:
    """A number as the text it is in some answers: "1.12", "0", "-0" never."""
    if value == int(value):
        return str(int(value))
    return f"{value.normalize():f}"
