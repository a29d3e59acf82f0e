"""Which ERP adapters the contract is held against: every registered one, and these from outside the tree.

More from outside, for their authors: ORDERBRO_CONTRACT="their.module=their.simulator_module, ...".
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest

from bridge import erps
from bridge.clock import ManualClock
from bridge.config import Config, parse
from bridge.config.option import Secret
from bridge.erps.context import ErpContext
from bridge.errors import Unanswerable
from bridge.model.documents import CustomerRecord, Document, DocumentKind, Key
from bridge.model.orders import Address, Customer, LineKind, Order, OrderLine
from bridge.ports import BooksCustomers, Capability, Erp
from bridge.sim import wsgi
from bridge.sim.booked import Booked, ErpSimulator
from tests.builders import a_line, key_of
from tests.support.configs import ShopOptions

Sections = Mapping[str, Mapping[str, str]]

OUTSIDE = "tests.support.slowbooks=tests.support.slowbooks_server"

WRONG = "wrong-token-0123456789"
SHOP = {"url": "https://shop.example", "secret": "ck_0123456789"}
RATES = {"exchange_rates": "EUR 11.45, DKK 1.53"}
BUYER = Customer(
    email="buyer@example.org",
    billing=Address(
        first_name="Bo",
        last_name="Ek",
        street="Torget 3",
        postcode="411 24",
        city="Göteborg",
        country="SE",
    ),
)
ARTICLES = {
    "TVAL-1": Decimal(25), "TVAL-12": Decimal(12), "TVAL-6": Decimal(6), "TVAL-0": Decimal(0)
}  # fmt: skip
"""What the company sells. There are ERPs in which the article decides the VAT, so each rate has one of its own."""


def adapters() -> dict[str, tuple[str, str]]:
    """What to call it, to adapter type and module of its simulator; other ways into an ERP are in its ``WAYS``."""
    registered = {name: (name, f"bridge.sim.{name}") for name in erps.REGISTRY}
    ways = {
        f"{name} over {way}": (name, f"{module}.{way}")
        for name, module in registered.values()
        for way in getattr(importlib.import_module(module), "WAYS", ())
    }
    pairs = f"{OUTSIDE},{os.environ.get('ORDERBRO_CONTRACT', '')}".split(",")
    outside = (pair.strip().partition("=") for pair in pairs if pair.strip())
    return registered | ways | {name: (name, module) for name, _, module in outside}


@dataclass
class Subject:
    """An adapter under test and the simulator behind it."""

    type: str
    folder: Path
    simulator: ErpSimulator
    clock: ManualClock
    _open: list[Erp] = field(default_factory=list)
    _customer: CustomerRecord | None = None
    _made: dict[str, Document] = field(default_factory=dict)

    def adapter(self, *, sections: Sections | None = None, **changes: str) -> Erp:
        """A fresh adapter, as after a restart; ``changes`` to its options, ``sections`` beside [erp]."""
        config = self.config(sections=sections, **changes)
        context = ErpContext.of(config, clock=self.clock, mounts=self.simulator.mounts)
        adapter: Any = erps.load(self.type)
        self._open.append(adapter(config.erp_options, context))
        return self._open[-1]

    def config(self, *, sections: Sections | None = None, **changes: str) -> Config:
        """What an owner would have written; with what this company needs beside [erp], if its simulator says so."""
        written: dict[str, dict[str, str]] = {
            "shop main": SHOP,
            "erp": {"type": self.type, **self.simulator.options, **changes},
            "orders": RATES,
        }
        for more in (getattr(self.simulator, "settings", {}), sections or {}):
            for name, lines in more.items():
                written[name] = {**written.get(name, {}), **lines}
        text = "\n".join(
            line
            for name, lines in written.items()
            for line in (f"[{name}]", *(f"{key} = {value}" for key, value in lines.items()))
        )
        options: dict[str, type] = {"shop": ShopOptions, "erp": erps.load(self.type).Options}
        return parse(
            text, adapters=lambda kind, _: options[kind], path=self.folder / "config.ini", environ={}
        )

    def secrets(self) -> tuple[str, ...]:
        """Every option that must never be shown."""
        options = self.config().erp_options
        values = [getattr(options, each.name) for each in fields(options)]
        return tuple(str(value) for value in values if isinstance(value, Secret) and value)

    def secret_names(self) -> list[str]:
        """The options that must never be shown."""
        options = self.config().erp_options
        return [each.name for each in fields(options) if isinstance(getattr(options, each.name), Secret)]

    def with_wrong_token(self) -> Erp:
        """An adapter all of whose secrets are wrong."""
        wrong: dict[str, Any] = dict.fromkeys(self.secret_names(), WRONG)
        return self.adapter(**wrong)

    def customer(self) -> CustomerRecord | None:
        """Whom everything is booked on, made when first asked for; None where the ERP keeps no customers."""
        adapter = self.adapter()
        if self._customer is None and Capability.CUSTOMERS in adapter.capabilities:
            self._customer = cast("BooksCustomers", adapter).put_customer(BUYER, existing=None)
        return self._customer

    def book(self, order: Order, *, adapter: Erp | None = None) -> Document:
        """As the bridge does it: ask first, unless the ERP's own fence makes that needless."""
        adapter = adapter or self.adapter()
        found = () if adapter.fenced else self.found(key_of(order), adapter=adapter)
        return found[0] if found else self.put(order, adapter=adapter)

    def found(self, key: Key, *, adapter: Erp | None = None) -> Sequence[Document]:
        """What bears the key, as the ERP answers; where it cannot be asked, what a person would see there.

        As the bridge does it: what it has made itself it knows, and for the rest it waits until somebody has looked.
        """
        asked = adapter or self.adapter()
        known = self.knows(asked, key)
        return self._seen(key, kind_of(asked)) if known is None else known

    def _seen(self, key: Key, kind: DocumentKind) -> list[Document]:
        own = self._made.get(str(key))
        return [
            replace(own, number=each.number, gross=each.gross)
            if own
            else Document(
                kind=DocumentKind.CREDIT if each.gross < 0 else kind,
                id=each.number,
                number=each.number,
                gross=each.gross,
                currency=each.currency,
            )
            for each in self.booked()
            if each.key == str(key)
        ]

    def made(self, key: Key, document: Document) -> Document:
        """The bridge's own store keeps it."""
        self._made[str(key)] = document
        return document

    def knows(self, adapter: Erp, key: Key) -> Sequence[Document] | None:
        """What it answers under a key; None: only a person can look there, and is told how."""
        try:
            return adapter.find_document(key)
        except Unanswerable as silent:
            told = silent.advice
        assert str(told or "")
        return None

    def can_be_asked(self, order: Order) -> bool:
        """Whether the ERP itself tells of what is booked: a bridge that remembers nothing finds it."""
        forgetful = self.adapter(sections={"bridge": {"data_dir": str(self.folder / "empty")}})
        return bool(self.knows(forgetful, key_of(order)))

    def put(self, order: Order, *, adapter: Erp) -> Document:
        """Make the document without asking."""
        key = key_of(order)
        return self.made(key, adapter.put_document(order, key, kind_of(adapter), customer=self.customer()))

    def settle(self, adapter: Erp) -> None:
        """Let the ERP have the time it asks for after a lost reply."""
        self.clock.advance(adapter.settle.total_seconds() + timedelta(seconds=1).total_seconds())

    def makes_document(self, environ: Mapping[str, Any]) -> bool:
        """Whether a call is the one that makes the document: any that writes, unless the simulator knows better."""
        told = getattr(self.simulator, "makes_document", None)
        return bool(told(environ)) if told else environ["REQUEST_METHOD"] not in {"GET", "HEAD"}

    def booked(self) -> list[Booked]:
        """What the ERP really holds."""
        return self.simulator.booked()

    def only(self) -> Booked:
        """The one document there must be."""
        (document,) = self.booked()
        return document

    def close(self) -> None:
        """Let go of everything."""
        for adapter in self._open:
            adapter.close()


