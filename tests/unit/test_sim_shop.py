"""The simulated shop's own handles: what tests and the demo do to it from behind."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import requests
from oauthlib.oauth1 import Client as Signer

from bridge.sim import data
from bridge.sim.woocommerce import ShopSim
from bridge.sim.wsgi import serve
from tests.conformance.woo_sim_client import PLAIN, Client, shop


@pytest.fixture
def client() -> Client:
    """An empty shop at noon."""
    return shop(recorded=False)


def test_recorded_shop_holds_everything() -> None:
    """All 73 orders with their refunds and notes."""
    sim = ShopSim.recorded()
    assert (len(sim.orders), len(sim.notes), len(sim.orders[150]["refunds"])) == (73, len(data.notes()), 1)


def test_place_takes_only_what_matters(client: Client) -> None:
    """Missing fields are filled in, money is not recomputed, unknown articles come along with their SKU."""
    line = {"name": "Ny", "product_id": 9001, "quantity": 1, "sku": "NY", "subtotal": "8", "subtotal_tax": "2",
            "total": "8", "total_tax": "2", "taxes": []}  # fmt: skip
    ident = client.sim.place(status="processing", total="10.00", line_items=[line])
    order = client.get(f"/orders/{ident}")
    assert (order["total"], order["line_items"][0]["sku"], order["line_items"][0]["price"]) == (
        "10.00",
        "NY",
        8,
    )
    assert order["date_modified_gmt"] == "2026-11-21T12:00:00"


def test_place_brings_a_variation_along(client: Client) -> None:
    """A variation the catalogue lacks keeps the SKU of the line."""
    line = {"name": "T - M", "parent_name": "T", "product_id": 9001, "variation_id": 9002, "quantity": 1,
            "sku": "T-M", "subtotal": "8", "subtotal_tax": "2", "total": "8", "total_tax": "2",
            "taxes": []}  # fmt: skip
    ident = client.sim.place(line_items=[line])
    shown = client.get(f"/orders/{ident}")["line_items"][0]
    assert (shown["product_id"], shown["variation_id"], shown["sku"]) == (9001, 9002, "T-M")


def test_place_takes_local_dates_too(client: Client) -> None:
    """A date without _gmt is the shop's own time."""
    ident = client.sim.place(date_created="2026-11-21T10:00:00", date_paid=None)
    assert client.get(f"/orders/{ident}")["date_created_gmt"] == "2026-11-21T09:00:00"


def test_place_takes_moments_and_a_catalogue_may_be_left_out() -> None:
    """Dates may be datetimes; a shop without articles is possible."""
    sim = ShopSim(catalogue=False)
    ident = sim.place(date_paid=datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC))
    assert sim.order(ident)["date_paid_gmt"] == "2026-01-02T03:04:05"
    assert sim.state.products == {}


def test_stock_is_counted_for_counted_articles_only(client: Client) -> None:
    """An uncounted article, a cancelled pending order, a refund of an uncounted piece: no stock note."""
    body = {"line_items": [{"product_id": 50, "quantity": 1}]}
    ident = client.post("/orders", **body, set_paid=True)["id"]
    line = client.get(f"/orders/{ident}")["line_items"][0]["id"]
    client.sim.refund(ident, "1.00", line_items=[{"id": line, "quantity": 1, "refund_total": "1.00"}])
    client.put(f"/orders/{ident}", status="cancelled")
    assert not [row for row in client.sim.notes[ident] if "tock" in row["note"]]


def test_begun_order_is_seen_half_built(client: Client) -> None:
    """Pending without lines first, complete later (surprise 9)."""
    whole = data.orders()[20]
    ident = client.sim.begin(whole)
    half = client.get(f"/orders/{ident}")
    assert (half["status"], half["line_items"], half["total"]) == ("pending", [], "0.00")
    client.sim.finish(ident, whole)
    done = client.get(f"/orders/{ident}")
    assert (done["status"], done["total"], done["date_modified_gmt"]) == (
        whole["status"], whole["total"], "2026-11-21T12:00:00",
    )  # fmt: skip


def test_draft_takes_its_id_when_the_checkout_opens(client: Client) -> None:
    """The order placed later has the smaller id and the draft's date (surprise 18)."""
    draft = client.sim.draft()
    client.clock.advance(minutes=10)
    later = client.sim.place(status="processing")
    client.sim.finish(draft, {"status": "processing", "total": "1.00"})
    assert draft < later
    assert client.get(f"/orders/{draft}")["date_created_gmt"] == "2026-11-21T12:00:00"
    assert client.get(f"/orders/{draft}")["date_modified_gmt"] == "2026-11-21T12:10:00"


