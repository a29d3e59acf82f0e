"""What a request's body may look like, as short tables, and the check of a body against one.

A line of a table is ``path[!] kind arguments``, ``!`` required. Kinds: ``text most``, ``guid``,
``whole [least most]``, ``number [decimals]``, ``flag``, ``day``, ``terms`` (a number, as a number or as a text),
``wholes``, ``texts``, ``object`` and ``list``. A field no table knows is refused: whether the vendor drops it in
silence is [UNK], and what is dropped is lost. Null is as good as left out [INF: ``paymentTerms`` is
"int or null", section 2.3].
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from bridge.sim.hogia_smart.errors import Refusal

__all__ = ["Field", "Shape", "clean", "day_of", "guid_of", "shape"]

_FORMS: Final = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d")
"""Dates are sent without a zone, in one of two forms (section 2.1) [1]."""


@dataclass(slots=True, kw_only=True)
class Field:
    """One line of a table with everything below it."""

    kind: str
    args: tuple[int, ...] = ()
    required: bool = False
    inner: dict[str, Field] = field(default_factory=dict)


Shape = dict[str, Field]


def shape(table: str) -> Shape:
    """Read a table; a dotted path hangs below a line above it."""
    top: Shape = {}
    for line in table.strip().splitlines():
        name, kind, *args = line.split()
        *above, own = name.rstrip("!").split(".")
        place = top
        for part in above:
            place = place[part].inner
        place[own] = Field(kind=kind, args=tuple(map(int, args)), required="!" in name)
    return top


def clean(body: Any, table: Shape) -> dict[str, Any]:
    """The fields that are there: numbers as Decimal, days as dates.

    Raises:
        Refusal: 400 with everything that is wrong.
    """
    if not isinstance(body, dict):
        raise Refusal("", fields={"": ["A non-empty request body is required."]})
    check = _Check()
    found = check.object(body, table, "")
    if check.problems:
        raise Refusal("", fields=check.problems)
    return found


def day_of(text: str) -> date | None:
    """A day in either form; None: it is none."""
    for form in _FORMS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - sent without a zone
        except ValueError:
            continue
    return None


def guid_of(text: object) -> str | None:
    """A GUID in its usual writing; None: it is none."""
    try:
        found = str(UUID(str(text)))
    except ValueError:
        return None
    return found if found == str(text).lower() else None


class _Check:
    """One body's check."""

    def __init__(self) -> None:
        self.problems: dict[str, list[str]] = {}

    def note(self, path: str, text: str) -> None:
        self.problems.setdefault(path, []).append(text)

    def object(self, body: dict[str, Any], table: Shape, path: str) -> dict[str, Any]:
        """What is right in it."""
        found: dict[str, Any] = {}
        for name in body.keys() - table.keys():
            self.note(_below(path, name), f"The field {name} is not known.")
        for name, wanted in table.items():
            here = _below(path, name)
            given = body.get(name)
            if given is None:
                if wanted.required:
                    self.note(here, f"The {name} field is required.")
                continue
            value = self.value(given, wanted, here)
            if value is not None:
                found[name] = value
        return found

    def value(self, given: Any, wanted: Field, path: str) -> Any:
        """The value of one field, None if it is wrong."""
        if wanted.kind == "object":
            return self.object(given, wanted.inner, path) if self.is_a(given, dict, path) else None
        if wanted.kind == "list":
            if not self.is_a(given, list, path):
                return None
            rows = [(f"{path}[{place}]", row) for place, row in enumerate(given)]
            return [self.object(row, wanted.inner, at) for at, row in rows if self.is_a(row, dict, at)]
        check: Callable[[Any, Field, str], Any] = getattr(self, f"_{wanted.kind}")
        return check(given, wanted, path)

    def is_a(self, value: Any, kind: type, path: str) -> bool:
        """Whether it has this type; a truth value is no number."""
        if isinstance(value, kind) and not (kind is not bool and isinstance(value, bool)):
            return True
        self.note(path, f"The JSON value could not be converted to {kind.__name__}.")
        return False

    def _text(self, given: Any, wanted: Field, path: str) -> str | None:
        """Lengths are nowhere in the facts: those in the tables are [INF]."""
        if not self.is_a(given, str, path):
            return None
        if len(given) > wanted.args[0]:
            self.note(path, f"The text must be at most {wanted.args[0]} characters.")
        if wanted.required and not given.strip():
            self.note(path, "The field is required.")
        return str(given)

    def _guid(self, given: Any, _wanted: Field, path: str) -> str | None:
        """An empty text is refused (section 2.3) [1]."""
        found = guid_of(given) if isinstance(given, str) else None
        if found is None:
            self.note(path, f"The value '{given}' is not a valid GUID.")
        return found

    def _whole(self, given: Any, wanted: Field, path: str) -> int | None:
        if not self.is_a(given, int, path):
            return None
        least, most = wanted.args or (0, 2**31 - 1)
        if not least <= given <= most:
            self.note(path, f"The value must be between {least} and {most}.")
        return int(given)

    def _number(self, given: Any, wanted: Field, path: str) -> Decimal | None:
        if isinstance(given, bool) or not isinstance(given, int | Decimal):
            self.note(path, "The JSON value could not be converted to a number.")
            return None
        exponent = Decimal(given).normalize().as_tuple().exponent
        if wanted.args and isinstance(exponent, int) and -exponent > wanted.args[0]:
            self.note(path, f"At most {wanted.args[0]} decimals.")
        return Decimal(given)

    def _flag(self, given: Any, _wanted: Field, path: str) -> bool | None:
        return bool(given) if self.is_a(given, bool, path) else None

    def _day(self, given: Any, _wanted: Field, path: str) -> date | None:
        found = day_of(given) if isinstance(given, str) else None
        if found is None:
            self.note(path, f"'{given}' is not a date without zone.")
        return found

    def _terms(self, given: Any, _wanted: Field, path: str) -> int | None:
        """Days, as a number in answers and as a text in one client's requests (section 2.3) [1]."""
        if isinstance(given, str) and given.isdigit():
            return int(given)
        return int(given) if self.is_a(given, int, path) else None

    def _wholes(self, given: Any, _wanted: Field, path: str) -> list[int] | None:
        good = self.is_a(given, list, path) and all(self.is_a(each, int, path) for each in given)
        return list(given) if good else None

    def _texts(self, given: Any, _wanted: Field, path: str) -> list[str] | None:
        good = self.is_a(given, list, path) and all(self.is_a(each, str, path) for each in given)
        return list(given) if good else None


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
