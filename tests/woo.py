"""A WooCommerce adapter in front of the simulated shop, and an order as the shop's JSON has it."""

from __future__ import annotations

import copy
import functools
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bridge.app import adapter_options
from bridge.clock import ManualClock
from bridge.config import parse
from bridge.config.option import Secret
from bridge.config.sections import ShopSection
from bridge.model.documents import Document, DocumentKind, Feed
from bridge.model.orders import Order, OrderRef, Unreadable
from bridge.shops.context import ShopContext
from bridge.shops.woocommerce import Options, WooCommerce
from bridge.sim.woocommerce import ShopSim
from bridge.sim.wsgi import mount

URL = "https://shop.example"
MINUTE = timedelta(minutes=1)


def some_options(**changes: Any) -> Options:
    """Options as an owner would have them."""
    values: dict[str, Any] = {
        "url": URL,
        "consumer_key": Secret("ck_simulated"),
        "consumer_secret": Secret("cs_simulated"),
        "auth": "auto",
        "ca_file": None,
        "timeout": timedelta(seconds=30),
        "page_size": 100,
    }
    return Options(**{**values, **changes})


@functools.cache
def _defaults() -> ShopSection:
    """What a section with nothing in it comes to, as the configuration itself reckons it."""
    text = f"[shop main]\nurl = {URL}\nconsumer_key = ck_simulated\nconsumer_secret = cs_simulated\n[erp]\n"
    company = "company_name = Exempel AB\norg_number = 556000-4615\n"
    config = parse(text + company, adapters=adapter_options, path=Path("/nowhere/config.ini"), environ={})
    return config.shops["main"].section


def a_section(**changes: Any) -> ShopSection:
    """A [shop main] section with the defaults."""
    return replace(_defaults(), **changes)


def a_shop(
    sim: ShopSim | None, clock: ManualClock, *, section: dict[str, Any] | None = None, **options: Any
) -> WooCommerce:
    """The adapter; with None as ``sim`` its calls go to whatever ``responses`` plays."""
    chosen = some_options(**options)
    mounts = {} if sim is None else {chosen.url: mount(sim.app, sleep=clock.sleep)}
    context = ShopContext(clock=clock, timezone=ZoneInfo("Europe/Stockholm"), mounts=mounts)
    return WooCommerce("main", chosen, a_section(**(section or {})), context)


def a_sim(clock: ManualClock, *orders: dict[str, Any]) -> ShopSim:
    """A simulated shop on the same clock."""
    return ShopSim(now=clock.now, orders=orders, catalogue=False)


def ref(order_id: object) -> OrderRef:
    """``main:<id>``."""
    return OrderRef(shop="main", id=str(order_id))


def a_document(number: str = "B-12") -> Document:
    """What the ERP made."""
    return Document(kind=DocumentKind.VOUCHER, id=number, number=number)


def read(shop: WooCommerce, since: str | None = None) -> list[Feed[Order | Unreadable]]:
    """All pages of a poll."""
    return list(shop.changed_orders(since=since))


def ids(feeds: list[Feed[Order | Unreadable]]) -> list[str]:
    """The ids of everything in them, in order."""
    return [order.ref.id for feed in feeds for order in feed.items]


_ROW_TAX = [{"id": 1, "total": "20.00", "subtotal": "20.00"}]
_RAW: dict[str, Any] = {
    "id": 1234, "number": "1234", "status": "processing", "currency": "SEK", "prices_include_tax": True,
    "date_created_gmt": "2026-11-21T11:00:00", "date_modified_gmt": "2026-11-21T11:30:00",
    "date_paid_gmt": None, "date_completed_gmt": None, "total": "100.00", "total_tax": "20.00",
    "customer_id": 0, "customer_note": "", "payment_method": "bacs", "payment_method_title": "Förskott",
    "transaction_id": "", "created_via": "checkout",
    "billing": {"first_name": "Anna", "last_name": "Öberg", "country": "SE", "email": "anna@example.com"},
    "shipping": {"first_name": "Anna", "last_name": "Öberg", "country": "SE"},
    "line_items": [
        {"id": 1, "name": "Tvål &amp; tjära", "product_id": 24, "variation_id": 0, "quantity": 1, "sku": "T-1",
         "subtotal": "80.00", "subtotal_tax": "20.00", "total": "80.00", "total_tax": "20.00",
         "taxes": _ROW_TAX, "meta_data": [], "price": 80},
    ],
    "tax_lines": [
        {"id": 9, "rate_code": "SE-MOMS-1", "rate_id": 1, "label": "Moms", "tax_total": "20.00",
         "shipping_tax_total": "0.00", "rate_percent": 25},
    ],
    "shipping_lines": [], "fee_lines": [], "coupon_lines": [], "refunds": [], "meta_data": [],
}  # fmt: skip


def raw_order(**changes: Any) -> dict[str, Any]:
    """The JSON of an order over 100 kr with one row; a change of ... takes the field away."""
    found = {**copy.deepcopy(_RAW), **changes}
    return {key: value for key, value in found.items() if value is not ...}


def raw_with_row(**changes: Any) -> dict[str, Any]:
    """The same, with its one article row changed."""
    found = raw_order()
    found["line_items"][0].update(changes)
    return found


NOWHERE = Path("/nowhere")
