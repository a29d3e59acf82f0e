"""What was sent to Specter, by the order's key: Specter cannot be asked what it has (specter facts, section 12).

Three things must be known after a crash: which customer was made for an order, so that a repeat makes no second one;
whether *we* have sent the order, for only then is Specter's refusal of a duplicate our own success; and its number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bridge.clock import Clock
from bridge.erps.memory import Memory

__all__ = ["Ledger", "Line"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is known of one order."""

    customer: str
    """Specter's id of its customer; empty: none is known."""
    form: str
    """Fingerprint of what that customer was made, or found, with."""
    sent: bool
    """It may be in Specter: it has left at least once, and was not surely refused."""
    number: str
    """Specter's number of it, or the key where Specter told none; empty: no answer has come."""


class Ledger:
    """The orders of one account. Threads, processes and several bridges may share the file.

    Every method raises what ``Memory`` raises.
    """

    def __init__(self, file: Memory, *, account: str, clock: Clock) -> None:
        self._file = file
        self._account = account
        self._clock = clock

    def of(self, key: str) -> Line | None:
        """What is known of an order; None: nothing."""
        rows = self._file.read(
            "SELECT customer, form, sent_at, number FROM ledger WHERE account = ? AND key = ?",
            (self._account, key),
        )
        for customer, form, sent_at, number in rows:
            return Line(customer=customer, form=form, sent=bool(sent_at), number=number)
        return None

    def bought_by(self, key: str, customer: str, *, form: str) -> None:
        """The order's customer from now on; empty: nobody is any more."""
        with self._file.saving() as saving:
            saving.execute(_CUSTOMER, (self._account, key, customer, form))

    def sending(self, key: str) -> str:
        """It leaves now. On disk when this returns; the mark of this sending, which no other has."""
        mark = f"{self._clock.now().isoformat()}/{self._clock.token(6)}"
        with self._file.saving() as saving:
            saving.execute(_SENDING, (self._account, key, mark))
        return mark

    def refused(self, key: str, mark: str) -> None:
        """That sending was surely not made: as if it had not left. What others of the key came to stays open."""
        with self._file.saving() as saving:
            for (marks,) in saving.execute(_MARKS, (self._account, key)).fetchall():
                left = " ".join(each for each in marks.split() if each != mark)
                saving.execute(_MARKED, (left, self._account, key))

    def left_besides(self, key: str, mark: str) -> bool:
        """Whether it has left in another sending than this one, of any bridge that shares the file."""
        rows = self._file.read(_MARKS, (self._account, key))
        return any(each != mark for (marks,) in rows for each in marks.split())

    def made(self, key: str, number: str) -> None:
        """It is in Specter, as ``number``. What was known before is corrected."""
        with self._file.saving() as saving:
            saving.execute(
                "UPDATE ledger SET number = ? WHERE account = ? AND key = ?", (number, self._account, key)
            )

    def number_of(self, key: str) -> str:
        """The number in Specter of the order with this key; empty: not known."""
        line = self.of(key)
        return line.number if line else ""

    def met_stranger(self, key: str) -> None:
        """Somebody else's order has this key: another bridge on the account has a shop of the same name."""
        self.bought_by(_strange(key), "", form=self._clock.now().isoformat())

    def strangers(self, key: str) -> bool:
        """Whether such an order was met among this shop's lately: a duplicate may be one more."""
        met = self.of(_strange(key))
        return met is not None and abs(self._clock.now() - datetime.fromisoformat(met.form)) < LATELY

    def has_left(self, key: str) -> bool:
        """Whether the order was sent, and not surely refused."""
        line = self.of(key)
        return line is not None and line.sent

    def key_of(self, number: str) -> str:
        """The key of the order that has this number in Specter; empty: none of ours has."""
        rows = self._file.read(
            "SELECT key FROM ledger WHERE account = ? AND number = ? AND number <> ''",
            (self._account, number),
        )
        return str(rows[0][0]) if len(rows) == 1 else ""


LATELY: Final = timedelta(days=30)


def _strange(key: str) -> str:
    """Where it is kept of a shop: no order has such a key."""
    return f"?{key.partition(':')[0]}"


_CUSTOMER: Final = """
    INSERT INTO ledger (account, key, customer, form, sent_at, number) VALUES (?, ?, ?, ?, '', '')
    ON CONFLICT (account, key) DO UPDATE SET customer = excluded.customer, form = excluded.form
"""
_SENDING: Final = """
    INSERT INTO ledger (account, key, customer, form, sent_at, number) VALUES (?, ?, '', '', ?, '')
    ON CONFLICT (account, key) DO UPDATE SET sent_at = trim(sent_at || ' ' || excluded.sent_at)
"""
_MARKS: Final = "SELECT sent_at FROM ledger WHERE account = ? AND key = ?"
_MARKED: Final = "UPDATE ledger SET sent_at = ? WHERE account = ? AND key = ? AND number = ''"
"""An order whose number is known has left for ever."""
