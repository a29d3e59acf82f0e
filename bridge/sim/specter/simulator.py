"""The simulated account as tests and the demo hold it in their hands."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs

from bridge.sim.booked import Booked, BookedRow
from bridge.sim.exchange import Exchange, Watcher
from bridge.sim.faults import Faults, Kind, Match
from bridge.sim.specter import orders, work
from bridge.sim.specter.account import Account, ApiUser
from bridge.sim.specter.door import ASP_FAULT, Door, build_app
from bridge.sim.specter.journal import Journal
from bridge.sim.specter.people import CustomerDesk, Shelves
from bridge.sim.specter.pings import Bell
from bridge.sim.specter.reckoning import row_net, totals
from bridge.sim.specter.state import Order, State
from bridge.sim.specter.wire import LETTERS
from bridge.sim.wsgi import mount

__all__ = ["Simulator"]

USER = "17"
USER_KEY = "specter-api-user-key-0123456789"
INTEGRATION_KEY = "specter-integration-key-0123456789"
MD5_KEY_1 = "specter-md5-key-one-0123456789"
MD5_KEY_2 = "specter-md5-key-two-0123456789"
ADDRESS = "https://specter.example"
ARTICLES = ("TVAL-1", "frakt", "avgift", "rabatt", "postforskott")
WITHOUT_VAT = ("presentkort", "avrundning")


class Simulator:
    """A Specter account in memory with a journal in ``folder``; every public method may be called from any thread."""

    type = "specter"
    needs_articles = True
    own_rates = True  # newOrderSubmit has a currency and no rate (specter facts, section 5.2) [1]
    tells_in_stock = False
    """Only what may be sold (specter facts, section 5.4) [1]."""
    tells_invoices = False
    """How an invoiced order looks in a batch is not known, nor whether its invoice is told (section 12) [UNK]."""
    settings: ClassVar[Mapping[str, Mapping[str, str]]] = {"payments": {"stripe": "mode:-"}}
    """``WantsSettings``: its code for card payments by Stripe nobody has told (section 5.2) [UNK]."""
    secrets = (USER_KEY, INTEGRATION_KEY, MD5_KEY_1, MD5_KEY_2)
    watching: ClassVar[list[Watcher]] = []
    """Called with every exchange of every instance that is ``watched``."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self.watchers: list[Watcher] = []
        self.watched = True
        """False: the class's watchers look away; this instance is asked wrong things on purpose."""
        self.log: list[dict[str, Any]] = []
        self._guard = threading.Lock()
        self.account = Account(
            users={USER: ApiUser(key=USER_KEY)},
            integration_key=INTEGRATION_KEY,
            md5_key_1=MD5_KEY_1,
            md5_key_2=MD5_KEY_2,
        )
        """Registers, settings and switches; change what you like."""
        self.state = State(now, self.account, Journal(folder))
        self.bell = Bell()
        """The shop's addresses that are called on changes."""
        self.customers = CustomerDesk(self.state)
        self.goods = Shelves(self.state, self.ring)
        for sku in ARTICLES:
            self.goods.service(sku)
        for sku in WITHOUT_VAT:
            self.goods.service(sku, vat=0)
        self.app = build_app(Door(self.state, self._saw, self.ring))
        self.faults = Faults(self.app.wsgi_app)
        self.app.wsgi_app = self.faults  # type: ignore[method-assign]
        self.base_url = ADDRESS
        self.mounts: Mapping[str, Any] = {self.base_url: mount(self.app)}

    @property
    def options(self) -> dict[str, str]:
        """The keys of [erp] for a company that is set up well."""
        if self.account.version == 1:
            return {
                "base_url": self.base_url,
                "sbm_id": self.account.sbm_id,
                "signature": "v1",
                "md5_key_1": self.account.md5_key_1,
                "md5_key_2": self.account.md5_key_2,
            }
        return {
            "base_url": self.base_url,
            "sbm_id": self.account.sbm_id,
            "signature": "v2",
            "api_user_id": USER,
            "api_user_key": self.account.users[USER].key,
            "integration_key": self.account.integration_key,
        }

    def _saw(self, exchange: Exchange) -> None:
        with self._guard:
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

    def ring(self) -> None:
        """Tell the shop what happened since; every call and every piece of work does so itself."""
        with self.state.lock:
            events, self.state.events[:] = list(self.state.events), []
        self.bell.ring(events)

    def asp_fault(self, *, status: int = 500, work: bool = False, match: Match = None) -> None:
        """The next call gets the page of a script that fell over; ``work``: after it had done its work."""
        self.faults.add(
            Kind.ANSWER,
            match=match,
            status=status,
            body=ASP_FAULT,
            work=work,
            headers={"Content-Type": "text/html"},
        )

    def makes_document(self, environ: Mapping[str, Any]) -> bool:
        """``TakesSteps``: customer and articles come first."""
        asked = parse_qs(environ["QUERY_STRING"].lower(), encoding=LETTERS)
        return asked.get("action") == ["newordersubmit"]

    # --- what one can see

    def booked(self) -> list[Booked]:
        """Orders that are not removed; an order that became an invoice only as that, whole."""
        with self.state.lock:
            return [self._booked(each) for each in self.state.orders.values() if not each.removed]

    def _booked(self, order: Order) -> Booked:
        invoices = [each.no for each in self.state.invoices.values() if each.order == order.no]
        return Booked(
            key=order.key,
            number=str(invoices[0] if invoices else order.no),
            gross=totals(self.account, order.rows).gross,
            currency=order.currency,
            dated=order.dated,
            rows=tuple(
                BookedRow(code=row.article, text=row.text, amount=row_net(self.account, row))
                for row in order.rows
            ),
        )

    @property
    def mails(self) -> list[str]:
        """Numbers of the orders whose confirmation was mailed to the buyer."""
        with self.state.lock:
            return [str(each.no) for each in self.state.orders.values() for _ in range(each.mails)]

    @property
    def payments(self) -> dict[str, Decimal]:
        """What is in the books as paid, per invoice."""
        with self.state.lock:
            return {str(each.no): each.paid for each in self.state.invoices.values() if each.paid}

    @property
    def captured(self) -> dict[str, Decimal]:
        """What Klarna was told to charge, per order."""
        with self.state.lock:
            sums: dict[str, Decimal] = {}
            for each in self.state.invoices.values():
                if each.captured:
                    sums[str(each.order)] = sums.get(str(each.order), Decimal(0)) + each.captured
            return sums

    # --- people at work

    @contextmanager
    def _at_work(self) -> Iterator[State]:
        with self.state.lock:
            yield self.state
        self.ring()

    def stock_up(self, rates: Mapping[str, Decimal]) -> None:
        """The company has these articles."""
        for sku, rate in rates.items():
            self.goods.put(sku, vat=str(int(rate)))

    def deliver(self, number: str, *, share: Decimal = Decimal(1), tracking: str = "") -> None:
        """So much of each row leaves, whole pieces, in one parcel with this tracking number."""
        with self._at_work() as state:
            work.deliver(state, work.found(state, number), share, tracking)

    def invoice(self, number: str, *, delivered: bool = False) -> str:
        """The order becomes an invoice, all of it that is on none yet or only what has been delivered; its number.

        An invoice is booked already.
        """
        with self._at_work() as state:
            if int(number) in state.invoices:
                return number
            return str(work.invoice(state, work.found(state, number), delivered=delivered).no)

    def pay(self, number: str) -> None:
        """The order's invoices are paid whole; what is not invoiced is invoiced first."""
        with self._at_work() as state:
            work.pay(state, work.found(state, number))

    def annul(self, number: str) -> None:
        """The order is removed by hand."""
        with self._at_work() as state:
            work.remove(state, work.found(state, number))

    def twin(self, key: str) -> None:
        """Somebody else books the same key once more, past the control."""
        with self._at_work() as state:
            for order in orders.standing(state, key)[:1]:
                copy = deepcopy(order)
                copy.no, copy.mails = state.next("order"), 0
                orders.book(state, copy, own=False)
