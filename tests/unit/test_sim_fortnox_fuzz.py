"""Whatever is sent to the simulated Fortnox, it takes or refuses it in its own words; it never breaks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.sim.fortnox import articles, customers, invoices, orders, payments
from tests.support.fortnox_sim import Client, row

FIELDS = {
    "Customer": ("customers", list(customers.FIELDS)),
    "Article": ("articles", list(articles.FIELDS)),
    "Order": ("orders", list(orders.FIELDS)),
    "Invoice": ("invoices", list(invoices.FIELDS)),
    "InvoicePayment": ("invoicepayments", list(payments.FIELDS)),
}
ROW = (
    "ArticleNumber AccountNumber DeliveredQuantity OrderedQuantity Price Discount DiscountType VAT RowId Unit"
).split()
WORDS = "API_BLANK TVAL-1 1001 10001 A SEK EUR 2026-11-21 PERCENT AMOUNT NaN 1e99".split()
QUERY = (
    "page limit offset sortby sortorder filter lastmodified fromdate todate accountnumberfrom label sent credit ocr"
).split()
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([0, 1, 25, 3001, 1001, 10001, -1])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", *WORDS])
    | st.text(max_size=20)
)
VALUES = SCALARS | st.lists(st.dictionaries(st.sampled_from(ROW), SCALARS, max_size=6) | SCALARS, max_size=3)


@pytest.mark.parametrize("wrap", FIELDS)
@given(data=st.data())
def test_any_body_is_taken_or_refused(wrap: str, data: Any) -> None:
    """400 with a code, or the thing itself, which can then be read."""
    client = Client()
    client.customer()
    number = client.invoice(row(), CustomerNumber="1001")["DocumentNumber"]
    client.sim.invoice(number)
    path, names = FIELDS[wrap]
    needed = {
        "Customer": {"Name": "Anna"}, "Article": {"Description": "Mugg"}, "Order": {"CustomerNumber": "1001"},
        "Invoice": {"CustomerNumber": "1001"}, "InvoicePayment": {"InvoiceNumber": int(number), "Amount": 1},
    }[wrap]  # fmt: skip
    body = needed | data.draw(st.dictionaries(st.sampled_from(names), VALUES, max_size=4))
    answer = client.ask("POST", path, {wrap: body})
    assert answer.status_code in (201, 400), answer.text
    if answer.status_code == 400:
        assert answer.json()["ErrorInformation"]["code"]
        return
    made = answer.json()[wrap]
    again = client.ask("PUT", answer.json()[wrap]["@url"].removeprefix(client.sim.base_url), {wrap: body})
    assert again.status_code in (200, 400), again.text
    assert client.ask("GET", path, limit=500).status_code == 200
    assert json.dumps(made)
    client.sim.booked()


@given(query=st.dictionaries(st.sampled_from(QUERY), st.text(max_size=12), max_size=2))
def test_any_query_is_answered_or_refused(query: dict[str, str]) -> None:
    """Never anything else."""
    client = Client()
    client.invoice(CustomerNumber=client.customer())
    for path in (
        "invoices",
        "orders",
        "customers",
        "articles",
        "accounts",
        "prices",
        "units",
        "printtemplates",
    ):
        answer = client.ask("GET", path, **query)
        assert answer.status_code in (200, 400), (path, answer.text)
