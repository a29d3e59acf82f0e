"""Credits: e-conomic has no call for them, a draft invoice with negative quantities is one (economic facts, 10).

One POST with a key of its own, so that it is made whole or not at all and found again. Customer, VAT zone and rate
are those of the document it credits.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bridge.erps.credits import check_size, taken
from bridge.erps.currency import BASE, Conversion
from bridge.erps.economic.documents import Documents, Like, Prepared
from bridge.erps.economic.finding import Finding
from bridge.erps.economic.mapping_answers import Found, Place, amount_of
from bridge.errors import Rejected
from bridge.model.documents import Correction, Document, Key, Preview
from bridge.model.texts import Text, say

__all__ = ["Credits"]


class Credits:
    """Makes them."""

    def __init__(self, documents: Documents, finding: Finding) -> None:
        self._documents = documents
        self._finding = finding

    def preview(self, correction: Correction, key: Key, original: Document) -> Preview:
        """What ``put`` would send."""
        return self._documents.preview(self._prepared(correction, key, original))

    def put(self, correction: Correction, key: Key, original: Document) -> Document:
        """The credit, as a draft invoice.

        Raises:
            Rejected: it is larger than the document, or that is gone.
        """
        check_size(correction.totals.gross, original, currency=correction.order.currency)
        return self._documents.make(self._prepared(correction, key, original), Place.INVOICE_DRAFT)

    def _prepared(self, correction: Correction, key: Key, original: Document) -> Prepared:
        credited = self._finding.standing(original, correction.order.ref)
        if credited is None:
            raise Rejected(
                say("The document {number} is no longer in e-conomic.", number=original.number),
                channel="erp",
                field="document",
                advice=say("If it was deleted there, nothing need be credited: settle the entry by hand."),
            )
        if credited.place is Place.ORDER_ARCHIVED:
            raise Rejected(
                say("Order {number} is in e-conomic's archive and has no invoice.", number=credited.number),
                channel="erp",
                field="document",
                advice=say(
                    "Either it was deleted there, and nothing need be credited, or its invoice has lost the "
                    "reference: credit that by hand. Then settle the entry."
                ),
            )
        like = like_of(
            credited,
            conversion=self._conversion(credited, correction),
            about=f"Kredit av {_named(credited)}",
        )
        prepared = self._documents.prepare(
            taken(correction), str(key), like=replace(like, dated=correction.dated)
        )
        return replace(prepared, notes=(*prepared.notes, *_open_order(credited)))

    def _conversion(self, credited: Found, correction: Correction) -> Conversion | None:
        """The rate it was booked at; a booked invoice tells only its sum in both currencies (section 10)."""
        currency = str(credited.raw["currency"])
        if currency == BASE:
            return None
        rate = amount_of(credited.raw, "exchangeRate")
        if rate:
            return Conversion({currency: rate / 100}, source=say("as the order was booked"))
        gross = amount_of(credited.raw, "grossAmount") or Decimal(0)
        base = amount_of(credited.raw, "grossAmountInBaseCurrency")
        on = correction.order.created_at.date()
        return self._documents.conversion.as_booked(currency, amount_in=gross, sek=base, on=on)


def like_of(found: Found, *, conversion: Conversion | None = None, about: str = "") -> Like:
    """Customer and VAT zone of a document that stands."""
    return Like(
        customer=int(found.raw["customer"]["customerNumber"]),
        zone=int(found.raw["recipient"]["vatZone"]["vatZoneNumber"]),
        conversion=conversion,
        about=about,
    )


def _named(credited: Found) -> str:
    """On the buyer's document, so in Swedish."""
    words = {Place.INVOICE_BOOKED: "faktura", Place.INVOICE_DRAFT: "fakturautkast"}
    return f"{words.get(credited.place, 'order')} {credited.number}"


def _open_order(credited: Found) -> tuple[Text, ...]:
    """An order may be delivered in part by now, so it is not changed behind somebody's back."""
    if not credited.place.order:
        return ()
    return (
        say(
            "Order {number} is still open in e-conomic, and this credit is a draft invoice of its own. Invoice the "
            "order too, or delete both.",
            number=credited.number,
        ),
    )
