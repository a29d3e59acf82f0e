"""The strict checker: each rule of the standard has a file that breaks it."""

from __future__ import annotations

import pytest

from bridge.erps.sie.checker import across, check_bytes

GOOD = """#FLAGGA 0
#PROGRAM "Orderbro" "1"
#FORMAT PC8
#GEN 20261121
#SIETYP 4
#ORGNR 556000-4615
#FNAMN "Exempel AB"
#RAR 0 20260101 20261231
#KONTO 1580 "Fordringar"
#KONTO 3001 "Försäljning"
#VER "W" "1" 20261121 "Order"
{
#TRANS 1580 {} 100.00 "" "x"
#TRANS 3001 {} -100.00
}
"""


def _findings(text, *, export=False):
    data = text if isinstance(text, bytes) else text.encode("cp437")
    found = check_bytes(data, export=export)
    assert all(str(problem.fix) for problem in found)
    return [(problem.where, str(problem.what)) for problem in found]


def test_checker_good_file_has_no_findings():
    """Nothing is complained of without cause."""
    assert _findings(GOOD) == []
    assert _findings(GOOD.replace("\n", "\r\n")) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("#FLAGGA 0\n", "", "1", "not #FLAGGA"),
        ("#FLAGGA 0", "#FLAGGA 7", "1", "#FLAGGA is '7'"),
        ("#GEN 20261121\n", "", "1", "#GEN is there 0 times"),
        ("#GEN 20261121", "#GEN 20261121\n#GEN 20261121", "5", "#GEN is there 2 times"),
        ("#GEN 20261121", "#GEN 2026-11-21", "4", "no date"),
        ("PC8", "UTF8", "3", "#FORMAT is 'UTF8'"),
        ("#SIETYP 4", "#SIETYP 3", "5", "#SIETYP is '3'"),
        ('"Exempel AB"', '""', "7", "no name"),
        ("556000-4615", "5560004615", "6", "organisation number"),
        ("#RAR 0 20260101 20261231", "#RAR 0", "8", "no date"),
        ("#RAR 0 20260101 20261231", "#RAR 0 20250101 20251231", "11", "outside the financial year"),
        ("#KONTO 3001", "#IB 0 3001 5\n#KONTO 3001", "10", "not allowed"),
        ("#KONTO 3001", "#HUGO 1\n#KONTO 3001", "10", "#HUGO is no record"),
        ("#KONTO 3001", "hello\n#KONTO 3001", "10", "no record"),
        ("#KONTO 3001", "#KONTO FEL", "10", "'FEL' is no account number"),
        ('#KONTO 3001 "Försäljning"\n', "", "13", "3001 has no #KONTO"),
        ('"Exempel AB"', '"Exempel AB', "7", "not closed"),
        ("}\n", "}\n#KONTO 1510 x\n", "16", "comes too late"),
        ("{} 100.00", "{1 Nord} 100.00", "13", "no #OBJEKT"),
        ("{} 100.00", "{44 Nord} 100.00", "13", "no #DIM"),
        ("{} 100.00", "{1} 100.00", "13", "not in pairs"),
        ("{} 100.00", "100.00", "13", "object list is missing"),
        ("{} 100.00", "{} +100.00", "13", "no amount"),
        ("{} 100.00", "{} 100,00", "13", "no amount"),
        ("{} 100.00", "{} 100.001", "13", "no amount"),
        ("{} 100.00", "{} 100.01", "11", "0.01 is left over"),
        ("#TRANS 1580", "#TRANS 15A0", "13", "no account number"),
        ('100.00 "" "x"', '100.00 2026 "x"', "13", "no date"),
        ("#TRANS 3001 {} -100.00\n", "", "11", "has 1 rows"),
        ("{\n", "", "12", "outside a voucher"),
        ("}\n", "", "12", "never closed"),
        ("}\n", "}\n}\n", "16", "closes nothing"),
        ("#TRANS 3001", "{\n#TRANS 3001", "14", "no voucher begins"),
        ("}\n", '#VER "W" "2" 20261121\n', "15", "is not closed"),
        ('20261121 "Order"', '20261131 "Order"', "11", "no date"),
        ("Fordringar", "Fordr\x01ingar", "9", "control character"),
    ],
)  # fmt: skip
def test_checker_finds_each_fault_on_its_line(old, new, line, words):
    """One fault, found in words, with the line it is on."""
    assert old in GOOD
    found = _findings(GOOD.replace(old, new, 1))
    assert any(where == line and words in what for where, what in found), found


def test_checker_export_files_may_hold_balances():
    """A 4E file is no import file."""
    text = GOOD.replace("#VER", "#IB 0 1580 5.00\n#VER", 1)
    assert _findings(text, export=True) == []


def test_checker_empty_file_is_no_sie_file():
    """Nothing at all is a finding, not a crash."""
    assert ("1", "The first record is not #FLAGGA.") in _findings("")


def test_checker_numbers_must_rise_within_their_series():
    """Another series counts by itself; no number is fine."""
    voucher = GOOD[GOOD.index("#VER") :]
    other = voucher.replace('"W"', '"B"')
    empty = voucher.replace('"1"', '""')
    assert _findings(GOOD + other + empty + voucher.replace('"1"', '"2"')) == []
    assert any("comes after 1" in what for _, what in _findings(GOOD + voucher))


def test_checker_utf8_and_byte_order_mark_are_named():
    """The commonest ways to spoil a SIE file."""
    found = [what for _, what in _findings(b"\xef\xbb\xbf" + GOOD.encode())]
    assert any("byte-order mark" in what for what in found)
    assert any("UTF-8" in what for what in found)


def _summed(value):
    head, rest = GOOD.split("\n", 1)
    return f"{head}\n#KSUMMA\n{rest}#KSUMMA {value}\n"


def test_checker_control_sum_must_match():
    """A changed file is told from a whole one."""
    from bridge.erps.sie.ksumma import control_sum
    from bridge.erps.sie.reader import read_bytes

    records = read_bytes(GOOD.encode("cp437")).records
    right = control_sum([(r.label, r.fields) for r in records[1:] if r.label not in {"{", "}"}])
    assert _findings(_summed(right)) == []
    assert any("does not match" in what for _, what in _findings(_summed(right + 1)))
    assert any("not complete" in what for _, what in _findings(_summed("")))
    late = _summed(right).replace("#KSUMMA\n#PROGRAM", "#PROGRAM").replace("#FORMAT", "#KSUMMA\n#FORMAT", 1)
    assert any("wrong place" in what for _, what in _findings(late))


def test_checker_cut_file_has_no_last_sum():
    """A download that broke off is recognised."""
    assert any("not complete" in what for _, what in _findings(_summed(1).split("#VER")[0]))


def test_checker_same_number_with_other_contents_in_two_files():
    """Importing both would replace one voucher by the other, or book the number twice."""
    one, copy = GOOD.encode("cp437"), GOOD.encode("cp437")
    changed = GOOD.replace("100.00", "90.00").encode("cp437")
    unnumbered = GOOD.replace('"1" 2026', '"" 2026').encode("cp437")
    assert list(across({"a": one, "b": copy, "c": unnumbered})) == []
    ((name, problem),) = across({"a": one, "b": changed})
    assert name == "b"
    assert "a too" in str(problem.what)
