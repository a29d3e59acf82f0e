"""Every recorded order and refund in Hogia's books to the öre: in both bodies, however Hogia rounds VAT."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.errors import Rejected
from bridge.model.documents import Document, Key, Purpose
from tests.builders import NOON, a_line, an_order
from tests.support.corrections import corrections
from tests.support.drafts import recorded, recorded_ids
from tests.support.hogia_desk import ABROAD, NEWER, OLDER, RATES, Desk, key_of

CARD_WITH_VAT, REVERSE, MANY_ROWS = 133, 139, 148
UNSURE = {("rate", MANY_ROWS)}
"""Sixty rows whose VAT the shop rounded row by row: no rows come out both ways, and a note says so."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The day after the recordings."""
    found = Desk(tmp_path, ManualClock(NOON + timedelta(days=1)))
    found.sim.state.contacts[next(iter(found.sim.state.contacts))].body["vatNumber"] = "DE136695976"
    yield found
    found.close()


def totals(desk: Desk) -> dict[str, Decimal]:
    """What Hogia itself makes of each key."""
    booked = desk.sim.booked()
    assert len({each.key for each in booked}) == len(booked)
    return {each.key: each.gross for each in booked}


@pytest.mark.parametrize("rounding", ["line", "rate"])
@pytest.mark.parametrize("profile", [OLDER, NEWER])
def test_recorded_orders_and_refunds_come_out(desk: Desk, profile: str, rounding: str) -> None:
    """To the öre; what the newer body cannot say is refused beforehand, with the reason."""
    desk.sim.habits.vat_rounding = rounding
    desk.again(RATES + (ABROAD if profile == NEWER else ""), profile=profile)
    made: dict[str, Document] = {}
    wanted: dict[str, Decimal] = {}
    for order_id in recorded_ids():
        order = recorded(order_id)
        if profile == NEWER and order_id == CARD_WITH_VAT:
            with pytest.raises(Rejected, match="bears 25 % VAT, and account 2421 has 0 %"):
                desk.book(order)
            continue
        if profile == NEWER and order_id == MANY_ROWS:
            with pytest.raises(Rejected, match="Nobody has said how Hogia rounds VAT"):
                desk.book(order)
            continue
        document = made[str(order.ref)] = desk.book(order)
        if (rounding, order_id) in UNSURE:
            assert any("rounds VAT" in str(note) for note in document.notes)
        else:
            wanted[str(key_of(order))] = order.totals.gross
    for refund, correction in corrections():
        key = Key(refund.ref, Purpose.REFUND, refund.id)
        credit = desk.credit(correction, key, made[str(refund.ref)])
        assert credit.kind == "credit"
        wanted[str(key)] = correction.totals.gross
    found = totals(desk)
    assert {key: found[key] for key in wanted} == wanted


def test_vat_is_what_the_buyer_paid(desk: Desk) -> None:
    """Per rate, within the öre that rounding on the row or on the rate makes."""
    for order_id in recorded_ids():
        order = recorded(order_id)
        desk.book(order)
        invoice = desk.sim.state.invoices[list(desk.sim.state.invoices)[-1]]
        assert abs(invoice.vat - order.totals.tax) <= Decimal("0.02"), order_id


@pytest.mark.parametrize("profile", [OLDER, NEWER])
def test_reverse_charge_is_said_and_only_there(desk: Desk, profile: str) -> None:
    """A company in another EU country without VAT; never where a row bears VAT."""
    desk.again(RATES + ABROAD, profile=profile, own={"invoice.vat_rounding": "line"})
    desk.book(recorded(REVERSE))
    desk.book(recorded(MANY_ROWS))
    flags = [invoice.reverse for invoice in desk.sim.state.invoices.values()]
    assert flags == [True, False]


@pytest.mark.parametrize("rounding", ["line", "rate"])
def test_owner_who_knows_how_vat_is_rounded_has_every_order_exact(desk: Desk, rounding: str) -> None:
    """Also the one that cannot come out both ways; what brings its VAT back stands on accounts of that VAT."""
    desk.sim.habits.vat_rounding = rounding
    desk.again(own={"invoice.vat_rounding": rounding})
    order = recorded(MANY_ROWS)
    assert desk.book(order).gross == order.totals.gross


def test_vat_the_shop_rounded_row_by_row_is_brought_back(desk: Desk) -> None:
    """By a pair of rows that cancel out: the taxed one on the goods' account, the other on that for rounding."""
    desk.sim.habits.vat_rounding = "rate"
    desk.again(own={"invoice.vat_rounding": "rate"})
    order = an_order(*(a_line("0.10", "0.03", id=str(at)) for at in range(1, 41)))
    document = desk.book(order)
    assert document.gross == order.totals.gross == Decimal("5.20")
    last = [row for row in desk.posted()["invoiceLines"] if row.get("name") == "Momsjustering"]
    assert [row["salesAccountNumber"] for row in last] == [3001, 3740]
    (invoice,) = desk.sim.state.invoices.values()
    assert abs(invoice.vat - Decimal("1.20")) <= Decimal("0.01")
