"""What adapters keep beside the database: copied with it, put back only where there is none.

An ERP that cannot be asked is known by these files alone: an older one in the place of a newer would forget what was
sent since, and that would be sent again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bridge.store.upkeep import backup

__all__ = ["back_up", "put_back"]

PATTERN: Final = "*.sqlite"


def back_up(folder: Path, beside: Path) -> list[Path]:
    """Copy each, while it is in use, to a name that begins as ``beside`` does; the copies.

    Raises:
        UserError: a copy of that name exists.
        StoreError: a copy could not be made.
    """
    copies = []
    for memory in sorted(folder.glob(PATTERN)):
        copy = beside.with_name(f"{beside.stem}-{memory.name}")
        backup(memory, copy)
        copies.append(copy)
    return copies


def put_back(beside: Path, folder: Path) -> list[Path]:
    """Put those copied with ``beside`` where there are none; which were.

    Raises:
        StoreError: one could not be copied.
    """
    placed = []
    for copy, name in _copies(beside):
        memory = folder / name
        if not memory.exists():
            backup(copy, memory)
            placed.append(memory)
    return placed


def _copies(beside: Path) -> Iterator[tuple[Path, str]]:
    for copy in sorted(beside.parent.glob(PATTERN)):
        name = copy.name.removeprefix(f"{beside.stem}-")
        if name != copy.name:
            yield copy, name
