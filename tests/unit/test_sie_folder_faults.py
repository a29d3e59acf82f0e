"""The folder when the disk, the owner or another program is in the way."""

from __future__ import annotations

import errno
import json
import os
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.erps.sie.locking import held
from bridge.errors import LostReply, Transient, Unauthorised
from tests.builders import an_order
from tests.support.sie import VOUCHER, a_sie, key_of, put


def _failing(code):
    def fail(*_args, **_more):
        raise OSError(code, os.strerror(code))

    return fail


def _visible(folder):
    return sorted(path.name for path in (folder / "sie").iterdir() if not path.name.startswith("."))


@pytest.mark.parametrize("call", ["fsync", "open", "link"])
def test_fault_disk_full_is_transient_and_leaves_nothing(tmp_path, monkeypatch, call):
    """Surely nothing was made, and later it goes through with the same number."""
    sie = a_sie(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(f"bridge.erps.sie.folder.os.{call}", _failing(errno.ENOSPC))
        with pytest.raises(Transient, match="full"):
            put(sie, an_order())
    assert _visible(tmp_path) == []
    assert not (tmp_path / "sie" / ".orderbro.tmp").exists()
    assert put(sie, an_order()).number == "W1"


def test_fault_disk_full_in_the_journal_before_the_file_is_transient(tmp_path, monkeypatch):
    """Without the line the file is not made; a half line is taken back."""
    sie = a_sie(tmp_path)
    put(sie, an_order(order_id=1))
    journal = tmp_path / "sie" / ".orderbro.journal"
    before = journal.read_bytes()

    def half(file, data):
        file.write(data[:7])
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr("bridge.erps.sie.journal._write_all", half)
        with pytest.raises(Transient):
            put(sie, an_order())
    assert journal.read_bytes() == before
    assert put(sie, an_order()).number == "W2"


def test_fault_disk_full_after_the_file_is_no_failure(tmp_path, monkeypatch):
    """The voucher stands; the next writer completes the journal."""
    from bridge.erps.sie import journal

    sie = a_sie(tmp_path)
    real, calls = journal._write_all, []

    def second_fails(file, data):
        calls.append(data)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "full")
        real(file, data)

    with monkeypatch.context() as patch:
        patch.setattr(journal, "_write_all", second_fails)
        document = put(sie, an_order())
    assert document.number == "W1"
    assert put(sie, an_order(order_id=8)).number == "W2"
    Path(document.link).unlink()
    assert a_sie(tmp_path).find_document(key_of(an_order()))[0].gross == Decimal("100.00")


def test_fault_short_write_counts_as_full():
    """A nearly full disk takes a part and says so only in the count."""
    import io

    from bridge.erps.sie.journal import _write_all

    class Short(io.BytesIO):
        def write(self, data):
            return super().write(data[:3])

    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        _write_all(Short(), b"123456")


