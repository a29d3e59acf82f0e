"""An order edited after booking: found, put before a person, amended or credited and made anew, exactly once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bridge import crash
from bridge.flows.changes import AfterBooking, ChangeRules
from bridge.flows.choosing import Choosing
from bridge.flows.standing import Choice
from bridge.model.documents import DocumentKind, Purpose
from bridge.model.orders import Order
from bridge.ports import Capability
from bridge.store.records import Entry, EntryFilter, State
from tests.builders import a_line, an_order
from tests.flows.conftest import House
from tests.support.fakes import Mode

AMENDS = frozenset({Capability.AMENDS, Capability.CREDITS})
FIRST = an_order()
"""100.00."""
DEARER = an_order(a_line("120.00", "30.00"))
CHEAPER = an_order(a_line("40.00", "10.00"))


class Killed(BaseException):
    """As by kill -9."""


def edit(house: House, order: Order) -> None:
    """Save it in the shop, read the shop, carry out what is due."""
    house.clock.advance(60)
    house.shop.put(order)
    house.collector.poll("main")
    house.drain()


def changes(house: House, *states: State) -> list[Entry]:
    """The change entries, oldest first."""
    wanted = EntryFilter(states=states, purpose=Purpose.CHANGE)
    return sorted(house.store.reads.entries(wanted).items, key=lambda entry: entry.id)


def asked(house: House) -> Entry:
    """The one entry that waits for a person."""
    (entry,) = changes(house, State.PARKED)
    return entry


def answer(house: House, choice: Choice = Choice.ANEW) -> None:
    """A person chooses."""
    chosen = Choosing(store=house.store, clock=house.clock).choose(
        asked(house).id, choice, who="Eva", reason="rang the buyer"
    )
    assert chosen
    house.drain()


def books(house: House) -> list[Decimal | None]:
    """The totals of all documents, in the order they were made."""
    return [document.gross for _, _, document in house.erp.stored]


@pytest.fixture
def booked(house: House) -> House:
    """A house whose one order is booked as N1."""
    edit(house, FIRST)
    return house


@pytest.fixture
def edited(booked: House) -> House:
    """... and edited to 150.00 in the shop; somebody is asked."""
    edit(booked, DEARER)
    return booked


def test_ord_23_edit_after_booking_waits_for_a_person(edited: House):
    """Found, told with both totals, and nothing is sent."""
    entry = asked(edited)
    assert entry.fault is not None
    assert "from 100.00 to 150.00 SEK" in str(entry.fault.text)
    assert books(edited) == [Decimal("100.00")]
    assert edited.state() is State.DONE


def test_contents_of_the_booking_are_never_replaced(edited: House):
    """What was booked stays on file beside what the shop says now."""
    assert '"gross":"100.00"' in (edited.detail().body or "")


def test_ord_23_taken_back_and_made_anew(edited: House):
    """A credit of the whole old document, a new one, and the shop is told the new number."""
    answer(edited)
    kinds = [(document.kind, document.gross) for _, _, document in edited.erp.stored]
    assert kinds == [
        (DocumentKind.ORDER, Decimal("100.00")),
        (DocumentKind.CREDIT, Decimal("-100.00")),
        (DocumentKind.ORDER, Decimal("150.00")),
    ]
    assert edited.shop.marks["1234"] == ["N1", "N3"]
    assert [str(key).rpartition(":")[2] for _, key, _ in edited.erp.stored][2] == "new"


def test_ord_23_amended_keeps_its_number(edited: House):
    """Where the ERP can, the document itself says the new total; the shop's mark is right already."""
    edited.erp.capabilities = AMENDS
    answer(edited, Choice.AMEND)
    assert edited.erp.amended == [("N1", Decimal("150.00"))]
    assert books(edited) == [Decimal("100.00")]
    assert edited.shop.marks["1234"] == ["N1"]
    assert not changes(edited, State.WAITING, State.PARKED)


def test_retry_of_all_parked_decides_nothing(edited: House):
    """Somebody presses Retry on everything after an outage: the question stays a question."""
    edited.store.outbox.retry([asked(edited).id], who="Eva", reason="", now=edited.clock.now())
    edited.drain()
    assert asked(edited).fault.kind == "Edited"
    assert books(edited) == [Decimal("100.00")]


def test_amending_what_the_erp_refuses_comes_back_to_the_person(edited: House):
    """It is paid: the person who chose to amend chooses again."""
    edited.erp.capabilities, edited.erp.frozen = AMENDS, True
    answer(edited, Choice.AMEND)
    assert asked(edited).fault.kind == "Rejected"
    answer(edited, Choice.ANEW)
    assert books(edited)[1:] == [Decimal("-100.00"), Decimal("150.00")]


