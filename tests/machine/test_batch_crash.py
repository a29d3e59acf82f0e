"""Real processes and a real socket: killed while Specter hands out changes, which it does once only.

Nothing may be lost, and nothing older told after something newer: a figure of stock of yesterday would be sold again.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bridge import crash
from bridge.erps.specter.mapping_feeds import Kind
from bridge.model.fulfilment import Stage
from bridge.sim.exchange import Exchange
from bridge.sim.specter import Simulator
from bridge.sim.wsgi import serve
from tests.support.batch_child import adapter, booked
from tests.support.crashing import ROOT
from tests.support.specter_account import Client as Stranger
from tests.support.specter_desk import whole

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CONFIG = """\
[bridge]
data_dir = data

[shop main]
url = https://shop.example
consumer_key = ck_0123456789
consumer_secret = cs_0123456789
trigger_statuses = processing
orders_from = 2020-01-01

[erp]
type = specter
"""
QUEUES = {"stock": "stock", "products": "article", "prices": "article", "fulfilments": "order"}
"""Which of the account's queues a feed is made of."""
ACTIONS = {"stock": "Article", "products": "ArticleInfo", "fulfilments": "Orders"}
TOGETHER = 4


class Holding:
    """Holds a call until somebody lets it go: before its work is done, or after, when only the answer is missing."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self.wanted = ""
        self.after = False
        self.arrived = threading.Event()
        self.go = threading.Event()
        self.over = threading.Event()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, sooner or later."""
        if not self.wanted or self.wanted not in environ["QUERY_STRING"]:
            return self._app(environ, start_response)
        self.wanted = ""
        answer = self._app(environ, start_response) if self.after else None
        self.arrived.set()
        self.go.wait(30)
        if answer is None:
            answer = self._app(environ, start_response)
        self.over.set()
        return answer


@dataclass
class Trial:
    """An account with one article, on a port, and bridges that die."""

    folder: Path
    orders: list[tuple[int, str]] = field(default_factory=list)
    """Ids in the shop and numbers in Specter."""

    def __post_init__(self) -> None:
        self.sim = Simulator(self.folder, lambda: datetime.now(UTC))
        self.sim.watched = False  # a killed bridge leaves half a request behind
        self.sim.account.response_max = 3
        # Only what is known of: D and 5.
        self.sim.account.letters |= {"none": "", "part": ""}
        self.sim.account.statuses |= dict.fromkeys(("open", "part", "delivered", "invoiced"), "")
        self.sim.goods.put("MUG", name="Mugg", price="80")
        self.refusals: list[str] = []
        self.sim.watchers.append(self._saw)
        self.gate = Holding(self.sim.app)
        self.server = serve(self.gate)
        self.config = self.folder / "config.ini"
        lines = (f"{key} = {value}" for key, value in self.options().items())
        self.config.write_text(CONFIG + "\n".join(lines) + "\n")
        self.config.chmod(0o600)
        self.read("stock")
        self.read("products")
        self.refusals.clear()

    def _saw(self, exchange: Exchange) -> None:
        if "<result>0<" in exchange.answer or exchange.answer.startswith("0;"):
            self.refusals.append(exchange.answer)

    def options(self) -> dict[str, str]:
        """The keys of [erp]."""
        return {**self.sim.options, "base_url": self.server.url, "timeout": "30s"}

    def read(self, feed: str, cursor: str | None = None) -> tuple[list[Any], str | None, list[str]]:
        """By a bridge that lives: everything after the cursor."""
        erp = adapter(self.config)
        try:
            return whole(getattr(erp, feed)(cursor))
        finally:
            erp.close()

    @contextmanager
    def child(self, *, crash_at: str = "") -> Iterator[subprocess.Popen[str]]:
        """A process that waits for what to do; killed in the end if it still lives."""
        env = {**os.environ, "ORDERBRO_CRASH_AT": crash_at}
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.support.batch_child", str(self.config)],
            cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert heard(child) == "ready"
            yield child
        finally:
            child.kill()
            child.communicate()

    def dies(self, feed: str, *, at: str) -> None:
        """A bridge reads and is gone at that point, as by kill -9."""
        with self.child(crash_at=at) as child:
            tell(child, feed)
            assert child.wait(30) == 137, "it died where it should"

    def order(self, order_id: int) -> str:
        """The number of an order that is sent in."""
        erp = adapter(self.config)
        try:
            self.orders.append((order_id, booked(erp, order_id)))
        finally:
            erp.close()
        return self.orders[-1][1]

    def early(self, feed: str, at: int) -> None:
        """Something happens that the bridge may die over."""
        if feed == "stock":
            self.sim.goods.set_stock("MUG", Decimal(1000 + at))
        elif feed == "products":
            self.sim.goods.put("MUG", name=f"Early {at}")
        else:
            self.sim.deliver(self.order(at), share=Decimal("0.5"), tracking=f"A{at}")

    def late(self, feed: str, at: int) -> list[object]:
        """And then something newer, of the same; all that may be told of both."""
        if feed == "stock":
            self.sim.goods.set_stock("MUG", Decimal(at))
            return [("MUG", Decimal(at))]
        if feed == "products":
            self.sim.goods.put("MUG", name=f"Late {at}")
            return [("MUG", f"Late {at}")]
        order_id, number = self.orders[-1]
        self.sim.deliver(number, tracking=f"B{at}")
        return [(f"main:{order_id}:order", frozenset({Stage.DELIVERED}), (f"A{at}", f"B{at}"))]

    def left(self, feed: str) -> list[object]:
        """What Specter still holds back."""
        queue = self.sim.state.queues[QUEUES[feed]]
        return [*queue.waiting, *queue.taken]

    def close(self) -> None:
        """Stop the server."""
        self.gate.go.set()
        self.server.stop()


