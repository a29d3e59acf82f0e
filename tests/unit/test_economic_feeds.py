"""e-conomic: articles, stock and prices as they change, none skipped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.clock import ManualClock
from bridge.erps.economic.feeds_goods import GoodsFeeds, changed
from bridge.erps.economic.mapping_feeds import changed_at, moment, product_of, stock_of
from bridge.errors import Rejected, Transient
from bridge.model.documents import Feed
from bridge.model.goods import Price, StockLevel
from bridge.sim.economic.company import Group
from bridge.sim.faults import Kind
from tests.support.economic_office import Office


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    """A company with articles of its own only."""
    office = Office(tmp_path, clock)
    office.sim.state.products.clear()
    yield office
    office.close()


@pytest.fixture
def feeds(office: Office) -> GoodsFeeds:
    """What it tells."""
    return GoodsFeeds(office.core())


def put(office: Office, *skus: str, later: int = 1, **facts: str) -> None:
    """Somebody edits these at one moment, so many seconds later."""
    office.clock.advance(later)
    for sku in skus:
        office.sim.goods.put(sku, **facts)


def skus(pages: Iterator[Feed[Any]] | list[Feed[Any]]) -> list[str]:
    """Of all pages."""
    return [item.sku for page in pages for item in page.items]


def cursor(pages: list[Feed[Any]]) -> str | None:
    """What a caller keeps."""
    assert [page.complete for page in pages] == [*[False] * (len(pages) - 1), True]
    return pages[-1].cursor


def walked(
    office: Office,
    since: str | None = None,
    *,
    size: int,
    at: Mapping[int, Callable[[], object]] | None = None,
) -> list[str]:
    """What is told page by page; after page number so-and-so, people are at work."""
    told: list[str] = []
    pages = changed(office.core().client, moment(since or ""), size=size)
    for number, (rows, last) in enumerate(pages):
        told += [row["productNumber"] for row in rows]
        (at or {}).get(number, lambda: None)()
        if last:
            assert next(pages, None) is None
            return told
    raise AssertionError("the last page does not say that it is the last")


def numbered(count: int, start: int = 0) -> list[str]:
    """Article numbers."""
    return [f"A{number:05}" for number in range(start, start + count)]


def test_articles_come_oldest_change_first_and_on_from_the_cursor(office: Office, feeds: GoodsFeeds) -> None:
    """The cursor is e-conomic's own time; what is newest comes again."""
    put(office, "B", "A")
    put(office, "C", later=600)
    pages = list(feeds.products(None))
    assert skus(pages) == ["A", "B", "C"]
    kept = cursor(pages)
    assert kept == "2026-11-21T12:10:01Z"
    put(office, "A", later=600)
    pages = list(feeds.products(kept))
    assert skus(pages) == ["C", "A"]
    assert cursor(pages) == "2026-11-21T12:20:01Z"


def test_nothing_there_yields_no_cursor(office: Office, feeds: GoodsFeeds) -> None:
    """Nor does a failing answer."""
    (page,) = feeds.products(None)
    assert (page.items, page.cursor, page.complete) == ((), None, True)
    put(office, "A")
    office.sim.faults.add(Kind.ANSWER, times=None, status=503)
    with pytest.raises(Transient):
        list(feeds.products("2026-11-21T12:00:00Z"))


def test_cursor_never_goes_back(office: Office, feeds: GoodsFeeds) -> None:
    """The newest article may be deleted; the overlap shows older ones."""
    put(office, "A")
    (page,) = feeds.products("2026-11-21T12:01:00Z")
    assert skus([page]) == ["A"]
    assert page.cursor == "2026-11-21T12:01:00Z"


def test_change_that_becomes_visible_late_is_not_missed(office: Office, feeds: GoodsFeeds) -> None:
    """Two minutes are read again each time."""
    put(office, "A")
    put(office, "B", later=90)
    kept = cursor(list(feeds.products(None)))
    office.sim.goods.put("LATE")
    office.sim.state.products["LATE"].touched -= timedelta(seconds=60)
    assert "LATE" in skus(feeds.products(kept))


