"""What Hogia is sent, word for word, in both bodies. When wanted: UPDATE_GOLDEN=1 pytest tests/golden."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.clock import ManualClock
from bridge.model.documents import Key, Purpose
from bridge.model.orders import Order
from tests.builders import NOON
from tests.support.corrections import corrections
from tests.support.drafts import recorded, with_cards
from tests.support.golden import Golden, sent
from tests.support.hogia_desk import ABROAD, NEWER, OLDER, RATES, Desk, key_of

GOLDEN = Golden("hogia_smart")

PLAIN, MIXED, COD, COUPON, OSS, EXPORT, ODD, FEE, LOYAL = 108, 109, 110, 111, 116, 118, 123, 132, 134
COMPANY, REVERSE, EURO, LONG, REDUCED_FREIGHT = 138, 139, 143, 148, 157
WANTED = """
[orders]
exchange_rates = EUR 11.45
discounts = rows
company_first = yes
our_reference = Eva Berg
customer_note = text
gift_cards = payment
[payments]
bacs = 1930 terms:30
kco = 1686
[fields]
_billing_reference = your_reference
_billing_org_nr = vendor:invoiceReference
"""
SHOP = "number_prefix = WEB-\nresult_unit = 1\nproject = 1\n"
PLAIN_ONES = (
    PLAIN,
    MIXED,
    COD,
    COUPON,
    OSS,
    EXPORT,
    ODD,
    FEE,
    LOYAL,
    COMPANY,
    REVERSE,
    EURO,
    REDUCED_FREIGHT,
)
CASES: dict[str, tuple[str, str, str, Order]] = {
    **{f"older_{each}": (OLDER, RATES, "", recorded(each)) for each in PLAIN_ONES},
    **{f"newer_{each}": (NEWER, RATES + ABROAD, "", recorded(each)) for each in PLAIN_ONES},
    **{f"older_wanted_{each}": (OLDER, WANTED, SHOP, recorded(each)) for each in (COUPON, COMPANY, LONG)},
    **{f"newer_wanted_{each}": (NEWER, WANTED, SHOP, recorded(each)) for each in (COUPON, COMPANY)},
    "older_cards": (OLDER, WANTED, SHOP, recorded(PLAIN, with_cards(("GIVE-1234-ABCD", "300")))),
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A company that is set up well, the day after the recordings."""
    found = Desk(tmp_path, ManualClock(NOON + timedelta(days=1)))
    yield found
    found.close()


@pytest.mark.parametrize("name", CASES)
def test_order_is_sent_as_it_was(desk: Desk, name: str) -> None:
    """Head, rows, accounts and notes; the preview sends nothing."""
    profile, more, shop, order = CASES[name]
    desk.again(more, shop=shop, profile=profile)
    preview = desk.documents.preview(desk.documents.prepare(order, key_of(order), customer=desk.customer))
    assert sent(preview) == GOLDEN.text(name, sent(preview))
    assert preview.gross in {order.totals.gross, order.totals.gross + 300}
    assert desk.sim.booked() == []


@pytest.mark.parametrize("profile", [OLDER, NEWER])
def test_credit_is_sent_as_it_was(desk: Desk, profile: str) -> None:
    """Negative quantities, the refund's key, and in its text what it credits."""
    desk.again(profile=profile)
    refund, correction = next(iter(corrections()))
    original = desk.book(correction.order)
    key = Key(refund.ref, Purpose.REFUND, refund.id)
    preview = desk.credits.preview(correction, key, original)
    assert sent(preview) == GOLDEN.text(f"credit_{profile}", sent(preview))


def test_every_golden_file_belongs_to_a_case() -> None:
    """None is left over from a case that is gone."""
    assert GOLDEN.names() == {*CASES, f"credit_{OLDER}", f"credit_{NEWER}"}
