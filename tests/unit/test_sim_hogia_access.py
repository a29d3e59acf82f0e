"""Hogia simulator: tokens, organisation, version, rate limit, error shapes, pages (facts, sections 2.1 and 2.4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import requests

from bridge.sim.faults import Kind
from tests.support.hogia_client import NEW, Client, a_guid, newer, older


@pytest.fixture
def client() -> Client:
    """A company at noon."""
    return Client()


def test_token_opens_until_it_runs_out(client: Client) -> None:
    """The answer says for how long; the next one opens again."""
    assert client.token().json()["expires_in"] == 3600
    assert client.ask("GET", "vatcodes").status_code == 200
    client.now += timedelta(hours=1)
    answer = client.ask("GET", "vatcodes")
    assert (answer.status_code, answer.content) == (401, b"")
    client.log_in()
    assert client.ask("GET", "vatcodes").status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": ""}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"scope": "api"}, "invalid_scope"),
    ],
)
def test_wrong_form_gets_no_token(client: Client, changes: dict[str, str], error: str) -> None:
    """With the error's own name."""
    answer = client.token(**changes)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_token_endpoint_takes_forms_only(client: Client) -> None:
    """No JSON, and no GET."""
    url = client.sim.options["token_url"]
    bare: Any = {"Authorization": None}
    form = {"grant_type": "client_credentials"}
    assert client.session.post(url, json=form, headers=bare).status_code == 400
    assert client.session.get(url).json() == {"error": "invalid_request"}


def test_credentials_stand_in_one_place(client: Client) -> None:
    """In the form, and not in the head as well."""
    form = {
        "grant_type": "client_credentials",
        **{name: client.sim.options[name] for name in ("client_id", "client_secret")},
    }
    answer = client.session.post(
        client.sim.options["token_url"], data=form, headers={"Authorization": "Basic abc"}
    )
    assert answer.json() == {"error": "invalid_request"}


@pytest.mark.parametrize("value", ["", "Bearer ", "Bearer wrong", "Basic abc"])
def test_nothing_is_open_without_token(client: Client, value: str) -> None:
    """401, whatever is asked for."""
    assert client.ask("GET", "vatcodes", headers={"Authorization": value}).status_code == 401


def test_closed_client_is_out(client: Client) -> None:
    """Its tokens are dead and it gets no other."""
    client.sim.revoke()
    assert client.ask("GET", "vatcodes").status_code == 401
    assert client.token().status_code == 400


def test_secrets_are_never_in_the_log(client: Client) -> None:
    """Neither the secret nor a token."""
    shown = str(client.sim.log)
    assert len(client.sim.secrets) == 2
    assert not [secret for secret in client.sim.secrets if secret in shown]


@pytest.mark.parametrize("status", [403, 404])
def test_another_organisation_is_closed(client: Client, status: int) -> None:
    """403 or 404, and what is no GUID is nowhere."""
    client.sim.habits.other_organisation = status
    assert client.ask("GET", "vatcodes", organization=a_guid()).status_code == status
    assert client.ask("GET", "vatcodes", organization="1").status_code == 404


def test_organisation_may_be_in_capitals(client: Client) -> None:
    """A GUID is a GUID."""
    assert client.ask("GET", "vatcodes", organization=client.sim.company.id.upper()).status_code == 200


@pytest.mark.parametrize("version", [None, "", "2024-11-12", "1", "20241111"])
def test_version_is_a_known_date(client: Client, version: str | None) -> None:
    """Without one, or with one nobody has seen: refused."""
    answer = client.ask(
        "GET", "vatcodes", version=None, params={} if version is None else {"api-version": version}
    )
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["api-version"]


def test_version_in_the_head_must_say_the_same(client: Client) -> None:
    """It may stand there too, not instead."""
    assert client.ask("GET", "vatcodes", headers={"api-version": "2024-11-11"}).status_code == 200
    assert client.ask("GET", "vatcodes", headers={"api-version": NEW}).status_code == 400
    assert client.ask("GET", "vatcodes", version=None, headers={"api-version": NEW}).status_code == 400


def test_too_many_calls_are_429(client: Client) -> None:
    """Until the minute is over; with or without a word on how long."""
    client.sim.limit = 2
    assert [client.ask("GET", "vatcodes").status_code for _ in range(3)] == [200, 200, 429]
    assert "Retry-After" not in client.ask("GET", "vatcodes").headers
    client.sim.habits.retry_after = True
    assert client.ask("GET", "vatcodes").headers["Retry-After"] == "60"
    client.now += timedelta(minutes=1)
    assert client.ask("GET", "vatcodes").status_code == 200
    assert client.sim.limit == 2


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "articles", 404), ("GET", "stock", 404), ("PUT", "contacts", 405), ("GET", "", 404)],
)
def test_what_nobody_has_seen_is_not_there(client: Client, method: str, path: str, status: int) -> None:
    """Articles, stock and orders neither."""
    assert client.ask(method, path).status_code == status
    assert client.session.get(f"{client.sim.base_url}/").status_code == 404


