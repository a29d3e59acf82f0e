"""``bridge run`` and ``bridge once``: do the work."""

from __future__ import annotations

from typing import Final

import click

from bridge.app import Bridge
from bridge.cli.exits import ExitCode
from bridge.cli.running import alone, run_until_stopped
from bridge.cli.session import Session, pass_session
from bridge.flows.access import keep_access
from bridge.flows.dispatch import Step
from bridge.flows.notices import kept
from bridge.flows.shadow import NOTICE
from bridge.model.texts import say
from bridge.store.records import State

__all__ = ["once", "run"]

MOST_STEPS: Final = 100_000
"""``once`` is one pass; a shop that sells faster than we send must not keep it for ever."""


@click.command()
@pass_session
def run(session: Session) -> None:
    """Run the bridge and its page until told to stop."""
    session.log_facts()
    with alone(session.config) as bridge:
        session.say(say("The page: {address}", address=f"http://{session.config.web.listen}"))
        run_until_stopped(bridge)


@click.command()
@pass_session
def once(session: Session) -> None:
    """Fetch and send one time, then end: for cron and for trying things out."""
    with alone(session.config) as bridge:
        code = _pass(session, bridge)
    click.get_current_context().exit(code)


def _pass(session: Session, bridge: Bridge) -> ExitCode:
    failed = False
    for name in bridge.shops:
        result = bridge.poller.poll(name)
        if result is None:
            failed = True
            session.show(kept(bridge.store, f"poll:{name}"), err=True)
            continue
        bridge.poller.refunds(name)  # the daemon's sweep never comes here
        session.say(
            say(
                "{shop}: {read} orders read, {added} new in the queue.",
                shop=name,
                read=result.read,
                added=result.added,
            )
        )
        session.show((*kept(bridge.store, f"shop:{name}"), *kept(bridge.store, f"refunds:{name}")), err=True)
    keep_access(bridge.erp, store=bridge.store, clock=bridge.clock)
    steps = _send(bridge)
    if bridge.shadow:
        failed = _try(session, bridge) or failed
    else:
        session.say(say("{done} done, {again} to be tried again, {parked} parked.", **_numbers(steps)))
    if steps[Step.PARKED] or bridge.store.reads.counts()[State.PARKED]:
        return ExitCode.PARKED
    return ExitCode.REMOTE if failed or steps[Step.AGAIN] else ExitCode.DONE


def _send(bridge: Bridge) -> dict[Step, int]:
    steps = dict.fromkeys(Step, 0)
    for _ in range(0 if bridge.shadow else MOST_STEPS):
        step = bridge.dispatcher.step()
        if step is Step.IDLE:
            break
        steps[step] += 1
    return steps


def _try(session: Session, bridge: Bridge) -> bool:
    """Shadow mode: try what would be sent; true if the other end did not answer."""
    shown = parked = 0
    while (result := bridge.trial.round()).any:
        shown, parked = shown + result.shown, parked + result.parked
        if result.halted:
            break
    session.say(
        say("Nothing is sent (mode = shadow): {shown} tried, {parked} parked.", shown=shown, parked=parked)
    )
    session.show(kept(bridge.store, NOTICE), err=True)
    return result.halted


def _numbers(steps: dict[Step, int]) -> dict[str, int]:
    return {step.value: count for step, count in steps.items()}
