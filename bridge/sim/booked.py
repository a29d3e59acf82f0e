"""What every ERP simulator shows of itself, so that one contract suite can judge all adapters.

A simulator is the class ``Simulator`` of ``bridge.sim.<name>`` (or of the module an outside adapter names). It is
strict where the vendor is strict and reckons every total itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from bridge.sim.faults import Faults

__all__ = ["Booked", "BookedRow", "ErpSimulator", "KeepsCustomers", "KeptCustomer", "Refused"]


class Refused(Exception):
    """The real ERP would not have taken this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedRow:
    """One row: a posting in a voucher (debit positive), an article row in an invoice or order (net)."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCustomer:
    """One customer as the ERP holds it."""

    number: str
    name: str
    company: bool
    email: str
    org_number: str
    street: str
    delivery_street: str


class KeepsCustomers(Protocol):
    """The customers of a simulator whose ERP has some: its attribute ``customers``."""

    def kept(self) -> list[KeptCustomer]:
        """All of them, oldest first."""
        ...

    def keep(self, *, name: str, email: str = "", org_number: str = "") -> str:
        """Somebody else makes one, at the till; returns its number. Whatever spelling is kept as it is."""
        ...


class ErpSimulator(Protocol):
    """The other end of an ERP adapter."""

    needs_articles: bool
    """An article the ERP does not know is refused."""
    faults: Faults | None
    """None: there is no wire to spoil."""
    mounts: Mapping[str, Any]
    """Address prefix to requests adapter."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        """``folder`` is its own; ``now`` its wall clock."""

    @property
    def options(self) -> Mapping[str, str]:
        """The keys of [erp] that lead here, without ``type``."""
        ...

    def booked(self) -> list[Booked]:
        """Everything it holds."""
        ...

    def twin(self, key: str) -> None:
        """Somebody else books the key once more. Only simulators of fenced adapters need it."""
        ...
