"""Articles, stock and prices of Fortnox, there and back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bridge.erps.fortnox import mapping_articles as mapping
from bridge.erps.fortnox.mapping_articles import ArticleNeed, Making
from bridge.model.goods import Product

CARD = {
    "ArticleNumber": "MUG-01",
    "Description": "Mugg",
    "EAN": "7350000000015",
    "Unit": "st",
    "VAT": 12,
    "SalesPrice": "79.20",
    "Weight": 0,
    "StockGoods": True,
    "Type": "STOCK",
    "Active": True,
    "WebshopArticle": False,
    "Manufacturer": "Gustavsberg",
    "StockPlace": None,
    "QuantityInStock": Decimal("5.5"),
    "ReservedQuantity": Decimal(2),
    "DisposableQuantity": Decimal("3.5"),
}


@pytest.mark.parametrize(
    ("told", "account"),
    [(3001, 3001), ("3001", 3001), (None, None), ("", None), (0, None), ("0", None), (30010, None)],
)
def test_account_of_sales_in_sweden_is_one_a_row_can_name(told: object, account: int | None) -> None:
    """Written as a number or as text, or missing; the schema lets an article have five digits and a row four."""
    assert mapping.sales_account({**CARD, "SalesAccount": told}) == account
    assert mapping.sales_account(CARD) is None


@pytest.mark.parametrize(
    ("sku", "taken"),
    [
        ("MUG-01", True),
        ("Å/ä+1.2_3", True),
        ("x" * 50, True),
        ("x" * 51, False),
        ("", False),
        ("A 1", False),
        ("A|1", False),
        (".", False),
        ("..", False),
    ],
)
def test_article_numbers_are_those_fortnox_allows(sku: str, *, taken: bool) -> None:
    """A dot alone would be swallowed by the address."""
    assert mapping.holds(sku) is taken


def test_a_needed_article_is_made_with_what_the_order_knows() -> None:
    """Goods have a unit and the account of their rate; nothing is said of stock."""
    making = Making.of_need(
        ArticleNeed(number="MUG-01", name="Mugg", percent=Decimal(12)), unit="st", account=3002
    )
    assert mapping.made(making) == {
        "Article": {
            "ArticleNumber": "MUG-01",
            "Description": "Mugg",
            "Type": "STOCK",
            "Unit": "st",
            "SalesAccount": 3002,
        }
    }


def test_freight_is_a_service_without_unit() -> None:
    """An article without a name is called by its number; without a known rate Fortnox chooses the account."""
    making = Making.of_need(ArticleNeed(number="frakt", name="", service=True), unit="st", account=None)
    assert mapping.made(making) == {
        "Article": {"ArticleNumber": "frakt", "Description": "frakt", "Type": "SERVICE"}
    }


def test_a_product_says_only_what_the_shop_knows() -> None:
    """None and empty are left alone; no is no answer like none."""
    whole = Product(
        sku="MUG-01", name="Mugg", ean="735", unit="st", weight=Decimal("350.5"), keeps_stock=False,
        service=False, active=False, in_shop=True, extra={"Manufacturer": "Gustavsberg", "Other": "x"},
    )  # fmt: skip
    assert mapping.changed(Making.of_product(whole, account=3001)) == {
        "Article": {
            "Description": "Mugg",
            "Type": "STOCK",
            "Unit": "st",
            "SalesAccount": 3001,
            "EAN": "735",
            "StockGoods": False,
            "Weight": 351,
            "WebshopArticle": True,
            "Active": False,
            "Manufacturer": "Gustavsberg",
        }
    }
    bare = mapping.made(Making.of_product(Product(sku="A", name="B"), account=None), fields=mapping.PRODUCT)
    assert bare == {"Article": {"ArticleNumber": "A", "Description": "B", "Active": True}}


def test_prices_are_net_to_the_ore() -> None:
    """Halves up, as Fortnox does; what rounds to nothing is no price."""
    assert mapping.priced("A", Decimal("79.205"), price_list="B") == {
        "Price": {"ArticleNumber": "A", "PriceList": "B", "FromQuantity": 0, "Price": Decimal("79.21")}
    }
    assert mapping.unpriced(Decimal("0.004"))
    assert not mapping.unpriced(Decimal("0.005"))


def test_a_card_is_read_as_a_product() -> None:
    """Whatever type the number comes in; a weight of 0 is none."""
    found = mapping.product(CARD)
    assert (found.sku, found.name, found.ean, found.unit) == ("MUG-01", "Mugg", "7350000000015", "st")
    assert (found.vat_percent, found.net_price, found.weight) == (Decimal(12), Decimal("79.20"), None)
    assert (found.keeps_stock, found.service, found.active, found.in_shop) == (True, False, True, False)
    assert found.extra == {"Manufacturer": "Gustavsberg"}
    assert found.changed_at is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (Decimal("5.5"), Decimal("3.5"))),
        ({"DisposableQuantity": None}, (Decimal("5.5"), Decimal("3.5"))),
        ({"DisposableQuantity": "", "ReservedQuantity": None}, (Decimal("5.5"), Decimal("5.5"))),
        ({"QuantityInStock": "-8", "DisposableQuantity": "-8"}, (Decimal(-8), Decimal(-8))),
        ({"QuantityInStock": None, "DisposableQuantity": "0"}, (Decimal(0), Decimal(0))),
    ],
)
def test_stock_is_what_lies_there_and_what_is_free(
    changes: dict[str, object], expected: tuple[Decimal, Decimal]
) -> None:
    """Below nothing too: an invoice was made before the goods came."""
    level = mapping.stock_level({**CARD, **changes})
    assert level is not None
    assert (level.in_stock, level.available) == expected


def test_articles_without_stock_have_no_level() -> None:
    """A service would otherwise be sold out for ever."""
    assert mapping.stock_level({**CARD, "StockGoods": "false"}) is None


def test_stock_points_are_told_apart() -> None:
    """What the warehouse module answers; without points the code is empty."""
    rows = [
        {"itemId": "A", "stockPointCode": "GBG", "availableStock": 3, "inStock": "5"},
        {"itemId": "B", "stockPointCode": None, "availableStock": None, "inStock": None},
    ]
    first, second = map(mapping.stock_point, rows)
    assert (first.sku, first.site, first.available, first.in_stock) == ("A", "GBG", Decimal(3), Decimal(5))
    assert (second.site, second.available, second.in_stock) == ("", Decimal(0), Decimal(0))
    with pytest.raises(KeyError):
        mapping.stock_point({"itemId": "A", "inStock": 1})


def test_a_price_row_is_a_net_price() -> None:
    """A row without a price is none, rather than a price of nothing."""
    row = {"ArticleNumber": "A", "PriceList": "B", "FromQuantity": "10", "Price": "12.50"}
    found = mapping.price_of(row, currency="SEK", price_list="B")
    assert found is not None
    assert (found.amount, found.gross, found.price_list, found.from_quantity) == (
        Decimal("12.50"),
        False,
        "B",
        Decimal(10),
    )
    assert mapping.price_of({**row, "Price": None}, currency="SEK", price_list="") is None
    assert (
        mapping.price_of({"ArticleNumber": "A", "Price": 1}, currency="SEK", price_list="").from_quantity == 0
    )  # type: ignore[union-attr]
