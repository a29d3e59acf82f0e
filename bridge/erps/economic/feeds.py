"""What became of our documents in e-conomic. It has no list of changes of them: the collections are walked.

Orders are drafts, then sent, then archived; an invoice is a draft, then booked (economic facts, sections 9 and 10). A
number ends with its collection, the reference stays. A sent order has its archived copy from the start [D techtalk],
so the archive tells nothing by itself. Each list is asked in the order in which documents move, so one that moves
meanwhile is seen at least once; and what is nowhere is looked for twice before it is called gone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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
from bridge.model.texts import Problem, say

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
    key: Key


@dataclass(slots=True)
class _Seen:
    """What a look through the collections found."""

    by_reference: dict[str, list[Found]]
    renamed: dict[str, Found]
    """Documents that stand under their number with another reference than ours, by ours."""

    def has(self, each: _Waiting) -> bool:
        """Whether the document was found, under whatever reference."""
        return bool(self.by_reference[each.reference]) or each.reference in self.renamed

    def note(self, found: Found) -> None:
        """Compared exactly: e-conomic compares without case."""
        if found.reference in self.by_reference:
            self.by_reference[found.reference].append(found)

    def note_numbered(self, found: Found, asked: Mapping[int, _Waiting]) -> None:
        """One that was asked for by its number."""
        waiting = asked.get(found.number)
        if waiting is not None and found.reference != waiting.reference:
            self.renamed[waiting.reference] = found
        self.note(found)


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
            items, notices = self._told(batch) if batch else ((), ())
            batch = list(islice(left, _AT_ONCE))
            yield Feed(items=items, cursor=None, complete=not batch, notices=notices)
            if not batch:
                return

    def _told(self, batch: Sequence[_Waiting]) -> tuple[tuple[Fulfilment, ...], tuple[Problem, ...]]:
        try:
            seen = self._look(batch)
            again = self._look([each for each in batch if not seen.has(each)])
            found, renamed = seen.by_reference | again.by_reference, seen.renamed | again.renamed
            told = [each for each in batch if found[each.reference] or each.reference not in renamed]
            items = tuple(fulfilment_of(each.key, each.document, found[each.reference]) for each in told)
        except (KeyError, TypeError, ValueError, ArithmeticError) as odd:
            raise Transient(say("e-conomic's answer is not the document."), channel="erp") from odd
        return items, tuple(_renamed(each) for each in batch if each not in told)

    def _look(self, batch: Sequence[_Waiting]) -> _Seen:
        """Everything that carries these references now, but for archived orders."""
        seen = _Seen({each.reference: [] for each in batch}, {})
        orders = [each for each in batch if each.place.order]
        drafts = [each for each in batch if each.place is Place.INVOICE_DRAFT]
        booked = [each for each in batch if each.place is Place.INVOICE_BOOKED]
        for place in (Place.ORDER_DRAFT, Place.ORDER_SENT):
            self._by_number(seen, place, [each for each in orders if not seen.has(each)])
        closed = [each for each in orders if not seen.has(each)]
        self._by_number(seen, Place.INVOICE_DRAFT, drafts)
        self._by_reference(seen, Place.INVOICE_DRAFT, closed)
        gone = [each for each in drafts if not seen.has(each)]
        self._by_number(seen, Place.INVOICE_BOOKED, booked)
        self._by_reference(seen, Place.INVOICE_BOOKED, [*closed, *gone])
        return seen

    def _by_number(self, seen: _Seen, place: Place, those: Sequence[_Waiting]) -> None:
        asked = {each.number: each for each in those}
        for found in self._asked(place, batches(number_name(place), asked)):
            seen.note_numbered(found, asked)

    def _by_reference(self, seen: _Seen, place: Place, those: Sequence[_Waiting]) -> None:
        questions = fitting(Filter.eq("references.other", each.reference) for each in those)
        for found in self._asked(place, questions):
            seen.note(found)

    def _asked(self, place: Place, questions: Iterable[Filter]) -> Iterator[Found]:
        for question in questions:
            for row in self._client.rows(place, filter=question):
                yield Found(place=place, raw=row)


def _followed(document: Document) -> _Waiting | None:
    """None: an id without a key of ours cannot be followed once its number has ended."""
    reference = reference_in(document.id)
    try:
        place, number = place_of(document.id)
        key = Key.parse(reference)
    except ValueError:
        return None
    return _Waiting(document=document, place=place, number=number, reference=reference, key=key)


def _renamed(each: _Waiting) -> Problem:
    """Called gone it would be cancelled in the shop too, so it is only told of."""
    return Problem(
        where=str(each.key),
        what=say(
            "Somebody has changed the field Other reference of document {number} in e-conomic; the bridge knows its "
            "documents by it.",
            number=each.number,
        ),
        fix=say("Write {reference} there again.", reference=each.reference),
    )
