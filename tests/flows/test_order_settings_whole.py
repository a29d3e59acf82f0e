"""Order settings through the whole bridge: from config.ini and the shop's JSON to an ERP that books by article."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.app import Bridge, adapter_options, build
from bridge.clock import ManualClock
from bridge.config import parse
from bridge.errors import UserError
from bridge.flows.dispatch import Step
from bridge.model.documents import Key, Purpose
from bridge.model.orders import OrderRef
from bridge.sim.woocommerce import ShopSim
from bridge.sim.wsgi import mount
from bridge.store.records import Detail, State
from tests.support.slowbooks_server import TOKEN, Simulator
from tests.woo import raw_order

URL = "https://main.example"
CONFIG = """\
[shop main]
url = {url}
consumer_key = {key}
consumer_secret = {secret}
orders_from = 2020-01-01
{shop}
[erp]
type = tests.support.slowbooks
base_url = {books}
token = {token}
{more}
"""


class House:
    """A shop, the sample ERP, and the bridge between them."""

    def __init__(
        self, folder: Path, clock: ManualClock, more: str, *orders: dict[str, Any], shop: str = ""
    ) -> None:
        self.books = Simulator(folder, articles=None)
        self.shop = ShopSim(now=clock.now, orders=orders, catalogue=False)
        text = CONFIG.format(
            url=URL, key=self.shop.key, secret=self.shop.secret, shop=shop, books=self.books.base_url, token=TOKEN,
            more=more,
        )  # fmt: skip
        config = parse(text, adapters=adapter_options, path=folder / "config.ini", environ={})
        mounts = {URL: mount(self.shop.app, sleep=clock.sleep), **self.books.mounts}
        self.bridge: Bridge = build(config, clock=clock, mounts=mounts)

    def run(self) -> list[dict[str, Any]]:
        """Read the shop, send everything, and return what the ERP has stored."""
        self.bridge.poller.poll("main", hurry=True)
        while self.bridge.dispatcher.step() is not Step.IDLE:
            pass
        return self.books.stored()

    def detail(self, order_id: int) -> Detail:
        """An order's entry."""
        key = Key(OrderRef(shop="main", id=str(order_id)), Purpose.ORDER)
        found = self.bridge.store.reads.by_key(key)
        assert found is not None
        return found


@pytest.fixture
def houses() -> Iterator[list[House]]:
    """Closed at the end."""
    made: list[House] = []
    yield made
    for house in made:
        house.bridge.close()


def placed(order_id: int, **changes: Any) -> dict[str, Any]:
    """The order over 100.00 with another id."""
    return raw_order(id=order_id, number=str(order_id), **copy.deepcopy(changes))


def test_ord_02_each_order_becomes_the_document_of_its_payment_method(tmp_path, clock, houses) -> None:
    """One shop, two ways of paying: an invoice and an order, each found again as what it is."""
    more = "[payments]\nkco = 1580 document:invoice terms:30\n"
    houses.append(
        House(tmp_path, clock, more, placed(1, payment_method="kco"), placed(2, payment_method="bacs"))
    )
    stored = houses[0].run()
    assert {each["number"]: each["kind"] for each in stored} == {"1": "invoice", "2": "order"}
    first = houses[0].detail(1)
    assert first.document is not None
    assert first.document.kind.value == "invoice"


def test_ord_12_order_paid_by_gift_card_is_booked_either_way(tmp_path, clock, houses) -> None:
    """The shop's total is what is left to pay; as a row or as a payment, the document passes every comparison."""
    card = [{"id": 1, "key": "_ywgc_applied_gift_cards", "value": {"GIVE-1234-ABCD": 30}}]
    order = placed(1, total="70.00", meta_data=card)
    for setting, gross in (("row", "70.00"), ("payment", "100.00")):
        (tmp_path / setting).mkdir()
        houses.append(House(tmp_path / setting, clock, f"[orders]\ngift_cards = {setting}\n", order))
        (found,) = houses[-1].run()
        assert found["gross"] == gross
        assert houses[-1].detail(1).entry.state is State.DONE


def test_document_the_erp_cannot_make_stops_the_start(tmp_path, clock) -> None:
    """Before an order is touched, with the line that asks for it."""
    with pytest.raises(UserError) as caught:
        House(tmp_path, clock, "[payments]\nkco = 1580 document:voucher\n", placed(1))
    (problem,) = caught.value.problems
    assert str(problem).startswith("[payments] kco: slowbooks cannot make a document of kind voucher.")
