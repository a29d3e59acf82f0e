"""What Specter is sent, word for word. When wanted: UPDATE_GOLDEN=1 pytest tests/golden."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from bridge.clock import ManualClock
from bridge.model.documents import DocumentKind, Key, Purpose
from bridge.model.orders import Order
from tests.builders import NOON
from tests.support.drafts import recorded, with_cards
from tests.support.golden import Golden, as_text
from tests.support.specter_house import House

GOLDEN = Golden("specter")

PLAIN, MIXED, COD, COUPON, FIXED, OSS, EXPORT, ODD = 108, 109, 110, 111, 112, 116, 118, 123
FEE, CARD, LOYAL, COMPANY, REVERSE, EURO, LONG, NO_SKU = 132, 133, 134, 138, 139, 143, 148, 156

MAKING = "[articles]\nunnumbered = ovrigt\nmissing = create\n[payments]\nstripe = mode:-\n"
WANTED = """
[orders]
discounts = percent
company_first = yes
our_reference = Eva Berg
customer_note = text
gift_cards = payment
order_mail = yes
order_mail_copy = chef@example.com
[customers]
force_update = yes
ignore_org_number = yes
[payments]
bacs = 1510 mode:I
kco = 1686
stripe = mode:-
[shipping]
flat_rate = delivery:postnord
[fields]
_billing_reference = your_reference
_billing_po = vendor:requirements
"""
SHOP = "number_prefix = WEB-\nchannel = 1\n"
SITE = {"stock_site": "2", "company_group": "2", "person_group": "1", "pay_system_user_kco": "K123456"}
CASES: dict[str, tuple[str, str, dict[str, str], Order]] = {
    **{
        str(order_id): (MAKING, "", {}, recorded(order_id))
        for order_id in (
            PLAIN, MIXED, COD, COUPON, FIXED, OSS, EXPORT, ODD, FEE, CARD, LOYAL, COMPANY, REVERSE, EURO, LONG,
            NO_SKU,
        )
    },
    **{
        f"wanted_{order_id}": (WANTED + "[articles]\nunnumbered = ovrigt\n", SHOP, SITE, recorded(order_id))
        for order_id in (COUPON, LOYAL, COMPANY, LONG)
    },
    "wanted_cards": (
        WANTED + MAKING.partition("[payments]")[0], SHOP, {**SITE, "capture": "shop"},
        recorded(PLAIN, with_cards(("GIVE-1234-ABCD", "300"))),
    ),
}  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A company without articles but those of [articles]."""
    found = House(tmp_path, ManualClock(NOON + timedelta(days=1)))
    found.sim.account.more_parameters.add("requirements")
    yield found
    found.close()


def heard(house: House) -> list[dict[str, str]]:
    """What was asked, as the simulator read it: without who asked, and how."""
    who = {"sbmid", "apiuserid", "usexml"}
    return [{name: text for name, text in each["body"].items() if name not in who} for each in house.sim.log]


@pytest.mark.parametrize("name", CASES)
def test_order_is_sent_as_it_was(house: House, name: str) -> None:
    """Customer, articles and order in this sequence; the preview has said the same before, and sent nothing."""
    more, shop, lines, order = CASES[name]
    erp = house.adapter(more, shop=shop, **lines)
    key = Key(order.ref, Purpose.ORDER)
    preview = erp.preview(order, key, DocumentKind.ORDER)
    assert house.sim.log == []
    if "create" not in more:
        house.sim.stock_up({each["article"]: Decimal(each["vat"]) for each in preview.rows})
    document = erp.put_document(order, key, DocumentKind.ORDER)
    sent = heard(house)
    text = as_text({"sent": sent, "notes": [str(note) for note in document.notes], "shown": preview.rows})
    assert text == GOLDEN.text(name, text)
    assert (document.payload, document.notes) == (preview.payload, preview.notes)
    assert preview.gross in {order.totals.gross, order.totals.gross + 300}
    assert [(each.key, each.gross) for each in house.sim.booked()] == [(str(key), preview.gross)]
    forms = [dict(parse_qsl(line, encoding="iso-8859-1")) for line in preview.payload.splitlines()]
    told = [
        {
            name: text
            for name, text in each.items()
            if each["action"] != "newOrderSubmit" or name != "customerid"
        }
        for each in sent
        if each["action"] != "newArticleSubmit"
    ]
    assert [{name.lower(): text for name, text in form.items()} for form in forms] == told


def test_every_golden_file_belongs_to_a_case() -> None:
    """None is left over from a case that is gone."""
    assert GOLDEN.names() == {*CASES}
