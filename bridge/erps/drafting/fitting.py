"""What an adapter writes into its payload: the engine's figures, each with the draft's row and its text.

placed = place(draft(order, settings), FORTNOX, tax_lines=order.tax_lines, tolerance=settings.tolerance)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bridge.erps.arithmetic import Arithmetic, Prices
from bridge.erps.drafting.draft import Draft, DraftRow
from bridge.erps.drafting.rows import ROUNDING
from bridge.erps.totals import Fitted, FittedRow, Role, Unfit, fit_draft
from bridge.errors import Rejected
from bridge.model.money import plain
from bridge.model.orders import TaxLine

__all__ = ["PlacedDraft", "PlacedRow", "place"]

VAT_MENDED: Final = "Momsjustering"
"""Two rows that cancel out and bring the VAT of a rate back to what the buyer was charged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedRow:
    """A row to send."""

    figures: FittedRow
    draft: DraftRow | None
    """None: a row the engine added, for rounding or for the VAT of a rate."""
    amount: Decimal
    """What the ERP will make of it, net or gross as the document's prices are."""

    @property
    def text(self) -> str:
        """The row's text; with the count in it where the ERP cannot be told the price of one piece."""
        if self.draft is None:
            return ROUNDING if self.figures.role is Role.ROUNDING else VAT_MENDED
        if self.figures.counted:
            return self.draft.text
        return f"{plain(self.figures.pieces.normalize())} x {self.draft.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedDraft:
    """The document with the rows its ERP will add up to the draft's total."""

    draft: Draft
    fitted: Fitted
    rows: tuple[PlacedRow, ...]


def place(
    draft: Draft,
    arithmetic: Arithmetic,
    *,
    tax_lines: Sequence[TaxLine],
    tolerance: Decimal,
    prefer: Prices = Prices.GROSS,
) -> PlacedDraft:
    """The rows to send; ``prefer`` decides where the ERP takes net and gross prices and both fit.

    Raises:
        Rejected: no rows come to the total within the tolerance; the sentence shows the arithmetic.
    """
    found = fit_draft(draft, arithmetic, tax_lines=tax_lines, tolerance=tolerance, prefer=prefer)
    if isinstance(found, Unfit):
        raise Rejected(found.reason, field=found.field, advice=found.advice)
    amounts = found.fitted.computed.amounts
    rows = (
        PlacedRow(figures=figures, draft=row, amount=amount)
        for (figures, row), amount in zip(found.rows, amounts, strict=True)
    )
    return PlacedDraft(draft=draft, fitted=found.fitted, rows=tuple(rows))
