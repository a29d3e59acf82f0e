"""``bridge check`` for Fortnox: the codes the settings name, and what old documents and the warehouse tell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from tests.support.fortnox import Office
from tests.support.fortnox_check import EVERYTHING, SETTINGS, only, problems


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    """A company that is set up well, and settings that name one of everything."""
    office = Office(tmp_path, clock, EVERYTHING, dict(SETTINGS))
    office.shop = "result_unit = WEBB\n"
    yield office
    office.close()


@pytest.mark.parametrize(
    ("section", "wrong", "where"),
    [
        ("terms:30", "terms:45", "[payments] bacs"),
        ("mode:CARD", "mode:SWISH", "[payments] card"),
        ("delivery:P", "delivery:DHL", "[shipping] flat_rate"),
        ("article:frakt", "article:FRAKT-X", "[shipping] flat_rate"),
    ],
)
def test_code_that_does_not_exist_is_told_with_its_line(office: Office, section: str, wrong: str, where: str):
    """And with those that do."""
    office.more = EVERYTHING.replace(section, wrong).replace("missing = create", "missing = refuse")
    found = only(office)
    assert (found.where, found.severe) == (where, True)


@pytest.mark.parametrize("key", ["price_list", "print_template", "unit"])
def test_key_that_names_nothing_is_told(office: Office, key: str):
    """With what is there."""
    office.erp[key] = "XYZ"
    found = only(office)
    assert found.where == f"[erp] {key}"
    assert "XYZ" in str(found.what)


def test_near_miss_is_guessed(office: Office):
    """A wrong capital is the commonest."""
    office.more = EVERYTHING.replace("mode:CARD", "mode:card")
    assert "CARD" in str(only(office).fix)


def test_terms_are_compared_in_capitals(office: Office):
    """As Fortnox keeps them (section 14, no. 18)."""
    office.more = EVERYTHING.replace("terms:30", "terms:pf")
    assert problems(office) == []


@pytest.mark.parametrize("line", ["result_unit = LAGER\n", "project = 99\nresult_unit = WEBB\n"])
def test_centre_or_project_that_does_not_exist_is_told(office: Office, line: str):
    """Of the shop that names it."""
    office.shop = line
    assert only(office).where.startswith("[shop main] ")


def test_centre_that_is_not_used_any_more_is_told(office: Office):
    """2000947 otherwise."""
    office.sim.state.registers["CostCenter"]["WEBB"].values["Active"] = False
    assert "no longer in use" in str(only(office).what)


def test_currency_that_is_not_set_up_is_a_hint(office: Office):
    """Orders in it would be refused."""
    office.more = EVERYTHING.replace("EUR 11.45", "EUR 11.45, JPY 0.07")
    found = only(office)
    assert (found.where, found.severe) == ("[orders] exchange_rates", False)
    assert "JPY" in str(found.what)


def test_article_of_our_own_rows_must_be_there_unless_the_bridge_makes_it(office: Office):
    """Or unless such rows have none."""
    del office.sim.state.articles["avgift"]
    assert problems(office) == []
    office.more = EVERYTHING.replace("missing = create", "missing = refuse")
    assert only(office).where == "[articles] fee"
    office.erp["other_rows"] = "account"
    assert problems(office) == []


def test_article_that_is_not_active_is_told(office: Office):
    """It cannot be made anew: its number is taken."""
    office.sim.state.articles["rabatt"].values["Active"] = False
    assert only(office).where == "[articles] discount"


def test_article_number_that_cannot_be_is_told(office: Office):
    """No blanks (section 8)."""
    office.more = EVERYTHING.replace("missing = create", "missing = create\nfee = Faktura avgift")
    assert "blanks" in str(only(office).fix)


@pytest.mark.parametrize("register", ["invoices", "orders"])
def test_rounding_is_read_from_old_documents(office: Office, register: str):
    """Nothing else tells whether the company rounds to whole kronor."""
    office.sim.company.whole_kronor = True
    made(office, register, "79.50")
    found = only(office)
    assert (found.where, found.severe) == ("[erp] whole_kronor", False)
    assert "= yes" in str(found.fix)
    office.erp["whole_kronor"] = "yes"
    assert problems(office) == []
    office.sim.company.whole_kronor = False
    made(office, register, "79.50")
    assert "= no" in str(only(office).fix)


def test_round_totals_prove_no_rounding(office: Office):
    """A shop may have round prices."""
    made(office, "invoices", "80")
    assert problems(office) == []


def made(office: Office, register: str, price: str) -> None:
    """Five documents that come to this much and its VAT."""
    client = office.core().client
    if not list(office.sim.state.customers):
        client.post("customers", '{"Customer": {"Name": "Anna Ek"}}')
    (customer,) = list(office.sim.state.customers)
    row = f'{{"ArticleNumber": "TVAL-1", "DeliveredQuantity": 1, "Price": {price}, "VAT": 25}}'
    name, rows = {"invoices": ("Invoice", "InvoiceRows"), "orders": ("Order", "OrderRows")}[register]
    if register == "orders":
        row = row.replace('"DeliveredQuantity": 1', '"OrderedQuantity": 1, "DeliveredQuantity": 1')
    for _ in range(5):
        client.post(register, f'{{"{name}": {{"CustomerNumber": "{customer}", "{rows}": [{row}]}}}}')


def test_warehouse_with_stock_points_wants_one(office: Office):
    """On every document, once there are any."""
    office.sim.company.warehouse = True
    assert problems(office) == []
    office.sim.company.stock_points = ["1", "2"]
    assert "stock_point = " in str(only(office).fix)
    office.erp["stock_point"] = "2"
    assert problems(office) == []
    office.erp["stock_point"] = "3"
    assert "no stock point 3" in str(only(office).what)


def test_company_without_the_warehouse_licence_is_no_problem(office: Office):
    """It has no module to speak of."""
    office.sim.company.licences.remove("warehouse")
    assert problems(office) == []
