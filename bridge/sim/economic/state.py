"""Everything one agreement holds, in memory and under one lock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bridge.sim.clock import Now, whole_second
from bridge.sim.economic.company import Company

__all__ = ["Customer", "Doc", "Entry", "Product", "State", "Totals"]

Body = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Customer:
    """A customer with what hangs below it."""

    number: int
    body: Body
    touched: datetime
    contacts: dict[int, Body] = field(default_factory=dict)
    locations: dict[int, Body] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Product:
    """An article; the stock figures are only shown with the inventory module."""

    body: Body
    touched: datetime
    in_stock: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)
    prices: dict[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What the server makes of a document's lines."""

    net: Decimal
    vat: Decimal
    per_line: tuple[Decimal, ...]
    rates: tuple[Decimal | None, ...]
    """Percent per line; None: a text line, or no sales account for group and zone."""

    @property
    def gross(self) -> Decimal:
        """Net and VAT."""
        return self.net + self.vat


@dataclass(slots=True, kw_only=True)
class Doc:
    """An order, an invoice draft or a booked invoice."""

    number: int
    body: Body
    place: str
    """Its collection: an order's ``drafts``, ``sent``, ``archived``; an invoice's ``drafts``, ``booked``."""
    totals: Totals
    touched: datetime
    order: int | None = None
    """The order an invoice was made of."""
    upgraded: bool = False
    """An order that went on as an invoice."""
    paid: Decimal = Decimal("0.00")
    sent: bool = False
    """As an e-invoice."""
    file: bytes | None = None
    """The attached PDF."""


@dataclass(slots=True, kw_only=True)
class Entry:
    """One entry of a journal: a draft until the journal is booked."""

    number: int
    journal: int
    year: str
    voucher: int
    kind: str
    body: Body


class State:
    """The books of one agreement; hold ``lock`` while you look."""

    def __init__(self, now: Now, address: str) -> None:
        self._now = now
        self.address = address
        self.lock = threading.RLock()
        self.company = Company()
        self.customers: dict[int, Customer] = {}
        self.products: dict[str, Product] = {}
        self.orders: dict[int, Doc] = {}
        self.drafts: dict[int, Doc] = {}
        self.booked: dict[int, Doc] = {}
        self.entries: dict[int, Entry] = {}
        self.history: list[Entry] = []
        """Entries whose journal was booked."""
        self._counters: dict[str, int] = {
            "customer": 0,
            "order": 0,
            "draft": 500_000,
            "entry": 0,
            "voucher": 0,
        }

    @property
    def now(self) -> datetime:
        """UTC, whole seconds."""
        return whole_second(self._now())

    @property
    def today(self) -> date:
        """The day of ``now``."""
        return self.now.date()

    def next(self, what: str, *, taken: Callable[[int], bool] = lambda _number: False) -> int:
        """The next number of a series nobody has taken by hand."""
        while True:
            self._counters[what] += 1
            if not taken(self._counters[what]):
                return self._counters[what]

    def link(self, *parts: object) -> str:
        """An address of this server."""
        return "/".join((self.address, *map(str, parts)))

    def exists(self, collection: str, number: Any) -> bool:
        """Whether a reference leads somewhere."""
        company = self.company
        places: dict[str, Any] = {
            "customers": self.customers,
            "products": self.products,
            "units": company.units,
            "layouts": company.layouts,
            "payment-terms": company.terms,
            "vat-zones": company.zones,
            "employees": company.employees,
            "projects": company.projects,
            "product-groups": company.groups,
            "customer-groups": company.customer_groups,
            "price-groups": company.price_groups,
            "accounts": {each.number for each in company.accounts.values() if not each.barred},
            "journals-experimental": company.journals,
            "departmental-distributions": {*company.departments, *company.distributions},
        }
        return number in places[collection]
