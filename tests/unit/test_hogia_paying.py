"""Payments at Hogia: each once, whatever is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.erps.hogia_smart.finalising import Finalising
from bridge.errors import LostReply, Rejected, Transient, Unauthorised
from bridge.model.documents import DocumentKind, Key, Purpose
from bridge.model.orders import Payment
from bridge.sim.faults import Kind
from tests.builders import a_line, an_order
from tests.support.hogia_desk import NEWER, OLDER, Desk, key_of
from tests.support.hogia_till import CARD, Till, notes

PAYMENTS = ("POST", "/payments")


@pytest.fixture(params=[OLDER, NEWER])
def till(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> Iterator[Till]:
    """Over either version of the interface; invoices cannot be read unless a test says so."""
    desk = Desk(tmp_path, clock)
    yield Till(desk, request.param)
    desk.close()


def test_payment_is_registered_on_the_account_of_its_method(till: Till) -> None:
    """On the day the buyer paid, in the books' time zone; nothing else is sent."""
    order = an_order(
        payment=Payment(method="bacs", title="F", paid_at=datetime(2026, 11, 22, 23, 30, tzinfo=UTC))
    )
    document, _ = till.sold(order)
    done = till.finalise(document, order)
    assert till.paid == [(Decimal("100.00"), 1930)]
    sent = json.loads(done.payload)
    assert (sent["date"], sent["payer"], sent["amount"]) == ("2026-11-23", "Anna Öberg", 100.0)
    assert sent["sequenceId"] == till.desk.core.sequence("main:1234:order/payment/0")
    assert (done.number, done.gross, done.kind) == (document.number, document.gross, DocumentKind.INVOICE)
    assert "100.00 SEK was registered" in notes(done)


def test_no_payment_is_dated_before_its_invoice(till: Till) -> None:
    """Nothing stands there yet to be paid."""
    early = Payment(method="bacs", title="F", paid_at=datetime(2026, 11, 1, tzinfo=UTC))
    document, order = till.sold(an_order(payment=early))
    assert json.loads(till.finalise(document, order).payload)["date"] == "2026-11-21"


@pytest.mark.parametrize("readable", [True, False], ids=["readable", "silent"])
def test_again_registers_nothing_more(till: Till, readable: bool) -> None:  # noqa: FBT001 - a case
    """By the same adapter and after a restart."""
    till.sim.habits.lists_invoices = readable
    document, order = till.sold()
    till.finalise(document, order)
    till.finalise(document, order)
    till.again()
    assert "registered before" in notes(till.finalise(document, order))
    assert till.sent(*PAYMENTS) == 1


@pytest.mark.parametrize("kind", [Kind.RESET, Kind.TIMEOUT, Kind.CUT, Kind.HTML])
def test_lost_answer_where_invoices_are_silent_waits_for_a_person(till: Till, kind: Kind) -> None:
    """It may stand already, so it is never sent a second time, however often it is tried."""
    document, order = till.sold()
    till.sim.faults.add(kind, match=PAYMENTS)
    with pytest.raises(LostReply):
        till.finalise(document, order)
    till.desk.clock.advance(600)
    for _ in range(2):
        till.again()
        with pytest.raises(Rejected, match="Nobody knows") as caught:
            till.finalise(document, order)
    assert f"invoice {document.number}" in str(caught.value.advice)
    assert till.sent(*PAYMENTS) <= 1


def test_kill_before_the_answer_waits_for_a_person_too(till: Till) -> None:
    """The note alone tells."""
    document, order = till.sold()
    till.finalising._paying._ledger.sending(
        "main:1234:order/payment/0",
        ref="main:1234",
        invoice=document.number,
        amount=Decimal(100),
        left_before=None,
    )
    with pytest.raises(Rejected, match="Nobody knows"):
        till.finalise(document, order)
    assert till.paid == []