def test_amending_with_an_erp_that_cannot_is_told(edited: House):
    """A folder of files amends nothing."""
    answer(edited, Choice.AMEND)
    assert "cannot amend" in str(asked(edited).fault.text)


def test_erp_that_can_do_neither_leaves_it_to_a_person(edited: House):
    """Nothing is sent; the way out is told."""
    edited.erp.capabilities = frozenset()
    answer(edited)
    assert "by hand" in str(asked(edited).fault.advice)
    assert books(edited) == [Decimal("100.00")]


def test_left_as_it_is_stays_so(edited: House):
    """A person leaves it; the same order again asks nothing more, another edit does."""
    Choosing(store=edited.store, clock=edited.clock).drop([asked(edited).id], who="Eva", reason="agreed so")
    edited.drain()
    assert {entry.state for entry in changes(edited)} == {State.DROPPED}
    edit(edited, replace(DEARER, status="completed"))
    assert changes(edited, State.PARKED) == []
    edit(edited, CHEAPER)
    assert "from 100.00 to 50.00" in str(asked(edited).fault.text)


def test_newer_edit_takes_the_place_of_the_older_question(edited: House):
    """One question at a time, always about what was booked."""
    edit(edited, CHEAPER)
    assert "from 100.00 to 50.00" in str(asked(edited).fault.text)
    answer(edited)
    assert books(edited) == [Decimal("100.00"), Decimal("-100.00"), Decimal("50.00")]


def test_edit_taken_back_withdraws_the_question(edited: House):
    """The shop says again what is booked."""
    edit(edited, FIRST)
    assert changes(edited, State.PARKED, State.WAITING) == []
    edit(edited, DEARER)
    assert asked(edited).attempts == 0


def test_edited_back_and_forth_gets_a_document_each_time(edited: House):
    """100, 150, 100, 150: every change is a fact of its own, with keys of its own."""
    for order in (FIRST, DEARER):
        answer(edited)
        edit(edited, order)
    answer(edited)
    assert books(edited) == [Decimal(total) for total in ("100", "-100", "150", "-150", "100", "-100", "150")]
    assert len({key for _, key, _ in edited.erp.stored}) == 7


def test_edit_of_an_amended_order_is_compared_with_the_amendment(edited: House):
    """After the amendment the books hold 150; 50 is the next difference."""
    edited.erp.capabilities = AMENDS
    answer(edited, Choice.AMEND)
    edit(edited, CHEAPER)
    assert "from 150.00 to 50.00" in str(asked(edited).fault.text)


def test_status_alone_is_no_edit(booked: House):
    """Completed, refunded, on hold: the books say what was sold."""
    for status in ("completed", "on-hold", "pending", "refunded"):
        edit(booked, replace(FIRST, status=status))
    assert changes(booked) == []


def test_address_alone_is_told_and_leaves_the_document(booked: House):
    """A line in the history, no question."""
    edit(booked, replace(FIRST, note="Ring först"))
    assert changes(booked) == []
    assert "Only texts or addresses were edited" in booked.notes()


def test_tell_writes_a_line_and_asks_nothing(booked: House):
    """after_booking = tell."""
    booked.change_rules = ChangeRules(edited=AfterBooking.TELL)
    booked.build()
    edit(booked, DEARER)
    assert changes(booked) == []
    assert "from 100.00 to 150.00" in booked.notes()


@pytest.mark.parametrize("point", ["claimed", "booked", "finished"])
@pytest.mark.parametrize("at", [1, 2])
def test_kill_between_credit_and_new_document(
    edited: House, monkeypatch: pytest.MonkeyPatch, point: str, at: int
):
    """Killed anywhere on the way, and started again: one credit and one new document."""
    met = []

    def die(name: str) -> None:
        met.append(name)
        if name == point and met.count(point) == at:
            raise Killed

    monkeypatch.setattr(crash, "point", die)
    with pytest.raises(Killed):
        answer(edited)
    edited.restart()
    for _ in range(4):
        edited.clock.advance(minutes=10)
        edited.drain()
    assert books(edited) == [Decimal("100.00"), Decimal("-100.00"), Decimal("150.00")]


