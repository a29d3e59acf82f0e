"""What a shop and an ERP must be able to do. Read this before writing an adapter.

Both are Protocols: an adapter inherits nothing. Every method says what it returns, in which order, whether
it may be repeated, and which errors it raises; every remote call may raise ``Transient``, ``Throttled``,
``LostReply`` and ``Unauthorised`` without it being said again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Protocol

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
from bridge.model.orders import Customer, Order, OrderRef, Refund, Unreadable
from bridge.model.texts import Problem

__all__ = [
    "Amends",
    "BooksCorrections",
    "BooksCustomers",
    "Cancels",
    "Capability",
    "Erp",
    "KnowsRates",
    "ListsCustomers",
    "Shop",
    "ShopStatus",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopStatus:
    """A status the shop knows."""

    slug: str
    name: str


class Shop(Protocol):
    """One webshop."""

    name: str
    """The name of its ``[shop NAME]`` section; stands in every key."""

    def check(self) -> Sequence[Problem]:
        """Try everything the bridge will need and say what is wrong, each with its remedy.

        Never raises a ``BridgeError``; writes nothing.
        """
        ...

    def statuses(self) -> Sequence[ShopStatus]:
        """Every order status the shop has, custom ones too."""
        ...

    def changed_orders(
        self, *, since: str | None, limit: int | None = None
    ) -> Iterator[Feed[Order | Unreadable]]:
        """The orders changed since the cursor ``since``, oldest change first, page by page.

        None: from the first order there ever was (the flow passes the configured or the first start). May
        repeat orders, never skips one, writes nothing to the shop.
        Each page's cursor is the newest change in it; the caller stores the page, and moves its own cursor
        only to the cursor of a page that says it is ``complete``. ``limit`` ends the stream after about so
        many orders, without ``complete``. An empty or failing answer never yields a cursor.
        """
        ...

    def recent_orders(self, *, days: int) -> Iterator[Feed[Order | Unreadable]]:
        """The orders made in the last ``days``, oldest first, page by page, whatever their change dates say.

        For the daily sweep: some edits do not move an order's date. Never yields a cursor.
        """
        ...

    def order(self, ref: OrderRef) -> Order | Unreadable:
        """One order as it is now.

        Raises:
            NotFound: the shop says there is none; it may be wrong (a failing database answers the same).
        """
        ...

    def refunds(self, ref: OrderRef) -> Sequence[Refund]:
        """The refunds of an order, oldest first.

        Raises:
            Rejected: one of them cannot be read.
        """
        ...

    def recent_refunds(self, *, since: datetime) -> Sequence[Refund] | None:
        """The refunds made after ``since``, of all orders, oldest first; what cannot be read is left out.

        None: this shop has no such list, and only reading its orders tells of them.
        """
        ...

    def set_state(self, ref: OrderRef, status: str) -> None:
        """Give the order a status of ``statuses``. Repeating it is harmless. The answer is read and compared.

        Raises:
            Rejected: the shop does not know the status, or did not take it.
        """
        ...

    def mark(self, ref: OrderRef, *, document: Document, repeat: bool) -> None:
        """Note on the order which document it became; only the marks and ``set_state`` ever write to a shop.

        In WooCommerce: meta ``_orderbro_document`` and ``_orderbro_state`` and a private note that no
        customer gets. ``repeat``: an earlier try may have got through, so look before adding the note.
        """
        ...

    def mark_refund(self, ref: OrderRef, *, refund: str, document: Document, repeat: bool) -> None:
        """Note on the order which credit one of its refunds became; as ``mark``, and leaves that one's note alone.

        In WooCommerce: meta ``_orderbro_credits`` and a private note.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


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


