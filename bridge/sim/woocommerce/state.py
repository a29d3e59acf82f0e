"""The shop's memory: what it has stored, its settings, its counters. One lock guards all of it."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bridge.sim.clock import Now, whole_second

__all__ = ["STATUSES", "ApiKey", "Coupon", "Mail", "Rate", "State", "Write"]

Order = dict[str, Any]

# As the recorded shop: the last but one is registered by a plugin (table b)
STATUSES = {
    "pending": "Pending payment",
    "processing": "Processing",
    "on-hold": "On hold",
    "completed": "Completed",
    "cancelled": "Cancelled",
    "refunded": "Refunded",
    "failed": "Failed",
    "packed": "Packed",
    "checkout-draft": "Draft",
}


@dataclass(kw_only=True)
class ApiKey:
    """A key made under WooCommerce > Settings > Advanced > REST API."""

    key: str
    secret: str
    permissions: str = "read_write"  # read, write or read_write
    shop_rights: bool = True  # whether its user may manage the shop (403 otherwise, table d)
    user: str = "orderbro"


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A tax rate of the shop's table."""

    id: int
    country: str
    tax_class: str  # "" is the standard class
    percent: Decimal
    label: str

    @property
    def code(self) -> str:
        """As it stands in ``tax_lines[].rate_code``."""
        return f"{self.country}-{self.label.upper()}-1"


@dataclass(frozen=True, kw_only=True)
class Coupon:
    """A discount code; codes are lower-cased by the shop (table j)."""

    code: str
    kind: str  # percent, fixed_cart, fixed_product
    amount: Decimal
    free_shipping: bool = False


@dataclass(frozen=True, kw_only=True)
class Write:
    """One writing call the shop received."""

    at: datetime
    method: str
    path: str  # below wc/v3: /orders/125
    body: Any
    status: int


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One message the shop sent (trapped at wp_mail, table e)."""

    at: datetime
    order: int
    to: str  # customer or shop
    kind: str
    subject: str


def _rates() -> list[Rate]:
    rows = (
        ("SE", "", "25", "Moms 25 %"),
        ("SE", "reduced-12", "12", "Moms 12 %"),
        ("SE", "reduced-6", "6", "Moms 6 %"),
        ("DK", "", "25", "Moms DK 25 %"),
        ("DK", "reduced-12", "25", "Moms DK 25 %"),
        ("DK", "reduced-6", "25", "Moms DK 25 %"),
        ("DE", "", "19", "MwSt 19 %"),
        ("DE", "reduced-12", "7", "MwSt 7 %"),
        ("DE", "reduced-6", "7", "MwSt 7 %"),
        ("FI", "", "25.5", "ALV 25,5 %"),
    )
    return [
        Rate(id=place, country=country, tax_class=name, percent=Decimal(percent), label=label)
        for place, (country, name, percent, label) in enumerate(rows, 1)
    ]


def _coupons() -> dict[str, Coupon]:
    rows = (
        ("rabatt10", "percent", "10", False),
        ("minus100", "fixed_cart", "100", False),
        ("minus15styck", "fixed_product", "15", False),
        ("frifrakt", "percent", "5", True),
        ("allt-gratis", "percent", "100", False),
    )
    return {
        code: Coupon(code=code, kind=kind, amount=Decimal(amount), free_shipping=free)
        for code, kind, amount, free in rows
    }


@dataclass
class State:
    """Everything the shop knows. Touch it only while holding ``lock``."""

    now_of: Now
    zone: ZoneInfo = ZoneInfo("Europe/Stockholm")
    country: str = "SE"
    currency: str = "SEK"
    https: bool | None = None  # None: as the request says
    hpos: bool = True  # custom order tables, or the legacy posts storage (row 7)
    permalinks: bool = True
    # Some hosts drop the header before PHP sees it (WooCommerce REST API docs, "Authentication over HTTPS")
    strips_authorization: bool = False
    active: bool = True  # WooCommerce itself switched on
    round_at_subtotal: bool = False
    database: str = "up"  # up, orders (their SELECT fails), keys (the key look-up fails): row 3
    lock: threading.RLock = field(default_factory=threading.RLock)
    keys: dict[str, ApiKey] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=lambda: dict(STATUSES))
    rates: list[Rate] = field(default_factory=_rates)
    coupons: dict[str, Coupon] = field(default_factory=_coupons)
    orders: dict[int, Order] = field(default_factory=dict)
    refunds: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    notes: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    products: dict[int, dict[str, Any]] = field(default_factory=dict)  # variations too, with their parent_id
    customers: dict[int, dict[str, Any]] = field(default_factory=dict)
    log: list[Write] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    nonces: dict[tuple[str, str], int] = field(default_factory=dict)
    listeners: list[Callable[[str, int, dict[str, Any]], None]] = field(default_factory=list)
    _last: dict[str, int] = field(default_factory=dict)

    def now(self) -> datetime:
        """The present second."""
        return whole_second(self.now_of())

    def next_id(self, kind: str) -> int:
        """Orders, refunds and products share one row of numbers; items, meta and notes have their own."""
        self._last[kind] = self._last.get(kind, 0) + 1
        return self._last[kind]

    def taken(self, kind: str, number: int) -> None:
        """A number that came with stored data is not given again."""
        self._last[kind] = max(self._last.get(kind, 0), number)

    def restart(self, **last: int) -> None:
        """Count on from these numbers: a made-up order must not depend on what was made before it."""
        self._last |= last

    def touch(self, order: Order) -> None:
        """Move ``date_modified`` (row 7: any PUT, status change, refund, trash)."""
        order["date_modified"] = self.now()

    def emit(self, topic: str, ident: int, body: dict[str, Any] | None = None) -> None:
        """Something happened that a webhook may want to know."""
        for listener in self.listeners:
            listener(topic, ident, body or {})

    def note(
        self, order: int, text: str, *, author: str = "WooCommerce", customer: bool = False
    ) -> dict[str, Any]:
        """Add a note; it never moves the order's ``date_modified`` (row 7)."""
        row = {
            "id": self.next_id("note"),
            "author": author,
            "date_created": self.now(),
            "note": text,
            "customer_note": customer,
        }
        self.notes.setdefault(order, []).append(row)
        return row

    def mail(self, order: int, kind: str, subject: str, *, to: str = "customer") -> None:
        """Send a message: it lands in the list."""
        self.mails.append(Mail(at=self.now(), order=order, to=to, kind=kind, subject=subject))

    def rates_for(self, country: str, tax_class: str) -> list[Rate]:
        """The rates that match an address; none at all for a country the table does not have (table j, Norway)."""
        return [rate for rate in self.rates if (rate.country, rate.tax_class) == (country, tax_class)]

    def snapshot(self, order: int) -> Order:
        """A copy that may be looked at without the lock."""
        return copy.deepcopy(self.orders[order])
