"""What every ERP adapter that tells of articles, stock and prices must do. No adapter is named here; see conftest.

Its simulator has ``goods``, a ``KeepsGoods``. What became of documents stands in test_fulfilments_contract.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, cast

import pytest

from bridge.clock import ManualClock
from bridge.errors import RemoteError, Transient, Unauthorised
from bridge.model.documents import Feed
from bridge.model.goods import Price, Product, StockLevel
from bridge.ports import Capability, FeedsPrices, FeedsProducts, FeedsStock
from bridge.sim.booked import KeepsGoods
from bridge.sim.faults import Kind
from tests.contract.conftest import Subject

SKU = "TVAL-1"
MANY = 1050
"""Articles: more than the largest page of any of these ERPs."""


def whole(pages: Iterator[Feed[Any]]) -> tuple[list[Any], str | None]:
    """All items and the cursor to go on from; None: nothing was seen."""
    items: list[Any] = []
    last: Feed[Any] | None = None
    for page in pages:
        assert last is None or not last.complete, "a page after the last one"
        items += page.items
        last = page
    assert last is not None, "a reading gives at least one page"
    assert last.complete, "the last page says that it is the last"
    return items, last.cursor


@dataclass(frozen=True)
class Stream:
    """One feed: how it is read, how somebody changes what it tells of, and how that shows."""

    capability: Capability
    read: Callable[[Any, str | None], Iterator[Feed[Any]]]
    change: Callable[[KeepsGoods, str, int], None]
    """Of an article, to something that this number tells."""
    told: Callable[[Any], Decimal | str]
    """The same of an item."""
    expected: Callable[[int], Decimal | str]


def _price_of(price: Price) -> Decimal:
    return price.amount / Decimal("1.25") if price.gross else price.amount


STREAMS = {
    "stock": Stream(
        Capability.STOCK,
        lambda erp, cursor: cast("FeedsStock", erp).stock(cursor),
        lambda goods, sku, number: goods.set_stock(sku, Decimal(number)),
        lambda level: cast("StockLevel", level).in_stock,
        Decimal,
    ),
    "prices": Stream(
        Capability.PRICES,
        lambda erp, cursor: cast("FeedsPrices", erp).prices(cursor),
        lambda goods, sku, number: goods.set_price(sku, Decimal(number)),
        lambda price: _price_of(cast("Price", price)),
        Decimal,
    ),
    "products": Stream(
        Capability.PRODUCTS,
        lambda erp, cursor: cast("FeedsProducts", erp).products(cursor),
        lambda goods, sku, number: goods.put(sku, name=f"Tröja {number}"),
        lambda product: cast("Product", product).name,
        lambda number: f"Tröja {number}",
    ),
}


class Ahead(ManualClock):
    """Ours, a week ahead of the ERP's; the same time passes on both."""

    def __init__(self, right: ManualClock) -> None:
        super().__init__()
        self._right = right

    def now(self) -> datetime:
        """Wrong."""
        return self._right.now() + timedelta(days=7)

    def monotonic(self) -> float:
        """Right."""
        return self._right.monotonic()

    def advance(self, seconds: float = 0, **span: float) -> None:
        """Time passes."""
        self._right.advance(seconds, **span)


class Reader:
    """An adapter, its feed, and the shelf it tells of."""

    def __init__(self, subject: Subject, stream: Stream) -> None:
        self.subject = subject
        self.stream = stream
        self.erp: Any = subject.adapter()
        self.goods: KeepsGoods = cast("Any", subject.simulator).goods

    def pages(self, cursor: str | None = None) -> Iterator[Feed[Any]]:
        """By a fresh adapter, as after a restart."""
        return self.stream.read(self.subject.adapter(), cursor)

    def change(self, sku: str, number: int) -> None:
        """Somebody does."""
        self.stream.change(self.goods, sku, number)

    def many(self, *, wait: bool = True) -> list[str]:
        """More articles than fit on a page, each told by its place; ``wait``: changed one after the other."""
        skus = [f"MANY-{each:04}" for each in range(MANY)]
        for number, sku in enumerate(skus):
            self.goods.put(sku, name=f"Tröja {number}")
            self.change(sku, number)
            if wait and number % 100 == 0:
                self.subject.clock.advance(61)
        return skus

    def last_told(self, *readings: Sequence[Any]) -> dict[str, Decimal | str]:
        """What each article was last said to be."""
        return {item.sku: self.stream.told(item) for items in readings for item in items}


@pytest.fixture(params=list(STREAMS))
def reader(request: pytest.FixtureRequest, subject: Subject) -> Reader:
    """Every feed of every adapter that has it."""
    stream = STREAMS[request.param]
    if stream.capability not in subject.adapter().capabilities:
        pytest.skip(f"this ERP has not: {stream.capability.value}")
    if not hasattr(subject.simulator, "goods"):
        pytest.skip("this simulator shows no articles")
    return Reader(subject, stream)


def test_change_is_told_as_it_is(reader: Reader) -> None:
    """And again at the next reading from the start."""
    reader.change(SKU, 7)
    for _ in range(2):
        items, cursor = whole(reader.pages())
        assert reader.last_told(items)[SKU] == reader.stream.expected(7)
    reader.subject.clock.advance(3600)
    reader.change(SKU, 8)
    items, _ = whole(reader.pages(cursor))
    assert reader.last_told(items)[SKU] == reader.stream.expected(8)


