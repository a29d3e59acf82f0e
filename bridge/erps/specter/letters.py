"""Texts as Specter takes them: ISO-8859-1, trimmed, without double blanks; what was changed is noted.

Specter facts, section 2 [1 PS]. A text is brought into shape before it is signed and before it is sent, so that both
are the same. What a letter outside becomes: its spelling (``€`` EUR), else itself without accent (``ł`` l), else a
question mark; joiners and loose accents go without a trace but the note.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from bridge.model.fitting import LATIN1, Fitting, Repertoire

__all__ = ["CHARSET", "LETTERS", "encoded", "fitting", "query"]

CHARSET: Final = "iso-8859-1"
LETTERS: Final[Repertoire] = LATIN1
"""For ``bridge.model.fitting``: customers' limits and ``fitting()`` use the same."""


def fitting() -> Fitting:
    """A new one for each document: fits its texts and remembers what it changed."""
    return Fitting(LETTERS)


def encoded(text: str) -> bytes:
    """A text that was brought into shape, byte for byte as it is signed and sent.

    Raises:
        ValueError: it was not: a fault of ours, for which no order is sent in wrong letters.
    """
    return text.encode(CHARSET)


def query(form: Mapping[str, str]) -> str:
    """The form as it goes over the wire: percent-encoded ISO-8859-1; a blank is ``%20``, in query and body alike."""
    return "&".join(
        f"{quote(name, safe='')}={quote(encoded(value), safe='')}" for name, value in form.items()
    )
