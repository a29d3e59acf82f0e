"""Every recorded order and refund of a real shop through the whole bridge, in every ERP with a wire of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.flows.finalising import unmet
from bridge.model.documents import Key, Purpose
from bridge.model.numbers import compare_form
from bridge.model.orders import OrderRef
from bridge.ports import Capability
from bridge.sim.woocommerce import ShopSim
from bridge.store.records import State
from tests.builders import NOON
from tests.support.whole import Whole, own_meta
from tests.support.wired import WIRED, simulator_of, stocked

TRIGGERS = {"processing", "completed"}
RATES = "exchange_rates = EUR 11.45, USD 10.40, GBP 13.20, DKK 1.53, JPY 0.07"

BY_RATE = {
    f"{name}-{rate}": Decimal(rate) for name in ("frakt", "rabatt", "presentkort") for rate in (25, 12, 6)
}
"""Where an ERP's articles decide the VAT, a company that sells at several rates has its own articles per rate."""

Start = Callable[..., Whole]


@pytest.fixture
def clock() -> ManualClock:
    """The day after the recordings."""
    return ManualClock(NOON + timedelta(days=1))


@pytest.fixture(params=WIRED)
def start(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> Iterator[Start]:
    """Start a bridge in front of the recorded shop and one ERP that has all its articles."""
    made: list[Whole] = []

    def build(*, orders: str = "") -> Whole:
        shop = ShopSim.recorded(now=clock.now)
        simulator = simulator_of(request.param, tmp_path, clock.now)
        simulator.stock_up({"ovrigt": Decimal(25), **BY_RATE, **stocked(shop)})
        more = f"[orders]\n{RATES}\n{orders}[articles]\nunnumbered = ovrigt\n{needed_by(simulator)}"
        made.append(Whole(tmp_path, clock, {"main": shop}, more=more, simulator=simulator))
        return made[-1]

    yield build
    for whole in made:
        whole.close()


def needed_by(simulator: Any) -> str:
    """What this company needs beside [erp], if its simulator says so."""
    sections: Mapping[str, Mapping[str, str]] = getattr(simulator, "settings", {})
    return "".join(
        "\n".join([f"[{name}]", *(f"{key} = {value}" for key, value in lines.items()), ""])
        for name, lines in sections.items()
    )


def everything(whole: Whole) -> None:
    """Read the shop and carry out what came of it, however long the ERP wants to take."""
    whole.poll()
    for _ in range(40):
        whole.drain(limit=5000)
        whole.pass_time(minutes=10)


def can(whole: Whole, capability: Capability) -> bool:
    """Whether the ERP can do it."""
    return capability in whole.bridge.erp.capabilities


def unpaid(shop: ShopSim, ident: int) -> State | None:
    """No entry, where paying is all that is left to do and there is nothing to pay with, or to pay."""
    order = shop.orders[ident]
    return State.DONE if order["date_paid"] and Decimal(order["total"]) else None


def credited_by_hand(whole: Whole, refunds: dict[int, list[int]]) -> None:
    """Where the ERP makes no credits every refund waits for a person, who is told what to do, and does it."""
    for ident, parts in refunds.items():
        for part in parts:
            key = Key(OrderRef(shop="main", id=str(ident)), Purpose.REFUND, str(part))
            detail = whole.bridge.store.reads.by_key(key)
            assert detail is not None
            fault = detail.entry.fault
            assert detail.entry.state is State.PARKED
            assert fault is not None
            assert (fault.kind, "by hand" in str(fault.advice)) == ("NoCredits", True)
            assert whole.bridge.operator.settle(
                detail.entry.id, number=f"K{part}", who="Eva", reason="by hand"
            )
            whole.drain()  # an order's next refund waits for this one


def test_recorded_orders_are_booked_once_to_the_ore(start: Start) -> None:
    """One document per order in a trigger status and per refund, or a person is told why, with the arithmetic."""
    whole = start()
    everything(whole)
    shop = whole.shops["main"]
    wanted = {ident: order for ident, order in shop.orders.items() if order["status"] in TRIGGERS}
    assert len(wanted) == 48
    refunds = {ident: [each["id"] for each in order["refunds"]] for ident, order in wanted.items()}
    credits_made = can(whole, Capability.CREDITS)
    if not credits_made:
        credited_by_hand(whole, refunds)
    booked = whole.booked()
    states = {ident: whole.state(ident) for ident in wanted}
    assert set(states.values()) == {State.DONE}, {
        ident: (whole.detail(ident), state) for ident, state in states.items() if state is not State.DONE
    }
    for ident, order in wanted.items():
        document = booked[f"main:{ident}:order"]
        assert (document.gross, document.currency) == (Decimal(order["total"]), order["currency"]), ident
        assert own_meta(shop, ident)["_orderbro_document"] == document.number
        for refund in order["refunds"] if credits_made else ():
            credit = booked[f"main:{ident}:refund:{refund['id']}"]
            assert credit.gross == Decimal(refund["total"]), ident
    assert sum(map(len, refunds.values())) == 4
    assert len(booked) == (52 if credits_made else 48)
    assert len({each.number for each in booked.values()}) == len(booked)


def test_customers_and_articles_are_there_once(start: Start) -> None:
    """Nobody twice by e-mail address or number, no article twice, however often they bought."""
    whole = start()
    before = whole.simulator.goods.numbers()
    everything(whole)
    kept = whole.simulator.customers.kept()
    emails = [each.email.casefold() for each in kept if each.email]
    assert emails
    assert len(set(emails)) == len(emails)
    numbers = [compare_form(each.org_number) for each in kept if each.org_number]
    assert len(set(numbers)) == len(numbers)
    after = whole.simulator.goods.numbers()
    assert after == before
    assert len(set(after)) == len(after)


def test_nothing_is_booked_again_ever_after(start: Start) -> None:
    """Another poll, a restart, the daily sweep."""
    whole = start()
    everything(whole)
    booked, customers = whole.booked(), whole.simulator.customers.kept()
    whole.close()
    whole.start()
    whole.sweep()
    everything(whole)
    assert whole.booked() == booked
    assert whole.simulator.customers.kept() == customers


def test_orders_become_booked_and_paid_invoices_where_wished(start: Start) -> None:
    """Every order ends as an invoice that is booked and paid as far as the buyer has paid; one mail at most.

    An ERP that takes no document further leaves the orders alone, and the owner is told which wishes come to nothing.
    """
    whole = start(orders="invoice_orders = yes\nbook_invoices = yes\nregister_payments = yes\n")
    everything(whole)
    shop = whole.shops["main"]
    wanted = {ident for ident, order in shop.orders.items() if order["status"] in TRIGGERS}
    if not can(whole, Capability.FINALISES):
        told = {problem.where for problem in unmet(whole.bridge.erp, whole.bridge.config.orders)}
        assert told == {
            f"[orders] {name}" for name in ("invoice_orders", "book_invoices", "register_payments")
        }
        assert {whole.state(ident, purpose=Purpose.FINALISE) for ident in wanted} == {None}
        assert not getattr(whole.simulator, "payments", {})
        return
    stuck = {
        ident: whole.detail(ident, purpose=Purpose.FINALISE)
        for ident in wanted
        if whole.state(ident, purpose=Purpose.FINALISE) not in {State.DONE, unpaid(shop, ident)}
    }
    assert stuck == {}
    booked = whole.booked()
    getattr(whole.simulator, "book_journal", int)()  # where payments wait in a journal for a person
    paid = whole.simulator.payments
    for ident in wanted:
        order, document = shop.orders[ident], booked[f"main:{ident}:order"]
        assert document.gross == Decimal(order["total"])
        if order["date_paid"] and Decimal(order["total"]):
            assert paid[document.number] == document.gross, ident
