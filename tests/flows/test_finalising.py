"""A document that is taken further once it stands: invoiced, booked, paid, mailed; each of it once."""

from __future__ import annotations

import threading
from dataclasses import replace
from decimal import Decimal

import pytest

from bridge import crash
from bridge.errors import PluginError
from bridge.flows.dispatch import Step
from bridge.flows.operator import Operator
from bridge.model.documents import Document, DocumentKind, Key, Purpose
from bridge.model.orders import Unreadable
from bridge.model.texts import Problem, say
from bridge.ports import Capability
from bridge.store.records import Claimed, State
from tests.builders import a_line, a_ref, an_order
from tests.flows.conftest import House
from tests.support.configs import order_settings
from tests.support.fake_afterwards import STEPS
from tests.support.fakes import Mode

FINALISE = Purpose.FINALISE
ABLE = frozenset({Capability.CREDITS, Capability.AMENDS, Capability.CANCELS, Capability.FINALISES})


class Killed(BaseException):
    """As by kill -9."""


@pytest.fixture
def wanting(house: House) -> House:
    """An ERP that can do everything, settings that want all of it, and an order that waits."""
    house.erp.capabilities, house.erp.wants = ABLE, STEPS
    house.build()
    house.shop.put(an_order(a_line("160.00", "40.00", quantity=Decimal(2))))
    house.collector.poll("main")
    return house


def later(house: House) -> None:
    """Everything is well, and time passes."""
    house.erp.mode = Mode.GOOD
    for _ in range(4):
        house.clock.advance(house.erp.settle.total_seconds() + 1)
        house.drain()


def steps(house: House) -> list[str]:
    """What was done to documents that stood."""
    return [step for _, _, step in house.erp.taken]


def fault(house: House, detail: str = "") -> str:
    """Why the entry waits for a person."""
    found = house.entry(purpose=FINALISE, detail=detail).fault
    assert found is not None
    return f"{found.text} {found.advice}"


def operator(house: House) -> Operator:
    """The acts of a person on this house."""
    return Operator(
        store=house.store,
        shops={"main": house.shop},
        collector=house.collector,
        booker=house.booker,
        creditor=house.creditor,
        kinds={"main": DocumentKind.ORDER},
        clock=house.clock,
        poke=threading.Event(),
    )


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
    wanting.erp.wants = () if able else STEPS
    wanting.erp.capabilities = ABLE if able else frozenset({Capability.CREDITS})
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


def test_refused_step_parks_with_its_remedy_and_retry_continues_there(wanting: House):
    """The invoice stands; what is refused is not tried over and over, and what went before is not done again."""
    wanting.erp.refuses = "book"
    wanting.drain()
    assert "The period is closed. Open the period" in fault(wanting)
    assert wanting.state() is State.DONE
    later(wanting)
    assert steps(wanting) == ["invoice"]
    wanting.erp.refuses = ""
    assert operator(wanting).retry([wanting.entry(purpose=FINALISE).id], who="Eva") == 1
    wanting.drain()
    assert steps(wanting) == list(STEPS)


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
    assert {number for _, number, _ in wanting.erp.taken} == {"N3"}
    assert steps(wanting) == list(STEPS)


def test_total_of_the_invoice_that_is_not_the_orders_parks_and_a_person_settles_it(
    wanting: House, monkeypatch: pytest.MonkeyPatch
):
    """The ERP rounded, or somebody edited the order: it is not passed over."""
    shown = wanting.erp.shown
    monkeypatch.setattr(
        wanting.erp, "shown", lambda document: replace(shown(document), gross=Decimal("200.01"))
    )
    wanting.drain()
    assert "comes to 200.01 SEK, the order to 200.00 SEK" in fault(wanting)
    entry = wanting.entry(purpose=FINALISE)
    assert operator(wanting).settle(entry.id, number="N1F", who="Eva", reason="rounded")
    wanting.drain()
    assert wanting.shop.marks["1234"] == ["N1", "N1F"]
    assert [each.kind for each in wanting.store.reads.documents(a_ref())] == ["order", "invoice"]


def test_settled_with_the_number_it_had_tells_the_shop_nothing_new(wanting: House):
    """Somebody says: leave it an order."""
    wanting.erp.refuses = "invoice"
    wanting.drain()
    operator(wanting).settle(wanting.entry(purpose=FINALISE).id, number="N1", who="Eva", reason="")
    wanting.drain()
    assert wanting.shop.marks["1234"] == ["N1"]


