"""What became of a document after it was made: delivered, invoiced, paid, cancelled."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from bridge.model.documents import Document, Key

__all__ = ["DeliveredRow", "Fulfilment", "Stage", "Tracking"]


class Stage(StrEnum):
    """A thing that has happened to a document; several may have, in any order."""

    PART_DELIVERED = "part delivered"
    DELIVERED = "delivered"
    INVOICED = "invoiced"
    """There is a booked invoice, or one the ERP counts as final."""
    PAID = "paid"
    CANCELLED = "cancelled"
    MAILED = "mailed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveredRow:
    """How far one row has come."""

    sku: str
    text: str
    ordered: Decimal
    delivered: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """Where a parcel is."""

    number: str
    carrier: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fulfilment:
    """Where one document stands now."""

    key: Key
    """Ours, as the ERP carries it."""
    document: Document
    """As made; the order, where an order became an invoice."""
    stages: frozenset[Stage] = frozenset()
    rows: tuple[DeliveredRow, ...] = ()
    """Empty where the ERP has no deliveries per row."""
    invoice: Document | None = None
    paid_on: date | None = None
    tracking: tuple[Tracking, ...] = ()
    changed_at: datetime | None = field(default=None, compare=False)
    """When the ERP says it last changed; None: it does not say."""
