"""Customers, articles, prices and registers of the simulated Fortnox (fortnox facts, sections 1, 7, 8, 10)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.support.fortnox_sim import Client, row


@pytest.fixture
def client() -> Client:
    """A new company."""
    return Client()


def customer(**values: Any) -> dict[str, Any]:
    """The body of a POST."""
    return {"Customer": {"Name": "Anna", **values}}


def article(**values: Any) -> dict[str, Any]:
    """The body of a POST."""
    return {"Article": {"Description": "Mugg", **values}}


@pytest.mark.parametrize(
    "name",
    [
        "Åsa Ångström",
        "李小龍",
        "محمد الأحمد",
        "O’Brien & Co/AB – 50 % @ §",
        "a\r\nb\u00a0c",
        "A\u030angstro\u0308m",
    ],
)
def test_allowed_characters_are_kept(client: Client, name: str) -> None:
    """Letters of any language, digits, the listed punctuation."""
    assert client.post("customers", "Customer", Name=name)["Name"] == name


@pytest.mark.parametrize("odd", [*"<>\"'[]{}|~\t\x00", "🎉", "\u200d", "\u0301"])
def test_other_characters_are_refused(client: Client, odd: str) -> None:
    """2000359."""
    assert client.refused("POST", "customers", customer(Name=f"a{odd}b")) == 2000359


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("ZipCode", "1" * 11, 2000359),
        ("DeliveryZipCode", "1" * 11, 2000359),
        ("Name", "a" * 1025, 2000359),
        ("YourReference", "a" * 51, 2000359),
        ("CountryCode", "SWE", 2000359),
        ("CountryCode", "QQ", 2000359),
        ("Type", "PERSON", 2000359),
        ("VATType", "MOMS", 2000359),
        ("VATNumber", "5560004615", 2000359),
        ("Email", "anna", 2000359),
        ("OrganisationNumber", "556000-4616", 2000637),
        ("CustomerNumber", "12 34", 2000106),
        ("Name", 7, 2000106),
        ("Active", "yes", 2000134),
        ("InvoiceDiscount", "ten", 2000108),
        ("GLN", "73500000000", 2000359),
        ("SalesAccount", "30010", 2000359),
        ("SalesAccount", "9999", 2001304),
        ("PriceList", "Z", 2000729),
        ("TermsOfPayment", "45", 2000429),
        ("WayOfDelivery", "Drone", 2000729),
        ("Currency", "ISK", 2000729),
        ("Project", "77", 2001161),
        ("Country", "Sverige", 2001399),
        ("Colour", "red", 2001399),
    ],
)
def test_customer_with_a_wrong_field_is_refused(client: Client, field: str, value: object, code: int) -> None:
    """Too long, unknown word, wrong sort, read-only, unknown."""
    assert client.refused("POST", "customers", customer(**{field: value})) == code
    assert client.sim.customers.kept() == []


@pytest.mark.parametrize("number", ["556000-4615", "5560004615", "165560004615", "DE 123456789"])
def test_organisation_numbers_are_kept_as_written(client: Client, number: str) -> None:
    """With and without hyphen and century, and from abroad."""
    assert client.post("customers", "Customer", **customer(OrganisationNumber=number)["Customer"])


def test_customer_needs_a_name(client: Client) -> None:
    """Nothing else."""
    assert client.refused("POST", "customers", {"Customer": {"City": "Lund"}}) == 2000637


def test_customer_put_changes_only_what_is_sent(client: Client) -> None:
    """Null and empty text change nothing; API_BLANK clears."""
    number = client.customer(City="Lund", ZipCode="22222", Phone1="046", CountryCode="SE")
    sent = {"City": "Malmö", "ZipCode": None, "Phone1": "API_BLANK", "CountryCode": "API_BLANK", "Email": ""}
    changed = client.put(f"customers/{number}", "Customer", **sent)
    assert [changed[name] for name in ("City", "ZipCode", "Phone1", "CountryCode", "Country")] == [
        "Malmö",
        "22222",
        None,
        None,
        None,
    ]
    assert client.refused("PUT", f"customers/{number}", {"Customer": {"Address1": ""}}) == 2000359


def test_refused_put_changes_nothing(client: Client) -> None:
    """Not even the fields before the wrong one."""
    number = client.customer(City="Lund")
    client.refused("PUT", f"customers/{number}", {"Customer": {"City": "Malmö", "TermsOfPayment": "45"}})
    assert client.get(f"customers/{number}")["Customer"]["City"] == "Lund"


def test_customer_number_stays_used_when_deleted(client: Client) -> None:
    """2000637, for a number given by hand and for the next in the series."""
    client.customer(CustomerNumber="1001")
    assert client.ask("DELETE", "customers/1001").status_code == 204
    assert client.ask("GET", "customers/1001").status_code == 404
    assert client.refused("POST", "customers", customer(CustomerNumber="1001")) == 2000637
    assert client.customer() == "1002"


def test_customer_with_documents_cannot_be_deleted(client: Client) -> None:
    """It stays."""
    number = client.customer()
    client.order(CustomerNumber=number)
    assert client.refused("DELETE", f"customers/{number}")
    assert client.get(f"customers/{number}")


def test_sales_account_is_a_number_once(client: Client) -> None:
    """After the POST; text ever after."""
    made = client.post("customers", "Customer", Name="Anna", SalesAccount="3001")
    assert made["SalesAccount"] == 3001
    assert client.get(f"customers/{made['CustomerNumber']}")["Customer"]["SalesAccount"] == "3001"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("ArticleNumber", "RED MUG", 2000106),
        ("ArticleNumber", "MUG:1", 2000106),
        ("ArticleNumber", "M" * 51, 2000359),
        ("Description", "M" * 201, 2000359),
        ("EAN", "7" * 31, 2000359),
        ("Type", "GOODS", 2000359),
        ("Unit", "box", 2000432),
        ("SalesAccount", "3001", 2000108),
        ("SalesAccount", 99, 2000108),
        ("SalesAccount", 3999, 2001304),
        ("VAT", 7.5, 2000108),
        ("Weight", 1.5, 2000108),
        ("SalesPrice", 10, 2001399),
        ("DisposableQuantity", 10, 2001399),
        ("StockGoods", 1, 2000134),
    ],
)
def test_article_with_a_wrong_field_is_refused(client: Client, field: str, value: object, code: int) -> None:
    """Spaces in numbers, lengths, unknown unit or account, read-only fields."""
    sent = {"ArticleNumber": "MUG-1", field: Decimal(str(value)) if isinstance(value, float) else value}
    assert client.refused("POST", "articles", article(**sent)) == code


def test_article_numbers_may_hold_slashes(client: Client) -> None:
    """Percent-encoded in the address."""
    client.post("articles", "Article", **article(ArticleNumber="MUG/RÖD+1.0_A")["Article"])
    answer = client.get("articles/MUG%2FR%C3%96D%2B1.0_A")
    assert answer["Article"]["ArticleNumber"] == "MUG/RÖD+1.0_A"


def test_article_takes_the_next_number_and_keeps_it(client: Client) -> None:
    """It cannot be changed, nor used twice."""
    number = client.post("articles", "Article", **article()["Article"])["ArticleNumber"]
    assert number == "1"
    assert client.refused("PUT", f"articles/{number}", article(ArticleNumber="2")) == 2001399
    assert client.refused("POST", "articles", article(ArticleNumber=number)) == 2000637
    assert client.refused("POST", "articles", {"Article": {"EAN": "1"}}) == 2001392


def test_article_vat_follows_its_sales_account(client: Client) -> None:
    """Whatever is sent."""
    made = client.post("articles", "Article", **article(SalesAccount=3002, VAT=25)["Article"])
    assert made["VAT"] == 12


def test_default_account_that_does_not_exist_fails_the_next_put(client: Client) -> None:
    """The POST went well."""
    del client.sim.company.accounts[4000]
    number = client.post("articles", "Article", **article()["Article"])["ArticleNumber"]
    assert client.refused("PUT", f"articles/{number}", {"Article": {"Note": "x"}}) == 2001304


@pytest.mark.parametrize(
    ("sent", "kept"), [("1.124", "1.12"), ("1.125", "1.13"), ("-100000000000000", "-100000000000000")]
)
def test_quantity_in_stock_has_two_decimals(client: Client, sent: str, kept: str) -> None:
    """Rounded half up, as recorded."""
    made = client.post("articles", "Article", **article(QuantityInStock=Decimal(sent))["Article"])
    assert made["QuantityInStock"] == made["DisposableQuantity"] == Decimal(kept)


def test_price_of_the_main_list_is_the_sales_price(client: Client) -> None:
    """Posted once, then put; other lists are beside it."""
    price = {"ArticleNumber": "TVAL-1", "PriceList": "A", "FromQuantity": 0, "Price": Decimal("79.20")}
    client.post("prices", "Price", **price)
    assert client.get("articles/TVAL-1")["Article"]["SalesPrice"] == Decimal("79.2")
    assert client.refused("POST", "prices", {"Price": price}) == 2000637
    client.put("prices/A/TVAL-1/0", "Price", Price=Decimal("80.005"))
    client.post("prices", "Price", **{**price, "PriceList": "B", "Price": 70})
    client.post("prices", "Price", **{**price, "FromQuantity": 10, "Price": 75})
    assert client.get("prices/A/TVAL-1")["Price"]["Price"] == Decimal("80.01")
    assert [each["Price"] for each in client.get("prices/sublist/A/TVAL-1")["Prices"]] == [
        Decimal("80.01"),
        75,
    ]
    assert client.ask("DELETE", "prices/A/TVAL-1/10").status_code == 204
    assert client.ask("GET", "prices/A/TVAL-1/10").status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("PriceList", "Z", 2000729), ("ArticleNumber", "none", 2000428), ("Price", "x", 2000108)],
)
def test_wrong_price_is_refused(client: Client, field: str, value: str, code: int) -> None:
    """No such list, no such article, no number."""
    price = {"ArticleNumber": "TVAL-1", "PriceList": "A", "Price": 1, field: value}
    assert client.refused("POST", "prices", {"Price": price}) == code


def test_terms_of_payment_are_upper_cased(client: Client) -> None:
    """And found in either case; only letters and digits."""
    made = client.post("termsofpayments", "TermsOfPayment", Code="45days", Description="45 dagar")
    assert made["Code"] == "45DAYS"
    assert client.get("termsofpayments/45days")["TermsOfPayment"]["Code"] == "45DAYS"
    assert client.order(TermsOfPayment="45days")["TermsOfPayment"] == "45DAYS"
    sent = {"TermsOfPayment": {"Code": "45 days", "Description": "x"}}
    assert client.refused("POST", "termsofpayments", sent) == 2000106


def test_registers_can_be_kept(client: Client) -> None:
    """Made, changed, removed; a code twice is refused, as is one without a description."""
    client.post("units", "Unit", Code="kg", Description="kilo")
    assert client.put("units/kg", "Unit", Description="kilogram")["Description"] == "kilogram"
    assert client.refused("POST", "units", {"Unit": {"Code": "kg", "Description": "x"}}) == 2000637
    assert client.refused("POST", "units", {"Unit": {"Code": "hg"}}) == 2001392
    assert client.ask("DELETE", "units/kg").status_code == 204
    assert client.ask("GET", "units/kg").json()["ErrorInformation"]["Code"] == 2000432
    assert client.post("projects", "Project", Description="Jul")["ProjectNumber"] == "1"
    assert client.post("labels", "Label", Description="Webb")["Id"] == 1


def test_deleted_way_of_delivery_fails_documents_of_its_customers(client: Client) -> None:
    """Though the document does not name it."""
    number = client.customer(WayOfDelivery="B")
    client.ask("DELETE", "wayofdeliveries/B")
    sent = {"Order": {"CustomerNumber": number, "OrderRows": []}}
    answer = client.ask("POST", "orders", sent)
    assert (answer.status_code, "leveranssätt" in answer.text) == (400, True)


def test_accounts_are_those_of_a_financial_year(client: Client) -> None:
    """Today's unless asked; inactive ones are marked."""
    client.sim.company.accounts[3001].active = False
    account = client.get("accounts/3001")["Account"]
    assert (account["Active"], account["Year"]) == (False, 2)
    assert client.get("accounts/3002", financialyear=1)["Account"]["Year"] == 1
    assert client.ask("GET", "accounts/9998").json()["ErrorInformation"]["Code"] == 2000423
    assert client.refused("GET", "accounts", financialyear=9) == 2000588


