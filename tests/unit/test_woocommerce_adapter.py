from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from bridge.clock import ManualClock
from bridge.errors import ConfigError, LostReply, NotFound, Rejected, Transient, Unauthorised
from bridge.model.orders import Unreadable
from bridge.shops import load
from bridge.shops.woocommerce import WooCommerce
from tests.woo import URL, a_document, a_shop, a_sim, ids, raw_order, read, ref

API = f"{URL}/wp-json/wc/v3"
STATUSES = [{"slug": slug, "name": slug} for slug in ("pending", "processing", "completed", "checkout-draft")]
JSON = {"Content-Type": "application/json"}

Answer = Callable[[dict[str, str]], list[object]]


def listing(
    clock: ManualClock, answer: Answer, **options: object
) -> tuple[WooCommerce, responses.RequestsMock]:
    """A shop whose order list is made by ``answer`` out of the query."""
    server = responses.RequestsMock()
    server.get(f"{API}/reports/orders/totals", json=STATUSES)

    def call(request: object) -> tuple[int, dict[str, str], str]:
        query = parse_qs(urlsplit(request.url).query)  # type: ignore[attr-defined]
        return 200, JSON, json.dumps(answer({key: values[-1] for key, values in query.items()}))

    server.add_callback("GET", f"{API}/orders", call, content_type="application/json")
    return a_shop(None, clock, **options), server  # type: ignore[arg-type]


def test_registry_knows_woocommerce_and_names_what_it_does_not() -> None:
    """A misspelt type says what was probably meant; a module of one's own is taken."""
    assert load("woocommerce") is WooCommerce
    assert load("bridge.shops.woocommerce") is WooCommerce
    with pytest.raises(ConfigError, match="Did you mean woocommerce"):
        load("woocomerce")
    for wrong in ("bridge.clock", "", ".relative", "bridge.shops.woocommerce:Nobody"):
        with pytest.raises(ConfigError, match="There is no adapter called"):
            load(wrong)


def test_poll_reads_pages_lazily_and_only_the_last_is_complete(clock: ManualClock) -> None:
    """The caller can store one page before the next is asked for."""
    sim = a_sim(clock)
    for _ in range(25):
        sim.place()
        clock.advance(1)
    clock.advance(60)
    feeds = a_shop(sim, clock, page_size=10).changed_orders(since=None)
    first = next(feeds)
    assert (len(first.items), first.complete, first.cursor) == (10, False, "2026-11-21T12:00:09")
    rest = list(feeds)
    assert [feed.complete for feed in rest] == [False, True]
    assert rest[-1].cursor == "2026-11-21T12:00:24"
    assert len({*ids([first]), *ids(rest)}) == 25


def test_poll_ends_early_at_its_limit(clock: ManualClock) -> None:
    """A limited reading says that it is not complete."""
    sim = a_sim(clock, *(raw_order(id=number) for number in range(1, 31)))
    feeds = list(a_shop(sim, clock, page_size=10).changed_orders(since=None, limit=15))
    assert [feed.complete for feed in feeds] == [False, False]


@pytest.mark.parametrize("ahead", [0, 3600])
def test_poll_passes_a_second_with_hundreds_of_orders(clock: ManualClock, ahead: int) -> None:
    """A mass edit gives 700 orders the same second: the walk ends and finds all, just now or long ago."""
    sim = a_sim(clock, *(raw_order(id=n, date_modified_gmt="2026-11-21T12:00:00") for n in range(1, 701)))
    clock.advance(ahead)
    later = sim.place()
    found = ids(read(a_shop(sim, clock)))
    assert set(found) == {*map(str, range(1, 701)), str(later)}
    assert len(found) < 1200


def test_poll_failing_on_its_second_page_keeps_the_first(clock: ManualClock) -> None:
    """The first page was yielded, the second raises; nothing says complete."""
    sim = a_sim(clock, *(raw_order(id=n, date_modified_gmt=f"2026-11-21T10:00:{n:02}") for n in range(1, 31)))
    sim.faults.add("truncate", match=("GET", "/orders"), skip=2)
    feeds = a_shop(sim, clock, page_size=10).changed_orders(since=None)
    assert not next(feeds).complete
    with pytest.raises(Transient, match="not JSON"):
        list(feeds)


@pytest.mark.parametrize("kind", ["html", "garbage", "prefix", "truncate", "cut"])
def test_poll_refuses_a_page_that_is_not_whole(clock: ManualClock, kind: str) -> None:
    """A login page, a PHP warning before the JSON or half of it is no page at all."""
    sim = a_sim(clock)
    sim.place()
    shop = a_shop(sim, clock)
    shop.statuses()
    sim.faults.add(kind, times=3, match=("GET", "/orders"))
    with pytest.raises(Transient):
        read(shop)
    sim.faults.clear()
    assert len(ids(read(shop))) == 1


@pytest.mark.parametrize("rows", [[None], ["x"], {"id": 1}])
def test_poll_refuses_a_list_with_something_else_in_it(clock: ManualClock, rows: list[object]) -> None:
    """A null among the orders or an object instead of the list: nothing of it is taken."""
    shop, server = listing(clock, lambda _query: rows)
    with server, pytest.raises(Transient):
        read(shop)


