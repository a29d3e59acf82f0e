"""An order called off in the shop after booking, and one that comes back to life (STA-08)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bridge.flows.changes import AfterBooking, CalledOff, ChangeRules
from bridge.flows.choosing import Choosing
from bridge.flows.standing import Choice
from bridge.model.orders import Order
from bridge.ports import Capability
from bridge.store.records import Entry, EntryFilter, State
from tests.builders import a_line, an_order
from tests.flows.conftest import House
from tests.support.fakes import Mode

FIRST = an_order()
"""100.00."""
CANCELLED = replace(FIRST, status="cancelled")
CANCELS = frozenset({Capability.CANCELS, Capability.CREDITS})


def save(house: House, order: Order) -> None:
    """Save it in the shop with what was paid back, read the shop, carry out what is due."""
    house.clock.advance(60)
    before = house.shop.orders.get("1234")
    if isinstance(before, Order):
        order = replace(order, refund_ids=before.refund_ids, refunded=before.refunded)
    house.shop.put(order)
    house.collector.poll("main")
    house.drain()


def later(house: House) -> None:
    """Time passes."""
    for _ in range(4):
        house.clock.advance(minutes=10)
        house.drain()


def asked(house: House) -> list[Entry]:
    """What waits for a person."""
    return list(house.store.reads.entries(EntryFilter(states=(State.PARKED,))).items)


def answer(house: House) -> None:
    """A person says: take it back (or book it again)."""
    (entry,) = asked(house)
    assert Choosing(store=house.store, clock=house.clock).choose(entry.id, Choice.ANEW, who="Eva", reason="")
    house.drain()


def books(house: House) -> list[Decimal | None]:
    """The totals of all documents, in the order they were made."""
    return [document.gross for _, _, document in house.erp.stored]


def allow(house: House, rule: CalledOff) -> None:
    """Set ``cancelled_after_booking``."""
    house.change_rules = ChangeRules(called_off=rule)
    house.build()


@pytest.fixture
def booked(house: House) -> House:
    """A house whose one order is booked as N1."""
    save(house, FIRST)
    return house


def test_sta_08_cancelled_after_booking_waits_for_a_person(booked: House):
    """Nothing is taken back before somebody says so."""
    save(booked, CANCELLED)
    (entry,) = asked(booked)
    assert (str(entry.key), entry.fault.kind) == ("main:1234:cancel", "CalledOff")
    assert books(booked) == [Decimal("100.00")]


def test_sta_08_cancels_where_the_erp_still_can(booked: House):
    """The document itself is undone; no credit is made."""
    booked.erp.capabilities = CANCELS
    save(booked, CANCELLED)
    answer(booked)
    assert (booked.erp.cancelled, books(booked)) == (["N1"], [Decimal("100.00")])


@pytest.mark.parametrize(("abilities", "frozen"), [(CANCELS, True), (frozenset({Capability.CREDITS}), False)])
def test_sta_08_credits_where_the_erp_cannot_cancel(booked: House, abilities: frozenset, frozen: bool):  # noqa: FBT001 - a table
    """It is paid, or the ERP never cancels: a credit in full."""
    booked.erp.capabilities, booked.erp.frozen = abilities, frozen
    save(booked, CANCELLED)
    answer(booked)
    assert (booked.erp.cancelled, books(booked)) == ([], [Decimal("100.00"), Decimal("-100.00")])


def test_credit_by_itself_where_the_owner_says_so(booked: House):
    """cancelled_after_booking = credit."""
    allow(booked, CalledOff.CREDIT)
    save(booked, CANCELLED)
    assert (asked(booked), books(booked)) == ([], [Decimal("100.00"), Decimal("-100.00")])


def test_tell_writes_a_line_and_asks_nothing(booked: House):
    """cancelled_after_booking = tell."""
    allow(booked, CalledOff.TELL)
    save(booked, CANCELLED)
    assert (asked(booked), books(booked)) == ([], [Decimal("100.00")])
    for _ in range(3):
        booked.clock.advance(hours=20)
        booked.collector.sweep("main", days=30)
    assert booked.notes().count("called off in the shop; the document is left") == 1


def test_erp_without_credits_leaves_it_to_a_person(booked: House):
    """No way to take it back from here."""
    booked.erp.capabilities = frozenset()
    save(booked, CANCELLED)
    answer(booked)
    (entry,) = asked(booked)
    assert "cannot take this document back" in str(entry.fault.text)


def test_amending_is_no_answer_to_a_cancellation(booked: House):
    """The choice is refused, the question stays."""
    save(booked, CANCELLED)
    (entry,) = asked(booked)
    choosing = Choosing(store=booked.store, clock=booked.clock)
    assert not choosing.choose(entry.id, Choice.AMEND, who="Eva", reason="")
    assert len(asked(booked)) == 1


def test_refunded_in_full_is_not_cancelled_too(booked: House):
    """The refunds take it all back; one who cancels as well takes nothing twice."""
    allow(booked, CalledOff.CREDIT)
    booked.shop.refund("1234", "100.00")
    save(booked, CANCELLED)
    later(booked)
    assert (asked(booked), books(booked)) == ([], [Decimal("100.00"), Decimal("-100.00")])


def test_cancelled_after_a_part_refund_credits_the_rest(booked: House):
    """30 of 100 was credited; the cancellation takes back 70."""
    allow(booked, CalledOff.CREDIT)
    booked.shop.refund("1234", "30.00")
    save(booked, FIRST)
    save(booked, CANCELLED)
    assert books(booked) == [Decimal("100.00"), Decimal("-30.00"), Decimal("-70.00")]


def test_refund_after_the_question_and_before_the_answer(booked: House):
    """A refund that covers it all withdraws the question, and is credited."""
    save(booked, CANCELLED)
    booked.shop.refund("1234", "100.00")
    save(booked, CANCELLED)
    later(booked)
    assert (asked(booked), books(booked)) == ([], [Decimal("100.00"), Decimal("-100.00")])


def test_cancelled_while_the_booking_is_in_doubt(house: House):
    """First it is found, then a person is asked whether to take it back."""
    house.erp.mode = Mode.LOST_AFTER
    save(house, FIRST)
    house.erp.mode = Mode.GOOD
    save(house, CANCELLED)
    later(house)
    assert books(house) == [Decimal("100.00")]
    answer(house)
    assert books(house) == [Decimal("100.00"), Decimal("-100.00")]


@pytest.mark.parametrize("mode", [Mode.LOST_AFTER, Mode.LOST_BEFORE, Mode.LATE])
@pytest.mark.parametrize("abilities", [CANCELS, frozenset({Capability.CREDITS})])
def test_lost_answer_to_a_cancellation_takes_back_once(booked: House, mode: Mode, abilities: frozenset):
    """Cancelled or credited, and never both."""
    booked.erp.capabilities = abilities
    save(booked, CANCELLED)
    booked.erp.mode = mode
    answer(booked)
    booked.erp.mode = Mode.GOOD
    later(booked)
    taken_back = [total for total in books(booked) if total < 0]
    assert (len(taken_back), bool(booked.erp.cancelled)) == (
        (0, True) if abilities is CANCELS else (1, False)
    )
    assert asked(booked) == []


def test_back_to_life_before_the_answer_withdraws_the_question(booked: House):
    """Cancelled by mistake, and set right."""
    save(booked, CANCELLED)
    save(booked, FIRST)
    assert asked(booked) == []
    save(booked, CANCELLED)
    assert len(asked(booked)) == 1


def test_back_to_life_after_it_was_taken_back_is_never_silent(booked: House):
    """A person books it again, under a key of its own."""
    allow(booked, CalledOff.CREDIT)
    save(booked, CANCELLED)
    save(booked, FIRST)
    (entry,) = asked(booked)
    assert entry.fault.kind == "Revived"
    answer(booked)
    assert books(booked) == [Decimal("100.00"), Decimal("-100.00"), Decimal("100.00")]
    save(booked, CANCELLED)
    assert books(booked)[3:] == [Decimal("-100.00")]


def test_back_to_life_while_the_cancellation_is_in_doubt(booked: House):
    """The cancellation goes through first; then a person is asked."""
    save(booked, CANCELLED)
    booked.erp.mode = Mode.LOST_AFTER
    answer(booked)
    save(booked, FIRST)
    save(booked, CANCELLED)
    save(booked, FIRST)
    booked.erp.mode = Mode.GOOD
    later(booked)
    assert [entry.fault.kind for entry in asked(booked)] == ["Revived"]
    assert books(booked) == [Decimal("100.00"), Decimal("-100.00")]


def test_cancelled_after_the_credit_and_before_the_new_document(booked: House):
    """An edit's credit stands, its new document was refused, and now it is called off: nothing is left to do."""
    save(booked, an_order(a_line("120.00", "30.00")))
    booked.erp.on_put = lambda: setattr(booked.erp, "mode", Mode.REJECTS)
    answer(booked)
    booked.erp.on_put, booked.erp.mode = None, Mode.GOOD
    save(booked, CANCELLED)
    later(booked)
    assert (asked(booked), books(booked)) == ([], [Decimal("100.00"), Decimal("-100.00")])


