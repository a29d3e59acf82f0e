"""The tables of the documentation that are made from the code are as the code is."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from bridge.ports import Capability

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    """What scripts/matrix can do."""
    return runpy.run_path(str(ROOT / "scripts" / "matrix"))


def test_prd_13_documentation_says_what_the_code_does(script: dict[str, Any]) -> None:
    """Which ERP can do what, and which field gets what. If this fails: scripts/matrix update."""
    assert [str(path.relative_to(ROOT)) for path in script["stale"]()] == []


def test_every_ability_is_told(script: dict[str, Any]) -> None:
    """One that is new needs words of its own in the table."""
    assert set(script["ABILITIES"]) == set(Capability)


def test_prd_13_every_field_says_what_goes_there(script: dict[str, Any]) -> None:
    """In words, one row per field."""
    rows = [line for line in script["matrix"]("bridge.erps.fortnox").splitlines() if line.startswith("| `")]
    assert len(rows) > 50
    assert all(line.split(" | ")[1].strip() for line in rows)


def test_place_that_is_missing_is_told(script: dict[str, Any]) -> None:
    """Rather than nothing being written."""
    with pytest.raises(SystemExit, match="There is no place"):
        script["filled"]("# Fortnox", "matrix", "| a |")


def test_adapter_without_tables_has_no_matrix(script: dict[str, Any]) -> None:
    """SIE files are described by hand."""
    assert script["matrix"]("sie") == ""
