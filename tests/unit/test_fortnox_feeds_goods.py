"""Stock, prices and articles of Fortnox, against the simulator."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.erps.fortnox import client
from bridge.erps.fortnox.articles import Articles
from bridge.erps.fortnox.feeds import Feeds
from bridge.errors import Rejected, Transient
from bridge.sim.faults import Kind
from bridge.sim.fortnox import prices as sim_prices
from tests.support.fortnox import Office


class Company(Office):
    """A company, and its feeds."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.sim.limit = None
        self.cursors: dict[str, str | None] = {}
        self.notices: list[Any] = []

    def read(self, feed: str, **how: str) -> list[Any]:
        """One reading, by a fresh adapter, from where the last one came to."""
        items: list[Any] = []
        self.notices = []
        for page in getattr(self.feeds(), feed)(self.cursors.get(feed), **how):
            items += page.items
            self.notices += page.notices
            if page.complete and page.cursor:
                self.cursors[feed] = page.cursor
        return items

    def feeds(self) -> Feeds:
        """As after a restart."""
        core = self.core()
        return Feeds(core, Articles(core))

    def stock(self) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
        """By article and stock point."""
        return {(each.sku, each.site): (each.in_stock, each.available) for each in self.read("stock")}

    def prices(self, **how: str) -> dict[tuple[str, Decimal], Decimal]:
        """By article and quantity."""
        return {(each.sku, each.from_quantity): each.amount for each in self.read("prices", **how)}

    def calls(self, part: str) -> int:
        """How many there were."""
        return sum(part in each["path"] for each in self.sim.log)


@pytest.fixture
def company(tmp_path: Path, clock: ManualClock) -> Iterator[Company]:
    """One that has consented."""
    company = Company(tmp_path, clock)
    yield company
    company.close()


def test_only_articles_that_keep_stock_are_told(company: Company) -> None:
    """Freight would be sold out for ever."""
    company.sim.goods.set_stock("TVAL-1", Decimal(10), reserved=Decimal(3))
    assert company.stock() == {("TVAL-1", ""): (Decimal(10), Decimal(7))}


def test_warehouse_module_tells_every_stock_point_each_time(company: Company) -> None:
    """It has no list of changes, so there is no cursor."""
    company.sim.company.warehouse = True
    company.sim.goods.set_stock("TVAL-1", Decimal(10), reserved=Decimal(3), site="LUND")
    company.sim.goods.set_stock("TVAL-1", Decimal(5), site="UMEA")
    expected = {
        ("TVAL-1", "LUND"): (Decimal(10), Decimal(7)),
        ("TVAL-1", "UMEA"): (Decimal(5), Decimal(5)),
    }
    assert company.stock() == company.stock() == expected
    assert company.cursors == {}
    for body in (b"{}", b"[1]", b'[{"itemId": "A"}]'):
        company.sim.faults.add(Kind.ANSWER, match=("GET", "/stockbalance"), status=200, body=body)
        with pytest.raises(Transient):
            company.stock()


@pytest.mark.parametrize("feed", ["stock", "prices"])
def test_once_a_day_everything_is_read_again(company: Company, feed: str) -> None:
    """A change that moves no date is told a day late, not never."""
    company.sim.goods.set_stock("TVAL-1", Decimal(10))
    company.sim.goods.set_price("TVAL-1", Decimal(80))
    company.clock.advance(600)
    company.sim.goods.put("rabatt")
    company.read(feed)
    company.sim.state.articles["TVAL-1"].values["QuantityInStock"] = Decimal(9)
    company.sim.state.prices["A", "TVAL-1", Decimal(0)].values["Price"] = Decimal(81)
    company.clock.advance(hours=23)
    assert company.read(feed) == []
    company.clock.advance(hours=2)
    (found,) = company.read(feed)
    assert getattr(found, "in_stock", None) == 9 or getattr(found, "amount", None) == 81
    company.clock.advance(hours=1)
    assert company.read(feed) == []


@pytest.mark.parametrize("feed", ["stock", "prices", "products"])
def test_quiet_feed_is_not_read_again_and_again(company: Company, feed: str) -> None:
    """After an import every reading would fetch all of it, all night. Twice is enough."""
    for sku in ("TVAL-1", "rabatt", "frakt"):
        company.sim.goods.set_stock(sku, Decimal(1))
        company.sim.goods.set_price(sku, Decimal(1))
    company.read(feed)
    feeds, cursor = company.feeds(), company.cursors[feed]
    told = []
    for _ in range(6):
        (page,) = getattr(feeds, feed)(cursor)
        told.append({each.sku for each in page.items})
        company.clock.advance(180)
    assert [bool(each) for each in told] == [True, True, True, False, False, False]
    before = len(company.sim.log)
    assert [page.complete for page in getattr(feeds, feed)(cursor)] == [True]
    assert len(company.sim.log) - before <= 3
    company.sim.goods.set_stock("frakt", Decimal(2))
    (page,) = getattr(feeds, feed)(cursor)
    assert "frakt" in {each.sku for each in page.items}


