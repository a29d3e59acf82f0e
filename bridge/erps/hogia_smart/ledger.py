"""What the bridge remembers of payments, because Hogia cannot be asked for them.

No address is known that tells which payments an invoice has (Hogia facts, section 2.2). So every payment is noted
before it leaves and once more when Hogia has taken it: what was noted and never confirmed may have been made. Several
processes may share the file; a note is made once, whoever comes first.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from bridge.clock import Clock
from bridge.errors import Unauthorised
from bridge.model.texts import say

__all__ = ["Ledger", "Note"]

_PATIENCE: Final = 30
"""Seconds another process may hold the file: it writes one line and lets go."""
_TABLE: Final = """
    CREATE TABLE IF NOT EXISTS payments (
        about TEXT PRIMARY KEY, ref TEXT NOT NULL, invoice TEXT NOT NULL, amount TEXT NOT NULL,
        left_before TEXT NOT NULL, since TEXT NOT NULL, made TEXT
    ) STRICT
"""
_COLUMNS: Final = "about, ref, invoice, amount, left_before, since, made"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One payment."""

    about: str
    """The key of the document it belongs to, and which of its payments it is."""
    ref: str
    """The order: ``main:1234``."""
    invoice: str
    """The invoice's number, as people read it."""
    amount: Decimal
    """In the invoice's currency."""
    left_before: Decimal | None
    """What the invoice had left to pay before it; None: nobody knew."""
    since: datetime
    """When it was sent, UTC."""
    made: str | None = None
    """Hogia's answer, its GUID if it told one; None: nobody knows whether it was made."""


class Ledger:
    """The notes of one company. Threads and processes of this machine may share the file."""

    def __init__(self, path: Path, *, clock: Clock) -> None:
        """Nothing is opened yet."""
        self._path = path
        self._clock = clock

    def of(self, about: str) -> Note | None:
        """The note of this payment; None: it was never sent.

        Raises:
            Unauthorised: the file cannot be used.
        """
        found = self._rows("about = ?", about)
        return found[0] if found else None

    def of_invoice(self, invoice: str) -> list[Note]:
        """Every note of an invoice, oldest first; errors as ``of``."""
        return self._rows("invoice = ?", invoice)

    def of_order(self, ref: str) -> list[Note]:
        """Every note of an order, on whatever invoice, oldest first; errors as ``of``."""
        return self._rows("ref = ?", ref)

    def sending(
        self, about: str, *, ref: str, invoice: str, amount: Decimal, left_before: Decimal | None
    ) -> bool:
        """Note, to last, that it is about to be sent; False: somebody has noted it already. Errors as ``of``."""
        values = (
            about, ref, invoice, str(amount), "" if left_before is None else str(left_before),
            self._clock.now().isoformat(),
        )  # fmt: skip
        with self._open() as file:
            marks = ", ".join("?" * len(values))
            done = file.execute(f"INSERT OR IGNORE INTO payments VALUES ({marks}, NULL)", values)  # noqa: S608
            return bool(done.rowcount)

    def again(self, about: str, *, left_before: Decimal | None) -> None:
        """It is surely not made, and is about to be sent once more; errors as ``of``."""
        left = "" if left_before is None else str(left_before)
        self._do(
            "UPDATE payments SET since = ?, left_before = ? WHERE about = ?",
            self._clock.now().isoformat(),
            left,
            about,
        )

    def made(self, about: str, answer: str) -> None:
        """Hogia has taken it; errors as ``of``."""
        self._do("UPDATE payments SET made = ? WHERE about = ?", answer, about)

    def not_made(self, about: str) -> None:
        """It is surely not made: as if it had never been sent. What is known to be made stays; errors as ``of``."""
        self._do("DELETE FROM payments WHERE about = ? AND made IS NULL", about)

    def _do(self, command: str, *values: str) -> None:
        with self._open() as file:
            file.execute(command, values)

    def _rows(self, where: str, value: str) -> list[Note]:
        if not self._path.exists():
            return []
        with self._open() as file:
            query = f"SELECT {_COLUMNS} FROM payments WHERE {where} ORDER BY rowid"  # noqa: S608
            return [_note(row) for row in file.execute(query, (value,))]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Each statement is a transaction of its own and is on the disk when it is over."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
            with closing(sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)) as file:
                file.execute("PRAGMA synchronous = FULL")
                file.execute(_TABLE)
                yield file
        except (sqlite3.Error, OSError) as error:
            raise _unusable(self._path, error) from error


def _note(row: tuple[Any, ...]) -> Note:
    about, ref, invoice, amount, left, since, made = row
    return Note(
        about=about,
        ref=ref,
        invoice=invoice,
        amount=Decimal(amount),
        left_before=Decimal(left) if left else None,
        since=datetime.fromisoformat(since),
        made=made,
    )


def _unusable(path: Path, error: Exception) -> Unauthorised:
    """Nothing may be paid without the note, and no order is at fault: as with a missing access."""
    return Unauthorised(
        say(
            "The file {path}, in which the bridge notes payments, cannot be used ({error}).",
            path=path,
            error=getattr(error, "strerror", None) or error,
        ),
        channel="erp",
        call="file",
        advice=say(
            "Give the user that runs the bridge the ownership of that folder, and see that the disk is not full. "
            "Every order waits and nothing is lost."
        ),
    )
