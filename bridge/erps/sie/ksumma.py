"""The control sum of a SIE file: an ordinary CRC-32 over labels and field contents.

Polynomial, order and what is left out: SIE specification 4B, #KSUMMA (hogia facts, section 5.3).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence

from bridge.erps.sie.letters import CODE_PAGE

__all__ = ["Field", "control_sum"]

Field = str | tuple[str, ...]
"""A field's content without quotes and escapes, or the contents of an object list."""


def control_sum(records: Iterable[tuple[str, Sequence[Field]]]) -> int:
    """The sum over the records between the two #KSUMMA; each is its label (with #) and its fields."""
    total = 0
    for label, fields in records:
        total = zlib.crc32(label.encode(CODE_PAGE), total)
        for content in fields:
            text = content if isinstance(content, str) else "".join(content)
            total = zlib.crc32(text.encode(CODE_PAGE), total)
    return total
