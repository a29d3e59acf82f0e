"""What is known of a vendor whose documents are not at hand, as data: each entry with its certainty and its source.

A first live run then corrects data, not code: the owner names a file that has the entries that differ.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeAlias

from bridge.config.values import nearest
from bridge.errors import ConfigError
from bridge.model.texts import Problem, Text, say

__all__ = ["Certainty", "Entry", "Profile", "Value", "Wrong", "own", "parsed", "shipped"]

Value: TypeAlias = "str | int | tuple[str, ...]"


Wrong: TypeAlias = "Callable[[str, Value], str]"
"""What to write instead of this value under this name, as an example; empty: it may stand."""


def _any(_name: str, _value: Value) -> str:
    return ""


class Certainty(StrEnum):
    """How sure an entry is."""

    DOC = "DOC"
    SEVERAL = "2+"
    ONE = "1"
    INFERRED = "INF"
    UNKNOWN = "UNK"
    OWN = "own"
    """The owner's file says so and names no other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing known, or guessed."""

    name: str
    """Section and key: ``invoice.body``."""
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

    def unsure(self) -> tuple[Entry, ...]:
        """What a first live run has to confirm."""
        doubtful = {Certainty.INFERRED, Certainty.UNKNOWN}
        return tuple(entry for entry in self.entries.values() if entry.certainty in doubtful)


def shipped(path: Path, *, wrong: Wrong = _any) -> Profile:
    """A profile that comes with the adapter: every entry says how sure it is and where from.

    Raises:
        ConfigError: it does not, or it cannot be read.
    """
    return Profile(_checked(path, parsed(path), known=None, wrong=wrong))


def own(
    path: Path,
    on: Profile,
    *,
    open_sections: tuple[str, ...] = (),
    besides: tuple[str, ...] = (),
    wrong: Wrong = _any,
) -> Profile:
    """``on`` with the entries of an owner's file in the place of its own; new ones only in open sections.

    ``besides``: names in the file that are no entries.

    Raises:
        ConfigError: the file cannot be read, or entries of it make no sense; every one is named.
    """
    table = {name: raw for name, raw in parsed(path).items() if name not in besides}
    found = _checked(path, table, known=on.entries, open_sections=open_sections, wrong=wrong)
    return Profile({**on.entries, **found})


def parsed(path: Path) -> dict[str, Any]:
    """The file.

    Raises:
        ConfigError: it cannot be read.
    """
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


def _checked(
    path: Path,
    table: Mapping[str, Any],
    *,
    known: Mapping[str, Entry] | None,
    open_sections: tuple[str, ...] = (),
    wrong: Wrong,
) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    faults: list[Problem] = []
    for name, raw in _leaves(table):
        made = _entry(name, raw, known, open_sections, wrong)
        if isinstance(made, Entry):
            found[name] = made
        else:
            faults.append(Problem(where=f"{path.name} {name}", what=made[0], fix=made[1]))
    if faults:
        raise ConfigError(say("The profile {file} cannot be used as it stands.", file=path.name), faults)
    return found


def _leaves(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, raw in table.items():
        name = f"{above}{key}"
        if isinstance(raw, dict) and "value" not in raw:
            yield from _leaves(raw, f"{name}.")
        else:
            yield name, raw


def _entry(
    name: str, raw: Any, known: Mapping[str, Entry] | None, open_sections: tuple[str, ...], wrong: Wrong
) -> Entry | tuple[Text, Text]:
    if not isinstance(raw, dict):
        return (
            say("This is no entry of a profile."),
            say("Write it like {example}.", example=f'{name.rpartition(".")[2]} = {{ value = "..." }}'),
        )
    if known is not None and name not in known and not name.startswith(open_sections or ("\0",)):
        near = nearest(name, [*known])
        fix = say("Did you mean {near}?", near=near) if near else say("Remove the entry.")
        return say("The profile has no entry {name}.", name=name), fix
    value = _value(raw["value"])
    before = known.get(name) if known else None
    other = before is not None and type(before.value) is not type(value)
    example = (
        repr(before.value) if before is not None and other else "" if value is None else wrong(name, value)
    )
    if value is None or example:
        return (
            say("{value} is not possible here.", value=repr(raw["value"])),
            say("Write it like {example}.", example=example or "text"),
        )
    certainty = str(raw.get("certainty", "" if known is None else Certainty.OWN))
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
