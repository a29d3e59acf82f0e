"""A shop that fails is left in peace, told of on the page, and taken up where it was."""

from __future__ import annotations

import pytest

from bridge.errors import StoreError
from bridge.flows import notices
from bridge.flows.health import Health
from bridge.flows.polling import LONGEST_PAUSE, Poller
from tests.builders import an_order
from tests.flows.conftest import House
from tests.support.fakes import Mode


@pytest.fixture
def poller(house: House) -> Poller:
    """A poller of the one shop."""
    return Poller(
        store=house.store,
        collector=house.collector,
        refunds=house.refunds,
        sweep_days={"main": 30},
        health=Health(),
        clock=house.clock,
    )


def told(house: House) -> list[str]:
    """What the page says of the shop."""
    return [str(problem.what) for problem in notices.kept(house.store, "poll:main")]


def test_good_poll_reads(house: House, poller: Poller):
    """All is well."""
    house.shop.put(an_order())
    result = poller.poll("main")
    assert result is not None
    assert result.added == 1


def test_failing_shop_is_told_of_and_left_in_peace(house: House, poller: Poller):
    """The next calls do not go out before the pause is over, and the page says what is wrong."""
    house.shop.mode = Mode.DOWN
    assert poller.poll("main") is None
    assert told(house) == ["Nobody answers."]
    reads = house.shop.reads
    assert poller.poll("main") is None
    assert house.shop.reads == reads


def test_shop_that_comes_back_is_read_and_the_notice_goes(house: House, poller: Poller):
    """Nothing is lost: it continues where it was."""
    house.shop.mode = Mode.LOCKED
    poller.poll("main")
    house.shop.mode = Mode.GOOD
    house.shop.put(an_order())
    house.clock.advance(minutes=2)
    result = poller.poll("main")
    assert result is not None
    assert result.added == 1
    assert told(house) == []


def test_shop_away_for_days_is_asked_at_least_every_quarter(house: House, poller: Poller):
    """The pause grows, but not beyond."""
    house.shop.mode = Mode.DOWN
    for _ in range(20):
        poller.poll("main")
        house.clock.advance(LONGEST_PAUSE.total_seconds())
    reads = house.shop.reads
    poller.poll("main")
    assert house.shop.reads == reads + 1


def test_hurry_asks_in_spite_of_the_pause(house: House, poller: Poller):
    """A person who presses the button wants to know now."""
    house.shop.mode = Mode.DOWN
    poller.poll("main")
    house.shop.mode = Mode.GOOD
    assert poller.poll("main", hurry=True) is not None


def test_sweep_fails_as_quietly(house: House, poller: Poller):
    """The daily reading is no different."""
    house.shop.mode = Mode.DOWN
    assert poller.sweep("main") is None
    assert told(house) == ["Nobody answers."]
    house.shop.mode = Mode.GOOD
    assert poller.sweep("main") is not None


def test_database_that_fails_is_not_the_shops_fault(
    house: House, poller: Poller, monkeypatch: pytest.MonkeyPatch
):
    """The daemon must hear of it."""

    def full(*_args: object, **_kwargs: object) -> None:
        raise StoreError("disk full")

    monkeypatch.setattr(house.collector, "poll", full)
    with pytest.raises(StoreError):
        poller.poll("main")
