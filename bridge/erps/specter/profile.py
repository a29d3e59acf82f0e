"""What is known of Specter's interface, as data: shipped with the adapter, each entry with certainty and source.

The vendor's own document is not at hand, so a first live run must be able to correct names, codes and tables without
a change of code: the owner names a file in ``[erp] profile`` that has the entries that differ.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeAlias

from bridge.config.values import nearest
from bridge.errors import ConfigError
from bridge.model.texts import Problem, Text, say

__all__ = ["Action", "Certainty", "Consequence", "Entry", "Profile", "Value", "load"]

SHIPPED: Final = Path(__file__).with_name("profile.toml")

Value: TypeAlias = "str | int | tuple[str, ...]"


class Certainty(StrEnum):
    """How sure an entry is."""

    DOC = "DOC"
    SEVERAL = "2+"
    ONE = "1"
    INFERRED = "INF"
    UNKNOWN = "UNK"
    OWN = "own"
    """The owner's file says so and names no other."""


class Action(StrEnum):
    """What can be asked of Specter; the names it has there stand in the profile."""

    CUSTOMER = "customer"
    ORDER = "order"
    ARTICLE = "article"
    STOCK = "stock"
    STOCK_DONE = "stock_done"
    ARTICLES = "articles"
    ARTICLES_DONE = "articles_done"
    ORDERS = "orders"
    ORDERS_DONE = "orders_done"


