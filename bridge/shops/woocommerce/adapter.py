"""The WooCommerce adapter: joins the calls and the mapping; see ``bridge.ports.Shop``."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final

from bridge.config.sections import ShopSection
from bridge.errors import Rejected, Transient
from bridge.model.documents import Document, Feed
from bridge.model.orders import Order, OrderRef, Refund, Unreadable
from bridge.model.texts import Problem, Text, say
from bridge.ports import ShopStatus
from bridge.shops.context import ShopContext
from bridge.shops.woocommerce import checking
from bridge.shops.woocommerce import options as woo_options
from bridge.shops.woocommerce.client import Client
from bridge.shops.woocommerce.fields import row_id
from bridge.shops.woocommerce.hints import SPOILT_LIST
from bridge.shops.woocommerce.mapping import CREDITS_META, DOCUMENT_META, STATE_META, to_order
from bridge.shops.woocommerce.mapping_refunds import to_refund
from bridge.shops.woocommerce.options import HALF_BUILT
from bridge.shops.woocommerce.paging import BY_CREATED, BY_MODIFIED, By, pages, stamp
from bridge.shops.woocommerce.statuses import read_statuses

__all__ = ["BOOKED", "WooCommerce"]

_log: Final = logging.getLogger(__name__)

NOT_READ: Final = frozenset({"checkout-draft", "auto-draft", "trash", "any"})
"""Statuses whose orders are no business of ours; ``any`` is no status but stands in the shop's own list."""

BOOKED: Final = "booked"
_STATUSES_KEPT: Final = 3600.0

NO_ROUTE: Final = "rest_no_route"
"""Also what a failing database answers (woocommerce facts, row 3): it is asked again the next time."""
_REFUNDS: Final = 100
_MOST_PAGES: Final = 100


