"""From a configuration to a running bridge, the same way for every command that needs one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bridge.app import Bridge, build
from bridge.config import Config
from bridge.daemon import Daemon
from bridge.store.lock import Lock
from bridge.web import create_app, serve

__all__ = ["alone", "opened", "run_until_stopped"]


@contextmanager
def opened(config: Config) -> Iterator[Bridge]:
    """A bridge beside a daemon that may be running: reads, and moves entries one guarded step at a time."""
    bridge = build(config)
    try:
        yield bridge
    finally:
        bridge.close()


@contextmanager
def alone(config: Config) -> Iterator[Bridge]:
    """The one bridge that may send from this database, with what the last run left behind taken back.

    Raises:
        UserError: another one is at it; names it.
    """
    with Lock.take(config.database), opened(config) as bridge:
        bridge.dispatcher.recover()
        yield bridge


def run_until_stopped(bridge: Bridge, *, password: str | None = None) -> str:
    """Serve the page and work until a signal; returns the page's address once stopped.

    ``password`` is good until the process ends, in place of the configured one.
    """
    server = serve(create_app(bridge, password=password), bridge.config.web.listen)
    try:
        daemon = Daemon(bridge)
        daemon.catch_signals()  # who sees the page may end us from then on
        server.start()
        daemon.run()
    finally:
        server.stop()
    host, port = server.address
    return f"http://{host}:{port}{bridge.config.web.url_prefix}/"
