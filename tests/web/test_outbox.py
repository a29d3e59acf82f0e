from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from bridge.model.texts import say
from bridge.store.records import Doubt, Fault
from tests.builders import an_order
from tests.web.site import Site, csrf, post


def shown(client: FlaskClient, path: str) -> set[str]:
    """The order numbers on a list."""
    import re

    return set(re.findall(r'class="name" href="/entry/\d+">([^<]*)<', client.get(path).text))


def fill(site: Site) -> dict[str, int]:
    """One entry of each kind."""
    found = {"done": site.done(an_order(order_id=1001)), "parked": site.parked(an_order(order_id=1002))}
    found["doubt"] = site.add(an_order(order_id=1003))
    now = site.bridge.clock.now()
    site.store.outbox.postpone(
        site.claim(), due_at=now + timedelta(minutes=7), note=say("Later."), doubt=Doubt(since=now),
        fault=Fault(kind="LostReply", text=say("No answer came back.")),
    )  # fmt: skip
    found["sending"] = site.add(an_order(order_id=1004))
    site.claim()
    found["waiting"] = site.add(an_order(order_id=1005), due_at=now + timedelta(hours=3))
    found["dropped"] = site.add(an_order(order_id=1006))
    site.store.outbox.drop([found["dropped"]], who="Anna", reason="test", now=now)
    return found


def test_tabs_show_what_they_say(site: Site, person: FlaskClient) -> None:
    """Each state has its list; what is in doubt waits too."""
    fill(site)
    assert shown(person, "/outbox?state=done") == {"1001"}
    assert shown(person, "/outbox?state=parked") == {"1002"}
    assert shown(person, "/outbox?state=doubt") == {"1003"}
    assert shown(person, "/outbox?state=sending") == {"1004"}
    assert shown(person, "/outbox?state=waiting") == {"1003", "1005"}
    assert shown(person, "/outbox?state=dropped") == {"1006"}
    assert len(shown(person, "/outbox")) == 6


def test_list_tells_the_next_attempt_and_the_cause(site: Site, person: FlaskClient) -> None:
    """When it goes on by itself, and why it has not gone yet."""
    fill(site)
    text = person.get("/outbox").text
    assert "in 7 min" in text
    assert "in 3 h" in text
    assert "The ERP does not know article TVAL-1." in text


def test_list_shows_no_names(site: Site, person: FlaskClient) -> None:
    """Who bought is nobody's business on a list."""
    site.parked()
    text = person.get("/outbox").text + person.get("/").text
    assert "Öberg" not in text
    assert "anna.oberg" not in text


@pytest.mark.parametrize("wish", ["1002", "main:1002", "#1002", " 1002 ", "100"])
def test_search_by_the_shops_number(site: Site, person: FlaskClient, wish: str) -> None:
    """The whole number or its beginning, with or without the shop."""
    fill(site)
    assert "1002" in shown(person, f"/outbox?q={wish.replace('#', '%23')}")


def test_search_by_the_documents_number(site: Site, person: FlaskClient) -> None:
    """The number in the ERP leads back to the order."""
    fill(site)
    assert shown(person, "/outbox?q=A77") == {"1001"}


@pytest.mark.parametrize(
    "wish", ["%", "_", "'", '"', "';DROP TABLE entry--", "\\", "é" * 50, "x" * 10_000, "\x00", "{{7*7}}"]
)
def test_search_for_odd_text_finds_nothing_and_breaks_nothing(
    site: Site, person: FlaskClient, wish: str
) -> None:
    """No wildcard, no quote, no length gets through as anything but text."""
    fill(site)
    for path in ("/outbox", "/outbox/confirm"):
        answer = person.get(path, query_string={"q": wish, "do": "all-retry"})
        assert answer.status_code == 200
        assert len(answer.text) < 40_000
    assert shown(person, f"/outbox?q={'%25' if wish == '%' else '_'}") == set()
    assert len(shown(person, "/outbox")) == 6


