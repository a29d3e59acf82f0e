from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bridge.errors import GuardTripped
from bridge.model.texts import Problem, say
from tests.web.site import Site, a_site, post


@pytest.fixture
def butik(tmp_path: Path) -> Iterator[Site]:
    """A page in Swedish."""
    with a_site(tmp_path, language="sv") as made:
        yield made


@pytest.fixture
def anna(butik: Site) -> FlaskClient:
    """Somebody logged in there."""
    return butik.person()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", "Översikt"),
        ("/outbox", "Behöver dig"),
        ("/skipped", "Skickas inte"),
        ("/nothing", "Sidan finns inte"),
    ],
)
def test_pages_speak_swedish(anna: FlaskClient, path: str, words: str) -> None:
    """The same catalogue as the command line's."""
    text = anna.get(path).text
    assert words in text
    assert "Log out" not in text


def test_stored_sentence_is_rendered_for_its_reader(butik: Site, anna: FlaskClient) -> None:
    """A reason stored once is Swedish for one reader and English for the next."""
    butik.skipped(500, reason=say("Waits for somebody to press Send (export = manual)."))
    assert "Waits for somebody" not in anna.get("/skipped").text
    post(anna, "/language", language="en")
    assert "Waits for somebody" in anna.get("/skipped").text


def test_sentence_without_translation_stays_english(butik: Site, anna: FlaskClient) -> None:
    """An ERP's own words are shown as they are, also an empty one."""
    butik.parked(text=say("Artikeln {x} saknas, quite so", x="X"), advice=say(""))
    text = anna.get("/entry/1").text
    assert "Artikeln X saknas, quite so" in text
    assert "Project-Id-Version" not in text


def test_spans_and_answers_are_swedish(butik: Site, anna: FlaskClient) -> None:
    """Relative times, and what an action says afterwards."""
    number = butik.parked()
    butik.bridge.clock.advance(600)
    assert "för 10 min sedan" in anna.get("/outbox").text
    answer = post(anna, f"/entry/{number}/retry", at=f"/entry/{number}")
    assert "Skickas igen: 1." in anna.get(answer.location).text


def test_refusal_of_a_flow_is_shown_with_its_problems(
    butik: Site, anna: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused on purpose: the page says by what, where, and how to mend it."""
    number = butik.parked()
    problem = Problem(where="[guards]", what=say("Nothing was changed."), fix=say("Look again, please."))

    def refuse(*_a: object, **_k: object) -> int:
        raise GuardTripped(say("Too much at once."), [problem])

    monkeypatch.setattr(butik.bridge.operator, "retry", refuse)
    answer = post(anna, f"/entry/{number}/retry", at=f"/entry/{number}")
    assert answer.status_code == 502
    for part in ("Too much at once.", "[guards]", "Inget ändrades.", "Look again, please."):
        assert part in answer.text
