"""What the simulated company holds in memory."""

from __future__ import annotations

import threading
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bridge.sim.clock import Now
from bridge.sim.fortnox.company import Company
from bridge.sim.fortnox.errors import FortnoxError

__all__ = ["STOCKHOLM", "Call", "Entry", "Reply", "State"]

STOCKHOLM = ZoneInfo("Europe/Stockholm")  # the server's clock, without zone mark (section 1) [D; 1 csharp]


@dataclass
class Entry:
    """One customer, article, document, payment or line of a register."""

    number: str
    values: dict[str, Any]
    touched: datetime
    rows: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class State:
    """Everything there is; ``lock`` is held while a call is answered."""

    now: Now
    company: Company = field(default_factory=Company)
    lock: threading.RLock = field(default_factory=threading.RLock)
    customers: dict[str, Entry] = field(default_factory=dict)
    used_customers: set[str] = field(default_factory=set)
    """Numbers of all there ever were: a deleted one stays used (section 5, 2000637) [D]."""
    articles: dict[str, Entry] = field(default_factory=dict)
    prices: dict[tuple[str, str, Decimal], Entry] = field(default_factory=dict)
    """By price list, article, from quantity."""
    orders: dict[str, Entry] = field(default_factory=dict)
    invoices: dict[str, Entry] = field(default_factory=dict)
    payments: dict[str, Entry] = field(default_factory=dict)
    registers: dict[str, dict[str, Entry]] = field(default_factory=dict)
    stock: dict[tuple[str, str], tuple[Decimal, Decimal]] = field(default_factory=dict)
    """Warehouse module: article and stock point to what lies there and what is spoken for."""
    mails: list[str] = field(default_factory=list)
    """Numbers of documents mailed, once per mail."""
    series: dict[str, int] = field(
        default_factory=lambda: {
            "customers": 1001, "articles": 1, "orders": 1001, "invoices": 10001, "payments": 1, "rows": 1,
            "vouchers": 1, "projects": 1, "labels": 1,
        }
    )  # fmt: skip
    """The next number of each."""

    @property
    def today(self) -> date:
        """In Stockholm."""
        return self.now().astimezone(STOCKHOLM).date()

    def next(self, series: str, taken: Container[str] = ()) -> str:
        """The next free number of a series."""
        while True:
            number = str(self.series[series])
            self.series[series] += 1
            if number not in taken:
                return number

    def touch(self, entry: Entry) -> None:
        """It changed now."""
        entry.touched = self.now()


@dataclass(frozen=True)
class Call:
    """One request that got past the door."""

    state: State
    base: str
    """``https://fortnox.example``."""
    query: Mapping[str, str]
    body: Any

    def entity(self, name: str) -> Any:
        """What is wrapped in the body.

        Raises:
            FortnoxError: it is not there, or something else is (2001392 [D]).
        """
        if not isinstance(self.body, dict) or set(self.body) != {name}:
            raise FortnoxError(2001392, "Ingen eller felaktig typ av data.")
        return self.body[name]

    def url(self, path: str) -> str:
        """The address of something, as in ``@url``."""
        return f"{self.base}/3/{path}"


@dataclass(frozen=True)
class Reply:
    """An answer; ``data`` of bytes is a PDF."""

    data: Any = None
    status: int = 200
    location: str = ""
