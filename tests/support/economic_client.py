"""A plain client of the e-conomic simulator: what a test would type by hand. It knows nothing of our adapter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from bridge.sim.economic import Simulator
from bridge.sim.economic.wire import dumps, loads

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Client:
    """A session with an agreement in which customer 1 may buy ``MUG`` at 25 % VAT."""

    def __init__(self) -> None:
        self.now = NOON
        self.sim = Simulator(Path(), lambda: self.now)
        self.session = requests.Session()
        for address, adapter in self.sim.mounts.items():
            self.session.mount(address, adapter)
        options = self.sim.options
        self.session.headers["X-AppSecretToken"] = options["app_secret_token"]
        self.session.headers["X-AgreementGrantToken"] = options["agreement_grant_token"]
        self.sim.goods.put("MUG", name="Mugg", group="1", price="79.20")
        self.sim.customers.keep(name="Nordlys Handel AB", email="faktura@nordlys.example")

    def ask(self, method: str, path: str, *, json: Any = None, **how: Any) -> requests.Response:
        """The bare answer; amounts go out as they are."""
        if json is not None:
            how["data"] = dumps(json).encode()
            how["headers"] = {"Content-Type": "application/json", **how.get("headers", {})}
        return self.session.request(method, self.sim.base_url + path, **how)

    def _good(self, method: str, path: str, **how: Any) -> Any:
        answer = self.ask(method, path, **how)
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return loads(answer.content) if answer.content else None

    def get(self, path: str, **params: Any) -> Any:
        """What is there."""
        return self._good("GET", path, params=params)

    def rows(self, path: str, **params: Any) -> list[Any]:
        """What is in a collection's page."""
        return list(self.get(path, **params)["collection"])

    def post(self, path: str, body: Any) -> Any:
        """What was made."""
        return self._good("POST", path, json=body)

    def put(self, path: str, body: Any) -> Any:
        """What it is now."""
        return self._good("PUT", path, json=body)

    def delete(self, path: str, **params: Any) -> Any:
        """What is said about what is gone."""
        return self._good("DELETE", path, params=params)

    def order(self, *lines: dict[str, Any], **changes: Any) -> Any:
        """A new order draft."""
        return self.post("/orders/drafts", document(*lines, **changes))

    def draft(self, *lines: dict[str, Any], **changes: Any) -> Any:
        """A new invoice draft."""
        return self.post("/invoices/drafts", document(*lines, **changes))

    def book(self, *lines: dict[str, Any], **changes: Any) -> Any:
        """A new invoice, booked."""
        number = self.draft(*lines, **changes)["draftInvoiceNumber"]
        return self.post("/invoices/booked", {"draftInvoice": {"draftInvoiceNumber": number}})

    @contextmanager
    def unwatched(self) -> Iterator[None]:
        """Wrong things are asked on purpose."""
        self.sim.watched = False
        yield
        self.sim.watched = True

    def refused(self, method: str, path: str, body: Any = None, *, status: int = 400, **how: Any) -> Any:
        """The body of a refusal with this status."""
        with self.unwatched():
            answer = self.ask(method, path, json=body, **how)
        assert answer.status_code == status, f"{answer.status_code} {answer.text}"
        return answer.json()

    def problems(self, path: str, body: Any, *, method: str = "POST") -> dict[str, str]:
        """What is wrong with a document: place to code."""
        return dict(leaves(self.refused(method, path, body)["errors"]))


def line(product: str = "MUG", quantity: Any = 1, price: Any = 80, **more: Any) -> dict[str, Any]:
    """A row with an article."""
    row = {"product": {"productNumber": product}, "description": product, "quantity": quantity}
    return {**row, "unitNetPrice": price, **more}


def document(*lines: dict[str, Any], zone: int = 1, **changes: Any) -> dict[str, Any]:
    """The least body of an order or an invoice, with one row of 80 net unless told."""
    body = {
        "date": "2026-11-21",
        "currency": "SEK",
        "customer": {"customerNumber": 1},
        "layout": {"layoutNumber": 19},
        "paymentTerms": {"paymentTermsNumber": 2},
        "recipient": {"name": "Nordlys Handel AB", "vatZone": {"vatZoneNumber": zone}},
        "lines": list(lines or (line(),)),
    }
    return {name: value for name, value in {**body, **changes}.items() if value is not None}


def without(body: dict[str, Any], *path: str) -> dict[str, Any]:
    """A copy that lacks one field."""
    copy = deepcopy(body)
    place = copy
    for part in path[:-1]:
        place = place[part]
    del place[path[-1]]
    return dict(copy)


def leaves(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every leaf of an error tree in either shape: ``lines.0.product`` and its code."""
    if isinstance(node, list):
        for each in node:
            yield from leaves(each, f"{path}.{each['arrayIndex']}".lstrip("."))
    elif isinstance(node, dict):
        for name, below in node.items():
            if name == "errors":
                yield from ((path, leaf["errorCode"]) for leaf in below)
            elif name == "items":
                yield from leaves(below, path)
            elif name != "arrayIndex":
                yield from leaves(below, f"{path}.{name}".lstrip("."))
