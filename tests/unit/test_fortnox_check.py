from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.erps.fortnox.check import check
from bridge.model.texts import Problem
from bridge.sim.faults import Kind
from tests.support.fortnox import Office

EVERYTHING = """
[orders]
exchange_rates = EUR 11.45
invoice_orders = yes
book_invoices = yes
register_payments = yes
[articles]
missing = create
[payments]
bacs = 1510 terms:30
card = 1686 mode:CARD
[shipping]
flat_rate = article:frakt delivery:P
"""
SETTINGS = {"price_list": "A", "print_template": "oc", "row_accounts": "always"}


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    """A company that is set up well, and settings that name one of everything."""
    office = Office(tmp_path, clock, EVERYTHING, dict(SETTINGS))
    office.shop = "result_unit = WEBB\n"
    yield office
    office.close()


def problems(office: Office) -> list[Problem]:
    """What the check finds."""
    return list(check(office.core()))


def only(office: Office) -> Problem:
    """The one thing it finds."""
    (found,) = problems(office)
    assert str(found.fix)
    return found


def test_company_that_is_set_up_well_has_nothing_to_mend(office: Office):
    """Every register is asked, nothing is written."""
    assert problems(office) == []
    asked = {each["path"] for each in office.sim.log}
    registers = (
        "accounts termsofpayments modesofpayments wayofdeliveries units pricelists printtemplates costcenters"
    )
    assert {f"/3/{name}" for name in [*registers.split(), "currencies", "financialyears"]} <= asked
    assert {each["method"] for each in office.sim.log if "/3/" in each["path"]} == {"GET"}


def test_settings_that_name_nothing_ask_little(tmp_path: Path, clock: ManualClock):
    """A register of which no line names anything is left alone."""
    plain = Office(tmp_path, clock)
    assert problems(plain) == []
    asked = {each["path"] for each in plain.sim.log}
    assert not asked & {
        "/3/termsofpayments",
        "/3/costcenters",
        "/3/invoicepayments",
        "/3/units",
        "/3/printtemplates",
    }
    plain.close()


def test_wrong_secret_is_one_problem(office: Office):
    """Everything else would only repeat it."""
    office.erp["client_secret"] = "wrong-secret-000"
    found = only(office)
    assert found.severe
    assert "client_secret" in str(found.fix)


def test_no_connection_yet_names_the_command(office: Office):
    """Before the first consent."""
    office.erp["tenant_id"] = ""
    assert "bridge connect fortnox" in str(only(office).fix)


def test_kept_token_works_and_the_lasting_way_is_named(office: Office):
    """With the number to write."""
    office.erp["tenant_id"] = ""
    office.connect()
    found = only(office)
    assert (found.where, found.severe) == ("[erp] tenant_id", False)
    assert "tenant_id = 29302" in str(found.fix)


def test_fortnox_that_is_away_is_one_problem(office: Office):
    """Nothing raises."""
    office.sim.faults.add(Kind.REFUSE, times=None)
    assert only(office).severe


def test_another_company_than_the_one_named_is_told(office: Office):
    """The consent belongs to whoever was logged in."""
    office.erp["tenant_id"] = ""
    office.connect()
    core = office.core()
    office.sim.company.tenant = "77777"
    other = office.core(tenant_id="77777")
    assert core
    office.sim.faults.add(
        Kind.ANSWER,
        match=("GET", "/3/companyinformation"),
        status=200,
        body=b'{"CompanyInformation": {"CompanyName": "Annat AB", "DatabaseNumber": 11111}}',
    )
    (found,) = check(other)
    assert "Annat AB" in str(found.what)
    assert "11111" in str(found.what)


@pytest.mark.parametrize(
    "scope",
    "customer article order invoice payment bookkeeping settings price print costcenter currency "
    "companyinformation".split(),
)
def test_each_missing_licence_is_named_with_its_scope(office: Office, scope: str):
    """And with what to do at both ends."""
    office.sim.company.licences.remove(scope)
    found = problems(office)
    assert found
    assert all(f"({scope})" in str(each.what) for each in found), found
    assert "bridge connect fortnox" in str(found[0].fix)


def test_consent_that_covers_less_is_named_with_its_scope(office: Office):
    """403 with a code of its own; the others go on being checked."""
    office.sim.oauth.scopes = office.sim.oauth.scopes.replace(" costcenter", "").replace(" print", "")
    assert sorted(str(each.what).partition("(")[2][:5] for each in problems(office)) == ["costc", "print"]


def test_missing_financial_year_is_told(office: Office, clock: ManualClock):
    """Before the first order of the new year is refused."""
    clock.jump(datetime(2027, 12, 15, 12, tzinfo=UTC))
    assert not only(office).severe
    clock.jump(datetime(2028, 1, 1, 0, 30, tzinfo=UTC))
    found = only(office)
    assert found.severe
    assert "2028-01-01" in str(found.what)


def test_cash_method_is_told_where_invoices_should_be_booked(office: Office):
    """They are not: only their payments are (section 10)."""
    office.sim.company.method = "CASH"
    found = only(office)
    assert (found.where, found.severe) == ("[orders] book_invoices", False)


@pytest.mark.parametrize(
    ("account", "where"),
    [
        (1510, "[payments] bacs"),
        (1686, "[payments] card"),
        (1580, "[accounts] receivable"),
        (3001, "[accounts] sales_25"),
        (2421, "[accounts] gift_card"),
        (3540, "[accounts] fee"),
    ],
)
def test_account_that_surely_is_needed_must_be_there_and_active(office: Office, account: int, where: str):
    """By the line that names it."""
    office.sim.company.accounts[account].active = False
    found = only(office)
    assert (found.where, found.severe) == (where, True)
    assert "not active" in str(found.what)
    del office.sim.company.accounts[account]
    assert "does not exist" in str(only(office).what)


def test_account_that_only_some_orders_need_is_a_hint(office: Office):
    """Sales outside the EU, for one."""
    del office.sim.company.accounts[3105]
    found = only(office)
    assert (found.where, found.severe) == ("[accounts] sales_export", False)


def test_account_that_demands_a_cost_centre_is_told(office: Office):
    """Without one every row on it is refused."""
    office.sim.company.accounts[3001].cost_centre = "MANDATORY"
    assert problems(office) == []
    office.shop = ""
    found = only(office)
    assert found.where == "[shop main] result_unit"
    assert "3001" in str(found.what)


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


def test_odd_answers_are_told_and_never_raised(office: Office):
    """Whatever a register says."""
    for path, body in (
        ("/3/financialyears", b'{"FinancialYears": [{"Id": 1, "FromDate": "soon", "ToDate": "late"}]}'),
        ("/3/costcenters", b'{"CostCenters": [{"Code": "WEBB", "Active": "perhaps"}]}'),
        ("/3/units", b'{"Units": 7}'),
        ("/3/invoices", b"<html>"),
    ):
        office.sim.faults.add(Kind.ANSWER, match=("GET", path), status=200, body=body, times=3)
        assert problems(office), path
        office.sim.faults.clear()
