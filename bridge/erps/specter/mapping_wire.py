"""From tables of fields to a form: every value as text Specter takes. Pure.

A form has the names of the tables; the profile spells them when it is sent. Numbers go out with a point (specter
facts, section 4 [1 PS]), yes and no as 1 and 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, TypeVar

from bridge.erps.fields import Field
from bridge.erps.wire import Json
from bridge.model.fitting import Fitting
from bridge.model.money import plain
from bridge.model.texts import say

__all__ = ["COUNTRIES", "LINES", "WHOLE", "filled", "fixed", "language", "numbered"]

S = TypeVar("S")

WHOLE: Final = frozenset(
    "customerId emailAddress orgNo vatNo externalOrderNo webshopId stocksiteid payTypeIdentifier payTypeReference "
    "payTypeIdentifierPaySystemUser externalDeliveryMethod preparedShipmentId barCode articleNo".split()
)
"""Sent whole or not at all: half of one is somebody else's."""
LINES: Final = frozenset({"internalComment", "publishedComment"})
"""Texts that keep their lines."""

COUNTRIES: Final[Mapping[str, str]] = {"EL": "GR", "XI": "GB"}
"""VAT's own names of countries, and those of ISO 3166, which a customer's country is."""
_LANGUAGES: Final[Mapping[str, str]] = {
    "": "SE", "SE": "SE", "NO": "NO", "FI": "FI", "DK": "DA", "ES": "ES", "DE": "DE", "AT": "DE"
}  # fmt: skip
_ELSEWHERE: Final = "EN"


def filled(fields: Sequence[Field[S]], subject: S, fit: Fitting) -> dict[str, str]:
    """The parameters that have a value; ``fit`` brings texts into Specter's letters and remembers what it changed."""
    made: dict[str, str] = {}
    for field in fields:
        text = _text(field.value(subject), field.vendor, field.limit, fit)
        if text:
            made[field.vendor] = text
    return made


def numbered(forms: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Rows as parameters ``articleNo_1``, from 1 (section 5.2 [2+])."""
    return {f"{name}_{at}": value for at, form in enumerate(forms, 1) for name, value in form.items()}


def fixed(value: Decimal, places: int) -> str:
    """A number with exactly so many decimals, halves away from zero."""
    return plain(value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))


def language(country: str, known: Sequence[str]) -> str:
    """The code of the language of who lives there; English where Specter has none of theirs.

    Sweden is SE, not SV (section 5.1 [1 PS]); a code Specter does not know would fall back to Swedish.
    """
    code = _LANGUAGES.get(country, _ELSEWHERE)
    return code if code in known else _ELSEWHERE


def _text(value: Json, name: str, limit: int | None, fit: Fitting) -> str:
    match value:
        case None:
            return ""
        case int():  # yes and no too
            return str(int(value))
        case str():
            where = say("{field} in Specter", field=name)
            if name in WHOLE:
                return fit.whole(value, where=where, most=limit)
            fitted = fit.lines if name in LINES else fit.fit
            return fitted(value, where=where, most=limit)
        case _:
            raise TypeError(f"{name}: {type(value).__name__} cannot be a parameter")
