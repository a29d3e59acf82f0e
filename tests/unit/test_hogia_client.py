"""Hogia's client: access, version, pages, bare GUIDs, and what refusals in three shapes mean (facts, section 2)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.erps.hogia_smart.errors import Refusal, SequenceUsed, refusal_of
from bridge.errors import LostReply, NotFound, Rejected, Throttled, Transient, Unauthorised
from bridge.sim import wsgi
from bridge.sim.faults import Kind
from bridge.sim.hogia_smart.wire import dumps
from tests.support.hogia_client import a_guid, line, newer, older
from tests.support.hogia_office import HogiaOffice

INVOICES = ("POST", "/customerinvoices")


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[HogiaOffice]:
    """A company that has opened itself to us; its silences take the test clock's time."""
    monkeypatch.setattr(wsgi.mount, "__kwdefaults__", {"sleep": clock.sleep})
    office = HogiaOffice(tmp_path, clock)
    yield office
    office.close()


def book(office: HogiaOffice, body: Any) -> dict[str, Any]:
    """Send an invoice of the older body."""
    client = office.client()
    return client.post(dumps(body), *client.path("invoices"))


def test_invoice_comes_back_with_exact_numbers(office: HogiaOffice) -> None:
    """Amounts are Decimal from the wire on; the version goes with every call."""
    made = book(office, older(line(Decimal("79.20"))))
    assert made["grossAmount"] == Decimal("99.00")
    assert {each["query"] for each in office.sim.log if "customerinvoices" in each["path"]} == {
        "api-version=2024-11-11"
    }


def test_what_is_made_is_told_whole_or_by_its_guid(office: HogiaOffice) -> None:
    """Whichever comes is read; where only the whole will do, the other is a lost answer."""
    office.sim.customers.keep(name="Bo")
    client = office.client(profile="a_2025_03")
    made = client.post_made(dumps(newer()), *client.path("invoices"))
    assert made in office.sim.state.invoices
    whole = office.client().post_made(dumps(older(sequence=2)), "customerinvoices")
    assert isinstance(whole, dict)
    with pytest.raises(LostReply):
        client.post(dumps(newer(sequence=3)), "customerinvoices")


def test_access_is_asked_for_once_and_renewed_in_time(office: HogiaOffice) -> None:
    """Kept on disk for the next start; a dead token costs one call."""
    for _ in range(2):
        office.client().register("vatcodes")
    assert office.sim.oauth.issued == 1
    office.sim.oauth.expire()
    office.client().register("vatcodes")
    assert office.sim.oauth.issued == 2
    office.clock.advance(3600)
    office.client().register("vatcodes")
    assert office.sim.oauth.issued == 3


def test_wrong_secret_is_a_matter_of_access(office: HogiaOffice) -> None:
    """With what to copy; nothing reaches the company."""
    with pytest.raises(Unauthorised) as caught:
        office.client(client_secret="wrong").register("vatcodes")
    assert "client_id, client_secret" in str(caught.value.advice)


def test_closed_integration(office: HogiaOffice) -> None:
    """No token is given any more."""
    client = office.client()
    client.register("vatcodes")
    office.sim.revoke()
    with pytest.raises(Unauthorised):
        client.register("vatcodes")


@pytest.mark.parametrize(("status", "kind"), [(403, Unauthorised), (404, NotFound)])
def test_another_company_is_closed(office: HogiaOffice, status: int, kind: type[Exception]) -> None:
    """Whichever way Hogia says it."""
    office.sim.habits.other_organisation = status
    with pytest.raises(kind) as caught:
        office.client(organization_id=a_guid()).register("vatcodes")
    assert "organization_id" in str(getattr(caught.value, "advice", "")) or status == 404


@pytest.mark.parametrize("first", [0, 1])
def test_every_page_is_read_wherever_they_begin(office: HogiaOffice, first: int) -> None:
    """Once each; a register that fits is one call."""
    office.sim.habits.first_page = first
    for number in range(1001):
        office.sim.customers.keep(name=f"Kund {number}")
    client = office.client()
    numbers = [row["number"] for row in client.rows(*client.path("contacts"))]
    assert len(numbers) == len(set(numbers)) == 1001
    before = len(office.sim.log)
    assert len([*client.rows(*client.path("years"))]) == 3
    assert len(office.sim.log) == before + 1


@pytest.mark.parametrize(
    "headers", [{}, {"X-Pagination-Currentpage": "1"}, {"X-Pagination-Currentpage": "one"}]
)
def test_full_page_without_counts_cannot_be_followed(office: HogiaOffice, headers: dict[str, str]) -> None:
    """Nor one that is always the same: better no answer than half of one."""
    page = json.dumps([{"number": str(at)} for at in range(500)]).encode()
    how: dict[str, Any] = {"match": ("GET", "/contacts"), "times": None, "headers": headers}
    office.sim.faults.add(Kind.ANSWER, status=200, body=page, **how)
    with pytest.raises(Transient):
        list(office.client().rows("contacts"))


def test_bare_object_is_a_list_of_one(office: HogiaOffice) -> None:
    """As a filter by number may answer."""
    office.sim.customers.keep(name="Bo")
    client = office.client()
    for single in (True, False):
        office.sim.habits.single_objects = single
        assert [row["companyName"] for row in client.rows("contacts", number="1")] == ["Bo"]
    day = client.get(*client.path("year_of", "2026-11-21"))
    (account,) = client.rows(*client.path("year", day["id"], "accounts"), number=3001)
    assert account["isActive"] is True


