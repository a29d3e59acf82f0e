"""The e-conomic simulator against what was recorded of the real one, and the facts' worked examples (section 14).

Of an invoice draft's answer (2024) and of three refusals (2022-2026) the keys and types are known; no body is copied.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.support.economic_client import Client, document, line

DRAFT = """
draftInvoiceNumber int, soap.currentInvoiceHandle.id int, templates.bookingInstructions str, templates.self str,
lines.0.lineNumber int, lines.0.sortKey int, lines.0.description str, lines.0.unit.unitNumber int,
lines.0.unit.name str, lines.0.unit.products str, lines.0.unit.self str, lines.0.product.productNumber str,
lines.0.product.self str, lines.0.quantity Decimal, lines.0.unitNetPrice Decimal,
lines.0.discountPercentage Decimal, lines.0.unitCostPrice Decimal, lines.0.totalNetAmount Decimal,
lines.0.marginInBaseCurrency Decimal, lines.0.marginPercentage Decimal, date str, currency str, exchangeRate Decimal,
netAmount Decimal, netAmountInBaseCurrency Decimal, grossAmount Decimal, grossAmountInBaseCurrency Decimal,
marginInBaseCurrency Decimal, marginPercentage Decimal, vatAmount Decimal, roundingAmount Decimal,
costPriceInBaseCurrency Decimal, dueDate str, paymentTerms.paymentTermsNumber int, paymentTerms.daysOfCredit int,
paymentTerms.name str, paymentTerms.paymentTermsType str, paymentTerms.self str, customer.customerNumber int,
customer.self str, recipient.name str, recipient.address str, recipient.zip str, recipient.city str,
recipient.vatZone.name str, recipient.vatZone.vatZoneNumber int, recipient.vatZone.enabledForCustomer bool,
recipient.vatZone.enabledForSupplier bool, recipient.vatZone.self str, notes.heading str, notes.textLine1 str,
layout.layoutNumber int, layout.self str, pdf.download str, lastUpdated str, self str, attachment str
"""
"""Path and type of everything in the recorded answer."""


@pytest.fixture
def client() -> Client:
    """An agreement at noon."""
    return Client()


def typed(value: Any, path: str = "") -> dict[str, str]:
    """Path to the name of its type, for everything below."""
    if isinstance(value, dict):
        members = value.items()
    elif isinstance(value, list):
        members = dict(enumerate(value)).items()
    else:
        return {path: type(value).__name__}
    found: dict[str, str] = {}
    for name, each in members:
        found |= typed(each, f"{path}.{name}".lstrip("."))
    return found


def test_invoice_draft_answers_with_the_recorded_keys(client: Client) -> None:
    """None is missing, none is more, every type the same."""
    recipient = {"name": "N", "address": "a", "zip": "1", "city": "c", "vatZone": {"vatZoneNumber": 1}}
    notes = {"heading": "h", "textLine1": "t"}
    shown = client.draft(line(unit={"unitNumber": 1}), recipient=recipient, notes=notes)
    assert typed(shown) == dict(part.split() for part in DRAFT.split(","))


def test_two_problems_of_payment_terms_stand_as_recorded(client: Client) -> None:
    """2024: unknown terms with a type that does not match, two leaves side by side."""
    body = document(paymentTerms={"paymentTermsNumber": 4711, "paymentTermsType": "invoiceMonth"})
    found = client.refused("POST", "/invoices/drafts", body)
    assert found["message"] == "Validation failed. 2 errors found."
    assert (found["errorCode"], found["errorCount"], found["httpStatusCode"]) == ("E04300", 2, 400)
    assert found["developerHint"] == "Inspect validation errors and correct your request."
    (terms,) = found["errors"]["paymentTerms"]["errors"]
    assert (terms["propertyName"], terms["errorCode"], terms["inputValue"]) == (
        "paymentTerms",
        "E07080",
        4711,
    )
    assert terms["errorMessage"] == "PaymentTerms '4711' not found."
    (kind,) = found["errors"]["paymentTermsType"]["errors"]
    assert (kind["errorCode"], kind["inputValue"]) == ("E07180", "invoiceMonth")


def test_barred_article_at_booking_stands_as_recorded(client: Client) -> None:
    """2022: lines, items, arrayIndex, product, errors."""
    client.sim.goods.put("OLD-1", barred="yes")
    number = client.draft(line(), line("OLD-1"))["draftInvoiceNumber"]
    found = client.refused("POST", "/invoices/booked", {"draftInvoice": {"draftInvoiceNumber": number}})
    (item,) = found["errors"]["lines"]["items"]
    (leaf,) = item["product"]["errors"]
    assert (item["arrayIndex"], leaf["errorCode"], leaf["inputValue"]) == (1, "E06600", "OLD-1")
    assert leaf["errorMessage"] == "Product 'OLD-1' is barred."
    assert leaf["developerHint"].startswith("Find a list of products at ")


def test_closed_period_of_a_voucher_stands_as_recorded(client: Client) -> None:
    """2026: a list at the top, entries by place, the day and the year as the value."""
    payment = {"date": "2025-08-30", "amount": -1, "customer": {"customerNumber": 1}}
    body = {"accountingYear": {"year": "2026"}, "entries": {"customerPayments": [payment]}}
    found = client.refused("POST", "/journals/1/vouchers", body)
    (first,) = found["errors"]
    (item,) = first["entries"]["items"]
    (leaf,) = item["date"]["errors"]
    assert (first["arrayIndex"], item["arrayIndex"], leaf["errorCode"]) == (0, 0, "E04041")
    assert leaf["inputValue"] == {"voucherAccountingYear": "2026", "entryDate": "2025-08-30"}


def test_worked_examples_of_the_facts(client: Client) -> None:
    """Customer, product, order, look-up and booking, with the totals reckoned there."""
    made = client.post("/customers", {
        "name": "Nordlys Handel AB", "currency": "SEK", "customerGroup": {"customerGroupNumber": 1},
        "paymentTerms": {"paymentTermsNumber": 2}, "vatZone": {"vatZoneNumber": 1}, "vatNumber": "SE556000123401",
        "corporateIdentificationNumber": "5560001234", "email": "faktura@nordlys.example", "zip": "11122",
        "address": "Storgatan 1", "city": "Stockholm", "country": "Sweden", "customerNumber": 1043,
    })  # fmt: skip
    assert (made["balance"], made["lastUpdated"]) == (0, "2026-11-21T12:00:00Z")
    for sku, price in (("MUG-01", 79.20), ("FREIGHT", 39.20)):
        body = {
            "productNumber": sku,
            "name": sku,
            "productGroup": {"productGroupNumber": 1},
            "salesPrice": price,
        }
        client.post("/products", body)
    rows = (
        line("MUG-01", 3, 79.20, lineNumber=1, sortKey=1, unit={"unitNumber": 1}, discountPercentage=10),
        line("FREIGHT", 1, 39.20, lineNumber=2, sortKey=2),
        {"lineNumber": 3, "sortKey": 3, "description": "Customer note: leave at the door"},
    )
    order = client.order(*rows, customer={"customerNumber": 1043}, references={"other": "WS-100234"})
    sums = [order[name] for name in ("netAmount", "vatAmount", "grossAmount")]
    assert sums == [Decimal("253.04"), Decimal("63.26"), Decimal("316.3")]
    found = client.get("/orders/drafts?filter=references.other%24eq%3AWS-100234&pagesize=2")
    assert [row["orderNumber"] for row in found["collection"]] == [order["orderNumber"]]
    assert found["pagination"]["results"] == 1
    booked = client.book(*rows, customer={"customerNumber": 1043})
    assert booked["remainder"] == Decimal("316.3")
