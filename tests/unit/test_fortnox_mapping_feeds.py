"""Cursors of Fortnox' feeds over both nights of the clocks, and where a document stands whatever type a field has."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.erps.fortnox import mapping_feeds as mapping
from bridge.erps.fortnox.mapping_feeds import Mark
from bridge.erps.fortnox.reading import STOCKHOLM
from bridge.model.documents import DocumentKind
from bridge.model.fulfilment import Stage

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def their_clock(moment: datetime) -> datetime:
    """As Fortnox dates a change: Stockholm's clock, without zone."""
    return moment.astimezone(STOCKHOLM).replace(tzinfo=None)


def fortnox(*changes: datetime) -> Any:
    """Whether anything changed since, as Fortnox compares; counts how often it is asked."""

    def changed(since: str) -> bool:
        changed.calls += 1  # type: ignore[attr-defined]
        return any(their_clock(each) >= datetime.fromisoformat(since) for each in changes)

    changed.calls = 0  # type: ignore[attr-defined]
    return changed


def an_order(**changes: Any) -> dict[str, Any]:
    """An order as Fortnox answers it, with everything delivered as it was sent."""
    order = {
        "DocumentNumber": "511", "ExternalInvoiceReference1": "main:1234:order", "Cancelled": False, "Sent": False,
        "InvoiceReference": "0", "OrderType": "Order", "WarehouseReady": True, "Total": 316, "Currency": "SEK",
        "OrderDate": "2026-11-21", "OrderRows": [a_row("3", "3"), a_row("0", "0", sku="")],
    }  # fmt: skip
    return order | changes


def a_row(ordered: str, delivered: str, *, sku: str = "MUG-01") -> dict[str, Any]:
    """Quantities come as text."""
    return {
        "ArticleNumber": sku, "Description": "Mugg", "OrderedQuantity": ordered, "DeliveredQuantity": delivered
    }  # fmt: skip


def an_invoice(**changes: Any) -> dict[str, Any]:
    """A fresh one."""
    invoice = {
        "DocumentNumber": "10027", "ExternalInvoiceReference1": "main:1234:order", "Cancelled": False, "Sent": False,
        "OrderReference": "511", "Booked": False, "Balance": Decimal(316), "FinalPayDate": None, "Credit": "false",
        "CreditInvoiceReference": "0", "AccountingMethod": "ACCRUAL", "WarehouseReady": True, "Total": "316",
        "Currency": "SEK", "InvoiceDate": "2026-11-21",
    }  # fmt: skip
    return invoice | changes


@pytest.mark.parametrize("whole", [None, NOON - timedelta(hours=3)])
def test_a_cursor_is_read_as_it_was_written(whole: datetime | None) -> None:
    """Text between two readings, years apart perhaps."""
    mark = Mark(seen=NOON, whole=whole)
    assert Mark.parse(str(mark)) == mark


@pytest.mark.parametrize(
    "cursor", [None, "", "17", "2026-11-21T12:00:00", "yesterday/today", f"{Mark(seen=NOON)}/x"]
)
def test_a_cursor_of_somebody_else_means_from_the_beginning(cursor: str | None) -> None:
    """After a change of ERP everything is read."""
    assert Mark.parse(cursor) is None


@pytest.mark.parametrize(
    ("since", "due"), [(None, True), (0, False), (86_399, False), (86_400, True), (-1, True)]
)
def test_everything_is_read_once_a_day(since: int | None, *, due: bool) -> None:
    """And at once when our clock was put back."""
    whole = None if since is None else NOON - timedelta(seconds=since)
    assert Mark(seen=NOON, whole=whole).is_due(NOON) is due


def test_the_newest_minute_is_found_with_few_questions() -> None:
    """An hour ago: a dozen; nothing new: one."""
    ask = fortnox(NOON - timedelta(days=90), NOON - timedelta(minutes=59, seconds=30))
    assert mapping.newest(ask, after=NOON - timedelta(days=1), now=NOON) == NOON - timedelta(minutes=60)
    assert ask.calls < 16
    ask = fortnox(NOON)
    assert mapping.newest(ask, after=NOON, now=NOON + timedelta(days=1)) is None
    assert ask.calls == 1


def test_nothing_at_all_makes_no_cursor() -> None:
    """An empty company; a broken answer raises long before."""
    assert mapping.newest(fortnox(), after=None, now=NOON) is None


@pytest.mark.parametrize(
    "wrong", [timedelta(days=-3650), timedelta(days=-1), timedelta(days=7), timedelta(days=3650)]
)
@pytest.mark.parametrize("after", [None, NOON - timedelta(days=2)])
def test_our_clock_makes_no_cursor(wrong: timedelta, after: datetime | None) -> None:
    """However wrong it is, the cursor is never later than the newest change."""
    found = mapping.newest(fortnox(NOON), after=after, now=NOON + wrong)
    assert found is not None
    assert found <= NOON
    if wrong > timedelta():
        assert found == NOON


def night(start: datetime) -> st.SearchStrategy[datetime]:
    """Moments of twelve hours."""
    return st.timedeltas(timedelta(), timedelta(hours=12)).map(lambda after: start + after)


