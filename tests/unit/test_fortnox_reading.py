from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.erps.fortnox import reading
from bridge.erps.fortnox.letters import LETTERS, fitting, is_article_number
from bridge.model.texts import say


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (Decimal("79.20"), Decimal("79.20")),
        (3, Decimal(3)),
        ("3", Decimal(3)),
        (" 12.50 ", Decimal("12.50")),
        ("-0.30", Decimal("-0.30")),
        ("", None),
        (None, None),
    ],
)
def test_number_is_read_however_it_is_written(value: object, number: Decimal | None):
    """The same field is text in one answer and a number in another (fortnox facts, section 1 [L])."""
    assert reading.number(value) == number


@pytest.mark.parametrize("value", [True, "x", "NaN", "Infinity", [], {}])
def test_what_is_no_number_is_never_taken_for_one(value: object):
    """Better an order that waits than an amount that is made up."""
    with pytest.raises(ValueError):
        reading.number(value)


@pytest.mark.parametrize("value", [None, ""])
def test_amount_must_be_there(value: object):
    """A total that is missing is not zero."""
    with pytest.raises(ValueError):
        reading.amount(value)
    assert reading.amount("0") == 0


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        (True, True),
        ("true", True),
        (1, True),
        ("1", True),
        (False, False),
        ("false", False),
        ("", False),
        (None, False),
    ],
)
def test_truth_is_read_however_it_is_written(value: object, truth: object):
    """``Credit`` is the text "false" (section 10 [L])."""
    assert reading.truth(value) is truth


def test_odd_truth_is_refused():
    """Neither yes nor no."""
    with pytest.raises(ValueError):
        reading.truth("perhaps")


@pytest.mark.parametrize(
    ("value", "number"), [("0", ""), (0, ""), ("", ""), (None, ""), ("10027", "10027"), (7, "7")]
)
def test_zero_is_no_reference(value: object, number: str):
    """``InvoiceReference`` "0" means that there is no invoice (section 1 [L])."""
    assert reading.reference(value) == number


def test_days_are_read():
    """A date-time gives its day."""
    assert reading.day("2026-09-14") == date(2026, 9, 14)
    assert reading.day("2026-09-14 10:00:00") == date(2026, 9, 14)
    assert reading.day(None) is None
    for odd in ("yesterday", "2026-13-01"):
        with pytest.raises(ValueError):
            reading.day(odd)


def test_either_casing_is_found():
    """And nothing where there is no object."""
    assert reading.either({"Code": 1}, "Code") == reading.either({"code": 1}, "Code") == 1
    assert reading.either([], "Code") is None


ALLOWED = "’\\–:.`´,;^¤#%§£$€¢¥©™°&/()=+-*_!?²³®½@"


def test_letters_of_the_vendors_list_pass_untouched():
    """Every mark of the list, letters of any language, digits (fortnox facts, section 1 [D])."""
    text = f"Åsa Ødegård Łukasz Ελένη 田中 0123456789 {ALLOWED}"
    fit = fitting()
    assert fit.fit(text, where=say("text"), most=None) == text
    assert fit.notes() == ()


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ('17" skärm', "17’’ skärm"),
        ("Levi's", "Levi’s"),
        ("[a] {b} c|d ~e", "(a) (b) c/d -e"),
        ("“quoted”", "’’quoted’’"),
        ("wait… — now", "wait... - now"),
        ("¼ • →", "1/4 - -"),
        ("<b>", "?b?"),
        ("soap 🧼", "soap ?"),
        ("zero\u200bwidth", "zerowidth"),
        ("tab\there", "tab here"),
    ],
)
def test_letters_outside_the_list_are_written_otherwise(written: str, sent: str):
    """The whole document would be refused for one of them (2000359)."""
    fit = fitting()
    assert fit.fit(written, where=say("row 1"), most=None) == sent


@given(st.text(max_size=80))
def test_no_text_ever_leaves_the_list(text: str):
    """Whatever somebody typed at a checkout."""
    fit = fitting()
    for made in (fit.fit(text, where=say("x"), most=40), fit.whole(text, where=say("x"), most=40)):
        assert all(letter.isalpha() or LETTERS.takes(letter) for letter in made)
        assert len(made) <= 40
    lines = fit.lines(text, where=say("x"), most=40)
    assert all(LETTERS.takes(letter) for letter in lines.replace("\n", ""))
    assert len(lines) <= 40


def test_lines_stay_lines():
    """Line breaks are allowed in remarks."""
    fit = fitting()
    assert (
        fit.lines("Ring på dörren\r\n\r\nTack!  \n", where=say("remark"), most=None)
        == "Ring på dörren\n\nTack!"
    )


@pytest.mark.parametrize(
    ("number", "possible"),
    [
        ("MUG-01", True),
        ("a.b/c+d_å", True),
        ("A" * 50, True),
        ("A" * 51, False),
        ("", False),
        ("MUG 01", False),
        ("MUG#1", False),
        ("A,B", False),
        ("A\n", False),
    ],
)
def test_article_numbers_have_an_alphabet_of_their_own(number: str, possible: object):
    """Section 8 [D]."""
    assert is_article_number(number) is possible


@pytest.mark.shared
def test_every_recorded_text_is_within_the_list(shared: Path):
    """What a real company had in its articles and customers; a hole in our list would show here."""
    texts = []
    for name in ("articles", "customers", "orders", "invoices"):
        for exchange in json.loads((shared / "erp" / "fortnox" / "recorded" / f"{name}.json").read_text()):
            texts += _texts(exchange["response"]["body"])
    odd = {letter for text in texts for letter in text if not LETTERS.takes(letter) and not letter.isspace()}
    assert odd <= set("<>{}[]"), odd


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for key, each in value.items() if not key.startswith("@") for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []
