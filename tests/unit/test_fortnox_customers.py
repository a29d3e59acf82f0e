"""Customers of Fortnox, against its simulator: looked for in every spelling, over every page, made once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.erps.fortnox import client
from bridge.erps.fortnox.customers import Customers
from bridge.errors import LostReply, Rejected, Transient
from bridge.model.documents import CustomerPart
from bridge.model.orders import Address, Customer
from bridge.sim.faults import Kind
from bridge.sim.fortnox import customers as cards
from tests.support.fortnox import Office

ANNA = Customer(
    email="anna@example.com",
    company="Öberg AB",
    org_number="556000-4615",
    billing=Address(
        first_name="Anna",
        last_name="Öberg",
        street="Vasagatan 12",
        postcode="411 24",
        city="Göteborg",
        country="SE",
    ),
)


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    """A company that has consented, and lets us ask as often as we like."""
    office = Office(tmp_path, clock)
    office.sim.limit = None
    yield office
    office.close()


@pytest.fixture
def customers(office: Office) -> Customers:
    """Its customers."""
    return Customers(office.core())


def asked(office: Office) -> list[str]:
    """The queries so far."""
    return [each["query"] for each in office.sim.log if each["path"] == "/3/customers"]


def test_the_right_one_is_found_behind_a_full_page_of_others(office: Office, customers: Customers) -> None:
    """Looking for a part of a text finds hundreds; the one that is meant may be the last."""
    for number in range(501):
        office.sim.customers.keep(name="x", email=f"{number}anna@example.com")
    wanted = office.sim.customers.keep(name="Anna", email="Anna@Example.com")
    assert [each.number for each in customers.find(email="anna@example.com")] == [wanted]
    assert len(asked(office)) == 2


def test_every_spelling_of_a_number_is_found_and_all_are_told(office: Office, customers: Customers) -> None:
    """The adapter never chooses between two."""
    spelled = ["556000-4615", "5560004615", "165560004615", "16556000-4615"]
    numbers = {office.sim.customers.keep(name=each, org_number=each) for each in spelled}
    office.sim.customers.keep(name="other", org_number="556012-5790")
    assert {each.number for each in customers.find(org_number="165560004615")} == numbers
    assert len(asked(office)) == 2


def test_inactive_customers_are_not_found_by_what_they_share(office: Office, customers: Customers) -> None:
    """Of two that were joined the one in use counts; with only an inactive one there is nobody."""
    old = office.sim.customers.keep(name="Anna", email="anna@example.com")
    office.sim.state.customers[old].values["Active"] = False
    assert list(customers.find(email="anna@example.com")) == []
    new = office.sim.customers.keep(name="Anna", email="anna@example.com")
    assert [each.number for each in customers.find(email="anna@example.com")] == [new]
    assert [each.number for each in customers.all()] == [new]


def test_inactive_customer_named_by_number_is_told_as_such(office: Office, customers: Customers) -> None:
    """The one for guests: "there is none" would send the owner looking for the wrong thing."""
    number = office.sim.customers.keep(name="Webbkund")
    assert [each.number for each in customers.find(number=number)] == [number]
    office.sim.state.customers[number].values["Active"] = False
    with pytest.raises(Rejected, match="inactive") as caught:
        customers.find(number=number)
    assert caught.value.advice is not None
    assert list(customers.find(number="4711")) == []


def test_update_with_billing_leaves_reverse_charge_alone(office: Office, customers: Customers) -> None:
    """And says nothing of what the order does not know."""
    made = customers.put(ANNA, existing=None)
    card = office.sim.state.customers[made.number].values
    assert (card["VATType"], card["Type"], card["EmailInvoice"]) == ("SEVAT", "COMPANY", "anna@example.com")
    card |= {"VATType": "SEREVERSEDVAT", "EmailInvoice": "faktura@example.com", "Phone1": "031"}
    moved = replace(ANNA, email="new@example.com", billing=replace(ANNA.billing, street="Nygatan 1"))
    customers.put(moved, existing=made, parts=tuple(CustomerPart))
    card = office.sim.state.customers[made.number].values
    assert (card["VATType"], card["Address1"], card["Phone1"]) == ("SEREVERSEDVAT", "Nygatan 1", "031")
    assert (card["Email"], card["EmailInvoice"]) == ("new@example.com", "faktura@example.com")


def test_update_without_content_asks_nobody(office: Office, customers: Customers) -> None:
    """A guest's order without a delivery address has nothing to say of it."""
    made = customers.put(ANNA, existing=None)
    before = len(office.sim.log)
    assert customers.put(ANNA, existing=made, parts=[CustomerPart.DELIVERY]) == made
    assert len(office.sim.log) == before


@pytest.mark.parametrize(
    ("options", "expected"),
    [({}, ("A", "EUVAT")), ({"price_list": "B", "eu_consumers_vat_type": "SEVAT"}, ("B", "SEVAT"))],
)
def test_new_customers_get_what_the_options_say(
    office: Office, options: dict[str, str], expected: tuple[str, str]
) -> None:
    """Else what the company has set up."""
    german = replace(ANNA, company="", org_number="", billing=replace(ANNA.billing, country="DE"))
    made = Customers(office.core(**options)).put(german, existing=None)
    card = office.sim.state.customers[made.number].values
    assert (card["PriceList"], card["VATType"]) == expected
    assert card["Country"]


def test_lost_answer_to_making_one_is_told_as_such(office: Office, customers: Customers) -> None:
    """The flow asks before it tries again; an answer that is no customer leaves the same doubt."""
    customers.find(number="1")  # the token is there
    office.sim.faults.add(Kind.RESET, match=("POST", "/3/customers"))
    with pytest.raises(LostReply):
        customers.put(ANNA, existing=None)
    office.sim.faults.add(
        Kind.ANSWER, match=("POST", "/3/customers"), status=200, body=b'{"Customer": {"Name": "x"}}'
    )
    with pytest.raises(LostReply):
        customers.put(ANNA, existing=None)


def test_answer_that_is_no_list_is_not_nobody(office: Office, customers: Customers) -> None:
    """Otherwise a broken gateway would double every customer."""
    office.sim.faults.add(
        Kind.ANSWER, match=("GET", "/3/customers"), status=200, body=b'{"Customers": [{"Name": "x"}]}'
    )
    with pytest.raises(Transient):
        customers.find(email="anna@example.com")


def test_every_customer_is_listed_once_though_some_are_deleted_meanwhile(
    office: Office, customers: Customers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list that shrinks slides: what slipped onto a page already read is read again."""
    monkeypatch.setattr(client, "_PAGE", 10)
    for _ in range(35):
        office.sim.customers.keep(name="x")
    numbers = list(office.sim.state.customers)
    found: list[str] = []
    for record in customers.all():
        found.append(record.number)
        if len(found) == 1:
            for gone in numbers[:3]:
                del office.sim.state.customers[gone]
    assert len(found) == len(set(found))
    assert set(found) >= set(office.sim.state.customers)


def test_a_number_taken_is_the_next_one(office: Office, customers: Customers) -> None:
    """We never choose numbers, so one that was deleted is in nobody's way."""
    cards.create(office.sim.state, {"Name": "x"})
    assert customers.put(ANNA, existing=None).number == "1002"
