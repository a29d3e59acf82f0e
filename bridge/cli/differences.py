"""An edit after booking, row by row, for the command line: old | new, with the arithmetic of each."""

from __future__ import annotations

from collections.abc import Iterator

from bridge.model.changes import Difference, Fact, RowDifference
from bridge.model.money import plain
from bridge.model.orders import OrderLine
from bridge.model.texts import Text, say

__all__ = ["difference_lines"]


def difference_lines(found: Difference) -> Iterator[Text]:
    """One sentence per row and thing. Addresses and names are not printed: a terminal is copied into mails."""
    for row in found.rows:
        yield _row(row)
    for each in found.facts:
        if each.fact is not Fact.TOTAL:
            yield say("differs: {what}", what=each.fact.value)
    if found.before is not None:
        yield say(
            "total: {before} | {after} {currency}, difference {difference}",
            before=plain(found.before),
            after=plain(found.after),
            currency=found.currency,
            difference=plain(found.after - found.before),
        )


def _row(row: RowDifference) -> Text:
    return say(
        "row {name}: {before} | {after}, difference {difference}",
        name=row.line.name,
        before=_terms(row.before),
        after=_terms(row.after),
        difference=plain(row.change),
    )


def _terms(line: OrderLine | None) -> str:
    if line is None:
        return "–"
    return f"{plain(line.quantity)} · {plain(line.net)} + {plain(line.tax)} = {plain(line.gross)}"
