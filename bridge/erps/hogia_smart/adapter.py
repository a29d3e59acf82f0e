"""Hogia Smart as an ERP: over Hogia's cloud interface, or through a folder of files (``[erp] transport``)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import ClassVar

from bridge.erps.context import ErpContext
from bridge.erps.hogia_smart.api import Api
from bridge.erps.hogia_smart.files import Files, folder_of
from bridge.erps.hogia_smart.mapping_customers import LIMITS
from bridge.erps.hogia_smart.options import FILES
from bridge.erps.hogia_smart.options import Options as HogiaOptions
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
from bridge.model.fitting import Limits
from bridge.model.orders import Customer, Order
from bridge.model.probing import Learnt
from bridge.model.texts import Problem, say
from bridge.ports import Capability

__all__ = ["HogiaSmart"]


class HogiaSmart:
    """One company. What it can do depends on the way: each instance says so, the class says all there is."""

    name: ClassVar[str] = "hogia_smart"
    Options: ClassVar[type[HogiaOptions]] = HogiaOptions
    documents: frozenset[DocumentKind] = frozenset({DocumentKind.INVOICE, DocumentKind.VOUCHER})
    capabilities: frozenset[Capability] = Api.capabilities
    fenced: bool = False
    mails: ClassVar[bool] = False
    """What ``distributionMethod`` sets off is not known, so nothing is mailed (section 8)."""
    limits: ClassVar[Limits] = LIMITS

    def __init__(self, options: HogiaOptions, context: ErpContext) -> None:
        self._books: Files
        self._wire: Api | None = None
        if options.transport == FILES:
            self._books = folder_of(options, context)
        else:
            self._books = self._wire = Api(options, context)
        self.documents, self.capabilities = self._books.documents, self._books.capabilities
        self.fenced, self.settle = self._books.fenced, self._books.settle

    def check(self) -> Sequence[Problem]:
        """As ``Erp.check``."""
        return self._books.check()

    def find_document(self, key: Key) -> Sequence[Document]:
        """As ``Erp.find_document``."""
        return self._books.find_document(key)

    def preview(
        self, order: Order, key: Key, kind: DocumentKind, *, customer: CustomerRecord | None = None
    ) -> Preview:
        """As ``Erp.preview``."""
        return self._books.preview(order, key, kind, customer=customer)

    def put_document(
        self, order: Order, key: Key, kind: DocumentKind, *, customer: CustomerRecord | None = None
    ) -> Document:
        """As ``Erp.put_document``: one call, or one file."""
        return self._books.put_document(order, key, kind, customer=customer)

    def preview_correction(self, correction: Correction, key: Key, original: Document) -> Preview:
        """As ``BooksCorrections.preview_correction``."""
        return self._books.preview_correction(correction, key, original)

    def put_correction(self, correction: Correction, key: Key, original: Document) -> Document:
        """As ``BooksCorrections.put_correction``."""
        return self._books.put_correction(correction, key, original)

    def probe(self) -> Iterator[Learnt]:
        """As ``Probes.probe``."""
        return self._api.probe()

    def wants_more(self, order: Order, kind: DocumentKind) -> bool:
        """As ``Finalises.wants_more``."""
        return self._api.wants_more(order, kind)

    def finalise(self, order: Order, key: Key, original: Document) -> Document:
        """As ``Finalises.finalise``."""
        return self._api.finalise(order, key, original)

    def find_customers(
        self, *, email: str = "", org_number: str = "", number: str = ""
    ) -> Sequence[CustomerRecord]:
        """As ``BooksCustomers.find_customers``."""
        return self._api.find_customers(email=email, org_number=org_number, number=number)

    def put_customer(
        self, customer: Customer, *, existing: CustomerRecord | None, parts: Collection[CustomerPart] = ()
    ) -> CustomerRecord:
        """As ``BooksCustomers.put_customer``."""
        return self._api.put_customer(customer, existing=existing, parts=parts)

    def customers(self) -> Iterator[CustomerRecord]:
        """As ``ListsCustomers.customers``."""
        return self._api.customers()

    def close(self) -> None:
        """Let go of connections."""
        self._books.close()

    @property
    def _api(self) -> Api:
        """What only the interface can do; a flow asks ``capabilities`` first."""
        if self._wire is None:
            raise Rejected(
                say("Files of vouchers have no customers and no payments of their own."),
                channel="erp",
                field="transport",
                advice=say("Write transport = api under [erp] to book over Hogia's interface."),
            )
        return self._wire
