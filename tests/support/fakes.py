"""A shop and an ERP with modes instead of mocks with expectations: they keep the rules, and misbehave when told.

The flows are tested against these; the real adapters are tested against the contract.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from bridge.clock import Clock
from bridge.errors import LostReply, NotFound, Transient, Unanswerable
from bridge.model.documents import Correction, CustomerRecord, Document, DocumentKind, Feed, Key, Preview
from bridge.model.orders import Order, OrderLine, OrderRef, Refund, Unreadable
from bridge.model.texts import Problem, say
from bridge.ports import Capability, ShopStatus
from tests.support.fake_afterwards import FakeAfterwards
from tests.support.modes import Mode, misbehave

__all__ = ["FakeErp", "FakeShop", "Mode", "misbehave"]


@dataclass
class FakeShop:
    """Keeps orders in a dict; every change moves ``modified_at``."""

    name: str
    clock: Clock
    orders: dict[str, Order | Unreadable] = field(default_factory=dict)
    marks: dict[str, list[str]] = field(default_factory=dict)
    mode: Mode = Mode.GOOD
    fail_after_pages: int | None = None
    page_size: int = 3
    reads: int = 0
    notices: tuple[Problem, ...] = ()
    paid_back: dict[str, list[Refund]] = field(default_factory=dict)
    refunds_made: int = 0
    lists_refunds: bool = True
    """Whether it has a list of the refunds of all orders."""

    def refund(self, order_id: str, gross: Decimal | str, *lines: OrderLine, moves: bool = True) -> str:
        """Pay back; returns the refund's id. ``moves``: the order's date moves on, as it mostly does."""
        order = self.orders[order_id]
        refund_id = str(70 + self.refunds_made)
        self.refunds_made += 1
        self.paid_back.setdefault(order_id, []).append(
            Refund(
                ref=order.ref,
                id=refund_id,
                created_at=self.clock.now().replace(microsecond=0),
                reason="",
                gross=Decimal(gross),
                lines=lines,
            )
        )
        self._refunded(order_id, moves=moves)
        return refund_id

    def delete_refund(self, order_id: str, refund_id: str) -> None:
        """Take it back; the order's date does not move (woocommerce facts, Refunds)."""
        kept = [each for each in self.paid_back[order_id] if each.id != refund_id]
        self.paid_back[order_id] = kept
        self._refunded(order_id, moves=False)

    def _refunded(self, order_id: str, *, moves: bool) -> None:
        order, refunds = self.orders[order_id], self.paid_back[order_id]
        if isinstance(order, Order):
            order = replace(
                order,
                refund_ids=tuple(each.id for each in refunds),
                refunded=sum((each.gross for each in refunds), Decimal(0)),
            )
            self.orders[order_id] = order
            if moves:
                self.put(order)

    def put(self, order: Order | Unreadable) -> None:
        """Store an order as changed now."""
        self.orders[order.ref.id] = replace(order, modified_at=self.clock.now().replace(microsecond=0))

    def check(self) -> Sequence[Problem]:
        """All is well."""
        return ()

    def statuses(self) -> Sequence[ShopStatus]:
        """The usual ones."""
        return [
            ShopStatus(slug=slug, name=slug) for slug in ("pending", "processing", "completed", "cancelled")
        ]

    def changed_orders(
        self, *, since: str | None, limit: int | None = None
    ) -> Iterator[Feed[Order | Unreadable]]:
        """As the port says; inclusive from five minutes before ``since``."""
        del limit
        start = datetime.fromisoformat(since).replace(tzinfo=UTC) - timedelta(minutes=5) if since else None
        yield from self._pages(
            [order for order in self.orders.values() if start is None or _changed(order) >= start],
            cursor=True,
        )

    def recent_orders(self, *, days: int) -> Iterator[Feed[Order | Unreadable]]:
        """Everything younger than ``days``, by creation."""
        start = self.clock.now() - timedelta(days=days)
        yield from self._pages(
            [o for o in self.orders.values() if isinstance(o, Unreadable) or o.created_at >= start],
            cursor=False,
        )

    def _pages(self, found: list[Order | Unreadable], *, cursor: bool) -> Iterator[Feed[Order | Unreadable]]:
        self.reads += 1
        found = sorted(found, key=lambda order: (_changed(order), int(order.ref.id)))
        pages = [found[i : i + self.page_size] for i in range(0, len(found), self.page_size)] or [[]]
        for number, page in enumerate(pages):
            if self.fail_after_pages is not None and number >= self.fail_after_pages:
                raise Transient(say("Nobody answers."), channel=f"shop {self.name}", status=503)
            misbehave(self.mode)
            newest = max((_changed(order) for order in page), default=None)
            yield Feed(
                items=tuple(page),
                cursor=newest.replace(tzinfo=None).isoformat() if newest and cursor else None,
                complete=number == len(pages) - 1,
                notices=self.notices,
            )

    def order(self, ref: OrderRef) -> Order | Unreadable:
        """One order."""
        misbehave(self.mode)
        try:
            return self.orders[ref.id]
        except KeyError:
            raise NotFound(say("No such order."), channel="shop", status=404) from None

    def refunds(self, ref: OrderRef) -> Sequence[Refund]:
        """Those of ``refund``."""
        misbehave(self.mode)
        return tuple(self.paid_back.get(ref.id, ()))

    def recent_refunds(self, *, since: datetime) -> Sequence[Refund] | None:
        """The same, by their own date."""
        misbehave(self.mode)
        if not self.lists_refunds:
            return None
        return [each for made in self.paid_back.values() for each in made if each.created_at > since]

    def set_state(self, ref: OrderRef, status: str) -> None:
        """Change the status."""
        order = self.order(ref)
        self.put(replace(order, status=status))

    def mark(self, ref: OrderRef, *, document: Document, repeat: bool) -> None:
        """Keep the number; a note more each time, unless it is a repeat that finds it."""
        self._note(ref, document.number, repeat=repeat)
        order = self.orders.get(ref.id)
        if isinstance(order, Order):
            self.put(replace(order, document=document.number))
        if self.mode is Mode.LOST_AFTER:
            raise LostReply(say("No answer."), channel="shop")

    def mark_refund(self, ref: OrderRef, *, refund: str, document: Document, repeat: bool) -> None:
        """Keep the credit's number with the refund's id, in the same way."""
        self._note(ref, f"{refund}={document.number}", repeat=repeat)
        if self.mode is Mode.LOST_AFTER:
            raise LostReply(say("No answer."), channel="shop")

    def _note(self, ref: OrderRef, note: str, *, repeat: bool) -> None:
        misbehave(self.mode)
        if self.mode is Mode.LOST_BEFORE:
            raise LostReply(say("No answer."), channel="shop")
        notes = self.marks.setdefault(ref.id, [])
        if not (repeat and note in notes):
            notes.append(note)

    def close(self) -> None:
        """Nothing to close."""


