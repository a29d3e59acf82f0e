"""Orders, refunds and notes as JSON: the same keys, order and types as the real shop's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bridge.sim.woocommerce.moments import shown, shown_local
from bridge.sim.woocommerce.money import dec, text
from bridge.sim.woocommerce.state import Order, State

__all__ = ["API", "note_json", "order_json", "refund_json"]

API = "/wp-json/wc/v3"
SYMBOLS = {"SEK": "kr", "DKK": "kr.", "NOK": "kr", "EUR": "€", "USD": "$", "GBP": "£"}
EDITABLE = {"pending", "on-hold", "auto-draft"}
UNPAID = {"pending", "failed", "checkout-draft"}
ORDER_VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
LINE_MONEY = ("subtotal", "subtotal_tax", "total", "total_tax")


def order_json(
    state: State, order: Order, *, dp: int = 2, base: str = "https://shop.example"
) -> dict[str, Any]:
    """GET orders/<id>."""
    ident = order["id"]
    plain = {
        name: order[name]
        for name in ("id", "parent_id", "status", "currency", "version", "prices_include_tax")
    }
    dates = {
        name: order.get(name) for name in ("date_created", "date_modified", "date_completed", "date_paid")
    }
    local = {name: shown_local(moment, state.zone) for name, moment in dates.items()}
    sums = "discount_total discount_tax shipping_total shipping_tax cart_tax total total_tax".split()
    refunds = state.refunds.get(ident, [])
    unpaid = order["status"] in UNPAID and dec(order["total"]) > 0
    return {
        **plain,
        "date_created": local["date_created"],
        "date_modified": local["date_modified"],
        **{name: text(order[name], dp) for name in sums},
        **{name: order[name] for name in ("customer_id", "order_key")},
        "billing": dict(order["billing"]),
        "shipping": dict(order["shipping"]),
        **{
            name: order[name]
            for name in (
                "payment_method",
                "payment_method_title",
                "transaction_id",
                "customer_ip_address",
                "customer_user_agent",
                "created_via",
                "customer_note",
            )
        },
        "date_completed": local["date_completed"],
        "date_paid": local["date_paid"],
        "cart_hash": order["cart_hash"],
        "number": order["number"],
        "meta_data": [dict(row) for row in order["meta_data"]],
        "line_items": [_product_line(state, line, dp) for line in order["line_items"]],
        "tax_lines": [_tax_line(line, dp) for line in order["tax_lines"]],
        "shipping_lines": [_money_line(line, dp, ("total", "total_tax")) for line in order["shipping_lines"]],
        "fee_lines": [_money_line(line, dp, ("total", "total_tax")) for line in order["fee_lines"]],
        "coupon_lines": [dict(line) for line in order["coupon_lines"]],  # amounts as stored: 55.2 (order 121)
        "refunds": [
            {"id": row["id"], "reason": row["reason"], "total": f"-{text(row['amount'], dp)}"}
            for row in refunds
        ],
        "payment_url": f"{base}/checkout/order-pay/{ident}/?pay_for_order=true&key={order['order_key']}",
        "is_editable": order["status"] in EDITABLE,
        "needs_payment": unpaid,
        "needs_processing": True,  # table j: true in all 73
        **{f"{name}_gmt": shown(moment) for name, moment in dates.items()},
        "currency_symbol": SYMBOLS.get(order["currency"], order["currency"]),
        "_links": {
            **_links(f"{base}{API}/orders/{ident}", ORDER_VERBS, f"{base}{API}/orders"),
            "email_templates": [
                {"embeddable": True, "href": f"{base}{API}/orders/{ident}/actions/email_templates"}
            ],
            **_customer_link(order["customer_id"], base),
        },
    }


def refund_json(
    state: State,
    order: int,
    refund: dict[str, Any],
    *,
    dp: int = 2,
    base: str = "https://shop.example",
    parent: bool = False,
) -> dict[str, Any]:
    """GET orders/<id>/refunds/<id>; the list over all orders names the order as ``parent_id``."""
    created: datetime = refund["date_created"]
    above = f"{base}{API}/orders/{order}"
    return {
        "id": refund["id"],
        **({"parent_id": order} if parent else {}),
        "date_created": shown_local(created, state.zone),
        "date_created_gmt": shown(created),
        "amount": text(refund["amount"], dp),
        **{name: refund[name] for name in ("reason", "refunded_by", "refunded_payment")},
        "meta_data": [dict(row) for row in refund["meta_data"]],
        "line_items": [_product_line(state, line, dp) for line in refund["line_items"]],
        "shipping_lines": [
            _money_line(line, dp, ("total", "total_tax")) for line in refund["shipping_lines"]
        ],
        "tax_lines": [_tax_line(line, dp) for line in refund["tax_lines"]],
        "fee_lines": [_money_line(line, dp, ("total", "total_tax")) for line in refund["fee_lines"]],
        "_links": {
            **_links(f"{above}/refunds/{refund['id']}", ["GET", "DELETE"], f"{above}/refunds"),
            "up": [{"href": above}],
        },
    }


def note_json(
    state: State, order: int, note: dict[str, Any], *, base: str = "https://shop.example"
) -> dict[str, Any]:
    """GET orders/<id>/notes/<id>."""
    above = f"{base}{API}/orders/{order}"
    return {
        "id": note["id"],
        "author": note["author"],
        "date_created": shown_local(note["date_created"], state.zone),
        "date_created_gmt": shown(note["date_created"]),
        "note": note["note"],
        "customer_note": note["customer_note"],
        "_links": {
            **_links(f"{above}/notes/{note['id']}", ["GET", "DELETE"], f"{above}/notes"),
            "up": [{"href": above}],
        },
    }


def _links(self_href: str, verbs: list[str], collection: str) -> dict[str, Any]:
    return {
        "self": [{"href": self_href, "targetHints": {"allow": list(verbs)}}],
        "collection": [{"href": collection}],
    }


def _customer_link(customer: int, base: str) -> dict[str, Any]:
    return {"customer": [{"href": f"{base}{API}/customers/{customer}"}]} if customer else {}


def _taxes(line: dict[str, Any], dp: int) -> list[dict[str, Any]]:
    return [
        {
            "id": tax["id"],
            "total": text(tax["total"], dp),
            "subtotal": text(tax["subtotal"], dp) if tax["subtotal"] != "" else "",
        }
        for tax in line["taxes"]
    ]


def _money_line(line: dict[str, Any], dp: int, amounts: tuple[str, ...]) -> dict[str, Any]:
    shown_line = {**line, "meta_data": [dict(row) for row in line["meta_data"]]}
    for name in amounts:
        shown_line[name] = text(line[name], dp)
    if "taxes" in line:
        shown_line["taxes"] = _taxes(line, dp)
    return shown_line


def _tax_line(line: dict[str, Any], dp: int) -> dict[str, Any]:
    return {
        **line,
        "tax_total": text(line["tax_total"], dp),
        "shipping_tax_total": text(line["shipping_tax_total"], dp),
    }


def _product_line(state: State, line: dict[str, Any], dp: int) -> dict[str, Any]:
    """Row 15: the SKU is the product's of today; a deleted product shows 0 and null, the name stays."""
    price = line["price"] if "price" in line else _price(line)
    return {
        **{name: line[name] for name in ("id", "name")},
        **_product_part(state, line),
        "quantity": line["quantity"],
        "tax_class": line["tax_class"],
        **{name: text(line[name], dp) for name in LINE_MONEY},
        "taxes": _taxes(line, dp),
        "meta_data": [_shown_meta(row) for row in line["meta_data"]],
        **_article_part(state, line),
        "price": price,
        **_picture_part(state, line),
    }


