"""Tables (e) and (f) of the woocommerce facts: what each write moves, notes and mails."""

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


def _moved(client: Client) -> bool:
    return bool(client.get("/orders/1")["date_modified_gmt"] == "2026-11-21T13:00:00")


def _notes(client: Client) -> list[str]:
    return [row["note"] for row in client.get("/orders/1/notes")]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"meta_data": [{"key": "_new", "value": "1"}]},
        {"meta_data": [{"key": "_gone", "value": None}]},
        {"status": "processing"},
        {"customer_note": "Hej"},
    ],
)
def test_put_on_hpos_always_moves_the_date(client: Client, body: dict[str, Any]) -> None:
    """Any PUT, even an empty one; no note, no mail, the total stays (surprise 7, table e)."""
    before = _notes(client)
    assert client.put("/orders/1", **body)["total"] == "448.00"
    assert _moved(client)
    assert (_notes(client), client.sim.mails) == (before, [])


def test_put_of_meta_on_legacy_storage_does_not_move_the_date(client: Client) -> None:
    """The posts storage moves it only for more than meta."""
    client.sim.state.hpos = False
    client.put("/orders/1", meta_data=[{"key": "_new", "value": "1"}])
    assert not _moved(client)
    client.put("/orders/1", customer_note="Hej")
    assert _moved(client)


@pytest.mark.parametrize(("body", "author"), [({}, "WooCommerce"), ({"added_by_user": True}, "orderbro")])
def test_note_never_moves_the_date(client: Client, body: dict[str, Any], author: str) -> None:
    """A private note is added by WooCommerce or the key's user, unmailed (surprise 7)."""
    note = client.post("/orders/1/notes", note="Bokförd 42 <b>", **body)
    assert (note["author"], note["note"], note["customer_note"]) == (author, "Bokförd 42 <b>", False)
    assert not _moved(client)
    assert client.sim.mails == []
    assert client.get(f"/orders/1/notes/{note['id']}") == note


def test_note_to_the_customer_is_mailed(client: Client) -> None:
    """customer_note sends the note."""
    client.post("/orders/1/notes", note="Hej", customer_note=True)
    assert [(mail.to, mail.subject) for mail in client.sim.mails] == [
        ("customer", "A note has been added to your order")
    ]
    assert len(client.get("/orders/1/notes", type="customer")) == 1


def test_note_without_text_or_order_is_refused(client: Client) -> None:
    """Missing, no text, unknown order."""
    assert client.ask("POST", "/orders/1/notes", json={}).status_code == 400
    assert client.ask("POST", "/orders/1/notes", json={"note": 5}).status_code == 400
    assert client.ask("POST", "/orders/9/notes", json={"note": "x"}).status_code == 404


def test_note_deleted_is_gone(client: Client) -> None:
    """DELETE answers with the note, a second GET is 404."""
    note = client.post("/orders/1/notes", note="x")
    assert client.ask("DELETE", f"/orders/1/notes/{note['id']}?force=true").json() == note
    assert client.ask("GET", f"/orders/1/notes/{note['id']}").status_code == 404


MAILS = [
    ("processing", "completed", ["customer"]),
    ("packed", "completed", ["customer"]),
    ("cancelled", "processing", ["customer"]),
    ("failed", "processing", ["customer"]),
    ("pending", "on-hold", ["customer", "shop"]),
    ("processing", "on-hold", []),
    ("on-hold", "packed", []),
    ("completed", "processing", []),
    ("completed", "cancelled", []),
    ("processing", "cancelled", ["shop"]),
    ("processing", "failed", ["customer"]),
]


@pytest.mark.parametrize(("before", "after", "to"), MAILS)
def test_status_change_has_its_note_and_mails(client: Client, before: str, after: str, to: list[str]) -> None:
    """Each measured change moves the date, adds the note and mails whom it was seen to mail (table e)."""
    client.sim.edit(1, status=before)
    assert client.put("/orders/1", status=after)["status"] == after
    names = client.sim.state.statuses
    assert f"Order status changed from {names[before]} to {names[after]}." in _notes(client)
    assert _moved(client)
    assert [mail.to for mail in client.sim.mails] == to


