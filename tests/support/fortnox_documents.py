"""Documents of Fortnox without a company behind them: the mapping alone, with lines of a configuration file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from bridge.clock import ManualClock
from bridge.config import parse
from bridge.erps.context import ErpContext
from bridge.erps.currency import Conversion
from bridge.erps.fortnox.documents import rules_of
from bridge.erps.fortnox.mapping import Made, Rules, Wanted, plan_of
from bridge.erps.fortnox.options import Options
from bridge.model.documents import CustomerRecord, DocumentKind, Key, Purpose
from bridge.model.orders import Order
from tests.support.configs import ShopOptions

SECRETS = {"type": "fortnox", "client_id": "c", "client_secret": "s", "tenant_id": "1"}
CUSTOMER = CustomerRecord(id="1043", number="1043")
OWN = 3011
"""The sales account on the card of every article; ``[accounts]`` knows nothing of it."""


def rules(**sections: Mapping[str, str]) -> Rules:
    """What these lines decide."""
    shop = {"url": "https://shop.example", "secret": "ck_0123456789", **sections.pop("shop", {})}
    lines = {"shop main": shop, "erp": {**SECRETS, **sections.pop("erp", {})}, **sections}
    text = "\n".join(
        line
        for name, entries in lines.items()
        for line in (f"[{name}]", *(f"{key} = {value}" for key, value in entries.items()))
    )
    found: dict[str, type] = {"shop": ShopOptions, "erp": Options}
    config = parse(text, adapters=lambda kind, _: found[kind], path=Path("/nowhere/c.ini"), environ={})
    context = ErpContext.of(config, clock=ManualClock())
    return rules_of(config.erp_options, context)


def made(order: Order, kind: DocumentKind = DocumentKind.ORDER, **more: Any) -> Made:
    """The document of an order; keywords are sections, and of ``Wanted`` what it has besides.

    ``cards``: the sales accounts of articles; without, each has ``OWN``. ``standing``: the accounts in the original.
    """
    names = {"customer", "dated", "prefer", "remarks", "unit", "key"}
    cards: Mapping[str, int | None] | None = more.pop("cards", None)
    wanted = {name: more.pop(name) for name in names & set(more)} | {"accounts": more.pop("standing", {})}
    found = rules(**more)
    rate = Conversion({"EUR": "11.45", "DKK": "1.53"}).of(order.currency, on=date(2026, 11, 21))
    base: dict[str, Any] = {
        "key": str(Key(order.ref, Purpose.ORDER)),
        "customer": CUSTOMER,
        "dated": found.dated(order),
        "rate": rate.rate if rate else None,
        "source": rate,
    }
    plan = plan_of(Wanted(order=order, kind=kind, **{**base, **wanted}), found)
    return plan.made(dict.fromkeys((need.number for need in plan.needs), OWN) if cards is None else cards)


def body(order: Order, kind: DocumentKind = DocumentKind.ORDER, **more: Any) -> dict[str, Any]:
    """The body as it goes over the wire, without its envelope."""
    document = json.loads(made(order, kind, **more).preview.payload, parse_float=Decimal)
    (found,) = document.values()
    return dict(found)


def rows(order: Order, kind: DocumentKind = DocumentKind.ORDER, **more: Any) -> list[dict[str, Any]]:
    """Its rows."""
    found = body(order, kind, **more)
    return list(found.get("OrderRows") or found["InvoiceRows"])
