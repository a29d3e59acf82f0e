"""Kill a real bridge again and again while a real server takes its time, and count what the server stored.

The counting believes nobody of ours: it reads the server's own journal (or the folder of files), the shop's own
notes. ``scripts/bench/crash`` runs hundreds of kills; the test a reduced form.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from bridge.sim.sie import Simulator as SieFolder
from bridge.sim.woocommerce import ShopSim
from bridge.sim.woocommerce.arrivals import arrive
from bridge.sim.wsgi import serve
from tests.support.slowbooks_server import TOKEN, Simulator
from tests.support.wired import WIRED, Dawdling, simulator_of, stocked

ROOT = Path(__file__).resolve().parents[2]

CONFIG = """\
[bridge]
data_dir = data
language = en

[web]
listen = 127.0.0.1:8787

[shop main]
url = {shop}
consumer_key = {key}
consumer_secret = {secret}
trigger_statuses = processing, completed, on-hold
orders_from = 2020-01-01
poll_every = 5s

[erp]
{erp}
"""

SLOW = """\
type = tests.support.slowbooks
base_url = {url}
token = {token}
settle = {settle}s
timeout = 20s
"""

SIE = """\
type = sie
folder = sie
company_name = Test AB
org_number = 556016-0680
"""


FURTHER = {
    "orders": {
        "invoice_orders": "yes",
        "book_invoices": "yes",
        "register_payments": "yes",
        "exchange_rates": "EUR 11.45, DKK 1.53",
    },
    "articles": {"unnumbered": "ovrigt", "missing": "create"},
}
"""Every step an ERP can take is one more that a kill can hit."""


@dataclass
class Verdict:
    """What the other side says."""

    placed: int
    booked: int
    duplicates: list[str]
    lost: list[str]
    """Neither booked nor waiting for a person."""
    parked: list[str]
    """Waiting for a person, with a reason: the ERP's arithmetic cannot reach what the shop charged."""
    double_notes: int
    customers: int
    customers_twice: list[str]
    paid_wrong: list[str]
    """Invoices paid with another sum than they come to."""
    kills: int
    seconds: float

    def __str__(self) -> str:
        """One line."""
        return (
            f"{self.kills} kills, {self.placed} orders, {self.booked} documents, {len(self.duplicates)} duplicates, "
            f"{len(self.lost)} lost, {len(self.parked)} parked with a reason, {self.double_notes} double notes, "
            f"{self.customers} customers, {len(self.customers_twice)} of them twice, "
            f"{len(self.paid_wrong)} paid wrong, {self.seconds:.0f} s"
        )


