from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor

import pytest
import responses
from hypothesis import given
from hypothesis import strategies as st

from bridge.clock import ManualClock, SystemClock
from bridge.errors import Throttled, Transient
from bridge.transport import Transport
from bridge.transport.pacing import Window, shared


class Vendor:
    """Counts arrivals in a sliding window, as the other end does."""

    def __init__(self, calls: int, seconds: float) -> None:
        self.calls, self.seconds = calls, seconds
        self.arrivals: deque[float] = deque()
        self.most = 0

    def arrive(self, at: float) -> None:
        """One call came in."""
        self.arrivals.append(at)
        recent = [each for each in self.arrivals if each > at - self.seconds]
        self.most = max(self.most, len(recent))


def test_as_many_calls_as_allowed_go_out_at_once(clock: ManualClock):
    """The window is used up before anybody waits."""
    pace = Window(calls=25, seconds=5, clock=clock)
    began = clock.monotonic()
    for _ in range(25):
        with pace():
            pass
    assert clock.monotonic() == began


def test_next_call_waits_until_the_oldest_is_out_of_the_window(clock: ManualClock):
    """Exactly the rest of the five seconds, not five more."""
    pace = Window(calls=2, seconds=5, clock=clock)
    began = clock.monotonic()
    for pause in (0, 3, 0):
        clock.advance(pause)
        with pace():
            pass
    assert clock.monotonic() - began == pytest.approx(5)


def test_slot_counts_from_the_answer_so_a_slow_call_holds_it(clock: ManualClock):
    """A call that arrived late on a slow road is still in the other end's window when its answer comes."""
    pace = Window(calls=1, seconds=5, clock=clock)
    with pace():
        clock.advance(4)
    answered = clock.monotonic()
    with pace():
        assert clock.monotonic() - answered == pytest.approx(5)


def test_failed_call_has_taken_its_slot_all_the_same(clock: ManualClock):
    """It may have arrived."""
    pace = Window(calls=1, seconds=5, clock=clock)
    with pytest.raises(RuntimeError), pace():
        raise RuntimeError
    began = clock.monotonic()
    with pace():
        assert clock.monotonic() - began == pytest.approx(5)


@given(st.lists(st.tuples(st.floats(0, 3), st.floats(0, 2), st.floats(0, 2)), max_size=60), st.integers(1, 5))
def test_other_end_never_sees_one_call_too_many(trips: list[tuple[float, float, float]], calls: int):
    """Whatever the road there and back takes, and however long we rest in between."""
    clock = ManualClock()
    vendor, pace = Vendor(calls, 5), Window(calls=calls, seconds=5, clock=clock)
    for rest, there, back in trips:
        clock.advance(rest)
        with pace():
            clock.advance(there)
            vendor.arrive(clock.monotonic())
            clock.advance(back)
    assert vendor.most <= calls


def test_window_is_used_to_the_full(clock: ManualClock):
    """A thousand calls that take no time need what a thousand calls must need."""
    pace = Window(calls=25, seconds=5, clock=clock)
    began = clock.monotonic()
    for _ in range(1000):
        with pace():
            pass
    assert clock.monotonic() - began == pytest.approx(1000 / 25 * 5 - 5, abs=0.2)


def test_threads_share_the_window():
    """Eight workers on real time: the other end sees no call too many, and every call is made."""
    clock = SystemClock()
    vendor, pace, lock = Vendor(5, 0.05), Window(calls=5, seconds=0.05, clock=clock), threading.Lock()

    def one_call() -> None:
        with pace():
            with lock:
                vendor.arrive(clock.monotonic())
            clock.sleep(0.002)

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(one_call) for _ in range(60)]:
            done.result()
    assert len(vendor.arrivals) == 60
    assert vendor.most <= 5


def test_first_come_is_first_served(clock: ManualClock):
    """Nobody overtakes one who waits for the only slot."""
    pace, order = Window(calls=1, seconds=0, clock=clock), list[int]()
    waiting = [threading.Thread(target=_note, args=(pace, order, number)) for number in range(5)]
    with pace():
        for number, thread in enumerate(waiting):
            thread.start()
            while len(pace._waiting) <= number:
                pass
    for thread in waiting:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def _note(pace: Window, order: list[int], number: int) -> None:
    with pace():
        order.append(number)


def test_one_who_gives_up_waiting_lets_the_next_one_in():
    """A worker told to stop in its sleep does not hold up the others."""

    class Stopped(ManualClock):
        def sleep(self, seconds: float) -> None:
            if not self.told:
                self.told = True
                raise KeyboardInterrupt
            super().sleep(seconds)

        told = False

    clock = Stopped()
    pace = Window(calls=1, seconds=5, clock=clock)
    with pace():
        pass
    with pytest.raises(KeyboardInterrupt), pace():
        pass
    with pace():
        assert clock.told


def test_adapters_of_one_process_share_the_window_of_one_client(clock: ManualClock):
    """The other end counts the client, whoever in this process calls; another client has a window of its own."""
    first = shared(("fortnox", "client", "1"), calls=25, seconds=5, clock=clock)
    assert shared(("fortnox", "client", "1"), calls=25, seconds=5, clock=clock) is first
    assert shared(("fortnox", "client", "2"), calls=25, seconds=5, clock=clock) is not first
    real = shared("fortnox", calls=25, seconds=5, clock=SystemClock())
    assert shared("fortnox", calls=25, seconds=5, clock=SystemClock()) is real


@pytest.mark.parametrize(("calls", "seconds"), [(0, 5.0), (-1, 5.0), (1, -1.0)])
def test_window_that_nobody_could_pass_is_refused(clock: ManualClock, calls: int, seconds: float):
    """A mistake in an adapter shows at once and not as a bridge that stands still."""
    with pytest.raises(ValueError):
        Window(calls=calls, seconds=seconds, clock=clock)


def test_transport_paces_each_try_and_lets_refusals_through(clock: ManualClock):
    """A quick second try is a call like any other; a 429 is the flow's to wait for."""
    http = Transport(
        "erp", base_url="https://erp.example", clock=clock, pace=Window(calls=1, seconds=5, clock=clock)
    )
    began = clock.monotonic()
    with responses.RequestsMock() as server:
        server.get("https://erp.example/x", status=502)
        server.get("https://erp.example/x", status=429)
        with pytest.raises(Throttled):
            http.call("GET", "x")
    assert 5 <= clock.monotonic() - began < 6
    assert issubclass(Throttled, Transient)
