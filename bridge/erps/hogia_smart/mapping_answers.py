"""How Hogia's answers about an invoice are read (Hogia facts, section 2.3 [2+]). Pure.

Whoever asked with the newer body has seen no whole invoice; its head is looked for under both names.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from bridge.erps.hogia_smart.years import day_of
from bridge.model.documents import Document, DocumentKind, Key, Purpose
from bridge.model.texts import Text, say

__all__ = [
    "amount_of",
    "customer_of",
    "document_of",
    "guid_in",
    "guid_of",
    "head_of",
    "ident",
    "is_cancelled",
    "kind_of",
    "rate_of",
    "unnumbered",
]

_HEADS: Final = ("invoiceHeader", "customerInvoice")
_CREDITS_ONLY: Final = frozenset({Purpose.REFUND, Purpose.CANCEL})
NOBODY: Final = "?"


def head_of(raw: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The head of an invoice; None: the answer is no invoice that could be judged."""
    return next((raw[name] for name in _HEADS if isinstance(raw.get(name), Mapping)), None)


def ident(guid: str, customer: str) -> str:
    """What ``Document.id`` is: ``<the invoice's GUID>/<the customer's number>``.

    A credit must be made for the same customer, and an invoice that cannot be read again does not tell whose it is.
    ``guid`` empty: Hogia has not told it.
    """
    return f"{guid or NOBODY}/{customer}"


def guid_of(document: Document) -> str:
    """The invoice's GUID at Hogia; empty: it was never told."""
    return _guid(document.id.partition("/")[0])


def guid_in(raw: Mapping[str, Any]) -> str:
    """The GUID of an answer that is a thing; empty: it has none."""
    return _guid(str(raw.get("id", "")))


def _guid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def customer_of(document: Document) -> str:
    """The number of the customer it was made for; empty: not known."""
    return document.id.partition("/")[2]


def amount_of(raw: Mapping[str, Any], name: str) -> Decimal | None:
    """An amount of an answer; None: it does not tell."""
    value = raw.get(name)
    return None if value is None else Decimal(value)


def is_cancelled(raw: Mapping[str, Any]) -> bool:
    """Whether somebody cancelled it at Hogia."""
    return raw.get("isCanceled") is True


def rate_of(raw: Mapping[str, Any]) -> Decimal | None:
    """SEK for one unit of its currency, as it was booked; None: it does not tell."""
    money = raw.get("currencyInfo")
    return amount_of(money, "exchangeRate") if isinstance(money, Mapping) else None


def kind_of(key: Key, gross: Decimal | None) -> DocumentKind:
    """What is made under the key of a refund or a cancellation is a credit; of others, what is negative."""
    if key.purpose in _CREDITS_ONLY or (gross is not None and gross < 0):
        return DocumentKind.CREDIT
    return DocumentKind.INVOICE


def document_of(raw: Mapping[str, Any], key: Key) -> Document:
    """As the rest of the bridge knows it.

    Raises:
        KeyError, TypeError, ValueError, ArithmeticError: the answer is not that document.
    """
    head = head_of(raw)
    if head is None:
        raise KeyError("invoiceHeader")
    number = str(head.get("invoiceNumber") or "").strip()
    gross = amount_of(raw, "amountToPay")
    if gross is None:
        gross = Decimal(raw["grossAmount"]) + (amount_of(raw, "roundingAmount") or Decimal(0))
    return Document(
        kind=kind_of(key, gross),
        id=ident(str(UUID(raw["id"])), _customer(head)),
        number=number or str(key),
        gross=gross,
        currency=_currency(raw, head),
        dated=day_of(head["invoiceDate"]),
        notes=() if number else (unnumbered(key),),
    )


def unnumbered(key: Key) -> Text:
    """Of an invoice whose number Hogia does not tell, or has not given yet."""
    return say(
        "Hogia does not tell the invoice's number. Look for {key} among its customers' order numbers.",
        key=str(key),
    )


def _customer(head: Mapping[str, Any]) -> str:
    inner = head.get("customer")
    number = inner.get("number") if isinstance(inner, Mapping) else head.get("customerNumber")
    return str(number or "")


def _currency(raw: Mapping[str, Any], head: Mapping[str, Any]) -> str:
    money = raw.get("currencyInfo")
    place = money if isinstance(money, Mapping) else head
    return str(place["currency"]["code"])
