"""The owner's own orders to try things on."""

from __future__ import annotations

from datetime import timedelta

from bridge.flows.samples import newest_orders
from bridge.model.orders import Unreadable
from bridge.model.texts import Problem, say
from tests.builders import NOON, a_ref, an_order
from tests.flows.conftest import House


def test_newest_orders_are_read_from_the_store(house: House):
    """Newest first; one that could not be read, and one whose contents are erased, are left out."""
    problem = Problem(where="total", what=say("Bad."), fix=say("Mend."))
    assert newest_orders(house.store, most=2) == []
    house.shop.put(an_order(order_id=1))
    house.collector.poll("main")
    house.drain()
    house.clock.advance(days=2)
    house.store.prune(before=house.clock.now() - timedelta(days=1))
    for number in (2, 3, 4):
        house.clock.advance(minutes=1)
        house.shop.put(an_order(order_id=number))
    house.shop.put(
        Unreadable(ref=a_ref(5), status="processing", modified_at=NOON, raw="{}", problems=(problem,))
    )
    house.collector.poll("main")
    assert [order.ref.id for order in newest_orders(house.store, most=2)] == ["4", "3"]
    assert [order.ref.id for order in newest_orders(house.store, most=9)] == ["4", "3", "2"]
