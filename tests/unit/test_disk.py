from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from bridge import disk
from bridge.clock import ManualClock


def test_file_is_replaced_whole_and_for_its_owner_only(tmp_path: Path):
    """Nothing of the old content, nothing beside it."""
    path = tmp_path / "kept.json"
    disk.replace_file(path, b"a much longer first content")
    disk.replace_file(path, b"second")
    assert path.read_bytes() == b"second"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_failed_replacing_leaves_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The disk fills up half way; what was left lying does not hinder the next try."""
    path = tmp_path / "kept.json"
    disk.replace_file(path, b"first")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", _full)
        with pytest.raises(OSError, match="No space"):
            disk.replace_file(path, b"second")
    assert path.read_bytes() == b"first"
    disk.replace_file(path, b"third")
    assert path.read_bytes() == b"third"


def _full(_handle: int) -> None:
    raise OSError(28, "No space left on device")


def test_lock_is_one_at_a_time_and_free_afterwards(tmp_path: Path, clock: ManualClock):
    """Patience is counted by the clock; a holder that fails lets go all the same."""
    lock = tmp_path / "a.lock"
    began = clock.monotonic()
    with disk.held(lock, clock=clock, patience=5), pytest.raises(disk.Busy):
        disk.held(lock, clock=clock, patience=5).__enter__()
    assert 5 <= clock.monotonic() - began < 6
    with pytest.raises(RuntimeError), disk.held(lock, clock=clock, patience=0):
        raise RuntimeError
    with disk.held(lock, clock=clock, patience=0):
        pass
