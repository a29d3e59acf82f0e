"""From a draft to the engine's question: ``fit_draft`` is what adapters call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bridge.erps.arithmetic import Arithmetic, Prices
from bridge.erps.drafting.draft import Draft, DraftRow, RowKind
from bridge.erps.totals.engine import TOLERANCE, fit
from bridge.erps.totals.shapes import Fitted, FittedRow, Part, Target, Unfit
from bridge.model.money import ZERO
from bridge.model.orders import LineKind, TaxLine

__all__ = ["FittedDraft", "fit_draft", "question", "vat_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedDraft:
    """What to send: the engine's rows, and for each the draft's row it says, or None for one the engine added."""

    fitted: Fitted
    rows: tuple[tuple[FittedRow, DraftRow | None], ...]


def fit_draft(
    draft: Draft,
    arithmetic: Arithmetic,
    *,
    tax_lines: Sequence[TaxLine],
    tolerance: Decimal = TOLERANCE,
    prefer: Prices = Prices.GROSS,
) -> FittedDraft | Unfit:
    """The draft's rows as this ERP must be given them. ``tax_lines`` are the order's, or the correction's."""
    rows, parts, target = question(draft, tax_lines)
    fitted = fit(parts, arithmetic, target=target, tolerance=tolerance, prefer=prefer)
    if isinstance(fitted, Unfit):
        return fitted
    said = tuple((row, None if row.part is None else rows[row.part]) for row in fitted.rows)
    return FittedDraft(fitted=fitted, rows=said)


def question(
    draft: Draft, tax_lines: Sequence[TaxLine]
) -> tuple[tuple[DraftRow, ...], tuple[Part, ...], Target]:
    """The rows that must be said, as parts, and what they must come to.

    The draft's own rounding row is left out: the engine makes one rounding row for the shop's rest and the ERP's.
    """
    rows = tuple(row for row in draft.rows if row.kind is not RowKind.ROUNDING)
    target = Target(gross=draft.total, vat=vat_of(tax_lines), currency=draft.currency)
    return rows, tuple(_part(row) for row in rows), target


def vat_of(tax_lines: Sequence[TaxLine]) -> Mapping[Decimal, Decimal]:
    """VAT charged per percentage: two rates of 7 % are one sum to an ERP."""
    found: dict[Decimal, Decimal] = {}
    for line in tax_lines:
        if line.percent is not None:
            found[line.percent] = found.get(line.percent, ZERO) + line.tax + line.shipping_tax
    return found


def _part(row: DraftRow) -> Part:
    shown = bool(row.discount_net or row.discount_tax)
    return Part(
        kind=LineKind.FEE if row.kind is RowKind.COD else LineKind(row.kind.value),
        name=row.text,
        quantity=row.quantity,
        net=row.net,
        tax=row.tax,
        percent=row.percent,
        net_before=row.net + row.discount_net if shown else None,
        tax_before=row.tax + row.discount_tax if shown else None,
    )
