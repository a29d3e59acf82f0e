"""Looks a document up by our key: in every collection it may stand in, compared letter by letter.

There is no rule of uniqueness in e-conomic; two documents with one key are both told (economic facts, section 5).
A failed question is never "none".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bridge.erps.economic.client import Client
from bridge.erps.economic.filters import Filter
from bridge.erps.economic.mapping_answers import (
    LIFE,
    Found,
    Place,
    document_of,
    one_each,
    place_of,
    reference_in,
)
from bridge.erps.economic.paths import path
from bridge.errors import NotFound, Rejected, Transient
from bridge.model.documents import Document, Key, Purpose
from bridge.model.orders import OrderRef
from bridge.model.texts import say

__all__ = ["Finding"]

REFERENCE: Final = "references.other"
INVOICES: Final = (Place.INVOICE_DRAFT, Place.INVOICE_BOOKED)
_ONLY_INVOICES: Final = frozenset({Purpose.REFUND, Purpose.CANCEL})
"""Credits are made as invoice drafts, so nobody need look among the orders."""
_ORDERS: Final = (Place.ORDER_DRAFT, Place.ORDER_SENT, Place.ORDER_ARCHIVED)


class Finding:
    """Asks; remembers nothing."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def documents(self, key: Key) -> Sequence[Document]:
        """Those that carry exactly this key; an order and the invoice made of it are one, the invoice."""
        places = INVOICES if key.purpose in _ONLY_INVOICES else LIFE
        return [_read(each) for each in self._settled(self.bearing(str(key), places))]

    def bearing(self, reference: str, places: Sequence[Place]) -> list[Found]:
        """Every document with this reference, without its rows."""
        asked = Filter.eq(REFERENCE, reference)  # any case of letters (section 4 [D19])
        return [each for each in self._listed(asked, places) if each.reference == reference]

    def standing(self, original: Document, ref: OrderRef) -> Found | None:
        """``original`` as it is now, with its rows; the invoice, where an order has become one. None: it is gone.

        Raises:
            Rejected: what bears its number is not of this order, or there are several.
        """
        found = self._single(original)
        if found is None:
            return self._moved(reference_in(original.id) or str(Key(ref, Purpose.ORDER)))
        self._is_ours(found, ref)
        if found.place.order:
            invoices = one_each([found, *self.bearing(found.reference, INVOICES)])
            if [each.place for each in invoices] != [found.place]:
                return self._whole(self._only(self._settled(invoices)))
        return found

    def _single(self, original: Document) -> Found | None:
        try:
            place, number = place_of(original.id)
        except ValueError as odd:
            raise Rejected(
                say("The document {number} was not made in e-conomic.", number=original.number),
                channel="erp",
                field="document",
                advice=say("Handle it by hand where it was made."),
            ) from odd
        return self._at(_ORDERS if place.order else (place,), number)

    def _at(self, places: Sequence[Place], number: int) -> Found | None:
        for place in places:
            try:
                return Found(place=place, raw=self._client.get(path(place, number)))
            except NotFound:
                continue
        return None

    def _moved(self, reference: str) -> Found | None:
        """Whatever bears the reference, where the number leads nowhere any more."""
        found = self._settled(self.bearing(reference, LIFE))
        return self._whole(self._only(found)) if found else None

    def _settled(self, found: Sequence[Found]) -> list[Found]:
        """Each once. A draft that was booked between two of our questions is asked for again: it is gone by now."""
        kept = one_each([*found])
        booked = any(each.place is Place.INVOICE_BOOKED for each in kept)
        drafts = [each for each in kept if each.place is Place.INVOICE_DRAFT]
        if not (booked and drafts):
            return kept
        gone = [each for each in drafts if self._at((each.place,), each.number) is None]
        return [each for each in kept if each not in gone]

    def _only(self, found: Sequence[Found]) -> Found:
        if len(found) == 1:
            return found[0]
        numbers = ", ".join(str(each.number) for each in found)
        raise Rejected(
            say("e-conomic has several documents of this order: {numbers}.", numbers=numbers),
            channel="erp",
            field="key",
            advice=say("Remove the one too many in e-conomic, then press Retry."),
        )

    def _whole(self, found: Found) -> Found:
        """With its rows, which lists do not have (section 13 [D19])."""
        return Found(place=found.place, raw=self._client.get(path(found.place, found.number)))

    def _is_ours(self, found: Found, ref: OrderRef) -> None:
        if _is_of(found, ref):
            return
        raise Rejected(
            say(
                "The document {number} in e-conomic has the reference {reference} and is not of this order.",
                number=found.number,
                reference=found.reference or "-",
            ),
            channel="erp",
            field=REFERENCE,
            advice=say("Look at the document in e-conomic. If it is right, settle the entry by hand."),
        )

    def _listed(self, asked: Filter, places: Sequence[Place]) -> list[Found]:
        rows = [(place, row) for place in places for row in self._client.rows(place, filter=asked)]
        found = [Found(place=place, raw=row) for place, row in rows]
        for each in found:
            _read(each)  # one that cannot be read might be ours
        return found


def _is_of(found: Found, ref: OrderRef) -> bool:
    try:
        return Key.parse(found.reference).ref == ref
    except ValueError:
        return False


def _read(found: Found) -> Document:
    try:
        return document_of(found)
    except (KeyError, TypeError, ValueError, ArithmeticError) as odd:
        raise Transient(say("e-conomic's answer about a document cannot be read."), channel="erp") from odd
