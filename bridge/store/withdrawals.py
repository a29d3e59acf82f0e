"""Orders the shop calls off before they were sent, and those it brings back.

A withdrawn entry is DROPPED like one a person dropped, but the bridge did it and the bridge may undo it: the
fault ``Withdrawn`` on it tells the two apart.
"""

from __future__ import annotations

from typing import Final

from bridge.model.documents import Key
from bridge.model.texts import Text
from bridge.store.moves import Moves
from bridge.store.records import Fault, NewEntry, State
from bridge.store.rows import fault_json, ms

__all__ = ["WITHDRAWN", "Withdrawals"]

WITHDRAWN: Final = "Withdrawn"


class Withdrawals(Moves):
    """Taking an untried entry out of the queue, and putting it back."""

    def withdraw(self, key: Key, *, who: str, note: Text) -> bool:
        """WAITING or PARKED to DROPPED, if surely nothing of it was sent. False: it is too late, or not there."""
        now = self._books.clock.now()
        with self._books.saving():
            found = self._books.run(
                "SELECT id, state FROM entry WHERE key = ? AND state IN ('waiting', 'parked') "
                "AND doubt_since IS NULL",
                (str(key),),
            ).fetchone()
            if found is None:
                return False
            entry_id, state = found
            self._books.run(
                "UPDATE entry SET state = 'dropped', head = 0, fault_kind = ?, fault = ?, finished_at = ?, "
                "updated_at = ? WHERE id = ?",
                (WITHDRAWN, fault_json(Fault(kind=WITHDRAWN, text=note)), ms(now), ms(now), entry_id),
            )
            self._books.event(
                entry_id, at=ms(now), before=State(state), after=State.DROPPED, who=who, note=note
            )
            self._books.count(key, State.DROPPED, at=now)
            self._books.advance(key)
        return True

    def _revive(self, entry_id: int, new: NewEntry, *, who: str, note: Text) -> None:
        """A withdrawn entry as if it were new, with the order as it is now."""
        now = self._books.clock.now()
        self._books.run(
            "UPDATE entry SET state = ?, attempts = 0, due_at = ?, digest = ?, number = ?, gross = ?, "
            "currency = ?, fault_kind = ?, fault = ?, finished_at = NULL, updated_at = ? WHERE id = ?",
            (
                new.state.value,
                ms(new.due_at),
                new.digest,
                new.number,
                None if new.gross is None else str(new.gross),
                new.currency,
                new.error and new.error.kind,
                fault_json(new.error),
                ms(now),
                entry_id,
            ),
        )
        self._keep_body(entry_id, new.body, now=ms(now))
        self._books.event(entry_id, at=ms(now), before=State.DROPPED, after=new.state, who=who, note=note)
        self._books.advance(new.key)
        if new.state is State.PARKED:
            self._books.count(new.key, State.PARKED, at=now)
