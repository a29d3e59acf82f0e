"""Refunds of a WooCommerce shop: read from an order or from the list of all, and told of when credited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import responses

from bridge.clock import ManualClock
from bridge.errors import Rejected, Transient
from bridge.model.documents import Document, DocumentKind
from bridge.model.orders import LineKind, Order
from bridge.shops.woocommerce.mapping import to_order
from bridge.shops.woocommerce.mapping_refunds import to_refund
from bridge.sim.woocommerce import ShopSim
from bridge.transport.reply import parse_json
from tests.builders import NOON, a_ref
from tests.woo import a_shop, a_sim, raw_order

API = "https://shop.example/wp-json/wc/v3"

REFUND: Mapping[str, Any] = {
    "id": 5, "parent_id": 7, "amount": "10.00", "reason": "", "line_items": [], "shipping_lines": [],
    "fee_lines": [], "date_created_gmt": "2026-11-21T12:00:00",
}  # fmt: skip


def credit(number: str) -> Document:
    """As an ERP would have made it."""
    return Document(kind=DocumentKind.CREDIT, id=number, number=number)


def rows_of(*rows: Mapping[str, Any], kind: str = "fee_lines") -> dict[str, Any]:
    """A refund with these rows."""
    return {**REFUND, kind: list(rows)}


def row(total: str, *, of: object = "12", **changes: Any) -> dict[str, Any]:
    """A fee row of a refund, pointing at a row of the order."""
    meta = [{"id": 1, "key": "_refunded_item_id", "value": of}]
    return {"id": 900, "name": "X", "total": total, "total_tax": "0.00", "taxes": [], "meta_data": meta,
            "tax_status": "taxable", **changes}  # fmt: skip


def test_refund_rows_bear_the_ids_of_the_orders_rows() -> None:
    """The shop keeps them in hidden meta, as text; a row without keeps its own, which no order's row has."""
    refund, problems = to_refund(rows_of(row("-5.00"), row("-5.00", of="")), ref=a_ref(7))
    assert problems == ()
    assert refund is not None
    assert [line.id for line in refund.lines] == ["12", "900"]


@pytest.mark.parametrize(
    ("total", "status", "kind"),
    [
        ("-5.00", "taxable", LineKind.FEE),
        ("5.00", "taxable", LineKind.DISCOUNT),
        ("5.00", "none", LineKind.GIFT_CARD),
    ],
)
def test_refund_of_a_fee_has_the_kind_of_what_it_takes_back(total: str, status: str, kind: LineKind) -> None:
    """A fee taken back is negative, a discount or a gift card taken back positive."""
    refund, _ = to_refund(rows_of(row(total, tax_status=status)), ref=a_ref(7))
    assert refund is not None
    assert refund.lines[0].kind is kind


def test_order_tells_how_much_was_paid_back() -> None:
    """The shop gives negative totals with the ids."""
    refunds = [{"id": 5, "reason": "", "total": "-10.00"}, {"id": 6, "reason": "", "total": "-2.50"}]
    order = to_order(raw_order(refunds=refunds), shop="main")
    assert isinstance(order, Order)
    assert (order.refund_ids, order.refunded) == (("5", "6"), Decimal("12.50"))


@pytest.mark.parametrize("ident", [150, 151, 152, 153, 154])
def test_recorded_refund_points_at_rows_of_its_recorded_order(shared: Path, ident: int) -> None:
    """Every row is found, and what the order says was paid back is their sum."""
    folder = shared / "woocommerce" / "recorded"
    order = to_order(parse_json((folder / "orders" / f"{ident}.json").read_bytes()), shop="main")
    assert isinstance(order, Order)
    refunds = [
        to_refund(raw, ref=order.ref)[0]
        for raw in parse_json((folder / "refunds" / f"{ident}.json").read_bytes())
    ]
    assert {each.id for each in refunds if each} == set(order.refund_ids)
    assert sum(each.gross for each in refunds if each) == order.refunded
    sold = {line.id for line in order.lines}
    assert all(line.id in sold for each in refunds if each for line in each.lines)


def test_recent_refunds_are_those_of_all_orders_oldest_first(clock: ManualClock) -> None:
    """With their rows; each knows its order. What is older than asked for is left out."""
    clock.advance(86400)
    sim = ShopSim.recorded(now=clock.now)
    shop = a_shop(sim, clock)
    found = shop.recent_refunds(since=NOON)
    assert found is not None
    assert {(each.ref.id, each.id) for each in found} == {
        ("150", "181"), ("151", "182"), ("152", "183"), ("153", "184"), ("153", "185"), ("154", "186"),
    }  # fmt: skip
    assert next(each for each in found if each.id == "181").lines[0].id == "251"
    assert shop.recent_refunds(since=clock.now()) == []