@pytest.mark.parametrize(("touch", "moved"), [(True, "2026-11-21T13:00:00"), (False, "2026-11-21T12:00:00")])
def test_edit_moves_the_date_or_not(client: Client, touch: bool, moved: str) -> None:  # noqa: FBT001 - a table
    """Direct SQL leaves the date alone (table a)."""
    ident = client.sim.place(status="processing")
    client.clock.advance(hours=1)
    client.sim.edit(ident, touch=touch, total="5.00", billing={"city": "Luleå"})
    order = client.get(f"/orders/{ident}")
    assert (order["total"], order["billing"]["city"], order["date_modified_gmt"]) == ("5.00", "Luleå", moved)


def test_refund_without_amount_takes_what_is_left(client: Client) -> None:
    """All of it, then the status is refunded."""
    ident = client.sim.place(status="completed", total="100.00")
    client.sim.refund(ident, Decimal("40.00"))
    client.sim.refund(ident)
    assert [row["total"] for row in client.sim.order(ident)["refunds"]] == ["-40.00", "-60.00"]
    assert client.sim.order(ident)["status"] == "refunded"


def test_trash_and_deletion_from_behind(client: Client) -> None:
    """The admin page can do it too."""
    ident = client.sim.place(status="completed")
    client.sim.trash(ident)
    assert client.sim.order(ident)["status"] == "trash"
    client.sim.trash(ident, force=True)
    assert ident not in client.sim.orders


def test_throttle_and_maintenance_answer_and_pass(client: Client) -> None:
    """429 with and without Retry-After, 503 with it."""
    client.sim.throttle(retry_after=30)
    client.sim.throttle()
    client.sim.maintenance(times=1)
    answers = [client.ask("GET", "/orders") for _ in range(4)]
    assert [(answer.status_code, answer.headers.get("Retry-After")) for answer in answers] == [
        (429, "30"), (429, None), (503, "600"), (200, None),
    ]  # fmt: skip


def test_database_trouble_looks_like_an_empty_shop(client: Client) -> None:
    """A failing SELECT is an empty list and a 404, a failing key look-up a 401; it passes (surprise 3)."""
    ident = client.sim.place(status="processing")
    client.sim.database("orders")
    empty = client.ask("GET", "/orders")
    assert (empty.status_code, empty.json(), empty.headers["X-WP-Total"]) == (200, [], "0")
    assert client.ask("GET", f"/orders/{ident}").status_code == 404
    client.sim.database("keys")
    assert client.ask("GET", "/orders").status_code == 401
    client.sim.database("up")
    assert client.ids() == [ident]


def test_status_of_a_new_plugin_is_known_at_once(client: Client) -> None:
    """Registered, it can be set and asked for."""
    client.sim.register_status("plockas", "Plockas")
    ident = client.sim.place(status="processing")
    assert client.put(f"/orders/{ident}", status="plockas")["status"] == "plockas"
    assert client.ids(status="plockas") == [ident]
    assert "Order status changed from Processing to Plockas." in [
        row["note"] for row in client.sim.notes[ident]
    ]


def test_what_is_seen_is_a_copy(client: Client) -> None:
    """Changing what one was shown does not change the shop."""
    ident = client.post("/orders", **PLAIN)["id"]
    client.sim.order(ident)["billing"]["city"] = "Kiruna"
    client.sim.order(ident)["line_items"][0]["meta_data"].append({"key": "x"})
    assert client.get(f"/orders/{ident}")["billing"]["city"] == ""
    assert client.get(f"/orders/{ident}")["line_items"][0]["meta_data"] == []


def test_many_threads_lose_nothing(client: Client) -> None:
    """Four writers of different meta keys at once: nothing is lost (surprise 14)."""
    ident = client.sim.place(status="processing")

    def write(number: int) -> None:
        mine = Client(client.sim, client.clock)
        for turn in range(10):
            mine.put(f"/orders/{ident}", meta_data=[{"key": f"k{number}-{turn}", "value": "x"}])

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(client.sim.order(ident)["meta_data"]) == 40


def test_snapshot_is_the_stored_form(client: Client) -> None:
    """For those who want to look behind the JSON."""
    ident = client.sim.place(total="7")
    assert client.sim.state.snapshot(ident)["total"] == "7"


def test_shop_over_sockets_takes_oauth_on_plain_http() -> None:
    """As the demo uses it: waitress on loopback, OAuth 1.0a, a comma list and a port in the address."""
    sim = ShopSim()
    ident = sim.place(status="processing")
    with serve(sim.app) as server, requests.Session() as session:
        session.trust_env = False
        url, headers, _ = Signer(sim.key, client_secret=sim.secret).sign(
            f"{server.url}/wp-json/wc/v3/orders?status=processing%2Cpacked&search=", http_method="GET"
        )
        answer = session.get(url, headers=headers, timeout=5)
        assert [row["id"] for row in answer.json()] == [ident]
        assert session.get(url, headers=headers, timeout=5).json()["message"].startswith("Invalid nonce")
        assert session.get(url, auth=(sim.key, sim.secret), timeout=5).status_code == 401
