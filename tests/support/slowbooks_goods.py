"""The articles of SlowBooks' server, and its two lists of changes: of articles and of documents."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from flask import Flask, Response, jsonify, request

Row = dict[str, Any]
PAGE = 100
FACTS = {"name", "ean", "price", "unit"}
NUMBER = 30
"""Characters of an article number."""


class Counter:
    """Every change has a number of its own, higher than any before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> int:
        """The next one."""
        with self._lock:
            self._last += 1
            return self._last


class GoodsDesk:
    """Articles with price and stock."""

    def __init__(
        self, app: Flask, *, allowed: Callable[[], bool], counter: Counter, known: set[str] | None
    ) -> None:
        self._allowed = allowed
        self._counter = counter
        self._known = known
        self._rows: dict[str, Row] = {}
        for sku in sorted(known or ()):
            if sku.startswith("TVAL"):
                self._put(sku, {"name": sku})
        app.add_url_rule("/articles", "articles", self._changed, methods=["GET"])
        app.add_url_rule("/articles/<path:sku>", "put_article", self._take, methods=["PUT"])

    def put(self, sku: str, **facts: str) -> None:
        """Somebody makes or edits one."""
        self._put(sku, facts)

    def set_stock(
        self, sku: str, in_stock: Decimal, *, reserved: Decimal = Decimal(0), site: str = ""
    ) -> None:
        """So many lie there; it has no sites."""
        del site
        self._put(sku, {"in_stock": str(in_stock), "reserved": str(reserved)})

    def set_price(self, sku: str, price: Decimal, *, price_list: str = "") -> None:
        """In a list, or the price for everybody."""
        row = self._rows.get(sku, {"lists": {}})
        lists = {**row["lists"], price_list: str(price)}
        self._put(sku, {"lists": lists} if price_list else {"price": str(price)})

    def numbers(self) -> list[str]:
        """Oldest first."""
        return list(self._rows)

    def _put(self, sku: str, facts: Mapping[str, Any]) -> Row:
        texts = dict.fromkeys(FACTS, "")
        blank: Row = {**texts, "sku": sku, "price": "0.00", "in_stock": None, "reserved": "0", "lists": {}}
        self._rows[sku] = {**self._rows.get(sku, blank), **facts, "changed": self._counter.next()}
        if self._known is not None:
            self._known.add(sku)
        return self._rows[sku]

    def _changed(self) -> Response | tuple[Response, int]:
        if not self._allowed():
            return jsonify(error="unknown token"), 401
        return jsonify(page(list(self._rows.values()), after=request.args["after"]))

    def _take(self, sku: str) -> Response | tuple[Response, int]:
        if not self._allowed():
            return jsonify(error="unknown token"), 401
        body = request.get_json()
        if len(sku) > NUMBER or set(body) - FACTS or not (body.get("name") or sku in self._rows):
            return jsonify(error="number too long, unknown field, or no name"), 400
        return jsonify(self._put(sku, body))


def page(rows: list[Row], *, after: str) -> list[Row]:
    """The next ones, oldest change first."""
    return sorted((row for row in rows if row["changed"] > int(after)), key=lambda row: row["changed"])[:PAGE]


class PeopleAtWork:
    """What people do to documents in the ERP: ``bridge.sim.booked.MovesDocuments``. The server joins it."""

    _desk: Any
    _struck: set[str]
    _numbered: Callable[[str], Row | None]
    _touch: Callable[[Row], None]

    def deliver(self, number: str, *, share: Decimal = Decimal(1)) -> None:
        """Whole pieces, at least one of each article."""
        row = self._row(number)
        for each in row["rows"]:
            ordered = Decimal(each["quantity"])
            each["delivered"] = str(ordered if share == 1 else max(Decimal(1), Decimal(int(ordered * share))))
        self._touch(row)

    def invoice(self, number: str) -> str:
        """And book it."""
        row = self._desk.invoice(self._row(number))
        self._desk.book(row)
        return str(row["id"])

    def pay(self, number: str) -> None:
        """Whole."""
        row = self._row(self.invoice(number))
        self._desk.pay(row, Decimal(row["gross"]))

    def annul(self, number: str) -> None:
        """Struck."""
        self._struck.add(number)
        self._touch(self._row(number))

    @property
    def mails(self) -> list[str]:
        """One per mail."""
        return list(self._desk.mails)

    @property
    def payments(self) -> dict[str, Decimal]:
        """Per invoice."""
        return dict(self._desk.payments)

    def _row(self, number: str) -> Row:
        row = self._numbered(number)
        assert row is not None, number
        return row
