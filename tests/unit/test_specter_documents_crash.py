"""A bridge that dies between any two steps of an order to Specter, and bridges that share its file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge import crash
from bridge.clock import ManualClock
from bridge.erps.specter.client import Client
from bridge.erps.specter.file import memory_in
from bridge.erps.specter.notebook import Ledger
from bridge.errors import Transient
from tests.builders import a_line, an_order, key_of
from tests.support.specter_house import House, put

CREATE = "[articles]\nmissing = create\n"
ALWAYS_NEW = "[customers]\nignore_email = yes\nignore_org_number = yes\n"


class Killed(BaseException):
    """As by kill -9: nothing of the bridge sees it."""


@pytest.fixture
def house(tmp_path: Path, clock: ManualClock) -> Iterator[House]:
    """One company."""
    found = House(tmp_path, clock)
    yield found
    found.close()


@pytest.fixture
def ledger(tmp_path: Path, clock: ManualClock) -> Iterator[Ledger]:
    """The notes of one account."""
    file = memory_in(tmp_path)
    yield Ledger(file, account="4711", clock=clock)
    file.close()


def before(call: Callable[..., Any]) -> Callable[..., Any]:
    """Dead before it is begun."""

    def die(*_: object, **__: object) -> None:
        raise Killed

    del call
    return die


def after(call: Callable[..., Any]) -> Callable[..., Any]:
    """Dead when it is done and nobody has heard of it."""

    def die(*given: object, **named: object) -> None:
        call(*given, **named)
        raise Killed

    return die


def at(action: str, spoil: Callable[[Callable[..., Any]], Callable[..., Any]]) -> Callable[..., Any]:
    """``Client.put`` that is spoilt for one action only."""
    real = Client.put

    def call(client: Client, asked: str, form: dict[str, str]) -> object:
        return (spoil(real) if asked == action else real)(client, asked, form)  # type: ignore[arg-type]

    return call


STEPS: dict[str, tuple[object, str, Callable[..., Any]]] = {
    "before the customer": (Client, "put", at("customer", before)),
    "customer made": (Client, "put", at("customer", after)),
    "customer kept": (Ledger, "bought_by", after(Ledger.bought_by)),
    "articles made": (Client, "put", at("article", after)),
    "before it is noted": (Ledger, "sending", before(Ledger.sending)),
    "noted, not sent": (Client, "put", at("order", before)),
    "sent, no answer": (Client, "put", at("order", after)),
    "answered, not kept": (Ledger, "made", before(Ledger.made)),
    "kept, nobody told": (Ledger, "made", after(Ledger.made)),
}


@pytest.mark.parametrize("step", STEPS)
def test_killed_between_any_two_steps_books_once(
    house: House, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """One order, one customer, one article; the number is Specter's own."""
    owner, name, spoilt = STEPS[step]
    before_that = house.sim.goods.numbers()
    order = an_order(a_line(sku="NEW-1"))
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, spoilt)
        with pytest.raises(Killed):
            put(house.adapter(CREATE), order)
    document = put(house.adapter(CREATE), order)
    ((key, number),) = ((each.key, each.number) for each in house.sim.booked())
    assert (key, number) == ("main:1234:order", document.number)
    assert len(house.sim.customers.kept()) == 1
    assert house.sim.goods.numbers() == [*before_that, "NEW-1"]
    assert house.adapter().find_document(key_of(order))[0].number == number


@pytest.mark.parametrize("step", [step for step in STEPS if step != "customer made"])
def test_killed_bridge_makes_no_second_customer_where_each_order_makes_one(
    house: House, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """With both kinds of matching off; only in the blink before Specter's answer is on disk can one be left over."""
    owner, name, spoilt = STEPS[step]
    order = an_order(a_line(sku="NEW-1"))
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, spoilt)
        with pytest.raises(Killed):
            put(house.adapter(CREATE + ALWAYS_NEW), order)
    put(house.adapter(CREATE + ALWAYS_NEW), order)
    assert len(house.sim.customers.kept()) == 1
    assert len(house.sim.booked()) == 1


