"""The daemon hears a ping: changes are fetched at once, trouble is tried again, shadow mode fetches nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.app import Bridge, adapter_options, build
from bridge.clock import SystemClock
from bridge.config import parse
from bridge.daemon import Daemon
from bridge.errors import Transient
from bridge.model.texts import say
from bridge.ports import Capability
from bridge.sim.woocommerce import ShopSim
from bridge.sim.wsgi import mount

URL = "https://shop.example"
PATIENCE = 60.0
"""Seconds after which it will never come; only a fault makes a test wait so long."""


class Line:
    """An ERP at the other end that hands out changes."""

    def __init__(self, bridge: Bridge, *, failures: int = 0) -> None:
        self.fetched = threading.Semaphore(0)
        self.tried = threading.Semaphore(0)
        self.failures = failures
        erp = type(bridge.erp)
        self.ability = {"capabilities": erp.capabilities | {Capability.COLLECTS}, "collect": self.collect}

    def collect(self, *_self: object) -> int:
        """Count the visits."""
        self.tried.release()  # before the test hears of it
        if self.failures:
            self.failures -= 1
            raise Transient(say("Nobody answers."), channel="erp")
        self.fetched.release()
        return 1


def a_bridge(folder: Path, *, mode: str = "live") -> Bridge:
    """A bridge between an empty shop and a folder of files."""
    text = f"""
[bridge]
data_dir = {folder / "data"}
mode = {mode}
[shop main]
url = {URL}
consumer_key = {(sim := ShopSim()).key}
consumer_secret = {sim.secret}
[erp]
type = sie
folder = {folder / "sie"}
company_name = Exempel AB
org_number = 556000-4615
"""
    config = parse(text, adapters=adapter_options, path=folder / "config.ini", environ={})
    return build(config, clock=SystemClock(), mounts={URL: mount(sim.app)})


@pytest.fixture(params=["live"])
def bridge(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bridge]:
    """Ready to run."""
    made = a_bridge(tmp_path, mode=request.param)
    yield made
    made.close()


def connect(bridge: Bridge, monkeypatch: pytest.MonkeyPatch, *, failures: int = 0) -> Line:
    """Let the ERP be one that pings."""
    line = Line(bridge, failures=failures)
    for name, value in line.ability.items():
        monkeypatch.setattr(type(bridge.erp), name, value, raising=False)
    return line


@pytest.fixture
def daemon(bridge: Bridge) -> Iterator[None]:
    """At work."""
    made = Daemon(bridge)
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    yield
    made.stop()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def ping(bridge: Bridge) -> None:
    """As the page does it."""
    bridge.pinged.set()
    bridge.poke.set()


@pytest.mark.usefixtures("daemon")
def test_ping_fetches_at_once(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each ping one visit; none without a ping."""
    line = connect(bridge, monkeypatch)
    for _ in range(3):
        ping(bridge)
        assert line.fetched.acquire(timeout=PATIENCE)
    assert [line.tried.acquire(timeout=0) for _ in range(4)] == [True, True, True, False]
    assert not bridge.pinged.is_set()


@pytest.mark.usefixtures("daemon")
def test_what_could_not_be_fetched_is_tried_again(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ping is not forgotten with the failure."""
    monkeypatch.setattr("bridge.daemon.LONGEST_NAP", 0.05)
    line = connect(bridge, monkeypatch, failures=2)
    ping(bridge)
    assert line.fetched.acquire(timeout=PATIENCE)
    assert line.failures == 0


@pytest.mark.parametrize("bridge", ["shadow"], indirect=True)
def test_shadow_mode_fetches_nothing(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would tell the ERP that somebody has its changes."""
    line = connect(bridge, monkeypatch)
    ping(bridge)
    Daemon(bridge)._collect()
    assert not line.tried.acquire(timeout=0)
    assert not bridge.pinged.is_set()
