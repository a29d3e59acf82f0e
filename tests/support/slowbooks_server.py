"""The server of SlowBooks: adds up article rows, stores them, late if told so, and never asks what it has already.

Strict as a real one: an unknown field or article, or a price with a third decimal, is refused. It reckons by itself:
net prices, rows rounded to öre, VAT per rate on the sum of the rows.

Run by itself (``python -m tests.support.slowbooks_server PORT FILE DELAY``) it appends one line per stored
document to FILE, so that a test can count documents without believing the bridge.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, request

from bridge.sim.booked import Booked, BookedRow
from bridge.sim.faults import Faults
from bridge.sim.wsgi import mount, serve
from tests.support.slowbooks_amends import AmendDesk
from tests.support.slowbooks_customers import CustomerDesk
from tests.support.slowbooks_finishing import FinishDesk
from tests.support.slowbooks_goods import Counter, GoodsDesk, PeopleAtWork, page
from tests.support.slowbooks_rates import RateDesk

TOKEN = "slow-token-1234567890"
ARTICLES = frozenset(
    {
        "",
        "TVAL-1",
        "TVAL-12",
        "TVAL-6",
        "TVAL-0",
        "frakt",
        "avgift",
        "rabatt",
        "presentkort",
        "postforskott",
        "avrundning",
    }
)
"""What it knows unless told otherwise: one article, and what the bridge's own rows are called; without one, text."""
FIELDS = frozenset(
    "key kind number currency dated billing shipping references text comment delivery mail cost_centre project extra "
    "rows payments rate".split()
)
ROW = frozenset("kind article text quantity price vat discount".split())
ORE = Decimal("0.01")


class Invalid(ValueError):
    """The document is not taken; says why."""


def gross_of(rows: list[Mapping[str, str]]) -> Decimal:
    """What the rows come to."""
    per_rate: dict[Decimal, Decimal] = {}
    for row in rows:
        rate = Decimal(row["vat"])
        per_rate[rate] = per_rate.get(rate, Decimal("0.00")) + amount_of(row)
    vat = (net * rate / 100 for rate, net in per_rate.items())
    return sum(per_rate.values(), Decimal("0.00")) + sum(map(ore, vat), Decimal("0.00"))


def amount_of(row: Mapping[str, str]) -> Decimal:
    """What one row comes to, without VAT."""
    return ore(Decimal(row["quantity"]) * Decimal(row["price"]) * (100 - Decimal(row["discount"])) / 100)


def ore(value: Decimal) -> Decimal:
    """Halves up, away from zero."""
    return value.quantize(ORE, rounding=ROUND_HALF_UP)


