"""Lists of the simulated Fortnox: search, filters, sorting, pages, what changed since (fortnox facts, section 4)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.fortnox_sim import Client, row


@pytest.fixture
def client() -> Client:
    """Seven customers, Kund 1 to 7."""
    made = Client()
    for each in range(1, 8):
        made.customer(
            Name=f"Kund {each}", Email=f"kund{each}@example.com", City="Göteborg" if each % 2 else "Umeå"
        )
    return made


def names(answer: Any) -> list[str]:
    """Of listed customers."""
    return [each["Name"][-1] for each in answer["Customers"]]


def test_pages_are_counted(client: Client) -> None:
    """Totals, and the last page with what is left; beyond it nothing."""
    answer = client.get("customers", limit=3, page=3)
    assert answer["MetaInformation"] == {"@TotalResources": 7, "@TotalPages": 3, "@CurrentPage": 3}
    assert names(answer) == ["7"]
    assert names(client.get("customers", limit=3, page=4)) == []
    assert names(client.get("customers", limit=2, offset=5)) == ["6", "7"]


def test_hundred_at_a_time_unless_asked_and_five_hundred_at_most(client: Client) -> None:
    """More is refused, as is a page that is none."""
    for each in range(100):
        client.sim.customers.keep(name=f"Flera {each}")
    assert len(client.get("customers")["Customers"]) == 100
    assert len(client.get("customers", limit=500)["Customers"]) == 107
    assert client.refused("GET", "customers", limit=501) == 2000588
    assert client.refused("GET", "customers", page=0) == 2000588
    assert client.refused("GET", "customers", limit="many") == 2000588


def test_search_finds_parts_without_case(client: Client) -> None:
    """ILIKE '%value%'."""
    assert names(client.get("customers", email="KUND3@")) == ["3"]
    assert names(client.get("customers", name="kund")) == list("1234567")
    assert names(client.get("customers", customernumber="100")) == list("1234567")
    assert names(client.get("customers", city="umeå")) == ["2", "4", "6"]


def test_only_one_search_parameter_at_a_time(client: Client) -> None:
    """With global ones it goes together; recorded in 2023 two were taken, which a switch allows."""
    assert client.refused("GET", "customers", name="kund", city="umeå") == 2000588
    assert names(client.get("customers", name="kund", limit=2, lastmodified="2026-01-01 00:00")) == ["1", "2"]
    client.sim.one_search = False
    assert names(client.get("customers", name="kund 4", city="umeå")) == ["4"]


@pytest.mark.parametrize("query", [{"colour": "red"}, {"Name": "x"}, {"yourordernumber": "1"}])
def test_unknown_parameter_is_refused(client: Client, query: dict[str, str]) -> None:
    """Names are in lower case; yourordernumber is known of invoices only."""
    assert client.refused("GET", "orders", **query) == 2000588
    assert client.get("invoices", yourordernumber="1")["Invoices"] == []


def test_sorting_by_known_fields_both_ways(client: Client) -> None:
    """An unknown field or direction is refused."""
    assert names(client.get("customers", sortby="name", sortorder="descending")) == list("7654321")
    assert client.refused("GET", "customers", sortby="city") == 2000588
    assert client.refused("GET", "customers", sortorder="up") == 2000588


def test_filters_of_customers_and_articles(client: Client) -> None:
    """Active and inactive; an unknown one has its own code."""
    client.put("customers/1002", "Customer", Active=False)
    assert names(client.get("customers", filter="inactive")) == ["2"]
    assert names(client.get("customers", filter="active")) == list("134567")
    client.put("articles/TVAL-1", "Article", Active=False)
    assert [each["ArticleNumber"] for each in client.get("articles", filter="inactive")["Articles"]] == [
        "TVAL-1"
    ]
    assert client.refused("GET", "customers", filter="cancelled") == 2000587


def test_filters_of_orders(client: Client) -> None:
    """Cancelled, invoiced or not, expired."""
    kept, gone, billed = (client.order(CustomerNumber="1001")["DocumentNumber"] for _ in range(3))
    late = client.order(CustomerNumber="1001", DeliveryDate="2026-11-20")["DocumentNumber"]
    client.put(f"orders/{gone}/cancel")
    client.put(f"orders/{billed}/createinvoice")

    def found(name: str) -> list[str]:
        return [each["DocumentNumber"] for each in client.get("orders", filter=name)["Orders"]]

    assert found("cancelled") == [gone]
    assert found("invoicecreated") == [billed]
    assert found("invoicenotcreated") == [kept, gone, late]
    assert found("expired") == [late]


def test_filters_of_invoices(client: Client) -> None:
    """Unbooked, unpaid, overdue, paid, cancelled."""
    sim = client.sim
    draft, paid, gone = (client.invoice(CustomerNumber="1001")["DocumentNumber"] for _ in range(3))
    due = client.invoice(CustomerNumber="1001", InvoiceDate="2026-10-01")["DocumentNumber"]
    sim.invoice(due)
    sim.pay(paid)
    client.put(f"invoices/{gone}/cancel")

    def found(**query: str) -> list[str]:
        return [each["DocumentNumber"] for each in client.get("invoices", **query)["Invoices"]]

    assert found(filter="unbooked") == [draft]
    assert found(filter="unpaid") == [draft, due]
    assert found(filter="unpaidoverdue") == [due]
    assert found(filter="fullypaid") == [paid]
    assert found(filter="cancelled") == [gone]
    assert found(fromfinalpaydate="2026-11-21", tofinalpaydate="2026-11-21") == [paid]
    assert found(fromdate="2026-10-01", todate="2026-10-31") == [due]


def test_orders_by_external_reference_may_be_longer_ones(client: Client) -> None:
    """A part is enough: the caller compares."""
    for key in ("main:12:order", "main:1234:order", "other:12:order"):
        client.order(CustomerNumber="1001", ExternalInvoiceReference1=key)
    found = client.get("orders", externalinvoicereference1="main:12")["Orders"]
    assert [each["ExternalInvoiceReference1"] for each in found] == ["main:12:order", "main:1234:order"]


def test_lastmodified_is_stockholms_clock(client: Client) -> None:
    """An hour before UTC in winter, two in summer; what changed then is in, what changed before is not."""
    client.clock.jump(datetime(2026, 7, 1, 10, 0, tzinfo=UTC))
    client.login()
    client.put("customers/1003", "Customer", City="Lund")
    assert names(client.get("customers", lastmodified="2026-07-01 12:00", sortby="name")) == list("1234567")
    for each in client.sim.state.customers.values():
        each.touched = datetime(2026, 1, 1, tzinfo=UTC)
    client.put("customers/1003", "Customer", City="Lund")
    assert names(client.get("customers", lastmodified="2026-07-01 12:00")) == ["3"]
    assert names(client.get("customers", lastmodified="2026-07-01 12:01")) == []
    assert client.refused("GET", "customers", lastmodified="2026-07-01T12:00:00Z") == 2000588


def test_lastmodified_repeats_an_hour_in_autumn(client: Client) -> None:
    """02:30 is before and after the clocks go back: both are listed since 02:30."""
    for number, hour in (("1001", 0), ("1002", 1)):
        client.sim.state.customers[number].touched = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    assert names(client.get("customers", lastmodified="2026-10-25 02:30", limit=2)) == ["1", "2"]


def test_lists_of_documents_are_short(client: Client) -> None:
    """No rows, no InvoiceReference: one has to read each."""
    client.order(row(), CustomerNumber="1001")
    (listed,) = client.get("orders")["Orders"]
    assert not {"OrderRows", "InvoiceReference"} & set(listed)


def test_article_list_tells_a_wrong_vat(client: Client) -> None:
    """Always "25", as text; the single one is right."""
    client.post("articles", "Article", ArticleNumber="BOK-1", Description="Bok", SalesAccount=3003)
    (listed,) = client.get("articles", articlenumber="BOK-1")["Articles"]
    assert listed["VAT"] == "25"
    assert client.get("articles/BOK-1")["Article"]["VAT"] == 6
