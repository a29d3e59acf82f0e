"""What the account keeps on disk: one JSON line for every change, so that its queues survive a restart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

__all__ = ["Journal"]

FILE: Final = "specter-simulator.jsonl"


class Journal:
    """Lines of (kind, content), oldest first; a line a kill cut in half is dropped, as nobody was told of it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / FILE

    def lines(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """All there is; a half line at the end is cut away."""
        if not self._path.exists():
            return
        raw = self._path.read_bytes()
        whole = raw[: raw.rfind(b"\n") + 1]
        if whole != raw:
            self._path.write_bytes(whole)
        for line in whole.splitlines():
            kind, content = json.loads(line, object_hook=_read)
            yield kind, content

    def add(self, kind: str, content: dict[str, Any]) -> None:
        """One more, in the file when this returns."""
        line = json.dumps([kind, content], default=_written)
        with self._path.open("ab") as file:
            file.write(line.encode("ascii") + b"\n")


def _written(value: Any) -> dict[str, str]:
    if isinstance(value, Decimal):
        return {"#": str(value)}
    if isinstance(value, date):
        return {"@": value.isoformat()}
    raise TypeError(type(value))


def _read(value: dict[str, Any]) -> Any:
    if value.keys() == {"#"}:
        return Decimal(value["#"])
    if value.keys() == {"@"}:
        return date.fromisoformat(value["@"])
    return value
