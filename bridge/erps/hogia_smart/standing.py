"""What of an invoice matters before it is paid, where it can be read (Hogia facts, section 2.3 [2+]). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bridge.erps.hogia_smart.mapping_answers import amount_of, rate_of

__all__ = ["Standing", "standing_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Amounts in the invoice's currency."""

    gross: Decimal
    left: Decimal
    """What is still to be paid."""
    rate: Decimal | None
    """SEK for one unit, as the invoice has it; None: it does not tell."""


def standing_of(raw: Mapping[str, Any]) -> Standing:
    """How the invoice stands.

    Raises:
        KeyError, TypeError, ValueError, ArithmeticError: the answer is no invoice.
    """
    gross = amount_of(raw, "amountToPay")
    return Standing(
        gross=Decimal(raw["grossAmount"]) if gross is None else gross,
        left=Decimal(raw["amountLeftToPay"]),
        rate=rate_of(raw),
    )
