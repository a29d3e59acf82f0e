"""What goes into the store and what comes out: plain values, no rows, no connections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Final, Generic, TypeVar

from bridge.errors import StoreError
from bridge.model.documents import Document, Key, Purpose
from bridge.model.orders import OrderRef
from bridge.model.texts import Text, say

__all__ = [
    "REHEARSED",
    "Added",
    "Claimed",
    "DayCount",
    "Detail",
    "Doubt",
    "Entry",
    "EntryFilter",
    "Event",
    "Exchange",
    "Fault",
    "Filed",
    "LostClaim",
    "NewEntry",
    "Overview",
    "Page",
    "Pause",
    "Seen",
    "SessionRow",
    "State",
    "Untold",
]

T = TypeVar("T")

REHEARSED: Final = "shadow:"
"""So begins the note of an exchange that was none: a document made in shadow mode, which nobody sent."""


class LostClaim(StoreError):
    """The entry is no longer ours: recovered, retried or dropped by somebody else in the meantime.

    Whatever was sent under the lost claim is looked up by the one who has it now; do nothing further.
    """

    def __init__(self, key: Key) -> None:
        super().__init__(say("Somebody else moved {key} in the meantime; nothing was changed.", key=key))
        self.key = key


class State(StrEnum):
    """Where an entry stands. DONE and DROPPED are final."""

    WAITING = "waiting"
    SENDING = "sending"
    DONE = "done"
    PARKED = "parked"
    DROPPED = "dropped"


class Added(Enum):
    """What ``add`` did."""

    ADDED = "added"
    RENEWED = "renewed"
    """The newer order took the older one's place; surely nothing of it had been sent."""
    KNOWN = "known"
    CHANGED = "changed"
    """The key exists with other contents that may have been sent; nothing was stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What went wrong, in a form that can be stored."""

    kind: str
    """Name of the error's class: ``Rejected``."""
    text: Text
    advice: Text | None = None
    field: str = ""
    status: int | None = None
    code: str = ""
    request_id: str = ""
    excerpt: str = ""
    """The start of the answer, redacted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Nobody knows whether the last call got through."""

    since: datetime
    """When that call began."""
    asks: int = 0
    """How often the other end has answered "not here" since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """Something to be sent once."""

    key: Key
    due_at: datetime
    digest: str
    body: str | None = None
    """The order as JSON (``codec.dump_order``), the raw JSON of one that could not be read, None for a mark."""
    number: str = ""
    gross: Decimal | None = None
    currency: str = ""
    state: State = State.WAITING
    """WAITING, or PARKED for what a person must look at before the first try."""
    error: Fault | None = None
    """Why it is born parked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of the outbox."""

    id: int
    key: Key
    state: State
    attempts: int
    """Tries that count; a throttled or recovered one does not. A person's retry starts again from 0."""
    claim: int
    """How often it was claimed; a move is only good under the claim it was made with."""
    doubt: Doubt | None
    due_at: datetime
    claimed_at: datetime | None
    """When it was last claimed."""
    digest: str
    number: str
    gross: Decimal | None
    currency: str
    fault: Fault | None
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None
    document: str
    """Number of the document it became, or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """An entry that is ours to send, with what is needed for that."""

    entry: Entry
    body: str | None
    document: Document | None
    """What the order of the same ref became, if it did; for a mark with a detail, what that became."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """One of an order's entries, with what it said and what it became."""

    entry: Entry
    body: str | None
    """None: it has no contents, or they were erased with the retention."""
    document: Document | None
    """Its own; not the order's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What was sent and what came back; redacted by the caller, erased with the retention."""

    at: datetime
    payload: str
    media_type: str
    answer: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One move of an entry. Never changed; each begins where the one before ended."""

    at: datetime
    before: State | None
    after: State
    who: str
    note: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An order of the shop as it was last seen, whether it is sent or not."""

    ref: OrderRef
    status: str
    digest: str
    reason: Text | None
    """Why it is not sent; None: it is in the outbox."""
    code: str = ""
    """Short name of the reason: ``not_trigger``."""
    skus: Mapping[str, str | None] = field(default_factory=dict)
    """Row (``codec.line_key``) to SKU as at first sight: a later ``note_seen`` adds rows, changes none."""
    gross: Decimal | None = None
    currency: str = ""
    first_seen_at: datetime
    seen_at: datetime
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A channel nobody may use: ``erp``, ``shop main``."""

    channel: str
    until: datetime | None
    """None: until somebody resumes it."""
    why: Text
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """Somebody logged in to the page."""

    user: str
    created_at: datetime
    touched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Part of a list, newest first."""

    items: tuple[T, ...]
    next: str | None
    """Pass as ``after`` to go on; None: this was the end."""
    total: int
    """How many there are on all pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilter:
    """Which entries; empty means every one."""

    states: tuple[State, ...] = ()
    shop: str | None = None
    purpose: Purpose | None = None
    purposes: tuple[Purpose, ...] = ()
    """Any of these."""
    kind: str | None = None
    """Name of the fault's class."""
    text: str = ""
    """Beginning of the shop's id, the shop's number or the document's number."""
    doubt: bool | None = None
    failing: bool = False
    """Only what something has gone wrong with, or is in doubt."""
    hurry_at: datetime | None = None
    """Only what a person could send at this moment instead of waiting for its next try (``can_hurry``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """Everything about one entry. After the retention only ``entry`` and ``document`` are left."""

    entry: Entry
    events: tuple[Event, ...]
    """Newest last."""
    body: str | None
    exchanges: tuple[Exchange, ...]
    document: Document | None
    """What it became itself, or else the order's."""
    seen: Seen | None
    waits_for: tuple[int, ...]
    """Older unfinished entries of the same order, which go first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """Orders that are booked, but the shop has not been told of it: something went wrong."""

    waiting: int
    """Will be tried again."""
    parked: int
    """Go no further by themselves."""

    @property
    def total(self) -> int:
        """Both."""
        return self.waiting + self.parked


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """One day (UTC) of orders."""

    day: date
    done: int
    parked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The front page."""

    counts: Mapping[str, int]
    """Of orders, not of what follows from them; so are ``oldest_waiting`` and ``per_day``."""
    untold: Untold
    pauses: Mapping[str, Pause]
    oldest_waiting: datetime | None
    """Since when the oldest order that is not sent yet has been here."""
    next_due: datetime | None
    per_day: tuple[DayCount, ...]
    """The last days with any orders, oldest first."""
