"""Book one order: ask the ERP whether it has it, and if not, make the document.

Nothing in here writes to the store; it says what came of it and the dispatcher keeps that.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from decimal import Decimal

from bridge import crash
from bridge.clock import Clock
from bridge.flows.faults import from_problems
from bridge.flows.orders import UNREADABLE
from bridge.flows.outcomes import Done, Failed, Outcome, Stuck
from bridge.flows.sending import Effect, Sending
from bridge.model.check import order_problems
from bridge.model.codec import load_order
from bridge.model.documents import Document, DocumentKind, Key, Preview, Purpose
from bridge.model.orders import Order, OrderRef, Unreadable
from bridge.model.texts import Text, say
from bridge.ports import Erp, Shop
from bridge.store.records import Claimed, Exchange, NewEntry

__all__ = ["Booker"]

log = logging.getLogger(__name__)


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
        self._sending = Sending(erp=erp, clock=clock, redact=redact)

    def book(self, claimed: Claimed) -> Outcome | Failed:
        """Carry out an order entry.

        Raises:
            BridgeError: as the ERP's or the shop's calls do; the dispatcher knows what each means.
        """
        order = self._read(claimed)
        if isinstance(order, Unreadable):
            return Stuck(fault=from_problems("Unreadable", order.problems), doubt=claimed.entry.doubt)
        effect = self._effect(claimed, order)
        answer = self._sending.look(claimed, effect)
        if answer is not None:
            return answer
        problems = order_problems(order, tolerance=self._tolerance)
        if problems:
            return Stuck(fault=from_problems("Rejected", problems))
        return self._sending.send(effect)

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

    def _effect(self, claimed: Claimed, order: Order) -> Effect:
        key = claimed.entry.key
        kind = self._kinds[key.ref.shop]
        return Effect(
            what=say("the order"),
            gross=order.totals.gross,
            currency=order.currency,
            put=lambda: self._erp.put_document(order, key, kind),
            preview=lambda: self._erp.preview(order, key, kind),
            done=lambda document, note, exchange: self._done(order.ref, document, note, exchange),
        )

    def _done(self, ref: OrderRef, document: Document, note: Text, exchange: Exchange | None) -> Done:
        return Done(
            document=document,
            note=note,
            exchange=exchange,
            follow=self.follow_up(ref, document),
            after=lambda: crash.point("finished"),
        )
