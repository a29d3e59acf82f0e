"""Table (g) of the woocommerce facts: webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest

from bridge.sim.woocommerce.webhooks import Delivery, signature
from tests.conformance.woo_sim_client import PLAIN, Client, shape, shop

SECRET = "hemlig-åäö"


@pytest.fixture
def client() -> Client:
    """A shop with a hook on each order topic."""
    made = shop()
    for topic in ("order.created", "order.updated", "order.deleted"):
        made.post("/webhooks", topic=topic, delivery_url="https://bridge.example/hint", secret=SECRET)
    made.sim.webhooks.deliveries.clear()
    return made


def _topics(client: Client) -> list[str]:
    return [row.headers["X-WC-Webhook-Topic"] for row in client.sim.webhooks.deliveries]


@pytest.mark.shared
def test_webhook_recorded_signatures_are_ours(shared: Path) -> None:
    """The signature of every recorded delivery follows from its body."""
    for file in sorted((shared / "woocommerce/recorded/webhooks").glob("*.json")):
        case = json.loads(file.read_text("utf-8"))
        headers = dict(case["headers"])
        if "X-WC-Webhook-Signature" in headers:
            assert signature(SECRET, case["body"].encode()) == headers["X-WC-Webhook-Signature"], file.name


@pytest.mark.shared
def test_webhook_delivery_has_the_recorded_form(client: Client, shared: Path) -> None:
    """Headers and body are of the recorded form."""
    case = json.loads((shared / "woocommerce/recorded/webhooks/05_order.created.json").read_text("utf-8"))
    client.post(
        "/orders", line_items=[{"product_id": 24, "quantity": 2}], set_paid=True, payment_method="bacs"
    )
    client.sim.webhooks.deliver()
    (ours,) = [
        row for row in client.sim.webhooks.deliveries if row.headers["X-WC-Webhook-Topic"] == "order.created"
    ]
    connection = {"Host", "Accept", "Accept-Encoding", "Connection", "Content-Length"}
    assert set(ours.headers) == set(dict(case["headers"])) - connection
    mine, real = json.loads(ours.body), json.loads(case["body"])
    assert list(mine) == list(real)
    assert shape(mine) == shape(real)


def test_webhook_signature_is_hmac_of_the_raw_body(client: Client) -> None:
    """base64(HMAC-SHA256(secret, body)), with a secret beyond ASCII too; the body is GET's."""
    client.put("/orders/125", status="completed")
    client.sim.webhooks.deliver()
    (delivery,) = client.sim.webhooks.deliveries
    raw = hmac.new(SECRET.encode(), delivery.body, hashlib.sha256).digest()
    assert delivery.headers["X-WC-Webhook-Signature"] == base64.b64encode(raw).decode()
    assert json.loads(delivery.body) == client.get("/orders/125")


def test_webhook_ping_is_unsigned() -> None:
    """On creation a form body without any X-WC header; a refusal of it does not matter."""
    client = shop()
    made = client.post("/webhooks", topic="order.created", delivery_url="https://x.example/")
    (ping,) = client.sim.webhooks.deliveries
    assert ping.body == f"webhook_id={made['id']}".encode()
    assert not [name for name in ping.headers if name.startswith("X-WC")]
    assert (made["status"], "secret" in made) == ("active", False)


def test_webhook_three_quick_updates_are_one_delivery(client: Client) -> None:
    """One delivery with the last state, as it is at delivery."""
    for status in ("completed", "processing", "completed"):
        client.put("/orders/125", status=status)
    client.sim.webhooks.deliver()
    assert _topics(client) == ["order.updated"]
    assert json.loads(client.sim.webhooks.deliveries[0].body)["status"] == "completed"


def test_webhook_comes_only_when_somebody_visits(client: Client) -> None:
    """Queued until the queue is run, then nothing is left."""
    client.put("/orders/125", status="completed")
    assert client.sim.webhooks.deliveries == []
    assert [client.sim.webhooks.deliver(), client.sim.webhooks.deliver()] == [1, 0]


def test_webhook_updated_also_on_creation_and_refund_not_on_a_note(client: Client) -> None:
    """What sends order.updated."""
    client.post("/orders", **PLAIN)
    client.sim.webhooks.deliver()
    assert _topics(client) == ["order.created", "order.updated"]
    client.post("/orders/125/refunds", amount="1.00")
    client.post("/orders/126/notes", note="x")
    client.sim.webhooks.deliver()
    assert _topics(client)[2:] == ["order.updated"]


def test_webhook_deleted_has_only_the_id(client: Client) -> None:
    """Trashing sends deleted, not updated."""
    client.ask("DELETE", "/orders/125")
    client.sim.webhooks.deliver()
    (delivery,) = client.sim.webhooks.deliveries
    assert (_topics(client), delivery.body) == (["order.deleted"], b'{"id":125}')


def test_webhook_on_products_hears_stock(client: Client) -> None:
    """product.updated carries the product."""
    client.post("/webhooks", topic="product.updated", delivery_url="https://x.example/", secret="s")
    client.put("/products/30", stock_quantity=3)
    client.sim.webhooks.deliver()
    assert json.loads(client.sim.webhooks.deliveries[-1].body)["stock_quantity"] == 3


@pytest.mark.parametrize(
    ("status", "failures"), [(200, 0), (204, 0), (301, 0), (302, 0), (404, 1), (410, 1), (500, 1)]
)
def test_webhook_success_is_what_was_measured(client: Client, status: int, failures: int) -> None:
    """Any 2xx and 301/302 count as success, the rest as failure; nothing is retried."""
    client.put("/orders/125", status="completed")
    client.sim.webhooks.deliver(lambda _delivery: status)
    assert client.sim.webhooks.hooks[2].failures == failures
    assert client.sim.webhooks.deliver() == 0


def test_webhook_is_disabled_at_the_seventh_failure(client: Client) -> None:
    """Active again the count stays, so one more failure disables it; a success sets nought."""

    def failing(_delivery: Delivery) -> int:
        return 500

    def run(times: int, post: Any) -> str:
        for turn in range(times):
            client.put("/orders/125", customer_note=str(turn))
            client.sim.webhooks.deliver(post)
        return str(client.get("/webhooks/2")["status"])

    assert [run(6, failing), run(1, failing)] == ["active", "disabled"]
    client.put("/orders/125", status="completed")
    client.put("/webhooks/2", status="active")
    assert client.sim.webhooks.deliver() == 0
    assert run(1, failing) == "disabled"
    client.put("/webhooks/2", status="active")
    assert run(1, None) == "active"
    assert client.sim.webhooks.hooks[2].failures == 0


def test_webhook_is_managed_over_the_api(client: Client) -> None:
    """List, unknown topic, delete with force only."""
    assert [row["topic"] for row in client.get("/webhooks")] == [
        "order.created",
        "order.updated",
        "order.deleted",
    ]
    assert client.ask("POST", "/webhooks", json={"topic": "order.eaten"}).status_code == 400
    assert client.ask("DELETE", "/webhooks/1").status_code == 501
    client.put("/orders/125", status="completed")
    assert client.ask("DELETE", "/webhooks/2?force=true").status_code == 200
    assert client.sim.webhooks.deliver() == 0  # its hook is gone
    assert client.ask("GET", "/webhooks/2").status_code == 404
