from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from bridge.model.codec import dump_order, load_order
from bridge.model.orders import LineKind, Order, Unreadable
from bridge.shops.woocommerce.mapping import to_order
from bridge.shops.woocommerce.mapping_refunds import to_refund
from bridge.transport import parse_json
from tests.woo import raw_order, raw_with_row, ref


def order_of(raw: dict[str, Any]) -> Order:
    """The order, which must be readable."""
    found = to_order(raw, shop="main")
    assert isinstance(found, Order), found
    return found


def faults_of(raw: dict[str, Any]) -> str:
    """Everything that is wrong with one that is not."""
    found = to_order(raw, shop="main")
    assert isinstance(found, Unreadable), found
    assert json.loads(found.raw)
    return "\n".join(map(str, found.problems))


def test_order_is_read_field_by_field() -> None:
    """A plain order arrives with its amounts, rate, buyer and times."""
    order = order_of(raw_order(date_paid_gmt="2026-11-21T11:05:00", customer_id=5))
    (line,) = order.lines
    assert (line.name, line.sku, line.gross, line.unit_net) == (
        "Tvål & tjära",
        "T-1",
        Decimal("100.00"),
        Decimal(80),
    )
    assert (order.tax_lines[0].percent, order.tax_lines[0].country) == (Decimal(25), "SE")
    assert order.modified_at == datetime(2026, 11, 21, 11, 30, tzinfo=UTC)
    assert order.payment.paid_at == datetime(2026, 11, 21, 11, 5, tzinfo=UTC)
    assert (order.customer.shop_id, order.customer.billing.name) == ("5", "Anna Öberg")


@pytest.mark.parametrize("value", ["", None, "12,50", "1e3", "NaN", "abc", True, [], "1 000"])
@pytest.mark.parametrize("field", ["total", "total_tax", "subtotal"])
def test_amount_that_is_none_is_named(field: str, value: object) -> None:
    """A wrong amount is never guessed: the row and the field are named."""
    told = faults_of(raw_with_row(**{field: value}))
    assert f"order 1234, line_items 1: {field} is " in told


@pytest.mark.parametrize("value", ["", None, "12,50", "NaN", Decimal("NaN"), Decimal("1E+999999999")])
def test_price_that_is_none_is_named(value: object) -> None:
    """The price of a piece is held to the same rule."""
    assert "price is " in faults_of(raw_with_row(price=value))


@pytest.mark.parametrize(
    "field", ["id", "status", "currency", "total", "total_tax", "line_items", "tax_lines", "fee_lines"]
)
def test_missing_field_is_named(field: str) -> None:
    """An order without one of the fields that carry money or identity is parked, not patched."""
    assert f"{field} is missing." in faults_of(raw_order(**{field: ...}))


@pytest.mark.parametrize(
    "field", ["coupon_lines", "refunds", "meta_data", "customer_note", "number", "shipping"]
)
def test_field_of_newer_shops_may_be_missing(field: str) -> None:
    """An older shop without a field of no weight is read all the same."""
    assert order_of(raw_order(**{field: ...})).totals.gross == 100


@pytest.mark.parametrize("field", ["billing", "line_items", "meta_data", "tax_lines"])
def test_false_where_something_is_expected_is_named(field: str) -> None:
    """PHP's false for an object or list is a fault of its own."""
    assert f"{field} is false" in faults_of(raw_order(**{field: False}))


def test_empty_php_array_is_an_empty_object() -> None:
    """PHP writes an empty object as [], which is no fault."""
    assert order_of(raw_order(billing=[], shipping=[])).customer.billing.country == ""


@pytest.mark.parametrize("order_id", ["123", 123, 2**53 + 1, 2**63 - 1])
def test_id_keeps_every_digit(order_id: object) -> None:
    """An id as text or beyond what a float can hold stays exact."""
    assert order_of(raw_order(id=order_id)).ref.id == str(order_id)


