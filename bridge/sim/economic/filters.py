"""The ``filter`` parameter: parsed by hand, strict, against the list of what may be filtered (section 4) [D19].

``property$op:value`` joined by ``$and:`` and ``$or:`` with parentheses. A value ends at an unescaped ``$and:``,
``$or:``, ``)`` or the end; ``$ ( ) * , [ ]`` in it are written with a ``$`` before them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from bridge.sim.economic.errors import Refusal

__all__ = ["Predicate", "field_of", "parse"]

Predicate = Callable[[Any], bool]
OPERATORS: Final = ("eq", "ne", "gte", "gt", "lte", "lt", "like", "in", "nin")
MOST_VALUES: Final = 200  # of $in and $nin (section 4) [D19]
_NAME: Final = re.compile(r"[A-Za-z0-9.]+")
_OPERATOR: Final = re.compile(rf"\$({'|'.join(OPERATORS)}):")
_ESCAPED: Final = "$()*,[]"
_NULL: Final = "$null:"
_ANY: Final = "\x00*"  # an unescaped asterisk inside a value


def bad_filter(why: str) -> Refusal:
    """400: the filter cannot be read, or the property is not filterable (section 4) [D19; body I]."""
    return Refusal(400, f"Invalid filter. {why}", hint="See the documentation of filtering.")


def field_of(row: Any, path: str) -> Any:
    """A dotted property of a document; None when a part is missing."""
    for part in path.split("."):
        row = row.get(part) if isinstance(row, dict) else None
    return row() if callable(row) else row


class _Parser:
    def __init__(self, text: str, allowed: Collection[str], numeric: Callable[[str], bool]) -> None:
        self._text = text
        self._at = 0
        self._allowed = allowed
        self._numeric = numeric

    def whole(self) -> Predicate:
        found = self._either()
        if self._at < len(self._text):
            raise bad_filter(f"Unexpected '{self._text[self._at :][:20]}'.")
        return found

    def _either(self) -> Predicate:
        """``$and:`` binds tighter than ``$or:`` [I]."""
        parts = [self._both()]
        while self._take("$or:"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda row: any(part(row) for part in parts)

    def _both(self) -> Predicate:
        parts = [self._one()]
        while self._take("$and:"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else lambda row: all(part(row) for part in parts)

    def _one(self) -> Predicate:
        if self._take("("):
            inner = self._either()
            if not self._take(")"):
                raise bad_filter("A parenthesis is not closed.")
            return inner
        name = _NAME.match(self._text, self._at)
        operator = _OPERATOR.match(self._text, name.end()) if name else None
        if name is None or operator is None:
            raise bad_filter(f"No predicate at '{self._text[self._at :][:20]}'.")
        if name.group() not in self._allowed:
            raise bad_filter(f"The property '{name.group()}' is not filterable.")
        self._at = operator.end()
        if operator.group(1) in ("in", "nin"):
            return self._listed(name.group(), negative=operator.group(1) == "nin")
        return self._compared(name.group(), operator.group(1), self._value())

    def _take(self, word: str) -> bool:
        if not self._text.startswith(word, self._at):
            return False
        self._at += len(word)
        return True

    def _value(self) -> str | None:
        """Up to what ends it; None is null."""
        if self._take(_NULL):
            return None
        text = ""
        while self._at < len(self._text):
            char = self._text[self._at]
            if char == ")" or self._text.startswith(("$and:", "$or:"), self._at):
                break
            if char == "$":
                after = self._text[self._at + 1 : self._at + 2]
                if not after or after not in _ESCAPED:
                    raise bad_filter("A '$' that is not escaped.")
                text += after
                self._at += 2
                continue
            if char in "(,[]":
                raise bad_filter(f"A '{char}' that is not escaped.")
            text += _ANY if char == "*" else char
            self._at += 1
        return text

    def _listed(self, name: str, *, negative: bool) -> Predicate:
        """Numeric properties only, at most 200 values (section 4) [D19]."""
        if not self._numeric(name):
            raise bad_filter(f"$in and $nin are not for the property '{name}'.")
        end = self._text.find("]", self._at)
        if not self._take("[") or end < 0:
            raise bad_filter("A list stands in brackets.")
        words = self._text[self._at : end].split(",")
        self._at = end + 1
        if len(words) > MOST_VALUES:
            raise bad_filter(f"At most {MOST_VALUES} values.")
        wanted = {None if word == _NULL else _number(word) for word in words}
        return lambda row: (_amount(field_of(row, name)) in wanted) is not negative

    def _compared(self, name: str, operator: str, value: str | None) -> Predicate:
        if operator == "like":
            pattern = _pattern(value or "")
            return lambda row: pattern.fullmatch(str(field_of(row, name) or "")) is not None
        if value is not None:
            value = value.replace(_ANY, "*")
        wanted: Any = value
        if value is not None and self._numeric(name):
            wanted = _number(value)
        return lambda row: _holds(operator, field_of(row, name), wanted)


def _holds(operator: str, found: Any, wanted: Any) -> bool:
    if wanted is None or found is None:
        same = found is None and wanted is None
        return same if operator == "eq" else not same if operator == "ne" else False
    left, right = _alike(found, wanted)
    if operator in ("eq", "ne"):
        return bool((left == right) is (operator == "eq"))
    return bool(
        {"gt": left > right, "gte": left >= right, "lt": left < right, "lte": left <= right}[operator]
    )


def _alike(found: Any, wanted: Any) -> tuple[Any, Any]:
    if isinstance(found, bool):
        return str(found).lower(), str(wanted).lower()
    if isinstance(found, int | Decimal):
        return Decimal(found), wanted if isinstance(wanted, Decimal) else _number(str(wanted))
    return str(found).casefold(), str(
        wanted
    ).casefold()  # strings are compared without case (section 4) [D19]


def _pattern(value: str) -> re.Pattern[str]:
    """``*`` stands for anything; without one the words may stand anywhere (section 4) [D19]."""
    inner = ".*".join(re.escape(part) for part in value.split(_ANY))
    return re.compile(inner if _ANY in value else f".*{inner}.*", re.IGNORECASE | re.DOTALL)


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise bad_filter(f"'{text}' is not a number.") from None


def _amount(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def parse(text: str, allowed: Collection[str], numeric: Callable[[str], bool]) -> Predicate:
    """What a document must be like.

    Raises:
        Refusal: 400, the filter is wrong or asks for what is not filterable.
    """
    return _Parser(text, allowed, numeric).whole()
