"""e-conomic simulator: filters, sorting and pages of collections (facts, section 4)."""

from __future__ import annotations

import pytest

from tests.support.economic_client import Client, document, line

CUSTOMERS = [
    {"name": "Anna (Öberg)", "city": "Newport", "zip": "41124", "email": "anna@example.com"},
    {"name": "Bo $ Co, AB", "city": "Göteborg", "zip": "9", "email": "bo@example.com info@example.com"},
    {"name": "Cia [C*]", "city": "newPORT", "creditLimit": 500, "barred": True},
]


@pytest.fixture(scope="module")
def client() -> Client:
    """Customers 2-4 beside the first, who has no city."""
    client = Client()
    base = {"currency": "SEK", "customerGroup": {"customerGroupNumber": 1},
            "paymentTerms": {"paymentTermsNumber": 2}, "vatZone": {"vatZoneNumber": 1}}  # fmt: skip
    for each in CUSTOMERS:
        client.post("/customers", {**base, **each})
    return client


def found(client: Client, wanted: str, **more: object) -> list[int]:
    """Numbers of the customers a filter finds."""
    return [row["customerNumber"] for row in client.rows("/customers", filter=wanted, **more)]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ("city$eq:NEWPORT", [2, 4]),
        ("city$ne:Newport", [1, 3]),
        ("city$like:*port", [2, 4]),
        ("city$like:port", [2, 4]),
        ("city$like:port*", []),
        ("email$like:info@", [3]),
        ("city$eq:$null:", [1]),
        ("city$ne:$null:", [2, 3, 4]),
        ("customerNumber$gt:2", [3, 4]),
        ("customerNumber$gte:2$and:customerNumber$lt:4", [2, 3]),
        ("customerNumber$lte:1$or:customerNumber$eq:4", [1, 4]),
        ("customerNumber$eq:1$or:city$eq:newport$and:customerNumber$gt:2", [1, 4]),
        ("(customerNumber$eq:1$or:city$eq:newport)$and:customerNumber$gt:1", [2, 4]),
        ("customerNumber$in:[1,4,9]", [1, 4]),
        ("customerNumber$nin:[1,4,9]", [2, 3]),
        ("creditLimit$in:[500,$null:]", [1, 2, 3, 4]),
        ("creditLimit$gte:499.50", [4]),
        ("barred$eq:true", [4]),
        ("name$eq:Anna $(Öberg$)", [2]),
        ("name$eq:bo $$ Co$, AB", [3]),
        ("name$like:$[C$*$]", [4]),
        ("balance$eq:0", [1, 2, 3, 4]),
        ("lastUpdated$gte:2026-11-21T12:00:00Z", [1, 2, 3, 4]),
        ("lastUpdated$gt:2026-11-21T12:00:00Z", []),
        ("zip$gt:5", [3]),
    ],
)  # fmt: skip
def test_filters(client: Client, wanted: str, numbers: list[int]) -> None:
    """Every operator, null, glue, parentheses and escapes; strings without case."""
    assert found(client, wanted) == numbers


@pytest.mark.parametrize(
    "wanted",
    [
        "mobilePhone$eq:1", "vatZone.vatZoneNumber$eq:1", "name$is:Bo", "name=Bo", "name$eq:Bo $ Co",
        "name$eq:Anna (Öberg)", "name$in:[Bo]", "(city$eq:x", "city$eq:x)", "customerNumber$eq:one",
        "customerNumber$in:1,2", "customerNumber$in:[1,2", "customerNumber$in:1]", "city$eq:x$and:", "name$eq:Bo, AB",
        f"customerNumber$in:[{','.join(map(str, range(201)))}]",
    ],
)  # fmt: skip
def test_bad_filters_are_400(client: Client, wanted: str) -> None:
    """Not filterable, not readable, not escaped, too many values."""
    assert "filter" in client.refused("GET", "/customers", params={"filter": wanted})["message"]


def test_two_hundred_values_are_allowed(client: Client) -> None:
    """The documented limit."""
    assert found(client, f"customerNumber$in:[{','.join(map(str, range(200)))}]") == [1, 2, 3, 4]


