"""What Specter tells by itself: fetched into our own file first, then read out of it from the caller's cursor.

The cursor is a place in that file, never a time. So a page may be asked for again and again, and a page that the
caller has stored may be left behind even when the next one fails.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, Protocol, TypeVar

from bridge.erps.specter.mapping_feeds import (
    Kind,
    Status,
    fulfilment_of,
    key_in,
    levels_of,
    parsed_key,
    price_of,
    product_of,
    standing_of,
)
from bridge.erps.specter.profile import NOTHING, Profile
from bridge.erps.specter.pulling import Pulling
from bridge.erps.specter.spool import Page, Record, Spool
from bridge.errors import Rejected
from bridge.model.documents import Document, DocumentKind, Feed, Key, Purpose
from bridge.model.fulfilment import Fulfilment, Stage
from bridge.model.goods import Price, Product, StockLevel
from bridge.model.texts import Problem, say

__all__ = ["Feeds", "Remembers"]

T = TypeVar("T")

_AT_ONCE: Final = 500
"""So many articles or orders make a page."""
_NAMED: Final = 5
"""So many are named in one sentence."""


class Remembers(Protocol):
    """What we know of the orders we have sent."""

    def key_of(self, number: str) -> str:
        """The key of the order that has this number in Specter; empty: none of ours has."""
        ...

    def number_of(self, key: str) -> str:
        """The number in Specter of the order with this key, or the key in its place; empty: not known."""
        ...

    def has_left(self, key: str) -> bool:
        """Whether we have sent the order with this key, and were not surely refused."""
        ...


class Feeds:
    """``FeedsFulfilments``, ``FeedsStock``, ``FeedsPrices`` and ``FeedsProducts``."""

    def __init__(self, pulling: Pulling, spool: Spool, profile: Profile, ledger: Remembers) -> None:
        self._pulling = pulling
        self._spool = spool
        self._profile = profile
        self._ledger = ledger

    def stock(self, cursor: str | None) -> Iterator[Feed[StockLevel]]:
        """As ``FeedsStock``: at each stock site, and last of all together.

        Of a SET article Specter tells the stock of its parts; whether of itself too, is not known (specter facts,
        section 6).
        """
        return self._feed(
            Kind.STOCK, cursor, lambda record: levels_of(record.id, record.nodes, self._profile)
        )

    def prices(self, cursor: str | None, *, price_list: str = "") -> Iterator[Feed[Price]]:
        """As ``FeedsPrices``.

        Raises:
            Rejected: a price list is named; no known call of Specter tells of those (section 12).
        """
        if price_list:
            raise Rejected(
                say(
                    "Specter tells its web shops the sales price only, not price list {code}.",
                    code=price_list,
                ),
                channel="erp",
                field="price_list",
                advice=say("Leave the price list empty."),
            )
        return self._feed(Kind.ARTICLES, cursor, self._prices)

    def products(self, cursor: str | None) -> Iterator[Feed[Product]]:
        """As ``FeedsProducts``; of an article that was removed Specter tells nothing."""
        return self._feed(
            Kind.ARTICLES, cursor, lambda record: [product_of(record.id, record.nodes[""], self._profile)]
        )

    def fulfilments(
        self, cursor: str | None, *, waiting: Collection[Document] = ()
    ) -> Iterator[Feed[Fulfilment]]:
        """As ``FeedsFulfilments``. The first page also has what was told of ``waiting`` at some time before.

        So a status is not lost whose meaning the owner has only now written into the profile.
        """
        self._pulling.pull(Kind.ORDERS)
        # One that is known by its key only, because the answer that told the number was lost, may have one by now.
        documents = {self._spool.order_of(document.id) or document.id: document for document in waiting}
        again = True
        for page in self._pages(Kind.ORDERS, cursor):
            shown = {record.id for record in page.records}
            before = [number for number in documents if again and number not in shown]
            known = filter(None, (self._spool.record(Kind.ORDERS, number) for number in before))
            again = False
            items, unknown = self._standings([*known, *page.records], documents)
            yield Feed(
                items=tuple(items),
                cursor=page.cursor,
                complete=page.last,
                notices=(*_news(page), *(_unknown(status, them) for status, them in unknown.items())),
            )

    def _pages(self, kind: Kind, cursor: str | None) -> Iterator[Page]:
        last = False
        while not last:
            page = self._spool.page(kind, cursor, limit=_AT_ONCE)
            yield page
            cursor, last = page.cursor, page.last

    def _feed(
        self, kind: Kind, cursor: str | None, read: Callable[[Record], Iterable[T]]
    ) -> Iterator[Feed[T]]:
        self._pulling.pull(kind)
        for page in self._pages(kind, cursor):
            items: list[T] = []
            odd: list[str] = []
            for record in page.records:
                try:
                    items.extend(read(record))
                except ValueError:
                    odd.append(record.id)
            yield Feed(
                items=tuple(items),
                cursor=page.cursor,
                complete=page.last,
                notices=(*_news(page), *_unread(odd)),
            )

    def _prices(self, record: Record) -> Sequence[Price]:
        found = price_of(record.id, record.nodes[""], self._profile)
        return [] if found is None else [found]

    def _standings(
        self, records: Iterable[Record], documents: dict[str, Document]
    ) -> tuple[list[Fulfilment], dict[Status, list[str]]]:
        items: list[Fulfilment] = []
        unknown: dict[Status, list[str]] = {}
        for record in records:
            node = record.nodes[""]
            key = self._key(record.id, key_in(node, self._profile), documents)
            if key is None:
                continue  # an order by phone, or of another shop
            standing = standing_of(node, self._profile)
            items.append(fulfilment_of(key, _document(record.id, documents), standing))
            for status in standing.unknown:
                unknown.setdefault(status, []).append(record.id)
        return items, unknown

    def _key(self, number: str, told: str, documents: Collection[str]) -> Key | None:
        """Of an order of ours; None: of nobody's, or of one somebody copied from ours.

        One we have not sent is somebody else's, whatever key it bears, unless a person has settled ours with it.
        """
        text = self._ledger.key_of(number)
        known = self._ledger.number_of(told) in ("", number, told)  # itself: its number was never told
        if not text and known and (self._ledger.has_left(told) or number in documents):
            text = told
        key = parsed_key(text)
        return key if key is not None and key.purpose is Purpose.ORDER else None


def _document(number: str, documents: dict[str, Document]) -> Document:
    """As the caller has it, without what was sent; Specter does not tell the rest."""
    found = documents.get(number) or Document(kind=DocumentKind.ORDER, id=number, number=number)
    return replace(found, payload="", media_type="", notes=())


def _news(page: Page) -> Iterator[Problem]:
    if page.restarted:
        yield Problem(
            where="[bridge] data_dir",
            what=say(
                "The bridge's own file of what Specter has told was replaced by another one or an older copy. "
                "Specter tells nothing twice, so changes of that time may be missing."
            ),
            fix=say("Compare stock, prices and open orders in the shop with Specter once."),
        )
    if page.foreign:
        yield Problem(
            where="[erp]",
            what=say(
                "Somebody else has opened or closed a list of changes in Specter (number {number}). If another "
                "program or bridge reads the same account, each gets only a part of the changes.",
                number=page.foreign,
            ),
            fix=say(
                "Switch the other program off, or ask Specter for a link of its own, and compare stock and open "
                "orders in the shop with Specter once. If the bridge was moved, or its folder is new, that is all it "
                "was, and this will not come again."
            ),
        )


def _unread(numbers: Sequence[str]) -> Iterator[Problem]:
    if numbers:
        yield Problem(
            where="[erp]",
            what=say(
                "Specter tells a price, a weight or a stock that is no number. Articles left out ({count}): "
                "{articles}.",
                count=len(numbers),
                articles=_listed(numbers),
            ),
            fix=say("Look at these articles in Specter, correct the number there and save."),
        )


def _unknown(status: Status, numbers: Sequence[str]) -> Problem:
    return Problem(
        where="[erp] profile",
        what=say(
            "Specter says {field} = {value}, and the bridge does not know what that means. Orders ({count}): "
            "{orders}.",
            field=status.field,
            value=status.value,
            count=len(numbers),
            orders=_listed(numbers),
        ),
        fix=say(
            "Look at the order in Specter. Then write {line} under {section} in the file that profile in [erp] "
            "names. Instead of {nothing} it can be: {meanings}.",
            line=status.line,
            section=status.section,
            nothing=NOTHING,
            meanings=", ".join(Stage),
        ),
        severe=False,
    )


def _listed(numbers: Sequence[str]) -> str:
    return ", ".join([*numbers[:_NAMED], *(["…"] if len(numbers) > _NAMED else [])])
