"""The simulated shop as tests and the demo hold it in their hands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import Flask

from bridge.sim import data
from bridge.sim.clock import Now, system_now
from bridge.sim.faults import Faults
from bridge.sim.woocommerce import about, batch, products, side
from bridge.sim.woocommerce import orders as order_routes
from bridge.sim.woocommerce.app import build_app, encode, routes_of
from bridge.sim.woocommerce.errors import CRITICAL, DATABASE, MAINTENANCE
from bridge.sim.woocommerce.load import adopt_catalogue, adopt_notes, adopt_order, adopt_refunds
from bridge.sim.woocommerce.refunding import create_refund, left_of
from bridge.sim.woocommerce.render import note_json, order_json
from bridge.sim.woocommerce.state import ApiKey, Mail, State, Write
from bridge.sim.woocommerce.status import change_status
from bridge.sim.woocommerce.webhooks import Webhooks

__all__ = ["ShopSim"]


class ShopSim:
    """A WooCommerce shop in memory: ``.app`` is its web server, the methods are its admin pages.

    ``orders`` are dicts as GET orders/<id> answers (whole recorded ones, or only the fields that matter);
    nothing of them is recomputed. ``https`` None takes the scheme from the request. Methods may be called from any
    thread; what they return are copies.
    """

    def __init__(
        self,
        *,
        now: Now = system_now,
        orders: Iterable[Mapping[str, Any]] = (),
        key: str = "ck_simulated",
        secret: str = "cs_simulated",  # noqa: S107 - opens nothing but the simulator
        https: bool | None = None,
        catalogue: bool = True,
    ) -> None:
        self.state = State(now, https=https)
        self.key, self.secret = key, secret
        self.add_key(key, secret)
        if catalogue:
            adopt_catalogue(self.state, data.products(), data.variations())
            self.state.customers = {row["id"]: row for row in data.customers()}
        for order in orders:
            adopt_order(self.state, dict(order))
        self.webhooks = Webhooks(self.state)
        routes = routes_of(
            about.ROUTES,
            order_routes.ROUTES,
            side.ROUTES,
            products.ROUTES,
            batch.ROUTES,
            self.webhooks.routes(),
        )
        self.flask: Flask = build_app(self.state, routes)
        self.faults = Faults(self.flask)
        self.app = self.faults

    @classmethod
    def recorded(cls, **options: Any) -> ShopSim:
        """A shop with all 73 recorded orders, their refunds and notes."""
        sim = cls(orders=data.orders(), **options)
        for order, rows in data.refunds().items():
            adopt_refunds(sim.state, order, rows)
        for order, rows in data.notes().items():
            adopt_notes(sim.state, order, rows)
        return sim

    # --- what one can see

    @property
    def orders(self) -> dict[int, dict[str, Any]]:
        """Every order as GET would show it."""
        with self.state.lock:
            return {ident: order_json(self.state, order) for ident, order in self.state.orders.items()}

    @property
    def notes(self) -> dict[int, list[dict[str, Any]]]:
        """The notes of each order, oldest first."""
        with self.state.lock:
            return {
                ident: [note_json(self.state, ident, note) for note in rows]
                for ident, rows in self.state.notes.items()
            }

    @property
    def log(self) -> list[Write]:
        """Every writing call received over REST, in order."""
        with self.state.lock:
            return list(self.state.log)

    @property
    def mails(self) -> list[Mail]:
        """Every mail sent."""
        with self.state.lock:
            return list(self.state.mails)

    def order(self, ident: int) -> dict[str, Any]:
        """One order as GET would show it."""
        with self.state.lock:
            return order_json(self.state, self.state.orders[ident])

    # --- what the shop's people and buyers do

    def place(self, order: Mapping[str, Any] | None = None, **fields: Any) -> int:
        """An order comes in as given; returns its id. Without dates it is placed now."""
        with self.state.lock:
            placed = adopt_order(self.state, {**(order or {}), **fields})
            self.state.emit("order.created", placed["id"])
            self.state.emit("order.updated", placed["id"])
            return int(placed["id"])

    def begin(self, order: Mapping[str, Any]) -> int:
        """The same, but seen half built: pending, without lines or total (row 9); ``finish`` completes it."""
        bare = {**order, "status": "pending", "line_items": [], "shipping_lines": [], "tax_lines": []}
        bare |= {
            "total": "0.00",
            "total_tax": "0.00",
            "cart_tax": "0.00",
            "date_paid": None,
            "date_paid_gmt": None,
        }
        return self.place(bare)

    def finish(self, ident: int, order: Mapping[str, Any]) -> None:
        """Complete an order that was begun: the same dates of creation, everything else as given."""
        with self.state.lock:
            begun = self.state.orders[ident]
            given = {name: value for name, value in order.items() if not name.startswith("date_modified")}
            done = adopt_order(self.state, {**given, "id": ident})
            done["date_created"] = begun["date_created"]
            self.state.touch(done)
            self.state.emit("order.updated", ident)

    def draft(self) -> int:
        """A checkout page is opened: its id is taken now, the order may be placed much later (row 18)."""
        return self.place(status="checkout-draft", created_via="store-api")

    def edit(self, ident: int, *, touch: bool = True, **fields: Any) -> None:
        """Change stored fields as the admin page or SQL would; ``touch=False`` leaves the date alone (table a)."""
        with self.state.lock:
            order = self.state.orders[ident]
            for name, value in fields.items():
                order[name] = {**order[name], **value} if name in ("billing", "shipping") else value
            if "total" in fields or "line_items" in fields:
                for line in order["line_items"]:
                    line.setdefault("meta_data", [])
            if touch:
                self.state.touch(order)
                self.state.emit("order.updated", ident)

    def set_status(self, ident: int, status: str) -> None:
        """The status changes with its notes, mails and stock."""
        with self.state.lock:
            order = self.state.orders[ident]
            change_status(self.state, order, status)
            self.state.touch(order)
            self.state.emit("order.updated", ident)

    def refund(self, ident: int, amount: Decimal | str | None = None, **body: Any) -> int:
        """Refund an amount, named lines (``line_items=[…]``), or all that is left; returns the refund's id."""
        with self.state.lock:
            order = self.state.orders[ident]
            given = amount if amount is not None or "line_items" in body else left_of(self.state, order)
            return int(
                create_refund(self.state, order, {"amount": None if given is None else str(given), **body})[
                    "id"
                ]
            )

    def trash(self, ident: int, *, force: bool = False) -> None:
        """Into the trash, or away for good."""
        with self.state.lock:
            order_routes.remove(self.state, self.state.orders[ident], force=force)

    # --- the shop's settings and state of health

    def add_key(
        self, key: str, secret: str, *, permissions: str = "read_write", shop_rights: bool = True
    ) -> ApiKey:
        """Another API key; ``permissions`` is read, write or read_write."""
        made = ApiKey(key=key, secret=secret, permissions=permissions, shop_rights=shop_rights)
        with self.state.lock:
            self.state.keys[key] = made
        return made

    def set_rate(self, country: str, tax_class: str, percent: Decimal | str) -> None:
        """The tax table changes; orders placed before keep theirs until something recomputes them (row 4)."""
        with self.state.lock:
            self.state.rates = [
                replace(rate, percent=Decimal(percent))
                if (rate.country, rate.tax_class) == (country, tax_class)
                else rate
                for rate in self.state.rates
            ]

    def rename_sku(self, product: int, sku: str) -> None:
        """Old orders show the new one from now on (row 15)."""
        with self.state.lock:
            self.state.products[product]["sku"] = sku

    def delete_product(self, product: int) -> None:
        """For good: lines of it show product 0 and no SKU from now on (row 15)."""
        with self.state.lock:
            del self.state.products[product]

    def unregister_status(self, status: str) -> None:
        """The plugin that knew the status is switched off: its orders are in no list any more (row 10)."""
        with self.state.lock:
            del self.state.statuses[status]

    def register_status(self, status: str, name: str) -> None:
        """A plugin brings a status of its own (table b)."""
        with self.state.lock:
            self.state.statuses[status] = name

    def database(self, health: str) -> None:
        """``up``; ``orders``: their SELECT fails (200 [] and 404); ``keys``: the right key is a 401 (row 3)."""
        with self.state.lock:
            self.state.database = health

    def maintenance(self, *, times: int | None = None) -> None:
        """WordPress is updating: 503, HTML, Retry-After 600 (table d)."""
        self._page(503, MAINTENANCE, times=times, headers={"Retry-After": "600"})

    def database_down(self, *, times: int | None = None) -> None:
        """500 and HTML (table d)."""
        self._page(500, DATABASE, times=times)

    def fatal_page(self, *, times: int | None = 1, work: bool = False) -> None:
        """A fatal error while answering: 500 and HTML; with ``work`` the change is in the shop (row 11)."""
        self._page(500, CRITICAL, times=times, work=work)

    def dies_after_saving(self, *, times: int | None = 1) -> None:
        """A plugin dies once the order is saved: 500 and JSON, the change is in the shop (row 11)."""
        error = {"type": 1, "message": "Uncaught Error", "file": "/var/www/shop/foo.php", "line": 11}
        body = {"code": "internal_server_error", "message": CRITICAL, "data": {"status": 500, "error": error}}
        self.faults.add("answer", status=500, body=encode(body).encode(), work=True, times=times)

    def throttle(self, *, times: int | None = 1, retry_after: int | None = None) -> None:
        """What a rate-limiting plugin sends; none was met in the load runs (table d)."""
        body = {"code": "rate_limited", "message": "Too many requests", "data": {"status": 429}}
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        self.faults.add("answer", status=429, body=encode(body).encode(), headers=headers, times=times)

    def _page(
        self,
        status: int,
        text: str,
        *,
        times: int | None,
        headers: Mapping[str, str] | None = None,
        work: bool = False,
    ) -> None:
        page = f"<!DOCTYPE html>\n<html><head><title>Error</title></head><body><p>{text}</p></body></html>\n"
        kept = {"Content-Type": "text/html; charset=UTF-8", **(headers or {})}
        self.faults.add("answer", status=status, body=page.encode(), headers=kept, times=times, work=work)
