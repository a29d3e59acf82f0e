"""Hogia's years and accounts: asked for once, anew where something is missing, and never guessed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.erps.hogia_smart.years import Use, Years
from bridge.errors import Rejected, Transient
from bridge.model.texts import say
from bridge.sim.faults import Kind
from tests.support.hogia_office import HogiaOffice

DAY = date(2026, 11, 21)


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[HogiaOffice]:
    """A company with three years."""
    found = HogiaOffice(tmp_path, clock)
    yield found
    found.close()


@pytest.fixture
def years(office: HogiaOffice) -> Years:
    """Nothing asked yet."""
    return Years(office.client())


def calls(office: HogiaOffice) -> int:
    """How often the company was asked, tokens left out."""
    return sum("/connect/" not in each["path"] for each in office.sim.log)


@pytest.mark.parametrize("form", ["seconds", "day", "fraction"])
def test_year_covers_its_days(office: HogiaOffice, years: Years, form: str) -> None:
    """In whatever form its dates come; another year is asked for by itself."""
    office.sim.habits.dates = form
    year = years.year(DAY)
    assert (year.first, year.last) == (date(2026, 1, 1), date(2026, 12, 31))
    assert years.year(date(2026, 1, 1)) is year
    assert calls(office) == 1
    assert years.year(date(2027, 1, 1)).id != year.id


def test_account_is_there_or_not_active_or_not_there(years: Years, office: HogiaOffice) -> None:
    """Told apart, with the years' dates."""
    office.sim.company.years[1].accounts[1930].active = False
    years.check(DAY, [Use(account="1580", what=say("debt"))])
    for number, said in (("1930", "is not active"), ("9999", "is not in")):
        with pytest.raises(Rejected, match=rf"Account {number} \(debt\) {said} .*2026-01-01 to 2026-12-31"):
            years.check(DAY, [Use(account=number, what=say("debt"))])


def test_missing_account_is_looked_for_again(years: Years, office: HogiaOffice) -> None:
    """The owner may have made it; one that is there costs no call."""
    accounts = office.sim.company.years[1].accounts
    kept = accounts.pop(1930)
    assert years.account("1930", DAY) is None
    accounts[1930] = kept
    assert years.account("1930", DAY) is not None
    before = calls(office)
    assert years.account("1930", DAY) is not None
    assert calls(office) == before
    years.forget()
    assert years.account("1930", DAY) is not None
    assert calls(office) == before + 2


@pytest.mark.parametrize("fractions", [True, False])
def test_rate_of_an_account_in_percent(years: Years, office: HogiaOffice, *, fractions: bool) -> None:
    """Whether the register says 0.25 or 25; none where there is no VAT code."""
    office.sim.habits.codes_as_fraction = fractions
    rates = {}
    for number in ("3001", "3002", "3004", "3202", "1930"):
        account = years.account(number, DAY)
        assert account is not None
        rates[number] = years.rate(account)
    assert rates == {
        "3001": Decimal(25), "3002": Decimal(12), "3004": Decimal(0), "3202": Decimal(7), "1930": Decimal(0)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "body"), [("/bydate/2026-11-21", b'{"id": "1"}'), ("/accounts", b'[{"name": "Bank"}]')]
)
def test_answer_that_cannot_be_read_is_no_answer(
    years: Years, office: HogiaOffice, path: str, body: bytes
) -> None:
    """Asked again later; nothing is taken for missing."""
    office.sim.faults.add(Kind.ANSWER, match=("GET", path), status=200, body=body)
    with pytest.raises(Transient):
        years.account("1930", DAY)
    assert years.account("1930", DAY) is not None
