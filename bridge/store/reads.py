"""What the page and the command line may ask. Read-only, on connections of their own: never waits for the worker.

Lists go by keyset, newest first: no OFFSET, no searching in contents. Every question runs along an index, so
that the page stays quick beside a backlog of a hundred thousand.
"""

# ruff: noqa: S608 - every statement is put together from the column lists of rows.py

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final, TypeVar

import peewee

from bridge.clock import Clock
from bridge.model.documents import Document, Key, Purpose
from bridge.model.orders import OrderRef
from bridge.store.connection import Reader
from bridge.store.models import EntryRow, PastRow, SeenRow
from bridge.store.moves import about
from bridge.store.outbox import Outbox
from bridge.store.progress import Progress
from bridge.store.records import DayCount, Detail, Entry, EntryFilter, Overview, Page, Seen, State, Untold
from bridge.store.rows import (
    ENTRY,
    EVENT,
    EXCHANGE,
    LINK,
    PAST,
    SEEN,
    at,
    document_of,
    entry_of,
    event_of,
    exchange_of,
    ms,
    past_of,
    seen_of,
)

__all__ = ["Reads"]

T = TypeVar("T")

DAYS: Final = 30
"""How many days the overview shows."""
MOST_FOUND: Final = 50
_AT_ONCE: Final = 500
"""Orders asked about in one question."""
AT_ONCE: Final = 500
"""Order contents in memory at the same time."""
_LINK: Final = f"SELECT {LINK} FROM link LEFT JOIN link_note ON link_id = id WHERE key = ?"
_LAST: Final = "\U0010ffff"
"""Greater than any character in a number: the end of a prefix range."""


def _columns(model: type[peewee.Model], names: str) -> list[Any]:
    return [getattr(model, name) for name in names.split(", ")]


def _begins(field: Any, text: str) -> Any:
    return (field >= text) & (field < text + _LAST)


