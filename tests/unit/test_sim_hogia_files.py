"""Hogia simulator, the folder of SIE files: read strictly, by the standard's own reader."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.sim.booked import Refused
from bridge.sim.hogia_smart.files import Simulator

FILE = """#FLAGGA 0
#PROGRAM "Prov" "1"
#FORMAT PC8
#GEN 20261121
#SIETYP 4
#ORGNR 556000-4615
#FNAMN "Prov & Bruk AB"
#KONTO 1580 "Kort"
#KONTO 3001 "Tvål"
#VER "W" "7" 20261121 "Order main:1234:order"
{
#TRANS 1580 {} 100.00
#TRANS 3001 {} -100.00
}
"""


@pytest.fixture
def simulator(tmp_path: Path, clock: ManualClock) -> Simulator:
    """An empty folder."""
    simulator = Simulator(tmp_path, clock.now)
    simulator.folder.mkdir()
    return simulator


def put(simulator: Simulator, text: str) -> None:
    """A file somebody wrote."""
    (simulator.folder / "a.si").write_bytes(text.encode("cp437"))


def test_voucher_is_read(simulator: Simulator) -> None:
    """With its key; somebody may book it twice."""
    put(simulator, FILE)
    (booked,) = simulator.booked()
    assert (booked.key, booked.number, booked.gross) == ("main:1234:order", "W7", Decimal("100.00"))
    simulator.twin("main:1234:order")
    assert sorted(each.number for each in simulator.booked()) == ["W7", "W8"]


def test_voucher_that_does_not_balance_is_refused(simulator: Simulator) -> None:
    """As an accounting program would."""
    put(simulator, FILE.replace("-100.00", "-99.00"))
    with pytest.raises(Refused):
        simulator.booked()


def test_keys_of_the_section(simulator: Simulator) -> None:
    """They lead to the folder."""
    assert simulator.options["transport"] == "sie"
    assert simulator.options["folder"] == str(simulator.folder)
    assert (simulator.mounts, simulator.faults) == ({}, None)
