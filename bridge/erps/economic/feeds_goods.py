"""Articles, stock and prices out of e-conomic, by ``lastUpdated``: all it tells changes by (facts, section 8 [D19]).

A list that is sorted by its change dates moves while it is read: whoever is changed goes to the end and everybody
behind slides one place forward. So no page number is trusted: each page starts from the newest moment of the one
before, that moment included. Deleted articles are not reported anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from bridge.erps.economic.client import PAGE_SIZE, Client, Page
from bridge.erps.economic.core import Core
from bridge.erps.economic.filters import Filter
from bridge.erps.economic.mapping_answers import amount_of
from bridge.erps.economic.mapping_feeds import (
    changed_at,
    group_number,
    moment,
    price_of,
    product_of,
    stamp,
    stock_of,
)
from bridge.erps.economic.paths import path
from bridge.errors import NotFound, Rejected, Transient
from bridge.model.documents import Feed
from bridge.model.goods import Price, Product, StockLevel
from bridge.model.texts import Problem, say

__all__ = ["GoodsFeeds", "changed"]

T = TypeVar("T")
Row = Mapping[str, Any]
Told = tuple[list[dict[str, Any]], bool]

OVERLAP: Final = timedelta(minutes=2)
"""So far back every reading looks again: a change may become visible after a later one [I]."""

_NO_MODULE: Final = Problem(
    where="[erp]",
    what=say("e-conomic tells no stock figures: they come with its inventory module only."),
    fix=say("Add the module in e-conomic, or switch the stock feed off."),
    severe=False,
)


def changed(client: Client, since: datetime | None, *, size: int = PAGE_SIZE) -> Iterator[Told]:
    """The articles changed at ``since`` or later, oldest change first, page by page; True with the last page.

    None is skipped and each change comes once.
    """
    seen: set[object] = set()

    def fresh(page: Page) -> list[dict[str, Any]]:
        rows = [row for row in page.rows if _mark(row) not in seen]
        seen.update(map(_mark, rows))
        return rows

    while True:
        page = _ask(client, since, size)
        if page.last:
            yield fresh(page), True
            return
        yield fresh(page), False
        if not _reaches_beyond(page, since):
            # More articles share one moment than a page holds (an import): page numbers after all. Whoever leaves
            # that moment meanwhile lets others slide past us, so it is gone through until nobody has left.
            stayed = False
            while not stayed:
                before = _crowd(client, since)
                page = _ask(client, since, size)
                yield fresh(page), False
                while not (page.last or _reaches_beyond(page, since)):
                    page = client.after(page)
                    yield fresh(page), False
                stayed = _crowd(client, since) == before
            if page.last:
                yield [], True
                return
        since = _newest(page)


class GoodsFeeds:
    """What ``FeedsProducts``, ``FeedsStock`` and ``FeedsPrices`` ask for."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def products(self, cursor: str | None) -> Iterator[Feed[Product]]:
        """As ``FeedsProducts``: barred articles too, as no longer sold."""
        counted = self._counted()
        home = self._core.registers.zone("domestic").number

        def read(row: Row) -> Product:
            group = group_number(row)
            percent = None if group is None else self._core.registers.rate(group, home)
            return product_of(row, percent=percent, counted=counted)

        return self._feed(cursor, read)

    def stock(self, cursor: str | None) -> Iterator[Feed[StockLevel]]:
        """As ``FeedsStock``: only with the inventory module, and only articles of groups that are counted."""
        counted = self._counted()
        figures = False

        def read(row: Row) -> StockLevel | None:
            nonlocal figures
            figures = figures or "inventory" in row
            return stock_of(row, counted=counted)

        for page in self._feed(cursor, read):
            bare = page.complete and page.cursor is not None and not figures
            yield Feed(items=(), cursor=None, complete=True, notices=(_NO_MODULE,)) if bare else page

    def prices(self, cursor: str | None, *, price_list: str = "") -> Iterator[Feed[Price]]:
        """As ``FeedsPrices``: the sales price in the books' currency; ``price_list`` EUR: that of its own in EUR.

        A price in another currency is asked for article by article: e-conomic has no list of them (section 8).

        Raises:
            Rejected: the agreement does not have this currency.
        """
        base = self._core.registers.agreement().currency
        code = price_list.strip().upper()
        if code in ("", base):
            return self._feed(
                cursor,
                lambda row: price_of(str(row["productNumber"]), amount_of(row, "salesPrice"), currency=base),
            )
        if code not in self._core.registers.currencies():
            raise Rejected(
                say(
                    "e-conomic has no prices in {currency}: a price list is a currency here.",
                    currency=price_list,
                ),
                channel="erp",
                field="price_list",
                advice=say(
                    "Write a currency the company has, like EUR, or leave it empty for the sales price."
                ),
            )
        return self._feed(cursor, lambda row: self._price_in(str(row["productNumber"]), code))

    def _price_in(self, sku: str, code: str) -> Price | None:
        try:
            row = self._core.client.get(
                path("products", sku, "pricing", "currency-specific-sales-prices", code)
            )
        except NotFound:
            return None
        return price_of(sku, amount_of(row, "price"), currency=code, price_list=code)

    def _counted(self) -> frozenset[int] | None:
        """The product groups somebody counts; None: none is marked, so nobody can tell by them."""
        groups = self._core.registers.entries("product-groups")
        return frozenset(each.number for each in groups if each.raw.get("inventoryEnabled")) or None

    def _feed(self, cursor: str | None, read: Callable[[Row], T | None]) -> Iterator[Feed[T]]:
        """What ``read`` makes of the changed articles. The cursor never goes back, and is e-conomic's own time."""
        start = moment(cursor or "")
        newest = start
        told = False
        for rows, last in changed(self._core.client, start - OVERLAP if start else None):
            items = [item for row in rows if (item := _read(read, row)) is not None]
            newest = max(filter(None, [newest, *map(changed_at, rows)]), default=None)
            told = told or bool(rows)
            yield Feed(items=tuple(items), cursor=stamp(newest) if told and newest else None, complete=last)


def _read(read: Callable[[Row], T | None], row: Row) -> T | None:
    try:
        return read(row)
    except (KeyError, TypeError, ValueError, ArithmeticError) as odd:
        raise Transient(say("e-conomic's answer is not the list of articles."), channel="erp") from odd


def _ask(client: Client, since: datetime | None, size: int) -> Page:
    question = Filter.gte("lastUpdated", stamp(since)) if since else ""
    return client.page("products", filter=question, sort="lastUpdated,productNumber", size=size)


def _crowd(client: Client, since: datetime | None) -> int | None:
    """How many articles share a moment."""
    question = Filter.eq("lastUpdated", stamp(since)) if since else ""
    return client.page("products", filter=question, size=1).results


def _mark(row: Row) -> object:
    return row.get("productNumber"), row.get("lastUpdated")


def _newest(page: Page) -> datetime | None:
    return max(filter(None, map(changed_at, page.rows)), default=None)


def _reaches_beyond(page: Page, since: datetime | None) -> bool:
    newest = _newest(page)
    return newest is not None and (since is None or newest > since)
