"""The daemon: polls, sends, wakes when poked, survives trouble, ends in order."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bridge import crash
from bridge.app import Bridge, adapter_options, build
from bridge.cli.running import run_until_stopped
from bridge.clock import SystemClock
from bridge.config import parse
from bridge.daemon import Daemon
from bridge.errors import ConfigError, StoreError, UserError
from bridge.flows.dispatch import Step
from bridge.model.documents import Key, Purpose
from bridge.model.orders import OrderRef
from bridge.sim.woocommerce import ShopSim
from bridge.sim.woocommerce.arrivals import arrive
from bridge.sim.wsgi import mount
from bridge.store.records import EntryFilter
from bridge.web.server import Server
from tests.support.crashing import free_port

URL = "https://shop.example"
PATIENCE = 60.0
"""Seconds for what surely comes, on a busy machine too."""


def a_bridge(folder: Path, sim: ShopSim, **changes: str) -> Bridge:
    """A bridge between a simulated shop and a folder of files."""
    options = {"mode": "live", "document": "", **changes}
    text = f"""
[bridge]
data_dir = {folder / "data"}
mode = {options["mode"]}
[shop main]
url = {URL}
consumer_key = {sim.key}
consumer_secret = {sim.secret}
trigger_statuses = processing, completed, on-hold
orders_from = 2020-01-01
poll_every = 1h
document = {options["document"]}
[erp]
type = sie
folder = {folder / "sie"}
company_name = Exempel AB
org_number = 556000-4615
"""
    config = parse(text, adapters=adapter_options, path=folder / "config.ini", environ={})
    return build(config, clock=SystemClock(), mounts={URL: mount(sim.app)})


@pytest.fixture(autouse=True)
def _own_signals() -> Iterator[None]:
    """A daemon that runs in the main thread catches signals: the tests that follow get theirs back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def sim() -> ShopSim:
    """A shop with three orders."""
    shop = ShopSim()
    for buyer in (1, 3, 4):
        arrive(shop, buyer)
    return shop


@pytest.fixture
def bridge(tmp_path: Path, sim: ShopSim) -> Iterator[Bridge]:
    """A bridge ready to run."""
    made = a_bridge(tmp_path, sim)
    yield made
    made.close()