def test_prices_are_those_of_the_list_for_everybody_or_of_the_one_asked_for(company: Company) -> None:
    """Net, in kronor, with steps by quantity."""
    company.sim.goods.set_price("TVAL-1", Decimal("79.20"))
    sim_prices.put(company.sim.state, "A", "TVAL-1", Decimal(10), {"Price": Decimal(70)})
    company.sim.goods.set_price("frakt", Decimal(39), price_list="B")
    assert company.prices() == {
        ("TVAL-1", Decimal(0)): Decimal("79.20"),
        ("TVAL-1", Decimal(10)): Decimal(70),
    }
    company.cursors.clear()
    (price,) = company.read("prices", price_list="b")
    assert (price.sku, price.amount, price.price_list, price.currency, price.gross) == (
        "frakt", 39, "b", "SEK", False,
    )  # fmt: skip


def test_price_list_that_is_not_there_is_told(company: Company) -> None:
    """With those that are."""
    with pytest.raises(Rejected, match="REA") as caught:
        company.read("prices", price_list="REA")
    assert "A, B" in str(caught.value.advice)


def test_articles_are_told_with_their_own_rate(company: Company) -> None:
    """The list says 25 of everything; those no longer sold are told as such."""
    company.sim.goods.put("BOK", name="Bok", ean="7350000000015", price="100")
    company.sim.state.articles["BOK"].values |= {"SalesAccount": 3003, "Active": False}
    company.clock.advance(600)
    company.sim.goods.put("rabatt")
    (found,) = [each for each in company.read("products") if each.sku == "BOK"]
    assert (found.name, found.vat_percent, found.net_price, found.active) == ("Bok", 6, 100, False)
    company.clock.advance(3600)
    company.sim.goods.put("TVAL-1", name="Ny tvål")
    assert [each.name for each in company.read("products")] == ["Rabatt", "Ny tvål"]


def test_articles_deleted_while_they_are_listed_hide_nobody(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list slides towards its beginning; what slipped onto a page already read is read again."""
    monkeypatch.setattr(client, "_PAGE", 10)
    for number in range(25):
        company.sim.goods.put(f"M-{number:04}")
    skus = company.sim.goods.numbers()

    def people_at_work() -> None:
        for sku in sorted(skus)[:3]:
            company.sim.state.articles.pop(sku)

    company.sim.faults.add(
        Kind.RUN, match=lambda environ: "page=2" in str(environ["QUERY_STRING"]), action=people_at_work
    )
    told = [each.sku for each in company.read("products")]
    assert len(told) == len(set(told))
    assert set(told) >= set(company.sim.goods.numbers())


def test_list_that_never_comes_to_rest_is_tried_later(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rather than told as if it were whole."""
    monkeypatch.setattr(client, "_PAGE", 10)
    for number in range(15):
        company.sim.goods.put(f"M-{number:04}")
    made = iter(range(1000))
    company.sim.faults.add(
        Kind.RUN,
        times=None,
        match=lambda environ: "page=2" in str(environ["QUERY_STRING"]),
        action=lambda: company.sim.goods.put(f"Z-{next(made):04}"),
    )
    with pytest.raises(Transient, match="changed so often"):
        company.read("products")
    assert company.cursors == {}


def test_article_that_went_or_cannot_be_read_holds_up_nobody(company: Company) -> None:
    """One is left out, the other told as such."""
    for sku in ("TVAL-1", "rabatt", "frakt"):
        company.sim.goods.set_stock(sku, Decimal(1))
    gone = b'{"ErrorInformation": {"Error": 1, "Message": "x", "Code": 2000428}}'
    company.sim.faults.add(Kind.ANSWER, match=("GET", "/articles/rabatt"), status=404, body=gone)
    odd = b'{"Article": {"ArticleNumber": "frakt", "StockGoods": true, "QuantityInStock": "many"}}'
    company.sim.faults.add(Kind.ANSWER, match=("GET", "/articles/frakt"), status=200, body=odd)
    assert set(company.stock()) == {("TVAL-1", "")}
    (notice,) = company.notices
    assert "frakt" in notice.where


def test_row_without_number_is_no_list(company: Company) -> None:
    """Whatever answered, it was not the list."""
    body = b'{"MetaInformation": {"@TotalPages": 1}, "Articles": [{"Description": "x"}]}'
    company.sim.faults.add(
        Kind.ANSWER,
        match=lambda environ: "page=1" in str(environ["QUERY_STRING"]),
        status=200,
        body=body,
    )
    with pytest.raises(Transient):
        company.read("products")
