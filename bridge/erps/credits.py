"""What every adapter that makes credits needs: the rows as an order of their own, and a guard against too much."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bridge.errors import Rejected
from bridge.model.documents import Correction, Document
from bridge.model.money import plain
from bridge.model.orders import Order
from bridge.model.texts import say

__all__ = ["check_size", "taken"]


def taken(correction: Correction) -> Order:
    """An order that says what is taken back: same buyer, same payment, rows and totals negative."""
    return replace(
        correction.order,
        lines=correction.rows,
        tax_lines=correction.tax_lines,
        totals=correction.totals,
    )


def check_size(gross: Decimal, original: Document, *, currency: str) -> None:
    """The last guard: the flow has reckoned with earlier credits, this one knows the document alone.

    Raises:
        Rejected: the credit (``gross`` is negative) is larger than ``original``.
    """
    if original.gross is None or original.currency != currency or -gross <= original.gross:
        return
    raise Rejected(
        say(
            "The credit of {credit} {currency} is larger than document {number} of {gross}.",
            credit=plain(-gross),
            currency=currency,
            number=original.number,
            gross=plain(original.gross),
        ),
        field="total",
        channel="erp",
        advice=say("Compare the order in the shop with the document. Credit by hand what is right."),
    )
