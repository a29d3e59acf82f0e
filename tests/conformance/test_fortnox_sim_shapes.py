"""Answers of a busy simulated company: the keys and JSON types of what was recorded, and of the vendor's own file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from bridge.sim.exchange import Exchange
from tests.conformance.fortnox_recorded import Answers
from tests.support.conformance import SHARED
from tests.support.fortnox_sim import Client, row

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not (SHARED / "erp/fortnox").is_dir(), reason="the vendors' material is not on this machine"
    ),
]


@pytest.fixture(scope="module")
def busy() -> dict[str, Any]:
    """Answers of a company in which everything has happened."""
    client = Client()
    sim = client.sim
    number = client.customer(
        Email="anna@example.com", Address1="Vasagatan 12", ZipCode="41124", City="Göteborg", CountryCode="SE",
        OrganisationNumber="556000-4615", VATNumber="SE556000461501", Phone1="031", SalesAccount="3001",
        DeliveryName="Lagret", DeliveryAddress1="Torget 1", TermsOfPayment="30",
    )  # fmt: skip
    article = {"ArticleNumber": "MUG-01", "Description": "Mugg", "EAN": "7350000000015", "Unit": "st"}
    client.post(
        "articles", "Article", **article, QuantityInStock=7, PurchasePrice=10, Manufacturer="Krukan", Note="x"
    )
    client.post("prices", "Price", ArticleNumber="MUG-01", PriceList="A", FromQuantity=0, Price=99)
    note = {
        "Description": "Hej",
        "ArticleNumber": "API_BLANK",
        "AccountNumber": "API_BLANK",
        "Price": "API_BLANK",
    }
    half = row("79.99", "3", Discount=10, DiscountType="PERCENT", ArticleNumber="MUG-01", Unit="st", VAT=25)
    header = {
        "CustomerNumber": number,
        "YourReference": "Eva",
        "DeliveryDate": "2026-11-25",
        "VATIncluded": True,
    }
    order = client.order(half, note, ExternalInvoiceReference1="main:1:order", **header)["DocumentNumber"]
    answers = {"Order": client.get(f"orders/{order}"), "Article": client.get("articles/MUG-01")}
    sim.pay(order)
    sim.deliver(client.order(row(quantity="4"), **header)["DocumentNumber"])
    credit = client.put(f"invoices/{next(iter(sim.payments))}/credit")
    client.invoice(row(), EmailInformation={"EmailAddressTo": "a@example.com"}, **header)
    for path in ("customers", "articles", "orders", "invoices", "termsofpayments", "units"):
        answers[path] = client.get(path)
    answers |= {
        "Invoice": client.get(f"invoices/{credit['DocumentNumber']}"),
        "Customer": client.get(f"customers/{number}"),
    }
    answers["Credit"] = client.get(f"invoices/{credit['CreditInvoiceReference']}")
    found: dict[str, Any] = json.loads(json.dumps(answers, default=float))
    return found


@pytest.mark.parametrize(
    "name",
    "Customer customers Article articles Order orders Invoice Credit invoices termsofpayments units".split(),
)
def test_answer_has_the_recorded_keys_and_types(busy: Mapping[str, Any], name: str) -> None:
    """No key that was not recorded, none missing; another type only where null was all that was seen."""
    answers = Answers(SHARED / "erp/fortnox/recorded")
    assert answers.violations(told(busy[name])) == []


def told(answer: Any) -> Exchange:
    """An exchange that brought this answer."""
    return Exchange(method="GET", path="/3/x", query="", headers={}, body=None, status=200, answer=answer)


@pytest.mark.parametrize(
    ("name", "path", "value", "found"),
    [
        ("Order", "Order.Total", "316", "Order.Total"),
        ("Order", "Order.Surprise", 1, "Order.Surprise"),
        ("Order", "Order.Net", None, "Order.Net"),
        ("Invoice", "Invoice.Credit", False, "Invoice.Credit"),
        ("Customer", "Customer.Active", 1, "Customer.Active"),
    ],
)
def test_answer_of_another_shape_is_told(
    busy: Mapping[str, Any], name: str, path: str, value: object, found: str
) -> None:
    """Text for a number, a new key, null, a boolean for text; and a key left out."""
    answers = Answers(SHARED / "erp/fortnox/recorded")
    wrap, field = path.split(".")
    changed = {wrap: {**busy[name][wrap], field: value}}
    assert any(found in each for each in answers.violations(told(changed)))
    del changed[wrap][field]
    assert bool(answers.violations(told(changed))) is (field != "Surprise")


def declared(name: str) -> set[str]:
    """The keys of a component of the vendor's file."""
    spec = json.loads((SHARED / "erp/fortnox/openapi.json").read_text("utf-8"))
    return set(spec["components"]["schemas"][f"fortnox_{name}"]["properties"])


SINGLE = {
    "accounts/3001": ("Account", "AccountSingleItem"),
    "currencies/EUR": ("Currency", "Currency"),
    "companyinformation": ("CompanyInformation", "CompanyInfo"),
    "settings/company": ("CompanySettings", "CompanySettings"),
    "financialyears/1": ("FinancialYear", "FinancialYear"),
    "modesofpayments/BG": ("ModeOfPayment", "ModeOfPayment"),
    "pricelists/A": ("PriceList", "PriceList"),
    "costcenters/WEBB": ("CostCenter", "CostCenter"),
    "termsofdeliveries/FVL": ("TermsOfDelivery", "TermsOfDelivery"),
    "wayofdeliveries/B": ("WayOfDelivery", "WayOfDelivery"),
    "invoicepayments/1": ("InvoicePayment", "InvoicePayment"),
    "prices/A/TVAL-1/0": ("Price", "Price"),
    "me": ("MeInformation", "Me"),
}
LISTS = {
    "accounts": ("Accounts", "AccountListItem"),
    "currencies": ("Currencies", "Currency"),
    "financialyears": ("FinancialYears", "FinancialYear"),
    "modesofpayments": ("ModesOfPayments", "ModeOfPayment"),
    "pricelists": ("PriceLists", "PriceList"),
    "costcenters": ("CostCenters", "CostCenter"),
    "termsofdeliveries": ("TermsOfDeliveries", "TermsOfDelivery"),
    "wayofdeliveries": ("WayOfDeliveries", "WayOfDelivery"),
    "invoicepayments": ("InvoicePayments", "InvoicePaymentListItem"),
    "prices": ("Prices", "PriceListItem"),
    "printtemplates": ("PrintTemplates", "PrintTemplate"),
}


@pytest.fixture(scope="module")
def paid() -> Client:
    """A company with a price and a payment."""
    client = Client()
    client.post("prices", "Price", ArticleNumber="TVAL-1", PriceList="A", FromQuantity=0, Price=80)
    client.sim.pay(client.order()["DocumentNumber"])
    return client


@pytest.mark.parametrize("path", SINGLE)
def test_what_was_never_recorded_has_the_keys_of_the_file(paid: Client, path: str) -> None:
    """All of them and no other."""
    wrap, component = SINGLE[path]
    assert set(paid.get(path)[wrap]) == declared(component)


@pytest.mark.parametrize("path", LISTS)
def test_lists_never_recorded_have_the_keys_of_the_file(paid: Client, path: str) -> None:
    """All of them and no other, in an envelope."""
    plural, component = LISTS[path]
    answer = paid.get(path)
    assert set(answer["MetaInformation"]) == {"@TotalResources", "@TotalPages", "@CurrentPage"}
    assert answer["MetaInformation"]["@TotalResources"] == len(answer[plural]) > 0
    assert all(set(each) == declared(component) for each in answer[plural])
