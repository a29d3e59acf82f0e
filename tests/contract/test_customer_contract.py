"""What every ERP adapter that keeps customers must do. No adapter is named here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from bridge.errors import LostReply, RemoteError, Transient, Unauthorised
from bridge.flows.customers import Customers, Ready
from bridge.model.documents import CustomerPart
from bridge.model.orders import Address, Customer, Order
from bridge.ports import BooksCustomers, Capability, Erp, ListsCustomers
from bridge.sim.booked import KeepsCustomers, KeptCustomer
from bridge.sim.faults import Kind
from tests.builders import an_order, key_of
from tests.contract.conftest import BUYER, Subject, kind_of
from tests.contract.test_erp_contract import HOSTILE
from tests.support.fake_customers import customer_settings

EMAIL = "anna@example.com"
NUMBER = "556000-4615"
HOME = Address(
    first_name="Anna", last_name="Öberg", street="Vasagatan 12", postcode="411 24", city="Göteborg", country="SE"
)  # fmt: skip
FIRM = Customer(
    shop_id="7",
    email=EMAIL,
    company="Öberg AB",
    org_number=NUMBER,
    billing=HOME,
    shipping=replace(HOME, street="Torget 1"),
)


class Facts(dict[str, str]):
    """A store's small facts."""

    def put(self, name: str, value: str) -> None:
        """Keep one."""
        self[name] = value


