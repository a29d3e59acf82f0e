"""The whole bridge as ``bridge.app.build`` makes it, in front of simulated shops and the SIE folder or any ERP."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.wrappers import Request, Response

from bridge.app import Bridge, adapter_options, build
from bridge.clock import ManualClock
from bridge.config import parse
from bridge.erps.sie.checker import across, check_bytes
from bridge.flows.dispatch import Step
from bridge.flows.notices import kept
from bridge.model.documents import Key, Purpose
from bridge.model.orders import OrderRef
from bridge.model.texts import Problem
from bridge.sim.booked import Booked
from bridge.sim.sie import Simulator
from bridge.sim.woocommerce import ShopSim
from bridge.sim.wsgi import mount
from bridge.store.records import Detail, State
from bridge.web import create_app

PASSWORD = "correct horse battery"

SHOP = """\
[shop {name}]
type = woocommerce
url = {url}
consumer_key = {key}
consumer_secret = {secret}
trigger_statuses = processing, completed
orders_from = 2020-01-01
"""


@dataclass
class Spoiler:
    """Stands before a shop and rewrites what it says of its orders."""

    app: Any
    row: Callable[[Any], Any] | None = None
    """What becomes of each order, in the list and alone."""
    page: Callable[[list[Any]], str] | None = None
    """What body the list of orders becomes."""

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Answer as the shop does, but for orders read."""
        asked = Request(environ)
        found = re.search(r"/orders(/[0-9]+)?$", asked.path)
        if found is None or asked.method != "GET" or not (self.row or self.page):
            return self.app(environ, start_response)
        reply = Response.from_app(self.app, environ)
        if reply.status_code == 200:
            answer = json.loads(reply.get_data())
            if self.row and isinstance(answer, list):
                answer = [self.row(each) for each in answer]
            elif self.row and "id" in answer:
                answer = self.row(answer)
            whole = self.page is None or found[1]
            reply.set_data(json.dumps(answer) if whole or self.page is None else self.page(answer))
        return reply(environ, start_response)


@dataclass
class Whole:
    """A bridge with one shop or more, and what tests want to do with it."""

    folder: Path
    clock: ManualClock
    shops: dict[str, ShopSim]
    scheme: str = "https"
    more: str = "[orders]\nexchange_rates = EUR 11.45\n"
    """More lines of the configuration."""
    erp: dict[str, str] = field(default_factory=dict)
    simulator: Any = None
    """The ERP behind it, an ``ErpSimulator``; None: the SIE folder."""

    def __post_init__(self) -> None:
        self.simulator = self.simulator or Simulator(self.folder, self.clock.now)
        self.spoilers = {name: Spoiler(sim.app) for name, sim in self.shops.items()}
        self.start()

    def url(self, name: str) -> str:
        """Where a shop is."""
        return f"{self.scheme}://{name}.example"

    def text(self) -> str:
        """The configuration as an owner would have written it."""
        shops = [
            SHOP.format(name=name, url=self.url(name), key=sim.key, secret=sim.secret)
            for name, sim in self.shops.items()
        ]
        options = {"type": "sie", **self.simulator.options, **self.erp}
        if hasattr(self.simulator, "type"):
            options["type"] = self.simulator.type
        erp = "\n".join(f"{key} = {value}" for key, value in options.items())
        return "\n".join([*shops, "[erp]", erp, self.more])

    def start(self) -> None:
        """Build the bridge, as at every start."""
        config = parse(self.text(), adapters=adapter_options, path=self.folder / "config.ini", environ={})
        mounts = {self.url(name): mount(app, sleep=self.clock.sleep) for name, app in self.spoilers.items()}
        mounts |= self.simulator.mounts
        self.bridge: Bridge = build(config, clock=self.clock, mounts=mounts)
        self.bridge.dispatcher.recover()

    def page(self) -> Flask:
        """The admin page in front of it."""
        return create_app(self.bridge, password=PASSWORD)

    def poll(self) -> None:
        """Read every shop, as the daemon does."""
        for name in self.shops:
            self.bridge.poller.poll(name, hurry=True)

    def sweep(self) -> None:
        """The daily reading."""
        for name in self.shops:
            self.bridge.poller.sweep(name)

    def drain(self, limit: int = 1000) -> list[Step]:
        """Carry out everything that is due."""
        steps: list[Step] = []
        while (step := self.bridge.dispatcher.step()) is not Step.IDLE:
            steps.append(step)
            assert len(steps) < limit, "it never ends"
        return steps

    def work(self) -> list[Step]:
        """Poll and carry out."""
        self.poll()
        return self.drain()

    def pass_time(self, **length: float) -> None:
        """Let time go by."""
        self.clock.advance(timedelta(**length).total_seconds())

    def detail(self, order: object, *, shop: str = "main", purpose: Purpose = Purpose.ORDER) -> Detail | None:
        """All that is known about an order's entry."""
        ref = OrderRef(shop=shop, id=str(order))
        return self.bridge.store.reads.by_key(Key(ref, purpose))

    def state(self, order: object, *, shop: str = "main", purpose: Purpose = Purpose.ORDER) -> State | None:
        """Its state; None: it is not in the outbox."""
        found = self.detail(order, shop=shop, purpose=purpose)
        return found.entry.state if found else None

    def notices(self, shop: str = "main") -> tuple[Problem, ...]:
        """What the last poll complained of."""
        store = self.bridge.store
        return (*kept(store, f"poll:{shop}"), *kept(store, f"shop:{shop}"))

    def booked(self) -> dict[str, Booked]:
        """What an accounting program finds in the folder, by key; refuses what it would refuse."""
        found = self.simulator.booked()
        assert len({each.key for each in found}) == len(found), "booked twice"
        return {each.key: each for each in found}

    def findings(self) -> list[str]:
        """What the strict checker says about the files, one by one and together."""
        files = {path.name: path.read_bytes() for path in sorted(self.simulator.folder.rglob("*.si"))}
        alone = [f"{name}: {each}" for name, data in files.items() for each in check_bytes(data)]
        return alone + [f"{name}: {each}" for name, each in across(files)]

    def close(self) -> None:
        """Let go of everything."""
        self.bridge.close()


def plain_orders(sim: ShopSim) -> dict[int, Any]:
    """The shop's orders without what a mark may change."""
    return {
        ident: {
            key: value
            for key, value in order.items()
            if key not in ("meta_data", "date_modified", "date_modified_gmt")
        }
        for ident, order in sim.orders.items()
    }


def own_meta(sim: ShopSim, ident: int) -> dict[str, str]:
    """What the bridge wrote on an order."""
    rows = sim.order(ident)["meta_data"]
    ours = [(row["key"], row["value"]) for row in rows if row["key"].startswith("_orderbro")]
    assert len(dict(ours)) == len(ours), "the same key twice"
    return dict(ours)
