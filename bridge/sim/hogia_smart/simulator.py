"""The simulated company as tests, demo and contract suite hold it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from bridge.sim.exchange import Exchange, Watcher
from bridge.sim.faults import Faults
from bridge.sim.hogia_smart import contacts, invoices, registers, vouchers
from bridge.sim.hogia_smart.company import Company
from bridge.sim.hogia_smart.door import TOKEN_PATH, Door
from bridge.sim.hogia_smart.habits import Habits
from bridge.sim.hogia_smart.oauth import Desk
from bridge.sim.hogia_smart.people import CustomerDesk, People, Shelf
from bridge.sim.hogia_smart.state import State
from bridge.sim.limit import Limit
from bridge.sim.wsgi import mount

__all__ = ["Simulator"]

BASE = "https://hogia.example"
PROFILE = "a_2024_11"


class Simulator(People):
    """A company at api.hogia.se, in memory; every public method may be called from any thread."""

    type = "hogia_smart"
    needs_articles = False
    """A priced row names no article in either body; only the newer body's own row for articles does (section 2.3)."""
    sends_mail = False
    delivers = False
    settings: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "accounts": {"receivable": "1510"},
        "payments": {
            **dict.fromkeys(("bacs", "cheque", "cod", "swish"), "1930"),
            **dict.fromkeys(("stripe", "paypal"), "1580"),
            **dict.fromkeys(("kco", "klarna_payments"), "1686"),
        },
    }
    """A payment moves a debt to where the money is: so the two must be accounts of their own (section 7) [DOC]."""
    watching: ClassVar[list[Watcher]] = []
    """Called with every exchange of every simulator that is ``watched``."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        """``folder`` is not needed: nothing outlives the process."""
        del folder
        self.state = State(now)
        self.oauth = Desk(now=now)
        # there is a limit, and 429 says so (section 2.1) [DOC]; how much is [UNK]: a guess
        self.throttle = Limit(calls=100, seconds=60.0)
        self.customers = CustomerDesk(self.state)
        self.goods = Shelf(self.state)
        self.watchers: list[Watcher] = []
        self.watched = True
        self.log: list[dict[str, Any]] = []
        """Every call: method, path, query, body, status."""
        self.profile = PROFILE
        parts = (registers, contacts, invoices, vouchers)
        routes = [route for part in parts for route in part.ROUTES]
        self.app = Door(self.state, self.oauth, self.throttle, routes, watch=self._seen).app()
        self.faults = Faults(self.app.wsgi_app)
        self.app.wsgi_app = self.faults  # type: ignore[method-assign]
        self.base_url = BASE
        self.mounts: Mapping[str, Any] = {BASE: mount(self.app)}

    @property
    def company(self) -> Company:
        """The registers; change what you like."""
        return self.state.company

    @property
    def habits(self) -> Habits:
        """What is uncertain, one switch each."""
        return self.state.habits

    @property
    def lists_invoices(self) -> bool:
        """Whether invoices can be read again: not proven, so off unless switched on."""
        return self.habits.lists_invoices

    @lists_invoices.setter
    def lists_invoices(self, on: bool) -> None:
        self.habits.lists_invoices = on

    @property
    def limit(self) -> int | None:
        """Calls in any minute; None: as many as anybody likes."""
        return self.throttle.calls

    @limit.setter
    def limit(self, calls: int | None) -> None:
        self.throttle.calls = calls

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything that opens, or opened, a door."""
        return self.oauth.secrets

    @property
    def options(self) -> dict[str, str]:
        """The keys of [erp] for a company that is set up well."""
        return {
            "transport": "api",
            "base_url": self.base_url,
            "token_url": f"{self.base_url}{TOKEN_PATH}",
            "client_id": self.oauth.client_id,
            "client_secret": self.oauth.client_secret,
            "organization_id": self.company.id,
            "profile": self.profile,
        }

    @staticmethod
    def makes_document(environ: Mapping[str, Any]) -> bool:
        """``TakesSteps``: a token and a customer are written before it."""
        return environ["REQUEST_METHOD"] == "POST" and str(environ["PATH_INFO"]).endswith("/customerinvoices")

    def revoke(self) -> None:
        """The vendor closes the client: no token is good any more, and none is given."""
        self.oauth.allowed = False
        self.oauth.expire()

    def _seen(self, exchange: Exchange) -> None:
        self.log.append(
            {
                "method": exchange.method,
                "path": exchange.path,
                "query": exchange.query,
                "body": exchange.body,
                "status": exchange.status,
            }
        )
        for watcher in (*self.watchers, *(self.watching if self.watched else ())):
            watcher(exchange)
