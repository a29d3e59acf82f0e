"""Specter's profile: what ships makes sense, what an owner writes is checked, every fault is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.erps.specter.profile import Action, Certainty, load
from bridge.errors import ConfigError


def own(folder: Path, text: str) -> Path:
    """An owner's file."""
    path = folder / "own.toml"
    path.write_text(text, "utf-8")
    return path


def faults(folder: Path, text: str) -> str:
    """What is said of an owner's file that will not do."""
    with pytest.raises(ConfigError) as caught:
        load(own(folder, text))
    return str(caught.value)


def test_every_shipped_entry_has_certainty_and_source():
    """None claims to be an owner's."""
    entries = load().entries.values()
    assert len(entries) > 150
    assert all(entry.source and entry.certainty is not Certainty.OWN for entry in entries)


def test_every_action_has_a_name_and_something_that_signs_it():
    """Whatever the code can ask for."""
    profile = load()
    assert all(profile.text(f"actions.{action}") and profile.text(f"signs.{action}") for action in Action)
    assert profile.text("actions.order") == "newOrderSubmit"


def test_every_code_of_a_payment_method_is_a_known_one():
    """The two tables agree."""
    profile = load()
    assert set(profile.table("payments.methods").values()) <= set(profile.table("payments.codes"))


def test_rows_keep_their_number_and_what_has_no_name_is_not_sent():
    """A name may have a line in it."""
    profile = load()
    assert profile.spelled("articleNo_12") == "articleNo_12"
    assert profile.spelled("customerId") == "customerId"
    assert profile.spelled("ourReference") == ""


def test_owner_corrects_what_a_live_run_showed(tmp_path: Path):
    """Named entries change, the others stay; certainty and source may be left out."""
    path = own(
        tmp_path,
        '[parameters]\nourReference = { value = "ourReference" }\narticleNo = { value = "artNo" }\n'
        '[errors.codes]\n17 = { value = "duplicate order", certainty = "DOC", source = "Specter support" }\n'
        '[payments.methods]\nstripe = { value = "ST" }\n'
        "[numbers]\narticles_per_call = { value = 50 }\n",
    )
    profile = load(path)
    assert profile.spelled("ourReference") == "ourReference"
    assert profile.spelled("articleNo_2") == "artNo_2"
    assert profile.table("errors.codes") == {"99": "open batch", "17": "duplicate order"}
    assert profile.entries["payments.methods.stripe"].certainty is Certainty.OWN
    assert profile.number("numbers.articles_per_call") == 50
    assert profile.text("actions.order") == "newOrderSubmit"


def test_what_a_live_run_has_to_confirm_is_told():
    """What is inferred or unknown, and nothing that somebody has seen."""
    names = [entry.name for entry in load().unsure()]
    assert "parameters.ourReference" in names
    assert "actions.order" not in names


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[actions]\nordr = { value = "x" }',
            "own.toml actions.ordr: The profile has no entry actions.ordr.",
        ),
        ('[actions]\nordr = { value = "x" }', "Did you mean actions.order?"),
        ('[zzz]\nq = { value = "x" }', "Remove the entry."),
        ('[actions]\norder = "newOrderSubmit"', "This is no entry of a profile."),
        ('[actions]\norder = { value = "new order" }', "Write it like newOrderSubmit."),
        ("[actions]\norder = { value = 7 }", "7 is not possible here."),
        ("[actions]\norder = { value = true }", "True is not possible here."),
        ("[payments.kinds]\nprepayment = { value = [] }", "[] is not possible here."),
        ('[parameters]\nexternalOrderNo = { value = "" }', "Write it like externalOrderNo."),
        ('[parameters]\nvatPercent = { value = "" }', "Write it like vatPercent."),
        (
            '[parameters]\nuserSource = { value = "Currency" }',
            "The parameter currency is spelled Currency too.",
        ),
        ("[numbers]\narticles_per_call = { value = 0 }", "Write it like 100."),
        ("[numbers]\ngrams_per_weight = { value = 0 }", "Write it like 1000."),
        ("[numbers]\nprice_decimals = { value = -1 }", "Write it like 3."),
        ('[signs]\norder = { value = "a||b" }', "Write it like name|firstName surName."),
        ('[errors.codes]\n5 = { value = "no idea" }', "Write it like open batch."),
        ('[errors.words]\nmissing = { value = ["("] }', "is not possible here"),
        ('[statuses.delivery]\nP = { value = "on its way" }', "Write it like delivered."),
        ('[fields]\nstock_site = { value = ["stock site"] }', "Write it like articleNo."),
        (
            '[actions]\norder = { value = "x", certainty = "sure" }',
            "'sure' is no certainty. Possible: DOC, 2+",
        ),
        ('[actions]\norder = { value = "x", certainty = "DOC", source = "" }', "The entry names no source."),
        ("[actions", "The profile own.toml cannot be understood"),
    ],
)
def test_fault_in_the_owners_file_is_named_with_its_remedy(tmp_path: Path, text: str, said: str):
    """File, entry, what is wrong, what to write."""
    assert said in faults(tmp_path, text)


def test_file_that_is_not_there_is_told(tmp_path: Path):
    """With its name."""
    with pytest.raises(ConfigError, match=r"nowhere\.toml cannot be read"):
        load(tmp_path / "nowhere.toml")


def test_shipped_file_is_checked_like_an_owners(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """And must name certainty and source."""
    path = own(tmp_path, '[actions]\norder = { value = "newOrderSubmit" }')
    monkeypatch.setattr("bridge.erps.specter.profile.SHIPPED", path)
    with pytest.raises(ConfigError, match="is no certainty"):
        load()
