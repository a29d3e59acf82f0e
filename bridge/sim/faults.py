"""Faults on demand: a WSGI layer that spoils the next matching calls the way the world does.

The script is per simulator and per test: ``sim.faults.add(Kind.RESET, match=("POST", "/orders"))``. The worst one,
the reply that is lost *after* the work is done, is what books twice when handled wrongly. Works in process and over
sockets alike; what cannot be said in WSGI goes through the *line* of ``bridge.sim.wsgi``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

from bridge.sim.wsgi import LINE, Line, reason_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["Fault", "Faults", "Kind", "Match"]

Match = tuple[str, str] | Callable[["WSGIEnvironment"], bool] | None

HTML_PAGE = b"<!DOCTYPE html>\n<html><head><title>Welcome</title></head><body><p>A page.</p></body></html>\n"
PHP_WARNING = (
    b'<br />\n<b>Warning</b>:  Undefined array key "x" in <b>/var/www/html/wp-content/plugins/foo/foo.php</b>'
    b" on line <b>12</b><br />\n"
)


class Kind(StrEnum):
    """What goes wrong."""

    ANSWER = "answer"  # status, body, headers as given; with work=True the work is done all the same
    HTML = "html"  # 200 and a web page where JSON was expected
    GARBAGE = "garbage"  # 200, announced as JSON, is none
    TRUNCATE = "truncate"  # the work is done; a complete answer whose JSON breaks off half way
    PREFIX = "prefix"  # the work is done; something (a PHP warning) stands before the JSON
    SLOW = "slow"  # the work is done; the answer comes after ``delay`` seconds
    DRIP = "drip"  # the work is done; the body comes in pieces, ``delay`` seconds apart
    REFUSE = "refuse"  # nobody listens: nothing was sent
    DROP = "drop"  # the connection breaks before the work is begun
    RESET = "reset"  # the work is done, then the connection breaks
    TIMEOUT = "timeout"  # the work is done, no answer comes
    CUT = "cut"  # the work is done, the body breaks off before its announced end
    RUN = "run"  # ``action`` is called first, then all goes on as usual (pages shift while reading)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One line of the script."""

    kind: Kind
    times: int | None = 1  # None: until cleared
    match: Match = None  # (method or "*", part of the path), or a predicate over the WSGI environment
    skip: int = 0  # let so many matching calls pass first
    status: int = 500
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 1.0
    work: bool = False
    action: Callable[[], object] | None = None

    def fits(self, environ: WSGIEnvironment) -> bool:
        """Whether this call is meant."""
        if self.match is None:
            return True
        if callable(self.match):
            return self.match(environ)
        method, path = self.match
        asked = f"{environ['REQUEST_METHOD']}"
        return method in ("*", asked) and path in f"{environ.get('PATH_INFO', '')}"


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """A whole answer, taken from the application or made up."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes

    def with_body(self, body: bytes) -> _Answer:
        """The same with another body and its true length."""
        kept = [(n, v) for n, v in self.headers if n.lower() != "content-length"]
        return replace(self, body=body, headers=[*kept, ("Content-Length", str(len(body)))])


class Faults:
    """The WSGI layer with its script; calls that no fault fits pass untouched."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._script: list[Fault] = []
        self.struck: list[tuple[Kind, str, str]] = []  # what happened: kind, method, path

    def add(self, kind: Kind | str, *, match: Match = None, times: int | None = 1, **how: Any) -> Fault:
        """Let the next ``times`` calls that fit go wrong; the oldest fitting line of the script strikes first."""
        fault = Fault(kind=Kind(kind), match=match, times=times, **how)
        with self._lock:
            self._script.append(fault)
        return fault

    def clear(self) -> None:
        """All is well from now on."""
        with self._lock:
            self._script.clear()

    @property
    def pending(self) -> int:
        """How many lines of the script have not struck out yet."""
        with self._lock:
            return len(self._script)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one call, spoilt if the script says so."""
        fault = self._take(environ)
        if fault is None:
            return self._app(environ, start_response)
        line = cast("Line", environ.get(LINE))
        if fault.kind is Kind.RUN:
            if fault.action is not None:
                fault.action()
            return self._app(environ, start_response)
        if fault.kind in (Kind.REFUSE, Kind.DROP):
            (line.refuse if fault.kind is Kind.REFUSE else line.hang_up)()
            return _send(_made_up(fault), start_response)  # nobody reads it: the line is dead
        if fault.kind in (Kind.ANSWER, Kind.HTML, Kind.GARBAGE):
            if fault.work:
                self._do(environ)
            return _send(_made_up(fault), start_response)
        return _spoil(fault, self._do(environ), line, start_response)

    def _take(self, environ: WSGIEnvironment) -> Fault | None:
        with self._lock:
            for place, fault in enumerate(self._script):
                if not fault.fits(environ):
                    continue
                if fault.skip:
                    self._script[place] = replace(fault, skip=fault.skip - 1)
                    continue
                if fault.times is not None and fault.times <= 1:
                    del self._script[place]
                elif fault.times is not None:
                    self._script[place] = replace(fault, times=fault.times - 1)
                self.struck.append((fault.kind, environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")))
                return fault
        return None

    def _do(self, environ: WSGIEnvironment) -> _Answer:
        """Let the application do the whole work and keep its answer."""
        head: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
            head.append((status, headers))
            return head.append  # type: ignore[return-value]  # simulators never write, they return

        chunks = self._app(environ, cast("StartResponse", start))
        try:
            body = b"".join(chunks)
        finally:
            closing = getattr(chunks, "close", None)
            if closing is not None:
                closing()
        status, headers = head[-1]
        return _Answer(status=status, headers=headers, body=body)


def _made_up(fault: Fault) -> _Answer:
    if fault.kind is Kind.HTML:
        given, status, body = {"Content-Type": "text/html; charset=UTF-8"}, 200, fault.body or HTML_PAGE
    elif fault.kind is Kind.GARBAGE:
        given, status, body = {"Content-Type": "application/json"}, 200, fault.body or b"\x00\xff not json {"
    else:
        given, status, body = {"Content-Type": "application/json"}, fault.status, fault.body
    headers = [*{**given, **fault.headers}.items()]
    return _Answer(status=reason_of(status), headers=headers, body=b"").with_body(body)


def _spoil(fault: Fault, answer: _Answer, line: Line, start_response: StartResponse) -> Iterable[bytes]:
    """The work is done; now spoil the answer."""
    if fault.kind is Kind.RESET:
        line.hang_up()
    elif fault.kind is Kind.TIMEOUT:
        line.silence()
    elif fault.kind is Kind.SLOW:
        line.pause(fault.delay)
    elif fault.kind is Kind.TRUNCATE:
        return _send(answer.with_body(answer.body[: max(1, len(answer.body) // 2)]), start_response)
    elif fault.kind is Kind.PREFIX:
        return _send(answer.with_body((fault.body or PHP_WARNING) + answer.body), start_response)
    elif fault.kind is Kind.CUT:  # the announced length stays, the bytes do not come
        whole = answer.with_body(answer.body or b" " * 64)
        return _send(replace(whole, body=whole.body[: len(whole.body) // 2]), start_response)
    elif fault.kind is Kind.DRIP:
        _send(answer, start_response)
        return _drip(answer.body, line, fault.delay)
    return _send(answer, start_response)


def _drip(body: bytes, line: Line, delay: float) -> Iterator[bytes]:
    step = max(1, len(body) // 20)
    for start in range(0, len(body), step):
        if start:  # the head leaves with the first piece
            line.pause(delay)
        yield body[start : start + step]


def _send(answer: _Answer, start_response: StartResponse) -> Iterable[bytes]:
    start_response(answer.status, answer.headers)
    return [answer.body]
