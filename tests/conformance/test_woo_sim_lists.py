"""Tables (b), (c) and (k) of the woocommerce facts: status filters, paging, parameters."""

from __future__ import annotations

import pytest

from bridge.sim.faults import Kind
from tests.conformance.woo_sim_client import Client, shop


@pytest.fixture(scope="module")
def client() -> Client:
    """One shop with everything recorded, only read from."""
    return shop()


def test_status_by_comma_and_by_brackets_gives_both(client: Client) -> None:
    """Under basic auth commas and brackets are the same list."""
    by_comma = client.ids(status="processing,packed", per_page=100)
    assert len(by_comma) == 44
    assert client.ids("/orders?status[]=processing&status[]=packed&per_page=100") == by_comma


def test_status_given_twice_counts_the_last(client: Client) -> None:
    """A repeated plain parameter is not a list."""
    assert client.ids("/orders?status=processing&status=packed") == [178]


def test_status_custom_works_without_prefix_only(client: Client) -> None:
    """A plugin's status goes by its bare name; with wc- it is unknown."""
    assert client.ids(status="packed") == [178]
    assert client.ask("GET", "/orders?status=wc-packed").status_code == 400


@pytest.mark.parametrize("status", ["foo", "processing,foo", "draft"])
def test_status_unknown_makes_the_call_a_400(client: Client, status: str) -> None:
    """One stale status stops the whole list, and the message names what the shop knows."""
    answer = client.ask("GET", "/orders", params={"status": status})
    assert answer.status_code == 400
    message = answer.json()["data"]["params"]["status"]
    assert message.startswith(f"status[{status.count(',')}] is not one of any, trash, auto-draft, pending,")


@pytest.mark.parametrize("query", [{}, {"status": ""}, {"status": "any"}, {"status": "any,trash"}])
def test_status_any_has_drafts_and_no_trash(client: Client, query: dict[str, str]) -> None:
    """All but the trash, checkout drafts included (surprise 10)."""
    found = client.ids(per_page=100, **query)
    assert len(found) == 72
    assert 179 in found
    assert 180 not in found


def test_status_trash_is_listed_apart(client: Client) -> None:
    """Trashed orders are asked for by name, with a time as well; GET by id shows the status."""
    assert client.ids(status="trash") == [180]
    assert client.ids(status="trash", modified_after="2026-11-21T00:00:00Z") == [180]
    assert client.get("/orders/180")["status"] == "trash"


def test_status_nobody_registers_is_in_no_list() -> None:
    """The plugin is switched off: its order is found by id only, and its status is a 400 (surprise 10)."""
    client = shop()
    client.sim.unregister_status("packed")
    assert 178 not in client.ids(per_page=100)
    assert client.ask("GET", "/orders?status=packed").status_code == 400
    assert client.get("/orders/178")["status"] == "packed"


@pytest.mark.parametrize("size", ["101", "0", "-1"])
def test_page_size_out_of_bounds_is_refused(client: Client, size: str) -> None:
    """One to a hundred."""
    assert client.ask("GET", "/orders", params={"per_page": size}).status_code == 400


@pytest.mark.parametrize("query", ["page=x", "page=0", "customer=x", "dates_are_gmt=maybe", "order=up"])
def test_parameter_of_a_wrong_kind_is_refused(client: Client, query: str) -> None:
    """400 that names the parameter."""
    answer = client.ask("GET", f"/orders?{query}")
    assert answer.status_code == 400
    assert list(answer.json()["data"]["params"]) == [query.partition("=")[0]]


def test_page_past_the_end_is_empty_with_total_nought(client: Client) -> None:
    """200, nothing, and a total of 0."""
    answer = client.ask("GET", "/orders?page=99")
    assert (answer.status_code, answer.json(), answer.headers["X-WP-Total"]) == (200, [], "0")


def test_paging_offset_and_links_work(client: Client) -> None:
    """An offset skips rows; the first page has a next link, the middle one both."""
    whole = client.ids(per_page=100)
    assert client.ids(per_page=5, offset=3) == whole[3:8]
    assert 'rel="next"' in client.ask("GET", "/orders?per_page=5").headers["Link"]
    middle = client.ask("GET", "/orders?per_page=5&page=2").headers["Link"]
    assert middle.index('rel="prev"') < middle.index('rel="next"')


def test_paging_head_has_the_total(client: Client) -> None:
    """HEAD works and tells the number."""
    answer = client.ask("HEAD", "/orders")
    assert (answer.status_code, answer.content, answer.headers["X-WP-Total"]) == (200, b"", "72")


def test_include_takes_many_ids_and_keeps_their_order(client: Client) -> None:
    """Hundreds of ids in one call; orderby=include keeps the order asked for."""
    wanted = "130,128,129"
    assert client.ids(include=wanted, orderby="include") == [130, 128, 129]
    assert len(client.ids(include=",".join(str(ident) for ident in range(1, 300)), per_page=100)) == 72
    assert 130 not in client.ids(exclude="130", per_page=100)


