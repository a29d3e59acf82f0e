"""e-conomic simulator: the tables of fields, and filters over texts of every sort."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.sim.economic.errors import Refusal
from bridge.sim.economic.filters import field_of, parse
from bridge.sim.economic.shape import Checker, decimals_of, shape

TABLE = shape("""
    name! text 5 2
    count whole 1 9
    free whole
    amount number 2
    open number
    flag flag
    day day
    word words a b
    box object
    box.inner! text 5
    rows list
    rows.size! whole 1
    unit ref units unitNumber
    sku name products productNumber 4
    place ref - placeNumber
    shown? text 1
""")


def checked(**body: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """The clean document and its problems, place to code."""
    known = {("units", 1), ("products", "A/B")}
    checker = Checker(lambda collection, number: (collection, number) in known, address="https://e.example")
    clean = checker.document({"name": "abc", **body}, TABLE)
    return clean, {".".join(map(str, each.path)): each.code for each in checker.problems.found}


GOOD: dict[str, Any] = {
    "count": 9, "free": -5, "amount": Decimal("-1.10"), "open": Decimal("1.123456789"), "flag": False,
    "day": "2024-02-29", "word": "b", "box": {"inner": "x"}, "rows": [{"size": 1}], "unit": {"unitNumber": 1},
    "sku": {"productNumber": "A/B"}, "place": {"placeNumber": 77},
}  # fmt: skip


@pytest.mark.parametrize("field", GOOD)
def test_good_values_are_kept(field: str) -> None:
    """As they came."""
    clean, problems = checked(**{field: GOOD[field]})
    assert (clean[field], problems) == (GOOD[field], {})


BAD: list[tuple[str, Any, str]] = [
    ("name", "abcdef", "name"), ("name", "a", "name"), ("name", 1, "name"),
    ("count", 0, "count"), ("count", 10, "count"), ("count", True, "count"), ("count", Decimal("1.0"), "count"),
    ("amount", Decimal("1.001"), "amount"), ("amount", "1", "amount"), ("amount", True, "amount"),
    ("flag", 1, "flag"), ("flag", "true", "flag"), ("day", "2025-02-29", "day"), ("day", "20260101", "day"),
    ("day", "2026-1-1", "day"), ("day", 20260101, "day"), ("word", "c", "word"), ("word", 1, "word"),
    ("box", {}, "box.inner"), ("box", [], "box"), ("rows", {}, "rows"), ("rows", [1], "rows.0.rows"),
    ("rows", [{"size": 1}, {}], "rows.1.size"), ("unit", {"unitNumber": 2}, "unit"), ("unit", {}, "unit"),
    ("unit", {"unitNumber": "1"}, "unit.unitNumber"), ("unit", 1, "unit"),
    ("unit", {"self": "https://e.example/units/x"}, "unit"), ("unit", {"self": "https://e.example/shops/1"}, "unit"),
    ("sku", {"productNumber": "ABCDE"}, "sku.productNumber"), ("sku", {"productNumber": 1}, "sku.productNumber"),
    ("sku", {"productNumber": "X"}, "sku"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value", "place"), BAD)
def test_bad_values_are_told_at_their_place(field: str, value: Any, place: str) -> None:
    """One problem each."""
    assert list(checked(**{field: value})[1]) == [place]


def test_links_lead_to_numbers() -> None:
    """Also with a query behind them and in the custom writing."""
    clean, problems = checked(
        unit={"self": "https://e.example/units/1?demo=true"}, sku={"self": "https://e.example/products/A_6_B"}
    )
    assert (clean["unit"], clean["sku"], problems) == ({"unitNumber": 1}, {"productNumber": "A/B"}, {})


def test_read_only_and_unknown_are_dropped() -> None:
    """Whatever they are."""
    assert checked(shown=12, other=[1])[0] == {"name": "abc"}


@pytest.mark.parametrize(("value", "places"), [("1", 0), ("1.00", 0), ("1.50", 1), ("0.125", 3), ("1E+3", 0)])
def test_decimals_that_matter(value: str, places: int) -> None:
    """Zeros at the end do not."""
    assert decimals_of(Decimal(value)) == places


def escaped(text: str) -> str:
    """As the facts say: a dollar before each of $ ( ) * , [ ]."""
    return "".join(f"${char}" if char in "$()*,[]" else char for char in text)


@given(st.text(min_size=1).filter(lambda text: "\x00" not in text), st.text())
def test_escaped_value_finds_itself_and_nothing_else(text: str, other: str) -> None:
    """Every text; without case."""
    wanted = parse(f"a.b$eq:{escaped(text)}", {"a.b"}, lambda _name: False)
    assert wanted({"a": {"b": text}})
    assert wanted({"a": {"b": other}}) is (other.casefold() == text.casefold())
    assert not wanted({"a": 1})


@given(st.text(alphabet="ab$()*,[]:. "))
def test_every_filter_is_read_or_refused(text: str) -> None:
    """Never anything but a 400."""
    try:
        found = parse(text, {"a", "b"}, lambda name: name == "b")
    except Refusal as refused:
        status = refused.status
    else:
        status = 200 if found({"a": "x", "b": 1}) in {True, False} else 500
    assert status in {200, 400}


def test_costly_values_are_asked_for_only_when_needed() -> None:
    """A balance is reckoned for a filter that wants it."""
    row: dict[str, Any] = {"name": "x", "balance": lambda: Decimal(7)}
    assert field_of(row, "balance") == 7
    assert field_of(row, "name.first") is None
