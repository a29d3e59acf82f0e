"""Hogia over files: every recorded order of a real shop, as the standard wants it and others read it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.erps.sie.checker import across, check_bytes
from bridge.model.documents import Document
from bridge.model.orders import LineKind, Order
from bridge.shops.woocommerce.mapping import to_order
from bridge.sim.hogia_smart.files import Simulator
from tests.support.foreign_sie import read_foreign
from tests.support.hogia_files import a_folder
from tests.support.sie import VOUCHER, key_of

pytestmark = pytest.mark.shared

TRIGGERS = {"processing", "completed"}
RATES = {"exchange_rates": "EUR 11.45"}
EUR = Decimal("11.45")
FREIGHT = "fraktavg: Frakt "


@pytest.fixture
def orders(shared: Path) -> dict[str, Order]:
    """Those that are to be booked, by key, as the shop adapter reads them."""
    paths = sorted((shared / "woocommerce" / "recorded" / "orders").glob("*.json"))
    read = (to_order(json.loads(path.read_text(), parse_float=Decimal), shop="main") for path in paths)
    whole = (order for order in read if isinstance(order, Order))
    found = {str(key_of(order)): order for order in whole if order.status in TRIGGERS}
    assert len(found) == 48
    return found


@pytest.fixture
def booked(orders: Mapping[str, Order], tmp_path: Path, clock: ManualClock) -> dict[str, Document]:
    """Each order's voucher."""
    folder = a_folder(tmp_path, clock=clock, orders=RATES)
    return {key: folder.put_document(order, key_of(order), VOUCHER) for key, order in orders.items()}


def test_recorded_orders_are_taken_by_an_accounting_program_to_the_ore(
    orders: Mapping[str, Order], booked: Mapping[str, Document], tmp_path: Path, clock: ManualClock
) -> None:
    """Each once, balanced, its receivable the order's total, its freight named as Smart's article and whole."""
    vouchers = {each.key: each for each in Simulator(tmp_path, clock.now).booked()}
    assert vouchers.keys() == orders.keys()
    assert {key: each.number for key, each in vouchers.items()} == {
        key: each.number for key, each in booked.items()
    }
    named = 0
    for key, order in orders.items():
        rate = EUR if order.currency == "EUR" else Decimal(1)
        rows = vouchers[key].rows
        assert vouchers[key].gross == (order.totals.gross * rate).quantize(Decimal("0.01")), key
        assert sum((row.amount for row in rows), Decimal(0)) == 0, key
        if order.currency == "SEK":
            freight = sum((line.net for line in order.lines if line.kind is LineKind.SHIPPING), Decimal(0))
            told = -sum((row.amount for row in rows if row.text.startswith(FREIGHT)), Decimal(0))
            assert told == freight.quantize(Decimal("0.01")), key
            named += bool(told)
    assert named > 20


def test_recorded_orders_files_are_without_fault_alone_and_together(booked: Mapping[str, Document]) -> None:
    """The strict checker over each file, and over all of them for numbers used twice."""
    files = {Path(each.link).name: Path(each.link).read_bytes() for each in booked.values()}
    assert len(files) == len(booked)
    assert {name: found for name, data in files.items() if (found := check_bytes(data))} == {}
    assert list(across(files)) == []


def test_recorded_orders_are_read_by_others_as_we_meant_them(
    booked: Mapping[str, Document], tmp_path: Path, clock: ManualClock
) -> None:
    """Company, number, and every row with its account and amount."""
    meant = {
        each.number: [(row.code, row.amount) for row in each.rows]
        for each in Simulator(tmp_path, clock.now).booked()
    }
    for document in booked.values():
        parser = read_foreign(document.link)
        assert (parser.fnamn, list(parser.verifikat)) == ("Exempel AB", [document.number.removeprefix("W")])
        ((_, _, _, rows),) = parser.verifikat.values()
        assert [(account, Decimal(amount)) for account, _, amount in rows] == meant[document.number]