def test_include_with_a_word_is_refused(client: Client) -> None:
    """Ids are whole numbers."""
    assert client.ask("GET", "/orders?include=1,x").status_code == 400


def test_paging_while_orders_leave_the_status_loses_some() -> None:
    """Setting page 1 to completed between the pages shifts page 2: ten orders are missed (surprise 12)."""
    client = shop(recorded=False)
    for ident in range(1, 43):
        client.sim.place(id=ident, status="processing", date_created_gmt=f"2026-11-20T10:00:{ident:02d}")
    seen = client.ids(status="processing", per_page=10)
    for ident in seen:
        client.sim.set_status(ident, "completed")
    for page in (2, 3, 4, 5):
        seen += client.ids(status="processing", per_page=10, page=page)
    assert len(set(range(1, 43)) - set(seen)) == 10


def test_paging_new_order_between_pages_repeats_one() -> None:
    """Newest first: an order that comes in between shows the last of page 1 again on page 2."""
    client = shop(recorded=False)
    for ident in range(1, 21):
        client.sim.place(id=ident, date_created_gmt=f"2026-11-20T10:00:{ident:02d}")
    client.sim.faults.add(
        Kind.RUN, match=lambda call: "page=2" in call["QUERY_STRING"], action=client.sim.place
    )
    first, second = client.ids(per_page=10), client.ids(per_page=10, page=2)
    assert first[-1] == second[0]


@pytest.mark.parametrize(
    "query", [{"customer": "4"}, {"product": "22"}, {"created_via": "store-api"}, {"parent": "9"}]
)
def test_filter_known_is_applied(client: Client, query: dict[str, str]) -> None:
    """These parameters choose among the orders."""
    assert len(client.ids(per_page=100, **query)) < 72


@pytest.mark.parametrize("name", ["number", "order_key", "currency", "email", "meta_key", "meta_value"])
def test_filter_unknown_returns_everything(client: Client, name: str) -> None:
    """An unknown parameter is ignored without a word (surprise 17)."""
    assert len(client.ids(per_page=100, **{name: "nothing-like-it"})) == 72


def test_search_finds_substrings_of_the_phone(client: Client) -> None:
    """search=123 matches nearly all by their phone number, a SKU none."""
    assert len(client.ids(search="123", per_page=100)) > 60
    assert client.ids(search="K-7f3e-0001") == [168]
    assert client.ids(search="FILT-OL") == []


def test_fields_work_one_level_and_not_inside_lists(client: Client) -> None:
    """billing.email is kept, line_items.sku dropped without error."""
    (row,) = client.get("/orders", include=125, _fields="id,billing.email,line_items.sku")
    assert row == {"id": 125, "billing": {"email": client.get("/orders/125")["billing"]["email"]}}
    assert set(client.get("/orders/125", _fields="id,line_items")) == {"id", "line_items", "_links"}


def test_envelope_puts_the_headers_into_the_body(client: Client) -> None:
    """Status, headers and body in one."""
    body = client.get("/orders", _envelope="1")
    assert (body["status"], body["headers"]["X-WP-Total"], len(body["body"])) == (200, "72", 10)


def test_context_edit_is_view_and_embed_is_refused(client: Client) -> None:
    """Two of the three contexts exist here."""
    assert client.get("/orders", context="edit") == client.get("/orders")
    assert client.ask("GET", "/orders?context=embed").status_code == 400


def test_products_are_found_by_sku(client: Client) -> None:
    """Simple ones and variations in one call, case-blind, with blanks and å; an empty sku returns the catalogue."""
    found = client.get("/products", sku="kaf-500,TS-VK-ROD-M,BOK-älg,MED MELLANSLAG 1", per_page=100)
    assert {row["sku"] for row in found} == {"KAF-500", "TS-VK-ROD-M", "BOK-ÄLG", "MED MELLANSLAG 1"}
    assert len(client.get("/products", sku="", per_page=100)) == 50
    assert [row["id"] for row in client.get("/variations", sku="TS-VK-ROD-M")] == [58]


def test_product_get_works_for_a_variation(client: Client) -> None:
    """GET products/<variation id> gives its parent."""
    assert client.get("/products/58")["parent_id"] == 56
    assert client.get("/products/56/variations/58")["sku"] == "TS-VK-ROD-M"
    assert client.ask("GET", "/products/66/variations/58").status_code == 404
    assert client.ask("GET", "/products/99999").status_code == 404


def test_customers_are_shown(client: Client) -> None:
    """A registered buyer by id and by e-mail."""
    buyer = client.get("/customers/4")
    assert client.get("/customers", email=buyer["email"])[0]["id"] == 4
    assert client.ask("GET", "/customers/99999").status_code == 404


def test_shop_tells_of_itself(client: Client) -> None:
    """System status, currency, taxes and payment methods answer."""
    assert client.get("/system_status")["environment"]["version"] == "10.5.0"
    assert client.get("/data/currencies/current")["code"] == "SEK"
    assert client.get("/taxes")[9]["rate"] == "25.5000"
    assert client.get("/payment_gateways")[0]["id"] == "bacs"
    assert client.get("")["namespace"] == "wc/v3"