@pytest.mark.parametrize("body", [b"7", b"[1]", b'"text"', b"null"])
def test_answer_of_another_kind_is_not_believed(office: HogiaOffice, body: bytes) -> None:
    """A reading call may be made again."""
    client = office.client()
    for call in (client.register, client.get):
        office.sim.faults.add(Kind.ANSWER, match=("GET", "/vatcodes"), status=200, body=body)
        with pytest.raises(Transient):
            call("vatcodes")


def test_empty_filter_asks_for_nothing(office: HogiaOffice) -> None:
    """It would find everything."""
    with pytest.raises(ValueError, match="number"):
        list(office.client().rows("contacts", number=""))


def test_lost_answer_is_told(office: HogiaOffice) -> None:
    """Nobody knows; the same sequence again makes no second invoice where Hogia replays."""
    office.client().register("vatcodes")
    office.sim.faults.add(Kind.TIMEOUT, match=INVOICES)
    with pytest.raises(LostReply):
        book(office, older())
    book(office, older())
    assert len(office.sim.booked()) == 1


def test_used_sequence_is_an_error_of_its_own(office: HogiaOffice) -> None:
    """Where Hogia refuses: what it stands for is made already."""
    office.sim.habits.sequence = "refuse"
    book(office, older())
    with pytest.raises(SequenceUsed):
        book(office, older())


def test_too_many_calls_wait(office: HogiaOffice) -> None:
    """As long as Hogia says, else as long as the profile does; by ourselves we keep below."""
    client = office.client()
    client.register("vatcodes")
    office.sim.limit = 0
    for wait in (60, 17):
        if wait == 17:
            office.sim.throttle.seconds, office.sim.habits.retry_after = 17, True
        with pytest.raises(Throttled) as caught:
            client.register("vatcodes")
        assert caught.value.retry_after == wait


def test_pace_stays_below_the_limit(office: HogiaOffice) -> None:
    """A hundred and fifty calls, none refused."""
    client = office.client()
    for _ in range(150):
        client.register("vatcodes")
    assert office.sim.throttle.refused == 0


@pytest.mark.parametrize("shape", ["mixed", "problem", "list", "text"])
@pytest.mark.parametrize(
    ("body", "advice"),
    [
        (older(header={"invoiceDate": "2031-01-01"}), "financial year"),
        (older(line(salesAccountNumber=9999)), "account"),
        (older(money={"currency": {"code": "XXX"}}), "currency"),
        (older(header={"customer": {"name": "Bo", "number": "9"}}), "customer"),
        (older(header={"invoiceExpirationDate": "2026-11-20"}), "own words"),
    ],
)
def test_refusal_says_what_to_do_in_any_shape(
    office: HogiaOffice, shape: str, body: Any, advice: str
) -> None:
    """With Hogia's words and the remedy; nothing was made."""
    office.sim.habits.errors = shape
    with pytest.raises(Rejected) as caught:
        book(office, body)
    assert advice in str(caught.value.advice)
    assert str(caught.value).startswith("Hogia refused it: ")
    assert office.sim.booked() == []


def test_refusal_names_the_field(office: HogiaOffice) -> None:
    """Where Hogia does."""
    with pytest.raises(Rejected) as caught:
        book(office, {**older(), "sequenceId": ""})
    assert caught.value.field == "sequenceId"


def test_code_goes_before_the_words(office: HogiaOffice, tmp_path: Path) -> None:
    """As soon as somebody knows it."""
    text = 'based_on = "a_2024_11"\n[errors.codes]\n7 = { value = "currency" }\n'
    (tmp_path / "own.toml").write_text(text, "utf-8")
    client = office.client(profile="own.toml")
    body = b'[{"errorCode": 7, "message": "konto"}]'
    office.sim.faults.add(Kind.ANSWER, match=INVOICES, status=400, body=body)
    with pytest.raises(Rejected) as caught:
        client.post(dumps(older()), "customerinvoices")
    assert (caught.value.code, "currency" in str(caught.value.advice)) == ("7", True)


@pytest.mark.parametrize(("status", "kind"), [(500, LostReply), (301, Rejected), (400, Rejected)])
def test_answer_that_says_nothing(office: HogiaOffice, status: int, kind: type[Exception]) -> None:
    """The status alone decides, in its own words."""
    office.sim.faults.add(Kind.ANSWER, match=INVOICES, status=status, body=b"<html>")
    with pytest.raises(kind, match=f"{status}|another address"):
        book(office, older())


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (b"", Refusal()),
        (b"7", Refusal()),
        (b'" "', Refusal()),
        (b'"Nej"', Refusal(said=("Nej",))),
        (b'{"title": "Not Found", "status": 404}', Refusal(said=("Not Found",))),
        (b'{"errors": {"": ["Tom"], "a": ["x", 1, "y"]}}', Refusal(said=("Tom", "a: x", "a: y"), field="a")),
        (
            b'[{"errorCode": 1001004, "message": "Fel"}, {"message": null}, 3]',
            Refusal(said=("Fel",), codes=("1001004",)),
        ),
        (b"{}", Refusal()),
    ],
)
def test_three_shapes_are_read(body: bytes, refusal: Refusal) -> None:
    """And what is none of them says nothing."""
    assert refusal_of(body) == refusal
