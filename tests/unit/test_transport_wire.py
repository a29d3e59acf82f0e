from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from bridge.clock import SystemClock
from bridge.errors import LostReply, RemoteError, Transient
from bridge.transport import Fault, Transport

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
WHOLE = HEAD + b"Content-Length: 2\r\n\r\n{}"

Behave = Callable[[socket.socket], None]

SHORT = 1.0
"""Seconds for a call that is to be cut off: enough to connect and to send on a busy machine."""
LONG = 30.0
"""Seconds for all else; nobody waits so long unless something is broken."""


@contextmanager
def a_server(*behaviours: Behave) -> Iterator[tuple[str, list[bytes]]]:
    """A socket server that treats the first connection by the first behaviour, and so on; the last one stays."""
    seen: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        number = 0
        while True:
            try:
                conn, _ = listening.accept()
            except OSError:
                return
            with conn:
                conn.settimeout(LONG)
                try:
                    seen.append(conn.recv(1 << 16))
                    behaviours[min(number, len(behaviours) - 1)](conn)
                except OSError:
                    pass
            number += 1
            if stop.is_set():
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", seen
    finally:
        stop.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def a_transport(url: str, *, seconds: float = LONG) -> Transport:
    """One with a real clock, because sockets live in real time."""
    return Transport("shop main", base_url=url, clock=SystemClock(), timeout=timedelta(seconds=seconds))


def failure(
    method: str, *behaviours: Behave, seconds: float = LONG
) -> tuple[RemoteError, float, list[bytes]]:
    """The error of a call to such a server, how long it took, and what the server saw."""
    with a_server(*behaviours) as (url, seen):
        transport = a_transport(url, seconds=seconds)
        started = time.monotonic()
        with pytest.raises(RemoteError) as caught:
            transport.call(method, "/orders")
        took = time.monotonic() - started
        transport.close()
    return caught.value, took, seen


def drip(data: bytes) -> Behave:
    """Sends a byte every few milliseconds, as a hung proxy does."""

    def behave(conn: socket.socket) -> None:
        for byte in data:
            conn.sendall(bytes([byte]))
            time.sleep(0.02)

    return behave


def hush(conn: socket.socket) -> None:
    """Says nothing for as long as the other side stays."""
    conn.recv(1)


def say_and_close(data: bytes) -> Behave:
    """Sends that and closes."""
    return lambda conn: conn.sendall(data)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(HEAD + b"X-Slow: " + b"x" * 500, id="headers"),
        pytest.param(HEAD + b"Content-Length: 500\r\n\r\n" + b" " * 500, id="body"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * 100, id="chunks"),
    ],
)
def test_deadline_against_a_dripping_server(data: bytes) -> None:
    """A server that keeps sending a byte now and then is cut off when the whole call's time is up."""
    head, _, rest = data.partition(b"\r\n\r\n")

    def behave(conn: socket.socket) -> None:
        conn.sendall(head[:40])
        drip((head + b"\r\n\r\n" + rest)[40:] if rest else data[40:])(conn)

    error, took, _ = failure("POST", behave, seconds=SHORT)
    assert isinstance(error, LostReply)
    assert error.code == Fault.TIMEOUT
    assert took < 5, "half of what the server goes on for"


def test_deadline_against_a_silent_server() -> None:
    """A server that takes the request and says nothing leaves a write in doubt."""
    error, took, _ = failure("PUT", hush, seconds=SHORT)
    assert isinstance(error, LostReply)
    assert "did not answer within 1 s" in str(error)
    assert took < LONG / 2


