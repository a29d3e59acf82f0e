"""A plain client of the Hogia simulator: what a test would type by hand. It knows nothing of our adapter."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

import requests

from bridge.sim.hogia_smart import Simulator
from bridge.sim.hogia_smart.wire import dumps, loads

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
OLD, NEW = "2024-11-11", "2025-03-21"
"""A version of each body."""


def a_guid(number: int = 1) -> str:
    """One that a client made."""
    return str(uuid5(NAMESPACE_DNS, f"test {number}"))


class Client:
    """A session that has its token, with customer 1 in the register."""

    def __init__(self) -> None:
        self.now = NOON
        self.sim = Simulator(Path(), lambda: self.now)
        self.session = requests.Session()
        for address, adapter in self.sim.mounts.items():
            self.session.mount(address, adapter)
        self.sim.customers.keep(name="Nordlys Handel AB", email="faktura@nordlys.example")
        self.log_in()

    def log_in(self) -> None:
        """Ask for a token and keep it."""
        token = self.token().json()["access_token"]
        self.session.headers["Authorization"] = f"Bearer {token}"

    def token(self, **changes: Any) -> requests.Response:
        """The answer of the token endpoint."""
        options = self.sim.options
        form = {"grant_type": "client_credentials"}
        form |= {name: options[name] for name in ("client_id", "client_secret")}
        how: Any = {"Authorization": None}  # credentials show themselves one way only
        return self.session.post(options["token_url"], data={**form, **changes}, headers=how)

    def ask(
        self, method: str, path: str, *, body: Any = None, version: str | None = OLD, **how: Any
    ) -> requests.Response:
        """The bare answer, of a path below the organisation."""
        params = {**how.pop("params", {}), **({"api-version": version} if version else {})}
        if body is not None:
            how["data"] = dumps(body).encode()
            how["headers"] = {"Content-Type": "application/json", **how.get("headers", {})}
        organization = how.pop("organization", self.sim.company.id)
        url = f"{self.sim.base_url}/{organization}/{path}"
        return self.session.request(method, url, params=params, **how)

    def get(self, path: str, *, version: str = OLD, **params: Any) -> Any:
        """What is there."""
        return self._good(self.ask("GET", path, params=params, version=version))

    def post(self, path: str, body: Any, *, version: str = OLD) -> Any:
        """What was made."""
        return self._good(self.ask("POST", path, body=body, version=version))

    def older(self, *lines: dict[str, Any], **changes: Any) -> Any:
        """An invoice in the older body."""
        return self.post("customerinvoices", older(*lines, **changes))

    def newer(self, *lines: dict[str, Any], **changes: Any) -> str:
        """An invoice in the newer body; its GUID."""
        return str(self.post("customerinvoices", newer(*lines, **changes), version=NEW))

    def refused(self, path: str, body: Any, *, status: int = 400, version: str = OLD) -> Any:
        """The body of a refusal."""
        answer = self.ask("POST", path, body=body, version=version)
        assert answer.status_code == status, f"{answer.status_code} {answer.text}"
        return loads(answer.content)

    def wrong(self, path: str, body: Any, *, version: str = OLD) -> set[str]:
        """The fields that a refusal complains of."""
        return set(self.refused(path, body, version=version)["errors"])

    def broken(self, path: str, body: Any, *, version: str = OLD) -> str:
        """What a refusal says of a rule."""
        (only,) = self.refused(path, body, version=version)
        assert only["errorCode"] == 1001004
        return str(only["message"])

    @staticmethod
    def _good(answer: requests.Response) -> Any:
        assert answer.status_code < 300, f"{answer.status_code} {answer.text}"
        return loads(answer.content)


def line(price: Any = 80, quantity: Any = 1, rate: str = "0.25", **more: Any) -> dict[str, Any]:
    """A priced row of the older body."""
    accounts = {"0.25": (3001, 2611), "0.12": (3002, 2621), "0.06": (3003, 2631), "0": (3004, None)}
    sales, vat = accounts[rate]
    row = {"type": "InvoiceLine", "name": "Tvål", "unitPrice": price, "unitType": "st", "quantity": quantity}
    return {
        **row,
        "vat": {"percent": Decimal(rate), **({"accountNumber": vat} if vat else {})},
        "salesAccountNumber": sales,
        **more,
    }


def older(*lines: dict[str, Any], sequence: int = 1, **changes: Any) -> dict[str, Any]:
    """The least older body, with one row of 80 net unless told; ``header`` and ``money`` add to theirs."""
    header = {"invoiceDate": "2026-11-21", "customer": {"name": "Bo Ek"}, **changes.pop("header", {})}
    money = {"currency": {"code": "SEK"}, **changes.pop("money", {})}
    return {
        "sequenceId": a_guid(sequence),
        "invoiceHeader": header,
        "currencyInfo": money,
        "invoiceLines": list(lines or (line(),)),
        **changes,
    }


def row(price: Any = 80, quantity: Any = 1, account: int = 3001, **more: Any) -> dict[str, Any]:
    """A priced row of the newer body."""
    inner = {"description": "Tvål", "unitPrice": price, "quantity": quantity, "salesAccountNumber": account}
    return {"invoiceLine": {**inner, **more}}


def newer(*lines: dict[str, Any], sequence: int = 1, **header: Any) -> dict[str, Any]:
    """The least newer body."""
    head = {"customerNumber": "1", "invoiceDate": "2026-11-21", "currency": {"code": "SEK"}}
    return {
        "sequenceId": a_guid(sequence),
        "customerInvoice": {**head, **header},
        "invoiceLines": list(lines or (row(),)),
    }


def without(body: dict[str, Any], *path: str) -> dict[str, Any]:
    """A copy that lacks one field."""
    copy = deepcopy(body)
    place = copy
    for part in path[:-1]:
        place = place[part]
    del place[path[-1]]
    return dict(copy)
