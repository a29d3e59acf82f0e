"""A page in front of a real store, with a shop and an ERP that are not there: what the page tests stand on."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from flask import Flask
from flask.testing import FlaskClient

from bridge.clock import ManualClock
from bridge.config import parse
from bridge.errors import BridgeError, Rejected
from bridge.flows.choosing import Choosing
from bridge.flows.health import Health
from bridge.flows.standing import Choice
from bridge.model.changes import Difference
from bridge.model.codec import digest, dump_order
from bridge.model.documents import Document, DocumentKind, Key, Preview, Purpose
from bridge.model.orders import Order, OrderRef
from bridge.model.texts import Text, say
from bridge.ports import Capability
from bridge.store import Store
from bridge.store.records import Detail, Doubt, Exchange, Fault, NewEntry, Seen
from bridge.web import create_app
from tests.builders import NOON, an_order

PASSWORD = "correct horse battery"
CONFIG = """
[bridge]
language = {language}
mode = {mode}
[web]
listen = 127.0.0.1:8787
{web}
[shop main]
type = toy
[erp]
type = toy
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoOptions:
    """An adapter that has none."""


@dataclass
class FakeOperator:
    """Acts on the real store as the real one does; sends and previews nothing."""

    store: Store
    clock: ManualClock
    sent: list[OrderRef] = field(default_factory=list)
    resumed: list[str] = field(default_factory=list)
    fails: BridgeError | None = None

    def retry(self, ids: Sequence[int], *, who: str, reason: str = "", many: bool = False) -> int:
        """As the real one."""
        return self.store.outbox.retry(ids, who=who, reason=reason, now=self.clock.now(), many=many)

    def drop(self, ids: Sequence[int], *, who: str, reason: str) -> int:
        """As the real one."""
        return self._choosing.drop(ids, who=who, reason=reason)

    @property
    def _choosing(self) -> Choosing:
        return Choosing(store=self.store, clock=self.clock)

    def difference(self, detail: Detail) -> Difference | None:
        """As the real one."""
        return self._choosing.difference(detail)

    def choose(self, entry_id: int, choice: Choice, *, who: str, reason: str = "") -> bool:
        """As the real one."""
        return self._choosing.choose(entry_id, choice, who=who, reason=reason)

    def settle(self, entry_id: int, *, number: str, who: str, reason: str) -> bool:
        """As the real one, without telling the shop."""
        document = Document(kind=DocumentKind.VOUCHER, id=number, number=number)
        return self.store.outbox.settle(
            entry_id, document=document, who=who, reason=reason, now=self.clock.now()
        )

    def send(self, ref: OrderRef, *, who: str) -> Text:  # noqa: ARG002 - as the real one
        """Note the wish."""
        if self.fails:
            raise self.fails
        self.sent.append(ref)
        return say("The order is in the queue.")

    def resume(self, channel: str, *, who: str) -> None:  # noqa: ARG002 - as the real one
        """Note the wish and end the pause."""
        self.resumed.append(channel)
        self.store.progress.resume(channel)

    def preview_refund(self, detail: Detail) -> Preview:
        """As told; a refund of 666.00 is too large."""
        if detail.entry.gross == Decimal("-666.00"):
            raise Rejected(say("It takes back too much."), field="total", advice=say("Look at the order."))
        return self.preview(detail.entry.key.ref)

    def preview(self, ref: OrderRef) -> Preview:  # noqa: ARG002 - as the real one
        """A small document."""
        if self.fails:
            raise self.fails
        return Preview(
            payload='{"total": 79.90}',
            media_type="application/json",
            gross=Decimal("79.90"),
            currency="SEK",
            rows=({"account": "3001", "credit": "63.92", "own": "x"},),
            notes=(say("A name was cut."),),
        )


@dataclass
class FakeErp:
    """Only what it can, and what it says to pings."""

    capabilities: frozenset[Capability] = frozenset()
    secret: str = "open-sesame"
    told: list[Mapping[str, str]] = field(default_factory=list)

    def pinged(self, secret: str, told: Mapping[str, str]) -> str | None:
        """As the port says."""
        self.told.append(told)
        return "1;Done" if secret == self.secret else None


@dataclass
class FakeBridge:
    """The fields of ``bridge.app.Bridge`` that the page uses."""

    config: Any
    store: Store
    clock: ManualClock
    operator: FakeOperator
    erp: FakeErp = field(default_factory=FakeErp)
    health: Health = field(default_factory=Health)
    poke: threading.Event = field(default_factory=threading.Event)
    pinged: threading.Event = field(default_factory=threading.Event)


