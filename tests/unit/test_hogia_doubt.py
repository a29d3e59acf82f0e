"""What Hogia might answer when it is asked whether an invoice is there: none of it may end in a second one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.erps.hogia_smart.probe_invoices import invoices
from bridge.erps.hogia_smart.proof import tells
from bridge.errors import Rejected, Transient, Unanswerable
from bridge.sim.faults import Kind
from tests.builders import NOON, a_ref, an_order, key_of
from tests.support.hogia_desk import NEWER, OLDER, Desk

ORDER = an_order()
OTHER = replace(ORDER, ref=a_ref(2))
LIST: dict[str, Any] = {"match": ("GET", "/customerinvoices"), "times": None}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A company whose invoices can be read."""
    found = Desk(tmp_path, ManualClock(NOON + timedelta(hours=1)))
    found.sim.lists_invoices = True
    yield found
    found.close()


def row(number: int, key: str | None) -> dict[str, Any]:
    """An invoice of a list; ``key`` None: the list leaves the field out."""
    head = {"invoiceNumber": number} | ({} if key is None else {"customerOrderNumber": key})
    return {"id": f"3f2504e0-4f89-41d3-9a0c-0305e82c{number:04}", "invoiceHeader": head}


def listed(desk: Desk, *rows: dict[str, Any], **more: Any) -> None:
    """From now on the list is this, whatever is asked for."""
    desk.sim.faults.add(Kind.ANSWER, status=200, body=json.dumps(rows).encode(), **{**LIST, **more})


@pytest.mark.parametrize("key", [None, "", "PO 4711"])
def test_list_that_shows_no_key_of_ours_proves_nothing(desk: Desk, key: str | None) -> None:
    """It may leave the field out, or every invoice in it was made by hand."""
    listed(desk, row(1, key), row(2, None))
    with pytest.raises(Unanswerable):
        desk.finding.documents(key_of(ORDER))


@pytest.mark.parametrize("ours", ["main:1234:or", "MAIN:1234:ORDER", " main:1234:order "])
def test_key_that_was_cut_or_written_otherwise_is_not_none(desk: Desk, ours: str) -> None:
    """A row that may be it is a reason to look, not to send."""
    listed(desk, row(1, "main:7:order"), row(2, ours))
    with pytest.raises(Unanswerable):
        desk.finding.documents(key_of(ORDER))


def test_list_with_keys_of_ours_is_believed(desk: Desk) -> None:
    """Though the filter was not heard."""
    listed(desk, row(1, "main:7:order"), row(2, None))
    assert desk.finding.documents(key_of(ORDER)) == []


def test_longer_key_proves_that_a_shorter_one_was_not_cut() -> None:
    """The key of a change is the beginning of the key of what it makes anew."""
    changed, anew, longer = "main:1:change:ab", "main:1:change:ab:new", "main:22:change:ab:new"
    assert not tells([changed], anew)
    assert tells([changed, longer], anew)


def test_filter_that_found_a_shorter_key_is_not_believed_of_a_longer_one(desk: Desk) -> None:
    """Where the longer one is cut, a filter by the whole of it finds nothing."""
    desk.book(OTHER)
    desk.sim.faults.add(Kind.ANSWER, status=200, body=b"[]", **{**LIST, "times": 1})
    listed(desk, row(1, "main:2:order"), row(2, "main:1234:or"), times=2)
    with pytest.raises(Unanswerable):
        desk.finding.documents(key_of(ORDER))


def test_pages_shorter_than_asked_for_are_read_to_the_last(desk: Desk) -> None:
    """Hogia may give fewer to a page than it was asked for; it says how many pages there are."""
    for at in range(2, 6):
        desk.book(replace(ORDER, ref=a_ref(at)))
    desk.book(ORDER)
    for page, found in enumerate(([row(1, "main:2:order")], [row(2, "main:1234:order")]), 1):
        heads = {"X-Pagination-Currentpage": str(page), "X-Pagination-Pagecount": "2"}
        desk.sim.faults.add(
            Kind.ANSWER, status=200, body=json.dumps(found).encode(), headers=heads, **{**LIST, "times": 1}
        )
    rows = desk.core.client.rows(*desk.core.client.path("invoices"))
    assert [each["invoiceHeader"]["invoiceNumber"] for each in rows] == [1, 2]


@pytest.mark.parametrize(
    ("status", "body"), [(500, b""), (501, b""), (200, b"<html>Hogia</html>"), (204, b""), (200, b'"x"')]
)
def test_list_that_never_worked_while_the_rest_does_leaves_it_to_a_person(
    desk: Desk, status: int, body: bytes
) -> None:
    """Else the order would wait for an answer that cannot come, and nobody could send it again."""
    desk.sim.faults.add(Kind.ANSWER, status=status, body=body, **LIST)
    with pytest.raises(Unanswerable):
        desk.finding.documents(key_of(ORDER))


