"""A call that has an effect whatever its method says, and the leave to call at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import responses

from bridge.clock import ManualClock
from bridge.errors import LostReply, Transient
from bridge.transport import Transport

URL = "https://erp.example/api"


class Turnstile:
    """Lets every call wait, and keeps how many came and went."""

    def __init__(self, clock: ManualClock, wait: float = 0.0) -> None:
        self.entered = self.left = 0
        self._clock = clock
        self._wait = wait

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """One call."""
        self._clock.advance(self._wait)
        self.entered += 1
        try:
            yield
        finally:
            self.left += 1


def test_reading_call_with_an_effect_is_never_repeated() -> None:
    """A GET that sends a mail would send two."""
    with responses.RequestsMock() as server:
        server.get(f"{URL}/email", status=502)
        with pytest.raises(LostReply):
            Transport("erp", base_url=URL, clock=ManualClock()).call("GET", "/email", once=True)
        assert len(server.calls) == 1


def test_broken_connection_of_such_a_call_means_that_nobody_knows() -> None:
    """Like a POST's."""
    with responses.RequestsMock() as server:
        server.get(f"{URL}/email", body=ConnectionResetError())
        with pytest.raises(LostReply):
            Transport("erp", base_url=URL, clock=ManualClock()).call("GET", "/email", once=True)


def test_every_try_asks_for_leave_and_gives_it_back() -> None:
    """Quick retries count as calls; so do those that fail."""
    clock = ManualClock()
    pace = Turnstile(clock)
    with responses.RequestsMock() as server:
        server.get(f"{URL}/x", status=502)
        with pytest.raises(Transient):
            Transport("erp", base_url=URL, clock=clock, pace=pace).call("GET", "/x")
        assert (pace.entered, pace.left) == (len(server.calls), len(server.calls)) == (3, 3)


def test_waiting_for_leave_does_not_eat_the_time_for_the_answer() -> None:
    """The deadline is the other end's."""
    clock = ManualClock()
    pace = Turnstile(clock, wait=60.0)
    with responses.RequestsMock() as server:
        server.get(f"{URL}/x", json={"done": True})
        http = Transport("erp", base_url=URL, clock=clock, pace=pace, timeout=timedelta(seconds=5))
        assert http.call("GET", "/x").json() == {"done": True}
