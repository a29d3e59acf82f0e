"""Everything one company holds, in memory and under one lock; and a call as the handlers see it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bridge.sim.clock import Now, whole_second
from bridge.sim.hogia_smart.company import Account, Company, Year, guid
from bridge.sim.hogia_smart.errors import Refusal
from bridge.sim.hogia_smart.habits import Habits

__all__ = ["Call", "Contact", "Handler", "Invoice", "Line", "Reply", "Route", "State", "Voucher"]

Body = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Contact:
    """A customer, mostly."""

    id: str
    body: Body
    addresses: dict[str, Body] = field(default_factory=dict)
    revision: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of an invoice with what the server makes of it; ``account`` None: only a text."""

    name: str
    item: str = ""
    unit: str = ""
    quantity: Decimal = Decimal(0)
    price: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    """Percent."""
    rate: Decimal = Decimal(0)
    """A fraction."""
    account: int | None = None
    vat_account: int | None = None
    net: Decimal = Decimal("0.00")
    vat: Decimal = Decimal("0.00")


@dataclass(slots=True, kw_only=True)
class Invoice:
    """One customer invoice; what is credited is negative."""

    id: str
    number: int
    header: Body
    dated: date
    due: date | None
    currency: str
    rate: Decimal
    """SEK for one of the currency."""
    reverse: bool
    lines: tuple[Line, ...]
    sequence: str
    rounding: Decimal = Decimal("0.00")
    vat: Decimal = Decimal("0.00")
    payments: list[Body] = field(default_factory=list)
    cancelled: bool = False

    @property
    def net(self) -> Decimal:
        """Without VAT and rounding."""
        return sum((line.net for line in self.lines), Decimal("0.00"))

    @property
    def gross(self) -> Decimal:
        """What the customer owes."""
        return self.net + self.vat + self.rounding

    @property
    def paid(self) -> Decimal:
        """What came in."""
        return sum((each["amount"] for each in self.payments), Decimal("0.00"))

    @property
    def left(self) -> Decimal:
        """What is still to be paid."""
        return self.gross - self.paid


@dataclass(slots=True, kw_only=True)
class Voucher:
    """A voucher, or a draft of one (``number`` None)."""

    id: str
    head: Body
    rows: list[Body]
    number: int | None = None


@dataclass(kw_only=True)
class Reply:
    """What a handler answers."""

    data: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Call:
    """A call that found its route and was let in."""

    state: State
    version: str
    args: Mapping[str, str]
    """Names in small letters: which case they have differs from one client's request to the next [1]."""
    body: Any = None

    def only(self, *names: str) -> None:
        """No other parameter in the address than these.

        Raises:
            Refusal: there is one; whether the vendor would overlook it is [UNK].
        """
        for name in self.args:
            if name not in {"api-version", *names}:
                raise Refusal(f"The parameter {name} is not known.", field=name)


Handler = Callable[..., Reply]
Route = tuple[str, str, Handler]
"""Method, path below the organisation (``*`` for any one part), handler."""


class State:
    """The books of one company; hold ``lock`` while you look."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self.lock = threading.RLock()
        self.company = Company(this_year=now().year)
        self.habits = Habits()
        self.contacts: dict[str, Contact] = {}
        self.invoices: dict[str, Invoice] = {}
        self.drafts: dict[str, Voucher] = {}
        self.vouchers: dict[str, Voucher] = {}
        self._answers: dict[tuple[str, str], Reply] = {}
        self._made = 0

    @property
    def now(self) -> datetime:
        """UTC, whole seconds."""
        return whole_second(self._now())

    def fresh(self, what: str) -> str:
        """A GUID nobody has."""
        self._made += 1
        return guid(what, self._made)

    def once(self, what: str, sequence: str | None, work: Callable[[], Reply]) -> Reply:
        """Do the work, unless the ``sequenceId`` was here before (``Habits.sequence``) [INF].

        Raises:
            Refusal: it was, and that is not allowed; or the work cannot be done, and then it leaves no trace.
        """
        place = (what, sequence or "")
        if sequence is None or place not in self._answers or self.habits.sequence == "document":
            reply = work()
            if sequence is not None:
                self._answers.setdefault(place, reply)
            return reply
        if self.habits.sequence == "refuse":
            raise Refusal(f"The sequenceId {sequence} has been used already.", rule=True)
        return self._answers[place]

    # --- what several handlers ask

    def year(self, day: date) -> Year:
        """The financial year of a day.

        Raises:
            Refusal: none covers it (section 3, preconditions) [1, of the sister interface; INF here].
        """
        year = self.company.year_of(day)
        if year is None:
            raise Refusal(f"There is no financial year for {day}.", rule=True)
        return year

    def account(self, number: int, year: Year) -> Account:
        """An account that can be booked on in the year.

        Raises:
            Refusal: there is none [INF as above].
        """
        account = year.accounts.get(number)
        if account is None or not account.active:
            raise Refusal(f"The account {number} does not exist or is not active.", rule=True)
        return account

    def known_currency(self, code: str) -> str:
        """A currency of the register.

        Raises:
            Refusal: there is none such [INF as above].
        """
        if code not in self.company.currencies:
            raise Refusal(f"The currency {code} is not registered.", rule=True)
        return code

    def check_objects(self, body: Body) -> None:
        """Project and dimensions exist.

        Raises:
            Refusal: one does not [INF].
        """
        project = body.get("projectNumber")
        if project and project not in self.company.projects:
            raise Refusal(f"The project {project} does not exist.", rule=True)
        levels = {1: "One", 2: "Two"}
        for each in (*body.get("dimensions", ()), *body.get("voucherRowDimensions", ())):
            number = each.get("number", each.get("dimensionNumber"))
            kind = each.get("type", levels.get(each.get("dimensionLevel", 1)))
            if (kind, number) not in self.company.dimensions:
                raise Refusal(f"The dimension {kind} {number} does not exist.", rule=True)

    def customer(self, number: str) -> Contact:
        """A contact that is a customer and active.

        Raises:
            Refusal: there is none [INF].
        """
        for contact in self.contacts.values():
            if contact.body["number"] == number:
                if self.company.customer_type not in contact.body["contactTypes"]:
                    raise Refusal(f"The contact {number} is not a customer.", rule=True)
                if not contact.body.get("customer", {}).get("isActive", True):
                    raise Refusal(f"The customer {number} is not active.", rule=True)
                return contact
        raise Refusal(f"The customer {number} does not exist.", rule=True)
