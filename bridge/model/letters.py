"""Letters an ERP or a file format cannot take, spelled with those it can.

Shared by SIE files and by the ERPs over the wire: a name is then spelled the same everywhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

from bridge.model.texts import Text, say

__all__ = ["INVISIBLE", "SPELLED", "UNKNOWN", "changed_note", "named", "substitute"]

UNKNOWN: Final = "?"

FEW: Final = 3
"""So many changed letters are named one by one; more of them would bury what the note says."""

SPELLED: Final[Mapping[str, str]] = {
    "ø": "ö", "Ø": "Ö", "œ": "oe", "Œ": "OE", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L",
    "đ": "d", "Đ": "D", "ı": "i", "ẞ": "SS", "ħ": "h", "Ħ": "H", "ŋ": "ng", "Ŋ": "NG",
    "€": "EUR", "§": "par.", "®": "(R)", "©": "(C)", "™": "TM", "×": "x", "…": "...", "¤": "*", "¶": "",
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "–": "-", "—": "-", "\u2015": "-", "\u2212": "-",
    "‘": "'", "’": "'", "‚": "'", "′": "'", "´": "'", "‹": "'", "›": "'",
    "“": '"', "”": '"', "„": '"', "″": '"',
}  # fmt: skip

INVISIBLE: Final = frozenset({"Cf", "Cc", "Mn", "Me"})
"""Joiners, direction marks, loose accents: nothing to see by themselves."""


def substitute(letter: str, *, writable: Callable[[str], bool], spelled: Mapping[str, str] = SPELLED) -> str:
    """How ``letter`` is written where it cannot stand itself: spelled, without its accent, or as ``?``."""
    if letter in spelled:
        return spelled[letter]
    if unicodedata.category(letter) in INVISIBLE:
        return ""
    plain = "".join(
        mark for mark in unicodedata.normalize("NFKD", letter) if unicodedata.category(mark) != "Mn"
    )
    fits = (
        plain != letter
        and bool(plain)
        and all(spelled.get(part, part) == part and writable(part) for part in plain)
    )
    return plain if fits else UNKNOWN


def named(letter: str) -> str:
    """A letter as it can stand in a note."""
    return letter if letter.isprintable() else f"U+{ord(letter):04X}"


def changed_note(where: Text, changes: Mapping[str, str]) -> Text:
    """What a person is told of letters written otherwise: one by one as long as they are few."""
    shown = [f"{old} → {new or '–'}" for old, new in changes.items()]
    if len(shown) <= FEW:
        return say(
            "{where}: some letters do not exist in the ERP and were written otherwise: {changes}.",
            where=where,
            changes=", ".join(shown),
        )
    return say(
        "{where}: {count} letters do not exist in the ERP and were written otherwise, e.g. {example}.",
        where=where,
        count=len(shown),
        example=shown[0],
    )
