"""Ways to a simulator: in process behind a real requests session, or over sockets with waitress.

Both put a *line* into the WSGI environment, through which a fault can misbehave the way networks do: refuse,
fall silent, hang up. In process the line raises what requests would raise; over sockets it does the real thing.
Nothing in here knows what is being simulated.
"""

from __future__ import annotations

import http
import io
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self, cast
from urllib.parse import unquote_to_bytes, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError, ReadTimeoutError
from waitress import wasyncore  # type: ignore[import-untyped] # ships no types
from waitress.server import create_server  # type: ignore[import-untyped] # ships no types

from bridge.sim.clock import Sleep, real_sleep

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["LINE", "Line", "Serving", "mount", "reason_of", "serve"]

LINE = "bridge.sim.line"  # key in the WSGI environment
DEFAULT_READ_TIMEOUT = 30.0  # nobody gave one: requests would wait for ever, a test must not


class Line(Protocol):
    """The connection a request came over, as far as a fault can spoil it."""

    def refuse(self) -> None:
        """Nobody listens: the request is surely not sent."""
        ...

    def hang_up(self) -> None:
        """The connection breaks before the first byte of the answer."""
        ...

    def silence(self) -> None:
        """No answer comes for longer than the client waits."""
        ...

    def pause(self, seconds: float) -> None:
        """Let time pass; a client with less patience gives up."""
        ...


class _LocalLine:
    """In process: every trouble is the exception requests would raise."""

    def __init__(self, request: requests.PreparedRequest, read_timeout: float, sleep: Sleep) -> None:
        self._request = request
        self._read_timeout = read_timeout
        self._sleep = sleep
        self.answering = False

    def refuse(self) -> None:
        reason = NewConnectionError(cast("Any", self), "Failed to establish a new connection: refused")
        raise requests.ConnectionError(
            MaxRetryError(cast("Any", None), self._request.url or "", reason), request=self._request
        )

    def hang_up(self) -> None:
        broken = ProtocolError("Connection aborted.", ConnectionResetError(104, "Connection reset by peer"))
        raise requests.ConnectionError(broken, request=self._request)

    def silence(self) -> None:
        self._sleep(self._read_timeout)
        if self.answering:  # the head is out: the socket itself times out while the body is read
            raise TimeoutError("timed out")
        late = ReadTimeoutError(
            cast("Any", None),
            self._request.url or "",
            f"Read timed out. (read timeout={self._read_timeout:g})",
        )
        raise requests.ReadTimeout(late, request=self._request)

    def pause(self, seconds: float) -> None:
        if seconds >= self._read_timeout:
            self.silence()
        self._sleep(seconds)


