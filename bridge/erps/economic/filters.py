"""The ``filter`` of a list: values escaped, parts joined (economic facts, section 4 [D19]).

``references.other$eq:main:1234:order``. Eight characters of a value are written with a ``$`` before them, an
unescaped one changes the question. Percent-encoding is transport's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote

__all__ = ["MOST_VALUES", "Filter", "any_of", "batches", "escaped", "fitting"]

MOST_VALUES: Final = 200
"""Of ``$in``, and on numbers only (section 4 [D19])."""
LONGEST: Final = 1500
"""Characters of one encoded filter: the usual Windows server takes 2048 for the whole query [I]."""

_ESCAPES: Final = str.maketrans({char: f"${char}" for char in "$()*,[]"})


def escaped(value: str) -> str:
    """A value as it stands in a filter."""
    return value.translate(_ESCAPES)


class Filter(str):
    """One question, as text; ``&`` joins two that must both hold, ``|`` two of which one must."""

    __slots__ = ()

    @classmethod
    def eq(cls, name: str, value: str | int) -> Filter:
        """Exactly this, in any case of letters.

        Raises:
            ValueError: an empty value, which e-conomic does not take.
        """
        return cls._of(name, "eq", value)

    @classmethod
    def gte(cls, name: str, value: str | int) -> Filter:
        """At least that."""
        return cls._of(name, "gte", value)

    @classmethod
    def contains(cls, name: str, value: str) -> Filter:
        """That anywhere in it: ``$like:`` without an asterisk."""
        return cls._of(name, "like", value)

    @classmethod
    def among(cls, name: str, numbers: Iterable[int]) -> Filter:
        """One of these numbers, at most ``MOST_VALUES``.

        Raises:
            ValueError: none, or too many.
        """
        listed = list(numbers)
        if not 1 <= len(listed) <= MOST_VALUES:
            raise ValueError(f"{len(listed)} values")
        return cls(f"{name}$in:[{','.join(map(str, listed))}]")

    @classmethod
    def _of(cls, name: str, operator: str, value: str | int) -> Filter:
        if value == "":
            raise ValueError(f"an empty {name} would ask for everything")
        return cls(f"{name}${operator}:{escaped(str(value))}")

    def __and__(self, other: Filter) -> Filter:
        return Filter(f"{self._bracketed}$and:{other._bracketed}")

    def __or__(self, other: Filter) -> Filter:
        return Filter(f"{self}$or:{other}")

    @property
    def _bracketed(self) -> str:
        return f"({self})" if "$or:" in self else str(self)


def any_of(parts: Iterable[Filter]) -> Filter:
    """One of these must hold.

    Raises:
        ValueError: there are none.
    """
    joined = "$or:".join(parts)
    if not joined:
        raise ValueError("no question at all would ask for everything")
    return Filter(joined)


def fitting(parts: Iterable[Filter]) -> Iterator[Filter]:
    """``any_of`` in as few questions as the length of an address allows."""
    taken: list[Filter] = []
    room = LONGEST
    for part in parts:
        size = len(quote(f"$or:{part}", safe=",:"))
        if taken and size > room:
            yield any_of(taken)
            taken, room = [], LONGEST
        taken.append(part)
        room -= size
    if taken:
        yield any_of(taken)


def batches(name: str, numbers: Iterable[int]) -> Iterator[Filter]:
    """``among`` in as few questions as the number of values and the length of an address allow."""
    taken: list[int] = []
    room = LONGEST
    for number in numbers:
        size = len(str(number)) + 1
        if taken and (size > room or len(taken) == MOST_VALUES):
            yield Filter.among(name, taken)
            taken, room = [], LONGEST
        taken.append(number)
        room -= size
    if taken:
        yield Filter.among(name, taken)
