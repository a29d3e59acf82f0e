"""Making refunds (woocommerce facts, table j, section Refunds, and table e)."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from bridge.sim.woocommerce.errors import WpError
from bridge.sim.woocommerce.money import ZERO, dec, half_up, text, total_of
from bridge.sim.woocommerce.state import Order, State
from bridge.sim.woocommerce.stock import restock_refunded

__all__ = ["create_refund", "left_of", "refund_the_rest"]

Refund = dict[str, Any]


def left_of(state: State, order: Order) -> Decimal:
    """What has not been refunded yet."""
    return dec(order["total"]) - total_of(dec(row["amount"]) for row in state.refunds.get(order["id"], []))


def create_refund(state: State, order: Order, body: dict[str, Any]) -> Refund:
    """POST orders/<id>/refunds. Over what is left: 500, ``data`` a number (table d). Not idempotent (row 11)."""
    lines = _lines(state, order, body.get("line_items") or [])
    amount = half_up(dec(body["amount"]) if body.get("amount") not in (None, "") else -_worth(lines))
    left = left_of(state, order)
    if amount < 0 or amount > left or amount == 0 == left:
        raise WpError(500, "woocommerce_rest_cannot_create_order_refund", "Invalid refund amount.", data=500)
    whole = amount == left
    refund = _store(state, order, amount, str(body.get("reason", "")), lines, whole=whole)
    if body.get("api_restock", True):
        _restock(state, order, body.get("line_items") or [])
    _tell(state, order, whole=whole)
    if whole and order["status"] != "refunded":
        before = state.statuses.get(order["status"], order["status"])
        order["status"] = "refunded"  # by itself, with its note (table e)
        state.note(order["id"], f"Order status changed from {before} to Refunded.")
    state.touch(order)  # creating moves the order's date, deleting does not
    state.emit("order.updated", order["id"])  # table g: also on a refund
    return refund


def refund_the_rest(state: State, order: Order) -> None:
    """The status was set to refunded: a refund without any lines (table j)."""
    left = left_of(state, order)
    if left > 0:
        _store(state, order, left, "Order fully refunded.", _no_lines(), whole=True)
        state.note(
            order["id"],
            "Order status set to refunded. To return funds to the customer you will need to issue a refund through "
            "your payment gateway.",
        )
        _tell(state, order, whole=True)


def _tell(state: State, order: Order, *, whole: bool) -> None:
    kind = "customer_refunded_order" if whole else "customer_partially_refunded_order"
    word = "refunded" if whole else "partially refunded"
    state.mail(order["id"], kind, f"Your order has been {word}")


def _store(
    state: State, order: Order, amount: Decimal, reason: str, lines: dict[str, list[Any]], *, whole: bool
) -> Refund:
    meta = {"id": state.next_id("meta"), "key": "_refund_type", "value": "full" if whole else "partial"}
    refund: Refund = {
        "id": state.next_id("post"),
        "date_created": state.now(),
        "amount": str(amount),
        "reason": reason,
        "refunded_by": 1,
        "refunded_payment": False,
        "meta_data": [meta],
        **lines,
    }
    state.refunds.setdefault(order["id"], []).append(refund)
    return refund


def _no_lines() -> dict[str, list[Any]]:
    return {"line_items": [], "shipping_lines": [], "tax_lines": [], "fee_lines": []}


def _lines(state: State, order: Order, wanted: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """The named rows of the order, turned negative; the ``price`` alone stays positive (table j)."""
    made = _no_lines()
    for row in wanted:
        for kind in ("line_items", "shipping_lines", "fee_lines"):
            source = next((line for line in order[kind] if line["id"] == row.get("id")), None)
            if source is not None:
                made[kind].append(_negative(state, source, row))
    made["tax_lines"] = _tax_lines(state, order, made)
    return made


def _negative(state: State, source: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    total, taxes = dec(row.get("refund_total")), {
        tax["id"]: dec(tax.get("refund_total")) for tax in row.get("refund_tax") or []
    }  # fmt: skip
    tax_total = total_of(taxes.values())
    meta = {
        "id": state.next_id("item meta"),
        "key": "_refunded_item_id",
        "value": str(source["id"]),
        "display_key": "_refunded_item_id",
        "display_value": str(source["id"]),
    }
    line = {**source, "id": state.next_id("item"), "meta_data": [meta]}
    line |= {"total": text(-total), "total_tax": text(-tax_total)}
    product = "quantity" in source
    if product:
        line.pop("price", None)
        line |= {
            "quantity": -int(row.get("quantity", 0)),
            "subtotal": text(-total),
            "subtotal_tax": text(-tax_total),
        }
    line["taxes"] = [
        {"id": rate, "total": text(-tax), "subtotal": text(-tax) if product else ""}
        for rate, tax in taxes.items()
    ]
    return line


def _tax_lines(state: State, order: Order, made: dict[str, list[Any]]) -> list[dict[str, Any]]:
    sums: dict[int, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for kind, place in (("line_items", 0), ("fee_lines", 0), ("shipping_lines", 1)):
        for line in made[kind]:
            for tax in line["taxes"]:
                sums[tax["id"]][place] += dec(tax["total"])
    known = {line["rate_id"]: line for line in order["tax_lines"]}
    return [
        {
            **known[rate],
            "id": state.next_id("item"),
            "tax_total": text(goods),
            "shipping_tax_total": text(freight),
            "meta_data": [],
        }
        for rate, (goods, freight) in sums.items()
        if rate in known
    ]


def _worth(lines: dict[str, list[Any]]) -> Decimal:
    kinds = ("line_items", "shipping_lines", "fee_lines")
    return total_of(dec(line["total"]) + dec(line["total_tax"]) for kind in kinds for line in lines[kind])


def _restock(state: State, order: Order, wanted: list[dict[str, Any]]) -> None:
    for row in wanted:
        line = next((line for line in order["line_items"] if line["id"] == row.get("id")), None)
        if line is not None:
            restock_refunded(state, order, line, int(row.get("quantity", 0)))
