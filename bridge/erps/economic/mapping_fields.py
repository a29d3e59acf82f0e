"""Fields of e-conomic a checkout field may be sent to: ``vendor:recipient.ean`` in ``[fields]``. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from bridge.erps.fields import Field
from bridge.erps.wire import Json
from bridge.errors import Rejected
from bridge.model.texts import Text, say

__all__ = ["OWN", "own_fields"]

_NUMBER: Final = re.compile(r"[1-9]\d{0,8}", re.ASCII)


def _number(text: str) -> Json:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _day(text: str) -> Json:
    return date.fromisoformat(text).isoformat()


def _text(text: str) -> Json:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


_SOURCE: Final = "a checkout field of [fields]"
OWN: Final[Mapping[str, Field[str]]] = {
    each.vendor: each
    for each in (
        Field(vendor="recipient.ean", source=_SOURCE, value=_text, limit=13, fact="section 9 [D19]"),
        Field(
            vendor="recipient.publicEntryNumber",
            source=_SOURCE,
            value=_text,
            limit=40,
            fact="section 9 [D19]",
        ),
        Field(vendor="delivery.deliveryDate", source=_SOURCE, value=_day, fact="section 9 [D19]"),
        Field(
            vendor="delivery.deliveryTerms", source=_SOURCE, value=_text, limit=100, fact="section 9 [D19]"
        ),
        Field(vendor="notes.heading", source=_SOURCE, value=_text, limit=250, fact="section 9 [D19]"),
        Field(
            vendor="references.salesPerson.employeeNumber",
            source=_SOURCE,
            value=_number,
            fact="section 9 [D19]",
        ),
        Field(
            vendor="references.vendorReference.employeeNumber",
            source=_SOURCE,
            value=_number,
            fact="section 9 [D19]",
        ),
        Field(vendor="project.projectNumber", source=_SOURCE, value=_number, fact="section 9 [D19]"),
    )
}
"""By the vendor's own name."""


def own_fields(wanted: Mapping[str, str]) -> dict[str, tuple[Field[str], str]]:
    """Of each field that is filled in, its rule and its text.

    Raises:
        Rejected: e-conomic has no such field, or the text cannot stand in it; names the field.
    """
    found = {}
    for name, text in wanted.items():
        rule = OWN.get(name)
        if rule is None:
            raise _refused(
                say("e-conomic has no field {name} that can be filled in so.", name=name),
                say("Possible in [fields]: {allowed}.", allowed=", ".join(f"vendor:{each}" for each in OWN)),
                name,
            )
        try:
            rule.value(text)
        except ValueError:
            raise _refused(
                say("{value} cannot stand in e-conomic's field {name}.", value=text, name=name),
                say("Correct the checkout field of the order in the shop, then press Retry."),
                name,
            ) from None
        found[name] = (rule, text)
    return found


def _refused(what: Text, advice: Text, name: str) -> Rejected:
    return Rejected(what, field=name, advice=advice)
