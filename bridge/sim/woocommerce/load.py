"""Recorded answers back into the shop's memory."""

from __future__ import annotations

import copy
from typing import Any

from bridge.sim.woocommerce.moments import parse_stored
from bridge.sim.woocommerce.state import Order, State

__all__ = ["adopt_catalogue", "adopt_notes", "adopt_order", "adopt_refunds"]

# Worked out anew on each answer, never stored
DERIVED = (
    "_links",
    "currency_symbol",
    "payment_url",
    "is_editable",
    "needs_payment",
    "needs_processing",
    "refunds",
)
DATES = ("date_created", "date_modified", "date_completed", "date_paid")
ADDRESS = "first_name last_name company address_1 address_2 city state postcode country".split()
BLANK_ORDER: dict[str, Any] = {
    "parent_id": 0,
    "status": "pending",
    "currency": "SEK",
    "version": "10.5.0",
    "prices_include_tax": True,
    "discount_total": "0",
    "discount_tax": "0",
    "shipping_total": "0",
    "shipping_tax": "0",
    "cart_tax": "0",
    "total": "0",
    "total_tax": "0",
    "customer_id": 0,
    "payment_method": "",
    "payment_method_title": "",
    "transaction_id": "",
    "customer_ip_address": "",
    "customer_user_agent": "",
    "created_via": "rest-api",
    "customer_note": "",
    "cart_hash": "",
    "meta_data": [],
    "line_items": [],
    "tax_lines": [],
    "shipping_lines": [],
    "fee_lines": [],
    "coupon_lines": [],
}


def blank_order(state: State, ident: int) -> Order:
    """An order with every field and nothing in it."""
    now = state.now()
    order = {
        **copy.deepcopy(BLANK_ORDER),
        "id": ident,
        "number": str(ident),
        "order_key": f"wc_order_{ident:013d}",
    }
    order |= {"currency": state.currency, "date_created": now, "date_modified": now, "date_completed": None}
    order |= {"date_paid": None, "billing": address(billing=True), "shipping": address(billing=False)}
    return order


def address(*, billing: bool) -> dict[str, str]:
    """An empty address in the shop's own order of fields."""
    return dict.fromkeys([*ADDRESS, *(["email"] if billing else []), "phone"], "")


def adopt_order(state: State, given: dict[str, Any]) -> Order:
    """Take an order as the shop would have sent it: nothing is recomputed."""
    ident = int(given["id"]) if "id" in given else state.next_id("post")
    state.taken("post", ident)
    order = blank_order(state, ident)
    for name, value in copy.deepcopy(given).items():
        if name in DERIVED or name.removesuffix("_gmt") in DATES:
            continue
        order[name] = {**order[name], **value} if name in ("billing", "shipping") else value
    for name in DATES:
        moment = _moment(state, given, name)
        if moment is not None or name in given or f"{name}_gmt" in given:
            order[name] = moment
    order["date_created"] = order["date_created"] or state.now()
    order["date_modified"] = order["date_modified"] or order["date_created"]
    _number_items(state, order)
    _adopt_articles(state, order["line_items"])
    state.orders[ident] = order
    return order


def _moment(state: State, given: dict[str, Any], name: str) -> Any:
    gmt = parse_stored(given.get(f"{name}_gmt"))
    if gmt is not None:
        return gmt
    local = given.get(name)
    if isinstance(local, str) and local:
        moment = parse_stored(local)
        return moment.replace(tzinfo=state.zone).astimezone(moment.tzinfo) if moment else None
    return parse_stored(local)


def _number_items(state: State, order: Order) -> None:
    for kind in ("line_items", "tax_lines", "shipping_lines", "fee_lines", "coupon_lines"):
        for line in order[kind]:
            line.setdefault("meta_data", [])
            if "id" not in line:
                line["id"] = state.next_id("item")
            state.taken("item", line["id"])
            for row in line["meta_data"]:
                row.setdefault("id", state.next_id("item meta"))
                state.taken("item meta", row["id"])
    for row in order["meta_data"]:
        row.setdefault("id", state.next_id("meta"))
        state.taken("meta", row["id"])


def _adopt_articles(state: State, lines: list[dict[str, Any]]) -> None:
    """A line that names an article the catalogue lacks brings it along, with the SKU the line shows."""
    for line in lines:
        product, variation = line.get("product_id", 0), line.get("variation_id", 0)
        line.setdefault("product_id", 0)
        line.setdefault("variation_id", 0)
        line.setdefault("tax_class", "")
        if product and product not in state.products:
            sku = "" if variation else line.get("sku") or ""
            state.products[product] = _article(product, line, sku=sku)
        if variation and variation not in state.products:
            state.products[variation] = {
                **_article(variation, line, sku=line.get("sku") or ""),
                "parent_id": product,
            }


def _article(ident: int, line: dict[str, Any], *, sku: str) -> dict[str, Any]:
    return {
        "id": ident,
        "name": line.get("parent_name") or line.get("name", ""),
        "sku": sku,
        "parent_id": 0,
        "type": "simple",
        "status": "publish",
        "regular_price": "0.00",
        "price": "0.00",
        "tax_class": line.get("tax_class", ""),
        "tax_status": "taxable",
        "manage_stock": False,
        "stock_quantity": None,
    }


def adopt_catalogue(
    state: State, products: list[dict[str, Any]], variations: dict[int, list[dict[str, Any]]]
) -> None:
    """The articles, variations among them."""
    for article in copy.deepcopy(products):
        state.products[article["id"]] = article
        state.taken("post", article["id"])
    for parent, rows in copy.deepcopy(variations).items():
        for row in rows:
            state.products[row["id"]] = {**row, "parent_id": parent}
            state.taken("post", row["id"])


def adopt_refunds(state: State, order: int, rows: list[dict[str, Any]]) -> None:
    """The refunds of an order, newest last as they were made."""
    for row in sorted(copy.deepcopy(rows), key=lambda refund: int(refund["id"])):
        kept = {
            name: value
            for name, value in row.items()
            if name not in ("_links", "parent_id", "date_created_gmt")
        }
        kept["date_created"] = parse_stored(row["date_created_gmt"])
        state.refunds.setdefault(order, []).append(kept)
        state.taken("post", row["id"])


def adopt_notes(state: State, order: int, rows: list[dict[str, Any]]) -> None:
    """The notes of an order, oldest first."""
    for row in sorted(rows, key=lambda note: int(note["id"])):
        state.notes.setdefault(order, []).append(
            {
                "id": row["id"],
                "author": row["author"],
                "date_created": parse_stored(row["date_created_gmt"]),
                "note": row["note"],
                "customer_note": row["customer_note"],
            }
        )
        state.taken("note", row["id"])
