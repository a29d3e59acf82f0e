"""Specter simulator: pings to the shop's addresses (specter facts, section 5.5)."""

from __future__ import annotations

import threading
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bridge.sim.specter.pings import TRIGGERS
from tests.support.specter_account import Client


class Shop:
    """The other end: answers as it is told to."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.answer = "1;Done"
        self.down = False

    def __call__(self, url: str) -> str:
        """One call."""
        if self.down:
            raise OSError("nobody there")
        self.calls.append(url)
        return self.answer


@pytest.fixture
def shop() -> Shop:
    """A shop that answers well."""
    return Shop()


@pytest.fixture
def client(tmp_path: Path, shop: Shop) -> Client:
    """An account at noon whose every trigger has an address."""
    made = Client(tmp_path)
    made.customer()
    made.sim.bell.urls = {each: f"https://shop.example/ping?calltype={each}&pskey=s" for each in TRIGGERS}
    made.sim.bell.caller = shop
    return made


def kinds(shop: Shop) -> list[str]:
    """Which triggers were called."""
    return [parse_qs(urlsplit(url).query)["calltype"][0] for url in shop.calls]


def test_every_change_calls_its_address(client: Client, shop: Shop) -> None:
    """Whoever made it."""
    client.sim.goods.put("CUP", name="Kopp")
    client.sim.goods.set_stock("CUP", Decimal(4))
    assert kinds(shop) == ["article", "stock"]
    number = client.order("1", ("CUP", 1, "1", 25))
    assert kinds(shop)[2:] == ["stock"]
    client.sim.deliver(number)
    assert kinds(shop)[3:] == ["order"]


def test_invoice_and_removal_tell_numbers(client: Client, shop: Shop) -> None:
    """The order's and the invoice's, or the order's alone."""
    one, two = client.order("1"), client.order("2")
    shop.calls.clear()
    invoice = client.sim.invoice(one)
    client.sim.annul(two)
    by_kind = dict(zip(kinds(shop), shop.calls, strict=True))
    assert by_kind["invoice"].endswith(f"&pskey=s&orderId={one}&invoiceId={invoice}")
    assert by_kind["removed"].endswith(f"&orderNo={two}")


def test_address_without_a_query_gets_one(client: Client, shop: Shop) -> None:
    """And a trigger without address is not called."""
    client.sim.bell.urls = {"removed": "https://shop.example/gone"}
    client.sim.annul(client.order("1"))
    assert shop.calls == ["https://shop.example/gone?orderNo=100001"]


def test_only_the_right_answer_counts_as_heard(client: Client, shop: Shop) -> None:
    """What was not heard can be called again; nobody does so by himself."""
    shop.answer = "<html>Welcome</html>"
    client.sim.goods.put("CUP")
    shop.down = True
    client.sim.goods.set_stock("CUP", Decimal(4))
    assert [(each.trigger, each.heard) for each in client.sim.bell.rings] == [
        ("article", False),
        ("stock", False),
    ]
    assert client.sim.bell.rings[1].answer is None
    shop.down, shop.answer = False, "1;Done\n"
    client.sim.bell.again()
    assert [(each.trigger, each.heard) for each in client.sim.bell.rings] == [
        ("article", True),
        ("stock", True),
    ]


def test_nobody_to_call_with_is_not_heard(client: Client) -> None:
    """The simulator has no network of its own."""
    client.sim.bell.caller = None
    client.sim.goods.put("CUP")
    assert [each.heard for each in client.sim.bell.rings] == [False]


def test_whoever_answers_may_come_in_by_the_door(client: Client) -> None:
    """From a thread of its own too: the account is not locked while the bell rings."""
    seen: list[dict[str, str]] = []

    def answer(_url: str) -> str:
        reader = threading.Thread(target=lambda: seen.append(client.stock("b1")))
        reader.start()
        reader.join(timeout=20)
        return "1;Done"

    client.sim.bell.caller = answer
    client.sim.goods.set_stock("MUG", Decimal(4))
    assert seen == [{"MUG": "4"}]
