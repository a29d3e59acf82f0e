"""Options whose value is a line of words: ``1580 document:invoice terms:30``.

[payments], [shipping] and [fields] have one line per payment method, shipping method and checkout field of the shop.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from bridge.config.values import nearest
from bridge.model.documents import DocumentKind
from bridge.model.texts import Problem, Text, say

__all__ = [
    "FieldRule",
    "FieldTarget",
    "LineError",
    "PaymentRule",
    "ShippingRule",
    "field_rule",
    "line_problems",
    "payment_rule",
    "readable",
    "shipping_rule",
]

T = TypeVar("T")

_ACCOUNT: Final = re.compile(r"\d{4,8}\Z", re.ASCII)
_TERMS: Final = re.compile(r"\w{1,20}\Z")
_DOCUMENTS: Final = (DocumentKind.ORDER, DocumentKind.INVOICE, DocumentKind.VOUCHER)


class LineError(ValueError):
    """The line cannot be understood: what is wrong, and the remedy."""

    def __init__(self, what: Text, fix: Text) -> None:
        self.what = what
        self.fix = fix
        super().__init__(str(what))


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRule:
    """What an order paid in one way becomes."""

    account: str = ""
    """Where the money is waited for; empty: ``[accounts] receivable``."""
    document: DocumentKind | None = None
    """None: what the shop's section says."""
    terms: str = ""
    """Terms of payment, by the ERP's own code or number."""
    mode: str = ""
    """Way of payment, by the ERP's own code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingRule:
    """What a shipping method of the shop is in the ERP."""

    article: str = ""
    """Empty: ``[articles] shipping``."""
    delivery: str = ""
    """The ERP's way of delivery, by its code or "external key"."""


class FieldTarget(StrEnum):
    """Where the content of a checkout field goes."""

    YOUR_REFERENCE = "your_reference"
    OUR_REFERENCE = "our_reference"
    ORDER_REFERENCE = "order_reference"
    """The buyer's own order number."""
    TEXT = "text"
    """Printed on the document."""
    COMMENT = "comment"
    """For the staff only."""
    VENDOR = "vendor"
    """A field of this ERP, by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """Where one checkout field goes."""

    target: FieldTarget
    vendor: str = ""


def payment_rule(text: str) -> PaymentRule:
    """Read ``1580 document:invoice terms:30 mode:PAYOUT``: the account first, or no account.

    Raises:
        LineError: what is wrong.
    """
    first, _, _rest = text.partition(" ")
    account, rest = ("", text) if ":" in first else (first, _rest)
    if account and not _ACCOUNT.match(account):
        raise LineError(
            say("{value} is not an account.", value=account), say("Write the account's number, like 1580.")
        )
    if not text.strip():
        raise LineError(say("The line says nothing."), say("Write the account's number, like 1580."))
    found = _words(rest, ("document", "terms", "mode"), example="1580 document:invoice terms:30 mode:PAYOUT")
    terms = found.get("terms", "")
    if terms and not _TERMS.match(terms):
        raise LineError(
            say("{value} is no code of terms of payment.", value=terms),
            say("Write the number or the code your ERP has for them, like terms:30."),
        )
    return PaymentRule(
        account=account,
        document=_document(found["document"]) if "document" in found else None,
        terms=terms,
        mode=found.get("mode", ""),
    )


def shipping_rule(text: str) -> ShippingRule:
    """Read ``article:FRAKT-PN delivery:postnord_mypack``.

    Raises:
        LineError: what is wrong.
    """
    example = "article:FRAKT-PN delivery:postnord_mypack"
    found = _words(text, ("article", "delivery"), example=example)
    if not found:
        raise LineError(say("The line says nothing."), say("Write it like {example}.", example=example))
    return ShippingRule(article=found.get("article", ""), delivery=found.get("delivery", ""))


def field_rule(text: str) -> FieldRule:
    """Read ``your_reference``, ``text``, or ``vendor:FieldName`` for a field of the ERP.

    Raises:
        LineError: what is wrong.
    """
    word, colon, name = text.strip().partition(":")
    known = [target.value for target in FieldTarget]
    possible = ", ".join([*known[:-1], "vendor:Name"])
    if word not in known:
        near = nearest(word, known)
        fix = say("Possible: {allowed}.", allowed=possible)
        if near:
            fix = say("Did you mean {near}? Possible: {allowed}.", near=near, allowed=possible)
        raise LineError(say("{value} is not possible here.", value=text or "''"), fix)
    if (word == FieldTarget.VENDOR) != bool(colon and name.strip()) or " " in name.strip():
        raise LineError(
            say("{value} is not possible here.", value=text),
            say("Only vendor has a name after the colon, the ERP's own: vendor:YourOrderNumber."),
        )
    return FieldRule(target=FieldTarget(word), vendor=name.strip())


def line_problems(where: str, entries: Mapping[str, str], read: Callable[[str], T]) -> Iterator[Problem]:
    """What is wrong with the lines of a section."""
    for key, text in entries.items():
        try:
            read(text)
        except LineError as error:
            yield Problem(where=f"{where} {key}", what=error.what, fix=error.fix)


def readable(entries: Mapping[str, str], read: Callable[[str], T]) -> dict[str, T]:
    """The lines that make sense; the others are told by ``line_problems``, at the start and by ``bridge check``."""
    found = {}
    for key, text in entries.items():
        try:
            found[key] = read(text)
        except LineError:
            continue
    return found


def _words(text: str, known: tuple[str, ...], *, example: str) -> dict[str, str]:
    """``name:value`` words."""
    found: dict[str, str] = {}
    for word in text.split():
        name, colon, value = word.partition(":")
        if name not in known or not colon or not value:
            near = nearest(name, known) if colon else None
            fix = say("Write it like {example}.", example=example)
            if near and near != name:
                fix = say("Did you mean {near}?", near=f"{near}:{value}")
            raise LineError(say("{value} is not possible here.", value=word), fix)
        if name in found:
            raise LineError(say("{name} is there twice.", name=name), say("Keep one of them."))
        found[name] = value
    return found


def _document(value: str) -> DocumentKind:
    if value not in _DOCUMENTS:
        raise LineError(
            say("{value} is no kind of document.", value=value),
            say("Possible: {allowed}.", allowed=", ".join(_DOCUMENTS)),
        )
    return DocumentKind(value)
