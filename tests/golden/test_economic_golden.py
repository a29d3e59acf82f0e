"""What e-conomic is sent, word for word. When wanted: UPDATE_GOLDEN=1 pytest tests/golden."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.model.documents import CustomerRecord, DocumentKind, Key, Purpose
from bridge.model.orders import Order
from bridge.sim.woocommerce import ShopSim
from tests.builders import NOON
from tests.support.corrections import corrections
from tests.support.drafts import recorded, with_cards
from tests.support.economic_desk import Desk, key_of
from tests.support.golden import Golden, sent
from tests.support.wired import stocked

GOLDEN = Golden("economic")

PLAIN, MIXED, COD, COUPON, FIXED, OSS, EXPORT, ODD = 108, 109, 110, 111, 112, 116, 118, 123
FEE, CARD, LOYAL, COMPANY, REVERSE, EURO, LONG, NO_SKU, REDUCED_FREIGHT = (
    132,
    133,
    134,
    138,
    139,
    143,
    148,
    156,
    157,
)

ORDERS = "[orders]\nexchange_rates = EUR 11.45\n"
ARTICLES = "[articles]\nunnumbered = ovrigt\nmissing = create\n"
WANTED = """
[orders]
exchange_rates = EUR 11.45
discounts = rows
company_first = yes
our_reference = Eva Berg
customer_note = text
gift_cards = payment
[payments]
bacs = 1510 terms:6
kco = 1686
[shipping]
flat_rate = delivery:postnord_mypack
[fields]
_billing_reference = your_reference
_billing_org_nr = vendor:recipient.publicEntryNumber
"""
SHOP = "number_prefix = WEB-\nresult_unit = Webb\nproject = 1\n"
CASES: dict[str, tuple[str, str, dict[str, str], Order]] = {
    **{
        str(order_id): (ORDERS + ARTICLES, "", {}, recorded(order_id))
        for order_id in (
            PLAIN, MIXED, COD, COUPON, FIXED, OSS, EXPORT, ODD, FEE, CARD, LOYAL, COMPANY, REVERSE, EURO, NO_SKU,
            REDUCED_FREIGHT,
        )
    },
    **{
        f"wanted_{order_id}": (WANTED + ARTICLES, SHOP, {"unit": "st"}, recorded(order_id))
        for order_id in (COUPON, LOYAL, COMPANY, LONG)
    },
    "wanted_cards": (
        WANTED + ARTICLES, SHOP, {"unit": "st"}, recorded(PLAIN, with_cards(("GIVE-1234-ABCD", "300")))
    ),
}  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A company that sells what the recorded shop sells."""
    clock = ManualClock(NOON + timedelta(days=1))
    found = Desk(tmp_path, clock)
    found.sim.stock_up({"ovrigt": Decimal(25), **stocked(ShopSim.recorded(now=clock.now))})
    yield found
    found.close()


@pytest.mark.parametrize("name", CASES)
def test_order_is_sent_as_it_was(desk: Desk, name: str) -> None:
    """Head, rows, articles, zone and notes; the preview sends nothing."""
    more, shop, lines, order = CASES[name]
    erp = desk.again(more, shop=shop, **lines)
    customer = CustomerRecord(id="1", number="1")
    preview = erp.preview(order, key_of(order), DocumentKind.ORDER, customer=customer)
    assert sent(preview) == GOLDEN.text(name, sent(preview))
    assert preview.gross in {order.totals.gross, order.totals.gross + 300}
    assert desk.sim.booked() == []


def test_credit_is_sent_as_it_was(desk: Desk) -> None:
    """Negative quantities, the refund's key, and in its text what it credits."""
    desk.again(ORDERS + ARTICLES)
    refund, correction = next(iter(corrections()))
    original = desk.book(correction.order)
    key = Key(refund.ref, Purpose.REFUND, refund.id)
    preview = desk.erp.preview_correction(correction, key, original)
    assert sent(preview) == GOLDEN.text("credit", sent(preview))


def test_every_golden_file_belongs_to_a_case() -> None:
    """None is left over from a case that is gone."""
    assert GOLDEN.names() == {*CASES, "credit"}
