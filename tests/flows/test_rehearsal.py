"""Settings tried on the owner's own orders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.errors import Rejected, Transient
from bridge.flows.rehearsal import rehearse, shop_orders
from bridge.model.documents import Preview
from bridge.model.orders import OrderRef
from bridge.model.texts import say
from bridge.sim.woocommerce import ShopSim
from tests.builders import a_ref, an_order
from tests.flows.conftest import House
from tests.support.fakes import Mode
from tests.support.sie import VOUCHER, a_sie, key_of
from tests.support.whole import Whole
from tests.woo import raw_order


def test_map_04_rate_of_a_recent_order_without_account_is_named(tmp_path: Path):
    """Once, however many orders have it, with the line to add; what can be booked is not spoken of."""
    sie = a_sie(tmp_path)
    orders = {
        "1": an_order(order_id=1),
        "2": an_order(order_id=2, country="NO"),
        "3": an_order(order_id=3, country="NO"),
        "4": an_order(order_id=4, currency="EUR"),
    }

    def preview(ref: OrderRef) -> Preview:
        return sie.preview(orders[ref.id], key_of(orders[ref.id]), VOUCHER)

    found = rehearse([order.ref for order in orders.values()], preview)
    account, rate = map(str, found)
    assert account == (
        "order 2: No account for VAT at 25 % in NO. This holds for 2 of 4 orders tried. "
        "Add a line [accounts] vat_NO_25 = the account, then try again."
    )
    assert rate == (
        "order 4: The order is in EUR and the books are in SEK. This holds for 1 of 4 orders tried. "
        "Add EUR with its rate to [orders] exchange_rates."
    )
    assert not any(each.severe for each in found)


def test_rehearsal_leaves_what_is_no_matter_of_settings_to_others():
    """A server that does not answer is named where the ERP is checked; a refusal counts by its words."""

    def preview(ref: OrderRef) -> Preview:
        if ref.id == "1":
            raise Transient(say("Nobody answers."))
        raise Rejected(say("Unknown article."))

    (found,) = rehearse([a_ref(1), a_ref(2), a_ref(3, number="")], preview)
    assert str(found.what) == "Unknown article. This holds for 2 of 3 orders tried."
    assert "Correct the order" in str(found.fix)


def test_rehearsal_asks_the_shop_where_nothing_is_stored(house: House):
    """Only orders that would be sent, only so many; a shop that fails says so elsewhere."""
    for number in range(1, 6):
        house.shop.put(replace(an_order(order_id=number), status="processing" if number > 1 else "pending"))
    shops, triggers = {"main": house.shop}, {"main": ("processing",)}
    assert [ref.id for ref in shop_orders(shops, triggers=triggers, most=3)] == ["2", "3", "4"]
    house.shop.mode = Mode.DOWN
    assert list(shop_orders(shops, triggers=triggers, most=3)) == []


@pytest.fixture
def whole(tmp_path: Path, clock: ManualClock) -> Iterator[Whole]:
    """A bridge before a shop with one order in a currency nobody has set up."""
    sim = ShopSim(now=clock.now, catalogue=False)
    sim.place(raw_order(id=1234) | {"currency": "NOK"})
    made = Whole(tmp_path, clock, {"main": sim})
    yield made
    made.close()


def test_ord_34_currency_without_rate_is_named_before_the_first_order_is_sent(whole: Whole):
    """Over the real shop adapter and the real ERP."""
    refs = list(shop_orders(whole.bridge.shops, triggers={"main": ("processing", "completed")}, most=10))
    (found,) = rehearse(refs, whole.bridge.operator.preview)
    assert "The order is in NOK" in str(found.what)
    assert whole.booked() == {}
