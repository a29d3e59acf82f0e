"""Invoices at Hogia: what is sent, what is asked before, and what becomes of answers of every sort."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.errors import LostReply, Rejected
from bridge.model.orders import LineKind
from bridge.sim.faults import Kind
from tests.builders import NOON, a_line, a_ref, an_order
from tests.support.hogia_desk import ABROAD, NEWER, RATES, Desk, key_of

ORDER = an_order(a_line("79.20", "19.80", unit_net=Decimal("79.20")))
"""99.00."""
MADE = ("POST", "/customerinvoices")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A company that is set up well."""
    found = Desk(tmp_path, ManualClock(NOON + timedelta(hours=1)))
    yield found
    found.close()


def rows(desk: Desk) -> list[dict[str, Any]]:
    """The priced rows of the last invoice in the older body."""
    return [row for row in desk.posted()["invoiceLines"] if row["type"] == "InvoiceLine"]


# --- what is sent


def test_whole_answer_is_the_document(desk: Desk) -> None:
    """Number, total and day are Hogia's; the id carries whose invoice it is."""
    document = desk.book(ORDER)
    (invoice,) = desk.sim.state.invoices.values()
    assert (document.number, document.gross, document.currency) == ("100001", Decimal("99.00"), "SEK")
    assert document.id == f"{invoice.id}/{desk.customer.number}"
    assert document.dated == NOON.date()


def test_sequence_is_of_the_key_and_the_company(desk: Desk) -> None:
    """The same for every repeat, another for every other key."""
    sequence = desk.core.sequence("main:1234:order")
    desk.book(ORDER)
    assert desk.posted()["sequenceId"] == sequence
    desk.again()
    assert desk.core.sequence("main:1234:order") == sequence
    assert desk.core.sequence("main:1235:order") != sequence


def test_key_stands_where_the_profile_says(desk: Desk) -> None:
    """And nowhere else, should a live run show that the usual field is not free."""
    desk.again(own={"invoice.key": "invoiceReference"})
    desk.book(ORDER)
    head = desk.posted()["invoiceHeader"]
    assert head["invoiceReference"] == "main:1234:order"
    assert "customerOrderNumber" not in head


def test_price_is_never_negative(desk: Desk) -> None:
    """What lowers the invoice has a negative quantity."""
    order = an_order(
        a_line("320.00", "80.00"),
        a_line("-13.60", "-3.40", kind=LineKind.DISCOUNT, id="2", sku=None),
        a_line("-50.00", "0.00", percent="0", kind=LineKind.GIFT_CARD, id="3", sku=None),
    )
    desk.book(order)
    assert [(row["unitPrice"], row["quantity"]) for row in rows(desk)] == [
        (320, 1),
        (Decimal("13.60"), -1),
        (50, -1),
    ]
    assert [row["salesAccountNumber"] for row in rows(desk)] == [3001, 3730, 2421]


def test_vat_is_a_fraction_with_its_account(desk: Desk) -> None:
    """And a row without VAT names none."""
    desk.book(an_order(a_line("100.00", "12.00", percent="12"), a_line("10.00", "0.00", percent="0", id="2")))
    assert [row["vat"] for row in rows(desk)] == [
        {"percent": Decimal("0.12"), "accountNumber": 2621},
        {"percent": 0},
    ]


def test_articles_stand_before_the_text_unless_not_wanted(desk: Desk) -> None:
    """Hogia's own for shipping; of goods the shop's number."""
    order = an_order(a_line(), a_line("40", "10", kind=LineKind.SHIPPING, id="2", name="Frakt", sku=None))
    desk.book(order)
    assert [row["name"] for row in rows(desk)] == ["TVAL-1 Tvål", "fraktavg Frakt"]
    desk.again(row_articles="no", unit="")
    desk.book(replace(order, ref=a_ref(2)))
    assert [row["name"] for row in rows(desk)] == ["Tvål", "Frakt"]
    assert not any("unitType" in row for row in rows(desk))