@pytest.mark.parametrize("kind", [Kind.RESET, Kind.TIMEOUT, Kind.CUT, Kind.HTML])
def test_lost_answer_where_invoices_are_read_is_looked_up(till: Till, kind: Kind) -> None:
    """After the settle time what is left to pay tells: made if it is less, sent again if it is as before."""
    till.sim.habits.lists_invoices = True
    document, order = till.sold()
    till.sim.faults.add(kind, match=PAYMENTS)
    with pytest.raises(LostReply):
        till.finalise(document, order)
    till.again()
    with pytest.raises(Transient, match="Nobody knows yet") as caught:
        till.finalise(document, order)
    assert caught.value.retry_after == pytest.approx(120, abs=70)
    till.desk.clock.advance(600)
    till.finalise(document, order)
    till.finalise(document, order)
    assert till.paid == [(Decimal("100.00"), 1930)]


def test_doubt_that_the_invoice_does_not_settle_waits_for_a_person(till: Till) -> None:
    """Somebody set something else against it meanwhile."""
    till.sim.habits.lists_invoices = True
    document, order = till.sold()
    till.sim.faults.add(Kind.REFUSE, match=PAYMENTS)
    ledger = till.finalising._paying._ledger
    about = "main:1234:order/payment/0"
    ledger.sending(about, ref="main:1234", invoice=document.number, amount=Decimal(100), left_before=None)
    (invoice,) = till.sim.state.invoices.values()
    invoice.payments.append({"id": "x", "amount": Decimal(30), "accountNumber": 1930, "date": invoice.dated})
    till.desk.clock.advance(600)
    with pytest.raises(Rejected, match="Nobody knows"):
        till.finalise(document, order)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": Kind.ANSWER, "status": 429}, Transient),
        ({"kind": Kind.ANSWER, "status": 403}, Unauthorised),
        ({"kind": Kind.ANSWER, "status": 404}, Rejected),
        ({"kind": Kind.ANSWER, "status": 400, "body": b'"Nej"'}, Rejected),
    ],
)
def test_what_is_surely_not_made_is_tried_again(
    till: Till, fault: dict[str, Any], error: type[Exception]
) -> None:
    """A refusal says that the invoice stands, and what to do."""
    document, order = till.sold()
    till.sim.faults.add(match=PAYMENTS, **fault)
    with pytest.raises(error) as caught:
        till.finalise(document, order)
    if error is Rejected:
        assert str(caught.value).startswith(f"Invoice {document.number} stands")
        assert str(getattr(caught.value, "advice", ""))
    till.desk.clock.advance(100)
    till.finalise(document, order)
    assert till.paid == [(Decimal("100.00"), 1930)]


def test_used_sequence_means_that_it_stands(till: Till, tmp_path: Path) -> None:
    """Even where the bridge's own notes are gone."""
    till.sim.habits.sequence = "refuse"
    document, order = till.sold()
    till.finalise(document, order)
    (kept,) = tmp_path.rglob("hogia-*.sqlite")
    kept.unlink()
    assert "registered before" in notes(till.finalise(document, order))
    assert till.paid == [(Decimal("100.00"), 1930)]


def test_unpaid_order_stays_unpaid(till: Till) -> None:
    """And nothing is wanted of it; nor of a credit, nor where the owner wants no payments."""
    unpaid = an_order(payment=Payment(method="bacs", title="F"))
    document, _ = till.sold(unpaid)
    assert not till.finalising.wants_more(unpaid, DocumentKind.INVOICE)
    assert "no payment yet" in notes(till.finalise(document, unpaid))
    assert till.finalising.wants_more(an_order(), DocumentKind.INVOICE)
    assert not till.finalising.wants_more(an_order(), DocumentKind.CREDIT)
    till.finalise(replace(document, kind=DocumentKind.CREDIT), an_order())
    till.desk.again(profile=till.profile)
    plain = Finalising(till.desk.core, till.desk.finding)
    assert not plain.wants_more(an_order(), DocumentKind.INVOICE)
    assert plain.finalise(an_order(), key_of(unpaid), document).payload == ""
    assert till.paid == []


def test_gift_card_and_method_are_two_payments(till: Till) -> None:
    """Together the whole, each on its account; a lost second leaves the first as it is."""
    till.again(orders="gift_cards = payment\n")
    till.sim.habits.lists_invoices = True
    order = an_order(a_line(), CARD)
    document, _ = till.sold(order)
    assert document.gross in (Decimal("100.00"), None)
    till.sim.faults.add(Kind.RESET, match=PAYMENTS, skip=1)
    with pytest.raises(LostReply):
        till.finalise(document, order)
    till.desk.clock.advance(600)
    till.finalise(document, order)
    assert till.paid == [(Decimal("60.00"), 2421), (Decimal("40.00"), 1930)]
    (invoice,) = till.sim.state.invoices.values()
    assert invoice.left == 0


