"""Text in code page 437: nothing lost without a word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.erps.sie.letters import Letters
from bridge.model.texts import say


def _fit(text, most=200):
    letters = Letters()
    return letters.fit(text, where=say("name"), most=most), [str(note) for note in letters.notes()]


@pytest.mark.parametrize("text", ["Åsa Öberg", "é è ü æ Æ ñ ß ½ °", 'Firma "Citat" & Söner', "50 % # 100 kr"])
def test_letters_of_the_code_page_stay(text):
    """What SIE can hold is left alone, without a note."""
    assert _fit(text) == (text, [])


@pytest.mark.parametrize(
    ("text", "written"),
    [("Søren Ærø", "Sören Ærö"), ("10 €", "10 EUR"), ("a–b—c", "a-b-c"), ("‘a’ “b”", "'a' \"b\""), ("…", "..."),
     ("À õ ã", "A o a"), ("Łódź", "Lódz"), ("§ ®", "par. (R)"), ("李", "?"), ("محمد", "????"), ("🎉", "?"),
     ("C:\\Data", "C:/Data"), ("{x}", "(x)"), ("ﬁn", "fin"), ("½ × ²", "½ x ²")],
)  # fmt: skip
def test_letters_it_lacks_are_spelled_or_replaced_with_a_note(text, written):
    """Each changed letter is named in the note."""
    found, notes = _fit(text)
    assert found == written
    assert len(notes) == 1
    assert "→" in notes[0]


def test_letters_loose_accents_are_joined_first():
    """An o and a combining diaeresis are ö, as macOS types it."""
    assert _fit("O\u0308berg") == ("Öberg", [])


def test_letters_invisible_marks_are_left_out_and_named():
    """A direction mark can only be told by its number."""
    text, notes = _fit("a\u200fb\x07")
    assert text == "ab"
    assert "U+200F → –, U+0007 → –." in notes[0]


def test_letters_line_ends_and_tabs_become_blanks():
    """A record is one line, whatever a buyer pasted."""
    assert _fit("a\r\nb\tc\u00a0 d") == ("a b c d", [])


def test_letters_too_long_is_cut_with_a_note():
    """The note tells where and how long."""
    assert _fit("x" * 30, most=10) == ("x" * 10, ["name: cut after 10 letters."])


def test_letters_many_changed_are_counted_with_an_example():
    """A name in another script is one short note, not an alphabet; the place is words in the reader's language."""
    letters = Letters()
    letters.fit("Ελένη Παππά", where=say("Row on account {number}", number=1580), most=100)
    (note,) = letters.notes()
    assert str(note).startswith("Row on account 1580: ")
    assert str(note).endswith("letters do not exist in the ERP and were written otherwise, e.g. Ε → ?.")
    words = {"Row on account {number}": "Rad på konto {number}"}
    assert note.render(lambda text: words.get(text, text)).startswith("Rad på konto 1580: ")


def test_letters_notes_never_show_the_text():
    """A name is somebody's; the note shows single letters only."""
    _, notes = _fit("Søren Kierkegaard 🎉")
    assert "ren" not in notes[0]


@given(st.text())
def test_letters_any_text_becomes_writable(text):
    """Whatever comes in, the result is code page 437 without control characters, and one line."""
    found, _ = _fit(text)
    data = found.encode("cp437")
    assert all(byte >= 32 and byte != 127 for byte in data)
