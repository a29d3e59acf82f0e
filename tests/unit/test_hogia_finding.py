"""Finding Hogia's invoices by their key, as far as they can be read, and crediting them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.errors import Rejected, Transient, Unanswerable
from bridge.model.documents import Correction, Document, Key, Purpose
from bridge.model.orders import Order
from bridge.model.refunds import RefundRules, correction_of
from bridge.sim.faults import Kind
from tests.builders import NOON, a_line, a_ref, an_order
from tests.contract.test_credit_contract import a_refund
from tests.support.hogia_desk import NEWER, OLDER, Desk, key_of

ORDER = an_order(a_line("79.20", "19.80", unit_net=Decimal("79.20")))
"""99.00."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A company that is set up well."""
    found = Desk(tmp_path, ManualClock(NOON + timedelta(hours=1)))
    yield found
    found.close()


def credit_of(desk: Desk, original: Document, order: Order = ORDER) -> Document:
    """All of an order taken back."""
    refund = a_refund(str(order.totals.gross), order=order)
    correction = correction_of(order, refund, earlier=(), rules=RefundRules())
    assert isinstance(correction, Correction), correction
    key = Key(order.ref, Purpose.REFUND, refund.id)
    return desk.credit(correction, key, original)


# --- finding


def test_readable_invoices_are_found_by_exactly_their_key(desk: Desk) -> None:
    """A cancelled one is told, unless another can surely be made; a field without any key of ours proves nothing."""
    desk.sim.lists_invoices = True
    first = desk.book(ORDER)
    desk.book(replace(ORDER, ref=a_ref(12345)))
    (found,) = desk.finding.documents(key_of(ORDER))
    assert found == replace(first, payload="", media_type="", notes=())
    desk.again(own={"invoice.key": "supplierOrderNumber"})
    with pytest.raises(Unanswerable):
        desk.finding.documents(key_of(ORDER))
    desk.sim.annul(first.number)
    desk.again()
    with pytest.raises(Rejected, match="as 100001, and it is cancelled there"):
        desk.finding.documents(key_of(ORDER))
    desk.again(own={"invoice.sequence": "document"})
    assert desk.finding.documents(key_of(ORDER)) == []


@pytest.mark.parametrize("asked", ["try", "no"])
def test_unreadable_invoices_need_a_person(desk: Desk, asked: str) -> None:
    """Who is told where to look; asked in vain once only, or never."""
    desk.again(own={"invoice.list": asked})
    for _ in range(2):
        with pytest.raises(Unanswerable) as caught:
            desk.finding.documents(key_of(ORDER))
    assert "main:1234:order" in str(caught.value.advice)
    tried = [each for each in desk.sim.log if each["path"].endswith("customerinvoices")]
    assert len(tried) == (1 if asked == "try" else 0)


def test_row_that_does_not_tell_its_key_is_no_proof(desk: Desk) -> None:
    """It may be the one."""
    desk.sim.faults.add(Kind.ANSWER, match=("GET", "/customerinvoices"), status=200, body=b'[{"id": "1"}]')
    with pytest.raises(Unanswerable):
        desk.finding.documents(key_of(ORDER))


def test_empty_list_is_believed_only_when_it_has_told_of_something(desk: Desk) -> None:
    """Else it may be a list of something else, or a filter that means something else."""
    desk.sim.lists_invoices = True
    with pytest.raises(Unanswerable):
        desk.finding.documents(key_of(ORDER))
    desk.book(replace(ORDER, ref=a_ref(1235)))
    before = len(desk.sim.log)
    for calls in (2, 3):  # the question, and once whether the filter finds what is surely there
        assert desk.finding.documents(key_of(ORDER)) == []
        assert len(desk.sim.log) == before + calls


