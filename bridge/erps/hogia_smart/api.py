"""Hogia's cloud interface as an ERP: customer invoices, credits, customers and payments."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import ClassVar

from bridge.erps.context import ErpContext
from bridge.erps.hogia_smart.check import check
from bridge.erps.hogia_smart.core import Core
from bridge.erps.hogia_smart.credits import Credits
from bridge.erps.hogia_smart.customers import Customers
from bridge.erps.hogia_smart.documents import Documents
from bridge.erps.hogia_smart.finalising import Finalising
from bridge.erps.hogia_smart.finding import Finding
from bridge.erps.hogia_smart.options import Options as HogiaOptions
from bridge.erps.hogia_smart.probe import probe
from bridge.errors import Rejected
from bridge.model.documents import (
    Correction,
    CustomerPart,
    CustomerRecord,
    Document,
    DocumentKind,
    Key,
    Preview,
)
from bridge.model.orders import Customer, Order
from bridge.model.probing import Learnt
from bridge.model.texts import Problem, say
from bridge.ports import Capability

__all__ = ["Api"]


class Api:
    """One company. Whether Hogia refuses a key twice is for its profile to say: nobody has proven it."""

    name: ClassVar[str] = "hogia_smart"
    Options: ClassVar[type[HogiaOptions]] = HogiaOptions
    documents: ClassVar[frozenset[DocumentKind]] = frozenset({DocumentKind.INVOICE})
    capabilities: ClassVar[frozenset[Capability]] = frozenset(
        {
            Capability.CUSTOMERS,
            Capability.LISTS_CUSTOMERS,
            Capability.CREDITS,
            Capability.FINALISES,
            Capability.PROBES,
        }
    )
    """No stock, articles or prices: nobody was seen to get them from Hogia (Hogia facts, section 8)."""

    def __init__(self, options: HogiaOptions, context: ErpContext) -> None:
        self.settle = options.settle
        self._core = Core.of(options, context)
        self._finding = Finding(self._core)
        self.fenced = self._finding.fenced
        self._documents = Documents(self._core, self._finding)
        self._credits = Credits(self._core, self._documents, self._finding)
        self._customers = Customers(self._core)
        self._finalising = Finalising(self._core, self._finding)

    def check(self) -> Sequence[Problem]:
        """As ``Erp.check``; reads only."""
        return check(self._core)

    def probe(self) -> Iterator[Learnt]:
        """As ``Probes.probe``; reads only."""
        return probe(self._core)

    def find_document(self, key: Key) -> Sequence[Document]:
        """As ``Erp.find_document``."""
        return self._finding.documents(key)

    def preview(
        self, order: Order, key: Key, kind: DocumentKind, *, customer: CustomerRecord | None = None
    ) -> Preview:
        """As ``Erp.preview``; asks for the year and its accounts where they are not known yet."""
        _invoice(kind)
        return self._documents.preview(self._documents.prepare(order, key, customer=customer))

    def put_document(
        self, order: Order, key: Key, kind: DocumentKind, *, customer: CustomerRecord | None = None
    ) -> Document:
        """As ``Erp.put_document``: one call."""
        _invoice(kind)
        return self._documents.make(self._documents.prepare(order, key, customer=customer))

    def preview_correction(self, correction: Correction, key: Key, original: Document) -> Preview:
        """As ``BooksCorrections.preview_correction``."""
        return self._credits.preview(correction, key, original)

    def put_correction(self, correction: Correction, key: Key, original: Document) -> Document:
        """As ``BooksCorrections.put_correction``."""
        return self._credits.put(correction, key, original)

    def wants_more(self, order: Order, kind: DocumentKind) -> bool:
        """As ``Finalises.wants_more``."""
        return self._finalising.wants_more(order, kind)

    def finalise(self, order: Order, key: Key, original: Document) -> Document:
        """As ``Finalises.finalise``."""
        return self._finalising.finalise(order, key, original)

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

    def close(self) -> None:
        """Close the connections and the file."""
        self._core.close()


def _invoice(kind: DocumentKind) -> None:
    if kind is not DocumentKind.INVOICE:
        raise Rejected(
            say("Hogia has invoices, no {kind}.", kind=str(kind)),
            field="document",
            advice=say(
                "Write document = invoice in the [shop] section and in [payments], or leave it out there."
            ),
        )
