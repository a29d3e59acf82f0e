"""Answers a real Specter might give and nobody has seen: none is taken for success, for rows, or for nothing new."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from bridge.clock import ManualClock
from bridge.erps.specter.answers import read
from bridge.erps.specter.batches import Batch, Batches
from bridge.erps.specter.errors import Duplicate, OpenBatch
from bridge.erps.specter.mapping_feeds import Kind
from bridge.erps.specter.profile import Action, load
from bridge.errors import LostReply, Rejected, Transient
from tests.support.specter_desk import Desk
from tests.support.specter_wire import Wire, client_of

PROFILE = load()


def refusal(wire: Wire, clock: ManualClock, body: bytes) -> Rejected:
    """What an order is refused with."""
    with pytest.raises(Rejected) as caught:
        client_of(wire.answer(body), clock).put(Action.ORDER, {"customerId": "7"})
    return caught.value


def test_refusal_of_two_fields_is_read_like_one_of_three(clock: ManualClock):
    """What stands in the place of the code is no code: its words count, and a person's name does not go further."""
    found = refusal(Wire(), clock, "0;externalOrderNo 'main:1:order' är redan använt".encode("latin-1"))
    assert isinstance(found, Duplicate)
    assert found.code == ""
    found = refusal(Wire(), clock, b"0;Ordern till eva@example.com kan inte tas emot")
    assert "kan inte tas emot" in str(found)
    assert "eva@" not in f"{found.text} {found.code} {found.excerpt}"


def test_refusal_of_several_lines_is_read_whole(clock: ManualClock):
    """The reason may stand on the second."""
    found = refusal(Wire(), clock, "0;4711;Fel\r\nexternalOrderNo är redan använt".encode("latin-1"))
    assert isinstance(found, Duplicate)
    assert found.code == "4711"
    with pytest.raises(OpenBatch) as caught:
        client_of(Wire().answer(b"0;99;Batch 'abc'\r\n\xe4r \xf6ppen"), clock).get(Action.STOCK, batch="b")
    assert caught.value.number == "abc"


@pytest.mark.parametrize(
    "body",
    [
        b"1;0;OK",
        b"1;;OK",
        b"<r><APIresponse><result>1</result><code>0</code></APIresponse></r>",
        b"<r><APIresponse><result>1</result><code>000</code></APIresponse><id>0</id></r>",
    ],
)
def test_noughts_are_nobodys_number(body: bytes):
    """Else every order were number 0, and for customer 0."""
    answer = read(body, PROFILE, writes=True)
    assert (answer.good, answer.id) == (True, "")
    assert read(b"1;100;OK", PROFILE, writes=True).id == "100"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (Kind.STOCK, b"-1;Databasen svarar inte;f\xf6rs\xf6k igen;senare"),
        (Kind.STOCK, b"2;17;Fel i databasen"),
        (Kind.STOCK, b"<fel>Internt fel</fel>"),
        (Kind.ARTICLES, b"<articles>Internt fel</articles>"),
        (Kind.ORDERS, b"<p>Tj\xc3\xa4nsten \xc3\xa4r st\xc3\xa4ngd</p>"),
    ],
)
def test_sentence_is_neither_a_row_nor_an_empty_batch(
    tmp_path: Path, clock: ManualClock, kind: Kind, body: bytes
):
    """What is acknowledged never comes again, so nothing is acknowledged."""
    wire = Wire().answer(body)
    desk = Desk(client_of(wire, clock), PROFILE, tmp_path, clock)
    with pytest.raises(Rejected, match="unknown form"):
        desk.pulling.pull(kind)
    assert len(wire.calls) == 1
    assert desk.spool.page(kind, None, limit=9).records == ()


def test_xml_of_any_depth_is_no_answer(clock: ManualClock):
    """A thousand elements in each other, and entities that grow."""
    for depth in (60, 400, 100_000):
        with pytest.raises(ValueError, match="no XML"):
            read(b"<a>" * depth + b"</a>" * depth, PROFILE, writes=False)
    bomb = b'<!DOCTYPE a [<!ENTITY x "xx"><!ENTITY y "&x;&x;">]><a>&y;</a>'
    with pytest.raises(LostReply):
        client_of(Wire().answer(bomb), clock).put(Action.ORDER, {"customerId": "7"})


def test_batch_that_was_closed_before_another_opened_one_stops_nothing(tmp_path: Path, clock: ManualClock):
    """Our acknowledgement's answer was lost, and another program reads since: error 99 names theirs, not ours."""
    wire = Wire()
    batches = Batches(client_of(wire, clock), PROFILE, account="4711", folder=tmp_path, clock=clock)
    batch = _received(batches, wire)
    wire.answer(b"0;99;Batch 'theirs' is open")
    batches.acknowledge(batch)
    batch = _received(batches, wire)
    wire.answer(requests.exceptions.ReadTimeout())
    with pytest.raises(Transient):
        batches.acknowledge(batch)
    wire.answer(b"0;99;Batch 'theirs' is open", b"0;99;Batch 'theirs' is open", b"<articles/>")
    assert batches.receive(Kind.ARTICLES).number == "theirs"


def _received(batches: Batches, wire: Wire) -> Batch:
    """An empty one."""
    wire.answer(b"<articles/>")
    return batches.receive(Kind.ARTICLES)
