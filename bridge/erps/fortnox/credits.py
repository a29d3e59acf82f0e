"""Credits in Fortnox: an invoice with negative quantities and the refund's key, made by one call.

Never by Fortnox' own "credit" call and edits of what it made: that is several calls, and a bridge that dies between
two of them would leave a credit of the whole sale (fortnox facts, section 10).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from bridge.erps.credits import check_size, taken
from bridge.erps.currency import BASE, ExchangeRate
from bridge.erps.fortnox.core import Core
from bridge.erps.fortnox.documents import Documents
from bridge.erps.fortnox.finding import Finding
from bridge.erps.fortnox.mapping import Plan, Wanted, plan_of
from bridge.erps.fortnox.mapping_answers import INVOICES, Standing
from bridge.erps.fortnox.mapping_head import language_of
from bridge.errors import Rejected
from bridge.model.documents import Correction, CustomerRecord, Document, DocumentKind, Key, Preview
from bridge.model.orders import Order
from bridge.model.texts import Text, say

__all__ = ["Credits"]

_TEXTS: Final = {
    ("SV", True): "Krediterar faktura {number}",
    ("SV", False): "Krediterar order {number}",
    ("EN", True): "Credits invoice {number}",
    ("EN", False): "Credits order {number}",
}
"""Texts on the document are the buyer's, not the operator's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Credit:
    plan: Plan
    notes: tuple[Text, ...]


class Credits:
    """Previews and makes credits."""

    def __init__(self, core: Core, documents: Documents, finding: Finding) -> None:
        self._core = core
        self._documents = documents
        self._finding = finding

    def preview(self, correction: Correction, key: Key, original: Document) -> Preview:
        """What ``put`` would send."""
        credit = self._credit(correction, key, original)
        preview = self._documents.shown(credit.plan)
        return replace(preview, notes=(*preview.notes, *credit.notes))

    def put(self, correction: Correction, key: Key, original: Document) -> Document:
        """Make it."""
        check_size(correction.totals.gross, original, currency=correction.order.currency)
        credit = self._credit(correction, key, original)
        document = self._documents.post(credit.plan)
        return replace(document, notes=(*document.notes, *credit.notes))

    def _credit(self, correction: Correction, key: Key, original: Document) -> _Credit:
        """With customer, prices, rate and accounts of the document it takes back, as they stand there now.

        Raises:
            Rejected: that document was cancelled in Fortnox, or is in another currency now: nothing to take back.
        """
        order = taken(correction)
        standing = self._finding.read(original)
        if standing.invoice:
            standing = self._finding.at(INVOICES, standing.invoice)
        if standing.cancelled:
            raise Rejected(
                say("Document {number} is cancelled in Fortnox.", number=standing.number),
                field="Cancelled",
                channel="erp",
                advice=say("There is nothing left to credit there. Settle the entry by hand."),
            )
        if standing.currency != order.currency:
            raise Rejected(
                say(
                    "Document {number} is in {there} now, and the refund in {here}.",
                    number=standing.number,
                    there=standing.currency,
                    here=order.currency,
                ),
                field="Currency",
                channel="erp",
                advice=say("Make the credit by hand in Fortnox, then settle the entry with its number."),
            )
        foreign = order.currency != BASE
        wanted = Wanted(
            order=order,
            key=str(key),
            kind=DocumentKind.CREDIT,
            customer=CustomerRecord(id=standing.customer, number=standing.customer),
            dated=correction.dated.astimezone(self._core.zone).date(),
            rate=standing.rate if foreign else None,
            unit=standing.unit,
            source=_as_booked(standing) if foreign else None,
            prefer=standing.prices,
            remarks=(_says(order, standing), correction.reason),
            accounts=standing.accounts,
        )
        return _Credit(plan=plan_of(wanted, self._documents.rules), notes=_notes(standing))


def _as_booked(standing: Standing) -> ExchangeRate:
    return ExchangeRate(currency=standing.currency, rate=standing.sek, source=say("as the order was booked"))


def _says(order: Order, standing: Standing) -> str:
    text = _TEXTS[language_of(order.customer), standing.register == INVOICES]
    return text.format(number=standing.number)


def _notes(standing: Standing) -> tuple[Text, ...]:
    """An order nobody invoiced yet is not changed: who packs it must not find it smaller, or gone, without a word."""
    if standing.register == INVOICES:
        return ()
    return (
        say(
            "Order {number} is not invoiced yet and stays open in Fortnox. Invoice it there, and settle the credit "
            "against that invoice.",
            number=standing.number,
        ),
    )
