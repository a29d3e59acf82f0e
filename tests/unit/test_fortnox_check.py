"""``bridge check`` for Fortnox: access, company, years, accounts; the rest: test_fortnox_check_registers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.erps.fortnox.check import check
from bridge.errors import ConfigError
from bridge.sim.faults import Kind
from tests.support.fortnox import Office
from tests.support.fortnox_check import EVERYTHING, SETTINGS, only, problems


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    """A company that is set up well, and settings that name one of everything."""
    office = Office(tmp_path, clock, EVERYTHING, dict(SETTINGS))
    office.shop = "result_unit = WEBB\n"
    yield office
    office.close()


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
    for when in ("always", "auto"):  # the row's own account, or that of its article
        office.erp["row_accounts"] = when
        found = only(office)
        assert found.where == "[shop main] result_unit"
        assert "3001" in str(found.what)


def test_account_of_a_foreign_rate_wants_a_vat_code(office: Office):
    """By which Fortnox knows the rate; a line for a country without VAT needs none (section 12)."""
    office.more = f"{EVERYTHING}[accounts]\nsales_DE_19 = 3109\nsales_NO_0 = 3105\n"
    found = only(office)
    assert (found.where, found.severe) == ("[accounts] sales_DE_19", False)
    office.sim.company.accounts[3109].vat_code = "DE19"
    assert problems(office) == []


def test_account_of_a_rate_nobody_sells_at_is_not_missed(office: Office):
    """Unless every row names it."""
    del office.sim.company.accounts[3003]
    assert only(office).where == "[accounts] sales_6"
    office.more = EVERYTHING.replace("missing = create", "missing = refuse")
    office.erp["row_accounts"] = "auto"
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


def test_account_that_demands_a_project_is_told(office: Office):
    """As with cost centres."""
    card = {"Number": 2421, "Active": True, "ProjectSettings": "MANDATORY", "CostCenterSettings": "ALLOWED"}
    body = json.dumps({"Accounts": [card]}).encode()
    office.sim.faults.add(Kind.ANSWER, match=("GET", "/3/accounts"), status=200, body=body)
    told = [each for each in problems(office) if each.where == "[shop main] project"]
    assert [each.what.values["account"] for each in told] == ["2421"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("tenant_id", "Exempel AB"),
        ("base_url", "api.fortnox.se"),
        ("base_url", "http://api.fortnox.se"),
        ("token_url", "ftp://apps.fortnox.se/token"),
        ("auth_url", "nowhere"),
    ],
)
def test_value_that_cannot_be_is_told_before_anybody_is_called(office: Office, key: str, value: str):
    """A number of a database has digits only; access travels over https."""
    with pytest.raises(ConfigError) as caught:
        office.options(**{key: value})
    assert [each.where.endswith(f"[erp] {key}") for each in caught.value.problems] == [True]
