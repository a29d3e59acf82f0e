"""e-conomic simulator: orders on their way through drafts, sent and archived (facts, section 9)."""

from __future__ import annotations

import pytest

from tests.support.economic_client import Client, document, line, without


@pytest.fixture
def client() -> Client:
    """An agreement at noon."""
    return Client()


def numbers(client: Client, place: str) -> list[int]:
    """What is in a collection."""
    return [row["orderNumber"] for row in client.rows(f"/orders/{place}")]


def test_sent_order_is_locked_and_can_come_back(client: Client) -> None:
    """The full document goes to /orders/sent, and to /orders/drafts to take it back."""
    order = client.order()
    client.post("/orders/sent", order)
    assert (numbers(client, "drafts"), numbers(client, "sent")) == ([], [1])
    client.refused("PUT", "/orders/drafts/1", document(), status=404)
    sent = client.get("/orders/sent/1")
    client.post("/orders/drafts", sent)
    assert (numbers(client, "drafts"), numbers(client, "sent")) == ([1], [])


def test_sent_order_may_not_change_on_the_way(client: Client) -> None:
    """All data must remain; an order nobody knows cannot be sent."""
    order = client.order()
    changed = {**order, "lines": [line(price=90)]}
    assert list(client.problems("/orders/sent", changed)) == ["lines"]
    assert list(client.problems("/orders/sent", {**order, "orderNumber": 99})) == ["orderNumber"]
    assert list(client.problems("/orders/sent", document())) == ["orderNumber"]


def test_put_replaces_the_whole_order(client: Client) -> None:
    """What is left out is gone; totals are reckoned anew; the number stays."""
    order = client.order(references={"other": "main:1:order"}, notes={"heading": "Hej"})
    body = without(order, "notes")
    body["lines"] = [line(price=160, unit={"unitNumber": 1, "name": "st"})]
    shown = client.put("/orders/drafts/1", body)
    assert "notes" not in shown
    assert (shown["orderNumber"], shown["grossAmount"], shown["references"]) == (
        1,
        200,
        {"other": "main:1:order"},
    )
    assert client.get("/orders/drafts/1") == shown


def test_put_wants_the_unit_with_its_name(client: Client) -> None:
    """Listed as required there, unlike on POST."""
    client.order()
    body = document(line(unit={"unitNumber": 1}))
    assert client.problems("/orders/drafts/1", body, method="PUT") == {"lines.0.unit": "E04500"}


def test_deleting_twice_is_404(client: Client) -> None:
    """204 the first time."""
    client.order()
    assert client.ask("DELETE", "/orders/drafts/1").status_code == 204
    client.refused("DELETE", "/orders/drafts/1", status=404)


def test_deleted_sent_order_is_archived(client: Client) -> None:
    """And stands no longer."""
    client.post("/orders/sent", client.order())
    client.delete("/orders/sent/1")
    assert (numbers(client, "sent"), numbers(client, "archived")) == ([], [1])
    assert client.sim.booked() == []
    client.refused("DELETE", "/orders/archived/1", status=405)


@pytest.mark.parametrize(("place", "after"), [("drafts", []), ("sent", [1])])
def test_upgrade_makes_a_draft_invoice_of_the_order(client: Client, place: str, after: list[int]) -> None:
    """By the templates; a sent order is archived, a draft disappears; the document stands once."""
    order = client.order(references={"other": "main:1:order"})
    if place == "sent":
        client.post("/orders/sent", order)
    links = client.get(f"/orders/{place}/1/templates")
    body = client.session.get(links["upgradeInstructions"]).json()
    draft = client.post("/invoices/drafts", body)
    assert (draft["orderNumber"], draft["references"]) == (1, {"other": "main:1:order"})
    assert (numbers(client, place), numbers(client, "archived")) == ([], after)
    (standing,) = client.sim.booked()
    assert (standing.key, standing.number) == ("main:1:order", str(draft["draftInvoiceNumber"]))


def test_invoice_draft_without_the_order_leaves_it(client: Client) -> None:
    """A body somebody typed upgrades nothing; a number nobody knows is no order."""
    client.order()
    client.draft()
    client.draft(orderNumber=99)
    assert numbers(client, "drafts") == [1]
    assert len(client.sim.booked()) == 3


def test_inventory_module_may_close_orders(client: Client) -> None:
    """As documented in 2019; whether it still does is not known, so it is a switch."""
    client.sim.company.inventory = True
    client.order()
    client.sim.company.orders_with_inventory = False
    client.refused("POST", "/orders/drafts", document(), status=403)
    client.refused("PUT", "/orders/drafts/1", document(), status=403)
    assert numbers(client, "drafts") == [1]


def test_roots_and_pdf(client: Client) -> None:
    """Links to the collections; the PDF is where the document says."""
    order = client.order()
    assert set(client.get("/orders")) == {"drafts", "sent", "archived", "self"}
    answer = client.session.get(order["pdf"]["download"])
    assert answer.content.startswith(b"%PDF")
    client.refused("GET", "/orders/sent/1/pdf", status=404)


def test_attachment_is_a_pdf_in_a_form(client: Client) -> None:
    """201, read back, deleted once; no other file, no JSON."""
    number = client.order()["orderNumber"]
    path = f"/orders/drafts/{number}/attachment"
    assert client.get(path)["file"].endswith("/attachment/file")
    client.refused("GET", f"{path}/file", status=404)
    assert client.ask("POST", f"{path}/file", files={"f": ("a.pdf", b"%PDF-1.4 hej")}).status_code == 201
    assert client.ask("GET", f"{path}/file").content == b"%PDF-1.4 hej"
    assert client.ask("POST", f"{path}/file", files={"f": ("a.txt", b"hej")}).status_code == 400
    assert client.ask("POST", f"{path}/file", json={}).status_code == 415
    client.delete(f"{path}/file")
    client.refused("DELETE", f"{path}/file", status=404)
    client.refused("GET", "/orders/drafts/99/attachment", status=404)
