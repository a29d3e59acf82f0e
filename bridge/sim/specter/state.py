"""Everything the account holds, under one lock, kept in a journal."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from bridge.sim.clock import Now
from bridge.sim.specter.account import KINDS, Account
from bridge.sim.specter.journal import Journal

__all__ = ["Article", "Customer", "Delivery", "Invoice", "Order", "Queue", "Row", "State"]

Item = dict[str, Any]
SWEDEN: Final = ZoneInfo("Europe/Stockholm")
FIRST: Final = {"customer": 1001, "article": 501, "order": 100001, "invoice": 500001}
"""Ids are Specter's own and differ from the shop's (specter facts, section 5.2) [1; DOC]; the ranges are ours."""


@dataclass(slots=True, kw_only=True)
class Customer:
    """``data``: parameter names in lower case to what was sent."""

    id: int
    data: dict[str, str]

    @property
    def name(self) -> str:
        """Of the company, or of the person."""
        return self.data.get("name") or f"{self.data['firstname']} {self.data['surname']}"


@dataclass(slots=True, kw_only=True)
class Article:
    """``parts``: what a SET article is made of; it has no stock then."""

    id: int
    no: str
    name: str = ""
    data: dict[str, str] = field(default_factory=dict)
    price: Decimal = Decimal(0)
    prices: dict[str, Decimal] = field(default_factory=dict)
    """Per further price list; which call shows them is not known [UNK]."""
    vat: int = 25
    counted: bool = True
    in_stock: dict[str, Decimal] = field(default_factory=dict)
    reserved: dict[str, Decimal] = field(default_factory=dict)
    parts: dict[str, Decimal] = field(default_factory=dict)

    def available(self, site: str) -> Decimal:
        """What may still be sold from a site [INF: in stock less reserved]."""
        return self.in_stock.get(site, Decimal(0)) - self.reserved.get(site, Decimal(0))


@dataclass(slots=True, kw_only=True)
class Row:
    """A row of an order."""

    article: str
    text: str
    comment: str = ""
    price: Decimal
    quantity: Decimal
    vat: int
    discount: Decimal = Decimal(0)
    delivered: Decimal = Decimal(0)
    invoiced: Decimal = Decimal(0)


@dataclass(slots=True, kw_only=True)
class Delivery:
    """One parcel."""

    tracking: str
    quantities: list[Decimal]
    """Per row of the order."""


@dataclass(slots=True, kw_only=True)
class Order:
    """An order; it stays when it is invoiced or removed."""

    no: int
    key: str
    customer: int
    currency: str
    site: str
    dated: date
    data: dict[str, str]
    rows: list[Row]
    deliveries: list[Delivery] = field(default_factory=list)
    removed: bool = False
    mails: int = 0


@dataclass(slots=True, kw_only=True)
class Invoice:
    """Of one order, whole or in part."""

    no: int
    order: int
    gross: Decimal
    captured: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)


@dataclass(slots=True, kw_only=True)
class Queue:
    """Changes of one kind that the shop has not acknowledged."""

    waiting: list[str] = field(default_factory=list)
    batch: str = ""
    """Number of the open batch, empty if there is none."""
    taken: list[Item] = field(default_factory=list)
    """What the open batch showed first, shown again as it was."""
    done: list[str] = field(default_factory=list)
    """Numbers of acknowledged batches."""

    def apply(self, what: str, value: Any, taken: list[Item] | None = None) -> None:
        """One step: ``add`` a key, ``open`` a batch of so many, ``close`` it."""
        if what == "add":
            self.waiting.append(value)
        elif what == "open":
            self.batch, self.taken = value, list(taken or [])
            del self.waiting[: len(self.taken)]
        else:
            self.done.append(self.batch)
            self.batch, self.taken = "", []


class State:
    """The account's content. Whoever touches it holds ``lock``."""

    def __init__(self, now: Now, account: Account, journal: Journal) -> None:
        self.lock = threading.RLock()
        self.account = account
        self.customers: dict[int, Customer] = {}
        self.articles: dict[str, Article] = {}
        self.orders: dict[int, Order] = {}
        self.invoices: dict[int, Invoice] = {}
        self.queues = {kind: Queue() for kind in KINDS}
        self.events: list[tuple[str, dict[str, str]]] = []
        """What is to be told to the shop's addresses once the lock is let go: trigger, what it adds."""
        self._now = now
        self._journal = journal
        for kind, content in journal.lines():
            self._put(kind, content)

    @property
    def today(self) -> date:
        """In Sweden."""
        return self._now().astimezone(SWEDEN).date()

    def _put(self, kind: str, content: dict[str, Any]) -> None:
        if kind == "queue":
            self.queues[content["kind"]].apply(content["what"], content["value"], content["taken"])
        elif kind == "customer":
            self.customers[content["id"]] = Customer(**content)
        elif kind == "article":
            self.articles[content["no"]] = Article(**content)
        elif kind == "order":
            rows = [Row(**row) for row in content.pop("rows")]
            sent = [Delivery(**one) for one in content.pop("deliveries")]
            self.orders[content["no"]] = Order(rows=rows, deliveries=sent, **content)
        else:
            self.invoices[content["no"]] = Invoice(**content)

    def keep(self, thing: Customer | Article | Order | Invoice) -> None:
        """Have it from now on, as it is now."""
        kind = type(thing).__name__.lower()
        tables: dict[str, dict[Any, Any]] = {
            "customer": self.customers, "article": self.articles, "order": self.orders, "invoice": self.invoices
        }  # fmt: skip
        tables[kind][thing.id if isinstance(thing, Customer) else thing.no] = thing
        self._journal.add(kind, asdict(thing))

    def step(self, kind: str, what: str, value: str = "", taken: list[Item] | None = None) -> None:
        """One step of a queue."""
        self.queues[kind].apply(what, value, taken)
        self._journal.add("queue", {"kind": kind, "what": what, "value": value, "taken": taken})

    def next(self, kind: str) -> int:
        """The next number of ``customer``, ``article``, ``order`` or ``invoice``."""
        used = {
            "customer": self.customers,
            "article": {each.id for each in self.articles.values()},
            "order": self.orders,
            "invoice": self.invoices,
        }[kind]
        return max(used, default=FIRST[kind] - 1) + 1

    def changed(self, kind: str, key: str, *, own: bool = False, trigger: str = "") -> None:
        """Something the shop wants to know; ``own``: the shop's own call did it.

        It waits once, however often it changes; what changes again while its batch is open waits for the next.
        """
        if own and kind not in self.account.echoes:
            return
        if key not in self.queues[kind].waiting:
            self.step(kind, "add", key)
        self.events.append((trigger or kind, {}))
