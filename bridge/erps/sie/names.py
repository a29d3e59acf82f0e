"""File names: what a person and the index read from them without opening the file."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import Final

from bridge.model.documents import Key

__all__ = ["SUFFIX", "FileName"]

SUFFIX: Final = ".si"
"""4I files end so (hogia facts, section 5.1)."""

_FORM: Final = re.compile(
    r"(?P<series>[A-Za-z0-9]+)-(?P<year>\d{4}(?:\d\d)?)-(?P<number>\d{6,9})-(?P<key>[^ ]+)\.si", re.IGNORECASE
)
_SAFE: Final = re.compile(r"[A-Za-z0-9.-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileName:
    """``W-2026-000012-main_1234_order.si``."""

    series: str
    year: str
    number: int
    key: str

    def __str__(self) -> str:
        """The name; letters a file system may refuse are written as their code."""
        parts = "_".join(_quoted(part) for part in self.key.split(":"))
        return f"{self.series}-{self.year}-{self.number:06d}-{parts}{SUFFIX}"

    @classmethod
    def parse(cls, name: str) -> FileName | None:
        """Read what ``str`` made; None for anything else, copies and renamed files too."""
        match = _FORM.fullmatch(name)
        if match is None:
            return None
        try:
            key = str(Key.parse(":".join(_unquoted(part) for part in match["key"].split("_"))))
        except ValueError:
            return None
        # Shared words: a folder holds the orders of all years, and each is remembered.
        series, year = sys.intern(match["series"]), sys.intern(match["year"])
        return cls(series=series, year=year, number=int(match["number"]), key=sys.intern(key))


def _quoted(part: str) -> str:
    return "".join(letter if _SAFE.match(letter) else _code(letter) for letter in part)


def _code(letter: str) -> str:
    return "".join(f"%{byte:02X}" for byte in letter.encode())


def _unquoted(part: str) -> str:
    raw = re.sub(rb"%([0-9A-Fa-f]{2})", lambda match: bytes([int(match[1], 16)]), part.encode())
    return raw.decode()
