"""An order that is another in the shop than in the books: found when the shop is read, and put before a person.

Nothing is sent from here. What differs becomes an entry that waits behind whatever else the order has under way:
parked with a proposal, or carried out by itself, as the owner's rules say (``flows.changing`` does it).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bridge.clock import Clock
from bridge.flows.standing import NEW, Standing, decision_of, is_new, order_of, standing
from bridge.model.changes import Difference, Touch, difference, fingerprint, totals_only
from bridge.model.codec import dump_order
from bridge.model.documents import Key, Purpose
from bridge.model.orders import Order
from bridge.model.texts import Text, say
from bridge.store import Store
from bridge.store.records import Fault, Filed, NewEntry, State

__all__ = [
    "AfterBooking",
    "CalledOff",
    "ChangeRules",
    "Changes",
    "called_off",
    "compared",
    "paid_back",
    "proposal",
    "revival",
]

CALLED_OFF: Final = frozenset({"cancelled", "failed", "trash"})
"""Statuses that undo a sale which is in the books."""
RESTING: Final = frozenset({"pending", "checkout-draft", "auto-draft"})
"""Statuses that say nothing about a sale which is in the books: the shop waits for a payment again."""

BRIDGE: Final = "bridge"


class AfterBooking(StrEnum):
    """What is done about an edit: ``[orders] after_booking``."""

    ASK = "ask"
    AMEND = "amend"
    TELL = "tell"


class CalledOff(StrEnum):
    """What is done about a cancellation: ``[orders] cancelled_after_booking``."""

    ASK = "ask"
    CREDIT = "credit"
    TELL = "tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRules:
    """The owner's rules for what happens after the booking."""

    edited: AfterBooking = AfterBooking.ASK
    called_off: CalledOff = CalledOff.ASK
    reference_meta: frozenset[str] = frozenset()
    """Meta of an order that its document shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What is to stand in the outbox: entries, or only a notice."""

    entries: tuple[NewEntry, ...] = ()
    note: Text | None = None
    keep: bool = False
    """Leave what is there alone."""


class Changes:
    """Compares what the shop says with what was booked."""

    def __init__(self, *, store: Store, rules: ChangeRules, clock: Clock) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock

    def watch(self, order: Order, digest: str, *, news: bool = True) -> int:
        """Look at an order that was put in the outbox before; ``news``: it differs from when it was last seen.

        To be called in the transaction that stores what was seen. Returns how many entries came of it. The same
        again adds nothing, and is not told again in the order's history.
        """
        outbox = self._store.outbox
        files = outbox.of_order(order.ref)
        stands = standing(files)
        wanted = self._wanted(order, digest, stands, files)
        keys = {str(entry.key) for entry in wanted.entries}
        if not wanted.keep:
            for filed in _movable(stands, files):
                if str(filed.entry.key) not in keys:
                    outbox.withdraw(filed.entry.key, who=BRIDGE, note=_SUPERSEDED)
        for entry in wanted.entries:
            outbox.add(entry, who=BRIDGE, note=say("Status {status} in the shop.", status=order.status))
        if wanted.note is not None and stands.live is not None and news:
            outbox.note(stands.live.entry, note=wanted.note)
        return len(wanted.entries)

    def _wanted(self, order: Order, digest: str, stands: Standing, files: tuple[Filed, ...]) -> _Wanted:
        if order.status in RESTING:
            return _Wanted(keep=True)
        if order.status in CALLED_OFF:
            return self._cancellation(order, digest, stands)
        return self._alive(order, digest, stands, unsent=_credited_only(stands, files))

    def _alive(self, order: Order, digest: str, stands: Standing, *, unsent: Filed | None) -> _Wanted:
        if unsent is not None:  # the old document is credited, the new one not made yet: it takes the newest
            return _Wanted(entries=(self._entry(unsent.entry.key, order, digest),))
        if stands.coming is not None:
            return self._behind(order, digest, stands, stands.coming)
        if stands.live is not None:
            return self._edit(order, digest, stands)
        if stands.booked:
            return _Wanted(entries=self._pair(order, digest, stands, proposal=revival()))
        return _Wanted()

    def _cancellation(self, order: Order, digest: str, stands: Standing) -> _Wanted:
        if (stands.live is None and stands.coming is None) or paid_back(order):
            return _Wanted()
        if stands.coming is not None and stands.coming.entry.key.purpose is Purpose.CANCEL:
            return _Wanted()
        if self._rules.called_off is CalledOff.TELL and stands.coming is None:
            return _Wanted(note=say("The order was called off in the shop; the document is left as it is."))
        key = Key(order.ref, Purpose.CANCEL, _chain_detail(stands))
        ask = self._rules.called_off is CalledOff.ASK and stands.coming is None
        return _Wanted(entries=(self._entry(key, order, digest, proposal=called_off() if ask else None),))

    def _behind(self, order: Order, digest: str, stands: Standing, coming: Filed) -> _Wanted:
        """What is under way may get through or not; who comes after it compares again."""
        content = order_of(coming)
        revived = coming.entry.key.purpose is Purpose.CANCEL
        if not revived and content is not None and not self._touches(content, order):
            return _Wanted()
        return _Wanted(entries=self._pair(order, digest, stands, proposal=None))

    def _edit(self, order: Order, digest: str, stands: Standing) -> _Wanted:
        found = compared(stands, order, self._rules)
        if found.touch is Touch.NOTHING:
            return _Wanted()
        if found.touch is Touch.TEXTS:
            return _Wanted(note=say("Only texts or addresses were edited; the document is left as it is."))
        if self._rules.edited is AfterBooking.TELL:
            return _Wanted(note=_edited(found))
        ask = self._rules.edited is AfterBooking.ASK or not found.whole
        return _Wanted(entries=self._pair(order, digest, stands, proposal=proposal(found) if ask else None))

    def _touches(self, was: Order, now: Order) -> bool:
        found = difference(was, now, reference_meta=self._rules.reference_meta)
        return found.touch is Touch.BOOKS

    def _pair(
        self, order: Order, digest: str, stands: Standing, *, proposal: Fault | None
    ) -> tuple[NewEntry, NewEntry]:
        """The entry that decides and takes back, and right behind it the one that makes the new document.

        Both at once, so that nothing else of the order comes between the credit and the new document.
        """
        detail = fingerprint(order, after=stands.last)
        first = Key(order.ref, Purpose.CHANGE, detail)
        second = Key(order.ref, Purpose.CHANGE, detail + NEW)
        return (
            self._entry(first, order, digest, proposal=proposal),
            self._entry(second, order, digest),
        )

    def _entry(self, key: Key, order: Order, digest: str, *, proposal: Fault | None = None) -> NewEntry:
        return NewEntry(
            key=key,
            due_at=self._now(),
            body=dump_order(order),
            digest=digest,
            number=order.ref.number,
            gross=order.totals.gross,
            currency=order.currency,
            state=State.WAITING if proposal is None else State.PARKED,
            error=proposal,
        )

    def _now(self) -> datetime:
        return self._clock.now()


