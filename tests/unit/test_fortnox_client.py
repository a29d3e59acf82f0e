from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.erps.fortnox.client import Client
from bridge.errors import LostReply, NotFound, Rejected, RemoteError, Throttled, Transient
from bridge.sim.faults import Kind
from tests.support.fortnox import Office

API = ("*", "/3/")


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    """A company that has consented."""
    office = Office(tmp_path, clock)
    yield office
    office.close()


@pytest.fixture
def client(office: Office) -> Client:
    """Its interface."""
    return office.core().client


def test_one_thing_comes_out_of_its_envelope_with_exact_numbers(office: Office, client: Client):
    """Amounts are Decimal from the wire on."""
    office.sim.faults.add(
        Kind.ANSWER, match=API, status=200, body=b'{"Article": {"ArticleNumber": "A", "SalesPrice": 79.20}}'
    )
    assert client.get(("articles", "A"))["SalesPrice"] == Decimal("79.20")
    assert client.get("companyinformation")["CompanyName"] == office.sim.company.name
    assert client.get("settings/company")["Name"] == office.sim.company.name


def test_number_with_a_slash_is_one_part_of_the_address(client: Client):
    """Percent-encoded (fortnox facts, section 1 [D])."""
    client.post("articles", '{"Article": {"ArticleNumber": "SHIRT/XL+å", "Description": "Shirt"}}')
    assert client.get(("articles", "SHIRT/XL+å"))["ArticleNumber"] == "SHIRT/XL+å"


@pytest.mark.parametrize("number", ["", ".", ".."])
def test_number_that_no_address_can_have_asks_for_nothing(office: Office, client: Client, number: str):
    """An empty one would ask for the whole list and be taken for the article."""
    with pytest.raises(Rejected):
        client.get(("articles", number))
    assert [each for each in office.sim.log if "/3/" in each["path"]] == []


def test_empty_search_asks_for_nothing(client: Client):
    """It would find everything."""
    with pytest.raises(ValueError):
        list(client.pages("customers", "Customers", email=""))


def test_every_page_of_a_list_is_read(office: Office, client: Client):
    """By five hundred."""
    office.sim.stock_up({f"SKU-{number:04}": Decimal(25) for number in range(1100)})
    pages = list(client.pages("articles", "Articles", sortby="articlenumber"))
    assert [len(page) for page in pages][:2] == [500, 500]
    numbers = [row["ArticleNumber"] for page in pages for row in page]
    assert len(set(numbers)) == len(numbers) >= 1100


def test_empty_list_is_one_empty_page_with_its_moment(client: Client):
    """Nothing found is an answer."""
    (page,) = client.pages("orders", "Orders", externalinvoicereference1="main:1:order")
    assert page == []


def test_register_without_page_count_is_whole(office: Office, client: Client):
    """Some lists have no MetaInformation in the schema."""
    office.sim.faults.add(Kind.ANSWER, match=API, status=200, body=b'{"FinancialYears": [{"Id": 1}]}')
    assert list(client.pages("financialyears", "FinancialYears")) == [[{"Id": 1}]]


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{}",
        b'{"Order": []}',
        b'{"Order": {}, "Invoice": {}}',
        b"<html>",
        b"",
        b"null",
    ],
)
def test_answer_that_is_none_decides_by_what_was_asked(office: Office, client: Client, body: bytes):
    """Reading is tried again; writing may have been done."""
    office.sim.faults.add(Kind.ANSWER, match=API, status=200, body=body, times=3)
    with pytest.raises(Transient) as read:
        client.get(("orders", "1"))
    assert not isinstance(read.value, LostReply)
    with pytest.raises(LostReply):
        client.post("orders", "{}")
    with pytest.raises(LostReply):
        client.put(("orders", "1", "cancel"))


@pytest.mark.parametrize(
    "body",
    [
        b'{"Orders": {}}',
        b'{"Orders": [1]}',
        b'{"Invoices": []}',
        b'{"Orders": [], "MetaInformation": {"@TotalPages": "x"}}',
    ],
)
def test_list_that_is_none_is_never_nothing_found(office: Office, client: Client, body: bytes):
    """Or the order would be booked twice."""
    office.sim.faults.add(Kind.ANSWER, match=API, status=200, body=body)
    with pytest.raises(Transient):
        list(client.pages("orders", "Orders"))


def test_mail_is_never_asked_for_twice(office: Office, client: Client):
    """GET .../email sends it: a broken connection is no reason to send another (section 14, no. 7)."""
    office.sim.faults.add(Kind.RESET, match=("GET", "/email"), times=None)
    with pytest.raises(LostReply):
        client.get_once(("invoices", "1", "email"))
    assert len(office.sim.faults.struck) == 1


def test_reading_is_tried_again_at_once_after_a_broken_line(office: Office, client: Client):
    """A hiccup is nobody's business."""
    office.sim.faults.add(Kind.RESET, match=API)
    assert client.get("companyinformation")["CompanyName"]


def test_warehouse_answers_without_envelope(client: Client):
    """Whether the module is on."""
    assert client.warehouse("tenants-v4")["activated"] is False


def test_thousand_calls_never_meet_a_429(office: Office, client: Client, clock: ManualClock):
    """And use more than 95 % of the calls that are allowed: 300 a minute."""
    client.get("companyinformation")
    began = clock.monotonic()
    for _ in range(1000):
        client.get("companyinformation")
    spent = clock.monotonic() - began
    assert office.sim.refused_calls == 0
    assert 1000 / spent * 60 / 300 >= 0.95


def test_adapter_built_anew_goes_on_in_the_same_window(office: Office):
    """Fortnox counts the client and the company, not our objects."""
    for _ in range(4):
        client = office.core().client
        for _ in range(20):
            client.get("companyinformation")
    assert office.sim.refused_calls == 0


def test_too_many_calls_of_others_are_waited_out(office: Office, client: Client):
    """429 comes without Retry-After (section 3): six seconds, and no attempt is counted."""
    office.sim.limit = 0
    with pytest.raises(Throttled) as caught:
        client.get("companyinformation")
    assert caught.value.retry_after == 6
    assert "300" in str(caught.value.advice)


def refused(office: Office, method: str, path: Any, status: int, body: bytes) -> RemoteError:
    """What a call ends in when Fortnox answers so."""
    office.sim.faults.add(Kind.ANSWER, match=API, status=status, body=body)
    client = office.core().client
    with pytest.raises(RemoteError) as caught:
        client.get(path) if method == "GET" else client.post(path, "{}") if method == "POST" else client.put(
            path
        )
    return caught.value


def test_missing_thing_is_told_from_a_missing_part_of_it(office: Office):
    """The article asked for is "not found", whichever status they choose; one that an order names is a refusal."""
    missing = b'{"ErrorInformation":{"Error":1,"Message":"Kan inte hitta artikeln.","Code":2000428}}'
    for status in (404, 400):
        assert isinstance(refused(office, "GET", ("articles", "X"), status, missing), NotFound)
        assert isinstance(refused(office, "PUT", ("articles", "X"), status, missing), NotFound)
        error = refused(office, "POST", "orders", status, missing)
        assert isinstance(error, Rejected)
        assert error.field == "ArticleNumber"
        assert "article" in str(error.advice)


def test_address_that_is_not_fortnox_is_never_nothing_found(office: Office):
    """A page of some other server says nothing about our order."""
    error = refused(office, "GET", ("orders", "1"), 404, b"<html>Not here</html>")
    assert type(error) is Transient
    assert "base_url" in str(error.advice)
