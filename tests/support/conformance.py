"""Holds whatever a test says to a simulator against the vendor's own documents, where this machine has them.

One line per simulator in ``CHECKERS``. A test that asks wrong things on purpose sets ``sim.watched = False``.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bridge.sim.exchange import Exchange

SHARED = Path(os.environ.get("ORDERBRO_SHARED", Path(__file__).resolve().parents[3] / "shared"))
Checker = Callable[[list[str]], None]


def economic(found: list[str]) -> None:
    """The e-conomic simulator against the schemas of 2019."""
    folder = SHARED / "erp" / "economic" / "schema"
    if folder.is_dir():
        from bridge.sim.economic import Simulator
        from tests.conformance.economic_schema import Schemas

        Simulator.watching.append(_noting(Schemas(folder).violations, found))


def fortnox(found: list[str]) -> None:
    """Requests to the Fortnox simulator against the OpenAPI file, its answers against the recorded ones."""
    folder = SHARED / "erp" / "fortnox"
    if (folder / "openapi.json").is_file():
        from bridge.sim.fortnox import Simulator
        from tests.conformance.fortnox_openapi import Calls
        from tests.conformance.fortnox_recorded import Answers

        calls, answers = Calls(folder / "openapi.json"), Answers(folder / "recorded")
        Simulator.watching.append(lambda exchange: found.extend(calls.violations(exchange)))
        Simulator.watching.append(lambda exchange: found.extend(answers.violations(exchange)))


def _noting(violations: Callable[[Exchange], list[str]], found: list[str]) -> Callable[[Exchange], None]:
    """A checker that fails is a finding too, and no fault of the simulator's."""

    def note(exchange: Exchange) -> None:
        try:
            found.extend(violations(exchange))
        except Exception as broken:  # noqa: BLE001 - told with the test
            found.append(f"{exchange.method} {exchange.path}: the checker failed: {broken!r}")

    return note


CHECKERS: tuple[Checker, ...] = (economic, fortnox)


@functools.cache
def _watching() -> list[str]:
    """Everything found so far; the checkers are hung in once."""
    found: list[str] = []
    for checker in CHECKERS:
        checker(found)
    return found


@pytest.fixture(autouse=True)
def conformant() -> Iterator[None]:
    """Fails the test that sent what the vendor does not know, or got what the vendor does not say."""
    found = _watching()
    found.clear()
    yield
    seen, found[:] = list(dict.fromkeys(found)), []
    if seen:
        pytest.fail("against the vendor's documents:\n" + "\n".join(seen), pytrace=False)