@pytest.mark.parametrize(
    "cut",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(HEAD + b"Content-Length: 100\r\n\r\n{", id="short body"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{}", id="cut chunk"),
        pytest.param(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd", id="bad gzip"),
        pytest.param(b"SSH-2.0-OpenSSH\r\n\r\n", id="no HTTP at all"),
    ],
)
def test_broken_answer_to_a_write_is_unknown_and_not_repeated(cut: bytes) -> None:
    """A write whose answer broke off may have been done, so it goes out once and is asked about."""
    error, _, seen = failure("POST", say_and_close(cut))
    assert isinstance(error, LostReply)
    assert len(seen) == 1


def test_broken_answer_to_a_read_is_repeated_at_most_twice() -> None:
    """Reading is harmless: three tries in all, then it is a passing fault."""
    error, _, seen = failure("GET", say_and_close(b""))
    assert isinstance(error, Transient)
    assert not isinstance(error, LostReply)
    assert len(seen) == 3


def test_broken_answer_to_a_read_heals_unseen() -> None:
    """One broken connection in between costs nobody anything."""
    with a_server(say_and_close(b""), say_and_close(WHOLE)) as (url, seen):
        transport = a_transport(url)
        assert transport.call("GET", "/orders").json() == {}
        transport.close()
    assert len(seen) == 2


def test_refused_connection_is_surely_not_sent() -> None:
    """Nobody listens there: a write may simply be tried later."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # held and not listened on, so nobody else can listen there either
        transport = a_transport(f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(Transient) as caught:
            transport.call("POST", "/orders")
    assert not isinstance(caught.value, LostReply)
    assert caught.value.code == Fault.REFUSED


def test_unknown_host_is_surely_not_sent() -> None:
    """A name that does not exist is told by name."""
    with pytest.raises(Transient) as caught:
        a_transport("http://no-such-host.invalid").call("POST", "/orders")
    assert not isinstance(caught.value, LostReply)
    assert "no machine called no-such-host.invalid" in str(caught.value)
    assert caught.value.advice


def test_plain_server_behind_https_is_surely_not_sent() -> None:
    """A broken handshake comes before the request, so even a write was surely not done."""
    with a_server(say_and_close(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as (url, _):
        transport = a_transport(url.replace("http:", "https:"))
        with pytest.raises(Transient) as caught:
            transport.call("POST", "/orders")
        transport.close()
    assert not isinstance(caught.value, LostReply)
    assert caught.value.code == Fault.TLS
    assert "Nothing was sent" in str(caught.value.advice)


def test_handshake_that_never_ends_is_surely_not_sent() -> None:
    """A server that never finishes the TLS handshake is given up in time, with nothing sent."""
    with a_server(hush) as (url, _), pytest.raises(Transient) as caught:
        a_transport(url.replace("http:", "https:"), seconds=SHORT).call("POST", "/orders")
    assert not isinstance(caught.value, LostReply)
    assert caught.value.code == Fault.NO_ANSWER_TO_CONNECT


def test_connection_is_kept_open_between_calls() -> None:
    """Two calls, one connection: a new one for each would cost more than the call."""

    def twice(conn: socket.socket) -> None:
        conn.sendall(WHOLE)
        second = b""
        while b'{"' not in second:
            second += conn.recv(1 << 16)
        seen.append(second)
        conn.sendall(WHOLE)

    with a_server(twice) as (url, seen):
        transport = a_transport(url)
        transport.call("GET", "/a")
        transport.call("PUT", "/b", json={"å": 1})
        transport.close()
    assert [line.split(b" HTTP")[0] for line in seen] == [b"GET /a", b"PUT /b"]
    assert seen[1].endswith('{"å":1}'.encode())


def test_large_body_arrives_whole() -> None:
    """A body larger than one piece is sent in pieces and arrives as one."""
    got: list[int] = []

    def read_all(conn: socket.socket) -> None:
        size = len(seen[0])
        while size < 300_000:
            size += len(conn.recv(1 << 16))
        got.append(size)
        conn.sendall(WHOLE)

    with a_server(read_all) as (url, seen):
        transport = a_transport(url)
        transport.call("POST", "/big", data=b"x" * 300_000, headers={"Content-Type": "text/plain"})
        transport.close()
    assert got[0] >= 300_000


def test_answer_cut_in_its_headers_is_no_success_and_logs_no_key(caplog: pytest.LogCaptureFixture) -> None:
    """Half the headers parse as an answer without a body, which is no JSON; the warning would name the address."""
    with a_server(say_and_close(HEAD + b"Content-Len")) as (url, _):
        transport = a_transport(url)
        with pytest.raises(LostReply):
            transport.call("POST", "x", params={"consumer_secret": "cs_hidden"}).json()
        transport.close()
    assert "cs_hidden" not in caplog.text


def test_refusal_with_a_cut_explanation_stays_a_refusal() -> None:
    """A 400 whose body broke off was refused all the same."""
    error, _, _ = failure(
        "POST", say_and_close(b"HTTP/1.1 400 Bad\r\nContent-Length: 50\r\n\r\n{"), seconds=5
    )
    assert error.status == 400
    assert not isinstance(error, Transient)
