"""The simulated Fortnox as tests, demo and contract suite hold it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

from bridge.sim.booked import Booked, BookedRow
from bridge.sim.exchange import Exchange, Watcher
from bridge.sim.faults import Faults
from bridge.sim.fortnox import (
    articles,
    customers,
    documents,
    invoices,
    orders,
    payments,
    prices,
    registers,
    settings,
    warehouse,
)
from bridge.sim.fortnox.company import Company
from bridge.sim.fortnox.desks import CustomerDesk, GoodsDesk
from bridge.sim.fortnox.door import Door
from bridge.sim.fortnox.oauth import Desk
from bridge.sim.fortnox.people import People
from bridge.sim.fortnox.rows import is_text, total_of
from bridge.sim.fortnox.state import Entry, State
from bridge.sim.fortnox.totals import net_of
from bridge.sim.limit import Limit
from bridge.sim.wsgi import mount

__all__ = ["Simulator"]

BASE = "https://fortnox.example"
GOODS = {
    "TVAL-1": ("Tvål", 3001), "frakt": ("Frakt", 3520), "avgift": ("Avgift", 3540), "rabatt": ("Rabatt", 3730),
    "presentkort": ("Presentkort", 2421), "postforskott": ("Postförskott", 3540),
    "avrundning": ("Öresavrundning", 3740),
}  # fmt: skip


class Simulator(People):
    """A company at Fortnox, in memory, strict as fortnox facts say the real one is."""

    type = "fortnox"
    needs_articles = True
    watching: ClassVar[list[Watcher]] = []
    """Called with every exchange of every simulator of this run."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        """``folder`` is not needed: nothing outlives the process."""
        del folder
        self.company = Company()
        self.state = State(now=now, company=self.company)
        self.oauth = Desk(now=now, company=self.company)
        # 25 requests in any 5 seconds per integration and company, then 429 (section 3) [D]
        self.throttle = Limit(calls=25, seconds=5.0)
        self.one_search = True
        """Only one search parameter at a time (section 4) [D]; recorded answers of 2023 took two [L]."""
        self.watchers: list[Watcher] = []
        self.watched = True
        """Whether ``watching`` sees this one: a test of refusals asks what no adapter may ask."""
        self.log: list[dict[str, Any]] = []
        """Every call: method, path, query, body."""
        registers.fill(self.state)
        for number, (name, account) in GOODS.items():
            sent = {"ArticleNumber": number, "Description": name, "SalesAccount": account, "Unit": "st"}
            articles.create(self.state, sent)
        door = Door(self.state, self.oauth, self.throttle, self._routes(), watch=self._seen)
        self.app = door.app()
        self.faults = Faults(self.app.wsgi_app)
        self.app.wsgi_app = self.faults  # type: ignore[method-assign]
        self.base_url = BASE
        self.mounts: Mapping[str, Any] = {BASE: mount(self.app)}
        self.customers = CustomerDesk(self.state)
        self.goods = GoodsDesk(self.state)

    def _routes(self) -> list[Any]:
        def several() -> bool:
            return not self.one_search

        return [
            *customers.routes(several),
            *articles.routes(several),
            *prices.routes(),
            *orders.routes(several),
            *invoices.routes(several),
            *payments.routes(several),
            *registers.routes(),
            *settings.routes(),
            *warehouse.routes(),
        ]

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

    @property
    def options(self) -> dict[str, str]:
        """Keys of [erp]: a company that gives its consent once and for all (client credentials)."""
        return {
            "base_url": self.base_url,
            "token_url": f"{self.base_url}/oauth-v1/token",
            "client_id": self.oauth.client_id,
            "client_secret": self.oauth.client_secret,
            "tenant_id": self.company.tenant,
        }

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything that opens, or opened, a door."""
        return self.oauth.secrets

    @property
    def limit(self) -> int | None:
        """Calls in any 5 seconds; None: as many as anybody likes."""
        return self.throttle.calls

    @limit.setter
    def limit(self, calls: int | None) -> None:
        self.throttle.calls = calls

    @property
    def refused_calls(self) -> int:
        """How many were answered 429."""
        return self.throttle.refused

    @property
    def rates(self) -> dict[str, str]:
        """The register of currencies besides SEK."""
        return self.company.rates

    def grant_code(self, redirect: str = "", scope: str = "") -> str:
        """The company consents; the code that the browser brings back, good for ten minutes."""
        return self.oauth.grant_code(redirect, scope)

    def revoke(self) -> None:
        """The company takes its consent back: everything issued is dead, and nothing new is given."""
        self.oauth.revoke()

    def booked(self) -> list[Booked]:
        """Orders and invoices that stand; an order with an invoice counts once, as the invoice."""
        with self.state.lock:
            live = [each for each in self.state.orders.values() if each.values["InvoiceReference"] == "0"]
            found = [*live, *self.state.invoices.values()]
            return [self._booked(entry) for entry in found if not entry.values["Cancelled"]]

    def _booked(self, entry: Entry) -> Booked:
        values = entry.values
        rows = [
            BookedRow(
                code=row["ArticleNumber"] or str(row["AccountNumber"]),
                text=row["Description"],
                amount=net_of(total_of(row), row["VAT"], included=values["VATIncluded"]),
            )
            for row in entry.rows
            if not is_text(row)
        ]
        fees = [name for name in ("Freight", "AdministrationFee") if values[name]]
        rows += [BookedRow(code=name, text=name, amount=values[name]) for name in fees]
        return Booked(
            key=values["ExternalInvoiceReference1"],
            number=entry.number,
            gross=documents.totals_of(self.company, entry).total,
            currency=values["Currency"],
            dated=date.fromisoformat(values.get("OrderDate") or values["InvoiceDate"]),
            rows=tuple(rows),
        )

    def stock_up(self, rates: Mapping[str, Decimal]) -> None:
        """The company has these articles, each on the sales account of its rate."""
        accounts = {Decimal(25): 3001, Decimal(12): 3002, Decimal(6): 3003, Decimal(0): 3004}
        with self.state.lock:
            for sku, rate in rates.items():
                if sku not in self.state.articles:
                    sent = {
                        "ArticleNumber": sku,
                        "Description": sku,
                        "SalesAccount": accounts.get(rate, 3001),
                    }
                    articles.create(self.state, sent)
