"""Never twice: asking before sending, and what happens when nobody knows whether a call got through."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from bridge.flows.dispatch import Step
from bridge.model.documents import Document, DocumentKind, Purpose
from bridge.store.records import State
from tests.flows.conftest import House
from tests.support.fakes import Mode

MARK = Purpose.MARK


def test_first_try_asks_an_erp_without_a_fence(ready: House):
    """One cheap question covers a restored backup and a second bridge."""
    ready.drain()
    assert len(ready.erp.asked) == 1


def test_first_try_does_not_ask_an_erp_with_a_fence(ready: House):
    """Where twice is impossible, the question is a wasted call."""
    ready.erp.fenced = True
    ready.drain()
    assert ready.erp.asked == []


def test_document_there_already_is_taken_over(ready: House):
    """Booked before the backup was restored: found, not sent twice."""
    existing = Document(kind=DocumentKind.ORDER, id="7", number="N7", gross=Decimal("100.00"), currency="SEK")
    ready.erp.stored.append((0.0, ready.entry().key, existing))
    ready.drain()
    assert ready.entry().document == "N7"
    assert len(ready.erp.stored) == 1
    assert "N7" in ready.notes()


def test_lost_reply_of_a_stored_document_is_found_after_the_settle_time(ready: House):
    """M-7: answer lost, asked after the settle time, found, not sent twice; the timeline says so."""
    ready.erp.mode = Mode.LOST_AFTER
    assert ready.drain() == [Step.AGAIN]
    assert ready.entry().doubt is not None
    ready.erp.mode = Mode.GOOD
    ready.clock.advance(ready.erp.settle.total_seconds() - 1)
    assert ready.drain() == []
    ready.clock.advance(2)
    ready.drain()
    assert ready.state() is State.DONE
    assert len(ready.erp.stored) == 1
    assert "not sent twice" in ready.notes()


def test_late_document_is_found_and_not_sent_again(ready: House):
    """The late ERP, not the crash, is what books twice: it stores after the caller has gone."""
    ready.erp.mode = Mode.LATE
    ready.drain()
    ready.erp.mode = Mode.GOOD
    ready.clock.advance(minutes=2, seconds=1)
    ready.drain()
    assert len(ready.erp.stored) == 1


def test_document_that_appears_between_the_two_asks_is_found(ready: House):
    """The first ask comes too early: the second, a settle time later, still comes before any repeat."""
    ready.erp.late_by = timedelta(minutes=3)
    ready.erp.mode = Mode.LATE
    ready.drain()
    ready.erp.mode = Mode.GOOD
    ready.clock.advance(minutes=2, seconds=1)
    assert ready.drain() == [Step.AGAIN]
    ready.clock.advance(minutes=2, seconds=1)
    ready.drain()
    assert len(ready.erp.stored) == 1
    assert ready.state() is State.DONE


def test_lost_call_is_sent_again_after_two_asks(ready: House):
    """Never stored: asked twice, a settle time apart, then sent once more."""
    ready.erp.mode = Mode.LOST_BEFORE
    ready.drain()
    ready.erp.mode = Mode.GOOD
    asked = len(ready.erp.asked)
    for _ in range(2):
        ready.clock.advance(minutes=2, seconds=1)
        ready.drain()
    assert len(ready.erp.asked) - asked == 2
    assert len(ready.erp.stored) == 1
    assert ready.state() is State.DONE


def test_asking_that_fails_keeps_the_doubt(ready: House):
    """An ERP that cannot answer the question has not said no."""
    ready.erp.mode = Mode.LATE
    ready.drain()
    ready.erp.mode = Mode.DOWN
    ready.clock.advance(minutes=3)
    ready.drain()
    assert ready.entry().doubt is not None
    ready.erp.mode = Mode.GOOD
    ready.clock.advance(hours=7)
    ready.drain()
    assert len(ready.erp.stored) == 1


def test_two_documents_with_the_key_are_parked(ready: House):
    """Somebody must look; nothing is guessed."""
    for number in ("7", "8"):
        document = Document(kind=DocumentKind.ORDER, id=number, number=number)
        ready.erp.stored.append((0.0, ready.entry().key, document))
    ready.drain()
    fault = ready.entry().fault
    assert fault is not None
    assert ready.state() is State.PARKED
    assert fault.kind == "SeveralFound"
    assert "7, 8" in str(fault.text)


def test_found_document_with_another_total_is_parked_with_both_figures(ready: House):
    """A document by the same key and another sum is not ours."""
    other = Document(kind=DocumentKind.ORDER, id="7", number="N7", gross=Decimal("99.99"), currency="SEK")
    ready.erp.stored.append((0.0, ready.entry().key, other))
    ready.drain()
    fault = ready.entry().fault
    assert ready.state() is State.PARKED
    assert fault is not None
    assert "99.99" in str(fault.text)
    assert "100.00" in str(fault.text)


def test_erp_that_adds_up_differently_is_parked(ready: House):
    """One öre of difference after booking is seen at once, and the entry does not turn green."""
    ready.erp.gross_off_by = Decimal("0.01")
    ready.drain()
    assert ready.state() is State.PARKED
    assert ready.shop.marks == {}
    assert len(ready.detail().exchanges) == 1


def test_mark_with_a_lost_reply_adds_no_second_note(ready: House):
    """Repeated with a look first."""
    ready.dispatcher.step()
    ready.shop.mode = Mode.LOST_AFTER
    ready.drain()
    ready.shop.mode = Mode.GOOD
    ready.clock.advance(hours=1)
    ready.drain()
    assert ready.shop.marks == {"1234": ["N1"]}


def test_kill_while_sending_asks_before_it_sends_again(ready: House):
    """A kill after the ERP has stored: one document, found by asking."""
    claimed = ready.store.outbox.claim(ready.clock.now(), purposes={Purpose.ORDER})
    assert claimed is not None
    ready.booker.book(claimed)
    ready.restart()
    assert ready.drain() == []
    ready.clock.advance(minutes=2, seconds=1)
    ready.drain()
    assert len(ready.erp.stored) == 1
    assert ready.state() is State.DONE


def test_lost_claim_is_no_trouble(ready: House):
    """Taken back by somebody else while at it: they ask; we let go."""
    ready.erp.on_put = lambda: ready.store.outbox.recover(ready.clock.now(), settle=ready.erp.settle) and None
    assert ready.dispatcher.step() is Step.AGAIN
    ready.clock.advance(minutes=3)
    ready.drain()
    assert len(ready.erp.stored) == 1
    assert ready.state() is State.DONE


def test_document_in_another_currency_is_not_taken_for_ours(ready: House):
    """An ERP that overlooked the currency has an invoice of as many kronor as there were euros."""
    wrong = Document(kind=DocumentKind.INVOICE, id="7", number="N7", gross=Decimal("100.00"), currency="EUR")
    ready.erp.stored.append((0.0, ready.entry().key, wrong))
    ready.drain()
    assert ready.state() is State.PARKED
    assert "N7 is in EUR, the order in SEK" in str(ready.entry().fault.text)
    assert len(ready.erp.stored) == 1
