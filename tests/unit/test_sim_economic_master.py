"""e-conomic simulator: customers, articles and the registers that can be written (facts, sections 7, 8 and 12)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.economic_client import Client, line, without

CUSTOMER: dict[str, Any] = {
    "name": "Anna Öberg",
    "currency": "SEK",
    "customerGroup": {"customerGroupNumber": 1},
    "paymentTerms": {"paymentTermsNumber": 2},
    "vatZone": {"vatZoneNumber": 1},
}
PRODUCT: dict[str, Any] = {"productNumber": "NY", "name": "Ny", "productGroup": {"productGroupNumber": 1}}


@pytest.fixture
def client() -> Client:
    """An agreement at noon."""
    return Client()


@pytest.mark.parametrize("field", CUSTOMER)
def test_customer_has_five_required_fields(client: Client, field: str) -> None:
    """On POST and on PUT."""
    body = without(CUSTOMER, field)
    assert client.problems("/customers", body) == {field: "E04500"}
    assert client.problems("/customers/1", body, method="PUT") == {field: "E04500"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "x" * 256), ("zip", "x" * 31), ("address", "x" * 511), ("mobilePhone", "1" * 51),
        ("corporateIdentificationNumber", "1" * 41), ("pNumber", "123"), ("customerNumber", 10**9),
        ("currency", "ISK"), ("vatZone", {"vatZoneNumber": 99}), ("layout", {"layoutNumber": 99}),
        ("barred", "yes"), ("creditLimit", "much"), ("attention", {"customerContactNumber": 1}),
    ],
)  # fmt: skip
def test_customer_with_wrong_value(client: Client, field: str, value: Any) -> None:
    """Told at its field."""
    assert list(client.problems("/customers", {**CUSTOMER, field: value})) == [field]


def test_customer_number_is_given_or_taken(client: Client) -> None:
    """The server steps over numbers that are in use."""
    assert client.post("/customers", {**CUSTOMER, "customerNumber": 2})["customerNumber"] == 2
    assert client.post("/customers", CUSTOMER)["customerNumber"] == 3
    assert list(client.problems("/customers", {**CUSTOMER, "customerNumber": 3})) == ["customerNumber"]


def test_customer_is_replaced_whole(client: Client) -> None:
    """What was read and merged goes back; what is left out is cleared; lastUpdated moves."""
    shown = client.post(
        "/customers", {**CUSTOMER, "city": "Göteborg", "priceGroup": {"self": "x/price-groups/1"}}
    )
    assert set(shown["priceGroup"]) == {"self"}
    client.now += timedelta(minutes=1)
    after = client.put(f"/customers/{shown['customerNumber']}", without(shown, "city"))
    assert "city" not in after
    assert after["lastUpdated"] > shown["lastUpdated"]
    client.refused("PUT", "/customers/1", {**CUSTOMER, "customerNumber": 2})


def test_false_is_never_shown(client: Client) -> None:
    """A missing boolean is false."""
    assert "barred" not in client.post("/customers", {**CUSTOMER, "barred": False})
    assert client.post("/customers", {**CUSTOMER, "barred": True})["barred"] is True


def test_customer_in_use_stays(client: Client) -> None:
    """Deleted only while no document stands on it."""
    number = client.post("/customers", CUSTOMER)["customerNumber"]
    client.delete(f"/customers/{number}")
    client.refused("GET", f"/customers/{number}", status=404)
    client.order()
    client.refused("DELETE", "/customers/1")


def test_contacts_and_places_of_delivery(client: Client) -> None:
    """Made, replaced, listed, deleted; the customer may point to them on PUT only."""
    client.post("/customers/1/contacts", {"name": "Eva", "email": "eva@nordlys.example"})
    client.post("/customers/1/delivery-locations", {"address": "Hamngatan 5", "postalCode": "41101"})
    assert client.problems("/customers/1/delivery-locations", {"postalCode": "1" * 16}) == {
        "postalCode": "E04740"
    }
    assert client.problems("/customers/1/contacts", {}) == {"name": "E04500"}
    body = {**client.get("/customers/1"), "defaultDeliveryLocation": {"deliveryLocationNumber": 1},
            "attention": {"customerContactNumber": 1}}  # fmt: skip
    assert client.put("/customers/1", body)["attention"]["customerContactNumber"] == 1
    client.put("/customers/1/delivery-locations/1", {"address": "Torget 1"})
    assert client.sim.customers.kept()[0].delivery_street == "Torget 1"
    assert [row["name"] for row in client.rows("/customers/1/contacts")] == ["Eva"]
    client.delete("/customers/1/contacts/1")
    client.refused("GET", "/customers/1/contacts/1", status=404)
    assert "attention" not in client.get("/customers/1")
    client.refused("GET", "/customers/9/contacts", status=404)


def test_template_fills_in_an_invoice(client: Client) -> None:
    """Recipient, terms and currency of the customer; it lacks only what the company chooses."""
    body = client.get("/customers/1/templates/invoice")
    shown = client.post("/invoices/drafts", {**body, "layout": {"layoutNumber": 19}})
    assert shown["recipient"]["name"] == "Nordlys Handel AB"
    assert client.get("/customers/1/templates")["invoice"].endswith("/customers/1/templates/invoice")


@pytest.mark.parametrize("field", PRODUCT)
def test_product_has_three_required_fields(client: Client, field: str) -> None:
    """Each is missed by name."""
    assert client.problems("/products", without(PRODUCT, field)) == {field: "E04500"}


@pytest.mark.parametrize(
    ("field", "value"),
    [("productNumber", "x" * 26), ("productNumber", 7), ("productNumber", "MUG"), ("name", "x" * 301),
     ("productGroup", {"productGroupNumber": 9}), ("unit", {"unitNumber": 9}), ("barCode", "1" * 51)],
)  # fmt: skip
def test_product_with_wrong_value(client: Client, field: str, value: Any) -> None:
    """Too long, a number for a text, taken, unknown."""
    assert list(client.problems("/products", {**PRODUCT, field: value})) == [field]


def test_product_is_made_replaced_and_found_by_change(client: Client) -> None:
    """``lastUpdated`` finds what changed since; the number cannot."""
    client.post("/products", {**PRODUCT, "salesPrice": 79.20, "unit": {"unitNumber": 1}, "barCode": "735"})
    client.now += timedelta(hours=1)
    shown = client.put("/products/NY", {**PRODUCT, "salesPrice": 80})
    assert (shown["salesPrice"], "barCode" in shown) == (80, False)
    changed = client.rows("/products", filter="lastUpdated$gte:2026-11-21T13:00:00Z", sort="lastUpdated")
    assert [row["productNumber"] for row in changed] == ["NY"]
    client.refused("PUT", "/products/NY", {**PRODUCT, "productNumber": "ANNAN"})
    assert "NY" in {row["productNumber"] for row in client.rows("/product-groups/1/products")}


def test_product_in_use_stays(client: Client) -> None:
    """Use ``barred`` instead."""
    client.order(line())
    client.refused("DELETE", "/products/MUG")
    client.post("/products", PRODUCT)
    assert client.ask("DELETE", "/products/NY").status_code == 204
    client.refused("GET", "/products/NY", status=404)


def test_stock_is_shown_with_the_module_only(client: Client) -> None:
    """Available is in stock less ordered; booking takes from it and moves lastUpdated."""
    assert "inventory" not in client.get("/products/MUG")
    client.sim.goods.set_stock("MUG", Decimal(10), reserved=Decimal(3))
    stock = client.get("/products/MUG")["inventory"]
    assert (stock["inStock"], stock["orderedByCustomers"], stock["available"]) == (10, 3, 7)
    client.now += timedelta(hours=1)
    client.book(line(quantity=2))
    after = client.get("/products/MUG")
    assert after["inventory"]["inStock"] == 8
    assert after["lastUpdated"] == "2026-11-21T13:00:00Z"
    client.refused("GET", "/products", params={"filter": "inventory.inStock$gt:1"})
    with pytest.raises(ValueError, match="no sites"):
        client.sim.goods.set_stock("MUG", Decimal(1), site="Lager 2")


def test_inventory_module_changes_what_a_product_needs(client: Client) -> None:
    """The cost price is read-only then, and the recommended one required."""
    client.sim.company.inventory = True
    assert client.problems("/products", PRODUCT) == {"inventory.recommendedCostPrice": "E04500"}
    shown = client.post("/products", {**PRODUCT, "costPrice": 5, "inventory": {"recommendedCostPrice": 4}})
    assert "costPrice" not in shown
    assert shown["inventory"]["recommendedCostPrice"] == 4


def test_prices_per_currency(client: Client) -> None:
    """Made, replaced, deleted; the base currency's is the sales price."""
    home = "/products/MUG/pricing/currency-specific-sales-prices"
    client.post(home, {"currency": {"code": "EUR"}, "price": 7.5})
    again = client.ask("PUT", f"{home}/EUR", json={"currency": {"currencyCode": "EUR"}, "price": 8})
    assert again.status_code == 200
    client.sim.goods.set_price("MUG", Decimal("60.00"), price_list="DKK")
    client.sim.goods.set_price("MUG", Decimal("90.00"))
    assert {row["currency"]["currencyCode"]: row["price"] for row in client.rows(home)} == {
        "EUR": 8,
        "DKK": 60,
    }
    assert client.get("/products/MUG")["salesPrice"] == 90
    assert client.problems(home, {"currency": {"code": "ISK"}, "price": 1}) == {"currency": "E06000"}
    assert client.problems(home, {"price": 1}) == {"currency": "E04500"}
    client.delete(f"{home}/EUR")
    client.refused("GET", f"{home}/EUR", status=404)
    client.refused("DELETE", f"{home}/EUR", status=404)


