"""Registering what the buyer has paid, each payment once (Hogia facts, sections 2.2 [1] and 2.3 [2+]).

Hogia may not be able to tell what has been paid. So every payment is noted before it leaves (``ledger``); one that
was noted and never confirmed is looked up on the invoice where that can be read, and is left to a person elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Final

from bridge.erps.currency import BASE
from bridge.erps.hogia_smart.core import Core
from bridge.erps.hogia_smart.errors import SequenceUsed
from bridge.erps.hogia_smart.finding import Finding
from bridge.erps.hogia_smart.ledger import Note
from bridge.erps.hogia_smart.mapping_answers import guid_of, is_cancelled
from bridge.erps.hogia_smart.mapping_payments import (
    Receipt,
    payment_body,
    receipts_of,
    to_pay,
    voucher_body,
)
from bridge.erps.hogia_smart.paying_texts import (
    cancelled,
    doubtful,
    no_account,
    no_name,
    refused,
    registered_before,
    stands_on,
    too_little,
)
from bridge.erps.hogia_smart.standing import Standing, standing_of
from bridge.erps.hogia_smart.years import Use
from bridge.erps.rate_file import conversion_of
from bridge.erps.wire import Json, dumps
from bridge.errors import LostReply, NotFound, Rejected, Transient, Unauthorised
from bridge.model.documents import Document, Key
from bridge.model.money import ZERO, plain
from bridge.model.orders import Order
from bridge.model.texts import Text, say

__all__ = ["Paying", "Step"]

_VOUCHER: Final = "voucher_draft"
Step = tuple[str, Text]
"""What was sent (empty: nothing), and what to tell of it."""


class Paying:
    """Registers payments."""

    def __init__(self, core: Core, finding: Finding) -> None:
        self._core = core
        self._client = core.client
        self._finding = finding
        self._ledger = core.ledger
        self._conversion = conversion_of(core.context)
        self._as_voucher = core.profile.text("payment.way") == _VOUCHER

    def wanted(self, order: Order) -> bool:
        """Whether the buyer has paid anything yet."""
        return bool(to_pay(order, self._core.settings))

    def register(self, order: Order, key: Key, invoice: Document) -> list[Step]:
        """What was done; ``key``: what the invoice was made as.

        Raises:
            Rejected: a payment is refused, or nobody knows whether it was made.
            LostReply: nobody knows about the last one; it is remembered.
        """
        payments = to_pay(order, self._core.settings)
        receipts = [*receipts_of(payments, order, key, invoice, zone=self._core.zone)]
        if not receipts:
            return [("", say("The shop says of no payment yet."))]
        before = self._on_another(order, key)
        if before is not None:
            return [("", stands_on(before))]
        notes = {each.about: each for each in self._ledger.of_order(str(order.ref))}
        if all((note := notes.get(each.about)) is not None and note.made is not None for each in receipts):
            return [("", registered_before(each)) for each in receipts]
        standing = self._standing(invoice)
        return self._each(receipts, notes, order, invoice, standing)

    def _standing(self, invoice: Document) -> Standing | None:
        """As it is now; None: Hogia does not let it be read, or does not tell what is left to pay."""
        raw = self._finding.invoice(invoice)
        if raw is not None and is_cancelled(raw):
            raise cancelled(invoice)
        try:
            return None if raw is None or raw.get("amountLeftToPay") is None else standing_of(raw)
        except (KeyError, TypeError, ValueError, ArithmeticError) as odd:
            raise Transient(say("Hogia's answer about an invoice cannot be read."), channel="erp") from odd

    def _each(
        self,
        receipts: list[Receipt],
        notes: dict[str, Note],
        order: Order,
        invoice: Document,
        standing: Standing | None,
    ) -> list[Step]:
        steps: list[Step] = []
        left = standing.left if standing is not None else None
        for receipt in receipts:
            note = notes.get(receipt.about)
            if note is not None and (note.made is not None or self._was_made(receipt, note, standing)):
                steps.append(("", registered_before(receipt)))
            elif left is not None and left <= 0:
                self._ledger.not_made(receipt.about)
                steps.append(("", say("Invoice {number} was paid already.", number=invoice.number)))
            elif left is not None and left < receipt.amount:
                raise too_little(invoice, receipt, left)
            else:
                self._note(receipt, order, invoice, left=left, again=note is not None)
                steps.append(self._send(receipt, invoice, standing))
                left = None if left is None or self._as_voucher else left - receipt.amount
        return steps

    def _on_another(self, order: Order, key: Key) -> str | None:
        """The invoice this one replaces after an edit, if the buyer's payment stands on that one; it was credited.

        Raises:
            Rejected: nobody knows whether it does.
        """
        mine = f"{key}/"
        others = [each for each in self._ledger.of_order(str(order.ref)) if not each.about.startswith(mine)]
        made = next((each for each in others if each.made is not None), None)
        if made is None and others:
            raise doubtful(others[0].invoice, plain(others[0].amount), as_voucher=self._as_voucher)
        return made.invoice if made is not None else None

    def _was_made(self, receipt: Receipt, note: Note, standing: Standing | None) -> bool:
        """Whether one that was sent, and whose answer was lost, stands; remembered if so.

        Raises:
            Transient: too early to say.
            Rejected: nobody but a person can say.
        """
        clock, settle = self._core.context.clock, self._core.options.settle
        if standing is None or self._as_voucher:  # a draft does not show on the invoice
            raise doubtful(note.invoice, receipt.shown, as_voucher=self._as_voucher)
        wait = note.since + settle - clock.now()
        if timedelta() < wait <= settle:
            raise Transient(
                say("Nobody knows yet whether Hogia registered the payment. It is looked up again later."),
                channel="erp",
                retry_after=wait.total_seconds(),
            )
        before = note.left_before
        if before is None:
            others = (each for each in self._ledger.of_invoice(note.invoice) if each.made is not None)
            before = standing.gross - sum((each.amount for each in others), ZERO)
        if standing.left == before:
            return False
        if standing.left > before - note.amount:
            raise doubtful(note.invoice, receipt.shown, as_voucher=False)
        self._ledger.made(note.about, "")
        return True

    def _note(
        self, receipt: Receipt, order: Order, invoice: Document, *, left: Decimal | None, again: bool
    ) -> None:
        """Before the call leaves; everything that can be refused without it is refused first."""
        self._fit(receipt, invoice)
        if again:
            self._ledger.again(receipt.about, left_before=left)
        elif not self._ledger.sending(
            receipt.about,
            ref=str(order.ref),
            invoice=invoice.number,
            amount=receipt.amount,
            left_before=left,
        ):
            raise Transient(say("Another bridge is registering this payment now."), channel="erp")

    def _fit(self, receipt: Receipt, invoice: Document) -> None:
        receivable = self._core.settings.receivable
        if receipt.account == receivable:
            raise no_account(receipt.method)
        uses = [Use(account=receipt.account, what=say("payment by {method}", method=receipt.method))]
        if self._as_voucher:
            uses.append(Use(account=receivable, what=say("what the buyer owes")))
        elif not guid_of(invoice):
            raise no_name(invoice)
        self._core.years.check(receipt.dated, uses)

    def _send(self, receipt: Receipt, invoice: Document, standing: Standing | None) -> Step:
        """What is surely not made is forgotten; a lost answer, or a kill, leaves the note as it is."""
        sequence = self._core.sequence(receipt.about)
        try:
            if self._as_voucher:
                content = dumps(self._voucher(receipt, invoice, standing, sequence))
                made = self._client.post_for_any(content, *self._client.path("voucher_drafts"))
            else:
                content = dumps(payment_body(receipt, sequence=sequence))
                below = self._client.path("invoices", guid_of(invoice), *self._client.path("payments"))
                made = self._client.post_for_any(content, *below)
        except LostReply:
            raise
        except SequenceUsed:
            self._ledger.made(receipt.about, "")
            return "", registered_before(receipt)
        except (Transient, Unauthorised):
            self._ledger.not_made(receipt.about)
            raise
        except (Rejected, NotFound) as why:
            self._ledger.not_made(receipt.about)
            raise refused(receipt, invoice, why) from why
        self._ledger.made(receipt.about, made)
        return content, self._told(receipt, invoice)

    def _voucher(
        self, receipt: Receipt, invoice: Document, standing: Standing | None, sequence: str
    ) -> Mapping[str, Json]:
        rate = standing.rate if standing is not None and receipt.currency != BASE else None
        if rate is None:
            found = self._conversion.of(receipt.currency, on=invoice.dated or receipt.dated)
            rate = found.rate if found is not None else None
        return voucher_body(
            receipt,
            receivable=self._core.settings.receivable,
            kind=self._core.profile.text("payment.voucher"),
            rate=rate,
            sequence=sequence,
        )

    def _told(self, receipt: Receipt, invoice: Document) -> Text:
        if self._as_voucher:
            return say(
                "The payment of {amount} is a draft of a voucher; it counts when somebody books it in Hogia and sets "
                "it against invoice {number}.",
                amount=receipt.shown,
                number=invoice.number,
            )
        return say("A payment of {amount} was registered.", amount=receipt.shown)
