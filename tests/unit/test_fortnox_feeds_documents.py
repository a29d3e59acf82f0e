"""What became of documents in Fortnox, against the simulator: nothing is lost, whoever does what when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.erps.fortnox import client
from bridge.erps.fortnox.feeds_documents import DocumentFeed
from bridge.erps.fortnox.mapping_feeds import Mark
from bridge.errors import Transient, Unauthorised
from bridge.model.documents import DocumentKind
from bridge.model.fulfilment import Fulfilment, Stage
from bridge.model.texts import Problem
from bridge.sim.faults import Kind
from bridge.sim.fortnox import orders as sim_orders
from tests.support.fortnox import Office


class Company(Office):
    """Orders as the bridge makes them."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.sim.limit = None
        self.customer = self.sim.customers.keep(name="Anna")
        self.cursor: str | None = None
        self.notices: list[Problem] = []

    def book(self, order_id: int = 1234, *, key: str | None = None, delivered: str = "3") -> str:
        """An order with a key of ours unless told; its number."""
        row = {
            "ArticleNumber": "TVAL-1", "Description": "Tvål", "OrderedQuantity": Decimal(3),
            "DeliveredQuantity": Decimal(delivered), "Price": Decimal(80), "VAT": Decimal(25),
        }  # fmt: skip
        key = f"main:{order_id}:order" if key is None else key
        sent = {"CustomerNumber": self.customer, "ExternalInvoiceReference1": key, "OrderRows": [row]}
        return sim_orders.create(self.sim.state, sent).number

    def touch(self, number: str, **values: Any) -> None:
        """Somebody edits an order."""
        entry = self.sim.state.orders[number]
        entry.values |= values
        self.sim.state.touch(entry)

    def read(self, *, move: bool = True) -> dict[str, Fulfilment]:
        """One reading, by a fresh adapter; by key."""
        told: dict[str, Fulfilment] = {}
        self.notices, complete = [], False
        for page in DocumentFeed(self.core()).read(self.cursor):
            assert not complete
            complete = page.complete
            assert page.cursor is None or complete
            told |= {str(item.key): item for item in page.items}
            self.notices += page.notices
            if move and complete and page.cursor:
                self.cursor = page.cursor
        assert complete
        return told

    def asked(self) -> list[str]:
        """Paths since the last time."""
        asked = [each["path"] for each in self.sim.log if "oauth" not in each["path"]]
        self.sim.log.clear()
        return asked


@pytest.fixture
def company(tmp_path: Path, clock: ManualClock) -> Iterator[Company]:
    """One that has consented."""
    company = Company(tmp_path, clock)
    yield company
    company.close()


def test_nothing_new_is_told_in_few_calls_and_moves_no_cursor(company: Company) -> None:
    """Whether anything is new, whether the warehouse runs, the last five minutes; later on only the first."""
    assert company.read() == {}
    assert company.cursor is None
    company.book()
    assert set(company.read()) == {"main:1234:order"}
    company.clock.advance(3600)
    company.asked()
    before = company.cursor
    company.read()
    assert company.cursor == before
    assert sorted(company.asked()) == [
        "/3/invoices", "/3/invoices", "/3/orders", "/3/orders", "/3/orders/1001", "/api/warehouse/tenants-v4",
    ]  # fmt: skip
    feed = DocumentFeed(company.core())
    told = []
    for _ in range(4):
        told += [len(page.items) for page in feed.read(before) if page.complete or page.items]
        company.clock.advance(180)
    company.asked()
    assert [page.complete for page in feed.read(before)] == [True]
    assert company.asked() == ["/3/orders", "/3/invoices"]


def test_documents_of_others_are_not_even_read(company: Company) -> None:
    """By phone, from another program, with a reference that only looks like ours."""
    for key in ("", "WS-100234", "main:x:order", "main:1:mark"):
        company.book(key=key)
    ours = company.book()
    company.asked()
    assert set(company.read()) == {"main:1234:order"}
    assert [path for path in company.asked() if path.count("/") > 2 and "api" not in path] == [
        f"/3/orders/{ours}"
    ]


