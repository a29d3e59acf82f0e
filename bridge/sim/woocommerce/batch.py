"""The ``…/batch`` calls: a hundred items at most, no validation (woocommerce facts, rows 5, 6, table i)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bridge.sim.woocommerce.app import Handler
from bridge.sim.woocommerce.building import create_order, update_order
from bridge.sim.woocommerce.errors import WpError, invalid_id
from bridge.sim.woocommerce.orders import find, remove
from bridge.sim.woocommerce.products import change_article, product_json
from bridge.sim.woocommerce.render import order_json
from bridge.sim.woocommerce.request import Call, Reply

__all__ = ["ROUTES"]

LIMIT = 100
Item = dict[str, Any]
Worker = Callable[[Item], Item]


def _run(call: Call, workers: Mapping[str, Worker]) -> Reply:
    """Work off create, update, delete; a failed item is an error in its place and the whole still a 200 (table i)."""
    body = call.body if isinstance(call.body, dict) else {}
    asked = {verb: list(body.get(verb) or []) for verb in ("create", "update", "delete")}
    if sum(len(items) for items in asked.values()) > LIMIT:  # 101: 413 and nothing is done
        raise WpError(
            413,
            "woocommerce_rest_request_entity_too_large",
            f"Unable to accept more than {LIMIT} items for this request.",
        )
    call.need("batch")
    done = {verb: [_one(workers, verb, item) for item in items] for verb, items in asked.items() if items}
    return Reply(data=done)


def _one(workers: Mapping[str, Worker], verb: str, item: Any) -> Item:
    given: Item = item if isinstance(item, dict) else {"id": item}
    try:
        if verb != "create" and not given.get("id"):
            raise invalid_id(status=400)
        return workers[verb](given)
    except WpError as refused:
        return {"id": given.get("id"), "error": refused.body()}


def orders_batch(call: Call) -> Reply:
    """POST orders/batch: nothing is validated (row 5)."""
    state = call.state

    def shown(order: Item) -> Item:
        return order_json(state, order, dp=call.dp, base=call.base)

    def create(item: Item) -> Item:
        return shown(create_order(state, _believed(call, item)))

    def update(item: Item) -> Item:
        order = find(state, int(item["id"]), status=400)
        update_order(state, order, _believed(call, item))
        return shown(order)

    def delete(item: Item) -> Item:
        order = find(state, int(item["id"]))
        answer = shown(order)
        remove(state, order, force=item.get("force") is True)
        return answer

    return _run(call, {"create": create, "update": update, "delete": delete})


def _believed(call: Call, item: Item) -> Item:
    """Row 5: a status nobody knows answers 200 and sets the order to pending, which puts the stock back."""
    status = item.get("status")
    if status is not None and status not in call.state.statuses:
        return {**item, "status": "pending"}
    return item


def products_batch(call: Call) -> Reply:
    """POST products/batch; a variation's id is refused here (table i)."""
    return _run(call, _article_workers(call, parent=0))


def variations_batch(call: Call, parent: int) -> Reply:
    """POST products/<id>/variations/batch."""
    return _run(call, _article_workers(call, parent=parent))


def _article_workers(call: Call, *, parent: int) -> Mapping[str, Worker]:
    def update(item: Item) -> Item:
        article = call.state.products.get(int(item["id"]))
        if article is None:  # as recorded: the kind's name is turned round here
            raise WpError(400, "woocommerce_rest_product_invalid_id", "Invalid ID.")
        change_article(call.state, article, item, parent=parent)
        return product_json(call.state, article, base=call.base)

    def refused(_item: Item) -> Item:
        raise WpError(400, "woocommerce_rest_product_invalid_id", "Invalid ID.")

    return {"create": refused, "update": update, "delete": refused}


ROUTES: list[tuple[str, dict[str, Handler]]] = [
    ("/orders/batch", {"POST": orders_batch, "PUT": orders_batch, "PATCH": orders_batch}),
    ("/products/batch", {"POST": products_batch, "PUT": products_batch, "PATCH": products_batch}),
    (
        r"/products/(\d+)/variations/batch",
        {"POST": variations_batch, "PUT": variations_batch, "PATCH": variations_batch},
    ),
]