@pytest.mark.parametrize(
    "query",
    ["after=-1", "after=1e12", "after=1000000000000", "after=abc", "after=" + "9" * 40, "page=-1", "sort=payload",
     "state=nonsense", "purpose=nonsense", "shop=nobody", "kind=%00", "state=done&state=parked", "id=abc&do=retry"],
)  # fmt: skip
def test_nonsense_in_the_address_still_gives_a_page(site: Site, person: FlaskClient, query: str) -> None:
    """A mistyped address shows a list, not an error."""
    fill(site)
    for path in ("/outbox", "/skipped"):
        assert person.get(f"{path}?{query}").status_code == 200


def test_list_goes_on_page_by_page_without_gap_or_repeat(site: Site, person: FlaskClient) -> None:
    """Fifty on a page; the link to the older ones keeps the filter."""
    import re

    for number in range(120):
        site.add(an_order(order_id=number + 1))
    seen: list[str] = []
    path = "/outbox?state=waiting"
    while path:
        text = person.get(path).text
        seen += re.findall(r'href="/entry/\d+">([^<]*)<', text)
        older = re.search(r'rel="next" href="([^"]*)"', text)
        path = older[1].replace("&amp;", "&") if older else ""
    assert seen == [str(number) for number in range(120, 0, -1)]


def test_retry_of_ticked_ones_asks_first_and_moves_only_these(site: Site, person: FlaskClient) -> None:
    """The number is shown before anything moves; what can't be retried is left alone and said."""
    ids = fill(site)
    second = site.parked(an_order(order_id=1010))
    asked = person.get(
        "/outbox/confirm", query_string={"do": "retry", "id": [ids["parked"], ids["done"]]}
    ).text
    assert "Send again: 1" in asked
    assert "Of those ticked, 1" in asked
    data = {"csrf": csrf(asked), "do": "retry", "whole": "0", "id": [ids["parked"], ids["done"]]}
    answer = person.post("/outbox/act", data=data)
    assert answer.status_code == 303
    assert "Sent again: 1." in person.get(answer.location).text
    assert [site.state(ids["parked"]), site.state(ids["done"]), site.state(second)] == [
        "waiting",
        "done",
        "parked",
    ]


def test_drop_of_all_matching_shows_and_keeps_the_number(site: Site, person: FlaskClient) -> None:
    """All of the filter on all its pages, and nothing beside it."""
    ids = fill(site)
    others = [site.parked(an_order(order_id=2000 + n), kind="Bug") for n in range(60)]
    path = "/outbox/confirm?do=all-drop&state=parked&kind=Bug"
    asked = person.get(path).text
    assert "Drop: 60" in asked
    data = {"csrf": csrf(asked), "do": "drop", "whole": "1", "count": "60", "state": "parked", "kind": "Bug"}
    assert "why" in person.get(person.post("/outbox/act", data=data).location).text
    assert site.state(others[0]) == "parked"
    person.post("/outbox/act", data={**data, "reason": "made up"})
    assert {site.state(number) for number in others} == {"dropped"}
    assert site.state(ids["parked"]) == "parked"


def test_all_matching_stops_when_the_number_has_changed(site: Site, person: FlaskClient) -> None:
    """What was agreed to was a number; if it is another one now, the person is asked again."""
    number = site.parked()
    data = {"csrf": csrf(person.get("/").text), "do": "retry", "whole": "1", "count": "2", "state": "parked"}
    answer = person.post("/outbox/act", data=data)
    assert answer.location.startswith("/outbox/confirm?do=all-retry")
    assert "has changed to 1" in person.get(answer.location).text
    assert site.state(number) == "parked"


@pytest.mark.parametrize("state", ["done", "dropped", "sending"])
def test_all_matching_on_a_list_nothing_can_be_done_with(site: Site, person: FlaskClient, state: str) -> None:
    """An empty set of movable states never means every state."""
    ids = fill(site)
    assert "Send again: 0" in person.get(f"/outbox/confirm?do=all-retry&state={state}").text
    data = {"csrf": csrf(person.get("/").text), "do": "retry", "whole": "1", "count": "0", "state": state}
    person.post("/outbox/act", data=data)
    data["q"] = "x" * 500
    person.post("/outbox/act", data=data)
    assert site.state(ids["parked"]) == "parked"
    assert "Retry 1" not in person.get(f"/outbox?state={state}").text