class Erp(Protocol):
    """One ERP."""

    name: ClassVar[str]
    Options: ClassVar[type[Any]]
    """Dataclass of the adapter's own keys in ``[erp]``; see ``bridge.config.option``."""
    documents: ClassVar[frozenset[DocumentKind]]
    """Which documents it can make of an order."""
    capabilities: ClassVar[frozenset[Capability]]
    """What else it can do; the methods of each stand in a Protocol below."""
    fenced: ClassVar[bool]
    """True: making the same key twice is impossible on the ERP's side (idempotency key, exclusive create),
    so the first attempt need not ask."""

    settle: timedelta
    """How long after a lost reply the document may still appear."""

    def check(self) -> Sequence[Problem]:
        """As for a shop."""
        ...

    def find_document(self, key: Key) -> Sequence[Document]:
        """The documents that carry exactly this key; two or more mean somebody must look.

        Repeatable; changes nothing. An empty answer means "not there now".
        """
        ...

    def preview(self, order: Order, key: Key, kind: DocumentKind) -> Preview:
        """What ``put_document`` would send, without sending; same errors for a document that cannot be made.

        Raises:
            Rejected: the order cannot become a document; says which field and what to do.
        """
        ...

    def put_document(
        self, order: Order, key: Key, kind: DocumentKind, *, customer: CustomerRecord | None = None
    ) -> Document:
        """Make the document, once. The caller has asked ``find_document`` where the adapter is not fenced.

        ``customer`` is given where the ERP keeps customers of its own.

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


class BooksCustomers(Protocol):
    """An ERP with ``Capability.CUSTOMERS``."""

    limits: ClassVar[Limits]
    """How long its fields may be and which letters it takes; the flow fits every customer to them."""

    def find_customers(
        self, *, email: str = "", org_number: str = "", number: str = ""
    ) -> Sequence[CustomerRecord]:
        """The customers with exactly this e-mail address, organisation or person number, or customer number.

        Exactly one of the three is given, never empty. E-mail and organisation number are compared without
        case, blanks, hyphens and century (``compare_form``): an ERP that searches by substring or by spelling
        is asked for each spelling and its answers are compared. Repeatable. A failed call is never "none".
        """
        ...

    def put_customer(
        self, customer: Customer, *, existing: CustomerRecord | None, parts: Collection[CustomerPart] = ()
    ) -> CustomerRecord:
        """Make a customer, or overwrite ``parts`` of an existing one and leave the rest of it alone.

        A blank overwrites nothing. ``customer.company`` is filled in exactly when it is a company; its numbers
        are checked, its texts fitted to ``limits``. Updating may be repeated, making may not.

        Raises:
            Rejected: this customer, as it is, will never pass; surely nothing was made.
            LostReply: nobody knows; the caller asks ``find_customers`` before it tries again.
        """
        ...


class ListsCustomers(Protocol):
    """An ERP with ``Capability.LISTS_CUSTOMERS``."""

    def customers(self) -> Iterator[CustomerRecord]:
        """Every customer that is in use, page by page behind the scenes; each once."""
        ...


class BooksCorrections(Protocol):
    """An ERP with ``Capability.CREDITS``. The key is found again by ``find_document`` like any other."""

    def preview_correction(self, correction: Correction, key: Key, original: Document) -> Preview:
        """What ``put_correction`` would send."""
        ...

    def put_correction(self, correction: Correction, key: Key, original: Document) -> Document:
        """Make a document that takes back what ``correction`` says of ``original``; errors as ``put_document``.

        Its ``gross`` is negative: what it changes the books by, equal to the correction's to the öre.
        """
        ...


class Amends(Protocol):
    """An ERP with ``Capability.AMENDS``."""

    def amend(self, order: Order, key: Key, original: Document) -> Document:
        """Let ``original`` say what ``order`` says now. Repeating it is harmless.

        Raises:
            Rejected: it can no longer be changed (booked, paid, delivered): credit it and make a new one.
        """
        ...


class Cancels(Protocol):
    """An ERP with ``Capability.CANCELS``."""

    def cancel(self, key: Key, original: Document) -> Document:
        """Undo ``original``. Repeating it is harmless.

        Raises:
            Rejected: it can no longer be undone: credit it.
        """
        ...


class KnowsRates(Protocol):
    """An ERP with ``Capability.ASKS_RATES``."""

    def exchange_rate(self, currency: str, *, on: date) -> Decimal | None:
        """What one unit of ``currency`` is worth in the books' own, on that day; None: it does not know."""
        ...
