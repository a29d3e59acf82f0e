"""Reading a field of WooCommerce's JSON strictly: a wrong value becomes a named problem, never a guess.

PHP writes an empty object as ``[]`` and a missing one as ``false``; plugins put text where numbers belong.
Reading goes on after the first fault, so that the owner sees all of them at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from bridge.model.money import ZERO, AmountError, amount
from bridge.model.texts import Problem, Text, say

__all__ = ["MEND_IN_SHOP", "Fields", "as_json", "clean", "first", "moment", "raw_json", "row_id", "shown"]

MEND_IN_SHOP: Final = say("Correct the order in the shop; it is read again by itself.")

_LARGEST_ID: Final = 2**63 - 1
"""What the shop's own database can hold; beyond it PHP has already lost digits."""

_PRICE_DIGITS: Final = 20
_MOST_DIGITS: Final = 20


@dataclass(slots=True)
class Fields:
    """One JSON object, where it stands, and the list its faults go to."""

    values: Mapping[str, Any]
    where: str
    problems: list[Problem] = field(default_factory=list)

    def text(self, name: str, default: str = "") -> str:
        """Text; null, false and missing are ``default``; a number is written out."""
        raw = self.values.get(name)
        if isinstance(raw, str):
            return raw if raw.isascii() else clean(raw)
        if raw is None or raw is False:
            return default
        if isinstance(raw, bool | list | dict):
            self.wrong(say("{field} is {value}, which is not text.", field=name, value=shown(raw)))
            return default
        return str(raw)

    def money(self, name: str) -> Decimal:
        """An amount; must be there."""
        if name not in self.values:
            self.missing(name)
            return ZERO
        return self.number(name, self.values[name])

    def number(self, name: str, raw: object) -> Decimal:
        """The amount ``raw`` holds, or 0 and a problem."""
        try:
            if not (isinstance(raw, Decimal) and raw.is_finite() and raw.adjusted() > _MOST_DIGITS):
                return amount(raw)  # otherwise: 1e999999999, written out, would fill the memory
        except AmountError:
            pass  # told below, together with the other case
        self.wrong(
            say("{field} is {value}, which is not an amount such as 79.50.", field=name, value=shown(raw))
        )
        return ZERO

    def exact(self, name: str) -> Decimal | None:
        """A number as PHP prints a float, up to 17 digits: ``55.199999999999996``. None if it is not there."""
        if name not in self.values:
            return None
        raw = self.values[name]
        if isinstance(raw, Decimal) and raw.is_finite() and raw.adjusted() <= _MOST_DIGITS:
            return round(raw, _PRICE_DIGITS) if raw.as_tuple().exponent < -_PRICE_DIGITS else raw  # type: ignore[operator] # a finite one's exponent is a number
        return self.number(name, raw)

    def moment(self, name: str) -> datetime | None:
        """A ``..._gmt`` field; None where the shop has no such time."""
        raw = self.values.get(name)
        if raw is None or raw is False or raw == "":
            return None
        try:
            return moment(raw)
        except ValueError:
            self.wrong(
                say("{field} is {value}, which is not a moment in time.", field=name, value=shown(raw))
            )
            return None

    def part(self, name: str) -> Fields:
        """The object of that name; PHP's ``[]`` and a missing one are empty."""
        raw = self.values.get(name)
        if raw.__class__ is dict:
            return Fields(raw, f"{self.where}, {name}", self.problems)
        if raw is not None and raw != []:
            self._no_object(name, raw)
        return Fields({}, f"{self.where}, {name}", self.problems)

    def rows(self, name: str, *, required: bool = False) -> list[Fields]:
        """The list of objects of that name, each knowing its row number."""
        raw = self.values.get(name)
        if raw is None and name not in self.values:
            if required:
                self.missing(name)
            return []
        if not isinstance(raw, list):
            self.wrong(say("{field} is {value}, which is not a list.", field=name, value=shown(raw)))
            return []
        rows = []
        for number, item in enumerate(raw, 1):
            if item.__class__ is dict:
                rows.append(Fields(item, f"{self.where}, {name} {number}", self.problems))
            else:
                self._no_object(f"{name} {number}", item)
        return rows

    def meta(self) -> dict[str, str]:
        """The ``meta_data`` as text; of a key that stands twice the last counts (woocommerce facts, row 14)."""
        return {
            row.text("key"): _flat(row.values.get("value"))
            for row in self.rows("meta_data")
            if row.text("key")
        }

    def _no_object(self, name: str, raw: object) -> None:
        if isinstance(raw, dict):  # not a plain one: the parser marks those whose names are not unique
            self.wrong(say("{field} names a field twice.", field=name))
        else:
            value = "text" if isinstance(raw, str) else shown(raw)  # an address written as text stays unsaid
            self.wrong(say("{field} is {value}, which is not an object.", field=name, value=value))

    def missing(self, name: str) -> None:
        """Note that a field is not there."""
        self.wrong(say("{field} is missing.", field=name))

    def wrong(self, what: Text) -> None:
        """Note a fault, in a sentence that names the field and what it holds."""
        self.problems.append(Problem(where=self.where, what=what, fix=MEND_IN_SHOP))


def moment(raw: object) -> datetime | None:
    """A time of the shop without zone is UTC (only ``..._gmt`` fields are read). MySQL's zero date is none.

    Raises:
        ValueError: no time.
    """
    if not isinstance(raw, str):
        raise ValueError("not text")  # noqa: TRY004 - one error for every wrong value
    if raw.startswith("0000-00-00"):
        return None
    found = datetime.fromisoformat(raw)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def row_id(raw: object) -> str | None:
    """An id as the shop gives it, a number or digits; None if it is neither or no database could hold it."""
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        return None
    text = str(raw)
    if not (text.isascii() and text.isdigit()) or text.startswith("0") or int(text) > _LARGEST_ID:
        return None
    return text


def clean(text: str) -> str:
    """Text that every file and database can take: half of a broken emoji becomes a replacement character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def as_json(value: object) -> str:
    """JSON text of what ``json.loads(parse_float=Decimal)`` read: the numbers keep their digits."""
    if value.__class__ is Decimal:
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{_quoted(str(key))}:{as_json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(as_json, value)) + "]"
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


def raw_json(raw: Mapping[str, Any]) -> str:
    """The shop's JSON again; of one nested too deeply only what is not nested."""
    try:
        return as_json(dict(raw))
    except RecursionError:
        return as_json({key: value for key, value in raw.items() if not isinstance(value, dict | list)})


def _quoted(text: str) -> str:
    return json.dumps(clean(text), ensure_ascii=False)


def _flat(value: object) -> str:
    """A meta value as text: the shop itself stores ``true`` as ``1`` (woocommerce facts, row 13)."""
    if isinstance(value, str):
        return value if value.isascii() else clean(value)
    if value is None or value is False:
        return ""
    return "1" if value is True else as_json(value)


def shown(raw: object) -> str:
    """The start of a value, for a sentence; what is inside a list or an object may be the buyer's own."""
    if isinstance(raw, list | dict):
        return ("[…]" if raw else "[]") if isinstance(raw, list) else "{…}"
    return f'"{clean(raw[:40])}"' if isinstance(raw, str) else as_json(raw)[:40]


def first(values: Mapping[str, str], names: Iterable[str]) -> str:
    """The first of the named values that is not blank."""
    return next((found for name in names if (found := values.get(name, "").strip())), "")
