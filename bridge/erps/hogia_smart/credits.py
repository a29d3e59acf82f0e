"""Credits: an invoice with negative quantities and a key of its own, made by one call (Hogia facts, section 3 [1]).

Customer and exchange rate are those of the invoice it takes back, as far as Hogia tells them.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bridge.erps.credits import check_size, taken
from bridge.erps.hogia_smart.core import Core
from bridge.erps.hogia_smart.documents import Documents, Like, Prepared
from bridge.erps.hogia_smart.finding import Finding
from bridge.erps.hogia_smart.mapping_answers import customer_of, is_cancelled, rate_of
from bridge.errors import Rejected
from bridge.model.documents import Correction, Document, DocumentKind, Key, Preview
from bridge.model.texts import say

__all__ = ["Credits"]


class Credits:
    """Previews and makes credits."""

    def __init__(self, core: Core, documents: Documents, finding: Finding) -> None:
        self._core = core
        self._documents = documents
        self._finding = finding

    def preview(self, correction: Correction, key: Key, original: Document) -> Preview:
        """What ``put`` would send."""
        return self._documents.preview(self._prepared(correction, key, original))

    def put(self, correction: Correction, key: Key, original: Document) -> Document:
        """Make it.

        Raises:
            Rejected: it is larger than the invoice, or that is cancelled or gone.
        """
        check_size(correction.totals.gross, original, currency=correction.order.currency)
        return self._documents.make(self._prepared(correction, key, original))

    def _prepared(self, correction: Correction, key: Key, original: Document) -> Prepared:
        if original.kind is DocumentKind.VOUCHER or original.link:  # only files have an address
            raise _in_files(original)
        raw = self._finding.invoice(original)
        if raw is not None and is_cancelled(raw):
            raise Rejected(
                say("Invoice {number} is cancelled in Hogia.", number=original.number),
                channel="erp",
                field="document",
                advice=say("There is nothing left to credit there. Settle the entry by hand."),
            )
        customer = customer_of(original)
        if self._documents.needs_customer and not customer:
            raise Rejected(
                say("Nothing tells which customer invoice {number} was made for.", number=original.number),
                channel="erp",
                field="customer",
                advice=say("Make the credit by hand in Hogia, then settle the entry with its number."),
            )
        like = Like(
            customer=customer,
            about=_about(original, correction),
            dated=correction.dated,
            rate=_rate(raw),
        )
        return self._documents.prepare(taken(correction), key, like=like)


def _rate(raw: Mapping[str, Any] | None) -> Decimal | None:
    return None if raw is None else rate_of(raw)


def _in_files(original: Document) -> Rejected:
    """Booked before the owner changed ``transport``: an invoice would go to the buyer for what was none."""
    return Rejected(
        say(
            "The order was booked as voucher {number}, in a file; it is no invoice of Hogia's.",
            number=original.number,
        ),
        channel="erp",
        field="transport",
        advice=say(
            "Take the voucher back by hand in Hogia, then settle the entry with the number of what you made there."
        ),
    )


def _about(original: Document, correction: Correction) -> str:
    """On the buyer's document, so in Swedish; an invoice whose number Hogia never told goes by the order's."""
    if original.number.isdecimal():
        return f"Krediterar faktura {original.number}"
    ref = correction.order.ref
    return f"Krediterar fakturan för order {ref.number or ref.id}"
