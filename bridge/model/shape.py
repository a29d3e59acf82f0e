"""Is a value made by foreign code what its class says? Dataclasses do not look; a float would reach the books."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from bridge.model.texts import Problem

__all__ = ["misfit"]


def misfit(value: object, kind: Any) -> str:
    """Where ``value`` is not what ``kind`` says, in a plugin author's words: ``.lines[2].net is a float, not a
    Decimal``; empty when all is well.
    """  # noqa: D205 - the example needs the room
    return _misfit(value, kind, "")


def _misfit(value: object, kind: Any, path: str) -> str:
    origin = typing.get_origin(kind)
    if origin is types.UnionType:
        return "" if value is None else _misfit(value, typing.get_args(kind)[0], path)
    expected = origin or kind
    if not isinstance(value, expected):
        return f"{path} is a {type(value).__name__}, not a {_name(expected)}".strip()
    if isinstance(value, tuple):
        (each, _) = typing.get_args(kind)
        return _first(_misfit(item, each, f"{path}[{at}]") for at, item in enumerate(value))
    if isinstance(value, Mapping):
        return _first(_misfit(text, str, f"{path}[{key!r}]") for key, text in value.items())
    if is_dataclass(value) and not isinstance(value, Problem | type):
        hints = _hints(type(value))
        return _first(_misfit(getattr(value, name), hint, f"{path}.{name}") for name, hint in hints.items())
    return _odd(value, path)


def _odd(value: object, path: str) -> str:
    if isinstance(value, Decimal) and not value.is_finite():
        return f"{path} is {value}, which is no amount"
    if isinstance(value, datetime) and value.tzinfo is None:
        return f"{path} has no time zone"
    return ""


def _first(found: typing.Iterator[str]) -> str:
    return next((each for each in found if each), "")


def _name(kind: Any) -> str:
    return str(getattr(kind, "__name__", kind))


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {part.name: hints[part.name] for part in fields(kind)}
