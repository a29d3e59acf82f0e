"""What becomes of an order that is edited, called off or paid back, by how far its document has come (M-5).

The rule of the whole table: what was never sent is sent as it is now; what is in the books stays there, is never
sent again, and is brought in line by amending it or by a credit and a new document, once a person says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import wraps

import pytest

from bridge.flows.changes import AfterBooking, CalledOff, ChangeRules
from bridge.flows.choosing import Choosing
from bridge.flows.standing import Choice
from bridge.model.orders import Order
from bridge.ports import Capability
from bridge.store.records import EntryFilter, State
from tests.builders import a_line, a_ref, an_order
from tests.flows.conftest import House
from tests.support.fakes import Mode

Act = Callable[[House], None]

BOOKED = an_order(a_line("80.00", "20.00"), a_line("40.00", "10.00", id="2", name="Kam"))
"""150.00 in two rows."""

# how far the order has come


def not_booked(house: House) -> None:
    """Its status does not send it."""
    house.shop.put(replace(BOOKED, status="on-hold"))
    house.collector.poll("main")


def waiting(house: House) -> None:
    """In the outbox, not tried."""
    house.shop.put(BOOKED)
    house.collector.poll("main")


def in_doubt(house: House) -> None:
    """Sent, and the answer was lost; the ERP has it."""
    waiting(house)
    house.erp.mode = Mode.LOST_AFTER
    house.drain()
    house.erp.mode = Mode.GOOD


def parked(house: House) -> None:
    """The ERP refused it."""
    waiting(house)
    house.erp.mode = Mode.REJECTS
    house.drain()
    house.erp.mode = Mode.GOOD


def booked(house: House) -> None:
    """In the books, and the shop knows."""
    waiting(house)
    house.drain()


def paid(house: House) -> None:
    """In the books, and the ERP lets nobody change it any more."""
    booked(house)
    house.erp.frozen = True


# what happens to it in the shop


def edited(order: Order, *lines: object) -> Order:
    """The order with other rows, and totals to fit."""
    fresh = an_order(*lines)
    return replace(order, lines=fresh.lines, totals=fresh.totals, tax_lines=fresh.tax_lines)


def in_shop(edit: Callable[[Order], Order]) -> Act:
    """Let the owner save it."""

    @wraps(edit)
    def saved(house: House) -> None:
        order = house.shop.orders["1234"]
        assert isinstance(order, Order)
        house.shop.put(edit(order))

    return saved


@in_shop
def row(order: Order) -> Order:
    """A row more."""
    return edited(order, *order.lines, a_line("16.00", "4.00", id="3", name="Borste"))


@in_shop
def quantity(order: Order) -> Order:
    """Two pieces of the first row."""
    two = replace(order.lines[0], quantity=Decimal(2), net=Decimal("160.00"), tax=Decimal("40.00"))
    return edited(order, two, *order.lines[1:])


@in_shop
def price(order: Order) -> Order:
    """A lower price of the first row."""
    return edited(order, a_line("60.00", "15.00"), *order.lines[1:])


@in_shop
def address(order: Order) -> Order:
    """Another street to deliver to."""
    moved = replace(order.customer.shipping, street="Storgatan 1")
    return replace(order, customer=replace(order.customer, shipping=moved))


@in_shop
def cancel(order: Order) -> Order:
    """Called off."""
    return replace(order, status="cancelled")


def part(house: House) -> None:
    """50.00 of it is paid back."""
    house.shop.refund("1234", "50.00")


def full(house: House) -> None:
    """All of it is paid back."""
    house.shop.refund("1234", "150.00")


def second(house: House) -> None:
    """30.00 is paid back, and a day later 20.00."""
    house.shop.refund("1234", "30.00")
    goes_on(house)
    house.clock.advance(hours=24)
    house.shop.refund("1234", "20.00")


def goes_on(house: House) -> None:
    """Polls and sending, until nothing moves by itself."""
    for _ in range(4):
        house.clock.advance(minutes=10)
        house.collector.poll("main")
        house.drain()


def told(house: House) -> str:
    """The outcome in words: what was asked of a person, and what the books hold after the answer."""
    asked = house.store.reads.entries(EntryFilter(states=(State.PARKED,))).items
    for entry in asked:
        if not Choosing(store=house.store, clock=house.clock).choose(
            entry.id, Choice.ANEW, who="Eva", reason=""
        ):
            house.store.outbox.retry([entry.id], who="Eva", reason="", now=house.clock.now())
    goes_on(house)
    documents = [document.gross for _, _, document in house.erp.stored]
    skipped = house.store.progress.seen_many([a_ref()])[a_ref()].reason is not None
    assert not house.store.reads.ids(EntryFilter(states=(State.PARKED, State.WAITING, State.SENDING)))
    return "".join(
        [
            *(f"asks: {entry.fault.kind}; " for entry in asked if entry.fault),
            " ".join(map(str, documents)) or "nothing",
            f" = {sum(documents)}" if len(documents) > 1 else "",
            "; not sent" if skipped else "",
        ]
    )


NO = "nothing; not sent"
PART, FULL, SECOND = "150.00 -50.00 = 100.00", "150.00 -150.00 = 0.00", "150.00 -30.00 -20.00 = 100.00"
ANEW = {  # what a person is asked, and the books after "take it back and make a new one"
    row: "asks: Edited; 150.00 -150.00 170.00 = 170.00",
    quantity: "asks: Edited; 150.00 -150.00 250.00 = 250.00",
    price: "asks: Edited; 150.00 -150.00 125.00 = 125.00",
    address: "150.00",
    cancel: "asks: CalledOff; 150.00 -150.00 = 0.00",
    part: PART,
    full: FULL,
    second: SECOND,
}
MATRIX = {
    not_booked: dict.fromkeys(ANEW, NO),
    waiting: {
        row: "170.00",
        quantity: "250.00",
        price: "125.00",
        address: "150.00",
        cancel: NO,
        part: PART,
        full: FULL,
        second: SECOND,
    },
    in_doubt: ANEW,
    parked: {
        row: "asks: Rejected; 170.00",
        quantity: "asks: Rejected; 250.00",
        price: "asks: Rejected; 125.00",
        address: "asks: Rejected; 150.00",
        cancel: NO,
        part: f"asks: Rejected; {PART}",
        full: f"asks: Rejected; {FULL}",
        second: f"asks: Rejected; {SECOND}",
    },
    booked: ANEW,
    paid: ANEW,
}


@pytest.mark.parametrize("edit", ANEW, ids=lambda edit: edit.__name__)
@pytest.mark.parametrize("stage", MATRIX, ids=lambda stage: stage.__name__)
def test_m_5_edit_matrix(house: House, stage: Act, edit: Act):
    """Whatever happens at whatever time, the books come to what the shop says, and nothing is sent twice."""
    stage(house)
    house.clock.advance(60)
    edit(house)
    goes_on(house)
    assert told(house) == MATRIX[stage][edit]


BY_ITSELF = {  # after_booking = amend, cancelled_after_booking = credit, an ERP that can amend and cancel
    booked: {
        row: "150.00; amended to 170.00",
        quantity: "150.00; amended to 250.00",
        price: "150.00; amended to 125.00",
        address: "150.00",
        cancel: "150.00; cancelled",
        part: PART,
        full: FULL,
    },
    paid: {
        row: "150.00 -150.00 170.00 = 170.00",
        quantity: "150.00 -150.00 250.00 = 250.00",
        price: "150.00 -150.00 125.00 = 125.00",
        address: "150.00",
        cancel: "150.00 -150.00 = 0.00",
        part: PART,
        full: FULL,
    },
}


@pytest.mark.parametrize("edit", BY_ITSELF[booked], ids=lambda edit: edit.__name__)
@pytest.mark.parametrize("stage", BY_ITSELF, ids=lambda stage: stage.__name__)
def test_m_5_edit_matrix_where_the_bridge_may_decide(house: House, stage: Act, edit: Act):
    """Amended or cancelled where the ERP still can, credited where it cannot, and nobody is asked."""
    house.erp.capabilities = frozenset({Capability.AMENDS, Capability.CANCELS, Capability.CREDITS})
    house.change_rules = ChangeRules(edited=AfterBooking.AMEND, called_off=CalledOff.CREDIT)
    house.build()
    stage(house)
    house.clock.advance(60)
    edit(house)
    goes_on(house)
    outcome = told(house)
    outcome += "".join(f"; amended to {total}" for _, total in house.erp.amended)
    outcome += "; cancelled" if house.erp.cancelled else ""
    assert outcome == BY_ITSELF[stage][edit]