def _price(line: dict[str, Any]) -> int | float:
    """Net of one piece after discount, a binary fraction and unrounded: 55.199999999999996 (table j)."""
    pieces = line["quantity"]
    price = float(dec(line["total"])) / pieces if pieces else 0.0
    return int(price) if price.is_integer() else price


def _product_part(state: State, line: dict[str, Any]) -> dict[str, Any]:
    product = line["product_id"] if line["product_id"] in state.products else 0
    variation = line["variation_id"] if product and line["variation_id"] in state.products else 0
    return {"product_id": product, "variation_id": variation}


def _article(state: State, line: dict[str, Any]) -> dict[str, Any] | None:
    return state.products.get(line["variation_id"] or line["product_id"])


def _article_part(state: State, line: dict[str, Any]) -> dict[str, Any]:
    article = _article(state, line)
    if article is None:
        return {"sku": None, "global_unique_id": None}
    parent = state.products.get(article.get("parent_id", 0), {})
    # row 15: a variation without a SKU of its own shows its parent's
    return {
        "sku": article["sku"] or parent.get("sku", ""),
        "global_unique_id": article.get("global_unique_id", ""),
    }


def _picture_part(state: State, line: dict[str, Any]) -> dict[str, Any]:
    article = _article(state, line)
    plain = article is not None and not line["variation_id"]
    parent = state.products.get(article.get("parent_id", 0)) if article is not None else None
    return {
        "image": {"id": "" if plain else 0, "src": ""},
        "parent_name": parent["name"] if parent is not None else None,
    }


def _shown_meta(row: dict[str, Any]) -> dict[str, Any]:
    return (
        {"display_key": row["key"], "display_value": row["value"], **row}
        if "display_key" not in row
        else dict(row)
    )