class WooCommerce:
    """One WooCommerce shop."""

    Options: ClassVar[type[Any]] = woo_options.Options
    half_built: ClassVar[frozenset[str]] = HALF_BUILT

    def __init__(
        self, name: str, options: woo_options.Options, section: ShopSection, context: ShopContext
    ) -> None:
        self.name = name
        self._options, self._section, self._context = options, section, context
        self._clock = context.clock
        self._client = Client(f"shop {name}", options, clock=context.clock, mounts=context.mounts)
        self._statuses: tuple[ShopStatus, ...] = ()
        self._statuses_until = 0.0

    def __repr__(self) -> str:
        return f"WooCommerce({self.name!r})"

    def check(self) -> Sequence[Problem]:
        """Try address, access, rights, clock, statuses and version; see ``checking``."""
        return checking.check(self.name, self._options, self._section, self._context, client=self._client)

    def statuses(self) -> Sequence[ShopStatus]:
        """Every status the shop has registered, drafts too; asked for once an hour."""
        if self._clock.monotonic() >= self._statuses_until or not self._statuses:
            self._statuses = tuple(
                ShopStatus(slug=slug, name=name) for slug, name in read_statuses(self._client).items()
            )
            self._statuses_until = self._clock.monotonic() + _STATUSES_KEPT
        return self._statuses

    def changed_orders(
        self, *, since: str | None, limit: int | None = None
    ) -> Iterator[Feed[Order | Unreadable]]:
        """Orders changed after ``since`` less the overlap, oldest change first; None: all there ever were.

        The overlap is needed: without it 25 of 60 final versions were never seen (woocommerce facts, row 2).
        """
        start = None if since is None else _moment(since) - self._section.overlap
        read = 0
        for feed in self._feeds(BY_MODIFIED, start):
            yield feed
            read += len(feed.items)
            if limit is not None and read >= limit and not feed.complete:
                return

    def recent_orders(self, *, days: int) -> Iterator[Feed[Order | Unreadable]]:
        """Orders made in the last ``days``, oldest first, whatever their change dates say; never a cursor."""
        yield from self._feeds(BY_CREATED, self._clock.now() - timedelta(days=days))

    def order(self, ref: OrderRef) -> Order | Unreadable:
        """One order as it is now."""
        return to_order(self._get(ref), shop=self.name)

    def refunds(self, ref: OrderRef) -> Sequence[Refund]:
        """The refunds of an order, oldest first.

        Raises:
            Rejected: one of them cannot be read; names the field.
        """
        self._real(ref)
        rows, _ = self._client.page(f"orders/{ref.id}/refunds", dp=2, per_page=100)
        found = []
        for row in rows:
            refund, problems = to_refund(row if isinstance(row, dict) else {}, ref=ref)
            if refund is None:
                first = problems[0]
                raise Rejected(
                    say("{where}: {what}", where=first.where, what=first.what),
                    field="refunds",
                    advice=first.fix,
                )
            found.append(refund)
        return sorted(found, key=lambda refund: (refund.created_at, int(refund.id)))

    def recent_refunds(self, *, since: datetime) -> Sequence[Refund] | None:
        """The refunds of all orders made after ``since``, oldest first; None: a WooCommerce without that list.

        One that cannot be read is left out: reading its order tells of it.
        """
        found: dict[str, Refund] = {}
        for page in range(1, _MOST_PAGES + 1):
            query = {"orderby": "date", "order": "asc", "after": stamp(since) + "Z", "page": page}
            try:
                rows, _ = self._client.page("refunds", dp=2, per_page=_REFUNDS, **query)
            except Transient as error:
                if error.code != NO_ROUTE:
                    raise
                return None
            for row in (row for row in rows if isinstance(row, dict)):
                order_id = row_id(row.get("parent_id"))
                if order_id is not None:
                    refund, _ = to_refund(row, ref=OrderRef(shop=self.name, id=order_id))
                    found |= {refund.id: refund} if refund is not None else {}
            if len(rows) < _REFUNDS:
                break
        return list(found.values())

    def set_state(self, ref: OrderRef, status: str) -> None:
        """Give the order a status the shop knows, and see that it took it.

        Raises:
            Rejected: unknown status, or the shop answered with another one.
        """
        self._real(ref)
        if status not in {known.slug for known in self.statuses()}:
            self._statuses_until = 0.0  # it may be new
            if status not in {known.slug for known in self.statuses()}:
                raise Rejected(
                    say("The shop has no order status {status}.", status=status),
                    field="status",
                    advice=say(
                        "Choose one of: {known}", known=", ".join(known.slug for known in self._statuses)
                    ),
                )
        answer = self._put(ref, {"status": status})
        if answer.get("status") != status:
            raise Rejected(
                say(
                    "The shop set the order to {found}, not to {status}.",
                    found=answer.get("status"),
                    status=status,
                ),
                field="status",
                advice=say("A plugin decides about statuses. Change the order in the shop."),
            )

    def mark(self, ref: OrderRef, *, document: Document, repeat: bool) -> None:
        """Write the document's number on the order and add a private note; see ``bridge.ports.Shop.mark``.

        Raises:
            Rejected: the shop answered well and kept nothing (woocommerce facts, row 13).
        """
        self._real(ref)
        self._keep_meta(ref, {DOCUMENT_META: document.number, STATE_META: BOOKED}, document)
        note = say("Orderbro: booked as number {number}.", number=document.number)
        self._note(ref, note, number=document.number, repeat=repeat)

    def mark_refund(self, ref: OrderRef, *, refund: str, document: Document, repeat: bool) -> None:
        """Add the credit to the list in the order's meta and add a private note; raises as ``mark``."""
        self._real(ref)
        rows = [row for row in self._get(ref).get("meta_data", []) if isinstance(row, dict)]
        before = next((str(row.get("value")) for row in reversed(rows) if row.get("key") == CREDITS_META), "")
        # Short, and only ever longer by one: more than 65,535 bytes the shop drops silently (row 13).
        credits_ = dict(each.split("=", 1) for each in before.split(", ") if "=" in each)
        credits_[refund] = document.number
        value = ", ".join(f"{each}={number}" for each, number in credits_.items())
        self._keep_meta(ref, {CREDITS_META: value}, document)
        note = say(
            "Orderbro: refund {refund} is credited as number {number}.", refund=refund, number=document.number
        )
        self._note(ref, note, number=document.number, repeat=repeat)

    def _keep_meta(self, ref: OrderRef, wanted: Mapping[str, str], document: Document) -> None:
        answer = self._put(
            ref, {"meta_data": [{"key": key, "value": value} for key, value in wanted.items()]}
        )
        kept = {
            row.get("key"): str(row.get("value"))
            for row in answer.get("meta_data", [])
            if isinstance(row, dict)
        }
        if any(kept.get(key) != value for key, value in wanted.items()):
            raise Rejected(
                say("The shop did not keep the mark of document {number}.", number=document.number),
                field="meta_data",
                advice=say("A plugin may forbid it. The order is booked all the same; drop this entry."),
            )

    def _note(self, ref: OrderRef, note: Text, *, number: str, repeat: bool) -> None:
        if not (repeat and self._has_note(ref, number)):
            self._client.add_note(ref.id, self._context.render(note))

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()

    def _feeds(self, by: By, since: datetime | None) -> Iterator[Feed[Order | Unreadable]]:
        """The stream; where the shop has just lost a status, its list is read again once and the walk begun anew."""
        for again in (True, False):
            asked, notices = self._asked()
            started = False
            walk = pages(
                self._client,
                by=by,
                since=since,
                statuses=asked,
                size=self._options.page_size,
                clock=self._clock,
            )
            try:
                for page in walk:
                    started = True
                    yield Feed(
                        items=tuple(to_order(row, shop=self.name) for row in page.rows),
                        cursor=stamp(page.newest) if page.newest and by is BY_MODIFIED else None,
                        complete=page.last,
                        notices=notices,
                    )
            except Rejected as refused:
                if not again or started or refused.field != "status":
                    raise
                self._statuses_until = 0.0
                continue
            return

    def _asked(self) -> tuple[list[str], tuple[Problem, ...]]:
        """The statuses to ask for, and a notice for each configured one the shop does not have.

        One unknown status would make the whole call a 400 (woocommerce facts, section b); ``any`` would bring
        drafts and leave out others (row 10).
        """
        known = [status.slug for status in self.statuses() if status.slug not in NOT_READ]
        if not known:
            raise Transient(say("The shop names no order statuses."), channel=f"shop {self.name}")
        wrong = [slug for slug in self._section.trigger_statuses if slug not in known]
        return known, tuple(checking.stale_status(self.name, slug, known) for slug in wrong)

    def _get(self, ref: OrderRef) -> dict[str, Any]:
        self._real(ref)
        return self._same(ref, self._client.get(f"orders/{ref.id}", dp=2))

    def _put(self, ref: OrderRef, body: Mapping[str, object]) -> dict[str, Any]:
        return self._same(ref, self._client.put_order(ref.id, body))

    def _same(self, ref: OrderRef, answer: dict[str, Any]) -> dict[str, Any]:
        """The answer, if it is about the order asked for (woocommerce facts, row 17)."""
        if str(answer.get("id")) != ref.id:
            raise Transient(
                say("The shop answered with another order ({found}).", found=str(answer.get("id"))[:20]),
                channel=f"shop {self.name}",
            )
        return answer

    def _real(self, ref: OrderRef) -> None:
        """Refuse the ids that we gave ourselves to orders without one: no waiting gives them another."""
        if ref.id.startswith("0"):
            raise Rejected(
                say("The shop gave this order no usable id."),
                field="id",
                channel=f"shop {self.name}",
                advice=SPOILT_LIST,
            )

    def _has_note(self, ref: OrderRef, number: str) -> bool:
        rows, _ = self._client.page(f"orders/{ref.id}/notes")
        ours = re.compile(rf"\bOrderbro\b.*(?<![\w-]){re.escape(number)}(?![\w-])")
        return any(ours.search(str(row.get("note"))) for row in rows if isinstance(row, dict))


def _moment(cursor: str) -> datetime:
    found = datetime.fromisoformat(cursor)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
