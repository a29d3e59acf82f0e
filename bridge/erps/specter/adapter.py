"""Specter Business Management as an ERP: puts the parts together and says what it can."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import ClassVar

from bridge.erps.context import ErpContext
from bridge.erps.specter.check import check
from bridge.erps.specter.core import Core
from bridge.erps.specter.documents import Documents
from bridge.erps.specter.feeds import Feeds
from bridge.erps.specter.goods import Goods
from bridge.erps.specter.options import Options as SpecterOptions
from bridge.erps.specter.pings import Pings
from bridge.erps.specter.probe import probe
from bridge.erps.specter.pulling import Pulling
from bridge.erps.specter.spool import Spool
from bridge.errors import Rejected
from bridge.model.documents import CustomerRecord, Document, DocumentKind, Feed, Key, Preview
from bridge.model.fulfilment import Fulfilment
from bridge.model.goods import Batch, Price, Product, StockLevel
from bridge.model.orders import Order
from bridge.model.probing import Learnt
from bridge.model.texts import Problem, say
from bridge.ports import Capability

__all__ = ["Specter"]


class Specter:
    """One account. It takes no order's number twice, so nothing need be asked before it is sent.

    Customers it matches by itself. No call is known that credits, changes or removes an order, or registers a
    payment (specter facts, section 12): those a person does there.
    """

    name: ClassVar[str] = "specter"
    Options: ClassVar[type[SpecterOptions]] = SpecterOptions
    documents: ClassVar[frozenset[DocumentKind]] = frozenset({DocumentKind.ORDER})
    capabilities: ClassVar[frozenset[Capability]] = frozenset(
        {
            Capability.CONFIRMS,
            Capability.FULFILMENTS,
            Capability.STOCK,
            Capability.PRICES,
            Capability.PRODUCTS,
            Capability.TAKES_PRODUCTS,
            Capability.COLLECTS,
            Capability.PROBES,
        }
    )
    fenced: ClassVar[bool] = True

    def __init__(self, options: SpecterOptions, context: ErpContext) -> None:
        self.settle = options.settle
        self._core = core = Core.of(options, context)
        spool = Spool(core.file, account=options.sbm_id, clock=context.clock)
        pulling = Pulling(core.batches, spool, core.profile)
        self._documents = Documents(core, spool)
        self._feeds = Feeds(pulling, spool, core.profile, core.ledger)
        self._goods = Goods(core.client, core.profile)
        self._pings = Pings(str(options.ping_secret), pulling, core.profile)

    def check(self) -> Sequence[Problem]:
        """As ``Erp.check``; makes and changes nothing."""
        return check(self._core)

    def probe(self) -> Iterator[Learnt]:
        """As ``Probes.probe``."""
        return probe(self._core)

    def find_document(self, key: Key) -> Sequence[Document]:
        """As ``Erp.find_document``: out of what the bridge itself has kept; nobody is asked."""
        return self._documents.find(key)

    def preview(
        self, order: Order, key: Key, kind: DocumentKind, *, customer: CustomerRecord | None = None
    ) -> Preview:
        """As ``Erp.preview``; asks nobody."""
        del customer  # Specter matches by itself
        _an_order(kind)
        return self._documents.preview(order, key)

    def put_document(
        self, order: Order, key: Key, kind: DocumentKind, *, customer: CustomerRecord | None = None
    ) -> Document:
        """As ``Erp.put_document``: the customer, with ``missing = create`` the articles, then the order."""
        del customer
        _an_order(kind)
        return self._documents.make(order, key)

    def fulfilments(
        self, cursor: str | None, *, waiting: Collection[Document] = ()
    ) -> Iterator[Feed[Fulfilment]]:
        """As ``FeedsFulfilments.fulfilments``."""
        return self._feeds.fulfilments(cursor, waiting=waiting)

    def stock(self, cursor: str | None) -> Iterator[Feed[StockLevel]]:
        """As ``FeedsStock.stock``."""
        return self._feeds.stock(cursor)

    def prices(self, cursor: str | None, *, price_list: str = "") -> Iterator[Feed[Price]]:
        """As ``FeedsPrices.prices``."""
        return self._feeds.prices(cursor, price_list=price_list)

    def products(self, cursor: str | None) -> Iterator[Feed[Product]]:
        """As ``FeedsProducts.products``."""
        return self._feeds.products(cursor)

    def put_products(self, products: Sequence[Product]) -> Batch:
        """As ``TakesProducts.put_products``."""
        return self._goods.put_products(products)

    def pinged(self, secret: str, told: Mapping[str, str]) -> str | None:
        """As ``Collects.pinged``."""
        return self._pings.pinged(secret, told)

    def collect(self) -> int:
        """As ``Collects.collect``."""
        return self._pings.collect()

    def close(self) -> None:
        """Let go of connections and of the file."""
        self._core.close()


def _an_order(kind: DocumentKind) -> None:
    if kind is not DocumentKind.ORDER:
        raise Rejected(
            say("The bridge can make orders in Specter only, no {kind}.", kind=str(kind)),
            field="document",
            advice=say("Write document = order in the [shop] section, or leave it empty."),
        )
