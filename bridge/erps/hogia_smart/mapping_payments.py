"""What the buyer has paid, as payments of the invoice or as a draft of a voucher (Hogia facts, section 2.3). Pure.

Which of the two, the profile says (``payment.way``): a payment below the invoice was seen in one client [1], drafts
in two [2+].
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from bridge.erps.currency import BASE
from bridge.erps.drafting import DraftPayment, DraftSettings, PaymentKind, draft
from bridge.erps.fields import Field, body
from bridge.erps.wire import Json
from bridge.model.documents import Document, Key
from bridge.model.money import ZERO, cents, plain
from bridge.model.orders import Order

__all__ = [
    "DRAFT",
    "PAYMENT",
    "ROW",
    "Receipt",
    "Row",
    "payment_body",
    "receipts_of",
    "to_pay",
    "voucher_body",
]

_TEXT: Final = 255
"""Letters of a text; how long it may be stands nowhere [UNK]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A payment to be registered."""

    about: str
    """The key of the invoice, and which of its payments it is: what it is remembered under."""
    method: str
    """The shop's payment method id; ``gift_card`` for a card."""
    amount: Decimal
    """In the invoice's currency, positive."""
    currency: str
    before: Decimal
    """What the payments before this one come to."""
    dated: date
    account: str
    payer: str
    text: str

    @property
    def shown(self) -> str:
        """``395.00 SEK``."""
        return f"{plain(self.amount)} {self.currency}"

    def sek(self, rate: Decimal | None) -> Decimal:
        """Its worth in SEK; ``rate``: of one unit, None in SEK.

        Each payment is what it adds to the sum so far: rounded one by one, the parts may come to an öre more or less
        than the whole.
        """
        if rate is None:
            return self.amount
        return cents((self.before + self.amount) * rate) - cents(self.before * rate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a voucher."""

    account: str
    amount: Decimal
    """Debit positive, credit negative [2+]."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """A receipt with its ``sequenceId``."""

    receipt: Receipt
    sequence: str
    kind: str = ""
    """Of a voucher's draft."""


PAYMENT: Final[Sequence[Field[_Sent]]] = (
    Field(
        vendor="payer",
        source="the buyer's name on the bill",
        value=lambda sent: sent.receipt.payer[:_TEXT],
        limit=_TEXT,
        fact="section 2.2 [1]",
    ),
    Field(
        vendor="date",
        source="the day the buyer paid, in the books' time zone; the invoice's day where that is later",
        value=lambda sent: sent.receipt.dated.isoformat(),
        fact="section 2.2 [1]",
    ),
    Field(
        vendor="amount",
        source="what was paid in this way, in the invoice's currency",
        value=lambda sent: sent.receipt.amount,
        fact="section 2.2 [1]; in which currency [UNK]",
    ),
    Field(
        vendor="accountNumber",
        source="the account of the payment method in [payments]; gift cards: [accounts] gift_card",
        value=lambda sent: int(sent.receipt.account),
        fact="section 2.2 [1]",
    ),
    Field(
        vendor="sequenceId",
        source="made of the company and the payment's own key, always the same",
        value=lambda sent: sent.sequence,
        fact="section 2.3 [INF]; not seen on payments",
    ),
)
"""Below an invoice."""

DRAFT: Final[Sequence[Field[_Sent]]] = (
    Field(
        vendor="sequenceId",
        source="made of the company and the payment's own key, always the same",
        value=lambda sent: sent.sequence,
        fact="section 2.3 [INF]; not seen on drafts",
    ),
    Field(
        vendor="voucherDraft.voucherDate",
        source="the day the buyer paid, as above",
        value=lambda sent: sent.receipt.dated.isoformat(),
        fact="section 2.3 [2+]",
    ),
    Field(
        vendor="voucherDraft.voucherType",
        source="CustomerInvoicePayment (profile payment.voucher)",
        value=lambda sent: sent.kind,
        fact="section 2.3 [2+]",
    ),
    Field(
        vendor="voucherDraft.text",
        source="the invoice's number and the bridge's own key",
        value=lambda sent: sent.receipt.text[:_TEXT],
        limit=_TEXT,
        fact="section 2.3 [2+]",
    ),
    Field(vendor="voucherDraft.currencyCode", source="SEK", value=lambda _: BASE, fact="section 2.3 [2+]"),
)
"""A draft without its rows."""

ROW: Final[Sequence[Field[Row]]] = (
    Field(
        vendor="accountNumber",
        source="debit: the account of the payment method; credit: [accounts] receivable",
        value=lambda row: int(row.account),
        fact="section 2.3 [2+]",
    ),
    Field(
        vendor="amount",
        source="in SEK, debit positive, credit negative",
        value=lambda row: row.amount,
        fact="section 2.3 [2+]",
    ),
    Field(
        vendor="text",
        source="as the voucher's",
        value=lambda row: row.text[:_TEXT],
        limit=_TEXT,
        fact="section 2.3 [2+]",
    ),
)
"""One of ``voucherDraftRows``."""


def to_pay(order: Order, settings: DraftSettings) -> tuple[tuple[int, DraftPayment], ...]:
    """What the buyer has paid already: gift cards, and the rest where the shop has the money; each with its place.

    Raises:
        Rejected: the order cannot be drafted.
    """
    return tuple(
        (place, each)
        for place, each in enumerate(draft(order, settings).payments)
        if each.amount > 0 and (each.kind is PaymentKind.GIFT_CARD or each.paid_at is not None)
    )


def receipts_of(
    payments: Sequence[tuple[int, DraftPayment]], order: Order, key: Key, invoice: Document, *, zone: ZoneInfo
) -> Iterator[Receipt]:
    """The payments as they are registered. None is dated before the invoice: nothing stands there yet to be paid."""
    before = ZERO
    buyer = order.customer
    for place, payment in payments:
        moment = payment.paid_at or order.payment.paid_at or order.created_at
        paid = moment.astimezone(zone).date()
        yield Receipt(
            about=f"{key}/payment/{place}",
            method=payment.method,
            amount=payment.amount,
            currency=order.currency,
            before=before,
            dated=max(paid, invoice.dated or paid),
            account=payment.account,
            payer=buyer.company or buyer.billing.company or buyer.billing.name,
            text=f"{invoice.number} {key}",
        )
        before += payment.amount


def payment_body(receipt: Receipt, *, sequence: str) -> dict[str, Json]:
    """A payment below its invoice."""
    return body(PAYMENT, _Sent(receipt=receipt, sequence=sequence))


def voucher_body(
    receipt: Receipt, *, receivable: str, kind: str, rate: Decimal | None, sequence: str
) -> dict[str, Json]:
    """A draft of a voucher in SEK: the money is debited, what the buyer owed is credited."""
    sek = receipt.sek(rate)
    rows = (
        Row(account=receipt.account, amount=sek, text=receipt.text),
        Row(account=receivable, amount=-sek, text=receipt.text),
    )
    head = body(DRAFT, _Sent(receipt=receipt, sequence=sequence, kind=kind))
    return {**head, "voucherDraftRows": [body(ROW, row) for row in rows]}