def test_status_cancelled_gives_the_stock_back(client: Client) -> None:
    """The pieces go back, with a note; paying again takes them anew."""
    stock = client.get("/products/30")["stock_quantity"]
    client.put("/orders/1", status="cancelled")
    assert client.get("/products/30")["stock_quantity"] == stock + 1
    assert any(note.startswith("Stock levels increased: Kompass Silva") for note in _notes(client))
    client.put("/orders/1", status="processing")
    assert client.get("/products/30")["stock_quantity"] == stock


def test_post_order_paid_mails_customer_and_shop() -> None:
    """set_paid: processing, paid now, stock taken, both mails."""
    client = shop(recorded=False)
    made = client.post(
        "/orders",
        **PLAIN,
        payment_method="swish",
        payment_method_title="Swish",
        transaction_id="4F",
        set_paid=True,
    )
    assert (made["status"], made["total"], made["date_paid_gmt"]) == (
        "processing",
        "448.00",
        "2026-11-21T12:00:00",
    )
    assert [mail.to for mail in client.sim.mails] == ["customer", "shop"]
    assert "Payment via Swish (4F)." in [row["note"] for row in client.get(f"/orders/{made['id']}/notes")]


def test_post_order_twice_makes_two(client: Client) -> None:
    """Nothing is idempotent, the header is ignored (surprise 11); notes and refunds neither."""
    ids = {
        client.ask("POST", "/orders", json=PLAIN, headers={"Idempotency-Key": "a"}).json()["id"]
        for _ in range(2)
    }
    notes = {client.post("/orders/1/notes", note="x")["id"] for _ in range(2)}
    refunds = {client.post("/orders/1/refunds", amount="1.00")["id"] for _ in range(2)}
    assert [len(made) for made in (ids, notes, refunds)] == [2, 2, 2]


def test_post_order_with_a_bad_coupon_leaves_a_draft(client: Client) -> None:
    """400, and the failed order stays behind as checkout-draft (surprise 11)."""
    answer = client.ask("POST", "/orders", json={**PLAIN, "coupon_lines": [{"code": "finns-inte"}]})
    assert answer.status_code == 400
    draft = answer.json()["data"]["new_draft_order_id"]
    assert client.get(f"/orders/{draft}")["status"] == "checkout-draft"
    assert draft in client.ids(status="any")


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ({"product_id": 30, "quantity": 0}, 500),
        ({"product_id": 30, "quantity": 0.5}, 400),
        ({"product_id": 30, "quantity": "2"}, 201),
        ({"product_id": 30, "quantity": 1.0}, 201),
        ({"product_id": 30, "quantity": -1}, 201),
        ({"quantity": 1}, 400),
        ({"product_id": 99999}, 400),
        ({"sku": "KOMP-SI"}, 201),
    ],
)
def test_post_order_quantity_is_judged_as_measured(client: Client, row: dict[str, Any], status: int) -> None:
    """0 is a fatal error, a half a 400, "2", 1.0 and -1 pass (tables d and j); an article is needed."""
    count = len(client.sim.orders)
    assert client.ask("POST", "/orders", json={"line_items": [row]}).status_code == status
    assert len(client.sim.orders) == count + (status == 201)


def test_put_billing_recomputes_with_the_rates_of_today(client: Client) -> None:
    """The rate rises from 25 to 30 %: a new phone number makes 448.00 into 465.92 (surprise 4)."""
    client.sim.set_rate("SE", "", "30")
    assert (
        client.put("/orders/1", status="processing", meta_data=[{"key": "a", "value": "b"}])["total"]
        == "448.00"
    )
    assert client.put("/orders/1", billing={"phone": "1"})["total"] == "465.92"