def test_terms_of_the_payment_method_go_before_the_options(desk: Desk) -> None:
    """Days from the invoice's own; without either Hogia's own count."""
    desk.book(ORDER)
    assert "invoiceExpirationDate" not in desk.posted()["invoiceHeader"]
    desk.again(payment_terms="10")
    desk.book(replace(ORDER, ref=a_ref(2)))
    assert desk.posted()["invoiceHeader"]["invoiceExpirationDate"] == "2026-12-01"
    desk.again("[payments]\nbacs = 1930 terms:30\n", payment_terms="10")
    desk.book(replace(ORDER, ref=a_ref(3)))
    assert desk.posted()["invoiceHeader"]["invoiceExpirationDate"] == "2026-12-21"
    desk.again("[payments]\nbacs = 1930 terms:soon\n")
    with pytest.raises(Rejected) as caught:
        desk.book(replace(ORDER, ref=a_ref(4)))
    assert caught.value.field == "[payments] bacs"


def test_debt_waits_on_the_account_of_the_method_or_to_be_paid(desk: Desk) -> None:
    """Where payments are registered, those move it there."""
    desk.again("[payments]\nbacs = 1930\n")
    desk.book(ORDER)
    assert desk.posted()["customerDebtAccountNumber"] == 1930
    desk.again("[payments]\nbacs = 1930\n[orders]\nbook_invoices = yes\nregister_payments = yes\n")
    desk.book(replace(ORDER, ref=a_ref(2)))
    assert desk.posted()["customerDebtAccountNumber"] == 1580


def test_field_that_hogia_lacks_is_refused(desk: Desk) -> None:
    """With those there are."""
    order = replace(ORDER, meta={"_ean": "735"})
    desk.again("[fields]\n_ean = vendor:ean\n")
    with pytest.raises(Rejected) as caught:
        desk.book(order)
    assert "vendor:invoiceReference" in str(caught.value.advice)
    desk.again("[fields]\n_ean = vendor:invoiceReference\n")
    desk.book(order)
    assert desk.posted()["invoiceHeader"]["invoiceReference"] == "735"


def test_other_place_of_delivery_is_a_row_of_text_in_the_newer_body(desk: Desk) -> None:
    """It has no address; the older has, but no name beside it."""
    there = replace(ORDER.customer.billing, first_name="Ida", last_name="Ek", street="Hamnen 1", city="Lund")
    order = replace(ORDER, customer=replace(ORDER.customer, shipping=there))
    desk.book(order)
    texts = [row["name"] for row in desk.posted()["invoiceLines"] if row["type"] == "TextInvoiceLine"]
    assert texts == ["Order 1234", "Levereras till: Ida Ek"]
    assert desk.posted()["invoiceHeader"]["shippingAddress"]["street"] == "Hamnen 1"
    desk.again(profile=NEWER)
    desk.book(replace(order, ref=a_ref(2)))
    said = [row["textInvoiceLine"]["description"] for row in desk.posted()["invoiceLines"] if len(row) == 1
            and "textInvoiceLine" in row]  # fmt: skip
    assert said[0] == "Order 2"
    assert said[1].startswith("Levereras till: Ida Ek, Hamnen 1, ")


# --- what is asked before


def test_missing_account_is_told_with_its_row_and_nothing_sent(desk: Desk) -> None:
    """Or one that is not active; made meanwhile, it is found."""
    year = desk.sim.company.years[1]
    kept = year.accounts.pop(3001)
    with pytest.raises(Rejected, match=r"Account 3001 .*TVAL-1 Tvål.* is not in Hogia's chart") as caught:
        desk.book(ORDER)
    assert caught.value.field == "3001"
    year.accounts[3001] = kept
    kept.active = False
    with pytest.raises(Rejected, match="is not active"):
        desk.book(ORDER)
    assert desk.sim.booked() == []
    kept.active = True
    assert desk.book(ORDER).number == "100001"


