"""Every recorded refund of a real shop through the whole bridge into SIE: equal to the öre, account by account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.model.documents import Key, Purpose
from bridge.model.orders import OrderRef
from bridge.sim.booked import Booked
from bridge.sim.woocommerce import ShopSim
from bridge.store.records import State
from tests.builders import NOON
from tests.support.whole import Whole, own_meta

EXPECTED = {
    "main:150:refund:181": "-69.00",
    "main:151:refund:182": "-508.00",
    "main:152:refund:183": "-50.00",
    "main:153:refund:184": "-159.00",
    "main:153:refund:185": "-298.00",
    "main:154:refund:186": "-178.00",
}


@pytest.fixture
def clock() -> ManualClock:
    """The day after the recordings."""
    return ManualClock(NOON + timedelta(days=1))


@pytest.fixture
def whole(tmp_path: Path, clock: ManualClock) -> Iterator[Whole]:
    """The recorded shop; orders that were paid back whole are sent too."""
    made = Whole(tmp_path, clock, {"main": ShopSim.recorded(now=clock.now)}, erp={"credit_series": "K"})
    made.bridge.close()
    text = made.text

    def with_refunded() -> str:
        return text().replace(
            "trigger_statuses = processing, completed", "trigger_statuses = processing, completed, refunded"
        )

    made.text = with_refunded  # type: ignore[method-assign]
    made.start()
    yield made
    made.close()


def vat_of(document: Booked) -> Decimal:
    """On the accounts of output VAT."""
    return sum((row.amount for row in document.rows if row.code.startswith("26")), Decimal(0))


def per_account(*documents: Booked) -> Counter[str]:
    """What these vouchers together leave on each account, in öre."""
    left: Counter[str] = Counter()
    for document in documents:
        for row in document.rows:
            left[row.code] += int(row.amount * 100)
    return left


def test_ref_01_to_06_recorded_refunds_are_credited_to_the_ore(whole: Whole):
    """Each refund has one balanced voucher, minus what was paid back, with the VAT the shop gave, dated that day."""
    sim = whole.shops["main"]
    whole.work()
    booked = whole.booked()
    credits_ = {key: each for key, each in booked.items() if ":refund:" in key}
    assert {key: str(each.gross) for key, each in credits_.items()} == EXPECTED
    refunds = {row["id"]: row for ident in range(150, 155) for row in sim.state.refunds[ident]}
    for key, credit in credits_.items():
        order, refund = booked[f"{key.split(':refund:')[0]}:order"], refunds[int(key.rpartition(":")[2])]
        assert credit.gross == -Decimal(refund["amount"])
        assert sum((row.amount for row in credit.rows), Decimal(0)) == 0
        assert credit.number.startswith("K")
        assert str(credit.dated) == "2026-11-21"
        assert {row.code for row in credit.rows} <= {row.code for row in order.rows}
        told = sum((Decimal(line["tax_total"]) + Decimal(line["shipping_tax_total"]) for line in refund["tax_lines"]),
                   Decimal(0))  # fmt: skip
        if refund["tax_lines"] and key != "main:151:refund:182":  # whose freight has no row of its own
            assert vat_of(credit) == -told
        detail = whole.bridge.store.reads.by_key(Key.parse(key))
        assert detail is not None
        assert detail.entry.state is State.DONE
        assert own_meta(sim, int(key.split(":")[1]))["_orderbro_document"] == order.number
    assert whole.findings() == []


def test_ref_01_recorded_orders_paid_back_whole_leave_nothing_on_any_account(whole: Whole):
    """Sale and credit together: sales, freight, VAT and receivable are back at nothing (orders 151 and 154)."""
    whole.work()
    booked = whole.booked()
    for ident, refund in ((151, 182), (154, 186)):
        left = per_account(booked[f"main:{ident}:order"], booked[f"main:{ident}:refund:{refund}"])
        assert set(left.values()) == {0}, (ident, left)


def test_ref_04_recorded_sum_without_rows_bears_the_orders_own_vat(whole: Whole):
    """Order 152 is all 25 %: of 50.00 kronor back 10.00 are VAT."""
    whole.work()
    assert vat_of(whole.booked()["main:152:refund:183"]) == Decimal("10.00")


def test_recorded_refunds_are_left_in_peace_ever_after(whole: Whole):
    """Polls, sweeps and the shop's list of refunds bring them again and again."""
    whole.work()
    files, writes = whole.booked(), len(whole.shops["main"].log)
    for length in ({"minutes": 1}, {"hours": 1}, {"days": 1}):
        whole.pass_time(**length)
        whole.poll()
        whole.bridge.poller.refunds("main")
        whole.sweep()
        assert whole.drain() == []
    whole.close()
    whole.start()
    whole.work()
    assert (whole.booked(), len(whole.shops["main"].log)) == (files, writes)