def test_body_is_json(client: Client) -> None:
    """415 for another kind, 400 for broken JSON and for none."""
    assert client.ask("POST", "contacts", data="a=1").status_code == 415
    head = {"Content-Type": "application/json"}
    assert client.ask("POST", "contacts", data="{", headers=head).status_code == 400
    assert client.ask("POST", "contacts", data='{"a": NaN}', headers=head).status_code == 400
    assert client.ask("POST", "contacts").status_code == 400


def test_three_error_shapes(client: Client) -> None:
    """By what is wrong: form, rule, or neither; or all in the shape that is asked for."""
    form, rule = older(header={"invoiceDate": "21/11"}), older(header={"invoiceDate": "2031-01-01"})
    problem = client.refused("customerinvoices", form)
    assert (problem["status"], list(problem["errors"])) == (400, ["invoiceHeader.invoiceDate"])
    (broken,) = client.refused("customerinvoices", rule)
    assert set(broken) == {"errorCode", "errorScopeId", "message", "reference", "sequentialId", "sourceHint"}
    assert isinstance(client.refused(f"contacts/{a_guid()}", {}, status=404), str)
    kinds: dict[str, type] = {"problem": dict, "list": list, "text": str}
    for name, kind in kinds.items():
        client.sim.habits.errors = name
        assert isinstance(client.refused("customerinvoices", form), kind)
        assert isinstance(client.refused("customerinvoices", rule), kind)


def test_faults_and_watchers(client: Client) -> None:
    """A fault keeps the call from the application; a watcher sees the others, unless nobody should watch."""
    seen: list[tuple[str, int]] = []
    client.sim.watchers.append(lambda each: seen.append((each.path.rpartition("/")[2], each.status)))
    client.sim.watched = False
    client.sim.faults.add(Kind.REFUSE)
    with pytest.raises(requests.ConnectionError):
        client.ask("GET", "vatcodes")
    client.get("currencies")
    assert seen == [("currencies", 200)]


def test_pages_of_at_most_500(client: Client) -> None:
    """Counted in the head; a size of 501 is refused."""
    for number in range(2, 1002):
        client.sim.customers.keep(name=f"Kund {number}")
    answer = client.ask("GET", "contacts")
    assert (len(answer.json()), answer.headers["X-Pagination-Pagecount"]) == (500, "3")
    last = client.ask("GET", "contacts", params={"Page": 3})
    assert [each["number"] for each in last.json()] == ["1001"]
    assert last.headers["X-Pagination-Currentpage"] == "3"
    for wrong in ({"pageSize": 501}, {"pageSize": 0}, {"page": 0}, {"page": "x"}, {"colour": "red"}):
        assert client.ask("GET", "contacts", params=wrong).status_code == 400


def test_first_page_may_be_nought(client: Client) -> None:
    """As one client has it."""
    client.sim.habits.first_page = 0
    answers = [client.ask("GET", "financialyears/paged", params={"PageSize": 2, "Page": at}) for at in (0, 1)]
    years = [[each["startDate"][:4] for each in answer.json()] for answer in answers]
    assert years == [["2025", "2026"], ["2027"]]
    assert {answer.headers["X-Pagination-Pagecount"] for answer in answers} == {"2"}


@pytest.mark.parametrize(("mode", "documents"), [("replay", 1), ("refuse", 1), ("document", 2)])
@pytest.mark.parametrize("newer_body", [False, True])
def test_same_sequence_again(client: Client, mode: str, documents: int, newer_body: bool) -> None:  # noqa: FBT001
    """Three readings of what it is for; what was refused leaves no trace."""
    client.sim.habits.sequence = mode
    how: dict[str, Any] = {"version": NEW} if newer_body else {}
    good, bad = (
        (newer(), newer(customerNumber="9"))
        if newer_body
        else (older(), older(header={"invoiceDate": "2031-01-01"}))
    )
    assert client.ask("POST", "customerinvoices", body=bad, **how).status_code == 400
    answers = [client.ask("POST", "customerinvoices", body=good, **how) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 400 if mode == "refuse" else 201]
    assert (answers[0].content == answers[1].content) == (mode == "replay")
    assert len(client.sim.booked()) == documents
