"""A requests session onto the simulated Fortnox, with a token, for the tests of the simulator itself."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import requests

from bridge.clock import ManualClock
from bridge.sim.fortnox import Simulator


class Client:
    """Talks to one simulated company as an integration would."""

    def __init__(self, *, watched: bool = False) -> None:
        self.clock = ManualClock()
        self.sim = Simulator(Path(), self.clock.now)
        self.sim.limit = None
        self.sim.watched = watched
        self.session = requests.Session()
        self.session.trust_env = False
        for prefix, adapter in self.sim.mounts.items():
            self.session.mount(prefix, adapter)
        self.headers = {"Accept": "application/json"}
        self.login()

    def login(self) -> None:
        """A fresh access token."""
        issued = self.token(grant_type="client_credentials").json()
        self.headers["Authorization"] = f"Bearer {issued['access_token']}"

    def token(
        self, *, tenant: str | None = None, secret: str | None = None, **form: str
    ) -> requests.Response:
        """POST to the token endpoint."""
        options = self.sim.options
        return self.session.post(
            options["token_url"],
            data=form,
            auth=(options["client_id"], options["client_secret"] if secret is None else secret),
            headers={"TenantId": options["tenant_id"] if tenant is None else tenant},
            timeout=30,
        )

    def ask(self, method: str, path: str, body: Any = None, **params: Any) -> requests.Response:
        """Any call; ``path`` below /3, or from the root with a slash in front."""
        url = self.sim.base_url + (path if path.startswith("/") else f"/3/{path}")
        data = None if body is None else json.dumps(body, default=_number).encode()
        headers = {**self.headers, **({"Content-Type": "application/json"} if data else {})}
        return self.session.request(method, url, params=params, data=data, headers=headers, timeout=30)

    def get(self, path: str, **params: Any) -> Any:
        """The JSON of a good answer."""
        return self._good(self.ask("GET", path, **params))

    def post(self, path: str, wrap: str, **values: Any) -> Any:
        """What is wrapped in the answer to a good POST."""
        return self._good(self.ask("POST", path, {wrap: values}))[wrap]

    def put(self, path: str, wrap: str = "", **values: Any) -> Any:
        """What is wrapped in the answer to a good PUT; without ``wrap`` an action without a body."""
        answer = self._good(self.ask("PUT", path, {wrap: values} if wrap else None))
        (inner,) = answer.values()
        return inner

    def refused(self, method: str, path: str, body: Any = None, **params: Any) -> int:
        """The code of a refusal with 400."""
        answer = self.ask(method, path, body, **params)
        assert answer.status_code == 400, answer.text
        return int(answer.json()["ErrorInformation"]["code"])

    def customer(self, **values: Any) -> str:
        """The number of a new one."""
        return str(self.post("customers", "Customer", **{"Name": "Anna Öberg", **values})["CustomerNumber"])

    def order(self, *rows: dict[str, Any], **values: Any) -> dict[str, Any]:
        """A new order, of one soap unless told."""
        if "CustomerNumber" not in values:
            values["CustomerNumber"] = self.customer()
        found: dict[str, Any] = self.post("orders", "Order", OrderRows=list(rows or (row(),)), **values)
        return found

    def invoice(self, *rows: dict[str, Any], **values: Any) -> dict[str, Any]:
        """A new invoice, of one soap unless told."""
        if "CustomerNumber" not in values:
            values["CustomerNumber"] = self.customer()
        sent = [
            {name: value for name, value in each.items() if name != "OrderedQuantity"}
            for each in rows or (row(),)
        ]
        found: dict[str, Any] = self.post("invoices", "Invoice", InvoiceRows=sent, **values)
        return found

    @staticmethod
    def _good(answer: requests.Response) -> Any:
        assert answer.status_code in (200, 201), answer.text
        return json.loads(answer.content, parse_float=Decimal)


def row(price: str = "80.00", quantity: str = "1", **values: Any) -> dict[str, Any]:
    """A row of soap, ordered and delivered."""
    return {
        "ArticleNumber": "TVAL-1",
        "OrderedQuantity": quantity,
        "DeliveredQuantity": quantity,
        "Price": Decimal(price),
        **values,
    }


def _number(value: Any) -> float:
    assert isinstance(value, Decimal), value
    return float(value)
