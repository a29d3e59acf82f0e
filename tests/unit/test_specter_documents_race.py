"""Whose order a refused duplicate is: our own that another bridge sent meanwhile, or a stranger's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.erps.specter.client import Client
from bridge.errors import LostReply, Rejected
from bridge.model.documents import Document, DocumentKind
from bridge.sim.faults import Kind
from tests.builders import an_order, key_of
from tests.support.specter_house import House, put


@pytest.fixture
def house(tmp_path: Path, clock: ManualClock) -> Iterator[House]:
    """One company."""
    found = House(tmp_path, clock)
    yield found
    found.close()


def meanwhile(monkeypatch: pytest.MonkeyPatch, work: Any) -> None:
    """``work`` is done between the note that an order leaves and its arrival at Specter, once."""
    real, waiting = Client.put, [work]

    def call(client: Client, action: str, form: dict[str, str]) -> object:
        if action == "order" and waiting:
            waiting.pop()()
        return real(client, action, form)  # type: ignore[arg-type]

    monkeypatch.setattr(Client, "put", call)


@pytest.mark.parametrize("lost", [False, True])
def test_order_that_another_process_sent_meanwhile_is_ours(
    house: House, monkeypatch: pytest.MonkeyPatch, *, lost: bool
) -> None:
    """Both have noted it before either was answered: the one that comes second waits for nobody."""

    def other() -> None:
        if lost:
            house.sim.faults.add(Kind.RESET, match=lambda env: "newOrderSubmit" in env["QUERY_STRING"])
            with pytest.raises(LostReply):
                put(house.adapter(), an_order())
        else:
            put(house.adapter(), an_order())

    meanwhile(monkeypatch, other)
    document = put(house.adapter(), an_order())
    assert [(each.key, each.number) for each in house.sim.booked()] == [("main:1234:order", document.number)]
    assert put(house.adapter(), an_order()).number == document.number


def test_refusal_lets_go_of_the_own_sending_only(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process' answer was lost while this one was refused for a passing reason: the order stays ours."""

    def other() -> None:
        house.sim.faults.add(Kind.RESET, match=lambda env: "newOrderSubmit" in env["QUERY_STRING"])
        with pytest.raises(LostReply):
            put(house.adapter(), an_order())
        house.sim.faults.add(
            Kind.ANSWER,
            status=200,
            body=b"0;;Stop",
            match=lambda env: "newOrderSubmit" in env["QUERY_STRING"],
        )

    meanwhile(monkeypatch, other)
    with pytest.raises(Rejected, match="Stop"):
        put(house.adapter(), an_order())
    document = put(house.adapter(), an_order())
    assert [each.number for each in house.sim.booked()] == [document.number]


def test_order_of_a_stranger_is_not_found_as_ours(house: House) -> None:
    """Two bridges whose shops have the same name: what Specter tells of the other's order settles nothing of ours."""
    house.sim.account.feed_tells_key = True
    theirs = put(house.adapter(data="theirs"), an_order()).number
    ours = house.adapter()
    with pytest.raises(Rejected, match="does not remember sending"):
        put(ours, an_order())
    house.sim.deliver(theirs)
    (page,) = ours.fulfilments(None)
    assert page.items == ()
    assert ours.find_document(key_of(an_order())) == ()
    with pytest.raises(Rejected, match="does not remember sending"):
        put(ours, an_order())


def test_order_settled_by_a_person_is_told_of(house: House) -> None:
    """The ledger has nothing of it; who waits for it names its number, and Specter tells our key with it."""
    house.sim.account.feed_tells_key = True
    number = put(house.adapter(data="lost"), an_order()).number
    restored = house.adapter()
    house.sim.deliver(number)
    settled = Document(kind=DocumentKind.ORDER, id=number, number=number)
    (page,) = restored.fulfilments(None)
    assert page.items == ()
    (page,) = restored.fulfilments(page.cursor, waiting=[settled])
    assert [(each.key, each.document.number) for each in page.items] == [(key_of(an_order()), number)]


def test_duplicate_after_a_lost_answer_may_be_one_more_strangers(house: House, clock: ManualClock) -> None:
    """The answer was lost before Specter had heard of the order, and another bridge's shop has the same name."""
    theirs, ours = house.adapter(data="theirs"), house.adapter()
    for number in (1, 2, 3):
        put(theirs, an_order(order_id=number))
    with pytest.raises(Rejected, match="does not remember sending"):
        put(ours, an_order(order_id=1))
    for number in (2, 4):
        house.sim.faults.add(Kind.DROP, match=lambda env: "newOrderSubmit" in env["QUERY_STRING"])
        with pytest.raises(LostReply):
            put(ours, an_order(order_id=number))
    with pytest.raises(Rejected, match="may be this one") as caught:
        put(ours, an_order(order_id=2))
    assert "different names" in str(caught.value.advice)
    number = put(ours, an_order(order_id=4)).number
    assert put(ours, an_order(order_id=4)).number == number
    clock.advance(days=31)
    house.sim.faults.add(Kind.RESET, match=lambda env: "newOrderSubmit" in env["QUERY_STRING"])
    with pytest.raises(LostReply):
        put(ours, an_order(order_id=5))
    assert put(ours, an_order(order_id=5)).number
