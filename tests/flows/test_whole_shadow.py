"""Shadow mode through the whole bridge: what it shows, and what a report makes of books kept by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bridge.clock import ManualClock
from bridge.flows.comparing import How, compare
from bridge.flows.would_be import booked_by_hand, would_be_sent
from bridge.sim.woocommerce import ShopSim
from bridge.sim.woocommerce.arrivals import arrive
from bridge.store.records import State
from tests.support.whole import PASSWORD, Whole
from tests.woo import raw_with_row

STOCKHOLM = ZoneInfo("Europe/Stockholm")
RATES = "[orders]\nexchange_rates = EUR 11.45, NOK 0.98, DKK 1.53\n"
SHADOW = f"[bridge]\nmode = shadow\nlanguage = en\n{RATES}"
PERIOD = {"first": date(2026, 11, 1), "last": date(2026, 11, 30)}


def due(sim: ShopSim) -> list[int]:
    """The orders in a status that sends."""
    return [ident for ident, order in sim.orders.items() if order["status"] in {"processing", "completed"}]


@pytest.fixture
def sim(clock: ManualClock) -> ShopSim:
    """A shop with orders of the demo's buyers, four of them to be sent."""
    shop = ShopSim(now=clock.now)
    for buyer in range(1, 20):
        if len(due(shop)) < 4:
            arrive(shop, buyer)
            clock.advance(minutes=5)
    return shop


@pytest.fixture
def whole(tmp_path: Path, clock: ManualClock, sim: ShopSim) -> Iterator[Whole]:
    """A bridge in shadow mode before it."""
    made = Whole(tmp_path, clock, {"main": sim}, more=SHADOW)
    yield made
    made.close()


def try_all(whole: Whole) -> None:
    """As the daemon does."""
    whole.poll()
    while whole.bridge.trial.round().any:
        pass


def by_hand(whole: Whole) -> list[bytes]:
    """What somebody who books exactly as the bridge would has in the books, without the bridge's own key."""
    whole.more = RATES
    whole.close()
    whole.start()
    whole.drain()
    files = sorted(whole.simulator.folder.rglob("*.si"))
    return [re.sub(rb" main:(\d+):order\"", rb" webb \1\"", path.read_bytes()) for path in files]


def test_m_3_shadow_shows_each_document_and_sends_none(whole: Whole, sim: ShopSim):
    """The page shows the voucher as it would be, with its arithmetic, and says that nothing was sent."""
    try_all(whole)
    assert whole.booked() == {}
    assert sim.log == []
    client = whole.page().test_client()
    token = re.search(r'name="csrf" value="([^"]+)"', client.get("/login").text)
    assert token
    client.post("/login", data={"password": PASSWORD, "csrf": token[1]})
    ident = due(sim)[0]
    detail = whole.detail(ident)
    assert detail is not None
    text = client.get(f"/entry/{detail.entry.id}").text
    assert "tried, not sent" in text
    assert "What would be sent" in text
    assert "The arithmetic" in text
    assert "What was sent and what came back" not in text
    assert f"main:{ident}:order" in text


def test_m_3_books_kept_exactly_so_have_nothing_to_look_at(whole: Whole):
    """Weeks of shadow, and the same in the books: time to go live."""
    try_all(whole)
    ours, unready = would_be_sent(whole.bridge.store, zone=STOCKHOLM, **PERIOD)
    assert (len(ours), unready) == (4, ())
    hand = [voucher for data in by_hand(whole) for voucher in booked_by_hand(data)]
    found = compare(ours, hand, **PERIOD)
    assert found.same
    assert found.accounts == {}
    assert sum(len(met.ours) for met in found.met) == 4


def test_m_3_report_finds_what_is_missing_extra_and_booked_otherwise(whole: Whole):
    """One order nobody booked, one on another account, and a sale that was none of ours."""
    try_all(whole)
    ours, _ = would_be_sent(whole.bridge.store, zone=STOCKHOLM, **PERIOD)
    files = by_hand(whole)
    ours = tuple(sorted(ours, key=lambda each: int(each.also)))
    vouchers = {re.search(rb"webb (\d+)", data)[1].decode(): data for data in files}  # type: ignore[index]
    first, second = ours[0].also, ours[1].also
    (own_account,) = (account for account in ours[1].accounts if account.startswith("30"))
    changed = vouchers[second].replace(f"#TRANS {own_account}".encode(), b"#TRANS 3099")
    changed = changed.replace(f'#TRANS "{own_account}"'.encode(), b'#TRANS "3099"')
    extra = b'#VER "K" "9" 20261121 "Kontant"\r\n{\r\n#TRANS 1910 {} 12.50\r\n#TRANS 3001 {} -12.50\r\n}\r\n'
    rest = [data for ident, data in vouchers.items() if ident not in {first, second}]
    hand = [voucher for data in (changed, extra, *rest) for voucher in booked_by_hand(data)]
    found = compare(ours, hand, **PERIOD)
    assert [each.also for each in found.missing] == [first]
    assert [(each.number, each.debit) for each in found.extra] == [("K9", Decimal("12.50"))]
    (differing,) = (met for met in found.met if met.differing)
    assert (differing.how, differing.ours[0].also) == (How.NUMBER, second)
    assert set(differing.differing) == {own_account, "3099"}
    assert set(found.accounts) == {own_account, "3099"}


def test_report_names_what_has_no_document(whole: Whole, sim: ShopSim):
    """Parked with its reason, and what is not tried yet; outside the period neither."""
    sim.place(raw_with_row(price="12,50") | {"id": 9001})
    whole.poll()
    _, unready = would_be_sent(whole.bridge.store, zone=STOCKHOLM, **PERIOD)
    assert {str(each.reason) for each in unready} == {"Not tried yet."}
    try_all(whole)
    assert whole.state(9001) is State.PARKED
    ours, unready = would_be_sent(whole.bridge.store, zone=STOCKHOLM, **PERIOD)
    assert len(ours) == 4
    (bad,) = unready
    assert bad.key == "main:9001:order"
    assert "12,50" in str(bad.reason)
    nothing = would_be_sent(whole.bridge.store, first=date(2020, 1, 1), last=date(2020, 2, 1), zone=STOCKHOLM)
    assert nothing == ((), ())


def test_our_own_vouchers_and_vouchers_without_a_date_are_not_by_hand():
    """A file with both the bridge's and somebody's: only somebody's count; what cannot be dated cannot be held."""
    own = b'#VER "W" "1" 20261121 "Order 1 main:1:order"\n{\n#TRANS 3001 {} 1\n}\n'
    undated = b'#VER "W" "2" 2026 "Webb"\n{\n#TRANS 3001 {} 1\n}\n'
    unread = b'#VER "W" "3" 20261121 "Webb"\n{\n#TRANS 3001 {} 1,5\n#TRANS 1910 {} 2\n}\n'
    (hand,) = booked_by_hand(own + undated + unread)
    assert (hand.number, dict(hand.accounts)) == ("W3", {"1910": Decimal(2)})
