"""Amending, cancelling and crediting in e-conomic: drafts only, ours only, and nothing of others is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.erps.economic.mapping_amends import amended
from bridge.erps.economic.mapping_answers import Found
from bridge.errors import NotFound, Rejected
from bridge.model.documents import Document, DocumentKind, Key, Purpose
from bridge.model.orders import LineKind, Refund
from bridge.model.refunds import RefundRules, correction_of
from tests.builders import a_ref, an_order
from tests.contract.conftest import goods
from tests.support.economic_desk import Desk, key_of

ORDER = an_order(goods("79.20", "19.80", unit_net=Decimal("79.20")), note="Hej")
DEARER = replace(
    an_order(goods("79.20", "19.80"), goods("88.39", "10.61", percent="12", id="2"), note=""), ref=ORDER.ref
)
"""198.00."""
CANCEL = Key(ORDER.ref, Purpose.CANCEL)
REFUND = Key(ORDER.ref, Purpose.REFUND, "7")
KINDS = [DocumentKind.ORDER, DocumentKind.INVOICE]


@pytest.fixture
def desk(tmp_path: Path, clock: ManualClock) -> Iterator[Desk]:
    """A company with one article per rate."""
    found = Desk(tmp_path, clock, lines={"unit": "st"})
    yield found
    found.close()


def put_by_hand(desk: Desk, document: Document, **changes: Any) -> None:
    """Somebody in the office edits the draft."""
    table: Any = desk.sim.state.orders if document.id.startswith("order") else desk.sim.state.drafts
    body = table[int(document.number)].body
    for name, value in changes.items():
        body[name] = {**body.get(name, {}), **value} if isinstance(value, dict) else value


@pytest.mark.parametrize("kind", KINDS)
def test_amendment_keeps_what_others_have_written(desk: Desk, kind: DocumentKind) -> None:
    """Seller, reference person, EAN, project and day of delivery; rows and texts are the order's."""
    document = desk.book(ORDER, kind)
    way = {"nemHandelType": "ean"} if kind is DocumentKind.INVOICE else {}  # orders as read have none [D19]
    by_hand = {
        "references": {"salesPerson": {"employeeNumber": 1}, "vendorReference": {"employeeNumber": 2}},
        "recipient": {"ean": "7350000000015", **way},
        "delivery": {"deliveryDate": "2026-12-01"},
        "project": {"projectNumber": 2},
        "layout": {"layoutNumber": 20},
    }
    put_by_hand(desk, document, **by_hand)
    amended = desk.erp.amend(DEARER, key_of(ORDER), document)
    assert (amended.number, amended.gross) == (document.number, Decimal("198.00"))
    now = desk.read(document)
    assert now["references"]["other"] == "main:1234:order"
    assert now["references"]["salesPerson"]["employeeNumber"] == 1
    assert now["references"]["vendorReference"]["employeeNumber"] == 2
    assert now["recipient"]["ean"] == "7350000000015"
    assert {name: now["recipient"][name] for name in way} == way
    assert now["delivery"]["deliveryDate"] == "2026-12-01"
    assert now["project"]["projectNumber"] == 2
    assert now["layout"]["layoutNumber"] == 20
    assert now["notes"] == {"heading": "Order 1234"}
    assert [line["product"]["productNumber"] for line in now["lines"]] == ["TVAL-1", "TVAL-12"]
    assert all(line["unit"]["name"] == "st" for line in desk.calls("PUT")[-1]["body"]["lines"])


def test_amendment_sends_back_what_is_newer_than_the_documents(desk: Desk) -> None:
    """A PUT clears what it leaves out: a recipient's field of today, which nobody here knows, goes back as it was."""
    prepared = desk.erp._documents.prepare(DEARER, "main:1234:order", customer=desk.customer())
    link = {"self": "https://economic.example/x"}
    there = {
        "recipient": {"cvr": "10403782", "name": "Gammal", **link},
        "delivery": {"gln": {"n": 7, **link}},
    }
    made: Any = amended(there, prepared.body, prepared.sheet)
    ours: Any = prepared.body
    assert made["recipient"] == {"cvr": "10403782", **ours["recipient"]}
    assert made["delivery"] == {"gln": {"n": 7}, **ours.get("delivery", {})}


