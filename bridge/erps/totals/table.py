"""The arithmetic as a person would check it: row by row, VAT per rate, the total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bridge.erps.arithmetic import Computed
from bridge.erps.totals.shapes import FittedRow, Part, Target
from bridge.model.money import plain

__all__ = ["table_of"]


def table_of(
    rows: Sequence[FittedRow], parts: Sequence[Part], computed: Computed, target: Target
) -> tuple[Mapping[str, str], ...]:
    """``role`` is part, rounding, vat (a mending pair), tax (of a rate), round_off, total (the ERP's) or shop."""
    lines = [
        _line(
            role=row.role.value,
            kind=row.kind.value,
            text="" if row.part is None else parts[row.part].name,
            quantity=f"{row.quantity:f}",
            price=plain(row.price),
            discount=_discount(row),
            percent=f"{row.percent:f}",
            amount=plain(amount),
        )
        for row, amount in zip(rows, computed.amounts, strict=True)
    ]
    lines += [
        _line(role="tax", percent=f"{percent:f}", amount=plain(tax)) for percent, tax in computed.vat.items()
    ]
    if computed.round_off:
        lines.append(_line(role="round_off", amount=plain(computed.round_off)))
    return (
        *lines,
        _line(role="total", amount=plain(computed.gross)),
        _line(role="shop", amount=plain(target.gross)),
    )


def _discount(row: FittedRow) -> str:
    if row.discount_percent:
        return f"{row.discount_percent:f} %"
    return plain(row.discount_amount) if row.discount_amount else ""


def _line(**cells: str) -> Mapping[str, str]:
    names = ("role", "kind", "text", "quantity", "price", "discount", "percent", "amount")
    return {name: cells.get(name, "") for name in names}