def test_poll_takes_an_order_that_stands_twice_once(clock: ManualClock) -> None:
    """The later of the two counts."""
    twice: list[object] = [raw_order(), raw_order(status="completed")]
    shop, server = listing(clock, lambda _query: twice)
    with server:
        (feed,) = read(shop)
    assert [order.status for order in feed.items] == ["completed"]


def test_poll_parks_the_order_it_cannot_read_and_goes_on(clock: ManualClock) -> None:
    """One broken order neither blocks the others nor vanishes."""
    bad = [raw_order(id=1, total="12,50"), raw_order(id="x", date_modified_gmt="soon")]
    rows: list[object] = [*bad, raw_order(id=2)]
    shop, server = listing(clock, lambda _query: rows)
    with server:
        (feed,) = read(shop)
    assert [isinstance(order, Unreadable) for order in feed.items] == [True, True, False]
    assert feed.cursor == "2026-11-21T11:30:00"


def test_poll_ends_when_a_cache_gives_the_same_page_for_ever(clock: ManualClock) -> None:
    """A cache that ignores the query must not keep the daemon busy until doomsday."""
    rows: list[object] = [raw_order(id=n) for n in range(1, 11)]
    shop, server = listing(clock, lambda _query: rows, page_size=10)
    with server, pytest.raises(Transient, match="does not go on") as caught:
        read(shop)
    assert "cache" in str(caught.value.advice)


def test_poll_of_a_shop_too_old_for_the_filter_is_told(clock: ManualClock) -> None:
    """A shop that gives orders from before the asked date does not know the filter."""
    shop, server = listing(clock, lambda _query: [raw_order()])
    with server, pytest.raises(Transient, match="does not select") as caught:
        read(shop, "2026-11-21T12:00:00")
    assert "5.8" in str(caught.value.advice)


def test_poll_asks_a_slow_shop_for_less_at_a_time(clock: ManualClock) -> None:
    """A page that takes too long is asked for again in smaller portions."""
    sim = a_sim(clock, *(raw_order(id=n) for n in range(1, 31)))
    shop = a_shop(sim, clock)
    shop.statuses()
    sim.faults.add("timeout", match=("GET", "/orders"))
    assert len(read(shop)) > 1


def test_poll_names_a_stale_trigger_status_and_reads_the_rest(clock: ManualClock) -> None:
    """One status the shop no longer has does not stop the import."""
    sim = a_sim(clock)
    order = sim.place()
    shop = a_shop(sim, clock, section={"trigger_statuses": ("processing", "wc-completed", "gone")})
    (feed,) = read(shop)
    assert ids([feed]) == [str(order)]
    assert [problem.what.values["status"] for problem in feed.notices] == ["wc-completed", "gone"]
    assert "completed" in str(feed.notices[0].fix)


def test_poll_survives_a_status_that_disappears_meanwhile(clock: ManualClock) -> None:
    """The cached list names a status whose plugin was just switched off: it is read again once."""
    sim = a_sim(clock)
    sim.register_status("packed", "Packad")
    order = sim.place(status="processing")
    shop = a_shop(sim, clock)
    shop.statuses()
    sim.unregister_status("packed")
    assert ids(read(shop)) == [str(order)]
    assert "packed" not in {status.slug for status in shop.statuses()}


def test_idle_poll_is_one_call(clock: ManualClock) -> None:
    """With the statuses known, a poll without news costs one call and no write."""
    sim = a_sim(clock)
    shop = a_shop(sim, clock)
    shop.statuses()
    calls: list[str] = []
    sim.faults.add("run", times=None, match=lambda environ: bool(calls.append(environ["PATH_INFO"])))
    read(shop, "2026-11-21T12:00:00")
    assert len(calls) == 1
    assert sim.log == []


def test_sweep_reads_by_birth_and_yields_no_cursor(clock: ManualClock) -> None:
    """Recent orders come whatever their change date says; older ones do not; the cursor is left alone."""
    old = raw_order(id=1, date_created_gmt="2026-10-01T00:00:00")
    new = [raw_order(id=n, date_created_gmt=f"2026-11-20T00:00:{n:02}") for n in range(2, 30)]
    feeds = list(a_shop(a_sim(clock, old, *new), clock, page_size=10).recent_orders(days=30))
    assert ids(feeds) == [str(number) for number in range(2, 30)]
    assert {feed.cursor for feed in feeds} == {None}


def test_header_stripped_by_the_host_is_answered_by_the_address(clock: ManualClock) -> None:
    """With auth=auto a refused header is followed by key and secret in the address, over https only."""
    sim = a_sim(clock)
    sim.place()
    shop = a_shop(sim, clock)
    sim.faults.add(
        "run", times=None, match=lambda environ: bool(environ.pop("HTTP_AUTHORIZATION", None)) and False
    )
    assert len(ids(read(shop))) == 1
    assert shop._client.auth.mode == "query"


