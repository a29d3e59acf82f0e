"""A page on this machine, for one moment: where a browser is sent with the answer to a question."""

from __future__ import annotations

import html
import http.server
import socketserver
from collections.abc import Callable
from typing import Final

from bridge.clock import Clock
from bridge.errors import UserError
from bridge.model.texts import say

__all__ = ["Loopback"]

_PATIENCE: Final = 5.0
"""Seconds for a browser that connects and says nothing."""
_PAGE: Final = (
    '<!doctype html><meta charset="utf-8"><title>Orderbro</title>'
    '<body style="font: 1.1rem/1.5 system-ui; margin: 4rem auto; max-width: 32rem">{text}'
)


class _Server(socketserver.TCPServer):
    allow_reuse_address = True
    timeout = 0.5
    wanted: Callable[[str], bool]
    done: str
    odd: str
    found: str = ""


class _Handler(http.server.BaseHTTPRequestHandler):
    timeout = int(_PATIENCE)
    server: _Server

    def do_GET(self) -> None:
        """The one answer we wait for; anything else (an icon, a scanner) learns nothing."""
        wanted = not self.server.found and self.server.wanted(self.path)
        if wanted:
            self.server.found = self.path
        body = _PAGE.format(text=html.escape(self.server.done if wanted else self.server.odd)).encode()
        self.send_response(200 if wanted else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's signature
        """Nothing: the address holds a code."""


class Loopback:
    """Listens on 127.0.0.1 from when it is made until ``close``."""

    def __init__(
        self, port: int, *, clock: Clock, wanted: Callable[[str], bool], done: str, odd: str
    ) -> None:
        """``wanted`` knows the answer by its path and query; ``done`` and ``odd`` are what the browser shows.

        Raises:
            UserError: somebody else listens there.
        """
        self._clock = clock
        try:
            self._server = _Server(("127.0.0.1", port), _Handler)
        except OSError as error:
            raise UserError(
                say(
                    "Port {port} is taken ({reason}). Choose another with --port, or paste the address: --code.",
                    port=port,
                    reason=error.strerror or type(error).__name__,
                )
            ) from error
        self._server.wanted, self._server.done, self._server.odd = wanted, done, odd
        self.port = int(self._server.server_address[1])

    def answer(self, *, seconds: float) -> str:
        """Path and query of the answer; "" if none comes in time."""
        until = self._clock.monotonic() + seconds
        while not self._server.found and self._clock.monotonic() < until:
            self._server.handle_request()
        return self._server.found

    def close(self) -> None:
        """Stop listening."""
        self._server.server_close()