AUTUMN = night(datetime(2026, 10, 24, 20, tzinfo=UTC))
SPRING = night(datetime(2026, 3, 28, 20, tzinfo=UTC))


@given(
    changes=st.lists(AUTUMN, min_size=1, max_size=5) | st.lists(SPRING, min_size=1, max_size=5),
    wrong=st.timedeltas(timedelta(hours=-3), timedelta(hours=3)),
    again=st.timedeltas(timedelta(), timedelta(hours=4)),
)
def test_no_change_is_skipped_over_both_nights(
    changes: list[datetime], wrong: timedelta, again: timedelta
) -> None:
    """What changes after a reading is found by the next, through an hour that comes twice and one that never does."""
    read_at = max(changes)
    found = mapping.newest(fortnox(*changes), after=None, now=read_at + wrong)
    assert found is not None
    later = read_at + again
    since = datetime.fromisoformat(mapping.changed_since(found))
    assert their_clock(later) >= since


@pytest.mark.parametrize(
    ("seen", "since"),
    [
        (datetime(2026, 7, 1, 12, 0, 59, tzinfo=UTC), "2026-07-01 13:55"),
        (datetime(2026, 10, 25, 0, 55, tzinfo=UTC), "2026-10-25 01:50"),  # 02:50 the first time
        (datetime(2026, 10, 25, 1, 15, tzinfo=UTC), "2026-10-25 01:10"),  # 02:10 the second time
        (datetime(2026, 10, 25, 2, 10, tzinfo=UTC), "2026-10-25 03:05"),
        (datetime(2026, 3, 29, 1, 3, tzinfo=UTC), "2026-03-29 01:58"),
    ],
)
def test_a_reading_starts_a_little_earlier_and_never_inside_the_hour_that_comes_twice(
    seen: datetime, since: str
) -> None:
    """Five minutes; in October an hour and five minutes."""
    assert mapping.changed_since(seen) == since


@pytest.mark.parametrize(
    ("reference", "ours"),
    [
        ("main:1234:order", True),
        ("main:1234:refund:77", True),
        ("main:1234:mark", False),
        ("main:1234:order ", True),
        ("MAIN:x:order", False),
        ("main:1234", False),
        ("WS-100234", False),
        ("", False),
        (None, False),
    ],
)
def test_documents_of_ours_are_known_by_their_key(reference: str | None, *, ours: bool) -> None:
    """Everything else belongs to somebody else."""
    row = {"ExternalInvoiceReference1": reference}
    assert (mapping.key_of(row) is not None) is ours
    assert mapping.may_be_ours(row) is (not reference)


def test_an_order_just_made_has_come_nowhere() -> None:
    """Without the module Fortnox calls it ready and delivered at once; that tells nothing."""
    found = mapping.fulfilment(an_order(), None, warehouse=False)
    assert found is not None
    assert str(found.key) == "main:1234:order"
    assert (found.document.kind, found.document.id) == (DocumentKind.ORDER, "orders/511")
    assert (found.stages, found.rows, found.invoice, found.paid_on) == (frozenset(), (), None, None)
    assert found.changed_at is None


def test_the_warehouse_module_tells_of_deliveries() -> None:
    """Ready is delivered; row by row, text rows left out."""
    found = mapping.fulfilment(an_order(), None, warehouse=True)
    assert found is not None
    assert found.stages == {Stage.DELIVERED}
    (row,) = found.rows
    assert (row.sku, row.ordered, row.delivered) == ("MUG-01", Decimal(3), Decimal(3))
    waiting = an_order(WarehouseReady=False, OrderRows=[a_row("3", "0")])
    assert mapping.stages_of(waiting, None, warehouse=True) == frozenset()


@pytest.mark.parametrize("warehouse", [True, False])
@pytest.mark.parametrize(
    "rows",
    [[a_row("3", "1")], [a_row("3", "3"), a_row("2", "0")], [a_row("3", "2"), a_row("-1", "-1")]],
)
def test_a_part_is_told_as_a_part(rows: list[dict[str, Any]], *, warehouse: bool) -> None:
    """Somebody lowered it; ready or not, the rest is still to come."""
    order = an_order(OrderRows=rows)
    assert mapping.stages_of(order, None, warehouse=warehouse) == {Stage.PART_DELIVERED}
    assert len(mapping.rows_of(order, warehouse=warehouse)) == len(rows)


def test_an_order_and_its_invoice_are_one() -> None:
    """The order is the document; what was delivered is what was invoiced."""
    order = an_order(InvoiceReference=10027, Sent=True)
    invoice = an_invoice(Booked=True, Balance="0", FinalPayDate="2026-11-25")
    found = mapping.fulfilment(order, invoice, warehouse=False)
    assert found is not None
    assert found.document.number == "511"
    assert found.invoice is not None
    assert found.invoice.number == "10027"
    assert found.stages == {Stage.INVOICED, Stage.PAID, Stage.MAILED}
    assert found.paid_on == date(2026, 11, 25)
    assert len(found.rows) == 1


