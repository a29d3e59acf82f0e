"""Orders of a few buyers through a failing ERP, kills and clock jumps: nobody is ever in the register twice."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bridge import crash
from bridge.clock import ManualClock
from bridge.flows.decide import Policy
from bridge.flows.dispatch import Step
from bridge.model.documents import Purpose
from bridge.model.orders import Address, Customer
from bridge.store import Store
from bridge.store.records import EntryFilter, State
from tests.builders import NOON, an_order
from tests.flows.conftest import House
from tests.support.fake_customers import FakeCustomerErp
from tests.support.fakes import FakeShop, Mode

EMAILS = ("anna@example.com", "Anna@Example.com", "bo@example.com", "")
MISTYPED = "811228-9875"
NUMBERS = ("556000-4615", "165560004615", "811228-9874", MISTYPED, "")
MODES = (
    Mode.GOOD,
    Mode.GOOD,
    Mode.DOWN,
    Mode.LOST_AFTER,
    Mode.LOST_BEFORE,
    Mode.LATE,
    Mode.THROTTLED,
    Mode.LOCKED,
)
SETTLE = timedelta(minutes=2)


class Killed(BaseException):
    """As kill -9: no handler of ours sees it."""


class CustomersMachine(RuleBasedStateMachine):
    """A house whose ERP keeps customers."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = ManualClock(NOON)
        path = Path(self.folder.name)
        self.erp = FakeCustomerErp(self.clock, settle=SETTLE)
        self.house = House(
            path,
            self.clock,
            FakeShop(name="main", clock=self.clock),
            self.erp,
            Store.open(path / "bridge.db", clock=self.clock),
            Policy(trigger_statuses=frozenset({"processing"}), starts_at=NOON - timedelta(days=90)),
        )
        self.placed = 0
        self.armed = False
        self.point, crash.point = crash.point, self.kill  # type: ignore[assignment]

    def kill(self, name: str) -> None:
        """What the named points do in this machine."""
        if self.armed and name == "customer-made":
            self.armed = False
            raise Killed

    def step(self) -> Step:
        """One step of the bridge; killed in it, it is started again."""
        try:
            return self.house.dispatcher.step()
        except Killed:
            self.house.restart()
            return Step.AGAIN

    @rule(email=st.sampled_from(EMAILS), number=st.sampled_from(NUMBERS), account=st.booleans())
    def somebody_buys(self, email: str, number: str, *, account: bool) -> None:
        """One of few people, who write themselves differently."""
        if not email and number in {"", MISTYPED}:
            return  # nobody could tell such a buyer from the next
        self.placed += 1
        home = Address(first_name="Anna", last_name="Öberg", country="SE")
        customer = Customer(shop_id="7" if account else "", email=email, org_number=number, billing=home)
        self.house.shop.put(an_order(order_id=self.placed, customer=customer))
        self.house.collector.poll("main")

    @rule(times=st.integers(1, 4))
    def bridge_works(self, times: int) -> None:
        """Some steps."""
        for _ in range(times):
            self.step()

    @rule(making=st.sampled_from(MODES), asking=st.sampled_from((Mode.GOOD, Mode.GOOD, Mode.DOWN, Mode.LOST_BEFORE)),
          late=st.integers(1, int(SETTLE.total_seconds()) - 1), lag=st.integers(0, 100))  # fmt: skip
    def erp_changes(self, making: Mode, asking: Mode, late: int, lag: int) -> None:
        """Better or worse; its search may lag behind, but less than it asks to be given."""
        self.erp.customer_mode, self.erp.asking_mode = making, asking
        self.erp.late_by, self.erp.search_lag = timedelta(seconds=late), timedelta(seconds=lag)

    @rule(mode=st.sampled_from((Mode.LATE, Mode.LOST_AFTER, Mode.LOST_BEFORE)))
    def erp_stumbles_once(self, mode: Mode) -> None:
        """One answer is lost; the next order, perhaps of the same buyer, finds the ERP well again."""
        self.erp.customer_mode, self.erp.asking_mode = mode, Mode.GOOD
        self.step()
        self.erp.customer_mode = Mode.GOOD
        self.step()

    @rule()
    def next_customer_kills(self) -> None:
        """The process will die when the ERP has made a customer."""
        self.armed = True

    @precondition(lambda self: all(card.visible_from <= self.clock.monotonic() for card in self.erp.cards))
    @rule()
    def killed_and_started(self) -> None:
        """Between two steps; what it remembered of a lagging search is gone, what is written down is not."""
        self.house.restart()

    @rule(seconds=st.sampled_from([1, 30, 61, 121, 600, 7 * 3600]))
    def time_passes(self, seconds: int) -> None:
        """On both clocks."""
        self.clock.advance(seconds)

    @precondition(lambda self: all(card.visible_from <= self.clock.monotonic() for card in self.erp.cards))
    @rule(hours=st.sampled_from([-25, 1, 25]))
    def wall_clock_jumps(self, hours: int) -> None:
        """October, or a bad time server."""
        self.clock.jump(self.clock.now() + timedelta(hours=hours))

    @invariant()
    def nobody_is_there_twice(self) -> None:
        """One mailbox, one number: one customer."""
        signs = Counter(
            sign
            for card in self.erp.cards
            for sign in (card.record.email.casefold(), card.record.org_number)
            if sign
        )
        assert [sign for sign, count in signs.items() if count > 1] == []

    @invariant()
    def every_document_has_its_customer(self) -> None:
        """And every order one document."""
        assert all(self.erp.booked_on)
        assert max(Counter(key for _, key, _ in self.erp.stored).values(), default=1) == 1

    def teardown(self) -> None:
        """Once the faults end and time passes, everything is booked."""
        try:
            self.armed = False
            self.erp.customer_mode = self.erp.asking_mode = Mode.GOOD
            for _ in range(30):
                self.house.store.progress.resume("erp")
                self.clock.advance(7 * 3600)
                while self.step() is not Step.IDLE:
                    pass
            orders = EntryFilter(purpose=Purpose.ORDER)
            entries = self.house.store.reads.entries(orders, limit=500).items
            assert {entry.state for entry in entries} <= {State.DONE}
            assert len(self.erp.stored) == len(entries)
            self.nobody_is_there_twice()
            self.every_document_has_its_customer()
        finally:
            crash.point = self.point
            self.house.store.close()
            self.folder.cleanup()


CustomersMachine.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
test_customers_machine = CustomersMachine.TestCase
