"""Hogia's customers: found among all, made with their addresses, brought up to date, never twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.erps.hogia_smart.customers import Customers
from bridge.errors import LostReply, Rejected, RemoteError, Transient
from bridge.model.documents import CustomerPart
from bridge.model.orders import Address, Customer
from bridge.sim.faults import Kind
from tests.support.hogia_desk import NEWER, OLDER, Desk

EMAIL = "anna@example.com"
HOME = Address(
    first_name="Anna", last_name="Öberg", street="Vasagatan 12", street_2="c/o Ek", postcode="411 24",
    city="Göteborg", country="SE",
)  # fmt: skip
FIRM = Customer(
    email=EMAIL,
    company="Öberg AB",
    org_number="556000-4615",
    vat_number="SE556000461501",
    billing=HOME,
    shipping=replace(HOME, street="Torget 1", street_2=""),
)
ANNA = replace(FIRM, company="", org_number="", vat_number="", shipping=HOME)
CONTACTS = ("POST", "/contacts")


@pytest.fixture(params=[OLDER, NEWER])
def desk(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> Iterator[Desk]:
    """A company, over either version of the interface."""
    desk = Desk(tmp_path, clock)
    desk.again(profile=request.param)
    yield desk
    desk.close()


@pytest.fixture
def customers(desk: Desk) -> Customers:
    """As after a restart."""
    return Customers(desk.core)


def calls(desk: Desk) -> int:
    """Readings of the register so far."""
    return sum(each["method"] == "GET" and each["path"].endswith("/contacts") for each in desk.sim.log)


def card(desk: Desk, number: str) -> dict[str, object]:
    """The contact as Hogia holds it."""
    return next(each.body for each in desk.sim.state.contacts.values() if each.body["number"] == number)


def addresses(desk: Desk, number: str) -> list[dict[str, object]]:
    """Its addresses."""
    contact = next(each for each in desk.sim.state.contacts.values() if each.body["number"] == number)
    return list(contact.addresses.values())


def test_company_is_made_with_both_addresses_in_one_call(desk: Desk, customers: Customers) -> None:
    """So that a kill in between leaves no half customer."""
    record = customers.put(FIRM, existing=None)
    assert card(desk, record.number) | {"number": ""} == {
        "contactTypes": [2],
        "isOrganization": True,
        "companyName": "Öberg AB",
        "identificationNumber": "556000-4615",
        "vatNumber": "SE556000461501",
        "countryCode": "SE",
        "customer": {"eInvoiceReceiverEmail": EMAIL, "isActive": True},
        "number": "",
    }
    assert [(each["addressType"], each["street"]) for each in addresses(desk, record.number)] == [
        (2, "Vasagatan 12"),
        (3, "Torget 1"),
    ]
    assert sum(each["method"] == "POST" and "contacts" in each["path"] for each in desk.sim.log) == 1


def test_person_has_a_name_and_no_second_address(desk: Desk, customers: Customers) -> None:
    """Delivered to where the bill goes."""
    record = customers.put(ANNA, existing=None)
    body = card(desk, record.number)
    assert (body["isOrganization"], body["givenName"], body["surName"]) == (False, "Anna", "Öberg")
    assert "companyName" not in body
    assert len(addresses(desk, record.number)) == 1
    assert (record.name, record.email, record.postcode) == ("Anna Öberg", EMAIL, "411 24")


@pytest.mark.parametrize(
    ("customer", "name"),
    [(Customer(email=EMAIL), EMAIL), (Customer(), "?"), (Customer(company="X"), "X")],
)
def test_somebody_without_a_name_gets_one(
    customers: Customers, desk: Desk, customer: Customer, name: str
) -> None:
    """Hogia may want one [INF]."""
    record = customers.put(customer, existing=None)
    assert (card(desk, record.number)["companyName"], addresses(desk, record.number)) == (name, [])


def test_every_page_is_looked_through(desk: Desk, customers: Customers) -> None:
    """By e-mail without case, by number in any spelling; the list is read once a minute."""
    for at in range(600):
        desk.sim.customers.keep(name=f"Kund {at}", email=f"{at}@example.com", org_number=f"{at:06d}-0000")
    wanted = desk.sim.customers.keep(name="Anna", email="ANNA@example.com", org_number="16556000-4615")
    assert [each.number for each in customers.find(email=EMAIL)] == [wanted]
    assert [each.number for each in customers.find(org_number="5560004615")] == [wanted]
    assert list(customers.find(email="nobody@example.com")) == []
    assert calls(desk) == 2


def test_whom_somebody_else_makes_is_found_a_minute_later(
    desk: Desk, customers: Customers, clock: ManualClock
) -> None:
    """And whom we make at once."""
    assert list(customers.find(email=EMAIL)) == []
    made = customers.put(ANNA, existing=None)
    assert [each.number for each in customers.find(email=EMAIL)] == [made.number]
    other = desk.sim.customers.keep(name="Bo", email="bo@example.com")
    clock.advance(60)
    assert [each.number for each in customers.find(email="bo@example.com")] == [other]
    assert [each.number for each in customers.every()][1:] == [made.number, other]


def test_number_is_asked_for_by_itself_and_compared(desk: Desk, customers: Customers) -> None:
    """Whatever shape the answer has."""
    for single in (True, False):
        desk.sim.habits.single_objects = single
        before = calls(desk)
        (found,) = customers.find(number="1")
        assert found.number == "1"
        assert list(customers.find(number="11")) == []
        assert calls(desk) == before + 2


def test_number_that_only_begins_so_is_another(desk: Desk, customers: Customers) -> None:
    """Should the filter be by substring."""
    rows = (
        b'[{"id": "x", "number": "11", "contactTypes": [2]}, {"id": "y", "number": "1", "contactTypes": [2]}]'
    )
    desk.sim.faults.add(Kind.ANSWER, match=("GET", "/contacts"), status=200, body=rows)
    assert [each.id for each in customers.find(number="1")] == ["y"]


def test_supplier_is_no_customer(desk: Desk, customers: Customers) -> None:
    """Even with the same e-mail address."""
    number = desk.sim.customers.keep(name="Leverantör", email=EMAIL)
    card(desk, number)["contactTypes"] = [1]
    assert list(customers.find(email=EMAIL)) == []
    assert list(customers.find(number=number)) == []
    assert number not in {each.number for each in customers.every()}


def test_inactive_customer_is_refused_only_where_no_other_fits(desk: Desk, customers: Customers) -> None:
    """With what to do."""
    idle = desk.sim.customers.keep(name="Anna", email=EMAIL)
    card(desk, idle)["customer"] = {"isActive": False, "eInvoiceReceiverEmail": EMAIL}
    with pytest.raises(Rejected, match=f"Customer {idle} is not active") as caught:
        customers.find(email=EMAIL)
    assert "active" in str(caught.value.advice)
    other = desk.sim.customers.keep(name="Anna", email=EMAIL)
    assert [each.number for each in Customers(desk.core).find(email=EMAIL)] == [other]


def test_lost_answer_is_recovered_by_looking(desk: Desk, customers: Customers) -> None:
    """What was remembered before is not believed any more."""
    assert list(customers.find(email=EMAIL)) == []
    desk.sim.faults.add(Kind.RESET, match=CONTACTS)
    with pytest.raises(LostReply):
        customers.put(FIRM, existing=None)
    (found,) = customers.find(email=EMAIL)
    assert found.name == "Öberg AB"
    assert len(desk.sim.customers.kept()) == 2


@pytest.mark.parametrize("habit", ["replay", "refuse"])
def test_same_customer_word_for_word_is_not_made_twice(desk: Desk, customers: Customers, habit: str) -> None:
    """Where the sequence counts: the one that is there is taken."""
    desk.sim.habits.sequence = habit
    first = customers.put(FIRM, existing=None)
    assert customers.put(FIRM, existing=None).number == first.number
    assert customers.put(replace(FIRM, email="b@example.com"), existing=None).number != first.number


def test_where_every_order_makes_a_customer_the_same_buyer_is_another(desk: Desk) -> None:
    """The settings say so, whatever the sequence does."""
    desk.again("[customers]\nignore_email = yes\nignore_org_number = yes\n")
    customers = Customers(desk.core)
    assert customers.put(FIRM, existing=None).number != customers.put(FIRM, existing=None).number


def test_customer_that_was_made_and_removed_waits_for_a_person(desk: Desk, customers: Customers) -> None:
    """A used sequence, and nobody there: it says how to get on."""
    desk.sim.habits.sequence = "refuse"
    record = customers.put(FIRM, existing=None)
    del desk.sim.state.contacts[record.id]
    with pytest.raises(Rejected, match="made already") as caught:
        customers.put(FIRM, existing=None)
    assert "by hand" in str(caught.value.advice)


def test_profile_may_let_the_bridge_number_customers(desk: Desk) -> None:
    """The next after the highest there is, whoever has it."""
    desk.sim.customers.keep(name="Hög")
    card(desk, "2")["number"] = "7001"
    desk.again(own={"contact.number": "bridge"})
    assert Customers(desk.core).put(FIRM, existing=None).number == "7002"


def test_address_hogia_did_not_take_with_the_customer_follows(
    desk: Desk, customers: Customers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At its own place; a failure there makes no second customer."""
    from bridge.sim.hogia_smart import contacts

    create = contacts.create
    monkeypatch.setattr(contacts, "create", lambda state, body: create(state, {**body, "addresses": []}))
    desk.sim.faults.add(Kind.ANSWER, match=("POST", "/addresses"), status=503)
    record = customers.put(FIRM, existing=None)
    assert [each["street"] for each in addresses(desk, record.number)] == ["Torget 1"]
    assert [each.number for each in customers.find(email=EMAIL)] == [record.number]


