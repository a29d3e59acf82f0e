"""``bridge customers``: who is in the register twice, before every order has to be parked for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, cast

import click

from bridge.cli.session import Session, pass_session
from bridge.model.duplicates import Card, Group, Likeness, card_of, cards_of, groups
from bridge.model.numbers import shown
from bridge.model.texts import Text, say

if TYPE_CHECKING:
    from bridge.app import Bridge

__all__ = ["customers"]

_WHY: Final = {
    Likeness.NUMBER: say("The same organisation or person number:"),
    Likeness.EMAIL: say("The same mailbox:"),
    Likeness.NAME: say("The same name and postcode:"),
}


@click.group()
def customers() -> None:
    """Find customers who are probably one and the same."""


@customers.command()
@click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
@pass_session
def duplicates(session: Session, *, as_json: bool) -> None:
    """List customers who are probably one: in the ERP where it can list them, else among the stored orders.

    The same e-mail address but for case, blanks and what stands after a plus; the same number in another
    spelling; the same name and postcode. Changes nothing.
    """
    from bridge.cli.running import opened  # noqa: PLC0415 - "bridge --help" must not load the whole bridge

    with opened(session.config) as bridge:
        in_erp, cards = _cards(bridge)
    found = groups(cards)
    if as_json:
        told = {"source": "erp" if in_erp else "orders", "groups": [_plain(group) for group in found]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    _tell(session, found, in_erp=in_erp, count=len(cards))


def _cards(bridge: Bridge) -> tuple[bool, list[Card]]:
    from bridge.flows.matching import numbered  # noqa: PLC0415 - see duplicates
    from bridge.flows.stored import stored_orders  # noqa: PLC0415 - same
    from bridge.ports import Capability, ListsCustomers  # noqa: PLC0415 - same

    if Capability.LISTS_CUSTOMERS in bridge.erp.capabilities:
        return True, [card_of(record) for record in cast("ListsCustomers", bridge.erp).customers()]
    settings = bridge.config.customers
    return False, cards_of(stored_orders(bridge.store, numbered=lambda order: numbered(order, settings)))


def _tell(session: Session, found: list[Group], *, in_erp: bool, count: int) -> None:
    if in_erp:
        session.say(say("Looked at {count} customers in the ERP.", count=count))
    else:
        session.say(
            say("The ERP cannot list its customers. Looked at the {count} of the stored orders.", count=count)
        )
    for group in found:
        click.echo()
        session.say(_WHY[group.likeness])
        for line in _lines(session, group):
            click.echo(f"  {line}")
    click.echo()
    session.say(_verdict(found))


def _verdict(found: list[Group]) -> Text:
    if not found:
        return say("Nobody seems to be there twice.")
    return say("{count} groups. Join them in the ERP; nothing was changed here.", count=len(found))


def _lines(session: Session, group: Group) -> Iterator[str]:
    for card in group.cards:
        parts = (session.mask(card.name), card.email, shown(card.org_number), card.postcode)
        yield "  ".join([card.label, *filter(None, parts)])


def _plain(group: Group) -> dict[str, object]:
    return {
        "likeness": group.likeness.value,
        "customers": [
            {
                "label": card.label,
                "name": card.name,
                "email": card.email,
                "org_number": shown(card.org_number),
                "postcode": card.postcode,
            }
            for card in group.cards
        ],
    }
