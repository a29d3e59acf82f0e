"""Notes, refunds and reports: what stands beside the orders (woocommerce facts, tables b, d, e, f, j)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bridge.sim.woocommerce import params
from bridge.sim.woocommerce.app import Handler
from bridge.sim.woocommerce.errors import WpError, bad_param, invalid_id
from bridge.sim.woocommerce.listing import common, headers_of, page_of
from bridge.sim.woocommerce.orders import find
from bridge.sim.woocommerce.refunding import create_refund
from bridge.sim.woocommerce.render import note_json, refund_json
from bridge.sim.woocommerce.request import Call, Reply
from bridge.sim.woocommerce.state import State

__all__ = ["ROUTES"]


def list_notes(call: Call, ident: int) -> Reply:
    """GET orders/<id>/notes, newest first; no paging."""
    kind = params.choice(call.query, "type", ("any", "customer", "internal"), default="any")
    find(call.state, ident)
    call.need("list")
    rows = [
        note
        for note in call.state.notes.get(ident, [])
        if kind == "any" or note["customer_note"] == (kind == "customer")
    ]
    rows.sort(key=lambda note: note["date_created"], reverse=True)
    return Reply(data=[note_json(call.state, ident, note, base=call.base) for note in rows])


def post_note(call: Call, ident: int) -> Reply:
    """POST orders/<id>/notes: never moves the order's date (row 7); a customer note is mailed (table e)."""
    body = call.body if isinstance(call.body, dict) else {}
    if not isinstance(body.get("note"), str):
        raise (
            _missing("note")
            if "note" not in body
            else bad_param("note", "note is not of type string.", "rest_invalid_type")
        )
    find(call.state, ident)
    call.need("create")
    customer = body.get("customer_note") is True
    user = call.user.user if call.user is not None and body.get("added_by_user") is True else "WooCommerce"
    note = call.state.note(ident, body["note"], author=user, customer=customer)
    if customer:
        call.state.mail(ident, "customer_note", "A note has been added to your order")
    return Reply(data=note_json(call.state, ident, note, base=call.base), status=201)


def get_note(call: Call, ident: int, note_id: int) -> Reply:
    """GET orders/<id>/notes/<id>."""
    note = _note(call.state, ident, note_id)
    call.need("view")
    return Reply(data=note_json(call.state, ident, note, base=call.base))


def delete_note(call: Call, ident: int, note_id: int) -> Reply:
    """DELETE orders/<id>/notes/<id>; webhooks do not support the trash, nor do notes."""
    note = _note(call.state, ident, note_id)
    call.need("delete")
    call.state.notes[ident].remove(note)
    return Reply(data=note_json(call.state, ident, note, base=call.base))


def _note(state: State, ident: int, note_id: int) -> dict[str, Any]:
    find(state, ident)
    note = next((note for note in state.notes.get(ident, []) if note["id"] == note_id), None)
    if note is None:
        raise WpError(404, "woocommerce_rest_invalid_id", "Invalid resource ID.")
    return note


def list_refunds(call: Call, ident: int) -> Reply:
    """GET orders/<id>/refunds."""
    page = page_of(call)
    find(call.state, ident)
    call.need("list")
    rows = common(call.state.refunds.get(ident, []), page)
    chosen, reply = headers_of(call, rows, page, defaults={"dp": str(call.dp), "context": "view"})
    reply.data = [refund_json(call.state, ident, row, dp=call.dp, base=call.base) for row in chosen]
    return reply


def list_all_refunds(call: Call) -> Reply:
    """GET refunds: of all orders, with the same time filters; deleted ones leave no trace (table j)."""
    page = page_of(call)
    call.need("list")
    owner = {row["id"]: order for order, row in _all_refunds(call.state)}
    rows = common([row for _, row in _all_refunds(call.state)], page)
    chosen, reply = headers_of(call, rows, page, defaults={"dp": str(call.dp), "context": "view"})
    reply.data = [
        refund_json(call.state, owner[row["id"]], row, dp=call.dp, base=call.base, parent=True)
        for row in chosen
    ]
    return reply


def _all_refunds(state: State) -> Iterator[tuple[int, dict[str, Any]]]:
    for order, rows in state.refunds.items():
        for row in rows:
            yield order, row


def post_refund(call: Call, ident: int) -> Reply:
    """POST orders/<id>/refunds."""
    order = find(call.state, ident)
    call.need("create")
    refund = create_refund(call.state, order, call.body)
    return Reply(data=refund_json(call.state, ident, refund, dp=call.dp, base=call.base), status=201)


def get_refund(call: Call, ident: int, refund_id: int) -> Reply:
    """GET orders/<id>/refunds/<id>."""
    refund = _refund(call.state, ident, refund_id)
    call.need("view")
    return Reply(data=refund_json(call.state, ident, refund, dp=call.dp, base=call.base))


def delete_refund(call: Call, ident: int, refund_id: int) -> Reply:
    """DELETE: leaves no trace, and the order's date stays (tables a, j)."""
    refund = _refund(call.state, ident, refund_id)
    call.need("delete")
    call.state.refunds[ident].remove(refund)
    return Reply(data=refund_json(call.state, ident, refund, dp=call.dp, base=call.base))


def _refund(state: State, ident: int, refund_id: int) -> dict[str, Any]:
    find(state, ident)
    refund = next((row for row in state.refunds.get(ident, []) if row["id"] == refund_id), None)
    if refund is None:
        raise invalid_id("shop_order_refund")
    return refund


def report_statuses(call: Call) -> Reply:
    """GET reports/orders/totals: the statuses the shop knows, with their counts (table b)."""
    call.need("list")
    counts = [order["status"] for order in call.state.orders.values()]
    return Reply(
        data=[
            {"slug": slug, "name": name, "total": counts.count(slug)}
            for slug, name in call.state.statuses.items()
        ]
    )


def _missing(name: str) -> WpError:
    return WpError(
        400,
        "rest_missing_callback_param",
        f"Missing parameter(s): {name}",
        data={"status": 400, "params": [name]},
    )


ROUTES: list[tuple[str, dict[str, Handler]]] = [
    (r"/orders/(\d+)/notes", {"GET": list_notes, "POST": post_note}),
    (r"/orders/(\d+)/notes/(\d+)", {"GET": get_note, "DELETE": delete_note}),
    (r"/orders/(\d+)/refunds", {"GET": list_refunds, "POST": post_refund}),
    (r"/orders/(\d+)/refunds/(\d+)", {"GET": get_refund, "DELETE": delete_refund}),
    ("/refunds", {"GET": list_all_refunds}),
    ("/reports/orders/totals", {"GET": report_statuses}),
]