def test_put_line_without_id_adds_one(client: Client) -> None:
    """line_items without id adds (surprise 4); quantity with an id changes, 0 removes it."""
    made = client.put("/orders/1", line_items=[{"product_id": 44, "quantity": 1}])
    assert (made["total"], len(made["line_items"])) == ("747.00", 2)
    line = made["line_items"][1]["id"]
    assert (
        client.put("/orders/1", line_items=[{"id": line, "quantity": 2, "name": "Två"}])["total"] == "1046.00"
    )
    assert (
        client.put("/orders/1", line_items=[{"id": line, "total": "80", "subtotal": "80"}])["total"]
        == "548.00"
    )
    assert client.put("/orders/1", line_items=[{"id": line, "quantity": 0}])["total"] == "448.00"
    assert (
        client.ask("PUT", "/orders/1", json={"line_items": [{"id": 99999, "quantity": 1}]}).status_code == 400
    )


def test_put_shipping_and_fees_are_changed_and_removed(client: Client) -> None:
    """By id; null removes the line."""
    made = client.put(
        "/orders/1", fee_lines=[{"name": "Avgift", "total": "8.00", "meta_data": [{"key": "a", "value": 1}]}]
    )
    fee, freight = made["fee_lines"][0]["id"], made["shipping_lines"][0]["id"]
    assert made["total"] == "458.00"
    made = client.put(
        "/orders/1", fee_lines=[{"id": fee, "name": None}], shipping_lines=[{"id": freight, "total": "80"}]
    )
    assert (made["total"], made["fee_lines"]) == ("499.00", [])
    assert (
        client.put("/orders/1", shipping_lines=[{"id": freight, "method_id": None}])["shipping_lines"] == []
    )


def test_delete_answers_the_old_status_and_moves_the_date(client: Client) -> None:
    """Into the trash; with force it is gone and nothing else tells of it (table b)."""
    assert client.ask("DELETE", "/orders/1").json()["status"] == "processing"
    assert client.get("/orders/1")["status"] == "trash"
    assert _moved(client)
    assert client.ask("DELETE", "/orders/1?force=true").status_code == 200
    assert client.ask("GET", "/orders/1").status_code == 404


def test_dying_after_saving_leaves_the_change(client: Client) -> None:
    """500, and the change is in the shop (surprise 11)."""
    client.sim.dies_after_saving()
    assert client.ask("PUT", "/orders/1", json={"status": "completed"}).status_code == 500
    assert client.get("/orders/1")["status"] == "completed"
    client.sim.fatal_page(work=True)
    assert client.ask("POST", "/orders/1/notes", json={"note": "kvar"}).status_code == 500
    assert "kvar" in _notes(client)


def test_log_tells_every_write_received(client: Client) -> None:
    """Method, path, body and what was answered; reads are not in it."""
    client.get("/orders/1")
    client.put("/orders/1", status="completed")
    client.ask("PUT", "/orders/99", json={"status": "completed"})
    last = [(row.method, row.path, row.body, row.status) for row in client.sim.log[-2:]]
    assert last == [
        ("PUT", "/orders/1", {"status": "completed"}, 200),
        ("PUT", "/orders/99", {"status": "completed"}, 400),
    ]


@pytest.mark.parametrize(
    "body", [{"billing": "x"}, {"customer_note": 5}, {"status": "nonsense"}, {"line_items": [1]}, []]
)
def test_put_of_a_wrong_type_is_refused(client: Client, body: Any) -> None:
    """400 and nothing changes."""
    before = client.get("/orders/1")
    assert client.ask("PUT", "/orders/1", json=body).status_code == 400
    assert client.get("/orders/1") == before


def test_put_as_form_works_too(client: Client) -> None:
    """WordPress also reads form bodies."""
    assert client.ask("PUT", "/orders/1", data={"status": "completed"}).json()["status"] == "completed"
