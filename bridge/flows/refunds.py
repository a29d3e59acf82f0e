"""Notice what a shop has paid back, whatever its dates say: one outbox entry per refund id, made once.

Every order that is read brings the ids of its refunds, so the daily sweep finds one whose order did not move; and
the shop's list of refunds, where it has one, is read on a period of its own. A refund waits in the outbox behind
its order. One that is deleted in the shop after it was credited is told and never undone by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bridge.clock import Clock
from bridge.errors import Rejected
from bridge.flows.faults import fault_of
from bridge.model.codec import digest, dump_refund
from bridge.model.documents import Key, Purpose
from bridge.model.money import plain
from bridge.model.orders import Order, OrderRef, Refund, Unreadable
from bridge.model.texts import Text, say
from bridge.ports import Shop
from bridge.store import Store
from bridge.store.records import Entry, Fault, NewEntry, Seen, State
from bridge.store.withdrawals import WITHDRAWN

__all__ = ["DELETED", "UNREAD", "Refunds", "deleted_fault"]

log = logging.getLogger(__name__)

DELETED: Final = ":deleted"
"""A refund that was taken back in the shop after its credit has a parked entry of its own: ``77:deleted``."""

UNREAD: Final = "raw:"
"""The digest of a refund nobody could read begins so; it has no body."""

LOOK_BACK: Final = timedelta(days=3)
"""How far back the list of refunds is read each time: a weekend without the bridge, with room to spare. What is
older the orders themselves tell of."""

BRIDGE: Final = "bridge"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Home:
    """What a refund's entry takes from its order."""

    ref: OrderRef
    currency: str


