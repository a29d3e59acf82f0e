"""The whole bridge in front of a shop that fails in every way there is, and with several senders at once."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.flows.dispatch import Step
from bridge.model.documents import Purpose
from bridge.sim.faults import Kind
from bridge.sim.woocommerce import ShopSim
from bridge.sim.woocommerce.arrivals import arrive
from bridge.store.records import EntryFilter, State
from tests.support.whole import Whole, own_meta, plain_orders

ORDERS = 12


@pytest.fixture
def whole(tmp_path: Path, clock: ManualClock) -> Iterator[Whole]:
    """An empty shop with a catalogue."""
    made = Whole(
        tmp_path,
        clock,
        {"main": ShopSim(now=clock.now)},
        more="[orders]\nexchange_rates = EUR 11.45, DKK 1.53\n[bridge]\nworkers = 4\n",
    )
    yield made
    made.close()


def spoil(sim: ShopSim, luck: random.Random) -> None:
    """The next calls go wrong, before or after the work is done."""
    for _ in range(luck.randint(1, 4)):
        kind = luck.choice([kind for kind in Kind if kind is not Kind.RUN])
        how = {"status": luck.choice([400, 401, 403, 404, 429, 500, 502, 503])} if kind is Kind.ANSWER else {}
        method = luck.choice(["GET", "PUT", "POST", "*"])
        sim.faults.add(
            kind,
            match=(method, "/"),
            delay=luck.choice([1.0, 20.0, 90.0]),
            work=luck.random() < 0.5,
            skip=luck.randint(0, 5),
            **how,
        )


@pytest.mark.parametrize("seed", range(15))
def test_shop_that_fails_in_every_way_gets_each_order_booked_and_noted_once(whole: Whole, seed: int):
    """Whatever was lost, refused or done without an answer: one voucher, one mark, one note, the money untouched."""
    luck, sim = random.Random(seed), whole.shops["main"]
    for number in range(ORDERS):
        ident = arrive(sim, seed * 100 + number + 1)
        sim.set_status(ident, "processing")
        spoil(sim, luck)
        whole.work()
        whole.pass_time(minutes=luck.choice([1, 7, 60]))
        if luck.random() < 0.2:
            whole.close()
            whole.start()
    before = plain_orders(sim)
    sim.faults.clear()
    for _ in range(30):
        whole.bridge.operator.retry(
            whole.bridge.store.reads.ids(EntryFilter(states=frozenset({State.PARKED}))), who="Anna"
        )
        whole.sweep()
        whole.work()
        whole.pass_time(hours=7)
    assert set(whole.booked()) == {f"main:{ident}:order" for ident in sim.orders}
    for ident in sim.orders:
        assert whole.state(ident) is State.DONE
        assert whole.state(ident, purpose=Purpose.MARK) is State.DONE, ident
        number = whole.booked()[f"main:{ident}:order"].number
        assert own_meta(sim, ident) == {"_orderbro_document": number, "_orderbro_state": "booked"}
        ours = [note for note in sim.notes[ident] if "Orderbro" in note["note"]]
        assert [number in note["note"] for note in ours] == [True], ident
    assert plain_orders(sim) == before
    assert whole.findings() == []


def test_several_senders_book_each_order_once(tmp_path: Path, clock: ManualClock):
    """Eight threads at the same outbox, more than anybody will configure."""
    clock.advance(days=1)
    whole = Whole(tmp_path, clock, {"main": ShopSim.recorded(now=clock.now)})
    whole.poll()
    steps: list[Step] = []
    errors: list[BaseException] = []

    def send() -> None:
        try:
            while (step := whole.bridge.dispatcher.step()) is not Step.IDLE:
                steps.append(step)
        except BaseException as error:  # noqa: BLE001 - told below
            errors.append(error)

    senders = [threading.Thread(target=send) for _ in range(8)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(120)
    whole.drain()
    assert errors == []
    assert set(steps) == {Step.DONE}
    booked = whole.booked()
    assert len([key for key in booked if key.endswith(":order")]) == 48
    assert len(booked) == 52
    assert whole.bridge.store.reads.counts()["done"] == 104
    assert sorted(int(each.number[1:]) for each in booked.values()) == list(range(1, 53))
    sim = whole.shops["main"]
    assert sum("Orderbro" in note["note"] for notes in sim.notes.values() for note in notes) == 52
    assert whole.findings() == []
    whole.close()