def test_recorded_refunds_are_not_credited_again_by_a_bridge_that_forgot_all(whole: Whole):
    """The folder knows the key of each credit, as it knows those of the orders."""
    whole.work()
    files = whole.booked()
    whole.close()
    for piece in (whole.folder / "data").glob("bridge.db*"):
        piece.unlink()
    whole.start()
    whole.work()
    assert whole.booked() == files


def line_of(sim: ShopSim, ident: int) -> dict[str, Any]:
    """The first article row of an order."""
    found: dict[str, Any] = sim.order(ident)["line_items"][0]
    return found


def test_ref_02_shop_tells_of_a_credit_in_meta_and_a_note_nobody_is_mailed(whole: Whole):
    """Two refunds of one order, by row and by sum: both numbers stand, and the order's own mark is untouched."""
    sim = whole.shops["main"]
    ident = 110
    whole.work()
    row = line_of(sim, ident)
    tax = row["taxes"][0]
    wanted = {"id": row["id"], "quantity": 1, "refund_total": row["total"],
              "refund_tax": [{"id": tax["id"], "refund_total": tax["total"]}]}  # fmt: skip
    before = own_meta(sim, ident)
    first = sim.refund(ident, line_items=[wanted])
    mails = len(sim.mails)
    whole.pass_time(minutes=1)
    whole.work()
    credit = whole.booked()[f"main:{ident}:refund:{first}"]
    assert credit.gross == -(Decimal(row["total"]) + Decimal(row["total_tax"]))
    second = sim.refund(ident)
    mails_after = len(sim.mails)
    whole.pass_time(minutes=1)
    whole.work()
    rest = whole.booked()[f"main:{ident}:refund:{second}"]
    assert credit.gross + rest.gross == -Decimal(sim.order(ident)["total"])
    meta = own_meta(sim, ident)
    assert meta.pop("_orderbro_credits") == f"{first}={credit.number}, {second}={rest.number}"
    assert meta == before
    assert len(sim.mails) == mails_after
    assert mails_after >= mails
    notes = [note for note in sim.notes[ident] if "Orderbro" in note["note"]]
    assert [note["customer_note"] for note in notes] == [False] * 3
    left = per_account(*(each for key, each in whole.booked().items() if key.startswith(f"main:{ident}:")))
    assert set(left.values()) == {0}


def test_m_8_refund_deleted_in_the_shop_is_told_and_its_credit_stands(whole: Whole):
    """Deleting moves no date and leaves no trace (woocommerce facts, Refunds): the sweep compares the ids."""
    sim = whole.shops["main"]
    ident = 110
    whole.work()
    refund = sim.refund(ident, "10.00")
    whole.pass_time(minutes=1)
    whole.work()
    files = whole.booked()
    sim.state.refunds[ident].clear()
    whole.pass_time(days=1)
    whole.sweep()
    whole.drain()
    found = whole.bridge.store.reads.by_key(
        Key(OrderRef(shop="main", id=str(ident)), Purpose.REFUND, f"{refund}:deleted")
    )
    assert found is not None
    assert found.entry.state is State.PARKED
    assert found.entry.fault is not None
    assert files[f"main:{ident}:refund:{refund}"].number in str(found.entry.fault.text)
    assert whole.booked() == files
