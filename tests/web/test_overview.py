from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bridge.errors import StoreError
from bridge.flows import notices
from bridge.model.texts import Problem, say
from tests.builders import NOON, an_order
from tests.web.site import Site, a_site, post


def test_overview_counts_and_dates(site: Site, person: FlaskClient) -> None:
    """How many where, when the shop was read, what is oldest, day by day."""
    site.done(an_order(order_id=1))
    site.parked(an_order(order_id=2))
    site.bridge.health.read("main", NOON - timedelta(seconds=40))
    text = person.get("/").text
    assert "40 s ago" in text
    assert "2026-11-21" in text
    assert "late" not in text
    site.bridge.clock.advance(hours=1)
    text = person.get("/").text
    assert "61 min ago" in text
    assert "late" in text


def test_pause_is_shown_with_its_reason_and_can_be_ended(site: Site, person: FlaskClient) -> None:
    """Why nothing goes out, and a button."""
    site.store.progress.pause(
        "erp", until=NOON + timedelta(minutes=20), why=say("The key is worn out."), now=NOON
    )
    text = person.get("/").text
    assert "The key is worn out." in text
    assert "in 20 min" in text
    answer = post(person, "/resume", channel="erp")
    assert "Goes on." in person.get(answer.location).text
    assert site.bridge.operator.resumed == ["erp"]
    assert post(person, "/resume", channel="erp").status_code == 404


def test_notices_and_trouble_stand_on_top(site: Site, person: FlaskClient) -> None:
    """What a person should know although the work goes on, and what stops the work."""
    problem = Problem(where="[shop main]", what=say("No status {s}.", s="packed"), fix=say("Take it out."))
    notices.keep(site.store, "shop:main", [problem])
    site.bridge.health.report(say("The disk is full."))
    text = person.get("/").text
    assert "No status packed. Take it out." in text
    assert "The disk is full." in text


def test_shadow_mode_is_on_every_page_of_a_person_only(tmp_path: Path) -> None:
    """A trial run can't be taken for the real thing; strangers learn nothing of it."""
    with a_site(tmp_path, mode="shadow") as site:
        assert "nothing is sent" in site.person().get("/outbox").text
        assert "nothing is sent" not in site.client().get("/outbox").text


def test_health_needs_no_login_and_tells_no_secret(client: FlaskClient) -> None:
    """For monitoring: alive, and which version."""
    answer = client.get("/health")
    assert (answer.status_code, answer.json and answer.json["status"]) == (200, "ok")


def test_ready_tells_why_not(site: Site, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Late shop, pause, trouble, database: 503 with the word for it; 200 once all is well."""
    assert client.get("/ready").json == {"ready": False, "reasons": ["shop not read lately"]}
    site.bridge.health.read("main", NOON)
    assert (client.get("/ready").status_code, client.get("/ready").json) == (
        200,
        {"ready": True, "reasons": []},
    )
    site.store.progress.pause("erp", until=None, why=say("secret words"), now=NOON)
    site.bridge.health.report(say("more secret words"))
    answer = client.get("/ready")
    assert (answer.status_code, answer.json) == (503, {"ready": False, "reasons": ["trouble", "paused"]})
    assert "secret" not in answer.text

    def broken() -> None:
        raise StoreError("full")

    monkeypatch.setattr(site.store, "saving", broken)
    assert client.get("/ready").json == {"ready": False, "reasons": ["database"]}


@pytest.mark.parametrize(
    ("ahead", "words"),
    [(0, "now"), (30, "in 30 s"), (89, "in 89 s"), (600, "in 10 min"), (7200, "in 2 h"), (86400 * 3, "in 3 d"),
     (-30, "30 s ago"), (-86400 * 40, "40 d ago")],
)  # fmt: skip
def test_span_of_time_in_words(site: Site, ahead: int, words: str) -> None:
    """Short, and right on both sides of now."""
    from bridge.web.words import relative

    with site.app.test_request_context("/"):
        assert relative(site.bridge.clock.now() + timedelta(seconds=ahead)) == words
        assert relative(None) == ""


def test_dates_are_in_the_time_zone_of_the_books(site: Site, person: FlaskClient) -> None:
    """Noon UTC in November is one o'clock in Stockholm."""
    assert "2026-11-21 13:00" in person.get(f"/entry/{site.parked()}").text


def test_page_is_swedish_by_default_and_the_switch_makes_it_english(tmp_path: Path) -> None:
    """The configured language, until the person chooses another."""
    with a_site(tmp_path, language="sv") as site:
        client = site.client()
        assert '<html lang="sv">' in client.get("/login").text
        post(client, "/language", at="/login", language="en")
        assert '<html lang="en">' in client.get("/login").text


def test_amounts_as_swedes_write_them(tmp_path: Path) -> None:
    """Decimal comma, blanks between thousands, the digits of the currency."""
    from decimal import Decimal

    from bridge.web.words import figure, money

    with a_site(tmp_path, language="sv") as site, site.app.test_request_context("/"):
        assert money(Decimal("1234567.5"), "SEK") == "1\u00a0234\u00a0567,50\u00a0SEK"
        assert money(Decimal(-12), "JPY") == "\u221212\u00a0JPY"
        assert money(None) == ""
        assert figure(None) == ""
        assert figure(Decimal("0.333")) == "0,333"


def test_shop_that_does_not_answer_is_explained(site: Site, person: FlaskClient) -> None:
    """Not only "late": what the shop answered, and what to do."""
    problem = Problem(
        where="[shop main]", what=say("The shop does not answer."), fix=say("Wait."), severe=False
    )
    notices.keep(site.store, "poll:main", (problem,))
    page = person.get("/").text
    assert "[shop main]" in page
    assert "The shop does not answer." in page
