"""Table (d) of the woocommerce facts, the part about who may call: keys, OAuth, addresses."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA1, SIGNATURE_HMAC_SHA256, SIGNATURE_TYPE_QUERY
from oauthlib.oauth1 import Client as Signer
from requests.auth import AuthBase

from tests.conformance.woo_sim_client import API, HOME, Client, shop

HTTP = "http://shop.example/wp-json/wc/v3"


class OAuth(AuthBase):
    """Sign with oauthlib, as any client would."""

    def __init__(
        self, client: Client, *, key: str = "", secret: str = "", off: float = 0, **how: Any
    ) -> None:
        stamp = str(int(client.clock.now().timestamp() + off))
        self.signer = Signer(
            key or client.sim.key, client_secret=secret or client.sim.secret, timestamp=stamp, **how
        )

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the signature where it is wanted."""
        url, headers, _ = self.signer.sign(request.url or "", http_method=request.method or "GET")
        request.url = url
        request.headers.update(headers)
        return request


@pytest.fixture
def client() -> Client:
    """A shop of one's own."""
    return shop(recorded=False)


@pytest.mark.parametrize("method", [SIGNATURE_HMAC_SHA1, SIGNATURE_HMAC_SHA256])
@pytest.mark.parametrize("base", [HTTP, API])
@pytest.mark.parametrize("place", [{}, {"signature_type": SIGNATURE_TYPE_QUERY}])
def test_oauth_signed_well_is_let_in(client: Client, method: str, base: str, place: dict[str, Any]) -> None:
    """SHA1 and SHA256, in header or query, over http and https; commas, å and colons sign well."""
    query = "?status=processing,completed&search=Åsa%20B&modified_after=2026-01-01T10:00:00Z"
    auth = OAuth(client, signature_method=method, **place)
    assert client.ask("GET", f"{base}/orders{query}", auth=auth).status_code == 200


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"secret": "cs_wrong"}, "Invalid signature - provided signature does not match."),
        ({"key": "ck_unknown"}, "Consumer key is invalid."),
        ({"off": -16 * 60}, "Invalid timestamp."),
        ({"off": 16 * 60}, "Invalid timestamp."),
    ],
)
def test_oauth_wrong_says_what_is_wrong(client: Client, how: dict[str, Any], message: str) -> None:
    """401 with the recorded message."""
    answer = client.ask("GET", f"{HTTP}/orders", auth=OAuth(client, **how))
    assert (answer.status_code, answer.json()["message"]) == (401, message)
    assert answer.json()["code"] == "woocommerce_rest_authentication_error"


def test_oauth_clock_fourteen_minutes_off_passes(client: Client) -> None:
    """The limit is fifteen."""
    assert client.ask("GET", f"{HTTP}/orders", auth=OAuth(client, off=-14 * 60)).status_code == 200


def test_oauth_nonce_used_again_is_refused(client: Client) -> None:
    """The same signed call twice passes once."""
    auth = OAuth(client, nonce="once-only")
    assert client.ask("GET", f"{HTTP}/orders", auth=auth).status_code == 200
    again = client.ask("GET", f"{HTTP}/orders", auth=auth)
    assert (again.status_code, again.json()["message"]) == (
        401,
        "Invalid nonce - nonce has already been used.",
    )


def test_oauth_nonce_is_forgotten_with_the_time_limit(client: Client) -> None:
    """Once its time stamp is too old, nobody needs to remember it."""
    client.ask("GET", f"{HTTP}/orders", auth=OAuth(client, nonce="first"))
    client.clock.advance(minutes=20)
    client.ask("GET", f"{HTTP}/orders", auth=OAuth(client, nonce="second"))
    assert [nonce for _, nonce in client.sim.state.nonces] == ["second"]


def test_oauth_brackets_break_the_signature(client: Client) -> None:
    """status[] is refused although signed right; a comma list is not."""
    answer = client.ask("GET", f"{HTTP}/orders?status%5B%5D=processing", auth=OAuth(client))
    assert (answer.status_code, answer.json()["message"][:17]) == (401, "Invalid signature")


def test_oauth_without_all_parts_is_refused(client: Client) -> None:
    """A missing parameter is named."""
    answer = client.ask("GET", f"{HTTP}/orders?oauth_consumer_key=x", auth=lambda request: request)
    assert (answer.status_code, answer.json()["code"]) == (
        401,
        "woocommerce_rest_authentication_missing_parameter",
    )


def test_oauth_with_another_method_is_refused(client: Client) -> None:
    """Only the two HMACs are known."""
    answer = client.ask("GET", f"{HTTP}/orders", auth=OAuth(client, signature_method="PLAINTEXT"))
    assert answer.status_code == 401


