from __future__ import annotations

import http.client
import socket
import threading
from errno import EACCES
from pathlib import Path

import pytest

from bridge.errors import ConfigError
from bridge.web import serve, server
from tests.web.site import Site, a_site


def test_server_answers_and_stops_at_once(site: Site) -> None:
    """Port 0 takes a free one; stopping does not wait for the long sleep of an idle server, and may be repeated."""
    running = serve(site.app, "127.0.0.1:0")
    running.start()
    host, port = running.address
    line = http.client.HTTPConnection(host, port, timeout=5)
    line.request("GET", "/health")
    answer = line.getresponse()
    assert (answer.status, answer.getheader("Server")) == (200, None)
    answer.read()
    running.stop()
    running.stop()
    line.close()
    assert running._thread is not None
    assert not running._thread.is_alive()
    with pytest.raises(ConnectionRefusedError), socket.create_connection((host, port), timeout=1):
        pass


def test_server_that_never_ran_gives_its_port_back(site: Site) -> None:
    """Taking an address and giving up on it leaves nothing behind."""
    first = serve(site.app, "127.0.0.1:0")
    port = first.address[1]
    first.stop()
    second = serve(site.app, f"127.0.0.1:{port}")
    second.stop()


def test_server_on_both_kinds_of_address(site: Site) -> None:
    """A name with several addresses is served on all of them."""
    running = serve(site.app, "localhost:0")
    assert running.address[1] > 0
    running.start()
    running.stop()
    assert not any(thread.name == "page" for thread in threading.enumerate())


@pytest.mark.parametrize("listen", ["127.0.0.1:{port}"])
def test_port_that_is_taken_is_named(site: Site, listen: str) -> None:
    """The message names the option, the address and what to do."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(ConfigError) as told:
            serve(site.app, listen.format(port=other.getsockname()[1]))
    assert "[web] listen" in str(told.value)
    assert "Another program" in str(told.value)


def test_privileged_port_is_explained(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ports below 1024 are for root."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(EACCES, "Permission denied")

    monkeypatch.setattr(server, "create_server", refuse)
    with pytest.raises(ConfigError, match="above 1024"):
        serve(site.app, "127.0.0.1:80")


@pytest.mark.parametrize("listen", ["192.0.2.1:8787", "no.such.host.invalid:8787"])
def test_address_of_another_machine_is_refused(site: Site, listen: str) -> None:
    """An address this machine does not have."""
    with pytest.raises(ConfigError, match="no such address"):
        serve(site.app, listen)


@pytest.mark.parametrize(
    "listen", ["8787", ":8787", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:99999", "127.0.0.1:-1", ""]
)
def test_listen_that_is_no_address_is_refused(listen: str) -> None:
    """Host and port, nothing less."""
    with pytest.raises(ConfigError, match="listen"):
        server.split_address(listen)


def test_public_address_without_a_password_is_refused(tmp_path: Path) -> None:
    """Closed by default: who opens the page to others sets a password first."""
    with a_site(tmp_path, password=None) as site:
        for listen in ("0.0.0.0:0", "[::]:0"):
            with pytest.raises(ConfigError, match="no password"):
                serve(site.app, listen)
        serve(site.app, "127.0.0.1:0").stop()


def test_public_address_with_a_password_is_served(site: Site) -> None:
    """With one it is the owner's decision."""
    serve(site.app, "0.0.0.0:0").stop()
