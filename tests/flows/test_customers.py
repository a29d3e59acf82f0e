"""Customers in an ERP that keeps its own: found by the chain, brought up to date by choice, made if there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.flows.dispatch import Step
from bridge.model.documents import CustomerPart
from bridge.model.orders import Address, Customer
from bridge.store.records import State
from tests.builders import an_order
from tests.flows.conftest import House
from tests.support.fake_customers import FakeCustomerErp, customer_settings
from tests.support.fakes import Mode

EMAIL = "anna.oberg@example.com"
NUMBER = "556000-4615"
BILLING = Address(
    first_name="Anna", last_name="Öberg", street="Vasagatan 12", postcode="411 24", country="SE"
)
FIRM = Customer(
    shop_id="7", email=EMAIL, company="Öberg AB", org_number=NUMBER, billing=BILLING, shipping=BILLING
)


@pytest.fixture
def erp(house: House) -> FakeCustomerErp:
    """The house's ERP, one with customers."""
    made = FakeCustomerErp(house.clock)
    house.erp = made
    house.build()
    return made


def book(house: House, *, order_id: int = 1234, customer: Customer = FIRM, **settings: object) -> str:
    """Send an order; the number of the customer it was booked on."""
    house.customers = customer_settings(**settings)
    house.build()
    house.shop.put(an_order(order_id=order_id, customer=customer))
    house.collector.poll("main")
    assert house.drain()[0] is Step.DONE
    booked_on: list[str] = house.erp.booked_on  # type: ignore[attr-defined] # the fixture above
    return booked_on[-1]


def said(house: House, order_id: int = 1234) -> str:
    """What the page shows beside the document."""
    document = house.detail(order_id).document
    assert document is not None
    return " ".join(map(str, document.notes))


def test_cus_01_found_by_email_first(house: House, erp: FakeCustomerErp):
    """Whatever has the number: e-mail counts first."""
    erp.add(org_number=NUMBER)
    wanted = erp.add(email=EMAIL.upper())
    assert book(house) == wanted.number
    assert erp.questions == [EMAIL]
    assert said(house) == f"Customer {wanted.number} was found by e-mail address."


def test_cus_01_found_by_number_when_no_email_fits(house: House, erp: FakeCustomerErp):
    """A person's number goes the same way, in whatever spelling."""
    wanted = erp.add(email="old@example.com", org_number="19811228-9874")
    person = replace(FIRM, company="", org_number="8112289874")
    assert book(house, customer=person) == wanted.number
    assert erp.questions == [EMAIL, "811228-9874"]


def test_cus_01_made_when_nothing_fits_and_found_ever_after(house: House, erp: FakeCustomerErp):
    """One buyer, one customer."""
    erp.add(email="other@example.com", org_number="556012-5790")
    made = book(house)
    assert book(house, order_id=1235) == made
    assert len(erp.cards) == 2
    assert erp.cards[-1].record.name == "Öberg AB"
    assert said(house) == f"Customer {made} was made for this buyer."


def test_cus_02_ignore_email_looks_only_by_number(house: House, erp: FakeCustomerErp):
    """A shared mailbox is not one customer."""
    erp.add(email=EMAIL)
    wanted = erp.add(org_number="5560004615")
    assert book(house, ignore_email=True) == wanted.number
    assert erp.questions == [NUMBER]


def test_cus_03_ignore_org_number_looks_only_by_email(house: House, erp: FakeCustomerErp):
    """Without a match by e-mail a new customer is made, although the number is there."""
    erp.add(org_number=NUMBER)
    assert book(house, ignore_org_number=True) == "1002"
    assert erp.updates == []


