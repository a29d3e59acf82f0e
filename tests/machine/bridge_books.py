"""What the bridge machine's ERP holds of an order, held against what its shop says."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal

from bridge.flows.changes import CALLED_OFF, AfterBooking, CalledOff
from bridge.model.documents import Document, DocumentKind, Key, Purpose
from bridge.ports import Capability
from bridge.store.records import EntryFilter, State
from tests.flows.conftest import House
from tests.support.fake_afterwards import STEPS
from tests.support.fakes import FakeShop, Mode

ERP_MODES = [mode for mode in Mode if mode is not Mode.BUG]
SHOP_MODES = [Mode.GOOD, Mode.DOWN, Mode.LOCKED, Mode.THROTTLED, Mode.LOST_AFTER, Mode.LOST_BEFORE]
STATUSES = ["pending", "on-hold", "processing", "completed", "cancelled", "refunded"]
SETTLE = timedelta(minutes=2)
ABILITIES = [
    frozenset({Capability.CREDITS, Capability.FINALISES, *more})
    for more in ((), (Capability.AMENDS,), (Capability.AMENDS, Capability.CANCELS))
]
WANTS = [(), ("mail",), ("invoice", "mail"), STEPS]
"""What the settings want of a document once it stands."""


class BridgeBooks:
    """The reckoning; the machine adds the life."""

    house: House
    shop: FakeShop
    by_hand: set[str]

    def made(self, order_id: str) -> list[Document]:
        """Every document of the order that exists, credits among them, not those that were cancelled."""
        gone = set(self.house.erp.cancelled)
        return [
            document
            for _, key, document in self.house.erp.stored
            if key.ref.id == order_id and document.number not in gone
        ]

    def living(self, order_id: str) -> int:
        """Documents made less those taken back whole; a refund takes back a part."""
        parts = {
            document.number for _, key, document in self.house.erp.stored if key.purpose is Purpose.REFUND
        }
        whole = [one for one in self.made(order_id) if one.number not in parts]
        return sum(-1 if one.kind is DocumentKind.CREDIT else 1 for one in whole)

    def in_books(self, order_id: str) -> Decimal:
        """What the order's documents come to, as they were amended last."""
        amended = dict(self.house.erp.amended)
        return sum(
            (amended.get(one.number, one.gross or Decimal(0)) for one in self.made(order_id)), Decimal(0)
        )

    def nothing_is_on_its_way(self) -> bool:
        """The ERP is not busy with something whose answer got lost."""
        erp, now = self.house.erp, self.house.clock.monotonic()
        return all(at <= now for at, *_ in (*erp.stored, *erp.taken))

    def what_stands_is_finished(self) -> None:
        """Every document that stands, unless a person decided or is asked, has been taken as far as it should go."""
        reads, erp = self.house.store.reads, self.house.erp
        parked = reads.entries(EntryFilter(states=(State.PARKED,)), limit=500).items
        asked = {entry.key.ref.id for entry in parked}
        taken = {(number, step) for _, number, step in erp.taken}
        for order_id in set(self.shop.orders) - self.by_hand - asked:
            documents = self.made(order_id)
            credits_ = [one for one in documents if one.kind is DocumentKind.CREDIT]
            whole = self.living(order_id) < len(documents) - len(credits_)
            for one in (
                credits_ if whole else documents
            ):  # what was taken back whole need not have come so far
                assert {(one.number, step) for step in erp.steps_of(one)} <= taken, (order_id, one.number)

    def books_say_what_the_shop_says(self) -> None:
        """Where nothing waits for a person and none has decided: every edit and cancellation has arrived."""
        rules, reads = self.house.change_rules, self.house.store.reads
        if rules.edited is AfterBooking.TELL or rules.called_off is CalledOff.TELL:
            return
        waiting = {
            entry.key.ref.id for entry in reads.entries(EntryFilter(states=(State.PARKED,)), limit=500).items
        }
        for order_id, order in self.shop.orders.items():
            detail = reads.by_key(replace_key(order))
            sent = detail is not None and detail.entry.state is State.DONE
            if sent and order.status != "pending" and order_id not in self.by_hand | waiting:
                paid_back = sum((each.gross for each in self.shop.paid_back.get(order_id, ())), Decimal(0))
                wanted = Decimal(0) if order.status in CALLED_OFF else order.totals.gross - paid_back
                assert self.in_books(order_id) == wanted, order_id

    def every_refund_is_accounted_for(self) -> None:
        """Of a booked order: one credit, or a person is asked (about it, or about what it waits behind)."""
        reads = self.house.store.reads
        credits_ = Counter(str(key) for _, key, _ in self.house.erp.stored if key.purpose is Purpose.REFUND)
        for order_id, refunds in self.shop.paid_back.items():
            order = reads.by_key(replace_key(self.shop.orders[order_id]))
            if order is None or order.entry.state is not State.DONE or order_id in self.by_hand:
                continue
            for refund in refunds:
                key = Key(refund.ref, Purpose.REFUND, refund.id)
                detail = reads.by_key(key)
                assert detail is not None, key
                if detail.entry.state is State.DONE and detail.entry.document:
                    assert credits_[str(key)] == 1, key
                elif detail.entry.state is State.DONE:
                    assert self.living(order_id) == 0, key  # the whole document was taken back before
                else:
                    assert detail.entry.state is State.PARKED or detail.waits_for, (key, detail.entry)


def replace_key(order):
    """The key under which an order is booked."""
    return Key(order.ref, Purpose.ORDER)
