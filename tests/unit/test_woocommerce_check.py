from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import responses

from bridge.clock import ManualClock
from bridge.config.option import Secret
from bridge.sim.woocommerce import ShopSim
from tests.woo import URL, a_shop, a_sim, raw_order, some_options

API = f"{URL}/wp-json/wc/v3"
TOTALS = [{"slug": "processing", "name": "a"}, {"slug": "completed", "name": "b"}]


def told(problems: object) -> str:
    """All of them as text."""
    return "\n".join(map(str, problems))  # type: ignore[call-overload]


def test_check_of_a_good_shop_is_silent_and_writes_nothing(clock: ManualClock) -> None:
    """Nothing to mend, nothing changed."""
    sim = a_sim(clock)
    order = sim.place()
    before = sim.order(order)
    assert list(a_shop(sim, clock).check()) == []
    assert sim.order(order) == before


Break = Callable[[ShopSim], object]


@pytest.mark.parametrize(
    ("breaks", "options", "says"),
    [
        pytest.param(lambda sim: sim.faults.add("refuse", times=None), {}, "cannot be reached", id="down"),
        pytest.param(lambda sim: sim.faults.add("html", times=None), {}, "Permalinks", id="permalinks"),
        pytest.param(
            lambda sim: sim.faults.add("answer", times=None, status=403, body=b"<html>captcha</html>"),
            {}, "firewall", id="firewall",
        ),
        pytest.param(lambda sim: sim.maintenance(), {}, "being updated", id="maintenance"),
        pytest.param(lambda sim: sim.database_down(), {}, "passes by itself", id="database"),
        pytest.param(lambda _: None, {"consumer_secret": Secret("cs_wrong")}, "not this secret", id="secret"),
        pytest.param(lambda _: None, {"consumer_key": Secret("ck_wrong")}, "does not know this key", id="key"),
        pytest.param(lambda sim: sim.throttle(times=None), {}, "limited", id="throttled"),
    ],
)  # fmt: skip
def test_check_names_the_trouble_and_the_remedy(
    clock: ManualClock, breaks: Break, options: dict[str, object], says: str
) -> None:
    """Each kind of trouble is told in the owner's words, and check itself never fails."""
    sim = a_sim(clock)
    breaks(sim)
    assert says in told(a_shop(sim, clock, **options).check())


def test_check_finds_a_key_that_may_only_read(clock: ManualClock) -> None:
    """The right to write is asked without writing."""
    sim = a_sim(clock)
    sim.add_key("ck_reader", "cs_reader", permissions="read")
    shop = a_shop(sim, clock, consumer_key=Secret("ck_reader"), consumer_secret=Secret("cs_reader"))
    assert "Read/Write" in told(shop.check())


def test_check_finds_the_interface_behind_index_php(clock: ManualClock) -> None:
    """Where only /index.php/wp-json answers, the owner is given the address to write."""
    with responses.RequestsMock() as server:
        server.get(f"{API}/orders", body="<html></html>", content_type="text/html")
        server.get(f"{URL}/index.php/wp-json/wc/v3/orders", json=[raw_order()])
        problems = a_shop(None, clock).check()
    assert f"Write url = {URL}/index.php" in told(problems)


def test_check_tells_a_clock_that_is_off_and_a_shop_that_is_old(clock: ManualClock) -> None:
    """A clock ten minutes off, a version without the filter and prices without öre are all told."""
    with responses.RequestsMock() as server:
        server.get(f"{API}/orders", json=[], headers={"Date": "Sat, 21 Nov 2026 12:10:00 GMT"})
        server.put(
            f"{API}/orders/{2**62}", status=400, json={"code": "woocommerce_rest_shop_order_invalid_id"}
        )
        server.get(f"{API}/reports/orders/totals", json=TOTALS)
        about = {"environment": {"version": "5.6.1"}, "settings": {"number_of_decimals": 0}}
        server.get(f"{API}/system_status", json=about)
        text = told(a_shop(None, clock).check())
    assert "10 minutes apart" in text
    assert "5.6.1 is too old" in text
    assert "0 decimals" in text


def test_check_goes_on_when_a_part_of_it_fails(clock: ManualClock) -> None:
    """A shop that keeps its status report and its totals to itself is still checked to the end."""
    with responses.RequestsMock() as server:
        server.get(f"{API}/orders", json=[], headers={"Date": "nonsense"})
        server.put(f"{API}/orders/{2**62}", status=500)
        server.get(f"{API}/reports/orders/totals", status=403, json={"code": "x"})
        server.get(f"{API}/system_status", status=403, json={"code": "x"})
        text = told(a_shop(None, clock).check())
    assert "consumer_key: shop main has a fault" in text
    assert "Shop manager" in text
    assert "does not tell its version" in text


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("shop.example.se", "Write it like https://shop.example.se"),
        ("", "Write it like https://shop.example.se"),
        ("https://", "no address"),
        ("https://shop.example:x", "no address"),
        ("ftp://shop.example", "no address"),
        ("https://anna:hemligt@shop.example/", "Write it like https://shop.example"),
        ("https://shop.example/butik/wp-json/wc/v3", "Write it like https://shop.example/butik"),
        ("https://shop.example/wp-admin/admin.php?page=x", "Write it like https://shop.example"),
        ("https://shop.example/?a=1", "more than the shop's own address"),
        ("http://shop.example.se", "unprotected"),
    ],
)
def test_address_of_the_wrong_form_is_told(url: str, says: str) -> None:
    """Each mistake in the address comes with the right form, and never shows a password."""
    text = told(some_options(url=url).problems("[shop main]"))
    assert says in text
    assert "[shop main] url" in text
    assert "hemligt" not in text


@pytest.mark.parametrize(
    "url",
    ["https://shop.example", "https://shop.example/butik/", "https://shop.example/index.php", "http://localhost:8080",
     "http://192.168.1.5", "http://wordpress"],
)  # fmt: skip
def test_good_address_is_let_be(url: str) -> None:
    """A folder, a port and the own network are no mistakes."""
    assert list(some_options(url=url).problems("[shop main]")) == []


def test_other_options_are_held_against_each_other() -> None:
    """A key in the wrong place, basic over http and a missing file are named."""
    swapped = some_options(consumer_key=Secret("cs_a"), consumer_secret=Secret("ck_b"))
    assert told(swapped.problems("[shop main]")).count("does not begin with") == 2
    assert "over http" in told(some_options(url="http://localhost", auth="basic").problems("[shop main]"))
    assert "no file" in told(replace(some_options(), ca_file=Path("/no/ca.pem")).problems("[shop main]"))
