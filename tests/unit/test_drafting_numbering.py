"""Goods whose article number an ERP cannot hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bridge.erps.drafting import Draft, RowKind, numbered
from bridge.errors import Rejected
from bridge.model.orders import LineKind
from bridge.model.texts import say
from tests.builders import a_line, an_order
from tests.support.drafts import drafted

RULE = say("No blanks.")


def a_draft(sku: str | None) -> Draft:
    """One piece of soap, and its freight."""
    return drafted(an_order(a_line(sku=sku), a_line("39.20", "9.80", kind=LineKind.SHIPPING, id="2")))


def made(draft: Draft, **how: Any) -> Draft:
    """For an ERP whose numbers have no blanks."""
    settings = {"unnumbered": "", "holds": lambda sku: " " not in sku, "rule": RULE, "needed": True, **how}
    return numbered(draft, **settings)


def test_number_the_erp_can_hold_stays() -> None:
    """And so does every row that is no goods, whatever its article is called."""
    draft = a_draft("TVAL-1")
    freight = replace(draft.rows[1], article="frakt och porto")
    draft = replace(draft, rows=(draft.rows[0], freight))
    assert made(draft, unnumbered="ovrigt") == draft


GOODS: list[tuple[dict[str, Any], str]] = [
    ({"needed": True, "unnumbered": "ovrigt"}, "ovrigt"),
    ({"needed": False, "unnumbered": "ovrigt"}, "ovrigt"),
    ({"needed": False}, ""),
]


@pytest.mark.parametrize(("how", "article"), GOODS)
def test_goods_without_number_get_the_article_for_such(how: dict[str, Any], article: str) -> None:
    """Or none, where the ERP can do without."""
    draft = made(a_draft(None), **how)
    assert [row.article for row in draft.rows if row.kind is RowKind.PRODUCT] == [article]
    assert draft.notes == ()


def test_goods_without_number_wait_where_one_is_needed() -> None:
    """It says which, and what to do."""
    with pytest.raises(Rejected, match="Tvål") as caught:
        made(a_draft(None))
    assert "unnumbered" in str(caught.value.advice)


def test_number_the_erp_cannot_hold_moves_into_the_text() -> None:
    """With a note; the row is booked on the article for such."""
    draft = made(a_draft("MED BLANK"), unnumbered="ovrigt")
    assert (draft.rows[0].article, draft.rows[0].text) == ("ovrigt", "MED BLANK Tvål")
    assert "MED BLANK" in str(draft.notes[0])


@pytest.mark.parametrize("needed", [True, False])
def test_number_the_erp_cannot_hold_is_named_with_the_rule(*, needed: bool) -> None:
    """Leaving it out in silence would leave the stock wrong."""
    with pytest.raises(Rejected, match=r"MED BLANK\. No blanks\."):
        made(a_draft("MED BLANK"), needed=needed)
