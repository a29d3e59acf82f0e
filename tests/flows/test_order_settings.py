"""Order settings from config.ini to what stands in an ERP that books by article and adds up by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.erps.context import ErpContext
from bridge.flows.decide import Policy, Send, Skip, SkipCode, decide
from bridge.model.documents import DocumentKind, Key, Purpose
from bridge.model.orders import Order
from tests.builders import NOON, a_line, an_order
from tests.support.drafts import context_of, recorded, recorded_ids, with_cards
from tests.support.slowbooks import SlowBooks
from tests.support.slowbooks_server import TOKEN, Simulator

ARRANGED = {
    "orders": {"order_mail": "yes", "order_mail_copy": "order@example.se", "our_reference": "Eva"},
    "shipping": {"flat_rate": "article:FRAKT-PN delivery:postnord"},
    "fields": {"_billing_reference": "order_reference", "_billing_org_nr": "vendor:OrgNo"},
    "payments": {"cheque": "1510 terms:30 mode:F"},
    "shop": {"number_prefix": "WEB-", "result_unit": "200", "project": "7"},
}


class Books:
    """The server, and an adapter with the settings of one configuration file."""

    def __init__(self, folder: Path, **sections: dict[str, str]) -> None:
        self.simulator = Simulator(folder, articles=None)
        made: ErpContext = context_of(**sections)
        self.erp = SlowBooks(
            SlowBooks.Options(
                base_url=self.simulator.base_url,
                token=TOKEN,
                settle=timedelta(),
                timeout=timedelta(seconds=5),
            ),
            _mounted(made, self.simulator),
        )

    def book(self, order: Order, kind: DocumentKind = DocumentKind.ORDER) -> dict[str, Any]:
        """Put it and return what the server has stored."""
        self.erp.put_document(order, Key(order.ref, Purpose.ORDER), kind)
        return self.simulator.stored()[-1]


def _mounted(context: ErpContext, simulator: Simulator) -> ErpContext:
    return replace(context, clock=ManualClock(), mounts=simulator.mounts)


def test_settings_reach_the_document(tmp_path: Path) -> None:
    """Everything the owner decided stands in what the ERP has stored."""
    order = recorded(138)
    found = Books(tmp_path, **ARRANGED).book(order, DocumentKind.INVOICE)
    assert found["kind"] == "invoice"
    assert found["number"] == "WEB-138"
    assert found["references"] == ["Eva", "Åke Ström", "Märk: Åke/IT"]
    assert found["mail"] == [order.customer.email, "order@example.se"]
    assert (found["cost_centre"], found["project"], found["delivery"]) == ("200", "7", "postnord")
    assert found["extra"] == {"OrgNo": "556016-0680"}
    assert [row["article"] for row in found["rows"]][-1] == "FRAKT-PN"
    assert [(each["account"], each["terms"], each["mode"]) for each in found["payments"]] == [
        ("1510", "30", "F")
    ]


@pytest.mark.parametrize("discounts", ["percent", "rows", "net"])
@pytest.mark.parametrize("cards", ["row", "payment"])
def test_recorded_orders_come_to_the_ore_in_every_setting(tmp_path: Path, discounts: str, cards: str) -> None:
    """The ERP's own sum is the shop's total, and the payments are all of it; the rounding row is an öre at most."""
    books = Books(tmp_path, orders={"discounts": discounts, "gift_cards": cards})
    for order_id in recorded_ids():
        order = recorded(order_id)
        found = books.book(order)
        assert Decimal(found["gross"]) == order.totals.gross, order_id
        rounding = [Decimal(row["price"]) for row in found["rows"] if row["kind"] == "rounding"]
        assert all(abs(each) <= Decimal("0.01") for each in rounding), order_id


def test_discount_in_percent_stands_on_the_row(tmp_path: Path) -> None:
    """Ten percent is ten percent in the ERP too, and the row is what was paid."""
    found = Books(tmp_path).book(recorded(111))
    assert found["rows"][0]["discount"] == "10.00"
    assert (found["rows"][0]["price"], found["gross"]) == ("796.00", "1032.25")


def test_gift_card_as_payment_is_one_of_the_payments(tmp_path: Path) -> None:
    """The document comes to what was bought; card and method together pay it."""
    order = recorded(108, with_cards(("GIVE-1234-ABCD", "300.00")))
    found = Books(tmp_path, orders={"gift_cards": "payment"}).book(order)
    assert found["gross"] == "948.00"
    assert [(each["account"], each["amount"]) for each in found["payments"]] == [
        ("2421", "300.00"),
        ("1580", "648.00"),
    ]


def test_ord_30_start_date_leaves_older_orders_alone_whatever_else_is_set() -> None:
    """An order from before is not sent, whatever its status or total; from the moment on it is."""
    policy = Policy(trigger_statuses={"processing"}, starts_at=NOON)
    old, new = (
        an_order(created_at=NOON - timedelta(seconds=1)),
        an_order(a_line("0.00", "0.00"), created_at=NOON),
    )
    skip = decide(old, policy=policy, now=NOON, first_seen_at=None, queued=False)
    assert isinstance(skip, Skip)
    assert skip.code is SkipCode.BEFORE_START
    assert isinstance(decide(new, policy=policy, now=NOON, first_seen_at=None, queued=False), Send)
