"""An account at the simulated Specter, and the parts of the adapter in front of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from bridge.clock import ManualClock
from bridge.erps.specter.batches import Batches
from bridge.erps.specter.client import Client
from bridge.erps.specter.profile import Profile, load
from bridge.sim.specter import Simulator
from bridge.sim.wsgi import mount
from tests.support.specter_wire import specter_options

__all__ = ["Office"]


@dataclass
class Office:
    """One company; every ``client()`` is as after a restart."""

    folder: Path
    clock: ManualClock
    profile: Profile = field(default_factory=load)
    _open: list[Client] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sim = Simulator(self.folder / "sim", self.clock.now)
        self.sim.watched = False
        self.mounts = {prefix: mount(self.sim.app, sleep=self.clock.sleep) for prefix in self.sim.mounts}

    def client(self, **erp: str) -> Client:
        """With these lines in [erp]."""
        options = specter_options(**{**self.sim.options, **erp})
        client = Client(options, self.profile, clock=self.clock, mounts=self.mounts)
        self._open.append(client)
        return client

    def batches(self, folder: str = "data") -> Batches:
        """As after a restart; another folder is another bridge."""
        return Batches(
            self.client(), self.profile, account="4711", folder=self.folder / folder, clock=self.clock
        )

    def actions(self) -> list[str]:
        """What was asked, in order."""
        return [each["body"].get("action", "") for each in self.sim.log]

    def close(self) -> None:
        """Let go of the connections."""
        for client in self._open:
            client.close()