class Refunds:
    """Keeps the outbox in step with what the shops have paid back."""

    def __init__(self, *, store: Store, shops: Mapping[str, Shop], clock: Clock) -> None:
        self._store = store
        self._shops = shops
        self._clock = clock

    def watch(self, orders: Iterable[Order | Unreadable], seen: Mapping[OrderRef, Seen]) -> None:
        """Compare the refunds of orders just read with those in the outbox.

        Asks the shop about an order only if the two differ; not to be called within a transaction.

        Raises:
            RemoteError: the shop did not answer; nothing was stored of this order, and it will be found again.
        """
        read = [order for order in orders if isinstance(order, Order)]
        known = self._store.reads.of_orders((order.ref for order in read), purpose=Purpose.REFUND)
        for order in read:
            entries = _by_id(known.get(order.ref, ()))
            if seen[order.ref].reason is not None:
                self._order_not_sent(entries.values(), seen[order.ref])
            elif _differ(order, entries):
                self._compare(order, entries)

    def recent(self, shop: str) -> int | None:
        """Read the shop's own list of refunds; how many were new to us. None: it has no such list.

        Raises:
            RemoteError: the shop did not answer.
        """
        found = self._shops[shop].recent_refunds(since=self._clock.now() - LOOK_BACK)
        if found is None:
            log.debug("refunds=no_list shop=%s", shop)
            return None
        refs = {refund.ref for refund in found}
        seen = self._store.progress.seen_many(refs)
        known = self._store.reads.of_orders(refs, purpose=Purpose.REFUND)
        added = 0
        with self._store.saving():
            for refund in found:
                order = seen.get(refund.ref)
                if order is None or order.reason is not None:
                    continue  # an order that is not sent says so itself
                if _is_new(_by_id(known.get(refund.ref, ())).get(refund.id)) and refund.gross != 0:
                    self._add(refund, _Home(ref=order.ref, currency=order.currency))
                    added += 1
        return added

    def _compare(self, order: Order, entries: Mapping[str, Entry]) -> None:
        home = _Home(ref=order.ref, currency=order.currency)
        try:
            refunds = self._shops[order.ref.shop].refunds(order.ref)
        except Rejected as error:
            with self._store.saving():
                for refund_id in order.refund_ids:
                    if refund_id not in entries:
                        self._add_unread(refund_id, home, fault_of(error))
            return
        live = {*order.refund_ids, *(refund.id for refund in refunds)}
        with self._store.saving():
            # What is gone first: one that was made anew in its place then waits until a person has looked.
            for refund_id, entry in entries.items():
                if refund_id not in live and not refund_id.endswith(DELETED):
                    self._deleted(entry, told=refund_id + DELETED in entries)
            for refund in refunds:
                if _is_new(entries.get(refund.id)) and refund.gross != 0:
                    self._add(refund, home)

    def _add(self, refund: Refund, home: _Home) -> None:
        refund = replace(refund, ref=home.ref)
        note = say(
            "Refund {id} of {sum} {currency} in the shop.",
            id=refund.id,
            sum=plain(refund.gross),
            currency=home.currency,
        )
        added = self._store.outbox.add(
            NewEntry(
                key=Key(home.ref, Purpose.REFUND, refund.id),
                due_at=self._clock.now(),
                body=dump_refund(refund),
                digest=digest(refund),
                number=home.ref.number,
                gross=-refund.gross,
                currency=home.currency,
            ),
            who=BRIDGE,
            note=note,
        )
        log.info("refund=%s key=%s:refund:%s", added.value, home.ref, refund.id)

    def _add_unread(self, refund_id: str, home: _Home, fault: Fault) -> None:
        self._store.outbox.add(
            NewEntry(
                key=Key(home.ref, Purpose.REFUND, refund_id),
                due_at=self._clock.now(),
                digest=UNREAD,
                number=home.ref.number,
                currency=home.currency,
                state=State.PARKED,
                error=fault,
            ),
            who=BRIDGE,
            note=say("Refund {id} in the shop could not be read.", id=refund_id),
        )

    def _deleted(self, entry: Entry, *, told: bool) -> None:
        """Gone from the shop: what was not sent is not sent; what was credited a person must know of."""
        gone = say("Refund {id} is no longer in the shop.", id=entry.key.detail)
        if entry.state is State.DONE and not told and entry.document:
            fault = deleted_fault(entry.key.detail, entry.document)
            self._store.outbox.add(
                NewEntry(
                    key=Key(entry.key.ref, Purpose.REFUND, entry.key.detail + DELETED),
                    due_at=self._clock.now(),
                    digest=entry.document,
                    number=entry.number,
                    gross=entry.gross,
                    currency=entry.currency,
                    state=State.PARKED,
                    error=fault,
                ),
                who=BRIDGE,
                note=fault.text,
            )
            log.warning("refund=deleted key=%s", entry.key)
        elif entry.state in {State.WAITING, State.PARKED}:
            self._withdraw(entry, gone)

    def _order_not_sent(self, entries: Iterable[Entry], seen: Seen) -> None:
        """The order was taken out of the outbox before anything was sent: so are its refunds."""
        for entry in entries:
            if entry.state in {State.WAITING, State.PARKED}:
                self._withdraw(entry, seen.reason or say(""))

    def _withdraw(self, entry: Entry, note: Text) -> None:
        if self._store.outbox.withdraw(entry.key, who=BRIDGE, note=note):
            log.info("refund=withdrawn key=%s", entry.key)


def deleted_fault(refund_id: str, document: str) -> Fault:
    """What to say of a refund that was credited and then deleted in the shop."""
    return Fault(
        kind="RefundDeleted",
        text=say(
            "Refund {id} was deleted in the shop after it was credited as {number}. The credit stands.",
            id=refund_id,
            number=document,
        ),
        advice=say("If nothing was paid back, undo the credit in the ERP by hand. Then drop this entry."),
    )


def _by_id(entries: Sequence[Entry]) -> dict[str, Entry]:
    """The entries by the refund's id, without those that were taken out because the shop took them out."""
    return {
        entry.key.detail: entry
        for entry in entries
        if not (entry.state is State.DROPPED and entry.fault is not None and entry.fault.kind == WITHDRAWN)
    }


def _is_new(entry: Entry | None) -> bool:
    """Also one that could not be read so far: what can be read now takes its place."""
    return entry is None or (entry.digest == UNREAD and entry.state is State.PARKED)


def _differ(order: Order, entries: Mapping[str, Entry]) -> bool:
    known = {refund_id for refund_id, entry in entries.items() if entry.digest != UNREAD}
    told = {refund_id.removesuffix(DELETED) for refund_id in known if refund_id.endswith(DELETED)}
    return {*filter(None, order.refund_ids)} != {
        refund_id for refund_id in known - told if not refund_id.endswith(DELETED)
    }
