"""What was handed out, kept: nothing skipped from any cursor, nothing told twice, no other file believed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.clock import ManualClock
from bridge.erps.specter.answers import Node
from bridge.erps.specter.file import memory_in
from bridge.erps.specter.mapping_feeds import Kind, Thing
from bridge.erps.specter.spool import Spool


@pytest.fixture
def spool(tmp_path: Path, clock: ManualClock) -> Spool:
    """An empty one."""
    return opened(tmp_path, clock)


def opened(folder: Path, clock: ManualClock, *, account: str = "4711") -> Spool:
    """As after a restart, or in another process."""
    return Spool(memory_in(folder), account=account, clock=clock)


def thing(sku: str, said: str = "", site: str = "") -> Thing:
    """A row of a batch, with something below it."""
    child = Node(name="name", text=said, attributes={"é": "1"})
    return Thing(
        id=sku, site=site, node=Node(name="article", attributes={"articleNo": sku}, children=(child,))
    )


def keep(
    spool: Spool,
    *things: Thing,
    batch: str = "b1",
    keys: Mapping[str, str] | None = None,
    foreign: str = "",
) -> None:
    """A batch of articles."""
    spool.keep(Kind.ARTICLES, things, batch=batch, keys=keys or {}, foreign=foreign)


def told(spool: Spool, cursor: str | None = None, *, limit: int = 100) -> list[str]:
    """Article and what is said of it, page by page."""
    found: list[str] = []
    while True:
        page = spool.page(Kind.ARTICLES, cursor, limit=limit)
        assert len(page.records) <= limit
        found += [
            f"{each.id}{'+'.join(node.get('name') for node in each.nodes.values())}" for each in page.records
        ]
        if page.last:
            return found
        cursor = page.cursor


def end(spool: Spool) -> str | None:
    """The cursor behind everything."""
    return spool.page(Kind.ARTICLES, None, limit=1000).cursor


def test_what_was_kept_comes_back_word_for_word(spool: Spool, tmp_path: Path, clock: ManualClock):
    """In order, after a restart too."""
    assert spool.page(Kind.ARTICLES, None, limit=5) == spool.page(Kind.STOCK, None, limit=5)
    keep(spool, thing("B", "två"), thing("A", "ett"))
    page = opened(tmp_path, clock).page(Kind.ARTICLES, None, limit=5)
    assert [each.id for each in page.records] == ["B", "A"]
    assert page.records[0].nodes == {"": thing("B", "två").node}
    assert (page.last, page.foreign, page.restarted) == (True, "", False)
    assert spool.page(Kind.STOCK, None, limit=5).records == ()


def test_newer_word_takes_the_place_of_the_older_and_comes_last(spool: Spool):
    """Whoever has read the older is told; nobody is told both."""
    keep(spool, thing("A", "1"), thing("B", "1"))
    cursor = end(spool)
    keep(spool, thing("A", "2"), batch="b2")
    assert told(spool) == ["B1", "A2"]
    assert told(spool, cursor) == ["A2"]


def test_same_batch_again_tells_nobody_twice(spool: Spool):
    """After a crash between storing and saying so; what it has more than before is told."""
    keep(spool, thing("A", "1"))
    cursor = end(spool)
    keep(spool, thing("A", "1"))
    assert told(spool, cursor) == []
    keep(spool, thing("A", "1"), thing("B", "1"))
    assert told(spool, cursor) == ["B1"]


def test_same_word_in_a_newer_batch_is_news(spool: Spool):
    """Specter's figure went down and up again while the shop's went down only."""
    keep(spool, thing("A", "1"))
    cursor = end(spool)
    keep(spool, thing("A", "1"), batch="b2")
    assert told(spool, cursor) == ["A1"]


def test_sites_of_an_article_stay_together(spool: Spool):
    """One site changed: all are told, at the place of the newest."""
    keep(spool, thing("A", "1", "1"), thing("A", "2", "2"), thing("B", "1", "1"))
    cursor = end(spool)
    keep(spool, thing("A", "3", "1"), batch="b2")
    assert told(spool, cursor) == ["A3+2"]
    assert told(spool, limit=1) == ["B1", "A3+2"]


def test_together_and_by_site_exclude_each_other(spool: Spool):
    """Else everything would be counted twice."""
    keep(spool, thing("A", "1", "1"), thing("A", "2", "2"), thing("B", "9", "1"))
    keep(spool, thing("A", "3"), batch="b2")
    assert told(spool) == ["B9", "A3"]
    keep(spool, thing("A", "4", "2"), batch="b3")
    assert told(spool) == ["B9", "A4"]


def test_all_of_a_batch_or_nothing(spool: Spool):
    """A row that cannot be written takes the others back."""
    bad = Thing(id="B", node=Node(name="x", attributes={"x": b"bytes"}))  # type: ignore[dict-item]
    with pytest.raises(TypeError):
        keep(spool, thing("A"), bad)
    assert told(spool) == []


def test_accounts_have_nothing_to_do_with_each_other(spool: Spool, tmp_path: Path, clock: ManualClock):
    """Nor their cursors."""
    keep(spool, thing("A", "1"))
    other = opened(tmp_path, clock, account="4712")
    assert told(other) == []
    assert other.page(Kind.ARTICLES, end(spool), limit=5).restarted


@pytest.mark.parametrize("cursor", ["", "nonsense", "7", "-1.x", "99.mark"])
def test_cursor_that_is_not_of_this_file_begins_again(spool: Spool, cursor: str):
    """Better everything twice than something never; told as such, unless it says nothing at all."""
    keep(spool, thing("A", "1"))
    page = spool.page(Kind.ARTICLES, cursor, limit=5)
    assert [each.id for each in page.records] == ["A"]
    assert page.restarted is bool(cursor)


def test_older_copy_of_the_file_is_noticed(spool: Spool, tmp_path: Path, clock: ManualClock):
    """The caller has read further than it goes."""
    keep(spool, thing("A", "1"))
    copy = (tmp_path / "specter.sqlite").read_bytes()
    keep(spool, thing("B", "1"), batch="b2")
    cursor = end(spool)
    spool._file.close()
    (tmp_path / "specter.sqlite").write_bytes(copy)
    page = opened(tmp_path, clock).page(Kind.ARTICLES, cursor, limit=5)
    assert ([each.id for each in page.records], page.restarted) == (["A"], True)


def test_what_comes_after_an_older_copy_was_put_back_is_told(tmp_path: Path, clock: ManualClock):
    """Even when more has come than was lost: its numbers go on from the clock, not from the copy's last one."""
    keep(opened(tmp_path, clock), thing("A", "1"))
    copy = {path: path.read_bytes() for path in tmp_path.iterdir()}
    clock.advance(3600)
    later = opened(tmp_path, clock)
    keep(later, *(thing(f"L{at}") for at in range(30)), batch="b2")
    cursor = later.page(Kind.ARTICLES, None, limit=100).cursor
    later._file.close()
    clock.advance(3600)
    for path, body in copy.items():
        path.write_bytes(body)
    keep(opened(tmp_path, clock), *(thing(f"N{at}") for at in range(50)), batch="b3")
    assert len(told(opened(tmp_path, clock), cursor)) == 50


