"""Nothing of the buyer's in the log, in an error or on a page for strangers; no secret anywhere."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bridge import logs
from bridge.clock import ManualClock
from bridge.errors import Rejected, Transient, Unauthorised
from bridge.i18n import translator
from bridge.model.documents import Document, DocumentKind, Key, Purpose
from bridge.model.orders import Order
from bridge.model.texts import say
from bridge.sim.woocommerce import ShopSim
from bridge.store.records import EntryFilter, State
from tests.support.whole import PASSWORD, Whole
from tests.web.site import post
from tests.woo import raw_order

KEY, SECRET = "ck_5f3a9c1d7e2b4a6f8c0d", "cs_9e8d7c6b5a4f3e2d1c0b"
BUYER = {
    "first_name": "Markerina",
    "last_name": "Hemlighetsson",
    "company": "Markörbolaget HB",
    "address_1": "Markörgatan 4711",
    "address_2": "c/o Gömdersson",
    "postcode": "998 77",
    "city": "Markörstad",
    "phone": "+46 70 174 06 05",
    "email": "markerina@hemlig.example",
}
PERSON = "19811218-9876"
NOTE, TOKEN = "Ring Gömdersson på dörren", "tok_live_MARKER"
MARKERS = (*BUYER.values(), PERSON, PERSON[2:], "8112189876", NOTE, TOKEN, "+46701740605")
SECRETS = (KEY, SECRET, PASSWORD)
ECHO = json.dumps(
    {"code": "rest_invalid_param", "message": " ".join((BUYER["email"], PERSON, KEY, SECRET)), "data": {}}
).encode()
"""What a shop may throw back at us."""


def an_order(ident: int, **changes: Any) -> dict[str, Any]:
    """An order with all of it."""
    number = {"id": 1, "key": "_billing_person_number", "value": PERSON}
    given: dict[str, Any] = {
        "id": ident, "number": str(ident), "billing": {**BUYER, "country": "SE"},
        "shipping": {**BUYER, "country": "SE"}, "customer_note": NOTE, "transaction_id": TOKEN,
        "meta_data": [number], **changes,
    }  # fmt: skip
    return raw_order(**given)


class Log:
    """Everything the program would have written."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        """All of it."""
        return self.stream.getvalue()


@pytest.fixture
def log() -> Iterator[Log]:
    """The log as set up for the daemon, at INFO; put back afterwards."""
    root, ours = logging.getLogger(), logging.getLogger("bridge")
    before = (root.handlers[:], root.level, ours.level)
    made = Log()
    logs.setup(level=logging.INFO, stream=made.stream)
    yield made
    root.handlers[:], root.level, ours.level = before
    logging.captureWarnings(capture=False)


@pytest.fixture
def whole(tmp_path: Path, clock: ManualClock) -> Iterator[Whole]:
    """A shop with keys that are worth something."""
    made = Whole(tmp_path, clock, {"main": ShopSim(now=clock.now, catalogue=False, key=KEY, secret=SECRET)})
    yield made
    made.close()


def everything(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    """Good, failing, lost, parked, buggy and unauthorised; each with the buyer's data at hand."""
    sim, erp = whole.shops["main"], type(whole.bridge.erp)
    put = erp.put_document

    def place(number: int, **changes: Any) -> None:
        sim.place(an_order(number, date_modified_gmt=f"{whole.clock.now():%Y-%m-%dT%H:%M:%S}", **changes))

    place(1)
    place(2, total="150.00")
    place(4, currency="XYZ")
    place(5, status="on-hold")
    spoilt: dict[int, dict[str, Any]] = {
        6: {"line_items": [None]},
        7: {"billing": list(BUYER.values())},
        8: {"billing": BUYER["first_name"]},
        9: {"billing": {**BUYER, "email": {"x": BUYER["email"]}}},
        10: {"meta_data": [BUYER["phone"], PERSON]},
    }
    for number in spoilt:
        place(number)
    whole.spoilers["main"].row = lambda row: row | spoilt.get(row["id"], {})
    whole.work()

    def failing(error: Exception) -> Any:
        def fail(_self: object, order: Order, key: Key, kind: DocumentKind, **_more: object) -> Document:
            del key, kind
            raise error if error.args else ValueError(f"{order.customer} {SECRET}")

        return fail

    remote = {"channel": "erp", "status": 503, "excerpt": "no room"}
    for number, error in enumerate(
        (
            Transient(say("The ERP is away."), **remote),
            Rejected(say("The ERP does not want it."), field="customer", **remote),
            Unauthorised(say("The ERP does not know us."), **remote),
            ValueError(),
        ),
        20,
    ):
        place(number)
        monkeypatch.setattr(erp, "put_document", failing(error))
        whole.work()
        whole.bridge.operator.resume("erp", who="Markus")
    monkeypatch.setattr(erp, "put_document", put)

    for number, status in enumerate((400, 401, 403, 404, 500, 503), 30):
        place(number)
        whole.poll()
        sim.faults.add("answer", status=status, body=ECHO, match=("PUT", "/orders"), times=1)
        whole.drain()
        whole.bridge.operator.resume("shop main", who="Markus")
    for status in (400, 401, 403, 404, 500, 200):
        sim.faults.add("answer", status=status, body=ECHO, times=2)
        whole.poll()
    sim.faults.clear()
    whole.pass_time(hours=1)
    whole.sweep()
    whole.work()
    sim.faults.add("answer", status=503, body=ECHO, match=("PUT", "/orders"), times=None)
    place(40)
    whole.work()  # this one is left waiting


