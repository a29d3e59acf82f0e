"""What differs between an order as it was booked and as it is in the shop now, and whether the books care. Pure.

The books are touched by amounts, VAT, articles, accounts (payment method, country) and by who the customer is in
law (company, numbers). A street, a name's spelling or a message touches only the document's texts. Status,
refunds, the plugins' own meta and our marks touch nothing: refunds are documents of their own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any, Final

from bridge.model.money import ZERO, plain
from bridge.model.orders import Address, LineKind, Order, OrderLine
from bridge.model.texts import Text, say

__all__ = [
    "Difference",
    "Fact",
    "FactDifference",
    "RowDifference",
    "RowPart",
    "Touch",
    "difference",
    "fingerprint",
    "totals_only",
]


class Touch(IntEnum):
    """How far a difference reaches."""

    NOTHING = 0
    TEXTS = 1
    BOOKS = 2


class RowPart(StrEnum):
    """What of a row is another."""

    QUANTITY = "quantity"
    AMOUNT = "amount"
    VAT = "vat"
    ARTICLE = "article"
    NAME = "name"
    DETAILS = "details"


class Fact(StrEnum):
    """What of the order besides its rows is another."""

    TOTAL = "total"
    CURRENCY = "currency"
    DATE = "date"
    PAYMENT = "payment"
    CUSTOMER = "customer"
    COUNTRY = "country"
    CONTACT = "contact"
    BILLING = "billing"
    DELIVERY = "delivery"
    COUPONS = "coupons"
    NOTE = "note"
    REFERENCE = "reference"


_OF_BOOKS: Final = frozenset(
    {Fact.TOTAL, Fact.CURRENCY, Fact.DATE, Fact.PAYMENT, Fact.CUSTOMER, Fact.COUNTRY}
)
_TEXT_PARTS: Final = frozenset({RowPart.NAME, RowPart.DETAILS})


@dataclass(frozen=True, slots=True, kw_only=True)
class RowDifference:
    """One row that came, went or is another."""

    before: OrderLine | None
    """None: it came."""
    after: OrderLine | None
    """None: it went."""
    parts: tuple[RowPart, ...] = ()
    """What of it is another; empty where it came or went."""

    @property
    def line(self) -> OrderLine:
        """The row, as it is now if it is still there."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - one of the two is always there
        return found

    @property
    def change(self) -> Decimal:
        """By how much the total moves with it."""
        return (self.after.gross if self.after else ZERO) - (self.before.gross if self.before else ZERO)

    @property
    def touch(self) -> Touch:
        """A name or a size is only text."""
        return Touch.TEXTS if self.parts and _TEXT_PARTS.issuperset(self.parts) else Touch.BOOKS


@dataclass(frozen=True, slots=True, kw_only=True)
class FactDifference:
    """One thing about the order that is another."""

    fact: Fact
    before: str
    after: str

    @property
    def touch(self) -> Touch:
        """Whether the books care."""
        return Touch.BOOKS if self.fact in _OF_BOOKS else Touch.TEXTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Everything that is another, row by row."""

    rows: tuple[RowDifference, ...] = ()
    facts: tuple[FactDifference, ...] = ()
    before: Decimal | None
    """Total as booked; None where nobody knows any more."""
    after: Decimal
    currency: str
    whole: bool = True
    """False: what was booked has been cleared away with the retention, and only totals could be compared."""

    @property
    def touch(self) -> Touch:
        """How far it reaches."""
        reached = [row.touch for row in self.rows] + [fact.touch for fact in self.facts]
        return max(reached, default=Touch.NOTHING)

    @property
    def summary(self) -> Text:
        """In one sentence, without a word of who bought what."""
        if self.before is None:
            return say(
                "Its total is {after} {currency} now.", after=plain(self.after), currency=self.currency
            )
        return say(
            "{rows} rows and {facts} other things differ; the total goes from {before} to {after} {currency}.",
            rows=len(self.rows),
            facts=sum(each.fact is not Fact.TOTAL for each in self.facts),
            before=plain(self.before),
            after=plain(self.after),
            currency=self.currency,
        )


def difference(booked: Order, now: Order, *, reference_meta: Collection[str] = ()) -> Difference:
    """Compare. ``reference_meta``: keys of the order's meta that the document shows."""
    return Difference(
        rows=tuple(_rows(booked, now)),
        facts=tuple(_facts(booked, now, reference_meta)),
        before=booked.totals.gross,
        after=now.totals.gross,
        currency=now.currency,
    )


def totals_only(gross: Decimal | None, currency: str, now: Order) -> Difference:
    """All that can be said once the booked order has been cleared away."""
    moved = [
        FactDifference(fact=fact, before=was, after=is_now)
        for fact, was, is_now in (
            (Fact.TOTAL, "" if gross is None else plain(gross), plain(now.totals.gross)),
            (Fact.CURRENCY, currency, now.currency),
        )
        if was and was != is_now and not (fact is Fact.TOTAL and gross == now.totals.gross)
    ]
    return Difference(
        facts=tuple(moved), before=gross, after=now.totals.gross, currency=now.currency, whole=False
    )


