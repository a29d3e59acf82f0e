"""``bridge check --probe`` for Specter: harmless calls that settle what nobody has written down (specter facts, 12).

Nothing is made or changed. Readings of changes use the number the bridge remembers: one that is empty is
acknowledged, any other stays open, and the next reading goes on with it. What no harmless call can tell is counted at
the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bridge.erps.specter.batches import Batch
from bridge.erps.specter.core import Core
from bridge.erps.specter.errors import OpenBatch, consequence
from bridge.erps.specter.hearing import hear, reading
from bridge.erps.specter.mapping_feeds import Kind, things
from bridge.erps.specter.probe_access import account, let_in, other_access
from bridge.erps.specter.probe_rows import KINDS, rows_teach
from bridge.erps.specter.profile import Action, Consequence
from bridge.erps.specter.signing import Signer
from bridge.errors import BridgeError, Rejected, Unauthorised
from bridge.model.probing import Learnt
from bridge.model.texts import say

__all__ = ["probe"]

_ORDER: Final = (Kind.ORDERS, Kind.STOCK, Kind.ARTICLES)
_TEXT: Final = "0"
"""useXML of a reading that wants text (section 2)."""
_REFUSED: Final = 300
"""Below this HTTP status it is Specter's own refusal (section 2 [INF])."""


def probe(core: Core) -> Iterator[Learnt]:
    """Ask, and say what came of each; a call that fails is something learnt too. Never raises a ``BridgeError``."""
    yield account(core)
    for kind in _ORDER:
        try:
            with core.batches.alone(kind):
                learnt = [*_kind(core, kind)]
        except Unauthorised as refused:
            yield from other_access(core, refused)
            return
        except BridgeError as error:
            learnt = [_failed(kind, error)]
        yield from learnt
    yield _rest(core)


def _kind(core: Core, kind: Kind) -> Iterator[Learnt]:
    """All that one reading of changes tells."""
    batch = core.batches.receive(kind)
    if kind is _ORDER[0]:
        yield let_in(core)
        yield _wrong_key(core, batch)
    yield from rows_teach(kind, batch.answer, core.profile)
    yield _again(core, batch)
    if kind is Kind.STOCK:
        yield _as_text(core, batch)
    yield from _ended(core, kind)


def _failed(kind: Kind, error: BridgeError) -> Learnt:
    asked = say("Can changes of {kind} be read, and in what form do they come?", kind=KINDS[kind])
    if isinstance(error, OpenBatch):
        found = say(
            "Another program reads them and keeps opening batches: {said} One program only should read.",
            said=error.text,
        )
        return Learnt(asked=asked, found=found)
    said_so = isinstance(error, Rejected) and error.status is not None and error.status < _REFUSED
    code = error.code if isinstance(error, Rejected) and said_so else ""
    return Learnt(
        asked=asked,
        found=say("Not now: {said} If this means that access is wrong, write the line.", said=error.text)
        if code
        else say("Not now: {said}", said=error.text),
        good=False,
        line=f'errors.codes."{code}" = {{ value = "{Consequence.ACCESS}" }}' if code else "",
    )


def _wrong_key(core: Core, batch: Batch) -> Learnt:
    """What is said to a wrong key (section 7 [UNK]): orders must wait then, and not be put aside one by one.

    It asks for the batch that is open already, so whatever Specter makes of the key, nothing else opens.
    """
    wrong = Signer(sbm_id=core.options.sbm_id, first="", second="")
    heard = reading(core, batch, signer=wrong)
    asked = say("What does Specter say to a wrong key?")
    if heard.answer is None:
        return Learnt(asked=asked, found=heard.said)
    if heard.answer.good:
        return Learnt(
            asked=asked, found=say("Nothing: it answers all the same. Ask Specter's support why."), good=False
        )
    if consequence(heard.answer, Action.ORDERS, core.profile) is Consequence.ACCESS:
        return Learnt(asked=asked, found=say("{said}. It is understood.", said=heard.said), good=True)
    code = heard.answer.code
    return Learnt(
        asked=asked,
        found=say(
            "{said}. It is not understood: with wrong access each order would be put aside, instead of waiting.",
            said=heard.said,
        ),
        good=False,
        line=f'errors.codes."{code}" = {{ value = "{Consequence.ACCESS}" }}' if code.strip("0") else "",
    )


