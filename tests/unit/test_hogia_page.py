"""The page about Hogia leaves out nothing that nobody has confirmed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bridge.config.binding import specs
from bridge.erps.hogia_smart.options import Options
from bridge.erps.hogia_smart.profile import NAMES, load

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "adapters" / "hogia-smart.md").read_text("utf-8")
UNSURE = PAGE.partition("## Not sure yet")[2]
LEFT_TO_ITSELF = {"base_url", "token_url"}
"""Options nobody should touch."""


@pytest.mark.parametrize("name", NAMES)
def test_every_uncertain_entry_of_a_profile_is_in_the_table(name: str, tmp_path: Path) -> None:
    """The probe sends whoever reads its last line there, by these names."""
    missing = [each.name for each in load(name, folder=tmp_path).unsure() if f"`{each.name}`" not in UNSURE]
    assert missing == []


def test_every_row_says_what_is_done_meanwhile_and_what_settles_it() -> None:
    """A fact without either is of no use to whoever makes the first live run."""
    rows = [
        line
        for line in UNSURE.splitlines()
        if line.startswith("| ") and not line.startswith(("| **", "| what"))
    ]
    assert len(rows) > 50
    for row in rows:
        fact, sure, meanwhile, settles = (cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1])
        assert fact
        assert re.search(r"\[(DOC|2\+|1|INF|UNK)\]|standard", sure), fact
        assert meanwhile, fact
        assert settles, fact


def test_every_option_is_explained() -> None:
    """Those of both transports."""
    names = {each.name for each in specs(Options)} - LEFT_TO_ITSELF
    assert {name for name in names if f"`{name}`" not in PAGE} == set()
