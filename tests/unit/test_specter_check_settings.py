"""Specter: settings that would be refused there, have no effect, or send goods astray."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.erps.specter.check_settings import PARTS
from bridge.errors import ConfigError
from bridge.model.texts import Problem
from tests.support.specter_house import House


@pytest.fixture
def house(tmp_path: Path, clock: ManualClock) -> Iterator[House]:
    """An account."""
    house = House(tmp_path, clock)
    yield house
    house.close()


def found(house: House, more: str = "", **how: Any) -> list[Problem]:
    """What is said of settings; nobody is asked."""
    core = house.core(more, **how)
    problems = [problem for part in PARTS for problem in part(core)]
    assert house.sim.log == []
    assert all(str(each.fix) for each in problems)
    return problems


def said(problems: list[Problem], where: str) -> list[tuple[bool, str]]:
    """Of one line: whether severe, and what."""
    return [(each.severe, str(each.what)) for each in problems if each.where == where]


def test_delivery_address_of_a_known_buyer_is_the_cards(house: House) -> None:
    """An order has no address of its own, so the card must follow the order."""
    where = "[customers] force_update"
    ((severe, what),) = said(found(house), where)
    assert not severe
    assert "gets it at the old address" in what
    assert said(found(house, "[customers]\nforce_update = yes\n"), where) == []


def test_customer_is_brought_up_to_date_as_a_whole_or_not(house: House) -> None:
    """There is one flag for it."""
    more = "[customers]\nforce_update = yes\nupdate_parts = billing, email\n"
    assert len(said(found(house, more), "[customers] update_parts")) == 1


@pytest.mark.parametrize(("line", "severe", "what"), [
    ("stripe = 1580", True, "Nobody has said what the payment method stripe"),
    ("stripe = 1580 mode:ST", False, "The code ST is none of those known"),
    ("stripe = 1580 mode:kg", False, "The code kg is none of those known"),
    ("stripe = 1580 mode:-", None, ""), ("stripe = 1580 mode:KG", None, ""), ("kco = 1580", None, ""),
    ("kco = 1580 terms:30", False, "terms of payment"),
])  # fmt: skip
def test_payment_methods(house: House, line: str, severe: bool | None, what: str) -> None:  # noqa: FBT001
    """Each needs a code of Specter's; without one every order of it would wait."""
    told = said(found(house, f"[payments]\n{line}\n"), f"[payments] {line.partition(' ')[0]}")
    assert [each for each, _ in told] == ([] if severe is None else [severe])
    assert all(what in text for _, text in told)


def test_code_in_small_letters_is_corrected(house: House) -> None:
    """The nearest known one is named."""
    (problem,) = [each for each in found(house, "[payments]\nx = mode:kg\n") if each.where == "[payments] x"]
    assert "Did you mean KG?" in str(problem.fix)


@pytest.mark.parametrize(("more", "where"), [
    ("[articles]\nshipping = frakt inrikes\n", "[articles] shipping"),
    ("[articles]\ndiscount = rabatt&co\n", "[articles] discount"),
    ("[articles]\nunnumbered = övrigt\n", "[articles] unnumbered"),
    ("[shipping]\nflat_rate = article:FRÅN\n", "[shipping] flat_rate"),
])  # fmt: skip
def test_article_number_specter_cannot_have(house: House, more: str, where: str) -> None:
    """No blanks, no å, ä, ö and so on: severe, because each such order would wait."""
    ((severe, what),) = said(found(house, more), where)
    assert severe
    assert "cannot be the number of an article in Specter" in what


def test_key_of_a_delivery_method_that_cannot_be_sent(house: House) -> None:
    """It would be left out, and the goods go another way."""
    assert said(found(house, f"[shipping]\nflat_rate = delivery:{'x' * 101}\n"), "[shipping] flat_rate")
    assert said(found(house, "[shipping]\nflat_rate = delivery:łódź\n"), "[shipping] flat_rate")


def test_field_nobody_may_write(house: House) -> None:
    """What something else of an order decides."""
    ((severe, _),) = said(found(house, "[fields]\nx = vendor:customerId\n"), "[fields] x")
    assert severe
    assert not said(found(house, "[fields]\nx = vendor:preparedShipmentId\n"), "[fields] x")


