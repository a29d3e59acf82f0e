"""Whether invoices can be read again, on which it hangs what a lost answer means (Hogia facts, section 2.2 [UNK])."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bridge.erps.hogia_smart.core import Core
from bridge.erps.hogia_smart.mapping_answers import head_of
from bridge.errors import NotFound, Rejected, Unauthorised
from bridge.model.probing import Learnt
from bridge.model.texts import Text, say

__all__ = ["invoices"]

_ASKED: Final = say("Can invoices be read again?")
_NOBODY: Final = "orderbro:probe:nobody"
"""A key no invoice has."""


def invoices(core: Core) -> Iterator[Learnt]:
    """The list, one of it, and whether it can be narrowed by our key."""
    words, home = core.profile, core.client.path("invoices")
    size = {words.text("pages.size"): 1}
    try:
        rows = core.client.register(*home, **size)
    except (NotFound, Rejected, Unauthorised) as refused:
        yield _learnt(
            core,
            say("No: {said} (HTTP {status}).", said=refused.text, status=refused.status),
            "no",
        )
        return
    if not rows:
        yield Learnt(
            asked=_ASKED,
            found=say("There is a list, and it is empty. Ask again when there is an invoice."),
        )
        return
    head = head_of(rows[0])
    if head is None:
        names = ", ".join(sorted(rows[0]))
        yield _learnt(core, say("Their answer cannot be judged; it has: {names}.", names=names), "no")
        return
    yield _listed(core, head)
    yield _single(core, rows[0])
    yield _field(core, head)
    yield _narrowed(core)


def _learnt(core: Core, found: Text, value: str) -> Learnt:
    """``try`` is neither right nor wrong, but a person who knows need not try."""
    believed = core.profile.text("invoice.list")
    return Learnt(
        asked=_ASKED,
        found=found,
        good=None if believed == "try" else believed == value,
        line="" if believed == value else f'invoice.list = {{ value = "{value}" }}',
    )


def _listed(core: Core, head: Mapping[str, Any]) -> Learnt:
    """The line only where a key was found by the filter: ``yes`` makes the bridge believe a list that lacks one."""
    name = core.profile.text("invoice.key")
    key = str(head.get(name) or "")
    try:
        same = core.client.register(*core.client.path("invoices"), **{name: key}) if key else []
    except (NotFound, Rejected, Unauthorised):
        same = []
    if same and all(str((head_of(row) or {}).get(name) or "") == key for row in same):
        return _learnt(core, say("Yes, as a list, and one is found by its {name}.", name=name), "yes")
    return Learnt(
        asked=_ASKED,
        found=say(
            "Yes, as a list. That one is found by its {name} was not seen: ask again later.", name=name
        ),
    )


def _single(core: Core, row: Mapping[str, Any]) -> Learnt:
    asked = say("Can one invoice be read by its GUID, and does it tell what is left to pay?")
    try:
        raw = core.client.get(*core.client.path("invoices", str(row.get("id", "-"))))
    except (NotFound, Rejected, Unauthorised) as refused:
        found = say("No: {said} (HTTP {status}).", said=refused.text, status=refused.status)
        return Learnt(asked=asked, found=found, good=False)
    if raw.get("amountLeftToPay") is None:
        names = ", ".join(sorted(raw))
        return Learnt(
            asked=asked, found=say("It is read, and does not tell; it has: {names}.", names=names), good=False
        )
    return Learnt(asked=asked, found=say("Yes."), good=True)


def _field(core: Core, head: Mapping[str, Any]) -> Learnt:
    name = core.profile.text("invoice.key")
    return Learnt(
        asked=say("Does an invoice show the field that carries the bridge's key?"),
        found=say("{name} is there.", name=name)
        if name in head
        else say("{name} is not there; the head has: {names}.", name=name, names=", ".join(sorted(head))),
        good=True if name in head else None,  # empty fields may be left out
    )


def _narrowed(core: Core) -> Learnt:
    """With a key that nobody has: whatever comes, the filter was not heard."""
    name = core.profile.text("invoice.key")
    asked = say("Can the list be narrowed by the bridge's key?")
    size = {core.profile.text("pages.size"): 1}
    try:
        rows = core.client.register(*core.client.path("invoices"), **size, **{name: _NOBODY})
    except (NotFound, Rejected, Unauthorised) as refused:
        found = say(
            "No: {said} (HTTP {status}). The whole list is read then.",
            said=refused.text,
            status=refused.status,
        )
        return Learnt(asked=asked, found=found, good=None)
    if rows:
        return Learnt(
            asked=asked, found=say("No: the filter is not heard. The whole list is read then."), good=None
        )
    return Learnt(asked=asked, found=say("Yes: nothing came for a key that nobody has."), good=True)