def test_filter_that_finds_nothing_is_not_the_last_word(desk: Desk) -> None:
    """After a restart nothing is known of it: all invoices are compared."""
    desk.sim.lists_invoices = True
    desk.book(ORDER)
    desk.again()
    desk.sim.faults.add(Kind.ANSWER, match=("GET", "/customerinvoices"), status=200, body=b"[]")
    (found,) = desk.finding.documents(key_of(ORDER))
    assert found.number == "100001"
    desk.sim.faults.add(Kind.ANSWER, match=("GET", "/customerinvoices"), status=200, body=b"[]")
    assert desk.finding.documents(key_of(replace(ORDER, ref=a_ref(2)))) == []


def test_filter_that_does_not_find_our_own_is_not_believed(desk: Desk) -> None:
    """Though it answers."""
    desk.sim.lists_invoices = True
    desk.book(replace(ORDER, ref=a_ref(2)))
    empty = {"match": ("GET", "/customerinvoices"), "status": 200, "body": b"[]"}
    desk.sim.faults.add(Kind.ANSWER, times=3, **empty)
    with pytest.raises(Unanswerable):
        desk.finding.documents(key_of(ORDER))


def test_failed_question_is_never_none(desk: Desk) -> None:
    """Out of service is not unreadable either."""
    desk.sim.lists_invoices = True
    desk.book(replace(ORDER, ref=a_ref(2)))
    desk.sim.faults.add(Kind.ANSWER, match=("GET", "/customerinvoices"), times=None, status=503)
    with pytest.raises(Transient):
        desk.finding.documents(key_of(ORDER))
    desk.sim.faults.clear()
    assert desk.finding.documents(key_of(ORDER)) == []


@pytest.mark.parametrize("sequence", ["replay", "refuse"])
def test_proven_sequence_is_a_fence(desk: Desk, sequence: str) -> None:
    """The owner's profile says so: sent again it is one invoice, told by its number or by its key."""
    desk.sim.habits.sequence = sequence
    desk.again(own={"invoice.sequence": sequence})
    assert desk.finding.fenced
    assert desk.finding.documents(key_of(ORDER)) == ()
    numbers = [desk.book(ORDER).number for _ in range(2)]
    assert numbers == ["100001", "100001" if sequence == "replay" else "main:1234:order"]
    assert len(desk.sim.booked()) == 1


def test_refused_sequence_is_success_where_the_invoice_can_be_read(desk: Desk) -> None:
    """Whatever the profile says of sequences; else a person looks."""
    desk.sim.habits.sequence = "refuse"
    desk.book(ORDER)
    with pytest.raises(Rejected):
        desk.book(ORDER)
    desk.sim.lists_invoices = True
    desk.again()
    assert desk.book(ORDER).number == "100001"
    desk.sim.twin("main:1234:order")
    with pytest.raises(Rejected):
        desk.book(ORDER)


# --- credits


def test_credit_for_nobody_is_refused_where_the_number_is_all_there_is(desk: Desk) -> None:
    """A person settled the order by its number, so nothing tells whose invoice it is."""
    desk.again(profile=NEWER)
    original = replace(desk.book(ORDER), id="100001", number="100001")
    with pytest.raises(Rejected, match="which customer invoice 100001 was made for"):
        credit_of(desk, original)


@pytest.mark.parametrize("profile", [OLDER, NEWER])
def test_credit_is_for_the_same_customer_and_says_what_it_credits(desk: Desk, profile: str) -> None:
    """Also where nothing can be read: the document's id carries whose it was."""
    desk.again(profile=profile)
    credit_of(desk, desk.book(ORDER))
    body = desk.posted()
    text = "Krediterar fakturan för order 1234" if profile == NEWER else "Krediterar faktura 100001"
    assert text in str(body["invoiceLines"][0])
    assert f"'{desk.customer.number}'" in str(body)
    assert [each.gross for each in desk.sim.booked()] == [Decimal("99.00"), Decimal("-99.00")]


