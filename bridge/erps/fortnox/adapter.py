"""Fortnox as the bridge sees it: every method is one of the parts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar

from bridge.erps.context import ErpContext
from bridge.erps.fortnox.amending import Amending
from bridge.erps.fortnox.articles import Articles
from bridge.erps.fortnox.check import check
from bridge.erps.fortnox.core import Core
from bridge.erps.fortnox.credits import Credits
from bridge.erps.fortnox.customers import Customers
from bridge.erps.fortnox.documents import KINDS, Documents, Rates
from bridge.erps.fortnox.feeds import Feeds
from bridge.erps.fortnox.finalising import Finalising
from bridge.erps.fortnox.finding import Finding
from bridge.erps.fortnox.goods import Goods
from bridge.erps.fortnox.mapping_customers import LIMITS
from bridge.erps.fortnox.options import Options as FortnoxOptions
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
from bridge.model.texts import Problem
from bridge.ports import Capability

__all__ = ["Fortnox"]


class Fortnox:
    """Orders and invoices in Fortnox, version 3 of its interface."""

    name: ClassVar[str] = "fortnox"
    Options: ClassVar[type[FortnoxOptions]] = FortnoxOptions
    documents: ClassVar[frozenset[DocumentKind]] = KINDS
    capabilities: ClassVar[frozenset[Capability]] = frozenset(
        {
            Capability.CUSTOMERS,
            Capability.LISTS_CUSTOMERS,
            Capability.CREDITS,
            Capability.AMENDS,
            Capability.CANCELS,
            Capability.ASKS_RATES,
            Capability.FINALISES,
            Capability.FULFILMENTS,
            Capability.STOCK,
            Capability.PRICES,
            Capability.PRODUCTS,
            Capability.TAKES_PRODUCTS,
            Capability.KEEPS_ACCESS,
        }
    )
    mails: ClassVar[bool] = True
    fenced: ClassVar[bool] = False
    """Fortnox knows no idempotency key (fortnox facts, section 6): who writes asks first."""
    limits: ClassVar[Limits] = LIMITS

    def __init__(self, options: FortnoxOptions, context: ErpContext) -> None:
        self.settle = options.settle
        self._core = core = Core.of(options, context)
        self._rates = Rates(core)
        self._customers = Customers(core)
        articles = Articles(core)
        self._goods = Goods(core, articles)
        self._feeds = Feeds(core, articles)
        self._finding = Finding(core)
        self._documents = Documents(core, articles, rates=self._rates)
        self._credits = Credits(core, self._documents, self._finding)
        self._amending = Amending(core, self._documents, self._finding)
        self._finalising = Finalising(core, self._finding)

    def check(self) -> Sequence[Problem]:
        """What of the set-up is wrong; reads only."""
        return [*self._documents.conversion.problems(), *check(self._core)]

    def find_document(self, key: Key) -> Sequence[Document]:
        """The documents with exactly this key that stand."""
        return self._finding.find(key)

    def preview(
        self, order: Order, key: Key, kind: DocumentKind, *, customer: CustomerRecord | None = None
    ) -> Preview:
        """The JSON body, and what Fortnox will make of it."""
        return self._documents.preview(order, key, kind, customer)

    def put_document(
        self, order: Order, key: Key, kind: DocumentKind, *, customer: CustomerRecord | None = None
    ) -> Document:
        """Make the order or invoice."""
        return self._documents.put(order, key, kind, customer)

    def preview_correction(self, correction: Correction, key: Key, original: Document) -> Preview:
        """The JSON body of a credit invoice."""
        return self._credits.preview(correction, key, original)

    def put_correction(self, correction: Correction, key: Key, original: Document) -> Document:
        """Make the credit invoice."""
        return self._credits.put(correction, key, original)

    def amend(self, order: Order, key: Key, original: Document) -> Document:
        """Write head and rows of an open document anew."""
        return self._amending.amend(order, key, original)

    def cancel(self, key: Key, original: Document) -> Document:
        """Cancel an open document."""
        return self._amending.cancel(key, original)

    def wants_more(self, order: Order, kind: DocumentKind) -> bool:
        """Whether the settings want more of it than to be made."""
        return self._finalising.wants_more(order, kind)

    def finalise(self, order: Order, key: Key, original: Document) -> Document:
        """Invoice, book, register the payment and mail, as far as is wanted and not done."""
        return self._finalising.finalise(order, key, original)

    def exchange_rate(self, currency: str, *, on: date) -> Decimal | None:
        """What the company's register of currencies says today."""
        return self._rates.exchange_rate(currency, on=on)

    def find_customers(
        self, *, email: str = "", org_number: str = "", number: str = ""
    ) -> Sequence[CustomerRecord]:
        """The customers in use with exactly this."""
        return self._customers.find(email=email, org_number=org_number, number=number)

    def put_customer(
        self, customer: Customer, *, existing: CustomerRecord | None, parts: Collection[CustomerPart] = ()
    ) -> CustomerRecord:
        """Make a customer, or overwrite parts of one."""
        return self._customers.put(customer, existing=existing, parts=parts)

    def customers(self) -> Iterator[CustomerRecord]:
        """Every customer in use."""
        return self._customers.all()

    def fulfilments(
        self, cursor: str | None, *, waiting: Collection[Document] = ()
    ) -> Iterator[Feed[Fulfilment]]:
        """What became of our documents."""
        return self._feeds.fulfilments(cursor, waiting=waiting)

    def stock(self, cursor: str | None) -> Iterator[Feed[StockLevel]]:
        """The stock of articles changed since."""
        return self._feeds.stock(cursor)

    def prices(self, cursor: str | None, *, price_list: str = "") -> Iterator[Feed[Price]]:
        """Prices changed since."""
        return self._feeds.prices(cursor, price_list=price_list)

    def products(self, cursor: str | None) -> Iterator[Feed[Product]]:
        """Articles changed since."""
        return self._feeds.products(cursor)

    def put_products(self, products: Sequence[Product]) -> Batch:
        """Make or change articles."""
        return self._goods.put(products)

    def keep_access(self) -> None:
        """A refresh token that is not used for 45 days is dead (fortnox facts, section 2)."""
        self._core.client.tokens.current()

    def close(self) -> None:
        """Close the connections."""
        self._core.close()
