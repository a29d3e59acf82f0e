"""Where taking a document further needs a person, or meets what people did: refused, settled, found, foretold."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bridge.errors import PluginError
from bridge.flows.finalising import unmet
from bridge.model.documents import Document, DocumentKind, Key
from bridge.model.orders import Payment, Unreadable
from bridge.model.texts import Problem, say
from bridge.ports import Capability
from bridge.store.records import Claimed, State
from tests.builders import a_ref
from tests.flows.conftest import House
from tests.support.configs import order_settings
from tests.support.fake_afterwards import STEPS
from tests.support.fakes import Mode
from tests.support.finishing import FINALISE, fault, later, operator, steps


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
    wanting.erp.mails = False
    unpaid = replace(wanting.shop.orders["1234"], payment=Payment(method="invoice", title="Faktura"))
    wanting.shop.put(unpaid)
    wanting.collector.poll("main")
    assert [str(note) for note in operator(wanting).preview(a_ref()).notes] == [
        "Afterwards the order becomes an invoice in the ERP.",
        "Afterwards the invoice is booked in the ERP.",
    ]
    wanting.orders = order_settings(book_invoices=True, order_mail=False)
    wanting.build()
    assert operator(wanting).preview(a_ref()).notes == ()
    wanting.erp.capabilities = frozenset()
    assert operator(wanting).preview(a_ref()).notes == ()


def test_wishes_an_erp_cannot_fulfil_are_told_by_the_check(wanting: House):
    """SIE files stay what they are; nobody should wait for an invoice of them."""
    wishes = order_settings(invoice_orders=True, order_mail=True)
    assert unmet(wanting.erp, wishes) == ()
    wanting.erp.capabilities = frozenset()
    told = unmet(wanting.erp, wishes)
    assert [each.where for each in told] == ["[orders] invoice_orders", "[orders] order_mail"]
    assert not any(each.severe for each in told)
    assert str(told[0].fix) == "Write invoice_orders = no."
    assert unmet(wanting.erp, order_settings()) == ()
    wanting.erp.capabilities = frozenset({Capability.CONFIRMS})
    assert [each.where for each in unmet(wanting.erp, wishes)] == ["[orders] invoice_orders"]
