"""Which zone an order belongs to, and which articles its rows may be booked on."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bridge.erps.arithmetic import ECONOMIC
from bridge.erps.drafting.fitting import PlacedDraft, place
from bridge.erps.economic.mapping_vat import Need, needs_of, variant, zones_of
from bridge.model.orders import LineKind, Order, TaxLine, TaxPart
from bridge.model.vat import HOME_RATES
from tests.builders import a_line, an_order
from tests.support.drafts import context_of, drafted

D = Decimal
ARTICLES = context_of().articles
FREIGHT = {"kind": LineKind.SHIPPING, "sku": None, "id": "9", "name": "PostNord"}


def zones(order: Order) -> tuple[str, ...]:
    """As the adapter asks."""
    return zones_of(order, services=("TJANST",), home_rates=HOME_RATES)


def untaxed(country: str, **changes: Any) -> Order:
    """An order without VAT to that country."""
    return an_order(a_line("80.00", "0.00", percent="0"), country=country, **changes)


def vat_number(order: Order, number: str) -> Order:
    """The same with a VAT number."""
    return replace(order, customer=replace(order.customer, vat_number=number))


@pytest.mark.parametrize(
    ("order", "wanted"),
    [
        (an_order(), ("domestic",)),
        (an_order(a_line("80.00", "20.00"), country="NO"), ("NO",)),
        (an_order(a_line("80.00", "15.20", percent="19"), country="DE"), ("DE",)),
        (vat_number(untaxed("DE"), "DE136695976"), ("eu",)),
        (untaxed("DE"), ("eu",)),
        (untaxed("NO"), ("abroad",)),
        (untaxed("SE"), ("domestic", "exempt")),
        (untaxed("SE", tax_exempt=True), ("exempt", "domestic")),
        (an_order(a_line("0.00", "0.00", percent="0", kind=LineKind.GIFT_CARD)), ("domestic",)),
        (an_order(a_line("80.00", "0.00", percent="0", **FREIGHT), country="NO"), ("abroad",)),
    ],
)
def test_zone_follows_what_was_charged_and_where_it_goes(order: Order, wanted: tuple[str, ...]) -> None:
    """Domestic, EU, abroad, exempt, or the country whose VAT it bears; freight alone counts too."""
    assert zones(order) == wanted


def test_swedish_vat_to_another_country_is_domestic() -> None:
    """Below the threshold for distance sales the rate's own country decides, not the address."""
    order = an_order(country="DE")
    tax = replace(order.tax_lines[0], country="SE")
    assert zones(replace(order, tax_lines=(tax,))) == ("domestic",)


def test_rate_without_country_goes_with_the_delivery() -> None:
    """A rate for all countries at the destination's percentage."""
    order = an_order(a_line("80.00", "15.20", percent="19"), country="DE")
    assert zones(replace(order, tax_lines=(replace(order.tax_lines[0], country=""),))) == ("DE",)


def test_dearest_row_tells_the_country() -> None:
    """Two foreign VATs on one order: the rates are then checked row by row."""
    cheap = a_line("10.00", "1.90", percent="19", id="2")
    dear = a_line("80.00", "19.20", percent="24", id="1")
    order = an_order(cheap, dear, country="FI")
    lines = tuple(replace(tax, country="DE" if tax.percent == 19 else "FI") for tax in order.tax_lines)
    assert zones(replace(order, tax_lines=lines)) == ("FI",)


def placed(order: Order, **sections: Any) -> PlacedDraft:
    """In e-conomic's arithmetic."""
    return place(drafted(order, **sections), ECONOMIC, tax_lines=order.tax_lines, tolerance=D("0.05"))


def test_goods_need_the_shop_s_own_number() -> None:
    """And no other: stock and statistics hang on it."""
    (need,) = needs_of(placed(an_order()), ARTICLES)
    assert (need.candidates((D(25),)), need.percent, need.net_price) == (("TVAL-1",), D(25), D("80.00"))
    assert need.name == "Tvål"


