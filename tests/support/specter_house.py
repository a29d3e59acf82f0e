"""All parts of the adapter, as the configuration puts them together, in front of an account at the simulator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from bridge.clock import ManualClock
from bridge.erps.context import ErpContext
from bridge.erps.specter import Specter
from bridge.erps.specter.core import Core
from bridge.erps.specter.options import Options
from bridge.model.documents import Document, DocumentKind
from bridge.model.orders import Order
from bridge.sim.specter import Simulator
from bridge.sim.wsgi import mount
from tests.builders import key_of
from tests.support.specter_wire import context_of, specter_config

__all__ = ["House", "put"]


def put(erp: Specter, order: Order) -> Document:
    """Book it."""
    return erp.put_document(order, key_of(order), DocumentKind.ORDER)


@dataclass
class House:
    """One company; every ``core()`` is as after a restart."""

    folder: Path
    clock: ManualClock
    _open: list[Core | Specter] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sim = Simulator(self.folder / "sim", self.clock.now)
        self.sim.watched = False
        self.mounts = {prefix: mount(self.sim.app, sleep=self.clock.sleep) for prefix in self.sim.mounts}

    def core(self, more: str = "", *, shop: str = "", **erp: str) -> Core:
        """With these further sections, lines of [shop main] and of [erp]."""
        self._open.append(Core.of(*self._given(more, shop, erp)))
        return self._open[-1]

    def adapter(self, more: str = "", *, shop: str = "", data: str = "data", **erp: str) -> Specter:
        """The same, as the bridge holds it; ``data``: the bridge's folder."""
        found = Specter(*self._given(more, shop, erp, data))
        self._open.append(found)
        return found

    def _given(
        self, more: str, shop: str, erp: Mapping[str, str], data: str = "data"
    ) -> tuple[Options, ErpContext]:
        config = specter_config(more, shop=shop, **{**self.sim.options, **erp})
        context = replace(
            context_of(config), clock=self.clock, mounts=self.mounts, data_dir=self.folder / data
        )
        assert isinstance(config.erp_options, Options)
        return config.erp_options, context

    def own(self, text: str) -> dict[str, str]:
        """A profile of the owner's, as a line of [erp]."""
        path = self.folder / "own.toml"
        path.write_text(text, "utf-8")
        return {"profile": str(path)}

    def emptied(self) -> None:
        """Nothing waits for the shop any more."""
        for queue in self.sim.state.queues.values():
            queue.waiting.clear()

    def actions(self) -> list[str]:
        """What was asked, in order."""
        return [each["body"].get("action", "") for each in self.sim.log]

    def close(self) -> None:
        """Let go of everything."""
        for each in self._open:
            each.close()
