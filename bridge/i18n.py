"""Sentences in the reader's language. The English template is the key; Swedish lies in ``translations``.

Standard library only: the daemon and the command line must not load the web's translation machinery. The
web page reads the same catalogue, through the same door.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

__all__ = ["DOMAIN", "LANGUAGES", "TRANSLATIONS", "translator"]

TRANSLATIONS: Final = Path(__file__).parent / "translations"
DOMAIN: Final = "messages"
LANGUAGES: Final = ("sv", "en")


@cache
def translator(language: str) -> Callable[[str], str]:
    """What turns a template into ``language``; a sentence without translation stays English."""
    catalogue = gettext.translation(DOMAIN, TRANSLATIONS, languages=[language], fallback=True)

    def translate(template: str) -> str:
        # gettext keeps the catalogue's own header under the empty key.
        return catalogue.gettext(template) if template else template

    return translate
