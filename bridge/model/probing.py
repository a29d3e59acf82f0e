"""What a harmless call has taught about an ERP that is not wholly known."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.model.texts import Text

__all__ = ["Learnt"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """The outcome of one question."""

    asked: Text
    """What was to be found out."""
    found: Text
    """What came, for the owner and for whoever helps."""
    good: bool | None = None
    """True: as the bridge believes it to be. False: it is otherwise. None: the answer does not tell."""
    line: str = ""
    """What to write into the owner's profile, where it is otherwise."""