@pytest.mark.parametrize("mode", [Mode.LOST_AFTER, Mode.LOST_BEFORE, Mode.LATE, Mode.DOWN])
@pytest.mark.parametrize("choice", list(Choice))
def test_lost_answer_is_asked_about(edited: House, mode: Mode, choice: Choice):
    """Neither the credit nor the new document is made twice, nor left out."""
    edited.erp.capabilities = AMENDS
    edited.erp.mode = mode
    answer(edited, choice)
    edited.erp.mode = Mode.GOOD
    for _ in range(4):
        edited.clock.advance(minutes=10)
        edited.drain()
    made = [] if choice is Choice.AMEND else [Decimal("-100.00"), Decimal("150.00")]
    assert books(edited) == [Decimal("100.00"), *made]
    assert bool(edited.erp.amended) == (choice is Choice.AMEND)
    assert not changes(edited, State.WAITING, State.PARKED)


def test_edit_while_the_change_is_in_doubt_comes_after_it(edited: House):
    """The credit's answer is lost, and the shop edits again: first the one, then a question about the other."""
    edited.erp.mode = Mode.LOST_AFTER
    answer(edited)
    edit(edited, CHEAPER)
    edited.erp.mode = Mode.GOOD
    for _ in range(4):
        edited.clock.advance(minutes=10)
        edited.drain()
    assert books(edited) == [Decimal("100.00"), Decimal("-100.00"), Decimal("150.00")]
    assert "from 150.00 to 50.00" in str(asked(edited).fault.text)


def test_new_document_that_was_refused_takes_the_mended_order(edited: House):
    """The credit stands, the new document is refused; mended in the shop and sent again, it is the mended one."""
    calls = []

    def refuse_second() -> None:
        calls.append(1)
        edited.erp.mode = Mode.REJECTS

    edited.erp.on_put = refuse_second
    answer(edited)
    edited.erp.on_put, edited.erp.mode = None, Mode.GOOD
    edit(edited, CHEAPER)
    (parked,) = changes(edited, State.PARKED)
    edited.store.outbox.retry([parked.id], who="Eva", reason="", now=edited.clock.now())
    edited.drain()
    assert books(edited) == [Decimal("100.00"), Decimal("-100.00"), Decimal("50.00")]


def test_document_with_refunds_is_not_taken_back(booked: House):
    """A credit in full would take back the refund twice: a person corrects it, or amends."""
    booked.shop.refund("1234", "10.00")
    booked.collector.poll("main")
    booked.drain()
    now = booked.shop.orders["1234"]
    assert isinstance(now, Order)
    edit(booked, replace(now, lines=DEARER.lines, totals=DEARER.totals, tax_lines=DEARER.tax_lines))
    answer(booked)
    assert "10.00 of its document has been credited" in str(asked(booked).fault.text)
    booked.erp.capabilities = AMENDS
    answer(booked, Choice.AMEND)
    assert booked.erp.amended == [("N1", Decimal("150.00"))]


def test_refund_after_a_change_is_taken_from_the_new_document(edited: House):
    """It waits for the answer, then it credits what stands."""
    edited.shop.refund("1234", "120.00")
    edited.collector.poll("main")
    edited.drain()
    assert books(edited) == [Decimal("100.00")]
    answer(edited)
    assert books(edited)[1:] == [Decimal("-100.00"), Decimal("150.00"), Decimal("-120.00")]


def test_after_the_retention_only_the_total_is_told(booked: House):
    """The contents are gone; a person is told the totals and nothing is sent."""
    booked.clock.advance(timedelta(days=40).total_seconds())
    booked.store.prune(before=booked.clock.now() - timedelta(days=30))
    edit(booked, replace(FIRST, status="completed"))
    assert changes(booked) == []
    edit(booked, DEARER)
    assert "contents were erased" in str(asked(booked).fault.text)
    answer(booked)
    assert books(booked) == [Decimal("100.00")]
    assert "contents were erased" in str(asked(booked).fault.text)


def test_choice_about_what_waits_for_none_changes_nothing(booked: House):
    """The booking itself, and an entry that is not there."""
    choosing = Choosing(store=booked.store, clock=booked.clock)
    assert not choosing.choose(booked.entry().id, Choice.ANEW, who="Eva", reason="")
    assert not choosing.choose(99, Choice.ANEW, who="Eva", reason="")


def test_order_sent_by_hand_after_an_edit_is_compared_too(booked: House):
    """Send on a booked order books nothing twice; the edit it brought is put before a person."""
    booked.clock.advance(60)
    booked.shop.put(DEARER)
    booked.collector.send(booked.shop.orders["1234"], who="Eva")
    booked.drain()
    assert books(booked) == [Decimal("100.00")]
    assert asked(booked).gross == Decimal("150.00")
