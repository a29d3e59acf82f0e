"""What a request's document may look like, written as short tables, and the check of a document against one.

A line of a table is ``path[!][?] kind arguments``: ``!`` required, ``?`` read-only (sent values are ignored; economic
facts, section 9 [I]). Kinds: ``text most [least]``, ``whole least [most]``, ``number [decimals]``, ``flag``, ``day``,
``words a b``, ``object``, ``list``, ``ref collection numberName`` (a whole number) and ``name collection numberName
most`` (a text). Fields no table knows are dropped in silence, as some endpoints were seen to do (section 7) [1, I].
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from bridge.sim.economic.errors import (
    MISSING,
    NO_ACCOUNT,
    NO_IDENTIFIER,
    NO_TERMS,
    NOT_THERE,
    Problems,
    Refusal,
)
from bridge.sim.economic.wire import decoded

__all__ = ["Checker", "Field", "Shape", "decimals_of", "shape"]

Path = tuple[str | int, ...]
Exists = Callable[[str, Any], bool]
CODES: Final = {"payment-terms": NO_TERMS, "accounts": NO_ACCOUNT}


@dataclass(slots=True, kw_only=True)
class Field:
    """One line of a table with everything below it."""

    kind: str
    args: tuple[str, ...] = ()
    required: bool = False
    read_only: bool = False
    inner: dict[str, Field] = field(default_factory=dict)


Shape = dict[str, Field]


def shape(table: str) -> Shape:
    """Read a table; a dotted path hangs below a line above it."""
    top: Shape = {}
    for line in table.strip().splitlines():
        name, kind, *args = line.split()
        *above, own = name.rstrip("!?").split(".")
        place = top
        for part in above:
            place = place[part].inner
        place[own] = Field(kind=kind, args=tuple(args), required="!" in name, read_only="?" in name)
    return top


def decimals_of(value: Decimal | int) -> int:
    """Digits after the point that matter: 1.50 has one."""
    exponent = Decimal(value).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


class Checker:
    """One document's check; the problems gather in ``problems``."""

    def __init__(self, exists: Exists, *, address: str) -> None:
        self.problems = Problems()
        self._exists = exists
        self._address = address

    def document(self, body: Any, table: Shape, path: Path = ()) -> dict[str, Any]:
        """The known fields, clean: amounts as Decimal, references as ``{numberName: number}``.

        Raises:
            Refusal: 400, it is no object at all.
        """
        if not isinstance(body, dict):
            raise Refusal(
                400, "The request body is missing or no object.", hint="Please check your request data."
            )
        self._nulls(body, path)
        return self._object(body, table, path)

    def _nulls(self, value: Any, path: Path) -> None:
        """Null is refused wherever it stands, leave the field out (economic facts, section 3) [D19]."""
        for name, each in _members(value):
            if each is None:
                self.problems.add((*path, name), f"{name} cannot be null.", hint="Leave the property out.")
            else:
                self._nulls(each, (*path, name))

    def _object(self, body: dict[str, Any], table: Shape, path: Path) -> dict[str, Any]:
        clean: dict[str, Any] = {}
        for name, wanted in table.items():
            here = (*path, name)
            given = body.get(name)
            if wanted.read_only:
                continue
            if given is None:
                if wanted.required and not self.problems.at(here):
                    self.problems.add(here, f"{name} is required.", code=MISSING)
                continue
            value = self._value(given, wanted, here)
            if value is not None:
                clean[name] = value
        return clean

    def _value(self, given: Any, wanted: Field, path: Path) -> Any:
        if wanted.kind in ("ref", "name"):
            return self._reference(given, wanted, path)
        if wanted.kind == "object":
            return self._object(given, wanted.inner, path) if self._is(given, dict, path) else None
        if wanted.kind == "list":
            return self._list(given, wanted, path)
        check: Callable[[Any, Field, Path], Any] = getattr(self, f"_{wanted.kind}")
        return check(given, wanted, path)

    def _list(self, given: Any, wanted: Field, path: Path) -> list[dict[str, Any]] | None:
        if not self._is(given, list, path):
            return None
        rows = []
        for place, row in enumerate(given):
            here = (*path, place)
            rows.append(
                self._object(row, wanted.inner, here) if self._is(row, dict, (*here, path[-1])) else {}
            )
        return rows

    def _reference(self, given: Any, wanted: Field, path: Path) -> dict[str, Any] | None:
        """Either the number or ``self`` (section 3) [D19]; with both the number counts [I]."""
        collection, number_name = wanted.args[0], wanted.args[1]
        if not self._is(given, dict, path):
            return None
        number = given.get(number_name)
        if number is None and isinstance(given.get("self"), str):
            number = self._number_of(given["self"], collection, text=wanted.kind == "name")
        if number is None:
            self.problems.add(
                path,
                f"No identifiers present on {path[-1]}. Include either a self link or a {number_name}.",
                code=NO_IDENTIFIER,
                hint=self._list_hint(collection),
            )
            return None
        if not self._is(number, str if wanted.kind == "name" else int, (*path, number_name)):
            return None
        if wanted.kind == "name" and len(number) > int(wanted.args[2]):
            self.problems.add((*path, number_name), f"{number_name} is too long.", value=number)
            return None
        if collection != "-" and not self._exists(collection, number):
            self.missing(path, collection, number)
            return None
        return {number_name: number}

    def missing(self, path: Path, collection: str, number: Any) -> None:
        """What is referred to does not exist (section 6) [D19, L]."""
        name = str(next(part for part in reversed(path) if isinstance(part, str)))
        self.problems.add(
            path,
            f"{name[0].upper()}{name[1:]} '{number}' not found.",
            code=CODES.get(collection, NOT_THERE),
            value=number,
            hint=self._list_hint(collection),
        )

    def _list_hint(self, collection: str) -> str:
        return f"Find a list of {collection} at {self._address}/{collection} ."

    @staticmethod
    def _number_of(link: str, collection: str, *, text: bool) -> Any:
        *above, last = urlsplit(link).path.rstrip("/").split("/")
        if collection not in ("-", above[-1] if above else ""):
            return None
        if text:
            return decoded(unquote(last))
        return int(last) if last.isdigit() else None

    def _is(self, value: Any, kind: type, path: Path) -> bool:
        if isinstance(value, kind) and not (kind is not bool and isinstance(value, bool)):
            return True
        words = {dict: "an object", list: "an array", str: "a string", int: "an integer", bool: "a boolean"}
        self.problems.add(path, f"{path[-1]} is not {words[kind]}.", value=value)
        return False

    def _text(self, given: Any, wanted: Field, path: Path) -> str | None:
        if not self._is(given, str, path):
            return None
        most = int(wanted.args[0])
        if len(given) > most:
            self.problems.add(path, f"{path[-1]} is longer than {most} characters.", value=given)
        least = int(wanted.args[1]) if len(wanted.args) > 1 else 0
        if len(given) < least:
            self.problems.add(path, f"{path[-1]} is shorter than {least} characters.", value=given)
        return str(given)

    def _whole(self, given: Any, wanted: Field, path: Path) -> int | None:
        if not self._is(given, int, path):
            return None
        least, most = (*map(int, wanted.args), 999_999_999)[:2] if wanted.args else (-(10**9), 10**9)
        if not least <= given <= most:
            self.problems.add(path, f"{path[-1]} must be between {least} and {most}.", value=given)
        return int(given)

    def _number(self, given: Any, wanted: Field, path: Path) -> Decimal | None:
        if isinstance(given, bool) or not isinstance(given, int | Decimal) or not Decimal(given).is_finite():
            self.problems.add(path, f"{path[-1]} is not a number.", value=given)
            return None
        if wanted.args and decimals_of(given) > int(wanted.args[0]):
            message = f"{path[-1]} scale cannot be greater than {wanted.args[0]} decimal places."
            self.problems.add(path, message, value=given)
        return Decimal(given)

    def _flag(self, given: Any, _wanted: Field, path: Path) -> bool | None:
        return bool(given) if self._is(given, bool, path) else None

    def _day(self, given: Any, _wanted: Field, path: Path) -> str | None:
        """``YYYY-MM-DD`` and nothing else (section 3) [D19]."""
        if not self._is(given, str, path):
            return None
        if not _is_day(given):
            self.problems.add(path, f"{path[-1]} is not a date in the form YYYY-MM-DD.", value=given)
        return str(given)

    def _words(self, given: Any, wanted: Field, path: Path) -> str | None:
        if not self._is(given, str, path):
            return None
        if given not in wanted.args:
            self.problems.add(path, f"{path[-1]} must be one of {', '.join(wanted.args)}.", value=given)
        return str(given)


def _is_day(text: str) -> bool:
    try:
        return f"{date.fromisoformat(text):%Y-%m-%d}" == text
    except ValueError:
        return False


def _members(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)
