"""Lists: time filters, order, paging and the headers that go with them (woocommerce facts, tables a, c, k)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bridge.sim.woocommerce import params
from bridge.sim.woocommerce.moments import asked
from bridge.sim.woocommerce.render import API
from bridge.sim.woocommerce.request import Call, Reply

__all__ = ["Page", "common", "headers_of", "page_of"]

ORDERBY = ("date", "id", "include", "title", "slug", "modified")  # orderby=total: 400 (table a)
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Page:
    """The checked parameters every list has."""

    page: int
    size: int
    offset: int | None
    order: str
    orderby: str
    include: list[int]
    exclude: list[int]
    spans: list[tuple[str, datetime, bool]]  # field, moment, whether after it


def page_of(call: Call, *, orderby: Iterable[str] = ORDERBY) -> Page:
    """Read them; a bad one is a 400 that names it."""
    query = call.query
    gmt = params.boolean(query, "dates_are_gmt")
    spans = []
    for name, column in (("after", "date_created"), ("before", "date_created"),
                         ("modified_after", "date_modified"), ("modified_before", "date_modified")):  # fmt: skip
        value = query.get(name)
        if value is not None:
            moment = asked(name, str(value), zone=call.state.zone, gmt=gmt)
            spans.append((column, moment, name.endswith("after")))
    params.choice(query, "context", ("view", "edit"), default="view")  # table k: embed is a 400
    return Page(
        page=params.integer(query, "page", default=1, low=1),
        size=params.integer(query, "per_page", default=10, low=1, high=100),
        offset=params.integer(query, "offset", default=0) if "offset" in query else None,
        order=params.choice(query, "order", ("asc", "desc"), default="desc"),
        orderby=params.choice(query, "orderby", orderby, default="date"),
        include=params.integers(query, "include"),
        exclude=params.integers(query, "exclude"),
        spans=spans,
    )


def common(rows: Iterable[Row], page: Page) -> list[Row]:
    """Filter by ids and times, then sort. Both ends are exclusive, to the second (row 2)."""
    wanted, unwanted = set(page.include), set(page.exclude)
    found = [
        row
        for row in rows
        if (not wanted or row["id"] in wanted) and row["id"] not in unwanted and _within(row, page)
    ]
    if page.orderby == "include":
        place = {ident: number for number, ident in enumerate(page.include)}
        return sorted(found, key=lambda row: place.get(row["id"], len(place)))
    return sorted(found, key=_key(page.orderby), reverse=page.order == "desc")


def _within(row: Row, page: Page) -> bool:
    for column, moment, after in page.spans:
        value = row.get(column) or row["date_created"]  # a refund has no date of change (table a)
        if not (value > moment if after else value < moment):
            return False
    return True


def _key(orderby: str) -> Callable[[Row], tuple[Any, int]]:
    """Equal seconds are told apart by id, both ways (table a)."""
    column = {"date": "date_created", "modified": "date_modified"}.get(orderby)
    if column is None:
        return lambda row: (0, int(row["id"]))
    return lambda row: (row.get(column) or row["date_created"], int(row["id"]))


def headers_of(
    call: Call, rows: list[Row], page: Page, *, defaults: dict[str, Any]
) -> tuple[list[Row], Reply]:
    """The page's rows and an answer with its headers; a page past the end is empty with a total of 0 (table c)."""
    start = page.offset if page.offset is not None else (page.page - 1) * page.size
    chosen = rows[start : start + page.size]
    total = len(rows) if chosen or not start else 0
    pages = math.ceil(total / page.size)
    reply = Reply(data=[], headers={"X-WP-Total": str(total), "X-WP-TotalPages": str(pages)})
    links = []
    if page.page > 1:
        links.append((min(page.page - 1, pages), "prev"))
    if page.page < pages:
        links.append((page.page + 1, "next"))
    if links:
        reply.headers["Link"] = ", ".join(
            f'<{_address(call, number, defaults)}>; rel="{relation}"' for number, relation in links
        )
    return chosen, reply


def _address(call: Call, number: int, defaults: dict[str, Any]) -> str:
    query: dict[str, Any] = {**call.query}
    for name in defaults:
        query.pop(name, None)
    query |= defaults  # the checked values stand last, as in the recorded header
    query["page"] = str(number)
    return f"{call.base}{API}{call.path}?{params.spell(query)}"
