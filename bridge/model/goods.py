"""Articles, stock and prices on their way between an ERP and a shop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from bridge.model.texts import Problem

__all__ = ["Batch", "Price", "Product", "StockLevel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLevel:
    """How much there is of an article, as the ERP sees it."""

    sku: str
    in_stock: Decimal
    """What lies there, in pieces or the article's own unit; may be negative. Where the ERP tells only what may be
    sold: that."""
    available: Decimal
    """``in_stock`` less what the ERP itself has promised away: what may be sold."""
    site: str = ""
    """The ERP's code of the stock site; empty: all together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What one piece costs."""

    sku: str
    amount: Decimal
    currency: str
    gross: bool
    """Whether VAT is in it."""
    price_list: str = ""
    """The ERP's code; empty: the price for everybody."""
    from_quantity: Decimal = Decimal(0)
    """Holds from so many pieces on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """An article, in either direction. None: the other side does not tell, or it is to be left alone."""

    sku: str
    name: str
    description: str | None = None
    ean: str | None = None
    unit: str | None = None
    vat_percent: Decimal | None = None
    """At home."""
    net_price: Decimal | None = None
    """In the books' currency."""
    weight: Decimal | None = None
    """In grams."""
    keeps_stock: bool | None = None
    service: bool | None = None
    """Work rather than goods."""
    active: bool = True
    """False: no longer sold."""
    in_shop: bool | None = None
    """Whether the ERP marks it for the webshop."""
    changed_at: datetime | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    """Fields of one ERP by its own names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What became of several things sent at once."""

    accepted: tuple[str, ...] = ()
    """SKUs."""
    refused: Mapping[str, Problem] = field(default_factory=dict)
    """SKU to the reason and its remedy."""
