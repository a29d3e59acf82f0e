"""What every ERP must be able to do; what only some can stands in ``abilities`` and ``feeds``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from bridge.model.documents import CustomerRecord, Document, DocumentKind, Key, Preview
from bridge.model.orders import Order
from bridge.model.texts import Problem

__all__ = ["Capability", "Erp"]


class Capability(StrEnum):
    """What an ERP can do beyond booking an order; a flow asks before it calls."""

    CUSTOMERS = "customers"
    """It keeps customers of its own: ``BooksCustomers``."""
    LISTS_CUSTOMERS = "customer list"
    """It can hand out all of them: ``ListsCustomers``."""
    CREDITS = "credits"
    """It can take back part of a document: ``BooksCorrections``."""
    AMENDS = "amends"
    """It can change a document it has made: ``Amends``."""
    CANCELS = "cancels"
    """It can undo one it has made, as long as nobody has touched it: ``Cancels``."""
    ASKS_RATES = "rates"
    """It knows exchange rates: ``KnowsRates``."""
    FINALISES = "finalises"
    """It can take a document further once it stands: ``Finalises``."""
    CONFIRMS = "confirms"
    """It mails the order confirmation as it makes the order, where ``[orders] order_mail`` asks for it."""
    FULFILMENTS = "fulfilments"
    """It tells what became of its documents: ``FeedsFulfilments``."""
    STOCK = "stock"
    """It keeps stock: ``FeedsStock``."""
    PRICES = "prices"
    """It keeps prices: ``FeedsPrices``."""
    PRODUCTS = "products"
    """It keeps articles: ``FeedsProducts``."""
    TAKES_PRODUCTS = "takes products"
    """Articles can be made and changed in it: ``TakesProducts``."""
    KEEPS_ACCESS = "keeps access"
    """Its connection ends when nobody uses it: ``KeepsAccess``."""
    COLLECTS = "collects"
    """It hands out each change once, and may ping when there are some: ``Collects``."""
    PROBES = "probes"
    """Not all is known of it, and harmless calls can find out more: ``Probes``."""


class Erp(Protocol):
    """One ERP."""

    name: ClassVar[str]
    Options: ClassVar[type[Any]]
    """Dataclass of the adapter's own keys in ``[erp]``; see ``bridge.config.option``."""
    settle: timedelta
    """How long after a lost reply the document may still appear."""

    # These three are the class's, with all it may ever be able to do, or where settings decide the adapter's own.
    @property
    def documents(self) -> frozenset[DocumentKind]:
        """Which documents it can make of an order."""
        ...

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What else it can do; the methods of each stand in a Protocol of their own."""
        ...

    @property
    def fenced(self) -> bool:
        """True: making the same key twice is impossible on the ERP's side (idempotency key, exclusive create).

        So the first attempt need not ask, and after a lost reply sending again gives the document there is.
        """
        ...

    def check(self) -> Sequence[Problem]:
        """As for a shop."""
        ...

    def find_document(self, key: Key) -> Sequence[Document]:
        """The documents that carry exactly this key; two or more mean somebody must look.

        Repeatable; changes nothing. An empty answer means "not there now"; only of a fenced ERP it may also mean
        that it cannot be asked.

        Raises:
            Unanswerable: it cannot be asked, nothing of ours knows, and no fence helps: a person must look.
        """
        ...

    def preview(
        self, order: Order, key: Key, kind: DocumentKind, *, customer: CustomerRecord | None = None
    ) -> Preview:
        """What ``put_document`` would send, without sending; same errors for a document that cannot be made.

        May ask the ERP (for an article's VAT, say), changes nothing. ``customer`` where it is known already.

        Raises:
            Rejected: the order cannot become a document; says which field and what to do.
        """
        ...

    def put_document(
        self, order: Order, key: Key, kind: DocumentKind, *, customer: CustomerRecord | None = None
    ) -> Document:
        """Make the document, once. The caller has asked ``find_document`` where the adapter is not fenced.

        ``customer`` is given where the ERP keeps customers of its own. What is to become of the document once it
        stands (an invoice made of it, booked, mailed, paid) is not done here: see ``Finalises``.

        The answer carries what was sent (``payload``), so that the entry page can show it.
        The key is written where ``find_document`` finds it. Total as the ERP reckons it = total of the
        order, to the öre, or with a visible rounding row.

        Raises:
            Rejected: this order, as it is, will never pass; surely nothing was made.
            Transient: surely nothing was made.
            LostReply: nobody knows.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
