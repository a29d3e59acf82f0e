"""Hogia's profiles and options: what ships makes sense, what an owner writes is checked, every fault is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.erps import profiles
from bridge.erps.hogia_smart.profile import NAMES, Consequence, load
from bridge.erps.profiles import Certainty
from bridge.errors import ConfigError
from bridge.sim.hogia_smart.habits import VERSIONS
from tests.support.hogia_office import HogiaOffice


def own(folder: Path, text: str) -> str:
    """An owner's file; its name."""
    (folder / "own.toml").write_text(text, "utf-8")
    return "own.toml"


def faults(folder: Path, text: str, *, base: str = 'based_on = "a_2024_11"\n') -> str:
    """What is said of an owner's file that will not do."""
    with pytest.raises(ConfigError) as caught:
        load(own(folder, base + text), folder=folder)
    return str(caught.value)


@pytest.mark.parametrize(("name", "body"), [("a_2024_11", "older"), ("a_2025_03", "newer")])
def test_shipped_profiles_differ_in_the_body(tmp_path: Path, name: str, body: str) -> None:
    """Every entry has certainty and source, and the version is one that was seen."""
    profile = load(name, folder=tmp_path)
    assert profile.text("invoice.body") == body
    assert profile.text("version.date") in VERSIONS
    assert all(each.source and each.certainty is not Certainty.OWN for each in profile.entries.values())
    assert set(profile.table("errors.codes").values()) <= set(Consequence)


def test_both_have_the_same_entries(tmp_path: Path) -> None:
    """So that code may ask either."""
    names = [set(load(name, folder=tmp_path).entries) for name in NAMES]
    assert names[0] == names[1]


def test_what_a_live_run_has_to_confirm_is_told(tmp_path: Path) -> None:
    """What is inferred or unknown, and nothing that somebody has seen."""
    unsure = [each.name for each in load("a_2024_11", folder=tmp_path).unsure()]
    assert {"invoice.list", "invoice.sequence", "pace.calls"} <= set(unsure)
    assert "version.date" not in unsure


def test_owner_corrects_what_a_live_run_showed(tmp_path: Path) -> None:
    """Named entries change, the others stay; certainty and source may be left out."""
    text = (
        'based_on = "a_2025_03"\n[version]\ndate = { value = "2026-01-15" }\n[pace]\ncalls = { value = 300 }\n'
        '[errors.codes]\n1002001 = { value = "account", certainty = "DOC", source = "Hogia support" }\n'
        '[errors.words]\nused = { value = ["redan skickad"] }\n'
    )
    profile = load(own(tmp_path, text), folder=tmp_path)
    assert (profile.text("version.date"), profile.number("pace.calls")) == ("2026-01-15", 300)
    assert profile.table("errors.codes") == {"1001004": "other", "1002001": "account"}
    assert profile.texts("errors.words.used") == ("redan skickad",)
    assert profile.entries["version.date"].certainty is Certainty.OWN
    assert profile.text("invoice.body") == "newer"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[version]\ndate = { value = "15/1" }', "2025-03-21"),
        ('[version]\ndate = { value = "20260115" }', "2025-03-21"),
        ('[version]\ndate = "2026-01-15"', "no entry of a profile"),
        ('[version]\ndat = { value = "2026-01-15" }', "version.date"),
        ('[zzz]\nqqqqqqqqqqqq = { value = "1" }', "Remove the entry"),
        ('[invoice]\nbody = { value = "newest" }', "older"),
        ("[invoice]\nlist = { value = 1 }", "'try'"),
        ("[invoice]\nlist = { value = true }", "'try'"),
        ("[pace]\ncalls = { value = 0 }", "60"),
        ("[pace]\ncalls = { value = -5 }", "60"),
        ('[errors.codes]\n7 = { value = "trouble" }', "used"),
        ('[errors.words]\nyear = { value = ["("] }', "konto"),
        ('[invoice]\nkey = { value = "x", certainty = "sure" }', "no certainty"),
        ('[invoice]\nkey = { value = "x", source = "" }', "names no source"),
    ],
)
def test_entry_that_makes_no_sense_is_named(tmp_path: Path, text: str, said: str) -> None:
    """With an example or the word that was meant."""
    assert said in faults(tmp_path, text)


def test_file_must_say_what_it_changes(tmp_path: Path) -> None:
    """One of the shipped ones."""
    assert 'based_on = "a_2024_11"' in faults(tmp_path, "", base="")
    assert 'based_on = "a_2024_11"' in faults(tmp_path, "", base='based_on = "b_2026"\n')


def test_file_that_cannot_be_read(tmp_path: Path) -> None:
    """Missing, or no TOML."""
    with pytest.raises(ConfigError, match="cannot be read"):
        load("missing.toml", folder=tmp_path)
    assert "cannot be understood" in faults(tmp_path, "= 1")


def test_shipped_entry_must_say_how_sure_it_is(tmp_path: Path) -> None:
    """Only an owner may leave it out."""
    path = tmp_path / own(tmp_path, '[version]\ndate = { value = "2026-01-15" }')
    with pytest.raises(ConfigError, match="no certainty"):
        profiles.shipped(path)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"organization_id": "556000-4615"}, "organization_id"),
        ({"organization_id": "3f2504e04f8941d39a0c0305e82c3301"}, "organization_id"),
        ({"base_url": "api.hogia.se"}, "base_url"),
        ({"token_url": "http://id.hogia.example/connect/token"}, "token_url"),
    ],
)
def test_option_that_makes_no_sense(
    tmp_path: Path, clock: ManualClock, changes: dict[str, str], where: str
) -> None:
    """Each is named, with what to do; the organisation number is not the organisation."""
    office = HogiaOffice(tmp_path, clock)
    (problem,) = office.options(**changes).problems("[erp]")
    assert problem.where == f"[erp] {where}"
    assert problem.fix is not None


def test_good_options_have_no_problems(tmp_path: Path, clock: ManualClock) -> None:
    """Nor has this machine as an address."""
    assert HogiaOffice(tmp_path, clock).options(base_url="http://127.0.0.1:8080").problems("[erp]") == []