def test_recent_refunds_are_read_page_by_page_and_odd_ones_left_out(clock: ManualClock) -> None:
    """A hundred at a time, asked for in UTC; one without an order, or unreadable, is told of by its order."""
    first = [{**REFUND, "id": number} for number in range(1, 101)]
    second = [
        {**REFUND, "id": 200, "parent_id": 0},
        {**REFUND, "id": 201, "amount": ""},
        None,
        {**REFUND, "id": 202},
    ]
    with responses.RequestsMock() as server:
        for page in (first, second):
            server.get(f"{API}/refunds", json=page)
        found = a_shop(None, clock).recent_refunds(since=datetime(2026, 11, 21, 11, tzinfo=UTC))
        asked = [call.request.params for call in server.calls]  # type: ignore[union-attr] # set by responses
    assert found is not None
    assert [each.id for each in found] == [*(str(number) for number in range(1, 101)), "202"]
    assert [(each["page"], each["after"], each["order"]) for each in asked] == [
        ("1", "2026-11-21T11:00:00Z", "asc"),
        ("2", "2026-11-21T11:00:00Z", "asc"),
    ]
    assert "dates_are_gmt" not in asked[0]


def test_endless_list_of_refunds_is_left_at_some_point(clock: ManualClock) -> None:
    """A plugin that ignores the page number."""
    with responses.RequestsMock() as server:
        server.get(f"{API}/refunds", json=[{**REFUND, "id": number} for number in range(1, 101)])
        found = a_shop(None, clock).recent_refunds(since=NOON)
        assert len(server.calls) == 100
    assert found is not None
    assert len(found) == 100


def test_shop_without_the_list_says_so_and_other_failures_are_failures(clock: ManualClock) -> None:
    """404 no_route is an older WooCommerce; anything else passes by itself."""
    missing = {"code": "rest_no_route", "message": "No route was found.", "data": {"status": 404}}
    with responses.RequestsMock() as server:
        server.get(f"{API}/refunds", json=missing, status=404)
        assert a_shop(None, clock).recent_refunds(since=NOON) is None
    with responses.RequestsMock() as server:
        server.get(f"{API}/refunds", json={}, status=503)
        with pytest.raises(Transient):
            a_shop(None, clock).recent_refunds(since=NOON)


def test_credits_are_listed_beside_the_orders_own_mark(clock: ManualClock) -> None:
    """Two refunds: both numbers in one meta, a private note each, and the mark of the order as it was."""
    sim = a_sim(clock)
    order = sim.place()
    shop, ref = a_shop(sim, clock), a_ref(order)
    shop.mark(ref, document=Document(kind=DocumentKind.ORDER, id="B-12", number="B-12"), repeat=False)
    mails = len(sim.mails)
    shop.mark_refund(ref, refund="77", document=credit("K-1"), repeat=False)
    shop.mark_refund(ref, refund="78", document=credit("K-2"), repeat=False)
    shop.mark_refund(ref, refund="78", document=credit("K-2"), repeat=True)
    meta = {each["key"]: each["value"] for each in sim.order(order)["meta_data"]}
    assert meta["_orderbro_credits"] == "77=K-1, 78=K-2"
    assert meta["_orderbro_document"] == "B-12"
    notes = [note for note in sim.notes[order] if "Orderbro" in note["note"]]
    assert [note["customer_note"] for note in notes] == [False] * 3
    assert ["K-1" in note["note"] and "77" in note["note"] for note in notes] == [False, True, False]
    assert len(sim.mails) == mails
    read = shop.order(ref)
    assert isinstance(read, Order)
    assert not any(key.startswith("_orderbro") for key in read.meta)


def test_credit_the_shop_does_not_keep_is_told(clock: ManualClock) -> None:
    """A plugin that forbids meta: 200, and nothing stored (woocommerce facts, row 13)."""
    with responses.RequestsMock() as server:
        server.get(f"{API}/orders/7", json={"id": 7, "meta_data": [None, {"key": "a", "value": "b"}]})
        server.put(f"{API}/orders/7", json={"id": 7, "meta_data": []})
        with pytest.raises(Rejected, match="did not keep the mark of document K-1"):
            a_shop(None, clock).mark_refund(a_ref(7), refund="77", document=credit("K-1"), repeat=False)


def test_refund_made_in_the_shop_is_in_its_order_its_list_and_all_lists(clock: ManualClock) -> None:
    """By row, through the simulated shop's own interface."""
    clock.advance(timedelta(days=1).total_seconds())
    sim = ShopSim.recorded(now=clock.now)
    shop, ref = a_shop(sim, clock), a_ref(110)
    line = sim.order(110)["line_items"][0]
    made = sim.refund(110, line_items=[{"id": line["id"], "quantity": 1, "refund_total": "1.00"}])
    order = shop.order(ref)
    assert isinstance(order, Order)
    assert (order.refund_ids, order.refunded) == ((str(made),), Decimal("1.00"))
    (refund,) = shop.refunds(ref)
    assert (refund.id, refund.lines[0].id, refund.lines[0].quantity) == (
        str(made),
        str(line["id"]),
        Decimal(-1),
    )
    assert [each.id for each in shop.recent_refunds(since=clock.now() - timedelta(hours=1)) or ()] == [
        str(made)
    ]