def goods(net: str = "80.00", tax: str = "20.00", *, percent: str = "25", **changes: Any) -> OrderLine:
    """``a_line`` with an article whose rate at home it is."""
    sku = f"TVAL-{percent}" if f"TVAL-{percent}" in ARTICLES else "TVAL-1"
    kind = changes.get("kind", LineKind.PRODUCT)
    return a_line(net, tax, percent=percent, **{"sku": sku if kind is LineKind.PRODUCT else None, **changes})


def kind_of(adapter: Erp) -> DocumentKind:
    """What it does best."""
    return min(adapter.documents, key=list(DocumentKind).index)


@pytest.fixture(params=sorted(adapters()))
def subject(
    request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Subject]:
    """Each adapter in turn; a simulator that keeps silent takes the test clock's time, not ours."""
    monkeypatch.setattr(wsgi.mount, "__kwdefaults__", {"sleep": clock.sleep})
    type_name, module = adapters()[request.param]
    simulator = importlib.import_module(module).Simulator(tmp_path, clock.now)
    if hasattr(simulator, "stock_up"):
        simulator.stock_up(ARTICLES)
    subject = Subject(type=type_name, folder=tmp_path, simulator=simulator, clock=clock)
    yield subject
    subject.close()


@pytest.fixture
def wired(subject: Subject) -> Subject:
    """Only adapters that talk over a wire."""
    if subject.simulator.faults is None:
        pytest.skip("this ERP has no wire that could fail")
    subject.customer()  # there before anything fails
    return subject
