"""What every ERP adapter that takes documents further must do. No adapter is named here; see conftest.

Its simulator is a ``MovesDocuments``. Where payments wait in a journal for somebody to book them, it has
``book_journal()``; where the ERP mails nothing, it says ``sends_mail = False``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

import pytest

from bridge.errors import LostReply, Rejected, RemoteError, Transient, Unauthorised
from bridge.model.documents import DocumentKind, Key
from bridge.ports import Amends, BooksCorrections, Cancels, Capability, Erp, Finalises
from bridge.sim.faults import Kind
from tests.builders import a_ref, an_order, key_of
from tests.contract.conftest import WRONG, Subject, goods, kind_of
from tests.contract.finishing import ORDER, Finishing
from tests.contract.test_credit_contract import a_correction, a_refund, back
from tests.contract.test_credit_contract import key_of as key_of_refund

NUMBER_OF_CALLS = 80
"""More than any adapter needs for one document."""


@pytest.fixture
def finishing(subject: Subject) -> Finishing:
    """Adapters that can."""
    if Capability.FINALISES not in subject.adapter().capabilities:
        pytest.skip("this ERP takes no document further")
    if not hasattr(subject.simulator, "payments"):
        pytest.skip("this simulator does not tell of payments")
    return Finishing(subject)


def test_nothing_is_wanted_where_nothing_is_set(finishing: Finishing) -> None:
    """All four default to no."""
    erp = cast("Finalises", finishing.subject.adapter())
    assert not any(erp.wants_more(ORDER, kind) for kind in DocumentKind)


def test_wants_more_asks_nobody(finishing: Finishing) -> None:
    """It is asked for every order, also while the ERP is away."""
    faults = finishing.subject.simulator.faults
    assert faults is not None
    erp = cast("Finalises", finishing.adapter())
    faults.add(Kind.REFUSE, times=None)
    assert erp.wants_more(ORDER, kind_of(cast("Erp", erp)))
    assert faults.struck == []


def test_booking_itself_finishes_nothing(finishing: Finishing) -> None:
    """Whatever is set: that is an entry of its own, which may fail by itself."""
    document = finishing.book()
    assert document.kind is finishing.kind
    assert (finishing.payments(), finishing.there.mails) == ({}, [])


def test_order_becomes_a_paid_and_mailed_invoice(finishing: Finishing) -> None:
    """To the öre; found by the order's key as one document."""
    document = finishing.finalise(finishing.book())
    assert (document.kind, document.gross, document.currency) == (
        DocumentKind.INVOICE,
        Decimal("365.00"),
        "SEK",
    )
    finishing.all_is_done_once()
    assert finishing.found().number == document.number


def test_invoice_is_booked_paid_and_mailed(finishing: Finishing) -> None:
    """Where the shop's orders become invoices at once."""
    if DocumentKind.INVOICE not in finishing.subject.adapter().documents:
        pytest.skip("this ERP makes no invoices of orders")
    original = finishing.book(kind=DocumentKind.INVOICE)
    assert original.kind is DocumentKind.INVOICE
    finishing.finalise(original)
    finishing.all_is_done_once()


def test_only_what_is_set_is_done(finishing: Finishing) -> None:
    """An invoice nobody has booked can still be amended, and is neither paid nor mailed."""
    original = finishing.book()
    document = finishing.finalise(original, invoice_orders="yes")
    assert document.kind is DocumentKind.INVOICE
    assert (finishing.payments(), finishing.there.mails) == ({}, [])
    assert finishing.found().number == document.number


def test_order_confirmation_is_mailed_once_and_the_order_stays_one(finishing: Finishing) -> None:
    """Where the ERP mails at all; elsewhere nothing is wanted."""
    erp = finishing.adapter(order_mail="yes")
    assert erp.mails is getattr(finishing.subject.simulator, "sends_mail", True)
    original = finishing.book()
    assert erp.wants_more(ORDER, finishing.kind) is erp.mails
    for _ in range(2):
        document = finishing.finalise(original, order_mail="yes")
        assert (document.kind, document.number) == (finishing.kind, original.number)
    assert finishing.there.mails == ([original.number] if erp.mails else [])


