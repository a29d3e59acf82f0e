"""Several writers at once, and writers that are killed: no half file, no number twice, no key twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bridge.clock import SystemClock
from bridge.erps.sie.checker import check_bytes
from bridge.sim.sie import Simulator
from tests.builders import an_order
from tests.support.sie import a_sie, key_of, put

ROOT = Path(__file__).parents[2]


def _assert_sound(folder, *, keys):
    """What must hold whatever happened."""
    files = list((folder / "sie").glob("*.si"))
    for path in files:
        assert list(check_bytes(path.read_bytes())) == [], path.name
    booked = Simulator(folder, SystemClock().now).booked()
    assert sorted(int(each.number[1:]) for each in booked) == list(range(1, len(files) + 1))
    assert max(Counter(each.key for each in booked).values(), default=0) <= 1
    assert {each.key for each in booked} <= {f"main:{each}:order" for each in keys}
    return len(files)


def _writer(folder, first, last):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.support.sie_writer", str(folder), str(first), str(last)],
        stdout=subprocess.PIPE, cwd=ROOT, env=environment,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline().strip() == b"begun"
    return child


def test_race_threads_of_one_adapter_and_of_several(tmp_path):
    """Eight threads, three adapters, each order asked for by all: one voucher each."""
    adapters = [a_sie(tmp_path, clock=SystemClock()) for _ in range(3)]
    start = threading.Barrier(8)

    def work(thread):
        start.wait()
        return [put(adapters[thread % 3], an_order(order_id=each)).number for each in range(1, 16)]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(work, range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert _assert_sound(tmp_path, keys=range(1, 16)) == 15


@pytest.mark.slow
def test_race_processes_over_the_same_orders(tmp_path):
    """Three processes with overlapping ranges: every order once, no number twice."""
    children = [_writer(tmp_path, first, first + 60) for first in (1, 20, 40)]
    for child in children:
        assert child.wait(timeout=60) == 0
        child.stdout.close()
    assert _assert_sound(tmp_path, keys=range(1, 100)) == 99


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="kills as only POSIX does")
def test_race_writers_killed_at_any_time_leave_whole_files_only(tmp_path):
    """Kill -9 at eight odd moments, each time a new writer over the same orders: at the end all are there once."""
    for delay in (0.0, 0.001, 0.004, 0.011, 0.017, 0.023, 0.031, 0.05):
        child = _writer(tmp_path, 1, 100_000)
        time.sleep(delay)
        child.send_signal(signal.SIGKILL)
        child.wait(timeout=30)
        child.stdout.close()
        done = _assert_sound(tmp_path, keys=range(1, 100_000))
    sie = a_sie(tmp_path, clock=SystemClock())
    for order_id in range(1, done + 3):
        put(sie, an_order(order_id=order_id))
    assert _assert_sound(tmp_path, keys=range(1, done + 3)) == done + 2
    assert not (tmp_path / "sie" / ".orderbro.tmp").exists()


@pytest.mark.parametrize("moment", ["written", "taken", "named", "made"])
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_race_writer_killed_at_each_step(tmp_path, moment):
    """A process that dies right after each step of filing: the next one makes it whole, once."""
    code = f"""
import os, sys
from pathlib import Path
from bridge.erps.sie import folder
from tests.builders import an_order
from tests.support.sie import a_sie, put
moment = {moment!r}
def dying(step, real):
    def call(*args, **more):
        real(*args, **more)
        step()
    return call
die = lambda: os._exit(9)
steps = []
def journal_step():
    steps.append(1)
    if len(steps) == {{"taken": 1, "made": 2}}.get(moment, 99):
        die()
if moment == "written":
    folder._write_synced = dying(die, folder._write_synced)
if moment == "named":
    folder.os.link = dying(die, folder.os.link)
folder.Journal.append = dying(journal_step, folder.Journal.append)
put(a_sie(Path(sys.argv[1])), an_order())
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 9
    sie = a_sie(tmp_path)
    there = len(sie.find_document(key_of(an_order())))
    assert there == (1 if moment in {"named", "made"} else 0)
    assert put(sie, an_order()).number == "W1"
    assert put(sie, an_order(order_id=2)).number == "W2"
    assert _assert_sound(tmp_path, keys=[1234, 2]) == 2
