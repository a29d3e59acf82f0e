"""Orders through mapping, letters, signature and wire into the simulated Specter; and what an idle bridge loads."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.erps.arithmetic import SPECTER
from bridge.erps.drafting import DraftSettings
from bridge.erps.specter.errors import Duplicate
from bridge.erps.specter.letters import fitting
from bridge.erps.specter.mapping import Rules, Wanted, made_of
from bridge.erps.specter.mapping_articles import article_forms, needed
from bridge.erps.specter.mapping_customers import Buyer, customer_form
from bridge.erps.specter.options import Options
from bridge.erps.specter.profile import Action
from bridge.errors import LostReply
from bridge.model.orders import Address, Customer, Order
from bridge.sim.faults import Kind
from tests.builders import an_order
from tests.support.drafts import recorded, recorded_ids
from tests.support.specter_office import Office
from tests.support.specter_wire import context_of, specter_config

MORE = "[articles]\nunnumbered = ovrigt\n"


class Desk:
    """Books as the adapter will: customer, articles, order."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.client = office.client()
        config = specter_config(MORE, **office.sim.options)
        assert isinstance(config.erp_options, Options)
        self.rules = Rules(
            settings=DraftSettings.of(context_of(config)),
            options=config.erp_options,
            profile=office.profile,
            arithmetic=SPECTER,
            zone=config.zone,
        )

    def book(self, order: Order) -> str:
        """Specter's number of the order."""
        profile = self.office.profile
        buyer = Buyer(
            customer=order.customer,
            currency=order.currency,
            languages=profile.texts("languages.customers"),
            force_update=True,
        )
        customer = self.client.put(Action.CUSTOMER, customer_form(buyer, fitting())).id
        made = made_of(Wanted(order=order, external=f"{order.ref}:order", customer=customer), self.rules)
        makings = [needed(need, profile) for need in made.needs]
        for form in article_forms(makings, profile, fitting(), force=False):
            self.client.put(Action.ARTICLE, form)
        return self.client.put(Action.ORDER, made.form).id


@pytest.fixture
def desk(tmp_path: Path, clock: ManualClock) -> Iterator[Desk]:
    """At an account with the articles of [articles] and nothing else."""
    office = Office(tmp_path, clock)
    yield Desk(office)
    office.close()


def test_recorded_orders_are_booked_to_the_ore(desk: Desk):
    """By the simulator's own reckoning; each once, customers once; the one of 25.5 % VAT waits for a person."""
    wanted = {}
    for order in map(recorded, recorded_ids()):
        if not any(line.percent and line.percent % 1 for line in order.tax_lines) and order.customer.email:
            wanted[f"{order.ref}:order"] = (desk.book(order), order.totals.gross, order.currency)
    booked = {each.key: (each.number, each.gross, each.currency) for each in desk.office.sim.booked()}
    assert booked == wanted
    assert len(booked) > 60
    emails = [each.email.lower() for each in desk.office.sim.customers.kept()]
    assert len(emails) == len(set(emails))


@pytest.mark.parametrize("kind", [Kind.RESET, Kind.TIMEOUT, Kind.CUT])
def test_lost_answer_and_the_second_try_make_one_order(desk: Desk, kind: Kind):
    """The second is refused as a duplicate, which tells that the first was made."""
    order = an_order()
    desk.book(an_order(order_id=1))
    desk.office.sim.faults.add(kind, match=("POST", "putInfo"), skip=2)
    with pytest.raises(LostReply):
        desk.book(order)
    with pytest.raises(Duplicate):
        desk.book(order)
    assert [each.key for each in desk.office.sim.booked()] == ["main:1:order", "main:1234:order"]


def test_name_outside_latin_1_arrives_spelled(desk: Desk):
    """In the simulator's own reading of the bytes, with the signature over the same."""
    person = Address(
        first_name="Łukasz \N{PARTY POPPER}", last_name="Müller-\u0141o\u0301", street="Äppelgatan 1"
    )
    desk.book(an_order(customer=Customer(email="l@example.com", billing=person, shipping=person)))
    (kept,) = desk.office.sim.customers.kept()
    assert (kept.name, kept.street) == ("Lukasz ? Müller-Ló", "Äppelgatan 1")


def test_amounts_of_a_discounted_order_stand_on_rows_with_a_minus(desk: Desk):
    """As the reference client has them."""
    order = recorded(next(number for number in recorded_ids() if recorded(number).coupons))
    desk.book(order)
    (booked,) = desk.office.sim.booked()
    assert min(row.amount for row in booked.rows if row.code == "rabatt") < Decimal(0)
    assert booked.gross == order.totals.gross


def test_idle_bridge_reads_no_xml():
    """The reader of XML is loaded by the first answer in XML."""
    script = (
        "import sys, bridge.erps.specter.client, bridge.erps.specter.batches\n"
        "print([name for name in sys.modules if name.startswith(('defusedxml', 'xml.'))])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
