"""Book one order: ask the ERP whether it has it, and if not, make the document.

Nothing in here writes to the store; it says what came of it and the dispatcher keeps that.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from bridge import crash
from bridge.clock import Clock
from bridge.errors import BridgeError, RemoteError
from bridge.flows.faults import from_problems
from bridge.flows.orders import UNREADABLE
from bridge.flows.outcomes import Again, Done, Failed, Outcome, Stuck
from bridge.model.check import order_problems
from bridge.model.codec import load_order
from bridge.model.documents import Document, DocumentKind, Key, Preview, Purpose
from bridge.model.money import plain
from bridge.model.orders import Order, OrderRef, Unreadable
from bridge.model.texts import Text, say
from bridge.ports import Erp, Shop
from bridge.store.records import Claimed, Doubt, Exchange, Fault, NewEntry

__all__ = ["Booker"]

log = logging.getLogger(__name__)

ASKS_BEFORE_REPEAT: Final = 2
"""After a lost reply an ERP without a fence is asked so often, a settle time apart, before we send again."""


class Booker:
    """Books orders in the ERP."""

    def __init__(
        self,
        *,
        erp: Erp,
        shops: Mapping[str, Shop],
        kinds: Mapping[str, DocumentKind],
        tolerance: Decimal,
        clock: Clock,
        redact: Callable[[str], str],
    ) -> None:
        self._erp = erp
        self._shops = shops
        self._kinds = kinds
        self._tolerance = tolerance
        self._clock = clock
        self._redact = redact

    def book(self, claimed: Claimed) -> Outcome | Failed:
        """Carry out an order entry.

        Raises:
            BridgeError: as the ERP's or the shop's calls do; the dispatcher knows what each means.
        """
        order = self._read(claimed)
        if isinstance(order, Unreadable):
            return Stuck(fault=from_problems("Unreadable", order.problems), doubt=claimed.entry.doubt)
        if self._must_ask(claimed):
            answer = self._ask(claimed, order)
            if answer is not None:
                return answer
        problems = order_problems(order, tolerance=self._tolerance)
        if problems:
            return Stuck(fault=from_problems("Rejected", problems))
        return self._send(claimed, order)

    def follow_up(self, ref: OrderRef, document: Document) -> tuple[NewEntry, ...]:
        """What is to happen once the document stands: the shop's order gets its number."""
        mark = NewEntry(
            key=Key(ref, Purpose.MARK),
            due_at=self._clock.now(),
            body=None,
            digest=document.number,
            number=ref.number,
            gross=None,
            currency="",
        )
        return (mark,)

    def preview(self, order: Order) -> Preview:
        """What would be sent for this order."""
        key = Key(order.ref, Purpose.ORDER)
        return self._erp.preview(order, key, self._kinds[order.ref.shop])

    def _read(self, claimed: Claimed) -> Order | Unreadable:
        if claimed.entry.digest.startswith(UNREADABLE) or claimed.body is None:
            return self._shops[claimed.entry.key.ref.shop].order(claimed.entry.key.ref)
        return load_order(claimed.body)

    def _must_ask(self, claimed: Claimed) -> bool:
        return not self._erp.fenced or claimed.entry.claim > 1 or claimed.entry.doubt is not None

    def _ask(self, claimed: Claimed, order: Order) -> Outcome | None:
        """What is already known to have happened, or None: nothing has, go on and send."""
        found = self._erp.find_document(claimed.entry.key)
        doubt = claimed.entry.doubt
        if len(found) > 1:
            return Stuck(fault=_several(found), doubt=doubt)
        if found:
            return self._found(claimed, order, found[0])
        if doubt is None or self._erp.fenced or doubt.asks + 1 >= ASKS_BEFORE_REPEAT:
            return None
        return Again(
            fault=claimed.entry.fault,
            wait=self._erp.settle,
            charge=False,
            doubt=Doubt(since=doubt.since, asks=doubt.asks + 1),
            note=say(
                "Asked the ERP: not there yet. It will be asked once more before anything is sent again."
            ),
        )

    def _found(self, claimed: Claimed, order: Order, document: Document) -> Outcome:
        wrong = _mismatch(order, document)
        if wrong is not None:
            return Stuck(fault=wrong, doubt=claimed.entry.doubt)
        doubt = claimed.entry.doubt
        if doubt is None:
            note = say("The ERP had it already as {number}; not sent again.", number=document.number)
        else:
            note = say(
                "No answer came at {time} UTC. Asked the ERP and found {number}; not sent twice.",
                time=f"{doubt.since:%H:%M:%S}",
                number=document.number,
            )
        return self._done(order.ref, document, note, None)

    def _send(self, claimed: Claimed, order: Order) -> Outcome | Failed:
        entry = claimed.entry
        kind = self._kinds[entry.key.ref.shop]
        crash.point("claimed")
        try:
            document = self._erp.put_document(order, entry.key, kind)
        except BridgeError as error:
            return Failed(error=error, exchange=self._attempt(order, entry.key, kind, error))
        crash.point("booked")
        answer = f"{document.kind} {document.number} {document.link}".strip()
        exchange = self._exchange(document.payload, document.media_type, answer)
        wrong = _mismatch(order, document)
        if wrong is not None:
            return Stuck(fault=wrong, exchange=exchange, doubt=Doubt(since=self._clock.now()))
        note = say("Booked as {number}.", number=document.number)
        return self._done(order.ref, document, note, exchange)

    def _attempt(self, order: Order, key: Key, kind: DocumentKind, error: BridgeError) -> Exchange | None:
        """What a failed call had sent; None when the order could not even become a payload."""
        try:
            preview = self._erp.preview(order, key, kind)
        except BridgeError:
            return None  # the same refusal, which is told already
        answer = error.excerpt if isinstance(error, RemoteError) else ""
        return self._exchange(preview.payload, preview.media_type, answer)

    def _exchange(self, payload: str, media_type: str, answer: str) -> Exchange:
        return Exchange(
            at=self._clock.now(),
            payload=self._redact(payload),
            media_type=media_type,
            answer=self._redact(answer),
        )

    def _done(self, ref: OrderRef, document: Document, note: Text, exchange: Exchange | None) -> Done:
        return Done(
            document=document,
            note=note,
            exchange=exchange,
            follow=self.follow_up(ref, document),
            after=lambda: crash.point("finished"),
        )


def _mismatch(order: Order, document: Document) -> Fault | None:
    """Two documents may bear one key by accident or by hand; only the one with our total is ours."""
    if document.gross is None or document.currency != order.currency or document.gross == order.totals.gross:
        return None
    return Fault(
        kind="TotalMismatch",
        text=say(
            "The ERP's document {number} comes to {theirs} {currency}, the order to {ours} {currency}.",
            number=document.number,
            theirs=plain(document.gross),
            ours=plain(order.totals.gross),
            currency=order.currency,
        ),
        advice=say(
            "Compare the two. If the document is right, settle the entry with its number; else correct it."
        ),
        field="total",
    )


def _several(found: Sequence[Document]) -> Fault:
    return Fault(
        kind="SeveralFound",
        text=say(
            "The ERP has {count} documents for this order: {numbers}.",
            count=len(found),
            numbers=", ".join(document.number for document in found),
        ),
        advice=say(
            "Remove the one too many in the ERP, then settle the entry with the number of the one that stays."
        ),
        field="key",
    )
