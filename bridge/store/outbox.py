"""The outbox: everything that must reach the other side exactly once. Adding, claiming, coming back to life.

    add -> WAITING -> claim -> SENDING -> finish | postpone | park      (moves.py)
    PARKED, WAITING -> retry | settle | drop, by a person               (by_hand.py)

Entries of one order go in the order they were added; different orders never wait for each other.

The wall clock may jump. Forward: entries come due early, which only means asking early. Back: what was stored
with the wrong time would lie in the future and stall, so ``clock_went_back`` (part of ``recover``) moves every
waiting entry that was stored "later than now" to have as long to wait as it had then.
"""

# ruff: noqa: S608 - every statement is put together from constants

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Final

from bridge.model.documents import Purpose
from bridge.model.texts import Text, say
from bridge.store.by_hand import MovesByHand
from bridge.store.files import Files
from bridge.store.records import Added, Claimed, NewEntry, State
from bridge.store.rehearsals import Rehearsals
from bridge.store.rows import at, fault_json, ms
from bridge.store.withdrawals import WITHDRAWN, Withdrawals

__all__ = ["Outbox"]

_READY: Final = "state = 'waiting' AND head = 1 AND purpose = ?"
_FIRST_SHOP: Final = f"SELECT min(shop) FROM entry WHERE {_READY}"
_NEXT_SHOP: Final = f"SELECT min(shop) FROM entry WHERE {_READY} AND shop > ?"
_FIRST_IN_LANE: Final = (
    f"SELECT due_at, id FROM entry WHERE {_READY} AND shop = ? ORDER BY due_at, id LIMIT 1"
)


