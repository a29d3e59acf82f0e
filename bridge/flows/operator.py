"""What a person may do, from the page or the command line: every act carries a name and is kept in the timeline."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bridge.clock import Clock
from bridge.errors import UserError
from bridge.flows.booking import Booker
from bridge.flows.changes import ChangeRules
from bridge.flows.choosing import Choosing
from bridge.flows.crediting import Creditor
from bridge.flows.finalising import told_of
from bridge.flows.kinds import kind_of_stored
from bridge.flows.orders import UNREADABLE, Collector
from bridge.flows.refunds import DELETED
from bridge.flows.standing import Choice
from bridge.model.changes import Difference
from bridge.model.codec import load_order
from bridge.model.documents import Document, DocumentKind, Key, Preview, Purpose
from bridge.model.orders import Order, OrderRef, Unreadable
from bridge.model.texts import Text, say
from bridge.ports import Shop
from bridge.store import Store
from bridge.store.records import Added, Detail, NewEntry

__all__ = ["Operator"]

log = logging.getLogger(__name__)


class Operator:
    """The acts of a person on the outbox."""

    def __init__(
        self,
        *,
        store: Store,
        shops: Mapping[str, Shop],
        collector: Collector,
        booker: Booker,
        creditor: Creditor,
        kinds: Mapping[str, DocumentKind],
        clock: Clock,
        poke: threading.Event,
        change_rules: ChangeRules | None = None,
    ) -> None:
        self._store = store
        self._shops = shops
        self._collector = collector
        self._booker = booker
        self._creditor = creditor
        self._kinds = kinds
        self._clock = clock
        self._poke = poke
        self._choosing = Choosing(store=store, clock=clock, rules=change_rules)

    def retry(self, ids: Sequence[int], *, who: str, reason: str = "", many: bool = False) -> int:
        """Send again now what is parked or waits for its next try; returns how many were moved.

        What is in doubt and waiting is left alone: the ERP is asked first, when it has had time to finish. ``many``:
        nobody has looked at each, even if it happens to be one.
        """
        moved = self._store.outbox.retry(ids, who=who, reason=reason, now=self._clock.now(), many=many)
        log.info("act=retry moved=%d", moved)
        self._poke.set()
        return moved

    def drop(self, ids: Sequence[int], *, who: str, reason: str) -> int:
        """Give up on waiting or parked entries for good; returns how many were.

        Raises:
            UserError: no reason given. Somebody will ask in a year.
        """
        if not reason.strip():
            raise UserError(say("Write why the order is not to be sent."))
        moved = self._choosing.drop(ids, who=who, reason=reason.strip())
        log.info("act=drop moved=%d", moved)
        return moved

    def difference(self, detail: Detail) -> Difference | None:
        """What an edit after booking changed, row by row; None: the entry is about something else."""
        return self._choosing.difference(detail)

    def choose(self, entry_id: int, choice: Choice, *, who: str, reason: str = "") -> bool:
        """Say what becomes of an order edited or called off after booking; to leave it as it is, drop the entry."""
        moved = self._choosing.choose(entry_id, choice, who=who, reason=reason.strip())
        log.info("act=choose choice=%s moved=%s", choice, moved)
        self._poke.set()
        return moved

    def settle(self, entry_id: int, *, number: str, who: str, reason: str) -> bool:
        """Say that a parked order is in the ERP already, as document ``number``; the shop's order is marked.

        Raises:
            UserError: no number given.
        """
        if not number.strip():
            raise UserError(say("Write the number of the document in the ERP."))
        detail = self._store.reads.entry(entry_id)
        if detail is None:
            return False
        entry = detail.entry
        document = Document(kind=self._kind(detail, number.strip()), id=number.strip(), number=number.strip())
        moved = self._store.outbox.settle(
            entry_id, document=document, who=who, reason=reason.strip(), now=self._clock.now(),
            follow=self._follow_up(detail, document),
        )  # fmt: skip
        log.info("act=settle key=%s moved=%s", entry.key, moved)
        self._poke.set()
        return moved

    def _kind(self, detail: Detail, number: str) -> DocumentKind:
        """What a document that a person names by its number will be."""
        match detail.entry.key.purpose:
            case Purpose.REFUND:
                return DocumentKind.CREDIT
            case Purpose.FINALISE:
                before = detail.document
                return before.kind if before and before.number == number else DocumentKind.INVOICE
            case _:
                return kind_of_stored(detail.body, self._kinds, shop=detail.entry.key.ref.shop)

    def _follow_up(self, detail: Detail, document: Document) -> tuple[NewEntry, ...]:
        entry = detail.entry
        match entry.key.purpose:
            case Purpose.ORDER:
                return self._booker.follow_up(entry.key.ref, document)
            case Purpose.REFUND if not entry.key.detail.endswith(DELETED):
                return self._creditor.follow_up(entry.key, document, number=entry.number)
            case Purpose.FINALISE:
                return told_of(entry, detail.document, document, now=self._clock.now())
            case _:
                return ()

    def send(self, ref: OrderRef, *, who: str) -> Text:
        """Send an order whatever the rules say; returns what came of it.

        Raises:
            UserError: no such shop.
            RemoteError: the shop did not hand the order out.
        """
        order = self._fetch(ref)
        added = self._collector.send(order, who=who)
        log.info("act=send key=%s result=%s", ref, added.name)
        self._poke.set()
        return _SENT[added]

    def resume(self, channel: str, *, who: str) -> None:
        """End the rest of a channel at once, and the waiting of what failed on it."""
        self._store.progress.resume(channel)
        for purpose in set(Purpose) - {Purpose.MARK} if channel == "erp" else {Purpose.MARK}:
            self._store.outbox.hurry(self._clock.now(), purpose=purpose)
        log.info("act=resume channel=%s", channel)
        log.debug("act=resume who=%s", who)
        self._poke.set()

    def preview(self, ref: OrderRef) -> Preview:
        """The exact document this order would become, from what is stored or else from the shop.

        Raises:
            UserError: the order cannot be read; says why.
            Rejected: it can be read but cannot become a document.
        """
        detail = self._stored(ref)
        if detail is not None and detail.body and not detail.entry.digest.startswith(UNREADABLE):
            order = load_order(detail.body)
            return self._booker.preview(replace(order, ref=replace(ref, number=order.ref.number)))
        fetched = self._fetch(ref)
        if isinstance(fetched, Unreadable):
            raise UserError(say("The order cannot be read."), fetched.problems)
        return self._booker.preview(fetched)

    def preview_refund(self, detail: Detail) -> Preview:
        """The exact credit this refund would become; raises as ``preview``."""
        return self._creditor.preview(detail)

    def _stored(self, ref: OrderRef) -> Detail | None:
        return self._store.reads.by_key(Key(ref, Purpose.ORDER))

    def _fetch(self, ref: OrderRef) -> Order | Unreadable:
        shop = self._shops.get(ref.shop)
        if shop is None:
            raise UserError(
                say(
                    "There is no shop {shop}; the shops are {shops}.",
                    shop=ref.shop,
                    shops=", ".join(self._shops),
                )
            )
        return shop.order(ref)


_SENT = {
    Added.ADDED: say("The order is in the queue."),
    Added.RENEWED: say("The order was in the queue already; it has the shop's latest version now."),
    Added.KNOWN: say("The order has been sent already, or waits in the queue."),
    Added.CHANGED: say("The order has been sent already; it was changed in the shop since."),
}
