"""Registering on an invoice what the buyer has paid, each payment once (fortnox facts, section 10)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from bridge.erps.fields import body
from bridge.erps.fortnox.core import Core
from bridge.erps.fortnox.errors import ALREADY_PAID
from bridge.erps.fortnox.finding import Finding
from bridge.erps.fortnox.mapping_answers import INVOICES, Payment, Standing, payment_of, standing_of
from bridge.erps.fortnox.mapping_payments import PAYMENT, Receipt, left_of, matched, receipts_of, to_pay
from bridge.erps.fortnox.reading import text
from bridge.erps.wire import dumps
from bridge.errors import Rejected
from bridge.model.documents import Key, Purpose
from bridge.model.orders import Order
from bridge.model.texts import Text, say

__all__ = ["Paying"]

_PAYMENTS: Final = "invoicepayments"

Step = tuple[str, Text]
"""What was sent (empty: nothing), and what to tell of it."""


class Paying:
    """Registers payments and books them: one that nobody books pays nothing."""

    def __init__(self, core: Core, finding: Finding) -> None:
        self._core = core
        self._finding = finding

    def wanted(self, order: Order) -> bool:
        """Whether the buyer has paid anything yet."""
        return bool(to_pay(order, self._core.settings))

    def register(self, order: Order, key: Key, invoice: Standing) -> list[Step]:
        """What was done; a payment that is there already, whoever registered it, is at most booked.

        ``key``: what the invoice was made as. After an edit it may replace one that the buyer's money stands on.

        Raises:
            Rejected: the invoice does not take it.
            LostReply: nobody knows about the last one; if it got through, the next try finds it.
        """
        payments = to_pay(order, self._core.settings)
        there = self._there(invoice.number) if payments else []
        if payments and not there and key.purpose is not Purpose.ORDER:
            before = self._paid_before(order, invoice)
            if before:
                return [_stands_on(before)]
        left = left_of(invoice, there)
        steps: list[Step] = []
        for receipt in receipts_of(payments, order, invoice, zone=self._core.zone):
            known = matched(receipt, there)
            if known is not None:
                there.remove(known)
                steps += [] if known.booked else self._book(known.number)
            elif receipt.sek > left:
                steps.append(_taken(invoice))
            else:
                left -= receipt.sek
                steps += self._new(receipt, invoice)
        return steps

    def _new(self, receipt: Receipt, invoice: Standing) -> list[Step]:
        content = dumps({"InvoicePayment": body(PAYMENT, receipt)})
        try:
            answer = self._core.client.post(_PAYMENTS, content)
        except Rejected as refused:
            if refused.code != ALREADY_PAID or self._owes(invoice):
                raise
            return [_taken(invoice)]
        number = self._core.read(_number, answer, wrote=True)
        return [
            (content, say("A payment of {amount} was registered.", amount=receipt.shown)),
            *self._book(number),
        ]

    def _book(self, number: str) -> list[Step]:
        self._core.client.put((_PAYMENTS, number, "bookkeep"))
        return [(f"PUT /3/{_PAYMENTS}/{number}/bookkeep", say("Payment {number} was booked.", number=number))]

    def _there(self, invoice: str) -> list[Payment]:
        """A search may be by substring here too, so the invoice is compared."""
        found: list[Payment] = []
        for page in self._core.client.pages(_PAYMENTS, "InvoicePayments", invoicenumber=invoice):
            found += [self._core.read(payment_of, row, wrote=False) for row in page]
        return [each for each in found if each.invoice == invoice]

    def _paid_before(self, order: Order, invoice: Standing) -> str:
        """The invoice this one replaces, if payments are registered on it; empty: none are.

        It was credited, so the money counts for this one; registered again it would stand twice on the bank account.
        """
        others = (number for number in self._finding.invoices_of(order.ref) if number != invoice.number)
        return next((number for number in others if self._there(number)), "")

    def _owes(self, invoice: Standing) -> bool:
        answer = self._core.client.get((INVOICES, invoice.number))
        now = self._core.read(partial(standing_of, register=INVOICES), answer, wrote=False)
        return bool(now.balance)


def _number(answer: Mapping[str, Any]) -> str:
    number = text(answer["Number"])
    if not number:
        raise ValueError("a payment without number")
    return number


def _stands_on(before: str) -> Step:
    return "", say(
        "Nothing was registered: the payment stands on invoice {number}, which this one replaces. Set the credit of "
        "that invoice against this one in Fortnox, and register by hand what the buyer paid besides.",
        number=before,
    )


def _taken(invoice: Standing) -> Step:
    return "", say(
        "Invoice {number} has other payments on it already; nothing more was registered.",
        number=invoice.number,
    )