class Reads:
    """Questions about the store."""

    def __init__(self, reader: Reader, *, outbox: Outbox, progress: Progress, clock: Clock) -> None:
        self._reader = reader
        self._outbox = outbox
        self._progress = progress
        self._clock = clock

    def counts(
        self, *, shop: str | None = None, purpose: Purpose | None = None, purposes: tuple[Purpose, ...] = ()
    ) -> dict[str, int]:
        """How many entries per state, how many of them in doubt, and how many orders are skipped."""
        every = EntryFilter(shop=shop, purpose=purpose, purposes=purposes)
        with self._reader.looking():
            found = {state.value: self._count(replace(every, states=(state,))) for state in State}
            found["doubt"] = self._count(replace(every, doubt=True))
            where = SeenRow.reason.is_null(is_null=False)
            found["skipped"] = self._number(
                SeenRow.select().where(where & (SeenRow.shop == shop) if shop else where)
            )
        return found

    def untold(self, *, shop: str | None = None) -> Untold:
        """How many booked orders the shop could not be told of."""
        stuck = EntryFilter(shop=shop, purpose=Purpose.MARK, failing=True)
        with self._reader.looking():
            return Untold(
                waiting=self._count(replace(stuck, states=(State.WAITING,))),
                parked=self._count(replace(stuck, states=(State.PARKED,))),
            )

    def entries(self, f: EntryFilter, *, after: str | None = None, limit: int = 50) -> Page[Entry]:
        """The entries that match, newest first; ``after`` is the ``next`` of the page before."""
        with self._reader.looking():
            found = self._newest(f, below=_position(after), limit=limit + 1)
            total = self._count(f)
        return _page(
            [entry_of(row) for row in found], limit=limit, total=total, position=lambda entry: entry.id
        )

    def _newest(self, f: EntryFilter, *, below: int | None, limit: int) -> list[Any]:
        # Each state lies in order in the index; all of them together do not. So: the newest of each, then merge.
        rows: list[Any] = []
        for states in _groups(f):
            query = EntryRow.select(*_columns(EntryRow, ENTRY)).where(_matching(f, states))
            if below is not None:
                query = query.where(EntryRow.id < below)
            rows += self._run(query.order_by(EntryRow.id.desc()).limit(limit))
        return sorted(rows, key=lambda row: -int(row[0]))[:limit]

    def _count(self, f: EntryFilter) -> int:
        return sum(self._number(EntryRow.select().where(_matching(f, states))) for states in _groups(f))

    def ids(self, f: EntryFilter) -> list[int]:
        """All entries that match, oldest first: what "all matching" means."""
        with self._reader.looking():
            return sorted(
                row[0]
                for states in _groups(f)
                for row in self._run(EntryRow.select(EntryRow.id).where(_matching(f, states)))
            )

    def find(self, text: str) -> list[Entry]:
        """Entries by the beginning of the shop's id, the shop's number or the document's number, newest first.

        Also ``main:1234``, and those the retention has emptied.
        """
        wanted = text.strip().removeprefix("#")
        if not wanted:
            return []
        with self._reader.looking():
            live = [entry_of(row) for row in self._run(self._search(EntryRow, ENTRY, wanted))]
            past = [past_of(row) for row in self._run(self._search(PastRow, PAST, wanted))]
        return sorted(live + past, key=lambda entry: -entry.id)[:MOST_FOUND]

    def _search(self, model: type[EntryRow | PastRow], columns: str, text: str) -> Any:
        query = model.select(*_columns(model, columns)).where(model.id.in_(_matching_text(model, text)))
        return query.order_by(model.id.desc()).limit(MOST_FOUND)

    def entry(self, entry_id: int) -> Detail | None:
        """Everything about one entry; after the retention, what is left of it."""
        with self._reader.looking():
            rows = self._rows(f"SELECT {ENTRY} FROM entry WHERE id = ?", entry_id)
            if rows:
                return self._detail(entry_of(rows[0]))
            rows = self._rows(f"SELECT {PAST} FROM past WHERE id = ?", entry_id)
            return self._detail(past_of(rows[0])) if rows else None

    def by_key(self, key: Key) -> Detail | None:
        """Everything about the entry of this key."""
        with self._reader.looking():
            rows = self._rows(f"SELECT {ENTRY} FROM entry WHERE key = ?", str(key))
            if rows:
                return self._detail(entry_of(rows[0]))
            rows = self._rows(f"SELECT {PAST} FROM past WHERE key = ?", str(key))
            return self._detail(past_of(rows[0])) if rows else None

    def of_orders(self, refs: Iterable[OrderRef], *, purpose: Purpose) -> dict[OrderRef, list[Entry]]:
        """The entries of these orders that have one purpose, oldest first; orders without any are left out."""
        found: dict[OrderRef, list[Entry]] = {}
        with self._reader.looking():
            for shop, group in groupby(sorted(set(refs)), key=lambda ref: ref.shop):
                ids = [ref.id for ref in group]
                for start in range(0, len(ids), _AT_ONCE):
                    for entry in self._of_shop(shop, ids[start : start + _AT_ONCE], purpose):
                        found.setdefault(entry.key.ref, []).append(entry)
        return found

    def _of_shop(self, shop: str, ids: list[str], purpose: Purpose) -> list[Entry]:
        rows: list[Entry] = []
        for model, columns, made in ((PastRow, PAST, past_of), (EntryRow, ENTRY, entry_of)):
            query = model.select(*_columns(model, columns)).where(
                model.shop_ref.in_(ids) & (model.shop == shop) & (model.purpose == purpose.value)
            )
            rows += [made(row) for row in self._run(query)]
        return sorted(rows, key=lambda entry: entry.id)

    def _detail(self, entry: Entry) -> Detail:
        ref, number = entry.key.ref, entry.id
        body = self._rows("SELECT body FROM snapshot WHERE entry_id = ?", number)
        link = self._rows(_LINK, str(entry.key)) or self._rows(_LINK, str(about(entry.key)))
        seen = self._rows(f"SELECT {SEEN} FROM seen WHERE shop = ? AND shop_ref = ?", ref.shop, ref.id)
        events = self._rows(f"SELECT {EVENT} FROM entry_event WHERE entry_id = ? ORDER BY step", number)
        exchanges = self._rows(f"SELECT {EXCHANGE} FROM exchange WHERE entry_id = ? ORDER BY id", number)
        older = self._rows(
            "SELECT id FROM entry WHERE shop_ref = ? AND shop = ? AND id < ? "
            "AND state IN ('waiting', 'sending', 'parked') ORDER BY id",
            ref.id,
            ref.shop,
            number,
        )
        return Detail(
            entry=entry,
            events=tuple(event_of(row) for row in events),
            body=body[0][0] if body else None,
            exchanges=tuple(exchange_of(row) for row in exchanges),
            document=document_of(link[0]) if link else None,
            seen=seen_of(seen[0]) if seen else None,
            waits_for=tuple(row[0] for row in older) if entry.finished_at is None else (),
        )

    def seen(
        self, *, code: str | None = None, shop: str | None = None, after: str | None = None, limit: int = 50
    ) -> Page[Seen]:
        """The orders that are not sent, with the reason; last ones first seen first."""
        where = SeenRow.reason.is_null(is_null=False)
        if code is not None:
            where &= SeenRow.code == code
        if shop is not None:
            where &= SeenRow.shop == shop
        query = SeenRow.select(*_columns(SeenRow, SEEN), SeenRow.id).where(where)
        below = _position(after)
        if below is not None:
            query = query.where(SeenRow.id < below)
        with self._reader.looking():
            rows = self._run(query.order_by(SeenRow.id.desc()).limit(limit + 1))
            total = self._number(SeenRow.select().where(where))
        page = _page(rows, limit=limit, total=total, position=lambda row: row[-1])
        return Page(items=tuple(seen_of(row) for row in page.items), next=page.next, total=total)

    def documents(self, ref: OrderRef) -> list[Document]:
        """The documents of an order, oldest first, each as it was when last touched; kept for ever."""
        with self._reader.looking():
            rows = self._rows(
                f"SELECT {LINK} FROM link LEFT JOIN link_note ON link_id = id "
                "WHERE key >= ? AND key < ? ORDER BY id",
                f"{ref}:",
                f"{ref};",
            )
        found = (document_of(row) for row in rows)
        return list({(document.kind, document.number): document for document in found}.values())

    def bodies(self) -> Iterator[tuple[str, str]]:
        """Digest and content of every order still stored, oldest first, read some hundred at a time."""
        after = 0
        while rows := self._rows(
            "SELECT id, digest, body FROM entry JOIN snapshot ON entry_id = id "
            "WHERE purpose = 'order' AND id > ? ORDER BY id LIMIT ?",
            after,
            AT_ONCE,
        ):
            after = rows[-1][0]
            yield from ((digest, body) for _, digest, body in rows)

    def overview(self, now: datetime) -> Overview:
        """The front page. It counts orders; of what follows from them only what went wrong."""
        with self._reader.looking():
            counts, untold = self.counts(purpose=Purpose.ORDER), self.untold()
            oldest = self._rows(
                "SELECT created_at FROM entry WHERE state = 'waiting' AND purpose = 'order' ORDER BY id LIMIT 1"
            )
            days = self._rows(
                "SELECT day, sum(done), sum(parked) FROM day_count WHERE purpose = 'order' "
                "GROUP BY day ORDER BY day DESC LIMIT ?",
                DAYS,
            )
        return Overview(
            counts=counts,
            untold=untold,
            pauses=self._progress.pauses(),
            oldest_waiting=at(oldest[0][0]) if oldest else None,
            next_due=self._outbox.next_due(now),
            per_day=tuple(
                DayCount(day=date.fromisoformat(day), done=done, parked=parked)
                for day, done, parked in reversed(days)
            ),
        )

    def _rows(self, sql: str, *values: Any) -> list[Any]:
        return self._reader.rows(sql, values)

    def _run(self, query: Any) -> list[Any]:
        return list(query.tuples().bind(self._reader).execute())

    def _number(self, query: Any) -> int:
        sql, values = query.columns(peewee.fn.COUNT(peewee.SQL("*"))).bind(self._reader).sql()
        return int(self._rows(sql, *values)[0][0])