def test_repeated_it_does_nothing_more(finishing: Finishing) -> None:
    """From the order or from the invoice, by the same adapter and after a restart."""
    original = finishing.book()
    erp = cast("Finalises", finishing.adapter())
    numbers = {erp.finalise(ORDER, key_of(ORDER), original).number for _ in range(2)}
    invoice = finishing.finalise(original)
    numbers |= {invoice.number, finishing.finalise(invoice).number}
    assert len(numbers) == 1
    finishing.all_is_done_once()


@pytest.mark.parametrize("how", ["invoice", "pay"])
def test_what_people_did_already_is_not_done_again(finishing: Finishing, how: str) -> None:
    """Somebody invoiced the order by hand, or the bank file paid it."""
    original = finishing.book()
    getattr(finishing.there, how)(original.number)
    with pytest.raises(Rejected) if how == "pay" and finishing.needs_a_person() else nullcontext():
        finishing.finalise(original)
    finishing.all_is_done_once()


def test_what_is_not_paid_is_not_registered_as_paid(finishing: Finishing) -> None:
    """The buyer pays the invoice later."""
    order = replace(ORDER, payment=replace(ORDER.payment, paid_at=None))
    finishing.finalise(finishing.book(order), order)
    assert finishing.payments() == {}
    assert finishing.found().kind is DocumentKind.INVOICE


def test_foreign_money_is_paid_once(finishing: Finishing) -> None:
    """In the order's currency, at a rate."""
    order = replace(ORDER, currency="EUR")
    original = finishing.book(order)
    document = finishing.finalise(original, order)
    assert (document.gross, document.currency) == (Decimal("365.00"), "EUR")
    before = finishing.payments()
    assert len(before) == 1
    finishing.finalise(original, order)
    assert finishing.payments() == before


@pytest.mark.parametrize("how", ["reset", "timeout", "500"])
def test_answer_lost_at_any_call_then_again_does_everything_once(finishing: Finishing, how: str) -> None:
    """One order per call an adapter makes: one invoice, one payment, one mail of each."""
    subject, faults = finishing.subject, finishing.subject.simulator.faults
    assert faults is not None
    spoilt: dict[str, dict[str, Any]] = {
        "reset": {"kind": Kind.RESET},
        "timeout": {"kind": Kind.TIMEOUT},
        "500": {"kind": Kind.ANSWER, "status": 500, "work": True},
    }
    lost = 0
    for call in range(NUMBER_OF_CALLS):
        order = replace(ORDER, ref=a_ref(1000 + call))
        original = finishing.book(order)
        faults.add(**spoilt[how], skip=call)
        try:
            finishing.finalise(original, order)
        except (LostReply, Transient):
            lost += 1
        struck = not faults.pending
        faults.clear()
        subject.settle(subject.adapter())
        try:
            finishing.finalise(original, order)
        except Rejected:
            assert finishing.needs_a_person(order)
            assert finishing.payments().get(original.number) in (None, order.totals.gross)
        else:
            finishing.all_is_done_once(order)
        if not struck:
            break
    else:
        pytest.fail("it never ends")
    steps = 3 if finishing.kind is DocumentKind.ORDER else 1  # invoiced, booked, paid; or paid
    assert lost >= steps, "no call with an effect was hit"


def test_refused_step_leaves_those_before_it_and_is_taken_up_again(finishing: Finishing) -> None:
    """Rejected with words for a person; the next call goes on from there."""
    faults = finishing.subject.simulator.faults
    assert faults is not None
    refused: list[str] = []
    for call in range(NUMBER_OF_CALLS):
        order = replace(ORDER, ref=a_ref(2000 + call))
        original = finishing.book(order)
        faults.add(Kind.ANSWER, status=400, body=b"{}", match=_writes, skip=call)
        try:
            finishing.finalise(original, order)
        except Rejected as error:
            refused.append(str(error.text))
        struck = not faults.pending
        faults.clear()
        assert finishing.found(order).gross == order.totals.gross
        finishing.finalise(original, order)
        finishing.all_is_done_once(order)
        if not struck:
            break
    assert len(refused) >= (2 if finishing.kind is DocumentKind.ORDER else 1)
    assert all(refused)