@pytest.mark.parametrize("order_id", ["A-17", "", None, 0, -1, 1.5, True, 2**63, "٣", "007"])
def test_unusable_id_gives_an_entry_of_its_own(order_id: object) -> None:
    """An order without a usable id is parked under an id no shop gives, the same each time."""
    once, again = (to_order(raw_order(id=order_id), shop="main") for _ in range(2))
    assert isinstance(once, Unreadable)
    assert isinstance(again, Unreadable)
    assert once.ref == again.ref
    assert once.ref.id.startswith("0")
    assert once.ref.id.isdigit()
    assert "id is " in str(once.problems[0])


@pytest.mark.parametrize("value", [None, "", "0000-00-00T00:00:00", False])
def test_empty_date_is_no_date(value: object) -> None:
    """A null and MySQL's zero date mean "none"; without a change date the order's birth counts."""
    order = order_of(raw_order(date_modified_gmt=value, date_paid_gmt=value))
    assert order.payment.paid_at is None
    assert order.modified_at == order.created_at


@pytest.mark.parametrize(
    ("value", "read"),
    [("2026-03-29T01:30:00", (2026, 3, 29, 1, 30)), ("2038-01-20T00:00:00", (2038, 1, 20)),
     ("2026-11-21T13:00:00+01:00", (2026, 11, 21, 12))],
)  # fmt: skip
def test_date_is_utc(value: str, read: tuple[int, ...]) -> None:
    """The gmt fields are UTC whatever the season, and a zone that is stated counts."""
    assert order_of(raw_order(date_created_gmt=value)).created_at == datetime(*read, tzinfo=UTC)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["yesterday", 1767225600, {}])
def test_date_that_is_none_is_named(value: object) -> None:
    """A date that cannot be read is not replaced by another."""
    assert "date_created_gmt is " in faults_of(raw_order(date_created_gmt=value))


@pytest.mark.parametrize(
    ("quantity", "read"), [(3, "3"), ("2", "2"), (-1, "-1"), (Decimal("0.333"), "0.333"),
                           (Decimal("0.30000000000000004"), "0.3"), (0, "0")],
)  # fmt: skip
def test_quantity_may_be_a_part(quantity: object, read: str) -> None:
    """Plugins sell by weight; the noise of PHP's floats is cut off."""
    assert order_of(raw_with_row(quantity=quantity)).lines[0].quantity == Decimal(read)


def test_broken_characters_are_replaced() -> None:
    """Half an emoji would stop the database: it becomes a replacement character, an emoji stays."""
    order = order_of(parse_json(json.dumps(raw_with_row(name="a\ud83d b 🎀")).encode()))
    assert order.lines[0].name == "a\ufffd b 🎀"
    assert load_order(dump_order(order)) == order


def test_doubled_names_make_the_order_unreadable() -> None:
    """Nobody can say which of two amounts counts."""
    body = json.dumps(raw_order()).replace('"total": "80.00"', '"total": "80.00", "total": "8.00"')
    assert "line_items 1" in faults_of(parse_json(body.encode()))
    body = json.dumps(raw_order()).replace('"total": "100.00"', '"total": "100.00", "total": "1.00"')
    assert "names a field twice" in faults_of(parse_json(body.encode()))


def test_deep_meta_does_not_crash() -> None:
    """A meta value nested deeper than the interpreter follows parks the order."""
    deep: Any = "x"
    for _ in range(10_000):
        deep = [deep]
    assert "nested too deeply" in faults_of(raw_order(meta_data=[{"key": "deep", "value": deep}]))


def test_500_rows_and_megabytes_of_meta_are_read() -> None:
    """Size alone is no fault."""
    rows = [{**raw_order()["line_items"][0], "id": number} for number in range(1, 501)]
    order = order_of(raw_order(line_items=rows, meta_data=[{"key": "big", "value": "x" * 5_000_000}]))
    assert len(order.lines) == 500
    assert len(order.meta["big"]) == 5_000_000


