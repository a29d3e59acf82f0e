"""An order becomes an invoice, booked and paid in e-conomic, as far as the settings want; each step once."""

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
from bridge.erps.credits import taken
from bridge.erps.economic.mapping_payments import ENTRY, Paid, paid_of, text_of, voucher_of
from bridge.errors import LostReply, Rejected
from bridge.model.documents import Document, DocumentKind, Key, Purpose
from bridge.model.orders import LineKind, Order, Payment, Refund
from bridge.model.refunds import RefundRules, correction_of
from bridge.sim.faults import Kind
from tests.builders import NOON, an_order
from tests.contract.conftest import goods
from tests.support.drafts import context_of, drafted
from tests.support.economic_desk import Desk, key_of

ORDER = an_order(goods("79.20", "19.80", unit_net=Decimal("79.20")))
"""99.00, paid."""
INVOICE = "[orders]\ninvoice_orders = yes\n"
BOOK = f"{INVOICE}book_invoices = yes\n"
PAY = f"{BOOK}register_payments = yes\nexchange_rates = EUR 11.45\n"
ACCOUNT = "[payments]\nbacs = 1930\n"


@pytest.fixture
def desk(tmp_path: Path, clock: ManualClock) -> Iterator[Desk]:
    """A company with one article per rate."""
    found = Desk(tmp_path, clock)
    yield found
    found.close()


def finish(desk: Desk, settings: str, order: Order = ORDER, document: Document | None = None) -> Document:
    """Book it and bring it where the settings want it."""
    desk.again(settings)
    return desk.erp.finalise(order, key_of(order), document or desk.book(order))


@pytest.mark.parametrize(
    ("settings", "of_order", "of_invoice"),
    [
        ("", False, False),
        (INVOICE, True, False),
        (BOOK, True, True),
        ("[orders]\nbook_invoices = yes\n", False, True),
    ],
)
def test_settings_tell_what_is_wanted(desk: Desk, settings: str, of_order: bool, of_invoice: bool) -> None:  # noqa: FBT001
    """Asking nobody."""
    desk.again(settings)
    before = len(desk.office.said())
    wanted = [desk.erp.wants_more(ORDER, kind) for kind in (DocumentKind.ORDER, DocumentKind.INVOICE)]
    assert wanted == [of_order, of_invoice]
    assert len(desk.office.said()) == before


def test_order_becomes_a_draft_with_its_key(desk: Desk) -> None:
    """Same rows, same total; a draft order goes up in it."""
    invoice = finish(desk, INVOICE)
    assert (invoice.kind, invoice.gross) == (DocumentKind.INVOICE, Decimal("99.00"))
    assert desk.sim.state.orders == {}
    assert desk.read(invoice)["references"]["other"] == "main:1234:order"
    sent = desk.calls("POST", "/invoices/drafts")[-1]["body"]
    assert "paymentTermsType" not in sent["paymentTerms"]
    assert "soap" not in sent


def test_what_was_sent_is_told(desk: Desk) -> None:
    """For the entry page: one step, or all of them."""
    order = desk.book(ORDER)
    (one,) = [finish(desk, INVOICE, document=order)]
    assert json.loads(one.payload)["references"] == {"other": "main:1234:order"}
    rest = finish(desk, PAY, document=order)
    assert [{*each} for each in json.loads(rest.payload)] == [
        {"draftInvoice"}, {"accountingYear", "journal", "entries"}
    ]  # fmt: skip
    assert rest.media_type == "application/json"


def test_order_is_registered_as_sent_first_where_wished(desk: Desk) -> None:
    """Then e-conomic keeps it in the archive."""
    desk.lines = {"mark_sent": "yes"}
    order = desk.book(ORDER)
    finish(desk, INVOICE, document=order)
    assert [each["path"] for each in desk.calls("POST")][-2:] == ["/orders/sent", "/invoices/drafts"]
    assert desk.sim.state.orders[int(order.number)].place == "archived"


def test_order_sent_by_somebody_is_invoiced_too(desk: Desk) -> None:
    """From where it stands."""
    order = desk.book(ORDER)
    desk.sim.deliver(order.number)
    assert finish(desk, INVOICE, document=order).kind is DocumentKind.INVOICE


def test_instructions_that_say_little_are_filled_in(desk: Desk) -> None:
    """The layout is required and may be missing there; without the order's number it is posted all the same."""
    order = desk.book(ORDER)
    client = desk.again(INVOICE)._core.client
    real = client.get

    def terse(path: str, **params: object) -> dict[str, Any]:
        answer = real(path, **params)
        return (
            {k: v for k, v in answer.items() if k not in ("layout", "orderNumber")}
            if "upgrade" in path
            else answer
        )

    client.get = terse  # type: ignore[method-assign]
    desk.erp.finalise(ORDER, key_of(ORDER), order)
    sent = desk.calls("POST", "/invoices/drafts")[-1]["body"]
    assert sent["layout"] == {"layoutNumber": 19}
    assert "orderNumber" not in sent


