"""e-conomic simulator: tokens, the demo, roles, media types, addresses, and what it counts (facts, sections 2-4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import requests

from bridge.sim.faults import Kind
from tests.support.economic_client import Client, document


@pytest.fixture
def client() -> Client:
    """An agreement at noon."""
    return Client()


@pytest.mark.parametrize("header", ["X-AppSecretToken", "X-AgreementGrantToken"])
@pytest.mark.parametrize("value", [None, "wrong"])
def test_both_tokens_are_needed(client: Client, header: str, value: str | None) -> None:
    """A missing or a wrong one is 401, and the body has the usual envelope."""
    answer = client.ask("GET", "/self", headers={header: value})
    assert answer.status_code == 401
    assert set(answer.json()) == {"message", "developerHint", "logId", "httpStatusCode", "logTime"}


def test_revoked_grant_is_401_until_given_again(client: Client) -> None:
    """The customer may take it back at any time."""
    client.sim.revoke()
    assert client.ask("GET", "/self").status_code == 401
    client.sim.grant()
    assert client.get("/self")["settings"] == {"baseCurrency": "SEK"}


def test_demo_reads_another_agreement_and_writes_nothing(client: Client) -> None:
    """By headers or by the query; the demo has none of our customers."""
    headers = {"X-AppSecretToken": "demo", "X-AgreementGrantToken": "demo"}
    assert client.ask("GET", "/customers", headers=headers).json()["collection"] == []
    bare = {"X-AppSecretToken": None, "X-AgreementGrantToken": None}
    assert client.ask("GET", "/units?demo=true", headers=bare).status_code == 200
    client.refused("POST", "/orders/drafts", document(), status=403, headers=headers)


@pytest.mark.parametrize(("role", "path"), [("Sales", "/customers"), ("Bookkeeping", "/journals")])
def test_missing_role_is_403(client: Client, role: str, path: str) -> None:
    """What the grant was not asked for stays closed; SuperUser opens all."""
    client.sim.company.roles.discard(role)
    client.refused("GET", path, status=403)
    assert client.ask("GET", "/self").status_code == 200
    client.sim.company.roles = {"SuperUser"}
    assert client.ask("GET", path).status_code == 200


def test_self_tells_modules_and_roles(client: Client) -> None:
    """What a set-up check reads."""
    assert [each["name"] for each in client.get("/self")["modules"]] == ["Kund- och leverantörsreskontra"]
    client.sim.company.inventory = True
    shown = client.get("/self")
    assert "Inventory" in [each["name"] for each in shown["modules"]]
    assert {each["name"] for each in shown["application"]["requiredRoles"]} == {"Sales", "Bookkeeping"}


def test_only_json_goes_in_and_out(client: Client) -> None:
    """415 for another Accept or another Content-Type; broken JSON is a 400."""
    assert client.ask("GET", "/units", headers={"Accept": "text/xml"}).status_code == 415
    assert client.ask("POST", "/units", data="name=st").status_code == 415
    sent = client.ask("POST", "/units", data="{", headers={"Content-Type": "application/json"})
    assert sent.status_code == 400


def test_pdf_is_406_when_asked_for_as_one(client: Client) -> None:
    """And comes when anything is welcome."""
    number = client.book()["bookedInvoiceNumber"]
    path = f"/invoices/booked/{number}/pdf"
    assert client.ask("GET", path, headers={"Accept": "application/pdf"}).status_code == 406
    answer = client.ask("GET", path, headers={"Accept": "*/*"})
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("GET", "/orders/drafts/9", 404), ("PUT", "/customers", 405),
     ("PATCH", "/customers/1", 405), ("DELETE", "/invoices/booked/1", 405), ("GET", "/units/x", 404)],
)  # fmt: skip
def test_unknown_addresses_and_methods(client: Client, method: str, path: str, status: int) -> None:
    """404 and 405; nothing may be done to a booked invoice."""
    client.refused(method, path, status=status)


SKUS = {
    "AB/12_ö 3.5": "AB_6_12_8_%C3%B6_9_3_11_5",
    "Nice Product_Discount5%": "Nice_9_Product_8_Discount5_3_",
    r"<a>*:&\?#+": "_0_a_1__2__4__5__7__10__12__13_",
    "_9_": "_8_9_8_",
}


@pytest.mark.parametrize("sku", SKUS)
def test_product_numbers_are_written_in_their_own_way(client: Client, sku: str) -> None:
    """The facts' table, and the address the server itself gives."""
    client.sim.goods.put(sku)
    shown = client.get(f"/products/{SKUS[sku]}")
    assert shown["productNumber"] == sku
    assert requests.utils.unquote(shown["self"]) == requests.utils.unquote(
        f"{client.sim.base_url}/products/{SKUS[sku]}"
    )


