"""An order as the bridge understands it, whatever shop it came from.

Amounts are in the order's currency. ``net`` is without VAT, ``tax`` is VAT, gross is their sum. A discount,
a refund and a gift card that pays are negative, as on the receipt. Lines carry what the shop *charged*: VAT is
never recomputed, because a shop's own rounding is part of what the buyer paid.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bridge.model.money import ZERO
from bridge.model.texts import Problem

__all__ = [
    "Address",
    "Customer",
    "LineKind",
    "Order",
    "OrderLine",
    "OrderRef",
    "Payment",
    "Refund",
    "TaxLine",
    "TaxPart",
    "Totals",
    "Unreadable",
]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class OrderRef:
    """Which order: the configured shop name and the shop's own id. Prints as ``main:1234``."""

    shop: str
    id: str
    number: str = field(default="", compare=False)
    """The number the buyer sees; differs from the id where a sequential-number plugin is at work."""

    def __str__(self) -> str:
        """The form that stands in every key."""
        return f"{self.shop}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> OrderRef:
        """Read ``main:1234``.

        Raises:
            ValueError: not of that form.
        """
        shop, colon, order_id = text.partition(":")
        if not (shop and colon and order_id.isdigit()):
            raise ValueError(f"{text!r} is not of the form shop:id")
        return cls(shop=shop, id=order_id)


class LineKind(StrEnum):
    """What a line is for; decides its article and its account."""

    PRODUCT = "product"
    SHIPPING = "shipping"
    FEE = "fee"
    DISCOUNT = "discount"
    GIFT_CARD = "gift_card"
    ROUNDING = "rounding"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxPart:
    """The VAT of one rate on one line, as charged."""

    rate_id: str
    """Ties to ``TaxLine.rate_id``."""
    tax: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxLine:
    """The VAT of one rate on the whole order, as charged."""

    rate_id: str
    percent: Decimal | None
    """25 for 25 %; None where the shop does not say (a rate deleted since)."""
    label: str
    country: str
    """Two letters out of the rate's code, or empty."""
    tax: Decimal
    """On goods and fees."""
    shipping_tax: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One row of the order. ``net`` and ``tax`` are for the whole row, after discounts."""

    kind: LineKind
    id: str
    """The shop's id of the row; with the kind it is unique in the order."""
    name: str
    quantity: Decimal = Decimal(1)
    net: Decimal
    tax: Decimal
    net_before: Decimal | None = None
    """Before coupons and hand-made discounts; None where the shop has no such figure (shipping, fees)."""
    tax_before: Decimal | None = None
    taxes: tuple[TaxPart, ...] = ()
    sku: str | None = None
    """As it was when the order was first seen; None or empty: the article has none or is deleted."""
    product_id: str = ""
    variation_id: str = ""
    method: str = ""
    """For shipping: the shop's method id (``flat_rate``), with the instance as ``flat_rate:3`` if there is one."""
    unit_net: Decimal | None = None
    """Net price of one piece as exact as the shop gives it, unrounded; for the arithmetic, never for the books."""
    meta: Mapping[str, str] = field(default_factory=dict)
    """Visible meta of the row (size, colour), text only."""
    hidden: Mapping[str, str] = field(default_factory=dict)
    """Meta the buyer does not see (keys with ``_`` first), for plugins; no part of what is booked."""

    @property
    def gross(self) -> Decimal:
        """What the buyer paid for the row."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where to send the goods or the bill."""

    first_name: str = ""
    last_name: str = ""
    company: str = ""
    street: str = ""
    street_2: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    """ISO 3166-1 alpha-2, upper case; empty where the shop knows none."""
    phone: str = ""

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Who buys."""

    shop_id: str = ""
    """The shop's customer id; empty for a guest."""
    email: str = ""
    phone: str = ""
    company: str = ""
    org_number: str = ""
    """Organisation or person number as found, unchecked."""
    vat_number: str = ""
    billing: Address = field(default_factory=Address)
    shipping: Address = field(default_factory=Address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """How it was, or will be, paid."""

    method: str = ""
    """The shop's payment method id: ``kco``, ``swish``, ``bacs``; empty for a free order."""
    title: str = ""
    transaction_id: str = ""
    paid_at: datetime | None = None
    """Missing does not mean "not to be booked": cash on delivery and invoices have none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What the shop says the whole order comes to; must equal the sum of the lines."""

    gross: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order of one shop."""

    ref: OrderRef
    status: str
    """The shop's own word, without prefix: ``processing``, ``packed``."""
    currency: str
    """ISO 4217, upper case."""
    created_at: datetime
    modified_at: datetime
    completed_at: datetime | None = None
    customer: Customer
    payment: Payment
    lines: tuple[OrderLine, ...]
    tax_lines: tuple[TaxLine, ...]
    totals: Totals
    prices_include_tax: bool = True
    """Whether the shop's prices were entered with VAT: tells which figure was the round one."""
    tax_exempt: bool = False
    coupons: tuple[str, ...] = ()
    note: str = ""
    """The buyer's own words."""
    refund_ids: tuple[str, ...] = ()
    refunded: Decimal = ZERO
    """How much of it the shop has paid back; positive."""
    created_via: str = ""
    meta: Mapping[str, str] = field(default_factory=dict)
    """The order's meta as text; structured values as JSON; our own marks left out."""
    document: str = ""
    """The ERP document number our own mark on the order names, if there is one."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with it though it could be read: parked with these, not sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money given back on an order: a document of its own with a key of its own."""

    ref: OrderRef
    id: str
    created_at: datetime
    reason: str
    gross: Decimal
    """Positive: what the buyer got back."""
    lines: tuple[OrderLine, ...]
    """Negative amounts, each with the id of the order's row it takes back; empty when only a sum was given back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """An order that could not be understood: kept raw and parked, so that it neither blocks nor vanishes."""

    ref: OrderRef
    status: str
    modified_at: datetime | None
    raw: str
    """The shop's JSON of this order, as text."""
    problems: tuple[Problem, ...]
