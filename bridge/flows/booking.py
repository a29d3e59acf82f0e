"""Book one order: ask the ERP whether it has it, and if not, make the document.

Nothing in here writes to the store; it says what came of it and the dispatcher keeps that.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from bridge import crash
from bridge.clock import Clock
from bridge.errors import PluginError
from bridge.flows.customers import NOBODY, Customers, Ready
from bridge.flows.faults import from_problems
from bridge.flows.finalising import Afterwards
from bridge.flows.kinds import kind_of
from bridge.flows.orders import UNREADABLE
from bridge.flows.outcomes import Done, Failed, Outcome, Stuck
from bridge.flows.sending import Effect, Sending
from bridge.flows.vat import NO_WATCH, VatWatch
from bridge.hooks import Hooks
from bridge.model.check import bought, order_problems
from bridge.model.codec import load_order
from bridge.model.documents import Document, DocumentKind, Key, Preview, Purpose
from bridge.model.orders import Order, OrderRef, Unreadable
from bridge.model.texts import Problem, Text, say
from bridge.ports import Erp, Shop
from bridge.store.records import Claimed, Exchange, Fault, NewEntry

__all__ = ["Booker"]

log = logging.getLogger(__name__)

REFUSED: Final = "PluginRefused"
"""The fault of an order a plugin says no to, when somebody presses Retry."""


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
        hooks: Hooks | None = None,
        customers: Customers | None = None,
        vat: VatWatch = NO_WATCH,
        afterwards: Afterwards | None = None,
    ) -> None:
        self._erp = erp
        self._afterwards = afterwards
        self._hooks = hooks or Hooks(clock=clock)
        self._customers = customers
        self._vat = vat
        self._shops = shops
        self._kinds = kinds
        self._tolerance = tolerance
        self._clock = clock
        self._sending = Sending(erp=erp, clock=clock, redact=redact)

    def book(self, claimed: Claimed) -> Outcome | Failed:
        """Carry out an order entry.

        Raises:
            BridgeError: as the ERP's or the shop's calls do, or a plugin failed; the dispatcher knows what each
                means.
        """
        order = self._read(claimed)
        if isinstance(order, Unreadable):
            return Stuck(fault=from_problems("Unreadable", order.problems), doubt=claimed.entry.doubt)
        order = self._numbered(order)
        answer = self._sending.look(claimed, self._effect(claimed, order, lambda: self._hooks.mapped(order)))
        if answer is not None:
            return answer
        mapped = self._fit(claimed, order)
        if isinstance(mapped, Stuck):
            return mapped
        ready = self._customers.ready(mapped, claimed.entry.key) if self._customers else NOBODY
        return self._sending.send(self._effect(claimed, mapped, lambda: mapped, ready))

    def rehearse(self, claimed: Claimed) -> Preview | Stuck:
        """All that ``book`` does up to the document, which is not made. Writes nowhere; may ask shop and ERP.

        Raises:
            BridgeError: as ``book``.
        """
        order = self._read(claimed)
        if isinstance(order, Unreadable):
            return Stuck(fault=from_problems("Unreadable", order.problems))
        mapped = self._fit(claimed, self._numbered(order))
        if isinstance(mapped, Stuck):
            return mapped
        found = self._shown(mapped)
        asked = self._customers.looked_up(mapped) if self._customers else ()
        return replace(found, notes=(*found.notes, *asked))

    def _fit(self, claimed: Claimed, order: Order) -> Order | Stuck:
        """The order as it is to be booked, or why it cannot be."""
        refused = self._objection(claimed, order)
        if refused is not None:
            return Stuck(fault=refused)
        mapped = self._hooks.mapped(order)
        problems = self._problems(mapped)
        return Stuck(fault=from_problems("Rejected", problems)) if problems else mapped

    def _problems(self, mapped: Order) -> tuple[Problem, ...]:
        return (*order_problems(mapped, tolerance=self._tolerance), *self._vat.objections(mapped))

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
        """What would be sent for this order, plugins and all.

        Raises:
            PluginError: a plugin failed.
            Rejected: it cannot become a document.
        """
        mapped = self._hooks.mapped(self._numbered(order))
        found = self._shown(mapped)
        parked = [
            say("It would be parked: {what} {fix}", what=each.what, fix=each.fix)
            for each in self._problems(mapped)
        ]
        return replace(found, notes=(*parked, *found.notes))

    def _shown(self, mapped: Order) -> Preview:
        key = Key(mapped.ref, Purpose.ORDER)
        kind = kind_of(mapped, self._kinds)
        found = self._vat.on_preview(mapped, self._erp.preview(mapped, key, kind))
        if self._customers:
            found = self._customers.on_preview(mapped, found)
        later = self._afterwards.notes(mapped, kind) if self._afterwards else ()
        return replace(found, notes=(*found.notes, *later))

    def _read(self, claimed: Claimed) -> Order | Unreadable:
        if claimed.entry.digest.startswith(UNREADABLE) or claimed.body is None:
            return self._shops[claimed.entry.key.ref.shop].order(claimed.entry.key.ref)
        return load_order(claimed.body)

    def _numbered(self, order: Order) -> Order:
        return self._customers.numbered(order) if self._customers else order

    def _objection(self, claimed: Claimed, order: Order) -> Fault | None:
        """Ask the plugins what they could not answer when the order was read; otherwise it is decided."""
        fault = claimed.entry.fault
        if fault is None or (fault.kind, fault.code) != (PluginError.__name__, "accept_order"):
            return None
        objection = self._hooks.objection(order)
        return None if objection is None else Fault(kind=REFUSED, text=objection, advice=_REFUSED_ADVICE)

    def _effect(
        self, claimed: Claimed, order: Order, booked: Callable[[], Order], ready: Ready = NOBODY
    ) -> Effect:
        key = claimed.entry.key
        kind = kind_of(order, self._kinds)
        return Effect(
            what=say("the order"),
            gross=order.totals.gross,
            also=bought(order),
            currency=order.currency,
            put=lambda: ready.on_document(self._erp.put_document(order, key, kind, customer=ready.record)),
            preview=lambda: self._erp.preview(order, key, kind, customer=ready.record),
            done=lambda document, note, exchange: self._done(
                claimed, order, self._vat.on_document(order, document), note, exchange, booked
            ),
        )

    def _done(
        self,
        claimed: Claimed,
        order: Order,
        document: Document,
        note: Text,
        exchange: Exchange | None,
        booked: Callable[[], Order],
    ) -> Done:
        return Done(
            document=document,
            note=note,
            exchange=exchange,
            follow=(
                *self.follow_up(order.ref, document),
                *self._further(claimed.entry.key, order, document, booked),
            ),
            after=lambda: crash.point("finished"),
            tell=lambda: self._tell(booked, document),
        )

    def _further(
        self, made_as: Key, order: Order, document: Document, booked: Callable[[], Order]
    ) -> tuple[NewEntry, ...]:
        """What the ERP is to do with the document, after the shop has been told of it."""
        if self._afterwards is None:
            return ()
        try:
            order = booked()
        except PluginError:  # found in the ERP; the plugin is asked again, and parked, where it goes further
            log.info("finalise=unmapped key=%s", made_as)
        return self._afterwards.entries(made_as, order, document)

    def _tell(self, booked: Callable[[], Order], document: Document) -> Sequence[Text]:
        """Let the plugins know of a booking that is safe; whatever they do, it stands."""
        if not self._hooks:
            return ()
        try:
            order = booked()
        except PluginError as error:  # found in the ERP, and the mapping has changed since it was sent
            return [problem.what for problem in error.problems]
        return self._hooks.booked(order, document)


_REFUSED_ADVICE = say("Drop it if that is right. To send it all the same, press Retry once more.")
