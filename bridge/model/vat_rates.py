"""The VAT rates of the EU's member states: only to warn of a rate a country does not have, never to compute VAT.

Written by hand from public tables and the notices of the states that changed a rate since 2024, as known in the
middle of 2026; where it is in doubt the European Commission's Taxes in Europe Database (TEDB) is right. Rates of
regions (Madeira, the Greek islands, Jungholz) and parking rates count as the country's. A rate that is missing here
costs a warning too many, never a wrong booking.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

__all__ = ["Period", "rates_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The rates a country has during a time; the first is the standard rate."""

    rates: tuple[Decimal, ...]
    since: date = date.min
    until: date = date.max
    """The last day."""


def _rates(text: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(rate) for rate in text.split())


def _always(text: str) -> tuple[Period, ...]:
    return (Period(rates=_rates(text)),)


def _changed(before: str, on: date, after: str) -> tuple[Period, ...]:
    last = date.fromordinal(on.toordinal() - 1)
    return (Period(rates=_rates(before), until=last), Period(rates=_rates(after), since=on))


_TABLE: Final = {
    "AT": _changed("20 19 13 10", date(2026, 7, 1), "20 19 13 10 4.9"),
    "BE": _always("21 12 6"),
    "BG": _always("20 9"),
    "CY": _always("19 9 5 3"),
    "CZ": _changed("21 15 10", date(2024, 1, 1), "21 12"),
    "DE": _always("19 7"),
    "DK": _always("25"),
    "EE": _changed("22 13 9 5", date(2025, 7, 1), "24 13 9"),
    "ES": _always("21 10 4 7.5 5 2"),
    "FI": (
        Period(rates=_rates("24 14 10"), until=date(2024, 8, 31)),
        Period(rates=_rates("25.5 14 10"), since=date(2024, 9, 1), until=date(2025, 12, 31)),
        Period(rates=_rates("25.5 13.5 10"), since=date(2026, 1, 1)),
    ),
    "FR": _always("20 10 5.5 2.1"),
    "GR": _always("24 13 6 17 9 4"),
    "HR": _always("25 13 5"),
    "HU": _always("27 18 5"),
    "IE": _always("23 13.5 9 4.8"),
    "IT": _always("22 10 5 4"),
    "LT": _changed("21 9 5", date(2026, 1, 1), "21 12 5"),
    "LU": _always("17 14 8 3"),
    "LV": _always("21 12 5"),
    "MT": _always("18 12 7 5"),
    "NL": _always("21 9"),
    "PL": _always("23 8 5"),
    "PT": _always("23 13 6 22 16 12 9 5 4"),
    "RO": _changed("19 9 5", date(2025, 8, 1), "21 11"),
    "SE": _always("25 12 6"),
    "SI": _always("22 9.5 5"),
    "SK": _changed("20 10 5", date(2025, 1, 1), "23 19 5"),
    "XI": _always("20 5"),
}


def rates_of(country: str, on: date) -> tuple[Decimal, ...]:
    """The rates ``country`` has on that day, the standard one first; empty: we don't know the country's."""
    return next(
        (period.rates for period in _TABLE.get(country, ()) if period.since <= on <= period.until), ()
    )
