"""The whole file: shops, unknown names, and everything wrong at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from bridge.config import load, parse, peek_language
from bridge.config.example import ORDER
from bridge.config.loading import CORE
from bridge.config.option import option
from bridge.errors import ConfigError
from tests.support.configs import SHOP, adapters, problems, read

KEYS = "url = https://shop.example\nsecret = ck_1\n"


def test_every_shop_gets_a_section_of_its_own():
    """Two shops share nothing but the ERP."""
    other = KEYS.replace("shop.", "b2b.")
    config = read(f"[shop main]\n{KEYS}[shop b2b-2]\n{other}poll_every = 5m\n")
    assert list(config.shops) == ["main", "b2b-2"]
    assert config.shops["b2b-2"].section.poll_every.total_seconds() == 300


@pytest.mark.parametrize("name", ["Main", "butik å", "a" * 21, "a:b", "../x"])
def test_shop_name_that_would_not_do_in_a_key_is_refused(name: str):
    """The name stands in keys and file names for ever."""
    assert problems(f"[shop {name}]\n{KEYS}") == [
        (
            f"config.ini:1 [shop {name}]: {name} cannot be the name of a shop. Use at most 20 of a-z, 0-9, _ and -, "
            "like [shop main]."
        )
    ]


def test_shop_without_a_name_is_told_to_take_one():
    """The bare word is a likely slip."""
    assert problems(f"[shop]\n{KEYS}") == [
        "config.ini:1 [shop]: The shop has no name. Write one after the word: [shop main]."
    ]


def test_file_without_a_shop_is_refused():
    """There would be nothing to do."""
    assert problems("[bridge]\n") == [
        "config.ini: There is no shop. Add a section [shop main] with the shop's address and keys."
    ]


@pytest.mark.parametrize(
    ("key", "advice"),
    [
        ("langage", "Did you mean language?"),
        ("Language", "Did you mean language?"),
        ("listen", "It belongs in [web]."),
        ("poll_every", "It belongs in [shop main]."),
        ("qqqqq", "Possible: data_dir, language, mode, plugins, retention, timezone, workers."),
    ],
)
def test_unknown_option_is_refused_with_a_suggestion(key: str, advice: str):
    """A misspelt line must not be silently without effect."""
    assert problems(f"{SHOP}[bridge]\n{key} = x\n") == [
        f"config.ini:5 [bridge] {key}: There is no option {key} here. {advice}"
    ]


@pytest.mark.parametrize(
    ("section", "advice"),
    [
        ("webb", "Did you mean [web]?"),
        ("shopp main", "Did you mean [shop main]?"),
        (
            "zzzzz",
            f"Possible: [shop main], {', '.join(f'[{each}]' for each in CORE)}.",
        ),
    ],
)
def test_unknown_section_is_refused_with_a_suggestion(section: str, advice: str):
    """Its lines would be without effect."""
    assert problems(f"{SHOP}[{section}]\nx = 1\n") == [
        f"config.ini:4: There is no section [{section}]. {advice}"
    ]


def test_unknown_type_is_refused_once_and_its_keys_are_left_alone():
    """Who misspells the ERP's name is not told that all its options are unknown too."""
    assert problems(f"{SHOP}[erp]\ntype = sei\ncompany = x\n") == [
        "config.ini:5 [erp] type: There is no adapter sei. Did you mean sie?"
    ]


def test_unknown_type_without_further_advice_still_has_a_remedy():
    """An adapter registry that gives no problem list is answered for."""

    def strict(kind: str, name: str) -> type:
        from bridge.errors import UserError

        if kind == "erp":
            raise UserError("no such thing")
        return adapters(kind, name)

    with pytest.raises(ConfigError) as caught:
        parse(SHOP, adapters=strict, environ={})
    assert [str(problem) for problem in caught.value.problems] == [
        "config.ini [erp] type: no such thing Write one of the types the documentation lists."
    ]


