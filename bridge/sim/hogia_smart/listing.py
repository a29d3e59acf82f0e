"""Lists: pages of at most 500, counted in the answer's head (Hogia facts, section 2.1) [DOC, 1]."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from bridge.sim.hogia_smart.errors import Refusal
from bridge.sim.hogia_smart.state import Call, Reply

__all__ = ["PAGING", "listed", "paged", "whole"]

PAGING: Final = ("page", "pagesize", "version", "sort", "sortproperties")
"""What every list takes; what ``version`` and the sorting do is [UNK]."""
MOST: Final = 500


def whole(call: Call, name: str) -> int | None:
    """A whole number in the address, None without one.

    Raises:
        Refusal: it is no number.
    """
    text = call.args.get(name)
    if text is None:
        return None
    if not text.isdigit():
        raise Refusal(f"The value '{text}' is not valid.", field=name)
    return int(text)


def paged(call: Call, rows: Iterable[Any], show: Callable[[Any], Any]) -> Reply:
    """One page.

    Raises:
        Refusal: a page or a size there is not; whether more than 500 is cut or refused is [INF].
    """
    found = list(rows)
    first = call.state.habits.first_page
    size, page = whole(call, "pagesize"), whole(call, "page")
    size, page = MOST if size is None else size, first if page is None else page
    if not 1 <= size <= MOST:
        raise Refusal(f"The page size must be between 1 and {MOST}.", field="pageSize")
    if page < first:
        raise Refusal(f"The first page is {first}.", field="page")
    start = (page - first) * size
    return Reply(
        data=[show(row) for row in found[start : start + size]],
        headers={
            "X-Pagination-Currentpage": str(page),
            "X-Pagination-Pagecount": str(max(1, -(-len(found) // size))),
        },
    )


def listed(call: Call, rows: Iterable[Any], show: Callable[[Any], Any], *, by: str = "number") -> Reply:
    """One page; or the bare object, if one was asked for by its number (section 2.2) [1]."""
    reply = paged(call, rows, show)
    if call.state.habits.single_objects and by in call.args and len(reply.data) == 1:
        reply.data = reply.data[0]
    return reply
