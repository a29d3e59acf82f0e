"""Customers who are probably one and the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.model.documents import CustomerRecord
from bridge.model.duplicates import Card, Likeness, card_of, cards_of, groups, mailbox
from bridge.model.orders import Address, Customer
from tests.builders import an_order


def card(label: str, **fields: str) -> Card:
    """A card with nothing else on it."""
    return Card(label=label, **fields)


def found(*cards: Card) -> list[tuple[Likeness, str]]:
    """Why, and who."""
    return [(group.likeness, " ".join(each.label for each in group.cards)) for group in groups(cards)]


@pytest.mark.parametrize(
    "other", ["ANNA@Example.com", " anna@example.com ", "anna+shop@example.com", "an na@example.com"]
)
def test_same_mailbox_in_another_spelling_is_alike(other):
    """Case, blanks, what stands after a plus."""
    cards = card("1", email="anna@example.com"), card("2", email=other), card("3", email="anna@example.se")
    assert found(*cards) == [(Likeness.EMAIL, "1 2")]


@pytest.mark.parametrize("other", ["5560004615", "16556000-4615", "556000 4615"])
def test_same_number_in_another_spelling_is_alike(other):
    """Hyphen, blanks, century."""
    cards = (
        card("1", org_number="556000-4615"),
        card("2", org_number=other),
        card("3", org_number="556012-5790"),
    )
    assert found(*cards) == [(Likeness.NUMBER, "1 2")]


def test_same_name_and_postcode_is_alike():
    """The name alone is not: there are many Anna Andersson."""
    home = {"name": "Anna Öberg", "postcode": "411 24"}
    cards = (
        card("1", **home),
        card("2", name="ANNA  ÖBERG", postcode="41124"),
        card("3", name="Anna Öberg", postcode="411 25"),
        card("4", name="Anna Öberg"),
        card("5", postcode="411 24"),
    )
    assert found(*cards) == [(Likeness.NAME, "1 2")]


def test_same_cards_are_told_once_for_the_strongest_reason():
    """Number before mailbox before name."""
    one = card("1", name="Bo", email="bo@example.com", org_number="556000-4615", postcode="1")
    assert found(one, replace(one, label="2")) == [(Likeness.NUMBER, "1 2")]
    third = replace(one, label="3", org_number="")
    assert found(one, replace(one, label="2"), third) == [(Likeness.NUMBER, "1 2"), (Likeness.EMAIL, "1 2 3")]


def test_nobody_alike_is_nothing():
    """Blank fields are not the same as each other."""
    assert found(card("1"), card("2"), card("3", email="x")) == []
    assert mailbox("") == ""


def test_customer_of_the_erp_becomes_a_card():
    """Its number is where a person finds it."""
    record = CustomerRecord(id="x", number="1001", name="Bo", email="b@c.se", org_number="1", postcode="2")
    assert card_of(record) == Card(label="1001", name="Bo", email="b@c.se", org_number="1", postcode="2")


def test_orders_written_alike_are_one_customer():
    """Ordering twice makes nobody a duplicate; writing it otherwise does."""
    anna = Customer(
        email="anna@example.com", billing=Address(first_name="Anna", last_name="Öberg", postcode="1")
    )
    orders = [
        an_order(order_id=1, customer=anna),
        an_order(order_id=2, customer=anna),
        an_order(order_id=3, customer=replace(anna, email="Anna@example.com")),
        an_order(order_id=4, customer=replace(anna, company="AB", email="b@c.se")),
    ]
    cards = cards_of(orders)
    assert [each.label for each in cards] == ["1, 2", "3", "4"]
    assert cards[2].name == "AB"
    assert found(*cards) == [(Likeness.EMAIL, "1, 2 3")]
