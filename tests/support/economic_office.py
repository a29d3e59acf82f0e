"""An agreement at the simulated e-conomic, and the parts of the adapter in front of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.clock import ManualClock
from bridge.config import Config, parse
from bridge.erps.context import ErpContext
from bridge.erps.economic.client import Client
from bridge.erps.economic.core import Core
from bridge.erps.economic.options import Options
from bridge.sim.economic import Simulator
from bridge.sim.wsgi import mount
from tests.support.configs import ShopOptions

SHOP = "[shop main]\nurl = https://shop.example\nsecret = ck_0123456789\n"


@dataclass
class Office:
    """One company; every ``core()`` is as after a restart."""

    folder: Path
    clock: ManualClock
    _open: list[Client] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sim = Simulator(self.folder, self.clock.now)
        self.mounts = {prefix: mount(self.sim.app, sleep=self.clock.sleep) for prefix in self.sim.mounts}

    def core(self, more: str = "", *, shop: str = "", without: str = "", **erp: str) -> Core:
        """``more``: further sections; ``shop``: further lines of [shop main]; ``without``: keys of [erp] left out."""
        config = self.config(more, shop=shop, without=without, **erp)
        context = ErpContext.of(config, clock=self.clock, mounts=self.mounts)
        core = Core.of(config.erp_options, context)
        self._open.append(core.client)
        return core

    def config(self, more: str = "", *, shop: str = "", without: str = "", **erp: str) -> Config:
        """What an owner would have written."""
        left = {name: value for name, value in self.sim.options.items() if name not in without.split()}
        lines = {"type": "economic", **left, **erp}
        keys = "\n".join(f"{key} = {value}" for key, value in lines.items())
        options: dict[str, type] = {"shop": ShopOptions, "erp": Options}
        return parse(
            f"{SHOP}{shop}\n[erp]\n{keys}\n{more}",
            adapters=lambda kind, _: options[kind],
            path=self.folder / "config.ini",
            environ={},
        )

    def said(self, method: str = "") -> list[dict[str, Any]]:
        """What was asked of the simulator, by method."""
        return [each for each in self.sim.log if not method or each["method"] == method]

    def close(self) -> None:
        """Let go of the connections."""
        for client in self._open:
            client.close()
