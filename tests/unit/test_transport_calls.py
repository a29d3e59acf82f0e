from __future__ import annotations

import logging
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import responses
from requests.auth import HTTPBasicAuth

from bridge.clock import ManualClock
from bridge.errors import (
    LostReply,
    NotFound,
    Rejected,
    RemoteError,
    Throttled,
    Transient,
    Unauthorised,
    UserError,
)
from bridge.transport import Doubled, Fault, Redactor, Reply, Transport, parse_json

URL = "https://erp.example/api"


def a_transport(clock: ManualClock | None = None, **options: object) -> Transport:
    """To an ERP that ``responses`` plays."""
    settings: dict[str, object] = {"base_url": URL, "clock": clock or ManualClock(), **options}
    return Transport("erp", **settings)  # type: ignore[arg-type]


def failure(method: str, status: int, body: str = "", headers: dict[str, str] | None = None) -> RemoteError:
    """The error a call ends in when the server answers so."""
    with responses.RequestsMock() as server:
        server.add(method, f"{URL}/x", status=status, body=body, headers=headers or {})
        with pytest.raises(RemoteError) as caught:
            a_transport().call(method, "/x")
    return caught.value


@pytest.mark.parametrize(
    ("status", "read", "write"),
    [
        (301, Rejected, Rejected),
        (302, Rejected, Rejected),
        (307, Rejected, Rejected),
        (400, Rejected, Rejected),
        (401, Unauthorised, Unauthorised),
        (403, Unauthorised, Unauthorised),
        (404, NotFound, NotFound),
        (409, Rejected, Rejected),
        (410, NotFound, NotFound),
        (413, Rejected, Rejected),
        (429, Throttled, Throttled),
        (500, Transient, LostReply),
        (502, Transient, LostReply),
        (503, Transient, LostReply),
        (504, Transient, LostReply),
    ],
)
def test_status_decides_what_to_do_next(
    status: int, read: type[RemoteError], write: type[RemoteError]
) -> None:
    """The same status means another thing for a call that only reads."""
    assert type(failure("GET", status)) is read
    assert type(failure("POST", status)) is write


def test_redirect_is_not_followed_and_explained() -> None:
    """The body and the key never reach another address; the owner is told which address it is."""
    error = failure("POST", 302, headers={"Location": "https://other.example/login?token=abc"})
    assert "https://other.example/login" in str(error)
    assert "abc" not in str(error)
    assert error.advice


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0", 1.0),
        ("-1", 1.0),
        ("1000000000", 86_400.0),
        ("banana", None),
        ("Sat, 21 Nov 2026 12:01:30 GMT", 30.0),
        ("Sat, 21 Nov 2020 12:01:30 GMT", 1.0),
    ],
)
def test_retry_after_is_obeyed_within_reason(header: str, seconds: float | None) -> None:
    """Seconds or a date by the server's own clock; nonsense is clamped or ignored."""
    headers = {"Retry-After": header, "Date": "Sat, 21 Nov 2026 12:01:00 GMT"}
    error = failure("POST", 429, headers=headers)
    assert isinstance(error, Throttled)
    assert error.retry_after == seconds


def test_gateway_hiccup_on_a_read_is_repeated_quickly(clock: ManualClock) -> None:
    """A 502 in between is nobody's business."""
    with responses.RequestsMock() as server:
        server.get(f"{URL}/x", status=502)
        server.get(f"{URL}/x", json={"a": 1})
        assert a_transport(clock).call("GET", "x").json() == {"a": 1}


def test_gateway_hiccup_on_a_write_is_not_repeated() -> None:
    """A write goes out once, whatever comes back."""
    with responses.RequestsMock() as server:
        call = server.put(f"{URL}/x", status=502)
        with pytest.raises(LostReply):
            a_transport().call("PUT", "x", json={})
        assert call.call_count == 1


def test_quick_retries_end_with_the_deadline(clock: ManualClock) -> None:
    """No second try when its pause would pass the deadline."""
    with responses.RequestsMock() as server:
        call = server.get(f"{URL}/x", status=502)
        with pytest.raises(Transient):
            a_transport(clock).call("GET", "x", deadline=timedelta(milliseconds=100))
        assert call.call_count == 1


def test_environment_counts_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy or a certificate bundle of the machine does not bend our calls."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid:1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    with responses.RequestsMock() as server:
        server.get(f"{URL}/x", json=[])
        assert a_transport().call("GET", "x").json() == []
        assert server.calls[0].request.req_kwargs["proxies"] is None  # type: ignore[attr-defined]
        assert server.calls[0].request.req_kwargs["verify"] is True  # type: ignore[attr-defined]


def test_query_is_encoded_for_signing() -> None:
    """Commas stay commas and a space is %20: what WooCommerce signs is what we send."""
    with responses.RequestsMock() as server:
        server.get(f"{URL}/x", json=[])
        a_transport().call("GET", "x", params={"status": "a,b", "search": "å b+c"})
        assert server.calls[0].request.url == f"{URL}/x?status=a,b&search=%C3%A5%20b%2Bc"


