"""``run`` and ``demo`` as the owner starts them: real processes, real signals."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from bridge.clock import SystemClock
from bridge.sim.sie import Simulator as SieFolder
from bridge.sim.woocommerce import ShopSim
from bridge.sim.wsgi import serve
from bridge.store import Store
from tests.conftest import ROOT
from tests.woo import raw_order

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs the signals of a Unix"),
]

PATIENCE = 120.0
"""Seconds for what surely comes, on a busy machine too."""
CONFIG = """\
[bridge]
data_dir = data
[web]
listen = 127.0.0.1:{port}
[shop main]
url = {url}
consumer_key = {key}
consumer_secret = {secret}
orders_from = 2020-01-01
poll_every = 5s
[erp]
company_name = Exempel AB
org_number = 556000-4615
"""


@dataclass
class Started:
    """A bridge in a process of its own, its words in two files."""

    folder: Path
    words: tuple[str, ...]
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        env = {name: value for name, value in os.environ.items() if not name.startswith(("ORDERBRO", "LC_"))}
        env |= {"LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self.name = f"{self.words[0]}-{len(list(self.folder.glob('*.out')))}"
        with self._file("out").open("wb") as out, self._file("err").open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bridge", *self.words],
                cwd=self.folder,
                env=env,
                stdout=out,
                stderr=err,
            )

    def _file(self, kind: str) -> Path:
        return self.folder / f"{self.name}.{kind}"

    @property
    def said(self) -> str:
        """What it printed so far."""
        return self._file("out").read_text("utf-8")

    @property
    def logged(self) -> str:
        """What it wrote to standard error so far."""
        return self._file("err").read_text("utf-8")

    def stop(self, number: int) -> int:
        """Send the signal; returns the exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Started]]:
    """Start ``bridge`` with these words."""
    made: list[Started] = []

    def begin(*words: str) -> Started:
        made.append(Started(tmp_path, words))
        return made[-1]

    yield begin
    for each in made:
        with contextlib.suppress(ProcessLookupError):
            each.process.kill()
        each.process.wait()


def until(true: Callable[[], object], *, of: Started) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert of.process.poll() is None, f"it has ended: {of.said} {of.logged}"
        assert time.monotonic() < end, f"it never came: {of.said} {of.logged}"
        time.sleep(0.03)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def answers(port: int, path: str) -> bool:
    """Whether the page is up."""
    try:
        return requests.get(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE).ok
    except requests.ConnectionError:
        return False


@pytest.fixture
def sim() -> ShopSim:
    """A shop with one order."""
    sim = ShopSim(catalogue=False)
    sim.place(raw_order(id=1234))
    return sim


@pytest.fixture
def port(tmp_path: Path, sim: ShopSim) -> Iterator[int]:
    """A configuration that leads to the shop; the port of the page."""
    with serve(sim.app) as serving:
        path, port = tmp_path / "config.ini", free_port()
        path.write_text(CONFIG.format(port=port, url=serving.url, key=sim.key, secret=sim.secret), "utf-8")
        path.chmod(0o600)
        yield port


def test_run_serves_works_and_ends_when_told(
    start: Callable[..., Started], port: int, sim: ShopSim, tmp_path: Path
):
    """It is healthy, the order is booked, a second bridge is refused by name, SIGTERM ends it with 0."""
    first = start("run")
    until(lambda: answers(port, "/health"), of=first)
    until(lambda: sim.notes.get(1234), of=first)  # the last thing that is done about an order
    until(lambda: answers(port, "/ready"), of=first)
    assert f"http://127.0.0.1:{port}" in first.said
    assert not answers(port, "/"), "nobody has set a password, so nobody is let in"

    second = start("run")
    assert second.process.wait(PATIENCE) == 2
    assert str(first.process.pid) in second.logged
    assert "Traceback" not in second.logged
    third = start("once")
    assert third.process.wait(PATIENCE) == 2
    assert str(first.process.pid) in third.logged

    begun = time.monotonic()
    assert first.stop(signal.SIGTERM) == 0
    assert time.monotonic() - begun < 10, "or it has waited for its page in vain, or for a sender"
    assert "daemon=stopped unfinished=0" in first.logged
    assert "Traceback" not in first.logged
    with Store.open(tmp_path / "data" / "bridge.db", clock=SystemClock()) as store:
        assert store.reads.counts()["sending"] == 0
        assert store.reads.counts()["done"] == 2

    again = start("run")
    until(lambda: answers(port, "/ready"), of=again)
    assert again.stop(signal.SIGINT) == 0
    assert len(list((tmp_path / "sie").glob("*.si"))) == 1


def test_run_whose_port_is_taken_says_so(start: Callable[..., Started], port: int):
    """A sentence with the address and exit code 2, not a traceback."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        process = start("run")
        assert process.process.wait(PATIENCE) == 2
    assert str(port) in process.logged
    assert "Traceback" not in process.logged


def test_demo_books_orders_and_says_where_the_files_lie(start: Callable[..., Started], tmp_path: Path):
    """Address and password are printed, orders come in and are booked, Ctrl-C ends it with the folder's name."""
    port = free_port()
    demo = start("demo", "--listen", f"127.0.0.1:{port}", "--every", "0.5")
    until(lambda: "Ctrl-C ends it" in demo.said, of=demo)
    address, password = re.search(r"Open (http://\S+) and log in with the password (\S+)", demo.said).groups()
    assert address == f"http://127.0.0.1:{port}/"
    until(lambda: answers(port, "/health"), of=demo)

    browser = requests.Session()
    form = browser.get(f"{address}login", timeout=PATIENCE).text
    token = re.search(r'name="csrf" value="(\w+)"', form)[1]
    page = browser.post(
        f"{address}login", data={"csrf": token, "password": password, "name": "Anna"}, timeout=PATIENCE
    )
    assert page.ok
    assert page.url == address

    until(lambda: len(list(tmp_path.glob("demo-data/*/sie/*.si"))) > 40, of=demo)
    assert demo.stop(signal.SIGINT) == 0
    folder = Path(re.search(r"The SIE files lie in (.+)", demo.said)[1])
    assert folder.is_relative_to(tmp_path)
    count = int(re.search(r"(\d+) orders were booked", demo.said)[1])
    booked = [each.key for each in SieFolder(folder.parent, now=SystemClock().now).booked()]
    assert len(booked) == len(list(folder.glob("*.si")))
    assert count == sum(key.endswith(":order") for key in booked), (
        "how many refunds follow is a matter of pace"
    )
    assert password not in demo.logged
    assert "Traceback" not in demo.logged
