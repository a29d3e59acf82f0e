"""Making documents in e-conomic: one POST, compared with what it reckons, found by exactly its key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.errors import LostReply, Rejected, RemoteError, Transient
from bridge.model.documents import CustomerRecord, DocumentKind, Key, Purpose
from bridge.sim.faults import Kind
from tests.builders import a_ref, an_order
from tests.contract.conftest import goods
from tests.support.economic_desk import Desk, key_of

ORDER = an_order(goods("79.20", "19.80", unit_net=Decimal("79.20")))
"""99.00."""


@pytest.fixture
def desk(tmp_path: Path, clock: ManualClock) -> Iterator[Desk]:
    """A company with one article per rate."""
    found = Desk(tmp_path, clock)
    yield found
    found.close()


def posted(desk: Desk, path: str = "/orders/drafts") -> dict[str, Any]:
    """The last document sent there."""
    return dict(desk.calls("POST", path)[-1]["body"])


def test_order_and_invoice_are_drafts(desk: Desk) -> None:
    """As the kind says; each numbered by its own collection."""
    order = desk.book(ORDER)
    invoice = desk.book(replace(ORDER, ref=a_ref(2)), DocumentKind.INVOICE)
    assert (order.kind, invoice.kind) == (DocumentKind.ORDER, DocumentKind.INVOICE)
    assert order.id.startswith("order-")
    assert invoice.id.startswith("draft-")
    assert order.payload


def test_voucher_is_refused_with_what_is_possible(desk: Desk) -> None:
    """By the [shop] section's line."""
    with pytest.raises(Rejected) as caught:
        desk.book(ORDER, DocumentKind.VOUCHER)
    assert caught.value.field == "document"
    assert "document = order" in str(caught.value.advice)


def test_document_without_customer_is_refused_and_may_be_previewed(desk: Desk) -> None:
    """e-conomic wants one on every document."""
    with pytest.raises(Rejected) as caught:
        desk.erp.put_document(ORDER, key_of(ORDER), DocumentKind.ORDER)
    assert caught.value.field == "customer"
    assert "customerNumber" not in desk.erp.preview(ORDER, key_of(ORDER), DocumentKind.ORDER).payload


def test_terms_and_department_go_by_name_or_number(desk: Desk) -> None:
    """[payments] and the [shop] section; what is not there is refused by its line."""
    desk.again("[payments]\nbacs = 1510 terms:6\n", shop="result_unit = Lager\nproject = 2")
    desk.book(ORDER)
    body = posted(desk)
    assert body["paymentTerms"] == {"paymentTermsNumber": 6}
    assert body["lines"][0]["departmentalDistribution"] == {"departmentalDistributionNumber": 2}
    assert body["project"] == {"projectNumber": 2}
    desk.again("[payments]\nbacs = 1510 terms:99\n")
    with pytest.raises(Rejected) as caught:
        desk.book(replace(ORDER, ref=a_ref(2)))
    assert caught.value.field == "[payments] bacs"


def test_terms_that_want_a_date_get_the_document_s(desk: Desk) -> None:
    """Else e-conomic refuses them."""
    desk.again(payment_terms="5")
    desk.book(ORDER)
    assert posted(desk)["dueDate"] == "2026-11-21"


def test_small_difference_is_left_to_a_person(desk: Desk) -> None:
    """Öre are how an ERP rounds: the document stands, its total is told, and the flow parks it."""
    desk.sim.company.vat_codes["U25"].rate = Decimal("25.03")
    desk.sim.company.groups[1].accounts[1] = 3001
    registers = desk.erp._core.registers
    registers._kept["vat-accounts"] = {"U25": Decimal(25), "U12": Decimal(12), "U6": Decimal(6)}
    document = desk.book(ORDER)
    assert document.gross == Decimal("99.02")
    assert len(desk.sim.booked()) == 1


def behind_our_back(desk: Desk) -> None:
    """The accountant gives the group another VAT code after we have read it."""
    desk.book(replace(ORDER, ref=a_ref(2)))
    desk.sim.company.accounts[3001].vat = "U12"


def test_document_of_another_total_is_deleted_again_and_refused(desk: Desk) -> None:
    """The VAT was changed behind our back: the draft is in nobody's interest, and the next try reads anew."""
    behind_our_back(desk)
    with pytest.raises(Rejected) as caught:
        desk.book(ORDER)
    assert "88.70 SEK" in str(caught.value.text)
    assert "99.00" in str(caught.value.text)
    assert list(desk.erp.find_document(key_of(ORDER))) == []
    with pytest.raises(Rejected) as again:
        desk.book(ORDER)
    assert again.value.field == "article"


@pytest.mark.parametrize("kind", [Kind.TIMEOUT, Kind.RESET])
def test_document_whose_deletion_is_in_doubt_is_told_as_it_stands(desk: Desk, kind: Kind) -> None:
    """Refused would mean that surely nothing is there; so it goes to the flow, which compares the totals itself."""
    behind_our_back(desk)
    desk.sim.faults.add(kind, match=lambda environ: environ["REQUEST_METHOD"] == "DELETE")
    document = desk.book(ORDER)
    assert document.gross == Decimal("88.70")


