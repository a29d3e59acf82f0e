"""Articles into Specter: many in a call, the refused one found, the others told truthfully, stock never touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.erps.specter.goods import Goods
from bridge.errors import Transient
from bridge.model.goods import Product
from bridge.sim.faults import Kind as Fault
from tests.support.specter_office import Office

SHIRT = Product(
    sku="T-1", name="Tröja ł", ean="7350000000015", vat_percent=Decimal(12), net_price=Decimal("79.205"),
    weight=Decimal(350), keeps_stock=True, extra={"buyPrice": "31.5"},
)  # fmt: skip


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    """A simulated account."""
    office = Office(tmp_path, clock)
    yield office
    office.close()


@pytest.fixture
def goods(office: Office) -> Goods:
    """In front of it."""
    return Goods(office.client(), office.profile)


def shirts(count: int) -> list[Product]:
    """So many."""
    return [replace(SHIRT, sku=f"T-{at}") for at in range(count)]


def test_article_is_made_as_it_is(office: Office, goods: Goods):
    """Weight in kilograms, three decimals, letters Specter has."""
    assert goods.put_products([SHIRT]).accepted == ("T-1",)
    made = office.sim.state.articles["T-1"]
    assert (made.name, made.price, made.vat, made.counted) == ("Tröja l", Decimal("79.205"), 12, True)
    assert made.data == {"barcode": "7350000000015", "productweight": "0.350", "buyprice": "31.5"}


def test_existing_article_keeps_its_stock_and_what_is_not_told(office: Office, goods: Goods):
    """Specter owns stock; nothing about it is ever sent."""
    goods.put_products([SHIRT])
    office.sim.goods.set_stock("T-1", Decimal(7), reserved=Decimal(2))
    before = office.sim.state.articles["T-1"]
    assert not goods.put_products([Product(sku="T-1", name="Tröja blå"), replace(SHIRT, sku="T-2")]).refused
    after = office.sim.state.articles["T-1"]
    assert (after.name, after.price, after.vat, after.data) == (
        "Tröja blå",
        before.price,
        before.vat,
        before.data,
    )
    goods.put_products([SHIRT])
    assert (after.in_stock, after.reserved) == ({"1": Decimal(7)}, {"1": Decimal(2)})
    assert not any("noitemsinstock" in name for call in office.sim.log for name in call["body"])


def test_as_many_go_in_a_call_as_specter_takes(office: Office, goods: Goods):
    """100; the rest in the next."""
    batch = goods.put_products(shirts(230))
    assert (len(batch.accepted), dict(batch.refused)) == (230, {})
    assert office.actions() == ["newArticleSubmit"] * 3


def test_refused_one_is_found_among_many(office: Office, goods: Goods):
    """Specter refuses the call; the others are made all the same, and each is told as it is."""
    wrong = "X" * 60
    asked = [*shirts(90)[:37], replace(SHIRT, sku=wrong), *shirts(90)[37:], replace(SHIRT, sku=f"{wrong}2")]
    batch = goods.put_products(asked)
    assert list(batch.accepted) == [each.sku for each in shirts(90)]
    assert set(batch.refused) == {wrong, f"{wrong}2"}
    assert "längre än 50 tecken" in str(batch.refused[wrong].what)
    assert str(batch.refused[wrong].fix)
    assert set(office.sim.goods.numbers()) >= set(batch.accepted)
    assert not set(office.sim.goods.numbers()) & set(batch.refused)
    assert len(office.actions()) < 30, "halves, not one by one"


@pytest.mark.parametrize("sku", ["A 1", "Å-1", "50%", "a;b", ""])
def test_number_specter_cannot_have_is_not_sent(office: Office, goods: Goods, sku: str):
    """With the rule and the remedy."""
    batch = goods.put_products([replace(SHIRT, sku=sku), SHIRT])
    assert (batch.accepted, set(batch.refused)) == (("T-1",), {sku})
    assert "No blanks" in str(batch.refused[sku].what)
    assert office.actions() == ["newArticleSubmit"]


def test_article_that_is_no_longer_sold_is_refused_in_plain_words(office: Office, goods: Goods):
    """No call is known that says so, and made it must not be."""
    batch = goods.put_products([replace(SHIRT, active=False)])
    assert "no longer sold" in str(batch.refused["T-1"].what)
    assert office.actions() == []


def test_one_of_two_with_the_same_number_is_not_called_accepted(goods: Goods):
    """What is refused once is not as it was asked for."""
    batch = goods.put_products([SHIRT, replace(SHIRT, active=False)])
    assert (batch.accepted, set(batch.refused)) == ((), {"T-1"})


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.CUT])
def test_lost_answer_is_told_as_such_and_all_may_be_sent_again(office: Office, goods: Goods, fault: Fault):
    """Nothing is said of any article then."""
    office.sim.faults.add(fault, skip=1)
    with pytest.raises(Transient):
        goods.put_products(shirts(150))
    assert goods.put_products(shirts(150)).accepted == tuple(each.sku for each in shirts(150))
    assert office.sim.goods.numbers().count("T-120") == 1
