"""Received, stored, acknowledged: in this order, one reader at a time, and never an answer nobody can make out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge import disk
from bridge.clock import ManualClock
from bridge.erps.specter import pulling
from bridge.erps.specter.mapping_feeds import Kind
from bridge.erps.specter.profile import load
from bridge.errors import Rejected, Transient, Unauthorised
from tests.support.specter_desk import Desk, whole
from tests.support.specter_office import Office
from tests.support.specter_wire import Wire, client_of


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    """A simulated account that hands out three rows at once."""
    office = Office(tmp_path, clock)
    office.sim.account.response_max = 3
    yield office
    office.close()


def opened(office: Office) -> Desk:
    """As after a restart."""
    return Desk(office.client(), office.profile, office.folder / "data", office.clock)


def plain(wire: Wire, folder: Path, clock: ManualClock) -> Desk:
    """In front of laid answers."""
    return Desk(client_of(wire, clock), load(), folder, clock)


def skus(desk: Desk) -> list[str]:
    """The articles that are kept."""
    return [each.id for each in desk.spool.page(Kind.ARTICLES, None, limit=1000).records]


def test_everything_that_waits_is_fetched_batch_after_batch(office: Office):
    """Each acknowledged before the next; then there is nothing left."""
    for at in range(7):
        office.sim.goods.put(f"A-{at}")
    assert opened(office).pulling.pull(Kind.ARTICLES) == 7
    assert office.actions() == ["getArticleInfoExternalNeedUpdate", "updateArticleInfosFromBatch"] * 3
    assert skus(opened(office)) == [f"A-{at}" for at in range(7)]
    assert opened(office).pulling.pull(Kind.ARTICLES) == 0


def test_what_changed_while_an_old_batch_was_open_comes_in_the_same_pull(office: Office):
    """Else a figure of yesterday would be told, and today's at the next reading only."""
    office.sim.goods.put("A-1", name="old")
    office.batches().receive(Kind.ARTICLES)
    office.sim.goods.put("A-1", name="new")
    desk = opened(office)
    assert desk.pulling.pull(Kind.ARTICLES) == 2
    items, _, _ = whole(desk.feeds.products(None))
    assert [each.name for each in items] == ["new"]


def test_nothing_is_acknowledged_that_could_not_be_stored(office: Office):
    """A full disk: the batch stays open in Specter, and comes again."""
    office.sim.goods.put("A-1")
    desk = opened(office)
    desk.file.path.parent.mkdir(exist_ok=True)
    desk.file.path.mkdir()
    with pytest.raises(Unauthorised, match="cannot be used"):
        desk.pulling.pull(Kind.ARTICLES)
    assert office.actions() == ["getArticleInfoExternalNeedUpdate"]
    desk.file.path.rmdir()
    assert opened(office).pulling.pull(Kind.ARTICLES) == 1


def test_lost_answer_to_the_acknowledgement_loses_nothing(office: Office):
    """It is stored; the next pull closes the batch and goes on."""
    office.sim.goods.put("A-1")
    desk = opened(office)
    office.sim.asp_fault(work=True, match=lambda environ: "FromBatch" in environ["QUERY_STRING"])
    with pytest.raises(Transient):
        desk.pulling.pull(Kind.ARTICLES)
    assert skus(desk) == ["A-1"]
    office.sim.goods.put("A-2")
    assert opened(office).pulling.pull(Kind.ARTICLES) == 1
    assert skus(desk) == ["A-1", "A-2"]


def test_answer_of_an_unknown_form_is_left_in_specter(tmp_path: Path, clock: ManualClock):
    """Names what is odd, and where the owner's profile can say what it is."""
    wire = Wire().answer(b"<r><artiklar><artikel/></artiklar></r>")
    desk = plain(wire, tmp_path, clock)
    with pytest.raises(Rejected, match="unknown form") as caught:
        desk.pulling.pull(Kind.ARTICLES)
    assert "artiklar" in str(caught.value)
    assert "[batches]" in str(caught.value.advice)
    assert len(wire.calls) == 1


def test_batches_without_end_end_for_now(tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch):
    """The same over and over is no list of changes."""
    monkeypatch.setattr(pulling, "_ROUNDS", 3)
    body = b"<r><responseMaxLimit>1</responseMaxLimit><articles><article articleNo='A'/></articles></r>"
    wire = Wire().answer(*[body, b"1;x;ok"] * 3)
    desk = plain(wire, tmp_path, clock)
    with pytest.raises(Transient, match="without end"):
        desk.pulling.pull(Kind.ARTICLES)
    assert not wire.answers
    assert skus(desk) == ["A"]


def test_one_reader_at_a_time(office: Office):
    """A slow one would store what a faster one has overtaken."""
    office.sim.goods.put("A-1")
    desk = opened(office)
    (office.folder / "data").mkdir(exist_ok=True)
    handle = disk.open_lock(office.folder / "data" / "specter-articles.reader")
    assert disk.grab(handle)
    with pytest.raises(Transient, match="does not finish"):
        desk.pulling.pull(Kind.ARTICLES)
    assert office.actions() == []
    assert desk.pulling.pull(Kind.STOCK) == 0
