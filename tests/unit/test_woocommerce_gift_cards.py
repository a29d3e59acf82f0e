"""Gift cards as the three plugins keep them in an order (FEATURES ORD-12)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bridge.model.check import bought, order_problems
from bridge.model.orders import LineKind, Order
from bridge.shops.woocommerce.mapping import to_order
from tests.woo import raw_order

TOLERANCE = Decimal("0.05")


def order_of(**changes: Any) -> Order:
    """An order over 100.00 with these fields changed."""
    found = to_order(raw_order(**changes), shop="main")
    assert isinstance(found, Order), found
    return found


def cards_of(order: Order) -> list[tuple[str, str, str]]:
    """Id, name and amount of its gift card rows."""
    return [(line.id, line.name, str(line.gross)) for line in order.lines if line.kind is LineKind.GIFT_CARD]


def yith(value: object) -> list[dict[str, Any]]:
    """The meta YITH writes."""
    return [{"id": 1, "key": "_ywgc_applied_gift_cards", "value": value}]


@pytest.mark.parametrize(
    "changes",
    [
        {"gift_cards": [{"id": 43, "code": "KKKK-LLLL-MMMM-1234", "amount": 30}]},
        {"pw_gift_card_lines": [{"id": 7, "card_number": "KKKK-LLLL-MMMM-1234", "amount": "30.00"}]},
        {"pw_gift_card_lines": [{"id": 7, "card_number": "KKKK-LLLL-MMMM-1234", "amount": "-30"}]},
        {"yith_gift_card_lines": [{"id": 7, "code": "KKKK-LLLL-MMMM-1234", "amount": "30"}]},
        {"meta_data": yith({"KKKK-LLLL-MMMM-1234": Decimal("30.000000000000004")})},
        {
            "yith_gift_card_lines": [{"id": 7, "code": "KKKK-LLLL-MMMM-1234", "amount": "30"}],
            "meta_data": yith({"KKKK-LLLL-MMMM-1234": 30}),
        },
    ],
    ids=["woocommerce gift cards", "pw", "pw negative", "yith", "yith before 4.11", "yith both"],
)
def test_card_of_each_plugin_becomes_a_row_that_explains_the_lower_total(changes: dict[str, Any]) -> None:
    """Without VAT, its code masked but for the end; the order adds up and says what was bought."""
    order = order_of(total="70.00", **changes)
    assert [(name, Decimal(amount)) for _, name, amount in cards_of(order)] == [
        ("Presentkort ***1234", Decimal(-30))
    ]
    assert order_problems(order, tolerance=TOLERANCE) == ()
    assert bought(order) == Decimal("100.00")


def test_several_cards_are_several_rows() -> None:
    """Of one plugin or of two; a short code shows nothing of itself."""
    order = order_of(
        total="50.00",
        gift_cards=[{"code": "AAAA-1111", "amount": "20.00"}, {"code": "B1", "amount": "25.00"}],
        meta_data=yith({"CCCC-DDDD": "5.00"}),
    )
    assert cards_of(order) == [
        ("card1", "Presentkort ***1111", "-20.00"),
        ("card2", "Presentkort", "-25.00"),
        ("card3", "Presentkort ***DDDD", "-5.00"),
    ]


def test_card_that_is_a_row_already_is_not_counted_twice() -> None:
    """A plugin that also makes a fee or a coupon of its card: the rows add up without it."""
    order = order_of(total="100.00", gift_cards=[{"code": "AAAA-1111", "amount": "30.00"}])
    assert cards_of(order) == []
    assert order_problems(order, tolerance=TOLERANCE) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"gift_cards": "none"}, {"gift_cards": [1, None]}, {"gift_cards": [{"code": "A"}]},
        {"gift_cards": [{"code": 5, "amount": "0"}]}, {"gift_cards": [{"code": "A", "amount": "much"}]},
        {"gift_cards": [{"code": "A", "amount": Decimal("1e99999")}]},
        {"meta_data": yith("")}, {"meta_data": yith([])}, {"meta_data": yith("{broken")},
    ],
    ids=range(9),
)  # fmt: skip
def test_cards_nobody_can_read_never_break_the_order(changes: dict[str, Any]) -> None:
    """The order is read; that rows and total differ is told with the arithmetic, and it is parked."""
    order = order_of(total="70.00", **changes)
    assert cards_of(order) == []
    (problem,) = order_problems(order, tolerance=TOLERANCE)
    assert "30.00 SEK apart" in str(problem)


def test_card_whose_code_is_no_text_is_a_card() -> None:
    """The amount is what matters."""
    order = order_of(total="70.00", gift_cards=[{"code": None, "amount": "30.00"}])
    assert cards_of(order) == [("card1", "Presentkort", "-30.00")]
