"""Faults on demand, in process and over sockets alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
import requests

from bridge.sim.faults import Faults, Kind
from bridge.sim.wsgi import mount, serve

Ask = Callable[..., requests.Response]
PATIENCE = 0.25  # seconds a fallen-silent socket stays open


class Counter:
    """An application that counts its work and answers JSON."""

    def __init__(self) -> None:
        self.done = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Do the work."""
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self.done += 1
        start_response("200 OK", [("Content-Type", "application/json"), ("X-Kept", "yes")])
        return [json.dumps({"done": self.done, "filler": "x" * 400}).encode()]


class Bench:
    """The application, its faults, and a way to ask."""

    def __init__(self, app: Counter, faults: Faults, base: str, session: requests.Session) -> None:
        self.app = app
        self.faults = faults
        self._base = base
        self._session = session
        self.slept: list[float] = []

    def ask(self, method: str = "GET", path: str = "/orders", **how: Any) -> requests.Response:
        """One call with a short read timeout."""
        return self._session.request(method, self._base + path, **{"timeout": (1, 0.15), **how})


@pytest.fixture(params=["in process", "over sockets"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """Both ways to reach the application."""
    app = Counter()
    faults = Faults(app)
    with requests.Session() as session:
        session.trust_env = False
        if request.param == "over sockets":
            with serve(faults, patience=PATIENCE) as server:
                yield Bench(app, faults, server.url, session)
        else:
            made = Bench(app, faults, "https://shop.example", session)
            session.mount("https://", mount(faults, sleep=made.slept.append))
            yield made


def test_no_fault_passes_untouched(bench: Bench) -> None:
    """Without a script the application answers itself."""
    answer = bench.ask()
    assert (answer.status_code, answer.json()["done"], answer.headers["X-Kept"]) == (200, 1, "yes")


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (Kind.RESET, requests.ConnectionError),
        (Kind.TIMEOUT, requests.ReadTimeout),
        (Kind.CUT, requests.exceptions.ChunkedEncodingError),
    ],
)
def test_reply_lost_after_the_work_is_done(bench: Bench, kind: Kind, error: type[Exception]) -> None:
    """The work is done once, the client gets the exception of a real network, the next call is fine."""
    bench.faults.add(kind, match=("POST", "/orders"))
    assert bench.ask().status_code == 200
    with pytest.raises(error):
        bench.ask("POST", json={"a": 1})
    assert bench.app.done == 2
    assert bench.ask("POST", json={"a": 1}).json()["done"] == 3


@pytest.mark.parametrize("kind", [Kind.REFUSE, Kind.DROP])
def test_connection_lost_before_the_work(bench: Bench, kind: Kind) -> None:
    """The work is not done."""
    bench.faults.add(kind)
    with pytest.raises(requests.ConnectionError):
        bench.ask("POST")
    assert bench.app.done == 0


@pytest.mark.parametrize(
    ("kind", "worked"), [(Kind.TRUNCATE, 1), (Kind.PREFIX, 1), (Kind.GARBAGE, 0), (Kind.HTML, 0)]
)
def test_answer_of_200_that_is_no_json(bench: Bench, kind: Kind, worked: int) -> None:
    """A whole answer with status 200 that does not parse."""
    bench.faults.add(kind)
    answer = bench.ask()
    assert (answer.status_code, bench.app.done) == (200, worked)
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()


def test_answer_given_has_status_body_and_headers(bench: Bench) -> None:
    """Any status, three times, then all is well; with work=True the work is done first."""
    bench.faults.add("answer", status=429, body=b'{"a":1}', headers={"Retry-After": "7"}, times=3)
    answers = [bench.ask() for _ in range(4)]
    assert [answer.status_code for answer in answers] == [429, 429, 429, 200]
    assert (answers[0].json(), answers[0].headers["Retry-After"]) == ({"a": 1}, "7")
    bench.faults.add(Kind.ANSWER, status=599, work=True)
    assert (bench.ask().status_code, bench.app.done) == (599, 2)


def test_slow_answer_beyond_the_timeout_is_a_read_timeout(bench: Bench) -> None:
    """The work is done all the same."""
    bench.faults.add(Kind.SLOW, delay=0.2)
    with pytest.raises(requests.ReadTimeout):
        bench.ask()
    assert bench.app.done == 1


def test_slow_answer_within_the_timeout_arrives(bench: Bench) -> None:
    """It only takes its time."""
    bench.faults.add(Kind.SLOW, delay=0.01)
    assert bench.ask().json()["done"] == 1


def test_dripping_body_arrives_in_pieces(bench: Bench) -> None:
    """Each piece within the read timeout, so only a total deadline can stop it."""
    bench.faults.add(Kind.DRIP, delay=0.002)
    with bench.ask(stream=True) as answer:
        assert json.loads(b"".join(answer.iter_content(64)))["done"] == 1


def test_dripping_body_too_slowly_breaks_while_reading(bench: Bench) -> None:
    """A pause longer than the read timeout breaks the body, after a good head."""
    bench.faults.add(Kind.DRIP, delay=0.2)
    with bench.ask(stream=True) as answer, pytest.raises(requests.ConnectionError):
        answer.content  # noqa: B018 - reading is the point


def test_match_skip_and_times_choose_the_calls(bench: Bench) -> None:
    """By method and path, after so many, until cleared."""
    bench.faults.add("answer", status=503, match=("*", "/orders"), skip=1, times=None)
    assert [bench.ask(path=path).status_code for path in ("/products", "/orders", "/orders", "/orders")] == [
        200, 200, 503, 503,
    ]  # fmt: skip
    assert bench.faults.pending == 1
    bench.faults.clear()
    assert bench.ask().status_code == 200
    assert [kind for kind, _, _ in bench.faults.struck] == [Kind.ANSWER, Kind.ANSWER]


def test_match_by_function_and_run_an_action(bench: Bench) -> None:
    """A predicate over the environment; the action runs before the work."""
    ran: list[int] = []
    bench.faults.add(
        Kind.RUN, match=lambda environ: "page=2" in environ["QUERY_STRING"], action=lambda: ran.append(1)
    )
    bench.faults.add(Kind.RUN, match=("GET", "/nothing"))
    for path in ("/orders?page=1", "/orders?page=2", "/nothing"):
        assert bench.ask(path=path).status_code == 200
    assert ran == [1]


def test_unknown_kind_is_refused() -> None:
    """A misspelt fault must not pass silently."""
    with pytest.raises(ValueError, match="explode"):
        Faults(Counter()).add("explode")
