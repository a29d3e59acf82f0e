"""The simulated shop against what the real one was recorded to answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.auth import AuthBase

from bridge.sim import data
from tests.conformance.woo_sim_client import HOME, Client, shape, shop

pytestmark = pytest.mark.shared
HOP_BY_HOP = {"Transfer-Encoding", "Connection", "Content-Length"}  # the web server's, not the shop's


@pytest.fixture(scope="module")
def client() -> Client:
    """One shop with everything recorded, only read from."""
    return shop()


@pytest.mark.parametrize("ident", [order["id"] for order in data.orders()])
def test_order_recorded_is_answered_the_same(client: Client, shared: Path, ident: int) -> None:
    """GET of each recorded order gives the same keys, types and values as the real shop gave."""
    real = json.loads((shared / f"woocommerce/recorded/orders/{ident}.json").read_text("utf-8"))
    ours = client.get(f"/orders/{ident}")
    assert shape(ours) == shape(real)
    assert list(ours) == list(real)
    assert ours == real


@pytest.mark.parametrize("ident", sorted(data.refunds()))
def test_refunds_recorded_are_answered_the_same(client: Client, shared: Path, ident: int) -> None:
    """GET of the refunds of an order gives what the real shop gave."""
    real = json.loads((shared / f"woocommerce/recorded/refunds/{ident}.json").read_text("utf-8"))
    assert client.get(f"/orders/{ident}/refunds") == real


def test_refunds_of_all_orders_name_their_order(client: Client, shared: Path) -> None:
    """GET refunds has the recorded keys and the order as parent_id."""
    real = json.loads((shared / "woocommerce/recorded/refunds_all.json").read_text("utf-8"))
    ours = client.get("/refunds", per_page=100)
    by_id = {row["id"]: row for row in ours}
    assert {row["id"]: shape(by_id[row["id"]]) for row in real} == {row["id"]: shape(row) for row in real}
    assert all(by_id[row["id"]]["parent_id"] == row["parent_id"] for row in real)


@pytest.mark.parametrize("ident", sorted(data.notes()))
def test_notes_recorded_are_answered_the_same(client: Client, shared: Path, ident: int) -> None:
    """GET of an order's notes gives the recorded rows."""
    real = json.loads((shared / f"woocommerce/recorded/notes/{ident}.json").read_text("utf-8"))
    ours = client.get(f"/orders/{ident}/notes")
    assert sorted(ours, key=lambda row: row["id"]) == sorted(real, key=lambda row: row["id"])


def test_products_recorded_are_answered_the_same(client: Client, shared: Path) -> None:
    """The catalogue has the recorded keys and types, variations too."""
    real = json.loads((shared / "woocommerce/recorded/products.json").read_text("utf-8"))
    ours = {row["id"]: row for row in client.get("/products", per_page=100)}
    assert ours == {row["id"]: row for row in real}
    variations = json.loads((shared / "woocommerce/recorded/variations/56.json").read_text("utf-8"))
    mine = {row["id"]: row for row in client.get("/products/56/variations", per_page=100)}
    assert mine == {row["id"]: row for row in variations}


def test_statuses_report_is_answered_the_same(client: Client, shared: Path) -> None:
    """reports/orders/totals counts what the real shop counted."""
    real = json.loads((shared / "woocommerce/recorded/reports_orders_totals.json").read_text("utf-8"))
    assert client.get("/reports/orders/totals") == real


def test_status_lists_hold_the_recorded_orders(client: Client, shared: Path) -> None:
    """Each recorded status list holds the same orders."""
    for file in sorted((shared / "woocommerce/recorded/orders_by_status").glob("*.json")):
        real = json.loads(file.read_text("utf-8"))
        ours = client.ids(status=file.stem.replace("+", ","), per_page=100)
        assert sorted(ours) == sorted(row["id"] for row in real), file.stem


def test_options_tells_the_recorded_statuses(client: Client, shared: Path) -> None:
    """OPTIONS orders, without auth, names the same statuses as the recorded one."""
    real = json.loads((shared / "woocommerce/recorded/openapi/orders_index_options.json").read_text("utf-8"))
    ours = client.ask("OPTIONS", "/orders", auth=NoAuth()).json()
    for place, inner in ((0, lambda status: status["items"]["enum"]), (1, lambda status: status["enum"])):
        args = [side["endpoints"][place]["args"]["status"] for side in (ours, real)]
        assert inner(args[0]) == inner(args[1])
    assert set(real["schema"]["properties"]) <= set(ours["schema"]["properties"])


@pytest.mark.parametrize("name", ["headers_list_orders.txt", "headers_one_order.txt"])
def test_headers_have_the_recorded_names(client: Client, shared: Path, name: str) -> None:
    """A list and a single order carry the recorded headers, paging ones with the recorded values."""
    first, _, *lines = (shared / "woocommerce/recorded" / name).read_text("utf-8").splitlines()
    real = dict(line.split(": ", 1) for line in lines if line)
    ours = client.ask("GET", f"{HOME}{first.split(' ')[1]}").headers
    assert set(real) - HOP_BY_HOP == set(ours) - HOP_BY_HOP
    same = [header for header in real if header not in {*HOP_BY_HOP, "Date"}]
    assert {header: ours[header] for header in same} == {header: real[header] for header in same}


