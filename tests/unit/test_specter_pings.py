"""Pings of Specter: the secret decides, ``1;Done`` is heard, and only the reading that follows tells what changed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from bridge.clock import ManualClock
from bridge.erps.specter.mapping_feeds import Kind
from bridge.erps.specter.pings import Pings
from bridge.errors import Rejected, Transient
from bridge.sim.faults import Kind as Fault
from tests.support.specter_desk import Desk, whole
from tests.support.specter_office import Office

SECRET = "en-hemlighet-pa-minst-tjugo"


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    """A simulated account."""
    office = Office(tmp_path, clock)
    yield office
    office.close()


@pytest.fixture
def desk(office: Office) -> Desk:
    """A reader to whom everything there was is told already."""
    desk = Desk(office.client(), office.profile, office.folder / "data", office.clock)
    desk.pulling.collect()
    return desk


def test_only_the_right_secret_is_answered(office: Office, desk: Desk):
    """Whatever else is told; and nobody is asked anything."""
    pings = Pings(SECRET, desk.pulling, office.profile)
    asked = len(office.sim.log)
    assert pings.pinged(SECRET, {"orderNo": "1"}) == "1;Done"
    for wrong in ("", SECRET[:-1], SECRET + "x", "hemlighet-på-svenska-å"):
        assert pings.pinged(wrong, {}) is None
    assert len(office.sim.log) == asked


def test_without_a_secret_there_are_no_pings(office: Office, desk: Desk):
    """An empty one is nobody's."""
    pings = Pings("", desk.pulling, office.profile)
    assert pings.pinged("", {}) is None


def test_ping_is_heard_and_what_changed_is_there_after_collecting(office: Office, desk: Desk):
    """Every trigger; Specter waits for the answer while it holds nothing we need."""
    pings = Pings(SECRET, desk.pulling, office.profile)
    woken: list[str] = []

    def caller(url: str) -> str:
        parts = urlsplit(url)
        answer = pings.pinged(parts.path.rpartition("/")[2], dict(parse_qsl(parts.query)))
        assert answer is not None
        woken.append(url)
        return answer

    office.sim.bell.urls = {"stock": f"https://bridge.example/ping/{SECRET}?calltype=1"}
    office.sim.bell.caller = caller
    office.sim.goods.put("MUG")
    office.sim.goods.set_stock("MUG", Decimal(4))
    assert all(ring.heard for ring in office.sim.bell.rings)
    assert len(woken) == 1
    assert pings.collect() == 3  # the article; its stock at two sites
    assert pings.collect() == 0
    calls = len(office.sim.log)
    assert {each.available for each in whole(desk.feeds.stock(None))[0] if not each.site} == {Decimal(4)}
    assert len(office.sim.log) == calls + 2  # one reading, empty, and its acknowledgement


def test_refusal_of_one_kind_does_not_stop_the_others(office: Office, desk: Desk):
    """An account without stock still tells of orders and articles."""
    office.sim.goods.put("MUG", name="Mugg")
    office.sim.faults.add(
        Fault.ANSWER, times=None, status=200, body=b"0;5;no such function",
        match=lambda environ: "getArticleExternal" in environ["QUERY_STRING"],
    )  # fmt: skip
    with pytest.raises(Rejected, match="no such function"):
        desk.pulling.collect()
    page = desk.spool.page(Kind.ARTICLES, None, limit=100)
    assert page.records[-1].id == "MUG"


def test_specter_that_is_away_stops_all(office: Office, desk: Desk):
    """It will pass."""
    office.sim.faults.add(Fault.ANSWER, times=None, status=503)
    with pytest.raises(Transient):
        desk.pulling.collect()
    assert len(office.sim.faults.struck) == 1