def leaks(text: str, words: tuple[str, ...]) -> list[str]:
    """Which of them are in it."""
    return [word for word in words if word in text]


def test_log_of_all_paths_holds_no_buyer_and_no_secret(
    whole: Whole, log: Log, monkeypatch: pytest.MonkeyPatch
):
    """Everything that can happen to an order has happened, and the log says so without a word of the buyer's."""
    everything(whole, monkeypatch)
    for word in (
        "order=done",
        "order=parked",
        "order=again",
        "pause=",
        "bug=dispatch",
        "poll=failed",
        "mark=",
    ):
        assert word in log.text, f"{word} did not happen"
    assert leaks(log.text, (*MARKERS, *SECRETS)) == []


def test_log_at_debug_holds_no_secret(whole: Whole, monkeypatch: pytest.MonkeyPatch, log: Log):
    """Who looks for a fault with --verbose can send the log on."""
    logs.setup(level=logging.DEBUG, stream=log.stream, secrets=whole.bridge.config.secrets)
    everything(whole, monkeypatch)
    whole.page().test_client().post("/login", data={"password": PASSWORD, "name": "Anna"})
    assert "level=DEBUG" in log.text
    assert leaks(log.text, SECRETS) == []


def test_log_without_its_mask_holds_no_secret_either(
    whole: Whole, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """The mask is the last line of defence, not the first."""
    caplog.set_level(logging.DEBUG, logger="bridge")
    everything(whole, monkeypatch)
    said = "\n".join(record.getMessage() for record in caplog.records)
    assert "order=done" in said
    assert leaks(said, SECRETS) == []


def test_faults_and_timelines_hold_no_buyer_and_no_secret(whole: Whole, monkeypatch: pytest.MonkeyPatch):
    """What is kept of an error outlives the order's own data."""
    everything(whole, monkeypatch)
    reads, swedish = whole.bridge.store.reads, translator("sv")
    kinds, told = set(), []
    for number in reads.ids(EntryFilter()):
        detail = reads.entry(number)
        assert detail is not None
        told += [event.note.render(swedish) for event in detail.events]
        fault = detail.entry.fault
        if fault is not None:
            kinds.add(fault.kind)
            told += [repr(replace(fault, advice=None)), str(fault.advice), fault.text.render(swedish)]
    told += [f"{each}" for each in whole.notices()]
    assert {"Rejected", "Unreadable", "LostReply", "Bug"} <= kinds
    assert leaks("\n".join(told), (*MARKERS, *SECRETS)) == []


def test_exchanges_hold_no_secret_and_no_person_number(whole: Whole, monkeypatch: pytest.MonkeyPatch):
    """The document itself is shown to those who are logged in; a key or a person number never."""
    everything(whole, monkeypatch)
    reads = whole.bridge.store.reads
    details = [reads.entry(number) for number in reads.ids(EntryFilter())]
    sent = "\n".join(
        f"{each.payload}{each.answer}" for detail in details if detail for each in detail.exchanges
    )
    assert "#VER" in sent
    assert leaks(sent, (*SECRETS, PERSON, PERSON[2:])) == []


def test_pages_for_strangers_hold_no_buyer_and_no_secret(
    whole: Whole, monkeypatch: pytest.MonkeyPatch, log: Log
):
    """Health, readiness, login and every error page; and what the page itself writes to the log."""
    everything(whole, monkeypatch)
    app = whole.page()
    app.config["PROPAGATE_EXCEPTIONS"] = False
    stranger, shown = app.test_client(), ""
    for path in (
        "/health",
        "/ready",
        "/login",
        "/",
        "/outbox",
        "/outbox/1",
        "/nothing",
        f"/{BUYER['first_name']}",
    ):
        shown += stranger.get(path).text.replace(f"/{BUYER['first_name']}", "")
    person = app.test_client()
    assert post(person, "/login", at="/login", password=PASSWORD, name="Anna").status_code == 303
    shown += person.get("/outbox/999999").text + person.post("/outbox/1").text + person.post("/login").text
    monkeypatch.setattr(type(whole.bridge.store.reads), "overview", _bug)
    answer = person.get("/")
    assert answer.status_code == 500
    assert leaks(shown + answer.text, (*MARKERS, *SECRETS)) == []
    assert leaks(log.text, (*MARKERS, *SECRETS)) == []
    assert "page=failed" in log.text


def _bug(*_args: object, **_named: object) -> Any:
    raise ValueError(*BUYER.values(), SECRET)


def test_files_of_the_bridge_are_for_its_owner_alone(whole: Whole, monkeypatch: pytest.MonkeyPatch):
    """The database holds the buyers' addresses."""
    everything(whole, monkeypatch)
    assert whole.state(1) is State.DONE
    assert whole.state(1, purpose=Purpose.MARK) is State.DONE
    folder = whole.bridge.config.bridge.data_dir
    assert [path.name for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077] == []
    assert leaks((folder / "bridge.db").read_bytes().decode("latin-1"), SECRETS) == []