def test_foreign_money_is_paid_in_its_own(till: Till) -> None:
    """As the invoice has it."""
    document, order = till.sold(an_order(currency="EUR"))
    till.finalise(document, order)
    (invoice,) = till.sim.state.invoices.values()
    assert (invoice.currency, invoice.left) == ("EUR", Decimal(0))
    assert till.paid == [(Decimal("100.00"), 1930)]


def test_method_without_account_waits_for_one(till: Till) -> None:
    """Its money could not be told from the debt; nothing is sent and nothing noted."""
    order = an_order(payment=Payment(method="swish", title="S", paid_at=an_order().created_at))
    document, _ = till.sold(order)
    with pytest.raises(Rejected, match="swish has no account") as caught:
        till.finalise(document, order)
    assert caught.value.field == "[payments] swish"
    till.again(payments="swish = 1930")
    till.finalise(document, order)
    assert till.paid == [(Decimal("100.00"), 1930)]


def test_account_that_is_not_there_is_named_before_anything_is_sent(till: Till) -> None:
    """With the method it is for."""
    document, order = till.sold()
    till.sim.company.years[1].accounts[1930].active = False
    till.again()
    with pytest.raises(Rejected, match=r"1930 \(payment by bacs\) is not active"):
        till.finalise(document, order)
    assert till.sent(*PAYMENTS) == 0


def test_what_a_person_paid_is_not_paid_again(till: Till) -> None:
    """Where invoices can be read."""
    till.sim.habits.lists_invoices = True
    document, order = till.sold()
    till.sim.pay(document.number)
    assert "was paid already" in notes(till.finalise(document, order))
    assert len(till.paid) == 1


def test_too_little_left_is_for_a_person(till: Till) -> None:
    """Both amounts are named."""
    till.sim.habits.lists_invoices = True
    document, order = till.sold()
    (invoice,) = till.sim.state.invoices.values()
    invoice.payments.append({"id": "x", "amount": Decimal(30), "accountNumber": 1930, "date": invoice.dated})
    with pytest.raises(Rejected, match=r"70\.00 SEK left to pay, and the buyer has paid 100\.00 SEK"):
        till.finalise(document, order)


@pytest.mark.parametrize("readable", [True, False], ids=["readable", "silent"])
def test_cancelled_invoice_is_not_paid(till: Till, readable: bool) -> None:  # noqa: FBT001 - a case
    """Whether it is seen or Hogia refuses."""
    till.sim.habits.lists_invoices = readable
    document, order = till.sold()
    till.sim.annul(document.id.partition("/")[0])
    with pytest.raises(Rejected):
        till.finalise(document, order)
    assert till.paid == []


def test_money_is_registered_once_per_order_after_an_edit(till: Till) -> None:
    """The new invoice is told where it stands; a doubt about the old one is not forgotten."""
    document, order = till.sold()
    till.finalise(document, order)
    key = Key(order.ref, Purpose.CHANGE, "abc:new")
    later = till.desk.documents.make(till.desk.documents.prepare(order, key, customer=till.desk.customer))
    told = notes(till.finalise(later, order, key))
    assert f"stands on invoice {document.number}" in told
    assert len(till.paid) == 1


def test_doubt_about_the_invoice_before_is_not_forgotten(till: Till) -> None:
    """After an edit neither."""
    document, order = till.sold()
    till.sim.faults.add(Kind.RESET, match=PAYMENTS)
    with pytest.raises(LostReply):
        till.finalise(document, order)
    with pytest.raises(Rejected, match=f"on invoice {document.number}"):
        till.finalise(document, order, Key(order.ref, Purpose.CHANGE, "abc:new"))


def test_invoice_whose_guid_was_never_told(till: Till) -> None:
    """A payment cannot be put below it."""
    document, order = till.sold()
    with pytest.raises(Rejected, match="never told") as caught:
        till.finalise(replace(document, id="?/1"), order)
    assert "by hand" in str(caught.value.advice)
