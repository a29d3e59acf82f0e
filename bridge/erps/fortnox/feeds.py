"""What Fortnox tells by itself: documents, stock, prices, articles. How far each has come: see ``mapping_feeds``."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bridge.erps.fortnox.articles import Articles
from bridge.erps.fortnox.core import Core
from bridge.erps.fortnox.feeds_documents import DocumentFeed
from bridge.erps.fortnox.feeds_goods import GoodsFeed
from bridge.model.documents import Document, Feed
from bridge.model.fulfilment import Fulfilment
from bridge.model.goods import Price, Product, StockLevel

__all__ = ["Feeds"]


class Feeds:
    """What ``FeedsFulfilments``, ``FeedsStock``, ``FeedsPrices`` and ``FeedsProducts`` ask for."""

    def __init__(self, core: Core, articles: Articles) -> None:
        self._documents = DocumentFeed(core)
        self._goods = GoodsFeed(core, articles)

    def fulfilments(
        self, cursor: str | None, *, waiting: Collection[Document] = ()
    ) -> Iterator[Feed[Fulfilment]]:
        """What became of our documents; Fortnox has a list of changes, so ``waiting`` is not looked at."""
        del waiting
        return self._documents.read(cursor)

    def stock(self, cursor: str | None) -> Iterator[Feed[StockLevel]]:
        """Of articles changed, once a day of all; with the warehouse module always of all, per stock point."""
        return self._goods.stock(cursor)

    def prices(self, cursor: str | None, *, price_list: str = "") -> Iterator[Feed[Price]]:
        """Of articles changed, once a day of all."""
        return self._goods.prices(cursor, price_list=price_list)

    def products(self, cursor: str | None) -> Iterator[Feed[Product]]:
        """The articles made or changed."""
        return self._goods.products(cursor)
