"""Documents that change or go: only drafts can, and only ours."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Final

from bridge.erps.economic.core import Core
from bridge.erps.economic.documents import Documents, Like
from bridge.erps.economic.finding import Finding
from bridge.erps.economic.mapping_amends import amended
from bridge.erps.economic.mapping_answers import Found, Place, document_of
from bridge.erps.economic.paths import path
from bridge.erps.wire import dumps
from bridge.errors import NotFound, Rejected
from bridge.model.documents import Document, Key
from bridge.model.orders import Order
from bridge.model.texts import Text, say

__all__ = ["Amending"]


class Amending:
    """Amends and cancels."""

    def __init__(self, core: Core, documents: Documents, finding: Finding) -> None:
        self._client = core.client
        self._documents = documents
        self._finding = finding

    def amend(self, order: Order, key: Key, original: Document) -> Document:
        """Write the order as it is now into its draft, whole; what a person added to the head stays.

        Raises:
            Rejected: it is sent, booked or gone.
        """
        del key  # the draft has it already, and keeps it
        found = self._finding.standing(original, order.ref)
        if found is None:
            raise Rejected(
                say("The document {number} is no longer in e-conomic.", number=original.number),
                channel="erp",
                field="document",
                advice=_DELETED,
            )
        if not found.place.open:
            raise _closed(found)
        like = Like(customer=int(found.raw["customer"]["customerNumber"]))
        prepared = self._documents.prepare(order, found.reference, like=like)
        for_put = amended(found.raw, prepared.body, prepared.sheet)
        prepared = replace(prepared, body=for_put, payload=dumps(for_put))
        return self._documents.replaced(prepared, found)

    def cancel(self, key: Key, original: Document) -> Document:
        """Delete its draft, by its number, after reading that it is of this order.

        Raises:
            Rejected: it is sent or booked.
        """
        found = self._finding.standing(original, key.ref)
        if found is None:
            return replace(original, notes=(say("It was no longer in e-conomic."),))
        if not found.place.open:
            raise _closed(found)
        document = document_of(found)
        with suppress(NotFound):  # deleted by somebody else since we looked
            self._client.delete(path(found.place, found.number))
        return replace(document, notes=(say("The draft was deleted in e-conomic."),))


_DELETED: Final = say("If it was deleted there, book the order by hand or settle the entry.")


def _closed(found: Found) -> Rejected:
    return Rejected(
        _reason(found),
        channel="erp",
        field="document",
        advice=say("Credit it and make a new one, or change it by hand in e-conomic."),
    )


def _reason(found: Found) -> Text:
    if found.place is Place.ORDER_SENT:
        return say(
            "Order {number} is registered as sent in e-conomic and can no longer be changed.",
            number=found.number,
        )
    if found.place is Place.ORDER_ARCHIVED:
        return say(
            "Order {number} is in e-conomic's archive and can no longer be changed.", number=found.number
        )
    return say("Invoice {number} is booked in e-conomic and can no longer be changed.", number=found.number)
