"""What an adapter keeps beside the database: private, shared, whole or nothing, and plain about what is wrong."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bridge.erps import memory as kept
from bridge.erps.memory import Memory
from bridge.errors import Transient, Unauthorised
from bridge.model.texts import say

ROW = "INSERT INTO sent VALUES (?)"
KEYS = "SELECT key FROM sent ORDER BY key"
NAME = "erp.sqlite"
HALF = """
import os, sqlite3, sys
rows = sqlite3.connect(sys.argv[1], isolation_level=None)
rows.execute("PRAGMA cache_size = 1")
rows.execute("BEGIN IMMEDIATE")
rows.execute("DELETE FROM sent")
for number in range(50000):
    rows.execute(sys.argv[2], (f"half:{number}",))
os._exit(9)
"""
ANOTHER = """
import sqlite3, sys
rows = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
try:
    rows.execute("BEGIN IMMEDIATE")
except sqlite3.OperationalError as error:
    print(error)
"""


def memory(folder: Path) -> Memory:
    """One that an adapter would keep in the folder."""
    return Memory(
        folder / NAME,
        schema="CREATE TABLE IF NOT EXISTS sent (key TEXT PRIMARY KEY); CREATE TABLE IF NOT EXISTS other (id)",
        keeps=say("It keeps what was sent."),
        lost=say("Without it you are asked."),
    )


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    """It tells who bought when; the folder is made when it is first written."""
    file = memory(tmp_path / "data")
    assert file.read(KEYS) == []
    assert not (tmp_path / "data").exists()
    with file.saving() as rows:
        rows.execute(ROW, ("main:1:order",))
    assert os.name == "nt" or file.path.stat().st_mode & 0o777 == 0o600
    file.close()
    assert [each.name for each in (tmp_path / "data").iterdir()] == [NAME]


def test_what_failed_half_way_was_not_written(tmp_path: Path) -> None:
    """The connection works on afterwards."""
    file = memory(tmp_path)

    def fail() -> None:
        with file.saving() as rows:
            rows.execute(ROW, ("main:1:order",))
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert file.read(KEYS) == []
    with file.saving() as rows:
        rows.execute(ROW, ("main:2:order",))
    assert file.read(KEYS) == [("main:2:order",)]


def test_several_bridges_and_threads_share_it(tmp_path: Path) -> None:
    """Nobody's row gets lost."""
    files = [memory(tmp_path), memory(tmp_path)]

    def write(name: str) -> None:
        for number in range(10):
            with files[number % 2].saving() as rows:
                rows.execute(ROW, (f"{name}:{number}",))

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(files[0].read(KEYS)) == len(files[1].read(KEYS)) == 40


def test_another_that_is_opened_here_lets_no_other_process_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closing a handle of the file would end the locks of this process, and two would write at once."""
    monkeypatch.setattr(kept, "PATIENCE", 0)
    file = memory(tmp_path)
    file.close()
    with file.saving() as rows:
        rows.execute(ROW, ("main:1:order",))
        with pytest.raises(Transient), memory(tmp_path).saving():
            pass
        tried = subprocess.run(
            [sys.executable, "-c", ANOTHER, str(file.path)], check=True, capture_output=True, text=True
        )
    assert "locked" in tried.stdout


def test_a_writer_that_does_not_finish_is_waited_for_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was sent, so it is tried again."""
    monkeypatch.setattr(kept, "PATIENCE", 0.01)
    file, other = memory(tmp_path), memory(tmp_path)
    for each in (file, other):
        with each.saving():
            pass
    with other.saving(), pytest.raises(Transient, match="does not finish"), file.saving():
        pass
    with file.saving() as rows:
        rows.execute(ROW, ("main:1:order",))
    assert other.read(KEYS) == [("main:1:order",)]


def test_a_damaged_file_stops_everything(tmp_path: Path) -> None:
    """It is never taken for an empty one; it says where the file lies, what is in it and what can be done."""
    (tmp_path / NAME).write_bytes(b"no database at all" * 100)
    with pytest.raises(Unauthorised, match=r"erp\.sqlite.*It keeps what was sent\.") as caught:
        memory(tmp_path).read(KEYS)
    assert "latest copy" in str(caught.value.advice)
    assert str(caught.value.advice).endswith("Without it you are asked.")
    assert isinstance(caught.value.__cause__, sqlite3.Error)


@pytest.mark.skipif(
    os.name == "nt", reason="Windows says that there is no such file, and that is found on writing"
)
def test_a_folder_that_cannot_be_looked_into_stops_everything(tmp_path: Path) -> None:
    """It is never taken for an empty one."""
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(Unauthorised) as caught:
        memory(tmp_path / "data").read(KEYS)
    assert "ownership" in str(caught.value.advice)


def test_a_folder_that_cannot_be_made_stops_everything(tmp_path: Path) -> None:
    """Nothing may be sent that would not be remembered."""
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(Unauthorised) as caught, memory(tmp_path / "data").saving():
        pass
    assert "ownership" in str(caught.value.advice)


def test_a_killed_writers_half_is_undone(tmp_path: Path) -> None:
    """The journal it left behind is played back by whoever comes next."""
    file = memory(tmp_path)
    with file.saving() as rows:
        rows.execute(ROW, ("main:1:order",))
    died = subprocess.run([sys.executable, "-c", HALF, str(file.path), ROW], check=False)
    assert died.returncode == 9
    assert file.path.with_name(f"{NAME}-journal").stat().st_size
    assert file.read(KEYS) == [("main:1:order",)]


@pytest.mark.skipif(os.name == "nt", reason="Windows moves no file that is open")
def test_what_is_moved_away_under_it_is_written_no_more(tmp_path: Path) -> None:
    """Whoever puts a copy back while the bridge runs has all that is written from then on."""
    file = memory(tmp_path)
    for key in ("main:1:order", "main:2:order"):
        with file.saving() as rows:
            rows.execute(ROW, (key,))
        file.path.rename(tmp_path / "old.sqlite")
        assert file.read(KEYS) == []
    with file.saving() as rows:
        rows.execute(ROW, ("main:3:order",))
    assert memory(tmp_path).read(KEYS) == [("main:3:order",)]


def test_a_statement_that_makes_no_sense_is_not_the_disks(tmp_path: Path) -> None:
    """It is a fault of ours, and nobody is sent to look after the folder."""
    file = memory(tmp_path)
    with pytest.raises(sqlite3.OperationalError, match="nowhere"), file.saving() as rows:
        rows.execute("SELECT * FROM nowhere")
