"""``bridge sie check FILE...``: the strict checker, for our own files and for anybody else's."""

from __future__ import annotations

from pathlib import Path

import click

from bridge.cli.exits import ExitCode
from bridge.cli.session import Session, pass_session
from bridge.erps.sie.checker import across, check_bytes
from bridge.model.texts import Problem, say

__all__ = ["sie"]


@click.group()
def sie() -> None:
    """Work with SIE files. Needs no configuration."""


@sie.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@pass_session
def check(session: Session, files: tuple[Path, ...]) -> None:
    """Check SIE 4 files against the standard, strictly. Ends with 1 when something was found.

    Files whose name ends in .se may also hold what only an export has: balances and budgets.
    """
    contents = {str(path): path.read_bytes() for path in files}
    doubles = list(across(contents))
    found = False
    for name, data in contents.items():
        problems = [
            *check_bytes(data, export=name.lower().endswith(".se")),
            *(problem for place, problem in doubles if place == name),
        ]
        found = found or bool(problems)
        if not problems:
            session.say(say("✓ {name} is in order.", name=name))
        session.show([_placed(problem, name) for problem in problems])
    click.get_current_context().exit(ExitCode.PARKED if found else ExitCode.DONE)


def _placed(problem: Problem, name: str) -> Problem:
    return Problem(where=f"{name}:{problem.where}", what=problem.what, fix=problem.fix, severe=problem.severe)