def as_text(value: Any) -> Any:
    """The same in the type Fortnox may give it tomorrow."""
    if isinstance(value, list):
        return [{name: as_text(inner) for name, inner in each.items()} for each in value]
    return str(value).lower() if isinstance(value, bool) else None if value is None else str(value)


@pytest.mark.parametrize("nothing", ["", None])
def test_types_that_wobble_change_nothing(nothing: str | None) -> None:
    """Numbers and truths as text, null for "" and the other way round."""
    order = an_order(InvoiceReference=10027, OrderRows=[a_row("3", "1")], Sent=True)
    invoice = an_invoice(Booked=True, Balance=0, FinalPayDate="2026-11-25")
    plain = mapping.fulfilment(order, invoice, warehouse=True)
    wobbled = [
        {name: nothing if value in ("", None) else as_text(value) for name, value in each.items()}
        for each in (order, invoice)
    ]
    assert mapping.fulfilment(*wobbled, warehouse=True) == plain
    bare = an_invoice(FinalPayDate=nothing, OrderReference=nothing, CreditInvoiceReference=nothing)
    assert mapping.fulfilment(None, bare, warehouse=False) == mapping.fulfilment(
        None, an_invoice(), warehouse=False
    )


def test_an_invoice_made_at_once_is_its_own_document() -> None:
    """Without an order."""
    found = mapping.fulfilment(None, an_invoice(OrderReference="0", Sent="true"), warehouse=True)
    assert found is not None
    assert found.document.kind is DocumentKind.INVOICE
    assert found.invoice == found.document
    assert found.stages == {Stage.MAILED, Stage.DELIVERED}


@pytest.mark.parametrize(
    ("changes", "final"),
    [
        ({}, False),
        ({"Booked": True}, True),
        ({"Booked": True, "Cancelled": True}, False),
        ({"Sent": True}, False),
        ({"AccountingMethod": "CASH"}, False),
        ({"AccountingMethod": "CASH", "Sent": True}, True),
        ({"AccountingMethod": "CASH", "FinalPayDate": "2026-11-25"}, True),
    ],
)
def test_an_invoice_counts_once_it_is_booked(changes: dict[str, Any], *, final: bool) -> None:
    """Or, in companies that book payments only, sent or paid."""
    assert mapping.is_final(an_invoice(**changes)) is final


@pytest.mark.parametrize(
    ("changes", "paid"),
    [
        ({"Balance": 0, "FinalPayDate": "2026-11-25"}, True),
        ({"Balance": 0}, False),
        ({"Balance": None, "FinalPayDate": "2026-11-25"}, False),
        ({"Balance": "12.50", "FinalPayDate": "2026-11-25"}, False),
        ({"Balance": 0, "FinalPayDate": "2026-11-25", "Cancelled": True}, False),
        ({"Balance": 0, "FinalPayDate": "2026-11-25", "CreditInvoiceReference": "10030"}, False),
        ({"Balance": 0, "FinalPayDate": "2026-11-25", "CreditInvoiceReference": "1", "Credit": "true"}, True),
    ],
)
def test_paid_is_nothing_left_and_a_day(changes: dict[str, Any], *, paid: bool) -> None:
    """A credit by hand leaves nothing either, and brings no money."""
    assert (mapping.paid_on(an_invoice(**changes)) is not None) is paid


def test_cancelled_is_what_we_made() -> None:
    """An invoice that was cancelled leaves its order open."""
    assert mapping.stages_of(an_order(Cancelled="true"), None, warehouse=False) == {Stage.CANCELLED}
    gone = an_invoice(Cancelled=True)
    found = mapping.fulfilment(an_order(InvoiceReference="10027"), gone, warehouse=False)
    assert found is not None
    assert (found.stages, found.invoice) == (frozenset(), None)
    assert mapping.stages_of(None, gone, warehouse=False) == {Stage.CANCELLED}
    assert mapping.stages_of(None, None, warehouse=False) == frozenset()


def test_credits_of_ours_are_told_and_those_made_by_hand_are_not() -> None:
    """One made by hand may carry the reference of what it credits."""
    ours = an_invoice(ExternalInvoiceReference1="main:1234:refund:7", Total=-50, OrderReference="0")
    found = mapping.fulfilment(None, ours, warehouse=False)
    assert found is not None
    assert (found.document.kind, found.invoice) == (DocumentKind.CREDIT, None)
    assert mapping.fulfilment(None, an_invoice(Total=-50), warehouse=False) is None


@pytest.mark.parametrize(
    "order", [an_order(OrderType="Backorder"), an_order(ExternalInvoiceReference1="WS-1")]
)
def test_documents_we_did_not_make_are_left_out(order: dict[str, Any]) -> None:
    """The backorder a part delivery leaves may carry our key."""
    assert mapping.fulfilment(order, an_invoice(), warehouse=False) is None


def test_no_document_is_no_fulfilment() -> None:
    """Nor is an order without rows without one."""
    assert mapping.fulfilment(None, None, warehouse=False) is None
    assert mapping.rows_of(None, warehouse=True) == ()
    assert mapping.rows_of(an_order(OrderRows=None), warehouse=True) == ()