def test_answer_that_is_no_document_is_doubt(desk: Desk) -> None:
    """It may have been made."""
    desk.customer()
    desk.book(replace(ORDER, ref=a_ref(2)))
    desk.sim.faults.add(
        Kind.ANSWER, match=lambda environ: environ["REQUEST_METHOD"] == "POST", status=201, body=b'{"odd": 1}'
    )
    with pytest.raises(LostReply):
        desk.book(ORDER)


def test_refusal_makes_the_next_try_read_anew(desk: Desk) -> None:
    """An article deleted since we read it; named, with the remedy."""
    desk.book(ORDER)
    del desk.sim.state.products["TVAL-1"]
    other = replace(ORDER, ref=a_ref(2))
    with pytest.raises(Rejected):
        desk.book(other)
    with pytest.raises(Rejected, match="no article TVAL-1"):
        desk.book(other)


def test_key_is_found_in_every_place_and_once(desk: Desk) -> None:
    """Draft, sent, archived with its invoice, booked: one document, the invoice as soon as there is one."""
    desk.again("[orders]\ninvoice_orders = yes\n", mark_sent="yes")
    order = desk.book(ORDER)
    kinds = [desk.erp.find_document(key_of(ORDER))[0].kind]
    desk.sim.deliver(order.number)
    kinds.append(desk.erp.find_document(key_of(ORDER))[0].kind)
    desk.erp.finalise(ORDER, key_of(ORDER), order)
    kinds.append(desk.erp.find_document(key_of(ORDER))[0].kind)
    desk.sim.invoice(order.number)
    (booked,) = desk.erp.find_document(key_of(ORDER))
    assert [*kinds, booked.kind] == [DocumentKind.ORDER] * 2 + [DocumentKind.INVOICE] * 2
    assert (booked.gross, booked.id.startswith("invoice-")) == (Decimal("99.00"), True)


def test_key_in_another_case_of_letters_is_not_ours(desk: Desk) -> None:
    """e-conomic's filter takes main for MAIN."""
    desk.book(ORDER)
    other = replace(ORDER, ref=replace(ORDER.ref, shop="MAIN"))
    assert list(desk.erp.find_document(key_of(other))) == []
    assert [each.number for each in desk.erp.find_document(key_of(ORDER))]


def test_twins_are_both_told(desk: Desk) -> None:
    """Somebody must look."""
    desk.book(ORDER)
    desk.sim.twin(str(key_of(ORDER)))
    assert len(desk.erp.find_document(key_of(ORDER))) == 2


def test_credits_are_looked_for_among_invoices_only(desk: Desk) -> None:
    """Five questions for an order, two for a refund or a cancellation."""
    for purpose, questions in (
        (Purpose.ORDER, 5),
        (Purpose.CHANGE, 5),
        (Purpose.REFUND, 2),
        (Purpose.CANCEL, 2),
    ):
        before = len(desk.office.said())
        assert list(desk.erp.find_document(Key(ORDER.ref, purpose, "7"))) == []
        assert len(desk.office.said()) - before == questions


@pytest.mark.parametrize("place", range(5))
def test_failed_question_is_never_none(desk: Desk, place: int) -> None:
    """Whichever of the five fails."""
    desk.book(ORDER)
    desk.sim.faults.add(Kind.ANSWER, status=500, skip=place)
    with pytest.raises(RemoteError):
        desk.erp.find_document(key_of(ORDER))


def test_row_that_cannot_be_read_is_never_none(desk: Desk) -> None:
    """It might be ours."""
    body = b'{"collection": [{"references": {"other": "main:1234:order"}}], "pagination": {}}'
    desk.sim.faults.add(Kind.ANSWER, status=200, body=body)
    with pytest.raises(Transient):
        desk.erp.find_document(key_of(ORDER))


def test_draft_booked_between_two_questions_is_one_invoice(desk: Desk) -> None:
    """Seen as a draft, then as booked; asked for once more, the draft is gone."""
    document = desk.book(ORDER, DocumentKind.INVOICE)
    seen = []

    def book_now(environ: Any) -> bool:
        if environ["PATH_INFO"] == "/invoices/booked" and not seen:
            seen.append(True)
            desk.sim.invoice(document.number)
        return False

    desk.sim.faults.add(Kind.ANSWER, status=500, match=book_now)
    (found,) = desk.erp.find_document(key_of(ORDER))
    assert found.id.startswith("invoice-")


def test_twin_of_a_booked_invoice_is_told(desk: Desk) -> None:
    """A draft that is still there is another document."""
    document = desk.book(ORDER, DocumentKind.INVOICE)
    desk.sim.twin(str(key_of(ORDER)))
    desk.sim.invoice(document.number)
    assert len(desk.erp.find_document(key_of(ORDER))) == 2


def test_customer_number_is_sent_as_a_number(desk: Desk) -> None:
    """Of the record the flow found."""
    desk.book(ORDER)
    assert posted(desk)["customer"] == {"customerNumber": int(desk.customer().number)}
    record = CustomerRecord(id="12", number="12")
    preview = desk.erp.preview(ORDER, key_of(ORDER), DocumentKind.ORDER, customer=record)
    assert '"customerNumber": 12' in preview.payload
