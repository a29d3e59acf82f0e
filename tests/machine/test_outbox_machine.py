"""The outbox against a model of it in plain Python, under every order of moves Hypothesis can think of.

The model keeps what must be true, not how: no entry is lost, keys are unique, only legal moves happen, an order
that is done has a document, events form a chain, and nothing passes an older unfinished entry of its order.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, multiple, rule

from bridge.model.documents import Document, DocumentKind, Key, Purpose
from bridge.model.texts import say
from bridge.store import Added, Doubt, Entry, EntryFilter, LostClaim, NewEntry, State, Store
from tests.machine.outbox_model import ALL, FAULT, UNFINISHED, Model, Watched, a_document, keys, waits


class OutboxMachine(Watched):
    """The store and its model, side by side."""

    claims = Bundle("claims")

    # -- what happens ------------------------------------------------------------------------------------

    @rule(key=keys, digest=st.sampled_from("ab"), wait=waits, parked=st.booleans())
    def add(self, *, key: Key, digest: str, wait: int, parked: bool) -> None:
        """An order turns up, again or for the first time."""
        now = self.clock.now()
        state = State.PARKED if parked else State.WAITING
        new = NewEntry(
            key=key,
            due_at=now + timedelta(seconds=wait),
            digest=digest,
            body=None if key.purpose is Purpose.MARK else f"body {digest}",
            number=key.ref.id,
            state=state,
            error=FAULT if parked else None,
        )
        answer = self.store.outbox.add(new, who="test", note=say("Added."))
        known = self.model.get(key) or self.pruned.get(key)
        if known is None:
            assert answer is Added.ADDED
            self.remember(new, now)
        elif known.withdrawn:
            assert answer is Added.ADDED
            known.withdrawn, known.finished_at, known.attempts = False, None, 0
            known.digest, known.due_at = digest, new.due_at
            known.move(state, now)
        elif known.digest == digest:
            assert answer is Added.KNOWN
        elif known.state in {State.WAITING, State.PARKED} and not known.doubt:
            assert answer is Added.RENEWED
            known.digest = digest
            known.move(State.PARKED if parked else known.state, now)
        else:
            assert answer is Added.CHANGED
            known.history.append(known.state)

    @rule(key=keys)
    def withdraw(self, key: Key) -> None:
        """The shop calls the order off; too late once anything may have been sent."""
        now, known = self.clock.now(), self.model.get(key)
        can = known is not None and known.state in {State.WAITING, State.PARKED} and not known.doubt
        assert self.store.outbox.withdraw(key, who="test", note=say("Cancelled.")) == can
        if known is not None and can:
            known.withdrawn, known.finished_at = True, now
            known.move(State.DROPPED, now)

    @rule(
        target=claims,
        purposes=st.sampled_from([ALL, ALL, (Purpose.ORDER,)]),
        paused=st.sampled_from([(), ("main",)]),
    )
    def claim(self, purposes: tuple[Purpose, ...], paused: tuple[str, ...]) -> object:
        """A worker asks for work and gets the first that may go."""
        now = self.clock.now()
        claimed = self.store.outbox.claim(now, purposes=purposes, shops_paused=paused)
        ready = [
            (known.due_at, known.order, key)
            for key, known in self.model.items()
            if known.state is State.WAITING and known.due_at <= now and not self.ahead_of(key)
            if key.purpose in purposes and key.ref.shop not in paused
        ]
        if claimed is None:
            assert not ready
            return multiple()
        entry = claimed.entry
        assert entry.key == min(ready, key=lambda one: one[:2])[2]
        known = self.model[entry.key]
        known.claim += 1
        known.claimed_at = now
        known.move(State.SENDING, now)
        assert (entry.state, entry.claim, entry.attempts) == (State.SENDING, known.claim, known.attempts)
        assert claimed.body == (None if entry.key.purpose is Purpose.MARK else f"body {known.digest}")
        return entry

    def held(self, entry: Entry) -> Model | None:
        """The model of a claim that is still good."""
        known = self.model.get(entry.key)
        good = known is not None and known.state is State.SENDING and known.claim == entry.claim
        return known if good else None

    @rule(entry=claims, follow=st.booleans(), claim_follow=st.booleans())
    def finish(self, *, entry: Entry, follow: bool, claim_follow: bool) -> None:
        """The other side has it; a stale claim is told so and changes nothing."""
        now, known = self.clock.now(), self.held(entry)
        ordered = entry.key.purpose is Purpose.ORDER
        document = a_document(entry.key) if ordered else None
        mark = NewEntry(key=Key(entry.key.ref, Purpose.MARK), due_at=now, digest="m")
        after = [mark] if follow and ordered else []
        if known is None:
            with pytest.raises(LostClaim):
                self.store.outbox.finish(entry, document=document, note=say("Done."), follow=after)
            return
        claimed = self.store.outbox.finish(
            entry, document=document, note=say("Done."), follow=after, claim_follow=claim_follow
        )
        known.doubt, known.finished_at = False, now
        known.move(State.DONE, now)
        if after and mark.key not in self.model and mark.key not in self.pruned:
            self.remember(mark, now)
            if claim_follow and not self.ahead_of(mark.key):
                assert [one.entry.key for one in claimed] == [mark.key]
                assert claimed[0].document == document
                self.model[mark.key].claim = 1
                self.model[mark.key].claimed_at = now
                self.model[mark.key].move(State.SENDING, now)
                return
        assert claimed == ()

    @rule(entry=claims, wait=waits, charge=st.booleans(), doubt=st.booleans())
    def postpone(self, *, entry: Entry, wait: int, charge: bool, doubt: bool) -> None:
        """Later."""
        now, known = self.clock.now(), self.held(entry)
        due = now + timedelta(seconds=wait)
        mark = Doubt(since=now, asks=1) if doubt else None
        try:
            self.store.outbox.postpone(
                entry, due_at=due, fault=FAULT, note=say("Later."), charge=charge, doubt=mark
            )
        except LostClaim:
            assert known is None
            return
        assert known is not None
        known.doubt, known.due_at = doubt, due
        known.attempts += charge
        known.move(State.WAITING, now)

    @rule(entry=claims, doubt=st.booleans())
    def park(self, *, entry: Entry, doubt: bool) -> None:
        """A person must look."""
        now, known = self.clock.now(), self.held(entry)
        try:
            self.store.outbox.park(entry, fault=FAULT, doubt=Doubt(since=now) if doubt else None)
        except LostClaim:
            assert known is None
            return
        assert known is not None
        known.doubt = doubt
        known.attempts += 1
        known.move(State.PARKED, now)

    @rule(settle=st.sampled_from([0, 120]), reopen=st.booleans())
    def crash_and_recover(self, *, settle: int, reopen: bool) -> None:
        """The process dies and another takes over."""
        if reopen:
            self.reopen()
        now = self.clock.now()
        sending = [known for known in self.model.values() if known.state is State.SENDING]
        assert self.store.outbox.recover(now, settle=timedelta(seconds=settle)) == len(sending)
        for known in sending:
            assert known.claimed_at is not None
            known.due_at = max(now, min(now, known.claimed_at) + timedelta(seconds=settle))
            known.doubt = True
            known.move(State.WAITING, now)
        for known in self.model.values():
            if known.state is State.WAITING and known.touched_at > now:
                known.due_at = now + max(timedelta(0), known.due_at - known.touched_at)
                known.touched_at = now

    @rule()
    def reopen(self) -> None:
        """A clean stop and start."""
        self.store.close()
        self.store = Store.open(self.folder / "bridge.sqlite3", clock=self.clock)
        self.store._writer.connection.execute("PRAGMA synchronous = OFF")

    @rule(chosen=st.sets(st.integers(1, 8), max_size=4))
    def retry(self, chosen: set[int]) -> None:
        """A person sends parked ones again."""
        now = self.clock.now()
        again = [key for key in self.by_id(chosen) if self.can_go_again(key, now)]
        moved = self.store.outbox.retry(sorted(chosen), who="Eva", reason="mended", now=now)
        assert moved == len(again)
        for key in again:
            known = self.model[key]
            known.due_at = now
            known.attempts = 0 if known.state is State.PARKED else known.attempts
            known.move(State.WAITING, now)

    def can_go_again(self, key: Key, now: datetime) -> bool:
        """Parked, or waiting for another try."""
        known = self.model[key]
        tried = known.attempts > 0 and known.due_at > now and not known.doubt
        return known.state is State.PARKED or (known.state is State.WAITING and tried)

    @rule(chosen=st.sets(st.integers(1, 8), max_size=2))
    def drop(self, chosen: set[int]) -> None:
        """A person says no."""
        now = self.clock.now()
        stoppable = [k for k in self.by_id(chosen) if self.model[k].state in {State.PARKED, State.WAITING}]
        assert self.store.outbox.drop(sorted(chosen), who="Eva", reason="", now=now) == len(stoppable)
        for key in stoppable:
            self.model[key].finished_at = now
            self.model[key].move(State.DROPPED, now)

    @rule(chosen=st.integers(1, 8))
    def settle(self, chosen: int) -> None:
        """A person knows the document."""
        now = self.clock.now()
        parked = [key for key in self.by_id({chosen}) if self.model[key].state is State.PARKED]
        document = Document(kind=DocumentKind.VOUCHER, id="x", number="X")
        done = self.store.outbox.settle(chosen, document=document, who="Eva", reason="by hand", now=now)
        assert done == bool(parked)
        for key in parked:
            self.model[key].finished_at, self.model[key].doubt = now, False
            self.model[key].move(State.DONE, now)

    def by_id(self, chosen: set[int]) -> list[Key]:
        """The keys of row ids; ids are given in the order of adding."""
        return [key for key, known in self.model.items() if known.order in chosen]

    @rule(purpose=st.sampled_from(Purpose))
    def hurry(self, purpose: Purpose) -> None:
        """The other end is back."""
        now = self.clock.now()
        waiting = [
            known
            for key, known in self.model.items()
            if key.purpose is purpose and known.state is State.WAITING and not known.doubt
            if known.attempts > 0 and known.due_at > now
        ]
        assert self.store.outbox.hurry(now, purpose=purpose) == len(waiting)
        for known in waiting:
            known.due_at = known.touched_at = now

    @rule(days=st.sampled_from([0, 1, 30]))
    def prune(self, days: int) -> None:
        """The retention."""
        before = self.clock.now() - timedelta(days=days)
        busy = {key.ref for key, known in self.model.items() if known.state in UNFINISHED}
        old = [
            key
            for key, known in self.model.items()
            if known.finished_at is not None and known.finished_at < before and key.ref not in busy
        ]
        assert self.store.prune(before=before) == len(old)
        for key in old:
            known = self.model.pop(key)
            if not known.withdrawn:
                self.pruned[key] = known

    @rule(seconds=st.sampled_from([1, 60, 3600, 86_400 * 2]))
    def time_passes(self, seconds: int) -> None:
        """It does."""
        self.clock.advance(seconds)

    @rule(hours=st.sampled_from([-26, -1, 1, 400]))
    def clock_jumps(self, hours: int) -> None:
        """A time server misleads us."""
        self.clock.jump(self.clock.now() + timedelta(hours=hours))

    @rule()
    def look_around(self) -> None:
        """What a person sees agrees: counts, waiting explained, and the bookkeeping of the file holds."""
        counts = self.store.reads.counts()
        page = self.store.reads.entries(EntryFilter(), limit=100)
        assert page.total == len(page.items) == len(self.model)
        for state in State:
            assert counts[state] == sum(known.state is state for known in self.model.values())
        for key, known in self.model.items():
            detail = self.store.reads.entry(known.order)
            assert detail is not None
            assert [event.after for event in detail.events] == known.history
            if known.state in UNFINISHED:
                assert set(detail.waits_for) == {self.model[other].order for other in self.ahead_of(key)}
        assert self.store.check() == []


TestOutbox = OutboxMachine.TestCase
TestOutbox.settings = settings(stateful_step_count=40)
