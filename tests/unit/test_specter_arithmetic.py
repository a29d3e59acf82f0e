"""A Specter that adds up otherwise than is thought: the owner's profile says so, and every order is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.model.documents import DocumentKind, Key, Purpose
from tests.support.drafts import recorded, recorded_ids
from tests.support.specter_house import House

MORE = "[articles]\nunnumbered = ovrigt\nmissing = create\n"


@pytest.mark.parametrize(
    ("lines", "account"),
    [
        ("price_decimals = { value = 2 }", {}),
        ('row_decimals = { value = "2" }', {"row_decimals": 2}),
        (
            'row_decimals = { value = "2" }\nvat_rounded = { value = "row" }',
            {"row_decimals": 2, "vat_per_row": True},
        ),
    ],
)
def test_recorded_orders_come_to_their_totals(
    tmp_path: Path, clock: ManualClock, lines: str, account: dict[str, object]
) -> None:
    """With prices of two decimals, rounded rows, VAT rounded on each row: a line of the profile each, and no code."""
    house = House(tmp_path, clock)
    for name, value in account.items():
        setattr(house.sim.account, name, value)
    erp = house.adapter(MORE, **house.own(f"[numbers]\n{lines}\n"))
    wanted = {}
    for order in map(recorded, recorded_ids()):
        if not any(line.percent and line.percent % 1 for line in order.tax_lines) and order.customer.email:
            key = Key(order.ref, Purpose.ORDER)
            number = erp.put_document(order, key, DocumentKind.ORDER).number
            wanted[str(key)] = (number, order.totals.gross, order.currency)
    assert {each.key: (each.number, each.gross, each.currency) for each in house.sim.booked()} == wanted
    assert len(wanted) > 60
    if "price_decimals" in lines:
        prices = [row.price for order in house.sim.state.orders.values() for row in order.rows]
        assert all(price == round(price, 2) for price in prices)
    house.close()