class Outbox(MovesByHand, Withdrawals, Files, Rehearsals):
    """The entries and their moves. Every move is durable when it returns, unless ``saving`` is still open."""

    def add(self, new: NewEntry, *, who: str, note: Text) -> Added:
        """Take in something to send; the same key twice is one entry.

        A newer order replaces the stored one as long as surely nothing of it was sent: while WAITING or PARKED
        and not in doubt. A PARKED one stays parked for a person to send; a WAITING one is parked when the
        newer order is born parked. One that was withdrawn comes back as if new.
        """
        with self._books.saving():
            rows = self._books.run(
                "SELECT id, state, digest, doubt_since, fault_kind FROM entry WHERE key = ?", (str(new.key),)
            ).fetchall()
            if not rows:
                return self._add_unless_past(new, who=who, note=note)
            entry_id, state, digest, doubt, kind = rows[0]
            if state == State.DROPPED and kind == WITHDRAWN:
                self._revive(entry_id, new, who=who, note=note)
                return Added.ADDED
            if digest == new.digest:
                return Added.KNOWN
            if doubt is not None or state not in {State.WAITING, State.PARKED}:
                self._note_change(entry_id, State(state), who=who, note=note)
                return Added.CHANGED
            self._renew(entry_id, State(state), new, who=who, note=note)
            return Added.RENEWED

    def _note_change(self, entry_id: int, state: State, *, who: str, note: Text) -> None:
        changed = say("The order was changed in the shop after it was taken for sending. {note}", note=note)
        self._books.event(entry_id, at=self._books.now(), before=state, after=state, who=who, note=changed)

    def _add_unless_past(self, new: NewEntry, *, who: str, note: Text) -> Added:
        past = self._books.run("SELECT digest FROM past WHERE key = ?", (str(new.key),)).fetchone()
        if past is not None:
            return Added.KNOWN if past[0] == new.digest else Added.CHANGED
        self._insert(new, who=who, note=note)
        return Added.ADDED

    def _renew(self, entry_id: int, state: State, new: NewEntry, *, who: str, note: Text) -> None:
        now = self._books.clock.now()
        after = State.PARKED if State.PARKED in {state, new.state} else State.WAITING
        self._books.run(
            "UPDATE entry SET state = ?, digest = ?, number = ?, gross = ?, currency = ?, updated_at = ?, "
            "fault_kind = coalesce(?, fault_kind), fault = coalesce(?, fault) WHERE id = ?",
            (
                after.value,
                new.digest,
                new.number,
                None if new.gross is None else str(new.gross),
                new.currency,
                ms(now),
                new.error and new.error.kind,
                fault_json(new.error),
                entry_id,
            ),
        )
        self._keep_body(entry_id, new.body, now=ms(now))
        self._books.event(entry_id, at=ms(now), before=state, after=after, who=who, note=note)
        if after is not state:
            self._books.count(new.key, after, at=now)

    def claim(
        self, now: datetime, *, purposes: Collection[Purpose], shops_paused: Collection[str] = ()
    ) -> Claimed | None:
        """Take the first entry that is due: WAITING to SENDING, on disk before the first byte leaves.

        Oldest ``due_at`` first; never one with an older unfinished entry of the same order.
        """
        with self._books.saving():
            lanes = (
                first
                for purpose, shop in self._lanes(purposes)
                if shop not in shops_paused
                for first in self._books.run(_FIRST_IN_LANE, (purpose.value, shop))
            )
            first = min(lanes, default=None)
            if first is None or first[0] > ms(now):
                return None
            return self._claim_one(first[1], now=ms(now), who="bridge")

    def next_due(self, now: datetime) -> datetime | None:
        """When the next entry can be claimed, ``now`` if one can already; None: nothing waits."""
        firsts = (
            row[0]
            for purpose, shop in self._lanes(tuple(Purpose))
            for row in self._books.writer.read(_FIRST_IN_LANE, (purpose.value, shop))
        )
        first = min(firsts, default=None)
        return None if first is None else max(now, at(first))

    def _lanes(self, purposes: Collection[Purpose]) -> Iterator[tuple[Purpose, str]]:
        # One lane per purpose and shop, found by leaping along the index: a paused shop with a long backlog
        # costs one step, not one per entry.
        for purpose in purposes:
            ((shop,),) = self._books.writer.read(_FIRST_SHOP, (purpose.value,))
            while shop is not None:
                yield purpose, shop
                ((shop,),) = self._books.writer.read(_NEXT_SHOP, (purpose.value, shop))

    def recover(self, now: datetime, *, settle: timedelta) -> int:
        """Give back what was being sent when the bridge died: WAITING, in doubt, no attempt charged.

        To be called while nothing is being sent. Due when the other side has had ``settle`` to finish what it may
        have begun. A claim that lies in the future (the clock was set back) counts as made now.
        """
        moment = ms(now)
        with self._books.saving():
            left = self._books.run("SELECT id, claimed_at FROM entry WHERE state = 'sending'").fetchall()
            for entry_id, claimed_at in left:
                since = min(claimed_at, moment)
                due = max(moment, since + settle // timedelta(milliseconds=1))
                self._books.run(
                    "UPDATE entry SET state = 'waiting', doubt_since = ?, doubt_asks = 0, due_at = ?, updated_at = ? "
                    "WHERE id = ? AND state = 'sending'",
                    (since, due, moment, entry_id),
                )
                note = say("Was being sent when the bridge stopped; it asks before sending again.")
                self._books.event(
                    entry_id, at=moment, before=State.SENDING, after=State.WAITING, who="bridge", note=note
                )
            self.clock_went_back(now)
        return len(left)

    def clock_went_back(self, now: datetime) -> int:
        """Mend what was stored while the clock ran ahead; harmless at any time.

        A waiting entry that says it was touched later than now keeps the wait it had left at that moment; so
        does a pause. Returns how many entries were mended.
        """
        moment = ms(now)
        with self._books.saving():
            self._books.run(
                "UPDATE pause SET until = ? + (until - since), since = ? WHERE since > ?",
                (moment, moment, moment),
            )
            return self._books.run(
                "UPDATE entry SET due_at = ? + max(0, due_at - updated_at), updated_at = ?, "
                "doubt_since = min(doubt_since, ?) WHERE state = 'waiting' AND updated_at > ?",
                (moment, moment, moment, moment),
            ).rowcount
