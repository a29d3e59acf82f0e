"""Product, shipping and fee lines as POST and PUT make and change them (woocommerce facts, row 4, table j)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bridge.sim.woocommerce.errors import WpError
from bridge.sim.woocommerce.meta import as_stored
from bridge.sim.woocommerce.money import dec, stored
from bridge.sim.woocommerce.state import Order, State

__all__ = ["net_of_base_tax", "put_fees", "put_products", "put_shipping"]

Line = dict[str, Any]


def put_products(state: State, order: Order, rows: list[dict[str, Any]]) -> None:
    """A row without ``id`` adds a line (row 4: 598.00 became 1147.00); quantity 0 with an id takes it away."""
    for row in rows:
        line = _with_id(order["line_items"], row)
        if line is None:
            order["line_items"].append(_new_product(state, row))
        elif "quantity" in row and not int(row["quantity"]):
            order["line_items"].remove(line)
        else:
            _change_product(state, line, row)


def _new_product(state: State, row: dict[str, Any]) -> Line:
    asked = row.get("quantity", 1)
    quantity = int(asked)
    if not quantity and dec(asked) == 0:
        raise ZeroDivisionError("Division by zero")  # table d: quantity 0 in POST is a fatal error, 500
    article, parent = _articles(state, row)
    # row 5: a batch does not validate; half a piece costs half and is counted as none
    worth = net_of_base_tax(state, article, parent) * dec(asked)
    subtotal = dec(row["subtotal"]) if "subtotal" in row else _net(state, article, parent, dec(asked), worth)
    total = dec(row["total"]) if "total" in row else subtotal
    variation = article["id"] if parent is not None else 0
    attributes = [
        (attribute.get("slug", ""), attribute.get("name", ""), attribute.get("option", ""))
        for attribute in (article.get("attributes") or [] if parent is not None else [])
    ]
    meta = [
        {"id": state.next_id("item meta"), "key": slug, "value": option.lower(), "display_key": name,
         "display_value": option}
        for slug, name, option in attributes
    ]  # fmt: skip
    line = {
        "id": state.next_id("item"),
        "name": row.get("name") or _name(article, parent),
        "product_id": parent["id"] if parent is not None else article["id"],
        "variation_id": variation,
        "quantity": quantity,
        "tax_class": _tax_class(article, parent),
        "subtotal": str(stored(subtotal)),
        "subtotal_tax": "0",
        "total": str(stored(total)),
        "total_tax": "0",
        "taxes": [],
        "meta_data": meta,
    }
    _put_meta(state, line, row)
    return line


def _change_product(state: State, line: Line, row: dict[str, Any]) -> None:
    line.pop("price", None)
    if "quantity" in row:
        pieces = Decimal(line["quantity"]) or Decimal(1)
        for name in ("subtotal", "total"):
            line[name] = str(stored(dec(line[name]) / pieces * int(row["quantity"])))
        line["quantity"] = int(row["quantity"])
    for name in ("subtotal", "total"):
        if name in row:
            line[name] = str(stored(dec(row[name])))
    if "name" in row:
        line["name"] = row["name"]
    _put_meta(state, line, row)


def net_of_base_tax(state: State, article: dict[str, Any], parent: dict[str, Any] | None) -> Decimal:
    """One piece without the shop's own VAT, which the price includes wherever the buyer lives (table j)."""
    price = dec(article.get("price") or article.get("regular_price"))
    percent = sum((rate.percent for rate in _base_rates(state, article, parent)), Decimal(0))
    return price / (1 + percent / 100)


def _net(
    state: State, article: dict[str, Any], parent: dict[str, Any] | None, quantity: Decimal, worth: Decimal
) -> Decimal:
    """The line's VAT is rounded to six decimals and taken off the whole line, not off the piece."""
    gross = dec(article.get("price") or article.get("regular_price")) * quantity
    return gross - stored(gross - worth) if _base_rates(state, article, parent) else gross


def _base_rates(state: State, article: dict[str, Any], parent: dict[str, Any] | None) -> list[Any]:
    if article.get("tax_status", "taxable") != "taxable":
        return []
    return state.rates_for(state.country, _tax_class(article, parent))


def _articles(state: State, row: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    ident = int(row.get("variation_id") or row.get("product_id") or 0)
    if not ident and row.get("sku"):
        ident = next((key for key, article in state.products.items() if article["sku"] == row["sku"]), 0)
    if not ident:
        raise WpError(400, "woocommerce_rest_required_product_reference", "Product ID or SKU is required.")
    article = state.products.get(ident)
    if article is None:
        raise WpError(400, "woocommerce_rest_invalid_product_id", "Invalid product ID.")
    return article, state.products.get(article.get("parent_id") or 0)


def _name(article: dict[str, Any], parent: dict[str, Any] | None) -> str:
    return str(article["name"]) if parent is None else f"{parent['name']} - {article['name']}"


def _tax_class(article: dict[str, Any], parent: dict[str, Any] | None) -> str:
    own = str(article.get("tax_class") or "")
    return str(parent.get("tax_class") or "") if own == "parent" and parent is not None else own


def put_shipping(state: State, order: Order, rows: list[dict[str, Any]]) -> None:
    """Shipping lines."""
    for row in rows:
        line = _with_id(order["shipping_lines"], row)
        if line is None:
            line = {
                "id": state.next_id("item"),
                "method_title": "",
                "method_id": "",
                "instance_id": "",
                "total": "0",
                "total_tax": "0",
                "taxes": [],
                "tax_status": "taxable",
                "meta_data": [],
            }
            order["shipping_lines"].append(line)
        elif row.get("method_id", "") is None:
            order["shipping_lines"].remove(line)
            continue
        line |= {name: str(row[name]) for name in ("method_title", "method_id", "instance_id") if name in row}
        if "total" in row:
            line["total"] = str(stored(dec(row["total"])))
        _put_meta(state, line, row)


def put_fees(state: State, order: Order, rows: list[dict[str, Any]]) -> None:
    """Fee lines; how a negative one is taxed is the matter of the totals (row 8)."""
    for row in rows:
        line = _with_id(order["fee_lines"], row)
        if line is None:
            line = {
                "id": state.next_id("item"),
                "name": "",
                "tax_class": "",
                "tax_status": "taxable",
                "amount": "",
                "total": "0",
                "total_tax": "0",
                "taxes": [],
                "meta_data": [],
            }
            order["fee_lines"].append(line)
        elif row.get("name", "") is None:
            order["fee_lines"].remove(line)
            continue
        line |= {name: str(row[name]) for name in ("name", "tax_class", "tax_status") if name in row}
        if "total" in row:
            line["total"] = str(stored(dec(row["total"])))
        _put_meta(state, line, row)


def _with_id(lines: list[Line], row: dict[str, Any]) -> Line | None:
    if not row.get("id"):
        return None
    found = next((line for line in lines if line["id"] == int(row["id"])), None)
    if found is None:
        raise WpError(
            400, "woocommerce_rest_invalid_item_id", "Order item ID provided is not associated with order."
        )
    return found


def _put_meta(state: State, line: Line, row: dict[str, Any]) -> None:
    for entry in row.get("meta_data") or []:
        key, value = str(entry.get("key", "")), as_stored(entry.get("value"))
        line["meta_data"].append(
            {
                "id": state.next_id("item meta"),
                "key": key,
                "value": value,
                "display_key": key,
                "display_value": value,
            }
        )