def compared(stands: Standing, now: Order, rules: ChangeRules) -> Difference:
    """What stands against what the shop says; only the totals where the contents were erased."""
    content = stands.content
    if content is not None:
        return difference(content, now, reference_meta=rules.reference_meta)
    live = stands.live
    return totals_only(live.entry.gross if live else None, live.entry.currency if live else "", now)


def paid_back(order: Order) -> bool:
    """Whether refunds take all of it back, each by a credit of its own: then there is nothing left to call off."""
    return order.refunded >= order.totals.gross > 0


def _chain_detail(stands: Standing) -> str:
    """Nothing for the order's own document, as a rule the only one; else which of them is meant."""
    return Key.parse(stands.last).detail.removesuffix(NEW)


def _movable(stands: Standing, files: tuple[Filed, ...]) -> Iterable[Filed]:
    """What can be taken out of the queue again: surely nothing of it was sent.

    Not the new document of a change whose first half is under way or done.
    """
    states = {str(filed.entry.key): filed.entry for filed in files}
    for filed in stands.open:
        first = states.get(str(decision_of(filed.entry.key)), filed.entry)
        begun = first.state is State.SENDING or first.doubt is not None
        if not begun and filed.entry.doubt is None and filed.entry.state is not State.SENDING:
            yield filed


def _credited_only(stands: Standing, files: tuple[Filed, ...]) -> Filed | None:
    """A new document that waits to be made, its old one being credited; surely nothing of it was sent."""
    if stands.live is not None or stands.coming is not None:
        return None
    credited = {str(filed.entry.key) for filed in files if filed.entry.state is State.DONE}
    return next(
        (
            filed
            for filed in stands.open
            if is_new(filed.entry.key) and str(decision_of(filed.entry.key)) in credited
        ),
        None,
    )


def proposal(found: Difference) -> Fault:
    """What a person reads on an edited order."""
    if not found.whole:
        return Fault(
            kind="Edited",
            text=say(
                "The order's total was changed after its contents were erased here. {what}",
                what=found.summary,
            ),
            advice=say(
                "Correct the document in the ERP by hand, then leave this as it is and say what you did."
            ),
        )
    return Fault(kind="Edited", text=_edited(found), advice=_CHOOSE)


def called_off() -> Fault:
    """What a person reads on an order that was called off."""
    return Fault(
        kind="CalledOff",
        text=say("The order was called off in the shop after it was booked."),
        advice=say("Choose: take the document back, or leave it as it is."),
    )


def revival() -> Fault:
    """What a person reads on an order that lives again."""
    return Fault(
        kind="Revived",
        text=say("The order is alive in the shop, but its document was taken back."),
        advice=say("Choose: book it again as a new document, or leave it as it is."),
    )


def _edited(found: Difference) -> Text:
    return say("The order was edited in the shop after it was booked. {what}", what=found.summary)


_CHOOSE: Final = say("Choose: amend the document, take it back and make a new one, or leave it as it is.")
_SUPERSEDED: Final = say("The order in the shop is another again; this is out of date.")
