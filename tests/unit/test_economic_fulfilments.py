"""e-conomic: what became of documents, by walking the collections they move through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.erps.economic.core import Core
from bridge.erps.economic.feeds import Fulfilments
from bridge.erps.economic.mapping_answers import Found, Place, document_of
from bridge.errors import Transient
from bridge.model.documents import Document, DocumentKind
from bridge.model.fulfilment import Fulfilment, Stage
from bridge.sim.faults import Kind
from tests.support.economic_office import Office


class Company(Office):
    """With documents."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.wire: Core = Office.core(self)
        self.sim.customers.keep(name="Anna", email="anna@example.com")

    def book(self, key: str, place: Place = Place.ORDER_DRAFT, quantity: str = "3") -> Document:
        """One as the bridge would have made it."""
        line = {
            "lineNumber": 1,
            "product": {"productNumber": "TVAL-1"},
            "description": "Tvål",
            "quantity": Decimal(quantity),
            "unitNetPrice": Decimal("79.20"),
        }
        body = {
            "date": "2026-11-21",
            "currency": "SEK",
            "customer": {"customerNumber": 1},
            "layout": {"layoutNumber": 19},
            "paymentTerms": {"paymentTermsNumber": 2},
            "recipient": {"name": "Anna", "vatZone": {"vatZoneNumber": 1}},
            "references": {"other": key},
            "lines": [line],
        }
        return document_of(Found(place=place, raw=self.wire.client.post(place, body)))

    def told(self, *waiting: Document) -> dict[str, Fulfilment]:
        """By key."""
        pages = list(Fulfilments(self.wire).read(None, waiting))
        assert [page.complete for page in pages] == [*[False] * (len(pages) - 1), True]
        assert {page.cursor for page in pages} == {None}
        return {str(item.key): item for page in pages for item in page.items}


@pytest.fixture
def company(tmp_path: Path, clock: ManualClock) -> Iterator[Company]:
    """A fresh one."""
    company = Company(tmp_path, clock)
    yield company
    company.close()


def stages(fulfilment: Fulfilment) -> set[Stage]:
    """What has happened."""
    return set(fulfilment.stages)


def test_open_documents_have_come_nowhere(company: Company) -> None:
    """A draft order, one registered as sent, a draft invoice."""
    order, sent = company.book("main:1:order"), company.book("main:2:order")
    draft = company.book("main:3:order", Place.INVOICE_DRAFT)
    company.sim.deliver(sent.number)
    told = company.told(order, sent, draft)
    assert [stages(each) for each in told.values()] == [set(), set(), set()]
    assert told["main:1:order"].document == order
    assert [each.invoice for each in told.values()] == [None, None, None]


@pytest.mark.parametrize("sent", [False, True])
def test_order_and_its_invoice_are_one(company: Company, sent: bool) -> None:  # noqa: FBT001
    """The order's number ends, or stays in the archive; the reference leads to the invoice."""
    order = company.book("main:1:order")
    if sent:
        company.sim.deliver(order.number)
    number = company.sim.invoice(order.number)
    (told,) = company.told(order).values()
    assert stages(told) == {Stage.INVOICED}
    assert told.document == order
    assert told.invoice is not None
    assert (told.invoice.kind, told.invoice.number, told.invoice.gross) == (
        DocumentKind.INVOICE, number, Decimal("297.00"),
    )  # fmt: skip
    company.sim.pay(number)
    (told,) = company.told(order).values()
    assert stages(told) == {Stage.INVOICED, Stage.PAID}


def test_order_that_became_a_draft_is_followed(company: Company) -> None:
    """Not yet final."""
    order = company.book("main:1:order")
    company.sim._upgraded(company.sim.state.orders[int(order.number)])
    (told,) = company.told(order).values()
    assert stages(told) == set()
    assert told.invoice is not None
    (draft,) = company.sim.state.drafts
    assert told.invoice.id == f"draft-{draft}/main:1:order"


def test_draft_invoice_is_followed_when_it_is_booked(company: Company) -> None:
    """It gets another number then; a booked one is asked for by its own."""
    draft = company.book("main:1:order", Place.INVOICE_DRAFT)
    number = company.sim.invoice(draft.number)
    (told,) = company.told(draft).values()
    assert (stages(told), told.document) == ({Stage.INVOICED}, draft)
    assert told.invoice is not None
    assert told.invoice.number == number
    company.sim.pay(number)
    (told,) = company.told(told.invoice).values()
    assert stages(told) == {Stage.INVOICED, Stage.PAID}


def test_part_paid_is_not_paid(company: Company) -> None:
    """Nothing may be left."""
    draft = company.book("main:1:order", Place.INVOICE_DRAFT)
    number = int(company.sim.invoice(draft.number))
    company.sim.state.booked[number].paid = Decimal("296.99")
    (told,) = company.told(draft).values()
    assert stages(told) == {Stage.INVOICED}


