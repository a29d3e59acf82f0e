"""Taking a document further once it stands: invoice, bookkeeping, payment, mail (fortnox facts, sections 9 and 10).

Every step looks first. After a kill, or an answer that was lost, the same is called again, and goes on where it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

from bridge.erps.currency import BASE
from bridge.erps.fortnox.core import Core
from bridge.erps.fortnox.finding import Finding
from bridge.erps.fortnox.mapping_answers import INVOICES, ORDERS, Standing, invoice_made, standing_of
from bridge.erps.fortnox.paying import Paying
from bridge.errors import NotFound, Rejected
from bridge.model.documents import Document, DocumentKind, Key
from bridge.model.money import plain
from bridge.model.orders import Order
from bridge.model.texts import Text, say

__all__ = ["Finalising"]

_MEDIA_TYPE: Final = "text/plain"


@dataclass(slots=True)
class _Steps:
    """What was done, for the entry's history."""

    sent: list[str] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)

    def took(self, call: str, note: Text) -> None:
        """``call``: what was sent; empty: nothing was."""
        self.sent += [call] if call else []
        self.notes.append(note)


class Finalising:
    """``Finalises``."""

    def __init__(self, core: Core, finding: Finding) -> None:
        self._core = core
        self._finding = finding
        self._paying = Paying(core, finding)
        self._wanted = core.context.orders

    def wants_more(self, order: Order, kind: DocumentKind) -> bool:
        """Whether the settings want anything; asks nobody."""
        wanted, mailed = self._wanted, bool(order.customer.email)
        if kind is DocumentKind.ORDER and not wanted.invoice_orders:
            return wanted.order_mail and mailed
        pays = wanted.register_payments and kind is not DocumentKind.CREDIT and self._paying.wanted(order)
        mails = wanted.invoice_mail or (wanted.order_mail and kind is DocumentKind.ORDER)
        return kind is DocumentKind.ORDER or wanted.book_invoices or pays or (mails and mailed)

    def finalise(self, order: Order, key: Key, original: Document) -> Document:
        """Take every step that is wanted and not taken."""
        steps = _Steps()
        standing = self._open(self._finding.read(original))
        source = standing if standing.register == ORDERS else None
        if source is not None:
            if not source.invoice:
                _refuse_changed(source, original)
            standing = self._invoiced(source, steps)
        if standing.register == INVOICES and self._goes_on(original.kind):
            _refuse_changed(standing, original)
            standing = self._booked(standing, steps)
            if self._wanted.register_payments and original.kind is not DocumentKind.CREDIT:
                for call, note in self._paying.register(order, key, standing):
                    steps.took(call, note)
        self._mailed(order, source, standing, steps, goes_on=self._goes_on(original.kind))
        credit = DocumentKind.CREDIT if original.kind is DocumentKind.CREDIT else None
        return replace(
            standing.document(credit),
            notes=tuple(steps.notes),
            payload="\n".join(steps.sent),
            media_type=_MEDIA_TYPE if steps.sent else "",
        )

    def _invoiced(self, order: Standing, steps: _Steps) -> Standing:
        """The order's invoice, or the order where there is none and none is wanted."""
        made = order.invoice
        if not made and self._wanted.invoice_orders:
            made = self._make_invoice(order, steps)
        return self._open(self._finding.at(INVOICES, made)) if made else order

    def _make_invoice(self, order: Standing, steps: _Steps) -> str:
        """Fortnox refuses a second one (section 9 [1]): then the order tells which there is."""
        try:
            answer = self._put(order, "createinvoice", steps)
        except (Rejected, NotFound):
            there = self._finding.at(ORDERS, order.number).invoice
            if not there:
                raise
            return there
        made = self._core.read(invoice_made, answer, wrote=True)
        steps.notes.append(
            say("Invoice {invoice} was made of order {number}.", invoice=made, number=order.number)
        )
        return made

    def _booked(self, invoice: Standing, steps: _Steps) -> Standing:
        """Companies that use the cash method book payments and no invoices (section 10 [1])."""
        if not self._wanted.book_invoices or invoice.booked or not invoice.books_invoices:
            return invoice
        try:
            answer = self._put(invoice, "bookkeep", steps)
        except (Rejected, NotFound):
            there = self._finding.at(INVOICES, invoice.number)
            if not there.booked:
                raise
            return there
        steps.notes.append(say("Invoice {number} was booked.", number=invoice.number))
        return self._core.read(partial(standing_of, register=INVOICES), answer, wrote=True)

    def _goes_on(self, kind: DocumentKind) -> bool:
        """What people invoice by hand they take further by hand, where the bridge would have made no invoice."""
        return kind is not DocumentKind.ORDER or self._wanted.invoice_orders

    def _mailed(
        self, order: Order, source: Standing | None, standing: Standing, steps: _Steps, *, goes_on: bool
    ) -> None:
        """Last, so that an address nobody can mail to holds up nothing else."""
        if self._wanted.order_mail:
            if source is None and standing.order:
                source = self._finding.at(ORDERS, standing.order)
            if source is not None and not source.cancelled:
                self._mail(order, source, steps)
        if self._wanted.invoice_mail and standing.register == INVOICES and goes_on:
            self._mail(order, standing, steps)

    def _mail(self, order: Order, document: Standing, steps: _Steps) -> None:
        """By a GET that sends (section 10 [2+]); the flag Sent tells whether it went; printing sets it too."""
        if document.sent or not order.customer.email:
            return
        path = (document.register, document.number, "email")
        self._core.client.get_once(path)
        what = say("Order {number} was mailed to the buyer.", number=document.number)
        if document.register == INVOICES:
            what = say("Invoice {number} was mailed to the buyer.", number=document.number)
        steps.took(f"GET /3/{'/'.join(path)}", what)

    def _put(self, document: Standing, action: str, steps: _Steps) -> Mapping[str, Any]:
        path = (document.register, document.number, action)
        answer = self._core.client.put(path)
        steps.sent.append(f"PUT /3/{'/'.join(path)}")
        return answer

    @staticmethod
    def _open(standing: Standing) -> Standing:
        if not standing.cancelled:
            return standing
        raise Rejected(
            say("Document {number} is cancelled in Fortnox.", number=standing.number),
            channel="erp",
            field="Cancelled",
            advice=say("If that was meant, settle the entry by hand. Otherwise make the document anew."),
        )


def _refuse_changed(standing: Standing, original: Document) -> None:
    """Before anything that cannot be undone: booked, paid and mailed, a wrong total could only be credited.

    In foreign currency also a rate of one, which Fortnox once took of its own accord (section 9 [1]).
    """
    if standing.currency != BASE and standing.sek == 1:
        raise Rejected(
            say(
                "Document {number} in Fortnox has the exchange rate 1 for {currency}.",
                number=standing.number,
                currency=standing.currency,
            ),
            channel="erp",
            field="CurrencyRate",
            advice=say("Correct the rate on the document in Fortnox, then press Retry."),
        )
    gross, currency = original.gross, original.currency or standing.currency
    if gross is None or (gross, currency) == (standing.total, standing.currency):
        return
    raise Rejected(
        say(
            "Document {number} comes to {theirs} {there} in Fortnox now, and the bridge made {ours} {here}.",
            number=standing.number,
            theirs=plain(standing.total),
            there=standing.currency,
            ours=plain(gross),
            here=currency,
        ),
        channel="erp",
        field="total",
        advice=say(
            "Somebody has changed it. Correct it in Fortnox, then press Retry; or, if it is right, take it further "
            "there by hand and settle the entry with the invoice's number."
        ),
    )
