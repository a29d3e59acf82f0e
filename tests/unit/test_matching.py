"""Who a buyer is to the ERP: which numbers count, whom to look for, in which order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.errors import Rejected
from bridge.flows.matching import Collective, Match, Question, choose, numbered, only, parts_to_update
from bridge.model.documents import CustomerPart, CustomerRecord
from bridge.model.orders import Address, Customer
from tests.builders import an_order
from tests.support.fake_customers import customer_settings

ANNA = Customer(
    shop_id="7",
    email=" Anna@Example.com ",
    billing=Address(first_name="Anna", last_name="Öberg", country="SE"),
)
FIRM = replace(ANNA, company="Öberg AB", org_number="556000-4615", vat_number="SE556000461501")


def match(customer=FIRM, **settings):
    """The plan for a customer, where it is to look for one."""
    plan = choose(customer, customer_settings(**settings))
    assert isinstance(plan, Match)
    return plan


def asked(plan):
    """What is looked for, in order."""
    return [question.email or question.org_number for question in plan.questions]


@pytest.mark.parametrize(
    ("settings", "questions"),
    [
        ({}, ["Anna@Example.com", "556000-4615"]),
        ({"ignore_email": True}, ["556000-4615"]),
        ({"ignore_org_number": True}, ["Anna@Example.com"]),
        ({"ignore_email": True, "ignore_org_number": True}, []),
    ],
)
def test_chain_is_email_then_number_as_the_settings_leave_it(settings, questions):
    """The matching of the reference product; whatever is ignored can still be recognised after a lost reply."""
    plan = match(**settings)
    assert asked(plan) == questions
    assert len(plan.traces) == 2


def test_marks_of_one_mailbox_and_one_number_are_the_same():
    """However they are written."""
    assert Question(email="A@b.se").mark == Question(email=" a@B.se").mark
    assert Question(org_number="16556000-4615").mark == Question(org_number="5560004615").mark
    assert Question(email="a@b.se").mark != Question(email="b@b.se").mark


@pytest.mark.parametrize("number", ["556000-4616", "811228-9875", "12"])
def test_wrong_check_digit_is_noted_and_not_used(number):
    """It could be anybody's."""
    plan = match(replace(FIRM, org_number=number))
    assert asked(plan) == ["Anna@Example.com"]
    assert plan.customer.org_number == ""
    (note,) = plan.notes
    assert str(note).endswith("It was not used to find the customer.")
    assert "811228" not in str(note)


def test_foreign_number_is_used_as_it_is():
    """A Norwegian firm has nine digits, and that is right."""
    abroad = replace(
        FIRM, org_number="923 609 016", vat_number="NO923609016MVA", billing=Address(country="NO")
    )
    plan = match(abroad)
    assert asked(plan)[1] == "923 609 016"
    assert (plan.customer.vat_number, plan.notes) == ("NO923609016MVA", ())


@pytest.mark.parametrize(
    ("number", "country", "kept"),
    [
        ("se 556000-4615 01", "SE", "SE556000461501"),
        ("556000461501", "SE", "SE556000461501"),
        ("094259216", "GR", "EL094259216"),
        ("DE136695976", "SE", "DE136695976"),
        ("GB999", "GB", "GB999"),
        ("", "SE", ""),
    ],
)
def test_cus_10_vat_number_is_checked_and_tidied(number, country, kept):
    """With or without its country; one of a country we do not know is left alone."""
    plan = match(replace(ANNA, vat_number=number, billing=Address(country=country)))
    assert (plan.customer.vat_number, plan.notes) == (kept, ())


@pytest.mark.parametrize(
    ("number", "country"),
    [("SE556000461601", "SE"), ("DE136695978", "NO"), ("556000461601", "SE"), ("12", ""), ("XX12", "DE")],
)
def test_cus_10_vat_number_that_cannot_be_right_is_noted_and_left_out(number, country):
    """An ERP would refuse it, or report it to the tax office."""
    plan = match(replace(ANNA, vat_number=number, billing=Address(country=country)))
    assert plan.customer.vat_number == ""
    (note,) = plan.notes
    assert str(note).endswith("It was not given to the ERP.")


