"""Batches of changes: nothing is lost and nothing skipped, whenever the bridge is killed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge import disk
from bridge.clock import ManualClock
from bridge.erps.specter.batches import Batch, Batches, Kind
from bridge.erps.specter.errors import OpenBatch
from bridge.erps.specter.profile import load
from bridge.errors import Rejected, Transient, Unauthorised
from bridge.sim.faults import Kind as Fault
from tests.support.specter_office import Office
from tests.support.specter_wire import Wire, client_of


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    """A simulated account with nothing in its queues."""
    office = Office(tmp_path, clock)
    office.sim.account.response_max = 3
    for kind in Kind:
        while (batch := office.batches().receive(kind)).answer.count(ROWS[kind]):
            office.batches().acknowledge(batch)
        office.batches().acknowledge(batch)
    yield office
    office.close()


ROWS = {Kind.STOCK: "article", Kind.ARTICLES: "article", Kind.ORDERS: "order"}


def names(batch: Batch) -> list[str]:
    """The articles of a batch."""
    assert batch.answer.tree is not None
    return [row.get("articleNo") for row in batch.answer.tree.every("article")]


def kept(office: Office) -> dict[str, object]:
    """What the file of article information says."""
    found: dict[str, object] = json.loads((office.folder / "data" / "specter-articles.json").read_bytes())
    return found


def test_changes_come_once_and_are_gone_when_acknowledged(office: Office):
    """Received as often as need be before."""
    office.sim.goods.put("A-1", name="Åtta")
    first = office.batches().receive(Kind.ARTICLES)
    again = office.batches().receive(Kind.ARTICLES)
    assert names(first) == names(again) == ["A-1"]
    assert first.number == again.number
    assert not first.foreign
    office.batches().acknowledge(first)
    assert names(office.batches().receive(Kind.ARTICLES)) == []


def test_number_is_on_disk_before_anybody_is_asked(office: Office):
    """32 hexadecimal letters, never the same twice."""
    office.sim.faults.add(Fault.REFUSE, times=None)
    with pytest.raises(Transient):
        office.batches().receive(Kind.ARTICLES)
    number = kept(office)["number"]
    assert isinstance(number, str)
    assert len(number) == 32
    assert int(number, 16)
    office.sim.faults.clear()
    batch = office.batches().receive(Kind.ARTICLES)
    assert batch.number == number
    office.batches().acknowledge(batch)
    assert office.batches().receive(Kind.ARTICLES).number != number


def test_killed_before_storing_gets_the_same_again(office: Office):
    """And what changed meanwhile waits for the next batch."""
    office.sim.goods.put("A-1")
    office.batches().receive(Kind.ARTICLES)
    office.sim.goods.put("A-2")
    batch = office.batches().receive(Kind.ARTICLES)
    assert names(batch) == ["A-1"]
    office.batches().acknowledge(batch)
    assert names(office.batches().receive(Kind.ARTICLES)) == ["A-2"]


@pytest.mark.parametrize("done", [True, False])
def test_lost_answer_to_an_acknowledgement_is_made_good(office: Office, *, done: bool):
    """Whether Specter had acted on it or not: acknowledged again, then a new batch; nothing comes twice."""
    office.sim.goods.put("A-1")
    batch = office.batches().receive(Kind.ARTICLES)
    office.sim.asp_fault(work=done)
    with pytest.raises(Transient):
        office.batches().acknowledge(batch)
    assert kept(office)["stored"] is True
    office.sim.goods.put("A-2")
    following = office.batches().receive(Kind.ARTICLES)
    assert names(following) == ["A-2"]
    assert following.number != batch.number


def test_batch_of_a_bridge_whose_folder_is_gone_is_read_again(office: Office):
    """Error 99 names it; it is handed over, told as foreign, and acknowledged when stored."""
    office.sim.goods.put("A-1")
    lost = office.batches("old").receive(Kind.ARTICLES)
    batch = office.batches().receive(Kind.ARTICLES)
    assert (batch.number, batch.foreign, names(batch)) == (lost.number, True, ["A-1"])
    assert office.batches().receive(Kind.ARTICLES).foreign
    office.batches().acknowledge(batch)
    office.sim.goods.put("A-2")
    assert names(office.batches().receive(Kind.ARTICLES)) == ["A-2"]


def test_batch_somebody_else_acknowledged_is_given_up(office: Office):
    """A new one is opened instead of asking for the old one for ever."""
    office.sim.goods.put("A-1")
    mine = office.batches().receive(Kind.ARTICLES)
    office.batches("other").acknowledge(office.batches("other").receive(Kind.ARTICLES))
    office.sim.goods.put("A-2")
    following = office.batches().receive(Kind.ARTICLES)
    assert following.number != mine.number
    assert following.gone == mine.number, "its changes went elsewhere, and a person is told"
    assert names(following) == ["A-2"]
    assert not office.batches().receive(Kind.ARTICLES).gone


def test_acknowledging_twice_is_harmless(office: Office):
    """The second asks nobody, and leaves a newer batch alone."""
    office.sim.goods.put("A-1")
    batch = office.batches().receive(Kind.ARTICLES)
    office.batches().acknowledge(batch)
    office.sim.goods.put("A-2")
    newer = office.batches().receive(Kind.ARTICLES)
    asked = len(office.actions())
    office.batches().acknowledge(batch)
    assert len(office.actions()) == asked
    assert names(office.batches().receive(Kind.ARTICLES)) == names(newer) == ["A-2"]


def test_batch_specter_will_not_close_is_told_at_every_reading(tmp_path: Path, clock: ManualClock):
    """Its changes are never handed out in an endless round."""
    wire = Wire().answer(b"<r><articles><article/></articles></r>", b"0;5;no", b"0;5;no", b"0;99;'?'")
    batches = plain(wire, tmp_path, clock)
    batch = batches.receive(Kind.ARTICLES)
    wire.answers[-1] = f"0;99;'{batch.number}'".encode()
    for call in (lambda: batches.acknowledge(batch), lambda: batches.receive(Kind.ARTICLES)):
        with pytest.raises(Rejected, match=r"refused it: no \(5\)"):
            call()
    assert not wire.answers


def test_foreign_batch_closed_under_our_eyes_is_given_up(tmp_path: Path, clock: ManualClock):
    """Somebody acknowledged it between our two questions."""
    wire = Wire().answer(b"0;99;'theirs'", b"0;5;gone", b"<r><articles/></r>")
    batch = plain(wire, tmp_path, clock).receive(Kind.ARTICLES)
    assert (batch.foreign, batch.gone) == (False, "theirs")
    assert [wire.sent(at)["batchNo"] == "theirs" for at in range(3)] == [False, True, False]
    wire.answer(b"0;5;not now", f"0;99;'{batch.number}'".encode(), b"<r><articles/></r>")
    assert plain(wire, tmp_path, clock).receive(Kind.ARTICLES).gone == "", (
        "it was refused, and is there all the same"
    )


def test_full_answer_tells_that_there_may_be_more(office: Office):
    """Acknowledge, go on: everything comes, each once."""
    wanted = [f"A-{at}" for at in range(7)]
    for sku in wanted:
        office.sim.goods.put(sku)
    found, full = [], []
    for _ in range(3):
        batch = office.batches().receive(Kind.ARTICLES)
        found += names(batch)
        full.append(batch.full)
        office.batches().acknowledge(batch)
    assert (found, full) == (wanted, [True, True, False])


def test_kinds_do_not_disturb_each_other(office: Office):
    """One batch of each may be open; stock asks for every site."""
    office.sim.goods.put("A-1")
    articles, stock = office.batches().receive(Kind.ARTICLES), office.batches().receive(Kind.STOCK)
    assert articles.number != stock.number
    assert office.sim.log[-1]["body"]["getmultiplestocksites"] == "1"
    assert office.batches().receive(Kind.ORDERS).answer.count("order") == 0
    office.batches().acknowledge(stock)
    assert office.batches().receive(Kind.ARTICLES).number == articles.number


def test_file_that_makes_no_sense_is_as_good_as_none(office: Office, caplog: pytest.LogCaptureFixture):
    """Specter tells which batch is open."""
    office.sim.goods.put("A-1")
    batch = office.batches().receive(Kind.ARTICLES)
    (office.folder / "data" / "specter-articles.json").write_text("half a", "utf-8")
    again = office.batches().receive(Kind.ARTICLES)
    assert (again.number, names(again)) == (batch.number, ["A-1"])
    assert "batch=unreadable" in caplog.text


def plain(wire: Wire, folder: Path, clock: ManualClock) -> Batches:
    """In front of laid answers."""
    return Batches(client_of(wire, clock), load(), account="1", folder=folder, clock=clock)


def test_others_that_keep_opening_batches_are_left_for_later(tmp_path: Path, clock: ManualClock):
    """A few are gone through, then the poll ends."""
    wire = Wire().answer(*(f"0;99;open: 'b{at}'".encode() for at in range(9)))
    with pytest.raises(OpenBatch):
        plain(wire, tmp_path, clock).receive(Kind.STOCK)
    assert [wire.sent(at)["batchNo"] for at in range(1, 3)] == ["b0", "b1"]
    assert len(wire.calls) == 3


def test_open_batch_nobody_names_is_left_for_later(tmp_path: Path, clock: ManualClock):
    """There is nothing to ask for."""
    wire = Wire().answer(b"0;99;busy")
    with pytest.raises(OpenBatch):
        plain(wire, tmp_path, clock).receive(Kind.STOCK)


def test_refusal_of_a_new_number_is_told(tmp_path: Path, clock: ManualClock):
    """It is no batch that is gone."""
    wire = Wire().answer(b"0;5;no such function")
    with pytest.raises(Rejected, match="no such function"):
        plain(wire, tmp_path, clock).receive(Kind.STOCK)
    assert len(wire.calls) == 1


def test_answer_without_a_limit_is_never_full(tmp_path: Path, clock: ManualClock):
    """Rows of text have none."""
    wire = Wire().answer(b"7;A-1;2;f00\r8;A-2;2;f00\r")
    batch = plain(wire, tmp_path, clock).receive(Kind.STOCK)
    assert (batch.answer.count("article"), batch.full) == (2, False)


def test_folder_that_cannot_be_used_is_told_with_the_remedy(tmp_path: Path, clock: ManualClock):
    """Nothing is asked of Specter."""
    (tmp_path / "data").write_text("a file", "utf-8")
    wire = Wire()
    with pytest.raises(Unauthorised, match="how far it has read"):
        plain(wire, tmp_path / "data", clock).receive(Kind.STOCK)
    assert wire.calls == []


def test_bridge_that_does_not_finish_is_waited_for_and_told(tmp_path: Path, clock: ManualClock):
    """Another process holds the lock."""
    handle = disk.open_lock(tmp_path / "specter-stock.lock")
    assert disk.grab(handle)
    with pytest.raises(Transient, match="does not finish"):
        plain(Wire(), tmp_path, clock).receive(Kind.STOCK)
