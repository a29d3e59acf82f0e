"""Shadow mode: everything up to the document, which is kept and not sent."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bridge.errors import Transient, Unauthorised
from bridge.flows.dispatch import Step
from bridge.flows.notices import kept
from bridge.flows.shadow import NOTICE, Rehearsed, Shadow, mark_of
from bridge.model.documents import DocumentKind, Key, Preview
from bridge.model.orders import Order, Totals, Unreadable
from bridge.model.texts import Problem, say
from bridge.store.records import REHEARSED, Exchange, State
from tests.builders import NOON, a_ref, an_order
from tests.flows.conftest import House
from tests.support.fake_customers import FakeCustomerErp, customer_settings
from tests.support.fakes import Mode
from tests.support.plugins import hooks_of


def shadow(house: House, *, mark: str = "m1") -> Shadow:
    """A rehearsal over the house, whose secrets are the word HEMLIG."""
    return Shadow(
        store=house.store,
        booker=house.booker,
        clock=house.clock,
        redact=lambda text: text.replace("HEMLIG", "••••"),
        mark=mark,
    )


def exchanges(house: House, order_id: int = 1234) -> tuple[Exchange, ...]:
    """What is kept beside an order."""
    return house.detail(order_id).exchanges


def test_m_3_due_order_is_tried_and_its_document_kept(ready: House):
    """The exact document stands beside the order; the order waits as before, and nothing was sent."""
    assert shadow(ready).round() == Rehearsed(shown=1)
    (kept_one,) = exchanges(ready)
    assert kept_one.payload == "main:1234:order 100.00"
    assert kept_one.note == REHEARSED + "m1"
    assert (ready.state(), ready.entry().attempts, ready.entry().claim) == (State.WAITING, 0, 0)
    assert "Tried, not sent (mode = shadow)." in ready.notes()
    assert (ready.erp.given, ready.erp.stored, ready.shop.marks) == ([], [], {})


def test_order_is_tried_once_and_again_when_it_or_the_settings_change(ready: House):
    """What is kept is always what would be sent today, and once only."""
    shadow(ready).round()
    assert not shadow(ready).round().any
    ready.clock.advance(minutes=1)
    assert shadow(ready, mark="m2").round().shown == 1
    ready.clock.advance(minutes=1)
    ready.shop.put(an_order(note="ny", totals=Totals(gross=Decimal("100.01"), tax=Decimal("20.00"))))
    ready.collector.poll("main")
    assert shadow(ready, mark="m2").round().shown == 1
    (kept_one,) = exchanges(ready)
    assert (kept_one.payload, kept_one.note) == ("main:1234:order 100.01", REHEARSED + "m2")
    # The second trial came to the same document: nothing to tell.
    assert ready.notes().count("Tried, not sent") == 2


def test_order_that_is_not_due_is_not_tried(house: House):
    """A delay holds in shadow mode too."""
    house.shop.put(an_order())
    house.collector.poll("main")
    house.clock.jump(NOON.replace(year=2025))
    assert not shadow(house).round().any


def test_m_3_order_that_could_not_be_sent_is_parked_as_it_would_be_live(house: House):
    """The owner mends it before it matters; the others are tried."""
    house.shop.put(an_order(totals=Totals(gross=Decimal("90.00"), tax=Decimal("20.00"))))
    house.shop.put(an_order(order_id=1235))
    house.collector.poll("main")
    assert shadow(house).round() == Rehearsed(shown=1, parked=1)
    fault = house.entry().fault
    assert fault is not None
    assert fault.kind == "Rejected"
    assert "100.00" in str(fault.text)
    assert house.store.reads.overview(house.clock.now()).per_day[-1].parked == 1
    house.store.outbox.retry([house.entry().id], who="anna", reason="", now=house.clock.now())
    assert shadow(house).round() == Rehearsed(parked=1)


def test_preview_of_an_order_that_would_be_parked_says_so(house: House):
    """The document is shown all the same: to see what is wrong is what a preview is for."""
    bad = an_order(totals=Totals(gross=Decimal("90.00"), tax=Decimal("20.00")))
    notes = house.booker.preview(bad).notes
    assert str(notes[0]).startswith("It would be parked: Its rows come to 100.00")
    assert house.booker.preview(an_order()).notes == ()


def test_failing_plugin_parks_in_shadow_mode_too(ready: House):
    """Hooks are part of the rehearsal."""
    ready.hooks = hooks_of(ready.folder, "def map_order(order): raise KeyError")
    ready.build()
    assert shadow(ready).round() == Rehearsed(parked=1)
    assert ready.entry().fault is not None
    assert ready.entry().fault.kind == "PluginError"


def test_unreadable_order_is_read_again_and_parked(house: House):
    """As live: the shop may have mended it since."""
    problem = Problem(where="total", what=say("Bad."), fix=say("Mend."))
    raw = Unreadable(ref=a_ref(), status="processing", modified_at=NOON, raw="{}", problems=(problem,))
    house.shop.put(raw)
    house.shop.put(replace(raw, ref=a_ref(1235)))
    house.collector.poll("main")
    house.shop.put(an_order())
    del house.shop.orders["1235"]
    assert shadow(house).round() == Rehearsed(shown=1, parked=1)
    assert house.entry(1235).fault is not None
    assert house.entry(1235).fault.kind == "NotFound"


def test_bug_parks_and_the_rest_goes_on(house: House, monkeypatch: pytest.MonkeyPatch):
    """An error nobody foresaw says no more than its name."""
    house.shop.put(an_order())
    house.shop.put(an_order(order_id=1235))
    house.collector.poll("main")
    show = house.erp.preview

    def broken(order: Order, key: Key, kind: DocumentKind) -> Preview:
        if order.ref.id == "1234":
            raise ZeroDivisionError(order.customer.email)
        return show(order, key, kind)

    monkeypatch.setattr(house.erp, "preview", broken)
    assert shadow(house).round() == Rehearsed(shown=1, parked=1)
    assert house.entry().fault is not None
    assert "anna" not in str(house.entry().fault.text)


@pytest.mark.parametrize("error", [Transient, Unauthorised])
def test_silent_erp_holds_the_rehearsal_up_and_parks_nothing(
    ready: House, monkeypatch: pytest.MonkeyPatch, error: type[Transient]
):
    """It is told, and the next round goes on where this one stopped."""
    show = ready.erp.preview

    def silent(*_: object) -> Preview:
        raise error(say("Nobody answers."), channel="erp", status=503)

    monkeypatch.setattr(ready.erp, "preview", silent)
    assert shadow(ready).round() == Rehearsed(halted=True)
    assert [str(each.what) for each in kept(ready.store, NOTICE)] == ["Nobody answers."]
    assert ready.state() is State.WAITING
    monkeypatch.setattr(ready.erp, "preview", show)
    assert shadow(ready).round() == Rehearsed(shown=1)
    assert kept(ready.store, NOTICE) == ()


def test_arithmetic_and_notes_are_kept_with_the_document_and_secrets_are_not(
    ready: House, monkeypatch: pytest.MonkeyPatch
):
    """What the page shows beside the payload: row by row, and what was changed on the way."""
    made = Preview(
        payload="key=HEMLIG", media_type="text/plain", gross=Decimal("100.00"), currency="SEK",
        rows=(
            {"account": "3001", "debit": "", "credit": "80.00"},
            {"account": "1580", "debit": "100.00", "credit": ""},
        ),
        notes=(say("A name was cut."),),
    )  # fmt: skip
    monkeypatch.setattr(ready.erp, "preview", lambda *_: made)
    shadow(ready).round()
    (kept_one,) = exchanges(ready)
    assert kept_one.payload == "key=••••"
    assert kept_one.answer == "3001  80.00\n1580  100.00\nA name was cut."


def test_going_live_sends_what_was_rehearsed(ready: House):
    """As if it had never been tried: asked once, booked once."""
    shadow(ready).round()
    assert ready.drain() == [Step.DONE]
    assert len(ready.erp.stored) == 1
    assert ready.entry().claim == 1


def test_order_taken_for_sending_meanwhile_is_left_alone(ready: House):
    """Its entry is not as it was when the rehearsal began: neither kept nor parked."""
    (claimed,) = ready.store.outbox.to_rehearse(ready.clock.now(), mark="m1", limit=5)
    ready.erp.mode = Mode.DOWN
    ready.clock.advance(minutes=1)
    ready.dispatcher.step()
    exchange = Exchange(at=ready.clock.now(), payload="x", media_type="text/plain", answer="")
    outbox = ready.store.outbox
    assert not outbox.rehearsed(claimed.entry, mark="m1", exchange=exchange, note=say("Tried."))
    fault = ready.entry().fault
    assert fault is not None
    assert not outbox.rehearsal_failed(claimed.entry, fault=fault)
    assert not [each for each in exchanges(ready) if each.note.startswith(REHEARSED)]


def test_mark_differs_with_the_settings_and_tells_nothing_of_them():
    """It stands beside every document, so it must not be readable."""
    assert mark_of(["a", "bc"]) != mark_of(["ab", "c"])
    assert mark_of(["a"]) == mark_of(["a"])
    assert len(mark_of(["hemligt"])) == 12


@pytest.mark.parametrize(
    ("known", "told"),
    [(0, "No customer fits: one would be made"), (1, "was found by e-mail address"), (2, "")],
)
def test_customer_is_looked_up_and_never_made(house: House, known: int, told: str):
    """Who the buyer would be is asked; several who fit park the order, as they would live."""
    erp = FakeCustomerErp(house.clock)
    for _ in range(known):
        erp.add(email="anna.oberg@example.com")
    house.erp = erp
    house.build()
    house.shop.put(an_order())
    house.collector.poll("main")
    assert shadow(house).round() == (Rehearsed(shown=1) if told else Rehearsed(parked=1))
    assert len(erp.cards) == known
    assert told in "".join(each.answer for each in exchanges(house))


def test_collective_customer_that_is_missing_parks(house: House):
    """Guests could not be booked."""
    house.erp = FakeCustomerErp(house.clock)
    house.customers = customer_settings(collective_customer="1001")
    house.build()
    house.shop.put(an_order())
    house.collector.poll("main")
    assert shadow(house).round() == Rehearsed(parked=1)
    house.erp.add()
    house.store.outbox.retry([house.entry().id], who="anna", reason="", now=house.clock.now())
    assert shadow(house).round() == Rehearsed(shown=1)