class Consequence(StrEnum):
    """What a refusal means."""

    OPEN_BATCH = "open batch"
    UNKNOWN_BATCH = "unknown batch"
    DUPLICATE_ORDER = "duplicate order"
    UNKNOWN_CUSTOMER = "unknown customer"
    UNKNOWN_ARTICLE = "unknown article"
    ARTICLE_NUMBER = "article number"
    ACCESS = "access"
    MISSING = "missing"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing known, or guessed."""

    name: str
    """Section and key: ``actions.order``."""
    value: Value
    certainty: Certainty
    source: str


@dataclass(frozen=True, slots=True)
class Profile:
    """All entries, by name."""

    entries: Mapping[str, Entry]

    def text(self, name: str) -> str:
        """A value that is text; whole numbers too, as they are written."""
        return str(self.entries[name].value)

    def number(self, name: str) -> int:
        """A value that is a whole number."""
        return int(self.text(name))

    def texts(self, name: str) -> tuple[str, ...]:
        """A value that is a list."""
        value = self.entries[name].value
        return value if isinstance(value, tuple) else (str(value),)

    def table(self, section: str) -> dict[str, str]:
        """The entries of a section, without its name."""
        start = f"{section}."
        return {name[len(start) :]: self.text(name) for name in self.entries if name.startswith(start)}

    def spelled(self, parameter: str) -> str:
        """How a parameter is written on the wire, rows with their number; empty: it is not sent."""
        base, line, row = parameter.rpartition("_")
        if not (line and row.isdigit()):
            base, line, row = parameter, "", ""
        name = self.text(f"parameters.{base}")
        return f"{name}{line}{row}" if name else ""

    def wire(self, form: Mapping[str, str]) -> dict[str, str]:
        """A form as its parameters are spelled, without what is empty and what has no name there."""
        spelled = ((self.spelled(name), value) for name, value in form.items())
        return {name: value for name, value in spelled if name and value}

    def unsure(self) -> tuple[Entry, ...]:
        """What a first live run has to confirm."""
        doubtful = {Certainty.INFERRED, Certainty.UNKNOWN}
        return tuple(entry for entry in self.entries.values() if entry.certainty in doubtful)


_WORD: Final = re.compile(r"[A-Za-z]\w*", re.ASCII)
_SIGNS: Final = re.compile(r"[A-Za-z]\w*(?:[ |][A-Za-z]\w*)*", re.ASCII)
_SCRIPT: Final = re.compile(r"[\w./-]+", re.ASCII)
_CODE: Final = re.compile(r"-|[A-Za-z0-9]{1,10}", re.ASCII)
_CONSEQUENCES: Final = re.compile("|".join(Consequence))
_OPEN: Final = (
    "errors.codes.",
    "statuses.delivery.",
    "statuses.order.",
    "payments.methods.",
    "payments.codes.",
)
"""Sections to which an owner may add."""


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


_RULES: Final[Mapping[str, tuple[Callable[[str], object], str]]] = {
    "scripts.": (_SCRIPT.fullmatch, "putInfo.asp"),
    "actions.": (_WORD.fullmatch, "newOrderSubmit"),
    "parameters.": (lambda text: not text or _WORD.fullmatch(text), "customerId"),
    "signs.": (_SIGNS.fullmatch, "name|firstName surName"),
    "errors.codes.": (_CONSEQUENCES.fullmatch, Consequence.OPEN_BATCH),
    "errors.words.": (_is_pattern, "customerId"),
    "payments.methods.": (_CODE.fullmatch, "KG"),
}
"""By the start of the name: what the text must be, and an example of it."""


def load(own: Path | None = None) -> Profile:
    """The shipped profile, with the entries of the owner's file in the place of its own.

    Raises:
        ConfigError: the file cannot be read, or entries of it make no sense; every one is named.
    """
    shipped, faults = _entries(_parsed(SHIPPED), SHIPPED.name)
    if own is None:
        _stop(faults, SHIPPED)
        return Profile(shipped)
    entries, faults = _entries(_parsed(own), own.name, known=shipped)
    _stop(faults, own)
    return Profile({**shipped, **entries})


def _stop(faults: list[Problem], path: Path) -> None:
    if faults:
        raise ConfigError(say("The profile {file} cannot be used as it stands.", file=path.name), faults)


def _parsed(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(
            say("The profile {file} cannot be read ({error}).", file=path, error=error.strerror or error)
        ) from error
    except ValueError as error:  # no TOML, or no UTF-8
        raise ConfigError(
            say("The profile {file} cannot be understood ({error}).", file=path.name, error=error)
        ) from error


def _entries(
    parsed: Mapping[str, Any], file: str, *, known: Mapping[str, Entry] | None = None
) -> tuple[dict[str, Entry], list[Problem]]:
    found: dict[str, Entry] = {}
    faults: list[Problem] = []
    for name, raw in _leaves(parsed):
        made = _entry(name, raw, known)
        if isinstance(made, Entry):
            found[name] = made
        else:
            what, fix = made
            faults.append(Problem(where=f"{file} {name}", what=what, fix=fix))
    return found, faults


def _leaves(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, raw in table.items():
        name = f"{above}{key}"
        if isinstance(raw, dict) and "value" not in raw:
            yield from _leaves(raw, f"{name}.")
        else:
            yield name, raw


def _entry(name: str, raw: Any, known: Mapping[str, Entry] | None) -> Entry | tuple[Text, Text]:
    if not isinstance(raw, dict):
        return (
            say("This is no entry of a profile."),
            say("Write it like {example}.", example=f'{name.rpartition(".")[2]} = {{ value = "..." }}'),
        )
    if known is not None and name not in known and not name.startswith(_OPEN):
        near = nearest(name, [*known])
        fix = say("Did you mean {near}?", near=near) if near else say("Remove the entry.")
        return say("The profile has no entry {name}.", name=name), fix
    value = _value(raw["value"])
    example = _example(name, value, known)
    if value is None or example is not None:
        return (
            say("{value} is not possible here.", value=repr(raw["value"])),
            say("Write it like {example}.", example=example or "text"),
        )
    certainty = str(raw.get("certainty", Certainty.OWN if known is not None else ""))
    if certainty not in [*Certainty]:
        return (
            say("{value} is no certainty.", value=repr(certainty)),
            say("Possible: {allowed}.", allowed=", ".join(Certainty)),
        )
    source = str(raw.get("source", "" if known is None else "own"))
    if not source:
        return say("The entry names no source."), say("Say where it is known from.")
    return Entry(name=name, value=value, certainty=Certainty(certainty), source=source)


def _value(raw: object) -> Value | None:
    if isinstance(raw, list) and raw and all(isinstance(each, str) for each in raw):
        return tuple(raw)
    if isinstance(raw, str | int) and not isinstance(raw, bool):
        return raw
    return None


def _example(name: str, value: Value | None, known: Mapping[str, Entry] | None) -> str | None:
    """What to write instead; None: the value may stand."""
    before = known.get(name) if known else None
    if before is not None and type(before.value) is not type(value):
        return repr(before.value)
    texts = value if isinstance(value, tuple) else (str(value),)
    for start, (fits, example) in _RULES.items():
        if name.startswith(start) and not all(map(fits, texts)):
            return example
    return None