def told(feed: str, items: list[Any]) -> list[object]:
    """What ``late`` says, of what a feed gave."""
    if feed == "stock":
        return [(each.sku, each.available) for each in items if not each.site]
    if feed == "products":
        return [(each.sku, each.name) for each in items]
    return [(str(each.key), each.stages, tuple(one.number for one in each.tracking)) for each in items]


def tell(child: subprocess.Popen[str], word: str) -> None:
    """What to do next."""
    assert child.stdin is not None
    child.stdin.write(f"{word}\n")
    child.stdin.flush()


def heard(child: subprocess.Popen[str]) -> str:
    """How it went; empty: it is gone."""
    assert child.stdout is not None
    return child.stdout.readline().strip()


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Trial]:
    """Everything that was there at the start is told."""
    trial = Trial(tmp_path)
    yield trial
    trial.close()


@pytest.mark.slow
@pytest.mark.parametrize("feed", ["stock", "products", "fulfilments"])
def test_kill_at_any_point_loses_nothing_and_tells_nothing_stale(trial: Trial, feed: str):
    """Each time something newer happens before the next life, which tells that and only that, and once."""
    cursor: str | None = trial.read(feed)[1]
    for at, point in enumerate(crash.BATCHES):
        trial.early(feed, at)
        trial.dies(feed, at=point)
        expected = trial.late(feed, at)
        items, newer, notices = trial.read(feed, cursor)
        assert (told(feed, items), notices) == (expected, []), point
        assert newer is not None
        cursor = newer
        assert trial.read(feed, cursor) == ([], None, []), f"{point}: nothing comes twice"
    assert trial.left(feed) == []
    (refusal,) = trial.refusals
    assert "Okänd batch" in refusal, "only after batch-closed: acknowledged once more, which does no harm"


@pytest.mark.slow
@pytest.mark.parametrize("feed", ["stock", "fulfilments"])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("action", ["get{}ExternalNeedUpdate", "FromBatch"])
def test_kill_while_a_call_is_under_way_loses_nothing(trial: Trial, feed: str, action: str, *, after: bool):
    """Whether Specter had opened the batch, or forgotten it, or not heard of it yet."""
    cursor = trial.read(feed)[1]
    trial.early(feed, 7)
    trial.gate.wanted, trial.gate.after = action.format(ACTIONS[feed]), after
    with trial.child() as child:
        tell(child, feed)
        assert trial.gate.arrived.wait(30)
        child.kill()
        child.wait(30)
    trial.gate.go.set()
    assert trial.gate.over.wait(30), "or the dead bridge's call would come among those that follow"
    expected = trial.late(feed, 7)
    items, cursor, notices = trial.read(feed, cursor)
    assert (told(feed, items), notices) == (expected, [])
    assert trial.read(feed, cursor) == ([], None, [])
    assert trial.left(feed) == []


