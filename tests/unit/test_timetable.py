"""When jobs are called, whatever the wall clock does."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import schedule

from bridge.clock import ManualClock
from bridge.daemon.timetable import Job, Timetable


class Calls:
    """Counts, and fails when told."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def job(self, name: str, *, every: int = 60, at_once: bool = True, fails: bool = False) -> Job:
        """A job that notes its name."""

        def call() -> None:
            self.names.append(name)
            if fails:
                raise ZeroDivisionError

        return Job(name=name, every=timedelta(seconds=every), call=call, at_once=at_once)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> ManualClock:
    """A clock that schedule reads too: it asks for the naive local time."""
    made = ManualClock()

    class Stood(datetime):
        @classmethod
        def now(cls, tz=None):
            return made.now().astimezone(tz) if tz else made.now().astimezone().replace(tzinfo=None)

    monkeypatch.setattr(schedule.datetime, "datetime", Stood)
    return made


def lay(clock: ManualClock, *jobs: Job) -> Timetable:
    """A timetable of these jobs."""
    return Timetable({job.name: job for job in jobs}, clock=clock)


def test_jobs_run_at_once_and_then_every_period(clock: ManualClock):
    """The first poll does not wait a minute."""
    calls = Calls()
    table = lay(clock, calls.job("poll"))
    assert table.idle() == 0
    table.run_due()
    table.run_due()
    clock.advance(61)
    table.run_due()
    assert calls.names == ["poll", "poll"]


def test_job_that_is_not_at_once_waits_its_period(clock: ManualClock):
    """The sweep does not hold up the start."""
    calls = Calls()
    table = lay(clock, calls.job("sweep", every=3600, at_once=False))
    table.run_due()
    assert calls.names == []
    assert 3590 <= table.idle() <= 3600


def test_failing_job_neither_ends_the_loop_nor_its_own_rhythm(clock: ManualClock):
    """An exception of one job is logged; all go on."""
    calls = Calls()
    table = lay(clock, calls.job("bad", fails=True), calls.job("good"))
    table.run_due()
    clock.advance(61)
    table.run_due()
    assert sorted(calls.names) == ["bad", "bad", "good", "good"]


def test_clock_set_back_an_hour_does_not_silence_the_poll(clock: ManualClock):
    """As each October: the next poll comes within its period, not an hour later."""
    calls = Calls()
    table = lay(clock, calls.job("poll"))
    table.run_due()
    clock.jump(clock.now() - timedelta(hours=1))
    clock.advance(60)
    table.run_due()
    assert calls.names == ["poll", "poll"]


def test_sleep_of_a_day_calls_once_not_1440_times(clock: ManualClock):
    """Missed periods are skipped, not caught up."""
    calls = Calls()
    table = lay(clock, calls.job("poll"))
    table.run_due()
    clock.advance(hours=24)
    table.run_due()
    table.run_due()
    assert calls.names == ["poll", "poll"]


def test_clock_jump_is_told(clock: ManualClock):
    """Whoever stores times can mend them."""
    told: list[str] = []
    table = Timetable({}, clock=clock, on_jump=lambda: told.append("jump"))
    clock.advance(60)
    table.run_due()
    assert told == []
    clock.jump(clock.now() - timedelta(hours=1))
    table.run_due()
    assert told == ["jump"]


def test_clock_set_forward_a_day_lays_the_table_anew(clock: ManualClock):
    """A jump forward runs things once and keeps the rhythm."""
    calls = Calls()
    table = lay(clock, calls.job("poll"))
    table.run_due()
    clock.jump(clock.now() + timedelta(days=1))
    table.run_due()
    assert 50 <= table.idle() <= 60
    assert calls.names == ["poll", "poll"]
