"""What is told of payments that are not made, or not made again."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from bridge.erps.hogia_smart.mapping_payments import Receipt
from bridge.errors import NotFound, Rejected, RemoteError
from bridge.model.documents import Document
from bridge.model.money import plain
from bridge.model.texts import Text, say

__all__ = [
    "BY_HAND",
    "cancelled",
    "doubtful",
    "no_account",
    "no_name",
    "refused",
    "registered_before",
    "stands_on",
    "too_little",
]

BY_HAND: Final = say(
    "Register the payment by hand in Hogia, then settle this entry with the invoice's number."
)


def no_account(method: str) -> Rejected:
    """Debit and credit would be the same account."""
    return Rejected(
        say(
            "The payment method {method} has no account of its own: its money cannot be told from what the buyer "
            "owes.",
            method=method,
        ),
        channel="erp",
        field=f"[payments] {method}",
        advice=say(
            "Write {method} = the account the money arrives on, under [payments], then press Retry.",
            method=method,
        ),
    )


def no_name(invoice: Document) -> Rejected:
    """A payment stands below its invoice's GUID."""
    return Rejected(
        say(
            "Invoice {number} stands, but Hogia never told by which name a payment finds it.",
            number=invoice.number,
        ),
        channel="erp",
        field="payment",
        advice=BY_HAND,
    )


def registered_before(receipt: Receipt) -> Text:
    """Nothing was sent: it stands."""
    return say("The payment of {amount} had been registered before.", amount=receipt.shown)


def stands_on(before: str) -> Text:
    """Nothing was sent: the buyer paid once."""
    return say(
        "Nothing was registered: the payment stands on invoice {number}, which this one replaces. Set the credit of "
        "that invoice against this one in Hogia, and register by hand what the buyer paid besides.",
        number=before,
    )


def doubtful(invoice: str, amount: str, *, as_voucher: bool) -> Rejected:
    """It may have been made: sent again it could stand twice on the bank account."""
    what = say(
        "Nobody knows whether Hogia registered the payment of {amount} on invoice {number}: the answer was lost, and "
        "Hogia cannot be asked. It is not sent a second time.",
        amount=amount,
        number=invoice,
    )
    advice = say(
        "Look at invoice {number} in Hogia. Register the payment there by hand if it is missing, then settle this "
        "entry with the invoice's number.",
        number=invoice,
    )
    if as_voucher:
        advice = say(
            "Look among the voucher drafts in Hogia for one of invoice {number}. Make it by hand if it is missing, "
            "then settle this entry with the invoice's number.",
            number=invoice,
        )
    return Rejected(what, channel="erp", field="payment", advice=advice)


def cancelled(invoice: Document) -> Rejected:
    """Nobody pays it any more."""
    return Rejected(
        say("Invoice {number} is cancelled in Hogia.", number=invoice.number),
        channel="erp",
        field="isCanceled",
        advice=say("If that was meant, settle the entry by hand."),
    )


def too_little(invoice: Document, receipt: Receipt, left: Decimal) -> Rejected:
    """Somebody else has set something against it."""
    return Rejected(
        say(
            "Invoice {number} has {left} {currency} left to pay, and the buyer has paid {paid}.",
            number=invoice.number,
            left=plain(left),
            currency=receipt.currency,
            paid=receipt.shown,
        ),
        channel="erp",
        field="payment",
        advice=say(
            "See in Hogia what has been set against the invoice, and register by hand what is missing. Then settle "
            "the entry with the invoice's number."
        ),
    )


def refused(receipt: Receipt, invoice: Document, why: RemoteError) -> Rejected:
    """Hogia's own refusal, with what stands."""
    return Rejected(
        say(
            "Invoice {number} stands, but the payment of {amount} was not registered. {why}",
            number=invoice.number,
            amount=receipt.shown,
            why=why.text,
        ),
        **why.evidence(),
        field=getattr(why, "field", "") or "payment",
        advice=BY_HAND if isinstance(why, NotFound) else why.advice or BY_HAND,
    )