def test_draft_that_does_not_tell_its_layout_gets_the_settings(desk: Desk) -> None:
    """The schema of 2019 has none in the answer."""
    prepared = desk.erp._documents.prepare(ORDER, "main:1234:order", customer=desk.customer())
    made = amended({"notes": {"heading": "x"}}, prepared.body, prepared.sheet)
    assert made["layout"] == {"layoutNumber": 19}
    assert made["notes"] == prepared.body["notes"]


def test_amendment_may_bring_a_row_of_text(desk: Desk) -> None:
    """A free thing without a number: it has no unit."""
    document = desk.book(ORDER)
    gift = goods("0.00", "0.00", sku=None, name="Gåva", id="2", net_before=None, tax_before=None)
    desk.erp.amend(replace(ORDER, lines=(*ORDER.lines, gift)), key_of(ORDER), document)
    assert desk.read(document)["lines"][1] == {"lineNumber": 2, "sortKey": 2, "description": "1 x Gåva"}


def test_amendment_may_need_a_new_article(desk: Desk) -> None:
    """It is made first, where wished."""
    document = desk.book(ORDER)
    desk.again("[articles]\nmissing = create\n")
    amended = desk.erp.amend(
        replace(ORDER, lines=(goods("79.20", "19.80", sku="NY"),)), key_of(ORDER), document
    )
    assert amended.gross == Decimal("99.00")
    assert "NY" in desk.sim.goods.numbers()


@pytest.mark.parametrize("kind", KINDS)
def test_document_that_is_gone_cannot_be_amended_and_need_not_be_cancelled(
    desk: Desk, kind: DocumentKind
) -> None:
    """Told when amending; done when cancelling."""
    document = desk.book(ORDER, kind)
    desk.sim.annul(document.number)
    with pytest.raises(Rejected, match="no longer in e-conomic"):
        desk.erp.amend(DEARER, key_of(ORDER), document)
    with pytest.raises(Rejected, match="no longer in e-conomic"):
        credit(desk, document)
    assert [str(note) for note in desk.erp.cancel(CANCEL, document).notes] == [
        "It was no longer in e-conomic."
    ]


def test_sent_order_is_locked(desk: Desk) -> None:
    """Registered as sent, it can neither be changed nor deleted, only credited."""
    document = desk.book(ORDER)
    desk.sim.deliver(document.number)
    for change in (
        lambda: desk.erp.amend(DEARER, key_of(ORDER), document),
        lambda: desk.erp.cancel(CANCEL, document),
    ):
        with pytest.raises(Rejected, match="registered as sent"):
            change()
    assert credit(desk, document).gross == Decimal("-99.00")


def test_archived_order_without_invoice_is_left_to_a_person(desk: Desk) -> None:
    """It was deleted, or its invoice lost the reference: nobody can tell."""
    document = desk.book(ORDER)
    desk.sim.deliver(document.number)
    desk.office.core().client.delete(f"orders/sent/{document.number}")
    with pytest.raises(Rejected, match="archive"):
        desk.erp.amend(DEARER, key_of(ORDER), document)
    with pytest.raises(Rejected, match="has no invoice"):
        credit(desk, document)
    desk.again("[orders]\ninvoice_orders = yes\n")
    with pytest.raises(Rejected, match="archive"):
        desk.erp.finalise(ORDER, key_of(ORDER), document)


def test_order_somebody_has_invoiced_is_amended_as_that_draft(desk: Desk) -> None:
    """Its number leads nowhere any more; the reference does."""
    document = desk.book(ORDER)
    desk.again("[orders]\ninvoice_orders = yes\n").finalise(ORDER, key_of(ORDER), document)
    amended = desk.erp.amend(DEARER, key_of(ORDER), document)
    assert (amended.kind, amended.gross) == (DocumentKind.INVOICE, Decimal("198.00"))
    cancelled = desk.erp.cancel(CANCEL, document)
    assert cancelled.number == amended.number
    assert desk.sim.booked() == []


