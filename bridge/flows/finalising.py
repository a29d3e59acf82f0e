"""Take a document that stands to where the settings want it: invoiced, booked, paid, mailed. An entry of its own.

    main:1234:finalise                      the order's own document
    main:1234:finalise:change:<digest>:new  the one that was made anew after an edit

The adapter goes step by step and looks before each, so whatever became of the last try, a kill or a lost answer,
the same call again continues where it stood. What is refused is parked and continues there too. Refunds and edits
of the order wait, because entries of one order go one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import cast

from bridge import crash
from bridge.clock import Clock
from bridge.config.sections import OrdersSection
from bridge.flows.faults import from_problems
from bridge.flows.outcomes import Done, Outcome, Stuck
from bridge.flows.sending import mismatch
from bridge.flows.standing import Standing, standing
from bridge.flows.stored import order_again
from bridge.model.check import bought
from bridge.model.documents import Document, DocumentKind, Key, Purpose
from bridge.model.orders import Order, Unreadable
from bridge.model.texts import Text, say
from bridge.ports import Capability, Erp, Finalises, Shop
from bridge.store import Store
from bridge.store.moves import about
from bridge.store.records import Claimed, Entry, Exchange, NewEntry

__all__ = ["Afterwards", "Finisher", "told_of"]


class Afterwards:
    """What the settings want of a document once it stands."""

    def __init__(self, *, erp: Erp, orders: OrdersSection, clock: Clock) -> None:
        self._erp = erp
        self._orders = orders
        self._clock = clock

    def entries(self, made_as: Key, order: Order, document: Document) -> tuple[NewEntry, ...]:
        """The entry that takes the document made under this key further; none where nothing more is wanted."""
        if not _wants_more(self._erp, order, document.kind):
            return ()
        of_order = made_as.purpose is Purpose.ORDER
        detail = "" if of_order else f"{made_as.purpose}:{made_as.detail}"
        further = NewEntry(
            key=Key(made_as.ref, Purpose.FINALISE, detail),
            due_at=self._clock.now(),
            digest=document.number,
            number=order.ref.number,
        )
        return (further,)

    def notes(self, order: Order, kind: DocumentKind) -> tuple[Text, ...]:
        """For a preview: what follows by itself."""
        return tuple(self._steps(kind)) if _wants_more(self._erp, order, kind) else ()

    def _steps(self, kind: DocumentKind) -> Iterator[Text]:
        wanted = self._orders
        invoiced = kind is not DocumentKind.ORDER or wanted.invoice_orders
        if kind is DocumentKind.ORDER and wanted.order_mail:
            yield say("Afterwards the ERP mails the order confirmation to the buyer.")
        if kind is DocumentKind.ORDER and wanted.invoice_orders:
            yield say("Afterwards the order becomes an invoice in the ERP.")
        if invoiced and wanted.book_invoices:
            yield say("Afterwards the invoice is booked in the ERP.")
        if invoiced and wanted.register_payments:
            yield say("Afterwards what the buyer has paid is registered on the invoice.")
        if invoiced and wanted.invoice_mail:
            yield say("Afterwards the ERP mails the invoice to the buyer.")


class Finisher:
    """Carries out entries of ``Purpose.FINALISE``."""

    def __init__(
        self,
        *,
        store: Store,
        erp: Erp,
        shops: Mapping[str, Shop],
        clock: Clock,
        redact: Callable[[str], str],
        mapped: Callable[[Order], Order],
    ) -> None:
        self._store = store
        self._erp = erp
        self._shops = shops
        self._clock = clock
        self._redact = redact
        self._mapped = mapped

    def finalise(self, claimed: Claimed) -> Outcome:
        """Carry out such an entry. After a lost answer it is simply called again, when the ERP has had its time.

        Raises:
            BridgeError: as the ERP's and the shop's calls do, or a plugin failed; the dispatcher knows what each
                means.
        """
        entry = claimed.entry
        stands = standing(self._store.outbox.of_order(entry.key.ref), below=entry.id)
        if stands.document is None or stands.made_as != about(entry.key):
            return Done(
                document=None, note=say("Its document does not stand any more; nothing is to be done.")
            )
        order = stands.content or order_again(self._store, self._shops, entry.key.ref)
        if isinstance(order, Unreadable):
            return Stuck(fault=from_problems("Unreadable", order.problems), doubt=entry.doubt)
        mapped = self._mapped(order)
        if not _wants_more(self._erp, mapped, stands.document.kind):
            return self._left(entry, stands.document)
        document = cast("Finalises", self._erp).finalise(mapped, about(entry.key), stands.document)
        crash.point("finalised")
        return self._finished(entry, mapped, stands, document)

    def _finished(self, entry: Entry, order: Order, stands: Standing, document: Document) -> Outcome:
        exchange = self._exchange(document)
        gross, what = order.totals.gross, say("the order")
        totals = {gross, bought(order)}
        wrong = mismatch(document, totals=totals, gross=gross, currency=order.currency, what=what)
        if wrong is not None:
            return Stuck(fault=wrong, exchange=exchange)
        before = stands.document
        if before is not None and _same(before, document):
            note = say("{number} is where the settings want it.", number=document.number)
        else:
            note = say("It is document {number} in the ERP now.", number=document.number)
        return Done(
            document=document,
            note=note,
            exchange=exchange,
            follow=told_of(entry, before, document, now=self._clock.now()),
            after=lambda: crash.point("finished"),
        )

    def _left(self, entry: Entry, document: Document) -> Outcome:
        """The settings were changed. What an earlier try did though its answer was lost is found all the same."""
        note = say("The settings want nothing more of it; it is left as it is.")
        found = self._erp.find_document(about(entry.key)) if entry.doubt is not None else ()
        if len(found) != 1 or _same(found[0], document):
            return Done(document=None, note=note)
        follow = told_of(entry, document, found[0], now=self._clock.now())
        return Done(document=found[0], note=note, follow=follow)

    def _exchange(self, document: Document) -> Exchange | None:
        """What was sent; nothing, where every step had been taken already."""
        if not document.payload:
            return None
        return Exchange(
            at=self._clock.now(),
            payload=self._redact(document.payload),
            media_type=document.media_type,
            answer=self._redact(f"{document.kind} {document.number} {document.link}".strip()),
        )


def told_of(
    entry: Entry, before: Document | None, document: Document, *, now: datetime
) -> tuple[NewEntry, ...]:
    """What is to happen once it is where it should be: the shop's order gets the number, if it is a new one."""
    if before is not None and _same(before, document):
        return ()
    detail = str(entry.key).removeprefix(f"{entry.key.ref}:")
    key = Key(entry.key.ref, Purpose.MARK, detail)
    return (NewEntry(key=key, due_at=now, digest=document.number, number=entry.number),)


def _same(one: Document, other: Document) -> bool:
    return (one.kind, one.number) == (other.kind, other.number)


def _wants_more(erp: Erp, order: Order, kind: DocumentKind) -> bool:
    return Capability.FINALISES in erp.capabilities and cast("Finalises", erp).wants_more(order, kind)
