"""The rarer calls of the simulated Fortnox, one by one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.support.fortnox_sim import Client, row


@pytest.fixture
def client() -> Client:
    """A new company with one customer, 1001."""
    made = Client()
    made.customer(Email="anna@example.com", Phone1="031-12 34 56")
    return made


def test_article_nobody_sold_can_be_deleted(client: Client) -> None:
    """One on a document cannot."""
    client.order(CustomerNumber="1001")
    assert client.ask("DELETE", "articles/rabatt").status_code == 204
    assert client.refused("DELETE", "articles/TVAL-1") == 2000428


def test_card_keeps_its_number_and_name(client: Client) -> None:
    """Neither can be changed away."""
    assert client.refused("PUT", "customers/1001", {"Customer": {"CustomerNumber": "7"}}) == 2001399
    assert client.refused("PUT", "customers/1001", {"Customer": {"Name": "API_BLANK"}}) == 2000637
    assert client.refused("PUT", "articles/TVAL-1", {"Article": {"Description": "API_BLANK"}}) == 2001392


def test_phone_is_searched_in_both_numbers(client: Client) -> None:
    """A part is enough."""
    client.customer(Phone2="070-1")
    assert [each["CustomerNumber"] for each in client.get("customers", phone="070")["Customers"]] == ["1002"]


@pytest.mark.parametrize("plural", ["orders", "invoices"])
def test_document_keeps_its_number_and_its_kind_of_fields(client: Client, plural: str) -> None:
    """Another number is refused; no customer is refused; externalprint marks it as sent."""
    wrap = plural[:-1].capitalize()
    number = (client.order if wrap == "Order" else client.invoice)(CustomerNumber="1001")["DocumentNumber"]
    assert client.refused("PUT", f"{plural}/{number}", {wrap: {"DocumentNumber": "7"}}) == 2001399
    assert client.refused("POST", plural, {wrap: {"Comments": "x"}}) == 2000433
    assert client.put(f"{plural}/{number}/externalprint")["Sent"] is True
    assert client.ask("GET", f"{plural}/7").status_code == 404


def test_own_invoice_number_is_taken_once(client: Client) -> None:
    """The second is refused."""
    assert client.invoice(CustomerNumber="1001", DocumentNumber="77")["DocumentNumber"] == "77"
    assert (
        client.refused("POST", "invoices", {"Invoice": {"CustomerNumber": "1001", "DocumentNumber": "77"}})
        == 2000637
    )


SENDS = {
    "einvoice": True,
    "eprint": True,
    "print": True,
    "preview": False,
    "printreminder": False,
    "warehouseready": False,
}


@pytest.mark.parametrize("action", SENDS)
def test_actions_on_invoices(client: Client, action: str) -> None:
    """Some mark it as sent, some do not; warehouseready changes nothing on an invoice."""
    number = client.invoice(CustomerNumber="1001")["DocumentNumber"]
    verb = "PUT" if action == "warehouseready" else "GET"
    assert client.ask(verb, f"invoices/{number}/{action}").status_code == 200
    assert client.get(f"invoices/{number}")["Invoice"]["Sent"] is SENDS[action]


def test_documents_by_label(client: Client) -> None:
    """Of orders and invoices."""
    label = {"Labels": [{"Id": client.post("labels", "Label", Description="Webb")["Id"]}]}
    client.order(CustomerNumber="1001")
    order = client.order(CustomerNumber="1001", **label)["DocumentNumber"]
    invoice = client.invoice(CustomerNumber="1001", **label)["DocumentNumber"]
    assert [each["DocumentNumber"] for each in client.get("orders", label="1")["Orders"]] == [order]
    assert [each["DocumentNumber"] for each in client.get("invoices", label="1")["Invoices"]] == [invoice]


@pytest.mark.parametrize(
    "query",
    [
        {"articlenumber": "tval"},
        {"articledescription": "gul tvål"},
        {"accountnumberfrom": "3001", "accountnumberto": "3001"},
        {"currency": "eur"},
        {"ocr": "10002"},
        {"credit": "true"},
        {"invoicetype": "cash"},
    ],
)
def test_invoices_by_what_is_in_them(client: Client, query: dict[str, str]) -> None:
    """Of two only the second fits."""
    client.invoice(row(ArticleNumber="frakt", VAT=0), CustomerNumber="1001")
    values = {"Currency": "EUR", "CreditInvoiceReference": "10001", "InvoiceType": "CASHINVOICE"}
    client.invoice(row(Description="Gul tvål"), CustomerNumber="1001", **values)
    found = client.get("invoices", **query)["Invoices"]
    assert [each["DocumentNumber"] for each in found] == ["10002"]


def test_orders_by_total_and_number(client: Client) -> None:
    """Numbers as numbers: 999 before 1000."""
    for number, price in (("1000", "5"), ("999", "30"), ("998", "10")):
        client.order(row(price), CustomerNumber="1001", DocumentNumber=number)

    def listed(by: str) -> list[str]:
        return [each["DocumentNumber"] for each in client.get("orders", sortby=by)["Orders"]]

    assert listed("documentnumber") == ["998", "999", "1000"]
    assert listed("total") == ["1000", "998", "999"]
    assert client.refused("GET", "customers", fromdate="2026-01-01") == 2000588
    assert client.refused("GET", "orders", fromdate="january") == 2000588
    assert client.refused("GET", "orders", lastmodified="2026-13-01 00:00") == 2000588


def test_set_up_can_be_read(client: Client) -> None:
    """Company, years, predefined accounts, stock points; what is not there is not found."""
    assert client.get("companyinformation")["CompanyInformation"]["DatabaseNumber"] == 29302
    assert client.get("settings/company")["CompanySettings"]["DatabaseNumber"] == "29302"
    assert {each["Name"]: each["Account"] for each in client.get("predefinedaccounts")["PreDefinedAccounts"]}[
        "SALES"
    ]
    client.sim.company.stock_points.append("LUND")
    assert [each["code"] for each in client.get("/api/warehouse/stockpoints-v1")] == ["LUND"]
    assert client.refused("GET", "/api/warehouse/status-v1/stockbalance", page=1) == 2000588
    assert client.ask("GET", "financialyears/9").status_code == 404
    assert client.refused("GET", "printtemplates", type="letter") == 2000588


def test_prices_need_a_list_an_article_and_a_number(client: Client) -> None:
    """FromQuantity in the address, too."""
    assert client.refused("POST", "prices", {"Price": {"ArticleNumber": "TVAL-1", "Price": 1}}) == 2001392
    assert client.refused("GET", "prices/A/TVAL-1/many") == 2000108
    assert client.ask("GET", "prices/A/TVAL-1").status_code == 404


def test_foreign_rate_stays_when_the_header_is_put(client: Client) -> None:
    """Unless currency, rate or unit is sent again."""
    made = client.order(CustomerNumber="1001", Currency="EUR", CurrencyRate=Decimal(11))
    path = f"orders/{made['DocumentNumber']}"
    assert client.put(path, "Order", Comments="x")["CurrencyRate"] == 11
    assert client.put(path, "Order", Currency="EUR")["CurrencyRate"] == Decimal("11.44")


def test_invoicing_may_count_as_a_change_of_the_order(client: Client) -> None:
    """Not documented: a switch."""

    def touched() -> int:
        number = client.order(CustomerNumber="1001")["DocumentNumber"]
        client.clock.advance(120)
        client.put(f"orders/{number}/createinvoice")
        return len(client.get("orders", lastmodified=f"{_stockholm(client)}")["Orders"])

    assert touched() == 0
    client.sim.company.invoicing_touches_order = True
    assert touched() == 1


def _stockholm(client: Client) -> str:
    moment = client.clock.now()
    return f"{moment.replace(hour=moment.hour + 1):%Y-%m-%d %H:%M}"  # in November


@pytest.mark.parametrize(
    ("code", "sent"), [(2000106, {"Name": ["a"]}), (2001392, {"DefaultDeliveryTypes": "PRINT"})]
)
def test_wrong_sorts_inside_a_body(client: Client, code: int, sent: dict[str, Any]) -> None:
    """A list for text, text for an object."""
    assert client.refused("PUT", "customers/1001", {"Customer": sent}) == code


def test_payment_is_missed_and_closed_out(client: Client) -> None:
    """Unknown number, no amount, an invoice cancelled meanwhile."""
    assert client.ask("GET", "invoicepayments/7").status_code == 404
    number = client.invoice(CustomerNumber="1001")["DocumentNumber"]
    client.sim.invoice(number)
    sent = {"InvoicePayment": {"InvoiceNumber": int(number)}}
    assert client.refused("POST", "invoicepayments", sent) == 2000108
    with pytest.raises(ValueError, match="delivered"):
        client.sim.deliver(number)


def test_largest_numbers_can_be_multiplied(client: Client) -> None:
    """As far as numbers are taken at all."""
    most = Decimal(10) ** 15
    made = client.order(row(f"{most}", f"{most}", VAT=0), CustomerNumber="1001")
    assert made["Total"] == most * most


def test_emptied_text_is_empty_whatever_the_card_has(client: Client) -> None:
    """Not so what a document must have: terms, currency, template."""
    card = {"Address1": "Vasagatan 12", "YourReference": "Eva", "TermsOfPayment": "10", "WayOfDelivery": "B"}
    number = client.customer(**card, CountryCode="DE")
    blank = dict.fromkeys((*card, "Country", "Currency", "PrintTemplate", "StockPointCode"), "API_BLANK")
    made = client.order(row(), CustomerNumber=number, **blank)
    shown = [
        made[name] for name in ("Address1", "YourReference", "WayOfDelivery", "Country", "StockPointCode")
    ]
    assert shown == ["", "", "", "", None]
    assert [made[name] for name in ("TermsOfPayment", "Currency", "PrintTemplate")] == ["10", "SEK", "oc"]
    invoice = client.invoice(row(), CustomerNumber=number, Address1="API_BLANK", OCR="API_BLANK")
    assert (invoice["Address1"], invoice["OCR"]) == ("", "1000173")
