"""One fault on one line of a SIE file, as the checker says it."""

from __future__ import annotations

from bridge.model.texts import Problem, Text, say

__all__ = ["finding"]


def finding(line: int, what: Text, fix: Text) -> Problem:
    """A fault; the line is counted from 1."""
    return Problem(where=str(say("line {line}", line=line)), what=what, fix=fix)
