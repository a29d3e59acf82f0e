"""A company at the simulated Fortnox, and the parts of the adapter in front of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.clock import Clock, ManualClock
from bridge.config import Config, parse
from bridge.erps.context import ErpContext
from bridge.erps.fortnox.core import Core
from bridge.erps.fortnox.options import Options
from bridge.erps.fortnox.tokens import endpoint, tokens
from bridge.sim.fortnox import Simulator
from bridge.sim.wsgi import mount
from bridge.transport.oauth2 import TokenSource
from tests.support.configs import ShopOptions

SHOP = "[shop main]\nurl = https://shop.example\nsecret = ck_0123456789\n"


@dataclass
class Office:
    """One company, one folder; every ``core()`` is as after a restart."""

    folder: Path
    clock: ManualClock
    more: str = ""
    """Further sections of the configuration."""
    erp: dict[str, str] = field(default_factory=dict)
    """Keys of [erp] that differ from the simulator's own."""
    shop: str = ""
    """Further lines of [shop main]."""
    _open: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sim = Simulator(self.folder, self.clock.now)
        self.mounts = {prefix: mount(self.sim.app, sleep=self.clock.sleep) for prefix in self.sim.mounts}

    def config(self, **changes: str) -> Config:
        """What an owner would have written."""
        lines = {"type": "fortnox", **self.sim.options, **self.erp, **changes}
        erp = "\n".join(f"{key} = {value}" for key, value in lines.items())
        options: dict[str, type] = {"shop": ShopOptions, "erp": Options}
        return parse(
            f"{SHOP}{self.shop}[erp]\n{erp}\n{self.more}",
            adapters=lambda kind, _: options[kind],
            path=self.folder / "config.ini",
            environ={},
        )

    def options(self, **changes: str) -> Options:
        """The keys of [erp]."""
        found: Options = self.config(**changes).erp_options
        return found

    def context(self, **changes: str) -> ErpContext:
        """The rest of the house."""
        config = self.config(**changes)
        return ErpContext.of(config, clock=self.clock, mounts=self.mounts)

    def core(self, **changes: str) -> Core:
        """What the parts of the adapter are built with."""
        return self._kept(Core.of(self.options(**changes), self.context(**changes)))

    def source(self, clock: Clock | None = None, **changes: str) -> TokenSource:
        """Its tokens alone."""
        made = tokens(
            self.options(**changes),
            data_dir=self.folder / "data",
            clock=clock or self.clock,
            mounts=self.mounts,
        )
        return self._kept(made)

    def connect(self) -> None:
        """A person consents, as by ``bridge connect fortnox``; the refresh token is kept."""
        options = self.options(tenant_id="")
        code = self.sim.grant_code("http://127.0.0.1:8788/")
        desk = self._kept(endpoint(options, clock=self.clock, mounts=self.mounts))
        answer = desk.ask(grant_type="authorization_code", code=code, redirect_uri="http://127.0.0.1:8788/")
        self.source(tenant_id="").adopt(answer)

    @property
    def file(self) -> Path:
        """Where the refresh token is."""
        return self.folder / "data" / "tokens" / "fortnox.json"

    def _kept(self, part: Any) -> Any:
        self._open.append(part)
        return part

    def close(self) -> None:
        """Let go of everything."""
        for part in self._open:
            part.close()
