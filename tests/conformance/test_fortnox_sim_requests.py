"""The checker that holds requests against the vendor's OpenAPI file: takes what was recorded, and nothing made up."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from bridge.sim.exchange import Exchange
from tests.conformance.fortnox_openapi import Calls
from tests.support.conformance import SHARED

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not (SHARED / "erp/fortnox").is_dir(), reason="the vendors' material is not on this machine"
    ),
]
FOLDER = SHARED / "erp/fortnox"


@pytest.fixture(scope="module")
def calls() -> Calls:
    """The vendor's file."""
    return Calls(FOLDER / "openapi.json")


def asked(method: str, path: str, body: Any = None, query: str = "") -> Exchange:
    """A request nobody answered yet."""
    return Exchange(method=method, path=path, query=query, headers={}, body=body, status=200, answer=None)


def test_every_recorded_request_is_allowed(calls: Calls) -> None:
    """What the real one took cannot be wrong; what it refused was a filter."""
    count = 0
    for path in sorted((FOLDER / "recorded").glob("*.json")):
        for case in json.loads(path.read_text("utf-8")):
            url, body = urlsplit(case["request"]["uri"]), case["request"]["body"] or None
            if isinstance(body, str):
                continue
            found = calls.violations(asked(case["request"]["method"], url.path, body, url.query))
            expected = case["response"]["status"] == 400
            assert bool(found) is expected, (path.stem, case["case"], found)
            count += 1
    assert count > 80


ORDER = {
    "Order": {
        "CustomerNumber": "1",
        "OrderRows": [{"ArticleNumber": "A", "DeliveredQuantity": "1", "Price": 80}],
    }
}


@pytest.mark.parametrize(
    ("method", "path", "body", "query"),
    [
        ("POST", "/3/orders", ORDER, ""),
        ("PUT", "/3/orders/1", {"Order": {"Comments": "API_BLANK", "OrderRows": [{"RowId": 3}]}}, ""),
        ("PUT", "/3/orders/1/createinvoice", None, ""),
        ("PUT", "/3/orders/1/warehouseready", None, ""),
        ("GET", "/3/orders", None, "externalinvoicereference1=a&page=2&limit=500&lastmodified=x"),
        ("GET", "/3/articles/A/B", None, ""),
        ("GET", "/3/prices/sublist/A/B", None, "page=2&limit=500"),
        ("GET", "/3/printtemplates", None, "type=order"),
        ("POST", "/3/invoices", {"Invoice": {"CustomerNumber": "1", "InvoiceRows": [{"VAT": 25.5}]}}, ""),
        ("PUT", "/3/invoicepayments/1/bookkeep", None, ""),
        ("GET", "/api/warehouse/status-v1/stockbalance", None, "itemIds=A"),
        ("POST", "/oauth-v1/token", None, ""),
    ],
)
def test_good_request_is_allowed(calls: Calls, method: str, path: str, body: Any, query: str) -> None:
    """Also what only the facts document."""
    assert calls.violations(asked(method, path, body, query)) == []


def order(**values: Any) -> dict[str, Any]:
    """The body of an order."""
    return {"Order": {"CustomerNumber": "1", **values}}


@pytest.mark.parametrize(
    ("method", "path", "body", "query"),
    [
        ("POST", "/3/orders", {"Order": {"Comments": "no customer"}}, ""),
        ("POST", "/3/orders", order(Colour="red"), ""),
        ("POST", "/3/orders", order(Colour="API_BLANK"), ""),
        ("POST", "/3/orders", order(Total=1), ""),
        ("POST", "/3/orders", order(CustomerNumber=1), ""),
        ("POST", "/3/orders", order(YourReference="x" * 51), ""),
        ("POST", "/3/orders", order(DeliveryState="sent"), ""),
        ("POST", "/3/orders", order(OrderDate="today"), ""),
        ("POST", "/3/orders", order(OrderRows=[{"DiscountType": "X"}]), ""),
        ("POST", "/3/orders", order(OrderRows=[{"Description": "x" * 256}]), ""),
        ("POST", "/3/orders", {"Orders": {}}, ""),
        ("POST", "/3/orders", None, ""),
        ("POST", "/3/invoices", {"Invoice": {"CustomerNumber": "1", "DeliveryState": "delivery"}}, ""),
        ("POST", "/3/customers", {"Customer": {"Name": "A", "ZipCode": "1" * 11}}, ""),
        ("POST", "/3/articles", {"Article": {"Description": "A", "SalesPrice": 1}}, ""),
        ("GET", "/3/orders", None, "yourordernumber=1"),
        ("GET", "/3/orders", None, "filter=open"),
        ("GET", "/3/orders/1", None, "limit=5"),
        ("GET", "/3/orders/1/ship", None, ""),
        ("PATCH", "/3/orders/1", None, ""),
        ("PUT", "/3/orders/1/cancel", {"Order": {}}, ""),
        ("GET", "/3/nothing", None, ""),
    ],
)
def test_wrong_request_is_told(calls: Calls, method: str, path: str, body: Any, query: str) -> None:
    """Missing, unknown, read-only, of the wrong sort, too long; parameters, methods and paths."""
    assert calls.violations(asked(method, path, body, query))
