"""Order settings that show in a voucher, as exact files. When wanted: UPDATE_GOLDEN=1 pytest tests/golden."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from bridge.erps.sie.checker import check_bytes
from bridge.erps.sie.objects import objects_of
from bridge.erps.sie.reader import read_bytes
from bridge.model.orders import LineKind, Order, Payment
from tests.builders import NOON, a_line, an_order
from tests.support.drafts import recorded, with_cards
from tests.support.golden import Golden
from tests.support.sie import VOUCHER, a_sie, config_of, key_of

GOLDEN = Golden("sie_settings", suffix=".si")

FEE = a_line("23.20", "5.80", kind=LineKind.FEE, id="3", name="Postförskott")
CASES: dict[str, tuple[Order, Mapping[str, Mapping[str, str]]]] = {
    "cost_centre_and_project": (
        an_order(a_line(), FEE), {"shop": {"result_unit": "200", "project": "7", "number_prefix": "WEB-"}}
    ),
    "cash_on_delivery": (
        an_order(a_line(), FEE, payment=Payment(method="cod", paid_at=NOON)), {"accounts": {"cod": "3541"}}
    ),
    "gift_cards_as_rows": (recorded(108, with_cards(("GIVE-1234-ABCD", "300.00"), ("AB12", "48.00"))), {}),
    "gift_cards_as_payments": (
        recorded(108, with_cards(("GIVE-1234-ABCD", "300.00"), ("AB12", "48.00"))),
        {"orders": {"gift_cards": "payment"}, "accounts": {"gift_card": "2422"}},
    ),
    "payment_account": (recorded(168), {"payments": {"kco": "1581 document:voucher terms:30"}}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_golden_voucher_of_a_setting_is_as_it_was(name: str, tmp_path: Path, monkeypatch) -> None:
    """Byte by byte, with the strict checker's blessing."""
    monkeypatch.setattr("bridge.erps.sie.__version__", "1.0")
    order, sections = CASES[name]
    sie = a_sie(tmp_path, **sections)
    data = sie.preview(order, key_of(order), VOUCHER).payload.encode("cp437")
    assert data == GOLDEN.data(name, data)
    assert list(check_bytes(data)) == []


def test_golden_folder_has_no_setting_nobody_tests() -> None:
    """A file left over from a renamed case would prove nothing."""
    assert GOLDEN.names() == set(CASES)


def test_map_06_cost_centre_and_project_stand_on_income_and_cost_only(tmp_path: Path) -> None:
    """Not on the claim, not on VAT; declared once each."""
    order, sections = CASES["cost_centre_and_project"]
    sie = a_sie(tmp_path, **sections)
    file = read_bytes(sie.preview(order, key_of(order), VOUCHER).payload.encode("cp437"))
    (voucher,) = file.vouchers
    borne = {row.text(0): row.fields[1] for row in voucher.rows}
    assert {account for account, objects in borne.items() if objects} == {"3001", "3540"}
    assert [record.text(0) for record in file.all("#DIM")] == ["1", "6"]
    assert "Order WEB-1234" in voucher.text


def test_map_06_cost_centre_that_is_no_number_is_a_warning(tmp_path: Path) -> None:
    """Specter would not import it; others do, so nothing stops."""
    problems = a_sie(tmp_path, shop={"result_unit": "Butik", "project": "7"}).check()
    (found,) = [problem for problem in problems if problem.where == "[shop main] result_unit"]
    assert found.severe is False
    assert config_of(tmp_path, shop={"result_unit": "Butik"}).shops["main"].section.result_unit == "Butik"


def test_map_06_order_of_a_shop_that_is_no_longer_configured_has_no_cost_centre() -> None:
    """Its documents stand all the same."""
    assert objects_of(None) == ()