def fingerprint(order: Order, *, after: str) -> str:
    """A short name for "this content, following on ``after``": the detail of a change's key.

    What is booked now stands in it, so that an order edited back and forth gets a name of its own each time.
    """
    content = {
        "after": after,
        "rows": sorted(json.dumps(_content(line, _rates(order))) for line in order.lines),
        "facts": {
            fact.value: text for fact, text in _told(order, ()).items() if fact in _OF_BOOKS - {Fact.TOTAL}
        },
        "gross": _same(order.totals.gross),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def _rows(booked: Order, now: Order) -> Iterator[RowDifference]:
    """Rows are the same by id; else by all they say, because a shop gives a row put back a new id."""
    old_rates, new_rates = _rates(booked), _rates(now)
    old = {_place(line): line for line in booked.lines}
    came = [line for line in now.lines if _place(line) not in old]
    new = {_place(line): line for line in now.lines}
    for place, line in old.items():
        if place in new:
            parts = tuple(_parts(line, new[place], old_rates, new_rates))
            if parts:
                yield RowDifference(before=line, after=new[place], parts=parts)
            continue
        twin = next((one for one in came if _content(one, new_rates) == _content(line, old_rates)), None)
        if twin is None:
            yield RowDifference(before=line, after=None)
        else:
            came.remove(twin)
    for line in came:
        yield RowDifference(before=None, after=line)


def _parts(
    was: OrderLine, now: OrderLine, old: Mapping[str, str], new: Mapping[str, str]
) -> Iterator[RowPart]:
    if was.quantity != now.quantity:
        yield RowPart.QUANTITY
    if _amounts(was) != _amounts(now):
        yield RowPart.AMOUNT
    if was.tax_before != now.tax_before or was.tax != now.tax or _vat(was, old) != _vat(now, new):
        yield RowPart.VAT
    if _article(was) != _article(now):
        yield RowPart.ARTICLE
    if was.name != now.name:
        yield RowPart.NAME
    if dict(was.meta) != dict(now.meta):
        yield RowPart.DETAILS


def _place(line: OrderLine) -> tuple[LineKind, str]:
    return line.kind, line.id


def _amounts(line: OrderLine) -> tuple[Decimal, Decimal | None]:
    return line.net, line.net_before


def _article(line: OrderLine) -> tuple[str, str, str]:
    return line.product_id, line.variation_id, line.method


def _vat(line: OrderLine, rates: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted((rates.get(part.rate_id, part.rate_id), _same(part.tax)) for part in line.taxes if part.tax)


def _rates(order: Order) -> dict[str, str]:
    """What each rate of the order is; a shop that makes its tax table anew gives the same rate another id."""
    return {
        line.rate_id: f"{_same(line.percent)} {line.country}"
        for line in order.tax_lines
        if line.percent is not None
    }


def _content(line: OrderLine, rates: Mapping[str, str]) -> list[Any]:
    """All of a row that the books see."""
    amounts = (line.quantity, line.net, line.tax, line.net_before, line.tax_before)
    return [
        line.kind.value,
        *(None if amount is None else _same(amount) for amount in amounts),
        [list(part) for part in _vat(line, rates)],
        *_article(line),
    ]


def _facts(booked: Order, now: Order, reference_meta: Collection[str]) -> Iterator[FactDifference]:
    was, told = _told(booked, reference_meta), _told(now, reference_meta)
    for fact, text in told.items():
        same_total = fact is Fact.TOTAL and booked.totals.gross == now.totals.gross
        if was[fact] != text and not same_total:
            yield FactDifference(fact=fact, before=was[fact], after=text)


def _told(order: Order, reference_meta: Collection[str]) -> dict[Fact, str]:
    """Everything but the rows, in words a person can compare."""
    buyer = order.customer
    return {
        Fact.TOTAL: plain(order.totals.gross),
        Fact.CURRENCY: order.currency,
        Fact.DATE: f"{order.created_at:%Y-%m-%d}",
        Fact.PAYMENT: order.payment.method,
        Fact.CUSTOMER: _joined(buyer.company or buyer.billing.company, buyer.org_number, buyer.vat_number),
        Fact.COUNTRY: f"{buyer.billing.country} / {buyer.shipping.country}",
        Fact.CONTACT: _joined(buyer.email, buyer.phone),
        Fact.BILLING: _address(buyer.billing),
        Fact.DELIVERY: _address(buyer.shipping),
        Fact.COUPONS: ", ".join(sorted(order.coupons)),
        Fact.NOTE: order.note,
        Fact.REFERENCE: _joined(*(order.meta.get(key, "") for key in sorted(reference_meta))),
    }


def _address(address: Address) -> str:
    town = f"{address.postcode} {address.city}".strip()
    return _joined(
        address.company, address.name, address.street, address.street_2, town, address.region, address.phone
    )


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _same(value: Decimal) -> str:
    return plain(value.normalize())
