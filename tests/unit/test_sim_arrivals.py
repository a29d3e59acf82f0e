"""New orders drawn from a seed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bridge.sim.woocommerce import ShopSim
from bridge.sim.woocommerce.arrivals import Arrivals, arrive
from tests.conformance.woo_sim_client import shape

SEEDS = st.integers(min_value=0, max_value=10_000_000)
FACTORY = Arrivals()
ROWS = ("line_items", "shipping_lines", "fee_lines")


@given(seed=SEEDS)
def test_order_drawn_adds_up(seed: int) -> None:
    """The rows are the total, the tax lines are the tax, and no order is negative."""
    order = FACTORY.order(seed)
    rows = [row for kind in ROWS for row in order[kind]]
    assert sum(Decimal(row["total"]) + Decimal(row["total_tax"]) for row in rows) == Decimal(order["total"])
    taxes = [Decimal(row["tax_total"]) + Decimal(row["shipping_tax_total"]) for row in order["tax_lines"]]
    assert sum(taxes) == Decimal(order["total_tax"])
    assert Decimal(order["total"]) >= 0
    assert order["line_items"]


@given(seed=SEEDS)
def test_order_drawn_twice_is_the_same(seed: int) -> None:
    """The number alone decides, whatever was drawn before."""
    assert FACTORY.order(seed) == FACTORY.order(seed)


def test_order_drawn_by_another_factory_is_the_same() -> None:
    """No state is carried over."""
    FACTORY.order(3)
    assert FACTORY.order(7) == Arrivals().order(7)


def test_order_takes_id_time_and_fields() -> None:
    """What the caller wants to fix is fixed."""
    at = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
    order = FACTORY.order(1, ident=77, at=at, status="completed")
    assert (order["id"], order["number"], order["status"], order["date_created_gmt"]) == (
        77, "77", "completed", "2026-01-01T12:00:00",
    )  # fmt: skip


def test_orders_drawn_are_of_all_kinds() -> None:
    """A few hundred hold every tax rate, foreigners, companies, coupons, fees and odd letters."""
    orders = [FACTORY.order(seed) for seed in range(400)]
    assert {order["billing"]["country"] for order in orders} == {"SE", "DK", "DE"}
    assert {row["rate_percent"] for order in orders for row in order["tax_lines"]} >= {25, 12, 6, 19, 7}
    assert {order["status"] for order in orders} == {"processing", "on-hold"}
    for has in (
        lambda order: order["billing"]["company"],
        lambda order: order["coupon_lines"],
        lambda order: any(Decimal(row["total"]) < 0 for row in order["fee_lines"]),
        lambda order: any(Decimal(row["total"]) > 0 for row in order["fee_lines"]),
        lambda order: any(row["variation_id"] for row in order["line_items"]),
        lambda order: "🌸" in order["billing"]["first_name"],
    ):
        assert any(has(order) for order in orders)


def test_order_arriving_in_a_shop_has_its_notes() -> None:
    """Placed like a buyer's: stock is taken, notes are written."""
    sim = ShopSim()
    ident = arrive(sim, 5)
    assert sim.notes[ident]
    assert sim.orders[ident]["line_items"]
    assert set(shape(sim.order(ident))) == set(shape(FACTORY.order(5)))
