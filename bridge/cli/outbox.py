"""``bridge outbox``: what waits, what is done, what is stuck, and what a person does about it."""

from __future__ import annotations

import getpass
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from bridge.cli.differences import difference_lines
from bridge.cli.exits import ExitCode
from bridge.cli.preview import order_ref
from bridge.cli.running import opened
from bridge.cli.session import Session, pass_session
from bridge.errors import UserError
from bridge.flows.standing import Choice
from bridge.model.money import plain
from bridge.model.texts import Text, say
from bridge.store import Store
from bridge.store.records import Detail, Entry, EntryFilter, State
from bridge.web.labels import title_of

__all__ = ["outbox"]


@click.group()
def outbox() -> None:
    """List, mend and resend what goes to the ERP."""


@outbox.command("list")
@click.option(
    "--state", type=click.Choice([state.value for state in State]), help="Only entries in this state."
)
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="How many at most."
)
@click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
@pass_session
def list_entries(session: Session, state: str | None, limit: int, *, as_json: bool) -> None:
    """List entries, newest first."""
    with opened(session.config) as bridge:
        wanted = EntryFilter(states=(State(state),) if state else ())
        page = bridge.store.reads.entries(wanted, limit=limit)
    if as_json:
        click.echo(json.dumps([_entry(session, entry) for entry in page.items], ensure_ascii=False, indent=2))
        return
    for entry in page.items:
        click.echo(_line(session, entry))
    if page.total > len(page.items):
        session.say(say("{shown} of {total} shown.", shown=len(page.items), total=page.total))


@outbox.command()
@click.argument("entry")
@click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
@pass_session
def show(session: Session, entry: str, *, as_json: bool) -> None:
    """Show everything about one ENTRY: its number in the list, an order number, or a document number."""
    with opened(session.config) as bridge:
        detail = _detail(bridge.store, entry)
        found = bridge.operator.difference(detail)
    if as_json:
        click.echo(json.dumps(_whole(session, detail), ensure_ascii=False, indent=2))
        return
    click.echo(_line(session, detail.entry))
    session.say(title_of(detail.entry))
    if detail.entry.fault is not None:
        session.say(detail.entry.fault.text)
        if detail.entry.fault.advice is not None:
            session.say(detail.entry.fault.advice)
    if found is not None:
        for line in difference_lines(found):
            session.say(line)
    for event in detail.events:
        click.echo(f"{_time(event.at)}  {event.after.value:<8} {event.who}: {session.text(event.note)}")
    for exchange in detail.exchanges:
        click.echo(f"\n{_time(exchange.at)}  >>>\n{exchange.payload}\n<<<\n{exchange.answer}")


@outbox.command()
@click.argument("entries", nargs=-1, required=True)
@click.option("--reason", default="", help="Why; kept in the timeline.")
@pass_session
def retry(session: Session, entries: Sequence[str], reason: str) -> None:
    """Send ENTRIES again that are parked or wait for their next try."""
    with opened(session.config) as bridge:
        ids = [_detail(bridge.store, entry).entry.id for entry in entries]
        moved = bridge.operator.retry(ids, who=_who(), reason=reason)
    _moved(session, moved, len(ids))


@outbox.command()
@click.argument("entry")
@click.argument("choice", type=click.Choice([choice.value for choice in Choice]))
@click.option("--reason", default="", help="Why; kept in the timeline.")
@pass_session
def choose(session: Session, entry: str, choice: str, reason: str) -> None:
    """Say what becomes of an order edited or called off after booking: its ENTRY, and your CHOICE.

    amend changes the document; anew takes it back and, after an edit, makes a new one. To leave it as it is: drop.
    """
    with opened(session.config) as bridge:
        found = _detail(bridge.store, entry).entry
        moved = bridge.operator.choose(found.id, Choice(choice), who=_who(), reason=reason)
    _moved(session, int(moved), 1)


@outbox.command()
@click.argument("entries", nargs=-1, required=True)
@click.option("--reason", required=True, help="Why it is not to be sent; kept in the timeline.")
@pass_session
def drop(session: Session, entries: Sequence[str], reason: str) -> None:
    """Give up on waiting or parked ENTRIES for good."""
    with opened(session.config) as bridge:
        ids = [_detail(bridge.store, entry).entry.id for entry in entries]
        moved = bridge.operator.drop(ids, who=_who(), reason=reason)
    _moved(session, moved, len(ids))


@outbox.command()
@click.argument("entry")
@click.option("--number", required=True, help="Number of the document in the ERP.")
@click.option("--reason", default="", help="How you know; kept in the timeline.")
@pass_session
def settle(session: Session, entry: str, number: str, reason: str) -> None:
    """Say that a parked ENTRY is in the ERP already."""
    with opened(session.config) as bridge:
        found = _detail(bridge.store, entry).entry
        moved = bridge.operator.settle(found.id, number=number, who=_who(), reason=reason)
    _moved(session, int(moved), 1)


@outbox.command()
@click.argument("order")
@pass_session
def send(session: Session, order: str) -> None:
    """Send an ORDER (its id, or shop:id) whatever the rules say."""
    with opened(session.config) as bridge:
        session.say(bridge.operator.send(order_ref(session, order), who=_who()))


def _detail(store: Store, text: str) -> Detail:
    ids = [int(text)] if text.isdigit() and len(text) < 19 else []
    ids += [entry.id for entry in store.reads.find(text)]
    for entry_id in ids:
        detail = store.reads.entry(entry_id)
        if detail is not None:
            return detail
    raise UserError(say("There is no entry {entry}. See: bridge outbox list", entry=text))


def _moved(session: Session, moved: int, asked: int) -> None:
    session.say(say("{moved} of {asked} moved.", moved=moved, asked=asked))
    if moved < asked:
        session.say(say("The others are not in a state that allows it. See: bridge outbox show"), err=True)
        click.get_current_context().exit(ExitCode.PARKED)


def _line(session: Session, entry: Entry) -> str:
    total = f"{plain(entry.gross)} {entry.currency}" if entry.gross is not None else ""
    state = entry.state.value + (" ?" if entry.doubt else "")
    what = entry.document or (session.text(entry.fault.text) if entry.fault else "")
    return f"{entry.id:>6}  {state:<10} {entry.key!s:<28} {entry.number:<10} {total:>16}  {what}".rstrip()


def _entry(session: Session, entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "key": str(entry.key),
        "title": session.text(title_of(entry)),
        "number": entry.number,
        "state": entry.state.value,
        "in_doubt": entry.doubt is not None,
        "attempts": entry.attempts,
        "due_at": _time(entry.due_at),
        "total": None if entry.gross is None else plain(entry.gross),
        "currency": entry.currency,
        "document": entry.document,
        "error": entry.fault.kind if entry.fault else None,
        "reason": session.text(entry.fault.text) if entry.fault else None,
        "advice": _optional(session, entry.fault.advice) if entry.fault else None,
    }


def _optional(session: Session, text: Text | None) -> str | None:
    return None if text is None else session.text(text)


def _whole(session: Session, detail: Detail) -> dict[str, Any]:
    return {
        **_entry(session, detail.entry),
        "events": [
            {
                "at": _time(event.at),
                "state": event.after.value,
                "who": event.who,
                "note": session.text(event.note),
            }
            for event in detail.events
        ],
        "exchanges": [
            {"at": _time(each.at), "payload": each.payload, "answer": each.answer}
            for each in detail.exchanges
        ],
    }


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _who() -> str:
    """The login name on this machine: the timeline says who did it."""
    try:
        return f"{getpass.getuser()} (bridge)"
    except (OSError, KeyError):
        return "bridge"
