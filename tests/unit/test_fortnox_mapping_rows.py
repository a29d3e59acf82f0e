"""The rows of a document in Fortnox, and the accounts they name."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bridge.erps.drafting import DraftRow, RowKind
from bridge.erps.fortnox.letters import API_BLANK
from bridge.erps.fortnox.mapping_accounts import RowAccounts
from bridge.errors import Rejected
from bridge.model.documents import DocumentKind
from bridge.model.orders import Address, Customer, LineKind, Order, Payment, Totals
from tests.builders import a_line, an_order
from tests.support.fortnox_documents import OWN, made, rows, rules

INVOICE = DocumentKind.INVOICE
ARTICLE = {"DeliveredQuantity": "1", "Discount": 0, "DiscountType": "PERCENT"}


def only(order: Order, kind: DocumentKind = DocumentKind.ORDER, **more: Any) -> dict[str, Any]:
    """Its one row."""
    (row,) = rows(order, kind, **more)
    return row


def abroad(country: str, **buyer: str) -> Customer:
    """Who lives there."""
    place = Address(first_name="Kim", last_name="Holm", street="Gade 1", city="Byen", country=country)
    return Customer(billing=place, shipping=place, **buyer)


def test_quantities_are_sent_twice_on_orders_and_once_on_invoices() -> None:
    """Totals follow the delivered one; left out it is nothing. Both are text, as the schema has them."""
    order = an_order(a_line("240.00", "60.00", quantity=Decimal(3), unit_net=Decimal("80.00")))
    row = only(order)
    assert (row["OrderedQuantity"], row["DeliveredQuantity"], row["Price"]) == ("3", "3", Decimal("100.00"))
    assert "OrderedQuantity" not in only(order, INVOICE)
    assert only(order, INVOICE)["DeliveredQuantity"] == "3"


def test_hundred_pieces_are_written_as_digits() -> None:
    """Never 1E+2."""
    order = an_order(a_line("8000.00", "2000.00", quantity=Decimal(100), unit_net=Decimal("80.00")))
    assert only(order)["DeliveredQuantity"] == "100"


def test_discount_is_shown_in_percent_and_always_sent() -> None:
    """0 where there is none: the customer card may have one of its own."""
    cheaper = a_line("72.00", "18.00", net_before=Decimal("80.00"), tax_before=Decimal("20.00"))
    row = only(an_order(cheaper))
    assert (row["Price"], row["Discount"], row["DiscountType"]) == (Decimal("100.00"), Decimal(10), "PERCENT")
    assert only(an_order())["Discount"] == 0


def test_discount_no_percentage_meets_is_an_amount_of_the_row() -> None:
    """To the öre."""
    cheaper = a_line("66666.40", "16666.60", net_before=Decimal("80000.00"), tax_before=Decimal("20000.00"))
    row = only(an_order(cheaper))
    assert (row["DiscountType"], row["Price"] - row["Discount"]) == ("AMOUNT", Decimal("83333.00"))


def test_rate_with_decimals_stays_exact() -> None:
    """25.5 % in Finland; whole ones are whole numbers, as the schema of invoices wants them."""
    order = an_order(a_line("796.00", "202.98", percent="25.5"), country="FI", customer=abroad("FI"))
    assert only(order)["VAT"] == Decimal("25.5")
    assert only(an_order())["VAT"] == 25


def test_long_text_goes_on_in_text_rows() -> None:
    """Everything the buyer chose can be read; the text rows cost nothing and name nothing."""
    order = an_order(a_line(name="Ring", meta={"Gravyr": "till minne " * 40}))
    first, *more = rows(order)
    assert len(first["Description"]) <= 255
    assert [len(row) for row in more] == [5] * len(more)
    for row in more:
        assert row.pop("Description")
        assert set(row.values()) == {API_BLANK}
    assert len(made(order).preview.rows) == 1


def test_goods_without_number_are_booked_on_an_account() -> None:
    """A row with neither article nor account is refused."""
    row = only(an_order(a_line(sku=None)))
    assert "ArticleNumber" not in row
    assert (row["AccountNumber"], row["VAT"], row["Description"]) == (3001, 25, "Tvål")


def test_goods_without_number_stand_on_the_owners_article_where_there_is_one() -> None:
    """And so do those whose number Fortnox cannot have."""
    order = an_order(a_line(sku="MED MELLANSLAG 1"))
    assert only(order, articles={"unnumbered": "ovrigt"})["ArticleNumber"] == "ovrigt"
    with pytest.raises(Rejected, match="MED MELLANSLAG 1"):
        rows(order)


def test_row_without_text_and_article_is_named() -> None:
    """Fortnox refuses a row that costs something and says nothing; with an article its own name stands there."""
    assert only(an_order(a_line(name="\u200f", sku=None)))["Description"] == "Artikel"
    assert "Description" not in only(an_order(a_line(name=" ")))


EVERYTHING = (
    a_line("320.00", "80.00"),
    a_line("39.20", "9.80", kind=LineKind.SHIPPING, id="2", sku=None, method="flat_rate:1"),
    a_line("23.20", "5.80", kind=LineKind.FEE, id="3", sku=None),
    a_line("-13.60", "-3.40", kind=LineKind.DISCOUNT, id="4", sku=None),
    a_line("-111.00", "0.00", percent="0", kind=LineKind.GIFT_CARD, id="5", sku=None),
)


def with_rest(*lines: Any) -> Order:
    """Three öre more than its rows."""
    order = an_order(*lines)
    return replace(order, totals=Totals(gross=order.totals.gross + Decimal("0.03"), tax=order.totals.tax))


def test_rows_that_are_no_goods_stand_on_their_articles() -> None:
    """Gift card and rounding name their accounts as well: their articles alone might stand on sales."""
    found = rows(with_rest(*EVERYTHING))
    assert [row["ArticleNumber"] for row in found] == [
        "TVAL-1", "frakt", "avgift", "rabatt", "presentkort", "avrundning",
    ]  # fmt: skip
    assert [row.get("AccountNumber") for row in found] == [OWN, OWN, OWN, OWN, 2421, 3740]


def test_rows_that_are_no_goods_stand_on_accounts_where_the_owner_wants_it() -> None:
    """No articles need be made in Fortnox for them."""
    found = rows(with_rest(*EVERYTHING), erp={"other_rows": "account"})
    assert [row.get("ArticleNumber") for row in found] == ["TVAL-1", None, None, None, None, None]
    assert [row.get("AccountNumber") for row in found] == [OWN, 3520, 3540, 3730, 2421, 3740]


@pytest.mark.parametrize(("when", "account"), [("auto", OWN), ("always", 3001), ("never", None)])
def test_sale_in_sweden_names_the_account_that_is_wished(when: str, account: int | None) -> None:
    """Its article's own, that of the settings, or none: then Fortnox chooses by the customer's card."""
    assert only(an_order(), erp={"row_accounts": when}).get("AccountNumber") == account


@pytest.mark.parametrize("cards", [{}, {"TVAL-1": None, "rabatt": None}])
def test_article_without_account_in_sweden_stands_where_its_kind_stands(cards: dict[str, None]) -> None:
    """Left out, the customer's card would choose after all."""
    lines = (a_line(), a_line("-13.60", "-3.40", kind=LineKind.DISCOUNT, id="2", sku=None))
    assert [row["AccountNumber"] for row in rows(an_order(*lines), cards=cards)] == [3001, 3730]


