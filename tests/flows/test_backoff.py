"""How long to wait before the next try."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bridge.clock import ManualClock
from bridge.flows.backoff import LONGEST, LONGEST_WISH, SHORTEST, wait

shares = st.floats(0, 1)


@given(st.integers(1, 10_000), shares)
def test_wait_without_a_wish_stays_in_bounds(attempts, share):
    """Never hammering, never asleep for a day."""
    assert SHORTEST <= wait(attempts, wish=None, clock=ManualClock(jitter=share)) <= LONGEST


@given(st.integers(1, 50), st.floats(min_value=0.001, max_value=1e9), shares)
def test_wait_is_never_shorter_than_the_servers_wish(attempts, wish, share):
    """What the server asks for is a floor, as long as it asks for less than a day."""
    waited = wait(attempts, wish=wish, clock=ManualClock(jitter=share))
    assert waited >= min(timedelta(seconds=wish), LONGEST_WISH)
    assert waited <= LONGEST_WISH + timedelta(minutes=1)


@given(st.floats(max_value=0, allow_nan=False, allow_infinity=False), shares)
def test_nonsense_wish_is_not_believed(wish, share):
    """A wish to be asked in the past is no wish."""
    clock = ManualClock(jitter=share)
    assert wait(3, wish=wish, clock=clock) == wait(3, wish=None, clock=clock)


def test_wait_doubles():
    """1, 2, 4 ... minutes at full jitter."""
    clock = ManualClock(jitter=1)
    assert [wait(n, wish=None, clock=clock) for n in (1, 2, 3)] == [timedelta(minutes=n) for n in (1, 2, 4)]


def test_jitter_spreads_over_the_whole_span():
    """Two bridges after the same outage do not knock together."""
    assert wait(5, wish=None, clock=ManualClock(jitter=0)) == SHORTEST
