"""A refund comes back from the outbox exactly as it went in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.model.codec import digest, dump_order, dump_refund, load_order, load_refund
from bridge.model.orders import OrderRef, Refund
from tests.builders import a_line, an_order
from tests.unit.test_codec import amounts, lines, moments, texts

refunds = st.builds(
    Refund,
    ref=st.builds(OrderRef, shop=st.just("main"), id=st.just("1"), number=texts),
    id=st.just("77"),
    created_at=moments,
    reason=texts,
    gross=amounts,
    lines=st.lists(lines, max_size=3).map(tuple),
)
PLAIN = Refund(
    ref=OrderRef(shop="main", id="1"),
    id="77",
    created_at=datetime(2026, 11, 21, tzinfo=UTC),
    reason="",
    gross=Decimal("69.00"),
    lines=(a_line("-55.20", "-13.80"),),
)


@given(refund=refunds)
def test_refund_comes_back_as_it_was(refund: Refund) -> None:
    """To the last digit, in whatever zone and letters."""
    back = load_refund(dump_refund(refund))
    assert back == refund
    assert str(back.gross) == str(refund.gross)
    assert dump_refund(back) == dump_refund(refund)
    assert digest(back) == digest(refund)


def test_digest_tells_refunds_apart_and_forgives_the_live_sku() -> None:
    """The shop reads the SKU from the article of today."""
    assert digest(replace(PLAIN, gross=Decimal("69.0"))) == digest(PLAIN)
    assert digest(replace(PLAIN, gross=Decimal("69.01"))) != digest(PLAIN)
    assert digest(replace(PLAIN, lines=(replace(PLAIN.lines[0], sku="NEW"),))) == digest(PLAIN)


def test_digest_of_an_order_is_not_another_for_how_much_was_paid_back() -> None:
    """The ids of its refunds tell that already, and orders stored before know no sum."""
    order = an_order()
    assert digest(replace(order, refunded=Decimal(5))) == digest(order)
    assert digest(replace(order, refund_ids=("5",))) != digest(order)


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"v": 2, "refund": {}}', '{"v": 1, "refund": {"id": "1"}}', "null"]
)
def test_what_is_no_refund_is_refused(text: str) -> None:
    """Neither rubbish nor an order, nor the other way round."""
    with pytest.raises(ValueError, match="not a stored refund"):
        load_refund(text)
    with pytest.raises(ValueError, match="not a stored refund"):
        load_refund(dump_order(an_order()))
    with pytest.raises(ValueError, match="not a stored order"):
        load_order(dump_refund(PLAIN))
