"""``bridge check``: try everything the bridge will need, and say what to mend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

import click

from bridge.app import Bridge
from bridge.cli.exits import ExitCode
from bridge.cli.running import opened
from bridge.cli.session import Session, pass_session
from bridge.flows.finalising import unmet
from bridge.flows.rehearsal import rehearse, shop_orders
from bridge.flows.samples import newest_orders
from bridge.model.texts import Problem, say
from bridge.ports import Capability, Erp, Probes

__all__ = ["check"]

STORED = 50
"""So many of the newest orders are tried."""
FETCHED = 10
"""So many of each shop, where nothing is stored yet: each is a call."""


@click.command()
@click.option(
    "--probe",
    is_flag=True,
    help="Ask the ERP harmless things about what is not known of it yet, and show what it says.",
)
@pass_session
def check(session: Session, *, probe: bool) -> None:
    """Try the shop, the ERP, the database and your plugins, and say what to mend. Changes nothing."""
    config = session.config
    session.show(config.notices)
    with opened(config) as bridge:
        found = [_part(session, name, _new(problems, config.notices)) for name, problems in _findings(bridge)]
        if probe:
            _probe(session, bridge.erp)
    click.get_current_context().exit(ExitCode.USAGE if any(found) else ExitCode.DONE)


def _findings(bridge: Bridge) -> list[tuple[str, Sequence[Problem]]]:
    shops = [(f"[shop {name}]", shop.check()) for name, shop in bridge.shops.items()]
    plugins = bridge.hooks.check(newest_orders(bridge.store, most=1))
    return [
        *shops,
        ("[erp]", [*bridge.erp.check(), *unmet(bridge.erp, bridge.config.orders)]),
        *([("[customers]", bridge.customers.check())] if bridge.config.customers.collective_customer else []),
        ("[bridge] data_dir", bridge.store.check()),
        *([("[bridge] plugins", plugins)] if bridge.hooks else []),
        *_rehearsed(bridge),
    ]


def _rehearsed(bridge: Bridge) -> list[tuple[str, Sequence[Problem]]]:
    """The settings, tried on orders; nothing is said where there are none."""
    triggers = {name: conf.section.trigger_statuses for name, conf in bridge.config.shops.items()}
    refs = [order.ref for order in newest_orders(bridge.store, most=STORED)]
    refs = refs or list(shop_orders(bridge.shops, triggers=triggers, most=FETCHED))
    return [("[orders]", rehearse(refs, bridge.operator.preview))] if refs else []


def _new(problems: Sequence[Problem], told: Sequence[Problem]) -> list[Problem]:
    """Without what reading the file has told already."""
    before = [each.what for each in told]
    return [each for each in problems if each.severe or each.what not in before]


_SIGNS: Final = {True: "✓", False: "✗", None: "?"}


def _probe(session: Session, erp: Erp) -> None:
    """What came of each question; the lines to write are told once more at the end, to be copied as they stand."""
    if Capability.PROBES not in erp.capabilities:
        session.say(
            say("Of {erp} everything the bridge needs is known: there is nothing to probe.", erp=erp.name)
        )
        return
    lines = []
    for learnt in cast("Probes", erp).probe():
        click.echo(f"{_SIGNS[learnt.good]} {session.text(learnt.asked)} {session.text(learnt.found)}")
        lines += [learnt.line] if learnt.line else []
    if lines:
        session.say(say("Write into the file that [erp] profile names:"))
        for line in "\n".join(lines).splitlines():
            click.echo(f"  {line}")


def _part(session: Session, name: str, problems: Sequence[Problem]) -> bool:
    if not problems:
        session.say(say("✓ {part} is in order.", part=name))
    session.show(problems)
    return any(problem.severe for problem in problems)
