"""The folder: numbers without gaps, each key once, and owners who tidy up."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.errors import Rejected
from bridge.model.orders import Payment
from tests.builders import an_order
from tests.support.sie import a_sie, key_of, put


def _numbers(sie, *ids):
    return [put(sie, an_order(order_id=order_id)).number for order_id in ids]


def _files(folder):
    return sorted(path.name for path in (folder / "sie").rglob("*.si"))


def test_folder_numbers_rise_without_gaps_and_stand_in_the_name(tmp_path):
    """The file's name tells series, year, number and key."""
    assert _numbers(a_sie(tmp_path), 7, 8) == ["W1", "W2"]
    assert _files(tmp_path) == ["W-2026-000001-main_7_order.si", "W-2026-000002-main_8_order.si"]


def test_folder_nothing_but_finished_files_is_left(tmp_path):
    """No temporary file stays, and the rest is hidden."""
    _numbers(a_sie(tmp_path), 7)
    hidden = {path.name for path in (tmp_path / "sie").iterdir() if path.name.startswith(".")}
    assert hidden == {".orderbro.lock", ".orderbro.journal"}


def test_folder_each_financial_year_has_its_own_numbers(tmp_path):
    """A broken year is named after its first month."""
    sie = a_sie(tmp_path, erp={"year_start": "5", "series": "B", "first_number": "100"})
    april, may = (Payment(paid_at=datetime(2026, month, 15, tzinfo=UTC)) for month in (4, 5))
    put(sie, an_order(order_id=1, payment=april))
    put(sie, an_order(order_id=2, payment=may))
    put(sie, an_order(order_id=3, payment=may))
    assert _files(tmp_path) == [
        "B-202505-000100-main_1_order.si",
        "B-202605-000100-main_2_order.si",
        "B-202605-000101-main_3_order.si",
    ]
    text = (tmp_path / "sie" / _files(tmp_path)[0]).read_text("cp437")
    assert "#RAR 0 20250501 20260430" in text


def test_folder_same_key_again_is_the_same_voucher(tmp_path):
    """Booking twice makes one file, whatever became of the order meanwhile."""
    sie = a_sie(tmp_path)
    first = put(sie, an_order())
    again = put(sie, an_order(payment=Payment(paid_at=datetime(2027, 5, 1, tzinfo=UTC))))
    assert (again.id, again.gross, again.dated) == (first.id, first.gross, first.dated)
    assert "already" in str(again.notes[0])
    assert len(_files(tmp_path)) == 1


def test_folder_a_new_adapter_goes_on_where_the_last_one_ended(tmp_path):
    """A restart asks the folder."""
    _numbers(a_sie(tmp_path), 7)
    assert _numbers(a_sie(tmp_path), 7, 8) == ["W1", "W2"]


def test_folder_imported_files_may_be_moved_to_folders_inside(tmp_path):
    """The owner's "importerade" is still the folder."""
    sie = a_sie(tmp_path)
    document = put(sie, an_order())
    (tmp_path / "sie" / "importerade" / "2026").mkdir(parents=True)
    moved = shutil.move(document.link, tmp_path / "sie" / "importerade" / "2026")
    (found,) = sie.find_document(key_of(an_order()))
    assert (found.link, found.gross) == (str(moved), Decimal("100.00"))
    assert _numbers(sie, 1234, 8) == ["W1", "W2"]
    assert a_sie(tmp_path).find_document(key_of(an_order())) == [found]


def test_folder_files_taken_away_are_remembered(tmp_path):
    """A number is never given twice, and a booked order stays booked, when the owner empties the folder."""
    sie = a_sie(tmp_path)
    Path(put(sie, an_order()).link).unlink()
    for each in (sie, a_sie(tmp_path)):
        (found,) = each.find_document(key_of(an_order()))
        assert (found.number, found.gross, found.link) == ("W1", Decimal("100.00"), "")
        assert "no longer" in str(found.notes[0])
    assert _numbers(a_sie(tmp_path), 8) == ["W2"]


def test_folder_without_its_journal_the_files_answer(tmp_path):
    """The journal is a help, not the truth."""
    put(a_sie(tmp_path), an_order())
    (tmp_path / "sie" / ".orderbro.journal").unlink()
    sie = a_sie(tmp_path)
    assert len(sie.find_document(key_of(an_order()))) == 1
    assert _numbers(sie, 8) == ["W2"]


def test_folder_torn_or_foreign_journal_lines_are_skipped(tmp_path):
    """A power cut in the middle of a line costs nothing."""
    put(a_sie(tmp_path), an_order())
    with (tmp_path / "sie" / ".orderbro.journal").open("ab") as journal:
        journal.write(b'{"step": "made", "series": 5}\n[]\n\xff\xfe\n{"step": "ma')
    sie = a_sie(tmp_path)
    assert _numbers(sie, 8) == ["W2"]
    assert _numbers(a_sie(tmp_path), 8, 9) == ["W2", "W3"]


def test_folder_replaced_journal_is_read_again(tmp_path):
    """Restoring an older copy beside a running bridge does not upset it."""
    sie = a_sie(tmp_path)
    _numbers(sie, 7, 8)
    journal = tmp_path / "sie" / ".orderbro.journal"
    journal.write_bytes(journal.read_bytes()[:10])
    assert _numbers(sie, 7, 8, 9) == ["W1", "W2", "W3"]


def test_folder_renamed_file_is_known_by_its_contents(tmp_path):
    """A name an owner likes better changes nothing."""
    path = tmp_path / "sie" / "order från Anna.SI"
    Path(put(a_sie(tmp_path), an_order()).link).rename(path)
    (tmp_path / "sie" / ".orderbro.journal").unlink()
    (found,) = a_sie(tmp_path).find_document(key_of(an_order()))
    assert (found.number, found.link) == ("W1", str(path))