def test_update_sends_back_everything_it_read(desk: Desk, customers: Customers) -> None:
    """What is left out may be cleared, for all we know."""
    record = customers.put(FIRM, existing=None)
    extra = {"paymentTerms": 10, "customerDebtAccountNumber": 1510, "discountPercent": 5}
    card(desk, record.number)["customer"] |= extra  # type: ignore[operator]
    card(desk, record.number)["language"] = "sv-SE"
    moved = replace(FIRM, company="Öberg & Co AB", email="ny@example.com")
    customers.put(moved, existing=record, parts=(CustomerPart.BILLING, CustomerPart.EMAIL))
    sent = desk.posted(f"/contacts/{record.id}")
    assert (sent["companyName"], sent["language"], sent["number"]) == (
        "Öberg & Co AB",
        "sv-SE",
        record.number,
    )
    assert sent["customer"] == {"eInvoiceReceiverEmail": "ny@example.com", "isActive": True, **extra}
    assert [each.number for each in customers.find(email="ny@example.com")] == [record.number]


def test_addresses_are_changed_at_their_own_place(desk: Desk, customers: Customers) -> None:
    """Only what moved; the old second row goes with the old street; a new kind is added."""
    record = customers.put(ANNA, existing=None)
    moved = replace(ANNA, billing=replace(HOME, street="Nygatan 1", street_2=""))
    customers.put(moved, existing=record, parts=(CustomerPart.BILLING, CustomerPart.DELIVERY))
    assert [
        (each["addressType"], each["street"], each["streetExtraLine"]) for each in addresses(desk, "2")
    ] == [
        (2, "Nygatan 1", ""),
        (3, "Vasagatan 12", "c/o Ek"),
    ]


