"""Orders of the simulated Fortnox: totals, rows, what a PUT does to them, actions (fortnox facts, section 9)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bridge.sim.booked import Refused
from tests.support.fortnox_sim import Client, row

TEXT = {
    "Description": "Lämnas vid dörren",
    **dict.fromkeys(("ArticleNumber", "AccountNumber", "Price", "DeliveredQuantity"), "API_BLANK"),
}


@pytest.fixture
def client() -> Client:
    """A new company with one customer, 1001."""
    made = Client()
    made.customer(Email="anna@example.com")
    return made


def amounts(document: dict[str, Any]) -> list[str]:
    """Net, VAT, rounding, total."""
    return [f"{document[name]}" for name in ("Net", "TotalVAT", "RoundOff", "Total")]


def order(client: Client, *rows: dict[str, Any], **values: Any) -> dict[str, Any]:
    """For customer 1001."""
    return client.order(*rows, CustomerNumber="1001", **values)


def refused(client: Client, *rows: dict[str, Any], **values: Any) -> int:
    """The code of an order that is not taken."""
    sent = [
        {name: float(each) if isinstance(each, Decimal) else each for name, each in one.items()}
        for one in rows
    ]
    return client.refused(
        "POST", "orders", {"Order": {"CustomerNumber": "1001", "OrderRows": sent, **values}}
    )


def test_vat_is_reckoned_on_the_sum_per_rate(client: Client) -> None:
    """Three times 33.33 at 25 %: 25.00 of 99.99, not three times 8.33."""
    rows = [row("33.33", VAT=25) for _ in range(3)] + [row("10.00", VAT=12)]
    assert amounts(order(client, *rows)) == ["109.99", "26.2", "0", "136.19"]


def test_prices_with_vat_have_it_taken_out(client: Client) -> None:
    """The total is the sum of the rows."""
    rows = [row("79.99", VAT=25), row("19.99", "2", VAT=6)]
    assert amounts(order(client, *rows, VATIncluded=True)) == ["101.71", "18.26", "0", "119.97"]


def test_company_may_round_to_whole_kronor(client: Client) -> None:
    """As the composed example of the facts: 316.30 becomes 316; foreign money is not rounded."""
    client.sim.company.whole_kronor = True
    rows = (row("79.20", "3", Discount=10, VAT=25), row("39.20", ArticleNumber="frakt", VAT=25))
    assert amounts(order(client, *rows)) == ["253.04", "63.26", "-0.3", "316"]
    assert amounts(order(client, *rows, Currency="EUR")) == ["253.04", "63.26", "0", "316.3"]


@pytest.mark.parametrize(
    ("values", "total"),
    [
        ({"Discount": 10}, "180"),
        ({"Discount": Decimal("12.345")}, "175.3"),
        ({"Discount": 10, "DiscountType": "AMOUNT"}, "190"),
        ({"Price": Decimal("1.125")}, "2.26"),
        ({"DeliveredQuantity": "1.125"}, "113"),
    ],
)
def test_rows_are_reckoned_to_the_ore(client: Client, values: dict[str, Any], total: str) -> None:
    """Percent with two decimals, an amount off the whole row, price and quantity rounded half up."""
    made = order(client, row("100.00", "2", **values))
    assert f"{made['OrderRows'][0]['Total']}" == total


def test_total_follows_what_is_delivered(client: Client) -> None:
    """Ordered alone comes to nothing."""
    made = order(client, {"ArticleNumber": "TVAL-1", "OrderedQuantity": 3, "Price": 80})
    assert (made["OrderRows"][0]["DeliveredQuantity"], made["Total"]) == ("0", 0)


def test_freight_and_fee_bear_their_accounts_vat(client: Client) -> None:
    """25 % here."""
    made = order(client, row("100.00", VAT=25), Freight=40, AdministrationFee=20)
    assert (made["FreightVAT"], made["AdministrationFeeVAT"], made["Total"]) == (10, 5, 200)


def test_text_row_only_says_something(client: Client) -> None:
    """Emptied, or with account 0; otherwise an account is missing."""
    made = order(client, row(VAT=25), TEXT, {"Description": "Hej", "AccountNumber": 0})
    assert [each["Total"] for each in made["OrderRows"]] == [80, 0, 0]
    assert refused(client, {"Description": "Hej"}) == 2001304
    assert refused(client, {**TEXT, "DeliveredQuantity": 1}) == 2001304


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"ArticleNumber": "NO-SUCH-SKU"}, 2000428),
        ({"AccountNumber": 3999}, 2001304),
        ({"AccountNumber": 99}, 2000108),
        ({"VAT": 7.7}, 2000108),
        ({"Discount": 101}, 2000108),
        ({"DiscountType": "KRONOR"}, 2000359),
        ({"Unit": "box"}, 2000432),
        ({"Project": "7"}, 2001161),
        ({"Description": "x" * 256}, 2000359),
        ({"Description": "<b>"}, 2000359),
        ({"Total": 80}, 2001399),
        ({"DeliveredQuantity": "one"}, 2000108),
        ({"DeliveredQuantity": "NaN"}, 2000108),
        ({"Price": 10**16}, 2000108),
        ({"ArticleNumber": "API_BLANK", "AccountNumber": 3001, "Description": ""}, 2003977),
    ],
)
def test_wrong_row_is_refused(client: Client, values: dict[str, Any], code: int) -> None:
    """And nothing is booked."""
    assert refused(client, row(**values)) == code
    assert client.sim.booked() == []


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"CustomerNumber": "77"}, 2000433),
        ({"ExternalInvoiceReference1": "x" * 81}, 2000359),
        ({"YourReference": "x" * 51}, 2000359),
        ({"YourOrderNumber": "x" * 76}, 2000359),
        ({"Remarks": "x" * 1025}, 2000359),
        ({"Country": "SE"}, 2000359),
        ({"Language": "DE"}, 2000359),
        ({"OrderDate": "21/11/2026"}, 2000359),
        ({"OrderDate": "2026-W47-6"}, 2000359),
        ({"OrderDate": "2031-01-01"}, 2000423),
        ({"Currency": "ISK"}, 2000729),
        ({"CurrencyRate": 0}, 2000108),
        ({"PrintTemplate": "zz"}, 2000729),
        ({"Labels": [{"Id": 9}]}, 2000729),
        ({"DeliveryState": "sent"}, 2000359),
        ({"Total": 1}, 2001399),
        ({"InvoiceReference": "1"}, 2001399),
        ({"OrderRows": "none"}, 2001392),
    ],
)
def test_wrong_header_is_refused(client: Client, values: dict[str, Any], code: int) -> None:
    """Unknown customer, lengths, a country by its code, dates, read-only fields."""
    assert refused(client, **values) == code


def test_inactive_article_and_account_are_refused(client: Client) -> None:
    """On new rows."""
    client.put("articles/TVAL-1", "Article", Active=False)
    assert refused(client, row())
    client.sim.company.accounts[3520].active = False
    assert refused(client, row(ArticleNumber="frakt")) == 2001304


def test_easy_vat_wants_an_account_for_a_rate_of_its_own(client: Client) -> None:
    """2004167; with one it is taken."""
    client.sim.company.easy_vat = True
    assert refused(client, row(VAT=19)) == 2004167
    assert order(client, row(VAT=19, AccountNumber=3109))["TotalVAT"] == Decimal("15.2")


@pytest.mark.parametrize(
    ("kind", "account", "vat"),
    [("SEVAT", 3001, 25), ("EUREVERSEDVAT", 3108, 0), ("EUVAT", 3106, 25), ("EXPORT", 3105, 0)],
)
def test_vat_type_of_the_customer_chooses_the_account(
    client: Client, kind: str, account: int, vat: int
) -> None:
    """And with it the rate; construction has no account by default."""
    number = client.customer(VATType=kind)
    (made,) = client.order(row(), CustomerNumber=number)["OrderRows"]
    assert (made["AccountNumber"], made["VAT"]) == (account, vat)
    builder = client.customer(VATType="SEREVERSEDVAT")
    sent = {"CustomerNumber": builder, "OrderRows": [{"ArticleNumber": "TVAL-1"}]}
    assert client.refused("POST", "orders", {"Order": sent}) == 2001304


def test_account_of_the_card_and_of_the_row_go_first(client: Client) -> None:
    """The row's before the card's."""
    number = client.customer(SalesAccount="3041")
    made = client.order(row(), row(AccountNumber=3002), CustomerNumber=number)["OrderRows"]
    assert [(each["AccountNumber"], each["VAT"]) for each in made] == [(3041, 25), (3002, 12)]


def test_card_lends_the_order_its_defaults(client: Client) -> None:
    """Address, terms, fees and discount; 0 stops them."""
    number = client.customer(
        Address1="Vasagatan 12", CountryCode="DE", InvoiceDiscount=10, InvoiceFreight="40", TermsOfPayment="10",
        ShowPriceVATIncluded=True,
    )  # fmt: skip
    made = client.order(row("100.00"), CustomerNumber=number)
    shown = [
        made[name] for name in ("Address1", "Country", "Freight", "TermsOfPayment", "VATIncluded", "Total")
    ]
    assert shown == ["Vasagatan 12", "Tyskland", 40, "10", True, 130]
    assert client.order(row("100.00", Discount=0), CustomerNumber=number, Freight=0)["Total"] == 100


def test_price_left_out_comes_from_the_price_list(client: Client) -> None:
    """For the quantity."""
    for start, price in ((0, 80), (10, 70)):
        client.post("prices", "Price", ArticleNumber="TVAL-1", PriceList="A", FromQuantity=start, Price=price)
    rows = [{"ArticleNumber": "TVAL-1", "DeliveredQuantity": many} for many in (1, 10)]
    assert [each["Price"] for each in order(client, *rows)["OrderRows"]] == [80, 70]


def test_foreign_currency_takes_the_registers_rate(client: Client) -> None:
    """Unless told; it once fell to 1 unannounced, except where CurrencyUnit was emptied."""
    assert order(client, Currency="EUR")["CurrencyRate"] == Decimal("11.44")
    assert order(client, Currency="EUR", CurrencyRate=Decimal("11.5"))["CurrencyRate"] == Decimal("11.5")
    client.sim.company.rate_falls_to_one = True
    assert order(client, Currency="EUR")["CurrencyRate"] == 1
    assert order(client, Currency="EUR", CurrencyUnit="API_BLANK")["CurrencyRate"] == Decimal("11.44")


def test_own_number_is_taken_once(client: Client) -> None:
    """The second is refused."""
    assert order(client, DocumentNumber="77")["DocumentNumber"] == "77"
    assert refused(client, DocumentNumber="77") == 2000637


def test_put_without_row_ids_matches_by_position_and_old_values_leak(client: Client) -> None:
    """The second row keeps its old discount and text; the third is gone; every RowId is new."""
    first = order(client, row("10.00"), row("20.00", Discount=50, Description="Gammal"), row("30.00"))
    sent = [row("11.00"), {"ArticleNumber": "frakt", "Price": 21}]
    changed = client.put(f"orders/{first['DocumentNumber']}", "Order", OrderRows=sent)["OrderRows"]
    assert [(each["ArticleNumber"], each["Description"], each["Total"]) for each in changed] == [
        ("TVAL-1", "Tvål", 11),
        ("frakt", "Gammal", Decimal("10.5")),
    ]
    assert not {each["RowId"] for each in changed} & {each["RowId"] for each in first["OrderRows"]}


def test_put_with_row_ids_matches_by_them(client: Client) -> None:
    """Named alone a row stays, without an id it is new, unmentioned it goes, an unknown id is refused."""
    first = order(client, row("10.00"), row("20.00"), row("30.00"))
    number, ids = first["DocumentNumber"], [each["RowId"] for each in first["OrderRows"]]
    sent = [{"RowId": ids[2]}, {"RowId": ids[0], "Price": 12}, row("40.00")]
    changed = client.put(f"orders/{number}", "Order", OrderRows=sent)["OrderRows"]
    assert [each["Total"] for each in changed] == [30, 12, 40]
    assert client.refused("PUT", f"orders/{number}", {"Order": {"OrderRows": [{"RowId": ids[0]}]}})


def test_put_of_no_rows_clears_them(client: Client) -> None:
    """Then the full list starts clean."""
    number = order(client, row(Discount=50))["DocumentNumber"]
    assert client.put(f"orders/{number}", "Order", OrderRows=[])["OrderRows"] == []
    assert client.put(f"orders/{number}", "Order", OrderRows=[row()])["OrderRows"][0]["Total"] == 80


def test_put_of_the_header_leaves_the_rows(client: Client) -> None:
    """Only what is sent changes; empty text does not clear, API_BLANK does."""
    made = order(client, row(), Comments="a", YourReference="Eva")
    sent = {"Comments": "", "YourReference": "API_BLANK", "Remarks": "Tack"}
    changed = client.put(f"orders/{made['DocumentNumber']}", "Order", **sent)
    assert [changed[name] for name in ("Comments", "YourReference", "Remarks")] == ["a", "", "Tack"]
    assert changed["OrderRows"] == made["OrderRows"]


def test_invoiced_or_cancelled_order_is_locked(client: Client) -> None:
    """No change, no cancel, no second invoice."""
    billed, gone = (order(client)["DocumentNumber"] for _ in range(2))
    assert client.put(f"orders/{billed}/createinvoice")["InvoiceReference"] == "10001"
    assert client.put(f"orders/{gone}/cancel")["Cancelled"] is True
    for number in (billed, gone):
        assert client.refused("PUT", f"orders/{number}", {"Order": {"Comments": "x"}})
        assert client.refused("PUT", f"orders/{number}/cancel")
        assert client.refused("PUT", f"orders/{number}/createinvoice")


def test_invoice_of_an_order_carries_references_and_rows(client: Client) -> None:
    """It counts once in the books, as the invoice."""
    number = order(client, row(VAT=25), TEXT, ExternalInvoiceReference1="main:1:order", YourOrderNumber="7")
    made = client.put(f"orders/{number['DocumentNumber']}/createinvoice")
    invoice = client.get(f"invoices/{made['InvoiceReference']}")["Invoice"]
    assert (invoice["OrderReference"], invoice["ExternalInvoiceReference1"], invoice["YourOrderNumber"]) == (
        number["DocumentNumber"],
        "main:1:order",
        "7",
    )
    assert [each["Description"] for each in invoice["InvoiceRows"]] == ["Tvål", "Lämnas vid dörren"]
    (booked,) = client.sim.booked()
    assert (booked.key, booked.number, booked.gross) == ("main:1:order", "10001", 100)
    assert [each.code for each in booked.rows] == ["TVAL-1"]


def test_part_delivered_order_leaves_a_backorder(client: Client) -> None:
    """With the rest; nothing delivered at all cannot be invoiced."""
    number = order(client, row("10.00", "4"), ExternalInvoiceReference1="main:1:order")["DocumentNumber"]
    client.sim.deliver(number, share=Decimal("0.3"))
    client.put(f"orders/{number}/createinvoice")
    (rest,) = client.get("orders", ordertype="Backorder")["Orders"]
    left = client.get(f"orders/{rest['DocumentNumber']}")["Order"]
    assert [(each["OrderedQuantity"], each["DeliveredQuantity"]) for each in left["OrderRows"]] == [
        ("3", "0")
    ]
    assert left["ExternalInvoiceReference1"] == ""
    assert client.refused("PUT", f"orders/{rest['DocumentNumber']}/createinvoice") == 2003977


def test_mail_is_sent_by_a_get(client: Client) -> None:
    """Counted each time; Sent is set; without an address it is refused."""
    number = order(client)["DocumentNumber"]
    for _ in range(2):
        assert client.get(f"orders/{number}/email")["Order"]["Sent"] is True
    assert client.sim.mails == [number, number]
    silent = client.order(row(), CustomerNumber=client.customer())["DocumentNumber"]
    assert client.refused("GET", f"orders/{silent}/email")


def test_print_sets_sent_and_preview_does_not(client: Client) -> None:
    """Both are PDFs."""
    number = order(client)["DocumentNumber"]
    for action, sent in (("preview", False), ("print", True)):
        assert client.ask("GET", f"orders/{number}/{action}").content.startswith(b"%PDF")
        assert client.get(f"orders/{number}")["Order"]["Sent"] is sent


def test_warehouse_states_bind_deliveries(client: Client) -> None:
    """With the module: nothing delivered outside "delivery", ready only there, and then locked."""
    client.sim.company.warehouse = True
    assert refused(client, row()) == 2001399
    number = order(client, row(), DeliveryState="delivery")["DocumentNumber"]
    assert client.get(f"orders/{number}")["Order"]["WarehouseReady"] is False
    assert client.put(f"orders/{number}/warehouseready")["WarehouseReady"] is True
    assert client.refused("PUT", f"orders/{number}", {"Order": {"Comments": "x"}})
    waiting = order(client, {"ArticleNumber": "TVAL-1", "OrderedQuantity": 1})["DocumentNumber"]
    assert client.refused("PUT", f"orders/{waiting}/warehouseready") == 2001399
    client.sim.company.stock_points.append("LUND")
    assert refused(client)
    order(client, {"ArticleNumber": "TVAL-1"}, StockPointCode="LUND")


def test_people_cannot_move_what_is_not_there(client: Client) -> None:
    """No such document."""
    with pytest.raises(Refused):
        client.sim.deliver("99")
    with pytest.raises(Refused):
        client.sim.pay("99")
