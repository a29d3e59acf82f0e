"""Recorded orders and refunds as the engine is asked about them: through mapping, model and draft."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from bridge import sim
from bridge.erps.drafting import DraftSettings, draft
from bridge.erps.totals import Part, Target
from bridge.erps.totals.drafts import question
from bridge.model.documents import Correction
from bridge.model.orders import Order, OrderRef, Refund
from bridge.model.refunds import RefundRules, correction_of
from bridge.shops.woocommerce.mapping_refunds import to_refund
from tests.support.drafts import recorded, recorded_ids


def asked_of_orders(settings: DraftSettings) -> Iterator[tuple[str, tuple[Part, ...], Target]]:
    """Every recorded order: its name, its rows and what they must come to."""
    for order_id in recorded_ids():
        order = recorded(order_id)
        _, parts, target = question(draft(order, settings), order.tax_lines)
        yield f"order {order_id}", parts, target


def asked_of_refunds(settings: DraftSettings) -> Iterator[tuple[str, tuple[Part, ...], Target]]:
    """Every recorded refund, as the correction it becomes."""
    for refund, found in corrections():
        taken = replace(found.order, lines=found.rows, tax_lines=found.tax_lines, totals=found.totals)
        _, parts, target = question(draft(taken, settings), taken.tax_lines)
        yield f"refund {refund.id} of {refund.ref.id}", parts, target


def corrections() -> Iterator[tuple[Refund, Correction]]:
    """Every recorded refund and what it takes back, those of one order in their order."""
    for order_id, rows in _raw_refunds().items():
        order, earlier = recorded(order_id), []
        for raw in sorted(rows, key=lambda each: int(each["id"])):
            refund = _refund(raw, order)
            found = correction_of(order, refund, earlier=tuple(earlier), rules=RefundRules())
            assert isinstance(found, Correction), found
            yield refund, found
            earlier.append(refund)


def _raw_refunds() -> dict[int, list[dict[str, Any]]]:
    text = (Path(sim.__file__).parent / "data" / "refunds.json").read_text("utf-8")
    return {int(order): rows for order, rows in json.loads(text, parse_float=Decimal).items()}


def _refund(raw: dict[str, Any], order: Order) -> Refund:
    refund, problems = to_refund(raw, ref=OrderRef(shop="main", id=order.ref.id))
    assert refund is not None, problems
    return refund
