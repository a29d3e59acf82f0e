"""Hogia's client of ours, with the simulated company behind it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from bridge.clock import ManualClock
from bridge.config.option import Secret
from bridge.erps.hogia_smart.client import Client, tokens
from bridge.erps.hogia_smart.options import Options
from bridge.erps.hogia_smart.profile import load
from bridge.sim.hogia_smart import Simulator

_DEFAULTS = {"settle": timedelta(minutes=2), "timeout": timedelta(seconds=60)}


class HogiaOffice:
    """A company at Hogia and who calls it."""

    def __init__(self, folder: Path, clock: ManualClock) -> None:
        self.folder = folder
        self.clock = clock
        self.sim = Simulator(folder, clock.now)
        self.clients: list[Client] = []

    def options(self, **changes: Any) -> Options:
        """As an owner would write them."""
        written = {name: value for name, value in self.sim.options.items() if name != "transport"}
        values: dict[str, Any] = {**written, "client_secret": Secret(written["client_secret"])}
        return Options(**{**_DEFAULTS, **values, **changes})

    def client(self, **changes: Any) -> Client:
        """As after a restart."""
        options = self.options(**changes)
        access = tokens(options, data_dir=self.folder, clock=self.clock, mounts=self.sim.mounts)
        profile = load(options.profile, folder=self.folder)
        made = Client(options, profile, tokens=access, clock=self.clock, mounts=self.sim.mounts)
        self.clients.append(made)
        return made

    def close(self) -> None:
        """Let go of everything."""
        for each in self.clients:
            each.close()