def test_day_without_a_financial_year_is_told(desk: Desk) -> None:
    """Before anything is sent."""
    desk.sim.company.years.clear()
    with pytest.raises(Rejected, match="no financial year for 2026-11-21"):
        desk.book(ORDER)
    assert not any(each["method"] == "POST" and "invoices" in each["path"] for each in desk.sim.log)


def test_years_and_accounts_are_asked_for_once(desk: Desk) -> None:
    """A second invoice of the year is one call."""
    desk.book(ORDER)
    before = len(desk.sim.log)
    desk.book(replace(ORDER, ref=a_ref(2)))
    assert len(desk.sim.log) == before + 1


@pytest.mark.parametrize("fractions", [True, False])
def test_account_with_other_vat_gives_way_or_the_order_waits(desk: Desk, *, fractions: bool) -> None:
    """Where VAT follows the account: freight at 12 % goes with the goods, a sale to Germany needs its own account."""
    desk.sim.habits.codes_as_fraction = fractions
    desk.again(profile=NEWER)
    freight = a_line("100.00", "12.00", percent="12", kind=LineKind.SHIPPING, id="2", name="Frakt", sku=None)
    document = desk.book(an_order(a_line("50.00", "6.00", percent="12"), freight))
    assert any("stands on account 3002: 3520 has another VAT" in str(note) for note in document.notes)
    abroad = an_order(a_line("796.00", "151.24", percent="19"), country="DE", order_id=2)
    with pytest.raises(Rejected, match="bears 19 % VAT, and account 3106 has 0 %"):
        desk.book(abroad)
    desk.again(RATES + ABROAD, profile=NEWER)
    desk.book(abroad)
    assert [each.gross for each in desk.sim.booked()] == [Decimal("168.00"), Decimal("947.24")]


# --- answers


def test_newer_body_needs_a_customer(desk: Desk) -> None:
    """The preview does without."""
    desk.again(profile=NEWER)
    with pytest.raises(Rejected) as caught:
        desk.book(ORDER, customer=False)
    assert caught.value.field == "customer"
    assert "customerNumber" not in desk.documents.prepare(ORDER, key_of(ORDER)).payload


@pytest.mark.parametrize("readable", [True, False])
def test_bare_guid_is_read_where_invoices_can_be(desk: Desk, *, readable: bool) -> None:
    """Else the key stands in for the number, with a note where to look; the question is put once."""
    desk.sim.lists_invoices = readable
    desk.again(profile=NEWER)
    document = desk.book(ORDER)
    (invoice,) = desk.sim.state.invoices.values()
    assert document.id == f"{invoice.id}/{desk.customer.number}"
    expected = ("100001", Decimal("99.00")) if readable else ("main:1234:order", None)
    assert (document.number, document.gross) == expected
    assert any("does not tell the invoice's number" in str(note) for note in document.notes) is not readable
    before = len(desk.sim.log)
    desk.book(replace(ORDER, ref=a_ref(2)))
    assert len(desk.sim.log) == before + (2 if readable else 1)


def test_invoice_stands_whatever_becomes_of_reading_it(desk: Desk) -> None:
    """A failed look at it is no failed invoice."""
    desk.sim.lists_invoices = True
    desk.again(profile=NEWER)
    desk.sim.faults.add(Kind.ANSWER, match=("GET", "/customerinvoices"), times=None, status=503)
    assert desk.book(ORDER).number == "main:1234:order"
    assert len(desk.sim.booked()) == 1


def test_answer_that_is_no_invoice_is_a_lost_one(desk: Desk) -> None:
    """It may stand."""
    desk.sim.faults.add(Kind.ANSWER, match=MADE, status=201, body=b'{"id": "x"}')
    with pytest.raises(LostReply):
        desk.book(ORDER)
