"""Orders out, first half: read what changed in the shop, decide, and store it before anything is sent.

Snapshot, entry and cursor are safe before the dispatcher looks at them. The cursor only ever moves to a
change that is stored, never to the wall clock: an empty answer may come from a failing database
(woocommerce facts, row 3).
"""

from __future__ import annotations

import functools
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bridge import crash
from bridge.clock import Clock
from bridge.errors import PluginError
from bridge.flows import notices
from bridge.flows.changes import Changes
from bridge.flows.decide import Decision, Policy, Send, Skip, SkipCode, Withdraw, decide
from bridge.flows.faults import fault_of
from bridge.flows.refunds import Refunds
from bridge.hooks import Hooks
from bridge.model.codec import digest, dump_order
from bridge.model.documents import Feed, Key, Purpose
from bridge.model.money import plain
from bridge.model.orders import Order, OrderRef, Unreadable
from bridge.model.skus import skus_of, with_first_skus
from bridge.model.texts import Text, say
from bridge.ports import Shop
from bridge.store import Store
from bridge.store.records import Added, Fault, NewEntry, Seen, State

__all__ = ["UNREADABLE", "Collected", "Collector"]

log = logging.getLogger(__name__)

AHEAD: Final = timedelta(minutes=15)
"""A change dated further ahead of our clock than two honest clocks may differ does not move the cursor: one order
dated 2038 would otherwise hide all that follow it."""

UNREADABLE: Final = "raw:"
"""The digest of an order nobody could read begins so; its body is the shop's JSON, not ours."""

BRIDGE: Final = "bridge"
"""Who did it, in the timeline, when no person did."""


@dataclass(slots=True)
class Collected:
    """What one reading of a shop came to."""

    read: int = 0
    added: int = 0
    renewed: int = 0
    changed: int = 0
    skipped: int = 0
    withdrawn: int = 0
    complete: bool = False


class Collector:
    """Reads shops into the store."""

    def __init__(
        self,
        *,
        store: Store,
        shops: Mapping[str, Shop],
        policies: Mapping[str, Policy],
        clock: Clock,
        hooks: Hooks | None = None,
        changes: Changes | None = None,
    ) -> None:
        self._store = store
        self._changes = changes
        self._shops = shops
        self._policies = policies
        self._clock = clock
        self._hooks = hooks or Hooks(clock=clock)
        self._refunds = Refunds(store=store, shops=shops, clock=clock)

    def starts_at(self, shop: str) -> datetime:
        """The first moment whose orders concern us: ``orders_from``, else when the bridge first ran."""
        configured = self._policies[shop].starts_at
        if configured is not None:
            return configured
        name = f"first-start:{shop}"
        known = self._store.progress.get(name)
        if known is None:
            known = self._clock.now().isoformat()
            self._store.progress.put(name, known)
        return datetime.fromisoformat(known)

    def poll(self, shop: str) -> Collected:
        """Read everything changed since the last whole reading.

        Raises:
            RemoteError: the shop did not answer properly; what was read is stored, the cursor stands.
        """
        name = f"orders:{shop}"
        since = self._store.progress.cursor(name) or _stamp(self.starts_at(shop))
        result = Collected()
        newest: str | None = None
        for feed in self._shops[shop].changed_orders(since=since):
            newest = self._newest(shop, feed) or newest
            self._take(shop, feed, result)
        if result.complete and newest is not None:
            self._move(name, since=since, to=newest)
        _log("poll", shop, result)
        return result

    def sweep(self, shop: str, *, days: int) -> Collected:
        """Read recent orders again, whatever their dates say: an edit does not always move the date."""
        result = Collected()
        for feed in self._shops[shop].recent_orders(days=days):
            self._take(shop, feed, result)
        _log("sweep", shop, result)
        return result

    def send(self, order: Order | Unreadable, *, who: str) -> Added:
        """Put one order in the outbox because a person says so, whatever the rules say."""
        with self._store.saving():
            seen = self._store.progress.seen_many([order.ref]).get(order.ref)
            fixed, mark = _settled(order, seen)
            added = self._queue(fixed, mark, Send(due_at=self._clock.now()), who=who)
            self._watch(fixed, mark, added)
            now_seen = self._seen(fixed, mark, seen, None)
            self._store.progress.note_seen(now_seen)
        self._refunds.watch([fixed], {fixed.ref: now_seen})
        return added

    def _take(self, shop: str, feed: Feed[Order | Unreadable], result: Collected) -> None:
        crash.point("page-read")
        with self._store.saving():
            policy = replace(self._policies[shop], starts_at=self.starts_at(shop))
            known = self._store.progress.seen_many([order.ref for order in feed.items])
            for order in feed.items:
                known[order.ref] = self._one(order, known.get(order.ref), policy=policy, result=result)
            notices.keep(self._store, f"shop:{shop}", feed.notices)
        crash.point("page-stored")
        self._refunds.watch(feed.items, known)
        result.read += len(feed.items)
        result.complete = feed.complete

    def _one(
        self, order: Order | Unreadable, seen: Seen | None, *, policy: Policy, result: Collected
    ) -> Seen:
        order, mark = _settled(order, seen)
        queued = seen is not None and seen.reason is None
        decide_with = functools.partial(
            decide,
            order,
            policy=policy,
            now=self._clock.now(),
            first_seen_at=seen.first_seen_at if seen else None,
            queued=queued,
        )
        decision, fault = decide_with(), None
        if isinstance(decision, Send) and not queued and isinstance(order, Order):
            objection, fault = self._asked(order)
            decision = decide_with(objection=objection)
        decision = _with_refunds(decision, order)
        if seen is not None and seen.digest == mark and _as_before(seen, decision):
            return seen
        match decision:
            case Send():
                added = self._queue(order, mark, decision, who=BRIDGE, fault=fault)
                self._watch(order, mark, added)
                result.added += added is Added.ADDED
                result.renewed += added is Added.RENEWED
                result.changed += added is Added.CHANGED
            case Withdraw():
                if not self._withdraw(order.ref, decision):
                    decision = Send(due_at=self._clock.now())  # too late: it stays in the outbox
                else:
                    result.withdrawn += 1
                self._watch(order, mark, None, news=seen is None or seen.digest != mark)
            case Skip():
                result.skipped += 1
        now_seen = self._seen(order, mark, seen, decision)
        self._store.progress.note_seen(now_seen)
        return now_seen

    def _asked(self, order: Order) -> tuple[Text | None, Fault | None]:
        """What the plugins have against it; or why nobody can tell, and then a person must look."""
        try:
            return self._hooks.objection(order), None
        except PluginError as error:
            return None, fault_of(error)

    def _queue(
        self, order: Order | Unreadable, mark: str, decision: Send, *, who: str, fault: Fault | None = None
    ) -> Added:
        entry = NewEntry(
            key=Key(order.ref, Purpose.ORDER),
            due_at=decision.due_at,
            body=dump_order(order) if isinstance(order, Order) else order.raw,
            digest=mark,
            number=order.ref.number,
            gross=order.totals.gross if isinstance(order, Order) else None,
            currency=order.currency if isinstance(order, Order) else "",
            state=State.PARKED if fault else State.WAITING,
            error=fault,
        )
        return self._store.outbox.add(
            entry, who=who, note=say("Status {status} in the shop.", status=order.status)
        )

    def _watch(self, order: Order | Unreadable, mark: str, added: Added | None, *, news: bool = True) -> None:
        """What was in the outbox already may be in the books, and be another now."""
        if self._changes is not None and isinstance(order, Order) and added is not Added.ADDED:
            self._changes.watch(order, mark, news=news)

    def _withdraw(self, ref: OrderRef, decision: Withdraw) -> bool:
        return self._store.outbox.withdraw(Key(ref, Purpose.ORDER), who=BRIDGE, note=decision.reason)

    def _seen(
        self,
        order: Order | Unreadable,
        mark: str,
        before: Seen | None,
        decision: Send | Skip | Withdraw | None,
    ) -> Seen:
        now = self._clock.now()
        gone = decision if isinstance(decision, Skip | Withdraw) else None
        return Seen(
            ref=order.ref,
            status=order.status,
            digest=mark,
            reason=gone.reason if gone else None,
            code=_code(decision),
            skus=skus_of(order) if isinstance(order, Order) else (before.skus if before else {}),
            gross=order.totals.gross if isinstance(order, Order) else None,
            currency=order.currency if isinstance(order, Order) else "",
            first_seen_at=before.first_seen_at if before else now,
            seen_at=now,
            modified_at=order.modified_at,
        )

    def _newest(self, shop: str, feed: Feed[Order | Unreadable]) -> str | None:
        """How far this page brings the cursor: to its newest change that can be true."""
        limit = _stamp(self._clock.now() + AHEAD)
        if feed.cursor is None or feed.cursor <= limit:
            return feed.cursor
        log.warning("cursor=held shop=%s newest=%s reason=date-in-the-future", shop, feed.cursor)
        changes = (_stamp(order.modified_at) for order in feed.items if order.modified_at is not None)
        return max((change for change in changes if change <= limit), default=None)

    def _move(self, name: str, *, since: str, to: str) -> None:
        if to > since:
            self._store.progress.move_cursor(name, to)
            crash.point("cursor-moved")


