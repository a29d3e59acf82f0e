"""Whose order it becomes in Specter, which matches by itself: the flags of [customers], as its register shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.model.documents import Document
from bridge.model.orders import Address, Customer
from tests.builders import an_order
from tests.support.specter_house import House, put

ANNA, FIRM = "anna@example.com", "556016-0680"
HOME = Address(first_name="Anna", last_name="Öberg", street="Nya gatan 1", city="Umeå", country="SE")


@pytest.fixture
def house(tmp_path: Path, clock: ManualClock) -> Iterator[House]:
    """A company whose till has made two customers: 1001 with a mailbox, 1002 with a number."""
    found = House(tmp_path, clock)
    found.sim.customers.keep(name="Anna i kassan", email=ANNA)
    found.sim.customers.keep(name="Bolaget i kassan", org_number="5560160680")
    yield found
    found.close()


def buys(
    house: House, flags: str = "", *, order_id: int = 1, erp: dict[str, str] | None = None, **changes: str
) -> Document:
    """Somebody orders, with this mailbox and number."""
    customer = replace(
        Customer(email=ANNA, org_number=FIRM, billing=HOME, shipping=HOME),
        **changes,  # type: ignore[arg-type]
    )
    order = an_order(order_id=order_id, customer=customer)
    adapter = house.adapter(f"[customers]\n{flags}\n", **(erp or {}))
    return put(adapter, order)


def owners(house: House) -> list[int]:
    """The customer of each order, oldest first."""
    return [order.customer for order in house.sim.state.orders.values()]


@pytest.mark.parametrize(
    ("flags", "email", "number", "expected"),
    [
        ("", ANNA, FIRM, 1001),
        ("", "ny@example.com", FIRM, 1002),
        ("", "ny@example.com", "", 1003),
        ("ignore_email = yes", ANNA, FIRM, 1002),
        ("ignore_email = yes", ANNA, "", 1003),
        ("ignore_org_number = yes", ANNA, FIRM, 1001),
        ("ignore_org_number = yes", "ny@example.com", FIRM, 1003),
        ("ignore_email = yes\nignore_org_number = yes", ANNA, FIRM, 1003),
    ],
)
def test_cus_01_to_04_flags_decide_whose_order_it_is(
    house: House, flags: str, email: str, number: str, expected: int
):
    """E-mail first, then the number; each may be left out; without both it is always a new customer."""
    buys(house, flags, email=email, org_number=number)
    assert owners(house) == [expected]


@pytest.mark.parametrize(("flags", "street"), [("", ""), ("force_update = yes", "Nya gatan 1")])
def test_cus_05_known_customer_is_updated_by_choice(house: House, flags: str, street: str):
    """Without the flag Specter leaves its card as it is."""
    buys(house, flags)
    kept = house.sim.customers.kept()[0]
    assert (kept.street, kept.delivery_street) == (street, street)
    assert len(house.sim.customers.kept()) == 2


def test_cus_07_second_order_makes_no_second_customer(house: House):
    """Neither of the till's nor of one's own."""
    for order_id in (1, 2):
        buys(house, order_id=order_id)
        buys(house, order_id=order_id + 10, email="ny@example.com", org_number="")
    assert owners(house) == [1001, 1003, 1001, 1003]


def test_cus_10_wrong_vat_number_is_noted_and_not_sent(house: House):
    """A number that cannot be right finds nobody and stands on no card."""
    document = buys(house, vat_number="SE556016068099")
    assert "vatno" not in house.sim.log[0]["body"]
    assert house.sim.log[0]["body"]["orgno"] == FIRM
    assert any("was not given to the ERP" in str(note) for note in document.notes)


def test_buyers_go_into_the_groups_of_the_settings(house: House):
    """Companies and private buyers each into their own."""
    erp = {"person_group": "1", "company_group": "2"}
    for order_id, company in ((1, "Bolaget AB"), (2, "")):
        buys(
            house, order_id=order_id, erp=erp, email=f"{order_id}@example.com", org_number="", company=company
        )
    groups = [each.data["customergroupid"] for each in house.sim.state.customers.values() if each.id > 1002]
    assert groups == ["2", "1"]
