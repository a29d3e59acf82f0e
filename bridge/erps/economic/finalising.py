"""What becomes of a document once it stands: an order an invoice, the invoice booked, its payment in the journal.

Each step looks first whether it has been taken. e-conomic mails nothing itself (economic facts, section 9 [D19]).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from bridge.erps.currency import BASE
from bridge.erps.drafting import draft
from bridge.erps.economic.core import Core
from bridge.erps.economic.documents import MEDIA_TYPE
from bridge.erps.economic.filters import Filter
from bridge.erps.economic.finding import Finding
from bridge.erps.economic.mapping_amends import as_posted
from bridge.erps.economic.mapping_answers import Found, Place, amount_of, document_of
from bridge.erps.economic.mapping_payments import Paid, contra_of, paid_of, text_of, voucher_of
from bridge.erps.economic.paths import path
from bridge.erps.economic.registers import Entry
from bridge.erps.wire import Json, dumps
from bridge.errors import LostReply, Rejected
from bridge.model.documents import Document, DocumentKind, Key, Purpose
from bridge.model.money import plain
from bridge.model.orders import Order
from bridge.model.texts import Text, say

__all__ = ["Finalising"]

UPGRADE: Final = "templates/upgrade-instructions/draftInvoice"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What the settings want."""

    invoice: bool
    book: bool
    pay: bool


@dataclass(slots=True)
class _Log:
    """What was sent, and what a person should know."""

    sent: list[Mapping[str, Json]] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)

    def told(self, document: Document) -> Document:
        """The document with all of it; nothing sent, where every step had been taken."""
        if not self.sent:
            return replace(document, notes=tuple(self.notes))
        payload = dumps(self.sent[0] if len(self.sent) == 1 else self.sent)
        return replace(document, payload=payload, media_type=MEDIA_TYPE, notes=tuple(self.notes))


