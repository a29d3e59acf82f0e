"""Which letters Fortnox takes, and texts brought into them.

Anything outside the list is refused with 2000359, the whole document with it (fortnox facts, section 1 [D]): straight
quotes, brackets, ``<``, ``|``, ``~`` and every emoji are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bridge.model.fitting import Fitting, Repertoire

__all__ = ["API_BLANK", "LETTERS", "fitting", "is_article_number"]

API_BLANK: Final = "API_BLANK"
"""Sent as a value, it empties a field, a number's too; null and left out mean "as it was" (section 1 [D])."""

_MARKS: Final = frozenset("’\\–:.`´,;^¤#%§£$€¢¥©™°&/()=+-*_!?²³®½@" + "\u00a0\u0308\u030a")
_DIGITS: Final = frozenset("0123456789")

_SPELLED: Final[Mapping[str, str]] = {
    **dict.fromkeys("'‘‚′‹›", "’"), **dict.fromkeys('"“”„″«»', "’’"),
    "[": "(", "]": ")", "{": "(", "}": ")", "|": "/", "~": "-", "•": "-", "·": "-", "→": "-", "¼": "1/4", "¾": "3/4",
}  # fmt: skip
"""Ours: nearer to what the buyer wrote than a question mark. ``<`` and ``>`` have nothing like them."""

_ARTICLE: Final = re.compile(r"[^\W_]|[-+/._]")
_LONGEST_ARTICLE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letters(Repertoire):
    """Letters of any language, digits, and a list of marks."""

    spelled: Mapping[str, str] = field(default_factory=lambda: _SPELLED)

    def takes(self, letter: str) -> bool:
        """Whether the letter may stand as it is."""
        if letter in _MARKS or letter in _DIGITS or letter == " ":
            return True
        return unicodedata.category(letter).startswith("L")


LETTERS: Final[Repertoire] = _Letters()
"""For ``bridge.model.fitting``: customers' limits and ``fitting()`` use the same."""


def fitting() -> Fitting:
    """A new one for each document: fits its texts and remembers what it changed."""
    return Fitting(LETTERS)


def is_article_number(number: str) -> bool:
    """Whether it can be the number of an article: letters, digits and ``- + / . _``, no blank, at most 50 long.

    Fortnox facts, section 8 [D]; that å, ä and ö count as letters is an inference there.
    """
    return 0 < len(number) <= _LONGEST_ARTICLE and all(map(_ARTICLE.fullmatch, number))