@dataclass
class Site:
    """One page, and short words for what tests do with it."""

    bridge: FakeBridge
    app: Flask
    password: str = PASSWORD

    @property
    def store(self) -> Store:
        """The store behind it."""
        return self.bridge.store

    def client(self) -> FlaskClient:
        """A browser that nobody has logged in."""
        return self.app.test_client()

    def person(self, name: str = "Anna") -> FlaskClient:
        """A browser of a logged-in person."""
        client = self.client()
        answer = post(client, "/login", at="/login", password=self.password, name=name)
        assert answer.status_code == 303, answer.text
        return client

    def add(self, order: Order | None = None, **changes: Any) -> int:
        """Put an order in the outbox; returns the entry's id."""
        order = order or an_order()
        new: dict[str, Any] = {
            "key": Key(order.ref, Purpose.ORDER), "due_at": NOON, "body": dump_order(order),
            "digest": digest(order), "number": order.ref.number, "gross": order.totals.gross,
            "currency": order.currency, **changes,
        }  # fmt: skip
        self.store.outbox.add(
            NewEntry(**new), who="bridge", note=say("Status {status} in the shop.", status="processing")
        )
        return max(self.store.reads.ids(_every()))

    def claim(self) -> Any:
        """Take the next one, as the dispatcher would."""
        claimed = self.store.outbox.claim(self.bridge.clock.now(), purposes=[Purpose.ORDER])
        assert claimed is not None
        return claimed.entry

    def parked(self, order: Order | None = None, *, exchange: Exchange | None = None, **fault: Any) -> int:
        """Put an order in the outbox, and have it refused."""
        number = self.add(order)
        words: dict[str, Any] = {
            "kind": "Rejected", "text": say("The ERP does not know article {sku}.", sku="TVAL-1"),
            "advice": say("Add the article, then press Retry."), **fault,
        }  # fmt: skip
        self.store.outbox.park(self.claim(), fault=Fault(**words), exchange=exchange)
        return number

    def done(self, order: Order | None = None, *, exchange: Exchange | None = None, link: str = "") -> int:
        """Put an order in the outbox, and have it booked."""
        number = self.add(order)
        entry = self.claim()
        document = Document(
            kind=DocumentKind.VOUCHER, id="77", number="A77", gross=entry.gross, currency="SEK", link=link
        )
        self.store.outbox.finish(entry, document=document, note=say("Booked."), exchange=exchange)
        return number

    def told(self, order: Order | None = None, *, how: str = "done") -> tuple[int, int]:
        """Have an order booked, and the shop told of it or not; returns the ids of both entries."""
        order = order or an_order()
        booked, now, outbox = self.done(order), self.bridge.clock.now(), self.store.outbox
        mark = NewEntry(key=Key(order.ref, Purpose.MARK), due_at=now, digest="A77", number=order.ref.number)
        outbox.add(mark, who="bridge", note=say("Booked as {number}.", number="A77"))
        claimed = outbox.claim(now, purposes=[Purpose.MARK])
        assert claimed is not None
        entry, later = claimed.entry, say("Will be tried again.")
        fault = Fault(
            kind="Unauthorised", text=say("The shop refuses the key."), advice=say("Make a new key.")
        )
        if how == "done":
            note = say("The shop's order bears number {number}.", number="A77")
            outbox.finish(entry, document=None, note=note)
        elif how == "parked":
            outbox.park(entry, fault=fault)
        else:
            doubt = Doubt(since=now) if how == "doubt" else None
            outbox.postpone(entry, due_at=now + timedelta(minutes=20), fault=fault, note=later, doubt=doubt)
        return booked, entry.id

    def skipped(self, order_id: int = 500, **changes: Any) -> OrderRef:
        """Note an order that is not sent."""
        ref = OrderRef(shop="main", id=str(order_id), number=str(order_id))
        seen: dict[str, Any] = {
            "ref": ref, "status": "pending", "digest": "d", "code": "not_trigger",
            "reason": say("Status {status} is not among the statuses that send an order.", status="pending"),
            "gross": Decimal("10.00"), "currency": "SEK", "first_seen_at": NOON, "seen_at": NOON, **changes,
        }  # fmt: skip
        self.store.progress.note_seen(Seen(**seen))
        return ref

    def state(self, number: int) -> str:
        """Where an entry stands."""
        detail = self.store.reads.entry(number)
        assert detail is not None
        return detail.entry.state.value


def _every() -> Any:
    from bridge.store.records import EntryFilter

    return EntryFilter()


def csrf(page: str) -> str:
    """The form token of a page."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert found, "the page has no form of ours"
    return found[1]


def post(client: FlaskClient, path: str, *, at: str = "/", headers: Any = None, **fields: Any) -> Any:
    """Send a form of the page ``at``."""
    token = csrf(client.get(at).text)
    return client.post(path, data={"csrf": token, **fields}, headers=headers)


@contextmanager
def a_site(
    folder: Path, *, language: str = "en", mode: str = "live", web: str = "", password: str | None = PASSWORD
) -> Iterator[Site]:
    """A page with its own database; ``web`` are more lines of the section [web]."""
    clock = ManualClock()
    text = CONFIG.format(language=language, mode=mode, web=web)
    config = parse(text, adapters=lambda _floor, _name: NoOptions, path=folder / "config.ini", environ={})
    store = Store.open(folder / "bridge.db", clock=clock)
    try:
        bridge = FakeBridge(config, store, clock, FakeOperator(store, clock))
        app = create_app(cast("Any", bridge), password=password)
        app.config["TESTING"] = True
        app.config["PROPAGATE_EXCEPTIONS"] = False
        yield Site(bridge, app, password or "")
    finally:
        store.close()