class Finalising:
    """Step by step."""

    def __init__(self, core: Core, finding: Finding) -> None:
        orders = core.context.orders
        self._core = core
        self._client = core.client
        self._finding = finding
        self._wanted = _Wanted(
            invoice=orders.invoice_orders, book=orders.book_invoices, pay=orders.register_payments
        )

    def wants_more(self, kind: DocumentKind) -> bool:
        """Of an order: an invoice; of an invoice or a credit, which is one: that it is booked."""
        return self._wanted.invoice if kind is DocumentKind.ORDER else self._wanted.book

    def finalise(self, order: Order, original: Document) -> Document:
        """As far as the settings want; the steps taken before a refusal stand.

        Raises:
            Rejected: a step that e-conomic refuses; says which.
        """
        found = self._finding.standing(original, order.ref)
        if found is None:
            raise Rejected(
                say("The document {number} is no longer in e-conomic.", number=original.number),
                channel="erp",
                field="document",
                advice=say("If it was deleted there, settle the entry by hand."),
            )
        log = _Log()
        if found.place.order and self._wanted.invoice:
            found = self._invoiced(found, log)
        if found.place is Place.INVOICE_DRAFT and self._wanted.book:
            found = self._booked(found, original.gross, log)
        pays = self._wanted.pay and original.kind is not DocumentKind.CREDIT
        if found.place is Place.INVOICE_BOOKED and pays:
            log.notes.append(self._paid(order, found, log))
        return log.told(document_of(found))

    def _invoiced(self, order: Found, log: _Log) -> Found:
        """The invoice draft of an order that has none yet: ``standing`` has looked."""
        stands = say("Order {number} stands, but no invoice was made of it.", number=order.number)
        if order.place is Place.ORDER_ARCHIVED:
            raise Rejected(
                say("{stands} It is in e-conomic's archive.", stands=stands),
                channel="erp",
                field="document",
                advice=say(
                    "Somebody deleted it, or made the invoice by hand. Settle the entry with its number."
                ),
            )
        if order.place is Place.ORDER_DRAFT and self._core.options.mark_sent:
            order = self._sent(order, stands, log)
        ready = self._client.get(f"{path(order.place, order.number)}/{UPGRADE}")
        body = {**as_posted(ready), "references": _references(ready, order.reference)}
        if "orderNumber" in ready:
            body["orderNumber"] = order.number  # by which e-conomic knows what to do with the order [I]
        body.setdefault("layout", {"layoutNumber": self._core.registers.layout()})
        invoice = self._made(Place.INVOICE_DRAFT, body, stands, log)
        log.notes.append(
            say(
                "Invoice draft {invoice} was made of order {number}.",
                invoice=invoice.number,
                number=order.number,
            )
        )
        return invoice

    def _sent(self, order: Found, stands: Text, log: _Log) -> Found:
        """Register it as sent, with its whole document (section 9 [D19]); it goes to the archive afterwards."""
        body = {**as_posted(order.raw), "orderNumber": order.number}
        return self._made(Place.ORDER_SENT, body, stands, log)

    def _booked(self, draft_invoice: Found, ours: Decimal | None, log: _Log) -> Found:
        """Final: it has its number now, and can only be credited. So ``ours``, what was made, is compared before."""
        number = draft_invoice.number
        stands = say("Invoice draft {number} stands, but it was not booked.", number=number)
        theirs = amount_of(draft_invoice.raw, "grossAmount")
        if ours is not None and theirs is not None and ours != theirs:
            raise _changed(stands, theirs, ours, str(draft_invoice.raw["currency"]))
        body: dict[str, Json] = {"draftInvoice": {"draftInvoiceNumber": number}}
        invoice = self._made(Place.INVOICE_BOOKED, body, stands, log)
        log.notes.append(say("Invoice {number} was booked.", number=invoice.number))
        return invoice

    def _made(self, place: Place, body: Mapping[str, Json], stands: Text, log: _Log) -> Found:
        with _explained(stands):
            raw = self._client.post(place, body)
        found = Found(place=place, raw=raw)
        try:
            document_of(found)
        except (KeyError, TypeError, ValueError, ArithmeticError) as odd:
            text = say("e-conomic's answer is not the document.")
            raise LostReply(text, channel="erp", call=f"POST /{place}") from odd
        log.sent.append(body)
        return found

    def _paid(self, order: Order, invoice: Found, log: _Log) -> Text:
        """The payments as drafts in the journal, unless they are there or the invoice is paid; what is so now.

        The journal is read before the remainder: what is booked between the two is then seen as paid.
        """
        made = draft(order, self._core.settings)
        payments = paid_of(made)
        if not payments:
            return say("The shop says of no payment yet.")
        stands = say("Invoice {number} is booked, but its payment was not registered.", number=invoice.number)
        with _explained(stands):
            journal = self._core.registers.journal()
            home = f"{self._core.registers.journals_home()}/{journal.number}"
            text = text_of(invoice.reference, invoice.number)
            there = self._client.rows(f"{home}/entries", filter=Filter.eq("text", text))
            if any(row.get("text") == text for row in there):
                return _waits(journal)
            now = Found(place=invoice.place, raw=self._client.get(path(invoice.place, invoice.number)))
            remainder, paid = (
                amount_of(now.raw, "remainder"),
                sum((each.amount for each in payments), Decimal(0)),
            )
            if remainder is not None and remainder <= 0:
                return say("Invoice {number} was paid already.", number=now.number)
            before = self._paid_before(order, now, home)
            if before is not None:
                return _stands_on(before)
            if remainder is not None and remainder < paid:
                raise _too_little(now, remainder, paid)
            voucher = voucher_of(
                payments,
                Paid(
                    journal=journal.number,
                    customer=int(now.raw["customer"]["customerNumber"]),
                    invoice=now.number,
                    booked=date.fromisoformat(now.raw["date"]),
                    currency=made.currency,
                    rate=_rate(now),
                    text=text,
                    contra=contra_of(journal.raw),
                ),
                zone=self._core.zone,
                receivable=self._core.settings.receivable,
            )
            self._client.post_all(f"{home}/vouchers", voucher)
        log.sent.append(voucher)
        return _waits(journal)

    def _paid_before(self, order: Order, invoice: Found, home: str) -> int | None:
        """The invoice this one replaces after an edit, if the buyer's payment stands on that one; it was credited.

        Nothing left to pay there may also mean that its credit was set against it, so the note leaves that open.
        """
        if Key.parse(invoice.reference).purpose is Purpose.ORDER:
            return None
        asked = Filter.contains("references.other", f"{order.ref}:")
        for row in self._client.rows(Place.INVOICE_BOOKED, filter=asked):
            each = Found(place=Place.INVOICE_BOOKED, raw=row)
            if each.number != invoice.number and _sells(each, order) and self._is_paid(each, home):
                return each.number
        return None

    def _is_paid(self, invoice: Found, home: str) -> bool:
        text = text_of(invoice.reference, invoice.number)
        there = self._client.rows(f"{home}/entries", filter=Filter.eq("text", text))
        if any(row.get("text") == text for row in there):
            return True
        now = self._client.get(path(invoice.place, invoice.number))
        return (amount_of(now, "remainder") or 0) <= 0


