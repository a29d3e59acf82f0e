"""Which field of an ERP gets what, said as data: what is sent and the table in docs are made of the same lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bridge.erps.wire import Json

__all__ = ["Field", "body"]

S = TypeVar("S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Generic[S]):
    """One field of a vendor's document, and where it comes from."""

    vendor: str
    """Its name in the vendor's document; dots lead into objects: ``recipient.zip``."""
    source: str
    """What goes there, in a few plain words, for the table in docs."""
    value: Callable[[S], Json]
    """None, an empty text or an empty list: the field is left out."""
    limit: int | None = None
    """Longest text, in characters; the rest is cut, and noted where it matters."""
    fact: str = ""
    """Where the rule stands and how sure it is: ``section 9 [D]``."""


def body(
    fields: Sequence[Field[S]], subject: S, *, fit: Callable[[str, int | None], str] = lambda text, _: text
) -> dict[str, Json]:
    """The object of all fields that have a value, in their order; ``fit`` cuts texts and cleans them.

    Raises:
        TypeError: a name is a value and an object: a fault in the table.
    """
    made: dict[str, Json] = {}
    for field in fields:
        value = field.value(subject)
        if isinstance(value, str):
            value = fit(value, field.limit)
        if value is None or value in ("", []):
            continue
        *path, name = field.vendor.split(".")
        place = made
        for step in path:
            inner = place.setdefault(step, {})
            if not isinstance(inner, dict):
                raise TypeError(f"{field.vendor}: {step} is a value and an object")
            place = inner
        place[name] = value
    return made
