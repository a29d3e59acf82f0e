"""What only Specter does, through the whole bridge: it mails the confirmation, and either it or the shop charges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.sim.faults import Kind
from bridge.sim.specter import Simulator
from bridge.sim.woocommerce import ShopSim
from bridge.store.records import State
from tests.support.whole import Whole
from tests.woo import raw_order

Start = Callable[..., Whole]


@pytest.fixture
def start(tmp_path: Path, clock: ManualClock) -> Iterator[Start]:
    """A bridge in front of a shop with one order and a Specter account that has its article."""
    made: list[Whole] = []

    def build(more: str = "", *, erp: dict[str, str] | None = None, **order: Any) -> Whole:
        shop = ShopSim(now=clock.now, orders=[raw_order(id=1, number="1", **order)], catalogue=False)
        simulator = Simulator(tmp_path, clock.now)
        simulator.stock_up({"T-1": Decimal(25)})
        made.append(Whole(tmp_path, clock, {"main": shop}, more=more, erp=erp or {}, simulator=simulator))
        return made[-1]

    yield build
    for whole in made:
        whole.close()


def number(whole: Whole) -> str:
    """Specter's number of the one order."""
    (booked,) = whole.booked().values()
    return booked.number


@pytest.mark.parametrize(("wished", "mails"), [("no", 0), ("yes", 1)])
def test_confirmation_is_mailed_as_the_order_is_made(start: Start, wished: str, mails: int) -> None:
    """Once, also when the answer is lost and the order is sent again."""
    whole = start(f"[orders]\norder_mail = {wished}\n")
    whole.simulator.faults.add(Kind.RESET, match=lambda environ: "newOrderSubmit" in environ["QUERY_STRING"])
    whole.work()
    for _ in range(4):
        whole.pass_time(minutes=10)
        whole.work()
    assert whole.state(1) is State.DONE
    assert sum("newOrderSubmit" in each["query"] for each in whole.simulator.log) == 2
    assert whole.simulator.mails == [number(whole)] * mails


@pytest.mark.parametrize(("capture", "charged"), [("erp", {"100001": Decimal("100.00")}), ("shop", {})])
def test_one_side_charges(start: Start, capture: str, charged: dict[str, Decimal]) -> None:
    """Specter charges what it invoices by the payment's number, which it is given only where that is its business."""
    whole = start(erp={"capture": capture}, payment_method="kco", transaction_id="klarna-order-1")
    whole.work()
    assert whole.simulator.captured == {}
    whole.simulator.deliver(number(whole))
    assert whole.simulator.captured == {}
    whole.simulator.invoice(number(whole))
    assert whole.simulator.captured == charged
    sent = next(each["body"] for each in whole.simulator.log if each["body"]["action"] == "newOrderSubmit")
    assert sent["paytypeidentifier"] == "KG"
    assert ("klarna-order-1" in sent["internalcomment"]) is (capture == "shop")


def test_part_deliveries_are_charged_in_parts(start: Start) -> None:
    """Per invoice: why the shop's plugin must not try to charge the whole again."""
    rows = [{**raw_order()["line_items"][0], "quantity": 2}]
    whole = start(payment_method="kco", transaction_id="klarna-order-1", line_items=rows)
    whole.work()
    made = number(whole)
    whole.simulator.deliver(made, share=Decimal("0.5"))
    whole.simulator.invoice(made, delivered=True)
    assert whole.simulator.captured == {made: Decimal("50.00")}
    whole.simulator.deliver(made)
    whole.simulator.invoice(made, delivered=True)
    assert whole.simulator.captured == {made: Decimal("100.00")}
