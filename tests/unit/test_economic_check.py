"""e-conomic: what ``bridge check`` finds in a set-up, each with its remedy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.erps.economic.check import check
from bridge.model.texts import Problem
from bridge.sim.economic.company import Group, Zone
from bridge.sim.faults import Kind
from tests.support.economic_office import Office


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    """A company that is set up well."""
    office = Office(tmp_path, clock)
    yield office
    office.close()


def found(office: Office, more: str = "", **how: Any) -> Sequence[Problem]:
    """What is said of it."""
    office.sim.log.clear()
    problems = check(office.core(more, **how))
    assert {each["method"] for each in office.sim.log} <= {"GET"}
    return problems


def only(problems: Sequence[Problem]) -> Problem:
    """The one problem there must be."""
    assert len(problems) == 1, "\n".join(map(str, problems))
    assert str(problems[0].fix)
    return problems[0]


def test_company_that_is_set_up_well(office: Office) -> None:
    """Nothing to say, and one look for each thing."""
    assert found(office) == []
    paths = [each["path"] for each in office.sim.log]
    assert len(paths) == len(set(paths))


def test_well_set_up_company_with_everything(office: Office) -> None:
    """Payments, currencies, cost centres, terms per method."""
    more = (
        "[orders]\nbook_invoices = yes\nregister_payments = yes\nexchange_rates = EUR 11.45\n"
        "[payments]\nbacs = 1510 terms:6\nkco = 1686\n[shipping]\nflat_rate = article:frakt\n"
    )
    assert found(office, more, shop="result_unit = 2\nproject = 1", unit="st", company_group="2") == []


def test_wrong_token_is_the_only_thing_said(office: Office) -> None:
    """Everything else would fail for the same reason."""
    problem = only(found(office, agreement_grant_token="wrong-token-0123456789"))
    assert problem.where == "[erp] agreement_grant_token"
    assert "connect economic" in str(problem.fix)


def test_e_conomic_that_is_down(office: Office) -> None:
    """Said, never raised; also when it goes down half way."""
    office.sim.faults.add(Kind.ANSWER, times=None, status=503)
    assert "fault of its own" in str(only(found(office)).what)
    office.sim.faults.clear()
    office.sim.faults.add(Kind.ANSWER, times=None, status=503, match=("GET", "/layouts"))
    assert [each.where for each in found(office)] == ["[erp]"]


def test_books_in_another_currency(office: Office) -> None:
    """The bridge books in SEK."""
    office.sim.company.base_currency = "DKK"
    assert "books of this agreement are in DKK" in str(only(found(office)).what)


@pytest.mark.parametrize(("roles", "payments", "said"), [
    ({"Sales"}, "no", ""), ({"Sales"}, "yes", "Bookkeeping"), ({"SuperUser"}, "yes", ""),
])  # fmt: skip
def test_roles(office: Office, roles: set[str], payments: str, said: str) -> None:
    """Sales always, Bookkeeping for payments; SuperUser may everything."""
    office.sim.company.roles = roles
    more = f"[orders]\nbook_invoices = yes\nregister_payments = {payments}\n"
    problems = [each for each in found(office, more) if each.where == "[erp] app_secret_token"]
    assert [said in str(each.what) for each in problems] == ([True] if said else [])


@pytest.mark.parametrize(("shop", "more", "told"), [
    ("", "", True), ("document = order", "", True), ("document = invoice", "", False),
    ("document = invoice", "[payments]\nbacs = 1510 document:order\n", True),
])  # fmt: skip
def test_orders_beside_the_inventory_module(office: Office, shop: str, more: str, told: bool) -> None:  # noqa: FBT001
    """Documented as impossible in 2019: said, and no more than that."""
    office.sim.company.inventory = True
    problems = [each for each in found(office, more, shop=shop) if "inventory module" in str(each.what)]
    assert [each.severe for each in problems] == ([False] if told else [])


@pytest.mark.parametrize(("key", "value"), [
    ("layout", "Fin"), ("layout", ""), ("payment_terms", "99"), ("customer_group", "9"), ("company_group", "Nej"),
    ("unit", "låda"), ("vat_zone_domestic", "77"), ("vat_zone_FI", "Suomi"), ("group_25", "77"),
])  # fmt: skip
def test_register_entry_that_is_not_there(office: Office, key: str, value: str) -> None:
    """Named by its line, severe, and told once."""
    problems = found(office, **{key: value})
    assert [each.where for each in problems if each.severe] == [f"[erp] {key}"]


def test_several_faults_are_all_told(office: Office) -> None:
    """One run of the command is enough."""
    wrong = {"layout": "Fin", "payment_terms": "99", "customer_group": "9"}
    assert [each.where for each in found(office, **wrong)] == [f"[erp] {key}" for key in wrong]


def test_zone_only_some_orders_need(office: Office) -> None:
    """Said, not severe: a company may never sell abroad."""
    del office.sim.company.zones[3]
    for group in office.sim.company.groups.values():
        del group.accounts[3]
    problem = only(found(office))
    assert (problem.where, problem.severe) == ("[erp] vat_zone_abroad", False)


def test_zone_that_is_closed_for_customers(office: Office) -> None:
    """Nothing can be sold into it."""
    office.sim.company.zones[11].customers = False
    assert "not open for customers" in str(only(found(office)).what)


def test_group_of_another_rate_at_home(office: Office) -> None:
    """Severe: every order of that rate would be refused."""
    problem = only(found(office, group_12="1"))
    assert (problem.where, problem.severe) == ("[erp] group_12", True)
    assert "has 25 % VAT in VAT zone 1 Domestic; it should have 12 %" in str(problem.what)


def test_group_with_vat_where_there_is_none(office: Office) -> None:
    """Export with Swedish VAT."""
    office.sim.company.groups[1].accounts[3] = 3001
    problem = only(found(office))
    assert "25 % VAT in VAT zone 3 Abroad; it should have no VAT" in str(problem.what)
    assert not problem.severe


def test_group_with_a_rate_the_country_does_not_have(office: Office) -> None:
    """25 % in Germany."""
    office.sim.company.groups[1].accounts[11] = 3001
    assert "it should have a rate of DE" in str(only(found(office)).what)


def test_group_without_an_account_in_a_zone(office: Office) -> None:
    """Booking would fail."""
    del office.sim.company.groups[1].accounts[4]
    assert "no sales account in VAT zone 4" in str(only(found(office)).what)


def test_rate_nobody_has_a_group_for(office: Office) -> None:
    """Only said: the shop may not have it either. Two groups of one rate are a question."""
    office.sim.company.groups.pop(3)
    problem = only(found(office, without="group_6"))
    assert (problem.where, problem.severe) == ("[erp] group_6", False)
    office.sim.company.groups[9] = Group(
        number=9, name="Böcker", accounts=dict(office.sim.company.groups[2].accounts)
    )
    problems = found(office, without="group_6 group_12")
    assert {each.where for each in problems} == {"[erp] group_6", "[erp] group_12"}


@pytest.mark.parametrize("missing", ["refuse", "create"])
def test_article_that_is_not_there(office: Office, missing: str) -> None:
    """Severe, unless the bridge may make it."""
    del office.sim.state.products["frakt"]
    problem = only(found(office, f"[articles]\nmissing = {missing}\n"))
    assert problem.where == "[articles] shipping"
    assert problem.severe == (missing == "refuse")


def test_article_that_is_barred_or_taxed(office: Office) -> None:
    """Booking fails only at the end, so it is said before."""
    office.sim.state.products["avgift"].body["barred"] = True
    office.sim.state.products["avrundning"].body["productGroup"] = {"productGroupNumber": 1}
    fee, rounding = found(office)
    assert (fee.where, rounding.where) == ("[articles] fee", "[articles] rounding")
    assert "25 % VAT; such rows have none" in str(rounding.what)


def test_article_of_a_way_of_shipping(office: Office) -> None:
    """By the line that names it."""
    problem = only(found(office, "[shipping]\nflat_rate = article:FRAKT-PN\n"))
    assert problem.where == "[shipping] flat_rate"


def test_currencies_the_company_does_not_have(office: Office) -> None:
    """Such orders would be refused."""
    del office.sim.company.currencies["EUR"]
    problems = found(office, "[orders]\nexchange_rates = EUR 11.45, DKK 1.53\n", customer_currency="CHF")
    assert [each.where for each in problems] == ["[erp] customer_currency", "[orders] exchange_rates"]


def test_terms_of_a_method(office: Office) -> None:
    """By number or name of the register."""
    problem = only(found(office, "[payments]\nbacs = 1510 terms:30\n"))
    assert problem.where == "[payments] bacs"


def test_payments_need_journal_and_accounts(office: Office) -> None:
    """Each account of [payments], and the journal."""
    office.sim.company.accounts[1580].barred = True
    more = "[orders]\nbook_invoices = yes\nregister_payments = yes\n[payments]\nkco = 1999\n"
    problems = found(office, more, journal="Dagbok 2")
    assert [each.where for each in problems] == ["[erp] journal", "[accounts] receivable", "[payments] kco"]
    assert found(office, "[payments]\nkco = 1999\n", journal="") == []


def test_payments_need_something_to_stand_against(office: Office) -> None:
    """A gift card's account, and the journal's own for methods that name none."""
    orders = "[orders]\nbook_invoices = yes\nregister_payments = yes\n"
    office.sim.company.journals[1].contra = None
    problem = only(found(office, orders))
    assert (problem.where, problem.severe) == ("[erp] journal", False)
    assert "one side only" in str(problem.what)
    office.sim.company.journals[1].contra = 1930
    cards = f"{orders}gift_cards = payment\n[accounts]\ngift_card = 2999\n"
    assert only(found(office, cards)).where == "[accounts] gift_card"
    assert found(office, f"{orders}[accounts]\ngift_card = 2999\n") == []


def test_cost_centre_and_project(office: Office) -> None:
    """By number; a departmental distribution must be there."""
    assert only(found(office, shop="result_unit = 9")).where == "[shop main] result_unit"
    assert only(found(office, shop="project = Webb")).where == "[shop main] project"
    problems = found(office, shop="result_unit = Lager")
    assert "no number" in str(only(problems).what)


def test_mail_is_not_e_conomics(office: Office) -> None:
    """It sends none of orders and invoices."""
    problems = found(office, "[orders]\norder_mail = yes\ninvoice_mail = yes\n")
    assert [(each.where, each.severe) for each in problems] == [
        ("[orders] order_mail", False), ("[orders] invoice_mail", False),
    ]  # fmt: skip


def test_check_looks_anew(office: Office) -> None:
    """Whatever the process remembers."""
    core = office.core()
    assert check(core) == []
    office.sim.company.layouts = {}
    office.sim.company.zones[77] = Zone(number=77, name="Ny")
    office.sim.company.daily_rates["EUR"] = Decimal(1)
    assert [each.where for each in check(core)] == ["[erp] layout"]
