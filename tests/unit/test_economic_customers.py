"""e-conomic: customers found, made and brought up to date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.erps.economic.customers import Customers
from bridge.errors import LostReply, Rejected, Transient
from bridge.model.documents import CustomerPart, CustomerRecord
from bridge.model.orders import Address, Customer
from bridge.sim.faults import Kind
from tests.support.economic_office import Office

HOME = Address(
    first_name="Anna",
    last_name="Öberg",
    street="Vasagatan 12",
    street_2="lgh 3",
    postcode="411 24",
    city="Göteborg",
    country="SE",
    phone="031-1",
)
FIRM = Customer(
    email="anna@example.com",
    company="Öberg AB",
    org_number="556000-4615",
    vat_number="SE556000461501",
    billing=HOME,
    shipping=replace(HOME, street="Torget 1", street_2="", city="Mölndal"),
)
ALL = tuple(CustomerPart)


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    """A company."""
    office = Office(tmp_path, clock)
    yield office
    office.close()


@pytest.fixture
def customers(office: Office) -> Customers:
    """Its customers."""
    return Customers(office.core(company_group="2"))


def kept(office: Office, number: str) -> dict[str, Any]:
    """A customer as e-conomic has it."""
    return office.sim.state.customers[int(number)].body


def places(office: Office, number: str) -> dict[int, dict[str, Any]]:
    """Its places of delivery."""
    return office.sim.state.customers[int(number)].locations


def test_new_customer_has_what_the_order_tells_and_the_settings_say(
    office: Office, customers: Customers
) -> None:
    """The five required fields, and nothing that is blank."""
    record = customers.put(FIRM, existing=None)
    assert kept(office, record.number) == {
        "name": "Öberg AB",
        "address": "Vasagatan 12\nlgh 3",
        "zip": "411 24",
        "city": "Göteborg",
        "country": "Sweden",
        "telephoneAndFaxNumber": "031-1",
        "corporateIdentificationNumber": "556000-4615",
        "vatNumber": "SE556000461501",
        "email": "anna@example.com",
        "currency": "SEK",
        "customerGroup": {"customerGroupNumber": 2},
        "paymentTerms": {"paymentTermsNumber": 2},
        "vatZone": {"vatZoneNumber": 1},
    }
    assert places(office, record.number) == {
        1: {"address": "Torget 1", "postalCode": "411 24", "city": "Mölndal", "country": "Sweden"}
    }
    assert record == CustomerRecord(
        id=record.number,
        number=record.number,
        name="Öberg AB",
        email="anna@example.com",
        org_number="556000-4615",
        postcode="411 24",
    )


def test_buyer_without_a_name_still_has_one(office: Office, customers: Customers) -> None:
    """A name is required: the e-mail address, else a question mark."""
    bare = Customer(email="x@example.com")
    assert customers.put(bare, existing=None).name == "x@example.com"
    record = customers.put(Customer(), existing=None)
    assert kept(office, record.number)["name"] == "?"
    assert kept(office, record.number)["customerGroup"] == {"customerGroupNumber": 1}


def test_delivery_to_the_bill_needs_no_place(office: Office, customers: Customers) -> None:
    """One call less."""
    record = customers.put(replace(FIRM, shipping=HOME), existing=None)
    assert places(office, record.number) == {}
    assert len(office.said("POST")) == 1


@pytest.mark.parametrize(
    ("country", "vat", "zone"),
    [
        ("SE", "", 1),
        ("", "", 1),
        ("DE", "", 11),
        ("BE", "", 1),
        ("DE", "DE136695976", 2),
        ("NO", "", 3),
        ("GB", "", 3),
    ],
)
def test_vat_zone_by_country_and_number(
    office: Office, customers: Customers, country: str, vat: str, zone: int
) -> None:
    """A country's own zone only where the settings have one."""
    buyer = replace(FIRM, vat_number=vat, billing=replace(HOME, country=country), shipping=Address())
    record = customers.put(buyer, existing=None)
    assert kept(office, record.number)["vatZone"] == {"vatZoneNumber": zone}


def test_vat_zone_of_the_delivery_where_the_bill_has_no_country(office: Office, customers: Customers) -> None:
    """Better than none."""
    buyer = replace(
        FIRM, vat_number="", billing=Address(last_name="Ek"), shipping=replace(HOME, country="DE")
    )
    assert kept(office, customers.put(buyer, existing=None).number)["vatZone"] == {"vatZoneNumber": 11}


def test_missing_zone_is_refused_before_anything_is_made(office: Office, customers: Customers) -> None:
    """With the line to write."""
    del office.sim.company.zones[3]
    with pytest.raises(Rejected, match="abroad"):
        customers.put(replace(FIRM, billing=replace(HOME, country="NO")), existing=None)
    assert office.said("POST") == []


