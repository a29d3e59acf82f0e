"""One fault on one line of a SIE file, as the checker says it."""

from __future__ import annotations

from bridge.model.texts import Problem, Text

__all__ = ["finding"]


def finding(line: int, what: Text, fix: Text) -> Problem:
    """A fault; lines are counted from 1, and ``where`` is just the line: the reader knows the file."""
    return Problem(where=str(line), what=what, fix=fix)