def test_first_reading_leaves_years_of_other_invoices_alone(company: Company) -> None:
    """Those without a reference are looked into only among the changed ones: here each order tells its own."""
    foreign, ours = company.book(key=""), company.book()
    for number in (foreign, ours):
        invoice = company.sim.invoice(number)
        company.sim.state.invoices[invoice].values["ExternalInvoiceReference1"] = ""
    company.asked()
    (found,) = company.read().values()
    assert found.invoice is not None
    assert f"/3/orders/{foreign}" not in company.asked()


@pytest.mark.parametrize("touches", [True, False])
@pytest.mark.parametrize("carries", [True, False])
def test_invoice_is_told_with_its_order(company: Company, *, touches: bool, carries: bool) -> None:
    """Whether or not making it counts as a change of the order, and whether or not it takes the reference over."""
    company.sim.company.invoicing_touches_order = touches
    number = company.book()
    company.read()
    company.clock.advance(3600)
    invoice = company.sim.invoice(number)
    if not carries:
        company.sim.state.invoices[invoice].values["ExternalInvoiceReference1"] = ""
    (found,) = company.read().values()
    assert (found.document.number, found.document.kind) == (number, DocumentKind.ORDER)
    assert found.invoice is not None
    assert (found.invoice.number, found.stages) == (invoice, {Stage.INVOICED})
    company.clock.advance(3600)
    company.sim.pay(number)
    (found,) = company.read().values()
    assert Stage.PAID in found.stages
    assert found.paid_on == company.clock.now().date()


def test_backorder_is_not_another_order_of_ours(company: Company) -> None:
    """What a part delivery leaves may carry our key; the first order tells of the part."""
    company.sim.company.backorder_references = True
    number = company.book()
    company.sim.deliver(number, share=Decimal("0.4"))
    company.sim.invoice(number)
    assert len(company.sim.state.orders) == 2
    told: list[Fulfilment] = []
    for page in DocumentFeed(company.core()).read(None):
        told += page.items
    (found,) = told
    assert found.stages == {Stage.PART_DELIVERED, Stage.INVOICED}
    assert [(row.ordered, row.delivered) for row in found.rows] == [(3, 1)]


def test_deliveries_are_told_with_the_warehouse_module_only(company: Company) -> None:
    """Without it Fortnox calls every order ready; without leave to ask, it is taken for absent."""
    number = company.book()
    company.sim.deliver(number)
    assert company.read(move=False)["main:1234:order"].stages == frozenset()
    company.sim.company.warehouse = True
    found = company.read(move=False)["main:1234:order"]
    assert found.stages == {Stage.DELIVERED}
    assert [(row.sku, row.delivered) for row in found.rows] == [("TVAL-1", 3)]
    company.sim.company.licences.discard("warehouse")
    assert company.read(move=False)["main:1234:order"].stages == frozenset()
    company.sim.revoke()
    with pytest.raises(Unauthorised):
        company.read()


def test_invoice_that_went_before_it_was_read_is_left_out(company: Company) -> None:
    """Listed a moment ago, and there is none now."""
    number = company.book()
    company.sim.invoice(number)
    company.sim.state.orders[number].values["ExternalInvoiceReference1"] = ""
    body = b'{"ErrorInformation": {"Error": 1, "Message": "x", "Code": 2000434}}'
    company.sim.faults.add(Kind.ANSWER, match=("GET", "/3/invoices/"), status=404, body=body)
    assert company.read() == {}


@pytest.mark.parametrize("status", [400, 404])
def test_company_that_knows_no_warehouse_has_none(company: Company, status: int) -> None:
    """Fortnox may take the question away from those who have not bought it."""
    company.sim.deliver(company.book())
    company.sim.company.warehouse = True
    body = b'{"ErrorInformation": {"Error": 1, "Message": "x", "Code": 2000729}}'
    company.sim.faults.add(Kind.ANSWER, match=("GET", "/tenants-v4"), status=status, body=body)
    assert company.read()["main:1234:order"].stages == frozenset()


