"""The draft's rows as one ERP's arithmetic will add them up, each still knowing which draft row it came from."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bridge.erps.arithmetic import Arithmetic
from bridge.erps.drafting.draft import Draft, DraftRow, RowKind
from bridge.erps.drafting.rows import ROUNDING
from bridge.erps.totals import Fitted, FittedRow, Part, Role, Target, Unfit, fit
from bridge.errors import Rejected
from bridge.model.money import ZERO
from bridge.model.orders import LineKind

__all__ = ["FittedDraft", "PlacedRow", "fit_draft", "part_of", "target_of"]

VAT_MENDED: Final = "Momsjustering"
"""Two rows that cancel out and bring the VAT of a rate back to what the buyer was charged."""

_KINDS: Final = {
    RowKind.PRODUCT: LineKind.PRODUCT,
    RowKind.SHIPPING: LineKind.SHIPPING,
    RowKind.FEE: LineKind.FEE,
    RowKind.COD: LineKind.FEE,
    RowKind.DISCOUNT: LineKind.DISCOUNT,
    RowKind.GIFT_CARD: LineKind.GIFT_CARD,
    RowKind.ROUNDING: LineKind.ROUNDING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedRow:
    """A row to send: the ERP's figures, and what the draft says of it."""

    figures: FittedRow
    draft: DraftRow | None
    """None: a row the engine added, for rounding or for the VAT of a rate."""

    @property
    def text(self) -> str:
        """The row's text; with the count in it where the ERP cannot be told the price of one piece."""
        if self.draft is None:
            return ROUNDING if self.figures.role is Role.ROUNDING else VAT_MENDED
        text = self.draft.text
        return text if self.figures.counted else f"{self.figures.pieces.normalize():f} x {text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedDraft:
    """The document with the rows its ERP will add up to the draft's total."""

    draft: Draft
    fitted: Fitted
    rows: tuple[PlacedRow, ...]


def part_of(row: DraftRow) -> Part:
    """The row as the engine takes it."""
    discounted = bool(row.discount_net or row.discount_tax)
    return Part(
        kind=_KINDS[row.kind],
        name=row.text,
        quantity=row.quantity,
        net=row.net,
        tax=row.tax,
        percent=row.percent,
        net_before=row.net + row.discount_net if discounted else None,
        tax_before=row.tax + row.discount_tax if discounted else None,
    )


def target_of(draft: Draft) -> Target:
    """What the ERP's document must come to, and the VAT of each rate."""
    vat: dict[Decimal, Decimal] = {}
    for row in draft.rows:
        if row.percent or row.tax:
            vat[row.percent] = vat.get(row.percent, ZERO) + row.tax
    return Target(gross=draft.total, vat=vat, currency=draft.currency)


def fit_draft(draft: Draft, arithmetic: Arithmetic, *, tolerance: Decimal) -> FittedDraft:
    """The rows to send.

    Raises:
        Rejected: no rows come to the total within the tolerance; the sentence shows the arithmetic.
    """
    fitted = fit(
        [part_of(row) for row in draft.rows], arithmetic, target=target_of(draft), tolerance=tolerance
    )
    if isinstance(fitted, Unfit):
        raise Rejected(fitted.reason, field=fitted.field, advice=fitted.advice)
    placed = (
        PlacedRow(figures=row, draft=None if row.part is None else draft.rows[row.part])
        for row in fitted.rows
    )
    return FittedDraft(draft=draft, fitted=fitted, rows=tuple(placed))
