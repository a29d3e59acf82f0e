"""The lines that say which field gets what."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bridge.erps.fields import Field, body

FIELDS: tuple[Field[dict[str, str]], ...] = (
    Field(vendor="Name", source="the buyer's name", value=lambda each: each["name"], limit=4),
    Field(vendor="to.zip", source="postcode", value=lambda each: each.get("zip", "")),
    Field(vendor="to.city", source="city", value=lambda each: each.get("city")),
    Field(vendor="Rows", source="rows", value=lambda _: []),
    Field(vendor="Freight", source="nothing", value=lambda _: Decimal(0)),
)


def test_what_has_a_value_goes_where_its_name_says() -> None:
    """Dots lead into objects; what is empty is left out; a zero is a value."""
    made = body(FIELDS, {"name": "Anna Öberg", "zip": "411 24"}, fit=lambda text, limit: text[:limit])
    assert made == {"Name": "Anna", "to": {"zip": "411 24"}, "Freight": Decimal(0)}


def test_without_a_fitter_texts_go_as_they_are() -> None:
    """The limit is the fitter's business."""
    assert body(FIELDS[:1], {"name": "Anna Öberg"}) == {"Name": "Anna Öberg"}


def test_a_name_that_is_a_value_and_an_object_is_a_fault_in_the_table() -> None:
    """Neither is sent in place of the other."""
    wrong: tuple[Field[None], ...] = (
        Field(vendor="to", source="a text", value=lambda _: "there"),
        Field(vendor="to.zip", source="postcode", value=lambda _: "411 24"),
    )
    with pytest.raises(TypeError, match=r"to\.zip"):
        body(wrong, None)
