"""Nothing final is done with a draft somebody changed, and the buyer's money is registered once per order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.errors import Rejected
from bridge.model.documents import Document, DocumentKind, Key, Purpose
from tests.builders import an_order
from tests.contract.conftest import goods
from tests.support.economic_desk import Desk, key_of

ORDER = an_order(goods("79.20", "19.80", unit_net=Decimal("79.20")))
"""99.00, paid."""
INVOICE = "[orders]\ninvoice_orders = yes\n"
BOOK = f"{INVOICE}book_invoices = yes\n"
PAY = f"{BOOK}register_payments = yes\n"
ACCOUNT = "[payments]\nbacs = 1930\n"


@pytest.fixture
def desk(tmp_path: Path, clock: ManualClock) -> Iterator[Desk]:
    """A company with one article per rate."""
    found = Desk(tmp_path, clock)
    yield found
    found.close()


def finish(desk: Desk, settings: str, document: Document | None = None) -> Document:
    """Book it and bring it where the settings want it."""
    desk.again(settings)
    return desk.erp.finalise(ORDER, key_of(ORDER), document or desk.book(ORDER))


def test_draft_somebody_changed_is_not_booked(desk: Desk) -> None:
    """Booking is final: the other total is told before it, and a person corrects the draft or books it."""
    order = desk.book(ORDER)
    finish(desk, INVOICE, document=order)
    (draft,) = desk.sim.state.drafts.values()
    before = draft.totals
    draft.totals = replace(before, net=before.net - 10)
    with pytest.raises(Rejected) as caught:
        finish(desk, BOOK, document=order)
    assert "comes to 89.00 SEK, and the bridge made 99.00 SEK" in str(caught.value.text)
    assert caught.value.advice is not None
    assert desk.sim.state.booked == {}
    draft.totals = before
    assert finish(desk, BOOK, document=order).id.startswith("invoice-")


def test_invoice_with_less_left_than_was_paid_is_not_called_paid(desk: Desk) -> None:
    """Part of it was set against something else: the rest of the payment would be nowhere."""
    invoice = finish(desk, BOOK)
    (booked,) = desk.sim.state.booked.values()
    booked.paid = Decimal("9.00")
    with pytest.raises(Rejected) as caught:
        finish(desk, PAY + ACCOUNT, document=invoice)
    assert "has 90.00 SEK left to pay, and the buyer has paid 99.00 SEK" in str(caught.value.text)
    assert desk.calls("POST", "/vouchers") == []
    booked.paid = Decimal("99.00")
    assert "was paid already" in str(finish(desk, PAY + ACCOUNT, document=invoice).notes[-1])


@pytest.mark.parametrize("booked", ["the journal waits", "the journal is booked"])
def test_invoice_made_anew_is_not_paid_with_the_same_money_again(desk: Desk, booked: str) -> None:
    """After an edit the old invoice is credited: its payment is there, and the bank has seen it once."""
    old = finish(desk, PAY + ACCOUNT)
    if "is booked" in booked:
        desk.sim.book_journal()
    anew = Key(ORDER.ref, Purpose.CHANGE, "abc:new")
    document = desk.erp.put_document(ORDER, anew, DocumentKind.INVOICE, customer=desk.customer())
    new = desk.erp.finalise(ORDER, anew, document)
    assert f"stands on invoice {old.number}" in str(new.notes[-1])
    assert len(desk.calls("POST", "/vouchers")) == 1


def test_invoice_made_anew_is_paid_where_the_old_one_was_not(desk: Desk) -> None:
    """The buyer paid afterwards."""
    finish(desk, BOOK)
    desk.again(PAY + ACCOUNT)
    anew = Key(ORDER.ref, Purpose.CHANGE, "abc:new")
    document = desk.erp.put_document(ORDER, anew, DocumentKind.INVOICE, customer=desk.customer())
    new = desk.erp.finalise(ORDER, anew, document)
    (entry,) = desk.calls("POST", "/vouchers")[-1]["body"]["entries"]["customerPayments"]
    assert entry["customerInvoice"] == int(new.number)
