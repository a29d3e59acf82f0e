"""The importing program of the simulator is strict, or the contract would prove nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.sim.booked import Refused
from bridge.sim.sie import Simulator
from tests.builders import an_order
from tests.support.sie import a_sie, put


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("#FLAGGA 0", "#FLAGGA 1", "flag"),
        ("#FORMAT PC8", "#FORMAT UTF8", "PC8"),
        ("#GEN 20261121\r\n", "", "#GEN not there once"),
        ("#RAR 0 2026", "#RAR 0 2025", "control sum"),
        ("-80.00", "-80.01", "control sum"),
        ("#VALUTA SEK", "#IB 0 1580 5", "not for an import file"),
        ('"Exempel AB"', '"Exempel AB', "No closing quotation"),
        ("Anna", "An\x02na", "control character"),
    ],
)
def test_simulator_refuses_what_an_accounting_program_would(tmp_path, clock, old, new, words):
    """Each fault stops the import."""
    path = Path(put(a_sie(tmp_path), an_order()).link)
    text = path.read_bytes().decode("cp437")
    assert old in text
    path.write_bytes(text.replace(old, new).encode("cp437"))
    with pytest.raises(Refused, match=words):
        Simulator(tmp_path, clock.now).booked()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("-80.00", "-80.01", "balance"),
        ("-80.00", "-80,00", "row"),
        ('#KONTO 3001 "Försäljning inom Sverige, 25 % moms"\r\n', "", "not declared"),
        ("#RAR 0 20260101 20261231", "#RAR 0 20250101 20251231", "financial year"),
        ("#VER", "#PROSA", "not for an import file"),
        (
            '  #TRANS 3001 {} -80.00 "" "Försäljning 25 %"\r\n  #TRANS 2611 {} -20.00 "" "Moms 25 %"\r\n',
            "",
            "two rows",
        ),
    ],
)
def test_simulator_reckons_for_itself_without_a_control_sum(tmp_path, clock, old, new, words):
    """A file by hand has no sum; its contents are judged all the same."""
    path = Path(put(a_sie(tmp_path), an_order()).link)
    lines = path.read_bytes().decode("cp437").splitlines(keepends=True)
    text = "".join(line for line in lines if not line.startswith("#KSUMMA"))
    assert old in text
    path.write_bytes(text.replace(old, new).encode("cp437"))
    with pytest.raises(Refused, match=words):
        Simulator(tmp_path, clock.now).booked()


def test_simulator_without_a_folder_holds_nothing(tmp_path, clock):
    """Before the first order there is none."""
    assert Simulator(tmp_path, clock.now).booked() == []


def test_simulator_voucher_of_somebody_else_has_no_key(tmp_path, clock):
    """A voucher made by hand is none of ours."""
    path = Path(put(a_sie(tmp_path), an_order()).link)
    text = path.read_bytes().decode("cp437").replace("main:1234:order", "by hand")
    path.write_bytes(
        b"".join(x for x in text.encode("cp437").splitlines(keepends=True) if b"KSUMMA" not in x)
    )
    (booked,) = Simulator(tmp_path, clock.now).booked()
    assert booked.key == ""
