"""How a fake shop or ERP misbehaves."""

from __future__ import annotations

from enum import Enum

from bridge.errors import Rejected, Throttled, Transient, Unauthorised
from bridge.model.texts import say


class Mode(Enum):
    """How the next calls go."""

    GOOD = "good"
    DOWN = "down"
    """Surely not done."""
    LOST_AFTER = "lost after"
    """Done, and the answer is lost."""
    LOST_BEFORE = "lost before"
    """Not done, and nobody knows that."""
    LATE = "late"
    """The answer is lost now; it is done some seconds later."""
    THROTTLED = "throttled"
    LOCKED = "locked"
    REJECTS = "rejects"
    BUG = "bug"


def misbehave(mode: Mode) -> None:
    """Raise what the mode raises before anything is done."""
    match mode:
        case Mode.DOWN:
            raise Transient(say("Nobody answers."), channel="test", status=503)
        case Mode.THROTTLED:
            raise Throttled(say("Too many calls."), channel="test", status=429, retry_after=7.0)
        case Mode.LOCKED:
            raise Unauthorised(say("The key is not valid."), channel="test", status=401)
        case Mode.REJECTS:
            raise Rejected(say("Unknown article."), channel="test", field="sku", status=400)
        case Mode.BUG:
            raise ZeroDivisionError("Anna Öberg")
        case _:
            return
