"""What goes to the ERP and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from bridge.model.orders import Order, OrderLine, OrderRef, TaxLine, Totals
from bridge.model.texts import Problem, Text

__all__ = [
    "Correction",
    "CustomerPart",
    "CustomerRecord",
    "Document",
    "DocumentKind",
    "Feed",
    "Key",
    "Preview",
    "Purpose",
]

T = TypeVar("T")


class DocumentKind(StrEnum):
    """What the ERP calls the thing we made."""

    ORDER = "order"
    INVOICE = "invoice"
    VOUCHER = "voucher"
    CREDIT = "credit"
    """Takes back (part of) one of the others; never made of an order itself."""


class Purpose(StrEnum):
    """Why something is sent; the middle of every key."""

    ORDER = "order"
    MARK = "mark"
    """Tell the shop; its detail says of what, empty for the order itself."""
    REFUND = "refund"
    """Credit what the shop paid back; its detail is the refund's id."""
    CHANGE = "change"
    """Bring the document in line with an order edited after booking; its detail is the edit's digest."""
    CANCEL = "cancel"
    """Undo the document of an order the shop called off after booking."""
    FINALISE = "finalise"
    """Take the document to where the settings want it: invoiced, booked, paid, mailed. Its detail is the rest of the
    key that document was made under (``change:<digest>:new``), empty for the order's own."""


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """The name of one intended effect, made of facts and never of chance: ``main:1234:order``.

    The same fact always gives the same key, after a crash and after a restored backup alike; that is what
    lets us ask the ERP "do you have this already?".
    """

    ref: OrderRef
    purpose: Purpose
    detail: str = ""

    def __str__(self) -> str:
        """``shop:id:purpose`` and, where there is one, ``:detail``."""
        return f"{self.ref}:{self.purpose}" + (f":{self.detail}" if self.detail else "")

    @classmethod
    def parse(cls, text: str) -> Key:
        """Read what ``str`` made.

        Raises:
            ValueError: not a key.
        """
        shop, order_id, purpose, *detail = text.split(":", 3)
        return cls(OrderRef.parse(f"{shop}:{order_id}"), Purpose(purpose), detail[0] if detail else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document in the ERP."""

    kind: DocumentKind
    id: str
    """The ERP's own identity of it."""
    number: str
    """What a person reads on it; our key, where the ERP shows that and did not tell its own number."""
    link: str = ""
    """An address a person can open, or a file's path."""
    gross: Decimal | None = None
    """Its total as the ERP reckons it, in ``currency``; None where the ERP does not tell."""
    currency: str = ""
    dated: date | None = None
    notes: tuple[Text, ...] = ()
    """What was changed on the way in: a name cut, a letter replaced, a rounding row added."""
    payload: str = ""
    """What was sent to make it, word for word; empty for one that was found."""
    media_type: str = ""
    """Of the payload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The exact thing that would be sent, with the arithmetic."""

    payload: str
    """As it goes over the wire or into the file, as text."""
    media_type: str
    """``application/json``, ``text/plain; charset=cp437``: how to show it."""
    gross: Decimal
    """What the ERP will make of it, in ``currency``."""
    currency: str
    rows: tuple[Mapping[str, str], ...] = ()
    """The arithmetic row by row, ready for a table; the same keys in each."""
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a refund, an edit or a cancellation takes back: an order's rows with the signs turned.

    ``order`` is the order as booked; ``rows`` are negative where money goes back.
    """

    order: Order
    rows: tuple[OrderLine, ...]
    tax_lines: tuple[TaxLine, ...]
    totals: Totals
    """Negative: what the document changes by."""
    dated: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRecord:
    """A customer as the ERP has it."""

    id: str
    """The ERP's own identity of it."""
    number: str
    name: str = ""
    email: str = ""
    org_number: str = ""
    postcode: str = ""


class CustomerPart(StrEnum):
    """What of an existing customer an update overwrites."""

    BILLING = "billing"
    """Name, company or person, address, phone, organisation and VAT number."""
    DELIVERY = "delivery"
    EMAIL = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed(Generic[T]):
    """One page of a stream of changes, oldest first."""

    items: tuple[T, ...]
    cursor: str | None
    """Where to go on after these are stored; None: nothing seen, leave the cursor where it is."""
    complete: bool
    """True on the last page, and only when the whole stream was read without a fault."""
    notices: tuple[Problem, ...] = field(default=())
    """What a person should know though the reading went on: a stale status, a skipped row."""
