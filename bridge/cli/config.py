"""``bridge config``: begin, show and check the configuration file."""

from __future__ import annotations

import json

import click

from bridge.cli.session import Session, option_class, pass_session
from bridge.config import Setting
from bridge.config.example import render
from bridge.i18n import LANGUAGES, translator
from bridge.model.texts import say

__all__ = ["config"]


@click.group()
def config() -> None:
    """Show, check or begin a configuration."""


@config.command()
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of the comments.")
@pass_session
def example(session: Session, language: str | None) -> None:
    """Print an example file with every option explained.

    Begin with it: bridge config example > config.ini
    """
    chosen = language or session.language
    click.echo(render(adapters=option_class, translate=translator(chosen)), nl=False)


@config.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")
@click.option("--all", "everything", is_flag=True, help="Show what stands at its default too.")
@pass_session
def show(session: Session, *, as_json: bool, everything: bool) -> None:
    """Show every option that is set, secrets as dots, and where it comes from."""
    chosen = [
        each for each in session.config.settings if everything or as_json or each.origin.template != "default"
    ]
    if as_json:
        click.echo(json.dumps([_as_json(each) for each in chosen], ensure_ascii=False, indent=2))
        return
    section = ""
    for setting in chosen:
        if setting.section != section:
            section = setting.section
            click.secho(f"\n[{section}]", bold=True)
        click.echo(f"{setting.key} = {setting.value}".ljust(60) + f"  # {session.text(setting.origin)}")


@config.command()
@pass_session
def check(session: Session) -> None:
    """Check the file without calling anybody; all problems at once."""
    loaded = session.config
    session.show(loaded.notices)
    session.say(say("The configuration {path} is in order.", path=loaded.path))


def _as_json(setting: Setting) -> dict[str, str | bool]:
    return {
        "section": setting.section,
        "key": setting.key,
        "value": setting.value,
        "origin": str(setting.origin),
        "secret": setting.secret,
    }