def test_folder_copy_of_a_file_is_not_a_second_voucher(tmp_path):
    """Copied instead of moved: the same bytes are the same voucher."""
    sie = a_sie(tmp_path)
    document = put(sie, an_order())
    (tmp_path / "sie" / "importerade").mkdir()
    shutil.copy(document.link, tmp_path / "sie" / "importerade")
    shutil.copy(document.link, tmp_path / "sie" / "kopia.si")
    assert len(sie.find_document(key_of(an_order()))) == 1


def test_folder_two_vouchers_with_one_key_are_both_reported(tmp_path):
    """Nobody guesses which is right; booking once more is refused."""
    sie = a_sie(tmp_path)
    text = Path(put(sie, an_order()).link).read_text("cp437")
    (tmp_path / "sie" / "egen.si").write_text(text.replace('"W" "1"', '"W" "9"'), encoding="cp437")
    assert [found.number for found in sie.find_document(key_of(an_order()))] == ["W1", "W9"]
    with pytest.raises(Rejected, match="W1, W9"):
        put(sie, an_order())
    assert _numbers(sie, 8) == ["W10"]


def test_folder_edited_copy_with_the_same_number_is_reported(tmp_path):
    """Same number, other contents: somebody must look."""
    sie = a_sie(tmp_path)
    text = Path(put(sie, an_order()).link).read_text("cp437")
    (tmp_path / "sie" / "egen.si").write_text(text.replace("80.00", "81.00"), encoding="cp437")
    assert len(sie.find_document(key_of(an_order()))) == 2


def test_folder_files_of_other_programs_are_left_alone(tmp_path):
    """Somebody else's files count for nothing."""
    (tmp_path / "sie").mkdir()
    (tmp_path / "sie" / "FAKT.SI").write_text('#FLAGGA 0\n#VER A 5 20260101 "Faktura 7"\n{\n}\n')
    (tmp_path / "sie" / "W-2026-000007-nonsense.si").write_text("hello")
    (tmp_path / "sie" / "readme.txt").write_text("hello")
    assert _numbers(a_sie(tmp_path), 7) == ["W1"]


def test_folder_damaged_file_still_answers_with_what_is_known(tmp_path):
    """The name tells the number; the journal tells the rest."""
    sie = a_sie(tmp_path)
    document = put(sie, an_order())
    Path(document.link).write_bytes(b"")
    (found,) = a_sie(tmp_path).find_document(key_of(an_order()))
    assert (found.number, found.gross) == ("W1", Decimal("100.00"))


def test_folder_shop_names_with_odd_letters_make_safe_names(tmp_path):
    """Any shop name comes back out of the file's name and its contents."""
    from tests.builders import a_ref

    order = an_order(ref=a_ref(5, shop="Sköna %_ / butik"))
    document = put(a_sie(tmp_path), order)
    assert "/ butik" not in document.link
    assert len(a_sie(tmp_path).find_document(key_of(order))) == 1
    (tmp_path / "sie" / ".orderbro.journal").unlink()
    Path(document.link).rename(tmp_path / "sie" / "x.si")
    assert len(a_sie(tmp_path).find_document(key_of(order))) == 1


def test_folder_not_made_yet_answers_nothing(tmp_path):
    """Asking does not make the folder."""
    assert a_sie(tmp_path).find_document(key_of(an_order())) == []
    assert not (tmp_path / "sie").exists()


def test_folder_files_appearing_within_one_tick_are_found_soon(tmp_path, clock):
    """A stamp that did not move hides a stranger's file for a minute at most."""
    sie = a_sie(tmp_path, clock=clock)
    document = put(sie, an_order())
    folder = tmp_path / "sie"
    stamp = folder.stat()
    text = Path(document.link).read_text("cp437")
    (folder / "egen.si").write_text(text.replace('"W" "1"', '"W" "9"'), encoding="cp437")
    os.utime(folder, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    clock.advance(61)
    assert len(sie.find_document(key_of(an_order()))) == 2


def test_folder_booking_does_not_list_the_folder_each_time(tmp_path, monkeypatch):
    """The ten thousandth order must cost what the first did: no listing per booking."""
    sie = a_sie(tmp_path)
    _numbers(sie, 1, 2)
    calls = []
    real = os.scandir
    monkeypatch.setattr("bridge.erps.sie.index.os.scandir", lambda path: calls.append(path) or real(path))
    _numbers(sie, *range(3, 23))
    assert len(calls) == 0


def test_folder_own_number_is_read_from_a_renamed_file_with_several_vouchers(tmp_path):
    """A file somebody put together: ours is found among strangers' vouchers, and numbered ones only."""
    sie = a_sie(tmp_path)
    document = put(sie, an_order())
    text = Path(document.link).read_text("cp437")
    strangers = '#VER A 7 20261121 "by hand"\n{\n}\n#VER W "" 20261121 "x main:5:order"\n{\n}\n'
    Path(document.link).unlink()
    (tmp_path / "sie" / ".orderbro.journal").unlink()
    (tmp_path / "sie" / "allt.si").write_text(text.replace("#VER", strangers + "#VER", 1), "cp437")
    fresh = a_sie(tmp_path)
    assert [found.number for found in fresh.find_document(key_of(an_order()))] == ["W1"]
    assert list(fresh.find_document(key_of(an_order(order_id=5)))) == []


def test_folder_file_nobody_can_open_is_passed_by(tmp_path):
    """A broken link with our ending is nobody's voucher."""
    (tmp_path / "sie").mkdir()
    (tmp_path / "sie" / "trasig.si").symlink_to(tmp_path / "nowhere")
    assert _numbers(a_sie(tmp_path), 7) == ["W1"]
