"""e-conomic: registers by number or name, asked once, refused with what there is."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.erps.economic.registers import Registers
from bridge.errors import Rejected, Transient
from bridge.sim.economic.company import Group, Zone
from bridge.sim.faults import Kind
from tests.support.economic_office import Office


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    """A company."""
    office = Office(tmp_path, clock)
    yield office
    office.close()


def registers(office: Office, **erp: str) -> Registers:
    """Those of a company with these settings."""
    return office.core(**erp).registers


def test_entries_by_number_and_by_name(office: Office) -> None:
    """In any case of letters."""
    assert registers(office, layout="20").layout() == 20
    assert registers(office, layout="svensk STANDARD").layout() == 19
    assert registers(office).terms("Kort").number == 4
    assert (
        registers(office, customer_group="1", company_group="företagskunder").customer_group(company=True)
        == 2
    )
    assert registers(office).customer_group(company=True) == 1


def test_unknown_entry_is_refused_with_what_there_is(office: Office) -> None:
    """And where to correct it."""
    with pytest.raises(
        Rejected, match=r"no layout called Fin; there are: 19 Svensk standard, 20 English"
    ) as caught:
        registers(office, layout="Fin").layout()
    assert caught.value.field == "[erp] layout"
    with pytest.raises(Rejected) as caught:
        registers(office).terms("99", where="[payments] bacs")
    assert caught.value.field == "[payments] bacs"


def test_without_a_setting_the_only_one_is_taken(office: Office) -> None:
    """And several are never chosen among."""
    with pytest.raises(Rejected, match="Nothing says which layout to use; there are: 19"):
        registers(office, layout="").layout()
    office.sim.company.layouts = {7: "Enda"}
    assert registers(office, layout="").layout() == 7
    office.sim.company.layouts = {}
    with pytest.raises(Rejected, match=r"there are: -\."):
        registers(office, layout="").layout()


def test_name_that_is_there_twice_is_refused(office: Office) -> None:
    """A number never is; a name that looks like a number is no number."""
    office.sim.company.layouts = {19: "Samma", 20: "samma", 21: "19"}
    with pytest.raises(Rejected, match="several times"):
        registers(office, layout="Samma").layout()
    assert registers(office, layout="19").layout() == 19


def test_asked_once(office: Office) -> None:
    """For the process; anew only after ``forget``."""
    found = registers(office)
    for _ in range(3):
        found.layout()
        found.rate(1, 1)
        found.agreement()
    assert len(office.said()) == 4
    office.sim.company.layouts = {7: "Ny"}
    assert found.layout() == 19
    found.forget()
    with pytest.raises(Rejected):
        found.layout()


def test_usual_zones_are_found_by_their_names(office: Office) -> None:
    """Whatever their numbers are."""
    office.sim.company.zones = {
        place: Zone(number=place, name=name)
        for place, name in ((31, "Inrikes"), (32, " EU "), (33, "UTLANDET"), (34, "Inrikes  utan moms"))
    }
    found = registers(office)
    assert [found.zone(name).number for name in ("domestic", "eu", "abroad", "exempt")] == [31, 32, 33, 34]


def test_zone_of_a_country_only_by_its_line(office: Office) -> None:
    """Nobody guesses which zone is a country's."""
    found = registers(office, vat_zone_FI="13")
    assert (found.zone("DE").number, found.zone("FI").number) == (11, 13)
    assert (found.has_zone("de"), found.has_zone("NO")) == (True, False)
    with pytest.raises(Rejected, match="which VAT zone of e-conomic is BE") as caught:
        found.zone("BE")
    assert caught.value.field == "[erp] vat_zone_BE"


def test_zone_in_the_settings_goes_first(office: Office) -> None:
    """Two of the usual name would be a guess."""
    assert registers(office, vat_zone_domestic="2").zone("domestic").number == 2
    office.sim.company.zones[30] = Zone(number=30, name="domestic")
    with pytest.raises(Rejected, match="which VAT zone"):
        registers(office).zone("domestic")


def test_rate_of_group_and_zone(office: Office) -> None:
    """By the sales account's VAT code; an account without one has no VAT; none at all cannot be sold."""
    found = registers(office)
    rates = [found.rate(1, zone) for zone in (1, 2, 3, 4, 11, 13)]
    assert rates == [Decimal(25), 0, 0, 0, Decimal(19), Decimal("25.5")]
    assert found.rate(2, 11) == 7
    office.sim.company.groups[9] = Group(number=9, name="Ny", accounts={1: 3001})
    assert (found.rate(9, 1), found.rate(9, 2)) == (25, None)


def test_group_of_a_rate(office: Office) -> None:
    """The line, else the only group that has it."""
    assert registers(office, group_25="Varor 25 %").group_of(Decimal(25)).number == 1
    bare = office.core(without="group_25 group_12").registers
    assert bare.group_of(Decimal(12)).number == 2
    with pytest.raises(Rejected, match="No product group has 17 % VAT"):
        bare.group_of(Decimal(17))
    office.sim.company.groups[8] = Group(number=8, name="Tjänster 25 %", accounts={1: 3001})
    bare.forget()
    with pytest.raises(
        Rejected, match=r"Several product groups have 25 % VAT: 1 Varor 25 %, 8 Tjänster"
    ) as caught:
        bare.group_of(Decimal(25))
    assert caught.value.field == "[erp] group_25"


def test_units_journals_distributions_currencies(office: Office) -> None:
    """A unit need not be."""
    found = registers(office)
    assert found.unit() is None
    assert found.unit("TIM") is not None
    assert registers(office, journal="Kortbetalningar").journal().number == 2
    assert found.distribution("Lager", where="[shop main] result_unit") == 2
    assert {"SEK", "EUR"} <= found.currencies()
    agreement = found.agreement()
    assert (agreement.currency, agreement.inventory, set(agreement.roles)) == (
        "SEK",
        False,
        {"Sales", "Bookkeeping"},
    )
    office.sim.company.inventory = True
    found.forget()
    assert found.agreement().inventory


@pytest.mark.parametrize("body", [
    b'{"collection": [{"name": "no number"}], "pagination": {}}', b'{"collection": [{"layoutNumber": "x"}]}',
])  # fmt: skip
def test_register_that_cannot_be_read_passes_by_itself(office: Office, body: bytes) -> None:
    """And is not remembered."""
    found = registers(office)
    office.sim.faults.add(Kind.ANSWER, status=200, body=body, headers={"Content-Type": "application/json"})
    with pytest.raises(Transient, match="layouts"):
        found.layout()
    assert found.layout() == 19
