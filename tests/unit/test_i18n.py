"""Every sentence has its Swedish, and the compiled catalogue is the written one."""

from __future__ import annotations

import importlib.machinery
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.mofile import read_mo

from bridge.i18n import DOMAIN, LANGUAGES, TRANSLATIONS, translator
from bridge.model.texts import say

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def texts() -> ModuleType:
    """The script that collects the sentences."""
    loader = importlib.machinery.SourceFileLoader("texts", str(ROOT / "scripts" / "texts"))
    spec = importlib.util.spec_from_loader("texts", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_every_sentence_has_a_swedish_translation_with_the_same_places(texts: ModuleType):
    """Nobody meets half a page in another language, and no value is lost on the way."""
    assert texts.faults(texts.read("sv")) == []


def test_catalogue_holds_nothing_that_nobody_says(texts: ModuleType):
    """A sentence that went from the code goes from the catalogue too."""
    assert {message.id for message in texts.read("sv") if message.id} - set(texts.collect()) == set()


def test_compiled_catalogue_is_in_step_with_the_written_one(texts: ModuleType):
    """What the programs read is what the translator wrote."""
    with texts.po("sv").with_suffix(".mo").open("rb") as file:
        compiled = {message.id: message.string for message in read_mo(file) if message.id}
    assert compiled == {
        message.id: message.string for message in texts.read("sv") if message.id and message.string
    }


def test_translation_starts_and_ends_as_the_sentence(texts: ModuleType):
    """A lost full stop or a blank at the end shows where sentences are joined."""
    wrong = [
        message.id
        for message in texts.read("sv")
        if message.id and message.string and (message.id[-1] in ".?:!") != (message.string[-1] in ".?:!")
    ]
    assert wrong == []


def test_translator_gives_swedish_and_leaves_english_alone():
    """The template is the English sentence."""
    assert translator("sv")("There is no shop.") == "Det finns ingen butik."
    assert translator("en")("There is no shop.") == "There is no shop."


def test_translator_leaves_unknown_sentences_and_nothing_as_they_are():
    """An outside adapter's sentences stay English; the catalogue's header is no translation of nothing."""
    assert translator("sv")("Brand new sentence.") == "Brand new sentence."
    assert translator("sv")("") == ""


def test_translated_sentence_keeps_its_values():
    """The places are filled after translation."""
    text = say("There is no section [{name}].", name="webb")
    assert text.render(translator("sv")) == "Det finns inget avsnitt [webb]."


def test_languages_are_those_of_the_option():
    """Every language but English has a catalogue."""
    for language in LANGUAGES:
        assert language == "en" or (TRANSLATIONS / language / "LC_MESSAGES" / f"{DOMAIN}.mo").is_file()


def test_sentence_put_together_at_run_time_is_refused(texts: ModuleType):
    """Nobody could translate it."""
    with pytest.raises(texts.Dynamic, match="plain string"):
        texts.in_python("say(f'hello {name}')", "x.py")
    assert texts.in_python("say('a' 'b'); say('c' if x else 'd'); option('1', help='e')", "x.py") == [
        "ab",
        "c",
        "d",
        "e",
    ]