def test_update_that_changes_nothing_writes_nothing(desk: Desk, customers: Customers) -> None:
    """Nor does one with blanks."""
    record = customers.put(FIRM, existing=None)
    before = sum(each["method"] == "POST" for each in desk.sim.log)
    for same in (FIRM, Customer(company="Öberg AB"), Customer()):
        customers.put(same, existing=record, parts=tuple(CustomerPart))
    assert sum(each["method"] == "POST" for each in desk.sim.log) == before


def test_person_who_becomes_a_company_loses_the_persons_name(desk: Desk, customers: Customers) -> None:
    """And the other way round."""
    record = customers.put(ANNA, existing=None)
    customers.put(FIRM, existing=record, parts=(CustomerPart.BILLING,))
    body = card(desk, record.number)
    assert (body["companyName"], body["givenName"], body["surName"]) == ("Öberg AB", "", "")
    customers.put(ANNA, existing=record, parts=(CustomerPart.BILLING,))
    body = card(desk, record.number)
    assert (body["companyName"], body["givenName"], body["isOrganization"]) == ("", "Anna", False)


def test_contact_that_hides_its_addresses_gets_none(
    desk: Desk, customers: Customers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With every order they would become one more."""
    from bridge.sim.hogia_smart import contacts

    record = customers.put(FIRM, existing=None)
    shown: Any = contacts._json

    def hidden(*what: Any) -> dict[str, Any]:
        told: dict[str, Any] = shown(*what)
        return {name: value for name, value in told.items() if name != "addresses"}

    monkeypatch.setattr(contacts, "_json", hidden)
    moved = replace(FIRM, billing=replace(HOME, street="Nygatan 1"))
    customers.put(moved, existing=record, parts=tuple(CustomerPart))
    assert len(addresses(desk, record.number)) == 2


def test_customer_made_inactive_meanwhile_is_not_updated(desk: Desk, customers: Customers) -> None:
    """Refused, with what to do."""
    record = customers.put(FIRM, existing=None)
    card(desk, record.number)["customer"]["isActive"] = False  # type: ignore[index]
    with pytest.raises(Rejected, match="not active"):
        customers.put(FIRM, existing=record, parts=tuple(CustomerPart))


@pytest.mark.parametrize("body", [b"{}", b'{"id": 7}', b"[]", b'"x"'])
def test_answer_that_is_no_customer_is_a_doubt(desk: Desk, customers: Customers, body: bytes) -> None:
    """The caller looks before it tries again."""
    desk.sim.faults.add(Kind.ANSWER, match=CONTACTS, status=200, body=body)
    with pytest.raises(LostReply):
        customers.put(FIRM, existing=None)
    desk.sim.faults.add(Kind.ANSWER, match=("GET", "/contacts"), status=200, body=b'[{"number": "7"}]')
    with pytest.raises(Transient):
        customers.find(email=EMAIL)


def test_failed_reading_is_not_nobody(desk: Desk, customers: Customers) -> None:
    """Not even half a list."""
    desk.sim.faults.add(Kind.ANSWER, times=None, status=404)
    with pytest.raises(RemoteError):
        customers.find(email=EMAIL)
    with pytest.raises(RemoteError):
        list(customers.every())
