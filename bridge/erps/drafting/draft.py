"""A document before any ERP's arithmetic: what it says, row by row, and how it is paid.

Every adapter that books by article makes its payload of this; nobody but ``bridge.erps.drafting`` makes one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bridge.model.money import ZERO
from bridge.model.orders import OrderRef
from bridge.model.texts import Text

__all__ = [
    "Delivery",
    "Draft",
    "DraftAddress",
    "DraftPayment",
    "DraftRow",
    "Mail",
    "PaymentKind",
    "References",
    "RowKind",
]


class RowKind(StrEnum):
    """What a row is for."""

    PRODUCT = "product"
    SHIPPING = "shipping"
    FEE = "fee"
    COD = "cod"
    DISCOUNT = "discount"
    GIFT_CARD = "gift_card"
    ROUNDING = "rounding"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRow:
    """One row. ``net`` and ``tax`` are for the whole row, as the shop charged them, after the row's own discount."""

    kind: RowKind
    article: str
    """Empty: an article without number in the shop."""
    text: str
    quantity: Decimal
    net: Decimal
    tax: Decimal
    percent: Decimal
    """The VAT rate charged, 25 for 25 %."""
    country: str = ""
    """Whose VAT it is, where the shop says."""
    discount_net: Decimal = ZERO
    """What the row shows as taken off before ``net``; positive. Zero unless discounts are shown per row."""
    discount_tax: Decimal = ZERO
    account: str = ""
    """Where the row must be booked, where the article alone would not do: the gift card's liability."""
    line: str = ""
    """Which row of the order it comes from (``product:12``); empty: made here."""

    @property
    def gross(self) -> Decimal:
        """What the buyer paid for the row."""
        return self.net + self.tax

    @property
    def discount_percent(self) -> Decimal:
        """The row's discount in percent of its full price, exact; zero without one."""
        full = self.net + self.discount_net
        return self.discount_net * 100 / full if full else ZERO


class PaymentKind(StrEnum):
    """How a part of the total was paid."""

    METHOD = "method"
    """By the shop's payment method."""
    GIFT_CARD = "gift_card"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPayment:
    """One way in which the document is paid, or will be."""

    kind: PaymentKind
    method: str
    """The shop's payment method id; ``gift_card`` for a card."""
    title: str
    amount: Decimal
    account: str
    """Where the money is waited for, or the card's liability."""
    terms: str = ""
    """The ERP's code, from ``[payments]``."""
    mode: str = ""
    transaction_id: str = ""
    paid_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAddress:
    """An address in the rows it is printed in."""

    name: str
    attention: str = ""
    rows: tuple[str, ...] = ()
    """Address rows without blanks between them; with ``company_first`` the company is the first."""
    postcode: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    phone: str = ""

    @property
    def row_1(self) -> str:
        """The first row, for ERPs that have two."""
        return self.rows[0] if self.rows else ""

    @property
    def row_2(self) -> str:
        """All the others in one, for ERPs that have two."""
        return ", ".join(self.rows[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How the goods go."""

    method: str = ""
    """The shop's method id, ``flat_rate:3``."""
    title: str = ""
    way: str = ""
    """The ERP's way of delivery, from ``[shipping]``; empty: the ERP's own default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """Who and what the document refers to."""

    ours: str = ""
    yours: str = ""
    order: str = ""
    """The buyer's own order number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """Whether the ERP sends the order confirmation."""

    confirm: bool = False
    to: str = ""
    copy_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The document. The sum of its rows is ``total``; the sum of its payments too."""

    ref: OrderRef
    number: str
    """The shop's number with the shop's prefix."""
    currency: str
    created_at: datetime
    rows: tuple[DraftRow, ...]
    payments: tuple[DraftPayment, ...]
    """Gift cards used as payment first, then what is left by the order's method."""
    total: Decimal
    """What the rows come to: the order's total, and what gift cards paid of it besides."""
    references: References = field(default_factory=References)
    text: str = ""
    """Printed on the document."""
    comment: str = ""
    """For the staff."""
    billing: DraftAddress
    shipping: DraftAddress
    delivery: Delivery = field(default_factory=Delivery)
    mail: Mail = field(default_factory=Mail)
    cost_centre: str = ""
    project: str = ""
    channel: str = ""
    vendor: Mapping[str, str] = field(default_factory=dict)
    """Fields of this ERP by its own names, from ``[fields]``."""
    notes: tuple[Text, ...] = ()
    """What a person should know: a bundle, a card that stays a row."""

    @property
    def main_payment(self) -> DraftPayment:
        """By the order's own payment method: whose terms and mode the document has."""
        return self.payments[-1]
