"""Visma e-conomic as an ERP: puts the parts together and says what it can."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import ClassVar

from bridge.erps.context import ErpContext
from bridge.erps.economic.amending import Amending
from bridge.erps.economic.articles import Articles
from bridge.erps.economic.check import check
from bridge.erps.economic.core import Core
from bridge.erps.economic.credits import Credits
from bridge.erps.economic.customers import Customers
from bridge.erps.economic.documents import Documents
from bridge.erps.economic.feeds import Fulfilments
from bridge.erps.economic.feeds_goods import GoodsFeeds
from bridge.erps.economic.finalising import Finalising
from bridge.erps.economic.finding import Finding
from bridge.erps.economic.goods import Goods
from bridge.erps.economic.mapping_answers import Place
from bridge.erps.economic.mapping_customers import LIMITS
from bridge.erps.economic.options import Options as EconomicOptions
from bridge.erps.economic.vat import Vat
from bridge.errors import Rejected
from bridge.model.documents import (
    Correction,
    CustomerPart,
    CustomerRecord,
    Document,
    DocumentKind,
    Feed,
    Key,
    Preview,
)
from bridge.model.fitting import Limits
from bridge.model.fulfilment import Fulfilment
from bridge.model.goods import Batch, Price, Product, StockLevel
from bridge.model.orders import Customer, Order
from bridge.model.texts import Problem, say
from bridge.ports import Capability

__all__ = ["Economic"]


class Economic:
    """One agreement. Nothing in e-conomic refuses the same key twice, so every booking is asked for first."""

    name: ClassVar[str] = "economic"
    Options: ClassVar[type[EconomicOptions]] = EconomicOptions
    documents: ClassVar[frozenset[DocumentKind]] = frozenset({DocumentKind.ORDER, DocumentKind.INVOICE})
    capabilities: ClassVar[frozenset[Capability]] = frozenset(
        {
            Capability.CUSTOMERS,
            Capability.LISTS_CUSTOMERS,
            Capability.CREDITS,
            Capability.AMENDS,
            Capability.CANCELS,
            Capability.FINALISES,
            Capability.FULFILMENTS,
            Capability.STOCK,
            Capability.PRICES,
            Capability.PRODUCTS,
            Capability.TAKES_PRODUCTS,
        }
    )
    """Not ``ASKS_RATES``: e-conomic takes a rate of the day by itself, but cannot be asked for it."""
    fenced: ClassVar[bool] = False
    mails: ClassVar[bool] = False
    limits: ClassVar[Limits] = LIMITS

    def __init__(self, options: EconomicOptions, context: ErpContext) -> None:
        self.settle = options.settle
        self._core = Core.of(options, context)
        articles = Articles(self._core.client)
        self._finding = Finding(self._core.client)
        self._documents = Documents(self._core, articles, Vat(self._core, articles))
        self._credits = Credits(self._documents, self._finding)
        self._amending = Amending(self._core, self._documents, self._finding)
        self._finalising = Finalising(self._core, self._finding)
        self._customers = Customers(self._core)
        self._goods = Goods(self._core)
        self._feeds = GoodsFeeds(self._core)
        self._fulfilments = Fulfilments(self._core)

    def check(self) -> Sequence[Problem]:
        """As ``Erp.check``; reads only."""
        return check(self._core)

    def find_document(self, key: Key) -> Sequence[Document]:
        """As ``Erp.find_document``: five questions for an order, two for a credit."""
        return self._finding.documents(key)

    def preview(
        self, order: Order, key: Key, kind: DocumentKind, *, customer: CustomerRecord | None = None
    ) -> Preview:
        """As ``Erp.preview``; asks for articles and registers it does not know yet."""
        _place(kind)
        return self._documents.preview(self._documents.prepare(order, str(key), customer=customer))

    def put_document(
        self, order: Order, key: Key, kind: DocumentKind, *, customer: CustomerRecord | None = None
    ) -> Document:
        """As ``Erp.put_document``: one POST, of a draft order or a draft invoice."""
        where = _place(kind)
        return self._documents.make(self._documents.prepare(order, str(key), customer=customer), where)

    def preview_correction(self, correction: Correction, key: Key, original: Document) -> Preview:
        """As ``BooksCorrections.preview_correction``."""
        return self._credits.preview(correction, key, original)

    def put_correction(self, correction: Correction, key: Key, original: Document) -> Document:
        """As ``BooksCorrections.put_correction``."""
        return self._credits.put(correction, key, original)

    def amend(self, order: Order, key: Key, original: Document) -> Document:
        """As ``Amends.amend``."""
        return self._amending.amend(order, key, original)

    def cancel(self, key: Key, original: Document) -> Document:
        """As ``Cancels.cancel``."""
        return self._amending.cancel(key, original)

    def wants_more(self, order: Order, kind: DocumentKind) -> bool:
        """As ``Finalises.wants_more``."""
        del order  # the settings are the same for all
        return self._finalising.wants_more(kind)

    def finalise(self, order: Order, key: Key, original: Document) -> Document:
        """As ``Finalises.finalise``."""
        del key  # the document carries it, and keeps it through all steps
        return self._finalising.finalise(order, original)

    def find_customers(
        self, *, email: str = "", org_number: str = "", number: str = ""
    ) -> Sequence[CustomerRecord]:
        """As ``BooksCustomers.find_customers``."""
        return self._customers.find(email=email, org_number=org_number, number=number)

    def put_customer(
        self, customer: Customer, *, existing: CustomerRecord | None, parts: Collection[CustomerPart] = ()
    ) -> CustomerRecord:
        """As ``BooksCustomers.put_customer``."""
        return self._customers.put(customer, existing=existing, parts=parts)

    def customers(self) -> Iterator[CustomerRecord]:
        """As ``ListsCustomers.customers``."""
        return self._customers.every()

    def fulfilments(
        self, cursor: str | None, *, waiting: Collection[Document] = ()
    ) -> Iterator[Feed[Fulfilment]]:
        """As ``FeedsFulfilments.fulfilments``."""
        return self._fulfilments.read(cursor, waiting)

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
        return self._goods.put(products)

    def close(self) -> None:
        """Close the connections."""
        self._core.client.close()


def _place(kind: DocumentKind) -> Place:
    if kind is DocumentKind.ORDER:
        return Place.ORDER_DRAFT
    if kind is DocumentKind.INVOICE:
        return Place.INVOICE_DRAFT
    raise Rejected(
        say("e-conomic has orders and invoices, no {kind}.", kind=str(kind)),
        field="document",
        advice=say("Write document = order or document = invoice in the [shop] section, or leave it empty."),
    )
