"""Orders no bridge should choke on: each is parked with a clear text or booked, and its neighbours go on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.clock import ManualClock
from bridge.i18n import translator
from bridge.model.documents import Purpose
from bridge.sim.woocommerce import ShopSim
from bridge.store.records import EntryFilter, State
from tests.support.whole import Whole, own_meta
from tests.woo import raw_order, raw_with_row

BEFORE, BAD, AFTER = 1233, 1234, 1235

Order = dict[str, Any]


def rows(count: int) -> Order:
    """An order of so many rows over 100 kr each."""
    order = raw_order()
    line = order["line_items"][0]
    order["line_items"] = [{**line, "id": number} for number in range(1, count + 1)]
    order |= {"total": f"{100 * count}.00", "total_tax": f"{20 * count}.00"}
    order["tax_lines"][0]["tax_total"] = f"{20 * count}.00"
    return order


def without_rate() -> Order:
    """VAT was charged, and nobody says at which percentage."""
    order = raw_order()
    order["tax_lines"] = []
    return order


def named(name: str) -> Order:
    """The buyer and the article bear this name."""
    order = raw_with_row(name=name)
    order["billing"] |= {"first_name": name, "last_name": name, "company": name, "city": name}
    order["shipping"] |= {"first_name": name, "last_name": name}
    order["payment_method_title"] = name
    return order


def without(name: str) -> Order:
    """An order whose row lacks a field."""
    order = raw_order()
    del order["line_items"][0][name]
    return order


def nested(levels: int) -> Order:
    """A plugin keeps a tree in the order's meta."""
    tree: Any = []
    for _ in range(levels):
        tree = [tree]
    return raw_order(meta_data=[{"id": 1, "key": "_tree", "value": tree}])


PARKED = {
    "no rows": (raw_order(line_items=[]), "It has no rows.", "Add its articles in the shop"),
    "total is not the sum": (raw_order(total="150.00"), "50.00 SEK apart", "Recalculate the order"),
    "VAT is not the sum": (raw_order(total_tax="5.00"), "the order says 5.00", "Recalculate the order"),
    "price empty": (raw_with_row(price=""), 'price is ""', "Correct the order"),
    "price null": (raw_with_row(price=None), "price is null", "Correct the order"),
    "price with a comma": (raw_with_row(price="12,50"), 'price is "12,50"', "Correct the order"),
    "price NaN": (raw_with_row(price="NaN"), 'price is "NaN"', "Correct the order"),
    "row total empty": (raw_with_row(total=""), 'total is ""', "Correct the order"),
    "row total null": (raw_with_row(total=None), "total is null", "Correct the order"),
    "row total with a comma": (raw_with_row(total="80,00"), 'total is "80,00"', "Correct the order"),
    "row total missing": (without("total"), "total is", "Correct the order"),
    "order total NaN": (raw_order(total="NaN"), 'total is "NaN"', "Correct the order"),
    "order total missing": (raw_order(total=...), "total is missing", "Correct the order"),
    "currency unknown": (raw_order(currency="XYZ"), "The currency XYZ", "three capital letters"),
    "currency in small letters": (raw_order(currency="sek"), "The currency sek", "three capital letters"),
    "currency without a rate": (raw_order(currency="USD"), "USD", "exchange_rates"),
    "currency missing": (raw_order(currency=...), "currency is missing", "Correct the order"),
    "VAT without a rate": (without_rate(), "20.00 VAT was charged at a rate", "Restore the tax rate"),
    "quantity 0": (raw_with_row(quantity=0), "The quantity of", "Correct the quantity"),
    "rows are no list": (raw_order(line_items="none"), 'line_items is "none"', "Correct the order"),
    "rows missing": (raw_order(line_items=...), "line_items is missing", "Correct the order"),
    "row is null": (raw_order(line_items=[None]), "line_items 1 is null", "Correct the order"),
    "buyer is a list": (raw_order(billing=["Anna"]), "billing is", "Correct the order"),
    "date is none": (raw_order(date_created_gmt="in May"), 'date_created_gmt is "in May"', "Correct the"),
}
"""Name: the order, what is said of it, and what to do about it."""

