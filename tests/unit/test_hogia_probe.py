"""What a probe of Hogia learns: harmless readings, whatever position each uncertain switch has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.erps.hogia_smart.customers import Customers
from bridge.erps.hogia_smart.probe import probe
from bridge.erps.hogia_smart.profile import load
from bridge.model.orders import Address, Customer
from bridge.model.probing import Learnt
from bridge.sim.faults import Kind
from tests.builders import an_order
from tests.support.hogia_client import a_guid
from tests.support.hogia_desk import NEWER, OLDER, Desk

INVOICES = "Can invoices be read again?"
PAGES = "Do pages begin at 0 or at 1?"
KINDS = "Which type of contact is a customer?"
ADDRESSES = "Which types do addresses have?"


@pytest.fixture(params=[OLDER, NEWER])
def desk(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> Iterator[Desk]:
    """A company with an invoice and a customer, over either version of the interface."""
    desk = Desk(tmp_path, clock)
    desk.sim.profile = request.param
    desk.again()
    desk.book(an_order())
    home = Address(first_name="Anna", last_name="Öberg", street="Vasagatan 12", city="Göteborg")
    Customers(desk.core).put(Customer(email="anna@example.com", billing=home), existing=None)
    desk.sim.log.clear()
    yield desk
    desk.close()


def learnt(desk: Desk) -> dict[str, Learnt]:
    """By question; of one asked twice the last answer."""
    return {str(each.asked): each for each in probe(desk.core)}


def test_everything_as_believed(desk: Desk) -> None:
    """No answer says otherwise, no line is to be written but that of the invoices, and every call is a reading."""
    told = learnt(desk)
    assert [str(each.asked) for each in told.values() if each.good is False] == []
    assert {each.line for each in told.values()} == {"", 'invoice.list = { value = "no" }'}
    assert {each["method"] for each in desk.sim.log} == {"GET"}
    assert len(told) >= 12


def test_nobody_is_named(desk: Desk) -> None:
    """What is shown may be sent to whoever helps: numbers of things, no persons and no secrets."""
    desk.sim.habits.lists_invoices = True
    told = " ".join(f"{each.found}{each.line}" for each in probe(desk.core))
    for private in ("Anna", "anna@", "Vasagatan", "Webbkund", *desk.sim.secrets):
        assert private not in told


@pytest.mark.parametrize("believed", ["try", "yes", "no"])
@pytest.mark.parametrize("so", ["yes", "no"])
def test_whether_invoices_are_read(desk: Desk, believed: str, so: str) -> None:
    """With the line for the profile, which is good where it was believed already."""
    desk.sim.habits.lists_invoices = so == "yes"
    desk.again(own={"invoice.list": believed})
    told = learnt(desk)[INVOICES]
    assert told.good is (None if believed == "try" else believed == so)
    assert told.line == ("" if believed == so else f'invoice.list = {{ value = "{so}" }}')


def test_line_may_be_written_as_it_is_told(desk: Desk) -> None:
    """Into a file of the owner's."""
    line = learnt(desk)[INVOICES].line
    (desk.folder / "learnt.toml").write_text(f'based_on = "{OLDER}"\n{line}\n', "utf-8")
    assert load("learnt.toml", folder=desk.folder).text("invoice.list") == "no"


def test_invoices_that_are_read_tell_more(desk: Desk) -> None:
    """One by its GUID, the key's field, and whether the list can be narrowed."""
    desk.sim.habits.lists_invoices = True
    told = learnt(desk)
    for asked in (
        "Can one invoice be read by its GUID, and does it tell what is left to pay?",
        "Does an invoice show the field that carries the bridge's key?",
        "Can the list be narrowed by the bridge's key?",
    ):
        assert told[asked].good is True


@pytest.mark.parametrize("body", [b'[{"id": "7", "amount": 5}]', b"[]"])
def test_list_that_cannot_be_judged(desk: Desk, body: bytes) -> None:
    """What is none is not believed; an empty one says nothing."""
    desk.sim.faults.add(Kind.ANSWER, match=("GET", "/customerinvoices"), status=200, body=body, times=None)
    told = learnt(desk)[INVOICES]
    assert ("amount" in str(told.found), told.line != "") == ((body != b"[]"),) * 2


