"""JSON in and out, digit for digit."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from bridge.sim.hogia_smart.errors import Refusal

__all__ = ["dumps", "loads"]


def loads(raw: bytes) -> Any:
    """Numbers with a point as Decimal, whole ones as int.

    Raises:
        Refusal: 400, it is no JSON.
    """
    try:
        return json.loads(raw.decode("utf-8"), parse_float=Decimal, parse_constant=_refuse)
    except ValueError:
        raise Refusal("The request body is not valid JSON.", field="$") from None


def _refuse(word: str) -> Any:
    raise ValueError(word)


def dumps(value: Any) -> str:
    """JSON; a Decimal is a number, written as it is."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        return "{" + ",".join(f"{dumps(str(name))}:{dumps(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(dumps, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