@dataclass
class Trial:
    """One shop, one ERP, one bridge that dies."""

    folder: Path
    delay: float = 0.0
    erp: str = "slowbooks"
    seed: int = 1
    kills: int = 0
    placed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.started = time.monotonic()
        self.shop = ShopSim()
        self.books, app = self._books()
        self.shop_server = serve(self.shop.app)
        self.books_server = serve(app)
        self.config = self.folder / "config.ini"
        self.config.write_text(
            CONFIG.format(
                shop=self.shop_server.url,
                key=self.shop.key,
                secret=self.shop.secret,
                erp=self._section(),
            )
        )
        self.config.chmod(0o600)

    def _books(self) -> tuple[Any, Any]:
        """The ERP's server, which takes any article, and its application; for files one that nobody calls."""
        if self.erp not in WIRED:
            books = Simulator(self.folder, delay=self.delay, articles=None)
            return books, books.app
        wired = simulator_of(self.erp, self.folder, lambda: datetime.now(UTC))
        wired.watched = False  # a killed bridge leaves half a request behind
        wired.stock_up({"ovrigt": Decimal(25), **stocked(self.shop)})
        return wired, Dawdling(wired.app, delay=self.delay)

    def _section(self) -> str:
        """The lines of [erp], and of what else the ERP is asked to do with an order."""
        settle = int(2 * self.delay + 1)
        if self.erp == "sie":
            return SIE
        if self.erp not in WIRED:
            return SLOW.format(url=self.books_server.url, token=TOKEN, settle=settle)
        far = next(iter(self.books.mounts))
        # The shortest an owner may set, and the most calls.
        options = {"type": self.erp, **self.books.options, "settle": f"{max(settle, 10)}s", "timeout": "20s"}
        if self.erp == "economic":
            options["calls_per_second"] = "20"
        lines = [f"{key} = {value.replace(far, self.books_server.url)}" for key, value in options.items()]
        wanted = getattr(self.books, "settings", {})
        for name in dict.fromkeys((*FURTHER, *wanted)):
            more = {**FURTHER.get(name, {}), **wanted.get(name, {})}
            lines += [f"[{name}]", *(f"{key} = {value}" for key, value in more.items())]
        return "\n".join(lines)

    def place(self, count: int) -> None:
        """Somebody buys."""
        for _ in range(count):
            self.placed.append(str(arrive(self.shop, self.seed * 100_000 + len(self.placed))))

    def life(self, *, crash_at: str = "", kill_after: float | None = None, patience: float = 60.0) -> None:
        """Run a bridge until it dies at a named point, or is killed after so many seconds."""
        bridge = self._begin(crash_at=crash_at)
        try:
            bridge.wait(kill_after if kill_after is not None else patience)
        except subprocess.TimeoutExpired:
            bridge.kill()
            bridge.wait()
        self.kills += 1

    def life_until(self, *logged: str, patience: float = 120.0) -> None:
        """Run a bridge and kill it once its log says all of this."""
        begun = len(self.log)
        bridge, end = self._begin(), time.monotonic() + patience
        try:
            while not all(words in self.log[begun:] for words in logged):
                assert bridge.poll() is None, f"it has ended: {self.log[begun:]}"
                assert time.monotonic() < end, f"it never came: {self.log[begun:]}"
                time.sleep(0.1)
        finally:
            bridge.kill()
            bridge.wait()
        self.kills += 1

    @property
    def log(self) -> str:
        """What all bridges have printed."""
        path = self.folder / "bridge.log"
        return path.read_text() if path.exists() else ""

    def _begin(self, *, crash_at: str = "") -> subprocess.Popen[bytes]:
        # A new port each time: nobody keeps one free between two lives.
        listen = f"listen = 127.0.0.1:{free_port()}"
        self.config.write_text(re.sub("^listen = .*", listen, self.config.read_text(), flags=re.MULTILINE))
        with (self.folder / "bridge.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "bridge", "--config", str(self.config), "run"],
                cwd=ROOT, env={**os.environ, "ORDERBRO_CRASH_AT": crash_at}, stdout=log, stderr=log,
            )  # fmt: skip

    def finish(self, *, limit: float) -> None:
        """Run without kills until every order is booked and marked, or the time is up."""
        bridge, end, parked = self._begin(), time.monotonic() + limit, 0
        try:
            while time.monotonic() < end and (len(self.missing()) > parked or len(self.unmarked()) > parked):
                time.sleep(0.5)
                parked = len(self.parked())
            while time.monotonic() < end and self.listed("waiting"):
                time.sleep(0.5)
            bridge.terminate()
            bridge.wait(120)
        finally:
            bridge.kill()
            bridge.wait()

    def look(self) -> int:
        """A person looks for every order the bridge is in doubt about and cannot ask for; how many there were.

        What is there is settled with its number. What is not is sent with Retry, and that may be in doubt again.
        """
        numbers = {each.key: each.number for each in self.books.booked()} if self.erp in WIRED else {}
        rows = [row for row in self.listed("parked") if row["key"].endswith(":order")]
        for row in rows:
            number = numbers.get(row["key"])
            said = ["settle", "--number", number] if number else ["retry"]
            self._bridge("outbox", *said, str(row["id"]))
        return len(rows)

    def keys(self) -> list[str]:
        """Every document's key, as the other side has it."""
        if self.erp == "sie":
            return [booked.key for booked in SieFolder(self.folder, now=lambda: datetime.now(UTC)).booked()]
        return [booked.key for booked in self.books.booked()]

    def missing(self) -> list[str]:
        """Orders without a document."""
        there = set(self.keys())
        return [order for order in self.placed if f"main:{order}:order" not in there]

    def parked(self) -> list[str]:
        """Orders that the bridge shows as waiting for a person, each with its reason."""
        rows = self.listed("parked")
        return [row["key"].split(":")[1] for row in rows if row["key"].endswith(":order") and row["reason"]]

    def listed(self, state: str) -> list[Any]:
        """The bridge's own list of what is in this state."""
        found: list[Any] = json.loads(
            self._bridge("outbox", "list", "--state", state, "--limit", "1000", "--json")
        )
        return found

    def _bridge(self, *words: str) -> str:
        """What a command of the bridge prints."""
        asked = subprocess.run(
            [sys.executable, "-m", "bridge", "--config", str(self.config), *words],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return asked.stdout

    def unmarked(self) -> list[int]:
        """Orders that do not bear their document's number."""
        return [
            number
            for number, order in self.shop.orders.items()
            if not any(meta["key"] == "_orderbro_document" for meta in order["meta_data"])
        ]

    def customers_twice(self) -> list[str]:
        """Mailboxes and organisations the ERP has more than one customer for."""
        kept = self.books.customers.kept()
        signs = Counter(sign for each in kept for sign in (each.email.lower(), each.org_number) if sign)
        return [sign for sign, count in signs.items() if count > 1]

    def paid_wrong(self) -> list[str]:
        """Invoices on which more, or less, is paid than they come to; unpaid ones are none of them."""
        paid = getattr(self.books, "payments", {})
        gross = {each.number: each.gross for each in self.books.booked()} if paid else {}
        return [number for number, amount in paid.items() if amount and amount != gross.get(number)]

    def verdict(self) -> Verdict:
        """Count."""
        keys, parked = self.keys(), self.parked()
        notes = (
            Counter(note["note"] for note in notes if "order" in note["note"].lower())
            for notes in self.shop.notes.values()
        )
        return Verdict(
            placed=len(self.placed),
            booked=len(keys),
            duplicates=[key for key, count in Counter(keys).items() if count > 1],
            lost=[order for order in self.missing() if order not in parked],
            parked=parked,
            double_notes=sum(count - 1 for found in notes for count in found.values() if count > 1),
            customers=len(self.books.customers.kept()),
            customers_twice=self.customers_twice(),
            paid_wrong=self.paid_wrong(),
            kills=self.kills,
            seconds=time.monotonic() - self.started,
        )

    def close(self) -> None:
        """Stop the servers."""
        self.shop_server.stop()
        self.books_server.stop()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
