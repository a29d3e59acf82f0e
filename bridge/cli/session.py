"""What every command gets: the configuration when it asks for it, and the reader's language."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import click

from bridge.config import Config, load, peek_language
from bridge.errors import BridgeError, RemoteError, UserError
from bridge.i18n import translator
from bridge.logs import Mask
from bridge.model.texts import Problem, Text, say

__all__ = ["Session", "environment_language", "option_class", "pass_session"]

LANGUAGE_VARIABLES: Final = ("ORDERBRO_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@dataclass(slots=True)
class Session:
    """One run of the command line."""

    path: Path = Path("config.ini")
    verbose: bool = False
    mask: Mask = field(default_factory=Mask)
    _config: Config | None = field(default=None, repr=False)

    @property
    def config(self) -> Config:
        """The configuration, read at first use.

        Raises:
            ConfigError: it cannot be used.
        """
        if self._config is None:
            self._config = load(self.path, adapters=option_class)
            self.mask.add(self._config.secrets)
        return self._config

    @property
    def language(self) -> str:
        """The configured language, also when the rest of the file is broken; else the environment's."""
        return peek_language(self.path) or environment_language()

    @property
    def translate(self) -> Callable[[str], str]:
        """Template to sentence, in the reader's language."""
        return translator(self.language)

    def log_facts(self) -> None:
        """Log what happens, not only what fails: for the commands that run for long."""
        if not self.verbose:
            logging.getLogger("bridge").setLevel(logging.INFO)

    def text(self, text: Text) -> str:
        """A sentence in the reader's language, without persons' numbers and secrets."""
        return self.mask(text.render(self.translate))

    def say(self, text: Text, *, err: bool = False) -> None:
        """Print a sentence."""
        click.echo(self.text(text), err=err)

    def show(self, problems: Sequence[Problem], *, err: bool = False) -> None:
        """Print problems, each with its remedy."""
        for problem in problems:
            mark = click.style("✗" if problem.severe else "!", fg="red" if problem.severe else "yellow")
            click.echo(f"{mark} {problem.where}: {self.text(problem.what)}", err=err)
            click.echo(f"    {self.text(problem.fix)}", err=err)

    def fail(self, error: BridgeError) -> None:
        """Print an error for people."""
        click.echo(f"{click.style(self.text(say('Error:')), fg='red')} {self.text(error.text)}", err=True)
        if isinstance(error, UserError):
            self.show(error.problems, err=True)
        if isinstance(error, RemoteError) and error.advice is not None:
            click.echo(f"    {self.text(error.advice)}", err=True)


pass_session = click.make_pass_decorator(Session, ensure=True)


def environment_language() -> str:
    """Swedish where the environment asks for it, else English."""
    for variable in LANGUAGE_VARIABLES:
        value = os.environ.get(variable, "")
        if value:
            return "sv" if value.lower().startswith("sv") else "en"
    return "en"


def option_class(kind: Literal["shop", "erp"], name: str) -> type:
    """The option class of an adapter.

    Raises:
        UserError: there is no such adapter.
    """
    # Imported late: "bridge --help" must not load the adapters and their HTTP.
    from bridge.app import adapter_options  # noqa: PLC0415 - see above

    return adapter_options(kind, name)
