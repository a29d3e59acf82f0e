"""What any vendor's tokens have in common; Fortnox' in particular: test_fortnox_tokens*.py."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from bridge.clock import ManualClock
from bridge.errors import LostReply, Rejected, Unauthorised, UserError
from bridge.transport import Redactor, Transport
from bridge.transport.oauth2 import Consent, Endpoint, Vendor, claims

URL = "https://id.example/oauth/token"
VENDOR = Vendor(name="Bokio", connect="bridge connect bokio")
BACK = "http://127.0.0.1:8788/"
ASKING = Consent(
    auth_url="https://id.example/oauth/auth",
    client_id="client",
    redirect_uri=BACK,
    scope="order invoice",
    state="abc+/=",
    extra={"access_type": "offline"},
)


def an_endpoint(clock: ManualClock) -> Endpoint:
    """Where a made-up vendor gives tokens."""
    return Endpoint(
        VENDOR, url=URL, client_id="cli:ent", client_secret="s3cret-åäö", clock=clock, headers={"X-Own": "1"}
    )


def asked(clock: ManualClock, **answer: object) -> tuple[object, str]:
    """What is made of an answer, and what was sent."""
    with responses.RequestsMock() as server:
        server.post(URL, json=answer)
        found = an_endpoint(clock).ask(grant_type="client_credentials")
        return found, str(server.calls[0].request.body)


def test_token_is_asked_for_with_the_clients_credentials(clock: ManualClock):
    """Basic, in the header, with what this vendor wants besides."""
    with responses.RequestsMock() as server:
        server.post(URL, json={"access_token": "t"})
        an_endpoint(clock).ask(grant_type="refresh_token", refresh_token="a b&c")
        sent = server.calls[0].request
    assert (
        base64.b64decode(sent.headers["Authorization"].removeprefix("Basic ")).decode()
        == "cli:ent:s3cret-åäö"
    )
    assert sent.headers["X-Own"] == "1"
    assert parse_qs(str(sent.body if isinstance(sent.body, str) else sent.body.decode())) == {
        "grant_type": ["refresh_token"],
        "refresh_token": ["a b&c"],
    }


@pytest.mark.parametrize(
    ("given", "seconds"),
    [({"expires_in": 600}, 600), ({"expires_in": "600"}, 600), ({}, 3600), ({"expires_in": -5}, 30)],
)
def test_life_of_a_token_is_read_with_reason(clock: ManualClock, given: dict[str, object], seconds: int):
    """A number, or text; an hour where nobody says; never so short that every call would renew."""
    found, _ = asked(clock, access_token="t", **given)
    assert getattr(found, "life", None) == timedelta(seconds=seconds)


@pytest.mark.parametrize("answer", [{}, {"access_token": 5}, {"access_token": "t", "expires_in": "soon"}])
def test_answer_without_a_token_is_a_lost_one(clock: ManualClock, answer: dict[str, object]):
    """It was 200: something was given."""
    with pytest.raises(LostReply):
        asked(clock, **answer)


def test_refusal_names_the_vendor_and_its_command(clock: ManualClock):
    """Nothing in here knows Fortnox."""
    with responses.RequestsMock() as server:
        server.post(URL, status=400, json={"error": "invalid_grant", "error_description": "x"})
        with pytest.raises(Unauthorised) as caught:
            an_endpoint(clock).ask(grant_type="refresh_token")
    assert str(caught.value.text) == "The connection to Bokio is gone."
    assert "bridge connect bokio" in str(caught.value.advice)


def test_consent_page_is_asked_for_everything(clock: ManualClock):
    """Spelled so that any server reads it the same."""
    assert clock
    query = parse_qs(urlsplit(ASKING.address).query)
    assert query == {
        "response_type": ["code"],
        "client_id": ["client"],
        "redirect_uri": [BACK],
        "scope": ["order invoice"],
        "state": ["abc+/="],
        "access_type": ["offline"],
    }


def test_code_is_found_in_the_answer():
    """Whatever else stands in it, and whatever blanks were pasted along."""
    assert ASKING.code_in(f"  {BACK}?code=a%2Bb&state=abc%2B%2F%3D&session=1\n") == "a+b"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("code=a", "not the answer"),
        ("code=a&state=other", "not the answer"),
        ("state=abc%2B%2F%3D", "no code"),
        ("state=abc%2B%2F%3D&error=access_denied&error_description=No+thanks", "No thanks"),
        ("", "not the answer"),
    ],
)
def test_odd_answer_says_what_is_wrong(query: str, words: str):
    """A forged one, one cut short, a no."""
    with pytest.raises(UserError) as caught:
        ASKING.code_in(f"{BACK}?{query}")
    assert words in str(caught.value)


def test_claims_of_a_token_are_read_unproven():
    """Whatever is no JWT says nothing."""
    body = base64.urlsafe_b64encode(json.dumps({"tenantId": 7}).encode()).rstrip(b"=").decode()
    assert claims(f"x.{body}.y") == {"tenantId": 7}
    for odd in ("", "x.y", f"x.{body}", "x.!!!.y", "x.W10.y", "x.bnVsbA.y", "å.å.å"):
        assert claims(odd) == {}


def test_redactor_learns_the_last_few_secrets():
    """Tokens come by the hour; the oldest are dead."""
    redact = Redactor(["fixed"])
    for number in range(10):
        redact.learn(f"token-{number}")
    redact.learn("")
    assert redact("fixed token-9 token-8 token-0") == "•••• •••• •••• token-0"


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("a/b", "/a/b"),
        (("a", "b/c"), "/a/b%2Fc"),
        (("a", "å ?#%"), "/a/%C3%A5%20%3F%23%25"),
    ],
)
def test_parts_of_a_path_are_encoded_whole(clock: ManualClock, path: str | tuple[str, ...], address: str):
    """A number from outside never becomes another address."""
    with responses.RequestsMock() as server:
        call = server.get(f"https://erp.example{address}", json={})
        Transport("erp", base_url="https://erp.example", clock=clock).call("GET", path)
        assert str(server.calls[0].request.url).endswith(address)
        assert call.call_count == 1


@pytest.mark.parametrize("part", ["", ".", ".."])
def test_part_that_no_address_can_have_is_refused(clock: ManualClock, part: str):
    """Nothing would ask for the whole list, and two dots for what is above it; nothing is sent."""
    with responses.RequestsMock(), pytest.raises(Rejected):
        Transport("erp", base_url="https://erp.example", clock=clock).call("GET", ("articles", part))