def test_booking_that_is_refused_says_what_stands(desk: Desk) -> None:
    """A customer barred since: readable, with the draft's number; once mended it goes on from there."""
    order = desk.book(ORDER)
    desk.sim.state.customers[int(desk.customer().number)].body["barred"] = True
    with pytest.raises(Rejected) as caught:
        finish(desk, BOOK, document=order)
    text = str(caught.value.text)
    (draft,) = desk.sim.state.drafts
    assert text.startswith(f"Invoice draft {draft} stands, but it was not booked.")
    assert "barred" in text
    assert caught.value.advice is not None
    del desk.sim.state.customers[int(desk.customer().number)].body["barred"]
    assert finish(desk, BOOK, document=order).id.startswith("invoice-")


def test_payment_waits_in_the_journal_and_says_so(desk: Desk) -> None:
    """On the account of the method, with the invoice it pays; it counts when somebody books the journal."""
    invoice = finish(desk, PAY + ACCOUNT)
    made, booked, paid = map(str, invoice.notes)
    assert "was made of order" in made
    assert booked == f"Invoice {invoice.number} was booked."
    assert "counts when somebody books the journal" in paid
    assert desk.sim.payments == {}
    voucher = desk.calls("POST", "/vouchers")[-1]["body"]
    (entry,) = voucher["entries"]["customerPayments"]
    assert voucher["accountingYear"] == {"year": "2026"}
    assert entry["customerInvoice"] == int(invoice.number)
    assert entry["contraAccount"] == {"accountNumber": 1930}
    assert (entry["amount"], entry["date"]) == (Decimal("99.00"), "2026-11-21")
    desk.sim.book_journal()
    assert desk.sim.payments == {invoice.number: Decimal("99.00")}


@pytest.mark.parametrize("contra", [1930, None])
def test_method_without_account_is_paid_on_the_journal_s(desk: Desk, contra: int | None) -> None:
    """Against the receivable it would come to nothing; written out, or the voucher may have one side only."""
    desk.sim.company.journals[1].contra = contra
    finish(desk, PAY)
    (entry,) = desk.calls("POST", "/vouchers")[-1]["body"]["entries"]["customerPayments"]
    assert entry.get("contraAccount") == ({"accountNumber": contra} if contra else None)


@pytest.mark.parametrize("booked", ["the journal waits", "the journal is booked"])
def test_payment_is_never_registered_twice(desk: Desk, booked: str) -> None:
    """Its entry is found by its text; once booked, the invoice has no remainder."""
    invoice = finish(desk, PAY + ACCOUNT)
    if "is booked" in booked:
        desk.sim.book_journal()
    again = desk.again(PAY + ACCOUNT).finalise(ORDER, key_of(ORDER), invoice)
    assert len(desk.calls("POST", "/vouchers")) == 1
    assert (len(again.notes), again.payload) == (1, "")


def test_order_that_is_not_paid_gets_no_payment(desk: Desk) -> None:
    """Cash on delivery, invoice: nobody asks the journal."""
    order = replace(ORDER, payment=Payment(method="cod", title="Postförskott"))
    assert str(finish(desk, PAY + ACCOUNT, order).notes[-1]) == "The shop says of no payment yet."
    assert desk.calls("GET", "/entries") == []


def test_credit_is_booked_and_nothing_is_paid_on_it(desk: Desk) -> None:
    """What was given back goes through the payment service's own report."""
    invoice = finish(desk, PAY)
    refund = Refund(ref=ORDER.ref, id="7", created_at=NOON, reason="", gross=Decimal("99.00"), lines=())
    correction: Any = correction_of(ORDER, refund, earlier=(), rules=RefundRules())
    key = Key(ORDER.ref, Purpose.REFUND, "7")
    credit = desk.erp.put_correction(correction, key, invoice)
    assert desk.erp.wants_more(ORDER, credit.kind)
    booked = desk.erp.finalise(taken(correction), key, credit)
    assert (booked.kind, booked.gross, booked.id.startswith("invoice-")) == (
        DocumentKind.CREDIT,
        Decimal("-99.00"),
        True,
    )
    assert len(desk.calls("POST", "/vouchers")) == 1


