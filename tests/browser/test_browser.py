from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.flows.changes import ChangeRules, Changes
from bridge.model.orders import Totals
from bridge.model.texts import say
from bridge.store.records import Exchange
from bridge.web import serve
from tests.browser.chromium import Chromium, browser, found
from tests.builders import NOON, a_line, an_order
from tests.web.site import PASSWORD, Site, a_site

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(found() is None, reason="no Chromium on this machine"),
]

PAGES = (
    "/", "/outbox", "/outbox?state=parked&q=1", "/outbox/confirm?do=all-drop", "/entry/1", "/entry/2", "/skipped",
    "/order/main/500", "/order/main/500/preview", "/outbox?what=telling&state=stuck", "/entry/3", "/entry/4",
    "/entry/5",
)  # fmt: skip
EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}"
LONG = "Extralångtartikelnamnutanmellanslag" * 6


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """One browser for all tests: starting it is what takes long."""
    with browser(tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A page with long, large and hostile orders on it."""
    with a_site(tmp_path, mode="shadow") as made:
        rows = (a_line(name=LONG, sku=LONG[:80]), a_line(name=EVIL, id="2"))
        exchange = Exchange(at=NOON, payload="x" * 3000, media_type="text/plain", answer=EVIL)
        made.parked(an_order(*rows, order_id=1, note=EVIL, totals=Totals(gross=rows[0].gross, tax=rows[0].tax)),
                    exchange=exchange, text=say("{x}", x=EVIL), excerpt=LONG)  # fmt: skip
        made.done(an_order(order_id=2), link=f"/srv/{LONG}.si")
        made.told(an_order(rows[0], order_id=3), how="parked")
        edited = an_order(*rows, order_id=2, note=EVIL, coupons=(LONG,))
        Changes(store=made.bridge.store, rules=ChangeRules(), clock=made.bridge.clock).watch(edited, "edited")
        made.skipped(500, reason=say("{x}", x=EVIL))
        made.store.progress.pause("shop main", until=None, why=say("{x}", x=LONG), now=NOON)
        yield made


@pytest.fixture
def address(site: Site, tab: Chromium) -> Iterator[str]:
    """Where it is served; the browser is a fresh phone."""
    server = serve(site.app, "127.0.0.1:0")
    server.start()
    tab.complaints.clear()
    tab.dialogs.clear()
    tab.size(390, 844)
    tab.script(on=True)
    yield f"http://127.0.0.1:{server.address[1]}"
    tab.go("about:blank")  # or the page's last words, of a server that is gone, are heard in the next test
    server.stop()


def login(tab: Chromium, address: str) -> None:
    """As a person does it."""
    tab.go(f"{address}/login")
    tab.fill("[name=password]", PASSWORD)
    tab.press("main form button")
    assert tab.ask("location.pathname") == "/"


def test_pages_on_a_phone_never_scroll_sideways(tab: Chromium, address: str) -> None:
    """390 pixels wide, whatever the orders hold."""
    tab.go(f"{address}/login")
    assert tab.ask("document.documentElement.scrollWidth") <= 390
    login(tab, address)
    for width in (390, 320):
        tab.size(width, 844)
        for path in PAGES:
            tab.go(address + path)
            assert tab.ask("document.documentElement.scrollWidth") <= width, path


def test_browser_has_nothing_to_complain_of(tab: Chromium, address: str) -> None:
    """No style or script of ours breaks the policy, nothing of a hostile order runs, no error in our script."""
    login(tab, address)
    for path in PAGES:
        tab.go(address + path)
        assert tab.ask("document.querySelectorAll('main img, main script').length") == 0
        assert tab.ask("getComputedStyle(document.querySelector('.top')).display") == "flex"
    assert tab.dialogs == []
    assert tab.complaints == []


def test_policy_cuts_off_a_script_that_got_in(tab: Chromium, address: str) -> None:
    """Should escaping ever fail somewhere, the browser itself refuses."""
    login(tab, address)
    tab.ask(
        "{ const s = document.createElement('script'); s.textContent = 'window.owned = 1';"
        " document.body.append(s); document.body.insertAdjacentHTML('beforeend',"
        ' \'<img src="data:," onerror="window.owned = 2">\'); }'
    )
    tab.until(lambda: len(tab.complaints) >= 2)
    assert tab.ask("window.owned === undefined") is True


@pytest.mark.parametrize("script", [True, False])
def test_order_is_dropped_by_hand_with_and_without_script(
    tab: Chromium, site: Site, address: str, *, script: bool
) -> None:
    """Login, list, tick, confirm: the whole way works without a line of script."""
    tab.script(on=script)
    login(tab, address)
    tab.go(f"{address}/outbox?state=parked")
    tab.press("main .rows .name")
    assert tab.ask("location.pathname") == "/entry/1"
    tab.go(f"{address}/outbox?state=parked")
    tab.ask("document.querySelector('.rows input').click()")
    tab.press("button[value=drop]")
    assert tab.ask("document.querySelector('h1').textContent") == "Drop: 1"
    tab.fill("main [name=reason]", "by hand")
    tab.press("main form button")
    assert tab.ask("document.querySelector('.said').textContent") == "Dropped: 1."
    assert site.state(1) == "dropped"


def test_box_for_all_ticks_the_page(tab: Chromium, address: str) -> None:
    """The one comfort of the script on the list."""
    login(tab, address)
    tab.go(f"{address}/outbox")
    assert tab.ask("document.querySelector('#tick-all').hidden") is False
    tab.ask("document.querySelector('#tick-all input').click()")
    assert tab.ask("[...document.querySelectorAll('.rows input')].every(box => box.checked)") is True


def test_page_can_not_be_framed(tab: Chromium, address: str, tmp_path: Path) -> None:
    """No stranger's page puts ours under its own buttons."""
    trap = tmp_path / "trap.html"
    trap.write_text(f'<iframe src="{address}/login"></iframe>')
    tab.go(trap.as_uri())
    tab.until(lambda: any("frame" in text.lower() for text in tab.complaints))
