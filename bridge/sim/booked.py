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

__all__ = [
    "Booked",
    "BookedRow",
    "ErpSimulator",
    "KeepsCustomers",
    "KeepsGoods",
    "KeptCustomer",
    "MovesDocuments",
    "Refused",
    "StocksUp",
    "TakesSteps",
    "WantsSettings",
]


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


class StocksUp(Protocol):
    """A simulator whose ERP has articles: they must be there before they can be sold."""

    def stock_up(self, rates: Mapping[str, Decimal]) -> None:
        """The company has these articles, each of the VAT rate given, in percent, at home."""
        ...


class MovesDocuments(Protocol):
    """People at work in the ERP: what they do to a document. By the number of the document the bridge made.

    ``delivers = False``: the ERP does not tell of deliveries; ``tells_invoices = False``: of invoices and payments.
    """

    def deliver(self, number: str, *, share: Decimal = Decimal(1)) -> None:
        """So much of each row is delivered, whole pieces, at least one; 1: everything."""
        ...

    def invoice(self, number: str) -> str:
        """The order becomes an invoice, which is booked; its number. An invoice is only booked."""
        ...

    def pay(self, number: str) -> None:
        """The invoice is paid whole; an order is invoiced first."""
        ...

    def annul(self, number: str) -> None:
        """It is cancelled by hand."""
        ...

    @property
    def mails(self) -> list[str]:
        """Numbers of the documents that were mailed, once per mail."""
        ...

    @property
    def payments(self) -> dict[str, Decimal]:
        """What has been paid in the books, per invoice number; a payment nobody booked does not count."""
        ...


class TakesSteps(Protocol):
    """A simulator whose ERP needs other writing calls before the one that makes the document."""

    def makes_document(self, environ: Mapping[str, Any]) -> bool:
        """Whether a call, as WSGI has it, is that one."""
        ...


class WantsSettings(Protocol):
    """A simulator whose company needs more than [erp]: a payment method that is an account of its own, say."""

    settings: Mapping[str, Mapping[str, str]]
    """Section to its lines, as an owner would write them."""


class KeepsGoods(Protocol):
    """The articles of a simulator: its attribute ``goods``.

    ``tells_in_stock = False`` on the simulator: the ERP tells what may be sold and not what lies there.
    """

    def put(self, sku: str, **facts: str) -> None:
        """Somebody makes or edits an article in the ERP. ``facts``: name, ean, price (net, main price list)."""
        ...

    def set_stock(
        self, sku: str, in_stock: Decimal, *, reserved: Decimal = Decimal(0), site: str = ""
    ) -> None:
        """So many lie there, of which so many are spoken for."""
        ...

    def set_price(self, sku: str, price: Decimal, *, price_list: str = "") -> None:
        """A net price, in a list or the main one."""
        ...

    def numbers(self) -> list[str]:
        """Every article there is, oldest first."""
        ...


class ErpSimulator(Protocol):
    """The other end of an ERP adapter.

    ``own_rates = True``: it turns foreign money into its own by its own rates, and takes none with a document.
    """

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