def test_foreign_batch_is_told_at_its_place(spool: Spool):
    """Once, though it has nothing in it, and to everybody who has not read so far."""
    keep(spool, foreign="f1", batch="f1")
    page = spool.page(Kind.ARTICLES, None, limit=5)
    assert (page.foreign, page.records) == ("f1", ())
    assert page.cursor is not None
    keep(spool, thing("A", "1"), foreign="f1", batch="f1")
    page = spool.page(Kind.ARTICLES, page.cursor, limit=5)
    assert (page.foreign, [each.id for each in page.records]) == ("", ["A"])


def test_order_is_found_by_the_shops_number(spool: Spool):
    """And its record by Specter's."""
    spool.keep(Kind.ORDERS, [thing("100001", "x")], batch="b1", keys={"main:7:order": "100001"})
    assert spool.order_of("main:7:order") == "100001"
    assert spool.order_of("main:8:order") == ""
    record = spool.record(Kind.ORDERS, "100001")
    assert record is not None
    assert record.nodes[""].get("name") == "x"
    assert spool.record(Kind.ORDERS, "100002") is None
    assert json.loads(spool._file.read("SELECT state FROM spool WHERE kind = 'keys'")[0][0]) == {
        "number": "100001"
    }


BATCHES = st.lists(
    st.lists(st.tuples(st.sampled_from("ABCDEF"), st.sampled_from(["1", "2"])), max_size=5), max_size=8
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=BATCHES, again=st.lists(st.booleans(), max_size=8), limit=st.integers(1, 4))
def test_reader_who_goes_on_from_his_cursor_knows_everything(
    tmp_path_factory: pytest.TempPathFactory,
    batches: list[list[tuple[str, str]]],
    again: list[bool],
    limit: int,
):
    """However batches are repeated by crashes and pages cut: what he knows is what was said last."""
    spool = opened(tmp_path_factory.mktemp("spool"), ManualClock())
    truth: dict[tuple[str, str], str] = {}
    known: dict[tuple[str, str], str] = {}
    cursor: str | None = None
    for at, rows in enumerate(batches):
        for _ in range(1 + (again[at] if at < len(again) else False)):
            keep(spool, *(thing(sku, f"{at}", site) for sku, site in rows), batch=f"b{at}")
        truth |= dict.fromkeys(rows, f"{at}")
        page = spool.page(Kind.ARTICLES, cursor, limit=limit)
        known |= {
            (each.id, site): node.get("name") for each in page.records for site, node in each.nodes.items()
        }
        cursor = page.cursor or cursor
    last = False
    while not last:
        page = spool.page(Kind.ARTICLES, cursor, limit=limit)
        known |= {
            (each.id, site): node.get("name") for each in page.records for site, node in each.nodes.items()
        }
        cursor, last = page.cursor or cursor, page.last
    assert known == truth