def test_sort(client: Client) -> None:
    """Down, by several, and numbers as words; a property that is not sortable is a 400."""
    by = {row["customerNumber"] for row in client.rows("/customers")}
    assert by == {1, 2, 3, 4}
    assert found(client, "city$ne:$null:", sort="-city,customerNumber") == [2, 4, 3]
    assert found(client, "zip$ne:$null:", sort="zip") == [2, 3]
    assert found(client, "", sort="~-customerNumber") == [4, 3, 2, 1]
    assert found(client, "", sort="~customerNumber") == [1, 2, 3, 4]
    assert found(client, "", sort="zip,-customerNumber") == [4, 1, 2, 3]
    client.refused("GET", "/customers", params={"sort": "barred"})


def test_pages(client: Client) -> None:
    """The envelope: next page until the last, counts with and without filter, the filter kept in links."""
    first = client.get("/customers", pagesize=2, filter="customerNumber$gt:1")
    pages = first["pagination"]
    assert (pages["results"], pages["resultsWithoutFilter"], pages["maxPageSizeAllowed"]) == (3, 4, 1000)
    assert len(first["collection"]) == 2
    assert pages["nextPage"].endswith("skippages=1&pagesize=2&filter=customerNumber%24gt%3A1")
    last = client.session.get(pages["nextPage"]).json()
    assert [row["customerNumber"] for row in last["collection"]] == [4]
    assert "nextPage" not in last["pagination"]
    assert last["self"] == pages["nextPage"] == pages["lastPage"]


def test_links_of_pages(client: Client) -> None:
    """First, previous, next and last by number."""
    pages = client.get("/customers", pagesize=1, skippages=1)["pagination"]
    numbers = {name: int(pages[name].partition("skippages=")[2].partition("&")[0]) for name in pages if "Page" in name
               and isinstance(pages[name], str)}  # fmt: skip
    assert numbers == {"firstPage": 0, "previousPage": 0, "nextPage": 2, "lastPage": 3}
    assert client.rows("/customers", pagesize=1)[0]["customerNumber"] == 1


def test_page_sizes(client: Client) -> None:
    """Twenty unless told, at most a thousand."""
    assert client.get("/customers")["pagination"]["pageSize"] == 20
    assert client.get("/customers", pagesize=1000)["pagination"]["pageSize"] == 1000
    for wrong in ({"pagesize": 1001}, {"pagesize": 0}, {"skippages": -1}, {"pagesize": "x"}):
        client.refused("GET", "/customers", params=wrong)
    assert client.rows("/customers", skippages=7) == []


def test_documents_are_found_by_reference(client: Client) -> None:
    """In every collection by references.other, exactly; lists have no lines."""
    keys = ["main:12:order", "main:123:order", "main:1234:order"]
    for key in keys:
        client.order(references={"other": key})
    (row,) = client.rows("/orders/drafts", filter="references.other$eq:main:123:order")
    assert row["references"] == {"other": "main:123:order"}
    assert "lines" not in row
    assert client.rows("/orders/sent", filter="references.other$eq:main:123:order") == []


def test_documents_by_rate_contact_and_number(client: Client) -> None:
    """Reckoned properties can be filtered as well as sent ones."""
    contact = client.post("/customers/1/contacts", {"name": "Eva"})["customerContactNumber"]
    order = client.order(
        line(), currency="EUR", references={"customerContact": {"customerContactNumber": contact}}
    )
    for wanted in ("exchangeRate$eq:1144", "references.customerContact.customer.customerNumber$eq:1"):
        (row,) = client.rows("/orders/drafts", filter=wanted)
        assert row["orderNumber"] == order["orderNumber"]
    assert client.rows("/invoices/booked", filter="bookedInvoiceNumber$gt:1") == []
    client.refused("GET", "/invoices/booked", params={"filter": "exchangeRate$eq:1"})


def test_registers_cannot_be_filtered(client: Client) -> None:
    """Their schemas mark nothing as filterable."""
    client.refused("GET", "/vat-zones", params={"filter": "name$eq:Domestic"})
    assert document()["currency"] in {row["code"] for row in client.rows("/currencies")}
