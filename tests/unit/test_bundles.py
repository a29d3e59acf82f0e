"""Bundles as the usual plugins mark them, and what the owner may want of them (FEATURES ORD-25)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bridge.erps.drafting import Draft
from bridge.model.bundles import bundles_of
from bridge.model.orders import LineKind, OrderLine, TaxPart
from tests.builders import a_line, an_order
from tests.support.drafts import drafted

ZERO = Decimal("0.00")


def part(
    line_id: str, *, net: str = "0.00", tax: str = "0.00", percent: str = "25", **hidden: str
) -> OrderLine:
    """A row with these hidden marks."""
    return a_line(
        net, tax, percent=percent, id=line_id, name=f"Del {line_id}", sku=f"D-{line_id}", hidden=hidden
    )


def found(*lines: OrderLine) -> dict[str, list[str]]:
    """Row id of each bundle to the row ids of its parts."""
    return {bundle.whole.id: [each.id for each in bundle.parts] for bundle in bundles_of(lines)}


@pytest.mark.parametrize(
    ("whole", "of_part"),
    [
        ({"_bundle_cart_key": "k1", "_bundled_items": "[]"}, {"_bundled_by": "k1", "_bundle_cart_key": "k2"}),
        ({"_composite_cart_key": "k1", "_composite_children": "[]"}, {"_composite_parent": "k1"}),
        ({"_mnm_cart_key": "k1", "_mnm_config": "{}"}, {"_mnm_container": "k1"}),
        ({"_cartstamp": "{}"}, {"_bundled_by": "k9"}),
        ({"_cartstamp": "{}", "_yith_bundle_cart_key": "k1"}, {"_bundled_by": "k1"}),
    ],
    ids=["product bundles", "composite", "mix and match", "yith free", "yith"],
)
def test_bundle_is_recognised_by_the_marks_of_its_plugin(
    whole: dict[str, str], of_part: dict[str, str]
) -> None:
    """Its parts are those that name it; other rows are not."""
    lines = (part("1", **whole), part("2", **of_part), part("3"), part("4", **of_part))
    assert found(*lines) == {"1": ["2", "4"]}


def test_two_bundles_and_rows_that_are_none_are_told_apart() -> None:
    """Each part goes to the bundle it names; freight is no article; a part without its bundle is an article."""
    lines = (
        part("1", _bundle_cart_key="a"), part("2", _bundled_by="a"),
        part("3", _bundle_cart_key="b"), part("4", _bundled_by="b"),
        a_line("9.00", "0.00", percent="0", kind=LineKind.SHIPPING, id="5", hidden={"_bundled_by": "a"}),
    )  # fmt: skip
    assert found(*lines) == {"1": ["2"], "3": ["4"]}
    assert found(part("7", _bundled_by="gone")) == {}
    assert found(part("8", _bundled_by="self", _bundle_cart_key="self")) == {}


def test_bundle_within_a_composite_belongs_to_the_outermost_row() -> None:
    """Also where marks go round in a circle, which ends."""
    lines = (
        part("1", _composite_cart_key="c"), part("2", _composite_parent="c", _bundle_cart_key="b"),
        part("3", _bundled_by="b"),
    )  # fmt: skip
    assert found(*lines) == {"1": ["2", "3"]}
    circle = (
        part("1", _bundle_cart_key="a", _bundled_by="b"),
        part("2", _bundle_cart_key="b", _bundled_by="a"),
    )
    assert sum(map(len, found(*circle).values())) == 2


WHOLE = part("1", net="80.00", tax="20.00", _bundle_cart_key="a")
FREE = part("2", _bundled_by="a")
PRICED = part("3", net="40.00", tax="10.00", _bundled_by="a")


def rows_of(draft: Draft) -> list[tuple[str, str]]:
    """Article and gross of each row."""
    return [(row.article, str(row.gross)) for row in draft.rows]


def test_ord_25_bundle_as_in_the_shop() -> None:
    """Every row, and a note that says so."""
    draft = drafted(an_order(WHOLE, FREE))
    assert rows_of(draft) == [("D-1", "100.00"), ("D-2", "0.00")]
    assert str(draft.notes[0]) == "Del 1 is a bundle; it is sent as in the shop. Rows for its parts: 1."


def test_ord_25_bundle_only_takes_the_price_of_its_parts() -> None:
    """One row with all the money, and its discount; parts that cost nothing just go."""
    orders = {"bundles": "bundle"}
    assert rows_of(drafted(an_order(WHOLE, FREE), orders=orders)) == [("D-1", "100.00")]
    both = drafted(an_order(replace(WHOLE, net_before=None), FREE, PRICED, a_line(id="9")), orders=orders)
    assert rows_of(both) == [("D-1", "150.00"), ("TVAL-1", "100.00")]
    cheaper = replace(PRICED, net_before=Decimal("60.00"), tax_before=None)
    (row,) = drafted(an_order(WHOLE, cheaper), orders=orders).rows
    assert (row.net, row.discount_net, row.percent) == (Decimal("120.00"), Decimal("20.00"), Decimal(25))


def test_ord_25_bundle_without_vat_is_one_row_too() -> None:
    """Nothing to tell rates apart by."""
    whole = part("1", net="80.00", percent="0", _bundle_cart_key="a")
    other = part("2", net="20.00", percent="0", _bundled_by="a")
    assert rows_of(drafted(an_order(whole, other), orders={"bundles": "bundle"})) == [("D-1", "100.00")]


def test_ord_25_bundle_with_several_rates_stays_as_it_is() -> None:
    """One row has one rate: nothing is merged, and the note says why."""
    food = part("2", net="100.00", tax="12.00", percent="12", _bundled_by="a")
    draft = drafted(an_order(WHOLE, food), orders={"bundles": "bundle"})
    assert rows_of(draft) == [("D-1", "100.00"), ("D-2", "112.00")]
    assert "several VAT rates" in str(draft.notes[0])


def test_ord_25_parts_only_unless_the_bundle_has_a_price() -> None:
    """A bundle's row without a price goes; one with a price stays, so that no money is lost."""
    orders = {"bundles": "parts"}
    empty = part("1", _bundle_cart_key="a")
    draft = drafted(an_order(empty, PRICED), orders=orders)
    assert rows_of(draft) == [("D-3", "50.00")]
    assert str(draft.notes[0]) == "Del 1 is a bundle; only its parts are sent. Rows: 1."
    kept = drafted(an_order(WHOLE, FREE), orders=orders)
    assert rows_of(kept) == [("D-1", "100.00"), ("D-2", "0.00")]
    assert "a price of its own" in str(kept.notes[0])


def test_ord_25_rows_of_other_kinds_with_the_same_id_stay() -> None:
    """Ids are unique per kind only."""
    freight = a_line(
        "8.00", "2.00", kind=LineKind.SHIPPING, id="2", taxes=(TaxPart(rate_id="25", tax=Decimal(2)),)
    )
    draft = drafted(an_order(WHOLE, FREE, freight), orders={"bundles": "bundle"})
    assert [row.kind.value for row in draft.rows] == ["product", "shipping"]
