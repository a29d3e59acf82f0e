"""Payments at Hogia as drafts of vouchers, which somebody books: balanced, each once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.errors import LostReply, Rejected
from bridge.sim.faults import Kind
from tests.builders import a_line, an_order
from tests.support.hogia_desk import NEWER, OLDER, Desk
from tests.support.hogia_till import CARD, Till, notes

DRAFTS = ("POST", "/voucherdrafts")


@pytest.fixture(params=[OLDER, NEWER])
def till(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> Iterator[Till]:
    """Over either version of the interface; invoices cannot be read unless a test says so."""
    desk = Desk(tmp_path, clock)
    yield Till(desk, request.param)
    desk.close()


def test_draft_of_a_voucher_balances(till: Till) -> None:
    """Debit positive, credit negative, in SEK; it says that somebody must book it."""
    till.again(payment_way="voucher_draft")
    document, order = till.sold()
    done = till.finalise(document, order)
    (draft,) = till.sim.state.drafts.values()
    assert draft.head["voucherType"] == "CustomerInvoicePayment"
    assert draft.head["text"] == f"{document.number} main:1234:order"
    assert [(each["accountNumber"], each["amount"]) for each in draft.rows] == [
        (1930, Decimal("100.00")),
        (1580, Decimal("-100.00")),
    ]
    assert "somebody books it" in notes(done)
    assert till.paid == []


def test_drafts_in_foreign_money_come_to_the_whole(till: Till) -> None:
    """At the invoice's rate where it can be read, else at the owner's; parts add up to the öre."""
    till.again(orders="gift_cards = payment\n", payment_way="voucher_draft")
    card = replace(CARD, net=Decimal("-0.10"))
    document, order = till.sold(an_order(a_line(), card, currency="EUR"))
    till.finalise(document, order)
    debits = [draft.rows[0]["amount"] for draft in till.sim.state.drafts.values()]
    assert sum(debits) == Decimal("1145.00")
    assert debits == [Decimal("1.15"), Decimal("1143.85")]
    assert all(sum(row["amount"] for row in draft.rows) == 0 for draft in till.sim.state.drafts.values())


def test_draft_takes_the_rate_of_the_invoice(till: Till) -> None:
    """Where it can be read."""
    till.again(payment_way="voucher_draft")
    till.sim.habits.lists_invoices = True
    document, order = till.sold(an_order(currency="EUR"))
    (invoice,) = till.sim.state.invoices.values()
    till.finalise(document, order)
    (draft,) = till.sim.state.drafts.values()
    assert draft.rows[0]["amount"] == invoice.rate * 100


@pytest.mark.parametrize("readable", [True, False], ids=["readable", "silent"])
def test_lost_draft_waits_for_a_person(till: Till, readable: bool) -> None:  # noqa: FBT001 - a case
    """It does not show on the invoice, whether that can be read or not."""
    till.again(payment_way="voucher_draft")
    till.sim.habits.lists_invoices = readable
    document, order = till.sold()
    till.sim.faults.add(Kind.TIMEOUT, match=DRAFTS)
    with pytest.raises(LostReply):
        till.finalise(document, order)
    till.desk.clock.advance(600)
    with pytest.raises(Rejected, match="Nobody knows") as caught:
        till.finalise(document, order)
    assert "voucher drafts" in str(caught.value.advice)
    assert till.sent(*DRAFTS) == 1