def test_change_in_the_same_second_as_the_cursor_is_not_skipped(reader: Reader) -> None:
    """The ERP's clock is coarse; what was read before may be read again."""
    reader.change("TVAL-12", 7)
    _, cursor = whole(reader.pages())
    reader.change(SKU, 9)
    items, _ = whole(reader.pages(cursor))
    assert reader.last_told(items)[SKU] == reader.stream.expected(9)


def test_reading_on_when_nothing_changed_loses_nothing(reader: Reader) -> None:
    """An hour later the cursor is what it was, or there is none: it is made of changes, not of readings."""
    reader.change(SKU, 7)
    _, cursor = whole(reader.pages())
    for _ in range(3):
        reader.subject.clock.advance(3600)
        _, newer = whole(reader.pages(cursor))
        assert newer in {None, cursor}
    reader.subject.clock.advance(1)
    reader.change(SKU, 11)
    items, _ = whole(reader.pages(cursor))
    assert reader.last_told(items)[SKU] == reader.stream.expected(11)


def test_clock_of_ours_moves_no_cursor(reader: Reader) -> None:
    """Ours runs a week ahead: a cursor from it would skip a week."""
    reader.change("TVAL-12", 7)
    subject, right = reader.subject, reader.subject.clock
    subject.clock = Ahead(right)
    _, cursor = whole(reader.pages())
    subject.clock = right
    right.advance(60)
    reader.change(SKU, 13)
    items, _ = whole(reader.pages(cursor))
    assert reader.last_told(items)[SKU] == reader.stream.expected(13)


def test_many_are_all_told_and_every_page_can_be_gone_on_from(reader: Reader) -> None:
    """What comes after a page comes again when one goes on from its cursor."""
    skus = reader.many()
    pages = list(reader.pages())
    told = reader.last_told(*(page.items for page in pages))
    assert {sku: told[sku] for sku in skus} == {
        sku: reader.stream.expected(each) for each, sku in enumerate(skus)
    }
    for number, page in enumerate(pages[:-1]):
        if page.cursor is not None:
            rest = {item.sku for later in pages[number + 1 :] for item in later.items}
            again, _ = whole(reader.pages(page.cursor))
            assert rest <= {item.sku for item in again}


def test_many_changed_in_the_same_second_are_all_told(reader: Reader) -> None:
    """An import in the ERP gives them all one time; a page may end in the middle of it."""
    skus = reader.many(wait=False)
    items, cursor = whole(reader.pages())
    assert set(skus) <= {item.sku for item in items}
    reader.change(skus[0], 5000)
    items, _ = whole(reader.pages(cursor))
    assert reader.last_told(items)[skus[0]] == reader.stream.expected(5000)


@pytest.mark.parametrize("call", [1, 2])
def test_what_changes_while_it_is_read_is_not_lost(reader: Reader, call: int) -> None:
    """Articles move from page to page: this reading or the next one has them as they are now."""
    faults = reader.subject.simulator.faults
    if faults is None:
        pytest.skip("this ERP has no wire")
    skus = reader.many()
    moved = [skus[0], skus[1], skus[500], skus[-1]]

    def people_at_work() -> None:
        reader.subject.clock.advance(2)
        for number, sku in enumerate(moved):
            reader.change(sku, 7000 + number)
        reader.goods.put("NEW-1", name="Ny")

    faults.add(Kind.RUN, action=people_at_work, skip=call)
    first, cursor = whole(reader.pages())
    if faults.pending:
        pytest.skip("this feed is read in fewer calls")
    reader.subject.clock.advance(60)
    second, _ = whole(reader.pages(cursor))
    told = reader.last_told(first, second)
    assert set(skus) <= set(told)
    assert [told[sku] for sku in moved] == [reader.stream.expected(7000 + each) for each in range(4)]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_failed_reading_is_never_complete(reader: Reader, status: int) -> None:
    """The caller keeps the cursor it has."""
    faults = reader.subject.simulator.faults
    assert faults is not None
    reader.many()
    for skip in (0, 1):
        faults.add(Kind.ANSWER, times=None, status=status, skip=skip)
        pages: list[Feed[Any]] = []
        try:
            pages.extend(reader.pages())
        except Transient:
            assert not any(page.complete for page in pages)
        else:
            assert faults.struck == [], "a failed answer was taken for the end"
        faults.clear()
        faults.struck.clear()


def test_web_page_and_garbage_are_no_empty_feed(reader: Reader) -> None:
    """Else a maintenance page would say that there is nothing."""
    faults = reader.subject.simulator.faults
    assert faults is not None
    reader.change(SKU, 7)
    for kind in (Kind.HTML, Kind.GARBAGE, Kind.TRUNCATE):
        faults.add(kind, times=None)
        with pytest.raises(RemoteError):
            list(reader.pages())
        faults.clear()


def test_wrong_token_is_unauthorised(reader: Reader) -> None:
    """The channel pauses."""
    wrong = reader.subject.with_wrong_token()
    with pytest.raises(Unauthorised):
        list(reader.stream.read(wrong, None))
