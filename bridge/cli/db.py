"""``bridge db``: the database on its own: copies, restoring, upgrading, looking for damage."""

from __future__ import annotations

from pathlib import Path

import click

from bridge.cli.exits import ExitCode
from bridge.cli.session import Session, pass_session
from bridge.clock import SystemClock
from bridge.errors import UserError
from bridge.model.texts import say

__all__ = ["db"]

FILE = click.Path(path_type=Path)


@click.group()
def db() -> None:
    """Back up, restore and check the database."""


@db.command()
@click.argument("file", type=FILE, required=False)
@pass_session
def backup(session: Session, file: Path | None) -> None:
    """Copy the database to FILE, also while the bridge runs.

    Without FILE the copy goes to the folder backups beside the database, with the time in its name. What the bridge
    remembers of an ERP that cannot be asked is copied beside it.
    """
    from bridge.store import Store, memories  # noqa: PLC0415 - "bridge --help" must not load the database
    from bridge.store.upkeep import stamp  # noqa: PLC0415 - same

    clock = SystemClock()
    database = _existing(session)
    if file is None:
        file = database.parent / "backups" / f"{database.stem}-{stamp(clock.now())}.sqlite3"
        file.parent.mkdir(mode=0o700, exist_ok=True)
    with Store.open(database, clock=clock) as store:
        store.backup(file)
    for copy in memories.back_up(database.parent, file):
        session.say(say("What the bridge remembers of the ERP lies in {path}.", path=copy))
    session.say(say("The copy lies in {path}. It holds buyers' names: keep it safe.", path=file))


@db.command()
@click.argument("file", type=FILE)
@pass_session
def restore(session: Session, file: Path) -> None:
    """Put the copy FILE in the place of the database. The bridge must be stopped.

    The database as it was is kept beside it under another name. What the bridge remembers of the ERP is put back only
    where there is none: an older memory would forget what was sent since.
    """
    from bridge.store import Store, memories  # noqa: PLC0415 - see backup

    aside = Store.restore(file, session.config.database, clock=SystemClock())
    session.say(say("Restored from {path}.", path=file))
    for placed in memories.put_back(file, session.config.database.parent):
        session.say(say("What the bridge remembers of the ERP was put back as {path}.", path=placed))
    if aside is not None:
        session.say(say("What was there before lies in {path}.", path=aside))


@db.command()
@pass_session
def upgrade(session: Session) -> None:
    """Bring the database to the form this version needs; a copy is made first.

    The bridge does it by itself when it starts.
    """
    from bridge.store import Store  # noqa: PLC0415 - see backup

    database = _existing(session)
    with Store.open(database, clock=SystemClock()):
        session.say(say("The database {path} has the form this version needs.", path=database))


@db.command()
@pass_session
@click.pass_context
def check(ctx: click.Context, session: Session) -> None:
    """Look through the whole database for damage."""
    from bridge.store import Store  # noqa: PLC0415 - see backup

    database = _existing(session)
    with Store.open(database, clock=SystemClock()) as store:
        problems = store.check()
    if problems:
        session.show(problems)
        ctx.exit(ExitCode.USAGE)
    session.say(say("The database {path} is sound.", path=database))


def _existing(session: Session) -> Path:
    """The database; none is made by a command that only wants to look at it."""
    database = session.config.database
    if not database.is_file():
        raise UserError(
            say("There is no database {path} yet. It is made when the bridge first runs.", path=database)
        )
    return database
