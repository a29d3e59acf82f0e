"""Money of other countries: the books are in SEK, and what an order makes in them is too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.errors import Rejected
from tests.builders import an_order
from tests.contract.conftest import goods
from tests.support.economic_desk import Desk

ORDER = an_order(goods("80.00", "20.00", quantity=Decimal(2), unit_net=Decimal("40.00"), sku="NY-1"))
"""Two pieces of an article nobody has made, 100.00."""
CREATE = "[articles]\nmissing = create\n[orders]\nexchange_rates = EUR 11.45\n"


@pytest.fixture
def desk(tmp_path: Path, clock: ManualClock) -> Iterator[Desk]:
    """A company with one article per rate."""
    found = Desk(tmp_path, clock, CREATE)
    yield found
    found.close()


@pytest.mark.parametrize(("currency", "price"), [("SEK", "40.00"), ("EUR", "458.00")])
def test_new_article_s_price_is_in_the_books_currency(desk: Desk, currency: str, price: str) -> None:
    """Else 40 EUR would be told back to the shop as 40 kronor."""
    desk.book(replace(ORDER, currency=currency))
    assert desk.calls("POST", "/products")[-1]["body"]["salesPrice"] == Decimal(price)


def test_new_article_s_price_is_before_the_discount(desk: Desk) -> None:
    """A campaign is no list price."""
    (line,) = ORDER.lines
    cheaper = replace(line, net_before=Decimal("100.00"), tax_before=Decimal("25.00"))
    desk.book(replace(ORDER, lines=(cheaper,)))
    assert desk.calls("POST", "/products")[-1]["body"]["salesPrice"] == Decimal("50.00")


@pytest.mark.parametrize("currency", ["SEK", "DKK", "EUR"])
def test_nothing_is_booked_in_books_of_another_currency(desk: Desk, currency: str) -> None:
    """A Danish company: 11.45 kronor for a euro would be taken for 11.45 of its own."""
    desk.customer()
    desk.sim.company.base_currency = "DKK"
    desk.again()
    with pytest.raises(Rejected) as caught:
        desk.book(replace(ORDER, currency=currency))
    assert "in DKK" in str(caught.value.text)
    assert desk.calls("POST", "/orders") == []
