"""Orders and invoices as Fortnox tells of them: in lists, alone, in answers (fortnox facts, sections 4, 9 and 10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from bridge.erps.arithmetic import Prices
from bridge.erps.fortnox.reading import amount, day, number, reference, text, truth
from bridge.model.documents import Document, DocumentKind
from bridge.model.money import ZERO

__all__ = [
    "INVOICES",
    "ORDERS",
    "Payment",
    "Standing",
    "document_of",
    "invoice_made",
    "payment_of",
    "rate_of",
    "register_of",
    "standing_of",
    "taken_so_far",
]

ORDERS: Final = "orders"
INVOICES: Final = "invoices"
CASH: Final = "CASH"
"""Companies that book payments and no invoices (section 10) [L]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A document as it is now, read alone."""

    register: str
    """``orders`` or ``invoices``."""
    number: str
    key: str
    cancelled: bool
    sent: bool
    """Mailed or printed; for an order its confirmation."""
    total: Decimal
    currency: str
    rate: Decimal
    unit: Decimal
    """``rate`` is SEK per so many units of the currency."""
    customer: str
    prices: Prices
    dated: date | None
    accounts: Mapping[str, int] = field(default_factory=dict)
    """Of each article on its rows, where it stands on one account alone."""
    invoice: str = ""
    """Of an order: the invoice it became."""
    order: str = ""
    """Of an invoice: the order it was made of."""
    booked: bool = False
    books_invoices: bool = True
    """False in companies that book payments only."""
    balance: Decimal | None = None
    """What is left to pay; None: it does not say."""
    paid_on: date | None = None

    @property
    def paid(self) -> bool:
        """Whether anything has been paid."""
        part = self.balance is not None and bool(self.total) and self.balance != self.total
        return self.paid_on is not None or part

    @property
    def sek(self) -> Decimal:
        """What one unit of the currency is worth."""
        return self.rate / self.unit

    def document(self, kind: DocumentKind | None = None) -> Document:
        """For the flow."""
        found = DocumentKind.CREDIT if self.total < 0 else DocumentKind.INVOICE
        return _document(
            self.register,
            self.number,
            kind=DocumentKind.ORDER if self.register == ORDERS else kind or found,
            gross=self.total,
            currency=self.currency,
            dated=self.dated,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment of an invoice, as the list tells it."""

    number: str
    invoice: str
    sek: Decimal
    booked: bool


def register_of(kind: DocumentKind) -> str:
    """Where documents of this kind stand; credits are invoices."""
    return ORDERS if kind is DocumentKind.ORDER else INVOICES


def invoice_made(answer: Mapping[str, Any]) -> str:
    """The number of the invoice ``createinvoice`` made.

    It answers with the order, whose InvoiceReference tells it (section 9 [2+]), or with the invoice [D openapi].

    Raises:
        ValueError: it tells neither.
    """
    made = reference(answer.get("InvoiceReference"))
    if made:
        return made
    if "InvoiceDate" in answer:
        return _number(answer)
    raise ValueError("no invoice in the answer")


def standing_of(answer: Mapping[str, Any], register: str) -> Standing:
    """What a single document says.

    Raises:
        ValueError: it is not one.
        KeyError: the same.
    """
    orders = register == ORDERS
    return Standing(
        register=register,
        number=_number(answer),
        key=text(answer.get("ExternalInvoiceReference1")),
        cancelled=truth(answer.get("Cancelled")),
        sent=truth(answer.get("Sent")),
        total=amount(answer["Total"]),
        currency=_currency(answer),
        rate=number(answer.get("CurrencyRate")) or Decimal(1),
        unit=number(answer.get("CurrencyUnit")) or Decimal(1),
        customer=text(answer.get("CustomerNumber")),
        prices=Prices.GROSS if truth(answer.get("VATIncluded")) else Prices.NET,
        dated=day(answer.get("OrderDate" if orders else "InvoiceDate")),
        accounts=_accounts(answer.get("OrderRows" if orders else "InvoiceRows") or ()),
        invoice=reference(answer.get("InvoiceReference")) if orders else "",
        order="" if orders else reference(answer.get("OrderReference")),
        booked=truth(answer.get("Booked")),
        books_invoices=text(answer.get("AccountingMethod")) != CASH,
        balance=None if orders else number(answer.get("Balance")),
        paid_on=None if orders else day(answer.get("FinalPayDate")),
    )


def document_of(row: Mapping[str, Any], kind: DocumentKind) -> Document:
    """A document out of a list, or of the answer of the call that made it.

    Raises:
        ValueError: it is not one.
        KeyError: the same.
    """
    orders = kind is DocumentKind.ORDER
    return _document(
        register_of(kind),
        _number(row),
        kind=kind,
        gross=amount(row["Total"]),
        currency=_currency(row),
        dated=day(row.get("OrderDate" if orders else "InvoiceDate")),
    )


def payment_of(row: Mapping[str, Any]) -> Payment:
    """A payment out of the list; ``Amount`` is SEK (section 10 [D]).

    Raises:
        ValueError: it is not one.
        KeyError: the same.
    """
    return Payment(
        number=text(row["Number"]),
        invoice=text(row["InvoiceNumber"]),
        sek=amount(row["Amount"]),
        booked=truth(row.get("Booked")),
    )


def rate_of(answer: Mapping[str, Any]) -> Decimal:
    """What one unit of a currency is worth in SEK, by the register of currencies.

    The selling rate, which is the one for what is sold [I]; where it is nothing, the buying rate.

    Raises:
        ValueError: it is no currency.
    """
    rate = number(answer.get("SellRate")) or number(answer.get("BuyRate")) or Decimal(0)
    return rate / (number(answer.get("Unit")) or Decimal(1))


def taken_so_far(payments: Sequence[Payment]) -> Decimal:
    """What is registered, booked or not."""
    return sum((each.sek for each in payments), ZERO)


def _document(
    register: str, written: str, *, kind: DocumentKind, gross: Decimal, currency: str, dated: date | None
) -> Document:
    return Document(
        kind=kind,
        id=f"{register}/{written}",
        number=written,
        gross=gross.quantize(ZERO) if gross == gross.quantize(ZERO) else gross,
        currency=currency,
        dated=dated,
    )


def _accounts(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Text rows have neither article nor account (section 9)."""
    found: dict[str, set[int]] = {}
    for row in rows:
        article, account = text(row.get("ArticleNumber")), number(row.get("AccountNumber"))
        if article and account:
            found.setdefault(article, set()).add(int(account))
    return {article: accounts.pop() for article, accounts in found.items() if len(accounts) == 1}


def _number(answer: Mapping[str, Any]) -> str:
    found = text(answer["DocumentNumber"])
    if not found:
        raise ValueError("a document without number")
    return found


def _currency(answer: Mapping[str, Any]) -> str:
    found = text(answer["Currency"])
    if not found:
        raise ValueError("a document without currency")
    return found