@pytest.mark.parametrize(
    ("customer", "when", "company"),
    [
        (FIRM, "either", "Öberg AB"),
        (FIRM, "company", "Öberg AB"),
        (FIRM, "number", "Öberg AB"),
        (ANNA, "either", ""),
        (replace(ANNA, org_number="556000-4615"), "either", "Anna Öberg"),
        (replace(ANNA, org_number="556000-4615"), "company", ""),
        (replace(ANNA, org_number="556000-4615"), "number", "Anna Öberg"),
        (replace(ANNA, org_number="811228-9874"), "either", ""),
        (replace(ANNA, org_number="811228-9874", company="Annas hår"), "either", "Annas hår"),
        (replace(ANNA, org_number="811228-9874", company="Annas hår"), "number", ""),
        (replace(ANNA, billing=Address(company="I rad ett AB", country="SE")), "company", "I rad ett AB"),
        (replace(FIRM, org_number="923609016", billing=Address(country="NO")), "number", "Öberg AB"),
        (replace(ANNA, org_number="923609016", billing=Address(country="NO")), "number", ""),
    ],
)
def test_company_or_person_is_told_by_name_number_or_either(customer, when, company):
    """A sole trader's number is a person's, so the name may decide alone."""
    assert match(customer, company_when=when).customer.company == company


@pytest.mark.parametrize(
    ("customer", "collective"),
    [
        (replace(ANNA, shop_id=""), True),
        (ANNA, False),
        (replace(FIRM, shop_id=""), False),
    ],
)
def test_cus_08_collective_customer_is_for_private_guests(customer, collective):
    """Who has an account, or is a company, becomes a customer; without the setting everybody does."""
    plan = choose(customer, customer_settings(collective_customer="9999"))
    assert (plan == Collective(number="9999")) is collective
    assert isinstance(choose(customer, customer_settings()), Match)


def test_cus_09_organisation_number_from_any_meta_key():
    """The first field that is filled in; else what the shop itself knows."""
    settings = customer_settings(org_number_fields=("empty", "mine"), vat_number_fields=("my_vat",))
    meta = {"empty": " ", "mine": " 556000-4615 ", "my_vat": "SE556000461501", "_billing_org_nr": "1"}
    order = an_order(meta=meta)
    found = numbered(order, settings).customer
    assert (found.org_number, found.vat_number) == ("556000-4615", "SE556000461501")
    assert numbered(replace(order, meta={}), settings) == replace(order, meta={})
    known = replace(order, meta={}, customer=FIRM)
    assert numbered(known, settings) is known


def test_several_customers_are_never_chosen_from():
    """The numbers are named, so that a person can join them."""
    records = [CustomerRecord(id=each, number=each) for each in ("7", "8", "8")]
    with pytest.raises(Rejected, match="2 customers with the buyer's e-mail address: 7, 8") as caught:
        only(records, Question(email="a@b.se"))
    assert caught.value.field == "customer"
    assert "bridge customers duplicates" in str(caught.value.advice)
    with pytest.raises(Rejected, match="organisation or person number"):
        only(records, Question(org_number="1"))


def test_one_customer_found_twice_is_one():
    """Two spellings asked for may give the same card."""
    record = CustomerRecord(id="7", number="7")
    assert only([record, record], Question(email="a@b.se")) == record
    assert only([], Question(email="a@b.se")) is None


def test_parts_to_update_are_those_chosen():
    """Nothing without force_update."""
    record = CustomerRecord(id="7", number="7")
    assert parts_to_update(match(), record, customer_settings()) == ((), ())
    settings = customer_settings(force_update=True, update_parts=("delivery", "email"))
    assert parts_to_update(match(), record, settings) == ((CustomerPart.DELIVERY, CustomerPart.EMAIL), ())


@pytest.mark.parametrize(("ignored", "parts"), [(False, 0), (True, 3)])
def test_customer_of_another_firm_is_used_and_never_turned_into_this_one(ignored, parts):
    """One purchaser, two firms, one e-mail address."""
    record = CustomerRecord(id="7", number="7", org_number="556012-5790")
    settings = customer_settings(force_update=True, ignore_org_number=ignored)
    found, notes = parts_to_update(match(), record, settings)
    assert (len(found), bool(notes)) == (parts, not ignored)
