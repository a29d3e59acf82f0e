"""What of an order stands in the books, out of all its entries. Pure: the entries come from the store.

An order's documents form a chain: booked, amended, credited and made anew, cancelled. The last link that was
carried out says what stands; one that is being carried out says what will.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bridge.model.codec import load_order, load_refund
from bridge.model.documents import Document, DocumentKind, Key, Purpose
from bridge.model.orders import Order, Refund
from bridge.store.moves import about
from bridge.store.records import Filed, State

__all__ = [
    "NEW",
    "Choice",
    "Standing",
    "choice_of",
    "decision_of",
    "is_new",
    "order_of",
    "standing",
    "with_choice",
]

NEW: Final = ":new"
"""The detail of a change's key ends so where the entry makes the new document after the credit."""

_CHAIN: Final = frozenset({Purpose.ORDER, Purpose.CHANGE, Purpose.CANCEL})
_OPEN: Final = frozenset({State.WAITING, State.SENDING, State.PARKED})


class Choice(StrEnum):
    """What a person wants done about an order that is another than what was booked."""

    AMEND = "amend"
    """Change the document."""
    ANEW = "anew"
    """Take the document back; after an edit, make a new one."""


@dataclass(slots=True, kw_only=True)
class Standing:
    """What stands."""

    live: Filed | None = None
    """The entry whose content the books show now; None: nothing stands."""
    document: Document | None = None
    """Its document."""
    made_as: Key | None = None
    """The key that document was made under; an amendment keeps it."""
    booked: bool = False
    """Something has stood at some time."""
    last: str = ""
    """Key of the link that was carried out last, or is being."""
    coming: Filed | None = None
    """Nobody knows yet whether this got through, or it is under way: what stands depends on it."""
    refunds: list[Refund] = field(default_factory=list)
    """Credited from the document that stands, oldest first."""
    refund_ids: set[str] = field(default_factory=set)
    """Every refund that was credited from any document of this order."""
    open: list[Filed] = field(default_factory=list)
    """Changes and cancellations that are not finished."""

    @property
    def content(self) -> Order | None:
        """What the document that stands was made of; None after the retention."""
        return None if self.live is None else order_of(self.live)


def standing(files: Sequence[Filed], *, below: int | None = None) -> Standing:
    """Walk along the chain; ``below``: only what is older than this entry."""
    found = Standing()
    for filed in files:
        if below is None or filed.entry.id < below:
            _walk(found, filed)
    return found


def _walk(found: Standing, filed: Filed) -> None:
    if filed.entry.state is State.DONE:
        _carried_out(found, filed)
    elif filed.entry.state in _OPEN and filed.entry.key.purpose in _CHAIN:
        _still_open(found, filed)


def _still_open(found: Standing, filed: Filed) -> None:
    entry = filed.entry
    if entry.key.purpose is not Purpose.ORDER:
        found.open.append(filed)
    if entry.state is State.SENDING or entry.doubt is not None:
        found.coming, found.last = filed, str(entry.key)


def _carried_out(found: Standing, filed: Filed) -> None:
    match filed.entry.key.purpose:
        case Purpose.ORDER:
            _stands(found, filed)
        case Purpose.CHANGE if filed.document is not None:
            _changed(found, filed, filed.document)
        case Purpose.CANCEL if filed.document is not None:
            _gone(found, filed)
        case Purpose.REFUND if filed.document is not None:
            _refunded(found, filed)
        case Purpose.FINALISE if filed.document is not None and about(filed.entry.key) == found.made_as:
            found.document = (
                filed.document
            )  # the invoice it became: what is credited or cancelled from now on
        case _:
            return


def _changed(found: Standing, filed: Filed, document: Document) -> None:
    if document.kind is DocumentKind.CREDIT:
        _gone(found, filed)
    elif is_new(filed.entry.key):
        _stands(found, filed)
    else:  # amended: the refunds of the document stay its refunds
        found.live, found.document, found.last = filed, document, str(filed.entry.key)


def _refunded(found: Standing, filed: Filed) -> None:
    found.refund_ids.add(filed.entry.key.detail)
    if filed.body is not None:
        found.refunds.append(load_refund(filed.body))


def _stands(found: Standing, filed: Filed) -> None:
    found.live, found.document, found.booked, found.last = filed, filed.document, True, str(filed.entry.key)
    found.made_as = filed.entry.key
    found.refunds = []


def _gone(found: Standing, filed: Filed) -> None:
    found.live, found.document, found.last = None, None, str(filed.entry.key)
    found.refunds = []


def is_new(key: Key) -> bool:
    """Whether this change makes the new document, after the old one was credited."""
    return key.detail.endswith(NEW)


def decision_of(key: Key) -> Key:
    """The key of the entry that decided about this one."""
    return Key(key.ref, key.purpose, key.detail.removesuffix(NEW))


def order_of(filed: Filed) -> Order | None:
    """The order an entry was about; None after the retention, and of one nobody could read."""
    if filed.body is None or filed.entry.digest.startswith("raw:"):
        return None
    return load_order(filed.body)


def with_choice(body: str, choice: Choice) -> str:
    """The contents of an entry with what a person chose."""
    return json.dumps({**json.loads(body), "choice": choice.value}, separators=(",", ":"))


def choice_of(body: str) -> Choice | None:
    """What a person chose, if one did."""
    chosen = json.loads(body).get("choice")
    return None if chosen is None else Choice(chosen)
