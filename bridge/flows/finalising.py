"""Take a document that stands to where the settings want it: invoiced, booked, paid, mailed. An entry of its own.

    main:1234:finalise                      the order's own document
    main:1234:finalise:change:<digest>:new  the one that was made anew after an edit
    main:1234:finalise:refund:77            a credit, which is booked and mailed like an invoice

The adapter goes step by step and looks before each, so whatever became of the last try, a kill or a lost answer,
the same call again continues where it stood; once the ERP has had as long as after a lost booking, for a payment or a
mail that is only late would be made a second time. What is refused is parked and continues there too. Refunds and
edits of the order wait, because entries of one order go one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from bridge import crash
from bridge.clock import Clock
from bridge.config.sections import OrdersSection
from bridge.errors import Unanswerable
from bridge.flows.faults import from_problems
from bridge.flows.outcomes import Done, Outcome, Stuck
from bridge.flows.sending import mismatch, still_too_early
from bridge.flows.standing import Standing, standing
from bridge.flows.stored import order_again
from bridge.model.check import bought
from bridge.model.documents import Document, DocumentKind, Key, Purpose
from bridge.model.orders import Order, Unreadable
from bridge.model.texts import Problem, Text, say
from bridge.ports import Capability, Erp, Finalises, Shop
from bridge.store import Store
from bridge.store.moves import about
from bridge.store.records import Claimed, Entry, Exchange, Fault, Filed, NewEntry, State

__all__ = ["Afterwards", "Finisher", "told_of", "unfinished", "unmet"]


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
        detail = "" if made_as.purpose is Purpose.ORDER else _within(made_as)
        further = NewEntry(
            key=Key(made_as.ref, Purpose.FINALISE, detail),
            due_at=self._clock.now(),
            digest=document.number,
            number=order.ref.number,
        )
        return (further,)

    def take_further(self, order: Order, made_as: Key, document: Document) -> Document:
        """The document where the settings want it. Whoever comes after, the entry for it above all, finds it there.

        Raises:
            BridgeError: as ``Finalises.finalise``.
        """
        if not _wants_more(self._erp, order, document.kind):
            return document
        return cast("Finalises", self._erp).finalise(order, made_as, document)

    def notes(self, order: Order, kind: DocumentKind) -> tuple[Text, ...]:
        """For a preview: what follows by itself."""
        return tuple(self._steps(order, kind)) if _wants_more(self._erp, order, kind) else ()

    def _steps(self, order: Order, kind: DocumentKind) -> Iterator[Text]:
        wanted, mails = self._orders, cast("Finalises", self._erp).mails and bool(order.customer.email)
        invoiced = kind is not DocumentKind.ORDER or wanted.invoice_orders
        if kind is DocumentKind.ORDER and wanted.order_mail and mails:
            yield say("Afterwards the ERP mails the order confirmation to the buyer.")
        if kind is DocumentKind.ORDER and wanted.invoice_orders:
            yield say("Afterwards the order becomes an invoice in the ERP.")
        if invoiced and wanted.book_invoices:
            yield say("Afterwards the invoice is booked in the ERP.")
        if invoiced and wanted.register_payments and order.payment.paid_at is not None:
            yield say("Afterwards what the buyer has paid is registered on the invoice.")
        if invoiced and wanted.invoice_mail and mails:
            yield say("Afterwards the ERP mails the invoice to the buyer.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A document and what it was made of; a credit: what it takes back."""

    document: Document
    content: Order | None
    """None: it was never readable here."""


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
        """Carry out such an entry. After a lost answer the same is called again, when the ERP has had its time.

        No question alone tells how far it got, so the first of the looks a booking takes is one settle time more.

        Raises:
            BridgeError: as the ERP's and the shop's calls do, or a plugin failed; the dispatcher knows what each
                means.
        """
        entry = claimed.entry
        case = self._case(entry)
        if case is None:
            return Done(
                document=None, note=say("Its document does not stand any more; nothing is to be done.")
            )
        order = case.content or order_again(self._store, self._shops, entry.key.ref)
        if isinstance(order, Unreadable):
            return Stuck(fault=from_problems("Unreadable", order.problems), doubt=entry.doubt)
        mapped = self._mapped(order)
        if not _wants_more(self._erp, mapped, case.document.kind):
            return self._left(entry, case.document)
        early = still_too_early(self._erp, claimed, _EARLY)
        if early is not None:
            return early
        document = cast("Finalises", self._erp).finalise(mapped, about(entry.key), case.document)
        crash.point("finalised")
        return self._finished(entry, mapped, case.document, document)

    def _case(self, entry: Entry) -> _Case | None:
        """The document as it stands now; None: it was taken back meanwhile."""
        made_as = about(entry.key)
        files = self._store.outbox.of_order(entry.key.ref)
        stands = standing(files, below=entry.id)
        if stands.document is not None and stands.made_as == made_as:
            return _Case(document=stands.document, content=stands.content)
        for filed in files:
            made = filed.document
            if filed.entry.key == made_as and made is not None and made.kind is DocumentKind.CREDIT:
                return _Case(document=made, content=standing(files, below=filed.entry.id).content)
        return None

    def _finished(self, entry: Entry, order: Order, before: Document, document: Document) -> Outcome:
        exchange = self._exchange(document)
        wrong = _mismatch(order, before, document)
        if wrong is not None:
            return Stuck(fault=wrong, exchange=exchange)
        if _same(before, document):
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
        try:
            found = self._erp.find_document(about(entry.key)) if entry.doubt is not None else ()
        except Unanswerable:
            found = ()  # it stands as it is known; what became of it there, nobody can say
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


