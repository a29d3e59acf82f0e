"""The whole bridge under random orders, faults, kills, people and clocks: what must hold is written once."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bridge import crash
from bridge.clock import ManualClock
from bridge.errors import BridgeError
from bridge.flows.changes import AfterBooking, CalledOff, ChangeRules
from bridge.flows.choosing import Choosing
from bridge.flows.decide import Policy
from bridge.flows.standing import Choice
from bridge.model.documents import Document, DocumentKind
from bridge.model.orders import Order
from bridge.ports import Capability
from bridge.store import Store
from bridge.store.records import EntryFilter, State
from tests.builders import a_line, an_order
from tests.flows.conftest import House
from tests.machine import bridge_books as may
from tests.machine.bridge_books import SETTLE, STATUSES, BridgeBooks, replace_key
from tests.support.fakes import FakeErp, FakeShop, Mode


class Killed(BaseException):
    """As by kill -9: no handler of ours may see it."""


class BridgeMachine(BridgeBooks, RuleBasedStateMachine):
    """Whatever happens: no order has two documents, no entry is lost, and in the end everything is settled."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = ManualClock(jitter=0.5)
        self.shop = FakeShop(name="main", clock=self.clock)
        erp = FakeErp(self.clock, settle=SETTLE)
        store = Store.open(self.folder / "bridge.db", clock=self.clock)
        start = self.clock.now() - timedelta(days=100)
        policy = Policy(trigger_statuses=frozenset({"processing", "completed"}), starts_at=start)
        self.house = House(self.folder, self.clock, self.shop, erp, store, policy)
        self.next_id = 1
        self.by_hand: set[str] = set()
        """Orders whose books a person answers for: settled with a number of theirs, or dropped."""
        self.armed: str | None = None
        self.real_point = crash.point
        crash.point = self.die_at  # type: ignore[assignment]

    @initialize(
        able=st.sampled_from(may.ABILITIES),
        wants=st.sampled_from(may.WANTS),
        edited=st.sampled_from(list(AfterBooking)),
        called_off=st.sampled_from(list(CalledOff)),
    )
    def owner_decides(
        self,
        able: frozenset[Capability],
        wants: tuple[str, ...],
        edited: AfterBooking,
        called_off: CalledOff,
    ) -> None:
        """What the ERP can, how far documents go by themselves, what becomes of orders edited or called off."""
        self.house.erp.capabilities = able
        self.house.erp.wants = wants
        self.house.change_rules = ChangeRules(edited=edited, called_off=called_off)
        self.house.build()

    def teardown(self) -> None:
        """Let all faults end and time pass, look at what is left, clean up."""
        try:
            self.settle_down()
        finally:
            crash.point = self.real_point
            self.house.store.close()
            shutil.rmtree(self.folder)

    def die_at(self, name: str) -> None:
        """The armed crash point kills once."""
        if name == self.armed:
            self.armed = None
            raise Killed

    def alive(self, call) -> None:
        """Do something of the bridge's; start again if it dies of it."""
        try:
            call()
        except BridgeError:
            return
        except Killed:
            self.house.restart()

    # the shop

    @rule(status=st.sampled_from(STATUSES), net=st.integers(0, 99999))
    def order_placed(self, status: str, net: int) -> None:
        """Somebody buys something."""
        line = a_line(str(Decimal(net) / 100), "0.00", percent="0")
        now = self.clock.now()
        self.shop.put(an_order(line, order_id=self.next_id, status=status, created_at=now))
        self.next_id += 1

    @precondition(lambda self: self.shop.orders)
    @rule(data=st.data(), status=st.sampled_from(STATUSES))
    def status_changed(self, data: st.DataObject, status: str) -> None:
        """The shop's owner, or its payment provider, moves an order."""
        self.shop.put(replace(self.pick(data), status=status))

    @precondition(lambda self: self.shop.orders)
    @rule(data=st.data(), net=st.integers(0, 99999))
    def order_edited(self, data: st.DataObject, net: int) -> None:
        """The owner changes a price."""
        order = self.pick(data)
        edited = an_order(a_line(str(Decimal(net) / 100), "0.00", percent="0"), order_id=order.ref.id)
        kept = {"refund_ids": order.refund_ids, "refunded": order.refunded}
        self.shop.put(replace(edited, status=order.status, created_at=order.created_at, **kept))

    @precondition(lambda self: self.shop.orders)
    @rule(data=st.data(), moves=st.booleans())
    def refunded(self, data: st.DataObject, moves: bool) -> None:  # noqa: FBT001 - hypothesis calls by name
        """The owner pays a part back, or all that is left; the order's date may stand still."""
        order = self.pick(data)
        left = int((order.totals.gross - order.refunded) * 100)
        if left > 0:
            ore = data.draw(st.integers(1, left) | st.just(left))
            self.shop.refund(order.ref.id, Decimal(ore) / 100, moves=moves)

    # the bridge

    @rule()
    def poll(self) -> None:
        """Read the shop."""
        self.alive(lambda: self.house.collector.poll("main"))

    @rule()
    def sweep(self) -> None:
        """Read it all."""
        self.alive(lambda: self.house.collector.sweep("main", days=30))

    @rule()
    def read_refunds(self) -> None:
        """Read the shop's own list of refunds."""
        self.alive(lambda: self.house.refunds.recent("main"))

    @rule(steps=st.integers(1, 6))
    def dispatch(self, steps: int) -> None:
        """Send some."""
        for _ in range(steps):
            self.alive(self.house.dispatcher.step)

    @rule()
    def quiet_hour(self) -> None:
        """Nothing fails for a while, so that orders come far enough to be edited after booking."""
        self.house.erp.mode = self.shop.mode = Mode.GOOD
        self.clock.advance(3600)
        for _ in range(2):
            self.alive(lambda: self.house.collector.poll("main"))
            for _ in range(12):
                self.alive(self.house.dispatcher.step)

    # the world

    @rule(mode=st.sampled_from(may.ERP_MODES), late=st.integers(1, int(SETTLE.total_seconds()) - 1))
    def erp_changes(self, mode: Mode, late: int) -> None:
        """The ERP gets better or worse."""
        self.house.erp.mode = mode
        self.house.erp.late_by = timedelta(seconds=late)

    @rule(mode=st.sampled_from(may.SHOP_MODES))
    def shop_changes(self, mode: Mode) -> None:
        """The shop gets better or worse."""
        self.shop.mode = mode

    @rule(name=st.sampled_from(crash.POINTS))
    def next_kill_is(self, name: str) -> None:
        """The process will be killed when it comes here."""
        self.armed = name

    @rule(
        net=st.integers(1, 99999),
        good=st.integers(0, 4),
        mode=st.sampled_from([Mode.LATE, Mode.LOST_AFTER, Mode.LOST_BEFORE]),
        wait=st.sampled_from([2, 30, 61, 121]),
        after=st.sampled_from([Mode.GOOD, Mode.LATE]),
    )
    def answers_get_lost(self, net: int, good: int, mode: Mode, wait: int, after: Mode) -> None:
        """An order comes some way, then answers get lost, and a little later the ERP answers again."""
        self.house.erp.mode = self.shop.mode = Mode.GOOD
        self.order_placed(status="processing", net=net)
        self.alive(lambda: self.house.collector.poll("main"))
        for steps, how in ((good, Mode.GOOD), (2, mode), (4, after)):
            self.house.erp.mode = how
            for _ in range(steps):
                self.alive(self.house.dispatcher.step)
            self.clock.advance(wait if how is mode else 0)

    @rule()
    def killed_and_started(self) -> None:
        """Killed between two steps."""
        self.house.restart()

    @rule(seconds=st.sampled_from([1, 30, 61, 121, 600, 3600, 7 * 3600]))
    def time_passes(self, seconds: int) -> None:
        """On both clocks."""
        self.clock.advance(seconds)

    @precondition(lambda self: self.nothing_is_on_its_way())
    @rule(hours=st.sampled_from([-25, -1, 1, 25]))
    def wall_clock_jumps(self, hours: int) -> None:
        """October, or a bad time server. Not while a document is on its way: two jumps could outwit two asks."""
        self.clock.jump(self.clock.now() + timedelta(hours=hours))
        self.house.restart()

    # a person

    @rule(data=st.data(), act=st.sampled_from(["retry", "drop", "settle"]))
    def person_acts(self, data: st.DataObject, act: str) -> None:
        """The admin mends something."""
        parked = self.house.store.reads.ids(EntryFilter(states=(State.PARKED,)))
        if not parked:
            return
        entry_id = data.draw(st.sampled_from(parked))
        outbox, now = self.house.store.outbox, self.clock.now()
        if act == "retry":
            outbox.retry([entry_id], who="Eva", reason="", now=now)
        elif act == "drop":
            self.answers_for(entry_id)
            outbox.drop([entry_id], who="Eva", reason="by hand", now=now)
        else:
            self.answers_for(entry_id)
            document = Document(kind=DocumentKind.ORDER, id="77", number="77")
            outbox.settle(entry_id, document=document, who="Eva", reason="", now=now)

    @rule(data=st.data(), choice=st.sampled_from(list(Choice)))
    def person_chooses(self, data: st.DataObject, choice: Choice) -> None:
        """The admin says what becomes of an order that is another than what was booked."""
        parked = self.house.store.reads.ids(EntryFilter(states=(State.PARKED,)))
        if parked:
            choosing = Choosing(store=self.house.store, clock=self.clock)
            choosing.choose(data.draw(st.sampled_from(parked)), choice, who="Eva", reason="")

    def answers_for(self, entry_id: int) -> None:
        """From here on a person's word stands for what is in the books of this order."""
        detail = self.house.store.reads.entry(entry_id)
        assert detail is not None
        self.by_hand.add(detail.entry.key.ref.id)

    # what must hold

    @invariant()
    def no_step_is_taken_twice(self) -> None:
        """One invoice, one booking, one payment, one mail of each document."""
        assert self.house.erp.taken_twice() == []

    @invariant()
    def one_document_lives(self) -> None:
        """However often an order is edited, called off and brought back: at most one document of it stands."""
        for order_id in self.shop.orders:
            if order_id not in self.by_hand:
                assert self.living(order_id) in {0, 1}, order_id

    @invariant()
    def no_order_has_two_documents(self) -> None:
        """The promise."""
        counts = Counter(str(key) for _, key, _ in self.house.erp.stored)
        assert not [key for key, count in counts.items() if count > 1], counts

    @invariant()
    def every_order_of_the_books_is_known(self) -> None:
        """Nothing in the ERP that the outbox has no entry for."""
        for _, key, _ in self.house.erp.stored:
            assert self.house.store.reads.by_key(key) is not None

    @invariant()
    def done_has_a_document(self) -> None:
        """No green status with nothing behind it."""
        for entry in self.house.store.reads.entries(EntryFilter(states=(State.DONE,)), limit=200).items:
            assert self.house.store.reads.documents(entry.key.ref), entry.key

    def settle_down(self) -> None:
        """Once faults end and time passes, everything is done, parked with a reason, dropped, or has a reason."""
        self.armed = None
        self.house.erp.mode = self.shop.mode = Mode.GOOD
        self.house.restart()
        for _ in range(6):
            self.clock.advance(hours=8)
            self.house.collector.sweep("main", days=300)
            self.house.collector.poll("main")
            self.house.drain(limit=500)
        self.no_order_has_two_documents()
        self.no_step_is_taken_twice()
        self.what_stands_is_finished()
        self.one_document_lives()
        self.books_say_what_the_shop_says()
        self.every_refund_is_accounted_for()
        booked = {str(key) for _, key, _ in self.house.erp.stored}
        for order in self.shop.orders.values():
            detail = self.house.store.reads.by_key(replace_key(order))
            if detail is None:
                seen = self.house.store.progress.seen_many([order.ref])[order.ref]
                assert seen.reason is not None, order.ref
                assert order.status not in self.house.policy.trigger_statuses, order.ref
                continue
            entry = detail.entry
            assert entry.state in {State.DONE, State.PARKED, State.DROPPED}, entry
            if entry.state is State.DONE and entry.document != "77":
                assert str(entry.key) in booked
            if entry.state is State.PARKED:
                assert entry.fault is not None
            if entry.state is State.DROPPED and order.status in self.house.policy.trigger_statuses:
                assert any(event.who == "Eva" for event in detail.events), "dropped by nobody"

    @invariant()
    def no_more_is_credited_than_was_booked(self) -> None:
        """Refunds and all: what is in the books of an order is never less than nothing."""
        for order_id in self.shop.orders:
            assert order_id in self.by_hand or self.in_books(order_id) >= 0, order_id

    def pick(self, data: st.DataObject) -> Order:
        """One of the shop's orders."""
        order = self.shop.orders[data.draw(st.sampled_from(sorted(self.shop.orders)))]
        assert isinstance(order, Order)
        return order


def test_bridge_machine():
    """Hundreds of random lives of a bridge in the CI profile."""
    run_state_machine_as_test(BridgeMachine, settings=settings(stateful_step_count=40))
