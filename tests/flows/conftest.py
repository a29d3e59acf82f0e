"""A bridge's flows over a real store, a fake shop and a fake ERP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.config.customers import CustomersSection
from bridge.config.sections import OrdersSection
from bridge.flows.booking import Booker
from bridge.flows.changes import ChangeRules, Changes
from bridge.flows.changing import Changer
from bridge.flows.crediting import Creditor
from bridge.flows.customers import Customers
from bridge.flows.decide import Policy
from bridge.flows.dispatch import Dispatcher, Step
from bridge.flows.finalising import Afterwards, Finisher
from bridge.flows.marking import Marker
from bridge.flows.orders import Collector
from bridge.flows.refunds import Refunds
from bridge.flows.sending import Sending
from bridge.hooks import Hooks
from bridge.model.documents import DocumentKind, Key, Purpose
from bridge.model.refunds import RefundRules
from bridge.ports import Capability
from bridge.store import Store
from bridge.store.records import Detail, Entry, State
from tests.builders import NOON, a_line, a_ref, an_order
from tests.support.configs import order_settings
from tests.support.fake_afterwards import STEPS
from tests.support.fake_customers import customer_settings
from tests.support.fakes import FakeErp, FakeShop


@dataclass
class House:
    """Everything a test of the flows needs at hand."""

    folder: Path
    clock: ManualClock
    shop: FakeShop
    erp: FakeErp
    store: Store
    policy: Policy
    customers: CustomersSection = field(default_factory=customer_settings)
    change_rules: ChangeRules = field(default_factory=ChangeRules)
    refund_rules: RefundRules = field(default_factory=RefundRules)
    orders: OrdersSection = field(default_factory=lambda: order_settings(invoice_orders=True))

    def __post_init__(self) -> None:
        self.hooks = Hooks(clock=self.clock)
        self.build()

    def build(self) -> None:
        """Put the flows together, as at start."""
        shops = {"main": self.shop}
        self.collector = Collector(
            store=self.store,
            shops=shops,
            policies={"main": self.policy},
            clock=self.clock,
            hooks=self.hooks,
            changes=Changes(store=self.store, rules=self.change_rules, clock=self.clock),
        )
        self.customer_flow = Customers(
            erp=self.erp, settings=self.customers, facts=self.store.progress, clock=self.clock
        )
        afterwards = Afterwards(erp=self.erp, orders=self.orders, clock=self.clock)
        self.booker = Booker(
            erp=self.erp,
            shops=shops,
            kinds={"main": DocumentKind.ORDER},
            tolerance=Decimal("0.05"),
            clock=self.clock,
            redact=lambda text: text,
            hooks=self.hooks,
            customers=self.customer_flow,
            afterwards=afterwards,
        )
        changer = Changer(
            erp=self.erp,
            store=self.store,
            rules=self.change_rules,
            refund_rules=self.refund_rules,
            book=self.booker.book,
            mapped=self.hooks.mapped,
            sending=Sending(erp=self.erp, clock=self.clock, redact=lambda text: text),
            clock=self.clock,
            afterwards=afterwards,
        )
        self.refunds = Refunds(store=self.store, shops=shops, clock=self.clock)
        self.creditor = Creditor(
            store=self.store,
            erp=self.erp,
            shops=shops,
            rules=self.refund_rules,
            clock=self.clock,
            redact=lambda text: text,
            mapped=self.hooks.mapped,
            rows=self.hooks.rows,
            afterwards=afterwards,
        )
        self.dispatcher = Dispatcher(
            store=self.store,
            handlers={
                Purpose.ORDER: self.booker.book,
                Purpose.MARK: Marker(shops=shops).mark,
                Purpose.CHANGE: changer.change,
                Purpose.CANCEL: changer.cancel,
                Purpose.REFUND: self.creditor.credit,
                Purpose.FINALISE: Finisher(
                    store=self.store,
                    erp=self.erp,
                    shops=shops,
                    clock=self.clock,
                    redact=lambda text: text,
                    mapped=self.hooks.mapped,
                ).finalise,
            },
            shops=shops,
            settle=self.erp.settle,
            clock=self.clock,
        )

    def restart(self) -> None:
        """As after a kill: the database is all that is left."""
        self.store.close()
        self.store = Store.open(self.folder / "bridge.db", clock=self.clock)
        self.build()
        self.dispatcher.recover()

    def drain(self, limit: int = 50) -> list[Step]:
        """Step until nothing is due."""
        steps = []
        for _ in range(limit):
            steps.append(self.dispatcher.step())
            if steps[-1] is Step.IDLE:
                return steps[:-1]
        raise AssertionError("it never ends")

    def detail(
        self, order_id: int | str = 1234, purpose: Purpose = Purpose.ORDER, detail: str = ""
    ) -> Detail:
        """Everything about an order's entry."""
        found = self.store.reads.by_key(Key(a_ref(order_id), purpose, detail))
        assert found is not None
        return found

    def entry(self, order_id: int | str = 1234, purpose: Purpose = Purpose.ORDER, detail: str = "") -> Entry:
        """An order's entry."""
        return self.detail(order_id, purpose, detail).entry

    def state(self, order_id: int | str = 1234, purpose: Purpose = Purpose.ORDER, detail: str = "") -> State:
        """An order's state."""
        return self.entry(order_id, purpose, detail).state

    def notes(self, order_id: int | str = 1234) -> str:
        """The timeline as one text."""
        return "\n".join(str(event.note) for event in self.detail(order_id).events)


@pytest.fixture
def house(tmp_path: Path, clock: ManualClock) -> Iterator[House]:
    """A bridge that has run since the day before."""
    shop = FakeShop(name="main", clock=clock)
    store = Store.open(tmp_path / "bridge.db", clock=clock)
    policy = Policy(trigger_statuses=frozenset({"processing"}), starts_at=NOON - timedelta(days=1))
    made = House(tmp_path, clock, shop, FakeErp(clock), store, policy)
    yield made
    made.store.close()


@pytest.fixture
def ready(house: House) -> House:
    """A house with one order waiting."""
    house.shop.put(an_order())
    house.collector.poll("main")
    return house


@pytest.fixture
def booked(house: House) -> House:
    """An order of two pieces, 200.00, in the books and told to the shop; some time ago."""
    house.shop.put(an_order(a_line("160.00", "40.00", quantity=Decimal(2))))
    house.collector.poll("main")
    house.drain()
    house.collector.poll("main")
    house.clock.advance(timedelta(hours=1).total_seconds())
    return house


@pytest.fixture
def wanting(house: House) -> House:
    """An ERP that can do everything, settings that want all of it, and an order of two pieces that waits."""
    house.erp.capabilities = frozenset(
        {Capability.CREDITS, Capability.AMENDS, Capability.CANCELS, Capability.FINALISES}
    )
    house.erp.wants = STEPS
    house.build()
    house.shop.put(an_order(a_line("160.00", "40.00", quantity=Decimal(2))))
    house.collector.poll("main")
    return house
