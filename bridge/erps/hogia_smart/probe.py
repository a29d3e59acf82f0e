"""``bridge check --probe`` for Hogia: harmless calls that settle what nobody has written down (Hogia facts, 2 and 8).

Everything is a GET: nothing is made or changed. What no harmless call can tell is counted at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from bridge.erps.currency import BASE
from bridge.erps.hogia_smart.core import Core
from bridge.erps.hogia_smart.probe_invoices import invoices
from bridge.erps.hogia_smart.probe_lists import accounts, contacts, vat_codes, years
from bridge.erps.hogia_smart.probe_shapes import refusals
from bridge.errors import BridgeError, RemoteError
from bridge.model.probing import Learnt
from bridge.model.texts import Text, say

__all__ = ["probe"]

_PARTS: Final[Sequence[tuple[Text, Callable[[Core], Iterator[Learnt]]]]] = (
    (say("Which financial years are there, and how are days written?"), years),
    (say("What does the chart of accounts tell?"), accounts),
    (say("How are VAT codes told?"), vat_codes),
    (say("Whom does the register of contacts show, and how is it paged?"), contacts),
    (say("Can invoices be read again?"), invoices),
    (say("How does Hogia refuse?"), refusals),
)


def probe(core: Core) -> Iterator[Learnt]:
    """Ask, and say what came of each; a call that fails is something learnt too. Never raises a ``BridgeError``."""
    access = _access(core)
    yield access
    if not access.good:
        return
    for asked, part in _PARTS:
        try:
            learnt = [*part(core)]
        except BridgeError as error:
            learnt = [Learnt(asked=asked, found=_why(error), good=False)]
        yield from learnt
    if core.profile.text("invoice.sequence") == "unproven":
        yield _sequence()
    yield _rest(core)


def _access(core: Core) -> Learnt:
    """Token, company and version at once: every call needs all three."""
    asked = say("Do the credentials open the company, and is version {date} taken?", date=_date(core))
    try:
        rows = core.client.register(*core.client.path("currencies"))
    except BridgeError as error:
        return Learnt(asked=asked, found=_why(error), good=False)
    codes = sorted(str(row.get("code", "?")) for row in rows)
    return Learnt(
        asked=asked,
        found=say("Yes. Its currencies: {codes}.", codes=", ".join(codes) or "-"),
        good=True if BASE in codes else None,
    )


def _why(error: BridgeError) -> Text:
    status = error.status if isinstance(error, RemoteError) else None
    advice = error.advice if isinstance(error, RemoteError) else None
    told = say("{said} (HTTP {status})", said=error.text, status=status) if status else error.text
    return say("{what} {advice}", what=told, advice=advice) if advice else told


def _date(core: Core) -> str:
    return core.profile.text("version.date")


def _sequence() -> Learnt:
    """What decides how a lost answer ends; only writing would show it."""
    return Learnt(
        asked=say("Does Hogia take the same invoice twice?"),
        found=say(
            "Nothing harmless shows it. Ask Hogia what a second POST with the same sequenceId does, or see what the "
            "first order in a test company does when it is sent again. Only then write replay or refuse as "
            "invoice.sequence."
        ),
    )


def _rest(core: Core) -> Learnt:
    names = [entry.name for entry in core.profile.unsure()]
    return Learnt(
        asked=say("What can no harmless call tell?"),
        found=say(
            "{count} entries of the profile are not certain, some because only a written invoice shows them: "
            "{names}. The page on Hogia in the documentation says of each how the first order settles it.",
            count=len(names),
            names=", ".join(names),
        ),
    )
