"""Answers of Hogia's that nobody has seen yet: none stops other orders, books other VAT, or makes anybody twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.erps.hogia_smart.customers import Customers
from bridge.erps.hogia_smart.finalising import Finalising
from bridge.erps.wire import dumps
from bridge.errors import LostReply, Rejected
from bridge.model.documents import Correction, CustomerPart, Document, DocumentKind, Key, Purpose
from bridge.model.refunds import RefundRules, correction_of
from bridge.sim.faults import Kind
from tests.builders import NOON, a_line, an_order, key_of
from tests.contract.test_credit_contract import a_refund
from tests.support.hogia_desk import NEWER, Desk
from tests.support.hogia_till import Till, notes

ORDER = an_order()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A company that is set up well."""
    found = Desk(tmp_path, ManualClock(NOON + timedelta(hours=1)))
    yield found
    found.close()


def answer(
    desk: Desk, method: str, path: str, body: Any, *, status: int = 200, times: int | None = 1
) -> None:
    """What comes next from there."""
    content = b"" if body is None else dumps(body).encode()
    desk.sim.faults.add(Kind.ANSWER, status=status, body=content, match=(method, path), times=times)


# --- contacts


@pytest.mark.parametrize("number", [None, "", "-"])
def test_contact_without_a_number_stops_nobody(desk: Desk, number: str | None) -> None:
    """Nothing can be invoiced to it, so it is nobody's customer; the others are found."""
    nameless = {"id": "x", "contactTypes": [2], "customer": {"eInvoiceReceiverEmail": "bo@ek.example"}}
    whole = {**nameless, "id": "y", "number": "7"}
    rows = [nameless if number == "-" else {**nameless, "number": number}, whole]
    answer(desk, "GET", "/contacts", rows)
    (found,) = Customers(desk.core).find(email="bo@ek.example")
    assert found.number == "7"


def test_new_customer_may_be_answered_by_its_guid(desk: Desk) -> None:
    """As new invoices and drafts are: it is read then, and not made again."""
    customer = replace(ORDER.customer, email="ny@kund.example")
    number = desk.sim.customers.keep(name="Ny Kund", email="ny@kund.example")
    guid = next(own for own, each in desk.sim.state.contacts.items() if each.body["number"] == number)
    answer(desk, "POST", "/contacts", guid, status=201)
    assert Customers(desk.core).put(customer, existing=None).number == number


@pytest.mark.parametrize("body", [None, "3f2504e0-4f89-41d3-9a0c-0305e82c3301"])
def test_update_needs_no_answer(desk: Desk, body: str | None) -> None:
    """What was sent is known, and a repeat would say the same."""
    number = desk.sim.customers.keep(name="Bo Ek", email="bo@ek.example")
    customers = Customers(desk.core)
    (known,) = customers.find(number=number)
    answer(desk, "POST", f"/contacts/{known.id}", body, status=200 if body else 204)
    changed = replace(ORDER.customer, email="bo@nytt.example")
    assert customers.put(changed, existing=known, parts=tuple(CustomerPart)).number == number


def test_new_customer_without_a_number_waits_for_one(desk: Desk) -> None:
    """Sent again it would stand twice: nothing finds it before it has a number."""
    answer(desk, "POST", "/contacts", {"id": "x"}, status=201)
    answer(desk, "GET", "/contacts/x", {"id": "x", "contactTypes": [2], "number": None})
    with pytest.raises(Rejected, match="given no number"):
        Customers(desk.core).put(ORDER.customer, existing=None)
    answer(desk, "POST", "/contacts", "3f2504e0-4f89-41d3-9a0c-0305e82c3301", status=201)
    with pytest.raises(LostReply):
        Customers(desk.core).put(ORDER.customer, existing=None)


# --- registers


def test_vat_code_the_register_does_not_have_is_not_no_vat(desk: Desk) -> None:
    """In the newer body the account decides: what has some code or other may not bear a row without VAT."""
    desk.again(profile=NEWER)
    free = an_order(a_line("100.00", "0.00", percent="0"))
    (income, *_) = [
        each.account for each in desk.documents.prepare(free, key_of(free)).sheet.lines if each.account
    ]
    codes = desk.sim.company.vat_codes
    (code,) = (own for own, each in codes.items() if each.rate == Decimal("0.12"))
    desk.sim.company.years[1].accounts[int(income.number)].vat = code
    desk.core.years.forget()
    answer(
        desk,
        "GET",
        "/vatcodes",
        [row for row in registered(desk) if row["vatPercent"] != Decimal("0.12")],
        times=None,
    )
    with pytest.raises(Rejected, match=f"account {income.number}, and does not tell"):
        desk.book(free)


