"""The whole recorded shop through the bridge into a Hogia whose invoices nobody can read again."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from bridge.clock import ManualClock
from bridge.sim.faults import Kind
from bridge.sim.hogia_smart import Simulator
from bridge.sim.woocommerce import ShopSim
from bridge.store.records import State
from tests.builders import NOON
from tests.flows.test_whole_erps import RATES, TRIGGERS, everything, needed_by
from tests.support.hogia_desk import ABROAD, NEWER, OLDER
from tests.support.whole import Whole, own_meta

CARD_WITH_VAT, MANY_ROWS = 133, 148
"""What the newer body cannot say, and what comes out only if it is known how Hogia rounds VAT."""


def start(folder: Path, clock: ManualClock, *, profile: str) -> Whole:
    """A bridge in front of the recorded shop."""
    simulator = Simulator(folder, clock.now)
    simulator.profile = profile
    accounts = ABROAD.removeprefix("[accounts]\n")
    more = needed_by(simulator).replace("[accounts]\n", f"[accounts]\n{accounts}\n")
    shop = ShopSim.recorded(now=clock.now)
    return Whole(folder, clock, {"main": shop}, more=f"[orders]\n{RATES}\n{more}", simulator=simulator)


def test_newer_body_books_every_order_once(tmp_path: Path) -> None:
    """To the öre; the number is not told, so the shop's orders bear the key a person finds the invoice by."""
    whole = start(tmp_path, ManualClock(NOON + timedelta(days=1)), profile=NEWER)
    everything(whole)
    shop, booked = whole.shops["main"], whole.booked()
    wanted = {ident for ident, order in shop.orders.items() if order["status"] in TRIGGERS}
    parked = {ident for ident in wanted if whole.state(ident) is State.PARKED}
    assert parked <= {CARD_WITH_VAT, MANY_ROWS}
    for ident in wanted - parked:
        order, document = shop.orders[ident], booked[f"main:{ident}:order"]
        assert document.gross == Decimal(order["total"]), ident
        assert own_meta(shop, ident)["_orderbro_document"] == f"main:{ident}:order"
        for refund in order["refunds"]:
            assert booked[f"main:{ident}:refund:{refund['id']}"].gross == Decimal(refund["total"])
    whole.close()


def test_lost_answer_waits_for_a_person_who_looks(tmp_path: Path) -> None:
    """Nothing is sent twice; who finds the invoice in Hogia settles the order with its number."""
    whole = start(tmp_path, ManualClock(NOON + timedelta(days=1)), profile=OLDER)
    whole.simulator.faults.add(Kind.TIMEOUT, match=("POST", "/customerinvoices"))
    everything(whole)
    shop, booked = whole.shops["main"], whole.booked()
    wanted = {ident for ident, order in shop.orders.items() if order["status"] in TRIGGERS}
    (doubtful,) = [ident for ident in wanted if whole.state(ident) is State.PARKED]
    fault = whole.detail(doubtful).entry.fault
    assert fault is not None
    assert fault.kind == "Unanswerable"
    assert f"main:{doubtful}:order" in str(fault.advice)
    assert {f"main:{ident}:order" for ident in wanted} <= set(booked)
    whole.close()
