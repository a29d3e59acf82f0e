"""Text that fits in a SIE file: code page 437, no control characters, nothing lost without a note.

Rules from the SIE specification 4B, sections 5.2 to 5.8 (hogia facts, section 5.1).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from bridge.model.letters import SPELLED, changed_note, named, substitute
from bridge.model.texts import Text, say

__all__ = ["CODE_PAGE", "Letters"]

CODE_PAGE: Final = "cp437"

_SPELLED: Final = {
    **SPELLED,
    # The specification names no way to write a backslash, and readers disagree on braces inside text.
    "\\": "/", "{": "(", "}": ")",
}  # fmt: skip


_PLAIN: Final = re.compile(r"[ !-\[\]-z|~ÅÄÖåäöÉéüÜ]*")
"""Letters that stand in the file as they are."""


@dataclass(slots=True)
class Letters:
    """Cleans texts and remembers what it changed."""

    _changes: dict[str, dict[str, str]] = field(default_factory=dict)
    _cut: dict[str, int] = field(default_factory=dict)
    _places: dict[str, Text] = field(default_factory=dict)

    def fit(self, text: str, *, where: Text, most: int) -> str:
        """``text`` as it can stand in the file, at most ``most`` letters; ``where`` names the field in the notes."""
        # Plain is nearly every text there is, and fifty times faster than letter by letter.
        written = text if _PLAIN.fullmatch(text) else self._spelled(text, self._place(where))
        tidy = " ".join(written.split())
        if len(tidy) > most:
            self._cut[self._place(where)] = most
        return tidy[:most].rstrip()

    def _place(self, where: Text) -> str:
        name = str(where)
        self._places[name] = where
        return name

    def _spelled(self, text: str, where: str) -> str:
        return "".join(self._letter(letter, where) for letter in unicodedata.normalize("NFC", text))

    def _letter(self, letter: str, where: str) -> str:
        if letter.isspace():
            return " "  # tabs, line ends and exotic blanks: a blank says the same
        if letter.isprintable() and letter not in _SPELLED and _writable(letter):
            return letter
        written = substitute(letter, writable=_writable, spelled=_SPELLED)
        self._changes.setdefault(where, {})[named(letter)] = written
        return written

    def notes(self) -> tuple[Text, ...]:
        """What a person should know: letters only, never the text, which may be somebody's name."""
        changed = [changed_note(self._places[name], changes) for name, changes in self._changes.items()]
        cut = [
            say("{where}: cut after {most} letters.", where=self._places[name], most=most)
            for name, most in self._cut.items()
        ]
        return (*changed, *cut)


def _writable(letter: str) -> bool:
    try:
        return letter.encode(CODE_PAGE)[0] >= 32
    except UnicodeEncodeError:
        return False
