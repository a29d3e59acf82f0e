"""Whether Fortnox rounds totals to whole kronor as ``whole_kronor`` says: nothing tells, so old documents must."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bridge.erps.currency import BASE
from bridge.erps.fortnox.core import Core
from bridge.erps.fortnox.reading import number, text
from bridge.model.texts import Problem, Text, say

__all__ = ["rounding"]

_NEWEST: Final = 25
_ENOUGH: Final = 5
"""Fewer documents prove nothing."""
_OPENED: Final = 3
"""So many are looked at one by one."""
_WORDS: Final = {"orders": say("orders"), "invoices": say("invoices")}


def rounding(core: Core, path: str, name: str) -> Iterator[Problem]:
    """The newest documents in SEK of one register; foreign ones are not rounded (section 9 [I])."""
    rows = core.client.first(path, name, most=_NEWEST, sortby="documentnumber", sortorder="descending")
    local = [row for row in rows if text(row.get("Currency")) in ("", BASE)]
    if len(local) < _ENOUGH:
        return
    whole = all(map(_is_whole, local))
    if core.options.whole_kronor:
        if not whole:
            yield _wrong(_WORDS[path], rounds=False)
    elif whole and any(_was_rounded(core, path, row) for row in local[:_OPENED]):
        yield _wrong(_WORDS[path], rounds=True)


def _is_whole(row: Mapping[str, Any]) -> bool:
    total = number(row.get("Total"))
    return total is None or total == total.to_integral_value()


def _was_rounded(core: Core, path: str, row: Mapping[str, Any]) -> bool:
    return bool(number(core.client.get((path, text(row.get("DocumentNumber")))).get("RoundOff")))


def _wrong(register: Text, *, rounds: bool) -> Problem:
    """The setting may have been changed since those documents were made, so it is not severe."""
    if rounds:
        what = say("Fortnox seems to round the totals of {register} to whole kronor.", register=register)
        fix = say(
            "Write whole_kronor = yes, or switch the rounding off in Fortnox for both orders and invoices."
        )
    else:
        what = say(
            "Fortnox does not seem to round the totals of {register} to whole kronor.", register=register
        )
        fix = say(
            "Write whole_kronor = no, or switch the rounding on in Fortnox for both orders and invoices."
        )
    return Problem(where="[erp] whole_kronor", what=what, fix=fix, severe=False)
