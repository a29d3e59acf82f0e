"""``bridge password``: the line that lets somebody into the admin page."""

from __future__ import annotations

import sys

import click

from bridge.cli.session import Session, pass_session
from bridge.errors import UserError
from bridge.model.texts import say

__all__ = ["password"]

SHORTEST = 10


@click.command()
@click.option("--stdin", is_flag=True, help="Read the password from standard input, for scripts.")
@pass_session
def password(session: Session, *, stdin: bool) -> None:
    """Make the password line for the admin page.

    Asks for the password twice and prints the line for [web] in the configuration. The password itself is
    stored nowhere.
    """
    # Imported late: only this command needs it.
    from werkzeug.security import generate_password_hash  # noqa: PLC0415 - see above

    if stdin:
        text = sys.stdin.readline().rstrip("\r\n")
    else:
        text = click.prompt(
            session.text(say("Password")),
            hide_input=True,
            confirmation_prompt=session.text(say("The same again")),
            err=True,
        )
    if len(text) < SHORTEST:
        raise UserError(
            say(
                "The password is too short. Use at least {least} characters, best a few words.",
                least=SHORTEST,
            )
        )
    click.echo(f"password_hash = {generate_password_hash(text)}")
    session.say(say("Put this line under [web] in {path}.", path=session.path), err=True)
