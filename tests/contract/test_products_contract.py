"""What every ERP adapter that takes articles, or tells of prices and stock in detail, must do. None is named here."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

import pytest

from bridge.errors import RemoteError, Transient, Unauthorised
from bridge.model.goods import Product
from bridge.ports import Capability, FeedsPrices, FeedsProducts, FeedsStock, TakesProducts
from bridge.sim.booked import KeepsGoods
from bridge.sim.faults import Kind
from tests.contract.conftest import Subject
from tests.contract.test_feeds_contract import whole

SHIRT = Product(
    sku="NY-1", name="Tröja röd", ean="7350000000015", vat_percent=Decimal(25), net_price=Decimal("79.20")
)


class Shelf:
    """An adapter and the articles its ERP really has."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.erp: Any = subject.adapter()
        self.goods: KeepsGoods = cast("Any", subject.simulator).goods

    def put(self, *products: Product) -> Any:
        """With a fresh adapter."""
        return cast("TakesProducts", self.subject.adapter()).put_products(products)

    def told(self, sku: str) -> Product:
        """What the ERP tells of an article."""
        items: list[Product]
        items, _ = whole(cast("FeedsProducts", self.subject.adapter()).products(None))
        return [each for each in items if each.sku == sku][-1]


def shelf(subject: Subject, capability: Capability) -> Shelf:
    """If it can."""
    if capability not in subject.adapter().capabilities:
        pytest.skip(f"this ERP has not: {capability.value}")
    if not hasattr(subject.simulator, "goods"):
        pytest.skip("this simulator shows no articles")
    return Shelf(subject)


def test_stock_tells_what_may_be_sold(subject: Subject) -> None:
    """Ten lie there, three are promised away; an ERP that tells only what is left says that for both."""
    found = shelf(subject, Capability.STOCK)
    found.goods.set_stock("TVAL-1", Decimal(10), reserved=Decimal(3))
    items, _ = whole(cast("FeedsStock", found.erp).stock(None))
    told = {each.sku: (each.in_stock, each.available) for each in items}
    assert told["TVAL-1"] == (10 if getattr(subject.simulator, "tells_in_stock", True) else 7, 7)


def test_stock_below_nothing_is_told_as_it_is(subject: Subject) -> None:
    """The shop decides what to show."""
    found = shelf(subject, Capability.STOCK)
    found.goods.set_stock("TVAL-1", Decimal(-2))
    items, _ = whole(cast("FeedsStock", found.erp).stock(None))
    assert {each.sku: each.in_stock for each in items}["TVAL-1"] == -2


def test_price_is_exact_and_says_whether_vat_is_in_it(subject: Subject) -> None:
    """79.20 net; in kronor."""
    found = shelf(subject, Capability.PRICES)
    found.goods.set_price("TVAL-1", Decimal("79.20"))
    items, _ = whole(cast("FeedsPrices", found.erp).prices(None))
    (price,) = [each for each in items if each.sku == "TVAL-1" and each.from_quantity <= 1]
    assert price.amount == (Decimal("99.00") if price.gross else Decimal("79.20"))
    assert price.currency == "SEK"


def test_article_is_told_with_what_the_erp_knows(subject: Subject) -> None:
    """Name, and bar code and price where it tells them."""
    found = shelf(subject, Capability.PRODUCTS)
    found.goods.put("NY-2", name="Mössa blå", ean="7350000000022", price="40.00")
    told = found.told("NY-2")
    assert (told.name, told.active) == ("Mössa blå", True)
    assert told.ean in {None, "7350000000022"}
    assert told.net_price in {None, Decimal("40.00")}


def test_articles_are_made_and_changed(subject: Subject) -> None:
    """Each once; the same again changes nothing."""
    found = shelf(subject, Capability.TAKES_PRODUCTS)
    before = found.goods.numbers()
    for _ in range(2):
        batch = found.put(SHIRT, replace(SHIRT, sku="TVAL-1", name="Ny text"))
        assert (set(batch.accepted), dict(batch.refused)) == ({"NY-1", "TVAL-1"}, {})
    assert sorted(found.goods.numbers()) == sorted([*before, "NY-1"])
    told = found.told("NY-1")
    assert told.name == "Tröja röd"
    assert told.ean in {None, SHIRT.ean}
    assert told.net_price in {None, SHIRT.net_price}
    assert found.told("TVAL-1").name == "Ny text"


def test_what_is_not_told_is_left_alone(subject: Subject) -> None:
    """A change of name keeps bar code and price."""
    found = shelf(subject, Capability.TAKES_PRODUCTS)
    found.put(SHIRT)
    before = found.told("NY-1")
    assert not found.put(Product(sku="NY-1", name="Tröja blå")).refused
    told = found.told("NY-1")
    assert replace(told, changed_at=None) == replace(before, name="Tröja blå", changed_at=None)


def test_refused_article_does_not_stop_the_others(subject: Subject) -> None:
    """It is named with the reason and what to do."""
    found = shelf(subject, Capability.TAKES_PRODUCTS)
    long = "X" * 300
    batch = found.put(replace(SHIRT, sku=long), SHIRT)
    assert batch.accepted == ("NY-1",)
    assert set(batch.refused) == {long}
    assert str(batch.refused[long].what)
    assert str(batch.refused[long].fix)
    assert long not in found.goods.numbers()


@pytest.mark.parametrize("sku", ["A/B 1", "Å-1", "50%", "a.b_c?d#e", "+47"])
def test_article_numbers_of_every_sort_are_told_from_each_other(subject: Subject, sku: str) -> None:
    """Taken and found again, or refused with a reason; never another article."""
    found = shelf(subject, Capability.TAKES_PRODUCTS)
    before = set(found.goods.numbers())
    batch = found.put(replace(SHIRT, sku=sku))
    if sku in batch.refused:
        assert set(found.goods.numbers()) == before
    else:
        assert set(found.goods.numbers()) - before == {sku}
        assert not found.put(Product(sku=sku, name="Igen")).refused
        assert (found.told(sku).name, set(found.goods.numbers()) - before) == ("Igen", {sku})


@pytest.mark.parametrize("kind", [Kind.RESET, Kind.TIMEOUT, Kind.CUT])
def test_lost_answer_then_again_gives_one_article(subject: Subject, kind: Kind) -> None:
    """All may be sent again."""
    found = shelf(subject, Capability.TAKES_PRODUCTS)
    faults = subject.simulator.faults
    assert faults is not None
    faults.add(kind, match=lambda environ: environ["REQUEST_METHOD"] != "GET")
    try:
        found.put(SHIRT)
    except RemoteError:
        subject.settle(found.erp)
    faults.clear()
    assert found.put(SHIRT).accepted == ("NY-1",)
    assert found.goods.numbers().count("NY-1") == 1


def test_erp_that_is_away_refuses_nobody(subject: Subject) -> None:
    """Then nothing is said of any article: it raises, and all may be sent again."""
    found = shelf(subject, Capability.TAKES_PRODUCTS)
    faults = subject.simulator.faults
    assert faults is not None
    faults.add(Kind.ANSWER, times=None, status=503)
    with pytest.raises(Transient):
        found.put(SHIRT)
    faults.clear()
    with pytest.raises(Unauthorised):
        cast("TakesProducts", subject.with_wrong_token()).put_products([SHIRT])
