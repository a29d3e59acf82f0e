"""What belongs to one order, told in one place: the booking and, after it, telling the shop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bridge.flows.standing import is_new
from bridge.model.documents import Key, Purpose
from bridge.store.by_hand import can_hurry
from bridge.store.reads import Reads
from bridge.store.records import Detail, Entry, Event, Pause, State
from bridge.web.filters import AFTER

__all__ = ["Can", "Step", "Story", "can", "pause_of", "story_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the history."""

    event: Event
    telling: bool
    """It is about telling the shop, on a page that is about the order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An entry and what belongs to it."""

    mark: Detail | None
    """Telling the shop of the order this page is about."""
    order: Detail | None
    """The order, where the page is about telling the shop of it."""
    steps: tuple[Step, ...]
    """Newest first."""
    followed: tuple[Entry, ...] = ()
    """What came after the booking of the order this page is about, oldest first: its invoice, refunds, edits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Can:
    """What a person can do with an entry at this moment."""

    retry: bool
    hurry: bool
    """Waits for its next try, and need not."""
    must_ask: bool
    """Waits in doubt: nothing may be sent before the bridge has asked."""
    drop: bool


def story_of(detail: Detail, reads: Reads) -> Story:
    """Look up what belongs to this entry."""
    ref, booking = detail.entry.key.ref, detail.entry.key.purpose is Purpose.ORDER
    other = reads.by_key(Key(ref, Purpose.MARK if booking else Purpose.ORDER))
    mark = other if booking else _own_mark(detail.entry.key, reads)
    steps = [Step(event=event, telling=False) for event in detail.events]
    steps += [Step(event=event, telling=True) for event in (mark.events if mark else ())]
    steps.sort(key=lambda step: step.event.at)
    return Story(
        mark=mark,
        order=None if booking else other,
        steps=tuple(reversed(steps)),
        followed=_followed(detail, reads) if booking else (),
    )


def _own_mark(key: Key, reads: Reads) -> Detail | None:
    """Telling the shop of a credit, or of the invoice an order became."""
    if key.purpose not in {Purpose.REFUND, Purpose.FINALISE}:
        return None
    return reads.by_key(Key(key.ref, Purpose.MARK, str(key).removeprefix(f"{key.ref}:")))


def _followed(detail: Detail, reads: Reads) -> tuple[Entry, ...]:
    ref = detail.entry.key.ref
    found = [entry for purpose in AFTER for entry in reads.of_orders([ref], purpose=purpose).get(ref, ())]
    return tuple(sorted((entry for entry in found if not _idle(entry)), key=lambda entry: entry.id))


def _idle(entry: Entry) -> bool:
    """The second half of an edit, that has made no document (yet) and needs nobody."""
    return is_new(entry.key) and not entry.document and entry.fault is None


def can(entry: Entry, now: datetime) -> Can:
    """What the buttons beside it may offer."""
    parked, waiting = entry.state is State.PARKED, entry.state is State.WAITING
    return Can(
        retry=parked,
        hurry=can_hurry(entry, now),
        must_ask=waiting and entry.doubt is not None,
        drop=parked or waiting,
    )


def pause_of(entry: Entry, pauses: dict[str, Pause], *, now: datetime) -> Pause | None:
    """The rest this entry has to sit out with its whole channel."""
    if entry.finished_at is not None:
        return None
    mark = entry.key.purpose is Purpose.MARK
    pause = pauses.get(f"shop {entry.key.ref.shop}" if mark else "erp")
    resting = pause is not None and (pause.until is None or pause.until > now)
    return pause if resting else None
