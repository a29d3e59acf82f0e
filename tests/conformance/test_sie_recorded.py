"""Every recorded order of a real shop becomes a voucher; every published SIE file can be read."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from bridge.clock import ManualClock
from bridge.erps.sie.checker import check_bytes
from bridge.erps.sie.ksumma import control_sum
from bridge.erps.sie.reader import read_bytes
from bridge.shops.woocommerce.mapping import to_order
from bridge.sim.sie import Simulator
from tests.support.sie import VOUCHER, a_sie, key_of, put

pytestmark = pytest.mark.shared

UNBALANCED = {
    "transaktioner_ovnbolag-bad-balance.se",
    "XE_SIE_4_20151125095119.SE",
    "testWrite.se",
}
TRIGGERS = {"processing", "completed"}
SETTINGS = {"orders": {"exchange_rates": "EUR 11.45"}}


@pytest.fixture
def orders(shared):
    """Every recorded order, as the shop adapter reads it."""
    folder = shared / "woocommerce" / "recorded" / "orders"
    paths = sorted(folder.glob("*.json"))
    assert len(paths) == 73
    return [to_order(json.loads(path.read_text(), parse_float=Decimal), shop="main") for path in paths]


def test_recorded_orders_balance_and_equal_the_order_to_the_ore(orders, tmp_path):
    """All 73, whatever their status: the receivable is the order's total, and the rows come to 0.00."""
    sie = a_sie(tmp_path, **SETTINGS)
    for order in orders:
        preview = sie.preview(order, key_of(order), VOUCHER)
        rows = [Decimal(row["debit"] or "0") - Decimal(row["credit"] or "0") for row in preview.rows]
        assert sum(rows) == 0, order.ref
        wanted = order.totals.gross * (Decimal("11.45") if order.currency == "EUR" else 1)
        assert preview.gross == rows[0] == wanted.quantize(Decimal("0.01")), order.ref
        assert list(check_bytes(preview.payload.encode("cp437"))) == [], order.ref


def test_recorded_orders_vat_is_the_shops_own(orders, tmp_path):
    """The VAT accounts hold what the order's tax lines say, to the öre."""
    sie = a_sie(tmp_path, **SETTINGS)
    for order in (each for each in orders if each.currency == "SEK"):
        rows = sie.preview(order, key_of(order), VOUCHER).rows
        vat = sum(
            Decimal(row["credit"] or "0") - Decimal(row["debit"] or "0")
            for row in rows
            if row["account"].startswith("26")
        )
        assert vat == order.totals.tax, order.ref


def test_recorded_orders_in_a_trigger_status_are_all_booked(orders, tmp_path):
    """The importing program takes every file, numbers run without gaps, and totals are the shop's."""
    clock = ManualClock()
    sie = a_sie(tmp_path, clock=clock, **SETTINGS)
    wanted = {str(key_of(order)): order for order in orders if order.status in TRIGGERS}
    for order in wanted.values():
        put(sie, order)
    booked = Simulator(tmp_path, clock.now).booked()
    assert sorted(int(each.number[1:]) for each in booked) == list(range(1, len(wanted) + 1))
    assert {each.key for each in booked} == set(wanted)
    for each in booked:
        if wanted[each.key].currency == "SEK":
            assert each.gross == wanted[each.key].totals.gross, each.key


def _samples(shared):
    return sorted((shared / "sie" / "samples").iterdir())


def test_samples_are_all_read(shared):
    """The tolerant reader finds vouchers with rows in every published file."""
    assert len(_samples(shared)) == 17
    for path in _samples(shared):
        sie = read_bytes(path.read_bytes())
        assert sie.vouchers, path.name
        assert all(voucher.closed and voucher.rows for voucher in sie.vouchers), path.name
        assert sie.first("#FNAMN"), path.name


def test_samples_that_do_not_balance_are_found(shared):
    """Exactly the three negative cases, one voucher each; no other file is accused."""
    accused = {}
    for path in _samples(shared):
        findings = check_bytes(path.read_bytes(), export=path.suffix.lower() == ".se")
        count = sum("does not balance" in str(each.what) for each in findings)
        if count:
            accused[path.name] = count
    assert accused == dict.fromkeys(UNBALANCED, 1)


def test_samples_control_sum_of_another_program_is_reproduced(shared):
    """Norstedts' own sum over their own file: our reading of the rule is theirs."""
    data = (shared / "sie" / "samples" / "Norstedts_Bokslut_SIE_4I.si").read_bytes()
    sie = read_bytes(data)
    first, last = sie.all("#KSUMMA")
    inside = [
        (record.label, record.fields)
        for record in sie.records[sie.records.index(first) + 1 : sie.records.index(last)]
        if record.label not in {"{", "}"}
    ]
    assert control_sum(inside) == int(last.text(0))


@pytest.mark.parametrize("name", ["FAKT.SI", "Lön.si", "BokOrder.si", "si.SI", "typ4si.si"])
def test_samples_that_follow_the_standard_have_no_findings(shared, name):
    """Strict is not the same as wrong: vendors' clean files pass."""
    assert list(check_bytes((shared / "sie" / "samples" / name).read_bytes())) == []