def test_unit_names_have_eight_characters(client: Client) -> None:
    """Made, renamed, deleted."""
    assert client.problems("/units", {"name": "förpackning"}) == {"name": "E04740"}
    number = client.post("/units", {"name": "förpackn"})["unitNumber"]
    assert number == 4
    assert client.put(f"/units/{number}", {"name": "fp"})["name"] == "fp"
    assert client.rows(f"/units/{number}/products") == []
    client.delete(f"/units/{number}")
    client.refused("PUT", f"/units/{number}", {"name": "fp"}, status=404)
    client.refused("DELETE", f"/units/{number}", status=404)


def test_payment_terms_and_customer_groups_can_be_made(client: Client) -> None:
    """With a type, and a number nobody has."""
    body = {"name": "Swish", "paymentTermsType": "paidInCash",
            "contraAccountForRemainderAmount": {"accountNumber": 1930}}  # fmt: skip
    number = client.post("/payment-terms", body)["paymentTermsNumber"]
    made = client.get(f"/payment-terms/{number}")
    assert (number, made["contraAccountForRemainderAmount"]["accountNumber"], "daysOfCredit" in made) == (
        7,
        1930,
        False,
    )
    shown = client.put(
        f"/payment-terms/{number}", {"name": "15 dagar", "paymentTermsType": "net", "daysOfCredit": 15}
    )
    assert shown["daysOfCredit"] == 15
    assert list(client.problems("/payment-terms", {"name": "x", "paymentTermsType": "later"})) == [
        "paymentTermsType"
    ]
    group = {"customerGroupNumber": 3, "name": "Nya", "account": {"accountNumber": 1510}}
    client.post("/customer-groups", group)
    assert list(client.problems("/customer-groups", group)) == ["customerGroupNumber"]
    assert list(client.problems("/customer-groups", {**group, "account": {"accountNumber": 9}})) == [
        "account"
    ]
    assert client.rows("/customer-groups/3/customers") == []
    assert client.put("/customer-groups/3", {"name": "Andra"})["name"] == "Andra"
    client.refused("PUT", "/customer-groups/9", {"name": "Andra"}, status=404)
    client.delete("/customer-groups/3")
    client.delete(f"/payment-terms/{number}")
    client.refused("PUT", f"/payment-terms/{number}", body, status=404)


@pytest.mark.parametrize("path", ["/units/1", "/payment-terms/2", "/customer-groups/1"])
def test_register_in_use_stays(client: Client, path: str) -> None:
    """An article, a customer or a document refers to it."""
    client.order(line(unit={"unitNumber": 1}))
    client.refused("DELETE", path)


@pytest.mark.parametrize(
    "path",
    ["/units/9/products", "/employees/9/customers", "/customer-groups/9/customers", "/product-groups/9/products",
     "/product-groups/9/sales-accounts", "/vat-accounts/U99", "/departmental-distributions/departments/9",
     "/customers/9", "/products/NO-SUCH"],
)  # fmt: skip
def test_what_is_not_there_is_404(client: Client, path: str) -> None:
    """Everywhere the same."""
    client.refused("GET", path, status=404)


def test_home_shows_where_to_go(client: Client) -> None:
    """The root has links."""
    assert client.get("/")["customers"] == f"{client.sim.base_url}/customers"
