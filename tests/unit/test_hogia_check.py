"""``bridge check`` for Hogia: every fault named by the line that mends it, and nothing written."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.erps.hogia_smart.check import check
from bridge.model.texts import Problem
from bridge.sim.faults import Kind
from tests.support.hogia_client import a_guid
from tests.support.hogia_desk import NEWER, OLDER, Desk

PAYS = "[orders]\nbook_invoices = yes\nregister_payments = yes\n"


@pytest.fixture(params=[OLDER, NEWER])
def desk(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> Iterator[Desk]:
    """A company that is set up well, over either version of the interface."""
    desk = Desk(tmp_path, clock)
    desk.sim.profile = request.param
    desk.again("")
    yield desk
    desk.close()


def found(desk: Desk) -> dict[str, Problem]:
    """What check says, by place, the worst of each; the note about lost answers apart."""
    problems = [each for each in check(desk.core) if "lost on the way" not in str(each.what)]
    assert all(str(each.fix) for each in problems)
    return {each.where: each for each in sorted(problems, key=lambda each: each.severe)}


def severe(desk: Desk) -> set[str]:
    """Places of what must be mended."""
    return {where for where, each in found(desk).items() if each.severe}


def newer(desk: Desk) -> bool:
    """Whether VAT follows the account."""
    return desk.sim.profile == NEWER


def test_company_that_is_set_up_well_has_nothing_to_mend(desk: Desk) -> None:
    """Accounts that few need are told in one line, and how a lost answer ends."""
    assert severe(desk) == set()
    assert "3541 (fee_eu_business)" in str(found(desk)["[accounts]"].what)
    assert any("sequenceId" in str(each.fix) for each in check(desk.core))
    assert {each["method"] for each in desk.sim.log if "connect" not in each["path"]} == {"GET"}


def test_what_is_proven_is_not_told_as_a_doubt(desk: Desk) -> None:
    """The owner's profile says that it is."""
    for own in ({"invoice.sequence": "refuse"}, {"invoice.list": "yes"}):
        desk.again("", own=own)
        assert not any("lost on the way" in str(each.what) for each in check(desk.core))


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"client_secret": "wrong"}, "[erp] client_id"),
        ({"organization_id": a_guid()}, "[erp] organization_id"),
    ],
)
def test_closed_door_is_told_alone(desk: Desk, changes: dict[str, Any], where: str) -> None:
    """Whatever way the company is refused."""
    for status in (403, 404):
        desk.sim.habits.other_organisation = status
        desk.again("", **changes)
        assert severe(desk) == set(found(desk)) == {where}


@pytest.mark.parametrize(
    ("status", "where"), [(500, "[erp] base_url"), (400, "[erp] profile"), (401, "[erp] client_id")]
)
def test_first_call_that_fails(desk: Desk, status: int, where: str) -> None:
    """Named by the line that most probably is at fault."""
    desk.sim.faults.add(Kind.ANSWER, match=("GET", "/currencies"), status=status, times=None)
    assert severe(desk) == {where}


def test_later_call_that_fails_hides_nothing_else(desk: Desk) -> None:
    """The rest is told all the same."""
    desk.again("[articles]\nmissing = create\n")
    desk.sim.faults.add(Kind.ANSWER, match=("GET", "/accounts"), status=503, times=None)
    assert {"[erp] base_url", "[articles] missing"} <= severe(desk)


def test_missing_year_of_today_and_of_the_oldest_orders(desk: Desk) -> None:
    """Each with its day; the coming one is only a warning."""
    desk.again("", shop="orders_from = 2024-12-30\n")
    assert "2024-12-30" in str(found(desk)["[erp] organization_id"].what)
    desk.again("")
    desk.sim.company.years.pop()
    desk.clock.advance(30 * 86_400)
    problem = found(desk)["[erp] organization_id"]
    assert ("2027-01" in str(problem.what), problem.severe) == (True, False)
    desk.sim.company.years.clear()
    assert severe(desk) == {"[erp] organization_id"}


@pytest.mark.parametrize("gone", [True, False], ids=["missing", "inactive"])
def test_account_of_every_order_is_named_with_its_line(desk: Desk, gone: bool) -> None:  # noqa: FBT001 - a case
    """Missing or not active, of today's year."""
    (year,) = (each for each in desk.sim.company.years if each.first.year == 2026)
    for number in (3001, 1686):
        if gone:
            del year.accounts[number]
        else:
            year.accounts[number].active = False
    desk.again(f"{PAYS}[payments]\nkco = 1686\n")
    assert severe(desk) == {"[accounts] sales_25", "[payments] kco"}
    assert ("does not exist" if gone else "not active") in str(found(desk)["[payments] kco"].what)


