"""What should happen with an order just read? A pure answer: nothing here reads a clock or touches a table.

Every order that is not sent has a stated reason (FEATURES ORD-36), so the answer is never just "no".
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bridge.model.orders import Order, Unreadable
from bridge.model.texts import Text, say

__all__ = [
    "Decision",
    "Export",
    "Policy",
    "RefundedBefore",
    "Send",
    "Skip",
    "SkipCode",
    "Withdraw",
    "ZeroTotal",
    "decide",
]


class Export(StrEnum):
    """Who starts the sending of an order: ``[shop] export``."""

    AUTO = "auto"
    MANUAL = "manual"
    OFF = "off"


class ZeroTotal(StrEnum):
    """What happens to an order that costs nothing: ``[orders] zero_total``."""

    BOOK = "book"
    SKIP = "skip"


class SkipCode(StrEnum):
    """Why an order is not sent. Stored, filtered and counted by this word."""

    NOT_TRIGGER = "not_trigger"
    BEFORE_START = "before_start"
    ZERO_TOTAL = "zero_total"
    MANUAL = "manual"
    EXPORT_OFF = "export_off"
    WITHDRAWN = "withdrawn"
    PLUGIN = "plugin"
    REFUNDED = "refunded"


class RefundedBefore(StrEnum):
    """What happens to an order that is paid back whole before it is booked: ``[orders] refunded_before_booking``."""

    BOOK = "book"
    """Sale and credit both stand in the books."""
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The owner's rules for one shop."""

    trigger_statuses: Collection[str]
    export: Export = Export.AUTO
    starts_at: datetime | None = None
    """Orders created before this are left alone."""
    delay: timedelta = timedelta()
    """How long an order rests before it is sent, counted from when the bridge first saw it."""
    zero_total: ZeroTotal = ZeroTotal.BOOK
    refunded_before: RefundedBefore = RefundedBefore.BOOK


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Put it in the outbox (or renew what waits there)."""

    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """Do not send it, and say why."""

    code: SkipCode
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """It waits in the outbox, untried, and the shop has called it off: take it out again."""

    reason: Text
    code: SkipCode = SkipCode.WITHDRAWN


Decision = Send | Skip | Withdraw

DEAD = frozenset({"cancelled", "failed", "trash", "pending", "checkout-draft", "auto-draft"})
"""Statuses in which nothing was sold. Not among them: ``refunded`` (sale and credit both belong in the books)
and ``completed`` or a shop's own status (the order went on; it reached its trigger before)."""


def decide(
    order: Order | Unreadable,
    *,
    policy: Policy,
    now: datetime,
    first_seen_at: datetime | None,
    queued: bool,
    objection: Text | None = None,
) -> Decision:
    """Decide about one order.

    Args:
        order: as read just now.
        policy: the shop's rules.
        now: the moment of reading.
        first_seen_at: when the bridge first met the order; None: this is the first time.
        queued: it has been put in the outbox before, by rule or by hand. Then no rule takes it out again;
            a later status only matters if it calls the sale off.
        objection: what a plugin has against it. Asked for only when nothing else speaks against sending.
    """
    if queued:
        if order.status in DEAD and order.status not in policy.trigger_statuses:
            return Withdraw(reason=say("The order has status {status} in the shop now.", status=order.status))
        if _paid_back(order, policy):
            return Withdraw(reason=_PAID_BACK, code=SkipCode.REFUNDED)
        return Send(due_at=now)
    skip = _left_alone(order, policy)
    if skip is None and _paid_back(order, policy):
        skip = Skip(code=SkipCode.REFUNDED, reason=_PAID_BACK)
    skip = skip or _not_triggered(order, policy) or _by_rule(order, policy)
    if skip is None and objection is not None:
        skip = Skip(code=SkipCode.PLUGIN, reason=objection)
    first_seen = min(first_seen_at or now, now)  # the clock may have been set back since
    return skip or Send(due_at=max(now, first_seen + policy.delay))


def _paid_back(order: Order | Unreadable, policy: Policy) -> bool:
    whole = isinstance(order, Order) and order.refunded >= order.totals.gross > 0
    return whole and policy.refunded_before is RefundedBefore.SKIP


_PAID_BACK = say(
    "All of it was paid back before it was booked, and such orders are not sent (refunded_before_booking = skip)."
)


def _left_alone(order: Order | Unreadable, policy: Policy) -> Skip | None:
    created = order.created_at if isinstance(order, Order) else order.modified_at
    if policy.starts_at is None or created is None or created >= policy.starts_at:
        return None
    return Skip(
        code=SkipCode.BEFORE_START,
        reason=say(
            "The order is from {created}, before {start}, the first day that is sent (orders_from).",
            created=f"{created:%Y-%m-%d}",
            start=f"{policy.starts_at:%Y-%m-%d}",
        ),
    )


def _not_triggered(order: Order | Unreadable, policy: Policy) -> Skip | None:
    if order.status in policy.trigger_statuses:
        return None
    return Skip(
        code=SkipCode.NOT_TRIGGER,
        reason=say("Status {status} is not among the statuses that send an order.", status=order.status),
    )


def _by_rule(order: Order | Unreadable, policy: Policy) -> Skip | None:
    if policy.export is Export.OFF:
        return Skip(
            code=SkipCode.EXPORT_OFF, reason=say("Sending is switched off for this shop (export = off).")
        )
    free = isinstance(order, Order) and order.totals.gross == 0
    if free and policy.zero_total is ZeroTotal.SKIP:
        return Skip(
            code=SkipCode.ZERO_TOTAL,
            reason=say("The order costs nothing, and such orders are not sent (zero_total = skip)."),
        )
    if policy.export is Export.MANUAL:
        return Skip(code=SkipCode.MANUAL, reason=say("Waits for somebody to press Send (export = manual)."))
    return None
