"""JSON for a vendor's wire, with amounts as numbers written exactly: 79.20 goes out as 79.20."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from bridge.model.money import plain

__all__ = ["Json", "dumps"]

Json: TypeAlias = "bool | int | str | Decimal | Sequence[Json] | Mapping[str, Json] | None"
"""What may be sent. No float: it cannot hold an amount."""


def dumps(value: Json) -> str:
    """The JSON text.

    Raises:
        TypeError: something that is none of ``Json``, a float above all.
        ValueError: an amount that is no number.
    """
    match value:
        case Decimal():
            if not value.is_finite():
                raise ValueError(f"{value} is no JSON number")
            return plain(value)
        case None | bool() | int() | str():
            return json.dumps(value, ensure_ascii=False)
        case Mapping():
            pairs = (f"{json.dumps(key, ensure_ascii=False)}: {dumps(each)}" for key, each in value.items())
            return "{" + ", ".join(pairs) + "}"
        case list() | tuple():
            return "[" + ", ".join(dumps(each) for each in value) + "]"
        case _:
            raise TypeError(f"{type(value).__name__} cannot be sent")