def registered(desk: Desk) -> list[dict[str, Any]]:
    """The VAT codes."""
    return desk.core.client.register(*desk.core.client.path("vat_codes"))


def test_vat_code_without_a_rate_is_not_no_vat(desk: Desk) -> None:
    """The field may be called otherwise than we believe."""
    desk.again(profile=NEWER)
    answer(desk, "GET", "/vatcodes", [{"id": row["id"], "rate": 25} for row in registered(desk)], times=None)
    with pytest.raises(Rejected, match="does not tell"):
        desk.book(ORDER)


def test_year_of_another_day_is_no_year(desk: Desk) -> None:
    """The nearest one will not do."""
    year = {"id": "1", "startDate": "2020-01-01", "endDate": "2020-12-31"}
    answer(desk, "GET", "/financialyears/bydate/2026-11-20", year, times=None)
    answer(desk, "GET", "/financialyears/bydate/2026-11-21", year, times=None)
    with pytest.raises(Rejected, match="no financial year"):
        desk.book(ORDER)


# --- totals


def test_total_nobody_can_compare_is_not_left_to_chance(desk: Desk) -> None:
    """No rows come out both ways, and a bare GUID tells no total: it waits until somebody knows the rounding."""
    order = an_order(*(a_line("0.10", "0.03", id=str(at)) for at in range(1, 41)))
    desk.again(profile=NEWER)
    with pytest.raises(Rejected, match="rounds VAT"):
        desk.book(order)
    desk.again(profile=NEWER, own={"invoice.vat_rounding": "line"})
    assert desk.book(order).currency == "SEK"
    desk.sim.lists_invoices = True
    desk.again(profile=NEWER)
    with pytest.raises(Rejected, match="rounds VAT"):
        desk.book(order)


# --- payments and credits


@pytest.mark.parametrize("found", [True, False])
def test_invoice_that_does_not_tell_what_is_left_is_paid_by_the_notes(desk: Desk, *, found: bool) -> None:
    """As one that cannot be read; but a cancelled one is paid by nobody."""
    till = Till(desk, "a_2024_11")
    order = replace(ORDER, payment=replace(ORDER.payment, paid_at=ORDER.created_at))
    document, order = till.sold(order)
    guid = document.id.partition("/")[0]
    raw = {"id": guid, "invoiceHeader": {"invoiceNumber": 1}, "isCanceled": not found}
    answer(desk, "GET", f"/customerinvoices/{guid}", raw, times=None)
    if found:
        assert "was registered" in notes(till.finalise(document, order))
        assert len(till.paid) == 1
    else:
        with pytest.raises(Rejected, match="is cancelled"):
            till.finalise(document, order)


def test_credit_of_a_voucher_from_the_files_is_not_an_invoice(desk: Desk) -> None:
    """The owner changed the way: what stands as a voucher is not taken back by an invoice to the buyer."""
    original = Document(
        kind=DocumentKind.VOUCHER, id="W17", number="W17", gross=ORDER.totals.gross, currency="SEK"
    )
    correction = correction_of(
        ORDER, a_refund(str(ORDER.totals.gross), order=ORDER), earlier=(), rules=RefundRules()
    )
    assert isinstance(correction, Correction)
    anew = replace(original, kind=DocumentKind.CREDIT, link="W17.si")  # as files tell what an edit made anew
    for each in (original, anew):
        with pytest.raises(Rejected, match="voucher W17"):
            desk.credit(correction, Key(ORDER.ref, Purpose.REFUND, "1"), each)
    assert not desk.sim.booked()


def test_payment_is_not_registered_on_a_voucher(desk: Desk) -> None:
    """A voucher of the files has the money on its account already."""
    till = Till(desk, "a_2024_11")
    order = replace(ORDER, payment=replace(ORDER.payment, paid_at=ORDER.created_at))
    original = Document(kind=DocumentKind.VOUCHER, id="W17", number="W17")
    assert not Finalising(till.desk.core, till.desk.finding).wants_more(order, DocumentKind.VOUCHER)
    assert till.finalise(original, order, key_of(order)).payload == ""
    assert till.paid == []


def test_log_does_not_quote_the_address_hogia_refused(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Hogia's words may have it, and a log names nobody."""
    bare = {"id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "number": "9", "contactTypes": [2], "addresses": []}
    answer(desk, "POST", "/contacts", bare, status=201)
    answer(
        desk,
        "POST",
        "/addresses",
        f"The street {ORDER.customer.billing.street} is too long.",
        status=400,
        times=None,
    )
    assert Customers(desk.core).put(ORDER.customer, existing=None).number == "9"
    assert "address=missing" in caplog.text
    assert ORDER.customer.billing.street
    assert ORDER.customer.billing.street not in caplog.text