def test_cus_03_ignore_org_number_with_force_update_updates_or_makes(house: House, erp: FakeCustomerErp):
    """By e-mail: brought up to date; no match: new."""
    erp.add(org_number=NUMBER)
    wanted = erp.add(email=EMAIL, org_number="556012-5790")
    how = {"ignore_org_number": True, "force_update": True}
    assert book(house, **how) == wanted.number
    assert erp.updates == [(wanted.number, tuple(CustomerPart))]
    other = replace(FIRM, email="new@example.com")
    assert book(house, order_id=1235, customer=other, **how) == "1003"


def test_cus_04_both_ignored_is_always_a_new_customer(house: House, erp: FakeCustomerErp):
    """Even for the same buyer."""
    how = {"ignore_email": True, "ignore_org_number": True}
    assert [book(house, order_id=each, **how) for each in (1, 2, 3)] == ["1001", "1002", "1003"]
    assert len(erp.cards) == 3


@pytest.mark.parametrize("parts", [("billing",), ("delivery", "email"), ("billing", "delivery", "email")])
def test_cus_05_existing_customer_is_updated_in_the_chosen_parts(
    house: House, erp: FakeCustomerErp, parts: tuple[str, ...]
):
    """Billing, delivery, e-mail: what is not chosen stays."""
    wanted = erp.add(email=EMAIL)
    assert book(house, force_update=True, update_parts=parts) == wanted.number
    assert erp.updates == [(wanted.number, tuple(map(CustomerPart, parts)))]
    assert "It was brought up to date." in said(house)


def test_cus_05_existing_customer_stays_as_it_is_without_force_update(house: House, erp: FakeCustomerErp):
    """The ERP's own data count."""
    erp.add(email=EMAIL)
    assert book(house) == "1001"
    assert erp.updates == []


def test_cus_05_customer_of_another_firm_is_not_overwritten(house: House, erp: FakeCustomerErp):
    """It is used, for e-mail counts first, and that is told."""
    wanted = erp.add(email=EMAIL, org_number="556012-5790")
    assert book(house, force_update=True) == wanted.number
    assert erp.updates == []
    assert "has another organisation or person number" in said(house)


def test_cus_07_customer_of_the_till_is_found_and_not_doubled(house: House, erp: FakeCustomerErp):
    """The till writes e-mail and number in its own way."""
    till = erp.add(name="ÖBERG AB", email="ANNA.OBERG@EXAMPLE.COM", org_number="16556000-4615")
    assert book(house) == till.number
    assert book(house, order_id=1235, customer=replace(FIRM, email="faktura@oberg.example")) == till.number
    assert len(erp.cards) == 1


def test_cus_08_guests_go_to_the_collective_customer_by_choice(house: House, erp: FakeCustomerErp):
    """One customer for all of them; companies and buyers with an account have their own."""
    collective = erp.add(name="Webbkund")
    guest = Customer(email=EMAIL, billing=BILLING)
    how = {"collective_customer": collective.number}
    assert book(house, customer=guest, **how) == collective.number
    assert book(house, order_id=1235, customer=guest, **how) == collective.number
    assert book(house, order_id=1236, **how) == "1002"


def test_cus_08_collective_customer_that_is_not_there_parks_the_order(house: House, erp: FakeCustomerErp):
    """The setting is named; nothing is made."""
    house.customers = customer_settings(collective_customer="9999")
    house.build()
    house.shop.put(an_order(customer=Customer(email=EMAIL, billing=BILLING)))
    house.collector.poll("main")
    assert house.drain() == [Step.PARKED]
    fault = house.entry().fault
    assert fault is not None
    assert fault.field == "[customers] collective_customer"
    assert (erp.cards, erp.stored) == ([], [])


def test_cus_09_number_in_a_configured_field_finds_the_customer(house: House, erp: FakeCustomerErp):
    """The owner names the field of his own checkout plugin."""
    wanted = erp.add(org_number=NUMBER)
    house.customers = customer_settings(org_number_fields=("_my_orgnr",))
    house.build()
    house.shop.put(an_order(customer=replace(FIRM, org_number=""), meta={"_my_orgnr": "16 5560004615"}))
    house.collector.poll("main")
    house.drain()
    assert erp.booked_on == [wanted.number]


