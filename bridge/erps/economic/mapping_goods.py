"""An article as e-conomic is given it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from bridge.erps.economic.mapping_tables import Unit
from bridge.erps.fields import Field, body
from bridge.erps.wire import Json
from bridge.errors import Rejected
from bridge.model.goods import Product
from bridge.model.texts import say

__all__ = ["NEW", "PRODUCT", "GoodsPlace", "NewArticle", "new_body", "product_body"]

LONGEST: Final = 25
NO_COST: Final = Decimal(0)
"""The company's own business; but with the inventory module an article without one is refused (section 8 [D19])."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsPlace:
    """Where the article belongs in the company's registers; None: where it is."""

    group: int | None = None
    unit: int | None = None
    inventory: bool = False
    """A new article of a company with the inventory module."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    product: Product
    place: GoodsPlace


PRODUCT: Final[Sequence[Field[_Wanted]]] = (
    Field(vendor="productNumber", source="the SKU", value=lambda w: w.product.sku, fact="section 8 [D19]"),
    Field(
        vendor="name", source="the name", value=lambda w: w.product.name, limit=300, fact="section 8 [D19]"
    ),
    Field(
        vendor="description",
        source="the description",
        value=lambda w: w.product.description,
        limit=500,
        fact="section 8 [D19]",
    ),
    Field(
        vendor="productGroup.productGroupNumber",
        source="the group of its VAT at home: [erp] group_25 and so on",
        value=lambda w: w.place.group,
        fact="sections 8 and 12 [D19]",
    ),
    Field(
        vendor="salesPrice",
        source="the net price in the books' currency",
        value=lambda w: w.product.net_price,
        fact="section 8 [D19]",
    ),
    Field(
        vendor="barCode", source="the EAN", value=lambda w: w.product.ean, limit=50, fact="section 8 [D19]"
    ),
    Field(
        vendor="unit.unitNumber",
        source="the unit by its name, else [erp] unit for a new article",
        value=lambda w: w.place.unit,
        fact="section 8 [D19]",
    ),
    Field(
        vendor="inventory.recommendedCostPrice",
        source="0 for a new article, which the inventory module wants; left out without it",
        value=lambda w: NO_COST if w.place.inventory else None,
        fact="section 8 [D19]",
    ),
)
"""What is written; whatever else stands on the article stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArticle:
    """An article an order needs and e-conomic lacks."""

    number: str
    name: str
    group: int
    unit: Unit | None = None
    price: Decimal | None = None
    """Net, in the books' currency; None: left to the company."""
    inventory: bool = False
    """The company has the inventory module."""


NEW: Final[Sequence[Field[NewArticle]]] = (
    Field(
        vendor="productNumber",
        source="the SKU; else the article's number in [articles] with the rate behind it",
        value=lambda n: n.number,
        fact="section 8 [D19]",
    ),
    Field(
        vendor="name",
        source="the row's text; for rows that are no goods what they are, with the rate",
        value=lambda n: n.name or n.number,
        limit=300,
        fact="section 8 [D19]",
    ),
    Field(
        vendor="productGroup.productGroupNumber",
        source="the group of the VAT charged: [erp] group_25 and so on",
        value=lambda n: n.group,
        fact="sections 8 and 12 [D19]",
    ),
    Field(
        vendor="salesPrice",
        source="of goods: the net price of one piece in the order before its discount, in SEK at the order's rate",
        value=lambda n: n.price,
        fact="section 8 [D19]",
    ),
    Field(
        vendor="unit.unitNumber",
        source="[erp] unit",
        value=lambda n: n.unit.number if n.unit else None,
        fact="section 8 [D19]",
    ),
    Field(
        vendor="inventory.recommendedCostPrice",
        source="0, which the inventory module wants; left out without it",
        value=lambda n: NO_COST if n.inventory else None,
        fact="section 8 [D19]",
    ),
)
"""What is made of it, where [articles] missing = create."""

_KEPT: Final = (
    "productNumber name description productGroup salesPrice recommendedPrice costPrice unit barCode barred "
    "departmentalDistribution"
).split()
_NUMBERS: Final = {
    "productGroup": "productGroupNumber",
    "unit": "unitNumber",
    "departmentalDistribution": "departmentalDistributionNumber",
}


def new_body(new: NewArticle) -> dict[str, Json]:
    """The article an order needs."""
    return body(NEW, new, fit=_cut)


def product_body(
    product: Product, place: GoodsPlace, *, there: Mapping[str, Any] | None = None
) -> dict[str, Json]:
    """The whole article: what ``there`` has, and over it what the product says. False and null are never sent.

    Raises:
        Rejected: a number e-conomic cannot hold.
    """
    if len(product.sku) > LONGEST:
        raise Rejected(
            say("{sku} is longer than e-conomic's {most} characters.", sku=product.sku, most=LONGEST),
            field="sku",
            advice=say("Shorten the article number (SKU)."),
        )
    made = {**_kept(there or {}), **body(PRODUCT, _Wanted(product=product, place=place), fit=_cut)}
    if there is not None and "inventory" in there:
        cost: Any = there["inventory"].get("recommendedCostPrice")
        made.pop("costPrice", None)  # with the inventory module it is the server's (section 8 [D19])
        made["inventory"] = {"recommendedCostPrice": NO_COST if cost is None else cost}
    if product.active:
        made.pop("barred", None)
    else:
        made["barred"] = True
    made.setdefault("name", product.sku)
    return made


def _kept(there: Mapping[str, Any]) -> dict[str, Json]:
    return {
        name: {_NUMBERS[name]: there[name][_NUMBERS[name]]} if name in _NUMBERS else there[name]
        for name in _KEPT
        if name in there
    }


def _cut(text: str, most: int | None) -> str:
    return text[:most]
