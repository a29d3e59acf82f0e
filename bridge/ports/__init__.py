"""What a shop and an ERP must be able to do. Read this before writing an adapter.

Both are Protocols: an adapter inherits nothing. Every method says what it returns, in which order, whether
it may be repeated, and which errors it raises; every remote call may raise ``Transient``, ``Throttled``,
``LostReply`` and ``Unauthorised`` without it being said again.
"""

from __future__ import annotations

from bridge.ports.abilities import (
    Amends,
    BooksCorrections,
    BooksCustomers,
    Cancels,
    Finalises,
    KnowsRates,
    ListsCustomers,
)
from bridge.ports.access import KeepsAccess
from bridge.ports.collecting import Collects
from bridge.ports.erp import Capability, Erp
from bridge.ports.feeds import FeedsFulfilments, FeedsPrices, FeedsProducts, FeedsStock, TakesProducts
from bridge.ports.probing import Probes
from bridge.ports.shop import Shop, ShopStatus

__all__ = [
    "Amends",
    "BooksCorrections",
    "BooksCustomers",
    "Cancels",
    "Capability",
    "Collects",
    "Erp",
    "FeedsFulfilments",
    "FeedsPrices",
    "FeedsProducts",
    "FeedsStock",
    "Finalises",
    "KeepsAccess",
    "KnowsRates",
    "ListsCustomers",
    "Probes",
    "Shop",
    "ShopStatus",
    "TakesProducts",
]