@pytest.mark.slow
@pytest.mark.parametrize("feed", ["stock", "products", "fulfilments"])
def test_open_batch_of_another_program_is_finished_by_whoever_lives(trial: Trial, feed: str):
    """Error 99 names it. The bridge reads it, dies over it, reads it again; and says who else is reading."""
    cursor = trial.read(feed)[1]
    queue = trial.sim.state.queues[QUEUES[feed]]
    for at, point in enumerate(crash.BATCHES):
        trial.early(feed, at)
        theirs = f"theirs-{at}"
        Stranger.of(trial.sim).read(ACTIONS[feed], theirs)
        trial.dies(feed, at=point)
        expected = trial.late(feed, at)
        items, cursor, notices = trial.read(feed, cursor)
        assert told(feed, items) == expected, point
        assert [theirs in notice for notice in notices] == [True], point
        assert theirs in queue.done
        assert trial.read(feed, cursor) == ([], None, []), point
    assert trial.left(feed) == []


@pytest.mark.slow
def test_another_program_that_keeps_reading_takes_no_batch_we_have_stored(trial: Trial):
    """Each closes only what it has; together they have everything, and a person is told that there are two."""
    cursor = trial.read("stock")[1]
    stranger = Stranger.of(trial.sim)
    for at in range(3):
        trial.early("stock", at)
        stranger.read("Article", f"theirs-{at}")
        items, cursor, notices = trial.read("stock", cursor)
        assert told("stock", items) == [("MUG", Decimal(1000 + at))]
        assert len(notices) == 1
        assert stranger.done("Article", f"theirs-{at}")[0] == "0", "it was closed by us, who had stored it"


@pytest.mark.slow
def test_processes_that_read_at_once_share_the_file_and_miss_nothing(trial: Trial):
    """The daemon, a command, a second bridge: one reads at a time, and what one has kept the others tell."""
    cursor = trial.read("stock")[1]
    with trial.child() as one, trial.child() as two, trial.child() as three, trial.child() as four:
        children = [one, two, three, four]
        for at in range(8):
            for sku in ("MUG", *(f"A-{each}" for each in range(at))):
                trial.sim.goods.put(sku, name=f"{sku} {at}")
                trial.sim.goods.set_stock(sku, Decimal(at))
            for child in children:
                tell(child, "collect" if at % 2 else "stock")
            said = [heard(child) for child in children]
            assert all(each.isdigit() for each in said), said
    trial.sim.goods.set_stock("MUG", Decimal(99))
    items, _, notices = trial.read("stock", cursor)
    expected = {sku: trial.sim.state.articles[sku].in_stock["1"] for sku in trial.sim.goods.numbers()[-7:]}
    assert dict(told("stock", items)) == {**expected, "MUG": Decimal(99)}  # type: ignore[call-overload]
    assert (notices, trial.refusals) == ([], [])
    assert trial.left("stock") == []
    assert {each.name for each in trial.read("products")[0] if each.sku == "A-0"} == {"A-0 7"}


@pytest.mark.slow
def test_processes_that_book_at_once_share_what_they_remember(trial: Trial):
    """Each its own orders, then each the others': Specter refuses those, and that they are ours anybody knows."""
    halves = [range(5001, 5006), range(5011, 5016)]
    numbers: dict[int, set[str]] = {}
    with trial.child() as one, trial.child() as two:
        for children in ((one, two), (two, one)):
            for pair in zip(*halves, strict=True):
                for child, order_id in zip(children, pair, strict=True):
                    tell(child, str(order_id))
                for child, order_id in zip(children, pair, strict=True):
                    numbers.setdefault(order_id, set()).add(heard(child))
    books = {each.key: {each.number} for each in trial.sim.booked()}
    assert books == {f"main:{order_id}:order": said for order_id, said in numbers.items()}
    assert len(trial.sim.booked()) == 10
    assert len(trial.sim.customers.kept()) == 1
    for (number,) in numbers.values():
        trial.sim.deliver(number)
    items, _, _ = trial.read("fulfilments")
    assert {str(each.key): {each.document.number} for each in items} == books


def test_every_kind_of_batch_has_a_feed_that_is_tried():
    """Else one of them would be killed nowhere."""
    assert {QUEUES[feed] for feed in ACTIONS} == {"stock", "article", "order"}
    assert len(Kind) == len(ACTIONS)
