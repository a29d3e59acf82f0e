from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.model.orders import LineKind, OrderLine, TaxPart
from bridge.model.splitting import Part, share_out, split
from tests.builders import a_line

D = Decimal


def test_share_out_gives_the_rest_to_nobody_twice():
    """A krona in three is 33, 34 and 33 öre."""
    assert share_out(D("1.00"), [D(1)] * 3) == (D("0.33"), D("0.34"), D("0.33"))


def test_share_out_keeps_to_the_currencys_smallest_unit():
    """There is no tenth of a yen; what is finer than an öre stays with the last one."""
    assert share_out(D(100), [D(1)] * 3, currency="JPY") == (D(33), D(34), D(33))
    assert share_out(D("10.005"), [D(1), D(1)]) == (D("5.00"), D("5.005"))


@pytest.mark.parametrize("shares", [[], [D(0)], [D(2), D(-1)]])
def test_share_out_refuses_shares_that_share_nothing(shares):
    """Nobody can take a share of nothing, or less than it."""
    with pytest.raises(ValueError, match="shares"):
        share_out(D("1.00"), shares)


@given(
    st.decimals("-100000", "100000", places=2),
    st.lists(st.decimals("0", "1000", places=2), min_size=1, max_size=8).filter(any),
)
def test_share_out_loses_nothing(value: Decimal, shares: list[Decimal]):
    """Whatever the amount and the shares: the parts are the whole, and none is further than an öre from its due."""
    parts = share_out(value, shares)
    assert sum(parts) == value
    for part, share in zip(parts, shares, strict=True):
        assert abs(part - value * share / sum(shares)) <= D("0.01")


def test_split_shares_amounts_and_vat_of_every_rate():
    """The rows of the parts come to the row, also before discounts and per rate."""
    row = a_line(
        "79.99", "16.01", net_before=D("99.99"), quantity=D(2), product_id="7", meta={"Färg": "Grön"},
        taxes=(TaxPart(rate_id="25", tax=D("15.00")), TaxPart(rate_id="6", tax=D("1.01"))),
    )  # fmt: skip
    first, second = split(
        row, [Part(sku="A", share=D(2), name="Ask"), Part(sku="B", share=D(1), quantity=D(3))]
    )
    assert (first.id, first.sku, first.name, first.quantity, first.net) == (
        "1.1",
        "A",
        "Ask",
        D(2),
        D("53.33"),
    )
    assert (second.id, second.sku, second.name, second.quantity) == ("1.2", "B", "Tvål", D(6))
    assert first.gross + second.gross == row.gross
    assert [(p.rate_id, p.tax) for p in second.taxes] == [("25", D("5.00")), ("6", D("0.34"))]
    assert first.net_before is not None
    assert second.net_before is not None
    assert first.net_before + second.net_before == D("99.99")
    assert (first.product_id, first.unit_net, dict(first.meta)) == ("", None, {"Färg": "Grön"})


def test_split_leaves_out_what_the_row_has_not():
    """A row without figures before discounts has parts without them."""
    fee = OrderLine(kind=LineKind.FEE, id="9", name="Avgift", net=D("10.00"), tax=D("0.00"))
    first, _ = split(fee, [Part(sku="", share=D(1)), Part(sku="", share=D(1))])
    assert (first.net, first.net_before, first.tax_before, first.taxes) == (D("5.00"), None, None, ())
