"""What is known of Specter's interface, as data: shipped with the adapter, each entry with certainty and source.

The vendor's own document is not at hand, so a first live run must be able to correct names, codes and tables without
a change of code: the owner names a file in ``[erp] profile`` that has the entries that differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from bridge.erps import profiles
from bridge.erps.arithmetic import SPECTER, Arithmetic, VatBy
from bridge.erps.profiles import Certainty, Entry, Value
from bridge.errors import ConfigError
from bridge.model.fulfilment import Stage
from bridge.model.texts import Problem, say

__all__ = ["NOTHING", "Action", "Certainty", "Consequence", "Entry", "Profile", "Value", "load"]

SHIPPED: Final = Path(__file__).with_name("profile.toml")


class Action(StrEnum):
    """What can be asked of Specter; the names it has there stand in the profile."""

    CUSTOMER = "customer"
    ORDER = "order"
    ARTICLE = "article"
    STOCK = "stock"
    STOCK_DONE = "stock_done"
    ARTICLES = "articles"
    ARTICLES_DONE = "articles_done"
    ORDERS = "orders"
    ORDERS_DONE = "orders_done"


class Consequence(StrEnum):
    """What a refusal means."""

    OPEN_BATCH = "open batch"
    UNKNOWN_BATCH = "unknown batch"
    DUPLICATE_ORDER = "duplicate order"
    UNKNOWN_CUSTOMER = "unknown customer"
    UNKNOWN_ARTICLE = "unknown article"
    KNOWN_ARTICLE = "known article"
    ARTICLE_NUMBER = "article number"
    ACCESS = "access"
    MISSING = "missing"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Profile(profiles.Profile):
    """All entries, by name, and how a form is written with them."""

    @property
    def arithmetic(self) -> Arithmetic:
        """How Specter adds up: a price is sent with exactly the decimals it was reckoned with."""
        rows = self.text("numbers.row_decimals")
        return replace(
            SPECTER,
            price_decimals=self.number("numbers.price_decimals"),
            row_decimals=None if rows == "all" else int(rows),
            vat=VatBy(self.text("numbers.vat_rounded")),
        )

    def spelled(self, parameter: str) -> str:
        """How a parameter is written on the wire, rows with their number; empty: it is not sent."""
        base, line, row = parameter.rpartition("_")
        if not (line and row.isdigit()):
            base, line, row = parameter, "", ""
        name = self.text(f"parameters.{base}")
        return f"{name}{line}{row}" if name else ""

    def wire(self, form: Mapping[str, str]) -> dict[str, str]:
        """A form as its parameters are spelled, without what is empty and what has no name there."""
        spelled = ((self.spelled(name), value) for name, value in form.items())
        return {name: value for name, value in spelled if name and value}


_WORD: Final = re.compile(r"[A-Za-z]\w*", re.ASCII)
_SIGNS: Final = re.compile(r"[A-Za-z]\w*(?:[ |][A-Za-z]\w*)*", re.ASCII)
_SCRIPT: Final = re.compile(r"[\w./-]+", re.ASCII)
_CODE: Final = re.compile(r"-|[A-Za-z0-9]{1,10}", re.ASCII)
_CONSEQUENCES: Final = re.compile("|".join(Consequence))
NOTHING: Final = "nothing"
"""Of a status that is known, and says nothing we tell of."""
_STAGES: Final = re.compile("|".join([*Stage, NOTHING]))
_VITAL: Final = (
    "action sbmId key batchNo customerId externalOrderNo currency articleNo priceExclVAT noOfItems vatPercent"
).split()
_OPEN: Final = (
    "errors.codes.",
    "statuses.delivery.",
    "statuses.order.",
    "payments.methods.",
    "payments.codes.",
)
"""Sections to which an owner may add."""


def _within(least: int, most: int) -> Callable[[str], bool]:
    return lambda text: text.isascii() and text.isdigit() and least <= int(text) <= most


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


_RULES: Final[Mapping[str, tuple[Callable[[str], object], str]]] = {
    "scripts.": (_SCRIPT.fullmatch, "putInfo.asp"),
    "actions.": (_WORD.fullmatch, "newOrderSubmit"),
    "parameters.": (lambda text: not text or _WORD.fullmatch(text), "customerId"),
    # Without them an order is made twice, to nobody, or for another amount.
    **{f"parameters.{name}": (_WORD.fullmatch, name) for name in _VITAL},
    "signs.": (_SIGNS.fullmatch, "name|firstName surName"),
    "errors.codes.": (_CONSEQUENCES.fullmatch, Consequence.OPEN_BATCH),
    "errors.words.": (_is_pattern, "customerId"),
    "payments.methods.": (_CODE.fullmatch, "KG"),
    "statuses.": (_STAGES.fullmatch, Stage.DELIVERED),
    "fields.": (_WORD.fullmatch, "articleNo"),
    "numbers.price_decimals": (_within(0, 6), "3"),
    "numbers.row_decimals": (re.compile(r"all|[0-6]", re.ASCII).fullmatch, "2"),
    "numbers.vat_rounded": (re.compile("rate|row").fullmatch, "row"),
    "numbers.vat_decimals": (_within(0, 3), "0"),
    "numbers.weight_decimals": (_within(0, 6), "3"),
    "numbers.grams_per_weight": (_within(1, 1_000_000), "1000"),
    "numbers.articles_per_call": (_within(1, 1000), "100"),
}
"""By the start of the name: what the text must be, and an example of it."""


def load(own: Path | None = None) -> Profile:
    """The shipped profile, with the entries of the owner's file in the place of its own.

    Raises:
        ConfigError: the file cannot be read, or entries of it make no sense; every one is named.
    """
    found = profiles.shipped(SHIPPED, wrong=_wrong)
    if own is not None:
        found = profiles.own(own, found, open_sections=_OPEN, wrong=_wrong)
    _apart(found)
    return Profile(found.entries)


def _apart(found: profiles.Profile) -> None:
    """Two parameters of one name would overwrite each other; Specter knows no case (section 2 [INF])."""
    seen: dict[str, str] = {}
    faults: list[Problem] = []
    for name, spelled in found.table("parameters").items():
        first = seen.setdefault(spelled.lower(), name) if spelled else name
        if first != name:
            faults.append(
                Problem(
                    where=f"parameters.{name}",
                    what=say("The parameter {first} is spelled {spelled} too.", first=first, spelled=spelled),
                    fix=say("Correct one of them in the file that profile in [erp] names."),
                )
            )
    if faults:
        raise ConfigError(say("The profile of Specter cannot be used as it stands."), faults)


def _wrong(name: str, value: Value) -> str:
    texts = value if isinstance(value, tuple) else (str(value),)
    for start, (fits, example) in _RULES.items():
        if name.startswith(start) and not all(map(fits, texts)):
            return example
    return ""
