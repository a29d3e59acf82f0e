"""e-conomic: calls, pages and what is never done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.erps.economic.client import Client
from bridge.erps.economic.filters import Filter
from bridge.errors import LostReply, NotFound, Rejected, Throttled, Transient, Unauthorised
from bridge.sim.faults import Kind
from tests.support.economic_office import Office


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    """A company."""
    office = Office(tmp_path, clock)
    yield office
    office.close()


@pytest.fixture
def client(office: Office) -> Client:
    """Its wire."""
    return office.core().client


def groups(office: Office, count: int) -> None:
    """So many units."""
    office.sim.company.units = {number: f"u{number}" for number in range(1, count + 1)}


def test_pages_are_followed_to_the_end(office: Office, client: Client) -> None:
    """By ``nextPage``, 1,000 a page; an empty list is one empty page."""
    groups(office, 2101)
    assert [len(rows) for rows in client.pages("units")] == [1000, 1000, 101]
    assert len(client.rows("units")) == 2101
    groups(office, 0)
    assert list(client.pages("units")) == [[]]


def test_filter_goes_along_to_the_next_page(office: Office, client: Client) -> None:
    """With its escapes intact."""
    for number in range(5):
        office.sim.customers.keep(name=f"Bo $ Co, ({number})", email="x@example.com")
    office.sim.customers.keep(name="Anna")
    pages = list(
        client.pages("customers", filter=Filter.contains("name", "$ Co, ("), sort="-customerNumber", size=2)
    )
    assert [[row["customerNumber"] for row in rows] for rows in pages] == [[5, 4], [3, 2], [1]]


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/units?skippages=1",
        "http://economic.example/units?skippages=1",
        "https://economic.example:8443/units?skippages=1",
        "https://economic.example@elsewhere.example/units",
        "//elsewhere.example/units",
        "units?skippages=1",
        7,
    ],
)
def test_tokens_never_leave_the_host(office: Office, client: Client, link: Any) -> None:
    """A next page of another address is refused before anything is sent there."""
    answer = {"collection": [], "pagination": {"nextPage": link}}
    office.sim.faults.add(
        Kind.ANSWER, status=200, body=_json(answer), headers={"Content-Type": "application/json"}
    )
    with pytest.raises(Transient, match="another address"):
        list(client.pages("units"))


def test_list_that_does_not_go_on_is_no_endless_loop(office: Office, client: Client) -> None:
    """The next page names itself as the next."""
    answer = {"collection": [], "pagination": {"nextPage": "https://economic.example/units?skippages=1"}}
    office.sim.faults.add(
        Kind.ANSWER, times=None, status=200, body=_json(answer), headers={"Content-Type": "application/json"}
    )
    with pytest.raises(Transient, match="does not go on"):
        list(client.pages("units"))


@pytest.mark.parametrize(
    "path", ["invoices/drafts", "invoices/drafts/", "orders/drafts", "customers", "", "7"]
)
def test_nothing_is_deleted_without_a_number(office: Office, client: Client, path: str) -> None:
    """``DELETE /invoices/drafts`` removes every draft there is (section 10)."""
    with pytest.raises(ValueError, match="everything there is"):
        client.delete(path)
    assert office.said("DELETE") == []


def test_one_thing_is_deleted(office: Office, client: Client) -> None:
    """And is gone the second time."""
    number = office.sim.customers.keep(name="Anna")
    client.delete(f"customers/{number}")
    with pytest.raises(NotFound):
        client.delete(f"customers/{number}")


def test_amounts_go_out_exactly(office: Office, client: Client) -> None:
    """79.20 as 79.20, in a body given as an object; letters as UTF-8."""
    body = {
        "productNumber": "Å/1",
        "name": "Åtta",
        "productGroup": {"productGroupNumber": 1},
        "salesPrice": Decimal("79.20"),
    }
    assert client.post("products", body)["salesPrice"] == Decimal("79.20")
    assert office.sim.state.products["Å/1"].body["salesPrice"].as_tuple().exponent == -2


@pytest.mark.parametrize("kind", [Kind.RESET, Kind.TIMEOUT, Kind.CUT, Kind.TRUNCATE])
def test_lost_reply_to_a_post_is_asked_for_once_only(office: Office, client: Client, kind: Kind) -> None:
    """Nobody knows; only the caller, who can look, may try again."""
    body = {"productNumber": "A", "name": "A", "productGroup": {"productGroupNumber": 1}}
    office.sim.faults.add(kind, match=lambda environ: environ["REQUEST_METHOD"] == "POST")
    with pytest.raises(LostReply):
        client.post("products", body)
    assert len(office.said("POST")) == 1


def test_broken_reading_is_repeated(office: Office, client: Client) -> None:
    """A GET changes nothing."""
    office.sim.faults.add(Kind.RESET)
    assert client.get("self")["agreementNumber"] == 123456


def test_too_many_calls(office: Office, client: Client) -> None:
    """The wait the other end asks for is kept."""
    office.sim.faults.add(Kind.ANSWER, status=429, headers={"Retry-After": "17"})
    with pytest.raises(Throttled) as caught:
        client.get("self")
    assert caught.value.retry_after == 17


def test_revoked_grant_and_missing_role(office: Office, client: Client) -> None:
    """Both pause everything, each with its own remedy."""
    office.sim.company.roles = {"ProjectEmployee"}
    with pytest.raises(Unauthorised, match="role"):
        client.page("customers")
    office.sim.revoke()
    with pytest.raises(Unauthorised, match="tokens") as caught:
        client.get("self")
    assert "connect economic" in str(caught.value.advice)
    assert caught.value.request_id


def test_answer_of_another_kind_is_not_used(office: Office, client: Client) -> None:
    """A list where one thing was asked for, one thing where a list was."""
    with pytest.raises(Transient, match="something else than a list"):
        client.page("self")
    for body in (b"[1]", b"<html>"):
        office.sim.faults.add(
            Kind.ANSWER, status=200, body=body, headers={"Content-Type": "application/json"}
        )
        with pytest.raises(Transient):
            client.get("self")


def test_empty_parameter_is_a_fault(client: Client) -> None:
    """It would ask for everything."""
    with pytest.raises(ValueError, match="empty parameter"):
        client.get("customers", filter="")


def test_five_calls_a_second(client: Client, clock: ManualClock) -> None:
    """Our own moderate pace; waiting moves the test clock only."""
    before = clock.monotonic()
    for _ in range(11):
        client.get("self")
    assert 2 <= clock.monotonic() - before < 3


def test_refused_document_says_row_and_field(office: Office, client: Client) -> None:
    """In the form of 2024 and in that of 2019."""
    body = {"productNumber": "A", "name": "A", "productGroup": {"productGroupNumber": 77}}
    for old in (False, True):
        office.sim.old_errors = old
        with pytest.raises(Rejected, match=r"product group: .*77.* \(E06000\)"):
            client.post("products", body)


def _json(answer: object) -> bytes:
    return json.dumps(answer).encode()