def test_secrets_stay_out_of_errors_and_logs(caplog: pytest.LogCaptureFixture) -> None:
    """Neither the error, its excerpt, its causes nor any log line holds the key, however it is spelt."""
    caplog.set_level(logging.DEBUG)
    key, secret = "ck_0123456789abcdef", "cs_hemlig/åäö"
    with responses.RequestsMock() as server:
        echo = f"<html><b>bad</b> consumer_secret={secret} {key} anna@example.com 19850709-1234</html>"
        server.get(f"{URL}/x", status=500, body=echo)
        transport = a_transport(auth=HTTPBasicAuth(key, secret.encode()), secrets=(key, secret))  # type: ignore[arg-type]
        with pytest.raises(Transient) as caught:
            transport.call("GET", "x", params={"consumer_key": key})
    shown = f"{caught.value} {caught.value.__dict__} {caught.value.__cause__} {transport!r} {caplog.text}"
    for hidden in (key, secret, "anna@example.com", "850709"):
        assert hidden not in shown
    assert caught.value.excerpt.startswith("bad")
    assert caught.value.call == "GET /x"


def test_redactor_knows_basic_auth_and_url_spelling() -> None:
    """The same secret in a header or an address is the same secret."""
    redact = Redactor(["key", "s/e"])
    assert redact("a2V5OnMvZQ== s%2Fe Bearer abc.def") == "•••• •••• Bearer ••••"
    assert repr(redact) == "Redactor()"


def test_body_over_the_limit_is_cut_off() -> None:
    """An answer without end does not fill the memory."""
    with responses.RequestsMock() as server:
        server.get(f"{URL}/x", body=b" " * 3_000_000)
        with pytest.raises(Transient, match="more than 1 MB"):
            a_transport(largest=1 << 20).call("GET", "x")


def test_slow_body_of_a_foreign_adapter_is_cut_off(clock: ManualClock) -> None:
    """The deadline also holds where the sockets are not ours."""

    def slow(_: object) -> tuple[int, dict[str, str], str]:
        clock.advance(60)
        return 200, {}, "{}"

    with responses.RequestsMock() as server:
        server.add_callback("POST", f"{URL}/x", slow)
        with pytest.raises(LostReply, match="did not answer"):
            a_transport(clock).call("POST", "x")


def test_missing_ca_file_is_told_before_any_call() -> None:
    """A wrong path must not look like a server that is down."""
    with pytest.raises(UserError, match=r"no/such\.pem"):
        a_transport(ca_file=Path("no/such.pem"))


@pytest.mark.parametrize("url", ["", "shop.example", "https://"])
def test_impossible_address_is_told_before_any_call(url: str) -> None:
    """An address without scheme or host names itself."""
    with pytest.raises(UserError, match="not an address"):
        a_transport(base_url=url)


def test_refine_makes_the_error_of_the_body() -> None:
    """An adapter reads the vendor's own words before anybody sees the error."""

    def refine(reply: Reply, error: RemoteError) -> RemoteError:
        return Rejected(error.text, status=reply.status, code=reply.json()["code"])

    with responses.RequestsMock() as server:
        server.get(f"{URL}/x", status=401, json={"code": "no"})
        with pytest.raises(Rejected) as caught:
            a_transport(refine=refine).call("GET", "x")
    assert caught.value.code == "no"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>login</html>",
        b'[{"id":1},{"id',
        b'<b>Warning</b>: x<br />[{"id":1}]',
        "[]".encode("utf-16"),
        b'["\xff"]',
        b"[NaN]",
        b"[" * 10_000,
        b'[{"a":' * 10_000,
    ],
)
def test_unusable_json_is_never_success(body: bytes) -> None:
    """A 200 that is not whole JSON is tried again, or asked about if it was a write."""
    with pytest.raises(Transient):
        Reply(status=200, headers={}, body=body).json()
    with pytest.raises(LostReply):
        Reply(status=201, headers={}, body=body, safe=False).json()


def test_json_keeps_every_digit_and_tells_doubled_names() -> None:
    """Amounts are Decimal; a name standing twice is marked; a byte order mark is let pass."""
    parsed = parse_json(b'\xef\xbb\xbf{"p": 55.199999999999996, "d": {"a": 1, "a": 2}}')
    assert parsed["p"] == Decimal("55.199999999999996")
    assert isinstance(parsed["d"], Doubled)
    assert not isinstance(parsed, Doubled)


def test_reply_shows_no_body_in_its_repr() -> None:
    """A buyer's name does not reach a log by way of a repr."""
    reply = Reply(status=200, headers={"content-type": "application/json"}, body=b"Anna")
    assert "Anna" not in repr(reply)
    assert reply.text == "Anna"


@pytest.mark.parametrize("value", ["a\nX-Evil: 1", "a\r\nb"])
def test_header_with_a_line_break_is_never_sent(value: str) -> None:
    """What would smuggle in a second header is refused before a connection is made."""
    with pytest.raises(Rejected) as caught:
        a_transport().call("POST", "x", headers={"Idempotency-Key": value})
    assert caught.value.code == Fault.UNSENDABLE