def test_more_than_a_page_each_once(office: Office) -> None:
    """Every page starts from the newest moment of the one before."""
    for start in range(0, 250, 10):
        put(office, *numbered(10, start))
    assert walked(office, size=100) == numbered(250)
    asked = [each["query"] for each in office.said("GET") if each["path"] == "/products"]
    assert not any("skippages" in each for each in asked)


def test_article_changed_while_reading_hides_no_other(office: Office) -> None:
    """It goes to the end of the list and everybody behind it moves up."""
    for start in range(0, 250, 10):
        put(office, *numbered(10, start))
    told = walked(office, size=100, at={1: lambda: put(office, *numbered(30, 5))})
    assert set(told) == set(numbered(250))
    assert told[-30:] == numbered(30, 5)


@pytest.mark.parametrize("since", [None, "2026-11-21T12:00:01Z"])
@pytest.mark.parametrize("more", [(), ("LAST",)])
def test_import_of_one_moment_larger_than_a_page(
    office: Office, since: str | None, more: tuple[str, ...]
) -> None:
    """One second, 230 articles; from the cursor too, where the first page is that moment alone."""
    put(office, *numbered(230))
    put(office, *more)
    assert sorted(walked(office, since, size=100)) == [*numbered(230), *more]


def test_import_larger_than_the_largest_page(office: Office, feeds: GoodsFeeds) -> None:
    """As e-conomic's own pages are."""
    put(office, *numbered(1100))
    pages = list(feeds.products(None))
    assert sorted(skus(pages)) == numbered(1100)
    assert cursor(pages) == "2026-11-21T12:00:01Z"


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_whatever_changes_while_it_is_read_nothing_is_skipped(data: st.DataObject, tmp_path: Path) -> None:
    """Imports of any size, edits, new and deleted articles between any two pages."""
    office = Office(tmp_path, ManualClock())
    office.sim.state.products.clear()
    at_first = [put(office, *numbered(count, 100 * place)) or count for place, count in
                enumerate(data.draw(st.lists(st.integers(1, 12), min_size=1, max_size=5)))]  # fmt: skip
    there = set(office.sim.goods.numbers())
    gone: set[str] = set()

    def people_at_work() -> None:
        some = st.lists(st.sampled_from(sorted(there)), max_size=4, unique=True)
        put(office, *data.draw(some), later=data.draw(st.integers(0, 2)))
        for sku in data.draw(st.lists(st.sampled_from(sorted(there)), max_size=1)):
            gone.add(sku)
            office.sim.state.products.pop(sku, None)

    told = walked(office, size=data.draw(st.integers(1, 5)), at=dict.fromkeys(range(6), people_at_work))
    office.close()
    assert at_first
    assert there - gone <= set(told)


def test_articles_without_a_date_are_told_once(office: Office, feeds: GoodsFeeds) -> None:
    """Only the first reading sees them: no filter finds them."""
    rows = b'{"collection": [{"productNumber": "OLD", "name": "Gammal"}], "pagination": {}}'
    office.sim.faults.add(
        Kind.ANSWER,
        match=("GET", "/products"),
        status=200,
        body=rows,
        headers={"Content-Type": "application/json"},
    )
    (page,) = feeds.products(None)
    assert (skus([page]), page.cursor) == (["OLD"], None)


@pytest.mark.parametrize(
    "rows",
    [
        b'[{"name": "x"}]',
        b'[{"productNumber": "A", "salesPrice": "x"}]',
    ],
)
def test_answer_that_is_no_article_ends_the_reading(office: Office, feeds: GoodsFeeds, rows: bytes) -> None:
    """And gives no cursor."""
    body = b'{"collection": ' + rows + b', "pagination": {}}'
    office.sim.faults.add(
        Kind.ANSWER,
        match=("GET", "/products"),
        status=200,
        body=body,
        headers={"Content-Type": "application/json"},
    )
    with pytest.raises(Transient, match="not the list of articles"):
        list(feeds.products(None))


def test_article_in_our_words(office: Office, feeds: GoodsFeeds) -> None:
    """VAT at home by its group; a barred one is no longer sold."""
    put(office, "MUGG", name="Mugg", ean="7350000000015", price="79.20", barred="yes", group="2")
    office.sim.state.products["MUGG"].body |= {"description": "Av lera", "unit": {"unitNumber": 1}}
    (page,) = feeds.products(None)
    (mug,) = page.items
    assert (mug.sku, mug.name, mug.description, mug.ean) == ("MUGG", "Mugg", "Av lera", "7350000000015")
    assert (mug.unit, mug.vat_percent, mug.net_price) == ("st", Decimal(12), Decimal("79.20"))
    assert (mug.active, mug.keeps_stock) == (False, False)
    assert f"{mug.changed_at}" == "2026-11-21 12:00:01+00:00"