def test_account_that_only_some_orders_need_is_a_warning(desk: Desk) -> None:
    """Told with the line it stands in."""
    desk.again("[accounts]\nsales_12 = 3999\nservice_export = 3998\n")
    assert severe(desk) == set()
    told = str(found(desk)["[accounts]"].what)
    assert "3999 (sales_12)" in told
    assert "3998 (service_export)" in told


def test_account_of_another_rate(desk: Desk) -> None:
    """Where VAT follows the account, what every order needs must be right; elsewhere it does not matter."""
    desk.again("[accounts]\nsales_25 = 3002\nsales_12 = 3003\nshipping_12 = 3520\nsales_DE_19 = 3201\n")
    problems = {where: each for where, each in found(desk).items() if where.startswith("[accounts] s")}
    if not newer(desk):
        assert problems == {}
        return
    assert "12 % VAT in Hogia, and this line is for 25 %" in str(problems["[accounts] sales_25"].what)
    assert problems["[accounts] sales_25"].severe
    assert "wait" in str(problems["[accounts] sales_12"].fix)
    assert "account of the goods" in str(problems["[accounts] shipping_12"].fix)
    assert "[accounts] sales_DE_19" not in problems


@pytest.mark.parametrize("fractions", [True, False], ids=["0.25", "25"])
def test_rates_without_vat_code(desk: Desk, fractions: bool) -> None:  # noqa: FBT001 - a case
    """Told where rows say their rate themselves; in whichever form the register has them."""
    desk.sim.habits.codes_as_fraction = fractions
    assert "[erp] organization_id" not in found(desk)
    for code in desk.sim.company.vat_codes.values():
        code.rate = Decimal("0.07") if code.rate == Decimal("0.06") else code.rate
    if not newer(desk):
        assert "VAT code of 6 %" in str(found(desk)["[erp] organization_id"].what)


def test_currencies_that_are_not_set_up(desk: Desk) -> None:
    """Those with a rate are warnings; SEK is needed."""
    desk.again("[orders]\nexchange_rates = EUR 11.45, CHF 12.1\n")
    assert "CHF" in str(found(desk)["[orders] exchange_rates"].what)
    assert severe(desk) == set()
    del desk.sim.company.currencies["SEK"]
    assert severe(desk) == {"[erp] organization_id"}


def test_payments_need_accounts_of_their_own(desk: Desk) -> None:
    """Where they are registered."""
    desk.again(PAYS)
    assert severe(desk) == {"[payments]"}
    desk.again(f"{PAYS}[payments]\nkco = 1580\nbacs = 1930 terms:soon mode:X\n")
    problems = found(desk)
    assert "come to nothing" in str(problems["[payments] kco"].what)
    assert severe(desk) == {"[payments] kco", "[payments] bacs"}
    desk.again(f"{PAYS}[payments]\nbacs = 1930\n", own={"payment.way": "voucher_draft"})
    assert severe(desk) == set()
    assert "drafts" in str(found(desk)["[erp] profile"].what)


@pytest.mark.parametrize(
    ("sections", "shop", "where"),
    [
        ("", "document = order\n", "[shop main] document"),
        ("[payments]\nkco = 1686 document:order\n", "", "[payments] kco"),
        ("[articles]\nmissing = create\n", "", "[articles] missing"),
        ("[orders]\norder_mail = yes\n", "", "[orders] order_mail"),
        ("[orders]\ninvoice_mail = yes\n", "", "[orders] invoice_mail"),
    ],
)
def test_what_no_profile_proves_is_refused(desk: Desk, sections: str, shop: str, where: str) -> None:
    """In plain words: nobody knows; nothing is attempted."""
    desk.again(sections, shop=shop)
    assert severe(desk) == {where}
    assert any(word in str(found(desk)[where].what) for word in ("Nobody knows", "as far as is known"))


def test_lines_without_effect_are_told(desk: Desk) -> None:
    """As warnings."""
    desk.again(
        "[orders]\ninvoice_orders = yes\n[shipping]\nflat_rate = delivery:X\n", shop="channel = webb\n"
    )
    assert severe(desk) == set()
    assert {"[orders] invoice_orders", "[shipping] flat_rate", "[shop main] channel"} <= set(found(desk))
