"""Every recorded order and refund of a real shop through the whole bridge into Smart's folder of files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.model.documents import Purpose
from bridge.sim.booked import Booked
from bridge.sim.hogia_smart.files import Simulator
from bridge.sim.woocommerce import ShopSim
from bridge.store.records import State
from tests.builders import NOON
from tests.support.whole import Whole, own_meta

TRIGGERS = {"processing", "completed"}
ARTICLES = ("fraktavg: ", "expavg: ", "rabatt: ")

Start = Callable[[str], Whole]


@pytest.fixture
def clock() -> ManualClock:
    """The day after the recordings."""
    return ManualClock(NOON + timedelta(days=1))


@pytest.fixture
def start(tmp_path: Path, clock: ManualClock) -> Iterator[Start]:
    """A bridge in front of the recorded shop: with Smart over files, or with files alone."""
    made: list[Whole] = []

    def build(way: str) -> Whole:
        folder = tmp_path / way
        folder.mkdir()
        shop = ShopSim.recorded(now=clock.now)
        simulator = Simulator(folder, clock.now) if way == "smart" else None
        made.append(Whole(folder, clock, {"main": shop}, erp={"credit_series": "K"}, simulator=simulator))
        return made[-1]

    yield build
    for whole in made:
        whole.close()


def without_articles(document: Booked) -> list[tuple[str, str, Decimal]]:
    """Its rows, their texts without the articles' names."""
    rows = []
    for row in document.rows:
        start = next((each for each in ARTICLES if row.text.startswith(each)), "")
        rows.append((row.code, row.text.removeprefix(start), row.amount))
    return rows


def test_recorded_orders_and_refunds_are_booked_once_to_the_ore(start: Start) -> None:
    """The same vouchers and credits as by files alone, row by row; the shop told; nothing wrong in a file."""
    whole, files = start("smart"), start("files alone")
    for each in (whole, files):
        each.work()
    shop = whole.shops["main"]
    booked = whole.booked()
    wanted = {ident: order for ident, order in shop.orders.items() if order["status"] in TRIGGERS}
    assert len(wanted) == 48
    for ident, order in wanted.items():
        document = booked[f"main:{ident}:order"]
        rate = Decimal("11.45") if order["currency"] == "EUR" else Decimal(1)
        assert document.gross == (Decimal(order["total"]) * rate).quantize(Decimal("0.01")), ident
        assert own_meta(shop, ident)["_orderbro_document"] == document.number
        assert whole.state(ident) is State.DONE
        assert whole.state(ident, purpose=Purpose.MARK) is State.DONE
        for refund in order["refunds"]:
            assert booked[f"main:{ident}:refund:{refund['id']}"].gross == Decimal(refund["total"]), ident
    assert len(booked) == 52
    plain = files.booked()
    assert {key: each.number for key, each in booked.items()} == {
        key: each.number for key, each in plain.items()
    }
    for key, document in booked.items():
        assert without_articles(document) == without_articles(plain[key]), key
    texts = [row.text for document in booked.values() for row in document.rows]
    assert {start for start in ARTICLES if any(text.startswith(start) for text in texts)} >= {
        "fraktavg: ",
        "rabatt: ",
    }
    assert whole.findings() == []


def test_nothing_is_booked_again_ever_after(start: Start) -> None:
    """Another poll, a restart, the daily sweep, and every file moved away to be imported."""
    whole = start("smart")
    whole.work()
    booked = whole.booked()
    imported = whole.simulator.folder / "2026-11"
    imported.mkdir()
    for path in whole.simulator.folder.glob("*.si"):
        path.rename(imported / path.name)
    whole.close()
    whole.start()
    whole.sweep()
    whole.work()
    assert whole.booked() == booked
    assert not list(whole.simulator.folder.glob("*.si"))