BOOKED = {
    "500 rows": rows(500),
    "5 MB": raw_order(customer_note="å" * 2_600_000),
    "5 MB of meta": raw_order(meta_data=[{"id": 1, "key": "_log", "value": "x" * 5_000_000}]),
    "half an order nested": nested(300),
    "emoji": named("Maja 🌸👩‍👩‍👧‍👦"),
    "from right to left": named("\u202eمحمد\u200f العلي"),
    "NUL": named("An\x00na\x1b[31m\x85"),
    "markup": named("<script>alert(1)</script>&amp;\"'{}%s\\"),
    "record of a SIE file": named('"\r\n#VER "A" "1" 20260101 "x"\r\n{\r\n}'),
    "half an emoji": named("Anna \ud83c"),
    "very long": named("Ångström " * 2000),
    "no name at all": raw_order(billing={}, shipping=[]),
    "the total of a nothing": raw_order(total="0.00", total_tax="0.00", tax_lines=[], line_items=[
        {**raw_order()["line_items"][0], "subtotal": "0", "subtotal_tax": "0", "total": "0.00",
         "total_tax": "0.00", "taxes": [], "price": 0}]),
    "id as digits in text": raw_order(id="1234"),
}  # fmt: skip


@pytest.fixture
def whole(tmp_path: Path, clock: ManualClock) -> Iterator[Whole]:
    """A shop with two good orders, changed before and after the bad one."""
    shop = ShopSim(now=clock.now, catalogue=False)
    shop.place(raw_order(id=BEFORE, number=str(BEFORE), date_modified_gmt="2026-11-21T11:29:00"))
    shop.place(raw_order(id=BAD, number=str(BAD)))
    shop.place(raw_order(id=AFTER, number=str(AFTER), date_modified_gmt="2026-11-21T11:31:00"))
    made = Whole(tmp_path, clock, {"main": shop})
    yield made
    made.close()


def in_its_place(order: Order) -> Callable[[Any], Any]:
    """The bad order as the shop would never have sent it."""
    return lambda row: order if row["id"] == BAD else row


def good_ones_are_booked(whole: Whole) -> None:
    """And marked."""
    for ident in (BEFORE, AFTER):
        assert whole.state(ident) is State.DONE
        assert whole.state(ident, purpose=Purpose.MARK) is State.DONE
    assert {f"main:{BEFORE}:order", f"main:{AFTER}:order"} <= set(whole.booked())
    assert whole.findings() == []


def said(text: Any, language: str) -> str:
    """As a person reads it."""
    return str(text.render(translator(language)))


@pytest.mark.parametrize("case", PARKED)
def test_bad_order_is_parked_with_what_to_mend_and_mended(whole: Whole, case: str):
    """The fault names the field and the remedy in both languages; corrected in the shop, it goes out by itself."""
    order, what, fix = PARKED[case]
    whole.spoilers["main"].row = in_its_place(order)
    whole.work()
    good_ones_are_booked(whole)
    detail = whole.detail(BAD)
    assert detail is not None
    assert detail.entry.state is State.PARKED
    assert detail.body
    fault = detail.entry.fault
    assert fault is not None
    assert fault.advice is not None
    assert what in said(fault.text, "en")
    assert fix in said(fault.advice, "en")
    assert said(fault.text, "sv") != said(fault.text, "en")
    assert said(fault.advice, "sv") != said(fault.advice, "en")
    assert f"main:{BAD}:order" not in whole.booked()

    whole.spoilers["main"].row = None
    whole.shops["main"].edit(BAD, customer_note="mended")
    whole.pass_time(minutes=1)
    whole.poll()
    whole.bridge.operator.retry([detail.entry.id], who="Anna")
    whole.drain()
    assert whole.state(BAD) is State.DONE
    assert set(whole.booked()) == {f"main:{ident}:order" for ident in (BEFORE, BAD, AFTER)}


