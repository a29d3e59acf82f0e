"""The simulated agreement as tests and the demo hold it in their hands."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

from bridge.sim.booked import Booked, BookedRow
from bridge.sim.economic import (
    attachments,
    customers,
    invoices,
    journals,
    orders,
    products,
    registers,
    setup,
    sums,
)
from bridge.sim.economic.company import EU_RATES, Company
from bridge.sim.economic.door import Access, Door, build_app
from bridge.sim.economic.people import CustomerDesk, Shelves
from bridge.sim.economic.state import Doc, State
from bridge.sim.exchange import Exchange, Watcher
from bridge.sim.faults import Faults
from bridge.sim.wsgi import mount

__all__ = ["Simulator"]

APP_SECRET = "economic-app-secret-0123456789"  # noqa: S105 - opens nothing but the simulator
GRANT = "economic-grant-token-0123456789"
ADDRESS = "https://economic.example"
ARTICLES = ("TVAL-1", "frakt", "avgift", "rabatt", "postforskott")
WITHOUT_VAT = ("presentkort", "avrundning")
"""A gift card is paid with, not sold, and rounding has no VAT: of the 0 % group, or no document adds up."""


class Simulator:
    """An e-conomic agreement in memory; every public method may be called from any thread."""

    type = "economic"
    needs_articles = True
    sends_mail = False
    """Sending of orders and invoices is not offered over the interface (economic facts, section 9) [D19]."""
    delivers = False
    """Registered as sent is said of the paper; rows have no deliveries (section 9) [D19]."""
    secrets = (APP_SECRET, GRANT)
    watching: ClassVar[list[Watcher]] = []
    """Called with every exchange of every instance that is ``watched``."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        del folder  # everything is in memory
        self.watchers: list[Watcher] = []
        self.watched = True
        """False: the class's watchers look away; this instance is asked wrong things on purpose."""
        self.log: list[dict[str, Any]] = []
        self._calls: Counter[date] = Counter()
        self._now = now
        self._guard = threading.Lock()
        self.state = State(now, ADDRESS)
        self.access = Access(APP_SECRET, GRANT)
        self.customers = CustomerDesk(self.state)
        self.goods = Shelves(self.state)
        for sku in ARTICLES:
            self.goods.stock_up(sku, Decimal(25))
        for sku in WITHOUT_VAT:
            self.goods.stock_up(sku, Decimal(0))
        parts = (registers, setup, customers, products, orders, invoices, sums, attachments, journals)
        routes = [route for part in parts for route in part.ROUTES]
        door = Door(self.state, State(now, ADDRESS), routes, self.access, self._saw)
        self.app = build_app(door)
        self.faults = Faults(self.app.wsgi_app)
        self.app.wsgi_app = self.faults  # type: ignore[method-assign]
        self.base_url = ADDRESS
        self.mounts: Mapping[str, Any] = {self.base_url: mount(self.app)}

    @property
    def company(self) -> Company:
        """The registers and settings; change what you like."""
        return self.state.company

    @property
    def old_errors(self) -> bool:
        """Whether refusals have the documented older shape (section 6) [D19]."""
        return self.access.old_errors

    @old_errors.setter
    def old_errors(self, old: bool) -> None:
        self.access.old_errors = old

    @property
    def idempotency(self) -> bool:
        """Whether ``Idempotency-Key`` replays answers (section 5)."""
        return self.access.idempotency

    @idempotency.setter
    def idempotency(self, on: bool) -> None:
        self.access.idempotency = on

    @property
    def options(self) -> dict[str, str]:
        """The keys of [erp] for a company that is set up well."""
        return {
            "base_url": self.base_url,
            "app_secret_token": APP_SECRET,
            "agreement_grant_token": GRANT,
            "layout": "19",
            "payment_terms": "2",
            "customer_group": "1",
            **{f"vat_zone_{country}": name for name, (country, *_) in EU_RATES.items()},
            "group_25": "1",
            "group_12": "2",
            "group_6": "3",
            "group_0": "4",
            "journal": "1",
        }

    @property
    def calls_today(self) -> int:
        """Calls of this UTC day: the vendor's fair use is 50,000 in 24 hours (section 4) [D]."""
        with self._guard:
            return self._calls[self._now().date()]

    def _saw(self, exchange: Exchange) -> None:
        with self._guard:
            self._calls[self._now().date()] += 1
            self.log.append(
                {
                    "method": exchange.method,
                    "path": exchange.path,
                    "query": exchange.query,
                    "body": exchange.body,
                }
            )
        for watcher in (*self.watchers, *(self.watching if self.watched else ())):
            watcher(exchange)

    # --- what one can see

    def booked(self) -> list[Booked]:
        """Orders and invoices that stand; an order that became an invoice only as that."""
        with self.state.lock:
            state = self.state
            standing = [doc for doc in state.orders.values() if doc.place != "archived"]
            docs = [*standing, *state.drafts.values(), *state.booked.values()]
            return [_booked(doc) for doc in docs]

    @property
    def mails(self) -> list[str]:
        """Never any: the API sends no mail of orders and invoices (section 9) [D19]."""
        return []

    @property
    def payments(self) -> dict[str, Decimal]:
        """What is in the books as paid, per invoice."""
        with self.state.lock:
            return {str(doc.number): doc.paid for doc in self.state.booked.values() if doc.paid}

    # --- what people do

    def stock_up(self, rates: Mapping[str, Decimal]) -> None:
        """The company has these articles, each in the group of its rate."""
        for sku, rate in rates.items():
            self.goods.stock_up(sku, rate)

    def revoke(self) -> None:
        """The customer takes the grant back: every call is 401 (section 2) [D19]."""
        self.access.grants.clear()

    def grant(self) -> None:
        """And gives it again."""
        self.access.grants.add(GRANT)

    def deliver(self, number: str, *, share: Decimal = Decimal(1)) -> None:
        """REST knows no delivery of rows (section 9) [D19]: the whole order is registered as sent, or nothing is.

        Raises:
            ValueError: a part only, or of an invoice; that cannot be said in e-conomic's REST.
            LookupError: there is no such document.
        """
        if share != 1:
            raise ValueError("e-conomic's REST has no partial delivery")
        with self.state.lock:
            doc = self._document(_number(number))
            if doc.number not in self.state.orders:
                raise ValueError("e-conomic's REST has no delivery of an invoice")
            doc.place = "sent"
            doc.touched = self.state.now

    def invoice(self, number: str) -> str:
        """The order is upgraded to an invoice, which is booked; a draft invoice is only booked.

        Raises:
            Refusal: it cannot be booked as it is.
            LookupError: there is no such document.
        """
        with self.state.lock:
            doc = self._document(_number(number))
            if doc.place == "booked":
                return str(doc.number)
            return str(
                invoices.book(
                    self.state, doc if doc.number in self.state.drafts else self._upgraded(doc)
                ).number
            )

    def _document(self, number: int) -> Doc:
        """What stands under the number today: an order that went on is found as its invoice."""
        state = self.state
        order = state.orders.get(number)
        if order is not None and order.place != "archived":
            return order
        for table in (state.booked, state.drafts):
            for doc in table.values():
                if number in (doc.number, doc.order):
                    return doc
        raise LookupError(number)

    def _upgraded(self, order: Doc) -> Doc:
        state = self.state
        made = state.next("draft", taken=state.drafts.__contains__)
        state.drafts[made] = Doc(
            number=made,
            body=order.body,
            place="drafts",
            totals=order.totals,
            touched=state.now,
            order=order.number,
        )
        orders.put_away(state, order)
        return state.drafts[made]

    def pay(self, number: str) -> None:
        """A booked payment of all that is left; what is no booked invoice yet is invoiced first.

        Raises:
            LookupError: there is no such document.
        """
        with self.state.lock:
            doc = self.state.booked[int(self.invoice(number))]
            journals.settle(self.state, doc.number, invoices.remainder(doc))

    def annul(self, number: str) -> None:
        """An order or a draft is deleted by hand.

        Raises:
            ValueError: it is a booked invoice, which stays for ever.
            LookupError: there is no such document.
        """
        with self.state.lock:
            doc = self._document(_number(number))
            if doc.place == "booked":
                raise ValueError("a booked invoice cannot be deleted")
            if doc.place == "sent":
                doc.place = "archived"  # as DELETE does (section 9) [D19]
                return
            table = self.state.drafts if doc.number in self.state.drafts else self.state.orders
            del table[doc.number]

    def book_journal(self, number: int = 1) -> int:
        """Somebody books the journal; returns how many entries there were."""
        with self.state.lock:
            return journals.book_journal(self.state, number)

    def twin(self, key: str) -> None:
        """Somebody else books the same key once more."""
        with self.state.lock:
            for table in (self.state.orders, self.state.drafts):
                for doc in list(table.values()):
                    if _key(doc) == key:
                        number = self.state.next("order" if table is self.state.orders else "draft")
                        table[number] = Doc(
                            number=number,
                            body=doc.body,
                            place=doc.place,
                            totals=doc.totals,
                            touched=doc.touched,
                        )
                        return


def _number(text: str) -> int:
    """Of whatever an adapter calls a document: ``12`` or ``orders/drafts/12``."""
    return int(text.rstrip("/").rpartition("/")[2].rpartition(":")[2])


def _key(doc: Doc) -> str:
    return str(doc.body.get("references", {}).get("other", ""))


def _booked(doc: Doc) -> Booked:
    rows = zip(doc.body.get("lines", []), doc.totals.per_line, strict=True)
    return Booked(
        key=_key(doc),
        number=str(doc.number),
        gross=doc.totals.gross,
        currency=doc.body["currency"],
        dated=date.fromisoformat(doc.body["date"]),
        rows=tuple(
            BookedRow(code=line["product"]["productNumber"], text=line.get("description", ""), amount=amount)
            for line, amount in rows
            if "product" in line
        ),
    )