def test_called_off_order_that_was_dropped_before_booking_is_left_alone(house: House):
    """Nothing was booked, so nothing is taken back."""
    house.erp.mode = Mode.REJECTS
    save(house, FIRST)
    house.store.outbox.drop([house.entry().id], who="Eva", reason="test order", now=house.clock.now())
    save(house, CANCELLED)
    save(house, an_order(a_line("8.00", "2.00")))
    assert (asked(house), books(house)) == ([], [])


def test_payment_awaited_again_says_nothing_about_the_sale(booked: House):
    """Pending again with a question open: the question stays."""
    save(booked, CANCELLED)
    save(booked, replace(FIRST, status="pending"))
    assert len(asked(booked)) == 1


def test_edit_to_less_than_was_refunded_is_not_amended(booked: House):
    """The books would owe the buyer: a person looks, with both sums before them."""
    booked.erp.capabilities = frozenset({Capability.AMENDS, Capability.CREDITS})
    booked.change_rules = ChangeRules(edited=AfterBooking.AMEND)
    booked.build()
    booked.shop.refund("1234", "60.00")
    booked.collector.poll("main")
    booked.drain()
    save(booked, an_order(a_line("40.00", "10.00")))
    (entry,) = asked(booked)
    assert entry.fault is not None
    assert "comes to 50.00 now, but 60.00 of its document has been credited" in str(entry.fault.text)
    assert booked.erp.amended == []
    save(booked, an_order(a_line("48.00", "12.00")))
    assert booked.erp.amended == [("N1", Decimal("60.00"))]