def test_several_invoices_of_one_order(company: Company) -> None:
    """Paid when nothing is left of any; a draft beside them is still to come."""
    first = company.book("main:1:order", Place.INVOICE_DRAFT, "1")
    second = company.book("main:1:order", Place.INVOICE_DRAFT, "2")
    third = company.book("main:1:order", Place.INVOICE_DRAFT, "2")
    waiting = replace(first, id="order-77/main:1:order", kind=DocumentKind.ORDER)
    numbers = [company.sim.invoice(each.number) for each in (first, second)]
    company.sim.pay(numbers[0])
    assert stages(company.told(waiting)["main:1:order"]) == {Stage.INVOICED}
    company.sim.pay(numbers[1])
    assert stages(company.told(waiting)["main:1:order"]) == {Stage.INVOICED}
    company.sim.annul(third.number)
    told = company.told(waiting)["main:1:order"]
    assert stages(told) == {Stage.INVOICED, Stage.PAID}
    assert told.invoice is not None
    assert told.invoice.number == numbers[0]


@pytest.mark.parametrize("place", [Place.ORDER_DRAFT, Place.INVOICE_DRAFT])
def test_deleted_by_hand(company: Company, place: Place) -> None:
    """Nowhere, and looked for twice."""
    document = company.book("main:1:order", place)
    company.sim.annul(document.number)
    (told,) = company.told(document).values()
    assert (stages(told), told.document, told.invoice) == ({Stage.CANCELLED}, document, None)


def test_sent_order_that_was_deleted_is_gone_though_it_is_archived(company: Company) -> None:
    """The archive has a copy of every sent order, and tells nothing by itself."""
    order = company.book("main:1:order")
    company.sim.state.orders[int(order.number)].place = "archived"
    (told,) = company.told(order).values()
    assert stages(told) == {Stage.CANCELLED}


def test_document_that_moves_back_while_we_look_is_not_gone(company: Company) -> None:
    """A person undoes "sent" between our two questions: the second look finds it."""
    order = company.book("main:1:order")
    doc = company.sim.state.orders[int(order.number)]
    doc.place = "sent"
    company.sim.faults.add(
        Kind.RUN, match=("GET", "/orders/sent"), action=lambda: setattr(doc, "place", "drafts")
    )
    (told,) = company.told(order).values()
    assert stages(told) == set()


def test_document_that_moves_on_while_we_look_is_seen(company: Company) -> None:
    """It is invoiced after the drafts were asked for and before the invoices are."""
    order = company.book("main:1:order")
    company.sim.state.orders[int(order.number)].place = "sent"
    company.sim.faults.add(
        Kind.RUN, match=("GET", "/orders/sent"), action=lambda: company.sim.invoice(order.number)
    )
    (told,) = company.told(order).values()
    assert stages(told) == {Stage.INVOICED}


def test_many_documents_in_few_calls(company: Company) -> None:
    """450 open orders: three pages, one call for each 200."""
    orders = [company.book(f"main:{number}:order") for number in range(450)]
    company.sim.log.clear()
    assert len(company.told(*orders)) == 450
    assert len(company.said("GET")) == 3


def test_many_invoiced_orders_in_few_calls(company: Company) -> None:
    """References are asked together as far as an address goes."""
    orders = [company.book(f"main:{number}:order") for number in range(150)]
    for each in orders:
        company.sim.invoice(each.number)
    company.sim.log.clear()
    assert all(stages(each) == {Stage.INVOICED} for each in company.told(*orders).values())
    assert len(company.said("GET")) <= 2 + 2 * 7


def test_documents_that_cannot_be_followed_are_left_out(company: Company) -> None:
    """Another adapter's, one without reference, one whose reference is no key of ours."""
    order = company.book("main:1:order")
    strange = [
        replace(order, id=each) for each in ("7", "order-1", "order-1/PO 4711", "voucher-1/main:2:order")
    ]
    assert company.told(*strange) == {}
    assert company.said("GET") == []
    assert company.told() == {}


def test_reference_is_compared_exactly(company: Company) -> None:
    """e-conomic finds without case of letters."""
    order = company.book("main:1:order")
    company.sim.annul(order.number)
    company.book("MAIN:1:order", Place.INVOICE_DRAFT)
    assert stages(company.told(order)["main:1:order"]) == {Stage.CANCELLED}


@pytest.mark.parametrize("place", [Place.ORDER_DRAFT, Place.INVOICE_DRAFT])
def test_document_whose_reference_was_written_over_is_not_gone(company: Company, place: Place) -> None:
    """It stands under its number: nothing is said of it but that."""
    document = company.book("main:1:order", place)
    table = company.sim.state.orders if place.order else company.sim.state.drafts
    table[int(document.number)].body["references"] = {"other": "PO 4711"}
    (page,) = Fulfilments(company.wire).read(None, [document])
    assert (page.items, page.complete) == ((), True)
    assert "Other reference" in str(page.notices[0])
    assert "Write main:1:order there again" in str(page.notices[0].fix)


def test_failed_look_is_not_gone(company: Company) -> None:
    """Nor is an answer that is none."""
    order = company.book("main:1:order")
    company.sim.faults.add(Kind.ANSWER, times=None, status=503)
    with pytest.raises(Transient):
        company.told(order)
    company.sim.faults.clear()
    rows = b'{"collection": [{"references": {"other": "main:1:order"}}], "pagination": {}}'
    company.sim.faults.add(
        Kind.ANSWER,
        match=("GET", "/invoices/booked"),
        status=200,
        body=rows,
        headers={"Content-Type": "application/json"},
    )
    company.sim.annul(order.number)
    with pytest.raises(Transient, match="not the document"):
        company.told(order)
