"""Finding our own documents by the key they carry, and reading one as it is now (fortnox facts, sections 4, 6, 9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from bridge.erps.fortnox.core import Core
from bridge.erps.fortnox.mapping_answers import (
    INVOICES,
    ORDERS,
    Standing,
    document_of,
    register_of,
    standing_of,
)
from bridge.erps.fortnox.mapping_feeds import key_of
from bridge.erps.fortnox.mapping_head import KEY
from bridge.erps.fortnox.reading import amount, text, truth
from bridge.errors import NotFound, Rejected
from bridge.model.documents import Document, DocumentKind, Key, Purpose
from bridge.model.orders import OrderRef
from bridge.model.texts import say

__all__ = ["Finding"]

_NAMES: Final = {ORDERS: "Orders", INVOICES: "Invoices"}
_BACKORDER: Final = "Backorder"
_CREDITS_ONLY: Final = frozenset({Purpose.REFUND, Purpose.CANCEL})
"""Keys under which nothing but a credit is ever made, and credits are invoices."""


class Finding:
    """Looks for documents."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def find(self, key: Key) -> Sequence[Document]:
        """The documents with exactly this key that stand; an order and the invoice made of it are one, the invoice.

        Left out are cancelled ones, the backorder that a part delivery leaves, and what somebody credited by hand in
        Fortnox: it may carry the reference of what it credits (nobody has written down whether it does).
        """
        invoices = list(self._invoices(key))
        if key.purpose in _CREDITS_ONLY:
            return invoices
        orders = [
            self._document(row, DocumentKind.ORDER)
            for row in self._rows(ORDERS, key)
            if text(row.get("OrderType")) != _BACKORDER
        ]
        made = {document.number for document in invoices}
        if not made:
            return orders
        return [*(order for order in orders if not self._became(order, made)), *invoices]

    def invoices_of(self, ref: OrderRef) -> tuple[str, ...]:
        """Numbers of the invoices over an order that stand, under whatever key; its credits left out.

        Also those that carry no key, by their orders: that references are taken over is not certain (section 6 [I]).
        """
        asked = {KEY.lower(): f"{ref}:", "sortby": "documentnumber", "sortorder": "ascending"}
        found: dict[str, None] = {}
        for register, name in _NAMES.items():
            for page in self._core.client.pages(register, name, **asked):
                for row in page:
                    key = key_of(row)
                    if (
                        key is not None
                        and key.ref == ref
                        and not self._core.read(_cancelled, row, wrote=False)
                    ):
                        found[self._invoice_over(register, row)] = None
        return tuple(number for number in found if number)

    def _invoice_over(self, register: str, row: Mapping[str, Any]) -> str:
        """The invoice's number; empty: there is none yet, or it is a credit."""
        kind = DocumentKind.ORDER if register == ORDERS else DocumentKind.INVOICE
        document = self._document(row, kind)
        if register == ORDERS:
            return self.at(ORDERS, document.number).invoice
        return document.number if document.gross is None or document.gross >= 0 else ""

    def read(self, document: Document) -> Standing:
        """A document as it is now.

        Raises:
            Rejected: Fortnox does not have it.
        """
        return self.at(register_of(document.kind), document.number)

    def at(self, register: str, number: str) -> Standing:
        """The same, by its number."""
        try:
            answer = self._core.client.get((register, number))
        except NotFound as gone:
            raise Rejected(
                say("Document {number} is not in Fortnox.", number=number),
                channel="erp",
                call=gone.call,
                status=gone.status,
                code=gone.code,
                field="DocumentNumber",
                advice=say("Look for it in Fortnox by the order's number, then settle the entry by hand."),
            ) from gone
        return self._core.read(partial(standing_of, register=register), answer, wrote=False)

    def _became(self, order: Document, invoices: set[str]) -> bool:
        """Lists do not tell; the order alone does (section 4 [L])."""
        return self.at(ORDERS, order.number).invoice in invoices

    def _invoices(self, key: Key) -> Iterator[Document]:
        for row in self._rows(INVOICES, key):
            total = self._core.read(lambda found: amount(found["Total"]), row, wrote=False)
            by_hand = total > 0 if key.purpose in _CREDITS_ONLY else total < 0
            if key.purpose is Purpose.CHANGE or not by_hand:
                credit = key.purpose in _CREDITS_ONLY or total < 0
                yield self._document(row, DocumentKind.CREDIT if credit else DocumentKind.INVOICE)

    def _rows(self, register: str, key: Key) -> Iterator[Mapping[str, Any]]:
        """A search is by substring, so every hit is compared (section 4 [D]). Sorted by what never changes."""
        asked = {KEY.lower(): str(key), "sortby": "documentnumber", "sortorder": "ascending"}
        for page in self._core.client.pages(register, _NAMES[register], **asked):
            for row in page:
                if text(row.get(KEY)) == str(key) and not self._core.read(_cancelled, row, wrote=False):
                    yield row

    def _document(self, row: Mapping[str, Any], kind: DocumentKind) -> Document:
        return self._core.read(partial(document_of, kind=kind), row, wrote=False)


def _cancelled(row: Mapping[str, Any]) -> bool:
    return truth(row.get("Cancelled"))