def _again(core: Core, batch: Batch) -> Learnt:
    """That an open batch says the same whenever it is read is what makes a crash harmless (section 5.4 [1 PS])."""
    asked = say("Can a reading of {kind} be repeated?", kind=KINDS[Kind(batch.kind)])
    heard = reading(core, batch)
    if heard.answer is None or not heard.answer.good:
        return Learnt(asked=asked, found=say("No: {said}", said=heard.said), good=False)
    rows = core.profile.text(f"batches.{batch.kind}")
    first, second = batch.answer.count(rows), heard.answer.count(rows)
    if first != second:
        return Learnt(
            asked=asked,
            found=say("There were {first} rows, then {second}.", first=first, second=second),
            good=None if not first else False,
        )
    return Learnt(
        asked=asked,
        found=say("Yes: the same {count} rows, as {media}.", count=first, media=heard.media or "–"),
        good=True,
    )


def _as_text(core: Core, batch: Batch) -> Learnt:
    """The older form of answers (section 5.4 [1 PS]); the bridge reads XML, so it may be otherwise."""
    heard = reading(core, batch, xml=_TEXT)
    good = heard.answer is not None and heard.answer.good and heard.answer.tree is None
    return Learnt(
        asked=say("Does stock also come as lines of text?"),
        found=say("Yes. It begins: {said}", said=heard.said) if good else say("No: {said}", said=heard.said),
        good=True if good else None,
    )


def _ended(core: Core, kind: Kind) -> Iterator[Learnt]:
    """Acknowledge what is empty, read a last time just before: nothing may have come in between."""
    asked = say("What becomes of the reading of {kind}?", kind=KINDS[kind])
    try:
        batch = core.batches.receive(kind)
        try:
            empty = not things(kind, batch.answer, core.profile)
        except ValueError:
            empty = False
        if batch.foreign or not empty:
            yield Learnt(
                asked=asked,
                found=say(
                    "It stays open under the number {number}, which the bridge remembers: the next reading goes on "
                    "with it.",
                    number=batch.number,
                ),
                good=True,
            )
            return
        core.batches.acknowledge(batch)
    except BridgeError as error:
        yield Learnt(asked=asked, found=error.text, good=False)
        return
    yield Learnt(asked=asked, found=say("It was empty and is acknowledged."), good=True)
    yield _twice(core, kind, batch)


def _twice(core: Core, kind: Kind, batch: Batch) -> Learnt:
    """After a lost answer the bridge acknowledges again: it must be told that nothing is open, or simply yes."""
    asked = say("May {kind} be acknowledged twice?", kind=KINDS[kind])
    done = Action(f"{kind}_done")
    form = {
        "action": core.profile.text(f"actions.{done}"),
        "useXML": core.profile.text("answers.reads"),
        "batchNo": batch.number,
    }
    heard = hear(core, "read", form, signs=batch.number)
    if heard.answer is None:
        return Learnt(asked=asked, found=heard.said)
    if heard.answer.good:
        return Learnt(asked=asked, found=say("Yes."), good=True)
    if consequence(heard.answer, done, core.profile) is Consequence.UNKNOWN_BATCH:
        return Learnt(asked=asked, found=say("{said}. It is understood.", said=heard.said), good=True)
    code = heard.answer.code
    return Learnt(
        asked=asked,
        found=say(
            "{said}. It is not understood; nothing is lost, but a reading may be tried once more.",
            said=heard.said,
        ),
        good=False,
        line=f'errors.codes."{code}" = {{ value = "{Consequence.UNKNOWN_BATCH}" }}'
        if code.strip("0")
        else "",
    )


def _rest(core: Core) -> Learnt:
    unsure = [entry.name for entry in core.profile.unsure()]
    return Learnt(
        asked=say("What can no harmless call tell?"),
        found=say(
            "{count} entries of the profile are guesses still. The page on Specter in the documentation says of each "
            "how the first order shows it.",
            count=len(unsure),
        ),
    )
