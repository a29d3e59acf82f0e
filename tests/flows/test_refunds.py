"""Refunds are noticed whatever the dates say, and credited once whatever goes wrong on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bridge import crash
from bridge.errors import BridgeError, Rejected
from bridge.flows import notices
from bridge.flows.health import Health
from bridge.flows.polling import Poller
from bridge.model.documents import Key, Purpose
from bridge.model.orders import Order, OrderRef, Refund
from bridge.model.texts import say
from bridge.store.records import State
from tests.builders import a_ref, an_order
from tests.flows.conftest import House
from tests.support.fakes import FakeShop, Mode
from tests.support.refunds import ONE, credits_of, fault_text, refund_state, retry


def test_m_8_refund_whose_order_did_not_move_is_found_by_the_sweep(booked: House):
    """The poll sees nothing new; the daily reading looks at the ids."""
    booked.shop.put(an_order(order_id=5))
    booked.collector.poll("main")
    booked.clock.advance(60)
    booked.shop.refund("1234", "100.00", ONE, moves=False)
    booked.collector.poll("main")
    booked.drain()
    assert credits_of(booked) == []
    booked.collector.sweep("main", days=30)
    booked.drain()
    assert credits_of(booked) == ["-100.00"]


def test_m_8_refund_whose_order_did_not_move_is_found_in_the_shops_list(booked: House):
    """Also on an order too old for the sweep; the second reading adds nothing, and a stranger's refund neither."""
    booked.shop.refund("1234", "100.00", ONE, moves=False)
    booked.shop.orders["99"] = an_order(order_id=99)
    booked.shop.refund("99", "100.00", moves=False)
    assert booked.refunds.recent("main") == 1
    assert booked.refunds.recent("main") == 0
    booked.drain()
    assert credits_of(booked) == ["-100.00"]
    booked.collector.sweep("main", days=30)
    assert refund_state(booked) is State.DONE


def test_shop_without_a_list_of_refunds_is_left_to_the_sweep(booked: House):
    """An older WooCommerce; nothing to tell anybody."""
    booked.shop.lists_refunds = False
    assert booked.refunds.recent("main") is None


def test_list_of_refunds_that_fails_is_told_and_forgotten_when_it_works(booked: House):
    """By the poller, which also leaves a shop in peace that is being left in peace."""
    poller = Poller(
        store=booked.store, collector=booked.collector, refunds=booked.refunds, sweep_days={"main": 30},
        health=Health(), clock=booked.clock,
    )  # fmt: skip
    booked.shop.mode = Mode.DOWN
    assert poller.refunds("main") is None
    assert [str(each.what) for each in notices.kept(booked.store, "refunds:main")] == ["Nobody answers."]
    booked.shop.mode = Mode.GOOD
    assert poller.refunds("main") == 0
    assert notices.kept(booked.store, "refunds:main") == ()
    booked.shop.mode = Mode.DOWN
    poller.poll("main")
    booked.shop.mode = Mode.GOOD
    booked.shop.refund("1234", "100.00", ONE, moves=False)
    assert poller.refunds("main") is None
    booked.clock.advance(timedelta(hours=1).total_seconds())
    assert poller.refunds("main") == 1


def test_refund_deleted_after_its_credit_is_told_once_and_never_undone(booked: House):
    """It needs a person: the credit stands. Retry looks again; Drop is the end of it."""
    refund_id = booked.shop.refund("1234", "100.00", ONE)
    booked.collector.poll("main")
    booked.drain()
    booked.shop.delete_refund("1234", refund_id)
    for _ in range(2):
        booked.collector.sweep("main", days=30)
        booked.drain()
    told = f"{refund_id}:deleted"
    assert refund_state(booked, told) is State.PARKED
    assert "was deleted in the shop after it was credited as N2. The credit stands." in fault_text(
        booked, told
    )
    retry(booked, told)
    assert refund_state(booked, told) is State.PARKED
    entry = booked.entry(purpose=Purpose.REFUND, detail=told)
    booked.store.outbox.drop([entry.id], who="Eva", reason="undone by hand", now=booked.clock.now())
    booked.collector.sweep("main", days=30)
    assert booked.drain() == []
    assert credits_of(booked) == ["-100.00"]


def test_refund_that_only_seemed_deleted_is_found_again_by_retry(booked: House):
    """A shop with half an answer; the news is taken back when somebody asks."""
    refund_id = booked.shop.refund("1234", "100.00", ONE)
    booked.collector.poll("main")
    booked.drain()
    kept = booked.shop.paid_back["1234"]
    booked.shop.delete_refund("1234", refund_id)
    booked.collector.sweep("main", days=30)
    booked.shop.paid_back["1234"] = kept
    retry(booked, f"{refund_id}:deleted")
    assert refund_state(booked, f"{refund_id}:deleted") is State.DONE
    assert credits_of(booked) == ["-100.00"]


