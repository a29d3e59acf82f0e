"""The file's shape: sections, keys, encodings, and every fault with its line."""

from __future__ import annotations

import configparser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.config.reader import decode, read_text, scan
from bridge.errors import ConfigError
from tests.support.configs import SHOP, problems, read


def flat(text: str) -> dict[str, dict[str, str]]:
    """Sections with their keys, without line numbers."""
    file = scan(text, name="config.ini")
    assert file.problems == []
    return {name: {key: each.text for key, each in raw.values.items()} for name, raw in file.sections.items()}


def test_file_with_comments_blanks_and_indentation_is_read():
    """Indented keys are keys of their own, not part of the value above."""
    text = "# top\n\n[bridge]\n  mode = live\n  ; no\n\tlanguage=sv\n[shop  main]\nurl = https://x?a=b\n"
    assert flat(text) == {
        "bridge": {"mode": "live", "language": "sv"},
        "shop main": {"url": "https://x?a=b"},
    }


def test_file_with_windows_and_old_mac_line_ends_is_read():
    """The line numbers stay right too."""
    file = scan("[a]\r\nb = 1\rc = 2\nd", name="config.ini")
    assert [each.line for each in file.sections["a"].values.values()] == [2, 3]
    assert file.problems[0].where == "config.ini:4"


def test_value_goes_on_over_indented_lines_until_a_blank_one():
    """A list may be written one item a line."""
    assert flat("[a]\nb =\n  one,\n  two\n") == {"a": {"b": "one,\ntwo"}}
    file = scan("[a]\nb = 1\n\n  stray\n", name="config.ini")
    assert str(file.problems[0].what) == "There is no = on this line."


WORDS = st.from_regex(r"[a-z_]{1,8}", fullmatch=True)
VALUES = st.from_regex(r"[A-Za-z0-9åäö=%#;:/. -]{0,20}", fullmatch=True)


@given(st.dictionaries(WORDS, st.dictionaries(WORDS, VALUES, max_size=4), max_size=4))
def test_file_that_the_standard_reader_reads_means_the_same_here(content: dict[str, dict[str, str]]):
    """The dialect is the one of ``configparser``, without its inline magic."""
    lines = []
    for section, values in content.items():
        lines += [f"[{section}]", *(f"{key} = {value}" for key, value in values.items())]
    text = "\n".join(lines)
    standard = configparser.RawConfigParser(delimiters=("=",), default_section="\0")
    standard.optionxform = str  # type: ignore[assignment, method-assign]
    standard.read_string(text)
    assert flat(text) == {name: dict(standard[name]) for name in standard.sections()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "x = 1\n",
            [
                (
                    "config.ini:1: x stands before the first section. Put it below the section it belongs to, "
                    "like [bridge]."
                )
            ],
        ),
        (
            "[bridge\n",
            [
                (
                    "config.ini:1: This is no section: [bridge. Write the name between brackets and nothing "
                    "after, like [bridge]."
                )
            ],
        ),
        (
            "[] \n",
            [
                (
                    "config.ini:1: This is no section: []. Write the name between brackets and nothing after, "
                    "like [bridge]."
                )
            ],
        ),
        (
            "[bridge] # x\n",
            [
                (
                    "config.ini:1: This is no section: [bridge] # x. Write the name between brackets and "
                    "nothing after, like [bridge]."
                )
            ],
        ),
        (
            "[bridge]\nhello\n",
            [
                (
                    "config.ini:2: There is no = on this line. Write name = value, or put # first if "
                    "it is a comment."
                )
            ],
        ),
        (
            "[bridge]\n[web]\n[bridge]\n",
            [
                (
                    "config.ini:3: The section [bridge] stands on line 1 already. Move the "
                    "lines together under one [bridge]."
                )
            ],
        ),
        (
            "[bridge]\nmode = live\nmode = shadow\n",
            ["config.ini:3 [bridge] mode: mode stands on line 2 already. Keep one of the two lines."],
        ),
    ],
)
def test_fault_of_shape_is_named_with_its_line(text: str, expected: list[str]):
    """Each fault says where it is and how it is mended."""
    assert [str(problem) for problem in scan(text, name="config.ini").problems] == expected


def test_keys_below_a_broken_section_are_not_blamed():
    """One mistake gives one complaint."""
    file = scan("[brid\nmode = live\n", name="config.ini")
    assert len(file.problems) == 1


def test_fault_of_shape_alone_refuses_the_file():
    """A repeated key is never silently settled one way or the other."""
    assert len(problems(f"{SHOP}[bridge]\nmode = live\nmode = shadow\n")) == 1


def test_file_from_windows_with_its_mark_is_read():
    """Notepad's UTF-8 begins with a byte order mark."""
    assert decode(b"\xef\xbb\xbf[bridge]\n", name="config.ini") == "[bridge]\n"
    assert read(decode(b"\xef\xbb\xbf" + SHOP.encode(), name="config.ini")).shops.keys() == {"main"}


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (
            "[erp]\nname = Björk".encode("cp1252"),
            (
                "config.ini:2: Line 2 is not UTF-8; Windows Notepad saves it "
                "so as ANSI. Save the file again with the encoding UTF-8."
            ),
        ),
        (
            "[erp]".encode("utf-16"),
            (
                "config.ini: The file is saved as UTF-16 (Windows calls it Unicode), or is no "
                "text. Save the file again with the encoding UTF-8."
            ),
        ),
        (
            b"[erp]\0",
            (
                "config.ini: The file is saved as UTF-16 (Windows calls it Unicode), or is no text. Save the "
                "file again with the encoding UTF-8."
            ),
        ),
        (
            b"#" * 1_000_001,
            (
                "config.ini: The file is larger than any configuration: 1000001 bytes. Save the file "
                "again with the encoding UTF-8."
            ),
        ),
    ],
)
def test_file_in_another_encoding_is_refused_with_the_remedy(data: bytes, line: str):
    """Nobody has to guess from a traceback which letter it was."""
    with pytest.raises(ConfigError) as caught:
        decode(data, name="config.ini")
    assert [str(problem) for problem in caught.value.problems] == [line]


def test_file_that_is_missing_or_a_folder_says_what_to_do(tmp_path: Path):
    """The first thing a newcomer meets."""
    with pytest.raises(ConfigError, match=r"no such file.*\n?.*bridge config example > config.ini"):
        read_text(tmp_path / "config.ini")
    with pytest.raises(ConfigError, match="This is a folder"):
        read_text(tmp_path)


def test_file_whose_path_leads_through_a_file_says_why(tmp_path: Path):
    """Any other reason the system gives is passed on."""
    (tmp_path / "a").write_text("")
    with pytest.raises(ConfigError, match="cannot be read: Not a directory"):
        read_text(tmp_path / "a" / "config.ini")
