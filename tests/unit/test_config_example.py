"""The example file: complete, readable, and accepted by the reader."""

from __future__ import annotations

import re

import pytest

from bridge.config import parse
from bridge.config.binding import specs
from bridge.config.example import ORDER, WIDTH, render
from bridge.config.loading import CORE
from bridge.config.sections import ShopSection
from bridge.i18n import translator
from tests.support.configs import ErpOptions, ShopOptions, adapters


def example(language: str = "en") -> str:
    """The example for the made-up shop and ERP."""
    return render(adapters=adapters, translate=translator(language))


def filled(text: str) -> str:
    """With the gaps filled."""
    return text.replace("\nurl =", "\nurl = https://shop.example").replace("\nsecret =", "\nsecret = ck_1")


def test_example_names_every_option_of_every_section():
    """An option that is not in the example does not exist for its owner."""
    lines = re.findall(r"^#?(\w+) = ?", example(), re.MULTILINE)
    classes = [*CORE.values(), ShopSection, ShopOptions, ErpOptions]
    expected = [
        (each.meta.example or "").split(" =")[0] if each.meta.pattern else each.name
        for cls in classes
        for each in specs(cls)
    ]
    assert sorted(lines) == sorted(expected)
    assert set(CORE) | {"shop main"} == set(ORDER)


def test_example_leaves_open_only_what_must_be_filled_in():
    """Everything else stands at its default behind a #."""
    assert re.findall(r"^\w+ =.*", example(), re.MULTILINE) == ["url =", "secret ="]


def test_example_with_its_gaps_filled_is_a_valid_file():
    """Who fills in what is open can start."""
    text = filled(example())
    assert parse(text, adapters=adapters, environ={}).shops["main"].options.url == "https://shop.example"


def test_example_with_every_option_taken_in_is_valid_too():
    """What stands behind the # signs is what may be written there."""
    text = re.sub(r"^#(\w+ =)", r"\1", filled(example()), flags=re.MULTILINE)
    config = parse(text, adapters=adapters, environ={})
    assert config.payments.entries == {"bacs": "1510"}
    assert config.accounts.sales == {"25": "3001"}


def test_example_says_what_is_possible():
    """Choices are listed; an empty one is called that."""
    assert "# Possible: live, shadow.\n" in example()
    assert "# For instance: https://shop.example\nurl =\n" in example()
    assert "# Possible: (empty), order, invoice, voucher.\n" in example()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_example_fits_the_screen(language: str):
    """Comments are wrapped; lines end without blanks and the file with one newline."""
    text = example(language)
    assert all(len(line) <= WIDTH and line == line.rstrip() for line in text.splitlines())
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_example_is_explained_in_the_language_asked_for():
    """The options keep their names, the comments don't."""
    assert "# Adminsidan.\n[web]\n" in example("sv")
    assert "# The admin page.\n[web]\n" in example("en")