def test_credit_has_the_rate_it_was_booked_at(desk: Desk) -> None:
    """Whatever rates say now; where it cannot be read, that of the order's day."""
    order = replace(ORDER, currency="EUR")
    desk.sim.lists_invoices = True
    original = desk.book(order)
    desk.again("[orders]\nexchange_rates = EUR 12.00\n")
    credit_of(desk, original, order)
    assert desk.posted()["currencyInfo"]["exchangeRate"] == Decimal("11.45")
    desk.again("[orders]\nexchange_rates = EUR 12.00\n", own={"invoice.list": "no"})
    credit_of(desk, original, order)
    assert desk.posted()["currencyInfo"]["exchangeRate"] == 12


def test_credit_of_what_is_cancelled_or_gone_is_refused(desk: Desk) -> None:
    """As far as Hogia lets it be seen."""
    desk.sim.lists_invoices = True
    original = desk.book(ORDER)
    desk.book(replace(ORDER, ref=a_ref(2)))
    desk.sim.annul(original.number)
    with pytest.raises(Rejected, match="is cancelled in Hogia"):
        credit_of(desk, original)
    del desk.sim.state.invoices[next(iter(desk.sim.state.invoices))]
    desk.again()
    with pytest.raises(Rejected, match="is not in Hogia"):
        credit_of(desk, original)


# --- answers of other kinds


def test_invoice_that_cannot_be_judged_is_asked_for_no_more(desk: Desk) -> None:
    """Neither alone nor in a list."""
    original = desk.book(ORDER)
    desk.sim.faults.add(Kind.ANSWER, match=("GET", "/customerinvoices/"), status=200, body=b'{"id": "1"}')
    assert desk.finding.invoice(original) is None
    before = len(desk.sim.log)
    assert desk.finding.by_guid("x") is None
    assert len(desk.sim.log) == before


def test_failed_look_at_one_invoice_is_told(desk: Desk) -> None:
    """A moved address is no sign that nothing can be read."""
    desk.sim.lists_invoices = True
    original = desk.book(ORDER)
    for path in ("/customerinvoices/", "/customerinvoices"):
        desk.sim.faults.add(
            Kind.ANSWER, match=("GET", path), status=302, headers={"Location": "https://x.example"}
        )
    with pytest.raises(Rejected):
        desk.finding.invoice(original)


def test_list_that_moved_is_told(desk: Desk) -> None:
    """As above."""
    desk.sim.faults.add(
        Kind.ANSWER, match=("GET", "/customerinvoices"), status=302, headers={"Location": "https://x.example"}
    )
    with pytest.raises(Rejected, match="another address"):
        desk.finding.documents(key_of(ORDER))


def test_list_promised_by_the_profile_may_still_be_closed(desk: Desk) -> None:
    """Then a person looks, and it is asked for again next time."""
    desk.again(own={"invoice.list": "yes"})
    for _ in range(2):
        with pytest.raises(Unanswerable):
            desk.finding.documents(key_of(ORDER))
    desk.sim.lists_invoices = True
    assert desk.finding.documents(key_of(ORDER)) == []


def test_our_own_invoice_in_a_strange_shape_is_asked_for_again(desk: Desk) -> None:
    """It has the key and tells no total."""
    body = b'[{"id": "1", "invoiceHeader": {"customerOrderNumber": "main:1234:order"}}]'
    desk.sim.faults.add(Kind.ANSWER, match=("GET", "/customerinvoices"), status=200, body=body)
    with pytest.raises(Transient):
        desk.finding.documents(key_of(ORDER))


def test_refusal_makes_the_registers_be_read_anew(desk: Desk) -> None:
    """What was remembered of them may be no longer so."""
    desk.book(ORDER)
    desk.sim.company.years[1].accounts[3001].active = False
    with pytest.raises(Rejected):
        desk.book(replace(ORDER, ref=a_ref(2)))
    with pytest.raises(Rejected, match=r"Account 3001 .* is not active"):
        desk.book(replace(ORDER, ref=a_ref(2)))
