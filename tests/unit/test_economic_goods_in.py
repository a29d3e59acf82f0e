"""Articles on their way into e-conomic: made, changed, and nothing of others lost."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.erps.economic.articles import MOST, raw_article
from bridge.erps.economic.mapping_goods import PRODUCT, GoodsPlace, product_body
from bridge.errors import Rejected, Transient, Unauthorised
from bridge.model.goods import Product
from bridge.sim.faults import Kind
from tests.builders import an_order
from tests.contract.conftest import goods
from tests.support.economic_desk import Desk

TEA = Product(
    sku="TE/1", name="Te 100 g", description="Grönt", ean="7350000000015", unit="kg", vat_percent=Decimal(12),
    net_price=Decimal("44.20"),
)  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path, clock: ManualClock) -> Iterator[Desk]:
    """A company with one article per rate."""
    found = Desk(tmp_path, clock)
    yield found
    found.close()


def kept(desk: Desk, sku: str = "TE/1") -> dict[str, Any]:
    """The article as the simulator has it."""
    return dict(desk.sim.state.products[sku].body)


def test_article_is_made_with_all_that_is_told(desk: Desk) -> None:
    """Group by its VAT, unit by its name."""
    batch = desk.erp.put_products([TEA])
    assert (batch.accepted, dict(batch.refused)) == (("TE/1",), {})
    assert kept(desk) == {
        "productNumber": "TE/1", "name": "Te 100 g", "description": "Grönt", "barCode": "7350000000015",
        "salesPrice": Decimal("44.20"), "unit": {"unitNumber": 3}, "productGroup": {"productGroupNumber": 2},
    }  # fmt: skip


def test_same_again_writes_nothing(desk: Desk) -> None:
    """Repeating is harmless, and costs one question."""
    desk.erp.put_products([TEA])
    before = len(desk.calls("PUT"))
    assert desk.erp.put_products([TEA]).accepted == ("TE/1",)
    assert len(desk.calls("PUT")) == before


def test_change_keeps_what_it_does_not_tell(desk: Desk) -> None:
    """Cost price, department, bar code: a PUT would clear them."""
    desk.erp.put_products([TEA])
    desk.sim.state.products["TE/1"].body |= {
        "costPrice": Decimal("20.00"), "departmentalDistribution": {"departmentalDistributionNumber": 1},
    }  # fmt: skip
    desk.erp.put_products([Product(sku="TE/1", name="Te 200 g")])
    now = kept(desk)
    assert (now["name"], now["costPrice"], now["barCode"]) == ("Te 200 g", Decimal("20.00"), "7350000000015")
    assert now["departmentalDistribution"] == {"departmentalDistributionNumber": 1}
    assert now["productGroup"] == {"productGroupNumber": 2}


def test_another_group_of_the_same_rate_is_somebody_s_choice(desk: Desk) -> None:
    """Only another rate moves the article."""
    desk.erp.put_products([TEA])
    group = desk.sim.company.groups[2]
    desk.sim.company.groups[9] = type(group)(number=9, name="Te", accounts=group.accounts)
    desk.sim.goods.put("TE/1", group="9")
    erp = desk.again()
    erp.put_products([TEA])
    assert kept(desk)["productGroup"] == {"productGroupNumber": 9}
    erp.put_products([Product(sku="TE/1", name="Te", vat_percent=Decimal(25))])
    assert kept(desk)["productGroup"] == {"productGroupNumber": 1}


def test_article_no_longer_sold_is_barred_and_freed_again(desk: Desk) -> None:
    """e-conomic deletes nothing that was used."""
    desk.erp.put_products([TEA])
    desk.erp.put_products([Product(sku="TE/1", name="Te", active=False)])
    assert kept(desk)["barred"] is True
    desk.erp.put_products([Product(sku="TE/1", name="Te")])
    assert "barred" not in kept(desk)


def test_refusal_of_one_does_not_stop_the_others(desk: Desk) -> None:
    """Each with its reason and its remedy."""
    batch = desk.erp.put_products(
        [
            Product(sku="", name="Namnlös"),
            Product(sku="X" * 26, name="Lång", vat_percent=Decimal(25)),
            Product(sku="A", name="Utan moms"),
            Product(sku="B", name="Främmande", vat_percent=Decimal(17)),
            Product(sku="C", name="Okänd enhet", vat_percent=Decimal(25), unit="fot"),
            TEA,
        ]
    )
    assert batch.accepted == ("TE/1",)
    assert set(batch.refused) == {"", "X" * 26, "A", "B", "C"}
    assert all(str(problem.fix) for problem in batch.refused.values())


def test_refusal_by_e_conomic_has_a_remedy_too(desk: Desk) -> None:
    """In its own words, and ours."""
    desk.sim.faults.add(
        Kind.ANSWER, status=400, body=b"{}", match=lambda environ: environ["REQUEST_METHOD"] == "POST"
    )
    batch = desk.erp.put_products([TEA])
    assert str(batch.refused["TE/1"].fix)


def test_dead_access_stops_everything(desk: Desk) -> None:
    """Those before stand; all may be sent again."""
    desk.sim.faults.add(Kind.ANSWER, status=401, skip=3)
    with pytest.raises(Unauthorised):
        desk.erp.put_products([TEA, Product(sku="D", name="D", vat_percent=Decimal(25))])


def test_unit_of_the_settings_is_for_new_articles_only(desk: Desk) -> None:
    """An old one may have none on purpose."""
    desk.again(unit="st")
    desk.erp.put_products([Product(sku="NY", name="Ny", vat_percent=Decimal(25))])
    desk.erp.put_products([Product(sku="TVAL-1", name="Tvål")])
    assert kept(desk, "NY")["unit"] == {"unitNumber": 1}
    assert "unit" not in kept(desk, "TVAL-1")


def test_cost_price_belongs_to_the_inventory_module_where_there_is_one() -> None:
    """It is read-only then, and the recommended one required."""
    there = {
        "productNumber": "A", "name": "A", "productGroup": {"productGroupNumber": 1, "name": "x"},
        "costPrice": Decimal("1.00"), "inventory": {"recommendedCostPrice": Decimal("2.00"), "inStock": Decimal(5)},
    }  # fmt: skip
    made = product_body(Product(sku="A", name="B"), GoodsPlace(), there=there)
    assert made["inventory"] == {"recommendedCostPrice": Decimal("2.00")}
    assert "costPrice" not in made
    without = {**there, "inventory": {}}
    made = product_body(Product(sku="A", name="B"), GoodsPlace(), there=without)
    assert made["inventory"] == {"recommendedCostPrice": Decimal(0)}


def test_inventory_module_wants_a_cost_price_of_new_articles(desk: Desk) -> None:
    """Made of an order or of the shop's products; a change keeps what is there."""
    desk.sim.company.inventory = True
    desk.again("[articles]\nmissing = create\n").put_products([TEA])
    desk.book(an_order(goods(sku="NY")))
    assert [kept(desk, sku)["inventory"]["recommendedCostPrice"] for sku in ("TE/1", "NY")] == [0, 0]
    desk.sim.state.products["TE/1"].body["inventory"]["recommendedCostPrice"] = Decimal("20.00")
    desk.erp.put_products([Product(sku="TE/1", name="Te 200 g")])
    assert kept(desk)["inventory"]["recommendedCostPrice"] == Decimal("20.00")


def test_names_are_cut_and_never_missing() -> None:
    """At most 300 letters, at least one."""
    assert len(str(product_body(Product(sku="A", name="x" * 400), GoodsPlace())["name"])) == 300
    assert product_body(Product(sku="A", name=""), GoodsPlace())["name"] == "A"
    with pytest.raises(Rejected):
        product_body(Product(sku="A" * 26, name=""), GoodsPlace())
    assert all(field.source and field.fact for field in PRODUCT)


def test_answer_that_is_no_article_passes_by_itself() -> None:
    """It is not taken for "there is none"."""
    with pytest.raises(Transient):
        raw_article({"productNumber": "A"})
    article = raw_article({"productNumber": "A", "productGroup": {"productGroupNumber": 1}, "barred": True})
    assert (article.name, article.unit, article.barred) == ("", None, True)


def test_memory_of_articles_has_an_end(desk: Desk) -> None:
    """A shop of a million articles does not fill the machine."""
    articles = desk.erp._documents._articles
    articles._kept.update(dict.fromkeys(map(str, range(MOST))))  # type: ignore[arg-type]
    assert articles.get("TVAL-1") is not None
    assert len(articles._kept) == 1
