"""The figures of the rows, such that Hogia's sum is the shop's however it rounds VAT. Pure.

An answer has the VAT of each line and that of each rate, and nobody says which of them is rounded (Hogia facts,
section 2.3 [UNK]). So rows are looked for that come out both ways; only where there are none the profile decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from bridge.erps.arithmetic import HOGIA_SMART, Arithmetic, VatBy, compute
from bridge.erps.drafting import Draft
from bridge.erps.drafting.fitting import PlacedDraft, place
from bridge.errors import Rejected
from bridge.model.money import plain
from bridge.model.orders import TaxLine
from bridge.model.texts import Text, say

__all__ = ["Figures", "arithmetic_of", "figures_of"]

_ROUNDED: Final = {"line": VatBy.ROW, "rate": VatBy.RATE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The rows, and what is not sure of their sum."""

    placed: PlacedDraft
    sure: bool = True
    """Whether Hogia comes to the total however it rounds."""
    notes: tuple[Text, ...] = ()


def arithmetic_of(body: str, rounding: str) -> Arithmetic:
    """Hogia's adding up: a priced row of the newer body has no discount (section 2.3 [1])."""
    by = replace(HOGIA_SMART, vat=_ROUNDED[rounding])
    return replace(by, discounts=frozenset()) if body == "newer" else by


def figures_of(
    draft: Draft, arithmetic: Arithmetic, *, tax_lines: Sequence[TaxLine], tolerance: Decimal
) -> Figures:
    """The rows to send.

    Raises:
        Rejected: no rows come to the total within the tolerance.
    """
    other = replace(arithmetic, vat=VatBy.RATE if arithmetic.vat is VatBy.ROW else VatBy.ROW)
    found = place(draft, arithmetic, tax_lines=tax_lines, tolerance=tolerance)
    if _sum(found, other) == draft.total:
        return Figures(placed=found)
    try:
        second = place(draft, other, tax_lines=tax_lines, tolerance=tolerance)
    except Rejected:
        second = None
    if second is not None and _sum(second, arithmetic) == draft.total:
        return Figures(placed=second)
    note = say(
        "Nobody has said how Hogia rounds VAT: if on {other}, it makes {sum} {currency} of these rows. Compare the "
        "invoice in Hogia.",
        other=say("the sum of each rate") if other.vat is VatBy.RATE else say("each row"),
        sum=plain(_sum(found, other)),
        currency=draft.currency,
    )
    return Figures(placed=found, sure=False, notes=(note,))


def _sum(placed: PlacedDraft, arithmetic: Arithmetic) -> Decimal:
    rows = [row.figures for row in placed.rows]
    made = compute(rows, arithmetic, prices=placed.fitted.prices, currency=placed.draft.currency)
    return made.gross
