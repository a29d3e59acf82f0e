"""Dates as the shop reads and writes them (woocommerce facts, table a)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bridge.sim.woocommerce.errors import bad_date

__all__ = ["asked", "parse_stored", "shown", "shown_local"]

FORM = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}(?::?\d{2})?)?", flags=re.ASCII
)


def shown(moment: datetime | None) -> str | None:
    """A ``…_gmt`` field."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def shown_local(moment: datetime | None, zone: ZoneInfo) -> str | None:
    """The field without ``_gmt``: the shop's own time."""
    return None if moment is None else moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S")


def parse_stored(value: Any) -> datetime | None:
    """A recorded ``…_gmt`` field, or a moment already."""
    if value in (None, ""):
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(microsecond=0)
    parsed = datetime.fromisoformat(str(value))
    return (parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)).replace(
        microsecond=0
    )


def asked(name: str, value: str, *, zone: ZoneInfo, gmt: bool) -> datetime:
    """The moment a filter really means to the shop.

    Without the flag a zone is respected and a naive time is the shop's local one. With ``dates_are_gmt`` the shop
    first turns the time into its own wall clock and then takes *those digits* for UTC: right for a naive UTC time
    (but for the local hour that spring skips), off by the offset for one with a zone (row 1, table a).
    """
    found = FORM.fullmatch(value)
    if found is None:
        raise bad_date(name)
    day, clock, offset = found.groups()
    try:
        parsed = datetime.fromisoformat(f"{day}T{clock}{_spelt(offset)}")
    except ValueError:
        raise bad_date(name) from None
    # a naive time in the hour that spring skips moves on by that hour, as it does for PHP
    aware = parsed.replace(tzinfo=zone).astimezone(UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    if not gmt:
        return aware
    return aware.astimezone(zone).replace(tzinfo=UTC)


def _spelt(offset: str | None) -> str:
    if offset in (None, "Z"):
        return "+00:00" if offset else ""
    text = str(offset)
    return text if ":" in text else f"{text[:3]}:{text[3:] or '00'}"
