"""Orders and invoices that change after they were made, or are undone (fortnox facts, sections 9 and 10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from bridge.erps.currency import BASE, ExchangeRate
from bridge.erps.fortnox.core import Core
from bridge.erps.fortnox.documents import Documents
from bridge.erps.fortnox.finding import Finding
from bridge.erps.fortnox.mapping import Plan, Wanted, plan_of, replacing
from bridge.erps.fortnox.mapping_answers import ORDERS, Standing, document_of
from bridge.erps.fortnox.mapping_head import KEY
from bridge.erps.wire import Json, dumps
from bridge.errors import Rejected
from bridge.model.documents import Document, DocumentKind, Key
from bridge.model.orders import Order
from bridge.model.texts import Text, say

__all__ = ["Amending"]

_CREDIT_IT: Final = say("Credit it, and make a new one where something is left to sell.")


class Amending:
    """``Amends`` and ``Cancels``."""

    def __init__(self, core: Core, documents: Documents, finding: Finding) -> None:
        self._core = core
        self._documents = documents
        self._finding = finding

    def amend(self, order: Order, key: Key, original: Document) -> Document:
        """Write head and rows anew.

        Rows are matched by their place, and what a row does not name stays as the old row in that place had it: a
        gift card's account on a row of goods. So all rows go first and the new ones come after, as a client in use
        does (section 9 [1]). A bridge that dies in between leaves an order without rows, and does the same again.
        """
        standing = self._finding.read(original)
        _refuse_closed(standing)
        _refuse_others(standing, key)
        made, _ = self._documents.know(self._plan(order, key, standing))
        with self._documents.asking_anew(made):
            self._put(standing, {"OrderRows" if standing.register == ORDERS else "InvoiceRows": []})
            answer = self._put(standing, replacing(made))
        document = self._core.read(partial(document_of, kind=made.kind), answer, wrote=True)
        return self._documents.described(document, made)

    def cancel(self, key: Key, original: Document) -> Document:
        """Cancel it; one that is cancelled already is what was wanted."""
        standing = self._finding.read(original)
        _refuse_others(standing, key)
        if not standing.cancelled:
            _refuse_closed(standing)
            self._core.client.put((standing.register, standing.number, "cancel"))
        return replace(original, notes=(say("Cancelled in Fortnox."),))

    def _put(self, standing: Standing, body: Mapping[str, Json]) -> Mapping[str, Json]:
        name = "Order" if standing.register == ORDERS else "Invoice"
        return self._core.client.put((standing.register, standing.number), dumps({name: body}))

    def _plan(self, order: Order, key: Key, standing: Standing) -> Plan:
        """In the rate and with the day it was made with: an edit in the shop changes neither."""
        dated = standing.dated or self._documents.rules.dated(order)
        rate, unit, source = standing.rate, standing.unit, None
        if order.currency != standing.currency:
            source = self._documents.conversion.of(order.currency, on=dated)
            rate, unit = (source.rate if source else rate), type(unit)(1)
        elif order.currency != BASE:
            source = ExchangeRate(
                currency=order.currency, rate=standing.sek, source=say("as the order was booked")
            )
        wanted = Wanted(
            order=order,
            key=str(key),
            kind=DocumentKind.ORDER if standing.register == ORDERS else DocumentKind.INVOICE,
            customer=None,
            dated=dated,
            rate=rate if source else None,
            unit=unit,
            source=source,
            prefer=standing.prices,
        )
        return plan_of(wanted, self._documents.rules)


def _refuse_others(standing: Standing, key: Key) -> None:
    """Whatever number we were given: what is changed or cancelled must carry this order's own reference."""
    if standing.key.startswith(f"{key.ref}:"):
        return
    raise Rejected(
        say("Document {number} in Fortnox does not carry this order's reference.", number=standing.number),
        channel="erp",
        field=KEY,
        advice=say("Look in Fortnox whose document it is, then settle the entry by hand."),
    )


def _refuse_closed(standing: Standing) -> None:
    reason = _closed(standing)
    if reason is not None:
        raise Rejected(reason, channel="erp", field="DocumentNumber", advice=_CREDIT_IT)


def _closed(standing: Standing) -> Text | None:
    """Why it can no longer be changed; None: it can."""
    reasons = (
        (standing.cancelled, say("Document {number} is cancelled in Fortnox.", number=standing.number)),
        (
            bool(standing.invoice),
            say(
                "Order {number} has become invoice {invoice} in Fortnox.",
                number=standing.number,
                invoice=standing.invoice,
            ),
        ),
        (
            bool(standing.order),
            say(
                "Invoice {number} was made of order {order} in Fortnox.",
                number=standing.number,
                order=standing.order,
            ),
        ),
        (standing.booked, say("Invoice {number} is booked in Fortnox.", number=standing.number)),
        (standing.paid, say("Invoice {number} is paid in Fortnox.", number=standing.number)),
        (
            standing.register != ORDERS and standing.sent,
            say("Invoice {number} has been sent to the buyer.", number=standing.number),
        ),
    )
    return next((reason for closed, reason in reasons if closed), None)