def test_crash_point_lies_between_the_answer_and_the_disk(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the trials with real processes kill."""
    met: list[tuple[str, list[str], object]] = []
    erp = house.adapter()
    seen = Ledger(memory_in(house.folder / "data"), account="4711", clock=house.clock)
    monkeypatch.setattr(
        crash, "point", lambda name: met.append((name, house.actions(), seen.of("main:1234:order")))
    )
    put(erp, an_order())
    assert met == [("customer-made", ["newCustomerSubmit"], None)]


def test_bridges_that_share_the_file_book_together(house: House) -> None:
    """Each of them the same thirty orders, at the same time: one document each, and all know its number."""
    house.sim.goods.put("TVAL-1")
    bridges = [house.adapter(CREATE) for _ in range(3)]
    told: list[dict[str, str]] = [{} for _ in bridges]

    def work(which: int) -> None:
        for number in range(1, 11):
            order = an_order(order_id=number)
            told[which][str(order.ref)] = put(bridges[which], order).number

    threads = [threading.Thread(target=work, args=(which,)) for which in range(len(bridges))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    booked = {each.key.removesuffix(":order"): each.number for each in house.sim.booked()}
    assert len(booked) == len(house.sim.booked()) == 10
    # Who is refused before the other's answer is on disk has the number from Specter's refusal: the same one.
    assert told == [booked] * 3


def test_buyers_are_introduced_one_at_a_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two orders of one buyer at once: Specter must have made the customer before it is asked again."""
    asked, most = threading.Semaphore(0), [0, 0]
    real = Client.put

    def watched(client: Client, action: str, form: dict[str, str]) -> object:
        if action != "customer":
            return real(client, action, form)  # type: ignore[arg-type]
        most[0] += 1
        most[1] = max(most)
        asked.acquire(timeout=0.05)  # time for another one to come in beside it
        try:
            return real(client, action, form)  # type: ignore[arg-type]
        finally:
            most[0] -= 1

    monkeypatch.setattr(Client, "put", watched)
    erp = house.adapter(CREATE)
    threads = [threading.Thread(target=put, args=(erp, an_order(order_id=number))) for number in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[1] == 1
    assert len(house.sim.customers.kept()) == 1


def test_ledger_tells_sendings_apart(ledger: Ledger) -> None:
    """A refusal lets go of its own sending only; an answer never lets go."""
    assert ledger.of("main:1:order") is None
    first, second = (ledger.sending("main:1:order") for _ in range(2))
    assert ledger.left_besides("main:1:order", first)
    ledger.refused("main:1:order", second)
    line = ledger.of("main:1:order")
    assert line is not None
    assert line.sent
    assert not ledger.left_besides("main:1:order", first)
    ledger.refused("main:1:order", first)
    third = ledger.sending("main:1:order")
    assert not ledger.left_besides("main:1:order", third)
    ledger.made("main:1:order", "100001")
    ledger.refused("main:1:order", third)
    assert ledger.left_besides("main:1:order", ledger.sending("main:1:order"))


def test_ledger_knows_orders_both_ways(ledger: Ledger, tmp_path: Path, clock: ManualClock) -> None:
    """By key and by number, of its own account only."""
    for key in ("main:1:order", "main:2:order"):
        ledger.sending(key)
    ledger.made("main:1:order", "100001")
    assert (ledger.number_of("main:1:order"), ledger.number_of("main:2:order")) == ("100001", "")
    assert (ledger.key_of("100001"), ledger.key_of("100002"), ledger.key_of("")) == ("main:1:order", "", "")
    other = Ledger(memory_in(tmp_path), account="4712", clock=clock)
    assert (other.number_of("main:1:order"), other.key_of("100001")) == ("", "")
    assert other.of("main:1:order") is None


def test_ledger_gives_no_order_a_number_two_have(ledger: Ledger) -> None:
    """Something is wrong then; no delivery is told of the wrong one."""
    for key in ("main:1:order", "main:2:order"):
        ledger.sending(key)
        ledger.made(key, "100001")
    assert ledger.key_of("100001") == ""


def test_customer_of_an_order_is_kept_beside_its_sending(ledger: Ledger) -> None:
    """Neither loses the other."""
    ledger.bought_by("main:1:order", "1001", form="abc")
    ledger.sending("main:1:order")
    ledger.bought_by("main:1:order", "1002", form="def")
    line = ledger.of("main:1:order")
    assert line is not None
    assert (line.customer, line.form, line.sent, line.number) == ("1002", "def", True, "")


def test_file_that_is_busy_is_waited_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another bridge hangs while it writes: nothing is sent, and later all is well."""
    monkeypatch.setattr("bridge.erps.memory.PATIENCE", 0.01)
    erp = house.adapter()
    other = memory_in(house.folder / "data")
    with other.saving(), pytest.raises(Transient, match="does not finish"):
        put(erp, an_order())
    assert house.sim.booked() == []
    assert put(erp, an_order()).number