def test_fault_of_all_of_hogia_is_waited_for(desk: Desk) -> None:
    """Nobody is troubled with what passes by itself."""
    desk.sim.faults.add(Kind.ANSWER, status=500, match=("GET", "/"), times=None)
    with pytest.raises(Transient):
        desk.finding.documents(key_of(ORDER))


# --- one invoice


@pytest.mark.parametrize("profile", [OLDER, NEWER])
def test_invoice_that_only_the_list_shows_is_there(desk: Desk, profile: str) -> None:
    """Its own address may be none of Hogia's: that is no sign that it is gone."""
    desk.again(profile=profile)
    desk.sim.faults.add(Kind.ANSWER, status=404, match=("GET", "/customerinvoices/"), times=None)
    document = desk.book(ORDER)
    assert desk.finding.documents(key_of(ORDER))[0].gross == ORDER.totals.gross
    raw = desk.finding.invoice(document)
    assert raw is not None
    assert raw["amountLeftToPay"] == ORDER.totals.gross


@pytest.mark.parametrize("profile", [OLDER, NEWER])
@pytest.mark.parametrize("sequence", ["replay", "refuse"])
def test_invoice_that_somebody_cancelled_is_not_made_again(desk: Desk, sequence: str, profile: str) -> None:
    """The sequenceId is the key's, so Hogia may give back what was cancelled: the order would be in no books."""
    desk.sim.habits.sequence = sequence
    desk.again(profile=profile, own={"invoice.sequence": sequence})
    desk.book(ORDER)
    (made,) = desk.sim.state.invoices.values()
    made.cancelled = True
    with pytest.raises(Rejected, match="it is cancelled there"):
        desk.finding.documents(key_of(ORDER))
    if (sequence, profile) != ("replay", OLDER):  # which has nothing but the words of then
        with pytest.raises(Rejected, match="it is cancelled there"):
            desk.book(ORDER)


def test_answer_that_says_cancelled_is_no_invoice(desk: Desk) -> None:
    """Though nothing can be read."""
    document = desk.book(ORDER)
    raw = desk.core.client.heard(*desk.core.client.path("invoices", document.id.partition("/")[0])).body
    body = raw.replace(b'"isCanceled":false', b'"isCanceled":true').replace(
        b'"isCanceled": false', b'"isCanceled":true'
    )
    desk.sim.faults.add(Kind.ANSWER, status=201, body=body, match=("POST", "/customerinvoices"))
    with pytest.raises(Rejected, match="it is cancelled there"):
        desk.book(ORDER)


@pytest.mark.parametrize("profile", [OLDER, NEWER])
def test_answer_in_the_other_form_is_read_all_the_same(desk: Desk, profile: str) -> None:
    """What a version answers is not written down: it stands, and nobody need look for it."""
    desk.sim.lists_invoices = False
    desk.again(profile=profile)
    guid = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
    for body in (f'"{guid}"', f'{{"id": "{guid}"}}'):
        desk.sim.faults.add(Kind.ANSWER, status=201, body=body.encode(), match=("POST", "/customerinvoices"))
        assert desk.book(ORDER).id == f"{guid}/{desk.customer.number}"


@pytest.mark.parametrize("number", [b"null", b'""', b'"F-17"', b"0"])
def test_invoice_without_a_number_yet_stands(desk: Desk, number: bytes) -> None:
    """A draft may get it later; its total is compared all the same."""
    document = desk.book(ORDER)
    raw = desk.core.client.heard(*desk.core.client.path("invoices", document.id.partition("/")[0])).body
    body = re.sub(rb'"invoiceNumber": ?\d+', b'"invoiceNumber": ' + number, raw)
    desk.sim.faults.add(Kind.ANSWER, status=201, body=body, match=("POST", "/customerinvoices"))
    again = desk.book(ORDER)
    assert again.number == ("F-17" if b"F" in number else "main:1234:order")
    assert again.gross == ORDER.totals.gross


# --- what the probe promises


@pytest.mark.parametrize(("heard", "offered"), [(True, True), (False, False)])
def test_probe_offers_yes_only_for_a_list_that_finds_a_key(desk: Desk, *, heard: bool, offered: bool) -> None:
    """With that line a list without the key is believed at once, and the order is sent again."""
    desk.book(ORDER)
    desk.sim.faults.add(Kind.ANSWER, status=404, match=("GET", "/customerinvoices/"), times=None)
    listed(desk, row(1, "main:7:order" if heard else None))
    lines = {each.line for each in invoices(desk.core)}
    assert ('invoice.list = { value = "yes" }' in lines) is offered
