"""Table (i) of the woocommerce facts and surprises 5 and 6: batches and stock."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.woo_sim_client import PLAIN, Client, shop


@pytest.fixture
def client() -> Client:
    """A shop with order 1 in processing."""
    made = shop(recorded=False)
    made.sim.state.restart(post=0)
    made.post("/orders", **PLAIN, set_paid=True)
    return made


def test_batch_does_not_validate_a_status(client: Client) -> None:
    """Nonsense answers 200, sets the order to pending and puts the stock back (surprise 5); a plain PUT is a 400."""
    stock = client.get("/products/30")["stock_quantity"]
    assert client.ask("PUT", "/orders/1", json={"status": "nonsense"}).status_code == 400
    answer = client.post("/orders/batch", update=[{"id": 1, "status": "nonsense"}])
    assert answer["update"][0]["status"] == "pending"
    assert client.get("/products/30")["stock_quantity"] == stock + 1


def test_batch_half_a_piece_becomes_none_at_half_the_price(client: Client) -> None:
    """A quantity of 0.5 gives a line with quantity 0 and half the price (surprise 5)."""
    made = client.post("/orders/batch", create=[{"line_items": [{"product_id": 30, "quantity": 0.5}]}])
    line = made["create"][0]["line_items"][0]
    assert (line["quantity"], line["total"]) == (0, "159.60")


def test_batch_creates_updates_and_deletes(client: Client) -> None:
    """All three in one call, each with its row in the answer."""
    other = client.sim.place(status="processing")
    body = {
        "create": [PLAIN],
        "update": [{"id": 1, "status": "completed"}],
        "delete": [other, {"id": 1, "force": True}],
    }
    answer = client.post("/orders/batch", **body)
    assert [len(answer[verb]) for verb in ("create", "update", "delete")] == [1, 1, 2]
    assert client.get(f"/orders/{other}")["status"] == "trash"
    assert client.ask("GET", "/orders/1").status_code == 404


def test_batch_with_fields_answers_nothing_and_does_the_work(client: Client) -> None:
    """_fields on a batch: 200 [] of two bytes; the work is done (surprise 6)."""
    answer = client.ask(
        "POST", "/orders/batch?_fields=id", json={"update": [{"id": 1, "status": "completed"}]}
    )
    assert (answer.status_code, answer.content) == (200, b"[]")
    assert client.get("/orders/1")["status"] == "completed"


@pytest.mark.parametrize("path", ["/orders/batch", "/products/batch", "/products/56/variations/batch"])
def test_batch_over_a_hundred_is_refused_whole(client: Client, path: str) -> None:
    """101 items: 413 and nothing done; 100 pass."""
    rows = [{"id": 1, "status": "completed", "stock_quantity": 1} for _ in range(101)]
    assert client.ask("POST", path, json={"update": rows}).status_code == 413
    assert client.get("/orders/1")["status"] == "processing"
    assert client.ask("POST", path, json={"update": rows[:100]}).status_code == 200


def test_batch_failed_item_stands_in_its_place(client: Client) -> None:
    """HTTP 200, the failed item is an error between the good ones (table i)."""
    rows: list[dict[str, Any]] = [
        {"id": 30, "stock_quantity": 7},
        {"id": 99999},
        {"id": 58},
        {"sku": "HOLK-F"},
    ]
    done = client.post("/products/batch", update=rows)["update"]
    assert done[0]["stock_quantity"] == 7
    assert [row["error"]["code"] for row in done[1:3]] == [
        "woocommerce_rest_product_invalid_id",
        "woocommerce_rest_invalid_product_id",
    ]
    assert (done[3]["id"], "error" in done[3]) == (None, True)


def test_batch_of_variations_needs_the_right_parent(client: Client) -> None:
    """The right parent works, the wrong one is an error in place."""
    assert (
        client.post("/products/56/variations/batch", update=[{"id": 58, "stock_quantity": 3}])["update"][0][
            "stock_quantity"
        ]
        == 3
    )
    wrong = client.post("/products/66/variations/batch", update=[{"id": 58, "stock_quantity": 4}])["update"][
        0
    ]
    assert wrong["error"]["data"]["status"] == 404
    assert client.post("/products/batch", create=[{"name": "x"}])["create"][0]["error"]


def test_batch_refused_to_strangers(client: Client) -> None:
    """A user without rights gets 403."""
    client.sim.add_key("ck_p", "cs_p", shop_rights=False)
    client.session.auth = ("ck_p", "cs_p")
    assert client.ask("POST", "/orders/batch", json={}).json()["code"] == "woocommerce_rest_cannot_batch"


@pytest.mark.parametrize(("given", "stored"), [("5.5", 5), (-3, -3), (None, 26)])
def test_stock_values_are_taken_as_measured(client: Client, given: Any, stored: int) -> None:
    """A text of 5.5 is 5, -3 is stored and out of stock, null changes nothing (table i)."""
    client.put("/products/30", stock_quantity=26)
    made = client.put("/products/30", stock_quantity=given)
    assert (made["stock_quantity"], made["stock_status"]) == (
        stored,
        "instock" if stored > 0 else "outofstock",
    )


def test_stock_of_an_uncounted_article_is_ignored(client: Client) -> None:
    """Without manage_stock: 200 and ignored (table i)."""
    assert client.put("/products/50", stock_quantity=5)["stock_quantity"] is None


def test_stock_put_again_moves_the_products_date(client: Client) -> None:
    """The same value again moves date_modified, and so does an order that takes stock (table a)."""
    for step in (
        lambda: client.put("/products/30", stock_quantity=5),
        lambda: client.sim.set_status(1, "cancelled"),
    ):
        client.clock.advance(hours=1)
        step()
        now = client.clock.now().strftime("%Y-%m-%dT%H:%M:%S")
        assert client.get("/products/30")["date_modified_gmt"] == now


def test_stock_may_go_below_nothing_by_orders(client: Client) -> None:
    """REST orders ignore stock: 9 of 5 leaves -4; a PUT is absolute (table i)."""
    client.put("/products/30", stock_quantity=5)
    client.post("/orders", line_items=[{"product_id": 30, "quantity": 9}], set_paid=True)
    assert client.get("/products/30")["stock_quantity"] == -4


def test_variation_through_products_is_refused(client: Client) -> None:
    """PUT products/<variation id> is 404; through the right parent it works."""
    answer = client.ask("PUT", "/products/58", json={"stock_quantity": 1})
    assert (answer.status_code, answer.json()["code"]) == (404, "woocommerce_rest_invalid_product_id")
    assert (
        client.put("/products/56/variations/58", stock_quantity=1, regular_price="10.00")["stock_quantity"]
        == 1
    )
    assert client.ask("PUT", "/products/66/variations/58", json={}).status_code == 404
    assert client.ask("PUT", "/products/99999", json={}).status_code == 400


def test_sku_is_given_once(client: Client) -> None:
    """A double SKU on create is a 400 that names the owner; a new one makes an article."""
    answer = client.ask("POST", "/products", json={"name": "d", "sku": "HOLK-F"})
    assert (answer.status_code, answer.json()["data"]["resource_id"]) == (400, 44)
    assert client.post("/products", name="Ny", sku="NY-1", regular_price="10.00")["sku"] == "NY-1"
