"""Reading parameters one by one: what is missing, too long or of the wrong sort is refused, what is left over too."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from bridge.sim.specter.refusals import BAD_VALUE, MISSING, UNKNOWN_PARAMETER, UNKNOWN_THING, Refusal
from bridge.sim.specter.wire import tidy

__all__ = ["Fields"]

COMMON: Final = ("action", "sbmid", "apiuserid", "key", "usexml")
_NUMBERED: Final = re.compile(r"(.+)_(\d{1,6})")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER: Final = re.compile(r"-?\d{1,12}(\.\d+)?")


class Fields:
    """The parameters of one call. Everything is text; numbers have a point (specter facts, section 4) [1]."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = {name: tidy(value) for name, value in given.items()}
        self._read = set(COMMON)

    def text(self, name: str, *, most: int | None = None, required: bool = False) -> str:
        """A text, empty if it was not sent."""
        name = name.lower()
        self._read.add(name)
        value = self._given.get(name, "")
        if required and not value:
            raise Refusal(MISSING, f"{name} saknas")
        if most is not None and len(value) > most:
            raise Refusal(BAD_VALUE, f"{name} är längre än {most} tecken")
        return value

    def sent(self, name: str) -> bool:
        """Whether it stands in the call at all, empty or not."""
        return name.lower() in self._given

    def one_of(self, name: str, known: Collection[str], *, default: str = "") -> str:
        """A value of one of the account's registers."""
        value = self.text(name)
        if value and value not in known:
            raise Refusal(UNKNOWN_THING, f"{name} finns inte: {value}")
        return value or default

    def flag(self, name: str) -> bool:
        """0 or 1; not sent is 0."""
        value = self.text(name)
        if value not in ("", "0", "1"):
            raise Refusal(BAD_VALUE, f"{name} ska vara 0 eller 1")
        return value == "1"

    def decimal(self, name: str, *, places: int, required: bool = False) -> Decimal | None:
        """A number with so many decimals at most; None if it was not sent."""
        value = self.text(name, required=required)
        if not value:
            return None
        if not _NUMBER.fullmatch(value) or len(value.partition(".")[2]) > places:
            raise Refusal(BAD_VALUE, f"{name} är inget tal med högst {places} decimaler: {value}")
        return Decimal(value)

    def whole(self, name: str, *, required: bool = False) -> int | None:
        """An integer; None if it was not sent."""
        value = self.decimal(name, places=0, required=required)
        return None if value is None else int(value)

    def day(self, name: str) -> date | None:
        """yyyy-MM-dd (section 5.2) [DOC, A4S]."""
        value = self.text(name)
        if not value:
            return None
        wrong = Refusal(BAD_VALUE, f"{name} är inget datum: {value}")
        if not _DAY.fullmatch(value):
            raise wrong
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise wrong from None

    def country(self, name: str) -> str:
        """Two letters (section 5.1) [1]."""
        value = self.text(name)
        if value and not re.fullmatch("[A-Z]{2}", value):
            raise Refusal(BAD_VALUE, f"{name} är ingen landskod: {value}")
        return value

    def numbers(self, required: str) -> list[int]:
        """The rows there are, from 1 without a gap (section 5.2) [2+ the form, INF the gap].

        Raises:
            Refusal: none at all, or a gap.
        """
        there = {int(match[2]) for match in map(_NUMBERED.fullmatch, self._given) if match}
        if not there:
            raise Refusal(MISSING, f"{required}_1 saknas")
        if there != set(range(1, len(there) + 1)):
            raise Refusal(BAD_VALUE, "Raderna är inte numrerade från 1 utan lucka")
        return sorted(there)

    def leave_none(self, *, more: Collection[str] = (), refuse: bool = True) -> None:
        """Everything that was sent is known.

        Raises:
            Refusal: something is not.
        """
        left = sorted(set(self._given) - self._read - set(more))
        if left and refuse:
            raise Refusal(UNKNOWN_PARAMETER, f"Okänd parameter: {', '.join(left)}")
