"""What every ERP adapter that amends or cancels documents must do. No adapter is named here; see conftest.

Its simulator has ``pay(number)``: from then on the document stays as it is.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

import pytest

from bridge.errors import LostReply, Rejected, Unauthorised
from bridge.model.documents import Document, Key, Purpose
from bridge.ports import Amends, Cancels, Capability, Erp
from bridge.sim.faults import Kind
from tests.builders import an_order, key_of
from tests.contract.conftest import Subject, goods

ORDER = an_order(goods("79.20", "19.80", unit_net=Decimal("79.20")))
"""99.00."""
DEARER = an_order(
    goods("79.20", "19.80", unit_net=Decimal("79.20")),
    goods("71.43", "8.57", percent="12", id="2", unit_net=Decimal("71.43")),
)
"""179.00."""
CANCEL = Key(ORDER.ref, Purpose.CANCEL)


@pytest.fixture
def original(subject: Subject) -> Document:
    """The booked order of 99.00."""
    return subject.book(ORDER)


def able(subject: Subject, capability: Capability) -> Erp:
    """The adapter, if it can."""
    erp = subject.adapter()
    if capability not in erp.capabilities:
        pytest.skip(f"this ERP has not: {capability.value}")
    return erp


def amends(subject: Subject) -> Amends:
    """One that amends."""
    return cast("Amends", able(subject, Capability.AMENDS))


def cancels(subject: Subject) -> Cancels:
    """One that cancels."""
    return cast("Cancels", able(subject, Capability.CANCELS))


def test_amended_document_says_what_the_order_says_now(subject: Subject, original: Document) -> None:
    """To the öre, still found by the order's key, and still one document; the same again changes nothing."""
    erp = amends(subject)
    for _ in range(2):
        document = erp.amend(DEARER, key_of(ORDER), original)
        assert (document.number, document.gross) == (original.number, Decimal("179.00"))
    assert (subject.only().key, subject.only().gross) == ("main:1234:order", Decimal("179.00"))
    (found,) = subject.adapter().find_document(key_of(ORDER))
    assert (found.number, found.gross) == (original.number, Decimal("179.00"))


def test_amendment_carries_what_was_sent(subject: Subject, original: Document) -> None:
    """For the entry page."""
    document = amends(subject).amend(DEARER, key_of(ORDER), original)
    assert document.payload
    assert document.media_type


def test_cancelled_document_is_gone_and_stays_so(subject: Subject, original: Document) -> None:
    """The same again does no harm."""
    erp = cancels(subject)
    for _ in range(2):
        assert erp.cancel(CANCEL, original).number == original.number
    assert subject.booked() == []


@pytest.mark.parametrize("capability", [Capability.AMENDS, Capability.CANCELS])
def test_paid_document_is_refused_and_left_alone(
    subject: Subject, original: Document, capability: Capability
) -> None:
    """Rejected, so that the flow can credit it instead."""
    erp: Any = able(subject, capability)
    cast("Any", subject.simulator).pay(original.number)
    with pytest.raises(Rejected):
        _do(erp, capability, original)
    assert subject.only().gross == Decimal("99.00")


@pytest.mark.parametrize("capability", [Capability.AMENDS, Capability.CANCELS])
def test_lost_answer_is_told_and_the_repeat_does_no_harm(
    subject: Subject, original: Document, capability: Capability
) -> None:
    """Nobody knows; doing it again comes to the same."""
    erp: Any = able(subject, capability)
    if subject.simulator.faults is None:
        pytest.skip("nothing to lose an answer on")
    subject.simulator.faults.add(Kind.TIMEOUT, match=lambda environ: environ["REQUEST_METHOD"] != "GET")
    with pytest.raises(LostReply):
        _do(erp, capability, original)
    _do(erp, capability, original)
    assert [each.gross for each in subject.booked()] in ([], [Decimal("179.00")])


@pytest.mark.parametrize("capability", [Capability.AMENDS, Capability.CANCELS])
def test_wrong_token_changes_nothing(subject: Subject, original: Document, capability: Capability) -> None:
    """It says so, and the document stands."""
    able(subject, capability)
    if not subject.secrets():
        pytest.skip("this ERP has no secrets")
    with pytest.raises(Unauthorised):
        _do(subject.with_wrong_token(), capability, original)
    assert subject.only().gross == Decimal("99.00")


def _do(erp: Any, capability: Capability, original: Document) -> Document:
    if capability is Capability.AMENDS:
        return cast("Document", erp.amend(DEARER, key_of(ORDER), original))
    return cast("Document", erp.cancel(CANCEL, original))
