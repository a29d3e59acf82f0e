"""Customers who are probably one and the same: found by what people write in more than one way. Pure.

It finds and tells; joining two customers is done by a person, in the ERP.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from bridge.model.documents import CustomerRecord
from bridge.model.numbers import compare_form
from bridge.model.orders import Order

__all__ = ["Card", "Group", "Likeness", "card_of", "cards_of", "groups", "mailbox"]


class Likeness(Enum):
    """Why they may be one."""

    EMAIL = "email"
    NUMBER = "number"
    NAME = "name"
    """Name and postcode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One customer."""

    label: str
    """Where a person finds it: the customer's number in the ERP, or the orders."""
    name: str = ""
    email: str = ""
    org_number: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Cards that are alike."""

    likeness: Likeness
    cards: tuple[Card, ...]


def mailbox(email: str) -> str:
    """The mailbox behind an address: without case, blanks and what stands after a plus."""
    local, at, domain = "".join(email.split()).casefold().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def card_of(record: CustomerRecord) -> Card:
    """A customer of the ERP."""
    return Card(
        label=record.number,
        name=record.name,
        email=record.email,
        org_number=record.org_number,
        postcode=record.postcode,
    )


def cards_of(orders: Iterable[Order]) -> list[Card]:
    """The customers behind orders: who writes everything the same way each time is one."""
    labels: dict[tuple[str, str, str, str], list[str]] = {}
    for order in orders:
        customer = order.customer
        name = customer.company or customer.billing.company or customer.billing.name
        written = (name, customer.email, customer.org_number, customer.billing.postcode)
        labels.setdefault(written, []).append(order.ref.number or order.ref.id)
    return [
        Card(label=", ".join(numbers), name=name, email=email, org_number=number, postcode=postcode)
        for (name, email, number, postcode), numbers in labels.items()
    ]


def groups(cards: Iterable[Card]) -> list[Group]:
    """Every set of cards that are alike; the same set is told once, for its strongest reason."""
    everybody = list(cards)
    found: dict[frozenset[Card], Group] = {}
    for likeness, sign in _SIGNS.items():
        for alike in _alike(everybody, sign):
            found.setdefault(frozenset(alike), Group(likeness=likeness, cards=tuple(alike)))
    return list(found.values())


def _alike(cards: list[Card], sign: Callable[[Card], str]) -> Iterator[list[Card]]:
    same: dict[str, list[Card]] = {}
    for card in cards:
        mark = sign(card)
        if mark:
            same.setdefault(mark, []).append(card)
    return (each for each in same.values() if len(each) > 1)


def _by_name(card: Card) -> str:
    name, postcode = _bare(card.name), _bare(card.postcode)
    return f"{name}/{postcode}" if name and postcode else ""


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


_SIGNS = {
    Likeness.NUMBER: lambda card: compare_form(card.org_number),
    Likeness.EMAIL: lambda card: mailbox(card.email),
    Likeness.NAME: _by_name,
}
"""The strongest first."""
