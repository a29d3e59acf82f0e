"""One order, one story: the booking and telling the shop of it, counted once and never hidden."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bridge.model.texts import say
from bridge.store.records import Doubt, Fault
from tests.builders import an_order
from tests.web.site import Site, a_site, post
from tests.web.test_outbox import shown


def tile(page: str, tab: str) -> str:
    """The number on a tile of the overview."""
    found = re.search(rf'class="tile {tab}[^"]*" href="[^"]*">\s*<b>(\d+)</b>', page)
    assert found, tab
    return found[1]


def fill(site: Site) -> dict[str, tuple[int, int]]:
    """Four booked orders; of one the shop knows."""
    ways = ("done", "parked", "waiting", "doubt")
    return {how: site.told(an_order(order_id=1001 + n), how=how) for n, how in enumerate(ways)}


def test_overview_counts_orders_not_steps(site: Site, person: FlaskClient) -> None:
    """Four orders were booked, and nothing of telling the shop is mixed into them."""
    fill(site)
    page = person.get("/").text
    assert [tile(page, tab) for tab in ("done", "parked", "doubt", "waiting")] == ["4", "0", "0", "0"]


@pytest.mark.parametrize("path", ["/", "/outbox", "/outbox?state=parked", "/outbox?state=doubt"])
def test_shop_that_was_not_told_is_never_hidden(site: Site, person: FlaskClient, path: str) -> None:
    """One line with a link to exactly these, on every page where somebody looks for trouble."""
    fill(site)
    page = person.get(path).text
    assert "3 orders are booked, but the shop has not been told of it" in page
    assert "1 of them need you" in page
    link = re.search(r'id="untold"><a href="([^"]*)"', page)
    assert link
    assert shown(person, link[1].replace("&amp;", "&")) == {"1002", "1003", "1004"}


@pytest.mark.parametrize(
    ("how", "words"),
    [("parked", "It goes no further by itself."), ("waiting", "The bridge tries again by itself.")],
)
def test_one_untold_order_is_one_order(site: Site, person: FlaskClient, how: str, words: str) -> None:
    """In the singular, and with what is to be expected."""
    site.told(how=how)
    page = person.get("/").text
    assert "1 order is booked, but the shop has not been told of it" in page
    assert words in page


def test_nothing_is_said_where_every_shop_was_told(site: Site, person: FlaskClient) -> None:
    """No trouble, no line; nor on the list of what was told."""
    site.told()
    assert "untold" not in person.get("/").text + person.get("/outbox?state=parked").text
    site.told(an_order(order_id=2), how="parked")
    assert "untold" not in person.get("/outbox?what=telling").text + person.get("/outbox?state=done").text


def test_list_shows_orders_until_another_wish_stands_in_the_address(site: Site, person: FlaskClient) -> None:
    """One row per order; the steps that follow are a choice of their own, and the tabs count what is listed."""
    ids = fill(site)
    orders, telling, both = (
        {int(found) for found in re.findall(r'class="name" href="/entry/(\d+)"', person.get(path).text)}
        for path in ("/outbox", "/outbox?what=telling", "/outbox?what=all")
    )
    assert orders == {order for order, _ in ids.values()}
    assert telling == {mark for _, mark in ids.values()}
    assert both == orders | telling
    page = person.get("/outbox?what=telling&state=parked").text
    assert re.search(r'href="/outbox\?state=done&amp;what=telling">Done\s*<b>1</b>', page)
    assert '<option value="telling" selected>' in page


def test_page_of_an_order_tells_that_the_shop_was_told(site: Site, person: FlaskClient) -> None:
    """When, and with which number; in one history."""
    order, mark = site.told()
    page = person.get(f"/entry/{order}").text
    assert "The shop was told at 2026-11-21 13:00." in page
    assert f'href="/entry/{mark}"' in page
    assert page.index("The shop&#39;s order bears number A77.") < page.index("Status processing in the shop.")
    assert "Tell the shop: Being sent" in page


def test_page_of_an_order_tells_why_the_shop_was_not_told_and_sends_again(
    site: Site, person: FlaskClient
) -> None:
    """Cause, advice and button where one looks for them; afterwards one is where one was."""
    order, mark = site.told(how="parked")
    page = person.get(f"/entry/{order}").text
    for part in (
        "The shop refuses the key.",
        "Make a new key.",
        f'action="/entry/{mark}/retry"',
        "Needs you",
    ):
        assert part in page
    answer = post(person, f"/entry/{mark}/retry", at=f"/entry/{order}", next=f"/entry/{order}")
    assert answer.location == f"/entry/{order}"
    assert site.state(mark) == "waiting"
    assert post(person, f"/entry/{mark}/retry", next="//evil.example").location == "/"


def test_page_of_the_telling_leads_to_the_order(site: Site, person: FlaskClient) -> None:
    """Its own page speaks of the shop and not of the books, and knows where it belongs."""
    order, mark = site.told(how="parked")
    page = person.get(f"/entry/{mark}").text
    assert "Telling the shop of order 1234" in page
    assert f'href="/entry/{order}">To the order itself' in page
    assert "It is in the ERP already" not in page
    assert "Don&#39;t tell the shop" in page


def test_what_waits_for_its_next_try_can_be_sent_now(site: Site, person: FlaskClient) -> None:
    """No sitting out an hour once the cause is mended; the history tells who could not wait."""
    order, mark = site.told(how="waiting")
    assert "It goes by itself at 13:20" in person.get(f"/entry/{order}").text
    page = person.get(f"/entry/{mark}").text
    assert "Send now" in page
    answer = post(person, f"/entry/{mark}/retry", at=f"/entry/{mark}")
    page = person.get(answer.location).text
    assert "Sent again: 1." in page
    assert "Sent now by hand" in page
    assert "· Anna" in page
    assert "Send now<" not in page
    detail = site.store.reads.entry(mark)
    assert detail is not None
    assert detail.entry.due_at == site.bridge.clock.now()


def test_all_that_wait_for_their_next_try_can_be_sent_now(site: Site, person: FlaskClient) -> None:
    """On the list too, and only these: not what is in doubt, not what was never tried."""
    fill(site)
    site.add(an_order(order_id=2000), due_at=site.bridge.clock.now() + timedelta(hours=1))
    assert "Send again: 2" in person.get("/outbox/confirm?do=all-retry&what=telling").text
    assert "Send again: 1" in person.get("/outbox/confirm?do=all-retry&what=telling&state=waiting").text
    assert "Send again: 0" in person.get("/outbox/confirm?do=all-retry&state=waiting").text
    assert "Send again: 0" in person.get("/outbox/confirm?do=all-retry&what=telling&state=doubt").text


@pytest.mark.parametrize("what", ["order", "mark"])
def test_doubt_explains_why_nothing_can_be_pressed(site: Site, person: FlaskClient, what: str) -> None:
    """The bridge asks first, and says when."""
    if what == "mark":
        number = site.told(how="doubt")[1]
        words = "At 13:20 the bridge looks in the shop"
    else:
        number, now = site.add(), site.bridge.clock.now()
        site.store.outbox.postpone(
            site.claim(), due_at=now + timedelta(minutes=5), note=say("Later."), doubt=Doubt(since=now),
            fault=Fault(kind="LostReply", text=say("No answer came back.")),
        )  # fmt: skip
        words = "At 13:05 the bridge asks the ERP"
    page = person.get(f"/entry/{number}").text
    assert words in page
    assert "/retry" not in page
    answer = post(person, f"/entry/{number}/retry")
    assert "nothing was changed" in person.get(answer.location).text


@pytest.mark.parametrize(("minutes", "told"), [(5, True), (None, True), (-5, False)])
def test_entry_that_sits_out_a_pause_says_so(
    site: Site, person: FlaskClient, *, minutes: int | None, told: bool
) -> None:
    """Who rests and why, on the page of what waits for it; not once the rest is over, nor on what is done."""
    now = site.bridge.clock.now()
    until = None if minutes is None else now + timedelta(minutes=minutes)
    order, mark = site.told(how="waiting")
    site.store.progress.pause("shop main", until=until, why=say("The key is worn out."), now=now)
    for number in (order, mark):
        assert ("Paused: the shop main." in person.get(f"/entry/{number}").text) is told
    site.store.progress.pause("erp", until=None, why=say("Down for the night."), now=now)
    assert "Down for the night." not in person.get(f"/entry/{order}").text
    assert "Down for the night." in person.get(f"/entry/{site.add(an_order(order_id=7))}").text


def test_status_of_the_shop_is_a_word_with_its_short_name(site: Site, person: FlaskClient) -> None:
    """WooCommerce's own are words; a plugin's is shown as the shop calls it."""
    site.skipped(500, status="on-hold")
    site.skipped(501, status="packad")
    page = person.get("/order/main/500").text
    assert "On hold" in page
    assert "(on-hold)" in page
    assert ">packad<" in person.get("/skipped").text


def test_figures_of_a_preview_are_written_as_the_reader_does(tmp_path: Path) -> None:
    """A decimal comma for Swedes, and words that are no numbers stay."""
    from bridge.web.words import cell

    with a_site(tmp_path, language="sv") as site, site.app.test_request_context("/"):
        assert [cell(text) for text in ("-1037.60", "2", "halv", "")] == [
            "\u22121\u00a0037,60",
            "2",
            "halv",
            "",
        ]