def test_meta_becomes_text_and_ours_is_left_out() -> None:
    """Structured values are JSON, of a key that stands twice the last counts, our marks are no content."""
    meta = [
        {"key": "a", "value": "1"}, {"key": "a", "value": "2"},
        {"key": "tree", "value": {"x": [Decimal("1.10"), None]}},
        {"key": "yes", "value": True}, {"key": "none", "value": None}, {"key": "_edit_lock", "value": "1:1"},
        {"key": "_orderbro_document", "value": "B-12"}, {"key": "_orderbro_state", "value": "booked"},
        {"key": "", "value": "x"}, {"key": "is_vat_exempt", "value": "yes"},
        {"key": "billing_orgnr", "value": " 5560160680 "},
        {"key": "_billing_vat_number", "value": "SE556016068001"},
    ]  # fmt: skip
    order = order_of(raw_order(meta_data=meta))
    assert order.meta == {
        "a": "2", "tree": '{"x":[1.10,null]}', "yes": "1", "none": "", "is_vat_exempt": "yes",
        "billing_orgnr": " 5560160680 ", "_billing_vat_number": "SE556016068001",
    }  # fmt: skip
    assert order.document == "B-12"
    assert order.tax_exempt
    assert (order.customer.org_number, order.customer.vat_number) == ("5560160680", "SE556016068001")


def test_rate_that_is_gone_has_no_percent() -> None:
    """Where the shop does not tell the percentage, nothing is made up; a wrong one is named."""
    line = raw_order()["tax_lines"][0]
    assert order_of(raw_order(tax_lines=[{**line, "rate_percent": None}])).tax_lines[0].percent is None
    assert "rate_percent is" in faults_of(raw_order(tax_lines=[{**line, "rate_percent": "25 %"}]))


def test_rows_know_their_kind_and_method() -> None:
    """Freight carries its method with the instance, a positive fee is a fee."""
    freight = {"id": 7, "method_title": "Frakt", "method_id": "flat_rate", "instance_id": "3", "total": "39.20",
               "total_tax": "9.80", "taxes": [{"id": 1, "total": "9.80"}, {"id": 2, "total": ""}],
               "meta_data": []}  # fmt: skip
    shown = [{"key": "k", "value": [1], "display_key": "K", "display_value": [1]}]
    fee = {"id": 8, "name": "Faktura", "tax_status": "taxable", "total": "29.00", "total_tax": "7.25",
           "taxes": [], "meta_data": shown}  # fmt: skip
    _, shipping, charged = order_of(raw_order(shipping_lines=[freight], fee_lines=[fee])).lines
    assert (shipping.kind, shipping.method, len(shipping.taxes)) == (LineKind.SHIPPING, "flat_rate:3", 1)
    assert (charged.kind, dict(charged.meta)) == (LineKind.FEE, {"K": "[1]"})


def test_row_that_is_no_object_or_has_no_id_is_named() -> None:
    """A null among the rows is not skipped."""
    assert "line_items 2 is null" in faults_of(raw_order(line_items=[*raw_order()["line_items"], None]))
    assert "id is null" in faults_of(raw_with_row(id=None))
    assert "name is [], which is not text" in faults_of(raw_with_row(name=[]))
    assert "quantity is missing" in faults_of(raw_with_row(quantity=...) | {"line_items": [{"id": 1}]})


def test_refund_without_its_fields_is_told() -> None:
    """A refund that cannot be read names what is missing."""
    refund, problems = to_refund({"line_items": []}, ref=ref(1))
    assert refund is None
    assert {"id is null, which is not a whole number.", "amount is missing."} <= {
        str(p.what) for p in problems
    }


def test_refund_with_its_rows_is_read() -> None:
    """Rows are negative, the sum is positive."""
    row = {**raw_order()["line_items"][0], "quantity": -1, "total": "-80.00", "total_tax": "-20.00"}
    raw = {"id": 5, "date_created_gmt": "2026-11-21T12:00:00", "amount": "100.00", "reason": "Ånger",
           "line_items": [row], "shipping_lines": [], "fee_lines": []}  # fmt: skip
    refund, problems = to_refund(raw, ref=ref(1))
    assert problems == ()
    assert refund is not None
    assert (refund.gross, refund.lines[0].gross) == (Decimal("100.00"), Decimal("-100.00"))


def test_order_without_any_date_is_unreadable() -> None:
    """Without a birth there is no booking date."""
    told = faults_of(raw_order(date_created_gmt=None, date_modified_gmt=None))
    assert "date_created_gmt is missing." in told