def test_stock_of_what_is_counted(office: Office, feeds: GoodsFeeds) -> None:
    """What lies there and what may be sold; services show figures too, and are left out."""
    office.sim.company.groups[9] = Group(number=9, name="Tjänster", accounts={1: 3001})
    put(office, "MUGG", "TELE", group="1")
    put(office, "TIMME", group="9")
    office.sim.company.groups[1].inventory = True
    office.sim.goods.set_stock("MUGG", Decimal(10), reserved=Decimal(3))
    office.sim.goods.set_stock("TELE", Decimal(-2))
    pages = list(feeds.stock(None))
    assert [item for page in pages for item in page.items] == [
        StockLevel(sku="MUGG", in_stock=Decimal(10), available=Decimal(7)),
        StockLevel(sku="TELE", in_stock=Decimal(-2), available=Decimal(-2)),
    ]


def test_stock_where_no_group_is_marked(office: Office, feeds: GoodsFeeds) -> None:
    """Then the figures alone tell."""
    put(office, "MUGG")
    office.sim.goods.set_stock("MUGG", Decimal(1))
    assert skus(feeds.stock(None)) == ["MUGG"]


def test_stock_without_the_module_says_so(office: Office, feeds: GoodsFeeds) -> None:
    """And leaves the cursor alone: with the module everything is told."""
    put(office, "MUGG")
    (page,) = feeds.stock(None)
    assert (page.items, page.cursor, page.complete) == ((), None, True)
    assert "inventory module" in str(page.notices[0])


def test_prices_in_the_books_currency(office: Office, feeds: GoodsFeeds) -> None:
    """Net; an article without one is left out."""
    put(office, "MUGG", price="79.20")
    put(office, "GRATIS")
    wanted = [Price(sku="MUGG", amount=Decimal("79.20"), currency="SEK", gross=False)]
    assert [item for page in feeds.prices(None) for item in page.items] == wanted
    assert [item for page in feeds.prices(None, price_list="sek") for item in page.items] == wanted


def test_prices_in_another_currency(office: Office, feeds: GoodsFeeds) -> None:
    """Article by article, whatever its number is spelled like."""
    put(office, "MUGG/1 å", "TELE", price="79.20")
    office.sim.goods.set_price("MUGG/1 å", Decimal("7.50"), price_list="EUR")
    (page,) = feeds.prices(None, price_list="EUR")
    assert page.items == (
        Price(sku="MUGG/1 å", amount=Decimal("7.50"), currency="EUR", gross=False, price_list="EUR"),
    )


def test_price_list_that_is_no_currency(feeds: GoodsFeeds) -> None:
    """Refused, and told what one is here."""
    with pytest.raises(Rejected, match="a price list is a currency"):
        list(feeds.prices(None, price_list="B"))


def test_moments() -> None:
    """UTC and whole seconds, whatever comes."""
    told = (
        "2026-11-21T12:00:01Z",
        "2026-11-21T12:00:01.987Z",
        "2026-11-21T12:00:01",
        "2026-11-21T13:00:01+01:00",
    )
    assert {moment(each) for each in told} == {moment("2026-11-21T12:00:01Z")}
    assert moment("yesterday") is None
    assert changed_at({}) is None


def test_figures_that_are_left_out() -> None:
    """Missing is nothing; what may be sold is then reckoned."""
    row = {
        "productNumber": "A",
        "inventory": {"inStock": 4, "orderedByCustomers": Decimal("1.5")},
        "unit": {},
    }
    assert stock_of(row, counted=None) == StockLevel(sku="A", in_stock=Decimal(4), available=Decimal("2.5"))
    empty = {**row, "inventory": {}}
    assert stock_of(empty, counted=None) == StockLevel(sku="A", in_stock=Decimal(0), available=Decimal(0))
    assert stock_of(row, counted=frozenset({1})) is None
    assert product_of(row, percent=None, counted=None).unit is None
