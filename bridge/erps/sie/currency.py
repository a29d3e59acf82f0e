"""What a foreign currency is worth in SEK: only what the owner wrote, never a guess."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from bridge.errors import Rejected
from bridge.model.money import AmountError, amount
from bridge.model.texts import Problem, Text, say

__all__ = ["BASE", "Conversion"]

BASE: Final = "SEK"
WHERE: Final = "[orders] exchange_rates"


class Conversion:
    """``[orders] exchange_rates``."""

    def __init__(self, rates: Mapping[str, object]) -> None:
        self._rates = {currency.upper(): rate for currency, rate in rates.items()}

    def of(self, currency: str) -> Decimal | None:
        """What one unit is worth in SEK; None for SEK itself.

        Raises:
            Rejected: no usable rate.
        """
        if currency == BASE:
            return None
        if currency not in self._rates:
            raise Rejected(
                say("The order is in {currency} and the books are in SEK.", currency=currency),
                field=WHERE,
                advice=say("Add {currency} with its rate to {where}.", currency=currency, where=WHERE),
            )
        rate = _number(self._rates[currency])
        if rate is None:
            raise Rejected(_wrong(currency, self._rates[currency]), field=WHERE, advice=_FIX)
        return rate

    def problems(self) -> list[Problem]:
        """Rates nobody can use."""
        return [
            Problem(where=WHERE, what=_wrong(currency, rate), fix=_FIX)
            for currency, rate in self._rates.items()
            if currency == BASE or _number(rate) is None
        ]


_FIX: Final = say("Write how many SEK one unit is worth, with a point: EUR 11.45.")


def _wrong(currency: str, rate: object) -> Text:
    return say("{rate} cannot be the rate of {currency}.", rate=rate, currency=currency)


def _number(raw: object) -> Decimal | None:
    """A rate of exactly 1 is what a forgotten setting looks like, so it is none."""
    try:
        rate = amount(raw)
    except AmountError:
        return None
    return rate if rate > 0 and rate != 1 else None
