"""Recorded orders as drafts, with the settings of a configuration file, and a draft as readable JSON."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from bridge import sim
from bridge.clock import ManualClock
from bridge.erps.context import ErpContext
from bridge.erps.drafting import Draft, DraftSettings, draft
from bridge.model.orders import Order
from bridge.model.texts import Text
from bridge.shops.woocommerce.mapping import to_order
from tests.support.sie import config_of

Change = Callable[[dict[str, Any]], None]


def context_of(**sections: Mapping[str, str]) -> ErpContext:
    """What an adapter is given, with these lines in the configuration."""
    config = config_of(Path("/nowhere"), **sections)
    return ErpContext.of(config, clock=ManualClock())


def settings_of(**sections: Mapping[str, str]) -> DraftSettings:
    """The settings these lines make."""
    return DraftSettings.of(context_of(**sections))


@cache
def _recorded() -> dict[int, Any]:
    text = (Path(sim.__file__).parent / "data" / "orders.json").read_text("utf-8")
    return {raw["id"]: raw for raw in json.loads(text, parse_float=Decimal)}


def recorded_ids() -> list[int]:
    """Every recorded order."""
    return list(_recorded())


def recorded(order_id: int, change: Change | None = None) -> Order:
    """A recorded order as the shop's adapter reads it; ``change`` to its JSON first."""
    raw = copy.deepcopy(_recorded()[order_id])
    if change:
        change(raw)
    order = to_order(raw, shop="main")
    assert isinstance(order, Order), order.problems
    return order


def drafted(order: Order, **sections: Mapping[str, str]) -> Draft:
    """The draft of an order with these lines in the configuration."""
    return draft(order, settings_of(**sections))


def with_cards(*cards: tuple[str, str]) -> Change:
    """As the WooCommerce Gift Cards plugin shows cards used: a list beside the rows, the total lowered."""

    def change(raw: dict[str, Any]) -> None:
        raw["gift_cards"] = [
            {"id": number, "code": code, "amount": Decimal(value)}
            for number, (code, value) in enumerate(cards, 1)
        ]
        raw["total"] = str(Decimal(raw["total"]) - sum(Decimal(value) for _, value in cards))

    return change


def with_bundle(raw: dict[str, Any]) -> None:
    """As Product Bundles marks rows: the first is the bundle, the second and third its parts."""
    whole, *parts = raw["line_items"][:3]
    whole["meta_data"] += _meta(_bundle_cart_key="b0", _bundled_items="x")
    for part in parts:
        part["meta_data"] += _meta(_bundled_by="b0")


def free(raw: dict[str, Any], *rows: int) -> None:
    """Let these rows of goods cost nothing, as the parts of a bundle mostly do."""
    for at in rows:
        line = raw["line_items"][at]
        raw["total"] = str(Decimal(raw["total"]) - Decimal(line["total"]) - Decimal(line["total_tax"]))
        raw["total_tax"] = str(Decimal(raw["total_tax"]) - Decimal(line["total_tax"]))
        line |= {
            "total": "0.00",
            "total_tax": "0.00",
            "subtotal": "0.00",
            "subtotal_tax": "0.00",
            "taxes": [],
        }


def _meta(**values: str) -> list[dict[str, Any]]:
    return [{"id": 9000 + at, "key": key, "value": value} for at, (key, value) in enumerate(values.items())]


def plain_of(value: Any) -> Any:  # noqa: PLR0911 - one per kind of value
    """A draft for a JSON file: amounts as text, and what is empty left out."""
    if isinstance(value, Text):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        found = {part.name: plain_of(getattr(value, part.name)) for part in fields(value)}
        return {
            name: each for name, each in found.items() if each not in ("", "0", "0.00", [], {}, None, False)
        }
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain_of(each) for each in value]
    if isinstance(value, Mapping):
        return {key: plain_of(each) for key, each in value.items()}
    return value
