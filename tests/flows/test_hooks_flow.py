"""Plugins in an order's life: asked when it is read, applied when it is sent, told when it is booked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.errors import PluginError, StoreError
from bridge.flows.decide import SkipCode
from bridge.flows.dispatch import Step
from bridge.hooks import Hooks
from bridge.model.documents import Key, Purpose
from bridge.model.orders import LineKind, Order
from bridge.model.texts import say
from bridge.store.records import Seen, State
from tests.builders import a_line, a_ref, an_order
from tests.flows.conftest import House
from tests.support.fakes import Mode
from tests.support.plugins import hooks_of


def plug(house: House, *sources: str) -> Hooks:
    """Start the house with these plugins; returns them."""
    folder = house.folder / f"plugins{len(list(house.folder.glob('plugins*')))}"
    folder.mkdir()
    house.hooks = hooks_of(folder, *sources, clock=house.clock)
    house.build()
    return house.hooks


def sent(house: House) -> list[Order]:
    """What the ERP was given, order by order."""
    return house.erp.given


def seen(house: House) -> Seen:
    """How the order was last seen."""
    return house.store.progress.seen_many([a_ref()])[a_ref()]


def test_ord_36_order_a_plugin_refuses_is_not_sent_and_says_why(house: House):
    """The plugin's own words, with its name, stand beside the order."""
    plug(house, "def accept_order(order): return 'Hämtas i butik.'")
    house.shop.put(an_order())
    assert house.collector.poll("main").skipped == 1
    assert house.drain() == []
    assert seen(house).code == SkipCode.PLUGIN
    assert str(seen(house).reason) == "The plugin my_hooks.py says: Hämtas i butik."


def test_refused_order_is_sent_once_the_plugin_lets_it_through(house: House):
    """Every reading asks again, and the reason follows the plugin."""
    plug(house, "def accept_order(order): return 'A'")
    house.shop.put(an_order())
    house.collector.poll("main")
    plug(house, "def accept_order(order): return 'B'")
    house.collector.sweep("main", days=30)
    assert "says: B" in str(seen(house).reason)
    plug(house, "def accept_order(order): return True")
    house.collector.sweep("main", days=30)
    assert house.drain() == [Step.DONE]


def test_plugin_is_not_asked_about_what_is_not_sent_anyway(house: House):
    """An unpaid order may lack what the plugin looks for."""
    plug(house, "def accept_order(order): raise KeyError")
    house.shop.put(an_order(status="pending"))
    house.collector.poll("main")
    assert seen(house).code == SkipCode.NOT_TRIGGER


def test_accepted_order_is_not_asked_about_again(house: House):
    """What is in the outbox stays there, whatever a plugin says later."""
    house.shop.put(an_order())
    house.collector.poll("main")
    plug(house, "def accept_order(order): return False")
    house.collector.sweep("main", days=30)
    assert house.drain() == [Step.DONE]


def test_order_sent_by_hand_overrules_the_plugin(house: House):
    """A person has the last word."""
    plug(house, "def accept_order(order): return False")
    house.shop.put(an_order())
    house.collector.poll("main")
    house.collector.send(an_order(), who="anna")
    assert house.drain() == [Step.DONE]


def test_failing_accept_order_parks_and_never_skips_or_sends(house: House):
    """Nobody knows whether it may go; other orders go on."""
    plug(
        house,
        "def accept_order(order):\n    if order.ref.id == '1234': raise KeyError(order.customer.email)\n",
    )
    house.shop.put(an_order())
    house.shop.put(an_order(order_id=1235))
    house.collector.poll("main")
    house.drain()
    assert (house.state(), house.state(1235)) == (State.PARKED, State.DONE)
    fault = house.entry().fault
    assert fault is not None
    assert (fault.kind, fault.code, fault.field) == (
        "PluginError",
        "accept_order",
        "my_hooks.py, accept_order",
    )
    assert str(fault.text) == "my_hooks.py failed in accept_order at my_hooks.py:6 (KeyError)."


@pytest.mark.parametrize(
    ("mended", "state", "kind"),
    [
        ("return True", State.DONE, None),
        ("return 'Nej.'", State.PARKED, "PluginRefused"),
        ("raise OSError", State.PARKED, "PluginError"),
    ],
)
def test_retry_asks_the_mended_plugin_what_it_could_not_say(
    house: House, mended: str, state: State, kind: str | None
):
    """Only this once: an order a plugin has let through is not asked about again."""
    plug(house, "def accept_order(order): raise KeyError")
    house.shop.put(an_order())
    house.collector.poll("main")
    plug(house, f"def accept_order(order): {mended}")
    house.store.outbox.retry([house.entry().id], who="anna", reason="", now=house.clock.now())
    house.drain()
    fault = house.entry().fault
    assert (house.state(), fault and fault.kind) == (state, kind)


def test_retry_after_the_plugins_no_sends_all_the_same(house: House):
    """A person has read the reason, and presses once more."""
    plug(house, "def accept_order(order): raise KeyError")
    house.shop.put(an_order())
    house.collector.poll("main")
    plug(house, "def accept_order(order): return 'Nej.'")
    for _ in range(2):
        house.store.outbox.retry([house.entry().id], who="anna", reason="", now=house.clock.now())
        house.drain()
    assert house.state() is State.DONE


def test_map_02_order_is_mapped_when_it_is_sent_and_stored_as_the_shop_made_it(ready: House):
    """The ERP gets the plugin's order, the outbox keeps the shop's."""
    plug(
        ready,
        """
        def map_line(line, order): return replace(line, sku="SE-" + line.sku)
        def map_customer(customer, order): return replace(customer, org_number=order.meta.get("_org", "556000-4615"))
        """,
    )
    before = ready.detail().body
    assert ready.drain() == [Step.DONE]
    (order,) = sent(ready)
    assert (order.lines[0].sku, order.customer.org_number) == ("SE-TVAL-1", "556000-4615")
    assert ready.detail().body == before


