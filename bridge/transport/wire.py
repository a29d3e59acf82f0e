"""Sockets with one deadline for the whole call.

``timeout=`` of requests is per read: a server that sends one byte now and then holds a call without end. Here
every read gets only what is left, through headers and body, and connecting shares it among the addresses of a name.
A failure before the first byte of the request is kept apart from one after it: only the first is surely not done.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
from collections.abc import Mapping
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError, SSLError
from urllib3.util.connection import create_connection
from urllib3.util.timeout import Timeout

from bridge.clock import SystemClock

__all__ = ["DeadlineAdapter", "TlsFailed"]

_SLICE: Final = 1 << 16
_monotonic: Final = SystemClock().monotonic
"""A socket lives in real time, whatever clock the flows are given."""


class TlsFailed(SSLError):
    """No encrypted connection came about: nothing has been sent."""


class _Reader(io.RawIOBase):
    """The receiving side of a socket until a moment in time."""

    def __init__(self, sock: socket.socket, seconds: float) -> None:
        self._sock = sock
        # The socket's own file keeps the descriptor open while the answer is read after "Connection: close".
        self._file = sock.makefile("rb", buffering=0)
        self._deadline = _monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - _monotonic()
        if left <= 0:
            raise TimeoutError("the call's deadline has passed")
        self._sock.settimeout(left)
        return self._file.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


class _Timed:
    """What ``http.client`` sees of the socket: a file to read the answer from."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def makefile(self, _mode: str) -> io.BufferedIOBase:
        seconds = self._sock.gettimeout()
        if seconds is None:
            return self._sock.makefile("rb")
        return io.BufferedReader(_Reader(self._sock, seconds), _SLICE)


class _Response(http.client.HTTPResponse):
    """Reads through the deadline; the socket's time-out is what was left when the request had been sent."""

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(_Timed(sock), *args, **options)  # type: ignore[arg-type] # only makefile is used


class _Connecting:
    """What the plain and the encrypted connection have in common; stands before urllib3's class."""

    response_class = _Response
    host: str
    port: int
    timeout: float | None
    sock: Any
    source_address: Any
    socket_options: Any
    _dns_host: str

    def _new_conn(self) -> socket.socket:
        """Connect within the time left, shared fairly among the addresses of the name."""
        deadline = _monotonic() + (self.timeout or 0)
        try:
            found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            gai = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
            raise NameResolutionError(self.host, self, gai) from error  # type: ignore[arg-type]
        failure: OSError = OSError("no address")
        for tried, (*_, address) in enumerate(found):
            share = (deadline - _monotonic()) / (len(found) - tried)
            if share <= 0:
                failure = TimeoutError("timed out")
                break
            try:
                sock = create_connection(
                    (str(address[0]), self.port), share, self.source_address, self.socket_options
                )
            except OSError as error:
                failure = error
                continue
            sock.settimeout(max(deadline - _monotonic(), 0.001))
            return sock
        raise failure

    def connect(self) -> None:
        """Connect; a failure here is surely before the request."""
        try:
            super().connect()  # type: ignore[misc]
        except (ssl.SSLError, SSLError) as error:  # the latter for a ca_file that holds none
            raise TlsFailed(error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "connecting took too long") from error
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error  # type: ignore[arg-type]

    def send(self, data: Any) -> None:
        """Send; a large body in pieces, because TLS counts its time-out anew for each record."""
        if not isinstance(data, bytes) or len(data) <= _SLICE:
            super().send(data)  # type: ignore[misc]
            return
        deadline = _monotonic() + (self.timeout or 0)
        for start in range(0, len(data), _SLICE):
            self.sock.settimeout(max(deadline - _monotonic(), 0.001))
            super().send(data[start : start + _SLICE])  # type: ignore[misc]


class _HttpConnection(_Connecting, HTTPConnection):  # type: ignore[misc]
    pass


class _HttpsConnection(_Connecting, HTTPSConnection):  # type: ignore[misc]
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


class DeadlineAdapter(HTTPAdapter):
    """Takes ``timeout`` (one number of seconds) as the most that everything together may take."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Put our connections into the pools."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002 - the signature of requests
        timeout: Any = None,
        verify: bool | str = True,  # noqa: FBT001, FBT002 - same
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send and read the headers."""
        limit: Any = Timeout(total=timeout)
        return super().send(request, stream, limit, verify, cert, proxies)