def test_garbled_word_on_the_module_is_no_answer(company: Company) -> None:
    """Neither yes nor no."""
    company.book()
    for body in (b"[]", b'{"activated": "perhaps"}', b"{}"):
        company.sim.faults.add(Kind.ANSWER, match=("GET", "/tenants-v4"), status=200, body=body)
        with pytest.raises(Transient):
            company.read()


def test_document_that_cannot_be_read_holds_up_nobody(company: Company) -> None:
    """It is told as such; the next one is not lost."""
    odd, good = company.book(1), company.book(2)
    body = (
        b'{"Order": {"DocumentNumber": "%s", "ExternalInvoiceReference1": "main:1:order", "Total": "x"}}'
        % odd.encode()
    )
    company.sim.faults.add(Kind.ANSWER, match=("GET", f"/3/orders/{odd}"), status=200, body=body)
    assert set(company.read()) == {"main:2:order"}
    (notice,) = company.notices
    assert odd in notice.where
    assert good not in notice.where


def test_document_that_went_meanwhile_is_left_out(company: Company) -> None:
    """And so is an invoice whose order went: it stands for itself."""
    gone, left = company.book(1), company.book(2)
    body = b'{"ErrorInformation": {"Error": 1, "Message": "x", "Code": 2000439}}'
    company.sim.faults.add(Kind.ANSWER, match=("GET", f"/3/orders/{gone}"), status=404, body=body)
    invoice = company.sim.invoice(left)
    company.sim.faults.add(Kind.ANSWER, match=("GET", f"/3/invoices/{invoice}"), status=404, body=body)
    told = company.read()
    assert set(told) == {"main:2:order"}
    assert told["main:2:order"].invoice is not None  # read again from the list of invoices


def test_nothing_is_lost_on_either_night_of_the_clocks(tmp_path: Path) -> None:
    """Every few minutes somebody edits an order and somebody reads, through both nights."""
    for evening in (datetime(2026, 10, 24, 23, 1, tzinfo=UTC), datetime(2026, 3, 28, 23, 1, tzinfo=UTC)):
        clock = ManualClock(evening)
        company = Company(tmp_path, clock)
        numbers = [company.book(each) for each in range(5)]
        company.read()
        for turn in range(16):
            clock.advance(minutes=9 if turn % 3 else 31)
            company.touch(numbers[turn % 5], Sent=bool(turn % 2))
            if turn % 2:
                company.read()  # nobody's business: the next reader goes on from here
            clock.advance(minutes=3)
            company.touch(numbers[(turn + 1) % 5], Sent=True)
            assert f"main:{(turn + 1) % 5}:order" in company.read()
        company.close()


def test_pages_that_shift_while_they_are_read_lose_nothing(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Edited orders enter the list of changes in front of those that are being read."""
    monkeypatch.setattr(client, "_PAGE", 10)
    numbers = [company.book(each) for each in range(35)]
    company.cursor = str(Mark(seen=company.clock.now()))
    company.clock.advance(3600)
    for number in numbers[7:]:
        company.touch(number, Sent=True)
    company.clock.advance(60)

    def people_at_work() -> None:
        for number in numbers[:7]:
            company.touch(number, Sent=True)

    company.sim.faults.add(
        Kind.RUN,
        match=lambda environ: "page=2" in str(environ["QUERY_STRING"]),
        action=people_at_work,
    )
    first = company.read()
    company.clock.advance(60)
    second = company.read()
    sent = {key for told in (first, second) for key, item in told.items() if Stage.MAILED in item.stages}
    assert sent == {f"main:{each}:order" for each in range(35)}


def test_lagging_lists_are_made_up_for(company: Company) -> None:
    """A change that is seen minutes after it was dated is found all the same."""
    late, early = company.book(1), company.book(2)
    company.read()
    company.clock.advance(3600)
    dated = company.clock.now()
    company.clock.advance(180)
    company.touch(early, Sent=True)
    company.read()
    company.touch(late, Sent=True)
    company.sim.state.orders[late].touched = dated
    assert Stage.MAILED in company.read()["main:1:order"].stages