def test_customer_with_several_addresses_is_found_by_each(office: Office, customers: Customers) -> None:
    """And nobody whose address only contains it."""
    number = office.sim.customers.keep(name="Två", email="eva@example.com, ANNA@example.com")
    office.sim.customers.keep(name="Annan", email="johanna@example.com")
    assert [each.number for each in customers.find(email="anna@Example.com")] == [number]
    assert [each.number for each in customers.find(email=" eva@example.com ")] == [number]


@pytest.mark.parametrize(
    "spelled", ["556000-4615", "5560004615", "165560004615", "16556000-4615", "556000 4615"]
)
def test_customer_is_found_by_number_in_any_spelling(
    office: Office, customers: Customers, spelled: str
) -> None:
    """In one question."""
    number = office.sim.customers.keep(name="Öberg", org_number=spelled)
    assert [each.number for each in customers.find(org_number="556000-4615")] == [number]
    assert len(office.said("GET")) == 1


def test_number_of_another_country_is_found_as_it_is(office: Office, customers: Customers) -> None:
    """Its blanks and hyphens do not count."""
    number = office.sim.customers.keep(name="Fr", org_number="732 829 320")
    assert [each.number for each in customers.find(org_number="732 829 320")] == [number]
    assert customers.find(org_number="732829321") == []


@pytest.mark.parametrize("number", ["K-17", "0", "9999999999", "01", "²", "77"])
def test_number_nobody_has(office: Office, customers: Customers, number: str) -> None:
    """Not a customer, and no question where none can be."""
    office.sim.customers.keep(name="Ett")
    assert customers.find(number=number) == []


def test_barred_customer_is_refused_with_a_sentence(office: Office, customers: Customers) -> None:
    """Nothing can be invoiced to it; another with the same address is taken instead."""
    barred = office.sim.customers.keep(name="Spärrad", email="anna@example.com")
    kept(office, barred)["barred"] = True
    with pytest.raises(Rejected, match=f"Customer {barred} is barred"):
        customers.find(email="anna@example.com")
    with pytest.raises(Rejected, match="barred"):
        customers.find(number=barred)
    free = office.sim.customers.keep(name="Fri", email="anna@example.com")
    assert [each.number for each in customers.find(email="anna@example.com")] == [free]
    with pytest.raises(Rejected, match="barred"):
        customers.put(FIRM, existing=CustomerRecord(id=barred, number=barred), parts=ALL)
    assert office.said("PUT") == []


def test_update_keeps_what_nobody_here_knows(office: Office, customers: Customers) -> None:
    """A PUT replaces everything, so what was read goes back (facts, section 3)."""
    record = customers.put(FIRM, existing=None)
    more = {
        "website": "https://oberg.example",
        "ean": "5790000000000",
        "creditLimit": 5000,
        "layout": {"layoutNumber": 20},
        "salesPerson": {"employeeNumber": 2},
        "priceGroup": {"priceGroupNumber": 1},
        "customerGroup": {"customerGroupNumber": 1},
        "mobilePhone": "070-1",
    }
    before = kept(office, record.number) | more
    office.sim.state.customers[int(record.number)].body = dict(before)
    moved = replace(
        FIRM, company="Öberg & Co AB", billing=replace(HOME, street_2="", city="Lund", country="NO")
    )
    assert customers.put(moved, existing=record, parts=(CustomerPart.BILLING,)).name == "Öberg & Co AB"
    changes = {"name": "Öberg & Co AB", "address": "Vasagatan 12", "city": "Lund", "country": "Norway"}
    assert kept(office, record.number) == before | changes


def test_update_that_changes_nothing_writes_nothing(office: Office, customers: Customers) -> None:
    """And one of the delivery alone leaves the customer alone."""
    record = customers.put(FIRM, existing=None)
    office.sim.log.clear()
    customers.put(FIRM, existing=record, parts=ALL)
    assert office.said("PUT") == office.said("POST") == []
    moved = replace(FIRM, shipping=replace(HOME, street="Nytorget 2"))
    customers.put(moved, existing=record, parts=(CustomerPart.DELIVERY,))
    (put,) = office.said("PUT")
    assert put["path"].endswith("/delivery-locations/1")
    assert places(office, record.number)[1]["address"] == "Nytorget 2\nlgh 3"


def test_update_of_the_email_keeps_the_other_addresses(office: Office, customers: Customers) -> None:
    """Where the order's is one of them; another one takes their place."""
    number = office.sim.customers.keep(name="Öberg", email="Anna@example.com ekonomi@example.com")
    record = CustomerRecord(id=number, number=number)
    customers.put(FIRM, existing=record, parts=(CustomerPart.EMAIL,))
    assert kept(office, number)["email"] == "Anna@example.com ekonomi@example.com"
    customers.put(replace(FIRM, email="ny@example.com"), existing=record, parts=(CustomerPart.EMAIL,))
    assert kept(office, number)["email"] == "ny@example.com"