def test_order_still_there_beside_its_invoice_is_its_invoice(desk: Desk) -> None:
    """Should e-conomic leave the order where it is: what counts is the invoice."""
    document = desk.book(ORDER)
    order = desk.sim.state.orders[int(document.number)]
    desk.again("[orders]\ninvoice_orders = yes\n").finalise(ORDER, key_of(ORDER), document)
    desk.sim.state.orders[order.number] = order
    amended = desk.erp.amend(DEARER, key_of(ORDER), document)
    assert (amended.kind, amended.gross) == (DocumentKind.INVOICE, Decimal("198.00"))
    assert order.totals.gross == Decimal("99.00")


def test_draft_somebody_has_booked_is_refused(desk: Desk) -> None:
    """By the invoice's number."""
    document = desk.book(ORDER, DocumentKind.INVOICE)
    number = desk.sim.invoice(document.number)
    with pytest.raises(Rejected, match=f"Invoice {number} is booked"):
        desk.erp.amend(DEARER, key_of(ORDER), document)


def test_number_that_is_another_s_is_left_alone(desk: Desk) -> None:
    """After a restored backup, say: nothing is deleted that does not bear the order's reference."""
    other = desk.book(replace(ORDER, ref=a_ref(99)))
    stolen = replace(other, id=other.id.replace(":99:", ":1234:"))
    with pytest.raises(Rejected, match="main:99:order"):
        desk.erp.cancel(CANCEL, stolen)
    put_by_hand(desk, other, references={"other": "på telefon"})
    with pytest.raises(Rejected, match="på telefon"):
        desk.erp.amend(DEARER, key_of(ORDER), stolen)
    assert len(desk.sim.booked()) == 1


def test_document_of_another_erp_is_refused(desk: Desk) -> None:
    """Somebody changed [erp] type."""
    with pytest.raises(Rejected, match="not made in e-conomic"):
        desk.erp.cancel(CANCEL, Document(kind=DocumentKind.VOUCHER, id="A-2026-000001", number="A1"))


def test_several_invoices_of_one_order_are_left_to_a_person(desk: Desk) -> None:
    """Divided by hand for two deliveries."""
    document = desk.book(ORDER)
    desk.again("[orders]\ninvoice_orders = yes\n").finalise(ORDER, key_of(ORDER), document)
    desk.sim.twin(str(key_of(ORDER)))
    with pytest.raises(Rejected, match="several documents"):
        desk.erp.cancel(CANCEL, document)


def test_only_the_one_draft_is_deleted(desk: Desk) -> None:
    """Never the collection."""
    keep = desk.book(replace(ORDER, ref=a_ref(2)), DocumentKind.INVOICE)
    document = desk.book(ORDER, DocumentKind.INVOICE)
    desk.erp.cancel(CANCEL, document)
    assert [each.number for each in desk.sim.booked()] == [keep.number]
    assert [each["path"] for each in desk.calls("DELETE")] == [f"/invoices/drafts/{document.number}"]


def test_draft_deleted_while_we_look_is_cancelled(desk: Desk) -> None:
    """By somebody else, a moment before."""
    document = desk.book(ORDER)
    client = desk.erp._core.client
    real = client.delete

    def late(path: str) -> None:
        real(path)
        raise NotFound("gone")

    client.delete = late  # type: ignore[method-assign]
    assert desk.erp.cancel(CANCEL, document).number == document.number


def credit(desk: Desk, original: Document, gross: str = "99.00", **changes: Any) -> Document:
    """All of the order, or so much of it, is paid back."""
    order = replace(ORDER, **changes)
    refund = Refund(
        ref=ORDER.ref, id="7", created_at=ORDER.created_at + timedelta(days=1), reason="Ånger", gross=Decimal(gross),
        lines=(),
    )  # fmt: skip
    correction: Any = correction_of(order, refund, earlier=(), rules=RefundRules())
    return desk.erp.put_correction(correction, REFUND, original)


