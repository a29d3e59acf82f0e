"""Orders out, second half: take what is due from the outbox and carry it out, exactly once.

Three outcomes of a call, never mixed: it was done, it surely was not, nobody knows. Only the second is
tried again without asking. "Sending, since, attempt" is on disk before the first byte leaves, so a kill at
any line leaves an entry that start-up finds and treats as "nobody knows".
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from typing import Final

from bridge.clock import Clock
from bridge.errors import (
    BridgeError,
    LostReply,
    NotFound,
    StoreError,
    Throttled,
    Transient,
    Unauthorised,
)
from bridge.flows import backoff
from bridge.flows.faults import bug, fault_of
from bridge.flows.outcomes import Again, Done, Failed, Outcome, Stuck
from bridge.model.documents import Purpose
from bridge.model.texts import Text, say
from bridge.store import Store
from bridge.store.records import Claimed, Doubt, Entry, Fault, LostClaim

__all__ = ["Dispatcher", "Handler", "Step"]

log = logging.getLogger(__name__)

FAILURES_BEFORE_REST: Final = 5
"""So many failures of one channel in a row, whatever the order, and the channel rests: the other end is down,
and trying a hundred orders against it helps nobody."""

LONGEST_REST: Final = timedelta(minutes=30)


class Step(Enum):
    """What one step came to."""

    DONE = "done"
    AGAIN = "again"
    PARKED = "parked"
    IDLE = "idle"
    """Nothing was due."""


Handler = Callable[[Claimed], Outcome | Failed]
"""Carries out entries of one purpose: tells what came of it, keeps nothing."""


@dataclass(slots=True)
class _Channel:
    failures: int = 0


class Dispatcher:
    """Carries out one entry at a time; several threads may each have one at work."""

    def __init__(
        self,
        *,
        store: Store,
        handlers: Mapping[Purpose, Handler],
        shops: Collection[str],
        settle: timedelta,
        clock: Clock,
    ) -> None:
        self._store = store
        self._handlers = handlers
        self._to_erp = frozenset(handlers) - {Purpose.MARK}
        self._settle = settle
        self._clock = clock
        self._unkept: deque[Claimed] = deque()
        self._channels: Mapping[str, _Channel] = {
            "erp": _Channel(),
            **{f"shop {name}": _Channel() for name in shops},
        }

    def recover(self) -> int:
        """Take back what was being sent when the last run ended; call once at start, before any step."""
        count = self._store.outbox.recover(self._clock.now(), settle=self._settle)
        if count:
            log.warning("recover=%d settle=%ds", count, self._settle.total_seconds())
        return count

    def step(self) -> Step:
        """Carry out the next entry that is due, if there is one, and what follows from it at once.

        Raises:
            StoreError: the database cannot be written; nothing was sent that is not marked as being sent.
        """
        self._take_back()
        claimed = self._claim()
        if claimed is None:
            return Step.IDLE
        step, following = self._carry(claimed)
        left = deque(following)
        try:
            while left:
                step, _ = self._carry(left.popleft())
        finally:
            self._unkept.extend(left)
        return step

    def _take_back(self) -> None:
        """What came of these could not be written down (disk full): nobody knows, so they wait and are asked about.

        Until that is written, nothing new is begun.

        Raises:
            StoreError: the database still cannot be written.
        """
        while (claimed := self._next_unkept()) is not None:
            now = self._clock.now()
            try:
                self._store.outbox.postpone(
                    claimed.entry,
                    due_at=now + self._settle,
                    fault=claimed.entry.fault,
                    note=say("What came of it could not be written down; it asks before sending again."),
                    charge=False,
                    doubt=Doubt(since=claimed.entry.claimed_at or now),
                )
                log.warning("unkept=back key=%s", claimed.entry.key)
            except LostClaim:
                log.info("unkept=settled key=%s", claimed.entry.key)  # it had been written after all
            except StoreError:
                self._unkept.append(claimed)
                raise

    def _next_unkept(self) -> Claimed | None:
        try:
            return self._unkept.popleft()
        except IndexError:
            return None

    def _carry(self, claimed: Claimed) -> tuple[Step, Sequence[Claimed]]:
        try:
            return self._keep(claimed, self._outcome(claimed))
        except LostClaim:
            # Somebody took it back while we were at it; they treat it as "nobody knows" and ask.
            log.warning("claim=lost key=%s", claimed.entry.key)
            return Step.AGAIN, ()
        except Exception:
            self._unkept.append(claimed)
            raise

    def _outcome(self, claimed: Claimed) -> Outcome:
        try:
            return self._carry_out(claimed)
        except StoreError:
            raise
        except BridgeError as error:
            return self._failed(claimed, error)
        except Exception as error:
            log.exception("bug=dispatch key=%s", claimed.entry.key)
            return Stuck(fault=bug(error), doubt=Doubt(since=self._clock.now()))

    def _claim(self) -> Claimed | None:
        now = self._clock.now()
        paused = self._paused()
        outbox = self._store.outbox
        # A shop that rests has its orders booked all the same: what is needed for that is in the store.
        claimed = None if "erp" in paused else outbox.claim(now, purposes=self._to_erp)
        if claimed is not None:
            return claimed
        shops = {channel.removeprefix("shop ") for channel in paused if channel.startswith("shop ")}
        return outbox.claim(now, purposes={Purpose.MARK}, shops_paused=shops)

    def _paused(self) -> set[str]:
        now = self._clock.now()
        pauses = self._store.progress.pauses()
        # A rest that seems to last longer than any we give was noted by a clock that ran ahead.
        longest = now + LONGEST_REST
        return {name for name, pause in pauses.items() if pause.until is None or now < pause.until <= longest}

    def _carry_out(self, claimed: Claimed) -> Outcome:
        outcome = self._handlers[claimed.entry.key.purpose](claimed)
        if isinstance(outcome, Failed):
            return replace(self._failed(claimed, outcome.error), exchange=outcome.exchange)
        return outcome

    def _channel(self, claimed: Claimed) -> str:
        if claimed.entry.key.purpose is Purpose.MARK:
            return f"shop {claimed.entry.key.ref.shop}"
        return "erp"

    def _failed(self, claimed: Claimed, error: BridgeError) -> Again | Stuck:
        fault = fault_of(error)
        match error:
            case Unauthorised():
                self._rest(claimed, fault, least=timedelta(minutes=5))
                return Again(fault=fault, wait=timedelta(), charge=False, doubt=claimed.entry.doubt)
            case Throttled():
                wait = backoff.wait(1, wish=error.retry_after, clock=self._clock)
                return Again(fault=fault, wait=wait, charge=False, doubt=claimed.entry.doubt)
            case LostReply():
                return self._unknown(claimed, fault)
            case Transient() | NotFound():
                wish = error.retry_after if isinstance(error, Transient) else None
                return self._later(claimed, fault, wish)
            case _:
                return Stuck(fault=fault, doubt=claimed.entry.doubt)

    def _unknown(self, claimed: Claimed, fault: Fault) -> Again | Stuck:
        doubt = Doubt(since=self._clock.now())
        if self._tried_long_enough(claimed):
            return Stuck(fault=fault, doubt=doubt)
        return Again(fault=fault, wait=self._settle, charge=True, doubt=doubt)

    def _later(self, claimed: Claimed, fault: Fault, wish: float | None) -> Again | Stuck:
        entry = claimed.entry
        if self._tried_long_enough(claimed):
            return Stuck(fault=fault, doubt=entry.doubt)
        wait = backoff.wait(entry.attempts + 1, wish=wish, clock=self._clock)
        return Again(fault=fault, wait=wait, charge=True, doubt=entry.doubt)

    def _tried_long_enough(self, claimed: Claimed) -> bool:
        entry = claimed.entry
        return entry.attempts > 0 and self._clock.now() - entry.created_at > backoff.GIVE_UP_AFTER

    def _keep(self, claimed: Claimed, outcome: Outcome) -> tuple[Step, Sequence[Claimed]]:
        entry, outbox = claimed.entry, self._store.outbox
        channel = self._channels[self._channel(claimed)]
        match outcome:
            case Done():
                self._back(claimed, channel)
                following = outbox.finish(
                    entry,
                    document=outcome.document,
                    note=outcome.note,
                    exchange=outcome.exchange,
                    follow=outcome.follow,
                    # One commit less per order; not while the shop rests.
                    claim_follow=f"shop {entry.key.ref.shop}" not in self._paused(),
                )
                log.info("%s=done key=%s number=%s", entry.key.purpose, entry.key, outcome.number)
                outcome.after()
                self._note(entry, outcome.tell())
                return Step.DONE, following
            case Again():
                self._count(claimed, channel, outcome)
                outbox.postpone(
                    entry,
                    due_at=self._clock.now() + outcome.wait,
                    fault=outcome.fault,
                    note=outcome.note or say("Will be tried again."),
                    charge=outcome.charge,
                    doubt=outcome.doubt,
                    exchange=outcome.exchange,
                )
                log.info("%s=again key=%s wait=%ds doubt=%s error=%s", entry.key.purpose, entry.key,
                         outcome.wait.total_seconds(), outcome.doubt is not None,
                         outcome.fault.kind if outcome.fault else "-")  # fmt: skip
                return Step.AGAIN, ()
            case Stuck():
                outbox.park(entry, fault=outcome.fault, exchange=outcome.exchange, doubt=outcome.doubt)
                log.warning("%s=parked key=%s error=%s", entry.key.purpose, entry.key, outcome.fault.kind)
                return Step.PARKED, ()

    def _note(self, entry: Entry, notes: Sequence[Text]) -> None:
        """Write down what went wrong after the fact. If that fails too, the log has it, and what follows goes on."""
        try:
            for note in notes:
                self._store.outbox.note(entry, note=note)
        except StoreError as error:
            log.warning("note=lost key=%s error=%s", entry.key, type(error).__name__)

    def _back(self, claimed: Claimed, channel: _Channel) -> None:
        """The other end answers again: what failed on it need not sit out its hours."""
        if channel.failures >= FAILURES_BEFORE_REST:
            marks = claimed.entry.key.purpose is Purpose.MARK
            count = sum(
                self._store.outbox.hurry(self._clock.now(), purpose=purpose)
                for purpose in ({Purpose.MARK} if marks else self._to_erp)
            )
            log.info("channel=back name=%s hurried=%d", self._channel(claimed), count)
        channel.failures = 0

    def _count(self, claimed: Claimed, channel: _Channel, outcome: Again) -> None:
        if not outcome.charge or outcome.fault is None:
            return
        channel.failures += 1
        if channel.failures >= FAILURES_BEFORE_REST:
            self._rest(claimed, outcome.fault, least=timedelta())

    def _rest(self, claimed: Claimed, fault: Fault, *, least: timedelta) -> None:
        """Let a channel rest; it wakes by itself, because even a 401 may pass (woocommerce facts, row 3)."""
        name = self._channel(claimed)
        channel = self._channels[name]
        if least:
            channel.failures += 1
        rounds = max(1, channel.failures - FAILURES_BEFORE_REST + 1)
        rest = max(least, min(backoff.wait(rounds, wish=None, clock=self._clock), LONGEST_REST))
        now = self._clock.now()
        self._store.progress.pause(name, until=now + rest, why=fault.text, now=now)
        log.warning("pause=%s seconds=%d error=%s", name, rest.total_seconds(), fault.kind)