def test_act_that_came_too_late_says_so(
    site: Site, person: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else was quicker: the page says that nothing was changed."""
    number = site.parked()
    monkeypatch.setattr(site.bridge.operator, "retry", lambda *_a, **_k: 0)
    answer = post(person, "/outbox/act", do="retry", whole="0", id=str(number))
    assert "1 were left alone: they had moved on" in person.get(answer.location).text


def test_retry_from_the_list_never_says_that_it_is_not_in_the_erp(site: Site, person: FlaskClient) -> None:
    """Even if the list has only one: its own page tells what to look for, and its button is that person's word."""
    number = site.add()
    fault = Fault(kind="Unanswerable", text=say("It cannot be asked."))
    site.store.outbox.park(site.claim(), fault=fault, doubt=Doubt(since=site.bridge.clock.now()))
    for ticked in ({"whole": "0", "id": str(number)}, {"whole": "1", "count": "1"}):
        answer = post(person, "/outbox/act", do="retry", **ticked)
        assert "1 were left alone" in person.get(answer.location).text
        assert site.state(number) == "parked"
    post(person, f"/entry/{number}/retry")
    assert site.state(number) == "waiting"


@pytest.mark.parametrize("wish", ["", "settle", "all-settle", "some-retry", "all-"])
def test_unknown_act_is_no_page(person: FlaskClient, wish: str) -> None:
    """Only what we offer."""
    assert person.get(f"/outbox/confirm?do={wish}").status_code == 404
    assert post(person, "/outbox/act", do=wish).status_code == 404


def test_skipped_orders_carry_their_reason(site: Site, person: FlaskClient) -> None:
    """Every order that is not sent says why, and the reasons can be chosen."""
    site.skipped(500)
    site.skipped(501, code="zero_total", reason=say("The order costs nothing."))
    text = person.get("/skipped").text
    assert "Status pending is not among" in text
    assert "The order costs nothing." in text
    only = person.get("/skipped?code=zero_total").text
    assert "Found: 1." in only
    assert "Status pending" not in only


def test_order_not_sent_can_be_sent_by_hand(site: Site, person: FlaskClient) -> None:
    """Manual mode: one button, and what came of it."""
    ref = site.skipped(500)
    answer = post(person, "/order/main/500/send", at="/order/main/500")
    assert site.bridge.operator.sent == [ref]
    assert "The order is in the queue." in person.get(answer.location).text


def test_order_the_shop_does_not_hand_out_is_told(site: Site, person: FlaskClient) -> None:
    """A failing shop is a sentence, not an error page."""
    from bridge.errors import Transient

    site.skipped(500)
    site.bridge.operator.fails = Transient("The shop does not answer.", advice=say("Wait."))
    answer = post(person, "/order/main/500/send", at="/order/main/500")
    assert "The shop does not answer." in person.get(answer.location).text
    preview = person.get("/order/main/500/preview").text
    assert "The shop does not answer." in preview
    assert "Wait." in preview


@pytest.mark.parametrize(
    "path", ["/order/main/999", "/order/other/500", "/order/main/abc", "/order/main/" + "9" * 30]
)
def test_unknown_order_is_not_found(site: Site, person: FlaskClient, path: str) -> None:
    """Only orders of our shops that we have seen."""
    site.skipped(500)
    assert person.get(path).status_code == 404


def test_order_that_is_in_the_outbox_leads_there(site: Site, person: FlaskClient) -> None:
    """One order, one page."""
    number = site.parked(an_order(order_id=500))
    site.skipped(500)
    site.skipped(5001)
    assert person.get("/order/main/500").location == f"/entry/{number}"
    assert person.get("/order/main/5001").status_code == 200


def test_cleared_order_is_still_found_by_its_number(site: Site) -> None:
    """After the retention the contents are gone, number and document are not."""
    number = site.done(an_order(order_id=1001))
    site.bridge.clock.advance(days=60)
    person = site.person()
    site.store.prune(before=site.bridge.clock.now() - timedelta(days=30))
    assert shown(person, "/outbox?q=1001") == {"1001"}
    page = person.get(f"/entry/{number}").text
    assert "A77" in page
    assert "Cleared away" in page
