"""``_fields`` and ``_envelope`` (woocommerce facts, row 6 and table k)."""

from __future__ import annotations

from typing import Any

from bridge.sim.woocommerce import params
from bridge.sim.woocommerce.request import Call, Reply

__all__ = ["enveloped", "only_fields"]


def only_fields(call: Call, reply: Reply) -> Reply:
    """Keep the asked-for fields. ``billing.email`` works, ``line_items.sku`` (inside a list) is dropped (table k)."""
    names = params.words(call.query, "_fields")
    if not names:
        return reply
    if call.path.endswith("/batch"):
        reply.data = []  # row 6: the work is done, the result and the errors are gone
    elif isinstance(reply.data, list):
        reply.data = [_picked(row, names) for row in reply.data]
    elif isinstance(reply.data, dict):
        links = {"_links": reply.data["_links"]} if "_links" in reply.data else {}
        reply.data = {**_picked(reply.data, names), **links}
    return reply


def _picked(row: dict[str, Any], names: list[str]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in row.items():
        if name in names:
            kept[name] = value
            continue
        inner = [wanted.partition(".")[2] for wanted in names if wanted.startswith(f"{name}.")]
        if inner and isinstance(value, dict):
            kept[name] = {part: value[part] for part in inner if part in value}
    return kept


def enveloped(reply: Reply) -> Reply:
    """Status and headers inside the body (table k)."""
    return Reply(data={"body": reply.data, "status": reply.status, "headers": reply.headers})
