"""The command line: the group, its commands by name, and what an error becomes.

A command lives in its own file and is loaded when it is called, so that ``bridge --help`` is quick. To add
one, write the file and a line in ``COMMANDS``.
"""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import click

from bridge import __version__, crash, lean, logs
from bridge.cli.exits import ExitCode, code_for
from bridge.cli.language import language_of, speak, spoken
from bridge.cli.session import Session
from bridge.errors import BridgeError
from bridge.i18n import translator
from bridge.model.texts import say

__all__ = ["COMMANDS", "main"]

log = logging.getLogger(__name__)

COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "run": ("bridge.cli.run:run", "Run the bridge and its page until told to stop."),
    "once": ("bridge.cli.run:once", "Fetch and send one time, then end."),
    "check": ("bridge.cli.check:check", "Try the shop, the ERP and the database, and say what to mend."),
    "connect": ("bridge.cli.connect:connect", "Connect the bridge with your ERP."),
    "demo": ("bridge.cli.demo:demo", "Try the bridge on a made-up shop."),
    "shadow": ("bridge.cli.shadow:shadow", "Compare what mode = shadow has tried with your books."),
    "preview": ("bridge.cli.preview:preview", "Show the document an order would become."),
    "outbox": ("bridge.cli.outbox:outbox", "List, mend and resend what goes to the ERP."),
    "customers": ("bridge.cli.customers:customers", "Find customers who are probably one and the same."),
    "export": ("bridge.cli.export:export", "Write what the bridge knows to a file."),
    "config": ("bridge.cli.config:config", "Show, check or begin a configuration."),
    "password": ("bridge.cli.password:password", "Make the password line for the admin page."),
    "db": ("bridge.cli.db:db", "Back up, restore and check the database."),
    "sie": ("bridge.cli.sie:sie", "Check SIE files."),
}
"""Command name: where its function is, and its line in ``bridge --help``."""


class Main(click.Group):
    """Loads commands when they are called and turns errors into sentences and exit codes."""

    language = "en"

    def main(self, args: Sequence[str] | None = None, **extra: Any) -> Any:  # type: ignore[override]
        """Run; the language is settled first, so that even a wrong option is complained of in it."""
        lean.without_guessing()
        words = list(sys.argv[1:] if args is None else args)
        self.language = language_of(words)
        speak(self.language)
        return super().main(args=words, **extra)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All names, in the order an owner meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - same
        """Load the command and translate its help."""
        if cmd_name not in COMMANDS:
            return None
        target, short_help = COMMANDS[cmd_name]
        module, _, name = target.partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        twin = spoken(command, language=self.language)
        twin.short_help = translator(self.language)(short_help)
        return twin

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - same
        """The list of commands, without loading one of them."""
        translate = translator(self.language)
        rows = [(name, translate(short_help)) for name, (_, short_help) in COMMANDS.items()]
        with formatter.section(translate("Commands")):
            formatter.write_dl(rows)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The group's own help, translated."""
        super(Main, spoken(self, language=self.language)).format_help(ctx, formatter)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; every error ends here."""
        try:
            return super().invoke(ctx)
        except BridgeError as error:
            session = ctx.find_object(Session) or Session()
            session.fail(error)
            ctx.exit(code_for(error))
        except (KeyboardInterrupt, click.Abort):
            click.echo(err=True)
            ctx.exit(ExitCode.INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except Exception:
            log.exception("unexpected error")
            session = ctx.find_object(Session) or Session()
            session.say(
                say("This is a mistake in the bridge, not in your settings. Please report the line above."),
                err=True,
            )
            ctx.exit(ExitCode.BUG)


@click.group(cls=Main)
@click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path),
    default=Path("config.ini"),
    show_default=True,
    envvar="ORDERBRO_CONFIG",
    help="The configuration file; also from ORDERBRO_CONFIG.",
)
@click.option("--verbose", "-v", is_flag=True, help="Log every call and its time to standard error.")
@click.version_option(__version__, prog_name="bridge", help="Show the version and exit.")
@click.pass_context
def main(ctx: click.Context, path: Path, *, verbose: bool) -> None:
    """Orderbro: every order of the shop booked exactly once in the ERP."""
    crash.arm()
    mask = logs.setup(level=logging.DEBUG if verbose else logging.WARNING)
    ctx.obj = Session(path=path, verbose=verbose, mask=mask)
