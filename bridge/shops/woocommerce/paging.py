"""Reading a long, moving list without losing a row.

Page numbers lose orders: while page 1 is read, others change and everything slides (woocommerce facts, row 12).
So each page starts again from the newest moment of the last one, leaving out what that second has already shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

from bridge.clock import Clock
from bridge.errors import RemoteError, Transient
from bridge.model.texts import say
from bridge.shops.woocommerce.client import Client
from bridge.shops.woocommerce.fields import moment, row_id
from bridge.shops.woocommerce.hints import NO_PAGE_ORDER, SPOILT_LIST, TOO_OLD
from bridge.transport import Fault, Reply

__all__ = ["BY_CREATED", "BY_MODIFIED", "By", "Page", "pages", "stamp"]

_SECOND: Final = timedelta(seconds=1)
_EXCLUDE_MOST: Final = 250
"""Ids left out by name in one call; more would make the address too long for some hosts."""
_SLACK: Final = 25
"""Rows read again in a crowded second, in case some slid to the front meanwhile."""
_STALE_MOST: Final = 3
_SMALLER: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """By which date the list is walked."""

    orderby: str
    after: str
    field: str
    moves: bool
    """Whether the date can change while we read."""


BY_MODIFIED: Final = By(orderby="modified", after="modified_after", field="date_modified_gmt", moves=True)
BY_CREATED: Final = By(orderby="date", after="after", field="date_created_gmt", moves=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer: each order once, and whether the list ends here."""

    rows: tuple[Mapping[str, Any], ...]
    newest: datetime | None
    """Of the whole walk so far."""
    last: bool


@dataclass(slots=True)
class _Walk:
    """Where the walk stands."""

    since: datetime | None
    size: int
    seen: set[str] = field(default_factory=set)
    """Ids of the second the walk stands in."""
    offset: int = 0
    newest: datetime | None = None
    stale: int = 0

    def place(self) -> tuple[datetime | None, int, int]:
        """What must differ after each full page, or the walk would never end."""
        return self.since, self.offset, len(self.seen)

    def query(self) -> dict[str, object]:
        """The part of the query that says where to go on."""
        found: dict[str, object] = {"per_page": self.size}
        if self.offset:
            found["offset"] = self.offset
        elif self.seen:
            found["exclude"] = sorted(self.seen, key=int)
        return found


def pages(
    client: Client, *, by: By, since: datetime | None, statuses: Sequence[str], size: int, clock: Clock
) -> Iterator[Page]:
    """The orders after ``since`` (exclusive, whole seconds), oldest first, one answer at a time.

    Raises:
        RemoteError: an answer that is not usable as a whole; what was yielded before stays right.
    """
    walk = _Walk(since=since, size=size)
    while True:
        started = clock.monotonic()
        rows, reply = _ask(client, by, walk, statuses)
        orders = _checked(rows, reply)
        last = len(rows) < walk.size
        dates = {key: date for key, row in orders.items() if (date := _date(row, by)) is not None}
        if dates and walk.since is not None and max(dates.values()) <= walk.since:
            raise reply.unusable(say("The shop does not select orders by date."), advice=TOO_OLD)
        walk.newest = max([*dates.values(), *([walk.newest] if walk.newest else [])], default=None)
        yield Page(rows=tuple(orders.values()), newest=walk.newest, last=last)
        if last:
            return
        before = walk.place()
        spent = timedelta(seconds=clock.monotonic() - started)
        _advance(walk, by, dates, read=len(rows), begun=_shop_time(reply, clock) - spent - 2 * _SECOND)
        walk.stale = walk.stale + 1 if walk.place() == before else 0
        if walk.stale >= _STALE_MOST:
            raise reply.unusable(say("The shop's list of orders does not go on."), advice=NO_PAGE_ORDER)


def stamp(moment_: datetime) -> str:
    """A moment as the bridge's cursors have it: UTC in whole seconds, without zone."""
    return moment_.replace(microsecond=0, tzinfo=None).isoformat()


def _ask(client: Client, by: By, walk: _Walk, statuses: Sequence[str]) -> tuple[list[Any], Reply]:
    """One page; an answer too large or too slow is asked for again in smaller portions."""
    while True:
        query: dict[str, object] = {"orderby": by.orderby, "order": "asc", "dp": 2, "status": statuses}
        if walk.since is not None:
            # The Z matters, and dates_are_gmt beside it would shift it (woocommerce facts, row 1).
            query[by.after] = stamp(walk.since) + "Z"
        try:
            return client.page("orders", **query, **walk.query())
        except Transient as error:
            if error.code not in (Fault.TIMEOUT, Fault.TOO_LARGE) or walk.size == 1:
                raise
            walk.size = max(walk.size // _SMALLER, 1)


def _checked(rows: list[Any], reply: Reply) -> dict[str, Mapping[str, Any]]:
    """The rows by id, the later of two with the same id; a row that is no order spoils the page."""
    found: dict[str, Mapping[str, Any]] = {}
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise _no_order(reply, number)
        found[row_id(row.get("id")) or f"0{number}"] = row
    return found


def _no_order(reply: Reply, number: int) -> RemoteError:
    return reply.unusable(
        say("Row {number} of the shop's list is not an order.", number=number),
        advice=SPOILT_LIST,
    )


def _advance(walk: _Walk, by: By, dates: Mapping[str, datetime], *, read: int, begun: datetime) -> None:
    """Go on from the newest date of the page: a second before it, without what that second has shown.

    A row changed while the page was being made carries a date far ahead of its place; going on from there would
    skip everything between. Dates at or after the beginning of the call are therefore not gone on from.
    """
    edge = max((date for date in dates.values() if not by.moves or date < begun), default=None)
    here = walk.since + _SECOND if walk.since is not None else None
    if edge is not None and edge != here:
        walk.since, walk.offset = edge - _SECOND, 0
        walk.seen = {key for key, date in dates.items() if date == edge and not key.startswith("0")}
        return
    counted = walk.offset or len(walk.seen)
    walk.seen |= {key for key in dates if not key.startswith("0")}
    if edge is None or walk.offset or len(walk.seen) > _EXCLUDE_MOST:
        walk.offset = counted + read - min(_SLACK, walk.size // 4)


def _date(row: Mapping[str, Any], by: By) -> datetime | None:
    try:
        return moment(row.get(by.field))
    except ValueError:
        return None


def _shop_time(reply: Reply, clock: Clock) -> datetime:
    """The shop's own clock as it answered; ours where it does not tell."""
    try:
        return parsedate_to_datetime(reply.headers.get("Date", "")).astimezone(clock.now().tzinfo)
    except ValueError:
        return clock.now()