class NoAuth(AuthBase):
    """Send nothing of who we are."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Leave the request as it is."""
        return request


def _wrong_secret(client: Client) -> None:
    client.session.auth = (client.sim.key, "cs_wrong")


def _unknown_key(client: Client) -> None:
    client.session.auth = ("ck_unknown", "cs_x")


def _read_only(client: Client) -> None:
    client.sim.add_key("ck_r", "cs_r", permissions="read")
    client.session.auth = ("ck_r", "cs_r")


def _powerless(client: Client) -> None:
    client.sim.add_key("ck_p", "cs_p", shop_rights=False)
    client.session.auth = ("ck_p", "cs_p")


def _nobody(client: Client) -> None:
    client.session.auth = NoAuth()


def _select_fails(client: Client) -> None:
    client.sim.state.database = "orders"


def _keys_fail(client: Client) -> None:
    client.sim.state.database = "keys"


def _switched_off(client: Client) -> None:
    client.sim.state.active = False


def _as_it_is(_client: Client) -> None:
    return None


CASES: dict[str, Callable[[Client], Any]] = {
    "200_batch_with_errors": _as_it_is,
    "200_empty_list_when_query_fails": _select_fails,
    "400_bad_date": _as_it_is,
    "400_duplicate_sku": _as_it_is,
    "400_per_page": _as_it_is,
    "400_put_unknown_order": _as_it_is,
    "400_quantity_half": _as_it_is,
    "400_unknown_status": _as_it_is,
    "400_wrong_type": _as_it_is,
    "401_no_auth": _nobody,
    "401_read_only_key_put": _read_only,
    "401_rest_route": _as_it_is,
    "401_unknown_key": _unknown_key,
    "401_when_key_lookup_fails": _keys_fail,
    "401_wrong_secret": _wrong_secret,
    "403_user_lacks_capability": _powerless,
    "404_no_route": _as_it_is,
    "404_unknown_order": _as_it_is,
    "404_variation_through_products": _as_it_is,
    "404_when_query_fails": _select_fails,
    "404_woocommerce_deactivated": _switched_off,
    "413_batch_101": _as_it_is,
    "500_refund_more_than_left": _as_it_is,
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_error_recorded_is_reproduced(shared: Path, name: str) -> None:
    """The same request in the same situation gets the same status, body and header names."""
    case = json.loads((shared / f"woocommerce/recorded/errors/{name}.json").read_text("utf-8"))
    client = shop()
    CASES[name](client)
    method, path = case["request"].split(" ", 1)
    answer = client.ask(method, f"{HOME}{path}", json=case.get("request_body"))
    assert answer.status_code == case["status"]
    assert answer.json() == json.loads(case["body"])
    assert answer.headers["Content-Type"] == case["headers"]["Content-Type"]
    assert set(answer.headers) - HOP_BY_HOP == set(case["headers"]) - HOP_BY_HOP


def test_error_basic_over_http_is_reproduced(shared: Path) -> None:
    """The right key by basic auth over plain http is answered as if there were none."""
    case = json.loads((shared / "woocommerce/recorded/errors/401_basic_over_http.json").read_text("utf-8"))
    answer = shop().ask("GET", "http://shop.example/wp-json/wc/v3/orders")
    assert (answer.status_code, answer.json()) == (case["status"], json.loads(case["body"]))


def test_error_broken_json_is_reproduced(shared: Path) -> None:
    """A body that is no JSON is refused with the recorded answer."""
    case = json.loads((shared / "woocommerce/recorded/errors/400_invalid_json.json").read_text("utf-8"))
    answer = shop().ask("PUT", "/orders/125", data=b"{broken", headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()) == (case["status"], json.loads(case["body"]))


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("503_maintenance", lambda sim: sim.maintenance(times=1)),
        ("500_database_down", lambda sim: sim.database_down(times=1)),
        ("500_fatal_html", lambda sim: sim.fatal_page(times=1)),
        ("200_html_when_permalinks_off", lambda sim: setattr(sim.state, "permalinks", False)),
    ],
)
def test_error_page_is_html_as_recorded(shared: Path, name: str, spoil: Callable[[Any], Any]) -> None:
    """Where the real shop sent a web page, so does the simulated one: status, type and Retry-After agree."""
    case = json.loads((shared / f"woocommerce/recorded/errors/{name}.json").read_text("utf-8"))
    client = shop()
    spoil(client.sim)
    answer = client.ask("GET", "/orders")
    assert answer.status_code == case["status"]
    assert answer.headers["Content-Type"] == case["headers"]["Content-Type"]
    assert answer.headers.get("Retry-After") == case["headers"].get("Retry-After")
    with pytest.raises(ValueError, match="Expecting value"):
        answer.json()
