"""One value: from the text in the file to the type the field declares, or what is wrong and how to mend it."""

from __future__ import annotations

import difflib
import re
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from bridge.config.option import Meta, Secret
from bridge.config.secrets import Refused, read_secret
from bridge.model.texts import Text, say

__all__ = ["Place", "Refused", "nearest", "parse", "shown"]

_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION: Final = re.compile(r"(?:\d{1,12}[smhd]){1,4}\Z", re.ASCII)
_INTEGER: Final = re.compile(r"[+-]?\d{1,18}\Z", re.ASCII)
_DECIMAL: Final = re.compile(r"[+-]?\d{1,18}(\.\d{1,18})?\Z", re.ASCII)
_YES: Final = frozenset({"yes", "true", "on", "1", "ja"})
_NO: Final = frozenset({"no", "false", "off", "0", "nej"})
_QUOTES: Final = ('"', "'", "”", "“", "«", "»")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a value may depend on besides its own text."""

    folder: Path
    """Where the configuration file lies: relative paths start here."""
    zone: ZoneInfo
    environ: Mapping[str, str]


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The known word that was most likely meant."""
    by_lower = {each.lower(): each for each in known}
    found = difflib.get_close_matches(word.lower(), list(by_lower), n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def parse(text: str, hint: Any, *, meta: Meta, place: Place) -> Any:
    """The value of one option.

    Raises:
        Refused: what is wrong with it and how to mend it.
    """
    kind, optional = _unwrap(hint)
    _no_quotes(text)
    if not text and optional:
        return None
    if not text and kind not in _MAY_BE_EMPTY and meta.default:
        text = meta.default
    value = _convert(text, kind, place)
    _check_choices(text, kind, meta)
    _check_range(text, value, kind, meta=meta, place=place)
    return value


def shown(value: Any) -> str:
    """A value as it would stand in the file; secrets as dots."""
    if value is None:
        return ""
    for kind, show in _SHOWN:
        if isinstance(value, kind):
            return show(value)
    return str(value)


def _unwrap(hint: Any) -> tuple[Any, bool]:
    """``X | None`` is X that may be absent; ``Mapping[str, str]`` is told apart by what it holds."""
    if typing.get_origin(hint) in {typing.Union, types.UnionType}:
        kinds = [each for each in typing.get_args(hint) if each is not type(None)]
        return kinds[0], True
    return hint, False


def _convert(text: str, kind: Any, place: Place) -> Any:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _enum(text, kind)
    converter = _CONVERTERS.get(kind)
    if converter is None:
        raise TypeError(f"option() does not know the type {kind!r}")
    return converter(text, place)


def _no_quotes(text: str) -> None:
    if len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES:
        raise Refused(
            say("There are quotes around the value."), say("Remove them: they count as part of it.")
        )


def _check_choices(text: str, kind: Any, meta: Meta) -> None:
    if not meta.choices:
        return
    words = re.split(r"[,\n]\s*", text) if kind == tuple[str, ...] else [text]
    for word in words:
        if word not in meta.choices:
            raise _not_a_choice(word, [choice for choice in meta.choices if choice])


def _not_a_choice(word: str, choices: Sequence[str]) -> Refused:
    near = nearest(word, choices)
    allowed = ", ".join(choices)
    if near:
        fix = say("Did you mean {near}? Possible: {allowed}.", near=near, allowed=allowed)
    else:
        fix = say("Possible: {allowed}.", allowed=allowed)
    return Refused(say("{value} is not possible here.", value=_cut(word)), fix)


def _check_range(text: str, value: Any, kind: Any, *, meta: Meta, place: Place) -> None:
    if meta.least is not None and value < _convert(meta.least, kind, place):
        raise Refused(
            say("{value} is too small.", value=text), say("The least is {least}.", least=meta.least)
        )
    if meta.most is not None and value > _convert(meta.most, kind, place):
        raise Refused(say("{value} is too large.", value=text), say("The most is {most}.", most=meta.most))


def _cut(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= 60 else one_line[:57] + "..."


def _refuse(text: str, what: Callable[[str], Text], fix: Text) -> Refused:
    """A value that cannot be read; a comment behind it is the commonest cause."""
    if re.search(r"\s[#;]", text):
        fix = say("A comment needs a line of its own, with # first.")
    return Refused(what(_cut(text)), fix)


def _string(text: str, _place: Place) -> str:
    if "\n" in text:
        raise Refused(
            say("The value goes over several lines."),
            say("Write it on one line; a new option starts at the left edge."),
        )
    return text


def _secret(text: str, place: Place) -> Secret:
    value = read_secret(_string(text, place), folder=place.folder, environ=place.environ)
    _no_quotes(value)
    return value


def _integer(text: str, _place: Place) -> int:
    if not _INTEGER.match(text):
        raise _refuse(
            text,
            lambda value: say("{value} is not a whole number.", value=value),
            say("Write digits only, like 3."),
        )
    return int(text)


def _decimal(text: str, _place: Place) -> Decimal:
    if not _DECIMAL.match(text):
        raise _refuse(
            text,
            lambda value: say("{value} is not a number.", value=value),
            say("Write it with a point, without blanks: 0.05."),
        )
    return Decimal(text)


def _boolean(text: str, _place: Place) -> bool:
    if text.lower() in _YES | _NO:
        return text.lower() in _YES
    raise _refuse(
        text,
        lambda value: say("{value} is neither yes nor no.", value=value),
        say("Write yes or no."),
    )


def _duration(text: str, _place: Place) -> timedelta:
    if _DURATION.match(text):
        parts = re.findall(r"(\d+)([smhd])", text)
        try:
            return sum((timedelta(**{_UNITS[unit]: int(number)}) for number, unit in parts), timedelta())
        except OverflowError:
            what = say("{value} is too large.", value=text)
            raise Refused(what, say("Write a number and s, m, h or d: 90s, 15m, 6h, 2d.")) from None
    if _INTEGER.match(text):
        what = say("{value} has no unit.", value=text)
        raise Refused(what, say("Write s, m, h or d after it: 90s, 15m, 6h, 2d."))
    raise _refuse(
        text,
        lambda value: say("{value} is not a length of time.", value=value),
        say("Write a number and s, m, h or d: 90s, 15m, 6h, 2d."),
    )


def _duration_text(value: timedelta) -> str:
    seconds = int(value.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _words(text: str, _place: Place) -> tuple[str, ...]:
    return tuple(word.strip() for word in re.split(r"[,\n]", text) if word.strip())


def _path(text: str, place: Place) -> Path:
    return place.folder / Path(_string(text, place)).expanduser()


def _moment(text: str, place: Place) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _refuse(
            text,
            lambda value: say("{value} is not a day.", value=value),
            say("Write year-month-day, and if need be the time: 2026-12-01 or 2026-12-01 14:30."),
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=place.zone)


def _day(text: str, place: Place) -> date:
    return _moment(text, place).date()


def _pairs(text: str, place: Place) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for word in _words(text, place):
        key, _, value = word.partition(" ")
        if not value.strip():
            raise _refuse(
                word,
                lambda part: say("{value} is not a name and a value.", value=part),
                say("Write pairs with a blank between and a comma after each, decimals with a point."),
            )
        if key in pairs:
            raise Refused(say("{name} is there twice.", name=key), say("Keep one of them."))
        pairs[key] = value.strip()
    return pairs


def _decimal_pairs(text: str, place: Place) -> dict[str, Decimal]:
    return {key: _decimal(value, place) for key, value in _pairs(text, place).items()}


def _enum(text: str, kind: type[Enum]) -> Enum:
    for member in kind:
        if str(member.value) == text:
            return member
    raise _not_a_choice(text, [str(member.value) for member in kind])


_CONVERTERS: Final[dict[Any, Callable[[str, Place], Any]]] = {
    str: _string,
    Secret: _secret,
    int: _integer,
    bool: _boolean,
    Decimal: _decimal,
    timedelta: _duration,
    tuple[str, ...]: _words,
    Path: _path,
    datetime: _moment,
    date: _day,
    Mapping[str, str]: _pairs,
    Mapping[str, Decimal]: _decimal_pairs,
}
_MAY_BE_EMPTY: Final = (str, Secret, tuple[str, ...], Mapping[str, str], Mapping[str, Decimal])
_SHOWN: Final[tuple[tuple[type, Callable[[Any], str]], ...]] = (
    (Secret, lambda value: "••••" if value else ""),
    (bool, lambda value: "yes" if value else "no"),
    (timedelta, _duration_text),
    (Enum, lambda value: str(value.value)),
    (tuple, lambda value: ", ".join(map(str, value))),
    (Mapping, lambda value: ", ".join(f"{key} {item}" for key, item in value.items())),
)
