"""From an error to what the outbox keeps of it: no secret, no personal data, enough for a support ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bridge.errors import BridgeError, PluginError, Rejected, RemoteError, UserError
from bridge.model.texts import Problem, Text, say
from bridge.store.records import Fault

__all__ = ["bug", "fault_of", "from_problems"]


def fault_of(error: BridgeError) -> Fault:
    """Keep the evidence of a known error."""
    if isinstance(error, PluginError):
        return replace(from_problems(type(error).__name__, error.problems), code=error.hook)
    if isinstance(error, UserError) and error.problems:
        return from_problems(type(error).__name__, error.problems)
    remote = error if isinstance(error, RemoteError) else None
    return Fault(
        kind=_kind(error),
        text=error.text,
        advice=remote.advice if remote else None,
        field=error.field if isinstance(error, Rejected) else "",
        status=remote.status if remote else None,
        code=remote.code if remote else "",
        request_id=remote.request_id if remote else "",
        excerpt=remote.excerpt if remote else "",
    )


def _kind(error: BridgeError) -> str:
    """What it is to everybody: an adapter's own refinements of an error mean nothing outside it."""
    kinds = type(error).__mro__
    return next((each for each in kinds if each.__module__ == BridgeError.__module__), BridgeError).__name__


def from_problems(kind: str, problems: Sequence[Problem]) -> Fault:
    """Keep the first problem whole, and say how many more there are."""
    first, *more = problems
    text = first.what
    if more:
        text = say("{first} And {count} more.", first=first.what, count=len(more))
    return Fault(kind=kind, text=text, advice=first.fix, field=first.where)


def bug(error: Exception) -> Fault:
    """Keep only the name of an error nobody foresaw: its message may hold anything. The log has the traceback."""
    return Fault(
        kind="Bug",
        text=say("An error inside the bridge ({name}).", name=type(error).__name__),
        advice=_BUG_ADVICE,
    )


_BUG_ADVICE: Text = say(
    "The order is safe. Look in the log for the traceback and report it, then press Retry."
)