@contextmanager
def _explained(stands: Text) -> Iterator[None]:
    """A refusal says which step it was, and what stands."""
    try:
        yield
    except Rejected as error:
        raise Rejected(
            say("{stands} {why}", stands=stands, why=error.text),
            field=error.field,
            **error.evidence(),
            advice=error.advice
            or say("Do the step by hand in e-conomic, or correct the cause and press Retry."),
        ) from error


def _sells(invoice: Found, order: Order) -> bool:
    """Whether it is an invoice over this order, and no credit."""
    try:
        key = Key.parse(invoice.reference)
    except ValueError:
        return False
    return key.ref == order.ref and document_of(invoice).kind is not DocumentKind.CREDIT


def _changed(stands: Text, theirs: Decimal, ours: Decimal, currency: str) -> Rejected:
    return Rejected(
        say(
            "{stands} It comes to {theirs} {currency}, and the bridge made {ours} {currency}.",
            stands=stands,
            theirs=plain(theirs),
            ours=plain(ours),
            currency=currency,
        ),
        channel="erp",
        field="total",
        advice=say(
            "Somebody has changed it, or the VAT of its articles. Correct the draft in e-conomic, or book it there "
            "if it is right; then press Retry."
        ),
    )


def _too_little(invoice: Found, remainder: Decimal, paid: Decimal) -> Rejected:
    return Rejected(
        say(
            "It has {left} {currency} left to pay, and the buyer has paid {paid} {currency}.",
            left=plain(remainder),
            paid=plain(paid),
            currency=str(invoice.raw["currency"]),
        ),
        channel="erp",
        field="payment",
        advice=say(
            "See in e-conomic what has been set against the invoice, and register by hand what is missing. Then "
            "settle the entry with the invoice's number."
        ),
    )


def _stands_on(before: int) -> Text:
    return say(
        "Nothing was registered: the payment stands on invoice {number}, which this one replaces. Set the credit of "
        "that invoice against this one in e-conomic; if it never was paid, register the payment by hand.",
        number=before,
    )


def _waits(journal: Entry) -> Text:
    return say(
        "The payment is an entry of journal {journal}; it counts when somebody books the journal in e-conomic.",
        journal=str(journal),
    )


def _references(ready: Mapping[str, Any], reference: str) -> Mapping[str, Json]:
    """Our key must be on the invoice too, or nobody finds it again."""
    plain: Any = as_posted(ready).get("references", {})
    return {**plain, "other": reference}


def _rate(invoice: Found) -> Decimal | None:
    """For 100 units; a booked invoice tells only its sum in both currencies (section 10 [D19])."""
    if invoice.raw["currency"] == BASE:
        return None
    rate = amount_of(invoice.raw, "exchangeRate")
    gross, base = (amount_of(invoice.raw, name) for name in ("grossAmount", "grossAmountInBaseCurrency"))
    return rate or (base * 100 / gross if gross and base else None)
