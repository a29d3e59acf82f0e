"""The e-conomic simulator against the vendor's schemas of 2019, and the checker against itself.

Every other test of the suite is held against them too (tests/support/conformance.py).
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.sim.exchange import Exchange
from tests.conformance.economic_schema import Schemas
from tests.support.economic_client import Client, document, line

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    """The vendor's files."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "erp" / "economic" / "schema"
    if not folder.is_dir():
        pytest.skip("the vendors' material is not on this machine")
    return Schemas(folder)


@pytest.fixture(scope="module")
def full() -> Client:
    """An agreement that has one of everything, in every field."""
    client = Client()
    client.sim.goods.set_stock("MUG", Decimal(10))
    client.post("/customers/1/contacts", {"name": "Eva", "email": "eva@nordlys.example", "phone": "08"})
    client.post("/customers/1/delivery-locations", {"address": "Torget 1", "city": "Lund", "postalCode": "2"})
    customer = client.get("/customers/1")
    client.put("/customers/1", {**customer, "layout": {"layoutNumber": 19}, "vatNumber": "SE556000123401",
                                "salesPerson": {"employeeNumber": 1}, "attention": {"customerContactNumber": 1},
                                "defaultDeliveryLocation": {"deliveryLocationNumber": 1}})  # fmt: skip
    product = {"productNumber": "NY/1", "name": "Ny", "productGroup": {"productGroupNumber": 1}, "salesPrice": 1.5,
               "unit": {"unitNumber": 1}, "departmentalDistribution": {"departmentalDistributionNumber": 1},
               "inventory": {"recommendedCostPrice": 1}}  # fmt: skip
    client.post("/products", product)
    client.post(
        "/products/MUG/pricing/currency-specific-sales-prices", {"currency": {"code": "EUR"}, "price": 7}
    )
    body = document(
        line(unit={"unitNumber": 1}, departmentalDistribution={"departmentalDistributionNumber": 3}, sortKey=1),
        {"description": "text"},
        references={"other": "main:1:order", "salesPerson": {"employeeNumber": 1},
                    "vendorReference": {"employeeNumber": 2}, "customerContact": {"customerContactNumber": 1}},
        delivery={"address": "Torget 1", "deliveryDate": "2026-11-25", "deliveryTerms": "Bud"},
        deliveryLocation={"deliveryLocationNumber": 1}, project={"projectNumber": 1},
        notes={"heading": "h", "textLine1": "1", "textLine2": "2"},
    )  # fmt: skip
    client.post("/orders/drafts", body)
    client.post("/orders/sent", client.post("/orders/drafts", body))
    client.post("/orders/sent", client.post("/orders/drafts", body))
    client.delete("/orders/sent/3")
    client.post("/invoices/drafts", body)
    number = client.book(*body["lines"], **{name: body[name] for name in ("references", "delivery", "notes")})
    client.sim.pay(str(client.book(currency="EUR")["bookedInvoiceNumber"]))
    client.post("/journals/1/vouchers", {"accountingYear": {"year": "2026"}, "entries": {"customerPayments": [
        {"date": "2026-11-21", "amount": -1, "customer": {"customerNumber": 1}, "text": "x",
         "customerInvoice": number["bookedInvoiceNumber"], "contraAccount": {"accountNumber": 1930}}]}})  # fmt: skip
    return client


PATHS = """
/self /units /units/1 /units/1/products /layouts /layouts/19 /payment-terms /payment-terms/4 /vat-zones /vat-zones/1
/vat-accounts /vat-accounts/U25 /currencies /currencies/SEK /employees /employees/1 /employees/1/customers
/product-groups /product-groups/1 /product-groups/1/sales-accounts /product-groups/1/products /customer-groups
/customer-groups/1 /customer-groups/1/customers /accounts /accounts/3001 /departments /departments/1
/departmental-distributions /departmental-distributions/departments /departmental-distributions/departments/1
/departmental-distributions/distributions /departmental-distributions/distributions/3 /customers /customers/1
/customers/1/contacts /customers/1/contacts/1 /customers/1/delivery-locations /customers/1/delivery-locations/1
/customers/1/templates /customers/1/templates/invoice /customers/1/invoices/drafts /customers/1/invoices/booked
/products /products/MUG /products/NY_6_1 /products/MUG/pricing/currency-specific-sales-prices
/products/MUG/pricing/currency-specific-sales-prices/EUR /orders /orders/drafts /orders/drafts/1
/orders/drafts/1/templates /orders/drafts/1/templates/upgrade-instructions/draftInvoice /orders/sent /orders/sent/2
/orders/archived /orders/archived/3 /invoices /invoices/drafts /invoices/drafts/500001
/invoices/drafts/500001/templates /invoices/drafts/500001/templates/booking-instructions /invoices/booked
/invoices/booked/100001 /invoices/paid /invoices/unpaid /invoices/overdue /invoices/not-due /invoices/sent
/journals-experimental /journals-experimental/1 /journals-experimental/1/entries /journals-experimental/1/vouchers
/journals-experimental/1/vouchers/2026-1 /invoices/totals /invoices/totals/drafts /invoices/totals/booked
/invoices/totals/booked/paid /invoices/totals/booked/unpaid /invoices/totals/booked/unpaid/overdue
/invoices/totals/booked/unpaid/not-overdue /customers/1/totals
""".split()


