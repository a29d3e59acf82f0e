"""Stock, prices and articles that changed (fortnox facts, sections 4 and 8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeVar

from bridge.erps.currency import BASE
from bridge.erps.fortnox import mapping_articles as mapping
from bridge.erps.fortnox.articles import Articles
from bridge.erps.fortnox.client import Page
from bridge.erps.fortnox.core import Core
from bridge.erps.fortnox.mapping_feeds import Mark, changed_since, newest
from bridge.erps.fortnox.module import runs_warehouse, stock_balance
from bridge.erps.fortnox.reading import text
from bridge.erps.fortnox.settled import Settled
from bridge.erps.fortnox.walking import Row, Walk
from bridge.errors import Rejected
from bridge.model.documents import Feed
from bridge.model.goods import Price, Product, StockLevel
from bridge.model.texts import Problem, say

__all__ = ["GoodsFeed"]

T = TypeVar("T")

_NUMBER: Final = "ArticleNumber"
_BY_NUMBER: Final = {"sortby": "articlenumber", "sortorder": "ascending"}


class _Unread(Exception):
    """An answer of which one article's part cannot be understood."""


class GoodsFeed:
    """Reads articles and what belongs to them."""

    def __init__(self, core: Core, articles: Articles) -> None:
        self._core = core
        self._articles = articles
        self._settled: defaultdict[str, Settled] = defaultdict(Settled)

    def stock(self, cursor: str | None) -> Iterator[Feed[StockLevel]]:
        """With the warehouse module everything each time: it has no list of changes."""
        if not runs_warehouse(self._core):
            yield from self._changed("stock", cursor, self._level, daily=True)
            return
        levels = [self._core.read(mapping.stock_point, row, wrote=False) for row in stock_balance(self._core)]
        yield Feed(items=tuple(levels), cursor=None, complete=True)

    def prices(self, cursor: str | None, *, price_list: str = "") -> Iterator[Feed[Price]]:
        """A call per article: that is the list Fortnox documents (section 8).

        Raises:
            Rejected: there is no such price list.
        """
        code = self._list(price_list)

        def read(row: Row) -> Sequence[Price]:
            path = ("prices", "sublist", code, text(row[_NUMBER]))
            found = Walk(lambda: self._core.client.pages(path, "Prices"), "FromQuantity", deletes=True)
            price_of = partial(mapping.price_of, currency=BASE, price_list=price_list)
            told = [_understood(price_of, each) for rows, _ in found for each in rows]
            return [price for price in told if price is not None]

        yield from self._changed(f"prices {code}", cursor, read, daily=True)

    def products(self, cursor: str | None) -> Iterator[Feed[Product]]:
        """Each read alone: the list tells a wrong VAT rate (section 4)."""
        return self._changed(
            "products",
            cursor,
            lambda row: [_understood(mapping.product, card) for card in self._card(row)],
            daily=False,
        )

    def _level(self, row: Row) -> Sequence[StockLevel]:
        levels = [_understood(mapping.stock_level, card) for card in self._card(row)]
        return [level for level in levels if level is not None]

    def _card(self, row: Row) -> Sequence[Mapping[str, Any]]:
        """The article alone; none: it was deleted since it was listed."""
        card = self._articles.card(text(row[_NUMBER]))
        return () if card is None else (card,)

    def _list(self, price_list: str) -> str:
        if not price_list:
            return self._articles.price_list()
        codes = [
            text(row.get("Code"))
            for page in self._core.client.pages("pricelists", "PriceLists")
            for row in page
        ]
        found = next((code for code in codes if code.casefold() == price_list.casefold()), None)
        if found is None:
            raise Rejected(
                say("Fortnox has no price list {code}.", code=price_list),
                channel="erp",
                field="PriceList",
                advice=say("Its price lists are: {codes}.", codes=", ".join(codes) or "–"),
            )
        return found

    def _changed(
        self, feed: str, cursor: str | None, read: Callable[[Row], Sequence[T]], *, daily: bool
    ) -> Iterator[Feed[T]]:
        """What ``read`` makes of the articles changed since; ``daily``: of all of them once a day."""
        mark, now, began = Mark.parse(cursor), self._core.clock.now(), self._core.clock.monotonic()
        settled = self._settled[feed]
        found = newest(self._any_changed, after=None if mark is None else mark.seen, now=now)
        whole = mark is None or (daily and mark.is_due(now))
        if settled.is_over(cursor, began) and found is None and not whole:
            yield Feed(items=(), cursor=None, complete=True)
            return
        changes = {"lastmodified": changed_since(mark.seen)} if mark is not None and not whole else {}
        # The whole list first, then article by article: the list would never come to rest in all that time.
        for rows, last in list(Walk(lambda: self._numbers(changes), _NUMBER, deletes=True)):
            items: list[T] = []
            notices: list[Problem] = []
            for row in rows:
                try:
                    items += read(row)
                except _Unread:
                    notices.append(_unread(text(row[_NUMBER])))
            ahead = _cursor(mark, found, whole=now if daily and whole else None) if last else None
            yield Feed(items=tuple(items), cursor=ahead, complete=last, notices=tuple(notices))
        settled.read(cursor, began)

    def _numbers(self, changes: Mapping[str, str]) -> Iterator[Page]:
        """The list of articles, page by page, their numbers only: it may be a long one."""
        for page in self._core.client.pages("articles", "Articles", **_BY_NUMBER, **changes):
            yield [{_NUMBER: row.get(_NUMBER)} for row in page]

    def _any_changed(self, since: str) -> bool:
        return bool(self._core.client.first("articles", "Articles", most=1, lastmodified=since))


def _understood(reader: Callable[[Mapping[str, Any]], T], answer: Mapping[str, Any]) -> T:
    try:
        return reader(answer)
    except (ValueError, KeyError, TypeError) as odd:
        raise _Unread from odd


def _cursor(mark: Mark | None, found: datetime | None, *, whole: datetime | None) -> str | None:
    """Where the next reading goes on; None: where this one did.

    ``found``: the newest change, if there is one that is newer; ``whole``: now, if everything was read.
    """
    if mark is None:
        return None if found is None else str(Mark(seen=found, whole=whole))
    if found is None and whole is None:
        return None
    return str(Mark(seen=found or mark.seen, whole=whole or mark.whole))


def _unread(sku: str) -> Problem:
    return Problem(
        where=f"article {sku}",
        what=say("Fortnox tells something of article {sku} that cannot be read.", sku=sku),
        fix=say("Look at the article in Fortnox. Everything else was read."),
    )
