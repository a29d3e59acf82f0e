# ruff: noqa: PT012 - where in a transaction it fails is what is tried here

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.errors import StoreError
from bridge.model.texts import say
from bridge.store import EntryFilter, State, Store
from bridge.store.connection import Writer, explain
from tests.conftest import ROOT
from tests.unit.store_world import ANY, VOUCHER, World, an_entry

ORDINARY = 65534
BIG = "x" * 100_000


@pytest.fixture
def world(tmp_path: Path, clock: ManualClock) -> Iterator[World]:
    """An empty store."""
    made = World(tmp_path, clock=clock)
    yield made
    made.store.close()


def fill_the_disk(world: World, *, spare: int = 0) -> None:
    """Let the file grow no further than ``spare`` pages."""
    ((pages,),) = world.store._writer.read("PRAGMA page_count")
    world.store._writer.connection.execute(f"PRAGMA max_page_count = {pages + spare}")


def make_room(world: World) -> None:
    """Somebody deleted something."""
    world.store._writer.connection.execute("PRAGMA max_page_count = 1000000")


@contextmanager
def as_an_ordinary_user() -> Iterator[None]:
    """Root may write everywhere; the bridge does not run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(ORDINARY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users can enter."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    (folder / "data").chmod(0o755)
    shutil.rmtree(folder)


def test_disk_full_is_told_and_passes(world: World) -> None:
    """Nothing is half stored, reading works, and when there is room the same connection goes on."""
    world.add(1)
    fill_the_disk(world)
    with pytest.raises(StoreError, match=rf"disk is full: {world.path} .* free some space"):
        world.add(2, body=BIG)
    assert world.store.reads.counts()["waiting"] == 1
    make_room(world)
    world.add(2, body=BIG)
    assert world.store.reads.counts()["waiting"] == 2
    assert world.store.check() == []


def test_disk_full_within_a_page_undoes_all_of_it(world: World) -> None:
    """A caller that goes on after the failure cannot store the rest piece by piece."""
    fill_the_disk(world, spare=3)
    with pytest.raises(StoreError), world.store.saving():
        world.add(1)
        with pytest.raises(StoreError):
            world.add(2, body=BIG)
        world.store._writer.connection.execute("ROLLBACK")  # as SQLite itself does in some of these cases
        world.add(3)
    make_room(world)
    assert world.store.reads.counts()["waiting"] == 0
    world.add(4)
    assert world.store.reads.counts()["waiting"] == 1


def test_saving_within_saving_fails_alone(world: World) -> None:
    """One order that cannot be stored takes only itself out of the page, if the caller decides so."""
    with world.store.saving():
        world.add(1)
        with pytest.raises(sqlite3.IntegrityError), world.store.saving():
            world.add(2)
            world.store._writer.run("INSERT INTO snapshot VALUES (99, 0, '')")
        world.add(3)
    assert [entry.key.ref.id for entry in world.store.reads.entries(EntryFilter()).items] == ["3", "1"]


def forbid(world: World) -> None:
    """Nothing works any more, not even undoing."""
    world.store._writer.connection.set_authorizer(lambda *_: sqlite3.SQLITE_DENY)


def allow(world: World) -> None:
    """Everything works again."""
    world.store._writer.connection.set_authorizer(None)


def test_part_that_cannot_be_undone_takes_the_whole_with_it(world: World) -> None:
    """Better nothing than half an order."""
    with pytest.raises(StoreError, match="nothing was stored"), world.store.saving():
        world.add(1)
        with pytest.raises(RuntimeError), world.store.saving():
            world.add(2)
            forbid(world)
            raise RuntimeError
        allow(world)
    assert world.store.reads.counts()["waiting"] == 0


def test_whole_that_cannot_be_undone_is_undone_before_the_next(world: World) -> None:
    """The connection heals by itself."""
    with pytest.raises(RuntimeError), world.store.saving():
        world.add(1)
        forbid(world)
        raise RuntimeError
    allow(world)
    world.add(2)
    assert [entry.key.ref.id for entry in world.store.reads.entries(EntryFilter()).items] == ["2"]


def test_saving_after_close_is_a_store_error(world: World) -> None:
    """A worker that is late at shutdown gets a sentence."""
    world.store.close()
    with pytest.raises(StoreError, match="closed"):
        world.add()


def test_disk_that_knows_no_log_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some network disks cannot keep what SQLite needs for its promises; memory cannot either."""
    monkeypatch.chdir(tmp_path)
    writer = Writer(Path(":memory:"))
    with pytest.raises(StoreError, match="Choose a local one"):
        writer.prepare()
    writer.close()


def test_write_outside_saving_is_refused(world: World) -> None:
    """Everything that is written belongs to a transaction."""
    with pytest.raises(StoreError):
        world.store._writer.run("DELETE FROM entry")


def test_commit_that_fails_is_undone(world: World) -> None:
    """A rule that is checked at the end leaves no open transaction behind."""
    with pytest.raises(sqlite3.IntegrityError), world.store.saving():
        world.store._writer.run("PRAGMA defer_foreign_keys = ON")
        world.store._writer.run("INSERT INTO snapshot VALUES (99, 0, '')")
    world.add(1)
    assert world.store.check() == []