def test_out_of_service_is_transient_and_a_web_page_no_success(finishing: Finishing) -> None:
    """Nothing is taken for done."""
    faults = finishing.subject.simulator.faults
    assert faults is not None
    original = finishing.book()
    faults.add(Kind.ANSWER, times=None, status=503)
    with pytest.raises(Transient):
        finishing.finalise(original)
    faults.clear()
    faults.add(Kind.HTML, times=None)
    with pytest.raises(RemoteError):
        finishing.finalise(original)
    faults.clear()
    finishing.finalise(original)
    finishing.all_is_done_once()


def test_wrong_token_is_unauthorised_and_changes_nothing(finishing: Finishing) -> None:
    """The channel pauses."""
    original = finishing.book()
    wrong = cast("Finalises", finishing.adapter(token=WRONG))
    with pytest.raises(Unauthorised):
        wrong.finalise(ORDER, key_of(ORDER), original)
    assert finishing.found().kind is finishing.kind


def test_document_that_is_gone_is_refused(finishing: Finishing) -> None:
    """Somebody cancelled it: nothing new is made in its place."""
    original = finishing.book()
    finishing.there.annul(original.number)
    with pytest.raises(Rejected):
        finishing.finalise(original)
    assert finishing.subject.booked() == []
    assert (finishing.payments(), finishing.there.mails) == ({}, [])


def test_finished_document_can_be_credited(finishing: Finishing) -> None:
    """The credit has a document of its own; the order stays found as one."""
    erp = finishing.adapter()
    if Capability.CREDITS not in erp.capabilities:
        pytest.skip("this ERP makes no credits")
    original = finishing.finalise(finishing.book())
    refund = a_refund("69.00", back("1", "55.20", "13.80"), order=ORDER)
    correction = a_correction(refund, order=ORDER)
    credit = cast("BooksCorrections", erp).put_correction(correction, key_of_refund(refund), original)
    assert (credit.kind, credit.gross) == (DocumentKind.CREDIT, Decimal("-69.00"))
    (found,) = finishing.subject.found(key_of_refund(refund), adapter=erp)
    assert found.number == credit.number
    finishing.all_is_done_once()


def test_credit_is_booked_as_the_invoice_was(finishing: Finishing) -> None:
    """Found by its own key as one credit, and no payment comes of it; again, nothing more."""
    erp = finishing.adapter()
    if Capability.CREDITS not in erp.capabilities or not erp.wants_more(ORDER, DocumentKind.CREDIT):
        pytest.skip("this ERP makes no credits, or wants nothing more of them")
    original = finishing.finalise(finishing.book())
    refund = a_refund("69.00", back("1", "55.20", "13.80"), order=ORDER)
    key = key_of_refund(refund)
    credit = erp.put_correction(a_correction(refund, order=ORDER), key, original)
    numbers = {finishing.adapter().finalise(ORDER, key, credit).number for _ in range(2)}
    (found,) = finishing.subject.found(key, adapter=erp)
    assert (numbers, found.kind, found.gross) == ({found.number}, DocumentKind.CREDIT, Decimal("-69.00"))
    assert [each.gross for each in finishing.subject.booked() if each.key == str(key)] == [Decimal("-69.00")]
    assert max(Counter(finishing.there.mails).values(), default=1) == 1
    finishing.all_is_done_once()


def test_booked_invoice_is_neither_amended_nor_cancelled(finishing: Finishing) -> None:
    """Rejected, so that the flow credits it instead; named by the order it was, or as the invoice it is."""
    order_document = finishing.book()
    invoice = finishing.finalise(order_document)
    erp = finishing.adapter()
    changed = replace(an_order(goods("80.00", "20.00")), ref=ORDER.ref)
    for original in (order_document, invoice):
        if Capability.AMENDS in erp.capabilities:
            with pytest.raises(Rejected):
                cast("Amends", erp).amend(changed, key_of(ORDER), original)
        if Capability.CANCELS in erp.capabilities:
            with pytest.raises(Rejected):
                cast("Cancels", erp).cancel(_cancelled(), original)
    finishing.all_is_done_once()


def _cancelled() -> Key:
    return Key.parse(f"{ORDER.ref}:cancel")


def _writes(environ: Mapping[str, object]) -> bool:
    return environ["REQUEST_METHOD"] not in {"GET", "HEAD"}
