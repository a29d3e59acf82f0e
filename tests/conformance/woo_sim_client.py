"""A requests session onto the simulated shop, and the comparisons the conformance tests share."""

from __future__ import annotations

from typing import Any

import requests

from bridge.clock import ManualClock
from bridge.sim.woocommerce import ShopSim
from bridge.sim.wsgi import mount

HOME = "https://shop.example"
API = f"{HOME}/wp-json/wc/v3"


class Client:
    """Talks to one simulated shop as a key's owner would."""

    def __init__(self, sim: ShopSim, clock: ManualClock) -> None:
        self.sim = sim
        self.clock = clock
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = (sim.key, sim.secret)
        for scheme in ("https", "http"):
            self.session.mount(f"{scheme}://", mount(sim.app, sleep=clock.sleep))

    def ask(self, method: str, path: str, **how: Any) -> requests.Response:
        """Any call; a path below wc/v3, or a whole address."""
        url = path if path.startswith("http") else f"{API}{path}"
        return self.session.request(method, url, timeout=(5, 30), **how)

    def get(self, path: str, **params: Any) -> Any:
        """The JSON of a good answer."""
        answer = self.ask("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ids(self, path: str = "/orders", **params: Any) -> list[int]:
        """The ids of a list."""
        return [row["id"] for row in self.get(path, **params)]

    def put(self, path: str, **body: Any) -> Any:
        """The JSON of a good PUT."""
        answer = self.ask("PUT", path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, **body: Any) -> Any:
        """The JSON of a good POST."""
        answer = self.ask("POST", path, json=body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()


def shop(*, recorded: bool = True, **options: Any) -> Client:
    """A client of a new shop at noon UTC on 21 November 2026."""
    clock = ManualClock()
    make = ShopSim.recorded if recorded else ShopSim
    return Client(make(now=clock.now, **options), clock)


def shape(value: Any) -> Any:
    """Keys and types, recursively; of a list the shapes that occur in it."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return sorted({repr(shape(inner)) for inner in value})
    return type(value).__name__


PLAIN = {
    "billing": {"first_name": "Anna", "last_name": "Öberg", "country": "SE", "email": "a@example.com"},
    "line_items": [{"product_id": 30, "quantity": 1}],  # a compass, 399.00 with 25 %
    "shipping_lines": [{"method_id": "flat_rate", "method_title": "PostNord Ombud", "total": "39.20"}],
}
