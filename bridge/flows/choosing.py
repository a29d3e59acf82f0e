"""A person's answer to an order that is another in the shop than in the books: amend, take back, or leave it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bridge.clock import Clock
from bridge.flows.changes import ChangeRules, compared
from bridge.flows.standing import NEW, Choice, is_new, order_of, standing, with_choice
from bridge.model.changes import Difference, difference
from bridge.model.codec import load_order
from bridge.model.documents import Key, Purpose
from bridge.model.texts import Text, say
from bridge.store import Store
from bridge.store.records import Detail, Entry, State

__all__ = ["Choosing", "awaits_choice"]


class Choosing:
    """Writes a choice into the entry that waits for it."""

    def __init__(self, *, store: Store, clock: Clock, rules: ChangeRules | None = None) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules or ChangeRules()

    def difference(self, detail: Detail) -> Difference | None:
        """What a change is about, against what stood in the books before it; None: it is about no edit."""
        entry = detail.entry
        if entry.key.purpose is not Purpose.CHANGE or is_new(entry.key) or detail.body is None:
            return None
        stands = standing(self._store.outbox.of_order(entry.key.ref), below=entry.id)
        now = load_order(detail.body)
        if stands.live is None and stands.coming is not None:
            coming = order_of(stands.coming)
            return None if coming is None else difference(coming, now)
        return None if stands.live is None else compared(stands, now, self._rules)

    def choose(self, entry_id: int, choice: Choice, *, who: str, reason: str) -> bool:
        """Carry the entry out in this way. False: it does not wait for a choice (any more)."""
        detail = self._store.reads.entry(entry_id)
        if detail is None or detail.body is None or not awaits_choice(detail.entry):
            return False
        if choice is Choice.AMEND and detail.entry.key.purpose is Purpose.CANCEL:
            return False
        note = _CHOSEN[choice]
        return self._store.outbox.choose(
            detail.entry,
            body=with_choice(detail.body, choice),
            who=who,
            note=say("{note} {reason}", note=note, reason=reason) if reason else note,
            now=self._clock.now(),
        )

    def drop(self, ids: Sequence[int], *, who: str, reason: str) -> int:
        """Drop entries; with one that was to decide goes the new document it would have led to."""
        outbox, now = self._store.outbox, self._clock.now()
        with self._store.saving():
            moved = outbox.drop(ids, who=who, reason=reason, now=now)
            led_to = [new for entry_id in ids for new in self._led_to(entry_id)]
            outbox.drop(led_to, who=who, reason=reason, now=now)
        return moved

    def _led_to(self, entry_id: int) -> list[int]:
        asked = self._store.reads.entry(entry_id)
        if asked is None or asked.entry.key.purpose is not Purpose.CHANGE or is_new(asked.entry.key):
            return []
        files = {filed.entry.key: filed.entry for filed in self._store.outbox.of_order(asked.entry.key.ref)}
        key = asked.entry.key
        gone = files.get(key)
        new = files.get(Key(key.ref, key.purpose, key.detail + NEW))
        return [new.id] if gone and new and gone.state is State.DROPPED else []


def awaits_choice(entry: Entry) -> bool:
    """Whether a person is to say what becomes of it."""
    asks = entry.key.purpose in {Purpose.CHANGE, Purpose.CANCEL} and not is_new(entry.key)
    return asks and entry.state is State.PARKED


_CHOSEN: Final[dict[Choice, Text]] = {
    Choice.AMEND: say("To be amended."),
    Choice.ANEW: say("To be taken back; after an edit, a new document is made."),
}
