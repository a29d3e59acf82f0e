"""Articles: the body that makes one, what a single one tells, and what is no article at all. Pure.

Fortnox facts, section 8. The list of articles tells a wrong VAT rate and neither type nor whether stock is kept
(section 4 [issue]), so everything but quantities is read from single ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from bridge.erps.fields import Field, body
from bridge.erps.fortnox.letters import is_article_number
from bridge.erps.fortnox.reading import number, text, truth
from bridge.erps.wire import Json
from bridge.model.goods import Price, Product, StockLevel
from bridge.model.texts import say

__all__ = [
    "ARTICLE",
    "BASE",
    "MISSING",
    "PRODUCT",
    "RULE",
    "ArticleNeed",
    "Fit",
    "Making",
    "changed",
    "holds",
    "made",
    "ore",
    "price_of",
    "priced",
    "product",
    "sales_account",
    "stock_level",
    "stock_point",
    "unpriced",
]

RULE: Final = say(
    "Fortnox allows letters, digits and - + / . _ in an article number, no blanks, and at most 50 characters."
)
BASE: Final = "0"
"""The quantity from which the base price holds, as it stands in the price's path (section 8 [2+])."""
MISSING: Final = frozenset({"2000729", ""})
"""Codes of a 400 that may mean "there is no such article", besides the one that says so: a client in use takes every
400 for it (section 5 [1])."""
_LONGEST_NAME: Final = 200
_ORE: Final = Decimal("0.01")
_FIRST_ACCOUNT, _LAST_ACCOUNT = 1000, 9999
"""What a row can name; an article's own may have five digits, by the schema [D openapi]."""
_EXTRA: Final = ("Manufacturer", "ManufacturerArticleNumber", "StockPlace")


Fit = Callable[[str, int | None], str]
"""Brings a text into letters Fortnox takes, no longer than so many."""


def _as_it_is(written: str, _: int | None) -> str:
    return written