@dataclass
class FakeErp(FakeAfterwards):
    """Stores every document it is given, twice if given twice."""

    clock: Clock
    settle: timedelta = timedelta(minutes=2)
    mode: Mode = Mode.GOOD
    late_by: timedelta = timedelta(seconds=30)
    stored: list[tuple[float, Key, Document]] = field(default_factory=list)
    """Visible from (monotonic: the ERP has a clock of its own), key, document."""
    asked: list[Key] = field(default_factory=list)
    given: list[Order] = field(default_factory=list)
    previewed: list[Order] = field(default_factory=list)
    gross_off_by: Decimal = Decimal(0)
    on_put: Callable[[], None] | None = None
    against: list[Document] = field(default_factory=list)
    """What was credited."""
    mute: bool = False
    """It cannot be asked."""

    name: ClassVar[str] = "fake"
    documents: ClassVar[frozenset[DocumentKind]] = frozenset({DocumentKind.ORDER})
    Options: ClassVar[type[Any]] = object
    capabilities: frozenset[Capability] = frozenset({Capability.CREDITS})
    fenced: bool = False

    def check(self) -> Sequence[Problem]:
        """All is well."""
        return ()

    def find_document(self, key: Key) -> Sequence[Document]:
        """What has been stored under the key by now."""
        self.asked.append(key)
        if self.mute:
            raise Unanswerable(say("It cannot be asked."), channel="test", advice=say("Look for it."))
        if self.mode in {Mode.DOWN, Mode.THROTTLED, Mode.LOCKED}:
            misbehave(self.mode)
        return [
            self.shown(document)
            for at, stored, document in self.stored
            if stored == key and at <= self.clock.monotonic()
        ]

    def preview(
        self, order: Order, key: Key, kind: DocumentKind, *, customer: CustomerRecord | None = None
    ) -> Preview:
        """A line of text."""
        self.previewed.append(order)
        del kind, customer
        return Preview(
            payload=f"{key} {order.totals.gross}",
            media_type="text/plain",
            gross=order.totals.gross,
            currency=order.currency,
        )

    def put_document(
        self, order: Order, key: Key, kind: DocumentKind, *, customer: CustomerRecord | None = None
    ) -> Document:
        """Store it, or not, as the mode says."""
        self.given.append(order)
        del customer
        return self._put(key, kind, gross=order.totals.gross, currency=order.currency)

    def preview_correction(self, correction: Correction, key: Key, original: Document) -> Preview:
        """A line of text."""
        del original
        gross = correction.totals.gross
        return Preview(
            payload=f"{key} {gross}",
            media_type="text/plain",
            gross=gross,
            currency=correction.order.currency,
        )

    def put_correction(self, correction: Correction, key: Key, original: Document) -> Document:
        """Store the credit in the same way."""
        self.against.append(original)
        return self._put(
            key, DocumentKind.CREDIT, gross=correction.totals.gross, currency=correction.order.currency
        )

    def _put(self, key: Key, kind: DocumentKind, *, gross: Decimal, currency: str) -> Document:
        self._begin()
        if self.on_put:
            self.on_put()
        document = Document(
            kind=kind,
            id=str(len(self.stored) + 1),
            number=f"N{len(self.stored) + 1}",
            gross=gross + self.gross_off_by,
            currency=currency,
            dated=date(2026, 11, 21),
            payload=f"{key} {gross}",
            media_type="text/plain",
        )
        at = self.clock.monotonic() + (self.late_by.total_seconds() if self.mode is Mode.LATE else 0.0)
        self.stored.append((at, key, document))
        self._answer()
        return document

    def close(self) -> None:
        """Nothing to close."""


def _changed(order: Order | Unreadable) -> datetime:
    return order.modified_at or datetime(2026, 1, 1, tzinfo=UTC)