def test_cus_10_wrong_vat_number_is_noted_and_not_given_to_the_erp(house: House, erp: FakeCustomerErp):
    """The document goes on its way; the customer gets no number that cannot be right."""
    book(house, customer=replace(FIRM, vat_number="DE136695978"))
    assert erp.cards[0].customer.vat_number == ""
    assert "is no VAT number of an EU country. It was not given to the ERP." in said(house)


def test_several_hits_are_parked_with_their_numbers(house: House, erp: FakeCustomerErp):
    """Never a guess; joined in the ERP, a retry goes through."""
    erp.add(email=EMAIL)
    erp.add(email=EMAIL)
    house.shop.put(an_order(customer=FIRM))
    house.collector.poll("main")
    assert house.drain() == [Step.PARKED]
    entry = house.entry()
    assert entry.fault is not None
    assert "1001, 1002" in str(entry.fault.text)
    assert entry.doubt is None
    assert erp.stored == []
    erp.cards.pop()
    house.store.outbox.retry([entry.id], who="Anna", reason="", now=house.clock.now())
    house.drain()
    assert (house.state(), erp.booked_on) == (State.DONE, ["1001"])


def test_wrong_person_number_is_neither_used_nor_shown(house: House, erp: FakeCustomerErp):
    """The note stands on the page for anybody who may log in."""
    book(house, customer=replace(FIRM, company="", org_number="811228-9875"))
    assert erp.questions == [EMAIL]
    assert "It was not used to find the customer." in said(house)
    assert "811228" not in said(house)


def test_name_the_erp_cannot_take_is_fitted_and_told(house: House, erp: FakeCustomerErp):
    """Letters it lacks are spelled, and what was lost is noted beside the document."""
    book(house, customer=replace(FIRM, company="Łódź Handel " + "x" * 80))
    assert erp.cards[0].customer.company == "Lódz Handel " + "x" * 48
    assert "company: cut after 60 letters." in said(house)


def test_preview_tells_what_can_be_told_without_asking(house: House, erp: FakeCustomerErp):
    """Numbers that cannot be right, what is cut, the collective customer."""
    order = an_order(customer=replace(FIRM, org_number="556000-4616"))
    assert "It was not used to find the customer." in str(house.booker.preview(order).notes[0])
    house.customers = customer_settings(collective_customer="9999")
    house.build()
    guest = an_order(customer=Customer(email=EMAIL, billing=BILLING))
    assert [str(note) for note in house.booker.preview(guest).notes] == [
        "Booked on the collective customer 9999."
    ]
    assert (erp.questions, erp.cards) == ([], [])


def test_erp_without_customers_is_asked_nothing(ready: House):
    """A folder of SIE files has none."""
    assert ready.drain() == [Step.DONE]
    document = ready.detail().document
    assert document is not None
    assert document.notes == ()
    assert ready.booker.preview(an_order()).notes == ()


def test_check_tells_a_collective_customer_that_is_not_there(house: House, erp: FakeCustomerErp):
    """Before the first guest is parked for it; an ERP that does not answer is not the owner's fault."""
    house.build()
    assert house.customer_flow.check() == ()
    house.customers = customer_settings(collective_customer="1001")
    house.build()
    (told,) = house.customer_flow.check()
    assert "has no customer 1001" in str(told.what)
    erp.add(name="Webbkund")
    assert house.customer_flow.check() == ()
    erp.asking_mode = Mode.DOWN
    (told,) = house.customer_flow.check()
    assert "Try again" in str(told.fix)


def test_check_tells_a_collective_customer_where_the_erp_keeps_none(house: House):
    """The line is without effect, and the owner thinks otherwise."""
    house.customers = customer_settings(collective_customer="1001")
    house.build()
    (told,) = house.customer_flow.check()
    assert not told.severe
    assert "without effect" in str(told.what)
