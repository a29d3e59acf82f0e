"""The ``orders`` end points (woocommerce facts, tables b, d, e, f and k)."""

from __future__ import annotations

from collections.abc import Callable

from bridge.sim.woocommerce import params
from bridge.sim.woocommerce.app import Handler
from bridge.sim.woocommerce.building import create_order, update_order
from bridge.sim.woocommerce.checking import check_order_body
from bridge.sim.woocommerce.errors import bad_param, invalid_id
from bridge.sim.woocommerce.listing import common, headers_of, page_of
from bridge.sim.woocommerce.render import order_json
from bridge.sim.woocommerce.request import Call, Reply
from bridge.sim.woocommerce.state import Order, State

__all__ = ["ROUTES", "find", "remove"]

SEARCHED = (
    "first_name",
    "last_name",
    "company",
    "address_1",
    "address_2",
    "city",
    "postcode",
    "email",
    "phone",
)


def list_orders(call: Call) -> Reply:
    """GET orders. Unknown parameters are ignored and return everything (row 17, table k)."""
    statuses = _statuses(call)
    page = page_of(call)
    wanted = _filters(call)
    call.need("list")
    state = call.state
    if state.database != "up":  # row 3: a list whose SELECT fails is 200 [] with a total of 0
        return headers_of(call, [], page, defaults={})[1]
    shown = _visible(state, statuses)
    rows = [order for order in state.orders.values() if order["status"] in shown and wanted(order)]
    defaults = {"status": statuses or ["any"], "dp": str(call.dp), "context": "view"}
    chosen, reply = headers_of(call, common(rows, page), page, defaults=defaults)
    reply.data = [order_json(state, order, dp=call.dp, base=call.base) for order in chosen]
    return reply


def _statuses(call: Call) -> list[str]:
    """Checked against what the shop knows: one stale status makes the whole call a 400 (table b)."""
    known = ["any", "trash", "auto-draft", *call.state.statuses]
    asked = params.words(call.query, "status")
    for place, status in enumerate(asked):
        if status not in known:
            name = f"status[{place}]"
            raise bad_param("status", f"{name} is not one of {params.enumerated(known)}.", "rest_not_in_enum")
    return asked


def _visible(state: State, statuses: list[str]) -> set[str]:
    """``any``: checkout-draft is in; trash and what no plugin registers any more are not (row 10)."""
    if not statuses or "any" in statuses:
        return set(state.statuses)
    return set(statuses)


def _filters(call: Call) -> Callable[[Order], bool]:
    query = call.query
    customer = params.integer(query, "customer", default=-1)
    product = params.integer(query, "product", default=0)
    parents, via = params.integers(query, "parent"), params.words(query, "created_via")
    text = str(query.get("search", "")).casefold()

    def wanted(order: Order) -> bool:
        return (
            (customer < 0 or order["customer_id"] == customer)
            and (
                not product
                or any(product in (line["product_id"], line["variation_id"]) for line in order["line_items"])
            )
            and (not parents or order["parent_id"] in parents)
            and (not via or order["created_via"] in via)
            and (not text or text in _haystack(order))
        )

    return wanted


def _haystack(order: Order) -> str:
    """``search`` looks for a substring in names, addresses, phone, line names, transaction and id (table k)."""
    fields = [str(order["id"]), order["transaction_id"], *(line["name"] for line in order["line_items"])]
    fields += [str(order[part].get(name, "")) for part in ("billing", "shipping") for name in SEARCHED]
    return "\n".join(fields).casefold()


def find(state: State, ident: int, *, status: int = 404) -> Order:
    """The order, whatever its status. A failing database looks like a missing order (row 3)."""
    order = state.orders.get(ident)
    if order is None or state.database != "up":
        raise invalid_id(status=status)
    return order


def get_order(call: Call, ident: int) -> Reply:
    """GET orders/<id>."""
    order = find(call.state, ident)
    call.need("view")
    return _shown(call, order)


def put_order(call: Call, ident: int) -> Reply:
    """PUT orders/<id>: an unknown order is a 400 here (table d)."""
    check_order_body(call.state, call.body)
    order = find(call.state, ident, status=400)
    call.need("edit")
    update_order(call.state, order, call.body)
    return _shown(call, order)


def post_order(call: Call) -> Reply:
    """POST orders. The same POST twice makes two orders; ``Idempotency-Key`` is ignored (row 11)."""
    check_order_body(call.state, call.body)
    call.need("create")
    order = create_order(call.state, call.body)
    reply = _shown(call, order)
    reply.status = 201
    reply.headers["Location"] = f"{call.base}/wp-json/wc/v3/orders/{order['id']}"
    return reply


def delete_order(call: Call, ident: int) -> Reply:
    """DELETE: without ``force`` into the trash, answered with the *old* status (table b)."""
    force = params.boolean(call.query, "force") if "force" in call.query else call.body.get("force") is True
    order = find(call.state, ident)
    call.need("delete")
    reply = _shown(call, order)
    remove(call.state, order, force=force)
    return reply


def remove(state: State, order: Order, *, force: bool) -> None:
    """Trash or delete; a webhook hears ``deleted`` either way (table g), a list hears nothing of a forced one."""
    if force:
        for store in (state.orders, state.refunds, state.notes):
            store.pop(order["id"], None)
    else:
        order["status"] = "trash"
        state.touch(order)
    state.emit("order.deleted", order["id"], {"id": order["id"]})


def _shown(call: Call, order: Order) -> Reply:
    return Reply(data=order_json(call.state, order, dp=call.dp, base=call.base))


def describe(call: Call) -> Reply:
    """OPTIONS orders: without auth it tells the statuses and the argument names (table b)."""
    state = call.state
    listed = ["any", "trash", "auto-draft", *state.statuses]
    stored = ["auto-draft", *state.statuses]
    sample = order_json(state, next(iter(state.orders.values()))) if state.orders else {}
    return Reply(
        data={
            "namespace": "wc/v3",
            "methods": ["GET", "POST"],
            "endpoints": [
                {"methods": ["GET"], "args": {"status": {"type": "array", "items": {"enum": listed}}}},
                {
                    "methods": ["POST"],
                    "args": {"status": {"type": "string", "default": "pending", "enum": stored}},
                },
            ],
            "schema": {
                "title": "shop_order",
                "type": "object",
                "properties": {name: {} for name in (*sample, "set_paid", "manual_update")},
            },
            "_links": {"self": [{"href": f"{call.base}/wp-json/wc/v3/orders"}]},
        }
    )


ROUTES: list[tuple[str, dict[str, Handler]]] = [
    ("/orders", {"GET": list_orders, "POST": post_order, "OPTIONS": describe}),
    (
        r"/orders/(\d+)",
        {"GET": get_order, "POST": put_order, "PUT": put_order, "PATCH": put_order, "DELETE": delete_order},
    ),
]
