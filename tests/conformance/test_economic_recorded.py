"""Every recorded order and refund of a real shop, booked in the e-conomic simulator: equal to the öre, each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.erps.arithmetic import ECONOMIC
from bridge.erps.totals import Fitted, Role, fit
from bridge.model.documents import CustomerRecord, Document, DocumentKind, Key, Purpose
from bridge.model.vat import Treatment
from bridge.model.vat_order import vat_of
from bridge.sim.woocommerce import ShopSim
from tests.builders import NOON
from tests.support.corrections import asked_of_orders, corrections
from tests.support.drafts import recorded, recorded_ids, settings_of
from tests.support.economic_desk import Desk
from tests.support.wired import stocked

SETTINGS = """
[orders]
exchange_rates = EUR 11.45, USD 10.40, GBP 13.20, DKK 1.53, JPY 0.07
discounts = {discounts}
[articles]
unnumbered = ovrigt
missing = create
"""


@pytest.fixture
def clock() -> ManualClock:
    """The day after the recordings."""
    return ManualClock(NOON + timedelta(days=1))


@pytest.fixture(params=["percent", "rows", "net"])
def desk(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> Iterator[Desk]:
    """A company that sells what the recorded shop sells, whatever way discounts are shown."""
    found = Desk(tmp_path, clock, SETTINGS.format(discounts=request.param))
    found.sim.stock_up({"ovrigt": Decimal(25), **stocked(ShopSim.recorded(now=clock.now))})
    yield found
    found.close()


def key_of(order_id: int | str) -> Key:
    """``main:108:order``."""
    return Key(recorded(int(order_id)).ref, Purpose.ORDER)


def book_all(desk: Desk, customer: CustomerRecord) -> dict[int, Document]:
    """Each order as the kind its number happens to give, so that both are tried."""
    made = {}
    for order_id in recorded_ids():
        kind = DocumentKind.INVOICE if order_id % 2 else DocumentKind.ORDER
        made[order_id] = desk.erp.put_document(recorded(order_id), key_of(order_id), kind, customer=customer)
    return made


def test_recorded_orders_and_refunds_are_equal_to_the_ore(desk: Desk) -> None:
    """Total and currency as the simulator reckons them; one document per key; found again by exactly that key."""
    made = book_all(desk, desk.customer())
    by_key = {each.key: each for each in desk.sim.booked()}
    for order_id in recorded_ids():
        order = recorded(order_id)
        booked = by_key[str(key_of(order_id))]
        assert (booked.gross, booked.currency) == (order.totals.gross, order.currency), order_id
        assert made[order_id].gross == order.totals.gross, order_id
    credited = list(corrections())
    assert credited
    for refund, correction in credited:
        key = Key(refund.ref, Purpose.REFUND, refund.id)
        original = made[int(refund.ref.id)]
        credit = desk.erp.put_correction(correction, key, original)
        assert (credit.kind, credit.gross) == (DocumentKind.CREDIT, correction.totals.gross), key
        (found,) = desk.erp.find_document(key)
        assert (found.number, found.gross) == (credit.number, credit.gross)
    booked_keys = Counter(each.key for each in desk.sim.booked())
    assert len(booked_keys) == len(recorded_ids()) + len(credited)
    assert set(booked_keys.values()) == {1}


def test_articles_are_made_once_and_rows_bear_the_vat_charged(desk: Desk) -> None:
    """What was missing is made with the first order that needs it; no row has another rate than the shop's."""
    before = desk.sim.goods.numbers()
    book_all(desk, desk.customer())
    after = desk.sim.goods.numbers()
    assert len(set(after)) == len(after)
    assert set(after) - set(before) >= {"frakt-12"}
    posts = [each for each in desk.sim.log if each["method"] == "POST" and each["path"] == "/products"]
    assert len(posts) == len(after) - len(before)


def test_every_treatment_and_the_pairs_of_vat_are_among_the_recorded() -> None:
    """Or the tests above would show less than they seem to."""
    treatments = {vat_of(recorded(order_id)).treatment for order_id in recorded_ids()}
    assert treatments >= {
        Treatment.DOMESTIC, Treatment.EXEMPT, Treatment.EU_OSS, Treatment.EU_BUSINESS, Treatment.EXPORT
    }  # fmt: skip
    settings = settings_of()
    roles = set()
    for _, parts, target in asked_of_orders(settings):
        found = fit(parts, ECONOMIC, target=target)
        assert isinstance(found, Fitted)
        roles |= {row.role for row in found.rows}
    assert roles >= {Role.PART, Role.ROUNDING}
