"""``bridge preview``: the exact document an order would become, without sending anything."""

from __future__ import annotations

import json
from dataclasses import replace

import click

from bridge.cli.running import opened
from bridge.cli.session import Session, pass_session
from bridge.errors import UserError
from bridge.model.documents import Preview
from bridge.model.money import plain
from bridge.model.orders import OrderRef
from bridge.model.texts import Problem, say

__all__ = ["order_ref", "preview"]


@click.command()
@click.argument("order")
@click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
@pass_session
def preview(session: Session, order: str, *, as_json: bool) -> None:
    """Show the document ORDER (its id, or shop:id) would become. Sends nothing."""
    with opened(session.config) as bridge:
        found = _masked(bridge.operator.preview(order_ref(session, order)), session)
    if as_json:
        click.echo(json.dumps(_plain(found, session), ensure_ascii=False, indent=2))
        return
    click.echo(found.payload)
    _table(found)
    session.say(say("Total: {total} {currency}", total=plain(found.gross), currency=found.currency))
    for note in found.notes:
        session.say(note)


def order_ref(session: Session, text: str) -> OrderRef:
    """What a person typed: ``main:1234``, or ``1234`` where there is only one shop.

    Raises:
        UserError: neither.
    """
    shops = list(session.config.shops)
    full = text if ":" in text else f"{shops[0]}:{text}" if len(shops) == 1 else text
    try:
        ref = OrderRef.parse(full)
    except ValueError:
        ref = None
    if ref is None or ref.shop not in shops:
        problem = Problem(
            where=text,
            what=say("That is no order of a shop of this bridge."),
            fix=say("Write it as shop:id, for instance {example}.", example=f"{shops[0]}:1234"),
        )
        raise UserError(say("Which order?"), [problem])
    return ref


def _masked(found: Preview, session: Session) -> Preview:
    """What may stand on a screen: all of it but persons' numbers."""
    rows = tuple({name: session.mask(cell) for name, cell in row.items()} for row in found.rows)
    return replace(found, payload=session.mask(found.payload), rows=rows)


def _table(found: Preview) -> None:
    if not found.rows:
        return
    columns = list(found.rows[0])
    widths = {name: max(len(name), *(len(row[name]) for row in found.rows)) for name in columns}
    for row in [dict(zip(columns, columns, strict=True)), *found.rows]:
        click.echo("  ".join(row[name].ljust(widths[name]) for name in columns).rstrip())


def _plain(found: Preview, session: Session) -> dict[str, object]:
    return {
        "payload": found.payload,
        "media_type": found.media_type,
        "gross": plain(found.gross),
        "currency": found.currency,
        "rows": [dict(row) for row in found.rows],
        "notes": [session.text(note) for note in found.notes],
    }