class _Body(io.RawIOBase):
    """The answer's chunks as something urllib3 can read in pieces."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        super().__init__()
        self._chunks: Iterator[bytes] = iter(chunks)
        self._source = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            try:
                self._rest = next(self._chunks)
            except StopIteration:
                return 0
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size

    def close(self) -> None:
        closing = getattr(self._source, "close", None)
        if closing is not None and not self.closed:
            closing()
        super().close()


class _Head:
    """What the application told ``start_response``."""

    def __init__(self) -> None:
        self.status = ""
        self.headers: list[tuple[str, str]] = []

    def start_response(
        self,
        status: str,
        headers: list[tuple[str, str]],
        exc_info: tuple[type[BaseException], BaseException, TracebackType]
        | tuple[None, None, None]
        | None = None,
        /,
    ) -> Callable[[bytes], object]:
        del exc_info  # nothing was sent yet, so a second call simply replaces the first
        self.status, self.headers = status, headers
        return self._no_writing

    @staticmethod
    def _no_writing(_data: bytes) -> object:
        raise RuntimeError("simulators return their body, they do not write it")


class _Mounted(HTTPAdapter):
    """A transport adapter that calls a WSGI application instead of opening a socket."""

    def __init__(self, app: WSGIApplication, sleep: Sleep) -> None:
        super().__init__()
        self._app = app
        self._sleep = sleep

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002 - the signature belongs to requests
        timeout: Any = None,
        verify: bool | str = True,  # noqa: FBT001, FBT002 - same
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        del stream, verify, cert, proxies  # nothing of a network is left
        read = timeout[1] if isinstance(timeout, tuple) else timeout
        line = _LocalLine(request, DEFAULT_READ_TIMEOUT if read is None else float(read), self._sleep)
        head = _Head()
        chunks = self._app(_environ(request, line), head.start_response)
        line.answering = True
        code, _, reason = head.status.partition(" ")
        raw = HTTPResponse(
            body=_Body(chunks),
            headers=HTTPHeaderDict(head.headers),
            status=int(code),
            reason=reason,
            version=11,
            version_string="HTTP/1.1",
            preload_content=False,
            request_method=request.method,
            request_url=request.url,
        )
        return self.build_response(request, raw)

    def close(self) -> None:
        """There is no pool to empty."""


def _environ(request: requests.PreparedRequest, line: Line) -> WSGIEnvironment:
    url = urlsplit(request.url or "")
    body = _body_of(request)
    port = url.port or (443 if url.scheme == "https" else 80)
    target = url.path + (f"?{url.query}" if url.query else "")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": request.method or "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(url.path or "/").decode("latin-1"),
        "REQUEST_URI": target,
        "QUERY_STRING": url.query,
        "SERVER_NAME": url.hostname or "localhost",
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": url.netloc.rpartition("@")[2],
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        LINE: line,
    }
    headers: Mapping[str, Any] = request.headers  # requests allows bytes, its types do not say so
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
        if key == "CONTENT_TYPE":
            environ[key] = text
        elif key != "CONTENT_LENGTH":
            environ[f"HTTP_{key}"] = text
    return environ


def _body_of(request: requests.PreparedRequest) -> bytes:
    body: Any = request.body
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, bytes):
        return body
    if hasattr(body, "read"):
        return cast("bytes", body.read())
    return b"".join(body)


def mount(app: WSGIApplication, *, sleep: Sleep = real_sleep) -> HTTPAdapter:
    """Get a requests adapter that answers from ``app``, for ``session.mount("https://shop.example", …)``.

    ``sleep`` is called when a fault lets time pass; hand in a test clock's.
    """
    return _Mounted(app, sleep)


class _SocketLine:
    """Over waitress: the real socket is shut."""

    def __init__(self, channel: Any, stopping: threading.Event, patience: float) -> None:
        self._channel = channel
        self._stopping = stopping
        self._patience = patience

    def refuse(self) -> None:
        self.hang_up()  # the connection stands already; to hang up before any work is the nearest thing

    def hang_up(self) -> None:
        # The socket may be gone already: then the client has hung up first, which is as good.
        with_socket = getattr(self._channel, "socket", None)
        if with_socket is not None:
            try:
                with_socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                return

    def silence(self) -> None:
        self._stopping.wait(self._patience)
        self.hang_up()

    def pause(self, seconds: float) -> None:
        self._stopping.wait(seconds)


class Serving:
    """A simulator listening on loopback until stopped; also a context manager."""

    def __init__(self, app: WSGIApplication, *, port: int = 0, patience: float = 60.0) -> None:
        self._stopping = threading.Event()
        self._app = app
        self._patience = patience
        self._sockets: dict[int, Any] = {}
        self._server: Any = create_server(
            self._call,
            map=self._sockets,
            host="127.0.0.1",
            port=port,
            threads=4,
        )
        self.port = int(self._server.effective_port)
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.run, name=f"sim-{self.port}", daemon=True)
        self._thread.start()

    def _call(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        # waitress tells of its channel only by this bound method
        channel = getattr(environ.get("waitress.client_disconnected"), "__self__", None)
        environ[LINE] = _SocketLine(channel, self._stopping, self._patience)
        return self._app(environ, start_response)

    def stop(self) -> None:
        """Close the port and end the thread; twice is harmless."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        self._server.task_dispatcher.shutdown(timeout=2)
        # waitress's loop ends once its map is empty, and only its own thread may empty it
        self._server.trigger.pull_trigger(lambda: wasyncore.close_all(self._sockets, ignore_all=True))
        self._thread.join(timeout=5)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()


def serve(app: WSGIApplication, *, port: int = 0, patience: float = 60.0) -> Serving:
    """Serve ``app`` on loopback in a thread; ``patience`` is how long a fallen-silent line stays open."""
    return Serving(app, port=port, patience=patience)


def reason_of(status: int) -> str:
    """The status line of a number, also of one nobody has named."""
    try:
        return f"{status} {http.HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Status"