def test_credit_stands_where_the_sale_stood() -> None:
    """Goods that are not in the original stand on their article's account; sales abroad on that of the settings."""
    order = an_order(a_line(), a_line(id="2", sku="TVAL-12"))
    found = rows(order, DocumentKind.CREDIT, standing={"TVAL-1": 3105})
    assert [row["AccountNumber"] for row in found] == [3105, OWN]
    away = an_order(a_line("80.00", "0.00", percent="0"), customer=abroad("NO"), country="NO")
    assert only(away, DocumentKind.CREDIT, standing={"TVAL-1": 3001})["AccountNumber"] == 3105


@pytest.mark.parametrize(
    ("country", "percent", "buyer", "account"),
    [
        ("SE", "0", {}, 3004),
        ("DK", "25", {}, 3106),
        ("DE", "19", {}, 3106),
        ("DE", "0", {"company": "Meyer GmbH", "vat_number": "DE136695976"}, 3108),
        ("NO", "0", {}, 3105),
    ],
)
def test_sale_that_is_not_plain_names_its_account(
    country: str, percent: str, buyer: dict[str, str], account: int
) -> None:
    """The same account SIE files use; switched off it is the article's again."""
    tax = str(Decimal(80) * Decimal(percent) / 100)
    whose = "SE" if percent == "25" else country
    order = an_order(a_line("80.00", tax, percent=percent), customer=abroad(country, **buyer), country=whose)
    assert only(order)["AccountNumber"] == account
    assert only(order)["VAT"] == int(percent)
    assert "AccountNumber" not in only(order, erp={"row_accounts": "never"})


def test_account_per_country_and_rate_goes_first() -> None:
    """One Stop Shop: each rate of each country on an account of its own, freight too."""
    lines = (
        a_line("80.00", "15.20", percent="19"),
        a_line("10.00", "1.90", percent="19", kind=LineKind.SHIPPING, id="2", sku=None),
        a_line("-8.00", "-1.52", percent="19", kind=LineKind.DISCOUNT, id="3", sku=None),
    )
    order = an_order(*lines, customer=abroad("DE"), country="DE")
    found = rows(order, accounts={"sales_DE_19": "3118", "sales_oss": "3109"})
    assert [row["AccountNumber"] for row in found] == [3118, 3109, 3118]


def test_rate_in_two_countries_names_is_told_by_the_row() -> None:
    """Two tax lines, two countries: nothing is guessed from one of them."""
    order = an_order(a_line("80.00", "15.20", percent="19"), customer=abroad("DE"), country="DE")
    swedish = replace(order.tax_lines[0], rate_id="25", percent=Decimal(25), country="SE", tax=Decimal(0))
    assert only(replace(order, tax_lines=(*order.tax_lines, swedish)))["AccountNumber"] == 3106