def test_other_rows_may_have_the_rate_behind_the_number() -> None:
    """First as it is, then by the rate at home, then by the rate charged."""
    order = an_order(a_line(), a_line("42.02", "7.98", percent="19", **FREIGHT), country="DE")
    _, freight = needs_of(placed(order), ARTICLES)
    assert freight.candidates((D(25), D(12))) == ("frakt", "frakt-25", "frakt-12", "frakt-19")
    assert freight.name == "Frakt"


def test_article_of_unnumbered_goods_may_have_the_rate_behind_it() -> None:
    """It stands for goods of any rate."""
    articles = context_of(articles={"unnumbered": "ovrigt"}).articles
    order = an_order(a_line(sku="ovrigt"))
    (need,) = needs_of(placed(order), articles)
    assert need.candidates() == ("ovrigt", "ovrigt-25")


def test_row_with_parts_of_two_rates_may_too() -> None:
    """One number of the shop, two rates: no article of e-conomic could have both."""
    parts = (TaxPart(rate_id="25", tax=D("20.00")), TaxPart(rate_id="12", tax=D("12.00")))
    line = a_line("180.00", "32.00", taxes=parts, net_before=None, tax_before=None, unit_net=None)
    order = an_order(line)
    needs = needs_of(placed(order), ARTICLES)
    assert {need.percent: need.candidates() for need in needs} == {
        D(25): ("TVAL-1", "TVAL-1-25"),
        D(12): ("TVAL-1", "TVAL-1-12"),
    }


def test_vat_brought_back_may_stand_on_the_article_for_discounts() -> None:
    """Sixty rows, each with VAT rounded by itself: a taxed and an untaxed row cancel out."""
    order = an_order(*(a_line("12.34", "3.09", id=str(each)) for each in range(60)))
    needs = needs_of(placed(order), ARTICLES)
    taxed, untaxed_row = needs[-2:]
    assert taxed.candidates() == ("avrundning", "avrundning-25", "rabatt", "rabatt-25")
    assert untaxed_row.percent == 0
    assert taxed.name == "Momsjustering"


def test_rounding_row_stands_on_its_article() -> None:
    """Without VAT."""
    order = an_order()
    more = replace(order, totals=replace(order.totals, gross=D("100.03")))
    need = needs_of(placed(more), ARTICLES)[-1]
    assert (need.base, need.percent, need.bases) == ("avrundning", D(0), ("avrundning",))


def test_row_without_article_needs_none() -> None:
    """It is text."""
    free = a_line("0.00", "0.00", sku=None, net_before=None, tax_before=None)
    (need,) = needs_of(placed(an_order(free)), ARTICLES)
    assert (need.base, need.bases) == ("", ())


def test_row_of_no_pieces_has_no_price_of_one() -> None:
    """A fee row of the shop with quantity 0."""
    line = a_line(kind=LineKind.FEE, sku=None, quantity=D(0))
    (need,) = needs_of(placed(an_order(line)), ARTICLES)
    assert need.net_price == 0


@pytest.mark.parametrize(
    ("base", "percent", "number"),
    [
        ("frakt", "12", "frakt-12"),
        ("frakt", "12.00", "frakt-12"),
        ("frakt", "25.5", "frakt-25.5"),
        ("frakt", "0", "frakt-0"),
        ("x" * 25, "12", "x" * 22 + "-12"),
    ],
)
def test_number_with_its_rate_never_grows_too_long(base: str, percent: str, number: str) -> None:
    """At most 25 characters."""
    assert variant(base, D(percent)) == number


def test_need_of_zero_rates_is_no_country_of_its_own() -> None:
    """Equal needs are looked up once."""
    one = Need(base="frakt", percent=D(25), variants=True, name="Frakt", net_price=D("39.20"))
    assert one == replace(one)
    assert len({one, replace(one)}) == 1


def test_tax_line_of_unknown_percentage_is_passed_over() -> None:
    """The draft refuses such a row before anybody asks for a zone; without VAT on it nothing is lost."""
    order = an_order(a_line("80.00", "0.00", taxes=(TaxPart(rate_id="0", tax=D("0.00")),)))
    unknown = TaxLine(rate_id="0", percent=None, label="Moms", country="", tax=D("0.00"))
    assert zones(replace(order, tax_lines=(unknown,))) == ("domestic",)