def test_older_signature_knows_one_shop(house: House) -> None:
    """Several shops on one account need the newer one."""
    old = {"signature": "v1", "md5_key_1": "a", "md5_key_2": "b"}
    assert said(found(house, webshop_id="2", **old), "[erp] webshop_id")[0][0]
    assert said(found(house, shop="channel = 2", **old), "[shop main] channel")[0][0]
    assert not said(found(house, webshop_id="2"), "[erp] webshop_id")


@pytest.mark.parametrize(
    ("channels", "told"), [(("", ""), 1), (("1", "1"), 1), (("1", "2"), 0), (("1", ""), 0)]
)
def test_shops_under_one_number(house: House, channels: tuple[str, str], told: int) -> None:
    """Specter could not tell whose order it is."""
    second = f"[shop other]\nurl = https://other.example\nsecret = ck_0123456789\nchannel = {channels[1]}\n"
    assert len(said(found(house, second, shop=f"channel = {channels[0]}"), "[erp] webshop_id")) == told


def test_what_specter_cannot_be_told(house: House) -> None:
    """Each by its line, none of it severe."""
    more = "[orders]\nour_reference = Eva\ncompany_first = yes\norder_mail = yes\norder_mail_copy = a@example.com\n"
    problems = found(house, more, shop="result_unit = 200\nproject = 7")
    for where in (
        "[shop main] result_unit", "[shop main] project", "[orders] our_reference", "[orders] company_first",
        "[orders] order_mail_copy",
    ):  # fmt: skip
        assert [severe for severe, _ in said(problems, where)] == [False], where


def test_our_reference_is_told_once_its_name_is_known(house: House) -> None:
    """The owner's profile says so."""
    own = house.own('parameters.ourReference = { value = "ourReference" }')
    assert said(found(house, "[orders]\nour_reference = Eva\n", **own), "[orders] our_reference") == []


def test_one_customer_for_all_is_told_to_have_no_effect(house: House) -> None:
    """Each buyer becomes a customer all the same, and the owner hears of it."""
    problems = found(house, "[customers]\ncollective_customer = 9999\nforce_update = yes\n")
    assert [severe for severe, _ in said(problems, "[customers] collective_customer")] == [False]
    assert said(found(house, "[customers]\nforce_update = yes\n"), "[customers] collective_customer") == []


@pytest.mark.parametrize(("capture", "severe"), [("erp", True), ("shop", False)])
def test_gift_card_as_payment_would_be_charged_again(house: House, capture: str, severe: bool) -> None:  # noqa: FBT001
    """Specter charges what it invoices, and that would be all of it."""
    problems = found(house, "[orders]\ngift_cards = payment\n", capture=capture)
    assert [each for each, _ in said(problems, "[orders] gift_cards")] == [severe]


def test_who_charges_which_shop_is_one_of_two_and_of_a_shop_there_is(house: House) -> None:
    """A slip would charge twice, or never."""
    with pytest.raises(ConfigError, match=r"capture_main: 'specter' is not possible here"):
        found(house, capture_main="specter")
    problems = found(
        house, "[orders]\ngift_cards = payment\n", capture="shop", capture_main="erp", capture_mian="shop"
    )
    assert said(problems, "[erp] capture_mian") == [(True, "There is no section [shop mian].")]
    assert [each for each, _ in said(problems, "[orders] gift_cards")] == [True]


def test_what_cannot_be_asked_is_named_with_its_line(house: House) -> None:
    """To be looked up once."""
    more = (
        "[articles]\nshipping = FRAKT\n[shipping]\nflat_rate = article:FRAKT-PN delivery:postnord\n"
        "[payments]\nkco = mode:KG\nbacs = mode:-\n"
    )
    problems = found(house, more, shop="channel = 2", stock_site="3", person_group="4")
    (what,) = [text for _, text in said(problems, "[erp]")]
    for name in (
        "FRAKT, avgift", "FRAKT-PN", "[shipping] delivery: postnord", "[payments] mode: KG;", "[shop] channel 2",
        "[erp] stock_site 3", "[erp] person_group 4",
    ):  # fmt: skip
        assert name in what