def test_payment_in_foreign_money_has_the_invoice_s_rate(desk: Desk) -> None:
    """Else the customer would keep a rest."""
    finish(desk, PAY + ACCOUNT, replace(ORDER, currency="EUR"))
    (entry,) = desk.calls("POST", "/vouchers")[-1]["body"]["entries"]["customerPayments"]
    assert (entry["currency"], entry["exchangeRate"]) == ({"code": "EUR"}, Decimal(1145))


def test_payment_that_is_refused_says_what_stands(desk: Desk) -> None:
    """An account e-conomic does not have."""
    with pytest.raises(Rejected) as caught:
        finish(desk, PAY + "[payments]\nbacs = 1999\n")
    assert "is booked, but its payment was not registered" in str(caught.value.text)
    assert "1999" in str(caught.value.text)


@pytest.mark.parametrize("body", [b'{"odd": 1}', b"[]"])
def test_answer_that_is_no_document_is_doubt(desk: Desk, body: bytes) -> None:
    """Whether it is the invoice or the booking."""
    order = desk.book(ORDER)
    desk.again(BOOK)
    for step in (0, 1):
        desk.sim.faults.add(
            Kind.ANSWER,
            status=201,
            body=body,
            match=lambda environ: environ["REQUEST_METHOD"] == "POST",
            skip=step,
        )
        with pytest.raises(LostReply):
            desk.erp.finalise(ORDER, key_of(ORDER), order)
        desk.sim.faults.clear()
    assert desk.erp.finalise(ORDER, key_of(ORDER), order).id.startswith("invoice-")
    assert len(desk.sim.booked()) == 1


@pytest.mark.parametrize("body", [b"[]", b"[7]", b'"ok"'])
def test_answer_that_is_no_voucher_is_doubt(desk: Desk, body: bytes) -> None:
    """The journal is asked before it is tried again."""
    order = desk.book(ORDER)
    desk.again(PAY)
    desk.sim.faults.add(
        Kind.ANSWER, status=201, body=body, match=lambda environ: "vouchers" in environ["PATH_INFO"]
    )
    with pytest.raises(LostReply):
        desk.erp.finalise(ORDER, key_of(ORDER), order)
    desk.erp.finalise(ORDER, key_of(ORDER), order)
    assert len(desk.sim.state.entries) == 1


def test_document_that_is_gone_is_told(desk: Desk) -> None:
    """Somebody deleted it: there is nothing to finish."""
    order = desk.book(ORDER)
    desk.sim.annul(order.number)
    with pytest.raises(Rejected, match="no longer in e-conomic"):
        finish(desk, BOOK, document=order)


def test_gift_cards_are_payments_of_their_own() -> None:
    """On the card's liability; what is left by the method; nothing of zero."""
    card = goods("-30.00", "0.00", percent="0", kind=LineKind.GIFT_CARD, id="2", name="Kort")
    order = an_order(goods("80.00", "20.00"), card)
    settings = {
        "orders": {"gift_cards": "payment"},
        "accounts": {"gift_card": "2422"},
        "payments": {"bacs": "1930"},
    }
    made = drafted(order, **settings)
    paid = paid_of(made)
    assert [(each.account, each.amount) for each in paid] == [
        ("2422", Decimal("30.00")),
        ("1930", Decimal("70.00")),
    ]
    unpaid = drafted(replace(order, payment=Payment(method="cod")), **settings)
    assert [each.account for each in paid_of(unpaid)] == ["2422"]


def test_voucher_is_of_the_day_the_buyer_paid_in_the_books_time_zone() -> None:
    """23:30 UTC on the last of December belongs to the new year in Stockholm; cards alone to the invoice's day."""
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    order = replace(ORDER, payment=Payment(method="bacs", paid_at=late))
    paid = Paid(
        journal=1,
        customer=7,
        invoice=10027,
        booked=NOON.date(),
        currency="SEK",
        rate=None,
        text=text_of("k", 10027),
    )
    zone = context_of().timezone
    found: Any = voucher_of(paid_of(drafted(order)), paid, zone=zone, receivable="1930")
    assert found["accountingYear"] == {"year": "2027"}
    (entry,) = found["entries"]["customerPayments"]
    assert (entry["date"], entry["text"]) == ("2027-01-01", "k 10027")
    cards = [replace(each, paid_at=None) for each in paid_of(drafted(order))]
    found = voucher_of(cards, replace(paid, text="k" * 300), zone=zone, receivable="1510")
    (entry,) = found["entries"]["customerPayments"]
    assert (entry["date"], len(entry["text"])) == ("2026-11-21", 250)


def test_table_tells_a_source_and_a_fact_of_every_field() -> None:
    """The matrix in the docs is made of it."""
    assert all(field.source and field.fact for field in ENTRY)
