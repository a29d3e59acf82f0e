"""Sentences for people, kept as template and values until we know who reads them.

A parked order's reason is stored once and read by a Swedish owner on the page, an English-speaking host
on the command line and nobody's language in the log. So the template (the English sentence, which is also
the key of the translation) and its values travel apart and are joined at the last moment.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Problem", "Text", "say"]


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence: an English template with ``{named}`` places, and what goes into them."""

    template: str
    values: Mapping[str, str | Text] = field(default_factory=dict)
    """A value may be a sentence of its own, which is put into words for the same reader."""

    def __str__(self) -> str:
        """The English sentence."""
        return self.render(_same)

    def render(self, translate: Callable[[str], str]) -> str:
        """The sentence in the language of ``translate``, which maps a template to its translation.

        A translation whose places do not fit falls back to the template: a wrong sentence is worse than
        an English one.
        """
        values = {
            name: value.render(translate) if isinstance(value, Text) else value
            for name, value in self.values.items()
        }
        try:
            return translate(self.template).format_map(values)
        except (KeyError, IndexError, ValueError):
            return self.template.format_map(_Lenient(values))

    def to_json(self) -> str:
        """One line for the database."""
        return json.dumps(_plain(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, stored: str | None) -> Text | None:
        """What ``to_json`` wrote; plain text becomes a sentence of its own; None stays None."""
        if not stored:
            return None
        try:
            return cls._read(json.loads(stored))
        except (ValueError, KeyError, TypeError, AttributeError):
            return say("{text}", text=stored)

    @classmethod
    def _read(cls, parsed: Any) -> Text:
        values = {str(k): cls._read(v) if isinstance(v, dict) else str(v) for k, v in parsed["v"].items()}
        return cls(str(parsed["t"]), values)


def _plain(text: Text) -> dict[str, object]:
    values = {name: _plain(v) if isinstance(v, Text) else v for name, v in text.values.items()}
    return {"t": text.template, "v": values}


class _Lenient(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _same(template: str) -> str:
    return template


def say(template: str, /, **values: object) -> Text:
    """Make a sentence. The template must be a literal: the translation catalogue is collected from the calls."""
    return Text(
        template, {name: value if isinstance(value, Text) else str(value) for name, value in values.items()}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something a person can mend: where it is, what is wrong, how to mend it."""

    where: str
    """The place as the owner knows it: ``[shop main] consumer_key``, ``order 1234, row 2``."""
    what: Text
    fix: Text
    severe: bool = True
    """False: works all the same, but look at it."""

    def __str__(self) -> str:
        """One English line."""
        return f"{self.where}: {self.what} {self.fix}"