@pytest.mark.parametrize("path", ["AB%2F12", "A.B", "A%20B", "A+B", "A_B", "A%3AB"])
def test_percent_encoding_alone_is_404(client: Client, path: str) -> None:
    """As two clients do it, and would break."""
    for sku in ("AB/12", "A.B", "A B", "A+B", "A_B", "A:B"):
        client.sim.goods.put(sku)
    client.refused("GET", f"/products/{path}", status=404)


def test_throttling_is_passed_on(client: Client) -> None:
    """REST's own limit is not documented; 429 with Retry-After comes by a fault."""
    client.sim.faults.add(Kind.ANSWER, status=429, headers={"Retry-After": "7"})
    answer = client.ask("GET", "/self")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


def test_calls_are_counted_per_day(client: Client) -> None:
    """For the fair use of 50,000 in 24 hours; refused ones count too."""
    before = client.sim.calls_today
    client.get("/self")
    client.refused("GET", "/nothing", status=404)
    assert client.sim.calls_today == before + 2
    client.now += timedelta(days=1)
    assert client.sim.calls_today == 0


def test_log_has_every_request_and_no_secret(client: Client) -> None:
    """Method, path, query and body."""
    client.get("/customers", filter="name$like:Nord")
    assert client.sim.log[-1] == {
        "method": "GET", "path": "/customers", "query": "filter=name%24like%3ANord", "body": None,
    }  # fmt: skip
    assert not any(secret in str(client.sim.log) for secret in client.sim.secrets)


def test_watchers_see_request_and_answer(client: Client) -> None:
    """What the conformance tests hang in; ``watched`` keeps the class's ones away."""
    seen, every = [], []
    client.sim.watchers.append(seen.append)
    type(client.sim).watching.append(every.append)
    try:
        client.post("/units", {"name": "par"})
        client.refused("POST", "/units", {})
    finally:
        type(client.sim).watching.remove(every.append)
    assert [(each.method, each.status) for each in seen] == [("POST", 201), ("POST", 400)]
    assert (seen[0].body, seen[0].answer["name"]) == ({"name": "par"}, "par")
    assert [each.status for each in every] == [201]


def test_idempotency_key_replays_only_when_switched_on(client: Client) -> None:
    """Of REST it is not known; where it is honoured, a deleted draft's number comes back."""
    keyed = {"headers": {"Idempotency-Key": "k1"}, "json": document()}
    first = client.ask("POST", "/invoices/drafts", **keyed).json()["draftInvoiceNumber"]
    assert client.ask("POST", "/invoices/drafts", **keyed).json()["draftInvoiceNumber"] != first
    client.sim.idempotency = True
    again = client.ask("POST", "/invoices/drafts", **keyed).json()["draftInvoiceNumber"]
    client.delete(f"/invoices/drafts/{again}")
    assert client.ask("POST", "/invoices/drafts", **keyed).json()["draftInvoiceNumber"] == again
    client.refused("GET", f"/invoices/drafts/{again}", status=404)
