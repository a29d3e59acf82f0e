"""What every ERP simulator tells of the documents it holds, in one form, for the contract suite."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

__all__ = ["Booked", "BookedRow", "Refused"]


class Refused(Exception):
    """The real ERP would not have taken this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedRow:
    """One row: a posting in a voucher (debit positive), an article row in an invoice (net)."""

    code: str
    """Account or article number."""
    text: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """One document as the ERP holds it."""

    key: str
    """The reference by which the bridge finds it again."""
    number: str
    gross: Decimal
    """As the ERP reckons it, never as the bridge said."""
    currency: str
    dated: date
    rows: tuple[BookedRow, ...]