def unfinished(files: Sequence[Filed], stands: Standing) -> bool:
    """Whether the document that stands is still to be taken further."""
    return any(
        filed.entry.key.purpose is Purpose.FINALISE
        and filed.entry.state in {State.WAITING, State.PARKED}
        and about(filed.entry.key) == stands.made_as
        for filed in files
    )


def unmet(erp: Erp, orders: OrdersSection) -> tuple[Problem, ...]:
    """Wishes for after the booking that this ERP cannot fulfil: nobody would be told otherwise."""
    if Capability.FINALISES in erp.capabilities:
        return ()
    return tuple(
        Problem(
            where=f"[orders] {name}",
            what=say("{erp} leaves a document as it was made: nothing of this will happen.", erp=erp.name),
            fix=say("Write {name} = no.", name=name),
            severe=False,
        )
        for name in _WISHES
        if getattr(orders, name) and not (name == "order_mail" and Capability.CONFIRMS in erp.capabilities)
    )


_EARLY: Final[Text] = say(
    "Nobody knows how far it got. The ERP gets some minutes more before any step is taken again."
)
_WISHES: Final = ("invoice_orders", "book_invoices", "register_payments", "invoice_mail", "order_mail")


def told_of(
    entry: Entry, before: Document | None, document: Document, *, now: datetime
) -> tuple[NewEntry, ...]:
    """What is to happen once it is where it should be: the shop's order gets the number, if it is a new one.

    It was never told of a credit that takes back an edited or cancelled order, and is not told of its booking either.
    """
    credits_ = document.kind is DocumentKind.CREDIT and about(entry.key).purpose is not Purpose.REFUND
    if credits_ or (before is not None and _same(before, document)):
        return ()
    key = Key(entry.key.ref, Purpose.MARK, _within(entry.key))
    return (NewEntry(key=key, due_at=now, digest=document.number, number=entry.number),)


def _within(key: Key) -> str:
    """A key without the order: ``refund:77``."""
    return str(key).removeprefix(f"{key.ref}:")


def _mismatch(order: Order, before: Document, document: Document) -> Fault | None:
    """A document comes to what its order came to; a credit to what it was when it was made."""
    credits_ = before.kind is DocumentKind.CREDIT and before.gross is not None
    gross = before.gross if credits_ and before.gross is not None else order.totals.gross
    return mismatch(
        document,
        totals={gross} if credits_ else {gross, bought(order)},
        gross=gross,
        currency=order.currency,
        what=say("the credit") if credits_ else say("the order"),
    )


def _same(one: Document, other: Document) -> bool:
    return (one.kind, one.number) == (other.kind, other.number)


def _wants_more(erp: Erp, order: Order, kind: DocumentKind) -> bool:
    return Capability.FINALISES in erp.capabilities and cast("Finalises", erp).wants_more(order, kind)
