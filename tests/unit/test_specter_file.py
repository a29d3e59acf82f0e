"""The file Specter's adapter keeps: private, shared, whole or nothing, and plain about what is wrong with it."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bridge.erps.specter import file as kept
from bridge.erps.specter.file import File
from bridge.errors import Transient, Unauthorised

ROW = "INSERT INTO ledger VALUES ('4711', ?, '2026-11-21T12:00:00+00:00', '1001', '', '')"
HALF = """
import os, sqlite3, sys
rows = sqlite3.connect(sys.argv[1], isolation_level=None)
rows.execute("PRAGMA cache_size = 1")
rows.execute("BEGIN IMMEDIATE")
rows.execute("DELETE FROM ledger")
for number in range(5000):
    rows.execute(sys.argv[2], (f"half:{number}",))
os._exit(9)
"""
KEYS = "SELECT key FROM ledger ORDER BY key"


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    """It tells who bought when; the folder is made when it is first used."""
    file = File(tmp_path / "data")
    assert not (tmp_path / "data").exists()
    with file.saving() as rows:
        rows.execute(ROW, ("main:1:order",))
    assert file.path.stat().st_mode & 0o777 == 0o600
    file.close()
    assert [each.name for each in (tmp_path / "data").iterdir()] == ["specter.sqlite"]


def test_what_failed_half_way_was_not_written(tmp_path: Path) -> None:
    """The connection works on afterwards."""
    file = File(tmp_path)

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
    files = [File(tmp_path), File(tmp_path)]

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


def test_a_writer_that_does_not_finish_is_waited_for_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was sent, so it is tried again."""
    monkeypatch.setattr(kept, "PATIENCE", 0.01)
    file, other = File(tmp_path), File(tmp_path)
    file.read(KEYS)
    with other.saving(), pytest.raises(Transient, match="does not finish"), file.saving():
        pass
    with file.saving() as rows:
        rows.execute(ROW, ("main:1:order",))
    assert other.read(KEYS) == [("main:1:order",)]


def test_a_damaged_file_stops_everything(tmp_path: Path) -> None:
    """It says where the file lies and what can be done."""
    (tmp_path / "specter.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(Unauthorised, match=r"specter\.sqlite") as caught, File(tmp_path).saving():
        pass
    assert "latest copy" in str(caught.value.advice)


def test_a_folder_that_cannot_be_made_stops_everything(tmp_path: Path) -> None:
    """Nothing may be sent that would not be remembered."""
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(Unauthorised) as caught:
        File(tmp_path / "data").read(KEYS)
    assert "ownership" in str(caught.value.advice)


def test_a_killed_writers_half_is_undone(tmp_path: Path) -> None:
    """The journal it left behind is played back by whoever comes next."""
    file = File(tmp_path)
    with file.saving() as rows:
        rows.execute(ROW, ("main:1:order",))
    died = subprocess.run([sys.executable, "-c", HALF, str(file.path), ROW], check=False)
    assert died.returncode == 9
    assert file.path.with_name("specter.sqlite-journal").stat().st_size
    assert file.read(KEYS) == [("main:1:order",)]