def test_query_credentials_work_over_https_only(client: Client) -> None:
    """consumer_key and consumer_secret in the address."""
    query = {"consumer_key": client.sim.key, "consumer_secret": client.sim.secret}
    bare: Callable[[Any], Any] = lambda request: request  # noqa: E731 - a name for "no authentication"
    assert client.ask("GET", f"{API}/orders", params=query, auth=bare).status_code == 200
    assert client.ask("GET", f"{HTTP}/orders", params=query, auth=bare).status_code == 401


def test_host_that_strips_the_header_sees_nobody(client: Client) -> None:
    """Basic auth does not arrive, the credentials in the address do."""
    client.sim.state.strips_authorization = True
    assert client.ask("GET", "/orders").status_code == 401
    query = {"consumer_key": client.sim.key, "consumer_secret": client.sim.secret}
    assert client.ask("GET", "/orders", params=query).status_code == 200


@pytest.mark.parametrize("header", ["Basic %%%", "Basic w6U=", "Bearer x", "Basic"])
def test_basic_header_unreadable_is_nobody(client: Client, header: str) -> None:
    """What cannot be read counts as no key."""
    answer = client.ask("GET", "/orders", headers={"Authorization": header}, auth=lambda request: request)
    assert (answer.status_code, answer.json()["code"]) == (401, "woocommerce_rest_cannot_view")


def test_basic_over_http_works_behind_a_proxy_that_says_https() -> None:
    """A shop that believes to be on https takes basic auth on what looks like http."""
    client = shop(recorded=False, https=True)
    assert client.ask("GET", f"{HTTP}/orders").status_code == 200


def test_key_for_reading_may_not_write_nor_the_other_way_round(client: Client) -> None:
    """401 that names the missing permission."""
    client.sim.add_key("ck_r", "cs_r", permissions="read")
    client.sim.add_key("ck_w", "cs_w", permissions="write")
    client.sim.place(id=1)
    client.session.auth = ("ck_r", "cs_r")
    assert client.get("/orders/1")["id"] == 1
    assert "write permissions" in client.ask("PUT", "/orders/1", json={}).json()["message"]
    client.session.auth = ("ck_w", "cs_w")
    assert client.ask("PUT", "/orders/1", json={}).status_code == 200
    assert "read permissions" in client.ask("GET", "/orders/1").json()["message"]


@pytest.mark.parametrize(("method", "word"), [("GET", "view"), ("PUT", "edit"), ("DELETE", "delete")])
def test_user_without_shop_rights_gets_403(client: Client, method: str, word: str) -> None:
    """The key is good, its user may not."""
    client.sim.place(id=1)
    client.sim.add_key("ck_p", "cs_p", shop_rights=False)
    client.session.auth = ("ck_p", "cs_p")
    answer = client.ask(method, "/orders/1", json={})
    assert (answer.status_code, answer.json()["code"]) == (403, f"woocommerce_rest_cannot_{word}")


def test_rest_route_needs_the_words_in_the_address(client: Client) -> None:
    """/?rest_route= is 401 with the right key; with wp-json/wc/ somewhere in the address it is 200."""
    plain = f"{HOME}/?rest_route=/wc/v3/orders"
    assert client.ask("GET", plain).status_code == 401
    assert client.ask("GET", f"{plain}&x=/wp-json/wc/").status_code == 200


def test_permalinks_off_answers_the_front_page(client: Client) -> None:
    """200 and HTML on both addresses; index.php works only while they are on."""
    through_index = f"{HOME}/index.php/wp-json/wc/v3/orders"
    assert client.ask("GET", through_index).json() == []
    client.sim.state.permalinks = False
    for address in (f"{API}/orders", through_index):
        answer = client.ask("GET", address)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/html")
    assert client.ask("GET", f"{HOME}/?rest_route=/wc/v3/orders&x=/wp-json/wc/").json() == []


@pytest.mark.parametrize("path", ["/wc/v4/orders", "/wc/v3//orders", "/wc/v3/nothing", "/wc/v3/orders/x"])
def test_route_unknown_is_404(client: Client, path: str) -> None:
    """Unknown route, v4, a double slash."""
    answer = client.ask("GET", f"{HOME}/wp-json{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "rest_no_route")


def test_route_with_another_method_is_404(client: Client) -> None:
    """WordPress knows no 405."""
    assert client.ask("DELETE", "/orders").json()["code"] == "rest_no_route"


def test_no_answer_has_a_validator_or_request_id(client: Client) -> None:
    """No ETag, no Last-Modified, no request id anywhere."""
    headers = client.ask("GET", "/orders").headers
    assert not {"ETag", "Last-Modified", "X-Request-Id"} & set(headers)
    assert time.strptime(headers["Date"], "%a, %d %b %Y %H:%M:%S GMT").tm_year == 2026
