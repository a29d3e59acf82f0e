"""What an ERP may be able to do beyond booking an order: one Protocol per ``Capability``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar, Protocol

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

__all__ = [
    "Amends",
    "BooksCorrections",
    "BooksCustomers",
    "Cancels",
    "Finalises",
    "KnowsRates",
    "ListsCustomers",
]


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


class Finalises(Protocol):
    """An ERP with ``Capability.FINALISES``: what the settings want of a document after it is made.

    A credit goes further too: it is booked and mailed as an invoice is, under the key it was made with; ``order`` is
    then what it takes back.
    """

    mails: ClassVar[bool]
    """Whether it can mail an order or an invoice to the buyer."""

    def wants_more(self, order: Order, kind: DocumentKind) -> bool:
        """Whether the settings want anything of such a document beyond making it. Asks nobody."""
        ...

    def finalise(self, order: Order, key: Key, original: Document) -> Document:
        """Bring ``original``, made of ``order`` under ``key``, to where the settings want it; what it is then.

        Step by step: the order becomes an invoice, the invoice is booked, its payment registered, the mail sent. Each
        step first looks whether it has been taken, so repeating is harmless, after a lost reply too. An order that
        became an invoice comes back as the invoice.

        Raises:
            Rejected: the next step will never pass; says which and what to do. Those before it stand.
            LostReply: nobody knows about the last one.
        """
        ...
