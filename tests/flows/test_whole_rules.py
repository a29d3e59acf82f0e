"""The owner's rules as they stand in config.ini, through the whole bridge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.model.orders import OrderRef
from bridge.sim.woocommerce import ShopSim
from bridge.store.records import State
from tests.support.whole import SHOP, Whole
from tests.woo import raw_order

Start = Callable[..., Whole]


@pytest.fixture
def start(tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Start a bridge with these lines more under [shop main] and in the rest, and these orders in the shop."""
    made: list[Whole] = []

    def build(*orders: dict[str, Any], shop: str = "", more: str = "") -> Whole:
        monkeypatch.setattr("tests.support.whole.SHOP", f"{SHOP}{shop}\n")
        sim = ShopSim(now=clock.now, catalogue=False)
        for order in orders:
            sim.place(order)
        made.append(Whole(tmp_path, clock, {"main": sim}, more=more))
        return made[-1]

    yield build
    for whole in made:
        whole.close()


def reason(whole: Whole, ident: int) -> str:
    """Why it is not sent."""
    ref = OrderRef(shop="main", id=str(ident))
    return whole.bridge.store.progress.seen_many([ref])[ref].code


def nothing() -> dict[str, Any]:
    """An order that costs nothing."""
    line = {**raw_order()["line_items"][0], "total": "0.00", "total_tax": "0.00", "taxes": [], "price": 0}
    return raw_order(total="0.00", total_tax="0.00", tax_lines=[], line_items=[line | {"subtotal_tax": "0"}])


def test_order_waits_out_its_delay(start: Start):
    """Counted from when the bridge first saw it."""
    whole = start(raw_order(), shop="delay = 2h")
    whole.work()
    assert whole.booked() == {}
    whole.pass_time(hours=1, minutes=59)
    whole.work()
    assert whole.booked() == {}
    whole.pass_time(minutes=2)
    whole.work()
    assert len(whole.booked()) == 1


def test_order_called_off_while_it_waits_is_not_booked(start: Start):
    """Neither then nor later."""
    whole = start(raw_order(), shop="delay = 2h")
    whole.work()
    whole.pass_time(hours=1)
    whole.shops["main"].set_status(1234, "cancelled")
    whole.poll()
    assert reason(whole, 1234) == "withdrawn"
    assert whole.state(1234) is not State.WAITING
    whole.pass_time(hours=3)
    whole.work()
    assert whole.booked() == {}


def test_order_changed_while_it_waits_is_booked_as_it_is_then(start: Start):
    """The newest snapshot counts until the first try."""
    whole = start(raw_order(), shop="delay = 2h")
    whole.work()
    changed = raw_order(total="200.00", total_tax="40.00")
    changed["line_items"][0] |= {"quantity": 2, "total": "160.00", "total_tax": "40.00"}
    changed["line_items"][0]["taxes"] = [{"id": 1, "total": "40.00", "subtotal": "40.00"}]
    changed["tax_lines"][0]["tax_total"] = "40.00"
    whole.pass_time(hours=1)
    whole.shops["main"].place(changed, date_modified_gmt=f"{whole.clock.now():%Y-%m-%dT%H:%M:%S}")
    whole.work()
    whole.pass_time(hours=2)
    whole.work()
    assert whole.notices() == ()
    (voucher,) = whole.booked().values()
    assert str(voucher.gross) == "200.00"


@pytest.mark.parametrize(("line", "code"), [("export = manual", "manual"), ("export = off", "export_off")])
def test_order_of_a_shop_without_automatic_sending_waits_for_a_person(start: Start, line: str, code: str):
    """It is seen, it says why, and Send sends it."""
    whole = start(raw_order(), shop=line)
    whole.work()
    assert whole.booked() == {}
    assert reason(whole, 1234) == code
    whole.bridge.operator.send(OrderRef(shop="main", id="1234"), who="Anna")
    whole.drain()
    assert whole.state(1234) is State.DONE
    whole.pass_time(days=1)
    whole.work()
    assert len(whole.booked()) == 1


@pytest.mark.parametrize(("rule", "booked"), [("book", 1), ("skip", 0)])
def test_order_that_costs_nothing_is_booked_or_skipped_as_configured(start: Start, rule: str, booked: int):
    """Skipped ones say why."""
    whole = start(nothing(), more=f"[orders]\nzero_total = {rule}\n")
    whole.work()
    assert len(whole.booked()) == booked
    assert booked or reason(whole, 1234) == "zero_total"


def test_order_from_before_the_first_day_is_left_alone(start: Start):
    """Later edits do not bring it in."""
    old = raw_order(date_created_gmt="2019-12-31T22:00:00")
    whole = start(old)
    whole.work()
    whole.pass_time(hours=1)
    whole.shops["main"].edit(1234, customer_note="hello")
    whole.work()
    assert whole.booked() == {}
    assert reason(whole, 1234) == "before_start"


def test_order_that_reaches_its_trigger_later_is_booked_once(start: Start):
    """Through every status a shop gives it, back and forth; the status refunded pays it back."""
    whole = start(raw_order(status="pending"))
    for status in ("on-hold", "processing", "completed", "processing", "completed", "refunded", "cancelled"):
        whole.work()
        whole.pass_time(minutes=10)
        whole.shops["main"].set_status(1234, status)
    whole.work()
    order, credit = whole.booked().values()
    assert (order.key, credit.gross) == ("main:1234:order", -order.gross)
    assert whole.state(1234) is State.DONE