def test_fault_unconfirmed_folder_is_a_lost_reply_and_found_again(tmp_path, monkeypatch):
    """The file has its name but the disk did not say so: nobody knows, and asking tells."""
    sie = a_sie(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("bridge.erps.sie.folder.sync_folder", _failing(errno.EIO))
        with pytest.raises(LostReply):
            put(sie, an_order())
    (found,) = sie.find_document(key_of(an_order()))
    assert found.number == "W1"
    assert put(sie, an_order()).number == "W1"
    assert len(_visible(tmp_path)) == 1


@pytest.mark.parametrize("code", [errno.EACCES, errno.EPERM, errno.EROFS, errno.ENAMETOOLONG])
def test_fault_no_permission_pauses_and_says_what_to_do(tmp_path, monkeypatch, code):
    """Every order would fail alike: the channel pauses, attempts are kept."""
    sie = a_sie(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("bridge.disk.os.open", _failing(code))
        with pytest.raises(Unauthorised) as caught:
            put(sie, an_order())
    assert str(tmp_path / "sie") in str(caught.value)
    assert caught.value.advice


def test_fault_folder_is_a_file(tmp_path):
    """A file where the folder should be is named, not replaced."""
    (tmp_path / "sie").write_text("mine")
    for call in (
        lambda sie: put(sie, an_order()),
        lambda sie: sie.find_document(key_of(an_order())),
        lambda sie: sie.preview(an_order(), key_of(an_order()), VOUCHER),
    ):
        with pytest.raises(Unauthorised, match="not a folder"):
            call(a_sie(tmp_path))
    assert (tmp_path / "sie").read_text() == "mine"


def test_fault_folder_above_missing_is_not_made(tmp_path):
    """An unmounted drive must not become an empty folder in which numbers start again."""
    sie = a_sie(tmp_path, erp={"folder": "drive/sie"})
    for call in (lambda: put(sie, an_order()), lambda: sie.find_document(key_of(an_order()))):
        with pytest.raises(Unauthorised, match="missing"):
            call()
    assert not (tmp_path / "drive").exists()


def test_fault_another_disk_trouble_is_transient(tmp_path, monkeypatch):
    """What we have no word for may pass."""
    sie = a_sie(tmp_path)
    monkeypatch.setattr("bridge.erps.sie.folder.os.fsync", _failing(errno.EIO))
    with pytest.raises(Transient, match="cannot be used"):
        put(sie, an_order())


def test_fault_without_hard_links_the_file_is_renamed(tmp_path, monkeypatch):
    """FAT and some network drives know no links."""
    monkeypatch.setattr("bridge.erps.sie.folder.os.link", _failing(errno.EOPNOTSUPP))
    sie = a_sie(tmp_path)
    assert [put(sie, an_order(order_id=each)).number for each in (7, 8, 7)] == ["W1", "W2", "W1"]
    assert len(_visible(tmp_path)) == 2


def test_fault_name_taken_by_a_stranger_is_never_overwritten(tmp_path, monkeypatch):
    """Between looking and naming somebody made the very file: it stays, and next time it is found."""
    sie = a_sie(tmp_path)
    put(sie, an_order(order_id=1))
    stolen = tmp_path / "sie" / "W-2026-000002-main_1234_order.si"
    real = os.link

    def late(source, target):
        stolen.write_text("stranger")
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr("bridge.erps.sie.folder.os.link", late)
        with pytest.raises(Transient, match="already"):
            put(sie, an_order())
    assert stolen.read_text() == "stranger"
    assert put(sie, an_order()).number == "W2"
    assert stolen.read_text() == "stranger"


def test_fault_without_links_a_taken_name_is_not_renamed_over(tmp_path, monkeypatch):
    """The second best way looks before it renames."""
    sie = a_sie(tmp_path)
    put(sie, an_order(order_id=1))
    stolen = tmp_path / "sie" / "W-2026-000002-main_1234_order.si"

    def late(_source, _target):
        stolen.write_text("stranger")
        raise OSError(errno.EPERM, "no links")

    monkeypatch.setattr("bridge.erps.sie.folder.os.link", late)
    with pytest.raises(Unauthorised):
        put(sie, an_order())
    assert stolen.read_text() == "stranger"


def test_fault_lock_held_by_another_program_is_transient(tmp_path, clock):
    """A bridge on another machine is writing: wait, then try later."""
    sie = a_sie(tmp_path, clock=clock)
    put(sie, an_order(order_id=1))
    with (
        held(tmp_path / "sie" / ".orderbro.lock", clock=clock, patience=1),
        pytest.raises(Transient, match="Another program"),
    ):
        put(sie, an_order())
    assert put(sie, an_order()).number == "W2"


def test_fault_leftovers_of_a_killed_writer_are_cleared(tmp_path):
    """Half a temporary file is removed by the check, and by the next writer."""
    sie = a_sie(tmp_path)
    put(sie, an_order(order_id=1))
    left = tmp_path / "sie" / ".orderbro.tmp"
    left.write_text("#FLAGGA")
    assert sie.check() == []
    assert not left.exists()
    left.write_text("#FLAGGA")
    assert put(sie, an_order()).number == "W2"
    assert not left.exists()


def _take(folder, number, order_id):
    line = {
        "step": "take", "series": "W", "year": "2026", "number": number, "key": f"main:{order_id}:order",
        "file": f"W-2026-{number:06d}-main_{order_id}_order.si", "gross": "100.00", "dated": "2026-11-21",
    }  # fmt: skip
    with (folder / "sie" / ".orderbro.journal").open("a") as journal:
        journal.write(json.dumps(line) + "\n")


def test_fault_number_of_a_writer_killed_before_its_file_is_free(tmp_path):
    """A number nobody used is no gap."""
    put(a_sie(tmp_path), an_order(order_id=1))
    _take(tmp_path, 2, 2)
    sie = a_sie(tmp_path)
    assert put(sie, an_order(order_id=3)).number == "W2"
    assert put(sie, an_order(order_id=2)).number == "W3"


def test_fault_file_of_a_writer_killed_after_it_counts(tmp_path):
    """The file is there, so it was booked, though nobody said so; moved away later it is still known."""
    sie = a_sie(tmp_path)
    first = put(sie, an_order(order_id=1))
    _take(tmp_path, 2, 2)
    path = tmp_path / "sie" / "W-2026-000002-main_2_order.si"
    stamp = (tmp_path / "sie").stat()
    path.write_bytes(Path(first.link).read_bytes().replace(b'"1"', b'"2"').replace(b"main:1:", b"main:2:"))
    os.utime(tmp_path / "sie", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert put(sie, an_order(order_id=2)).number == "W2"
    assert put(sie, an_order(order_id=3)).number == "W3"
    path.unlink()
    assert a_sie(tmp_path).find_document(key_of(an_order(order_id=2)))[0].number == "W2"


def test_fault_file_vanishing_while_two_are_compared_counts_as_another(tmp_path, monkeypatch):
    """What cannot be compared is reported: a person looks."""
    sie = a_sie(tmp_path)
    document = put(sie, an_order())
    copy = tmp_path / "sie" / "kopia.si"
    copy.write_bytes(Path(document.link).read_bytes())
    assert len(sie.find_document(key_of(an_order()))) == 1
    monkeypatch.setattr(Path, "read_bytes", _failing(errno.EACCES))
    assert len(sie.find_document(key_of(an_order()))) == 2


def test_fault_journal_removed_while_running_costs_nothing(tmp_path):
    """Somebody tidied the hidden files away: the vouchers still answer, and numbers go on."""
    sie = a_sie(tmp_path)
    put(sie, an_order())
    assert len(sie.find_document(key_of(an_order()))) == 1
    (tmp_path / "sie" / ".orderbro.journal").unlink()
    assert len(sie.find_document(key_of(an_order()))) == 1
    assert put(sie, an_order(order_id=2)).number == "W2"


def test_fault_stranger_adding_a_file_while_we_write_is_seen_next_time(tmp_path, monkeypatch):
    """The folder's time stamp is trusted only if it was ours before and after."""
    sie = a_sie(tmp_path)
    document = put(sie, an_order())
    text = Path(document.link).read_text("cp437").replace('"W" "1"', '"W" "9"')
    folder = sie._folder
    real = folder._index.refresh

    def refreshed_then_disturbed():
        real()
        (tmp_path / "sie" / "egen.si").write_text(text, encoding="cp437")
        os.utime(tmp_path / "sie", ns=(1, 1))

    with monkeypatch.context() as patch:
        patch.setattr(folder._index, "refresh", refreshed_then_disturbed)
        put(sie, an_order(order_id=2))
    assert len(sie.find_document(key_of(an_order()))) == 2