def holds(sku: str) -> bool:
    """Whether Fortnox can have an article of this number; as a part of an address "." and ".." would be swallowed."""
    return is_article_number(sku) and bool(sku.strip("."))


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleNeed:
    """An article a document is about to name."""

    number: str
    name: str
    percent: Decimal | None = None
    """Its VAT rate in Sweden; None: nobody knows (only sold abroad), and Fortnox's own default holds."""
    net_price: Decimal | None = None
    """Of one piece, in the books' currency; None: leave its price alone."""
    service: bool = False
    """Freight, fees, work: nothing that lies on a shelf."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """An article to be made or changed, with what the settings add."""

    sku: str
    name: str = ""
    service: bool | None = None
    keeps_stock: bool | None = None
    unit: str = ""
    ean: str = ""
    account: int | None = None
    """The sales account, which decides the VAT rate (section 8)."""
    weight: Decimal | None = None
    in_shop: bool | None = None
    active: bool | None = None
    extra: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_need(cls, need: ArticleNeed, *, unit: str, account: int | None) -> Making:
        """What a document names and Fortnox does not have."""
        return cls(
            sku=need.number,
            name=need.name or need.number,
            service=need.service,
            unit="" if need.service else unit,
            account=account,
        )

    @classmethod
    def of_product(cls, product: Product, *, account: int | None) -> Making:
        """What a shop tells of an article."""
        return cls(
            sku=product.sku,
            name=product.name,
            service=product.service,
            keeps_stock=product.keeps_stock,
            unit=product.unit or "",
            ean=product.ean or "",
            account=account,
            weight=product.weight,
            in_shop=product.in_shop,
            active=product.active,
            extra=product.extra,
        )


def _type(making: Making) -> str:
    return "" if making.service is None else "SERVICE" if making.service else "STOCK"


def _grams(making: Making) -> int | None:
    """Whole grams (section 8 [D])."""
    return None if making.weight is None else int(making.weight.to_integral_value(ROUND_HALF_UP))


def _extra(name: str) -> Field[Making]:
    limit = 100 if name == "StockPlace" else 50
    return Field(
        vendor=name,
        source=f"the product's field {name}",
        value=lambda making: making.extra.get(name, ""),
        limit=limit,
        fact="8 [D]",
    )


_NUMBER: Final[Field[Making]] = Field(
    vendor="ArticleNumber",
    source="the article number (SKU)",
    value=lambda making: making.sku,
    limit=50,
    fact="8 [D]",
)
_COMMON: Final[Sequence[Field[Making]]] = (
    Field(
        vendor="Description",
        source="its name in the shop",
        value=lambda making: making.name,
        limit=_LONGEST_NAME,
        fact="8 [D]",
    ),
    Field(vendor="Type", source="SERVICE for work, freight and fees, else STOCK", value=_type, fact="8 [L]"),
    Field(vendor="Unit", source="the unit's code", value=lambda making: making.unit, fact="8 [D]"),
    Field(
        vendor="SalesAccount",
        source="the account of its VAT rate in Sweden, from [accounts]",
        value=lambda making: making.account,
        fact="8 [L]",
    ),
)

ARTICLE: Final[Sequence[Field[Making]]] = (_NUMBER, *_COMMON)
"""An article that is made because an order has it; its price goes to the price list."""

_REST: Final[Sequence[Field[Making]]] = (
    *_COMMON,
    Field(vendor="EAN", source="the EAN", value=lambda making: making.ean, limit=30, fact="8 [D]"),
    Field(
        vendor="StockGoods",
        source="whether the shop keeps stock of it",
        value=lambda making: making.keeps_stock,
        fact="8 [L]",
    ),
    Field(vendor="Weight", source="the weight in grams", value=_grams, fact="8 [D]"),
    Field(
        vendor="WebshopArticle",
        source="whether it is in the shop",
        value=lambda making: making.in_shop,
        fact="8 [D]",
    ),
    Field(
        vendor="Active", source="whether it is still sold", value=lambda making: making.active, fact="8 [D]"
    ),
    *map(_extra, _EXTRA),
)

PRODUCT: Final[Sequence[Field[Making]]] = (_NUMBER, *_REST)
"""An article on its way from the shop. Only what the shop tells is sent."""


def made(
    making: Making, *, fields: Sequence[Field[Making]] = ARTICLE, fit: Fit = _as_it_is
) -> dict[str, Json]:
    """The body that makes an article; ``making`` has a name."""
    return {"Article": body(fields, making, fit=fit)}


def changed(making: Making, *, fit: Fit = _as_it_is) -> dict[str, Json]:
    """The body that changes one: the number cannot be changed, and what is not known is not sent (section 8 [D])."""
    return {"Article": body(_REST, making, fit=fit)}


def ore(net: Decimal) -> Decimal:
    """A price as Fortnox holds it: two decimals, halves up (section 9 [L])."""
    return net.quantize(_ORE, ROUND_HALF_UP)


def unpriced(net: Decimal) -> bool:
    """Whether a price is none that is worth telling: nothing, or less, to the öre."""
    return ore(net) <= 0


def priced(sku: str, net: Decimal, *, price_list: str) -> dict[str, Json]:
    """The body of a base price, net."""
    return {
        "Price": {
            "ArticleNumber": sku,
            "PriceList": price_list,
            "FromQuantity": 0,
            "Price": ore(net),
        }
    }


def product(article: Mapping[str, Any]) -> Product:
    """A single article as a product; ``changed_at`` is never told.

    Raises:
        ValueError: a number or a yes-or-no that is neither.
        KeyError: it has no number: this is no article.
    """
    weight = number(article.get("Weight"))
    return Product(
        sku=text(article["ArticleNumber"]),
        name=text(article.get("Description")),
        ean=text(article.get("EAN")) or None,
        unit=text(article.get("Unit")) or None,
        vat_percent=number(article.get("VAT")),
        net_price=number(article.get("SalesPrice")),
        weight=weight or None,  # 0 is what nobody has weighed (section 8 [L])
        keeps_stock=truth(article.get("StockGoods")),
        service=text(article.get("Type")).upper() == "SERVICE",
        active=truth(article.get("Active", True)),
        in_shop=truth(article.get("WebshopArticle")),
        extra={name: told for name in _EXTRA if (told := text(article.get(name)))},
    )


def sales_account(article: Mapping[str, Any]) -> int | None:
    """Its account of sales in Sweden, as its card tells; None: it has none, or none that a row can name.

    A number in what was recorded; other fields of Fortnox' wobble between number, text and null (section 1 [L]).

    Raises:
        ValueError: no number.
    """
    found = number(article.get("SalesAccount"))
    return int(found) if found and _FIRST_ACCOUNT <= found <= _LAST_ACCOUNT else None


def stock_level(article: Mapping[str, Any]) -> StockLevel | None:
    """The stock on an article's own card; None: it keeps none.

    Raises:
        ValueError: a quantity that is no number.
        KeyError: it has no number: this is no article.
    """
    sku = text(article["ArticleNumber"])
    if not truth(article.get("StockGoods")):
        return None
    held = number(article.get("QuantityInStock")) or Decimal(0)
    free = number(article.get("DisposableQuantity"))
    if free is None:
        free = held - (number(article.get("ReservedQuantity")) or Decimal(0))
    return StockLevel(sku=sku, in_stock=held, available=free)


def stock_point(row: Mapping[str, Any]) -> StockLevel:
    """The stock of an article at a stock point, as the warehouse module tells it (section 8 [D]).

    Raises:
        ValueError: a quantity that is no number.
        KeyError: no article, or no quantity.
    """
    return StockLevel(
        sku=text(row["itemId"]),
        in_stock=number(row["inStock"]) or Decimal(0),
        available=number(row["availableStock"]) or Decimal(0),
        site=text(row.get("stockPointCode")),
    )


def price_of(row: Mapping[str, Any], *, currency: str, price_list: str) -> Price | None:
    """A price of a list, net (section 8); ``price_list`` as the caller asked for it. None: the row has no price.

    Raises:
        ValueError: no number.
        KeyError: no article.
    """
    amount = number(row.get("Price"))
    if amount is None:
        return None
    return Price(
        sku=text(row["ArticleNumber"]),
        amount=amount,
        currency=currency,
        gross=False,
        price_list=price_list,
        from_quantity=number(row.get("FromQuantity")) or Decimal(0),
    )
