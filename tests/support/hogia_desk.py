"""A company at the simulated Hogia, and the parts of the adapter that make invoices in front of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.clock import ManualClock
from bridge.config import Config, parse
from bridge.erps.context import ErpContext
from bridge.erps.hogia_smart.core import Core
from bridge.erps.hogia_smart.credits import Credits
from bridge.erps.hogia_smart.documents import Documents
from bridge.erps.hogia_smart.finding import Finding
from bridge.erps.hogia_smart.options import Options
from bridge.model.documents import Correction, CustomerRecord, Document, Key
from bridge.model.orders import Order
from bridge.sim.hogia_smart import Simulator
from bridge.sim.wsgi import mount
from tests.builders import key_of
from tests.support.configs import ShopOptions

OLDER, NEWER = "a_2024_11", "a_2025_03"
SHOP = "[shop main]\nurl = https://shop.example\nsecret = ck_0123456789\n"
RATES = "[orders]\nexchange_rates = EUR 11.45, USD 10.40, GBP 13.20, DKK 1.53, JPY 0.07\n"
OSS = {"DE": (19, 7), "DK": (25,), "FI": (25.5, 13.5), "NL": (21, 9), "FR": (20, 5.5), "PL": (23, 8)}
ABROAD = "[accounts]\n" + "\n".join(
    f"sales_{country}_{rate} = {number}"
    for number, (country, rate) in enumerate(
        ((country, rate) for country, rates in OSS.items() for rate in rates), 3201
    )
)
"""The simulated company's accounts per country and rate, as an owner names them: needed where accounts tell VAT."""


@dataclass
class Desk:
    """One company; ``again`` is a restart."""

    folder: Path
    clock: ManualClock
    _open: list[Core] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sim = Simulator(self.folder, self.clock.now)
        self.sim.limit = None
        self.mounts = {prefix: mount(self.sim.app, sleep=self.clock.sleep) for prefix in self.sim.mounts}
        self.customer = CustomerRecord(id="", number=self.sim.customers.keep(name="Webbkund", org_number=""))
        self.again()

    def again(
        self, more: str = RATES, *, shop: str = "", own: Mapping[str, str] | None = None, **erp: str
    ) -> None:
        """``more``: further sections; ``shop``: lines of [shop main]; ``own``: entries of the owner's own profile."""
        config = self.config(more, shop=shop, own=own or {}, **erp)
        core = Core.of(config.erp_options, ErpContext.of(config, clock=self.clock, mounts=self.mounts))
        self._open.append(core)
        self.core = core
        self.finding = Finding(core)
        self.documents = Documents(core, self.finding)
        self.credits = Credits(core, self.documents, self.finding)

    def config(self, more: str, *, shop: str, own: Mapping[str, str], **erp: str) -> Config:
        """What an owner would have written."""
        lines = {"type": "hogia_smart", **self.sim.options, **erp}
        if own:
            entries = "".join(
                f'[{name.rpartition(".")[0]}]\n{name.rpartition(".")[2]} = {{ value = "{value}" }}\n'
                for name, value in own.items()
            )
            (self.folder / "own.toml").write_text(f'based_on = "{lines["profile"]}"\n{entries}', "utf-8")
            lines["profile"] = "own.toml"
        keys = "\n".join(f"{key} = {value}" for key, value in lines.items())
        options: dict[str, type] = {"shop": ShopOptions, "erp": Options}
        return parse(
            f"{SHOP}{shop}\n[bridge]\ndata_dir = {self.folder}\n[erp]\n{keys}\n{more}",
            adapters=lambda kind, _: options[kind],
            path=self.folder / "config.ini",
            environ={},
        )

    def book(self, order: Order, *, customer: bool = True) -> Document:
        """Without asking first."""
        record = self.customer if customer else None
        return self.documents.make(self.documents.prepare(order, key_of(order), customer=record))

    def credit(self, correction: Correction, key: Key, original: Document) -> Document:
        """Without asking first."""
        return self.credits.put(correction, key, original)

    def posted(self, path: str = "/customerinvoices") -> dict[str, Any]:
        """The last body sent there."""
        sent = [each for each in self.sim.log if each["method"] == "POST" and each["path"].endswith(path)]
        return dict(sent[-1]["body"])

    def close(self) -> None:
        """Let go of everything."""
        for core in self._open:
            core.close()
