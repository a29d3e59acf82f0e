from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.erps.fortnox import Fortnox
from bridge.errors import Transient
from bridge.flows.access import keep_access
from bridge.model.texts import say
from bridge.ports import Capability
from bridge.store import Store
from tests.support.fakes import FakeErp
from tests.support.fortnox import Office


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> Iterator[Store]:
    """An empty one."""
    store = Store.open(tmp_path / "bridge.db", clock=clock)
    yield store
    store.close()


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    """Connected with a refresh token."""
    office = Office(tmp_path, clock, erp={"tenant_id": ""})
    office.connect()
    yield office
    office.close()


def test_shop_without_orders_for_half_a_year_stays_connected(
    office: Office, store: Store, clock: ManualClock
):
    """A refresh token lives 45 days; used once a day it never gets so old."""
    erp = Fortnox(office.options(), office.context())
    for _ in range(180):
        keep_access(erp, store=store, clock=clock)
        clock.advance(days=1)
    assert store.progress.pauses() == {}
    assert erp.check()[0].where == "[erp] tenant_id", "only the advice to take the lasting way"
    erp.close()


def test_lost_access_shows_before_an_order_needs_it(office: Office, store: Store, clock: ManualClock):
    """The channel rests with the sentence that says what to do."""
    office.sim.revoke()
    clock.advance(hours=2)
    erp = Fortnox(office.options(), office.context())
    keep_access(erp, store=store, clock=clock)
    assert str(store.progress.pauses()["erp"].why) == "The connection to Fortnox is gone."
    erp.close()


def test_trouble_that_passes_is_left_alone(store: Store, clock: ManualClock):
    """Tomorrow it is tried again; orders in between meet the same trouble and wait by themselves."""
    asked: list[str] = []

    class Away(FakeErp):
        def keep_access(self) -> None:
            asked.append("today")
            raise Transient(say("The ERP is away."))

    away = Away(clock)
    away.capabilities = frozenset({Capability.KEEPS_ACCESS})
    keep_access(away, store=store, clock=clock)
    assert (asked, store.progress.pauses()) == (["today"], {})


def test_erp_that_needs_no_use_is_left_alone(store: Store, clock: ManualClock):
    """Nothing is asked of files."""
    keep_access(FakeErp(clock), store=store, clock=clock)
    assert store.progress.pauses() == {}
