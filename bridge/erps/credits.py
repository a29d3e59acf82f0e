"""What every adapter that makes credits refuses: one larger than what it takes back."""

from __future__ import annotations

from decimal import Decimal

from bridge.errors import Rejected
from bridge.model.documents import Document
from bridge.model.money import plain
from bridge.model.texts import say

__all__ = ["check_size"]


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
