"""Articles: which numbers Specter can hold, and newArticleSubmit (specter facts, sections 5.3 and 6). Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from bridge.erps.fields import Field
from bridge.erps.specter.letters import LETTERS
from bridge.erps.specter.mapping_wire import filled, fixed, numbered
from bridge.erps.specter.profile import Profile
from bridge.erps.wire import Json
from bridge.model.fitting import Fitting
from bridge.model.goods import Product
from bridge.model.texts import Text, say

__all__ = [
    "ARTICLE",
    "EXTRA",
    "PRODUCT",
    "RULE",
    "ArticleNeed",
    "Making",
    "article_forms",
    "holds",
    "needed",
    "offered",
]

RULE: Final[Text] = say("No blanks, commas, semicolons, å, ä, ö, & % ¤ # or € may be in it.")
_TEXT_ANSWERS: Final = ";"
"""What parts the fields of Specter's text answers (section 4 [1 PS]): in a number it would break them [INF]."""

EXTRA: Final = (
    "buyPrice",
    "stockPrice",
    "supplierNo",
    "supplierName",
    "supplierBuyPrice",
    "supplierArticleNo",
    "manufacturingCountryCode",
    "productVolume",
)
"""Fields of Specter that a product may bring by their own names (section 5.3 [1 PS])."""


def holds(number: str, profile: Profile) -> bool:
    """Whether Specter can have an article of this number (section 6 [DOC, ABI])."""
    forbidden = {*profile.text("numbers.forbidden_in_articles"), _TEXT_ANSWERS}
    return bool(number) and all(LETTERS.takes(letter) and letter not in forbidden for letter in number)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleNeed:
    """An article an order stands on."""

    number: str
    name: str
    percent: Decimal
    net_price: Decimal | None = None
    """In the books' currency; None: no price of its own (shipping, discounts)."""
    stocked: bool = True
    """Goods; False: work, freight, fees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """An article as it is sent. None: not sent, so Specter keeps what it has."""

    number: str
    name: str
    percent: str | None = None
    price: str | None = None
    ean: str | None = None
    weight: str | None = None
    stocked: bool | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


def _extra(name: str) -> Field[Making]:
    return Field(
        vendor=name,
        source=f"the product's field {name}",
        value=lambda making: making.extra.get(name, ""),
        fact="5.3 [1 PS]",
    )


def _field(vendor: str, source: str, value: Callable[[Making], Json]) -> Field[Making]:
    return Field(vendor=vendor, source=source, value=value, fact="5.3 [1 PS]")


ARTICLE: Final[Sequence[Field[Making]]] = (
    _field("articleNo", "the article number (SKU)", lambda making: making.number),
    _field("name", "its name in the shop", lambda making: making.name),
    _field("priceExclVAT", "its price without VAT, three decimals", lambda making: making.price),
    _field("vatPercent", "its VAT in percent, a whole number", lambda making: making.percent),
    _field(
        "createArticleStock",
        "1 for goods, 0 for work and fees; a new article then has no stock until Specter gets some",
        lambda making: making.stocked,
    ),
)
"""One that is made because an order has it."""

PRODUCT: Final[Sequence[Field[Making]]] = (
    *ARTICLE,
    _field("barCode", "the EAN", lambda making: making.ean),
    _field(
        "productWeight", "the weight; that it is in kilograms is not stated", lambda making: making.weight
    ),
    *map(_extra, EXTRA),
)
"""One on its way from the shop."""


def needed(need: ArticleNeed, profile: Profile) -> Making:
    """As it is made for an order."""
    return Making(
        number=need.number,
        name=need.name or need.number,
        percent=_percent(need.percent, profile),
        price=None if need.net_price is None else _price(need.net_price, profile),
        stocked=need.stocked,
    )


def offered(product: Product, profile: Profile) -> Making:
    """As the shop has it; what it does not tell is not sent."""
    weight = product.weight
    per = profile.number("numbers.grams_per_weight")
    return Making(
        number=product.sku,
        name=product.name,
        percent=_percent(product.vat_percent, profile),
        price=None if product.net_price is None else _price(product.net_price, profile),
        ean=product.ean,
        weight=None if weight is None else fixed(weight / per, profile.number("numbers.weight_decimals")),
        stocked=product.keeps_stock,
        extra=product.extra,
    )


def article_forms(
    makings: Sequence[Making], profile: Profile, fit: Fitting, *, force: bool
) -> Iterator[Mapping[str, str]]:
    """The calls: so many articles in each as Specter takes at once.

    ``force``: overwrite those that are there; their stock is left alone either way, for Specter owns it (section 5.3
    [DOC, WC]). Without, an article that is there stays as it is.
    """
    most = profile.number("numbers.articles_per_call")
    fields = PRODUCT if force else ARTICLE
    for start in range(0, len(makings), most):
        rows = [filled(fields, making, fit) for making in makings[start : start + most]]
        yield {"forceArticleUpdate": "1" if force else "0", "addSupplier": "0", **numbered(rows)}


def _price(net: Decimal, profile: Profile) -> str:
    return fixed(net, profile.number("numbers.price_decimals"))


def _percent(percent: Decimal | None, profile: Profile) -> str | None:
    """None: not told, or one Specter cannot hold; the article keeps what it has, and no wrong rate is written."""
    if percent is None:
        return None
    written = fixed(percent, profile.number("numbers.vat_decimals"))
    return written if Decimal(written) == percent else None
