"""The tolerant reader."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bridge.erps.sie.ksumma import control_sum
from bridge.erps.sie.reader import fields_of, key_in, read_amount, read_bytes, read_date, year_label


@pytest.mark.parametrize(
    ("text", "fields"),
    [('1 "två ord" tre', ("1", "två ord", "tre")), ('""  ""', ("", "")), ('"a \\"b\\" c"', ('a "b" c',)),
     ('{1 "Nord" 6 "0015"} 5', (("1", "Nord", "6", "0015"), "5")), ("{}", ((),)), ("a\tb", ("a", "b")),
     ('"C:\\Data\\Bolag"', ("C:\\Data\\Bolag",)), ('"C:\\Data\\"', ("C:\\Data\\",)), ("{1 2}x", (("1", "2"), "x"))],
)  # fmt: skip
def test_reader_fields_of_every_form(text, fields):
    """Bare, quoted, escaped, empty, lists of objects."""
    assert fields_of(text) == (fields, True)


@pytest.mark.parametrize("text", ['"open', "{1 2", '{1 "open'])
def test_reader_unclosed_fields_are_read_and_told(text):
    """The rest of the line is the field, and the record is not whole."""
    assert fields_of(text)[1] is False


def test_reader_vouchers_count_real_rows_only():
    """Added rows stand twice and removed ones do not count."""
    sie = read_bytes(
        b'#VER A 1 20260101 "x"\r\n{\r\n#TRANS 1 {} 5\r\n#RTRANS 2 {} -5\r\n#TRANS 2 {} -5\r\n#BTRANS 3 {} 9\r\n}\r\n'
    )
    (voucher,) = sie.vouchers
    assert [row.text(0) for row in voucher.rows] == ["1", "2"]
    assert voucher.amounts() == [Decimal(5), Decimal(-5)]
    assert voucher.closed


def test_reader_voucher_without_end_is_still_read():
    """A cut file shows what it has, and that it is not closed."""
    sie = read_bytes(b"#VER A 1 20260101\n{\n#TRANS 1 {} 5\n#VER A 2 20260101\n{\n#TRANS 2 {} x")
    assert [(v.number, v.closed, v.amounts()) for v in sie.vouchers] == [("1", False, [5]), ("2", False, [])]


def test_reader_rows_outside_vouchers_and_stray_text_do_no_harm():
    """Garbage is records without meaning."""
    sie = read_bytes(b"hello\n#TRANS 1 {} 5\n}\n\x1a")
    assert sie.vouchers == ()
    assert sie.first("#VER") is None


@pytest.mark.parametrize(
    ("text", "key"),
    [("Order 7 main:7:order", "main:7:order"), ("main:7:order", "main:7:order"), ("Order 7", None), ("", None),
     ("a:b c:1:nothing", None), ("x sm%C3%A5:7:order", "små:7:order")],
)  # fmt: skip
def test_reader_finds_our_key_as_the_last_word(text, key):
    """Whatever a buyer wrote before it."""
    assert key_in(text) == key


def test_reader_dates_and_amounts_that_are_none():
    """No exception for what others write."""
    assert read_date("20260228") == date(2026, 2, 28)
    assert [read_date(x) for x in ("20260230", "2026-02-28", "", "2026022x")] == [None] * 4
    assert [read_amount(x) for x in ("", "1,50", "+5", "1.50")] == [None, None, None, Decimal("1.50")]


@pytest.mark.parametrize(
    ("rar", "label"),
    [(b"#RAR 0 20260101 20261231\n", "2026"), (b"#RAR 0 20260501 20270430\n", "202605"),
     (b"#RAR -1 20240101 20241231\n#RAR 0  \n", "2027"), (b"", "2027")],
)  # fmt: skip
def test_reader_year_comes_from_the_file_or_the_voucher(rar, label):
    """A number belongs to its financial year."""
    sie = read_bytes(rar + b"#VER A 1 20270101\n{\n}\n")
    assert year_label(sie, sie.vouchers[0]) == label


def test_control_sum_is_the_ordinary_crc():
    """Labels and contents in code page 437, nothing between them; the object list's braces do not count."""
    assert control_sum([]) == 0
    assert control_sum([("#TRANS", ("1510", ("1", "Nord"), "5.00"))]) == control_sum(
        [("#TRANS15101Nord5.00", ())]
    )
    assert control_sum([("123456789", ())]) == 0xCBF43926
