"""Where documents stand, what their ids tell, and when two of them are one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bridge.erps.economic.mapping_answers import (
    LIFE,
    Found,
    Place,
    document_of,
    ident,
    number_name,
    one_each,
    place_of,
    reference_in,
)
from bridge.model.documents import DocumentKind

ORDER = "main:1234:order"


def found(place: Place, number: int, *, reference: str = ORDER, **more: Any) -> Found:
    """As a list shows it."""
    raw = {
        number_name(place): number,
        "date": "2026-11-21",
        "currency": "SEK",
        "grossAmount": Decimal("99.00"),
        "references": {"other": reference},
        **more,
    }
    return Found(place=place, raw=raw)


@pytest.mark.parametrize("place", LIFE)
def test_id_tells_the_collection_and_leads_back(place: Place) -> None:
    """An order's id is the same wherever it has come."""
    document = document_of(found(place, 511))
    assert document.id == ident(place, 511, ORDER)
    back, number = place_of(document.id)
    assert (back.order, number, reference_in(document.id)) == (place.order, 511, ORDER)
    assert (document.number, document.kind) == (
        "511",
        DocumentKind.ORDER if place.order else DocumentKind.INVOICE,
    )


@pytest.mark.parametrize("wrong", ["511", "order-", "order-x", "thing-3", "", "A7"])
def test_id_that_is_not_ours_is_told(wrong: str) -> None:
    """The document of another ERP, say."""
    with pytest.raises(ValueError, match="no id"):
        place_of(wrong)


def test_id_without_reference_has_none() -> None:
    """As somebody might have kept it."""
    assert reference_in(ident(Place.ORDER_DRAFT, 511)) == ""


@pytest.mark.parametrize(
    ("reference", "gross", "kind"),
    [
        ("main:1234:refund:7", "-99.00", DocumentKind.CREDIT),
        ("main:1234:cancel", "-99.00", DocumentKind.CREDIT),
        ("main:1234:change:abc", "-99.00", DocumentKind.CREDIT),
        ("main:1234:change:abc:new", "99.00", DocumentKind.INVOICE),
        (ORDER, "-1.00", DocumentKind.INVOICE),
        ("by hand", "99.00", DocumentKind.INVOICE),
    ],
)
def test_credit_is_told_by_key_and_sign(reference: str, gross: str, kind: DocumentKind) -> None:
    """A new document after an edit bears such a key too, and is none."""
    draft = found(Place.INVOICE_DRAFT, 88, reference=reference, grossAmount=Decimal(gross))
    assert document_of(draft).kind is kind


def test_document_without_total_is_no_credit_by_guess() -> None:
    """e-conomic leaves some amounts out; then its key decides."""
    raw = {**found(Place.INVOICE_DRAFT, 88, reference="main:1:refund:2").raw}
    del raw["grossAmount"]
    document = document_of(Found(place=Place.INVOICE_DRAFT, raw=raw))
    assert (document.gross, document.kind) == (None, DocumentKind.CREDIT)


def test_reference_that_is_missing_is_empty() -> None:
    """References are left out where there are none."""
    assert Found(place=Place.ORDER_DRAFT, raw={"orderNumber": 1}).reference == ""


def places(*each: Found) -> list[tuple[Place, int]]:
    """Of what is left."""
    return [(one.place, one.number) for one in one_each([*each])]


def test_order_and_the_invoice_made_of_it_are_one() -> None:
    """The invoice; told by the order's number in it, wherever the order still stands."""
    invoice = found(Place.INVOICE_DRAFT, 88, orderNumber=511)
    for place in (Place.ORDER_DRAFT, Place.ORDER_SENT, Place.ORDER_ARCHIVED):
        assert places(found(place, 511), invoice) == [(Place.INVOICE_DRAFT, 88)]


def test_archived_order_and_an_invoice_without_its_number_are_one() -> None:
    """It was archived because it became an invoice; but one invoice takes one order along only."""
    invoice = found(Place.INVOICE_BOOKED, 10027)
    assert places(found(Place.ORDER_ARCHIVED, 511), invoice) == [(Place.INVOICE_BOOKED, 10027)]
    two = (found(Place.ORDER_ARCHIVED, 511), found(Place.ORDER_ARCHIVED, 512), invoice)
    assert places(*two) == [(Place.ORDER_ARCHIVED, 512), (Place.INVOICE_BOOKED, 10027)]


def test_order_seen_while_it_moves_is_one() -> None:
    """As a draft, then as sent; the copy a sent order has in the archive tells nothing."""
    assert places(found(Place.ORDER_DRAFT, 511), found(Place.ORDER_SENT, 511)) == [(Place.ORDER_SENT, 511)]
    seen = (found(Place.ORDER_SENT, 511), found(Place.ORDER_ARCHIVED, 511))
    assert places(*seen) == [(Place.ORDER_SENT, 511)]


def test_twins_stay_two() -> None:
    """Two orders, two invoices, an open order and an invoice of another."""
    assert len(places(found(Place.ORDER_DRAFT, 511), found(Place.ORDER_DRAFT, 512))) == 2
    assert len(places(found(Place.INVOICE_DRAFT, 88), found(Place.INVOICE_BOOKED, 88))) == 2
    assert len(places(found(Place.ORDER_DRAFT, 511), found(Place.INVOICE_DRAFT, 88, orderNumber=7))) == 2
    assert len(places(found(Place.ORDER_DRAFT, 511), found(Place.INVOICE_DRAFT, 88))) == 2


def test_open_are_drafts_only() -> None:
    """What may still be changed."""
    assert [place for place in LIFE if place.open] == [Place.ORDER_DRAFT, Place.INVOICE_DRAFT]
