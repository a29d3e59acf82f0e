"""What became of our orders and invoices: read from Fortnox' lists of changes (fortnox facts, sections 9 and 10).

Both lists are read each time: whether making an invoice counts as a change of its order is not documented, and a
payment is one of the invoice only. An order and the invoice made of it are told as one. The lists are short, so each
document of ours is read alone; those of others are recognised by their reference and left alone, but for invoices
without any, whose order may be one of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bridge.erps.fortnox import mapping_feeds as mapping
from bridge.erps.fortnox.client import Page
from bridge.erps.fortnox.core import Core
from bridge.erps.fortnox.mapping_answers import INVOICES, ORDERS
from bridge.erps.fortnox.mapping_feeds import Mark
from bridge.erps.fortnox.module import runs_warehouse
from bridge.erps.fortnox.reading import reference, text
from bridge.erps.fortnox.settled import Settled
from bridge.erps.fortnox.walking import Row, Walk
from bridge.errors import NotFound
from bridge.model.documents import Feed
from bridge.model.fulfilment import Fulfilment
from bridge.model.texts import Problem, say

__all__ = ["DocumentFeed"]

_NAMES: Final = {ORDERS: "Orders", INVOICES: "Invoices"}
_BY_NUMBER: Final = {"sortby": "documentnumber", "sortorder": "ascending"}
"""Numbers never change, and documents are never deleted: see ``walking``."""


class DocumentFeed:
    """Reads orders and invoices."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._settled = Settled()

    def read(self, cursor: str | None) -> Iterator[Feed[Fulfilment]]:
        """Everything of ours that changed since ``cursor``; from the beginning without one."""
        mark = Mark.parse(cursor)
        seen = None if mark is None else mark.seen
        began = self._core.clock.monotonic()
        found = mapping.newest(self._any_changed, after=seen, now=self._core.clock.now())
        if self._settled.is_over(cursor, began) and found is None:
            yield Feed(items=(), cursor=None, complete=True)
            return
        changes = {} if seen is None else {"lastmodified": mapping.changed_since(seen)}
        reading = _Reading(core=self._core, warehouse=runs_warehouse(self._core), every_order=mark is None)
        for rows, _ in self._walk(ORDERS, changes):
            yield reading.page(rows, reading.of_order)
        for rows, last in self._walk(INVOICES, changes):
            ahead = str(Mark(seen=found)) if found is not None and last else None
            yield reading.page(rows, reading.of_invoice, cursor=ahead, complete=last)
        self._settled.read(cursor, began)

    def _walk(self, register: str, changes: Mapping[str, str]) -> Walk:
        return Walk(lambda: self._pages(register, changes), "DocumentNumber")

    def _pages(self, register: str, changes: Mapping[str, str]) -> Iterator[Page]:
        return self._core.client.pages(register, _NAMES[register], **_BY_NUMBER, **changes)

    def _any_changed(self, since: str) -> bool:
        client = self._core.client
        return any(
            client.first(register, name, most=1, lastmodified=since) for register, name in _NAMES.items()
        )


@dataclass(kw_only=True)
class _Reading:
    """One reading: what has been told in it is not told again."""

    core: Core
    warehouse: bool
    every_order: bool
    """All orders there are come by, not only the changed ones: each tells its invoice itself."""
    _told: set[tuple[str, str]] = field(default_factory=set)

    def page(
        self,
        rows: Sequence[Row],
        tell: Callable[[Row], Fulfilment | None],
        *,
        cursor: str | None = None,
        complete: bool = False,
    ) -> Feed[Fulfilment]:
        """A page; a document that cannot be understood is told as such and holds up nobody."""
        items: list[Fulfilment] = []
        notices: list[Problem] = []
        for row in rows:
            try:
                found = tell(row)
            except _Unread as unread:
                notices.append(unread.problem)
            else:
                items += [found] if found is not None else []
        return Feed(items=tuple(items), cursor=cursor, complete=complete, notices=tuple(notices))

    def of_order(self, row: Row) -> Fulfilment | None:
        """By a row of the list of orders."""
        if mapping.key_of(row) is None:
            return None
        order = self._read(ORDERS, text(row["DocumentNumber"]))
        return None if order is None else self._told_as(order, self._invoice_of(order))

    def of_invoice(self, row: Row) -> Fulfilment | None:
        """By a row of the list of invoices."""
        number = text(row["DocumentNumber"])
        ours = mapping.key_of(row) is not None or (mapping.may_be_ours(row) and not self.every_order)
        if not ours or (INVOICES, number) in self._told:
            return None
        invoice = self._read(INVOICES, number)
        if invoice is None:
            return None
        made_of = reference(invoice.get("OrderReference"))
        order = self._read(ORDERS, made_of) if made_of else None
        return self._told_as(order, invoice)

    def _invoice_of(self, order: Mapping[str, Any]) -> Mapping[str, Any] | None:
        made = reference(order.get("InvoiceReference"))
        return self._read(INVOICES, made) if made else None

    def _told_as(
        self, order: Mapping[str, Any] | None, invoice: Mapping[str, Any] | None
    ) -> Fulfilment | None:
        for register, document in ((ORDERS, order), (INVOICES, invoice)):
            if document is not None:
                self._told.add((register, text(document.get("DocumentNumber"))))
        try:
            return mapping.fulfilment(order, invoice, warehouse=self.warehouse)
        except (ValueError, KeyError, TypeError) as odd:
            number = text((order or invoice or {}).get("DocumentNumber"))
            raise _Unread(number) from odd

    def _read(self, register: str, number: str) -> Mapping[str, Any] | None:
        """A document alone; None: there is none of this number (any more)."""
        try:
            return self.core.client.get((register, number))
        except NotFound:
            return None


class _Unread(Exception):
    """A document that cannot be understood."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.problem = Problem(
            where=f"document {number}",
            what=say("Fortnox tells something of document {number} that cannot be read.", number=number),
            fix=say("Look at the document in Fortnox. Everything else was read."),
        )
