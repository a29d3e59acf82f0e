"""The words everything is written in: amounts, sentences, order references, crash points, clocks."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge import crash
from bridge.clock import ManualClock, SystemClock
from bridge.model.money import AmountError, amount, cents, decimals, plain, quantity
from bridge.model.orders import OrderRef
from bridge.model.texts import Text, say

PRINTABLE = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("raw", "read"),
    [("79.99", "79.99"), ("-0.50", "-0.50"), (79, "79"), (Decimal("1E+2"), "100"), ("0.123456", "0.123456")],
)
def test_amount_as_a_shop_writes_it_is_read_to_the_last_digit(raw, read):
    """Text, whole numbers and decimals are taken exactly as they are."""
    assert str(amount(raw)) == read


@pytest.mark.parametrize(
    "raw",
    ["", "12,50", "1e5", "NaN", "Infinity", " 1", "1.", "1\n", "١٢", None, True, 1.5, [], Decimal("NaN")],
)
def test_amount_that_is_none_is_refused(raw):
    """Nothing is guessed: a decimal comma, an exponent or an empty field is an error that shows what was there."""
    with pytest.raises(AmountError, match="is not an amount"):
        amount(raw)


def test_amount_that_is_missing_is_called_by_its_json_name():
    """The owner sees null, as the shop sent it."""
    with pytest.raises(AmountError, match=r"^null is not an amount$"):
        amount(None)


def test_quantity_follows_the_rules_of_amounts():
    """Half a metre is a quantity; a word is none."""
    assert quantity("0.5") == Decimal("0.5")
    with pytest.raises(AmountError):
        quantity("two")


@pytest.mark.parametrize(
    ("value", "currency", "rounded"),
    [
        ("0.005", "SEK", "0.01"),
        ("-0.005", "SEK", "-0.01"),
        ("2.675", "SEK", "2.68"),
        ("1.5", "JPY", "2"),
        ("1.0005", "KWD", "1.001"),
    ],
)
def test_cents_rounds_halves_away_from_zero_in_the_currencys_own_unit(value, currency, rounded):
    """Öre for kronor, whole yen, thousandths of a dinar."""
    assert str(cents(Decimal(value), currency)) == rounded


def test_decimals_of_a_currency():
    """Two, unless ISO 4217 says otherwise."""
    assert [decimals(currency) for currency in ("SEK", "JPY", "KWD")] == [2, 0, 3]


def test_plain_has_neither_exponent_nor_minus_zero():
    """What a person and an ERP can read."""
    assert plain(Decimal("-0.00")) == "0.00"
    assert plain(Decimal("1E+3")) == "1000"
    assert plain(Decimal("-1.50")) == "-1.50"


@given(st.dictionaries(st.from_regex(r"[a-z]+", fullmatch=True), PRINTABLE), PRINTABLE)
def test_text_survives_the_database(values, template):
    """What is stored is what is read, whatever stood in it."""
    text = Text(template, values)
    assert Text.from_json(text.to_json()) == text


@pytest.mark.parametrize("stored", [None, ""])
def test_text_that_was_never_stored_is_none(stored):
    """No sentence is no sentence, not an empty one."""
    assert Text.from_json(stored) is None


@pytest.mark.parametrize("stored", ["plain words", "[1]", '{"t": 1}', '{"t": "x", "v": 3}'])
def test_text_of_another_form_is_shown_as_it_is(stored):
    """A hand-made row in the database breaks no page."""
    assert str(Text.from_json(stored)) == stored


def test_text_whose_translation_does_not_fit_is_english():
    """A wrong sentence is worse than an English one."""
    text = say("Order {number} waits.", number=7)
    assert text.render({"Order {number} waits.": "Order {number} väntar."}.__getitem__) == "Order 7 väntar."
    assert text.render(lambda _: "Order {nummer} väntar.") == "Order 7 waits."


def test_text_with_an_unknown_place_shows_the_place():
    """A place nobody filled is visible, not an error on the way to telling an error."""
    assert str(Text("{a} and {b}", {"a": "1"})) == "1 and {b}"


def test_order_ref_reads_what_it_prints():
    """``main:1234`` there and back; the number the buyer sees is no part of who it is."""
    ref = OrderRef(shop="main", id="1234", number="2026-17")
    assert OrderRef.parse(str(ref)) == ref


@pytest.mark.parametrize("text", ["", "1234", "main:", ":1234", "main:12a", "main:1:order"])
def test_order_ref_of_another_form_is_refused(text):
    """Only shop and number make a reference."""
    with pytest.raises(ValueError, match="shop:id"):
        OrderRef.parse(text)


def test_crash_point_that_does_not_exist_is_refused(monkeypatch):
    """A misspelt point would kill nothing, and the test that named it would prove nothing."""
    monkeypatch.setenv("ORDERBRO_CRASH_AT", "bookd")
    with pytest.raises(ValueError, match="bookd"):
        crash.arm()


def test_crash_kills_at_the_armed_point_only(monkeypatch):
    """Other points pass; the armed one ends the process as kill -9 would."""
    ends: list[int] = []
    monkeypatch.setattr("os._exit", ends.append)
    monkeypatch.setenv("ORDERBRO_CRASH_AT", "booked")
    crash.arm()
    crash.point("claimed")
    assert ends == []
    crash.point("booked")
    monkeypatch.delenv("ORDERBRO_CRASH_AT")
    crash.arm()
    crash.point("booked")
    assert ends == [137]


def test_manual_clock_moves_only_when_told():
    """Advancing moves both clocks, a jump the wall clock alone."""
    clock = ManualClock()
    start = clock.now()
    clock.advance(hours=2)
    clock.jump(start - timedelta(days=1))
    assert clock.monotonic() == 1000 + 7200
    assert clock.now() == start - timedelta(days=1)


def test_manual_clock_waits_in_no_time():
    """A wait takes its time on the clock, none on the wall, and ends at once if the event is set."""
    clock, event = ManualClock(), threading.Event()
    clock.sleep(5)
    assert not clock.wait(event, 10)
    event.set()
    assert clock.wait(event, 10)
    assert clock.monotonic() == 1015
    assert clock.token() != clock.token()
    assert clock.uniform(1, 3) == 3


def test_system_clock_is_the_real_thing():
    """Aware UTC, a monotonic clock that goes on, waits that end, tokens nobody guesses."""
    clock, event = SystemClock(), threading.Event()
    before = clock.monotonic()
    assert clock.now().utcoffset() == timedelta()
    assert not clock.wait(event, 0)
    clock.sleep(0)
    assert clock.monotonic() >= before
    assert clock.token() != clock.token()
    assert 1 <= clock.uniform(1, 2) <= 2


def test_sentence_inside_a_sentence_is_translated_too_and_survives_storage():
    """What a sentence quotes is read in the reader's language, also after years in the database."""
    outer = say("{first} And {count} more.", first=say("No {thing}.", thing="VAT"), count=2)
    back = Text.from_json(outer.to_json())
    assert back == outer
    words = {"No {thing}.": "Ingen {thing}.", "{first} And {count} more.": "{first} Och {count} till."}
    assert back.render(lambda text: words.get(text, text)) == "Ingen VAT. Och 2 till."
    assert str(outer) == "No VAT. And 2 more."