def test_order_read_with_too_few_refunds_is_not_believed_alone(booked: House):
    """The order's own list is short, the list of refunds is whole: nothing is taken back."""
    booked.shop.refund("1234", "100.00", ONE)
    booked.collector.poll("main")
    booked.drain()
    order = booked.shop.orders["1234"]
    assert isinstance(order, Order)
    booked.shop.put(replace(order, refund_ids=(), refunded=Decimal(0)))
    booked.collector.poll("main")
    assert booked.store.reads.by_key(Key(a_ref(), Purpose.REFUND, "70:deleted")) is None


class OddShop(FakeShop):
    """One of whose refunds cannot be read, for a while."""

    odd = True

    def refunds(self, ref: OrderRef) -> tuple[Refund, ...]:
        """Refuses, as the adapter does."""
        if self.odd:
            raise Rejected(say("amount is empty."), field="refunds", advice=say("Correct it in the shop."))
        return tuple(super().refunds(ref))


def test_refund_nobody_can_read_is_parked_and_credited_once_it_can_be(booked: House):
    """It neither vanishes nor stops other orders; mended in the shop, a Retry sends it."""
    shop = OddShop(name="main", clock=booked.clock, orders=booked.shop.orders)
    booked.shop = shop
    booked.build()
    shop.refund("1234", "100.00", ONE)
    booked.shop.put(an_order(order_id=5))
    booked.collector.poll("main")
    booked.drain()
    assert booked.state(5) is State.DONE
    assert "amount is empty. Correct it in the shop." in fault_text(booked)
    retry(booked)
    assert refund_state(booked) is State.PARKED
    shop.odd = False
    booked.collector.sweep("main", days=30)
    assert refund_state(booked) is State.PARKED
    retry(booked)
    assert refund_state(booked) is State.DONE
    assert credits_of(booked) == ["-100.00"]
    booked.collector.sweep("main", days=30)
    assert booked.drain() == []


def test_refund_that_was_unreadable_is_read_again_by_retry_alone(booked: House):
    """Without waiting for the next reading; one that is gone from the shop says so."""
    shop = OddShop(name="main", clock=booked.clock, orders=booked.shop.orders)
    booked.shop = shop
    booked.build()
    shop.refund("1234", "100.00", ONE)
    booked.collector.poll("main")
    shop.odd = False
    kept = shop.paid_back["1234"]
    shop.paid_back["1234"] = []
    retry(booked)
    assert "The shop has no refund 70 on this order" in fault_text(booked)
    shop.paid_back["1234"] = kept
    retry(booked)
    detail = booked.detail(purpose=Purpose.REFUND, detail="70")
    assert detail.body is not None
    assert detail.entry.gross == Decimal("-100.00")
    shop.refund("1234", "100.00")  # the rest: what was credited counts
    booked.collector.poll("main")
    booked.drain()
    assert credits_of(booked) == ["-100.00", "-100.00"]
    shop.paid_back["1234"].append(replace(kept[0], id="99"))
    shop._refunded("1234", moves=True)
    booked.collector.poll("main")
    booked.drain()
    assert "only 0.00 is left" in fault_text(booked, "99")


def test_shop_that_fails_when_asked_about_refunds_loses_none(booked: House):
    """The order is stored, the cursor stands, and the next poll finds the refund."""
    booked.shop.refund("1234", "100.00", ONE)
    real = booked.shop.refunds
    booked.shop.refunds = lambda _ref: (_ for _ in ()).throw(BridgeError("down"))  # type: ignore[method-assign,assignment]
    with pytest.raises(BridgeError):
        booked.collector.poll("main")
    booked.shop.refunds = real  # type: ignore[method-assign]
    booked.collector.poll("main")
    booked.drain()
    assert credits_of(booked) == ["-100.00"]


def test_kill_between_order_and_refund_loses_none(booked: House, monkeypatch: pytest.MonkeyPatch):
    """The page is stored, the refund not yet: the next start reads the page again."""
    booked.shop.refund("1234", "100.00", ONE)

    def die(name: str) -> None:
        if name == "page-stored":
            raise KeyboardInterrupt

    monkeypatch.setattr(crash, "point", die)
    with pytest.raises(KeyboardInterrupt):
        booked.collector.poll("main")
    monkeypatch.undo()
    booked.restart()
    booked.collector.poll("main")
    booked.drain()
    assert credits_of(booked) == ["-100.00"]
