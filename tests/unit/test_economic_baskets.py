"""Random orders, as a WooCommerce shop reckons them, booked in the simulated e-conomic: each comes out to the öre."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.errors import Rejected
from bridge.model.money import ZERO
from bridge.model.orders import LineKind, Order, OrderLine, TaxLine, TaxPart, Totals
from tests.builders import a_ref, an_order
from tests.support.baskets import Basket, a_basket
from tests.support.economic_desk import Desk

HOME = {Decimal(25): "TVAL-1", Decimal(12): "TVAL-12", Decimal(6): "TVAL-6", Decimal(0): "TVAL-0"}
SEEDS = 400


@pytest.fixture
def desk(tmp_path: Path, clock: ManualClock) -> Iterator[Desk]:
    """A company that lets missing articles be made."""
    found = Desk(tmp_path, clock, "[articles]\nmissing = create\n")
    yield found
    found.close()


def sold_at_home(seed: int) -> Basket | None:
    """A basket in SEK at Swedish rates, nothing paid back."""
    basket = a_basket(seed, currencies=("SEK",))
    swedish = all(part.percent in HOME for part in basket.parts)
    return basket if swedish and basket.target.gross >= 0 and basket.parts[0].quantity > 0 else None


def order_of(basket: Basket) -> Order:
    """As the shop's adapter would read it."""
    lines = tuple(
        OrderLine(
            kind=part.kind,
            id=str(at),
            name=part.name,
            quantity=part.quantity,
            net=part.net,
            tax=part.tax,
            net_before=part.net_before,
            tax_before=part.tax_before,
            taxes=(TaxPart(rate_id=f"{part.percent}", tax=part.tax),),
            sku=HOME[part.percent or ZERO] if part.kind is LineKind.PRODUCT else None,
        )
        for at, part in enumerate(basket.parts, 1)
    )
    rates = {
        part.percent: basket.target.vat.get(part.percent, ZERO)
        for part in basket.parts
        if part.percent is not None
    }
    tax_lines = tuple(
        TaxLine(rate_id=f"{percent}", percent=percent, label="Moms", country="SE", tax=tax)
        for percent, tax in rates.items()
    )
    totals = Totals(gross=basket.target.gross, tax=sum(rates.values(), ZERO))
    return an_order(*lines, ref=a_ref(10_000 + basket.seed), tax_lines=tax_lines, totals=totals)


@pytest.mark.slow
def test_random_orders_come_out_to_the_ore(desk: Desk) -> None:
    """Total exact and VAT within an öre per rate, by the simulator's own reckoning; or nothing is made at all."""
    orders = [
        (basket, order_of(basket)) for seed in range(SEEDS) if (basket := sold_at_home(seed)) is not None
    ]
    assert len(orders) > 50
    refused: list[str] = []
    for basket, order in orders:
        try:
            document = desk.book(order)
        except Rejected as error:
            refused.append(error.field)
            continue
        assert document.gross == order.totals.gross, basket.seed
        totals = desk.sim.state.orders[int(document.number)].totals
        charged = sum(basket.target.vat.values(), ZERO)
        assert abs(totals.vat - charged) <= Decimal("0.01") * len(basket.target.vat), basket.seed
    assert set(refused) <= {"total", "tax_lines"}
    assert len(refused) <= len(orders) // 10