def _groups(f: EntryFilter) -> list[tuple[State, ...]]:
    # The states one by one, each of them an index range; but a text is looked for once, for all of them.
    states = f.states or tuple(State)
    return [states] if f.text.strip() else [(state,) for state in states]


def _matching(f: EntryFilter, states: tuple[State, ...]) -> Any:
    where = EntryRow.state.in_([state.value for state in states])
    if f.shop is not None:
        where &= EntryRow.shop == f.shop
    if f.purpose is not None:
        where &= EntryRow.purpose == f.purpose.value
    if f.purposes:
        where &= EntryRow.purpose.in_([purpose.value for purpose in f.purposes])
    if f.kind is not None:
        where &= EntryRow.fault_kind == f.kind
    if f.doubt is not None:
        where &= EntryRow.doubt_since.is_null(not f.doubt)
    if f.failing:
        where &= EntryRow.fault_kind.is_null(is_null=False) | EntryRow.doubt_since.is_null(is_null=False)
    if f.hurry_at is not None:
        # Who was tried has a fault; it stands in the index, which spares looking at each of a long backlog.
        where &= (
            EntryRow.fault_kind.is_null(is_null=False)
            & EntryRow.doubt_since.is_null()
            & (EntryRow.attempts > 0)
            & (EntryRow.due_at > ms(f.hurry_at))
        )
    if f.text.strip():
        where &= EntryRow.id.in_(_matching_text(EntryRow, f.text.strip().removeprefix("#")))
    return where


def _matching_text(model: type[EntryRow | PastRow], text: str) -> Any:
    shop, colon, order_id = text.partition(":")
    ids = _begins(model.shop_ref, text)
    if colon and order_id:
        ids |= (model.shop_ref == order_id.partition(":")[0]) & (model.shop == shop)
    documents = _begins(model.document, text) & (model.document != "")
    return (
        model.select(model.id).where(ids)
        | model.select(model.id).where(_begins(model.number, text))
        | model.select(model.id).where(documents)
    )


def _position(after: str | None) -> int | None:
    # Whatever stands in the address bar: what is no position of ours begins from the top.
    return int(after) if after and after.isascii() and after.isdigit() and len(after) < 19 else None


def _page(found: Iterable[T], *, limit: int, total: int, position: Any) -> Page[T]:
    rows = list(found)
    more = len(rows) > limit
    items = tuple(rows[:limit])
    return Page(items=items, next=str(position(items[-1])) if more and items else None, total=total)
