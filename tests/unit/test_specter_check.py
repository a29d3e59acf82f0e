"""Specter: what ``bridge check`` finds in a set-up, each with its remedy, without a trace in the account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.erps.specter.check import check
from bridge.erps.specter.mapping_feeds import Kind
from bridge.model.texts import Problem
from bridge.sim.faults import Kind as Fault
from bridge.sim.specter.orders import book as book_order
from bridge.sim.specter.state import Order, Row
from tests.support.specter_house import House

READ, DONE = "getOrdersExternalNeedUpdate", "updateOrdersFromBatch"


@pytest.fixture
def house(tmp_path: Path, clock: ManualClock) -> Iterator[House]:
    """An account with nothing in its queues."""
    house = House(tmp_path, clock)
    house.emptied()
    yield house
    house.close()


def found(house: House, more: str = "", **how: Any) -> Sequence[Problem]:
    """What is said; every problem has a remedy."""
    house.sim.log.clear()
    problems = check(house.core(more, **how))
    assert all(str(each.fix) for each in problems)
    assert not [each for each in house.actions() if each.startswith("new")]
    return problems


def severe(problems: Sequence[Problem]) -> list[str]:
    """Where something must be mended."""
    return [each.where for each in problems if each.severe]


def at(problems: Sequence[Problem], where: str) -> Problem:
    """The one problem of a line."""
    (found_there,) = [each for each in problems if each.where == where]
    return found_there


def test_good_set_up_is_told_only_what_to_look_at(house: House) -> None:
    """One reading, acknowledged because it was empty; nothing that is asked for on every run is an error."""
    problems = found(house)
    assert severe(problems) == []
    assert [each.where for each in problems] == [
        "[customers] force_update", "[erp] profile", "[erp]", "[shipping]",
    ]  # fmt: skip
    assert house.actions() == [READ, DONE]
    assert house.sim.state.queues["order"].batch == ""


def test_nothing_is_left_to_look_at_but_what_cannot_be_asked(house: House) -> None:
    """What can be mended is silent once it is."""
    own = house.own("numbers.vat_decimals = { value = 1 }")
    more = "[customers]\nforce_update = yes\n[articles]\nmissing = create\n"
    assert [each.where for each in found(house, more, **own)] == ["[shipping]"]


def test_changes_that_wait_stay_and_the_next_reading_goes_on(house: House) -> None:
    """A check that acknowledged them would lose them."""
    house.sim.goods.put("A-1", name="Åtta")
    number = book(house)
    assert severe(found(house)) == []
    assert house.actions() == [READ]
    opened = house.sim.state.queues["order"].batch
    batch = house.core().batches.receive(Kind.ORDERS)
    assert (batch.number, batch.foreign) == (opened, False)
    assert batch.answer.tree is not None
    assert [row.get("orderNo") for row in batch.answer.tree.every("order")] == [number]


def book(house: House) -> str:
    """An order that somebody made and delivered; its number."""
    house.sim.customers.keep(name="Åsöga AB")
    state = house.sim.state
    order = Order(
        no=state.next("order"), key="", customer=1001, currency="SEK", site="1", dated=state.today,
        data={"paytypeidentifier": "", "paytypereference": ""},
        rows=[Row(article="A-1", text="Åtta", price=Decimal(10), quantity=Decimal(1), vat=25)],
    )  # fmt: skip
    book_order(state, order, own=False)
    house.sim.deliver(str(order.no))
    return str(order.no)


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"api_user_key": "wrong-key-0123456789"}, "[erp] api_user_key"),
        ({"integration_key": "wrong-key-0123456789"}, "[erp] api_user_key"),
        ({"sbm_id": "99"}, "[erp] api_user_key"),
        ({"signature": "v1", "md5_key_1": "a", "md5_key_2": "b"}, "[erp] md5_key_1"),
    ],
)
def test_wrong_access_is_said_and_the_settings_are_checked_all_the_same(
    house: House, wrong: dict[str, str], where: str
) -> None:
    """Reported, never raised; one run of the command is enough for everything."""
    problems = found(house, "[payments]\nstripe = 1580\n", **wrong)
    assert severe(problems) == [where, "[payments] stripe"]
    assert "Specter refused the access" in str(at(problems, where).what)


def test_settings_that_can_sign_no_call_are_the_only_thing_said(house: House) -> None:
    """Nobody is asked."""
    core = house.core()
    object.__setattr__(core.options, "integration_key", "")
    house.sim.log.clear()
    assert severe(check(core)) == ["[erp] integration_key"]
    assert house.actions() == []


@pytest.mark.parametrize(("fault", "how", "where"), [
    (Fault.REFUSE, {}, "[erp] base_url"), (Fault.ANSWER, {"status": 503}, "[erp] base_url"),
    (Fault.HTML, {}, "[erp] base_url"), (Fault.ANSWER, {"status": 404}, "[erp]"),
])  # fmt: skip
def test_specter_that_does_not_answer(house: House, fault: Fault, how: dict[str, Any], where: str) -> None:
    """Said with where to look."""
    house.sim.faults.add(fault, times=None, **how)
    assert severe(found(house)) == [where]


def test_folder_that_cannot_be_used(house: House) -> None:
    """It is no fault of Specter's."""
    (house.folder / "data").write_text("a file")
    assert set(severe(found(house))) == {"[bridge] data_dir"}


def test_another_reader_is_told_and_its_batch_is_not_acknowledged(house: House) -> None:
    """Two programs that read the same changes take them from one another."""
    house.sim.state.step("order", "open", "SOMEBODY-ELSES", [])
    problems = found(house)
    told = [each for each in problems if "Somebody else" in str(each.what)]
    assert [(each.severe, "SOMEBODY-ELSES" in str(each.what)) for each in told] == [(False, True)]
    assert house.actions() == [READ, READ]
    assert house.sim.state.queues["order"].batch == "SOMEBODY-ELSES"


def test_list_of_unknown_form_is_not_acknowledged(house: House) -> None:
    """It may hold changes."""
    own = house.own('batches.frame = { value = ["somethingElse"] }')
    assert "unknown form (at orders)" in str(found(house, **own)[0].what)
    assert house.actions() == [READ]