class Desk:
    """An adapter with customers, the flow that uses it, and what the ERP really holds."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.erp: Erp = subject.adapter()
        self.books = cast("BooksCustomers", self.erp)
        self.there: KeepsCustomers = subject.simulator.customers  # type: ignore[attr-defined]
        self.facts = Facts()

    def ready(self, customer: Customer = FIRM, **settings: object) -> Ready:
        """As the bridge does it for an order, after a restart."""
        order = an_order(customer=customer)
        flow = Customers(
            erp=self.erp, settings=customer_settings(**settings), facts=self.facts, clock=self.subject.clock
        )
        return flow.ready(order, key_of(order))

    def number(self, customer: Customer = FIRM, **settings: object) -> str:
        """Of the customer the order would be booked on."""
        record = self.ready(customer, **settings).record
        assert record is not None
        return record.number

    def kept(self) -> list[KeptCustomer]:
        """All but whom the contract books everything else on."""
        return [each for each in self.there.kept() if each.email != BUYER.email]

    def only(self) -> KeptCustomer:
        """The one customer there must be."""
        (kept,) = self.kept()
        return kept


@pytest.fixture
def desk(subject: Subject) -> Desk:
    """Adapters that keep customers."""
    if Capability.CUSTOMERS not in subject.adapter().capabilities:
        pytest.skip("this ERP keeps no customers")
    return Desk(subject)


@pytest.mark.parametrize("email", [EMAIL, "ANNA@example.COM"])
def test_customer_is_found_by_email(desk: Desk, email: str) -> None:
    """Without case."""
    desk.there.keep(name="Bo", email="bo@example.com")
    wanted = desk.there.keep(name="Anna", email=email)
    assert desk.number() == wanted


@pytest.mark.parametrize("spelling", [NUMBER, "5560004615", "165560004615"])
def test_customer_is_found_by_number_in_any_spelling(desk: Desk, spelling: str) -> None:
    """With or without hyphen and century."""
    desk.there.keep(name="Bo AB", org_number="556012-5790")
    wanted = desk.there.keep(name="Öberg", org_number=spelling)
    assert desk.number() == wanted


def test_customer_is_found_by_its_own_number(desk: Desk) -> None:
    """The collective customer; a number that is the beginning of another is not it."""
    wanted = [desk.there.keep(name=f"Webbkund {each}") for each in range(12)][-1]
    (found,) = desk.books.find_customers(number=wanted)
    assert found.number == wanted
    shorter = desk.books.find_customers(number=wanted[:-1])
    assert {each.number for each in shorter} <= {wanted[:-1]}


def test_customer_who_is_not_there_is_made_once(desk: Desk) -> None:
    """With everything the order tells; found from then on, also after a restart."""
    number = desk.number()
    assert desk.number() == number
    kept = desk.only()
    assert (kept.number, kept.name, kept.email) == (number, "Öberg AB", EMAIL)
    assert kept.company
    assert kept.org_number.replace("-", "") == NUMBER.replace("-", "")
    assert (kept.street, kept.delivery_street) == ("Vasagatan 12", "Torget 1")


def test_person_is_no_company(desk: Desk) -> None:
    """A person's name is the customer's name."""
    desk.ready(replace(FIRM, company="", org_number=""))
    kept = desk.only()
    assert (kept.name, kept.company) == ("Anna Öberg", False)


def test_two_customers_with_one_email_are_both_told(desk: Desk) -> None:
    """The adapter never chooses."""
    numbers = {desk.there.keep(name=name, email=EMAIL) for name in ("Anna", "Anna igen")}
    assert {found.number for found in desk.books.find_customers(email=EMAIL)} == numbers


@pytest.mark.parametrize("part", list(CustomerPart))
def test_update_overwrites_only_the_chosen_part(desk: Desk, part: CustomerPart) -> None:
    """Billing, delivery or e-mail."""
    number = desk.number()
    before = desk.only()
    moved = replace(
        FIRM,
        company="Öberg & Co AB",
        email="new@example.com",
        billing=replace(HOME, street="Nygatan 1"),
        shipping=replace(HOME, street="Nytorget 2"),
    )
    (record,) = desk.books.find_customers(number=number)
    desk.books.put_customer(moved, existing=record, parts=(part,))
    changed = {
        CustomerPart.BILLING: {"name": "Öberg & Co AB", "street": "Nygatan 1"},
        CustomerPart.DELIVERY: {"delivery_street": "Nytorget 2"},
        CustomerPart.EMAIL: {"email": "new@example.com"},
    }[part]
    assert desk.only() == replace(before, **changed)  # type: ignore[arg-type]


def test_update_with_blanks_takes_nothing_away(desk: Desk) -> None:
    """What the order does not know, the ERP may."""
    number = desk.number()
    before = desk.only()
    (record,) = desk.books.find_customers(number=number)
    bare = Customer(company="Öberg AB", billing=Address(first_name="Anna", last_name="Öberg"))
    desk.books.put_customer(bare, existing=record, parts=tuple(CustomerPart))
    assert desk.only() == before


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_customers_of_every_sort_are_taken(desk: Desk, name: str) -> None:
    """Fitted to what the adapter says the ERP can take; the next order finds the same one."""
    address = Address(
        first_name=name, last_name=name, street=name, street_2=name, postcode=name, city=name, country="SE"
    )
    customer = replace(FIRM, company=name, phone=name, billing=address, shipping=address)
    assert desk.number(customer) == desk.number(customer) == desk.only().number


def _writes(environ: Mapping[str, object]) -> bool:
    return environ["REQUEST_METHOD"] not in {"GET", "HEAD"}


@pytest.mark.parametrize("kind", [Kind.RESET, Kind.TIMEOUT, Kind.CUT, Kind.TRUNCATE])
def test_lost_reply_to_making_a_customer_then_once(wired: Subject, desk: Desk, kind: Kind) -> None:
    """Not now; after the settle time it is there and found. Never a doubt about the document."""
    assert wired.simulator.faults is not None
    wired.simulator.faults.add(kind, match=_writes)
    with pytest.raises(Transient) as caught:
        desk.ready()
    assert not isinstance(caught.value, LostReply)
    wired.clock.advance((desk.erp.settle + timedelta(seconds=1)).total_seconds())
    assert desk.number() == desk.only().number


def test_failed_look_up_is_not_nobody(wired: Subject, desk: Desk) -> None:
    """Otherwise every outage would make customers twice."""
    assert wired.simulator.faults is not None
    wired.simulator.faults.add(Kind.ANSWER, times=None, status=503)
    for question in ({"email": EMAIL}, {"org_number": NUMBER}, {"number": "1001"}):
        with pytest.raises(Transient):
            desk.books.find_customers(**question)
    wired.simulator.faults.clear()
    wired.simulator.faults.add(Kind.HTML, times=None)
    with pytest.raises(RemoteError):
        desk.books.find_customers(email=EMAIL)


def test_wrong_token_is_unauthorised_for_customers_too(wired: Subject, desk: Desk) -> None:
    """The channel is paused; nobody is made."""
    wrong = cast("BooksCustomers", wired.with_wrong_token())
    with pytest.raises(Unauthorised):
        wrong.find_customers(email=EMAIL)
    assert desk.kept() == []


def test_customers_are_listed_each_once(desk: Desk) -> None:
    """Over as many pages as it takes."""
    if Capability.LISTS_CUSTOMERS not in desk.erp.capabilities:
        pytest.skip("this ERP cannot list its customers")
    numbers = [desk.there.keep(name=f"Kund {each}", email=f"{each}@example.com") for each in range(7)]
    listed = list(cast("ListsCustomers", desk.erp).customers())
    assert [each.number for each in listed] == numbers
    assert listed[3].email == "3@example.com"


def test_document_is_booked_on_the_customer(desk: Desk) -> None:
    """The document that is sent names it."""
    order: Order = an_order(customer=FIRM)
    record = desk.ready().record
    assert record is not None
    document = desk.erp.put_document(order, key_of(order), kind_of(desk.erp), customer=record)
    assert record.number in document.payload or record.id in document.payload