def test_mapping_that_loses_an_ore_parks_the_order_with_the_arithmetic(ready: House):
    """Nothing is sent, and the others go on."""
    ready.shop.put(an_order(a_line(kind=LineKind.FEE), order_id=1235))
    ready.collector.poll("main")
    plug(
        ready,
        """
        def map_line(line, order):
            return replace(line, net=line.net - Decimal("0.01")) if line.kind == "product" else line
        """,
    )
    assert sorted(step.value for step in ready.drain()) == ["done", "parked"]
    fault = ready.entry().fault
    assert fault is not None
    assert (fault.kind, fault.code) == ("PluginError", "map_line")
    assert "Its rows come to 99.99 (99.99), but the shop charged 100.00: 0.01 SEK apart." in str(fault.text)
    assert fault.advice is not None
    assert "press Retry" in str(fault.advice)


def test_retry_after_mending_the_plugin_sends_the_new_mapping(ready: House):
    """What is stored is the shop's order, so the mapping is made anew."""
    plug(ready, "def map_order(order): raise KeyError(order.customer.email)")
    assert ready.drain() == [Step.PARKED]
    plug(ready, "def map_order(order): return replace(order, note='ny')")
    ready.store.outbox.retry([ready.entry().id], who="anna", reason="", now=ready.clock.now())
    assert ready.drain() == [Step.DONE]
    assert [order.note for order in sent(ready)] == ["ny"]


def test_doubt_is_kept_when_a_plugin_fails_after_a_lost_reply(ready: House):
    """The document may stand: whoever presses Retry asks the ERP first."""
    ready.erp.mode = Mode.LOST_BEFORE
    ready.dispatcher.step()
    plug(ready, "def map_order(order): raise KeyError")
    for _ in range(3):
        ready.clock.advance(minutes=10)
        ready.drain()
    assert ready.state() is State.PARKED
    assert ready.entry().doubt is not None


def test_document_found_after_a_lost_reply_needs_no_mapping(ready: House):
    """A plugin broken since cannot hide a booking; that it could not be told is noted."""
    ready.erp.mode = Mode.LOST_AFTER
    ready.dispatcher.step()
    ready.erp.mode = Mode.GOOD
    plug(ready, "def map_order(order): raise KeyError\ndef after_booking(order, document): pass")
    ready.clock.advance(minutes=10)
    assert ready.drain() == [Step.DONE]
    assert len(ready.erp.stored) == 1
    assert "my_hooks.py failed in map_order at my_hooks.py:5 (KeyError)." in ready.notes()


def test_after_booking_gets_the_order_as_booked_and_its_document(ready: House):
    """Once the booking is on disk, and before the shop is told."""
    hooks = plug(
        ready,
        """
        HEARD = []
        def map_order(order): return replace(order, note="mappad")
        def after_booking(order, document): HEARD.append((order.note, document.number))
        """,
    )
    assert ready.drain() == [Step.DONE]
    assert hooks._plugins[0].hooks["after_booking"].__globals__["HEARD"] == [("mappad", "N1")]
    assert ready.shop.marks == {"1234": ["N1"]}


def test_failing_after_booking_is_noted_and_undoes_nothing(ready: House):
    """The booking stands, once; the shop is told; the timeline says what the plugin could not do."""
    plug(ready, "def after_booking(order, document): raise OSError(order.customer.email)")
    assert ready.drain() == [Step.DONE]
    assert (ready.state(), len(ready.erp.stored), ready.shop.marks) == (State.DONE, 1, {"1234": ["N1"]})
    assert "my_hooks.py failed in after_booking at my_hooks.py:5 (OSError)." in ready.notes()
    assert "anna" not in ready.notes()
    last = ready.detail().events[-1]
    assert (last.before, last.after) == (State.DONE, State.DONE)


def test_note_that_cannot_be_written_stops_nothing(
    ready: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """A full disk at that moment loses the note, not the telling of the shop."""
    plug(ready, "def after_booking(order, document): raise OSError")

    def full(*_: object, **__: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(ready.store.outbox, "note", full)
    assert ready.drain() == [Step.DONE]
    assert ready.shop.marks == {"1234": ["N1"]}
    assert "note=lost key=main:1234:order" in caplog.text


def test_note_of_an_entry_that_is_gone_is_nothing(ready: House):
    """Pruned in between: there is no timeline left to write in."""
    ready.store.outbox.note(replace(ready.entry(), id=999), note=say("Late."))
    assert "Late." not in ready.notes()


def test_preview_shows_what_the_plugins_make_of_it(ready: House):
    """What the page shows is what would be sent, and a failing plugin is told there too."""
    plug(ready, "def map_order(order): return replace(order, note='x')")
    ready.booker.preview(an_order())
    assert ready.erp.previewed[-1].note == "x"
    plug(ready, "def map_order(order): raise KeyError")
    with pytest.raises(PluginError):
        ready.booker.preview(an_order())


def test_unused_key_is_not_touched_by_plugins(house: House):
    """A plugin's order keeps the key it was found under, so it is booked once, whatever it is called."""
    plug(house, "def map_order(order): return replace(order, ref=replace(order.ref, number='A-77'))")
    house.shop.put(an_order())
    house.collector.poll("main")
    assert house.drain() == [Step.DONE]
    assert [key for _, key, _ in house.erp.stored] == [Key(a_ref(), Purpose.ORDER)]
    assert sent(house)[0].ref.number == "A-77"
