"""Stock as orders move it (woocommerce facts, tables a, e, i)."""

from __future__ import annotations

from typing import Any

from bridge.sim.woocommerce.state import Order, State

__all__ = ["give_back", "restock_refunded", "set_stock", "take"]

REDUCED = "_reduced_stock"


def take(state: State, order: Order) -> None:
    """Take what is not taken yet; the product's ``date_modified`` moves with it (table a).

    REST orders ignore what there is: 9 of 5 leaves -4 (table i).
    """
    told = []
    for line in order["line_items"]:
        article = _counted(state, line)
        if article is None or _reduced(line) is not None:
            continue
        had = int(article["stock_quantity"] or 0)
        set_stock(state, article, had - int(line["quantity"]))
        line["meta_data"].append(_mark(state, REDUCED, str(line["quantity"])))
        told.append(f"{line['name']} ({had}&rarr;{had - int(line['quantity'])})")
    if told:
        state.note(order["id"], f"Stock levels reduced: {', '.join(told)}")


def give_back(state: State, order: Order) -> None:
    """Cancelled, or pending again: everything goes back, with a note."""
    told = []
    for line in order["line_items"]:
        article, row = _counted(state, line), _reduced(line)
        if article is None or row is None:
            continue
        had = int(article["stock_quantity"] or 0)
        set_stock(state, article, had + int(row["value"]))
        line["meta_data"].remove(row)
        told.append(f"{line['name']} ({had}&rarr;{had + int(row['value'])})")
    if told:
        state.note(order["id"], f"Stock levels increased: {', '.join(told)}")


def restock_refunded(state: State, order: Order, line: dict[str, Any], quantity: int) -> None:
    """A refund that names pieces puts them back."""
    article, row = _counted(state, line), _reduced(line)
    if article is None or row is None or quantity <= 0:
        return
    had = int(article["stock_quantity"] or 0)
    set_stock(state, article, had + quantity)
    row["value"] = row["display_value"] = str(int(row["value"]) - quantity)
    line["meta_data"].append(_mark(state, "_restock_refunded_items", str(quantity)))
    state.note(order["id"], f"Item #{article['id']} stock increased from {had} to {had + quantity}.")


def set_stock(state: State, article: dict[str, Any], quantity: int) -> None:
    """An absolute value; it may be below nothing, and the same value again moves the date too (tables a, i)."""
    article["stock_quantity"] = quantity
    article["stock_status"] = "instock" if quantity > 0 else "outofstock"
    article["date_modified"] = state.now()
    state.emit("product.updated", int(article["id"]))


def _counted(state: State, line: dict[str, Any]) -> dict[str, Any] | None:
    article = state.products.get(line["variation_id"] or line["product_id"])
    return article if article is not None and article.get("manage_stock") is True else None


def _reduced(line: dict[str, Any]) -> dict[str, Any] | None:
    return next((row for row in line["meta_data"] if row["key"] == REDUCED), None)


def _mark(state: State, key: str, value: str) -> dict[str, Any]:
    return {
        "id": state.next_id("item meta"),
        "key": key,
        "value": value,
        "display_key": key,
        "display_value": value,
    }
