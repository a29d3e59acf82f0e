"""What the bridge remembers of payments: before it is sent, once, through kills, among processes."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.erps.hogia_smart.ledger import Ledger
from bridge.errors import Unauthorised

KILLED = """
import os, sys
from decimal import Decimal
from pathlib import Path
from bridge.clock import SystemClock
from bridge.erps.hogia_smart.ledger import Ledger
ledger = Ledger(Path(sys.argv[1]), clock=SystemClock())
print(ledger.sending("a", ref="main:1", invoice="100001", amount=Decimal("5.00"), left_before=None), flush=True)
os.kill(os.getpid(), 9)
"""


@pytest.fixture
def ledger(tmp_path: Path, clock: ManualClock) -> Ledger:
    """An empty one, in a folder that is not there yet."""
    return Ledger(tmp_path / "data" / "hogia.sqlite", clock=clock)


def send(
    ledger: Ledger, about: str = "a", *, ref: str = "main:1", invoice: str = "100001", left: str = ""
) -> bool:
    """Note a payment of 5.00."""
    before = Decimal(left) if left else None
    return ledger.sending(about, ref=ref, invoice=invoice, amount=Decimal("5.00"), left_before=before)


def test_nothing_is_known_and_no_file_made_by_asking(ledger: Ledger, tmp_path: Path) -> None:
    """A company without payments needs none."""
    assert (ledger.of("a"), ledger.of_order("main:1"), ledger.of_invoice("100001")) == (None, [], [])
    assert not (tmp_path / "data").exists()


def test_note_is_made_once_and_confirmed(ledger: Ledger, clock: ManualClock) -> None:
    """With amounts to the öre and the moment."""
    assert send(ledger, left="365.00")
    assert not send(ledger, left="1.00")
    note = ledger.of("a")
    assert note is not None
    assert (note.ref, note.invoice, str(note.amount), str(note.left_before)) == (
        "main:1", "100001", "5.00", "365.00"
    )  # fmt: skip
    assert (note.since, note.made) == (clock.now(), None)
    ledger.made("a", "guid")
    again = ledger.of("a")
    assert again is not None
    assert again.made == "guid"


def test_what_is_surely_not_made_is_forgotten_and_nothing_else(ledger: Ledger) -> None:
    """A confirmed one stays whatever is said of it later."""
    send(ledger)
    ledger.not_made("a")
    assert ledger.of("a") is None
    send(ledger)
    ledger.made("a", "")
    ledger.not_made("a")
    note = ledger.of("a")
    assert note is not None
    assert note.made == ""


def test_sent_once_more_starts_anew(ledger: Ledger, clock: ManualClock) -> None:
    """Another moment, another remainder."""
    send(ledger, left="365.00")
    clock.advance(600)
    ledger.again("a", left_before=None)
    note = ledger.of("a")
    assert note is not None
    assert (note.since, note.left_before) == (clock.now(), None)


def test_notes_of_an_order_and_of_an_invoice(ledger: Ledger) -> None:
    """Oldest first."""
    send(ledger, "b", invoice="2")
    send(ledger, "a", invoice="1")
    send(ledger, "c", ref="main:2", invoice="1")
    assert [note.about for note in ledger.of_order("main:1")] == ["b", "a"]
    assert [note.about for note in ledger.of_invoice("1")] == ["a", "c"]


def test_process_that_is_killed_leaves_its_note(ledger: Ledger, tmp_path: Path) -> None:
    """Noted before the call leaves: the next process knows that it may have been made."""
    path = tmp_path / "data" / "hogia.sqlite"
    child = subprocess.run(
        [sys.executable, "-c", KILLED, str(path)], capture_output=True, text=True, check=False
    )
    assert child.returncode == -signal.SIGKILL if os.name != "nt" else child.returncode != 0
    assert child.stdout.strip() == "True"
    note = ledger.of("a")
    assert note is not None
    assert note.made is None
    assert not send(ledger)


def test_of_many_at_once_one_sends(tmp_path: Path, clock: ManualClock) -> None:
    """Each has the file open by itself, as processes do."""
    won: list[bool] = []
    others = [Ledger(tmp_path / "data" / "hogia.sqlite", clock=clock) for _ in range(8)]
    threads = [threading.Thread(target=lambda each=each: won.append(send(each))) for each in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 7 + [True]


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_file_is_its_owners_alone(ledger: Ledger, tmp_path: Path) -> None:
    """It tells who paid what."""
    send(ledger)
    assert stat.S_IMODE((tmp_path / "data" / "hogia.sqlite").stat().st_mode) == 0o600


def test_file_that_cannot_be_used_stops_everything_in_plain_words(ledger: Ledger, tmp_path: Path) -> None:
    """Without the note nothing may leave; no order is at fault."""
    (tmp_path / "data").write_bytes(b"a file in the place of the folder")
    with pytest.raises(Unauthorised) as caught:
        send(ledger)
    assert "registered in Hogia" in str(caught.value)
    assert "disk" in str(caught.value.advice)


def test_damaged_file_is_told(ledger: Ledger, tmp_path: Path) -> None:
    """And never taken for an empty one."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "hogia.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(Unauthorised) as caught:
        ledger.of("a")
    assert isinstance(caught.value.__cause__, sqlite3.Error)
