"""Before anything is sent: e-conomic will use the VAT the buyer was charged, or a person is told what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.erps.economic.mapping_goods import NewArticle
from bridge.errors import LostReply, Rejected, Transient
from bridge.model.documents import DocumentKind
from bridge.model.orders import LineKind, Order
from bridge.sim.faults import Kind
from tests.builders import a_ref, an_order
from tests.contract.conftest import goods
from tests.support.economic_desk import Desk, key_of

CREATE = "[articles]\nmissing = create\n"
FREIGHT_12 = an_order(
    goods("88.39", "10.61", percent="12"),
    goods("43.75", "5.25", percent="12", kind=LineKind.SHIPPING, id="2", name="DHL"),
)
ABROAD = {"percent": "0", "tax": "0.00"}


@pytest.fixture
def desk(tmp_path: Path, clock: ManualClock) -> Iterator[Desk]:
    """A company with one article per rate."""
    found = Desk(tmp_path, clock)
    yield found
    found.close()


def preview(desk: Desk, order: Order) -> Any:
    """Of an order; sends nothing."""
    return desk.erp.preview(order, key_of(order), DocumentKind.ORDER, customer=desk.customer())


def refused(desk: Desk, order: Order) -> tuple[str, str]:
    """What a person reads, and is told to do."""
    before = desk.sim.booked()
    with pytest.raises(Rejected) as caught:
        desk.book(order)
    assert caught.value.field == "article"
    assert caught.value.advice is not None
    assert desk.sim.booked() == before
    return str(caught.value.text), str(caught.value.advice)


def test_goods_of_another_rate_are_refused_with_group_and_both_rates(desk: Desk) -> None:
    """The article is at 25 % in e-conomic, the shop charged 12."""
    what, fix = refused(desk, an_order(goods("88.39", "10.61", percent="12", sku="TVAL-1")))
    assert "TVAL-1" in what
    assert "1 Varor 25 %" in what
    assert "25 % VAT" in what
    assert "12 %" in what
    assert "product group with 12 % VAT" in fix


def test_group_without_sales_account_in_the_zone_is_told(desk: Desk) -> None:
    """Nothing can be sold there."""
    del desk.sim.company.groups[1].accounts[11]
    what, _ = refused(desk, an_order(goods("80.00", "15.20", percent="19", sku="TVAL-1"), country="DE"))
    assert "no sales account" in what
    assert "11 Germany" in what


def test_freight_at_another_rate_needs_an_article_of_that_rate(desk: Desk) -> None:
    """Its number is told, and the rate it must have."""
    what, fix = refused(desk, FREIGHT_12)
    assert "frakt" in what
    assert "frakt-12" in fix
    assert "missing = create" in fix


def test_free_freight_needs_no_article_of_its_own_rate(desk: Desk) -> None:
    """A gift card without VAT, a book at 6 %, and freight for nothing: whatever its rate, nothing comes of it."""
    card = goods("1000.00", "0.00", percent="0")
    free = goods("0.00", "0.00", percent="0", kind=LineKind.SHIPPING, id="3", name="Fri frakt")
    order = an_order(card, goods("93.40", "5.60", percent="6", id="2"), free)
    assert desk.book(order).gross == Decimal("1099.00")
    what, _ = refused(
        desk,
        replace(
            an_order(card, goods("88.39", "10.61", percent="12", sku="TVAL-1", id="2"), free), ref=a_ref(9)
        ),
    )
    assert "Domestic without VAT" not in what  # the likeliest zone's refusal is the one that helps


def test_article_of_the_settings_that_is_missing_is_named(desk: Desk) -> None:
    """[articles] may name anything."""
    desk.again("[articles]\nshipping = PORTO\n")
    what, fix = refused(desk, FREIGHT_12)
    assert "no article PORTO" in what
    assert "PORTO-12" in fix


def test_freight_at_another_rate_goes_on_its_own_article(desk: Desk) -> None:
    """Once somebody has made it; nobody need restart the bridge."""
    refused(desk, FREIGHT_12)
    desk.sim.stock_up({"frakt-12": Decimal(12)})
    desk.book(FREIGHT_12)
    (booked,) = desk.sim.booked()
    assert [row.code for row in booked.rows] == ["TVAL-12", "frakt-12"]
    assert booked.gross == FREIGHT_12.totals.gross


def test_missing_article_of_a_rate_is_made_once_where_wished(desk: Desk) -> None:
    """In the group of its rate; the preview makes nothing, and says what will be made."""
    desk.again(CREATE)
    before = desk.sim.goods.numbers()
    seen = preview(desk, FREIGHT_12)
    assert any("frakt-12" in str(note) for note in seen.notes)
    assert desk.sim.goods.numbers() == before
    desk.book(FREIGHT_12)
    desk.book(replace(FREIGHT_12, ref=a_ref(77)))
    assert [*desk.sim.goods.numbers()] == [*before, "frakt-12"]
    made = desk.sim.state.products["frakt-12"].body
    assert (made["name"], made["productGroup"]) == ("Frakt 12 %", {"productGroupNumber": 2})


def test_unknown_goods_are_made_with_name_price_and_group(desk: Desk) -> None:
    """Where wished; else they are named."""
    order = an_order(goods("88.39", "10.61", percent="12", sku="NY/1", name="Te 100 g", quantity=Decimal(2)))
    what, fix = refused(desk, order)
    assert "NY/1" in what
    assert "missing = create" in fix
    desk.again(CREATE, unit="st")
    desk.book(order)
    made = desk.sim.state.products["NY/1"].body
    assert (made["name"], made["salesPrice"]) == ("Te 100 g", Decimal("44.20"))
    assert (made["productGroup"], made["unit"]) == ({"productGroupNumber": 2}, {"unitNumber": 1})


def test_unknown_goods_sold_abroad_are_not_guessed_at(desk: Desk) -> None:
    """Denmark charges 25 % of everything: nobody can tell the Swedish rate."""
    desk.again(CREATE)
    what, fix = refused(desk, an_order(goods("80.00", "20.00", sku="NY-1"), country="DK"))
    assert "25, 12, 6 %" in what
    assert "right product group" in fix


def test_unknown_goods_sold_abroad_are_made_where_only_one_rate_fits(desk: Desk) -> None:
    """19 % in Germany is 25 at home."""
    desk.again(CREATE)
    desk.book(an_order(goods("80.00", "15.20", percent="19", sku="NY-1"), country="DE"))
    assert desk.sim.state.products["NY-1"].body["productGroup"] == {"productGroupNumber": 1}


def test_rate_no_group_has_is_refused_even_where_articles_are_made(desk: Desk) -> None:
    """There is nowhere to make it."""
    desk.again(CREATE)
    what, fix = refused(desk, an_order(goods("80.00", "8.00", percent="10", sku="NY-1")))
    assert "No product group" in what
    assert "10 %" in what
    assert "accountant" in fix


def test_article_of_ours_in_a_group_of_another_rate_is_not_made_again(desk: Desk) -> None:
    """It would be taken as it is, at the wrong rate."""
    desk.again(CREATE)
    desk.sim.stock_up({"frakt-12": Decimal(6)})
    what, _ = refused(desk, FREIGHT_12)
    assert "frakt-12" in what
    assert "6 % VAT" in what


def test_barred_article_is_refused_before_booking_fails(desk: Desk) -> None:
    """And taken again when the bar is lifted, without a restart."""
    desk.sim.goods.put("TVAL-1", barred="yes")
    what, fix = refused(desk, an_order())
    assert "TVAL-1 is barred" in what
    assert "Remove the bar" in fix
    desk.sim.goods.put("TVAL-1", barred="no")
    desk.book(an_order())


def test_what_is_remembered_is_asked_anew_before_anybody_is_refused(desk: Desk) -> None:
    """The accountant has moved the article, or given its group another VAT code, since we read them."""
    desk.book(an_order())
    desk.sim.goods.put("TVAL-1", group="2")
    desk.book(replace(an_order(goods("88.39", "10.61", percent="12", sku="TVAL-1")), ref=a_ref(2)))
    desk.sim.company.accounts[3002].vat = "U6"
    desk.book(replace(an_order(goods("94.34", "5.66", percent="6", sku="TVAL-1")), ref=a_ref(3)))
    assert [each.gross for each in desk.sim.booked()] == [
        Decimal("100.00"),
        Decimal("99.00"),
        Decimal("100.00"),
    ]


def test_articles_and_registers_are_asked_for_once(desk: Desk) -> None:
    """A returning customer with known articles costs one call besides the question whether it is there."""
    desk.book(an_order())
    before = len(desk.office.said())
    desk.book(replace(an_order(), ref=a_ref(2)))
    assert [(each["method"], each["path"]) for each in desk.office.said()[before:]] == [
        ("POST", "/orders/drafts")
    ]


def test_zone_without_vat_is_found_by_what_fits(desk: Desk) -> None:
    """Goods that never bear VAT are sold at home; goods that do, to a buyer who pays none, in the zone for that."""
    free = an_order(goods("100.00", "0.00", percent="0"))
    desk.book(free)
    exempt = replace(an_order(goods("80.00", "0.00", percent="0", sku="TVAL-1")), ref=a_ref(2))
    desk.book(exempt)
    marked = replace(exempt, ref=a_ref(3), tax_exempt=True)
    desk.book(marked)
    zones = [
        each["body"]["recipient"]["vatZone"]["vatZoneNumber"] for each in desk.calls("POST", "/orders/drafts")
    ]
    assert zones == [1, 4, 4]


def test_country_without_zone_is_refused_by_its_line(tmp_path: Path, clock: ManualClock) -> None:
    """One Stop Shop needs a zone per country."""
    desk = Desk(tmp_path, clock)
    desk.lines = {"vat_zone_DE": ""}
    desk.again()
    with pytest.raises(Rejected) as caught:
        desk.book(an_order(goods("80.00", "15.20", percent="19"), country="DE"))
    assert caught.value.field == "[erp] vat_zone_DE"
    desk.close()


@pytest.mark.parametrize("kind", [Kind.TIMEOUT, Kind.RESET])
def test_lost_answer_to_making_an_article_is_no_doubt_about_the_document(desk: Desk, kind: Kind) -> None:
    """Article numbers are unique, so the next try finds it; no document can have been made."""
    desk.again(CREATE)
    desk.customer()
    desk.sim.faults.add(kind, match=lambda environ: environ["REQUEST_METHOD"] == "POST")
    with pytest.raises(Transient) as caught:
        desk.book(FREIGHT_12)
    assert not isinstance(caught.value, LostReply)
    desk.book(FREIGHT_12)
    assert desk.sim.goods.numbers().count("frakt-12") == 1
    assert len(desk.sim.booked()) == 1


def test_article_somebody_made_meanwhile_is_taken_as_it_is(desk: Desk) -> None:
    """Two orders at once with the same new article: it is made once."""
    articles = desk.erp._documents._articles
    new = NewArticle(number="TVAL-1", name="Tvål", group=1)
    assert articles.make(new).number == "TVAL-1"
    assert desk.calls("POST", "/products") == []


def test_longest_numbers_of_any_letters_are_booked(desk: Desk) -> None:
    """25 characters, with those e-conomic writes in its own way."""
    sku = "AB/12_ö 3.5:<x>*#+?&\\%åäö"
    assert len(sku) == 25
    desk.sim.stock_up({sku: Decimal(25)})
    desk.book(an_order(goods(sku=sku)))
    assert desk.sim.booked()[0].rows[0].code == sku


def test_number_longer_than_e_conomic_holds_is_refused_clearly(desk: Desk) -> None:
    """With the rule, and the article that may stand in for it."""
    what, fix = refused(desk, an_order(goods(sku="X" * 26)))
    assert "25 characters" in what
    assert "unnumbered" in fix
    desk.sim.stock_up({"ovrigt": Decimal(25)})
    desk.again("[articles]\nunnumbered = ovrigt\n")
    desk.book(an_order(goods(sku="X" * 26)))
    (row,) = desk.sim.booked()[0].rows
    assert (row.code, row.text.startswith("X" * 26)) == ("ovrigt", True)


def test_goods_without_number_need_an_article_unless_they_are_free(desk: Desk) -> None:
    """A priced row must have one; a free one is text."""
    what, _ = refused(desk, an_order(goods(sku=None, name="Namnlös")))
    assert "Namnlös" in what
    free = goods("0.00", "0.00", sku=None, name="Gåva", id="2", net_before=None, tax_before=None)
    desk.book(an_order(goods(), free))
    (posted,) = desk.calls("POST", "/orders/drafts")
    assert posted["body"]["lines"][1] == {"lineNumber": 2, "sortKey": 2, "description": "1 x Gåva"}
