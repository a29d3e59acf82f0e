"""What becomes of orders while the connection to Fortnox is gone: they wait, and nothing is lost."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.app import read_config
from bridge.clock import ManualClock
from bridge.erps.fortnox.tokens import endpoint, tokens
from bridge.sim.faults import Kind
from bridge.sim.fortnox import Simulator
from bridge.sim.woocommerce import ShopSim
from bridge.sim.woocommerce.arrivals import arrive
from bridge.store.records import State
from tests.builders import NOON
from tests.support.whole import Whole
from tests.support.wired import stocked

MORE = "[orders]\nexchange_rates = EUR 11.45, DKK 1.53\n[articles]\nunnumbered = ovrigt\n"


@dataclass
class Books(Whole):
    """A bridge before Fortnox, connected by a refresh token or by client credentials."""

    numbers: Iterator[int] = field(default_factory=itertools.count)

    def connect(self) -> None:
        """A person consents, as by ``bridge connect fortnox``."""
        options, back = self.bridge.config.erp_options, "http://127.0.0.1/"
        mounts = self.simulator.mounts
        desk = endpoint(options, clock=self.clock, mounts=mounts)
        source = tokens(options, data_dir=self.bridge.config.bridge.data_dir, clock=self.clock, mounts=mounts)
        self.simulator.oauth.company.consent = True
        if not options.tenant_id:
            source.adopt(
                desk.ask(
                    grant_type="authorization_code", code=self.simulator.grant_code(back), redirect_uri=back
                )
            )
        desk.close()
        source.close()

    def buy(self, count: int) -> list[str]:
        """Somebody buys and pays."""
        placed: list[str] = []
        while len(placed) < count:
            number = arrive(self.shops["main"], next(self.numbers))
            if self.shops["main"].order(number)["status"] in ("processing", "completed"):
                placed.append(str(number))
        return placed

    def reasons(self, orders: list[str]) -> set[str]:
        """Why they wait."""
        details = [self.detail(order) for order in orders]
        return {
            str(each.entry.fault.text)
            for each in details
            if each is not None and each.entry.fault is not None
        }

    def states(self, orders: list[str]) -> set[State | None]:
        """Where they stand."""
        return {self.state(order) for order in orders}

    def everything(self) -> None:
        """Poll and carry out, however long the ERP rests."""
        for _ in range(10):
            self.work()
            self.pass_time(minutes=31)


@pytest.fixture
def clock() -> ManualClock:
    """The day after the recordings."""
    return ManualClock(NOON + timedelta(days=1))


@pytest.fixture(params=["", "29302"], ids=["refresh", "credentials"])
def books(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> Iterator[Books]:
    """An empty shop, and a company that has all its articles."""
    shop, simulator = ShopSim(now=clock.now), Simulator(tmp_path, clock.now)
    simulator.stock_up({"ovrigt": Decimal(25), **stocked(shop)})
    books = Books(
        tmp_path, clock, {"main": shop}, more=MORE, erp={"tenant_id": request.param}, simulator=simulator
    )
    books.connect()
    yield books
    books.close()


def test_orders_wait_with_the_sentence_while_the_consent_is_gone(books: Books):
    """The channel rests, no attempt is counted, no order is parked; with a new consent all are booked, each once."""
    first = books.buy(2)
    books.everything()
    assert books.states(first) == {State.DONE}

    books.simulator.revoke()
    second = books.buy(3)
    books.everything()
    assert books.states(second) == {State.WAITING}
    assert "The connection to Fortnox is gone." in books.reasons(second)
    details = [books.detail(order) for order in second]
    assert {each.entry.attempts for each in details if each is not None} == {0}
    assert "erp" in books.bridge.store.progress.pauses()

    books.connect()
    books.everything()
    assert books.states(second) == {State.DONE}
    assert sorted(books.booked()) == sorted(f"main:{order}:order" for order in (*first, *second))


def test_access_that_dies_in_the_middle_of_a_booking_is_renewed(books: Books):
    """Between asking and writing, again and again: nobody notices, and each order is booked once."""
    died: list[str] = []

    def die(exchange: object) -> None:
        path = getattr(exchange, "path", "")
        if path == "/3/orders" and getattr(exchange, "method", "") == "GET":
            books.simulator.oauth.expire()
            died.append(path)

    books.simulator.watchers.append(die)
    orders = books.buy(4)
    books.everything()
    assert len(died) >= 4
    assert books.states(orders) == {State.DONE}
    assert len(books.booked()) == 4
    assert len(books.simulator.customers.kept()) <= 4


def test_desk_that_is_away_for_hours_costs_no_order(books: Books, clock: ManualClock):
    """Its own failures are no attempts at the orders' documents, which were never sent."""
    clock.advance(hours=2)
    books.simulator.faults.add(Kind.REFUSE, match=("POST", "/oauth-v1/token"), times=12)
    orders = books.buy(2)
    books.work()
    assert books.states(orders) == {State.WAITING}
    assert all(each.entry.doubt is None for each in map(books.detail, orders) if each is not None)
    books.simulator.faults.clear()
    books.everything()
    assert books.states(orders) == {State.DONE}
    assert len(books.booked()) == 2


def test_lost_answer_of_the_desk_puts_no_document_in_doubt(books: Books, clock: ManualClock):
    """Whether the token is spent is unknown; whether the order is booked is not."""
    clock.advance(hours=2)
    books.simulator.faults.add(Kind.RESET, match=("POST", "/oauth-v1/token"))
    orders = books.buy(1)
    books.work()
    assert books.states(orders) == {State.WAITING}
    assert all(each.entry.doubt is None for each in map(books.detail, orders) if each is not None)
    books.connect()
    books.everything()
    assert books.states(orders) == {State.DONE}
    assert len(books.booked()) == 1


def test_configuration_of_the_test_is_one_an_owner_could_write(books: Books):
    """It is read back from a file as it stands."""
    path = books.folder / "config.ini"
    path.write_text(books.text())
    path.chmod(0o600)
    assert read_config(path).erp.type == "fortnox"