def test_gift_card_sold_is_a_debt_and_no_sale() -> None:
    """By what its article number begins with, and only without VAT."""
    lines = {"gift_card_skus": "GIFT"}
    sold = a_line("500.00", "0.00", percent="0", sku="GIFT-500")
    assert only(an_order(sold), accounts=lines)["AccountNumber"] == 2421
    assert only(an_order(sold))["AccountNumber"] == 3004


def test_service_abroad_has_its_own_account_and_article_sort() -> None:
    """What begins like a service is one."""
    lines = {"service_skus": "KURS-"}
    order = an_order(a_line("80.00", "0.00", percent="0", sku="KURS-1"), customer=abroad("NO"), country="NO")
    assert only(order, accounts=lines)["AccountNumber"] == 3305
    (need,) = made(order, accounts=lines).needs
    assert (need.number, need.service, need.percent) == ("KURS-1", True, None)


def test_cash_on_delivery_has_its_account() -> None:
    """Where rows name accounts at all."""
    fee = a_line("23.20", "5.80", kind=LineKind.FEE, id="3", sku=None)
    order = an_order(a_line(), fee, payment=Payment(method="cod"))
    found = rows(order, erp={"other_rows": "account"}, accounts={"cod": "3541"})
    assert found[1]["AccountNumber"] == 3541


def test_row_that_mends_the_vat_of_a_rate_names_its_account() -> None:
    """The shop rounded row by row: a pair of rows brings the VAT back."""
    found = rows(an_order(a_line("10.00", "2.53", id="1"), a_line("10.00", "2.53", id="2")))
    pair = [row for row in found if row["Description"] == "Momsjustering"]
    assert [row["VAT"] for row in pair] == [25, 0]
    assert [row.get("AccountNumber") for row in pair] == [3740, 3740]


def test_rows_the_bridge_makes_itself_name_the_account_of_their_kind() -> None:
    """Discounts on rows of their own, and a rounding row of the shop's."""
    cheaper = a_line("72.00", "18.00", net_before=Decimal("80.00"), tax_before=Decimal("20.00"))
    found = rows(an_order(cheaper), orders={"discounts": "rows"}, erp={"other_rows": "account"})
    assert [row.get("AccountNumber") for row in found] == [OWN, 3730]
    rest = DraftRow(
        kind=RowKind.ROUNDING, article="avrundning", text="Öresavrundning", quantity=Decimal(1),
        net=Decimal("0.03"), tax=Decimal(0), percent=Decimal(0),
    )  # fmt: skip
    accounts = RowAccounts(an_order(), rules().accounts)
    assert (accounts.of(rest, article=""), accounts.of(rest, article="avrundning")) == ("3740", "3740")
    never = RowAccounts(an_order(), rules(erp={"row_accounts": "never"}).accounts)
    assert (never.of(rest, article=""), never.of(rest, article="avrundning")) == ("3740", "")


def test_needs_name_every_article_once_with_its_net_price_in_the_books_money() -> None:
    """Enough to make one that is missing; what a sale abroad cannot tell is left open."""
    order = an_order(
        a_line("160.00", "40.00", quantity=Decimal(2), unit_net=Decimal("80.00")),
        a_line("80.00", "20.00", id="2"),
        a_line("39.20", "9.80", kind=LineKind.SHIPPING, id="3", sku=None),
    )
    goods, freight = made(replace(order, currency="EUR")).needs
    assert (goods.number, goods.net_price, goods.percent, goods.service) == (
        "TVAL-1", Decimal("916.00"), Decimal(25), False,
    )  # fmt: skip
    assert (freight.number, freight.net_price, freight.service) == ("frakt", None, True)


def test_needs_price_one_piece_where_the_row_says_many() -> None:
    """Three for ten kronor cannot be said as a price of one; the article's price is a third all the same."""
    order = an_order(a_line("7.99", "2.00", quantity=Decimal("3.333"), unit_net=Decimal("2.40")))
    (need,) = made(order).needs
    assert only(order)["Description"] == "3.333 x Tvål"
    assert need.net_price == Decimal("2.40")


def test_invoice_rows_name_the_stock_point_and_order_rows_leave_it_to_the_head() -> None:
    """Goods only: freight lies nowhere."""
    order = an_order(a_line(), a_line("39.20", "9.80", kind=LineKind.SHIPPING, id="2", sku=None))
    point = {"stock_point": "L1"}
    assert [row.get("StockPointCode") for row in rows(order, INVOICE, erp=point)] == ["L1", None]
    assert [row.get("StockPointCode") for row in rows(order, erp=point)] == [None, None]


def test_preview_shows_net_and_gross_of_each_row() -> None:
    """As Fortnox will reckon them, whichever the prices are."""
    order = an_order(a_line("72.00", "18.00"))
    for customer in (order.customer, replace(order.customer, company="Berg AB")):
        (row,) = made(replace(order, customer=customer)).preview.rows
        assert row["net"] == "72.00"
