"""WooCommerce's JSON of a refund becomes a ``Refund``: rows with negative amounts, tied to the order's rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bridge.model.orders import OrderLine, OrderRef, Refund
from bridge.model.texts import Problem
from bridge.shops.woocommerce.fields import Fields, row_id
from bridge.shops.woocommerce.mapping import _bad_id, _fee, _product, _shipping

__all__ = ["to_refund"]


def to_refund(raw: Mapping[str, Any], *, ref: OrderRef) -> tuple[Refund | None, tuple[Problem, ...]]:
    """Read one refund of ``GET orders/<id>/refunds``; its rows are negative, its ``amount`` is positive."""
    fields = Fields(raw, f"order {ref.number or ref.id}, refund {raw.get('id')}")
    refund_id = row_id(raw.get("id"))
    created_at = fields.moment("date_created_gmt")
    if refund_id is None:
        fields.wrong(_bad_id(raw.get("id")))
    if created_at is None:
        fields.missing("date_created_gmt")
    gross, reason, lines = fields.money("amount"), fields.text("reason"), _lines(fields)
    if fields.problems or refund_id is None or created_at is None:
        return None, tuple(fields.problems)
    refund = Refund(ref=ref, id=refund_id, created_at=created_at, reason=reason, gross=gross, lines=lines)
    return refund, ()


def _lines(fields: Fields) -> tuple[OrderLine, ...]:
    """Each bears the id of the order's row it takes back, which the shop keeps in its meta."""
    return (
        *(_of(row, _product(row)) for row in fields.rows("line_items", required=True)),
        *(_of(row, _shipping(row)) for row in fields.rows("shipping_lines", required=True)),
        *(_of(row, _fee(row, sign=-1)) for row in fields.rows("fee_lines", required=True)),
    )


def _of(row: Fields, line: OrderLine) -> OrderLine:
    sold = row_id(row.meta().get("_refunded_item_id"))
    # Pieces of articles are negative already; shipping and fees have no number of pieces.
    return replace(line, id=sold or line.id, quantity=-abs(line.quantity))
