"""What became of our documents in e-conomic. It has no list of changes of them: the collections are walked.

Orders are drafts, then sent, then archived; an invoice is a draft, then booked (economic facts, sections 9 and 10). A
number ends with its collection, the reference stays. A sent order has its archived copy from the start [D techtalk],
so the archive tells nothing by itself. Each list is asked in the order in which documents move, so one that moves
meanwhile is seen at least once; and what is nowhere is looked for twice before it is called gone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from bridge.erps.economic.core import Core
from bridge.erps.economic.filters import Filter, batches, fitting
from bridge.erps.economic.mapping_answers import Found, Place, number_name, place_of, reference_in
from bridge.erps.economic.mapping_feeds import fulfilment_of
from bridge.errors import Transient
from bridge.model.documents import Document, Feed, Key
from bridge.model.fulfilment import Fulfilment
from bridge.model.texts import say

__all__ = ["Fulfilments"]

_AT_ONCE: Final = 200
"""So many documents make a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """A document the caller has not seen the end of."""

    document: Document
    place: Place
    """Where it stood when it was kept."""
    number: int
    reference: str


class Fulfilments:
    """What ``FeedsFulfilments`` asks for."""

    def __init__(self, core: Core) -> None:
        self._client = core.client

    def read(self, cursor: str | None, waiting: Collection[Document]) -> Iterator[Feed[Fulfilment]]:
        """Where each of ``waiting`` stands. There is never a cursor: every reading tells of all of them."""
        del cursor
        left = iter([each for document in waiting if (each := _followed(document)) is not None])
        batch = list(islice(left, _AT_ONCE))
        while True:
            items = tuple(self._told(batch))
            batch = list(islice(left, _AT_ONCE))
            yield Feed(items=items, cursor=None, complete=not batch)
            if not batch:
                return

    def _told(self, batch: Sequence[_Waiting]) -> Iterator[Fulfilment]:
        if not batch:
            return
        found = self._look(batch)
        gone = [each for each in batch if not found[each.reference]]
        found |= self._look(gone)
        for each in batch:
            key = _key(each.reference)
            if key is not None:
                try:
                    yield fulfilment_of(key, each.document, found[each.reference])
                except (KeyError, TypeError, ValueError, ArithmeticError) as odd:
                    raise Transient(say("e-conomic's answer is not the document."), channel="erp") from odd

    def _look(self, batch: Sequence[_Waiting]) -> dict[str, list[Found]]:
        """Everything that carries these references now, but for archived orders."""
        there: dict[str, list[Found]] = {each.reference: [] for each in batch}

        def ask(place: Place, those: Iterable[_Waiting], *, by_number: bool) -> None:
            missing = [each for each in those if not there[each.reference]]
            self._note(there, (self._numbered if by_number else self._referring)(place, missing))

        orders = [each for each in batch if each.place.order]
        drafts = [each for each in batch if each.place is Place.INVOICE_DRAFT]
        ask(Place.ORDER_DRAFT, orders, by_number=True)
        ask(Place.ORDER_SENT, orders, by_number=True)
        closed = [each for each in orders if not there[each.reference]]
        ask(Place.INVOICE_DRAFT, drafts, by_number=True)
        ask(Place.INVOICE_DRAFT, closed, by_number=False)
        gone = [each for each in drafts if not there[each.reference]]
        ask(
            Place.INVOICE_BOOKED,
            [each for each in batch if each.place is Place.INVOICE_BOOKED],
            by_number=True,
        )
        self._note(there, self._referring(Place.INVOICE_BOOKED, [*closed, *gone]))
        return there

    @staticmethod
    def _note(there: dict[str, list[Found]], found: Iterable[Found]) -> None:
        for each in found:
            if each.reference in there:  # compared exactly: e-conomic compares without case
                there[each.reference].append(each)

    def _numbered(self, place: Place, those: Sequence[_Waiting]) -> Iterator[Found]:
        return self._asked(place, batches(number_name(place), (each.number for each in those)))

    def _referring(self, place: Place, those: Sequence[_Waiting]) -> Iterator[Found]:
        return self._asked(place, fitting(Filter.eq("references.other", each.reference) for each in those))

    def _asked(self, place: Place, questions: Iterable[Filter]) -> Iterator[Found]:
        for question in questions:
            for row in self._client.rows(place, filter=question):
                yield Found(place=place, raw=row)


def _followed(document: Document) -> _Waiting | None:
    """None: an id without a reference cannot be followed once its number has ended."""
    try:
        place, number = place_of(document.id)
    except ValueError:
        return None
    reference = reference_in(document.id)
    if _key(reference) is None:
        return None
    return _Waiting(document=document, place=place, number=number, reference=reference)


def _key(reference: str) -> Key | None:
    try:
        return Key.parse(reference)
    except ValueError:
        return None
