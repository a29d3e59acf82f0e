"""The schema check that a plain POST or PUT of an order passes, and a batch does not (rows 5 and table d)."""

from __future__ import annotations

import re
from typing import Any

from bridge.sim.woocommerce.errors import WpError, bad_param
from bridge.sim.woocommerce.params import enumerated
from bridge.sim.woocommerce.state import State

__all__ = ["check_order_body", "is_whole"]

LISTS = ("meta_data", "line_items", "shipping_lines", "fee_lines", "coupon_lines")
TEXTS = ("status", "currency", "customer_note", "payment_method", "payment_method_title", "transaction_id")


def check_order_body(state: State, body: Any) -> None:
    """Refuse a wrong type, a quantity that is not whole, a status the shop does not know."""
    if not isinstance(body, dict):
        raise WpError(400, "rest_invalid_json", "Invalid JSON body passed.")
    for name in LISTS:
        if name in body:
            _check_list(name, body[name])
    for name in ("billing", "shipping"):
        if name in body and not isinstance(body[name], dict):
            raise _type(name, name, "object")
    for name in TEXTS:
        if name in body and not isinstance(body[name], str):
            raise _type(name, name, "string")
    known = ["auto-draft", *state.statuses]
    if "status" in body and body["status"] not in known:
        raise bad_param("status", f"status is not one of {enumerated(known)}.", "rest_not_in_enum")


def _check_list(name: str, rows: Any) -> None:
    items = rows if isinstance(rows, list) else [rows]
    for place, row in enumerate(items):
        if not isinstance(row, dict):
            raise _type(name, f"{name}[{place}]", "object")
        if name == "line_items" and "quantity" in row and not is_whole(row["quantity"]):
            raise _type(name, f"{name}[{place}][quantity]", "integer")


def is_whole(value: Any) -> bool:
    """``2``, ``"2"``, ``1.0`` and -1 pass, 0.5 does not (table j)."""
    if isinstance(value, str):
        return re.fullmatch(r"-?\d+", value) is not None
    return isinstance(value, int | float) and float(value).is_integer()


def _type(parameter: str, where: str, kind: str) -> WpError:
    return bad_param(parameter, f"{where} is not of type {kind}.", "rest_invalid_type", data={"param": where})
