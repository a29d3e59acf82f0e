"""e-conomic: addresses and filters as the vendor decodes them, options, and country names."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.clock import ManualClock
from bridge.erps.economic.countries import country_name
from bridge.erps.economic.filters import LONGEST, MOST_VALUES, Filter, any_of, batches, fitting
from bridge.erps.economic.paths import encoded, path
from bridge.errors import ConfigError
from bridge.sim.economic.filters import parse
from bridge.sim.economic.wire import decoded
from tests.support.economic_office import Office

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=25)
NASTY = st.text("<>*%:&/\\_ ?.#+0123456789$(),[]aÖ", min_size=1, max_size=25)


@given(TEXTS | NASTY)
def test_every_article_number_comes_back_from_its_address(sku: str) -> None:
    """However it is spelled: the simulator's decoder was written from the vendor's table alone."""
    assert decoded(encoded(sku)) == sku


def test_address_of_the_documented_example() -> None:
    """Economic facts, section 3; the umlaut is percent-encoded by transport."""
    assert path("products", "AB/12_ö 3.5") == "products/AB_6_12_8_ö_9_3_11_5"
    assert path("customers", 7, "delivery-locations", 2) == "customers/7/delivery-locations/2"


def test_empty_number_is_no_address() -> None:
    """It would be that of the whole collection."""
    with pytest.raises(ValueError, match="whole collection"):
        path("invoices/drafts", "")


@given(TEXTS | NASTY, TEXTS | NASTY)
def test_filter_finds_exactly_what_was_asked(wanted: str, other: str) -> None:
    """Whatever stands in the value, the vendor's parser reads one comparison with that value."""
    holds = parse(Filter.eq("name", wanted), {"name"}, lambda _: False)
    assert holds({"name": wanted})
    assert holds({"name": other}) == (other.casefold() == wanted.casefold())


@given(NASTY, NASTY)
def test_like_finds_the_words_anywhere(wanted: str, around: str) -> None:
    """And an asterisk is an asterisk."""
    holds = parse(Filter.contains("email", wanted), {"email"}, lambda _: False)
    assert holds({"email": f"{around}{wanted}{around}"})
    assert not holds({"email": "-"}) or wanted == "-"


def test_joined_questions_keep_their_meaning() -> None:
    """``and`` binds tighter, so an ``or`` inside it is put in brackets."""
    city = Filter.eq("city", "Lund") | Filter.eq("city", "Malmö")
    question = city & Filter.gte("customerNumber", 7)
    assert question == "(city$eq:Lund$or:city$eq:Malmö)$and:customerNumber$gte:7"
    holds = parse(question, {"city", "customerNumber"}, lambda name: name == "customerNumber")
    assert holds({"city": "Lund", "customerNumber": 7})
    assert not holds({"city": "Lund", "customerNumber": 6})


@pytest.mark.parametrize("make", [
    lambda: Filter.eq("name", ""), lambda: Filter.among("orderNumber", []), lambda: any_of([]),
    lambda: Filter.among("orderNumber", range(MOST_VALUES + 1)),
])  # fmt: skip
def test_question_about_nothing_is_a_fault(make: object) -> None:
    """It would ask for everything, or be refused."""
    with pytest.raises(ValueError, match=r"."):
        make()  # type: ignore[operator]


def test_many_numbers_are_asked_in_few_short_questions() -> None:
    """At most 200 values and 1,500 characters each, and none is left out."""
    for numbers in (range(1, 402), range(10**8, 10**8 + 500)):
        asked = list(batches("orderNumber", numbers))
        inside = [each.partition("[")[2].rstrip("]").split(",") for each in asked]
        assert [int(one) for each in inside for one in each] == list(numbers)
        assert all(len(each) <= MOST_VALUES for each in inside)
        assert all(len(quote(each, safe=",:")) <= LONGEST + 30 for each in asked)
    assert list(batches("orderNumber", ())) == []


def test_many_references_are_asked_in_short_questions() -> None:
    """Joined by ``$or:`` as far as an address goes."""
    parts = [Filter.eq("references.other", f"main:{number}:order") for number in range(200)]
    asked = list(fitting(parts))
    assert "$or:".join(asked) == "$or:".join(parts)
    assert len(asked) < 15
    assert all(len(quote(each, safe=",:")) <= LONGEST + 100 for each in asked)
    assert list(fitting(())) == []


def test_countries_have_names() -> None:
    """A code nobody knows stays; the longest name fits."""
    assert (country_name("SE"), country_name("de"), country_name("ZZ")) == ("Sweden", "Germany", "ZZ")
    assert country_name("") == ""
    codes = [f"{a}{b}" for a in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    assert max(len(country_name(code)) for code in codes) <= 50


def test_options_tell_what_is_wrong(tmp_path: Path, clock: ManualClock) -> None:
    """Tokens over http, a zone of no country, a group of no rate: each with its line."""
    office = Office(tmp_path, clock)
    wrong = {"base_url": "http://restapi.e-conomic.com", "vat_zone_Germany": "11", "group_high": "1"}
    with pytest.raises(ConfigError) as caught:
        office.core(**wrong)
    told = str(caught.value)
    assert all(f"[erp] {name}" in told for name in wrong)


def test_options_are_read(tmp_path: Path, clock: ManualClock) -> None:
    """Lines per country in any case, lines per rate with point or comma."""
    core = Office(tmp_path, clock).core(without="vat_zone_FI", vat_zone_fi="13", **{"group_25.5": "7"})
    assert core.options.zone_line("FI") == "13"
    assert core.options.zone_line("NO") == ""
    assert core.options.group_lines()[Decimal("25.5")] == "7"