class Running:
    """A daemon in a thread."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self.daemon = Daemon(bridge)
        self.thread = threading.Thread(target=self.daemon.run, daemon=True)
        self.thread.start()

    def until(self, true: Any) -> None:
        """Wait for something to become so."""
        tick = threading.Event()
        for _ in range(int(PATIENCE / 0.01)):
            if true():
                return
            tick.wait(0.01)
        raise AssertionError("it did not happen")

    def done(self) -> int:
        """How many entries are done: an order and its mark are two."""
        return self.bridge.store.reads.counts()["done"]

    def stop(self) -> None:
        """End it, in order."""
        self.daemon.stop()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()


@pytest.fixture
def running(bridge: Bridge) -> Iterator[Running]:
    """A daemon at work."""
    made = Running(bridge)
    yield made
    made.stop()


def test_daemon_books_what_is_there_and_marks_it(running: Running, sim: ShopSim):
    """From start to green without a hand."""
    running.until(lambda: running.done() == 6)
    assert all(
        any(meta["key"] == "_orderbro_document" for meta in order["meta_data"])
        for order in sim.orders.values()
    )


def test_poke_makes_it_look_at_once(running: Running, sim: ShopSim):
    """A hint from the shop or a person does not wait for the next poll, which is an hour away."""
    running.until(lambda: running.done() == 6)
    arrive(sim, 5)
    running.bridge.poke.set()
    running.until(lambda: running.done() == 8)


def test_poke_at_the_end_of_a_nap_is_not_lost(bridge: Bridge, monkeypatch: pytest.MonkeyPatch):
    """It comes after the time was up and before the daemon has looked: the next nap ends at once."""
    daemon, naps, polled = Daemon(bridge), iter([False, True]), list[str]()

    def nap(event: threading.Event, _seconds: float | None) -> bool:
        if event is not bridge.poke:
            return event.wait(PATIENCE)
        if not next(naps):
            event.set()
            return False
        if not event.is_set():
            daemon.stop()
        return True

    def poll(name: str, *, hurry: bool = False) -> None:
        polled.append(name)
        if hurry:
            daemon.stop()

    monkeypatch.setattr(bridge.clock, "wait", nap)
    monkeypatch.setattr(bridge.poller, "poll", poll)
    daemon.run()
    assert polled == ["main", "main"]


def test_trouble_with_the_database_is_shown_and_passes(
    running: Running, sim: ShopSim, monkeypatch: pytest.MonkeyPatch
):
    """Disk full: sending stops, the page says so, and it goes on by itself."""
    running.until(lambda: running.done() == 6)
    real = running.bridge.store.outbox.claim

    def full(*_args: Any, **_kwargs: Any) -> None:
        raise StoreError("disk full")

    monkeypatch.setattr("bridge.daemon.workers.AFTER_TROUBLE", 0.05)
    monkeypatch.setattr(running.bridge.store.outbox, "claim", full)
    arrive(sim, 5)
    running.bridge.poke.set()
    running.until(lambda: running.bridge.health.trouble is not None)
    monkeypatch.setattr(running.bridge.store.outbox, "claim", real)
    running.until(lambda: running.done() == 8)
    running.until(lambda: running.bridge.health.trouble is None)


def test_unforeseen_error_in_a_worker_does_not_end_it(
    running: Running, sim: ShopSim, monkeypatch: pytest.MonkeyPatch
):
    """The loop lives on, and the log has the traceback."""
    running.until(lambda: running.done() == 6)
    dispatcher, failed = running.bridge.dispatcher, threading.Event()
    real = dispatcher.step
    monkeypatch.setattr("bridge.daemon.workers.AFTER_TROUBLE", 0.05)

    def breaks_once() -> Step:
        if failed.is_set():
            return real()
        failed.set()
        raise ZeroDivisionError

    monkeypatch.setattr(dispatcher, "step", breaks_once)
    arrive(sim, 5)
    running.bridge.poke.set()
    assert failed.wait(PATIENCE)
    running.until(lambda: running.done() == 8)


def test_shadow_mode_sends_nothing(tmp_path: Path, sim: ShopSim):
    """Everything is read, tried and waits; no file, no mark."""
    bridge = a_bridge(tmp_path, sim, mode="shadow")
    shadow = Running(bridge)
    shadow.until(lambda: bridge.store.reads.counts()["waiting"] == 3)
    waiting = bridge.store.reads.ids(EntryFilter())
    shadow.until(lambda: not bridge.trial.round().any)
    tried = [bridge.store.reads.entry(entry_id) for entry_id in waiting]
    assert all(detail and "#VER" in detail.exchanges[0].payload for detail in tried)
    shadow.stop()
    assert not list((tmp_path / "sie").glob("*.si"))
    assert sim.log == []
    bridge.close()


def test_stop_before_anything_happened_ends_at_once(bridge: Bridge):
    """Started and stopped in one breath."""
    Running(bridge).stop()


def test_first_signal_ends_in_order_and_a_second_at_once(bridge: Bridge, monkeypatch: pytest.MonkeyPatch):
    """An impatient second Ctrl-C is a crash, which is safe."""
    codes: list[int] = []
    monkeypatch.setattr("bridge.daemon.os._exit", codes.append)
    daemon = Daemon(bridge)
    daemon._signalled(signal.SIGTERM, None)
    assert codes == []
    daemon._signalled(signal.SIGTERM, None)
    assert codes == [1]
    daemon.run()


def test_signal_in_the_middle_of_a_nap_does_not_wait_for_the_nap(bridge: Bridge):
    """It interrupts the main thread anywhere, also where that holds the lock of what it sleeps on."""
    daemon = Daemon(bridge)

    def interrupted() -> None:
        with bridge.poke._cond, daemon._stop._cond:
            daemon._signalled(signal.SIGTERM, None)

    thread = threading.Thread(target=interrupted, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    daemon.run()


def test_signal_that_comes_with_the_first_page_ends_in_order(bridge: Bridge, monkeypatch: pytest.MonkeyPatch):
    """The page is there before the daemon is at work, and who has seen it may end the bridge."""
    real = Server.start

    def seen(server: Server) -> None:
        real(server)
        assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Server, "start", seen)
    config = replace(bridge.config, web=replace(bridge.config.web, listen=f"127.0.0.1:{free_port()}"))
    ended = run_until_stopped(replace(bridge, config=config), password="secret")
    assert ended.startswith("http://127.0.0.1:")


def test_main_thread_catches_the_signals(bridge: Bridge):
    """SIGTERM only sets a flag."""
    daemon = Daemon(bridge)
    daemon.stop()
    daemon.run()
    assert signal.getsignal(signal.SIGTERM) == daemon._signalled
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_document_the_erp_cannot_make_is_refused_at_start(tmp_path: Path, sim: ShopSim):
    """The configuration names the section, the key and what is possible."""
    with pytest.raises(UserError, match="voucher") as refused:
        a_bridge(tmp_path, sim, document="invoice")
    assert refused.value.problems[0].where == "[shop main] document"


def test_unknown_erp_is_refused_with_a_suggestion():
    """A typing mistake in type."""
    with pytest.raises(ConfigError, match="sie"):
        adapter_options("erp", "siee")


def test_crash_point_of_an_unknown_name_is_refused(monkeypatch: pytest.MonkeyPatch):
    """A test that arms a point that does not exist would test nothing."""
    monkeypatch.setenv("ORDERBRO_CRASH_AT", "nowhere")
    with pytest.raises(ValueError, match="page-read"):
        crash.arm()


def test_armed_crash_point_ends_the_process_at_its_own_name_only(monkeypatch: pytest.MonkeyPatch):
    """As by kill -9."""
    codes: list[int] = []
    monkeypatch.setattr("bridge.crash.os._exit", codes.append)
    monkeypatch.setenv("ORDERBRO_CRASH_AT", "booked")
    crash.arm()
    crash.point("claimed")
    assert codes == []
    crash.point("booked")
    assert codes == [137]
    monkeypatch.delenv("ORDERBRO_CRASH_AT")
    crash.arm()
    crash.point("booked")
    assert codes == [137]


def test_list_of_refunds_is_read_on_a_period_of_its_own(bridge: Bridge, sim: ShopSim):
    """A refund that did not move its order's date is found without waiting for the daily sweep."""
    bridge.poller.poll("main")
    while bridge.dispatcher.step() is not Step.IDLE:
        pass
    order = sim.orders[next(iter(sim.orders))]
    moved = sim.state.orders[order["id"]]["date_modified"]
    refund = sim.refund(order["id"])
    sim.state.orders[order["id"]]["date_modified"] = moved
    job = Daemon(bridge)._jobs()["refunds main"]
    assert (job.every, job.at_once) == (timedelta(minutes=15), False)
    job.call()
    found = bridge.store.reads.by_key(
        Key(OrderRef(shop="main", id=str(order["id"])), Purpose.REFUND, str(refund))
    )
    assert found is not None
