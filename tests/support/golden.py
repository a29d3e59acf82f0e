"""Files that say, word for word, what becomes of something. When wanted: UPDATE_GOLDEN=1 pytest tests/golden."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from bridge.model.documents import Preview

__all__ = ["Golden", "as_text", "sent"]

PLACE = Path(__file__).parents[1] / "golden"


class Golden:
    """A folder of them."""

    def __init__(self, folder: str, *, suffix: str = ".json") -> None:
        self._folder = PLACE / folder
        self._suffix = suffix

    def text(self, name: str, now: str) -> str:
        """What it was; where a change is wanted, what it is ``now``."""
        return self.data(name, now.encode()).decode()

    def data(self, name: str, now: bytes) -> bytes:
        """The same, byte by byte."""
        path = self._folder / f"{name}{self._suffix}"
        if os.environ.get("UPDATE_GOLDEN"):
            self._folder.mkdir(exist_ok=True)
            path.write_bytes(now)
        return path.read_bytes()

    def names(self) -> set[str]:
        """Of every file there is: one that belongs to no case would prove nothing."""
        return {path.stem for path in self._folder.glob(f"*{self._suffix}")}


def as_text(found: Any) -> str:
    """As JSON that people can compare line by line."""
    return json.dumps(found, ensure_ascii=False, indent=1, default=dict) + "\n"


def sent(preview: Preview) -> str:
    """A document as it would leave; amounts as text, to keep every decimal as it is sent."""
    return as_text(
        {
            "sent": json.loads(preview.payload, parse_float=str),
            "notes": [str(note) for note in preview.notes],
            "shown": preview.rows,
        }
    )
