"""``bridge shadow report``: is what was booked by hand what the bridge would have booked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import click

from bridge.cli.exits import ExitCode
from bridge.cli.running import opened
from bridge.cli.session import Session, pass_session
from bridge.errors import UserError
from bridge.flows.comparing import TOTAL, ByHand, Comparison, Met, Ours, compare
from bridge.flows.would_be import Unready, booked_by_hand, would_be_sent
from bridge.model.money import plain
from bridge.model.texts import Problem, Text, say

__all__ = ["shadow"]

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def shadow() -> None:
    """What mode = shadow has tried."""


@shadow.command()
@click.option("--from", "first", type=DAY, required=True, help="The first day, like 2026-11-01.")
@click.option("--to", "last", type=DAY, required=True, help="The last day.")
@click.option(
    "--days",
    type=click.IntRange(0, 60),
    default=3,
    show_default=True,
    help="How many days the two dates of one sale may lie apart.",
)
@click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@pass_session
def report(
    session: Session, first: datetime, last: datetime, *, days: int, as_json: bool, files: tuple[Path, ...]
) -> None:
    """Compare what would have been sent with SIE files (type 4) of what was booked by hand.

    Ends with 1 when there is something to look at.
    """
    by_hand = [voucher for path in files for voucher in _read(path)]
    config, start, end = session.config, first.date(), last.date()
    with opened(config) as bridge:
        ours, unready = would_be_sent(bridge.store, first=start, last=end, zone=config.zone)
    found = compare(ours, by_hand, first=start, last=end, days=days)
    if as_json:
        click.echo(json.dumps(_plain(found, unready, session), ensure_ascii=False, indent=2))
    else:
        _tell(session, found, unready)
    same = found.same and not unready
    click.get_current_context().exit(ExitCode.DONE if same else ExitCode.PARKED)


def _read(path: Path) -> tuple[ByHand, ...]:
    found = booked_by_hand(path.read_bytes())
    if not found:
        problem = Problem(
            where=str(path),
            what=say("There is no voucher in it."),
            fix=say("Export the period from the accounting program as SIE 4, with vouchers."),
        )
        raise UserError(say("There is nothing to compare with."), [problem])
    return found


def _tell(session: Session, found: Comparison, unready: tuple[Unready, ...]) -> None:
    met = sum(len(group.ours) for group in found.met)
    count = met + len(found.missing)
    session.say(say("{met} of {count} documents were booked by hand too.", met=met, count=count))
    _differing(session, [group for group in found.met if group.differing])
    _list(session, say("Not booked by hand:"), map(_our_line, found.missing))
    _list(session, say("Booked by hand only:"), map(_hand_line, found.extra))
    reasons = (f"{each.number}  {each.dated}  {session.text(each.reason)}" for each in unready)
    _list(session, say("Could not have been sent:"), reasons)
    if found.accounts:
        session.say(say("Differences over all that was compared:"))
        _table(session, found.accounts)
    if found.same and not unready:
        session.say(say("✓ The books are what the bridge would have made of them."))


def _list(session: Session, head: Text, lines: Iterable[str]) -> None:
    for at, line in enumerate(lines):
        if at == 0:
            session.say(head)
        click.echo(f"  {line}".rstrip())


def _our_line(each: Ours) -> str:
    return f"{each.number or each.also}  {each.dated}  {plain(each.gross)}"


def _hand_line(each: ByHand) -> str:
    return f"{each.number or '-'}  {each.dated}  {plain(each.debit)}  {each.text}"


def _differing(session: Session, groups: Iterable[Met]) -> None:
    for at, group in enumerate(groups):
        if at == 0:
            session.say(say("Booked otherwise by hand:"))
        orders, vouchers = _numbers(group)
        session.say(say("  Order {orders}, voucher {vouchers}:", orders=orders, vouchers=vouchers))
        _table(session, group.differing)


def _table(session: Session, differing: Mapping[str, tuple[Decimal, Decimal]]) -> None:
    for account, (ours, theirs) in differing.items():
        name = session.text(say("total")) if account == TOTAL else account
        session.say(
            say(
                "    {account}: here {ours}, by hand {theirs}, apart {apart}",
                account=name,
                ours=plain(ours),
                theirs=plain(theirs),
                apart=plain(ours - theirs),
            )
        )


def _numbers(met: Met) -> tuple[str, str]:
    return _joined(o.number or o.also for o in met.ours), _joined(v.number or "-" for v in met.by_hand)


def _joined(words: Iterable[str]) -> str:
    return ", ".join(words)


def _plain(found: Comparison, unready: tuple[Unready, ...], session: Session) -> dict[str, object]:
    return {
        "same": found.same and not unready,
        "met": [
            {
                "how": met.how.value,
                "orders": [_ours(each) for each in met.ours],
                "vouchers": [_hand(each) for each in met.by_hand],
                "differing": _amounts(met.differing),
            }
            for met in found.met
        ],
        "missing": [_ours(each) for each in found.missing],
        "extra": [_hand(each) for each in found.extra],
        "unready": [
            {"key": u.key, "number": u.number, "dated": str(u.dated), "reason": session.text(u.reason)}
            for u in unready
        ],
        "accounts": _amounts(found.accounts),
    }


def _ours(each: Ours) -> dict[str, str]:
    return {"key": each.key, "number": each.number, "dated": str(each.dated), "gross": plain(each.gross)}


def _hand(each: ByHand) -> dict[str, str]:
    return {"number": each.number, "dated": str(each.dated), "debit": plain(each.debit), "text": each.text}


def _amounts(differing: Mapping[str, tuple[Decimal, Decimal]]) -> dict[str, dict[str, str]]:
    return {
        account: {"ours": plain(ours), "by_hand": plain(theirs)}
        for account, (ours, theirs) in differing.items()
    }