def test_all_problems_come_at_once_down_the_file():
    """The owner mends the file in one go; faults of shape, value, name and sense together."""
    text = (
        "[bridge]\nmode = shaddow\nmode = live\nretention = 0\ntimezone = Europe/Nowhere\n"
        "[shop main]\nurl = shop.example\npoll_every = 1s\ntrigger_statuses = pending\n"
        "[web]\nlisen = x\nlisten = 0.0.0.0:1\n[webb]\n"
    )
    places = [line.partition(": ")[0] for line in problems(text)]
    assert places == [
        "config.ini:2 [bridge] mode",
        "config.ini:3 [bridge] mode",
        "config.ini:4 [bridge] retention",
        "config.ini:5 [bridge] timezone",
        "config.ini:7 [shop main] url",
        "config.ini:8 [shop main] poll_every",
        "config.ini:9 [shop main] trigger_statuses",
        "config.ini:11 [web] lisen",
        "config.ini:12 [web] listen",
        "config.ini:13",
        "config.ini [shop main] secret",
    ]


def test_error_names_the_file_it_is_about(tmp_path: Path):
    """With several bridges on one machine the path matters."""
    path = tmp_path / "butik.ini"
    path.write_text("[shop main]\n")
    with pytest.raises(ConfigError) as caught:
        load(path, adapters=adapters)
    assert str(caught.value).splitlines() == [
        f"The configuration {path} cannot be used.",
        "  butik.ini [shop main] url: This line is missing or empty. The shop's address.",
        "  butik.ini [shop main] secret: This line is missing or empty. The shop's key.",
    ]


def test_settings_say_where_each_value_came_from():
    """The line, the variable, the file, or the default; in the order of the example."""
    lines = "[payments]\nbacs = 1510\n[shipping]\nflat_rate = article:F\n[fields]\n_ref = text\n"
    config = read(f"{SHOP}[erp]\nkey = env:K\n{lines}", K="v")
    origins = {f"[{each.section}] {each.key}": str(each.origin) for each in config.settings}
    assert origins["[shop main] url"] == "line 2"
    assert origins["[erp] key"] == "line 5, environment variable K"
    assert origins["[erp] whole"] == "default"
    assert origins["[payments] bacs"] == "line 7"
    sections = list(dict.fromkeys(each.section for each in config.settings))
    assert sections == list(ORDER)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("[bridge]\nlanguage = en\nbroken", "en"),
        ("[bridge]\nlanguage = sv\n", "sv"),
        ("[bridge]\n", "sv"),
        ("", "sv"),
        ("[bridge]\nlanguage = de\n", None),
    ],
)
def test_language_is_known_however_broken_the_file_is(tmp_path: Path, text: str, language: str | None):
    """A complaint about the file comes in the language the file asks for."""
    path = tmp_path / "config.ini"
    path.write_text(text)
    assert peek_language(path) == language


def test_language_of_a_file_that_is_not_there_is_unknown(tmp_path: Path):
    """The environment decides then."""
    assert peek_language(tmp_path / "config.ini") is None


def test_value_among_many_that_cannot_be_read_is_refused_alone():
    """One quoted account does not take the others with it, and the named option beside them is bound."""
    assert problems(f'{SHOP}[payments]\nbacs = "1510"\ncod = 1581\n') == [
        "config.ini:5 [payments] bacs: There are quotes around the value. Remove them: they count as part of it."
    ]


def test_required_number_that_is_missing_needs_no_stand_in():
    """There is nothing to check the section's sense with, and the owner is told of the one line."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Numbered:
        """An ERP that must be told its company's number."""

        number: int = option(required=True, help="The company's number.")

    with pytest.raises(ConfigError) as caught:
        parse(
            SHOP, adapters=lambda kind, name: Numbered if kind == "erp" else adapters(kind, name), environ={}
        )
    assert [str(problem) for problem in caught.value.problems] == [
        "config.ini [erp] number: This line is missing or empty. The company's number."
    ]


def test_configuration_knows_where_its_database_is():
    """The daemon and the database commands mean the same file."""
    assert read(f"{SHOP}[bridge]\ndata_dir = /srv/x\n").database == Path("/srv/x/bridge.db")


def test_two_shops_at_one_address_are_refused():
    """Every order would be booked twice, under two names."""
    twin = KEYS.replace("example", "Example/")
    assert problems(f"[shop main]\n{KEYS}[shop old]\n{twin}") == [
        (
            "config.ini:5 [shop old] url: This is the address of [shop main] too. Keep one of the two sections: "
            "every order would be booked twice."
        )
    ]
