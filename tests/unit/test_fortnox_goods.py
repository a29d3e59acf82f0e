"""Articles on their way to Fortnox, against the simulator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.erps.fortnox.articles import ArticleNeed, Articles
from bridge.erps.fortnox.goods import Goods
from bridge.errors import LostReply
from bridge.model.goods import Product
from bridge.sim.faults import Kind
from tests.support.fortnox import Office

MUG = Product(
    sku="MUG/01+å", name='Mugg "stor"', unit="st", vat_percent=Decimal(12), net_price=Decimal("79.205"),
    weight=Decimal("350.5"), keeps_stock=True, service=False, in_shop=True, extra={"StockPlace": "Hylla 3"},
)  # fmt: skip


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    """A company that has consented."""
    office = Office(tmp_path, clock)
    office.sim.limit = None
    yield office
    office.close()


@pytest.fixture
def goods(office: Office) -> Goods:
    """What takes them."""
    core = office.core()
    return Goods(core, Articles(core))


def writes(office: Office) -> list[str]:
    """What was written since the last time."""
    made = [f"{each['method']} {each['path']}" for each in office.sim.log if each["method"] != "GET"]
    office.sim.log.clear()
    return [each for each in made if "oauth" not in each]


def test_a_product_is_made_whole_and_then_left_alone(office: Office, goods: Goods) -> None:
    """Letters are spelled as Fortnox takes them; the price goes to the price list, once."""
    assert goods.put([MUG]).accepted == ("MUG/01+å",)
    made = office.sim.state.articles["MUG/01+å"].values
    expected = {
        "Description": "Mugg ’’stor’’",
        "SalesAccount": 3002,
        "Weight": 351,
        "StockGoods": True,
        "StockPlace": "Hylla 3",
    }
    assert {name: made[name] for name in expected} == expected
    assert office.sim.state.prices["A", "MUG/01+å", Decimal(0)].values["Price"] == Decimal("79.21")
    assert writes(office) == ["POST /3/articles", "POST /3/prices"]
    goods.put([MUG])
    assert writes(office) == ["PUT /3/articles/MUG/01+å"]
    goods.put([replace(MUG, net_price=Decimal(80), active=False)])
    assert writes(office) == ["PUT /3/articles/MUG/01+å", "PUT /3/prices/A/MUG/01+å/0"]
    assert office.sim.state.articles["MUG/01+å"].values["Active"] is False


def test_account_that_is_changed_is_the_next_documents(office: Office) -> None:
    """Without another question: the answer to the change is the card."""
    core = office.core()
    articles = Articles(core)
    need = ArticleNeed(number="TVAL-1", name="Tvål")
    assert articles.ensure([need]).accounts == {"TVAL-1": 3001}
    Goods(core, articles).put([Product(sku="TVAL-1", name="Tvål", vat_percent=Decimal(6))])
    office.sim.log.clear()
    assert articles.ensure([need]).accounts == {"TVAL-1": 3003}
    assert office.sim.log == []


def test_a_price_that_is_not_there_yet_is_made(office: Office, goods: Goods) -> None:
    """Also in the list that is configured, of which the article's card tells nothing."""
    assert goods.put([Product(sku="TVAL-1", name="Tvål", net_price=Decimal(80))]).accepted
    assert office.sim.state.prices["A", "TVAL-1", Decimal(0)].values["Price"] == 80
    core = office.core(price_list="B")
    for price in (80, 81):
        Goods(core, Articles(core)).put([Product(sku="TVAL-1", name="Tvål", net_price=Decimal(price))])
    assert office.sim.state.prices["B", "TVAL-1", Decimal(0)].values["Price"] == 81


def test_what_is_not_told_is_not_sent(office: Office, goods: Goods) -> None:
    """A new one without a name is called by its number; an old one keeps everything."""
    goods.put([Product(sku="NY", name="")])
    assert office.sim.state.articles["NY"].values["Description"] == "NY"
    assert office.sim.state.articles["NY"].values["Unit"] == "st"
    goods.put([Product(sku="KURS", name="Kurs", service=True)])
    assert (office.sim.state.articles["KURS"].values["Type"], office.sim.state.articles["KURS"].values["Unit"]) == (
        "SERVICE", None,
    )  # fmt: skip
    before = dict(office.sim.state.articles["TVAL-1"].values)
    goods.put([Product(sku="TVAL-1", name="", net_price=Decimal(0))])
    assert office.sim.state.articles["TVAL-1"].values == before
    assert office.sim.state.prices == {}


def test_one_that_is_refused_does_not_stop_the_others(office: Office, goods: Goods) -> None:
    """A number Fortnox cannot have never leaves the house; a unit it does not know is said by Fortnox."""
    batch = goods.put([replace(MUG, sku="A B"), replace(MUG, unit="hink"), Product(sku="OK", name="Ok")])
    assert batch.accepted == ("OK",)
    assert set(batch.refused) == {"A B", "MUG/01+å"}
    assert "letters, digits" in str(batch.refused["A B"].what)
    assert all(str(each.fix) for each in batch.refused.values())
    assert "A B" not in str(office.sim.log)


def test_lost_answer_is_looked_into(office: Office, goods: Goods) -> None:
    """There: all is well. Not there: nobody knows, and all may be sent again."""
    office.sim.faults.add(Kind.RESET, match=("POST", "/3/articles"))
    assert goods.put([MUG]).accepted
    office.sim.faults.add(Kind.DROP, match=("POST", "/3/articles"))
    other = replace(MUG, sku="MUG-02")
    with pytest.raises(LostReply):
        goods.put([other])
    assert goods.put([other]).accepted
