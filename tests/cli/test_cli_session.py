"""What every command is given."""

from __future__ import annotations

import logging
from pathlib import Path

import click
import pytest

from bridge.cli import COMMANDS, main
from bridge.cli.session import Session, environment_language


def test_session_reads_the_configuration_once_and_masks_its_secrets(config):
    """Two looks at it are one read, and from then on the log knows what must not be shown."""
    session = Session(path=config())
    first = session.config
    session.path.unlink()
    assert session.config is first
    assert session.mask("key ck_0123456789012345678901234567890123456789") == "key ••••"


@pytest.mark.parametrize(("verbose", "level"), [(False, logging.INFO), (True, logging.WARNING)])
def test_session_of_a_long_command_logs_facts_unless_it_logs_more_already(*, verbose: bool, level: int):
    """A daemon says what it does; --verbose has set its own level before."""
    logging.getLogger("bridge").setLevel(logging.WARNING)
    Session(verbose=verbose).log_facts()
    assert logging.getLogger("bridge").level == level


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "en"),
        ({"LANG": "sv_SE.UTF-8"}, "sv"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "sv_SE.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "ORDERBRO_LANGUAGE": "sv"}, "sv"),
    ],
)
def test_language_of_the_environment_is_swedish_or_english(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], language: str
):
    """Our own variable first, then the system's in their usual order."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert environment_language() == language


def test_session_speaks_the_language_of_the_file(config, tmp_path: Path):
    """And without a file that of the environment."""
    assert Session(path=config(language="sv")).language == "sv"
    assert Session(path=tmp_path / "nowhere.ini").language == "en"


def test_group_names_its_commands_for_shell_completion():
    """In the order of the help."""
    assert main.list_commands(click.Context(main)) == list(COMMANDS)