def test_order_settled_by_hand_is_left_to_hands(wanting: House):
    """A document the bridge did not make is not taken anywhere by it."""
    wanting.erp.mode = Mode.REJECTS
    wanting.drain()
    wanting.erp.mode = Mode.GOOD
    operator(wanting).settle(wanting.entry().id, number="77", who="Eva", reason="")
    wanting.drain()
    assert wanting.store.reads.by_key(Key(a_ref(), FINALISE)) is None


@pytest.mark.parametrize("mode", [Mode.GOOD, Mode.LOST_AFTER])
def test_settings_that_want_no_more_leave_it_where_it_is(wanting: House, mode: Mode):
    """What a lost answer hid is still found, and the shop is told of it."""
    wanting.dispatcher.step()
    wanting.erp.refuses, wanting.erp.mode = ("" if mode is Mode.LOST_AFTER else "invoice"), mode
    wanting.drain()
    wanting.erp.wants, wanting.erp.mode = (), Mode.GOOD
    operator(wanting).retry([wanting.entry(purpose=FINALISE).id], who="Eva")
    later(wanting)
    assert wanting.state(purpose=FINALISE) is State.DONE
    assert wanting.shop.marks["1234"] == (["N1", "N1F"] if mode is Mode.LOST_AFTER else ["N1"])


def test_document_found_in_the_erp_is_taken_further_too(wanting: House):
    """A restored backup, a second bridge, a kill: whoever made it, every step is looked for before it is taken."""
    existing = Document(kind=DocumentKind.ORDER, id="1", number="N7", gross=Decimal("200.00"), currency="SEK")
    wanting.erp.stored.append((0.0, wanting.entry().key, existing))
    wanting.erp.taken.append((0.0, "N7", "invoice"))
    wanting.drain()
    assert steps(wanting) == list(STEPS)
    assert wanting.shop.marks["1234"] == ["N7F"]


def test_plugin_that_fails_parks_the_step_and_not_the_booking(wanting: House):
    """Its order is mapped as for the booking, which was found after all: its answer had got lost."""
    wanting.erp.mode = Mode.LOST_AFTER
    wanting.drain()

    def fails(_order: object) -> object:
        problem = Problem(where="x", what=say("It broke."), fix=say("Mend it."))
        raise PluginError(problem.what, [problem], plugin="p", hook="order")

    object.__setattr__(wanting.hooks, "mapped", fails)
    wanting.build()
    later(wanting)
    assert wanting.state() is State.DONE
    assert "It broke." in fault(wanting)


def test_order_that_was_never_readable_here_is_read_from_the_shop(wanting: House):
    """Stored raw at first; if it cannot be read now either, a person looks."""
    order = wanting.shop.orders["1234"]
    problem = Problem(where="line 1", what=say("No tax."), fix=say("Save it again."))
    raw = Unreadable(ref=a_ref(), raw="{}", status="processing", modified_at=None, problems=(problem,))
    wanting.shop.put(raw)
    wanting.collector.poll("main")
    wanting.shop.put(order)
    operator(wanting).retry([wanting.entry().id], who="Eva")
    wanting.dispatcher.step()
    wanting.shop.put(raw)
    wanting.drain()
    assert "No tax. Save it again." in fault(wanting)
    wanting.shop.put(order)
    operator(wanting).retry([wanting.entry(purpose=FINALISE).id], who="Eva")
    wanting.drain()
    assert steps(wanting) == list(STEPS)


def test_m_3_preview_and_rehearsal_tell_what_would_follow(wanting: House):
    """In the order it would happen; nothing where the ERP can do nothing of it."""
    wanting.orders = order_settings(
        order_mail=True, invoice_orders=True, book_invoices=True, register_payments=True, invoice_mail=True
    )
    wanting.build()
    detail = wanting.detail()
    claimed = Claimed(entry=detail.entry, body=detail.body, document=None)
    tried = wanting.booker.rehearse(claimed)
    shown = operator(wanting).preview(a_ref())
    assert (
        [str(note) for note in shown.notes]
        == [str(note) for note in tried.notes]
        == [  # type: ignore[union-attr]
            "Afterwards the ERP mails the order confirmation to the buyer.",
            "Afterwards the order becomes an invoice in the ERP.",
            "Afterwards the invoice is booked in the ERP.",
            "Afterwards what the buyer has paid is registered on the invoice.",
            "Afterwards the ERP mails the invoice to the buyer.",
        ]
    )
    wanting.orders = order_settings(book_invoices=True, order_mail=False)
    wanting.build()
    assert operator(wanting).preview(a_ref()).notes == ()
    wanting.erp.capabilities = frozenset()
    assert operator(wanting).preview(a_ref()).notes == ()
