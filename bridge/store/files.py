"""All entries of one order side by side, and a person's choice on one that waits for it.

What follows on a booking (a change, a cancellation) depends on what else was done with the order; these are read
as the writer sees them, so that a decision within a transaction sees that transaction.
"""

# ruff: noqa: S608 - every statement is put together from constants

from __future__ import annotations

from datetime import datetime
from typing import Final

from bridge.model.orders import OrderRef
from bridge.model.texts import Text
from bridge.store.moves import Moves
from bridge.store.records import Entry, Filed, State
from bridge.store.rows import ENTRY, LINK, PAST, document_of, entry_of, ms, past_of

__all__ = ["Files"]

_LIVE: Final = (
    f"SELECT {ENTRY}, body FROM entry LEFT JOIN snapshot ON entry_id = id WHERE shop_ref = ? AND shop = ?"
)
_GONE: Final = f"SELECT {PAST} FROM past WHERE shop_ref = ? AND shop = ?"
_LINKS: Final = f"SELECT key, {LINK} FROM link LEFT JOIN link_note ON link_id = id WHERE key >= ? AND key < ?"


class Files(Moves):
    """What is on file about an order."""

    def of_order(self, ref: OrderRef) -> tuple[Filed, ...]:
        """Every entry of the order with its contents and its own document, oldest first."""
        read, values = self._books.writer.read, (ref.id, ref.shop)
        links = {row[0]: document_of(row[1:]) for row in read(_LINKS, (f"{ref}:", f"{ref};"))}
        found = [(past_of(row), None) for row in read(_GONE, values)]
        found += [(entry_of(row[:-1]), row[-1]) for row in read(_LIVE, values)]
        return tuple(
            Filed(entry=entry, body=body, document=links.get(str(entry.key)))
            for entry, body in sorted(found, key=lambda each: each[0].id)
        )

    def choose(self, entry: Entry, *, body: str, who: str, note: Text, now: datetime) -> bool:
        """PARKED to WAITING with contents that carry what a person chose. False: it is not parked any more."""
        with self._books.saving():
            moved = self._books.run(
                "UPDATE entry SET state = 'waiting', attempts = 0, due_at = ?, updated_at = ? "
                "WHERE id = ? AND state = 'parked'",
                (ms(now), ms(now), entry.id),
            )
            if moved.rowcount != 1:
                return False
            self._keep_body(entry.id, body, now=ms(now))
            self._books.event(
                entry.id, at=ms(now), before=State.PARKED, after=State.WAITING, who=who, note=note
            )
        return True
