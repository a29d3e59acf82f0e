"""Secrets: where they may stand, what is wrong with them, and that they never show."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bridge.config import load
from bridge.errors import ConfigError
from tests.support.configs import SHOP, adapters, erp, problems, read

WHERE = "config.ini:5 [erp] key"


def test_secret_comes_from_the_file_itself():
    """The simplest way."""
    assert erp("key = abc").key == "abc"


def test_secret_comes_from_the_environment():
    """env:NAME reads a variable; its blanks at the ends don't count."""
    assert erp("key = env:ERP_KEY", ERP_KEY=" abc\n").key == "abc"


@pytest.mark.parametrize("content", [b"abc\n", b"abc\r\n", b"abc", b"\xef\xbb\xbfabc\n\n", b"  abc  \n"])
def test_secret_file_may_end_with_a_newline(tmp_path: Path, content: bytes):
    """Every editor and every echo ends a file with one, Windows adds a mark in front."""
    (tmp_path / "key").write_bytes(content)
    config = read(f"{SHOP}[erp]\nkey = file:key\n", path=tmp_path / "config.ini")
    assert config.erp_options.key == "abc"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "The file {path} is empty. Put the secret in it, on one line."),
        (b"\r\n", "The file {path} is empty. Put the secret in it, on one line."),
        (
            b"abc\ndef\n",
            "The secret has a line break or a control character in it. Copy it again, as one line.",
        ),
        ("å".encode("cp1252"), "The file {path} is not UTF-8 text. Save it again with the encoding UTF-8."),
        ("abc".encode("utf-16"), "The file {path} is not UTF-8 text. Save it again with the encoding UTF-8."),
        (b'"abc"\n', "There are quotes around the value. Remove them: they count as part of it."),
    ],
)
def test_secret_file_that_cannot_be_used_says_why(tmp_path: Path, content: bytes, complaint: str):
    """The remedy is named, the content is not."""
    path = tmp_path / "key"
    path.write_bytes(content)
    assert problems(f"{SHOP}[erp]\nkey = file:{path}\n") == [f"{WHERE}: {complaint.format(path=path)}"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (
            "env:NOPE",
            (
                "The environment variable NOPE is not set or empty. Set it for the service, or write "
                "file:PATH or the secret itself."
            ),
        ),
        (
            "file:/nowhere/key",
            (
                "The file /nowhere/key cannot be read: No such file or directory. Check the path "
                "(seen from the configuration file) and who may read it."
            ),
        ),
        (
            "file:/",
            (
                "The file / cannot be read: Is a directory. Check the path (seen from the configuration "
                "file) and who may read it."
            ),
        ),
        ("'abc'", "There are quotes around the value. Remove them: they count as part of it."),
        (
            "abc\x07def",
            "The secret has a line break or a control character in it. Copy it again, as one line.",
        ),
        (
            "abc\n   def",
            (
                "The value goes over several lines. Write it on one line; a new option starts at the "
                "left edge."
            ),
        ),
    ],
)
def test_secret_that_cannot_be_used_says_why(line: str, complaint: str):
    """Missing, unreadable, quoted or broken: each with its own remedy."""
    assert problems(f"{SHOP}[erp]\nkey = {line}\n") == [f"{WHERE}: {complaint}"]


def test_secret_that_is_required_and_missing_is_named():
    """An empty line is as good as none."""
    assert problems("[shop main]\nurl = https://shop.example\nsecret =\n") == [
        "config.ini:3 [shop main] secret: This line is missing or empty. The shop's key."
    ]


def test_secret_never_shows_itself(tmp_path: Path):
    """Neither in repr nor among the settings; the log's mask gets the plain value."""
    config = read(f"{SHOP}[erp]\nkey = env:K\n", path=tmp_path / "config.ini", K="hemligt-ord")
    shown = repr(config) + repr(config.shops) + repr(config.erp_options) + repr(config.settings)
    assert "ck_0123456789" not in shown
    assert "hemligt-ord" not in shown
    assert {(each.key, each.value) for each in config.settings if each.secret and each.value} == {
        ("secret", "••••"),
        ("key", "••••"),
    }
    assert set(config.secrets) == {"hemligt-ord", "ck_0123456789"}


@pytest.mark.skipif(os.name != "posix", reason="files have no such mode here")
def test_file_everybody_can_read_is_warned_of_when_it_holds_secrets(tmp_path: Path):
    """It works all the same, but the owner is told the command that mends it."""
    path = tmp_path / "config.ini"
    path.write_text(SHOP)
    path.chmod(0o644)
    (notice,) = load(path, adapters=adapters).notices
    assert not notice.severe
    assert str(notice.fix) == f"Run: chmod 600 {path}"
    path.chmod(0o640)
    assert load(path, adapters=adapters).notices == ()


@pytest.mark.skipif(os.name != "posix", reason="files have no such mode here")
def test_file_everybody_can_read_is_no_matter_without_secrets(tmp_path: Path):
    """With every secret elsewhere the file may lie open, but the secret's own file may not."""
    key = tmp_path / "key"
    key.write_text("abc")
    key.chmod(0o604)
    path = tmp_path / "config.ini"
    path.write_text("[shop main]\nurl = https://shop.example\nsecret = file:key\n")
    path.chmod(0o644)
    (notice,) = load(path, adapters=adapters).notices
    assert str(notice) == (
        f"config.ini:3 [shop main] secret: Every user of this machine can read {key}. Run: chmod 600 {key}"
    )
    key.chmod(0o600)
    assert load(path, adapters=adapters).notices == ()


def test_error_about_a_secret_never_holds_it():
    """The whole error text is searched for the value."""
    with pytest.raises(ConfigError) as caught:
        read('[shop main]\nurl = http://x\nsecret = "ck_0123456789"\n[erp]\nkey = ck_98765\x01\n')
    assert "ck_" not in str(caught.value)
