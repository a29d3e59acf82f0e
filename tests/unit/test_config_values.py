"""Each type of option: what it accepts, and what it says of the rest."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bridge.config.binding import specs
from bridge.config.values import nearest, shown
from tests.support.configs import SHOP, Colour, ErpOptions, erp, problems

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("text = å, ä = ö %", "å, ä = ö %"),
        ("text =", ""),
        ("whole = 0", 0),
        ("whole = +9", 9),
        ("whole =", 3),
        ("exact = -12.345", Decimal("-12.345")),
        ("exact = 7", Decimal(7)),
        ("flag = Ja", True),
        ("flag = on", True),
        ("flag = nej", False),
        ("flag = 0", False),
        ("span = 90s", timedelta(seconds=90)),
        ("span = 1d12h", timedelta(hours=36)),
        ("words = one,two ,, three", ("one", "two", "three")),
        ("words =", ()),
        ("words = one,\n   two", ("one", "two")),
        ("places = north, south", ("north", "south")),
        ("folder = /var/books", Path("/var/books")),
        ("folder = mina böcker/2026", Path("/etc/bridge/mina böcker/2026")),
        ("moment = 2026-12-01", datetime(2026, 12, 1, tzinfo=STOCKHOLM)),
        ("moment = 2026-12-01 14:30", datetime(2026, 12, 1, 14, 30, tzinfo=STOCKHOLM)),
        ("moment = 2026-12-01T14:30:00Z", datetime(2026, 12, 1, 14, 30, tzinfo=UTC)),
        ("moment =", None),
        ("day = 2026-12-01", date(2026, 12, 1)),
        ("pairs = EUR 11.45, DKK 1.53", {"EUR": "11.45", "DKK": "1.53"}),
        ("prices = EUR 11.45,DKK  1.53", {"EUR": Decimal("11.45"), "DKK": Decimal("1.53")}),
        ("colour = blue", Colour.BLUE),
        ("key = p%ss=w;rd #1", "p%ss=w;rd #1"),
    ],
)
def test_value_of_each_type_is_read(line: str, value: object):
    """A value becomes the type its field declares."""
    name = line.partition(" ")[0]
    assert getattr(erp(line), name) == value


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("whole = 10", "10 is too large. The most is 9."),
        ("whole = -1", "-1 is too small. The least is 0."),
        ("whole = 3.5", "3.5 is not a whole number. Write digits only, like 3."),
        ("whole = ٣", "٣ is not a whole number. Write digits only, like 3."),
        ("exact = 12,50", "12,50 is not a number. Write it with a point, without blanks: 0.05."),
        ("exact = NaN", "NaN is not a number. Write it with a point, without blanks: 0.05."),
        ("exact = 1e3", "1e3 is not a number. Write it with a point, without blanks: 0.05."),
        ("flag = maybe", "maybe is neither yes nor no. Write yes or no."),
        ("span = 0", "0 has no unit. Write s, m, h or d after it: 90s, 15m, 6h, 2d."),
        ("span = -1", "-1 has no unit. Write s, m, h or d after it: 90s, 15m, 6h, 2d."),
        ("span = 1000000000", "1000000000 has no unit. Write s, m, h or d after it: 90s, 15m, 6h, 2d."),
        ("span = 0s", "0s is too small. The least is 1s."),
        ("span = 999999999d", "999999999d is too large. The most is 7d."),
        (
            "span = 999999999999d",
            ("999999999999d is too large. Write a number and s, m, h or d: 90s, 15m, 6h, 2d."),
        ),
        ("span = -5m", "-5m is not a length of time. Write a number and s, m, h or d: 90s, 15m, 6h, 2d."),
        ("span = 5 min", "5 min is not a length of time. Write a number and s, m, h or d: 90s, 15m, 6h, 2d."),
        (
            "span = 60s # hej",
            "60s # hej is not a length of time. A comment needs a line of its own, with # first.",
        ),
        (
            "moment = 1/12 2026",
            (
                "1/12 2026 is not a day. Write year-month-day, and if need be the time: "
                "2026-12-01 or 2026-12-01 14:30."
            ),
        ),
        (
            "moment = 2026-02-30",
            (
                "2026-02-30 is not a day. Write year-month-day, and if need be the time: "
                "2026-12-01 or 2026-12-01 14:30."
            ),
        ),
        (
            "pairs = EUR 11,45",
            (
                "45 is not a name and a value. Write pairs with a blank between and a comma after "
                "each, decimals with a point."
            ),
        ),
        ("pairs = EUR 11, EUR 12", "EUR is there twice. Keep one of them."),
        ("prices = EUR elva", "elva is not a number. Write it with a point, without blanks: 0.05."),
        ("colour = bleu", "bleu is not possible here. Did you mean blue? Possible: red, blue."),
        ("places = north, souht", "souht is not possible here. Did you mean south? Possible: north, south."),
        ("places = qqqqqq", "qqqqqq is not possible here. Possible: north, south."),
        ('text = "Bolaget AB"', "There are quotes around the value. Remove them: they count as part of it."),
        (
            "text = one\n   two",
            (
                "The value goes over several lines. Write it on one line; a new option starts "
                "at the left edge."
            ),
        ),
        (
            "text = " + "x" * 70 + "\n  y",
            (
                "The value goes over several lines. Write it on one line; a new option "
                "starts at the left edge."
            ),
        ),
    ],
)
def test_value_that_cannot_be_read_says_why_and_what_to_write(line: str, complaint: str):
    """A wrong value is shown with its place and the remedy."""
    name = line.partition(" ")[0]
    assert problems(f"{SHOP}[erp]\n{line}\n") == [f"config.ini:5 [erp] {name}: {complaint}"]


def test_value_that_is_very_long_is_shown_short():
    """A pasted novel does not fill the screen."""
    (line,) = problems(f"{SHOP}[erp]\nwhole = {'9' * 500}\n")
    assert f"{'9' * 57}... is not a whole number." in line


def test_text_in_one_quote_keeps_it():
    """Only a pair around the whole value is a mistake."""
    assert erp('text = 12" skivor').text == '12" skivor'


@pytest.mark.parametrize(
    "line",
    [
        "text = a",
        "whole = 4",
        "exact = 1.50",
        "flag = yes",
        "span = 90s",
        "span = 2h",
        "words = a, b",
        "pairs = EUR 11.45, DKK 1.53",
        "colour = blue",
        "moment =",
        "span = 0s",
    ],
)
def test_shown_value_is_what_the_file_would_say(line: str):
    """What ``config show`` prints can be copied back."""
    name, _, text = line.partition(" =")
    if text.strip() == "0s":
        assert shown(timedelta()) == "0s"
    else:
        assert shown(getattr(erp(line), name)) == text.strip()


def test_nearest_finds_the_word_whatever_its_capitals():
    """Capitals are no reason not to recognise a word."""
    assert nearest("LISTEN", ["listen", "url_prefix"]) == "listen"
    assert nearest("zzz", ["listen"]) is None


def test_option_of_an_unknown_type_is_the_programmer_s_mistake():
    """An option class with a type nobody can read fails loudly and not on the owner's machine only."""
    spec = specs(ErpOptions)[0]
    from bridge.config.values import Place, parse

    place = Place(folder=Path(), zone=STOCKHOLM, environ={})
    with pytest.raises(TypeError, match="complex"):
        parse("1", complex, meta=spec.meta, place=place)
