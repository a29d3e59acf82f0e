"""Running the command line in process, in a folder of its own, in a chosen language."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bridge.cli import main

CONFIG = """\
[shop main]
url = https://shop.example
consumer_key = ck_0123456789012345678901234567890123456789
consumer_secret = cs_0123456789012345678901234567890123456789
[erp]
company_name = Exempel AB
org_number = 556000-4615
[bridge]
language = {language}
"""

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def _quiet_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No language, no configuration and no log level comes from outside or stays behind."""
    for name in (
        "LC_ALL",
        "LC_MESSAGES",
        "LANG",
        "ORDERBRO_LANGUAGE",
        "ORDERBRO_CONFIG",
        "ORDERBRO_CRASH_AT",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANGUAGE", "")
    monkeypatch.chdir(tmp_path)
    root, ours = logging.getLogger(), logging.getLogger("bridge")
    before = (root.handlers[:], root.level, ours.level)
    yield
    root.handlers[:], root.level, ours.level = before
    logging.captureWarnings(capture=False)


@pytest.fixture
def run() -> Run:
    """Call ``bridge`` with these words."""

    def call(*words: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(main, list(words), input=typed, prog_name="bridge")

    return call


@pytest.fixture
def config(tmp_path: Path) -> Callable[..., Path]:
    """Write config.ini: a valid one with lines put in, or another text."""

    def write(*, language: str = "en", more: str = "", text: str | None = None) -> Path:
        path = tmp_path / "config.ini"
        path.write_text((CONFIG.format(language=language) if text is None else text) + more, "utf-8")
        path.chmod(0o600)
        return path

    return write