def test_update_of_the_default_place_keeps_the_others(office: Office, customers: Customers) -> None:
    """A company may have warehouses of its own there."""
    record = customers.put(FIRM, existing=None)
    customer = office.sim.state.customers[int(record.number)]
    customer.locations |= {
        2: {"address": "Lager 2", "sortKey": 7, "termsOfDelivery": "Fritt lager"},
        3: {"barred": True},
    }
    customer.body["defaultDeliveryLocation"] = {"deliveryLocationNumber": 2}
    customers.put(
        replace(FIRM, shipping=replace(HOME, street="Nya lagret")),
        existing=record,
        parts=(CustomerPart.DELIVERY,),
    )
    assert customer.locations[1]["address"] == "Torget 1"
    assert customer.locations[2]["address"] == "Nya lagret\nlgh 3"
    assert (customer.locations[2]["sortKey"], customer.locations[2]["termsOfDelivery"]) == (7, "Fritt lager")
    assert customer.body["defaultDeliveryLocation"] == {"deliveryLocationNumber": 2}


def test_first_place_of_an_old_customer_is_made_by_an_update(office: Office, customers: Customers) -> None:
    """A delivery to the bill makes none."""
    number = office.sim.customers.keep(name="Gammal")
    record = CustomerRecord(id=number, number=number)
    customers.put(replace(FIRM, shipping=HOME), existing=record, parts=(CustomerPart.DELIVERY,))
    assert places(office, number) == {}
    customers.put(FIRM, existing=record, parts=(CustomerPart.DELIVERY,))
    assert places(office, number)[1]["address"] == "Torget 1"


@pytest.mark.parametrize("kind", [Kind.RESET, Kind.REFUSE])
def test_customer_who_stands_is_not_made_again_for_a_lost_place(
    office: Office, customers: Customers, kind: Kind, caplog: pytest.LogCaptureFixture
) -> None:
    """The place is looked for and made once; where that fails too, the customer is told all the same."""
    office.sim.faults.add(kind, match=("POST", "delivery-locations"))
    record = customers.put(FIRM, existing=None)
    assert [each["address"] for each in places(office, record.number).values()] == ["Torget 1"]
    office.sim.faults.add(Kind.REFUSE, times=None, match=("*", "delivery-locations"))
    second = customers.put(replace(FIRM, email="b@example.com"), existing=None)
    assert places(office, second.number) == {}
    assert "delivery=missing" in caplog.text
    assert "Torget" not in caplog.text


def test_answer_that_is_no_customer_is_a_lost_reply(office: Office, customers: Customers) -> None:
    """To a making call; to a reading one it passes by itself."""
    how = {"status": 201, "body": b"{}", "headers": {"Content-Type": "application/json"}}
    office.sim.faults.add(Kind.ANSWER, match=("POST", "/customers"), **how)  # type: ignore[arg-type]
    with pytest.raises(LostReply):
        customers.put(FIRM, existing=None)
    row = b'{"collection": [{"email": "anna@example.com"}], "pagination": {}}'
    office.sim.faults.add(Kind.ANSWER, status=200, body=row, headers={"Content-Type": "application/json"})
    with pytest.raises(Transient):
        customers.find(email="anna@example.com")


def test_refusal_makes_the_registers_be_asked_anew(office: Office, customers: Customers) -> None:
    """The group may be gone since we looked."""
    customers.put(FIRM, existing=None)
    del office.sim.company.customer_groups[2]
    with pytest.raises(Rejected, match=r"customer group: .*E06000"):
        customers.put(FIRM, existing=None)
    office.sim.company.customer_groups[2] = "Företagskunder"
    assert customers.put(FIRM, existing=None)
    asked = [each for each in office.said("GET") if each["path"] == "/customer-groups"]
    assert len(asked) == 2


def test_every_customer_once_whatever_happens_meanwhile(office: Office, customers: Customers) -> None:
    """More than a page; one before us is deleted while we read, and a barred one is left out."""
    for number in range(1, 2006):
        office.sim.customers.keep(name=f"Kund {number}")
    kept(office, "1500")["barred"] = True
    listed = customers.every()
    first = [next(listed).number for _ in range(1000)]
    del office.sim.state.customers[5]
    rest = [each.number for each in listed]
    assert [*first, *rest] == [str(number) for number in range(1, 2006) if number != 1500]


def test_list_that_does_not_go_on_is_no_endless_loop(office: Office, customers: Customers) -> None:
    """A server that forgets the filter."""
    page = b'{"collection": [{"customerNumber": 0}], "pagination": {"nextPage": "https://economic.example/customers"}}'
    office.sim.faults.add(
        Kind.ANSWER, times=None, status=200, body=page, headers={"Content-Type": "application/json"}
    )
    with pytest.raises(Transient, match="does not go on"):
        list(customers.every())