def _settled(order: Order | Unreadable, seen: Seen | None) -> tuple[Order | Unreadable, str]:
    """The order with the SKUs of its first sight, and its digest."""
    if isinstance(order, Unreadable):
        return order, UNREADABLE + hashlib.sha256(order.raw.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    fixed = with_first_skus(order, seen.skus) if seen else order
    return fixed, digest(fixed)


def _as_before(seen: Seen, decision: Send | Skip | Withdraw) -> bool:
    """Whether it would be noted as it is noted already; a plugin may have another reason each time."""
    reworded = (
        isinstance(decision, Skip) and decision.code is SkipCode.PLUGIN and decision.reason != seen.reason
    )
    return seen.code == _code(decision) and not reworded


def _code(decision: Send | Skip | Withdraw | None) -> str:
    if isinstance(decision, Skip):
        return decision.code
    return decision.code if isinstance(decision, Withdraw) else ""


def _with_refunds(decision: Decision, order: Order | Unreadable) -> Decision:
    """An order that is not sent has nothing to credit either, and says so."""
    if isinstance(decision, Send) or isinstance(order, Unreadable) or not order.refund_ids:
        return decision
    reason = say(
        "{reason} Nothing of it is credited either: {sum} {currency} was paid back (refund {ids}).",
        reason=decision.reason,
        sum=plain(order.refunded),
        currency=order.currency,
        ids=", ".join(order.refund_ids),
    )
    return replace(decision, reason=reason)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()


def _log(what: str, shop: str, result: Collected) -> None:
    level = logging.INFO if result.added or result.renewed or result.changed else logging.DEBUG
    log.log(
        level,
        "%s=done shop=%s read=%d added=%d renewed=%d changed=%d skipped=%d withdrawn=%d",
        what, shop, result.read, result.added, result.renewed, result.changed, result.skipped, result.withdrawn,
    )  # fmt: skip
