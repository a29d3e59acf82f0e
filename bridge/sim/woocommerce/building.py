"""Orders made and changed over the API (woocommerce facts, rows 4, 7, 11 and tables e, j)."""

from __future__ import annotations

from typing import Any

from bridge.sim.woocommerce.coupons import UnknownCoupon, apply_coupons
from bridge.sim.woocommerce.errors import WpError
from bridge.sim.woocommerce.lines import put_fees, put_products, put_shipping
from bridge.sim.woocommerce.load import blank_order
from bridge.sim.woocommerce.meta import put_meta
from bridge.sim.woocommerce.state import Order, State
from bridge.sim.woocommerce.status import change_status, pay
from bridge.sim.woocommerce.totals import recompute

__all__ = ["create_order", "update_order"]

# row 4: any of these in a PUT, and the whole order is worked out anew with the tax rates of today
RECOMPUTING = ("billing", "shipping", "line_items", "fee_lines", "shipping_lines", "coupon_lines")
PLAIN = (
    "currency",
    "customer_id",
    "customer_note",
    "payment_method",
    "payment_method_title",
    "transaction_id",
    "parent_id",
    "created_via",
)


class _BadCoupon(WpError):
    """A code the shop does not have."""


def create_order(state: State, body: dict[str, Any]) -> Order:
    """POST orders."""
    order = blank_order(state, state.next_id("post"))
    state.orders[order["id"]] = order
    try:
        _apply(state, order, body, new=True)
    except _BadCoupon as refused:  # row 11: the failed order stays, as a draft
        order["status"] = "checkout-draft"
        refused.data["new_draft_order_id"] = order["id"]
        raise
    except Exception:
        del state.orders[order["id"]]
        raise
    state.emit("order.created", order["id"])
    state.emit("order.updated", order["id"])  # table g: also on creation
    return order


def update_order(state: State, order: Order, body: dict[str, Any]) -> None:
    """PUT orders/<id>: on HPOS every one moves the date, an empty one too; legacy not for meta alone (row 7)."""
    _apply(state, order, body, new=False)
    if state.hpos or set(body) - {"meta_data", "id"}:
        state.touch(order)
    state.emit("order.updated", order["id"])


def _apply(state: State, order: Order, body: dict[str, Any], *, new: bool) -> None:
    for name in PLAIN:
        if name in body and (new or name not in ("created_via", "parent_id")):
            order[name] = body[name]
    for part in ("billing", "shipping"):
        order[part] |= {
            name: str(value) for name, value in (body.get(part) or {}).items() if name in order[part]
        }
    put_products(state, order, body.get("line_items") or [])
    put_shipping(state, order, body.get("shipping_lines") or [])
    put_fees(state, order, body.get("fee_lines") or [])
    put_meta(state, order, body.get("meta_data"))
    if "coupon_lines" in body:
        try:
            apply_coupons(state, order, [str(row.get("code", "")).lower() for row in body["coupon_lines"]])
        except UnknownCoupon as unknown:
            message = f'Coupon "{unknown.code}" does not exist!'
            raise _BadCoupon(400, "woocommerce_rest_invalid_coupon", message) from None
    if any(name in body for name in RECOMPUTING):
        recompute(state, order)
    if body.get("status"):
        change_status(state, order, str(body["status"]))
    if body.get("set_paid") is True and (new or order["date_paid"] is None):
        pay(state, order)
