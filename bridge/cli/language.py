"""The command line's own words in the reader's language: help, usage, click's complaints.

click looks its sentences up with the standard ``gettext`` functions, so pointing those at our catalogue
translates click too.
"""

from __future__ import annotations

import copy
import gettext
import inspect
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import click

from bridge.cli.session import environment_language
from bridge.config import peek_language
from bridge.i18n import DOMAIN, TRANSLATIONS, translator

__all__ = ["language_of", "speak", "spoken"]

C = TypeVar("C", bound=click.Command)


def language_of(args: Sequence[str]) -> str:
    """The language for these arguments: the one the configuration asks for, else the environment's."""
    return peek_language(_config_path(args)) or environment_language()


def speak(language: str) -> None:
    """Let click's own sentences come in this language."""
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain(DOMAIN, str(TRANSLATIONS))
    gettext.textdomain(DOMAIN)


def spoken(command: C, *, language: str) -> C:
    """A copy of the command with its help translated; the original stays as it was written."""
    translate = translator(language)
    twin = copy.copy(command)
    twin.help = translate(inspect.cleandoc(command.help)) if command.help else None
    twin.short_help = translate(command.short_help) if command.short_help else None
    twin.params = [_spoken_parameter(each, language=language) for each in command.params]
    if isinstance(command, click.Group) and isinstance(twin, click.Group):
        twin.commands = {name: spoken(each, language=language) for name, each in command.commands.items()}
    return twin


def _spoken_parameter(parameter: click.Parameter, *, language: str) -> click.Parameter:
    if not isinstance(parameter, click.Option) or not parameter.help:
        return parameter
    twin = copy.copy(parameter)
    twin.help = translator(language)(parameter.help)
    return twin


def _config_path(args: Sequence[str]) -> Path:
    """Where ``--config`` points, before click has read the arguments; a wrong guess costs only the language."""
    for number, word in enumerate(args):
        if word == "--config" and number + 1 < len(args):
            return Path(args[number + 1])
        if word.startswith("--config="):
            return Path(word.partition("=")[2])
    return Path(os.environ.get("ORDERBRO_CONFIG") or "config.ini")
