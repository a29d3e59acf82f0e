"""Article numbers an ERP can hold: what becomes of goods that have none in the shop, or one it does not allow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bridge.erps.drafting.draft import Draft, DraftRow, RowKind
from bridge.errors import Rejected
from bridge.model.texts import Text, say

__all__ = ["numbered"]


def numbered(
    draft: Draft, *, unnumbered: str, holds: Callable[[str], bool], rule: Text, needed: bool
) -> Draft:
    """The draft with numbers the ERP takes; what was booked on another is noted, and its own number is in the text.

    Args:
        draft: as drafted.
        unnumbered: the article of ``[articles] unnumbered``; empty: there is none.
        holds: whether the ERP can have an article of this number.
        rule: what a number may be there, as a sentence.
        needed: the ERP has no rows without an article. Else goods without number stay without.

    Raises:
        Rejected: goods whose number will not do, and no article to put in its place; names it.
    """
    notes: list[Text] = []

    def fitted(row: DraftRow) -> DraftRow:
        if row.kind is not RowKind.PRODUCT or (
            holds(row.article) if row.article else not needed and not unnumbered
        ):
            return row
        if not unnumbered:
            raise _refused(row, rule)
        if not row.article:
            return replace(row, article=unnumbered)
        notes.append(
            say(
                "The ERP cannot have the article number {sku}; its row is booked on {article}.",
                sku=row.article,
                article=unnumbered,
            )
        )
        return replace(row, article=unnumbered, text=f"{row.article} {row.text}")

    rows = tuple(fitted(row) for row in draft.rows)
    return replace(draft, rows=rows, notes=(*draft.notes, *notes))


def _refused(row: DraftRow, rule: Text) -> Rejected:
    if not row.article:
        return Rejected(
            say("{name} has no article number in the shop, and the ERP needs one.", name=row.text),
            field="article",
            advice=say(
                "Give it an article number (SKU) in the shop and press Retry, or name an article for such goods in "
                "[articles] unnumbered."
            ),
        )
    return Rejected(
        say("The ERP cannot have the article number {sku}. {rule}", sku=row.article, rule=rule),
        field="article",
        advice=say(
            "Change the article number (SKU) in the shop and press Retry, or name an article for such goods in "
            "[articles] unnumbered."
        ),
    )
