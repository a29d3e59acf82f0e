"""A document that is taken further once it stands: invoiced, booked, paid, mailed; each of it once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge import crash
from bridge.flows.dispatch import FAILURES_BEFORE_REST, Step
from bridge.flows.sending import ASKS_BEFORE_REPEAT
from bridge.model.documents import Document, DocumentKind, Key, Purpose
from bridge.ports import Capability
from bridge.store.records import State
from tests.builders import a_line, a_ref, an_order
from tests.flows.conftest import House
from tests.support.fake_afterwards import STEPS
from tests.support.fakes import Mode
from tests.support.finishing import FINALISE, later, operator, steps


class Killed(BaseException):
    """As by kill -9."""


def test_ord_02_booked_order_becomes_a_paid_and_mailed_invoice_and_the_shop_is_told(wanting: House):
    """In the order given; the shop's order has both numbers, the invoice's last."""
    wanting.drain()
    assert steps(wanting) == list(STEPS)
    assert wanting.state(purpose=FINALISE) is State.DONE
    assert [each.number for each in wanting.store.reads.documents(a_ref())] == ["N1", "N1F"]
    assert wanting.shop.marks["1234"] == ["N1", "N1F"]
    (sent,) = wanting.detail(purpose=FINALISE).exchanges
    assert (sent.payload, sent.answer) == ("main:1234:order invoice book pay mail", "invoice N1F")


def test_document_that_keeps_its_number_is_told_to_the_shop_once(wanting: House):
    """A mailed order confirmation changes nothing the shop shows."""
    wanting.erp.wants = ("mail",)
    wanting.drain()
    assert steps(wanting) == ["mail"]
    assert wanting.shop.marks["1234"] == ["N1"]
    (document,) = wanting.store.reads.documents(a_ref())
    assert (document.kind, document.number) == (DocumentKind.ORDER, "N1")


@pytest.mark.parametrize("able", [True, False])
def test_nothing_follows_where_nothing_is_wanted_or_possible(wanting: House, *, able: bool):
    """SIE can do nothing of the kind; and most owners want nothing of it."""
    if able:
        wanting.erp.wants = ()
    else:
        wanting.erp.capabilities = frozenset({Capability.CREDITS})
    wanting.drain()
    assert wanting.store.reads.by_key(Key(a_ref(), FINALISE)) is None


@pytest.mark.parametrize("mode", [Mode.LOST_AFTER, Mode.LOST_BEFORE, Mode.LATE])
def test_lost_answers_at_every_step_take_no_step_twice(wanting: House, mode: Mode):
    """Not before the settle time; then the steps that were taken are seen, and the rest is done."""
    wanting.dispatcher.step()
    wanting.erp.mode = mode
    assert wanting.dispatcher.step() is Step.AGAIN
    entry = wanting.entry(purpose=FINALISE)
    assert (entry.state, entry.attempts, entry.doubt is not None) == (State.WAITING, 1, True)
    wanting.clock.advance(wanting.erp.settle.total_seconds() - 1)
    assert wanting.dispatcher.step() is Step.IDLE
    for _ in range(5):
        wanting.clock.advance(wanting.erp.settle.total_seconds() + 1)
        wanting.drain()
    later(wanting)
    assert steps(wanting) == list(STEPS)
    assert wanting.state(purpose=FINALISE) is State.DONE
    assert wanting.shop.marks["1234"] == ["N1", "N1F"]


@pytest.mark.parametrize("number", range(len(STEPS)))
def test_step_that_arrives_later_than_the_settle_time_is_not_taken_twice(wanting: House, number: int):
    """As for bookings: nothing is repeated before a second settle time is over."""
    wanting.dispatcher.step()
    wanting.erp.wants = STEPS[: number + 1]
    wanting.erp.refuses = STEPS[number]
    wanting.drain()
    wanting.erp.refuses = ""
    wanting.erp.late_by = 1.5 * wanting.erp.settle
    wanting.erp.mode = Mode.LATE
    operator(wanting).retry([wanting.entry(purpose=FINALISE).id], who="Eva")
    wanting.drain()
    wanting.erp.mode = Mode.GOOD
    wanting.clock.advance(wanting.erp.settle.total_seconds() + 1)
    assert wanting.drain() == [Step.AGAIN]
    assert wanting.erp.taken_twice() == []
    later(wanting)
    assert steps(wanting) == list(wanting.erp.wants)
    assert wanting.state(purpose=FINALISE) is State.DONE


@pytest.mark.parametrize(("fenced", "waits"), [(False, ASKS_BEFORE_REPEAT), (True, 1)])
def test_step_whose_question_was_lost_is_taken_after_as_many_settle_times_as_a_booking(
    wanting: House, waits: int, *, fenced: bool
):
    """One where the ERP takes nothing twice; the waiting is charged to nobody, and the entry says why."""
    wanting.dispatcher.step()
    wanting.erp.fenced = fenced
    wanting.erp.mode = Mode.LOST_BEFORE
    wanting.drain()
    wanting.erp.mode = Mode.GOOD
    for _ in range(waits):
        assert steps(wanting) == []
        wanting.clock.advance(wanting.erp.settle.total_seconds() + 1)
        wanting.drain()
    assert steps(wanting) == list(STEPS)
    assert wanting.entry(purpose=FINALISE).attempts == 1
    notes = [str(event.note) for event in wanting.detail(purpose=FINALISE).events]
    assert any("before any step is taken again" in note for note in notes) is not fenced


def test_settings_that_want_nothing_more_need_no_second_settle_time(wanting: House):
    """There is no step left to be taken twice."""
    wanting.dispatcher.step()
    wanting.erp.mode = Mode.LOST_BEFORE
    wanting.drain()
    wanting.erp.mode, wanting.erp.wants = Mode.GOOD, ()
    wanting.clock.advance(wanting.erp.settle.total_seconds() + 1)
    wanting.drain()
    assert (steps(wanting), wanting.state(purpose=FINALISE)) == ([], State.DONE)


@pytest.mark.parametrize("point", ["finalised", "finished"])
def test_kill_after_the_last_step_takes_none_twice(
    wanting: House, point: str, monkeypatch: pytest.MonkeyPatch
):
    """Found again as it stands."""

    def die(name: str) -> None:
        if name == point and wanting.erp.taken:
            raise Killed

    monkeypatch.setattr(crash, "point", die)
    with pytest.raises(Killed):
        wanting.drain()
    monkeypatch.undo()
    wanting.restart()
    later(wanting)
    assert steps(wanting) == list(STEPS)
    assert wanting.shop.marks["1234"] == ["N1", "N1F"]


def test_erp_that_is_down_or_closed_is_tried_again(wanting: House):
    """A refused token lets the whole channel rest; nothing is charged for it."""
    wanting.dispatcher.step()
    wanting.erp.mode = Mode.LOCKED
    wanting.drain()
    assert wanting.entry(purpose=FINALISE).attempts == 0
    assert "erp" in wanting.store.progress.pauses()
    operator(wanting).resume("erp", who="Eva")
    wanting.erp.mode = Mode.DOWN
    wanting.drain()
    assert (wanting.entry(purpose=FINALISE).attempts, wanting.entry(purpose=FINALISE).doubt) == (1, None)
    wanting.erp.mode = Mode.GOOD
    wanting.clock.advance(minutes=10)
    wanting.drain()
    assert steps(wanting) == list(STEPS)


def test_ref_01_refund_waits_and_credits_the_invoice(wanting: House):
    """Not the order it was before."""
    wanting.erp.refuses = "mail"
    wanting.drain()
    wanting.shop.refund("1234", "200.00")
    wanting.collector.poll("main")
    wanting.drain()
    assert wanting.state(purpose=Purpose.REFUND, detail="70") is State.WAITING
    assert wanting.erp.against == []
    wanting.erp.refuses = ""
    operator(wanting).retry([wanting.entry(purpose=FINALISE).id], who="Eva")
    wanting.drain()
    (original,) = wanting.erp.against
    assert (original.kind, original.number) == (DocumentKind.INVOICE, "N1F")


@pytest.mark.parametrize("mode", [Mode.GOOD, Mode.LOST_AFTER])
def test_ref_01_refund_that_was_there_before_the_booking_credits_the_invoice_too(wanting: House, mode: Mode):
    """Its entry is older than the step that makes the invoice: that is taken first, once, whoever gets there."""
    wanting.shop.refund("1234", "50.00")
    wanting.collector.poll("main")
    wanting.dispatcher.step()
    wanting.erp.mode = mode
    wanting.drain()
    for _ in range(4):
        wanting.clock.advance(wanting.erp.settle.total_seconds() + 1)
        wanting.drain()
    later(wanting)
    assert [original.number for original in wanting.erp.against] == ["N1F"]
    assert wanting.erp.taken_twice() == []
    assert wanting.state(purpose=FINALISE) is State.DONE
    assert sorted(wanting.shop.marks["1234"]) == ["70=N2", "N1", "N1F"]


def test_refund_credits_the_order_where_no_invoice_is_wanted_any_more(wanting: House):
    """The settings were changed while the step waited."""
    wanting.shop.refund("1234", "50.00")
    wanting.collector.poll("main")
    wanting.dispatcher.step()
    wanting.erp.wants = ()
    wanting.drain()
    assert [original.number for original in wanting.erp.against] == ["N1"]
    assert (steps(wanting), wanting.state(purpose=FINALISE)) == ([], State.DONE)


def test_ref_01_credit_is_booked_and_mailed_too(wanting: House):
    """An unbooked credit beside a booked invoice would be half a refund; it keeps its total and its place."""
    wanting.drain()
    wanting.shop.refund("1234", "50.00")
    wanting.collector.poll("main")
    wanting.drain()
    assert [(number, step) for _, number, step in wanting.erp.taken[-2:]] == [("N2", "book"), ("N2", "mail")]
    assert wanting.state(purpose=FINALISE, detail="refund:70") is State.DONE
    assert wanting.shop.marks["1234"] == ["N1", "N1F", "70=N2"]


def test_credit_with_another_number_once_it_is_booked_is_told_as_that(
    wanting: House, monkeypatch: pytest.MonkeyPatch
):
    """A draft has no number of the books yet."""
    shown = wanting.erp.shown

    def booked(document: Document) -> Document:
        found = shown(document)
        return replace(found, number="K7") if wanting.erp.has(document, "book") else found

    wanting.erp.wants = ("book",)
    wanting.drain()
    wanting.shop.refund("1234", "50.00")
    wanting.collector.poll("main")
    monkeypatch.setattr(wanting.erp, "shown", booked)
    wanting.drain()
    assert wanting.shop.marks["1234"] == ["N1", "70=N2", "70=K7"]


def test_ord_23_edit_of_a_booked_invoice_credits_it_and_its_successor_goes_the_same_way(wanting: House):
    """The new document has an entry of its own to take it further, and the shop is told of each number."""
    wanting.change_rules = replace(wanting.change_rules, edited=type(wanting.change_rules.edited).AMEND)
    wanting.build()
    wanting.drain()
    wanting.clock.advance(60)
    wanting.shop.put(an_order(a_line("80.00", "20.00")))
    wanting.collector.poll("main")
    wanting.drain()
    assert [original.number for original in wanting.erp.against] == ["N1F"]
    assert wanting.erp.taken_twice() == []
    assert [number for _, number, step in wanting.erp.taken if step == "pay"] == ["N1", "N3"]
    assert wanting.shop.marks["1234"] == ["N1", "N1F", "N3", "N3F"]
    wanting.shop.refund("1234", "50.00")
    wanting.collector.poll("main")
    wanting.drain()
    assert wanting.erp.against[-1].number == "N3F"
    assert ("N2", "book") in {(number, step) for _, number, step in wanting.erp.taken}


def test_order_edited_while_its_booking_was_in_doubt_is_taken_further_as_it_is_now(wanting: House):
    """The edit was there before the step that follows on the booking: the old document is credited and let be."""
    wanting.change_rules = replace(wanting.change_rules, edited=type(wanting.change_rules.edited).AMEND)
    wanting.build()
    wanting.erp.capabilities = frozenset({Capability.CREDITS, Capability.FINALISES})
    wanting.erp.mode = Mode.LOST_AFTER
    wanting.drain()
    wanting.shop.put(an_order(a_line("80.00", "20.00")))
    wanting.collector.poll("main")
    later(wanting)
    assert wanting.state(purpose=FINALISE) is State.DONE
    assert [step for _, number, step in wanting.erp.taken if number == "N3"] == list(STEPS)
    assert "N1" not in {number for _, number, _ in wanting.erp.taken}
    assert wanting.erp.taken_twice() == []


def test_end_of_an_outage_hurries_what_was_still_to_be_done_too(wanting: House):
    """Not only bookings: whatever waited for the ERP goes with the first success."""
    wanting.dispatcher.step()
    wanting.erp.mode = Mode.DOWN
    wanting.drain()
    wanting.dispatcher._channels["erp"].failures = FAILURES_BEFORE_REST
    wanting.erp.mode = Mode.GOOD
    wanting.shop.put(an_order(order_id=2000))
    wanting.collector.poll("main")
    wanting.drain()
    assert wanting.state(purpose=FINALISE) is State.DONE
