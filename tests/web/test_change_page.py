"""The page of an order that is another in the shop than in the books."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from bridge.flows.changes import ChangeRules, Changes
from bridge.flows.standing import Choice, choice_of
from bridge.model.codec import digest
from bridge.model.documents import Purpose
from bridge.model.orders import LineKind, Order
from bridge.ports import Capability
from bridge.store.records import Entry, EntryFilter
from tests.builders import a_line, an_order
from tests.web.site import Site, post

WAS = an_order(a_line("80.00", "20.00"), a_line("40.00", "10.00", id="2", name="Kam"))
NOW = an_order(
    replace(a_line("120.00", "30.00"), quantity=Decimal("1.5")),
    a_line("39.20", "9.80", id="3", kind=LineKind.SHIPPING, name="Frakt"),
)
MOVED = replace(
    NOW,
    customer=replace(
        WAS.customer, shipping=replace(WAS.customer.shipping, street="Storgatan 1"), company="Öberg AB"
    ),
)


def edited(site: Site, order: Order = MOVED) -> Entry:
    """A booked order, edited in the shop: the entry that waits for a person."""
    site.done(WAS)
    return watched(site, order)


def watched(site: Site, order: Order) -> Entry:
    """The shop says this now."""
    Changes(store=site.bridge.store, rules=ChangeRules(), clock=site.bridge.clock).watch(order, digest(order))
    return entries(site)[0]


def entries(site: Site) -> list[Entry]:
    """What followed the booking, oldest first."""
    found: list[Entry] = []
    for purpose in (Purpose.CHANGE, Purpose.CANCEL):
        found += site.bridge.store.reads.entries(EntryFilter(purpose=purpose)).items
    return sorted(found, key=lambda entry: entry.id)


def test_ord_23_page_shows_the_difference_row_by_row(site: Site, person: FlaskClient) -> None:
    """Old and new of each row with their arithmetic, what came, what went, and the totals."""
    text = person.get(f"/entry/{edited(site).id}").text
    table = re.sub(r"<[^>]+>|\s+", " ", text[text.index('id="difference"') : text.index("</table>")])
    table = re.sub(r"\s+", " ", table)
    for part in (
        "Tvål quantity, amount, VAT 100.00 1 · 80.00 + 20.00 150.00 1.5 · 120.00 + 30.00 50.00",
        "Kam gone 50.00 1 · 40.00 + 10.00 – −50.00",
        "Frakt Shipping new – 49.00 1 · 39.20 + 9.80 49.00",
        "Total 150.00 199.00 49.00 SEK",
    ):
        assert part in table
    assert "Storgatan 1" in text
    assert "– → Öberg AB" in text
    assert "Edit of order 1234" in text


def test_person_chooses_to_take_back_and_make_anew(site: Site, person: FlaskClient) -> None:
    """The choice is kept with the entry, which goes on; the history says who and why."""
    number = edited(site).id
    assert "Amend the document" not in person.get(f"/entry/{number}").text
    post(person, f"/entry/{number}/choose", at=f"/entry/{number}", choice="anew", reason="rang Anna")
    detail = site.bridge.store.reads.entry(number)
    assert choice_of(detail.body) is Choice.ANEW
    assert (detail.entry.state.value, detail.events[-1].who) == ("waiting", "Anna")
    assert "rang Anna" in person.get(f"/entry/{number}").text


def test_amending_is_offered_where_the_erp_can(site: Site, person: FlaskClient) -> None:
    """Two buttons instead of one."""
    site.bridge.erp.capabilities = frozenset({Capability.AMENDS})
    number = edited(site).id
    text = person.get(f"/entry/{number}").text
    assert 'value="amend"' in text
    assert 'value="anew"' in text


def test_left_as_it_is_drops_both_halves(site: Site, person: FlaskClient) -> None:
    """The question and the document it would have led to."""
    number = edited(site).id
    post(person, f"/entry/{number}/drop", at=f"/entry/{number}", reason="agreed so")
    assert {entry.state.value for entry in entries(site)} == {"dropped"}


def test_called_off_order_offers_only_to_take_it_back(site: Site, person: FlaskClient) -> None:
    """There is nothing to amend."""
    site.bridge.erp.capabilities = frozenset({Capability.AMENDS})
    number = edited(site, replace(WAS, status="cancelled")).id
    text = person.get(f"/entry/{number}").text
    assert "Take the document back" in text
    assert 'value="amend"' not in text
    assert "Order 1234, called off" in text


@pytest.mark.parametrize("choice", ["", "burn"])
def test_choice_nobody_offered_is_not_found(site: Site, person: FlaskClient, choice: str) -> None:
    """Nothing moves."""
    number = edited(site).id
    answer = post(person, f"/entry/{number}/choose", at=f"/entry/{number}", choice=choice)
    assert answer.status_code == 404
    assert site.state(number) == "parked"


def test_choice_that_comes_too_late_is_told(site: Site, person: FlaskClient) -> None:
    """Somebody was quicker."""
    number = edited(site).id
    for _ in range(2):
        post(person, f"/entry/{number}/choose", at=f"/entry/{number}", choice="anew")
    assert "moved on" in person.get(f"/entry/{number}").text


def test_edited_orders_are_counted_and_linked(site: Site, person: FlaskClient) -> None:
    """On the overview, above the orders, in a list of their own, and on the order's own page."""
    number = edited(site).id
    for address in ("/", "/outbox"):
        assert "1 step after a booking needs you: finishing it, a refund, an edit" in person.get(address).text
    listed = person.get("/outbox?what=after&state=parked").text
    assert f"/entry/{number}" in listed
    assert "Edited after booking" in person.get("/outbox?what=after&kind=Edited").text
    order = site.bridge.store.reads.find("1234")[-1]
    assert f'href="/entry/{number}"' in person.get(f"/entry/{order.id}").text


def test_no_page_shows_the_whole_person_number_of_an_edit(site: Site, person: FlaskClient) -> None:
    """What is masked on the order is masked in the difference."""
    now = replace(MOVED, customer=replace(MOVED.customer, org_number="19811218-9876"))
    assert "19811218" not in person.get(f"/entry/{edited(site, now).id}").text
