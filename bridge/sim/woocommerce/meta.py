"""``meta_data`` as the shop stores it (woocommerce facts, row 13 and tables e, f)."""

from __future__ import annotations

from typing import Any

from bridge.sim.woocommerce.state import Order, State

__all__ = ["put_meta"]

LONGEST_VALUE = 65_535  # bytes; one more is 200 OK and silently not stored (row 13, HPOS)
LONGEST_KEY = 255
FIELDS = {
    "_payment_method": "payment_method",
    "_payment_method_title": "payment_method_title",
    "_transaction_id": "transaction_id",
    "_customer_user": "customer_id",
}
IGNORED = {"_order_total", "_order_tax", "_order_currency", "_order_key", "_cart_discount", "_order_version"}


def put_meta(state: State, order: Order, rows: Any) -> None:
    """Apply the ``meta_data`` of a PUT or POST. An unknown ``id`` is stored as new; the key decides."""
    for row in rows or []:
        key = str(row.get("key", ""))
        if key:
            _put(state, order, row, key)
        elif "id" in row:
            _put_by_id(order["meta_data"], row)


def _put(state: State, order: Order, row: dict[str, Any], key: str) -> None:
    value = row.get("value")
    if key in IGNORED:
        return
    if _internal(order, key, value):
        return
    held = order["meta_data"]
    same = [entry for entry in held if entry["key"] == key and ("id" not in row or entry["id"] == row["id"])]
    same = same or [entry for entry in held if entry["key"] == key]
    if value is None:
        order["meta_data"] = [entry for entry in held if entry not in same]
        return
    if state.hpos and (len(key) > LONGEST_KEY or _size(value) > LONGEST_VALUE):
        return
    if not same:
        held.append({"id": state.next_id("meta"), "key": key, "value": as_stored(value)})
        return
    same[0]["value"] = as_stored(value)
    order["meta_data"] = [
        entry for entry in held if entry not in same[1:]
    ]  # row 14: the next PUT collapses doubles


def _put_by_id(held: list[dict[str, Any]], row: dict[str, Any]) -> None:
    for entry in held:
        if entry["id"] == row["id"]:
            entry["value"] = as_stored(row.get("value"))


def _internal(order: Order, key: str, value: Any) -> bool:
    """Internal keys through ``meta_data`` change the real field (tables e, f)."""
    for part in ("billing", "shipping"):
        field = key.removeprefix(f"_{part}_")
        if field != key and field in order[part]:
            order[part][field] = as_stored(value)
            return True
    if key in FIELDS:
        order[FIELDS[key]] = as_stored(value)
        return True
    return False


def as_stored(value: Any) -> Any:
    """Scalars come back as strings: 5 is "5", true is "1", 1.10 is "1.1" (row 13)."""
    if value is True:
        return "1"
    if value is False or value is None:
        return ""
    if isinstance(value, int | float):
        return repr(value) if not float(value).is_integer() else str(int(value))
    return value


def _size(value: Any) -> int:
    return len(str(value).encode())
