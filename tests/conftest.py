"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import requests  # noqa: F401 - loaded whole before any command line of a test slims it (bridge.lean)
from hypothesis import HealthCheck, settings

from bridge.clock import ManualClock
from tests.support.conformance import conformant  # noqa: F401 - a fixture that every test has

settings.register_profile("dev", max_examples=25, deadline=None)
settings.register_profile(
    "ci", max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands at noon UTC on 21 November 2026 until moved."""
    return ManualClock()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The vendors' material, where this machine has it."""
    folder = Path(os.environ.get("ORDERBRO_SHARED", ROOT.parent / "shared"))
    if not (folder / "woocommerce").is_dir():
        pytest.skip("the vendors' material is not on this machine")
    return folder