@pytest.mark.parametrize("first", [0, 1])
def test_number_of_the_first_page(desk: Desk, first: int) -> None:
    """Either will do."""
    desk.sim.habits.first_page = first
    told = learnt(desk)[PAGES]
    assert (f"number {first}" in str(told.found), told.good) == (True, True)


def test_pages_that_do_not_say_which_they_are(desk: Desk) -> None:
    """Long lists cannot be followed: told before there is one."""
    desk.sim.faults.add(
        Kind.ANSWER,
        match=("GET", "/contacts"),
        status=200,
        body=b"[]",
        headers={"X-Paging-Page": "1"},
    )
    told = learnt(desk)[PAGES]
    assert ("X-Paging-Page" in str(told.found), told.good) == (True, False)


def test_other_types_of_contacts_and_addresses(desk: Desk) -> None:
    """The one type there is, is offered as the line; foreign address types are told."""
    for contact in desk.sim.state.contacts.values():
        contact.body["contactTypes"] = [4]
        for address in contact.addresses.values():
            address["addressType"] = 9
    told = learnt(desk)
    assert (told[KINDS].good, told[KINDS].line) == (False, "numbers.customer = { value = 4 }")
    assert (told[ADDRESSES].good, "9 (1)" in str(told[ADDRESSES].found)) == (False, True)


def test_rates_in_either_form(desk: Desk) -> None:
    """Told as they are read."""
    desk.sim.habits.codes_as_fraction = False
    assert "percent" in str(learnt(desk)["How are VAT codes told?"].found)


@pytest.mark.parametrize("shape", ["problem", "list", "text"])
def test_shape_of_refusals(desk: Desk, shape: str) -> None:
    """Named in words, with Hogia's own."""
    desk.sim.habits.errors = shape
    told = str(learnt(desk)["How is told that a question makes no sense?"].found)
    assert {"problem": "for the field date", "list": "the code 1001004", "text": "a bare text"}[shape] in told


def test_missing_thing_that_is_answered_is_told(desk: Desk) -> None:
    """The bridge takes 404 for "there is none"."""
    desk.sim.faults.add(
        Kind.ANSWER, match=("GET", "/financialyears/bydate/1901-01-01"), status=400, body=b'"No"', times=None
    )
    assert learnt(desk)["How is told that a day has no financial year?"].good is False


@pytest.mark.parametrize("changes", [{"client_secret": "wrong"}, {"organization_id": a_guid()}])
def test_closed_door_ends_it(desk: Desk, changes: dict[str, Any]) -> None:
    """With what to do; nothing else is asked."""
    desk.again(**changes)
    (only,) = probe(desk.core)
    assert only.good is False
    assert "Hogia" in str(only.found)


def test_call_that_fails_is_learnt_too(desk: Desk) -> None:
    """The others are asked all the same."""
    desk.sim.faults.add(Kind.ANSWER, match=("GET", "/vatcodes"), status=503, times=None)
    told = learnt(desk)
    assert told["How are VAT codes told?"].good is False
    assert told[KINDS].good is True


def test_company_without_years(desk: Desk) -> None:
    """Nothing to read accounts in."""
    desk.sim.company.years.clear()
    told = learnt(desk)
    assert told["What does the chart of accounts tell?"].good is None
    assert "no financial year" in str(told["Is the year of a day found by the day?"].found)


def test_what_only_writing_shows_is_named(desk: Desk) -> None:
    """Until the owner's profile knows it."""
    assert "sequenceId" in str(learnt(desk)["Does Hogia take the same invoice twice?"].found)
    desk.again(own={"invoice.sequence": "refuse"})
    told = learnt(desk)
    assert "Does Hogia take the same invoice twice?" not in told
    assert "invoice.key" in str(told["What can no harmless call tell?"].found)
