"""An ERP that cannot be asked: what may have got through waits until a person has looked."""

from __future__ import annotations

from bridge.flows.dispatch import Step
from bridge.model.documents import Purpose
from bridge.store.records import State
from tests.builders import an_order
from tests.flows.conftest import House
from tests.support.fakes import Mode


def retry(house: House, *others: int) -> int:
    """A person presses it."""
    ids = [house.entry().id, *others]
    return house.store.outbox.retry(ids, who="Anna", reason="", now=house.clock.now())


def lost(house: House, mode: Mode = Mode.LOST_AFTER) -> None:
    """Sent, and no answer; then the settle time."""
    house.erp.mute = True
    house.erp.mode = mode
    house.drain()
    house.erp.mode = Mode.GOOD
    house.clock.advance(minutes=2, seconds=1)


def test_first_try_is_simply_sent(ready: House):
    """Surely not there yet: nobody needs to look."""
    ready.erp.mute = True
    ready.drain()
    assert ready.state() is State.DONE
    assert len(ready.erp.stored) == 1


def test_after_a_lost_answer_a_person_is_asked(ready: House):
    """Parked with the ERP's own advice, and in doubt: it may be there."""
    lost(ready)
    assert ready.drain() == [Step.PARKED]
    entry = ready.entry()
    assert entry.fault is not None
    assert (entry.fault.kind, str(entry.fault.advice)) == ("Unanswerable", "Look for it.")
    assert entry.doubt is not None
    ready.clock.advance(days=30)
    assert ready.drain() == []
    assert len(ready.erp.stored) == 1


def test_retry_means_that_it_is_not_there(ready: House):
    """Who has looked and presses Retry has it sent."""
    lost(ready, Mode.LOST_BEFORE)
    ready.drain()
    assert retry(ready) == 1
    ready.drain()
    assert ready.state() is State.DONE
    assert len(ready.erp.stored) == 1


def test_trouble_that_surely_did_nothing_keeps_the_word_of_the_person(ready: House):
    """Out of service at the Retry: it is sent later without asking again."""
    lost(ready, Mode.LOST_BEFORE)
    ready.drain()
    retry(ready)
    ready.erp.mode = Mode.REJECTS
    ready.drain()
    ready.erp.mode = Mode.GOOD
    retry(ready)
    ready.drain()
    assert ready.state() is State.DONE


def test_answer_lost_again_is_a_new_question(ready: House):
    """The word of the person was about the first one."""
    lost(ready, Mode.LOST_BEFORE)
    ready.drain()
    retry(ready)
    lost(ready)
    assert ready.drain() == [Step.PARKED]
    assert len(ready.erp.stored) == 1


def test_kill_after_the_retry_is_a_new_question(ready: House):
    """Killed while it was sent again: whether that got through nobody knows either."""
    lost(ready, Mode.LOST_BEFORE)
    ready.drain()
    retry(ready)
    claimed = ready.store.outbox.claim(ready.clock.now(), purposes={Purpose.ORDER})
    assert claimed is not None
    ready.booker.book(claimed)
    ready.restart()
    ready.clock.advance(minutes=2, seconds=1)
    ready.drain()
    assert ready.state() is State.PARKED
    assert len(ready.erp.stored) == 1


def test_retry_of_many_leaves_it_alone(ready: House):
    """Nobody has looked for each of two hundred."""
    lost(ready)
    ready.drain()
    assert retry(ready, 999_999) == 0
    assert ready.state() is State.PARKED


def test_edit_in_the_shop_does_not_send_it(ready: House):
    """A changed order moves nothing that may be in the books."""
    lost(ready)
    ready.drain()
    ready.shop.put(an_order(note="another"))
    ready.collector.poll("main")
    ready.clock.advance(hours=1)
    ready.drain()
    assert ready.state() is State.PARKED
    assert len(ready.erp.stored) == 1


def test_fenced_erp_is_sent_again(ready: House):
    """It takes no key twice, whether or not it can be asked."""
    lost(ready, Mode.LOST_BEFORE)
    ready.erp.fenced = True
    ready.drain()
    assert ready.state() is State.DONE
    assert len(ready.erp.stored) == 1