def test_financial_year_is_found_by_date(client: Client) -> None:
    """And none where there is none."""
    (year,) = client.get("financialyears", Date="2026-11-21")["FinancialYears"]
    assert (year["Id"], year["AccountingMethod"]) == (2, "ACCRUAL")
    assert client.get("financialyears", date="2030-01-01")["FinancialYears"] == []


def test_currencies_are_those_of_the_register(client: Client) -> None:
    """With their rates; an unknown one is not found."""
    assert client.get("currencies/EUR")["Currency"]["SellRate"] == Decimal("11.44")
    assert client.ask("GET", "currencies/ISK").status_code == 404
    client.sim.rates.clear()
    assert [each["Code"] for each in client.get("currencies")["Currencies"]] == ["SEK"]


def test_print_templates_are_told_by_type(client: Client) -> None:
    """Of orders only."""
    assert [each["Template"] for each in client.get("printtemplates", type="order")["PrintTemplates"]] == [
        "oc"
    ]


def test_warehouse_module_is_off_until_switched_on(client: Client) -> None:
    """tenants-v4 tells; stock is then by stock point, and the card's quantity cannot be written."""
    assert client.get("/api/warehouse/tenants-v4")["activated"] is False
    assert client.ask("GET", "/api/warehouse/status-v1/stockbalance").status_code == 403
    client.sim.company.warehouse = True
    client.sim.goods.set_stock("TVAL-1", Decimal(10), reserved=Decimal(3), site="LUND")
    client.sim.goods.set_stock("frakt", Decimal(1), site="UMEA")
    assert client.get("/api/warehouse/tenants-v4")["activated"] is True
    assert client.get("/api/warehouse/status-v1/stockbalance", itemIds="TVAL-1,rabatt") == [
        {"itemId": "TVAL-1", "stockPointCode": "LUND", "availableStock": 7, "inStock": 10}
    ]
    assert client.get("articles/TVAL-1")["Article"]["DisposableQuantity"] == 7
    assert client.refused("PUT", "articles/TVAL-1", {"Article": {"QuantityInStock": 1}}) == 2001399


def test_cost_centre_must_be_active_and_may_be_mandatory(client: Client) -> None:
    """2000947 for an inactive one."""
    client.put("costcenters/WEBB", "CostCenter", Active=False)
    number = client.customer()
    sent = {"Order": {"CustomerNumber": number, "CostCenter": "WEBB"}}
    assert client.refused("POST", "orders", sent) == 2000947
    client.sim.company.accounts[3001].cost_centre = "MANDATORY"
    assert client.refused(
        "POST", "orders", {"Order": {"CustomerNumber": number, "OrderRows": [_wired(row())]}}
    )
    client.order(row(CostCenter="BUTIK"), CustomerNumber=number)
    client.order(row(), CustomerNumber=number, CostCenter="BUTIK")


def _wired(one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "Price": 80}
