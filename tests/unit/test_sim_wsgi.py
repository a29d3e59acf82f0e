"""The two ways to a simulator give the client the same picture."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
import requests

from bridge.sim.clock import real_sleep, system_now
from bridge.sim.wsgi import mount, reason_of, serve


class Closing:
    """A body that wants to be closed."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.chunks = chunks
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.chunks)

    def close(self) -> None:
        """Remember it."""
        self.closed = True


class Echo:
    """Answers with what it saw."""

    def __init__(self) -> None:
        self.seen: dict[str, Any] = {}
        self.body = Closing([b"abc", b"", b"defgh"])

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Keep what was seen."""
        self.seen = {**environ, "body": environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))}
        start_response(
            "200 OK", [("Content-Type", "text/plain"), ("Content-Length", "8"), ("Link", "a"), ("Link", "b")]
        )
        return self.body if environ["REQUEST_METHOD"] != "HEAD" else []


@pytest.fixture(params=["in process", "over sockets"])
def reached(request: pytest.FixtureRequest) -> Iterator[tuple[Echo, requests.Session, str]]:
    """The application, a session, and the address to ask."""
    app = Echo()
    with requests.Session() as session:
        session.trust_env = False
        if request.param == "over sockets":
            with serve(app) as server:
                yield app, session, server.url
        else:
            session.mount("http://", mount(app))
            yield app, session, "http://shop.example:8080"


Reached = tuple[Echo, requests.Session, str]


def test_request_arrives_with_path_query_headers_and_body(reached: Reached) -> None:
    """Percent escapes, raw target, host and body are there as a server would give them."""
    app, session, base = reached
    session.post(
        f"{base}/å/b%20c?x=1&y=%C3%A5",
        data="hej å".encode(),
        headers={"X-One": "1", "Content-Type": "text/plain"},
    )
    seen = app.seen
    assert (seen["REQUEST_METHOD"], seen["PATH_INFO"].encode("latin-1").decode()) == ("POST", "/å/b c")
    assert (seen["REQUEST_URI"], seen["QUERY_STRING"]) == ("/%C3%A5/b%20c?x=1&y=%C3%A5", "x=1&y=%C3%A5")
    assert (seen["body"], seen["CONTENT_TYPE"], seen["HTTP_X_ONE"]) == ("hej å".encode(), "text/plain", "1")
    assert seen["HTTP_HOST"] == base.removeprefix("http://")


def test_response_can_be_read_in_pieces(reached: Reached) -> None:
    """raw.read, iter_content and content all work; the body is closed."""
    app, session, base = reached
    with session.get(base, stream=True) as answer:
        assert answer.raw.read(2) == b"ab"
        assert b"".join(answer.iter_content(3)) == b"cdefgh"
    assert session.get(base).content == b"abcdefgh"
    assert answer.headers["Link"] == "a, b"
    assert app.body.closed


def test_response_to_head_has_no_body(reached: Reached) -> None:
    """The announced length is not waited for."""
    _, session, base = reached
    answer = session.head(base)
    assert (answer.content, answer.headers["Content-Length"]) == (b"", "8")


@pytest.mark.parametrize("body", ["text", b"bytes", io.BytesIO(b"file"), iter([b"it", b"er"])])
def test_request_body_of_any_kind_arrives(body: Any) -> None:
    """Strings, bytes, files and iterators."""
    app, session = Echo(), requests.Session()
    session.mount("https://", mount(app))
    session.post("https://shop.example/", data=body)
    assert app.seen["body"] in (b"text", b"bytes", b"file", b"iter")


def test_start_response_may_not_be_written_to() -> None:
    """Simulators return their body."""

    def writing(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])(b"x")
        return []

    session = requests.Session()
    adapter = mount(writing)
    session.mount("https://", adapter)
    with pytest.raises(RuntimeError, match="return their body"):
        session.get("https://shop.example/")
    adapter.close()


def test_serving_stops_and_frees_the_port() -> None:
    """After stop nobody answers; stopping twice is harmless."""
    server = serve(Echo())
    server.stop()
    server.stop()
    with pytest.raises(requests.ConnectionError):
        requests.get(server.url, timeout=1)


def test_reason_is_known_for_odd_numbers() -> None:
    """Every status has a line."""
    assert (reason_of(404), reason_of(599)) == ("404 Not Found", "599 Status")


def test_clock_is_aware_and_sleep_returns() -> None:
    """The simulators' own small clock."""
    before = system_now()
    real_sleep(0.001)
    assert system_now() > before
    assert before.utcoffset() is not None
