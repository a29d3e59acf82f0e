"""Surprises 13, 15 and 16 of the woocommerce facts: meta data, live SKUs, entities in names."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.woo_sim_client import PLAIN, Client, shop


@pytest.fixture
def client() -> Client:
    """A shop with order 1 (processing, 448.00), last changed an hour ago."""
    made = shop(recorded=False)
    body = {**PLAIN, "payment_method": "bacs", "set_paid": True}
    made.sim.state.restart(post=0)
    made.post("/orders", **body)
    made.clock.advance(hours=1)
    made.sim.state.mails.clear()
    return made


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (5, "5"),
        (True, "1"),
        (False, ""),
        (1.10, "1.1"),
        (2.0, "2"),
        ("å\n<b>\\ 😀", "å\n<b>\\ 😀"),
        ({"a": [1]}, {"a": [1]}),
    ],
)
def test_meta_scalars_come_back_as_strings(client: Client, given: Any, kept: Any) -> None:
    """Numbers and truth values become strings, text and structures stay (surprise 13)."""
    assert client.put("/orders/1", meta_data=[{"key": "k", "value": given}])["meta_data"][-1]["value"] == kept


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [("k", "x" * 65_535, 1), ("k", "x" * 65_536, 0), ("k" * 255, "x", 1), ("k" * 256, "x", 0)],
    ids=["value-fits", "value-over", "key-fits", "key-over"],
)
def test_meta_too_long_is_silently_dropped(client: Client, key: str, value: str, kept: int) -> None:
    """200 OK and not stored on HPOS; legacy stores it (surprise 13)."""
    assert len(client.put("/orders/1", meta_data=[{"key": key, "value": value}])["meta_data"]) == kept
    client.sim.state.hpos = False
    assert len(client.put("/orders/1", meta_data=[{"key": key, "value": value}])["meta_data"]) == 1


def test_meta_is_matched_by_key(client: Client) -> None:
    """The same key is replaced, an unknown id is new, a double collapses at the next PUT, null deletes."""
    first = client.put("/orders/1", meta_data=[{"key": "a", "value": "1"}])["meta_data"]
    again = client.put("/orders/1", meta_data=[{"key": "a", "value": "2"}])["meta_data"]
    assert [(row["id"], row["value"]) for row in again] == [(first[0]["id"], "2")]
    client.sim.edit(1, meta_data=[*again, {"id": 999, "key": "a", "value": "2"}])
    assert len(client.put("/orders/1", meta_data=[{"key": "a", "value": "3"}])["meta_data"]) == 1
    assert (
        client.put("/orders/1", meta_data=[{"id": first[0]["id"], "value": "4"}])["meta_data"][0]["value"]
        == "4"
    )
    assert len(client.put("/orders/1", meta_data=[{"id": 777, "key": "b", "value": "x"}])["meta_data"]) == 2
    assert [
        row["key"] for row in client.put("/orders/1", meta_data=[{"key": "b", "value": None}])["meta_data"]
    ] == ["a"]


def test_meta_internal_keys_change_the_real_field(client: Client) -> None:
    """_billing_email is the buyer's address; _order_total is ignored (tables e, f)."""
    rows = [("_billing_email", "ny@example.com"), ("_transaction_id", "T1"), ("_order_total", "1.00")]
    made = client.put("/orders/1", meta_data=[{"key": key, "value": value} for key, value in rows])
    assert (made["billing"]["email"], made["transaction_id"], made["total"]) == (
        "ny@example.com",
        "T1",
        "448.00",
    )
    assert made["meta_data"] == []


def test_sku_is_read_live_and_the_name_is_frozen(client: Client) -> None:
    """A renamed SKU shows on old orders, a deleted article shows 0 and null (surprise 15)."""
    client.sim.rename_sku(30, "NY-SKU")
    client.put("/products/30", name="Nytt namn")
    line = client.get("/orders/1")["line_items"][0]
    assert (line["sku"], line["name"]) == ("NY-SKU", "Kompass Silva")
    client.sim.delete_product(30)
    line = client.get("/orders/1")["line_items"][0]
    assert (line["product_id"], line["sku"], line["name"]) == (0, None, "Kompass Silva")


def test_variation_without_own_sku_shows_its_parents(client: Client) -> None:
    """The line of such a variation has the parent's SKU (surprise 15)."""
    client.sim.rename_sku(58, "")
    made = client.post("/orders", line_items=[{"product_id": 56, "variation_id": 58, "quantity": 1}])
    line = made["line_items"][0]
    assert (line["sku"], line["name"], line["parent_name"]) == (
        "TS-VK",
        "T-shirt Västkust - Röd, M",
        "T-shirt Västkust",
    )


def test_article_names_hold_entities_and_billing_does_not(client: Client) -> None:
    """&amp; in line names, & in the buyer's (surprise 16)."""
    made = client.post(
        "/orders", line_items=[{"product_id": 24, "quantity": 1}], billing={"company": "Bo & Co"}
    )
    assert (made["line_items"][0]["name"], made["billing"]["company"]) == (
        "Tvål, tjära &amp; björk",
        "Bo & Co",
    )