@pytest.mark.parametrize("path", PATHS)
def test_answers_are_as_the_vendor_says(full: Client, schemas: Schemas, path: str) -> None:
    """Types, lengths, required links, no unknown field, no null, no false; whole collections are not empty."""
    seen: list[Exchange] = []
    full.sim.watchers[:] = [seen.append]
    answer = full.get(path, pagesize=100)
    (exchange,) = seen
    assert schemas.violations(exchange) == []
    assert answer.get("collection", [True]) or path in ("/invoices/overdue", "/invoices/sent")


def test_every_documented_call_of_ours_is_reached(schemas: Schemas) -> None:
    """The list above would be green over nothing else: all but these are asked."""
    missing = {
        "generic",
        "generic-collection",
        "attachment",
        "templates",
        "accounting-years",
        "invoiceline",
        "user",
        "company",
    }
    for file in (
        "customers",
        "products",
        "orders",
        "invoices",
        "units",
        "payment-terms",
        "vat-zones",
        "layouts",
    ):
        asked = {(schemas.entry("GET", path) or {}).get("path") for path in PATHS}
        for entry in schemas.documented(file):
            if entry["method"] == "GET" and not missing & set(entry["path"].split("/")):
                assert entry["path"] in asked | {"/customers/:customerNumber/invoices", "/invoices/sent/:id"}


def exchange_of(**changes: Any) -> Exchange:
    """A good order draft."""
    base: dict[str, Any] = {"method": "POST", "path": "/orders/drafts", "query": "", "headers": {}, "status": 201,
                            "body": document(), "answer": None}  # fmt: skip
    return Exchange(**{**base, **changes})


REFUSAL = {"message": "m", "developerHint": "h", "logId": "1", "httpStatusCode": 400, "logTime": "t"}
FAULTY: dict[str, dict[str, Any]] = {
    "unknown field": {"body": document(orderType="x")},
    "unknown field of a line": {"body": document(line(articleNumber="x"))},
    "wrong type": {"body": document(date=20261121)},
    "too long": {"body": document(references={"other": "x" * 251})},
    "missing": {"body": document(recipient=None)},
    "an amount as text": {"body": document(line(price="80.00"))},
    "null": {"body": {**document(), "notes": None}},
    "unknown address": {"path": "/orders/open"},
    "unknown parameter": {"method": "GET", "body": None, "query": "page=2", "status": 200},
    "not filterable": {"method": "GET", "body": None, "query": "filter=lines.description%24eq%3Ax", "status": 200},
    "false in an answer": {"answer": {"self": "https://e.example/orders/drafts/1", "barred": False}},
    "answer without self": {"method": "GET", "path": "/customers/1", "status": 200, "answer": {"name": "A"}},
    "refusal without log id": {"status": 400, "answer": {**REFUSAL, "logId": None} | {}},
    "refusal of another status": {"status": 404, "answer": REFUSAL},
    "no envelope": {"method": "GET", "status": 200, "body": None,
                    "answer": {"collection": [], "pagination": {"results": 0}}},
}  # fmt: skip
del FAULTY["refusal without log id"]["answer"]["logId"]


@pytest.mark.parametrize("name", FAULTY)
def test_checker_finds_what_is_wrong(schemas: Schemas, name: str) -> None:
    """Each fault by itself; without it the same exchange is clean."""
    assert schemas.violations(exchange_of(**FAULTY[name]))
    assert schemas.violations(exchange_of()) == []


def test_what_was_read_may_be_sent_back(schemas: Schemas, full: Client) -> None:
    """GET, merge, PUT: read-only fields come along and are no violation."""
    order = full.get("/orders/drafts/1")
    found = schemas.violations(exchange_of(method="PUT", path="/orders/drafts/1", body=order, status=200))
    assert found == []
