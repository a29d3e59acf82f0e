from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.model.codec import digest, dump_order, line_key, load_order
from bridge.model.orders import LineKind, Order, OrderRef, Payment, TaxLine, Totals
from bridge.model.texts import Problem, say
from tests.builders import a_line, an_order

texts = st.text(max_size=12) | st.sampled_from(["Öberg", "مرحبا", "😀", "\x00", "\ud83d", "</script>"])
amounts = st.decimals(allow_nan=False, allow_infinity=False, places=None, min_value=-(10**9), max_value=10**9)
zones = st.sampled_from([UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-3, minutes=-30))])
moments = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis wants bare bounds
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001 - same
    timezones=zones,
).map(lambda moment: moment.replace(fold=0))
lines = st.builds(
    a_line,
    kind=st.sampled_from(LineKind),
    id=texts,
    name=texts,
    quantity=amounts,
    net_before=st.none() | amounts,
    unit_net=st.none() | amounts,
    sku=st.none() | texts,
    meta=st.dictionaries(texts, texts, max_size=2),
)
tax_lines = st.builds(
    TaxLine,
    rate_id=texts,
    percent=st.none() | amounts,
    label=texts,
    country=texts,
    tax=amounts,
    shipping_tax=amounts,
)


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Any order the model can hold."""
    return replace(
        an_order(*draw(st.lists(lines, min_size=1, max_size=3))),
        ref=OrderRef(shop="main", id="1", number=draw(texts)),
        created_at=draw(moments),
        completed_at=draw(st.none() | moments),
        payment=Payment(method=draw(texts), paid_at=draw(st.none() | moments)),
        tax_lines=tuple(draw(st.lists(tax_lines, max_size=2))),
        totals=Totals(gross=draw(amounts), tax=draw(amounts)),
        coupons=tuple(draw(st.lists(texts, max_size=2))),
        meta=draw(st.dictionaries(texts, texts, max_size=2)),
        tax_exempt=draw(st.booleans()),
        problems=(
            Problem(where="order 1", what=say("{a} is odd.", a=draw(texts)), fix=say("Look."), severe=False),
        ),
    )


def exact(order: Order) -> str:
    """Everything about it, the digits of amounts and the number included, which == does not see."""
    return repr(order)


@given(orders())
def test_load_gives_back_what_dump_took(order: Order) -> None:
    """To the last digit, and in a form any database can keep."""
    stored = dump_order(order)
    loaded = load_order(stored)
    assert loaded == order
    assert exact(loaded) == exact(order)
    assert stored.isascii()


@given(orders())
def test_digest_survives_storing(order: Order) -> None:
    """The stored order and the fetched one are the same order."""
    assert digest(load_order(dump_order(order))) == digest(order)


@pytest.mark.parametrize(
    "changed",
    [
        {"modified_at": datetime(2026, 12, 1, tzinfo=UTC)},
        {"document": "A17"},
        {"problems": (Problem(where="x", what=say("y"), fix=say("z")),)},
        {"lines": (a_line(sku="RENAMED"),)},
        {"lines": (a_line(net="80.0", tax="20.000"),)},
        {"created_at": datetime(2026, 11, 21, 13, 0, tzinfo=timezone(timedelta(hours=1)))},
    ],
)
def test_digest_stays_when_the_books_do_not_care(changed: dict[str, object]) -> None:
    """Looking at an order, renaming an article, our own mark and another way to write a number change nothing."""
    assert digest(replace(an_order(), **changed)) == digest(an_order())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "completed"},
        {"currency": "EUR"},
        {"lines": (a_line(net="80.01"),)},
        {"lines": (a_line(), a_line(id="2"))},
        {"totals": Totals(gross=Decimal("100.01"), tax=Decimal("20.00"))},
        {"note": "Ring the bell"},
        {"refund_ids": ("77",)},
    ],
)
def test_digest_changes_with_the_order(changed: dict[str, object]) -> None:
    """Every edit somebody could mean is seen."""
    assert digest(replace(an_order(), **changed)) != digest(an_order())  # type: ignore[arg-type]


def test_digest_is_the_same_in_every_version() -> None:
    """A new release must not see every old order as changed: a change here needs a plan for stored digests."""
    assert digest(an_order()) == "1a8637328704ad68cfbdeae7a242b325"


def test_load_of_an_older_snapshot_takes_defaults() -> None:
    """A field that came later is as if nobody had filled it in."""
    stored = json.loads(dump_order(an_order()))
    del stored["order"]["note"], stored["order"]["coupons"], stored["order"]["meta"]
    assert load_order(json.dumps(stored)) == an_order()


@pytest.mark.parametrize(
    "stored",
    [
        "[]",
        "{",
        '{"id": 12, "status": "processing"}',
        '{"v": 99, "order": {}}',
        '{"v": 1}',
        '{"v": 1, "order": {}}',
        '{"v": 1, "order": []}',
        dump_order(an_order()).replace('"80.00"', '"eighty"'),
        dump_order(an_order()).replace('"product"', '"gadget"'),
    ],
)
def test_load_of_something_else_is_a_value_error(stored: str) -> None:
    """The raw JSON of an order that could not be read is not taken for an order."""
    with pytest.raises(ValueError, match=r".+"):
        load_order(stored)


def test_line_key_tells_rows_of_different_kinds_apart() -> None:
    """A product row and a shipping row may have the same id."""
    assert line_key(a_line(id="12")) == "product:12"
    assert line_key(a_line(id="12", kind=LineKind.SHIPPING)) == "shipping:12"
