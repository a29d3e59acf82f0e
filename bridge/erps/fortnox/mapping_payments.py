"""Payments of invoices: what is registered, and which of those that are there already is the same (section 10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from bridge.erps.currency import BASE
from bridge.erps.drafting import DraftPayment, DraftSettings, PaymentKind, draft
from bridge.erps.fields import Field
from bridge.erps.fortnox.mapping_answers import Payment, Standing, taken_so_far
from bridge.model.money import ZERO, cents, plain
from bridge.model.orders import Order

__all__ = ["PAYMENT", "Receipt", "left_of", "matched", "receipts_of", "to_pay"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A payment to be registered."""

    invoice: str
    amount: Decimal
    """In ``currency``."""
    currency: str
    sek: Decimal
    dated: date
    mode: str = ""
    account: str = ""

    @property
    def shown(self) -> str:
        """``395.00 SEK``."""
        return f"{plain(self.amount)} {self.currency}"


PAYMENT: Final[Sequence[Field[Receipt]]] = (
    Field(
        vendor="InvoiceNumber",
        source="the invoice",
        value=lambda receipt: int(receipt.invoice),
        fact="section 10 [D]",
    ),
    Field(
        vendor="Amount",
        source="what the buyer paid by this method, in SEK at the invoice's rate",
        value=lambda receipt: receipt.sek,
        fact="section 10 [D]",
    ),
    Field(
        vendor="AmountCurrency",
        source="the same in the invoice's currency; only where that is not SEK",
        value=lambda receipt: None if receipt.currency == BASE else receipt.amount,
        fact="section 10 [D]: required then",
    ),
    Field(
        vendor="PaymentDate",
        source="the day the shop was paid, in Swedish time; the invoice's day where that is later",
        value=lambda receipt: receipt.dated.isoformat(),
        fact="section 10: before the invoice's day it is refused [sharespine]",
    ),
    Field(
        vendor="ModeOfPayment",
        source="mode: of the payment method in [payments]; without, Fortnox' own default",
        value=lambda receipt: receipt.mode,
        fact="section 10 [D]",
    ),
    Field(
        vendor="ModeOfPaymentAccount",
        source="the account of the payment method in [payments]; gift cards: [accounts] gift_card",
        value=lambda receipt: int(receipt.account) if receipt.account else None,
        fact="section 10 [D]",
    ),
)


def to_pay(order: Order, settings: DraftSettings) -> tuple[DraftPayment, ...]:
    """What the buyer has paid already: gift cards, and the rest where the shop has the money.

    Raises:
        Rejected: the order cannot be drafted.
    """
    return tuple(
        each
        for each in draft(order, settings).payments
        if each.amount > 0 and (each.kind is PaymentKind.GIFT_CARD or each.paid_at is not None)
    )


def receipts_of(
    payments: Sequence[DraftPayment], order: Order, invoice: Standing, *, zone: ZoneInfo
) -> Iterator[Receipt]:
    """The payments as they are registered.

    In SEK each is what it adds to the sum so far: rounded one by one, the parts of an invoice in foreign currency may
    come to an öre more than the whole, and the last would be refused, or to an öre less, and leave it unpaid.
    """
    before = ZERO
    for payment in payments:
        moment = payment.paid_at or order.payment.paid_at or order.created_at
        paid = moment.astimezone(zone).date()
        after = before + payment.amount
        yield Receipt(
            invoice=invoice.number,
            amount=payment.amount,
            currency=invoice.currency,
            sek=cents(after * invoice.sek) - cents(before * invoice.sek),
            dated=max(paid, invoice.dated or paid),
            mode=payment.mode,
            account=payment.account,
        )
        before = after


def matched(receipt: Receipt, there: Sequence[Payment]) -> Payment | None:
    """The payment that is this one: the first of the same amount, whoever registered it; None: there is none."""
    return next((each for each in there if each.sek == receipt.sek), None)


def left_of(invoice: Standing, there: Sequence[Payment]) -> Decimal:
    """What of the invoice nobody has registered yet, in SEK."""
    return cents(invoice.total * invoice.sek) - taken_so_far(there)