def test_wrong_key_stays_out_of_addresses(clock: ManualClock) -> None:
    """When the address does not help either, basic stays; once basic has worked, nothing else is tried."""
    sim = a_sim(clock)
    shop = a_shop(sim, clock, consumer_key="ck_unknown")
    for _ in range(2):
        with pytest.raises(Unauthorised):
            shop.statuses()
    assert shop._client.auth.mode == "basic"
    good = a_shop(sim, clock)
    good.statuses()
    sim.database("keys")
    with pytest.raises(Unauthorised):
        read(good)
    assert good._client.auth.mode == "basic"
    assert repr(good._client.auth) == "WooAuth(basic)"


def test_plain_http_is_signed(clock: ManualClock) -> None:
    """Over http the secret never travels: calls are signed, with commas and Swedish letters in them."""
    sim = a_sim(clock)
    order = sim.place()
    seen: list[str] = []
    sim.faults.add("run", times=None, match=lambda environ: bool(seen.append(environ["REQUEST_URI"])))
    shop = a_shop(sim, clock, url="http://shop.example")
    assert ids(read(shop, "2026-11-21T11:00:00")) == [str(order)]
    shop.mark(ref(order), document=a_document("Å,1"), repeat=True)
    assert all("oauth_signature=" in uri and "cs_simulated" not in uri for uri in seen)


def test_mark_writes_meta_and_one_private_note(clock: ManualClock) -> None:
    """The buyer gets no mail; a repeat adds nothing."""
    sim = a_sim(clock)
    order = sim.place()
    shop = a_shop(sim, clock)
    mails = len(sim.mails)
    shop.mark(ref(order), document=a_document(), repeat=False)
    shop.mark(ref(order), document=a_document(), repeat=True)
    notes = [note for note in sim.notes[order] if "B-12" in note["note"]]
    assert [note["customer_note"] for note in notes] == [False]
    assert len(sim.mails) == mails
    meta = {row["key"]: row["value"] for row in sim.order(order)["meta_data"]}
    assert (meta["_orderbro_document"], meta["_orderbro_state"]) == ("B-12", "booked")


def test_mark_of_an_order_that_is_gone(clock: ManualClock) -> None:
    """The shop's 400 for an unknown order is "not there", as its 404 is for reading."""
    with pytest.raises(NotFound):
        a_shop(a_sim(clock), clock).mark(ref(99), document=a_document(), repeat=False)


def test_order_without_a_real_id_is_never_asked_for(clock: ManualClock) -> None:
    """Ids we gave ourselves would mean another order to the shop."""
    shop = a_shop(None, clock)
    for call in (shop.order, shop.refunds, lambda which: shop.set_state(which, "completed")):
        with pytest.raises(Rejected, match="no usable id"):
            call(ref("0123"))


def test_set_state_reads_the_list_again_for_a_new_status(clock: ManualClock) -> None:
    """A status registered since the list was read is found."""
    sim = a_sim(clock)
    order = sim.place()
    shop = a_shop(sim, clock)
    shop.statuses()
    sim.register_status("packed", "Packad")
    shop.set_state(ref(order), "packed")
    assert sim.order(order)["status"] == "packed"


def test_set_state_whose_answer_is_lost_is_in_doubt(clock: ManualClock) -> None:
    """A crash after the save: nobody knows, and repeating is harmless."""
    sim = a_sim(clock)
    order = sim.place()
    shop = a_shop(sim, clock)
    shop.statuses()
    sim.dies_after_saving()
    with pytest.raises(LostReply):
        shop.set_state(ref(order), "completed")
    shop.set_state(ref(order), "completed")
    assert sim.order(order)["status"] == "completed"


def test_refunds_come_oldest_first_and_a_broken_one_is_named(clock: ManualClock) -> None:
    """Refunds are sorted by birth; one that cannot be read is not left out silently."""
    refund = {"id": 5, "amount": "10.00", "reason": "", "line_items": [], "shipping_lines": [], "fee_lines": [],
              "date_created_gmt": "2026-11-21T12:00:00"}  # fmt: skip
    with responses.RequestsMock() as server:
        server.get(f"{API}/orders/7/refunds", json=[refund, {**refund, "id": 4}])
        assert [found.id for found in a_shop(None, clock).refunds(ref(7))] == ["4", "5"]
    with responses.RequestsMock() as server:
        server.get(f"{API}/orders/7/refunds", json=[{**refund, "amount": ""}])
        with pytest.raises(Rejected, match="amount is"):
            a_shop(None, clock).refunds(ref(7))


def test_statuses_are_kept_for_an_hour(clock: ManualClock) -> None:
    """The list is asked for once, and again when it has grown old."""
    with responses.RequestsMock() as server:
        call = server.get(f"{API}/reports/orders/totals", json=STATUSES)
        shop = a_shop(None, clock)
        shop.statuses()
        shop.statuses()
        assert call.call_count == 1
        clock.advance(timedelta(hours=2).total_seconds())
        assert shop.statuses()[0].slug == "pending"
        assert call.call_count == 2
        shop.close()
        assert repr(shop) == "WooCommerce('main')"
