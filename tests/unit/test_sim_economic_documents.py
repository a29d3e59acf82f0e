"""e-conomic simulator: what orders and invoices must be like, each rule refused and taken (facts, 6 and 9)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.support.economic_client import Client, document, line, without

HOMES = ["/orders/drafts", "/invoices/drafts"]


@pytest.fixture
def client() -> Client:
    """An agreement at noon."""
    return Client()


REQUIRED = [
    ("date",), ("currency",), ("customer",), ("layout",), ("paymentTerms",), ("recipient",),
    ("recipient", "name"), ("recipient", "vatZone"),
]  # fmt: skip


@pytest.mark.parametrize("home", HOMES)
@pytest.mark.parametrize("path", REQUIRED, ids=".".join)
def test_required_fields(client: Client, home: str, path: tuple[str, ...]) -> None:
    """Each is missed by name, and alone."""
    assert list(client.problems(home, without(document(), *path))) == [".".join(path)]


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "currency": ({"currency": "ISK"}, "E06000"),
    "customer": ({"customer": {"customerNumber": 99}}, "E06000"),
    "layout": ({"layout": {"layoutNumber": 1}}, "E06000"),
    "paymentTerms": ({"paymentTerms": {"paymentTermsNumber": 4711}}, "E07080"),
    "recipient.vatZone": ({"recipient": {"name": "N", "vatZone": {"vatZoneNumber": 99}}}, "E06000"),
    "project": ({"project": {"projectNumber": 99}}, "E06000"),
    "references.salesPerson": ({"references": {"salesPerson": {"employeeNumber": 99}}}, "E06000"),
    "references.customerContact": ({"references": {"customerContact": {"customerContactNumber": 1}}}, "E06000"),
    "deliveryLocation": ({"deliveryLocation": {"deliveryLocationNumber": 1}}, "E06000"),
    "lines.0.product": ({"lines": [line("NO-SUCH")]}, "E06000"),
    "lines.0.unit": ({"lines": [line(unit={"unitNumber": 99})]}, "E06000"),
    "lines.0.departmentalDistribution": (
        {"lines": [line(departmentalDistribution={"departmentalDistributionNumber": 99})]}, "E06000",
    ),
    "lines.0.unitNetPrice": ({"lines": [line(price=10.123)]}, "E04740"),
    "lines.1.quantity": ({"lines": [line(), without(line(), "quantity")]}, "E04730"),
    "lines.0.description": ({"lines": [without(line(), "description")]}, "E04500"),
    "lines.1.lineNumber": ({"lines": [line(lineNumber=1), line(lineNumber=1)]}, "E04740"),
    "lines.0.lineNumber": ({"lines": [line(lineNumber=0)]}, "E04740"),
    "lines.0.discountPercentage": ({"lines": [line(discountPercentage="10")]}, "E04740"),
    "date": ({"date": "2026-02-30"}, "E04740"),
    "delivery.deliveryDate": ({"delivery": {"deliveryDate": "2026-11-21T12:00:00"}}, "E04740"),
    "references.other": ({"references": {"other": "x" * 251}}, "E04740"),
    "recipient.name": ({"recipient": {"name": "x" * 251, "vatZone": {"vatZoneNumber": 1}}}, "E04740"),
    "recipient.ean": ({"recipient": {"name": "N", "ean": "1" * 14, "vatZone": {"vatZoneNumber": 1}}}, "E04740"),
    "notes.textLine1": ({"notes": {"textLine1": "x" * 1001}}, "E04740"),
    "exchangeRate": ({"currency": "EUR", "exchangeRate": 1144.1234567}, "E04740"),
    "paymentTermsType": ({"paymentTerms": {"paymentTermsNumber": 2, "paymentTermsType": "creditcard"}}, "E07180"),
    "dueDate": ({"paymentTerms": {"paymentTermsNumber": 5}}, "E04500"),
    "customer.customerNumber": ({"customer": {"customerNumber": "1"}}, "E04740"),
}  # fmt: skip


@pytest.mark.parametrize("home", HOMES)
@pytest.mark.parametrize("place", WRONG)
def test_wrong_values(client: Client, home: str, place: str) -> None:
    """Told at their place, with the code that is known or the nearest."""
    changes, code = WRONG[place]
    assert client.problems(home, document(**{"lines": [line()], **changes})) == {place: code}


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"notes": None}, "notes"),
        ({"notes": {"heading": None}}, "notes.heading"),
        ({"lines": [None]}, "lines.0"),
    ],
)
def test_null_is_refused_wherever_it_stands(client: Client, body: dict[str, Any], place: str) -> None:
    """Leave the field out instead."""
    assert place in client.problems("/orders/drafts", {**document(), **body})


def test_everything_wrong_is_told_at_once(client: Client) -> None:
    """Three mistakes, three leaves, and nothing is stored."""
    body = document(line("NO-SUCH", price=1.123), currency="ISK")
    refusal = client.refused("POST", "/orders/drafts", body)
    assert (refusal["errorCount"], refusal["message"]) == (3, "Validation failed. 3 errors found.")
    assert client.rows("/orders/drafts") == []


def test_priced_line_needs_a_product(client: Client) -> None:
    """A text line has only its text."""
    for row in ({"description": "x", "quantity": 1}, {"description": "x", "unitNetPrice": 5}):
        assert client.problems("/orders/drafts", document(row)) == {"lines.0.product": "E04500"}
    shown = client.order(line(), {"description": "Ring på"})
    assert shown["lines"][1] == {"lineNumber": 2, "sortKey": 2, "description": "Ring på"}


def test_order_takes_no_negative_quantity_and_an_invoice_does(client: Client) -> None:
    """A credit is an invoice with negative quantities; a negative price is possible in both."""
    row = line(quantity=-1)
    assert client.problems("/orders/drafts", document(row)) == {"lines.0.quantity": "E04740"}
    assert client.draft(row)["grossAmount"] == -100
    assert client.order(line(price=-80))["grossAmount"] == -100


def test_reference_may_be_a_link(client: Client) -> None:
    """Number or self; neither is E04500."""
    home = client.sim.base_url
    client.sim.goods.put("A/B")
    row = {"product": {"self": f"{home}/products/A_6_B"}, "description": "x", "quantity": 1}
    shown = client.order(row, customer={"self": f"{home}/customers/1"})
    assert shown["customer"]["customerNumber"] == 1
    assert shown["lines"][0]["product"]["productNumber"] == "A/B"
    assert client.problems("/orders/drafts", document(customer={})) == {"customer": "E04500"}
    wrong = document(customer={"self": f"{home}/units/1"})
    assert client.problems("/orders/drafts", wrong) == {"customer": "E04500"}


def test_unknown_and_read_only_fields_change_nothing(client: Client) -> None:
    """They are dropped without a word, as live endpoints were seen to do."""
    with client.unwatched():
        shown = client.order(grossAmount=1, vatAmount=1, zipCode="41124", draftInvoiceNumber=7)
    assert shown["grossAmount"] == 100
    assert "zipCode" not in shown


def test_body_must_be_an_object(client: Client) -> None:
    """Nothing, and a list."""
    for body in (None, []):
        client.refused("POST", "/orders/drafts", body)


def test_lines_get_numbers(client: Client) -> None:
    """Whoever gives none gets the next; a gap stays."""
    shown = client.order(line(), line(lineNumber=5), line())
    assert [row["lineNumber"] for row in shown["lines"]] == [6, 5, 7]


def test_exchange_rate_is_per_hundred(client: Client) -> None:
    """As sent, else the day's; the base currency's own is 100."""
    assert client.order(exchangeRate=55)["exchangeRate"] == 100
    given = client.order(currency="EUR", exchangeRate=1145)
    assert (given["grossAmount"], given["grossAmountInBaseCurrency"]) == (100, 1145)
    assert client.order(currency="EUR")["netAmountInBaseCurrency"] == Decimal("915.2")


@pytest.mark.parametrize(
    ("rate", "status"),
    [("0", 400), ("-1", 400), ("0.000001", 201), ("999999999999", 201), ("1000000000000", 400)],
)
def test_exchange_rate_has_bounds(client: Client, rate: str, status: int) -> None:
    """Above nothing, at most 999999999999."""
    body = document(currency="EUR", exchangeRate=Decimal(rate))
    with client.unwatched():
        assert client.ask("POST", "/orders/drafts", json=body).status_code == status


@pytest.mark.parametrize(
    ("terms", "due"),
    [(1, "2026-12-14"), (2, "2026-12-21"), (3, "2026-11-21"), (5, "2026-12-01")],
)
def test_due_dates(client: Client, terms: int, due: str) -> None:
    """Net days, from the month's end, at once, and as written."""
    shown = client.order(paymentTerms={"paymentTermsNumber": terms}, dueDate="2026-12-01")
    assert shown["dueDate"] == due


def test_answer_has_location_and_whole_document(client: Client) -> None:
    """201 with everything that was sent and the names behind numbers."""
    location = client.post("/customers/1/delivery-locations", {"address": "Hamngatan 5"})
    body = document(
        line(unit={"unitNumber": 1}, departmentalDistribution={"departmentalDistributionNumber": 3}),
        delivery={"address": "Hamngatan 5", "zip": "41101", "deliveryDate": "2026-11-25"},
        deliveryLocation={"deliveryLocationNumber": location["deliveryLocationNumber"]},
        notes={"heading": "Order 1234"},
        project={"projectNumber": 1},
        references={"other": "main:1234:order", "salesPerson": {"employeeNumber": 1}},
    )
    answer = client.ask("POST", "/orders/drafts", json=body)
    assert (answer.status_code, answer.headers["Location"]) == (201, answer.json()["self"])
    shown = client.session.get(answer.headers["Location"]).json()
    assert shown == answer.json()
    assert shown["delivery"] == body["delivery"]
    assert shown["references"]["other"] == "main:1234:order"
    assert shown["lines"][0]["unit"]["name"] == "st"
    assert shown["recipient"]["vatZone"]["name"] == "Domestic"
    assert shown["paymentTerms"]["paymentTermsType"] == "net"
