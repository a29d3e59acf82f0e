"""Amounts: always Decimal, never float, never a silent guess.

An amount without a stated currency is in the currency of its order. Öre are the second decimal of SEK.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

__all__ = ["ZERO", "AmountError", "amount", "cents", "decimals", "plain", "quantity"]

ZERO: Final = Decimal("0.00")

_NUMBER: Final = re.compile(r"-?\d{1,15}(\.\d{1,12})?", re.ASCII)
_NONE: Final = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())
_THREE: Final = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
"""Currencies whose minor unit is not a hundredth (ISO 4217, table A.1)."""


class AmountError(ValueError):
    """The text is no amount; the message says what was found."""


def amount(raw: object) -> Decimal:
    """Read an amount as a shop writes it: ``"79.99"``, ``79`` or a Decimal; never a float.

    Raises:
        AmountError: empty, null, a decimal comma, an exponent, NaN, a bool, or more than 15 digits.
    """
    if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal):
        raise AmountError(f"{_shown(raw)} is not an amount")
    text = format(raw, "f") if isinstance(raw, Decimal) else str(raw)
    if not _NUMBER.fullmatch(text):
        raise AmountError(f"{_shown(raw)} is not an amount")
    return Decimal(text)


def quantity(raw: object) -> Decimal:
    """Read a quantity; the same rules as for an amount."""
    return amount(raw)


def decimals(currency: str) -> int:
    """How many decimals an amount in ``currency`` has."""
    if currency in _NONE:
        return 0
    return 3 if currency in _THREE else 2


def cents(value: Decimal, currency: str = "SEK") -> Decimal:
    """Round to the currency's smallest unit, halves away from zero, as Swedish bookkeeping and WooCommerce do."""
    return value.quantize(Decimal(1).scaleb(-decimals(currency)), rounding=ROUND_HALF_UP)


def plain(value: Decimal) -> str:
    """The amount in digits, without exponent and without a minus before zero: ``-0.00`` is ``0.00``."""
    return format(abs(value) if value == 0 else value, "f")


def _shown(raw: object) -> str:
    if raw is None:
        return "null"
    return repr(str(raw)[:40])