def test_database_that_became_read_only_is_told(world: World) -> None:
    """A disk remounted read-only stops the sending, with the path and the remedy."""
    world.store._writer.connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreError, match=rf"{world.path} cannot be opened for writing"):
        world.add()


@pytest.mark.skipif(os.name != "posix", reason="modes are a POSIX matter")
@pytest.mark.parametrize("there", [False, True])
def test_read_only_folder_is_refused_at_start(open_folder: Path, clock: ManualClock, *, there: bool) -> None:
    """Wrong owner or a read-only disk: the start names the file and what to do."""
    path = open_folder / "data" / "bridge.sqlite3"
    path.parent.mkdir()
    if there:
        Store.open(path, clock=clock).close()
        path.chmod(0o444)
    path.parent.chmod(0o555)
    with as_an_ordinary_user(), pytest.raises(StoreError, match=rf"{path} cannot be opened for writing"):
        Store.open(path, clock=clock)


def test_file_that_cannot_be_opened_is_told(tmp_path: Path, clock: ManualClock) -> None:
    """A folder in the file's place."""
    with pytest.raises(StoreError, match="cannot be opened"):
        Store.open(tmp_path, clock=clock)
    with pytest.raises(StoreError, match="cannot be opened"):
        Writer(tmp_path)


def test_busy_database_names_the_other_process(world: World) -> None:
    """No "database is locked" without saying what to do."""
    world.store._writer.connection.execute("PRAGMA busy_timeout = 0")
    other = sqlite3.connect(world.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="written by another process"):
        world.add()
    other.execute("ROLLBACK")
    other.close()
    world.add()


def test_other_failures_name_the_disk(tmp_path: Path) -> None:
    """What we have no better sentence for still has the path."""
    assert f"{tmp_path} could not be used: disk I/O error" in str(
        explain(sqlite3.Error("disk I/O error"), tmp_path)
    )


class Crew:
    """Threads that work one store, and what went wrong in them."""

    def __init__(self, world: World, *, orders: int) -> None:
        self.world = world
        self.orders = orders
        self.booked: list[str] = []
        self.failures: list[BaseException] = []

    def run(self, *jobs: Callable[[], None]) -> None:
        """All jobs at the same time, to their end."""
        threads = [threading.Thread(target=self.guarded, args=(job,)) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

    def guarded(self, job: Callable[[], None]) -> None:
        """A job whose failure is not lost."""
        try:
            job()
        except BaseException as failure:  # noqa: BLE001 - reported by the assertion in the test
            self.failures.append(failure)

    def busy(self) -> bool:
        """Whether there is more to do."""
        time.sleep(0.001)
        return len(self.booked) < self.orders and not self.failures

    def poll(self) -> None:
        """Add every order twice."""
        for number in [*range(self.orders), *range(self.orders)]:
            self.world.add(number)

    def work(self) -> None:
        """Book what there is."""
        while self.busy():
            claimed = self.world.claim()
            if claimed is not None:
                self.booked.append(claimed.entry.key.ref.id)
                self.world.store.outbox.finish(claimed.entry, document=VOUCHER, note=say("Booked."))

    def look(self) -> None:
        """Read the page over and over."""
        while self.busy():
            self.world.store.reads.counts()


def test_threads_on_one_store_do_every_order_once(world: World) -> None:
    """Workers, a poll and page views at the same time: each order is claimed once, nothing is lost."""
    crew = Crew(world, orders=100)
    crew.run(crew.poll, crew.work, crew.work, crew.work, crew.look)
    assert crew.failures == []
    assert sorted(crew.booked) == sorted(map(str, range(100)))
    assert world.store.reads.counts()["done"] == 100
    assert world.store.check() == []


@pytest.mark.slow
def test_kill_in_the_middle_of_commits_loses_nothing_acknowledged(tmp_path: Path, clock: ManualClock) -> None:
    """After each kill -9: what was said to be stored is stored, no move is half done, the rest is in doubt."""
    path, first = tmp_path / "bridge.sqlite3", 0
    for attempt in range(4):
        said = killed_after(path, first, lines=random.Random(attempt).randint(3, 120))
        clock.advance(days=1)
        with Store.open(path, clock=clock) as store:
            for word, number in said:
                (order,) = [
                    one for one in store.reads.find(f"main:{number}") if one.key == an_entry(number).key
                ]
                assert word != "done" or order.state is State.DONE
                assert word != "sending" or order.state in {State.SENDING, State.DONE}
            assert store.check() == []
            store.outbox.recover(clock.now(), settle=clock.now() - clock.now())
            while claimed := store.outbox.claim(clock.now(), purposes=ANY):
                store.outbox.finish(claimed.entry, document=VOUCHER, note=say("Mended."))
            first = store.reads.entries(EntryFilter()).total + 1000 * (attempt + 1)
            assert store.reads.counts()["done"] == store.reads.entries(EntryFilter()).total


def killed_after(path: Path, first: int, *, lines: int) -> list[tuple[str, str]]:
    """What a working process said before it was killed."""
    command = [sys.executable, "-m", "tests.unit.store_child", "work", str(path), str(first)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        said = [child.stdout.readline() for _ in range(lines)]
        child.send_signal(signal.SIGKILL)
        said += child.stdout.readlines()
    return [(word, number) for word, _, number in (line.strip().partition(" ") for line in said) if number]
