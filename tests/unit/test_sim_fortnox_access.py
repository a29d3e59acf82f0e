"""The doors of the simulated Fortnox: tokens, consent, scopes, licences, limit (fortnox facts, sections 2, 3, 5)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from bridge.sim.faults import Kind
from tests.support.fortnox_sim import Client


@pytest.fixture
def client() -> Client:
    """A new company, without a rate limit."""
    return Client()


def tokens(client: Client) -> dict[str, str]:
    """An access and a refresh token, by a code."""
    issued: dict[str, str] = client.token(
        grant_type="authorization_code", code=client.sim.grant_code()
    ).json()
    return issued


def error(answer: requests.Response) -> tuple[int, str]:
    """Status and OAuth error word."""
    return answer.status_code, answer.json()["error"]


def test_code_gives_tokens_once_and_for_ten_minutes(client: Client) -> None:
    """A second time, and after ten minutes, it is refused."""
    code = client.sim.grant_code()
    assert client.token(grant_type="authorization_code", code=code).json()["expires_in"] == 3600
    assert error(client.token(grant_type="authorization_code", code=code)) == (400, "invalid_grant")
    late = client.sim.grant_code()
    client.clock.advance(600)
    assert error(client.token(grant_type="authorization_code", code=late)) == (400, "invalid_grant")


def test_refresh_kills_the_token_it_used(client: Client) -> None:
    """The new one works, the old one never again."""
    first = tokens(client)["refresh_token"]
    second = client.token(grant_type="refresh_token", refresh_token=first).json()["refresh_token"]
    assert second != first
    assert error(client.token(grant_type="refresh_token", refresh_token=first)) == (400, "invalid_grant")
    assert client.token(grant_type="refresh_token", refresh_token=second).status_code == 200


def test_refresh_token_lives_forty_five_days(client: Client) -> None:
    """Not a second longer."""
    token = tokens(client)["refresh_token"]
    client.clock.advance(days=45)
    assert error(client.token(grant_type="refresh_token", refresh_token=token)) == (400, "invalid_grant")


def test_access_token_lives_an_hour(client: Client) -> None:
    """Then 401 in its own shape."""
    client.clock.advance(3599)
    assert client.ask("GET", "customers").status_code == 200
    client.clock.advance(1)
    answer = client.ask("GET", "customers")
    assert (answer.status_code, answer.json()) == (401, {"message": "unauthorized"})


def test_access_token_tells_the_tenant(client: Client) -> None:
    """Claim tenantId."""
    middle = tokens(client)["access_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    assert str(claims["tenantId"]) == client.sim.options["tenant_id"]


@pytest.mark.parametrize(
    ("form", "how", "expected"),
    [
        ({"grant_type": "client_credentials"}, {"secret": "wrong"}, (401, "invalid_client")),
        ({"grant_type": "client_credentials"}, {"tenant": "1"}, (400, "invalid_grant")),
        ({"grant_type": "client_credentials"}, {"tenant": ""}, (400, "invalid_request")),
        ({"grant_type": "password"}, {}, (400, "unsupported_grant_type")),
        ({"grant_type": "authorization_code", "code": "x"}, {}, (400, "invalid_grant")),
    ],
)
def test_token_endpoint_refuses(
    client: Client, form: dict[str, str], how: dict[str, str], expected: tuple[int, str]
) -> None:
    """Wrong client, wrong or missing tenant, unknown grant, unknown code."""
    assert error(client.token(**how, **form)) == expected


def test_client_credentials_give_no_refresh_token(client: Client) -> None:
    """None is needed."""
    assert "refresh_token" not in client.token(grant_type="client_credentials").json()


def test_revoked_consent_ends_everything(client: Client) -> None:
    """Tokens are dead, none are issued, until somebody consents again."""
    refresh = tokens(client)["refresh_token"]
    client.sim.revoke()
    assert client.ask("GET", "customers").status_code == 401
    assert error(client.token(grant_type="refresh_token", refresh_token=refresh)) == (400, "invalid_grant")
    assert error(client.token(grant_type="client_credentials")) == (400, "invalid_grant")
    client.sim.grant_code()
    assert client.token(grant_type="client_credentials").status_code == 200


def test_revoke_endpoint_ends_the_consent(client: Client) -> None:
    """With a good refresh token; a wrong one changes nothing."""
    token = tokens(client)["refresh_token"]
    url = f"{client.sim.base_url}/oauth-v1/revoke"
    auth = (client.sim.options["client_id"], client.sim.options["client_secret"])
    client.session.post(url, data={"token_type_hint": "refresh_token", "token": "x"}, auth=auth, timeout=30)
    assert client.ask("GET", "customers").status_code == 200
    client.session.post(url, data={"token_type_hint": "refresh_token", "token": token}, auth=auth, timeout=30)
    assert client.ask("GET", "customers").status_code == 401


def consent(client: Client, **changes: str) -> requests.Response:
    """GET of the consent page."""
    asked = {
        "client_id": client.sim.options["client_id"],
        "redirect_uri": "http://localhost:8765/callback",
        "scope": "order customer",
        "state": "abc",
        "access_type": "offline",
        "response_type": "code",
        **changes,
    }
    url = f"{client.sim.base_url}/oauth-v1/auth"
    return client.session.get(url, params=asked, allow_redirects=False, timeout=30)


def test_consent_page_sends_the_browser_back_with_a_code(client: Client) -> None:
    """The code is good for the scopes asked, and for that redirect address only."""
    back = urlsplit(consent(client).headers["Location"])
    found = parse_qs(back.query)
    assert (back.netloc, back.path, found["state"]) == ("localhost:8765", "/callback", ["abc"])
    form = {"grant_type": "authorization_code", "code": found["code"][0]}
    issued = client.token(**form, redirect_uri="http://localhost:8765/callback").json()
    assert issued["scope"] == "order customer"
    again = parse_qs(urlsplit(consent(client).headers["Location"]).query)["code"][0]
    other = client.token(
        grant_type="authorization_code", code=again, redirect_uri="http://elsewhere.example/"
    )
    assert error(other) == (400, "redirect_uri_mismatch")


def test_client_credentials_need_the_consent_of_a_service_account(client: Client) -> None:
    """One given by a person as a person is not enough."""
    consent(client)
    assert error(client.token(grant_type="client_credentials")) == (400, "invalid_grant")
    consent(client, account_type="service")
    assert client.token(grant_type="client_credentials").status_code == 200


def test_consent_refused_or_for_unknown_scope_brings_an_error_back(client: Client) -> None:
    """access_denied, invalid_scope; a wrong client is sent nowhere."""
    assert "error=invalid_scope" in consent(client, scope="payroll").headers["Location"]
    client.sim.oauth.refuses = "access_denied"
    assert "error=access_denied" in consent(client).headers["Location"]
    assert consent(client, client_id="other").status_code == 400
    assert consent(client, response_type="token").status_code == 400


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda sim: sim.company.licences.remove("api"), 2001103),
        (lambda sim: sim.company.licences.remove("order"), 2001101),
    ],
)
def test_missing_licence_is_told(client: Client, spoil: Callable[[object], None], code: int) -> None:
    """Of the API, and of the program behind the resource."""
    spoil(client.sim)
    answer = client.ask("GET", "orders")
    assert (answer.status_code, answer.json()["ErrorInformation"]["code"]) == (403, code)


def test_scope_not_consented_to_is_refused(client: Client) -> None:
    """The others still work."""
    code = client.sim.grant_code(scope="order")
    issued = client.token(grant_type="authorization_code", code=code).json()
    client.headers["Authorization"] = f"Bearer {issued['access_token']}"
    assert client.ask("GET", "orders").status_code == 200
    answer = client.ask("GET", "customers")
    assert (answer.status_code, answer.json()["ErrorInformation"]["code"]) == (403, 2000663)


def test_twenty_five_calls_in_any_five_seconds(client: Client) -> None:
    """The 26th is refused; room comes as the first ones fall out of the window."""
    client.sim.limit = 25
    for _ in range(25):
        assert client.ask("GET", "me").status_code == 200
        client.clock.advance(0.1)
    answer = client.ask("GET", "me")
    assert (answer.status_code, answer.json()) == (429, {"message": "Too Many Requests"})
    assert "Retry-After" not in answer.headers
    client.clock.advance(2.5)  # 5 s after the first
    assert client.ask("GET", "me").status_code == 200
    assert client.ask("GET", "me").status_code == 429
    assert client.sim.refused_calls == 2


def test_limit_survives_a_clock_set_back(client: Client) -> None:
    """What was called "later" is forgotten."""
    client.sim.limit = 2
    start = client.clock.now()
    client.clock.jump(start + timedelta(days=7))
    client.login()
    assert [client.ask("GET", "me").status_code for _ in range(3)] == [200, 200, 429]
    client.clock.jump(start)
    assert client.ask("GET", "me").status_code == 200


def test_limit_can_be_switched_off(client: Client) -> None:
    """For tests of something else."""
    client.sim.limit = None
    assert {client.ask("GET", "me").status_code for _ in range(60)} == {200}


@pytest.mark.parametrize(
    ("headers", "code"),
    [({"Accept": "application/xml"}, 1000030), ({"Content-Type": "text/plain"}, 1000031)],
)
def test_wrong_media_types_are_refused(client: Client, headers: dict[str, str], code: int) -> None:
    """Accept and Content-Type are JSON."""
    url = f"{client.sim.base_url}/3/customers"
    answer = client.session.post(
        url, data=b"{}", headers={**client.headers, "Content-Type": "application/json", **headers}, timeout=30
    )
    assert (answer.status_code, answer.json()["ErrorInformation"]["code"]) == (400, code)


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"{broken", 2002115), (b'{"Order": {}}', 2001392), (b"[]", 2001392), (b'{"Customer": []}', 2001392)],
)
def test_wrong_bodies_are_refused(client: Client, body: bytes, code: int) -> None:
    """No JSON, another wrapper, no wrapper, no object."""
    url = f"{client.sim.base_url}/3/customers"
    headers = {**client.headers, "Content-Type": "application/json"}
    answer = client.session.post(url, data=body, headers=headers, timeout=30)
    assert (answer.status_code, answer.json()["ErrorInformation"]["code"]) == (400, code)


def test_unknown_address_is_404_with_capital_keys(client: Client) -> None:
    """As every 404."""
    answer = client.ask("GET", "nothing")
    assert answer.status_code == 404
    assert set(answer.json()["ErrorInformation"]) == {"Error", "Message", "Code"}


def test_log_and_watchers_see_calls_and_no_secret(client: Client) -> None:
    """Bodies of the token endpoint are kept back."""
    seen: list[str] = []
    client.sim.watchers.append(
        lambda exchange: seen.append(f"{exchange.method} {exchange.path} {exchange.body}")
    )
    refresh = tokens(client)["refresh_token"]
    client.token(grant_type="refresh_token", refresh_token=refresh)
    client.customer(Name="Bo")
    assert seen[-1] == "POST /3/customers {'Customer': {'Name': 'Bo'}}"
    shown = repr(client.sim.log) + repr(seen)
    assert not any(secret in shown for secret in client.sim.secrets)


def test_fault_after_the_work_leaves_the_work_done(client: Client) -> None:
    """500 after commit (section 16)."""
    client.sim.faults.add(Kind.ANSWER, match=("POST", "/3/customers"), status=500, work=True)
    assert client.ask("POST", "customers", {"Customer": {"Name": "Bo"}}).status_code == 500
    assert [each.name for each in client.sim.customers.kept()] == ["Bo"]
