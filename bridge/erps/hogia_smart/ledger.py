"""What the bridge remembers of payments, because Hogia cannot be asked for them.

No address is known that tells which payments an invoice has (Hogia facts, section 2.2). So every payment is noted
before it leaves and once more when Hogia has taken it: what was noted and never confirmed may have been made. A note
is made once, whoever comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from bridge.clock import Clock
from bridge.erps.memory import Memory
from bridge.model.texts import say

__all__ = ["Ledger", "Note"]

_SCHEMA: Final = """
    CREATE TABLE IF NOT EXISTS payments (
        about TEXT PRIMARY KEY, ref TEXT NOT NULL, invoice TEXT NOT NULL, amount TEXT NOT NULL,
        left_before TEXT NOT NULL, since TEXT NOT NULL, made TEXT
    ) STRICT
"""
_COLUMNS: Final = "about, ref, invoice, amount, left_before, since, made"
_SENDING: Final = "INSERT OR IGNORE INTO payments VALUES (?, ?, ?, ?, ?, ?, NULL)"


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
    """The notes of one company. Threads, processes and several bridges may share the file.

    Every method raises what ``Memory`` raises.
    """

    def __init__(self, path: Path, *, clock: Clock) -> None:
        """Nothing is opened yet."""
        self._memory = Memory(
            path,
            schema=_SCHEMA,
            keeps=say("The bridge notes in it which payments it has registered in Hogia."),
            lost=say(
                "The bridge then knows of no payment that it has registered: look at the invoices of the orders that "
                "wait, or one may be registered twice."
            ),
        )
        self._clock = clock

    def of(self, about: str) -> Note | None:
        """The note of this payment; None: it was never sent."""
        found = self._rows("about = ?", about)
        return found[0] if found else None

    def of_invoice(self, invoice: str) -> list[Note]:
        """Every note of an invoice, oldest first."""
        return self._rows("invoice = ?", invoice)

    def of_order(self, ref: str) -> list[Note]:
        """Every note of an order, on whatever invoice, oldest first."""
        return self._rows("ref = ?", ref)

    def sending(
        self, about: str, *, ref: str, invoice: str, amount: Decimal, left_before: Decimal | None
    ) -> bool:
        """Note, to last, that it is about to be sent; False: somebody has noted it already."""
        values = (
            about, ref, invoice, str(amount), "" if left_before is None else str(left_before),
            self._clock.now().isoformat(),
        )  # fmt: skip
        with self._memory.saving() as saving:
            return bool(saving.execute(_SENDING, values).rowcount)

    def again(self, about: str, *, left_before: Decimal | None) -> None:
        """It is surely not made, and is about to be sent once more."""
        left = "" if left_before is None else str(left_before)
        self._do(
            "UPDATE payments SET since = ?, left_before = ? WHERE about = ?",
            self._clock.now().isoformat(),
            left,
            about,
        )

    def made(self, about: str, answer: str) -> None:
        """Hogia has taken it."""
        self._do("UPDATE payments SET made = ? WHERE about = ?", answer, about)

    def not_made(self, about: str) -> None:
        """It is surely not made: as if it had never been sent. What is known to be made stays."""
        self._do("DELETE FROM payments WHERE about = ? AND made IS NULL", about)

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        self._memory.close()

    def _do(self, command: str, *values: str) -> None:
        with self._memory.saving() as saving:
            saving.execute(command, values)

    def _rows(self, where: str, value: str) -> list[Note]:
        query = f"SELECT {_COLUMNS} FROM payments WHERE {where} ORDER BY rowid"  # noqa: S608
        return [_note(row) for row in self._memory.read(query, (value,))]


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
