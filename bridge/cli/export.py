"""``bridge export``: files for other programs."""

from __future__ import annotations

import os
from pathlib import Path

import click

from bridge.cli.session import Session, pass_session
from bridge.errors import UserError
from bridge.model.texts import Problem, say

__all__ = ["export"]


@click.group()
def export() -> None:
    """Write what the bridge knows to a file."""


@export.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--shop", help="Only buyers of this shop.")
@click.option("--bom/--no-bom", default=True, show_default=True, help="Tell Excel that the file is UTF-8.")
@click.option("--force", is_flag=True, help="Write over FILE if it is there.")
@pass_session
def customers(session: Session, file: Path, shop: str | None, *, bom: bool, force: bool) -> None:
    """Write the buyers of the stored orders to FILE, as CSV with semicolons; for mailing or import.

    One row per e-mail address; orders without one are counted and named. Only what is within the retention is
    there. FILE can be read by nobody but you.
    """
    from bridge.cli.running import opened  # noqa: PLC0415 - "bridge --help" must not load the whole bridge
    from bridge.flows.addresses import HEADINGS, table, written  # noqa: PLC0415 - same
    from bridge.flows.matching import numbered  # noqa: PLC0415 - same
    from bridge.flows.stored import stored_orders  # noqa: PLC0415 - same

    settings = session.config.customers
    if shop is not None and shop not in session.config.shops:
        shops = ", ".join(session.config.shops)
        raise UserError(say("There is no shop {shop}; the shops are {shops}.", shop=shop, shops=shops))
    with opened(session.config) as bridge:
        found = table(
            stored_orders(bridge.store, numbered=lambda order: numbered(order, settings), shop=shop)
        )
    _write(file, written(found, [session.text(each) for each in HEADINGS], bom=bom), force=force)
    session.say(say("{count} buyers written to {path}.", count=len(found.rows), path=file))
    if found.skipped:
        session.say(
            say("{count} orders have no e-mail address and were left out: {numbers}.",
                count=len(found.skipped), numbers=_some(found.skipped))
        )  # fmt: skip
    session.say(
        say("The file holds personal data: write only to those who agreed, and delete it when it is used."),
        err=True,
    )


def _some(numbers: tuple[str, ...], most: int = 20) -> str:
    return ", ".join([*numbers[:most], "…"] if len(numbers) > most else numbers)


def _write(path: Path, data: bytes, *, force: bool) -> None:
    """A file of one's own: never readable by others, not even while it is being written."""
    mode = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if force else os.O_EXCL)
    try:
        if force:
            path.unlink(missing_ok=True)  # an old file may be open to all, or be a link to another
        with os.fdopen(os.open(path, mode, 0o600), "wb") as file:
            file.write(data)
    except FileExistsError:
        problem = Problem(
            where=str(path),
            what=say("The file is there already."),
            fix=say("Name another one, or write over it with --force."),
        )
        raise UserError(say("Nothing was written."), [problem]) from None
    except OSError as error:
        problem = Problem(
            where=str(path),
            what=say("The file cannot be written ({error}).", error=error.strerror or type(error).__name__),
            fix=say("Name a file in a folder you may write to."),
        )
        raise UserError(say("Nothing was written."), [problem]) from None
