"""Reading a list of Fortnox page by page while people work in it: rows may come twice, none is skipped.

Pages are counted (fortnox facts, section 4), so a list that shrinks while it is read slides towards its beginning and
a row slips from a page not yet read onto one that was. Documents are never deleted, only cancelled: sorted by number,
new ones come last, and one that enters a list of changes pushes others back, so that they come again. Articles,
prices and customers can be deleted: a list of those that takes more than one page is read again until a whole reading
brings nothing new; that is a page for every 500 of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from bridge.erps.fortnox.client import Page
from bridge.erps.fortnox.reading import text
from bridge.errors import Transient
from bridge.model.texts import say

__all__ = ["Row", "Walk"]

_MOST_READINGS: Final = 10

Row = dict[str, Any]


class Walk:
    """One reading of a list; iterate it once: each row once, in pages, and whether that was the last page."""

    def __init__(self, pages: Callable[[], Iterable[Page]], number: str, *, deletes: bool = False) -> None:
        """``number``: the field that tells rows apart; ``deletes``: rows may leave the list while it is read."""
        self._pages = pages
        self._number = number
        self._deletes = deletes
        self._seen: set[str] = set()

    def __iter__(self) -> Iterator[tuple[Sequence[Row], bool]]:
        held: Sequence[Row] | None = None
        for rows in self._readings():
            if held is not None:
                yield held, False
            held = rows
        yield held or (), True

    def _readings(self) -> Iterator[Sequence[Row]]:
        for reading in range(_MOST_READINGS):
            pages = new = 0
            for page in self._pages():
                pages += 1
                rows = self._new(page)
                new += len(rows)
                if rows:
                    yield rows
            if not self._deletes or pages == 1 or (reading and not new):
                return
        raise Transient(
            say("A list in Fortnox changed so often while it was read that it could not be read whole."),
            channel="erp",
        )

    def _new(self, page: Page) -> Sequence[Row]:
        """The rows of a page that have not been there before.

        Raises:
            Transient: a row without number.
        """
        rows = {text(row.get(self._number)): row for row in page}
        if "" in rows:
            raise Transient(say("Fortnox answered with something else than was asked for."), channel="erp")
        fresh = [row for number, row in rows.items() if number not in self._seen]
        self._seen |= rows.keys()
        return fresh