class Simulator(PeopleAtWork):
    """What the contract suite and the crash tests need to know of a server."""

    type = "tests.support.slowbooks"
    needs_articles = True
    secrets = (TOKEN,)

    def __init__(
        self,
        folder: Path,
        now: Callable[[], datetime] | None = None,
        *,
        delay: float = 0.0,
        sleep: Callable[[float], None] = time.sleep,
        articles: Collection[str] | None = ARTICLES,
    ) -> None:
        """``articles``: all it knows; None: it takes any."""
        del now
        self.articles = None if articles is None else set(articles)
        self._journal = folder / "slowbooks.jsonl"
        self._delay = delay
        self._sleep = sleep
        self._lock = threading.Lock()
        self._rows: list[dict[str, Any]] = []
        self.app = Flask("slowbooks")
        self.app.add_url_rule("/documents", view_func=self._find, methods=["GET"])
        self.app.add_url_rule("/documents", view_func=self._store, methods=["POST"])
        self.customers = CustomerDesk(
            self.app, allowed=self._allowed, dawdle=lambda: self._sleep(self._delay)
        )
        self._counter = Counter()
        self._amends = AmendDesk(
            self.app, allowed=self._allowed, find=self._numbered, checked=self._checked, touch=self._touch
        )
        self._struck = self._amends.struck
        self._desk = FinishDesk(
            self.app, allowed=self._allowed, find=self._numbered, add=self._add, touch=self._touch
        )
        self.goods = GoodsDesk(self.app, allowed=self._allowed, counter=self._counter, known=self.articles)
        self.app.add_url_rule("/changes", view_func=self._changes, methods=["GET"])
        self._rate_desk = RateDesk(self.app, allowed=self._allowed)
        self.rates = self._rate_desk.rates
        self.faults = Faults(self.app.wsgi_app)
        self.app.wsgi_app = self.faults  # type: ignore[method-assign]
        self.base_url = "https://slowbooks.example"
        self.mounts = {self.base_url: mount(self.app, sleep=lambda _seconds: None)}

    @property
    def options(self) -> dict[str, str]:
        """Keys of [erp]."""
        return {"type": self.type, "base_url": self.base_url, "token": TOKEN, "settle": "2m"}

    def booked(self) -> list[Booked]:
        """Everything that stands, in order; an order that became an invoice as that."""
        with self._lock:
            return [
                Booked(
                    key=row["key"],
                    number=row["id"],
                    gross=Decimal(row["gross"]),
                    currency=row["currency"],
                    dated=date.fromisoformat(row["dated"]),
                    rows=tuple(
                        BookedRow(code=each["article"], text=each["text"], amount=amount_of(each))
                        for each in row["rows"]
                    ),
                )
                for row in self._rows
                if row["id"] not in self._struck and not row["invoiced_as"]
            ]

    def _changes(self) -> Response | tuple[Response, int]:
        """Every document with the invoice made of it, oldest change first."""
        if not self._allowed():
            return jsonify(error="unknown token"), 401
        with self._lock:
            by_id = {row["id"]: row for row in self._rows}
            rows = [
                {**row, "invoice": by_id.get(row["invoiced_as"]), "struck": row["id"] in self._struck}
                for row in self._rows
                if not row["of"]
            ]
        return jsonify(page(rows, after=request.args["after"]))

    def _touch(self, row: dict[str, Any]) -> None:
        """It was changed, and the order it was made of with it."""
        row["changed"] = self._counter.next()
        order = self._numbered(row["of"])
        if order is not None:
            order["changed"] = row["changed"]

    def _add(self, row: dict[str, Any]) -> dict[str, Any]:
        """One more, with a number of its own."""
        fresh = {"invoiced_as": "", "of": "", "booked": False, "paid": False, "mailed": False}
        with self._lock:
            made = {**row, **fresh, "of": row.get("of", ""), "changed": self._counter.next()}
            made["id"] = str(10001 + len(self._rows))
            self._rows.append(made)
        return made

    def _numbered(self, number: str) -> dict[str, Any] | None:
        with self._lock:
            return next((row for row in self._rows if row["id"] == number), None)

    def _find(self) -> Response | tuple[Response, int]:
        if not self._allowed():
            return jsonify(error="unknown token"), 401
        with self._lock:
            rows = [row for row in self._rows if row["key"] == request.args["key"]]
            return jsonify([row for row in rows if row["id"] not in self._struck])

    def _store(self) -> tuple[Response, int]:
        if not self._allowed():
            return jsonify(error="unknown token"), 401
        body = request.get_json()
        try:
            gross = self._checked(body)
        except Invalid as wrong:
            return jsonify(error=str(wrong)), 422
        self._sleep(self._delay)
        row = self._add({**body, "gross": str(gross)})
        with self._lock, self._journal.open("a", encoding="utf-8") as journal:
            journal.write(json.dumps({"key": row["key"], "gross": row["gross"]}) + "\n")
        return jsonify(row), 201

    def stored(self) -> list[dict[str, Any]]:
        """The documents as they were sent, with number and total."""
        with self._lock:
            return [dict(row) for row in self._rows]

    def _checked(self, body: dict[str, Any]) -> Decimal:
        """Its total.

        Raises:
            Invalid: why it is not taken.
        """
        if set(body) - {"customer"} != FIELDS or any(set(row) != ROW for row in body["rows"]):
            raise Invalid("unknown or missing field")
        if self._rate_desk.wrong(body["currency"], body["rate"]):
            raise Invalid(f"{body['currency']} at {body['rate']!r}")
        for row in body["rows"]:
            if self.articles is not None and row["article"] not in self.articles:
                raise Invalid(f"article {row['article']} does not exist")
            if Decimal(row["price"]) != ore(Decimal(row["price"])):
                raise Invalid(f"price {row['price']} has too many decimals")
        gross = gross_of(body["rows"])
        paid = sum((Decimal(each["amount"]) for each in body["payments"]), Decimal("0.00"))
        if paid != gross:
            raise Invalid(f"rows come to {gross}, payments to {paid}")
        return gross

    @staticmethod
    def _allowed() -> bool:
        return request.headers.get("Authorization") == f"Bearer {TOKEN}"


def main() -> None:
    """Serve until killed."""
    port, journal, delay = sys.argv[1:4]
    simulator = Simulator(Path(journal), delay=float(delay), articles=None)
    serving = serve(simulator.app, port=int(port))
    sys.stdout.write(f"{serving.port}\n")
    sys.stdout.flush()
    threading.Event().wait()


if __name__ == "__main__":
    main()
