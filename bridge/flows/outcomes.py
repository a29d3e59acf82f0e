"""What carrying out an entry came to: done, again, or stuck until a person looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bridge.errors import BridgeError
from bridge.model.documents import Document
from bridge.model.texts import Text
from bridge.store.records import Doubt, Exchange, Fault, NewEntry

__all__ = ["Again", "Done", "Failed", "Outcome", "Stuck"]


def _nothing() -> None:
    return None


def _nobody() -> Sequence[Text]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The effect is there, exactly once."""

    document: Document | None
    note: Text
    exchange: Exchange | None = None
    follow: Sequence[NewEntry] = ()
    after: Callable[[], None] = _nothing
    """A crash point for the tests."""
    tell: Callable[[], Sequence[Text]] = _nobody
    """What is left to do once it is stored, and can change nothing of it: what there is to note in its timeline."""

    @property
    def number(self) -> str:
        """Of the document, for the log; a mark makes none."""
        return self.document.number if self.document else "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Not yet; try later, or ask later."""

    fault: Fault | None
    wait: timedelta
    charge: bool
    doubt: Doubt | None
    note: Text | None = None
    exchange: Exchange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """A person must look."""

    fault: Fault
    exchange: Exchange | None = None
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The call failed; what was sent is kept, what the failure means the dispatcher knows."""

    error: BridgeError
    exchange: Exchange | None


Outcome = Done | Again | Stuck