def test_credit_of_an_invoice_names_it_and_is_its_customer_s(desk: Desk) -> None:
    """Zone and customer of the original, whatever the order would be today; no note about an open order."""
    document = desk.book(ORDER, DocumentKind.INVOICE)
    number = desk.sim.invoice(document.number)
    made = credit(desk, document)
    body = desk.calls("POST", "/invoices/drafts")[-1]["body"]
    assert body["notes"]["textLine1"] == f"Kredit av faktura {number}"
    assert body["lines"][0]["quantity"] == -1
    assert body["date"] == "2026-11-22"
    assert made.notes == ()
    assert desk.erp.find_document(REFUND)[0].kind is DocumentKind.CREDIT


def test_credit_of_a_draft_says_so(desk: Desk) -> None:
    """It has no final number yet."""
    document = desk.book(ORDER, DocumentKind.INVOICE)
    credit(desk, document)
    text = desk.calls("POST", "/invoices/drafts")[-1]["body"]["notes"]["textLine1"]
    assert text == f"Kredit av fakturautkast {document.number}"


def test_credit_of_an_order_tells_that_it_is_open(desk: Desk) -> None:
    """Somebody must see to both."""
    document = desk.book(ORDER)
    made = credit(desk, document)
    assert any("still open" in str(note) for note in made.notes)


def test_credit_keeps_the_zone_of_the_original(desk: Desk) -> None:
    """Sold in the zone without VAT: so is what comes back."""
    order = replace(an_order(goods("80.00", "0.00", percent="0", sku="TVAL-1")), tax_exempt=True)
    document = desk.book(order)
    refund = Refund(
        ref=order.ref, id="7", created_at=order.created_at, reason="", gross=Decimal("80.00"), lines=()
    )
    correction: Any = correction_of(order, refund, earlier=(), rules=RefundRules())
    desk.erp.put_correction(correction, REFUND, document)
    zone = desk.calls("POST", "/invoices/drafts")[-1]["body"]["recipient"]["vatZone"]
    assert zone == {"vatZoneNumber": 4}


@pytest.mark.parametrize("state", ["draft", "booked", "booked and silent about its rate"])
def test_credit_in_foreign_money_has_the_rate_of_the_original(desk: Desk, state: str) -> None:
    """Whatever the settings say by now; of a booked invoice from its sums, where it does not tell its rate."""
    desk.again("[orders]\nexchange_rates = EUR 11.45\n")
    order = replace(ORDER, currency="EUR")
    document = desk.book(order, DocumentKind.INVOICE)
    if state != "draft":
        desk.sim.invoice(document.number)
    desk.again("[orders]\nexchange_rates = EUR 12.00\n")
    if "silent" in state:
        keep_rates_silent(desk)
    credit(desk, document, currency="EUR")
    assert desk.calls("POST", "/invoices/drafts")[-1]["body"]["exchangeRate"] == Decimal(1145)


def keep_rates_silent(desk: Desk) -> None:
    """As the schema of 2019 has booked invoices: with their sums in both currencies, and no rate."""
    finding = desk.erp._finding
    standing = finding.standing

    def without(original: Document, ref: Any) -> Found | None:
        found = standing(original, ref)
        assert found is not None
        raw = {name: value for name, value in found.raw.items() if name != "exchangeRate"}
        return Found(place=found.place, raw=raw)

    finding.standing = without  # type: ignore[method-assign]


def test_freight_alone_can_be_credited(desk: Desk) -> None:
    """Its article is the one it was booked on."""
    order = replace(
        an_order(goods("79.20", "19.80"), goods("39.20", "9.80", kind=LineKind.SHIPPING, id="2", name="DHL")),
        note="",
    )
    document = desk.book(order)
    back = goods("-39.20", "-9.80", kind=LineKind.SHIPPING, id="2", quantity=Decimal(-1))
    refund = Refund(
        ref=order.ref, id="7", created_at=order.created_at, reason="", gross=Decimal("49.00"), lines=(back,)
    )
    correction: Any = correction_of(order, refund, earlier=(), rules=RefundRules())
    made = desk.erp.put_correction(correction, REFUND, document)
    assert made.gross == Decimal("-49.00")
    (line,) = desk.calls("POST", "/invoices/drafts")[-1]["body"]["lines"]
    assert line["product"] == {"productNumber": "frakt"}
