"""Serves the page with waitress: four threads, quiet when idle, stops at once."""

from __future__ import annotations

import errno
import logging
import sys
import threading
from typing import Any, Final

from flask import Flask
from waitress.server import create_server  # type: ignore[import-untyped] # waitress ships no types
from waitress.task import ThreadedTaskDispatcher  # type: ignore[import-untyped] # same
from waitress.trigger import trigger  # type: ignore[import-untyped] # same

from bridge.config.checks import is_local
from bridge.errors import ConfigError
from bridge.model.texts import Problem, Text, say

__all__ = ["Server", "serve", "split_address"]

THREADS: Final = 4
BODY_LIMIT: Final = 1024 * 1024
"""Waitress refuses what is larger before the page sees it; the page's own limit is lower still."""

_log = logging.getLogger(__name__)


def split_address(listen: str) -> tuple[str, int]:
    """Host and port out of ``127.0.0.1:8787`` or ``[::1]:8787``; port 0 lets the system choose a free one.

    Raises:
        ConfigError: not of that form.
    """
    host, colon, port = listen.rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and int(port) <= 65535):
        raise _refusal(listen, say("It is not an address and a port."), say("Write it as 127.0.0.1:8787."))
    return host.strip("[]"), int(port)


class Server:
    """A page that is being served. ``stop`` may be called from any thread, also twice."""

    def __init__(self, app: Flask, host: str, port: int) -> None:
        self._sockets: dict[int, Any] = {}
        self._workers = ThreadedTaskDispatcher()
        self._thread: threading.Thread | None = None
        self._stopped = False
        try:
            self._waitress = create_server(
                app,
                map=self._sockets,
                _dispatcher=self._workers,
                host=host,
                port=port,
                asyncore_loop_timeout=30,  # nothing to do, nothing to wake for
                channel_timeout=60,
                connection_limit=100,
                max_request_body_size=BODY_LIMIT,
                max_request_header_size=64 * 1024,
                clear_untrusted_proxy_headers=False,  # bridge.web.front does it, for several proxies
                ident=None,
            )
        except (OSError, ValueError):
            self._close_all()  # waitress leaves half of itself open
            raise
        self._workers.set_thread_count(THREADS)

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens; tells the port when the system was asked to choose one."""
        listening = getattr(self._waitress, "effective_listen", None)
        if listening:
            return str(listening[0][0]), int(listening[0][1])
        return str(self._waitress.effective_host), int(self._waitress.effective_port)

    def start(self) -> None:
        """Serve in a thread of its own."""
        self._thread = threading.Thread(target=self.run, name="page", daemon=True)
        self._thread.start()

    def run(self) -> None:
        """Serve in this thread until ``stop``."""
        self._waitress.run()

    def stop(self) -> None:
        """Close the door, let the answers being made go out, and come back."""
        if self._stopped:
            return
        self._stopped = True
        if self._thread is None:
            self._close_all()
        else:
            # The loop sleeps up to 30 s in select(); the trigger is waitress's own way to wake it.
            self._trigger().pull_trigger(self._close_all)
            self._thread.join(timeout=10)
        self._workers.shutdown()

    def _trigger(self) -> Any:
        return next(each for each in list(self._sockets.values()) if isinstance(each, trigger))

    def _close_all(self) -> None:
        for each in list(self._sockets.values()):
            each.close()


def serve(app: Flask, listen: str) -> Server:
    """Take the address, without serving yet: ``start`` or ``run`` the answer.

    Raises:
        ConfigError: the port is taken or not allowed, the address is not of this machine, or it can be
            reached from outside and nobody has set a password.
    """
    host, port = split_address(listen)
    if not (is_local(host) or app.config.get("PASSWORD_SET")):
        raise _refusal(
            listen,
            say("Others could reach the page, and it has no password."),
            say("Run: bridge password, or listen on 127.0.0.1 only."),
        )
    # Four busy threads are normal under load, not a warning per request.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    # The default hand-over of 5 ms between threads costs a factor of ten in bad moments (measured).
    sys.setswitchinterval(0.0005)
    try:
        server = Server(app, host, port)
    except (OSError, ValueError) as error:
        raise _refusal(listen, *_reason(error)) from error
    _log.info("page listening address=%s port=%d", *server.address)
    return server


def _reason(error: OSError | ValueError) -> tuple[Text, Text]:
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        return (
            say("Another program listens there already, maybe a second Orderbro."),
            say("End that program, or choose another port."),
        )
    if number == errno.EACCES:
        return (
            say("Ports below 1024 need special rights."),
            say("Choose a port above 1024, and let a proxy take the low one."),
        )
    return (
        say("This machine has no such address ({why}).", why=error),
        say("Use 127.0.0.1, or an address this machine really has."),
    )


def _refusal(listen: str, what: Text, fix: Text) -> ConfigError:
    problem = Problem(where="[web] listen", what=what, fix=fix)
    return ConfigError(say("The page can't be opened on {listen}.", listen=listen), [problem])
