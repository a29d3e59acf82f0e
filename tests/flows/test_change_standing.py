"""What of an order stands in the books, and what the flows of a change do at the edges of that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bridge.flows.changes import AfterBooking, CalledOff, ChangeRules
from bridge.flows.choosing import Choosing
from bridge.flows.standing import Choice, standing
from bridge.model.codec import dump_order
from bridge.model.documents import Document, DocumentKind, Key, Purpose
from bridge.model.texts import say
from bridge.ports import Capability
from bridge.store.records import Entry, EntryFilter, NewEntry, State
from tests.builders import a_line, a_ref, an_order
from tests.flows.conftest import House
from tests.support.fakes import Mode

FIRST = an_order()
DEARER = an_order(a_line("120.00", "30.00"))


def save(house: House, order) -> None:
    """Save it in the shop, read the shop, carry out what is due."""
    house.clock.advance(60)
    house.shop.put(order)
    house.collector.poll("main")
    house.drain()


def parked(house: House) -> Entry:
    """The one entry that waits for a person."""
    (entry,) = house.store.reads.entries(EntryFilter(states=(State.PARKED,))).items
    return entry


def add(house: House, purpose: Purpose, detail: str = "", order=DEARER, body: str | None = "") -> Entry:
    """Put an entry straight into the outbox and carry it out."""
    key = Key(a_ref(), purpose, detail)
    house.store.outbox.add(
        NewEntry(
            key=key,
            due_at=house.clock.now(),
            digest="x",
            body=dump_order(order) if body == "" else body,
            number="1234",
            gross=order.totals.gross,
            currency="SEK",
        ),
        who="test",
        note=say("Test."),
    )
    house.drain()
    found = house.store.reads.by_key(key)
    assert found is not None
    return found.entry


@pytest.fixture
def booked(house: House) -> House:
    """A house whose one order is booked as N1."""
    save(house, FIRST)
    return house


def test_choice_that_comes_second_is_refused_by_the_store(booked: House):
    """Two people at once: one of them is told."""
    save(booked, DEARER)
    entry = parked(booked)
    act = {"body": dump_order(DEARER), "who": "Eva", "note": say("x"), "now": booked.clock.now()}
    assert booked.store.outbox.choose(entry, **act)
    assert not booked.store.outbox.choose(entry, **act)


def test_refund_settled_by_hand_without_contents_counts_by_its_id(booked: House):
    """One that could never be read, credited by a person."""
    add(booked, Purpose.REFUND, "77", body=None)
    number = Document(kind=DocumentKind.CREDIT, id="C1", number="C1")
    booked.store.outbox.settle(
        parked(booked).id, document=number, who="Eva", reason="", now=booked.clock.now()
    )
    stands = standing(booked.store.outbox.of_order(a_ref()))
    assert (stands.refund_ids, stands.refunds) == ({"77"}, [])


def test_order_read_while_only_its_json_was_stored_has_no_contents(booked: House):
    """Booked from what the shop said later: only the total can be compared."""
    files = booked.store.outbox.of_order(a_ref())
    raw = [replace(filed, entry=replace(filed.entry, digest="raw:x")) for filed in files]
    assert standing(raw).content is None


def test_change_of_an_order_never_booked_does_nothing(house: House):
    """The booking it waited for was dropped."""
    house.erp.mode = Mode.REJECTS
    save(house, FIRST)
    house.store.outbox.drop([house.entry().id], who="Eva", reason="x", now=house.clock.now())
    house.erp.mode = Mode.GOOD
    assert add(house, Purpose.CHANGE, "ab").state is State.DONE
    assert add(house, Purpose.CHANGE, "ab:new").state is State.DONE
    assert add(house, Purpose.CANCEL).state is State.DONE
    assert house.erp.stored == []


def test_change_that_the_books_say_already_does_nothing(booked: House):
    """It was in doubt what was booked; it was this."""
    assert add(booked, Purpose.CHANGE, "ab", order=FIRST).state is State.DONE
    assert len(booked.erp.stored) == 1


def test_cancellation_of_what_the_owner_only_wants_told_does_nothing(booked: House):
    """It waited behind a booking in doubt, and cancelled_after_booking = tell."""
    booked.change_rules = ChangeRules(called_off=CalledOff.TELL)
    booked.build()
    assert add(booked, Purpose.CANCEL).state is State.DONE
    assert len(booked.erp.stored) == 1
    save(booked, DEARER)
    assert parked(booked).fault.kind == "Edited"


def test_order_that_costs_nothing_is_not_credited(house: House):
    """A free order edited to cost something: nothing can be taken back, a person corrects it."""
    free = an_order(a_line("0.00", "0.00"))
    save(house, free)
    save(house, DEARER)
    Choosing(store=house.store, clock=house.clock).choose(parked(house).id, Choice.ANEW, who="Eva", reason="")
    house.drain()
    assert "cannot take this document back" in str(parked(house).fault.text)
    assert len(house.erp.stored) == 1


def test_edit_that_cannot_be_booked_is_not_amended(booked: House):
    """Rows that are not the total: stated, and the document is left alone."""
    booked.erp.capabilities = frozenset({Capability.AMENDS})
    booked.change_rules = ChangeRules(edited=AfterBooking.AMEND)
    booked.build()
    save(booked, replace(DEARER, totals=replace(DEARER.totals, gross=Decimal("999.00"))))
    assert parked(booked).fault.kind == "Rejected"
    assert booked.erp.amended == []


def test_document_that_got_another_number_when_amended_is_told_to_the_shop(
    booked: House, monkeypatch: pytest.MonkeyPatch
):
    """Some systems replace a document by its amendment."""
    real = booked.erp.amend

    def renumbered(*args: object) -> Document:
        return replace(real(*args), number="N1b")

    monkeypatch.setattr(booked.erp, "amend", renumbered)
    booked.erp.capabilities = frozenset({Capability.AMENDS})
    booked.change_rules = ChangeRules(edited=AfterBooking.AMEND)
    booked.build()
    save(booked, DEARER)
    assert booked.shop.marks["1234"] == ["N1", "N1b"]


def test_difference_of_an_edit_behind_a_booking_in_doubt_is_shown(house: House):
    """What is under way is what it is compared with; what is no edit has no difference."""
    house.erp.mode = Mode.LOST_AFTER
    save(house, FIRST)
    save(house, DEARER)
    choosing = Choosing(store=house.store, clock=house.clock)
    details = [house.store.reads.entry(number) for number in house.store.reads.ids(EntryFilter())]
    found = [choosing.difference(detail) for detail in details]
    assert [each.after for each in found if each is not None] == [Decimal("150.00")]


def test_edit_of_an_order_whose_credit_is_forgotten_by_retention(booked: House):
    """Everything but the change was cleared away: it is compared with the change."""
    save(booked, DEARER)
    Choosing(store=booked.store, clock=booked.clock).choose(
        parked(booked).id, Choice.ANEW, who="Eva", reason=""
    )
    booked.drain()
    booked.clock.advance(timedelta(days=40).total_seconds())
    booked.store.prune(before=booked.clock.now() - timedelta(days=30))
    save(booked, an_order(a_line("160.00", "40.00")))
    assert "from 150.00 to 200.00" in str(parked(booked).fault.text)


def test_cancellation_after_the_retention_is_left_to_a_person(booked: House):
    """Its contents are gone, so no credit can be written."""
    booked.clock.advance(timedelta(days=40).total_seconds())
    booked.store.prune(before=booked.clock.now() - timedelta(days=30))
    save(booked, replace(FIRST, status="cancelled"))
    Choosing(store=booked.store, clock=booked.clock).choose(
        parked(booked).id, Choice.ANEW, who="Eva", reason=""
    )
    booked.drain()
    assert "cannot take this document back" in str(parked(booked).fault.text)


def test_cancellation_that_refunds_cover_takes_nothing_more(booked: House):
    """It waited behind something in doubt, and meanwhile all was paid back."""
    paid_back = replace(FIRST, status="cancelled", refunded=Decimal("100.00"))
    assert add(booked, Purpose.CANCEL, order=paid_back).state is State.DONE
    assert len(booked.erp.stored) == 1


def test_refund_while_the_credit_of_a_cancellation_is_in_doubt(booked: House):
    """The credit is found first; then nothing is left for the refund to take back."""
    booked.change_rules = ChangeRules(called_off=CalledOff.CREDIT)
    booked.build()
    booked.erp.mode = Mode.LOST_AFTER
    save(booked, replace(FIRST, status="cancelled"))
    booked.shop.refund("1234", "100.00")
    booked.collector.poll("main")
    booked.erp.mode = Mode.GOOD
    for _ in range(4):
        booked.clock.advance(minutes=10)
        booked.drain()
    assert [document.gross for _, _, document in booked.erp.stored] == [Decimal("100.00"), Decimal("-100.00")]


def test_credit_that_got_lost_is_not_followed_by_a_cancellation(booked: House):
    """Refused to cancel, credited, the answer lost; now it could be cancelled: it is found, and that is all."""
    booked.erp.capabilities = frozenset({Capability.CANCELS, Capability.CREDITS})
    booked.change_rules = ChangeRules(called_off=CalledOff.CREDIT)
    booked.build()
    booked.erp.frozen = True
    booked.erp.on_put = lambda: setattr(booked.erp, "mode", Mode.LOST_AFTER)
    save(booked, replace(FIRST, status="cancelled"))
    booked.erp.on_put, booked.erp.mode, booked.erp.frozen = None, Mode.GOOD, False
    for _ in range(4):
        booked.clock.advance(minutes=10)
        booked.drain()
    assert (len(booked.erp.stored), booked.erp.cancelled) == (2, [])


def test_revival_behind_something_in_doubt_asks_when_its_turn_comes(booked: House):
    """Nothing stands any more when it is looked at."""
    booked.change_rules = ChangeRules(called_off=CalledOff.CREDIT)
    booked.build()
    save(booked, replace(FIRST, status="cancelled"))
    assert add(booked, Purpose.CHANGE, "ab", order=FIRST).state is State.PARKED
    assert parked(booked).fault.kind == "Revived"


def test_credit_larger_than_what_plugins_made_of_the_order_is_stated(
    booked: House, monkeypatch: pytest.MonkeyPatch
):
    """A plugin says something else today than when it was booked."""
    monkeypatch.setattr(
        type(booked.hooks),
        "mapped",
        lambda _self, order: replace(order, totals=replace(order.totals, gross=Decimal("50.00"))),
    )
    booked.change_rules = ChangeRules(called_off=CalledOff.CREDIT)
    booked.build()
    save(booked, replace(FIRST, status="cancelled"))
    assert "only 50.00 is left" in str(parked(booked).fault.text)
    assert len(booked.erp.stored) == 1


def test_new_document_dropped_by_itself_leads_nowhere_else(booked: House):
    """Only the question takes its document with it when it is dropped."""
    save(booked, DEARER)
    new = next(
        entry
        for entry in booked.store.reads.entries(EntryFilter(purpose=Purpose.CHANGE)).items
        if entry.state is State.WAITING
    )
    choosing = Choosing(store=booked.store, clock=booked.clock)
    assert choosing.drop([new.id, 999], who="Eva", reason="x") == 1
    assert parked(booked).fault.kind == "Edited"


def test_revival_has_no_difference_to_show(booked: House):
    """There is nothing in the books to compare with."""
    booked.change_rules = ChangeRules(called_off=CalledOff.CREDIT)
    booked.build()
    save(booked, replace(FIRST, status="cancelled"))
    save(booked, FIRST)
    choosing = Choosing(store=booked.store, clock=booked.clock)
    assert choosing.difference(booked.store.reads.entry(parked(booked).id)) is None


def test_second_amendment_goes_to_the_key_the_document_was_made_under(booked: House):
    """An amendment makes no document, so its own key names none (the ERP of these tests insists)."""
    booked.erp.capabilities = frozenset({Capability.AMENDS})
    booked.change_rules = ChangeRules(edited=AfterBooking.AMEND)
    booked.build()
    for total in ("120.00", "160.00"):
        save(booked, an_order(a_line(total, "0.00", percent="0")))
    assert booked.erp.amended == [("N1", Decimal("120.00")), ("N1", Decimal("160.00"))]


@pytest.mark.parametrize(("first", "then"), [(Choice.AMEND, Choice.ANEW), (Choice.ANEW, Choice.AMEND)])
def test_other_choice_while_the_first_is_in_doubt_does_not_do_both(
    booked: House, first: Choice, then: Choice
):
    """The first got through, its answer lost for days; somebody chooses again, and it is found instead."""
    booked.erp.capabilities = frozenset({Capability.AMENDS, Capability.CREDITS})
    save(booked, DEARER)
    choosing = Choosing(store=booked.store, clock=booked.clock)
    question = parked(booked)
    choosing.choose(question.id, first, who="Eva", reason="")
    booked.erp.mode = Mode.LOST_AFTER
    booked.dispatcher.step()
    booked.erp.mode = Mode.DOWN
    for _ in range(40):
        booked.clock.advance(hours=8)
        booked.drain()
    assert parked(booked).doubt is not None
    choosing.choose(question.id, then, who="Eva", reason="")
    booked.erp.mode = Mode.GOOD
    for _ in range(4):
        booked.clock.advance(hours=8)
        booked.drain()
    made = [document.gross for _, _, document in booked.erp.stored]
    if first is Choice.AMEND:
        assert (made, len(booked.erp.amended)) == ([Decimal("100.00")], 1)
    else:
        assert (made, booked.erp.amended) == ([Decimal(total) for total in ("100", "-100", "150")], [])
