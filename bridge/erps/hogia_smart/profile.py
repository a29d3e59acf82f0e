"""What is known of Hogia's interface, as data: one profile per body of the customer invoice (Hogia facts, section 4).

The vendor's own document is not at hand, so a first live run must be able to correct names, dates and tables without
a change of code: ``[erp] profile`` names a shipped profile, or a file of the owner's that is based on one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final

from bridge.erps import profiles
from bridge.erps.profiles import Profile
from bridge.errors import ConfigError
from bridge.model.texts import Problem, say

__all__ = ["NAMES", "Consequence", "Profile", "load"]

FOLDER: Final = Path(__file__).with_name("profiles")
NAMES: Final = ("a_2024_11", "a_2025_03")
"""With the older body, which two clients send, and with the newer, which one does (section 2.3)."""
_BASE: Final = "based_on"
_OPEN: Final = ("errors.codes.", "errors.words.")
"""Sections to which an owner may add."""


class Consequence(StrEnum):
    """What a refusal is about."""

    USED = "used"
    YEAR = "year"
    ACCOUNT = "account"
    CURRENCY = "currency"
    CUSTOMER = "customer"
    OTHER = "other"


_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "invoice.body": ("older", "newer"),
    "invoice.vat": ("fraction", "account"),
    "invoice.vat_rounding": ("line", "rate"),
    "invoice.sequence": ("unproven", "replay", "refuse", "document"),
    "invoice.list": ("try", "yes", "no"),
    "invoice.credit": ("quantity",),
    "payment.way": ("invoice", "voucher_draft"),
    "contact.number": ("hogia", "bridge"),
    "errors.codes.": tuple(Consequence),
}
"""By the name, or the section with a point at its end: what the code can do something with."""


def load(name: str, *, folder: Path) -> Profile:
    """A shipped profile by its name, or the owner's file, seen from ``folder``, on top of the one it names.

    Raises:
        ConfigError: there is no such file, or entries of it make no sense; every one is named.
    """
    if name in NAMES:
        return profiles.shipped(FOLDER / f"{name}.toml")
    path = folder / name
    base = profiles.parsed(path).get(_BASE)
    if base not in NAMES:
        fault = Problem(
            where=f"{path.name} {_BASE}",
            what=say("The file does not say which profile it changes."),
            fix=say("Write it like {example}.", example=f'{_BASE} = "{NAMES[0]}"'),
        )
        raise ConfigError(say("The profile {file} cannot be used as it stands.", file=path.name), [fault])
    shipped = profiles.shipped(FOLDER / f"{base}.toml")
    found = profiles.own(path, shipped, open_sections=_OPEN, besides=(_BASE,))
    faults = [
        Problem(
            where=f"{path.name} {entry.name}",
            what=say("{value} is not possible here.", value=repr(entry.value)),
            fix=say("Write it like {example}.", example=example),
        )
        for entry in found.entries.values()
        if (example := _example(entry)) is not None
    ]
    if faults:
        raise ConfigError(say("The profile {file} cannot be used as it stands.", file=path.name), faults)
    return found


def _example(entry: profiles.Entry) -> str | None:
    """What to write instead; None: the value may stand."""
    texts = entry.value if isinstance(entry.value, tuple) else (str(entry.value),)
    for start, allowed in _CHOICES.items():
        here = entry.name.startswith(start) if start.endswith(".") else entry.name == start
        if here and not set(texts) <= set(allowed):
            return allowed[0]
    if entry.name == "version.date" and not _is_day(texts[0]):
        return "2025-03-21"
    if entry.name.startswith("errors.words.") and not all(map(_is_pattern, texts)):
        return "konto"
    if entry.name.startswith(("pace.", "pages.most")) and not int(texts[0]) > 0:
        return "60"
    return None


def _is_day(text: str) -> bool:
    try:
        return f"{date.fromisoformat(text):%Y-%m-%d}" == text
    except ValueError:
        return False


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True
