"""``bridge check`` for Specter: what a set-up needs, each fault with its remedy. Makes and changes nothing.

Specter can be asked very little. Access is shown by one reading of changes: harmless, because nothing that came with
it is acknowledged, and the number under which it is open is remembered for the next reading (specter facts, 9.4).
Everything else is what the settings say, against what is known of Specter; what neither tells is named, to be looked
at by a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from bridge.erps.specter.check_settings import PARTS
from bridge.erps.specter.core import Core
from bridge.erps.specter.errors import OpenBatch
from bridge.erps.specter.mapping_feeds import Kind, things
from bridge.errors import BridgeError, RemoteError, Transient, Unauthorised
from bridge.model.texts import Problem, Text, say

__all__ = ["check"]

_TRY: Final = say("Run bridge check again; if it stays, show it to Specter's support.")
_ONE_READER: Final = say(
    "Let one program only read changes from an account. If it was an earlier installation of this bridge, nothing "
    "need be done."
)


def check(core: Core) -> list[Problem]:
    """Everything found; empty: all is well. Never raises a ``BridgeError``."""
    found = list(core.options.problems("[erp]"))
    if any(problem.severe for problem in found):
        return found  # no call could be signed, or none may be made
    for part in (_kept, _access, *PARTS):
        found += _tried(core, part)
    return found


def _tried(core: Core, part: Callable[[Core], Iterable[Problem]]) -> Iterator[Problem]:
    try:
        yield from part(core)
    except BridgeError as error:
        yield Problem(where=_place(core, error), what=error.text, fix=_advice(error))


def _place(core: Core, error: BridgeError) -> str:
    if not isinstance(error, RemoteError) or not error.call:
        return "[bridge] data_dir"
    if isinstance(error, Unauthorised):
        return "[erp] api_user_key" if core.options.signature == "v2" else "[erp] md5_key_1"
    return "[erp] base_url" if isinstance(error, Transient) else "[erp]"


def _advice(error: BridgeError) -> Text:
    return (error.advice if isinstance(error, RemoteError) else None) or _TRY


def _kept(core: Core) -> Iterator[Problem]:
    """The file of what was sent and received: without it nothing is."""
    with core.file.saving():
        yield from ()


def _access(core: Core) -> Iterator[Problem]:
    """Whether Specter lets us in. Of the three kinds of changes it is orders', which are mostly our own."""
    with core.batches.alone(Kind.ORDERS):
        try:
            batch = core.batches.receive(Kind.ORDERS)
        except OpenBatch as taken:
            yield Problem(where="[erp]", what=taken.text, fix=_ONE_READER, severe=False)
            return
        try:
            empty = not things(batch.kind, batch.answer, core.profile)
        except ValueError as odd:
            yield _unknown_form(str(odd))
            return
        if empty and not batch.foreign:
            core.batches.acknowledge(batch)
    if batch.foreign:
        yield Problem(
            where="[erp]",
            what=say(
                "Somebody else has begun to read changes of orders from this account, and not finished ({number}).",
                number=batch.number,
            ),
            fix=_ONE_READER,
            severe=False,
        )


def _unknown_form(place: str) -> Problem:
    return Problem(
        where="[erp] profile",
        what=say("Specter's list of changes has an unknown form (at {place}).", place=place or "-"),
        fix=say("Run bridge check --probe and show what it says to whoever helps you with the bridge."),
        severe=False,
    )
