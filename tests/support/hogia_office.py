"""Hogia's client of ours, with the simulated company behind it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bridge.clock import ManualClock
from bridge.config.binding import specs
from bridge.config.values import Place, parse
from bridge.erps.hogia_smart.client import Client, tokens
from bridge.erps.hogia_smart.options import Options
from bridge.erps.hogia_smart.profile import load
from bridge.sim.hogia_smart import Simulator


class HogiaOffice:
    """A company at Hogia and who calls it."""

    def __init__(self, folder: Path, clock: ManualClock) -> None:
        self.folder = folder
        self.clock = clock
        self.sim = Simulator(folder, clock.now)
        self.clients: list[Client] = []

    def options(self, **changes: Any) -> Options:
        """As an owner would write them."""
        place = Place(folder=self.folder, zone=ZoneInfo("Europe/Stockholm"), environ={})
        written = self.sim.options
        values: dict[str, Any] = {
            each.name: parse(
                written.get(each.name, each.meta.default or ""), each.hint, meta=each.meta, place=place
            )
            for each in specs(Options)
        }
        return Options(**{**values, **changes})

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
