"""What an ERP tells by itself: one Protocol per ``Capability``, all read in the same way.

A feed gives pages, oldest change first. It may repeat what it gave before, never skips, never goes back: a page's
cursor is the newest change in it, taken from what the ERP says and never from our clock. The caller stores a page and
moves its own cursor only to the cursor of a page that is ``complete``. An empty or failing answer never yields a
cursor. Where an ERP has no list of changes, every reading gives everything there is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

from bridge.model.documents import Document, Feed
from bridge.model.fulfilment import Fulfilment
from bridge.model.goods import Batch, Price, Product, StockLevel

__all__ = ["FeedsFulfilments", "FeedsPrices", "FeedsProducts", "FeedsStock", "TakesProducts"]


class FeedsFulfilments(Protocol):
    """An ERP with ``Capability.FULFILMENTS``."""

    def fulfilments(
        self, cursor: str | None, *, waiting: Collection[Document] = ()
    ) -> Iterator[Feed[Fulfilment]]:
        """What became of the documents with keys of ours since ``cursor``; others are left out.

        ``waiting``: documents the caller has not seen the end of. An ERP without a list of changes is asked for
        these; one with such a list need not look at them.
        """
        ...


class FeedsStock(Protocol):
    """An ERP with ``Capability.STOCK``."""

    def stock(self, cursor: str | None) -> Iterator[Feed[StockLevel]]:
        """The stock of every article changed since ``cursor``; only articles that keep stock."""
        ...


class FeedsPrices(Protocol):
    """An ERP with ``Capability.PRICES``."""

    def prices(self, cursor: str | None, *, price_list: str = "") -> Iterator[Feed[Price]]:
        """The prices changed since ``cursor`` in one list; empty: the one for everybody."""
        ...


class FeedsProducts(Protocol):
    """An ERP with ``Capability.PRODUCTS``."""

    def products(self, cursor: str | None) -> Iterator[Feed[Product]]:
        """The articles made or changed since ``cursor``, also those no longer sold (``active`` is false)."""
        ...


class TakesProducts(Protocol):
    """An ERP with ``Capability.TAKES_PRODUCTS``."""

    def put_products(self, products: Sequence[Product]) -> Batch:
        """Make or change articles, one by one; what one of them is refused for does not stop the others.

        A field that is None or empty is left alone. Repeating it is harmless.

        Raises:
            BridgeError: the ERP cannot be reached at all; those before stand, and all may be sent again.
        """
        ...
