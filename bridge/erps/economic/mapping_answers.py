"""Where a document stands in e-conomic, and how its answers are read. Pure.

The collection is the state: an order is a draft, sent or archived; an invoice is a draft or booked (economic facts,
sections 9 and 10 [D19]). Each collection numbers by itself, so a number alone names nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from bridge.model.documents import Document, DocumentKind, Key, Purpose

__all__ = [
    "LIFE",
    "Found",
    "Place",
    "amount_of",
    "document_of",
    "ident",
    "number_name",
    "one_each",
    "place_of",
    "reference_in",
]


class Place(StrEnum):
    """The collections a document of ours may stand in."""

    ORDER_DRAFT = "orders/drafts"
    ORDER_SENT = "orders/sent"
    ORDER_ARCHIVED = "orders/archived"
    """It was sent, and then became an invoice or was deleted; e-conomic does not tell which."""
    INVOICE_DRAFT = "invoices/drafts"
    INVOICE_BOOKED = "invoices/booked"

    @property
    def order(self) -> bool:
        """An order, not an invoice."""
        return self in {Place.ORDER_DRAFT, Place.ORDER_SENT, Place.ORDER_ARCHIVED}

    @property
    def open(self) -> bool:
        """It can still be changed and deleted."""
        return self in {Place.ORDER_DRAFT, Place.INVOICE_DRAFT}


LIFE: Final = tuple(Place)
"""As a document moves through them. Asked in this order, one that moves meanwhile is seen at least once."""

_NUMBERS: Final = {
    Place.ORDER_DRAFT: "orderNumber",
    Place.ORDER_SENT: "orderNumber",
    Place.ORDER_ARCHIVED: "orderNumber",
    Place.INVOICE_DRAFT: "draftInvoiceNumber",
    Place.INVOICE_BOOKED: "bookedInvoiceNumber",
}
_LAST: Final = (Place.ORDER_ARCHIVED, Place.ORDER_DRAFT, Place.ORDER_SENT)
"""Of one order seen in several of these, the later counts."""
_WORDS: Final = {Place.INVOICE_DRAFT: "draft", Place.INVOICE_BOOKED: "invoice"}
_ORDER: Final = "order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A document as e-conomic shows it, and where."""

    place: Place
    raw: Mapping[str, Any]

    @property
    def number(self) -> int:
        """In its collection.

        Raises:
            KeyError: the answer is not that document.
        """
        return int(self.raw[_NUMBERS[self.place]])

    @property
    def reference(self) -> str:
        """``references.other``: our key, if it is ours."""
        return str((self.raw.get("references") or {}).get("other", ""))

    @property
    def order_number(self) -> int | None:
        """The order an invoice was made of; newer answers tell (section 9) [2+ villy, airbyte]."""
        number = self.raw.get("orderNumber")
        return None if number is None else int(number)


def number_name(place: Place) -> str:
    """The property with a document's number there; filterable (sections 9 and 10 [D19])."""
    return _NUMBERS[place]


def ident(place: Place, number: int, reference: str = "") -> str:
    """What ``Document.id`` is: ``order-511/main:1234:order``, ``draft-88/...``, ``invoice-10027/...``.

    An order's number ends when it becomes an invoice draft, and a draft's when it is booked; only the reference
    stays. The feed follows a document by it, so it is part of what we keep.
    """
    return f"{_WORDS.get(place, _ORDER)}-{number}" + (f"/{reference}" if reference else "")


def place_of(document_id: str) -> tuple[Place, int]:
    """Where a document stood when its id was made; an order may have moved on since.

    Raises:
        ValueError: no id of ours.
    """
    word, _, number = document_id.partition("/")[0].partition("-")
    places = {_ORDER: Place.ORDER_DRAFT} | {name: place for place, name in _WORDS.items()}
    if word not in places or not number.isdecimal():
        raise ValueError(f"{document_id!r} is no id of a document")
    return places[word], int(number)


def reference_in(document_id: str) -> str:
    """The reference in an id; empty: it was kept without."""
    return document_id.partition("/")[2]


def amount_of(raw: Mapping[str, Any], name: str) -> Decimal | None:
    """An amount of an answer; e-conomic leaves some out (section 13)."""
    value = raw.get(name)
    return None if value is None else Decimal(value)


def document_of(found: Found) -> Document:
    """As the rest of the bridge knows it; a document under the key of a refund or a cancellation is a credit.

    Raises:
        KeyError, ValueError: the answer is not that document.
    """
    raw, number = found.raw, found.number
    return Document(
        kind=_kind(found),
        id=ident(found.place, number, found.reference),
        number=str(number),
        gross=amount_of(raw, "grossAmount"),
        currency=str(raw["currency"]),
        dated=date.fromisoformat(raw["date"]),
    )


def _kind(found: Found) -> DocumentKind:
    try:
        purpose = Key.parse(found.reference).purpose
    except ValueError:
        purpose = Purpose.ORDER
    if purpose is not Purpose.ORDER and (amount_of(found.raw, "grossAmount") or 0) <= 0:
        return DocumentKind.CREDIT
    return DocumentKind.ORDER if found.place.order else DocumentKind.INVOICE


def one_each(found: list[Found]) -> list[Found]:
    """The same without what is there twice: an order seen in two collections, and the order an invoice was made of.

    An archived order and an invoice without the order's number count as one too: it was archived because it became
    an invoice. Two orders, or two invoices, stay two. A sent order has a copy in the archive from the start [D
    techtalk], which says nothing.
    """
    invoices = [each for each in found if not each.place.order]
    by_life = sorted((each for each in found if each.place.order), key=lambda each: _LAST.index(each.place))
    latest = {each.number: each for each in by_life}
    orders = [each for number, each in latest.items() if number not in {one.order_number for one in invoices}]
    nameless = sum(each.order_number is None for each in invoices)
    kept = []
    for each in orders:
        if each.place is Place.ORDER_ARCHIVED and nameless:
            nameless -= 1
        else:
            kept.append(each)
    return [*kept, *{ident(each.place, each.number): each for each in invoices}.values()]
