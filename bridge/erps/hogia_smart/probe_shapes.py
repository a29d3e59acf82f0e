"""In which shape Hogia refuses: three were seen, and any may come (Hogia facts, section 2.4). Readings only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from bridge.erps.hogia_smart.core import Core
from bridge.errors import NotFound, Rejected
from bridge.model.probing import Learnt
from bridge.model.texts import Text, say

__all__ = ["refusals"]

_NOBODY: Final = str(UUID(int=1))
"""A contact there cannot be."""
_LONG_AGO: Final = "1901-01-01"
"""A day without financial year."""
_NO_DAY: Final = "not-a-day"


def refusals(core: Core) -> Iterator[Learnt]:
    """Three questions that cannot be answered: something missing, a day without year, and no day at all."""
    path = core.client.path
    yield _asked(
        core, say("How is told that something is not there?"), path("contacts", _NOBODY), missing=True
    )
    yield _asked(
        core, say("How is told that a day has no financial year?"), path("year_of", _LONG_AGO), missing=True
    )
    yield _asked(
        core, say("How is told that a question makes no sense?"), path("year_of", _NO_DAY), missing=False
    )


def _asked(core: Core, asked: Text, path: tuple[str, ...], *, missing: bool) -> Learnt:
    try:
        reply = core.client.heard(*path)
    except (NotFound, Rejected) as refused:
        good = isinstance(refused, NotFound) if missing else True
        found = say(
            "With HTTP {status}, {shape}",
            status=refused.status,
            shape=_shape(refused),
        )
        return Learnt(asked=asked, found=found, good=good)
    return Learnt(
        asked=asked,
        found=say("Not at all: HTTP {status} and an answer.", status=reply.status),
        good=False,
    )


def _shape(refused: NotFound | Rejected) -> Text:
    """What came, in words, with Hogia's own where it says something."""
    said = refused.text
    if refused.code:
        return say("a list with the code {code}: {said}", code=refused.code, said=said)
    if isinstance(refused, Rejected) and refused.field:
        return say("a text for the field {field}: {said}", field=refused.field, said=said)
    start = refused.excerpt[:1]
    if start == "{":
        return say("a problem without field: {said}", said=said)
    if start == '"':
        return say("a bare text: {said}", said=said)
    return say("nothing that could be read: {said}", said=said)
