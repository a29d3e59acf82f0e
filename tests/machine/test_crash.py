"""The process is really killed: at each named point and at random, while a real server stores late.

The long form, over two hundred kills with delays up to five seconds, is scripts/bench/crash.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from bridge import crash
from tests.support.crashing import Trial
from tests.support.wired import WIRED


def lives(trial: Trial, *, random_kills: int, orders: int) -> None:
    """One life per named point, then some that end anywhere; ``orders`` are placed in each."""
    chance = Random(7)
    for name in crash.POINTS:
        trial.place(orders)
        trial.life(crash_at=name, patience=4)
    for _ in range(random_kills):
        trial.place(orders)
        trial.life(kill_after=chance.uniform(0.4, 1.5))
    trial.finish(limit=200)
    if trial.look():
        trial.finish(limit=200)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("erp", "delay"), [("slowbooks", 0.03), ("sie", 0.0), *((name, 0.03) for name in WIRED)]
)
def test_killed_bridge_books_every_order_exactly_once(tmp_path: Path, erp: str, delay: float):
    """No duplicate, none lost, no order told twice and no customer made twice, by the count of the other side."""
    trial = Trial(tmp_path, delay=delay, erp=erp)
    try:
        orders = 1 if erp in WIRED else 2  # their vendors let us call only so often
        lives(trial, random_kills=5, orders=orders)
        verdict = trial.verdict()
    finally:
        trial.close()
    assert (verdict.duplicates, verdict.lost, verdict.double_notes) == ([], [], 0), str(verdict)
    assert (verdict.customers_twice, verdict.paid_wrong) == ([], []), str(verdict)
    assert (verdict.customers > 0) is (erp != "sie")
    assert verdict.booked == verdict.placed == orders * (len(crash.POINTS) + 5)