@pytest.mark.parametrize("case", BOOKED)
def test_odd_order_is_booked_and_marked_like_any_other(whole: Whole, case: str):
    """Nothing in a name, however odd, gets into the structure of the file."""
    whole.spoilers["main"].row = in_its_place(BOOKED[case])
    whole.work()
    good_ones_are_booked(whole)
    assert whole.state(BAD) is State.DONE
    assert own_meta(whole.shops["main"], BAD)["_orderbro_state"] == "booked"
    assert len(whole.booked()) == 3


@pytest.mark.parametrize("raw", ["twelve", "12a", -3, 0, 1.5, None, True, 2**70, ["1234"]])
def test_order_without_a_usable_id_is_parked_under_one_of_its_own(whole: Whole, raw: object):
    """It can be seen, it is one entry however often it is read, and no real order is ever meant."""
    whole.spoilers["main"].row = in_its_place(raw_order(id=raw))
    whole.work()
    whole.work()
    good_ones_are_booked(whole)
    (entry,) = whole.bridge.store.reads.entries(EntryFilter(states=frozenset({State.PARKED}))).items
    assert entry.key.ref.id.startswith("0")
    assert entry.fault is not None
    assert entry.fault.advice is not None
    assert entry.fault.field == "id"
    assert said(entry.fault.text, "en") == "The shop gave this order no usable id."
    assert said(entry.fault.text, "sv") != said(entry.fault.text, "en")
    assert entry.number == "1234"


def test_order_twice_on_a_page_is_booked_once(whole: Whole):
    """As when rows slide while the page is made."""
    whole.spoilers["main"].page = lambda page: json.dumps([*page, *page])
    whole.work()
    assert len(whole.booked()) == 3
    assert whole.bridge.store.reads.counts()["done"] == 6


PAGES: dict[str, tuple[Callable[[list[Any]], str], str]] = {
    "null in the list": (lambda page: json.dumps([None, *page]), "Row 1 of the shop's list is not an order"),
    "number in the list": (lambda page: json.dumps([*page, 7]), "Row 4 of the shop's list is not an order"),
    "object for a list": (lambda page: json.dumps({"orders": page}), "something else than was asked for"),
    "null for a list": (lambda _: "null", "something else than was asked for"),
    "text for a list": (lambda _: '"none"', "something else than was asked for"),
    "10,000 levels": (
        lambda page: json.dumps(page)[:-1] + "," + "[" * 10_000 + "]" * 10_000 + "]",
        "not JSON",
    ),
    "NaN itself": (lambda page: json.dumps(page).replace('"80.00"', "NaN"), "not JSON"),
    "half of it": (lambda page: json.dumps(page)[:-40], "not JSON"),
    "nothing": (lambda _: "", "not JSON"),
    "a warning before it": (
        lambda page: "<b>Warning</b>: Undefined index in plugin.php" + json.dumps(page),
        "not JSON",
    ),
}
"""Answers that are no use as a whole."""


@pytest.mark.parametrize("case", PAGES)
def test_page_that_is_no_use_is_told_and_read_again(whole: Whole, case: str):
    """Nothing of it is taken, the cursor stands, the owner is told in both languages, and the next poll has all."""
    spoil, what = PAGES[case]
    whole.spoilers["main"].page = spoil
    whole.work()
    assert whole.bridge.store.progress.cursor("orders:main") is None
    assert whole.booked() == {}
    (notice,) = whole.notices()
    assert what in said(notice.what, "en")
    assert said(notice.what, "sv") != said(notice.what, "en")
    assert said(notice.fix, "sv") != said(notice.fix, "en")

    whole.spoilers["main"].page = None
    whole.work()
    assert whole.notices() == ()
    assert len(whole.booked()) == 3


def test_empty_page_moves_nothing(whole: Whole):
    """A failing database answers so too (woocommerce facts, row 3)."""
    whole.spoilers["main"].page = lambda _: "[]"
    whole.work()
    assert whole.bridge.store.progress.cursor("orders:main") is None
    whole.spoilers["main"].page = None
    whole.work()
    assert len(whole.booked()) == 3
