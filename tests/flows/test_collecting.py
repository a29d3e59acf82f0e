"""When the ERP pings: its changes are fetched, trouble is tried again, a lost access shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from bridge.clock import ManualClock
from bridge.errors import BridgeError, Transient, Unauthorised
from bridge.flows.collecting import collect
from bridge.model.texts import say
from bridge.ports import Capability, Erp
from bridge.store import Store


@dataclass
class Handing:
    """An ERP that hands out changes once."""

    capabilities: frozenset[Capability] = frozenset({Capability.COLLECTS})
    trouble: BridgeError | None = None
    collected: list[int] = field(default_factory=list)

    def collect(self) -> int:
        """Three of them."""
        if self.trouble:
            raise self.trouble
        self.collected.append(3)
        return 3


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> Iterator[Store]:
    """An empty one."""
    store = Store.open(tmp_path / "bridge.db", clock=clock)
    yield store
    store.close()


def run(erp: Any, store: Store, clock: ManualClock) -> bool:
    """As the daemon does."""
    return collect(cast("Erp", erp), store=store, clock=clock)


def test_changes_are_fetched(store: Store, clock: ManualClock) -> None:
    """Once per ping."""
    erp = Handing()
    assert run(erp, store, clock)
    assert erp.collected == [3]


def test_erp_without_such_changes_is_left_alone(store: Store, clock: ManualClock) -> None:
    """It has no method for it."""
    assert run(Handing(capabilities=frozenset()), store, clock)


def test_trouble_is_to_be_tried_again(store: Store, clock: ManualClock) -> None:
    """The ping itself is used up; what it told of is not fetched yet."""
    assert not run(Handing(trouble=Transient(say("Nobody answers."), channel="erp")), store, clock)
    assert store.progress.pauses() == {}


def test_lost_access_shows_at_once(store: Store, clock: ManualClock) -> None:
    """As when an order meets it."""
    assert not run(Handing(trouble=Unauthorised(say("The key is not valid."), channel="erp")), store, clock)
    assert str(store.progress.pauses()["erp"].why) == "The key is not valid."
