"""Table (a) of the woocommerce facts, row by row: time filters and order."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.conformance.woo_sim_client import Client, shop

ONE = 125
MOMENT = datetime(2026, 6, 15, 10, 0, 30, tzinfo=UTC)  # 12:00:30 in Stockholm (summer)
WINTER = datetime(2026, 1, 15, 11, 0, 30, tzinfo=UTC)  # 12:00:30 in Stockholm


@pytest.fixture
def client() -> Client:
    """A shop with one order, modified at 12:00:30 local time on a winter's day."""
    made = shop(recorded=False)
    made.sim.place(
        id=ONE, status="processing", date_modified_gmt=WINTER.isoformat(), date_created_gmt=WINTER.isoformat()
    )
    return made


@pytest.mark.parametrize(
    ("query", "hit"),
    [
        ({"dates_are_gmt": "true", "modified_after": "2026-01-15T11:00:30"}, False),  # exclusive
        ({"dates_are_gmt": "true", "modified_after": "2026-01-15T11:00:29"}, True),
        ({"dates_are_gmt": "true", "modified_before": "2026-01-15T11:00:30"}, False),
        ({"dates_are_gmt": "true", "modified_before": "2026-01-15T11:00:31"}, True),
        ({"dates_are_gmt": "true", "modified_after": "2026-01-15T11:00:29Z"}, False),  # surprise 1
        ({"dates_are_gmt": "true", "modified_after": "2026-01-15T10:00:29Z"}, True),  # shifted by the offset
        ({"dates_are_gmt": "true", "modified_after": "2026-01-15T10:00:30Z"}, False),
        ({"dates_are_gmt": "true", "modified_after": "2026-01-15T12:00:29+01:00"}, False),
        ({"dates_are_gmt": "true", "modified_after": "2026-01-15T11:00:29+00:00"}, False),
        ({"modified_after": "2026-01-15T11:00:29Z"}, True),
        ({"modified_after": "2026-01-15T11:00:30Z"}, False),
        ({"modified_after": "2026-01-15T12:00:29+01:00"}, True),
        ({"modified_after": "2026-01-15T12:00:30+01:00"}, False),
        ({"modified_after": "2026-01-15T12:00:29"}, True),  # naive is local
        ({"modified_after": "2026-01-15T12:00:30"}, False),
        ({"modified_after": "2026-01-15T11:00:29"}, True),  # naive UTC by mistake: an hour too much
        ({"modified_after": "2026-01-15T11:00:29.999Z"}, True),  # cut to the second
        ({"modified_after": "2026-01-15 12:00:29"}, True),  # blank instead of T
        ({"after": "2026-01-15T11:00:29Z"}, True),
        ({"before": "2026-01-15T11:00:30Z"}, False),
    ],
)
def test_time_filter_hits_as_measured(client: Client, query: dict[str, str], hit: bool) -> None:  # noqa: FBT001 - a table
    """Each measured combination of flag, zone and second returns the order or not."""
    assert (client.ids(**query) == [ONE]) is hit


def test_time_filter_naive_utc_by_mistake_returns_the_last_hour(client: Client) -> None:
    """A naive UTC time without the flag is taken for local time and lets an hour's orders through."""
    client.sim.place(id=126, date_modified_gmt="2026-01-15T10:15:00")
    assert client.ids(modified_after="2026-01-15T11:00:29", orderby="id", order="asc") == [ONE, 126]


@pytest.mark.parametrize("value", ["2026-01-01", "yesterday", "2026-13-45T00:00:00", ""])
def test_time_filter_odd_value_is_refused(client: Client, value: str) -> None:
    """A date only, a word or an impossible day is a 400 that names the parameter."""
    answer = client.ask("GET", "/orders", params={"modified_after": value})
    assert answer.status_code == 400
    assert answer.json()["data"]["details"]["modified_after"]["code"] == "rest_invalid_date"


def test_time_filter_unescaped_plus_is_refused(client: Client) -> None:
    """A plus sign that was not escaped is a blank, and the date is none."""
    assert client.ask("GET", "/orders?modified_after=2026-01-15T12:00:29+01:00").status_code == 400


def test_spring_gap_with_flag_skips_the_hour() -> None:
    """The local hour that does not exist is skipped with the flag, and found without it."""
    client = shop(recorded=False)
    client.sim.place(id=1, date_modified_gmt="2026-03-29T02:45:00")
    gap = {
        "modified_after": "2026-03-29T02:30:00",
        "modified_before": "2026-03-29T06:00:00",
        "dates_are_gmt": "true",
    }
    assert client.ids(**gap) == []
    assert client.ids(modified_after="2026-03-29T02:30:00Z", modified_before="2026-03-29T02:59:00Z") == [1]


def test_autumn_double_hour_with_z_finds_the_right_one() -> None:
    """Both orders of 02:30 local are told apart by their UTC time."""
    client = shop(recorded=False)
    client.sim.place(id=1, date_modified_gmt="2026-10-25T00:30:00")
    client.sim.place(id=2, date_modified_gmt="2026-10-25T01:30:00")
    assert client.ids(modified_after="2026-10-25T00:29:00Z", modified_before="2026-10-25T00:31:00Z") == [1]
    assert client.ids(modified_after="2026-10-25T01:29:00Z", modified_before="2026-10-25T01:31:00Z") == [2]


def test_order_by_modified_breaks_ties_by_id_both_ways() -> None:
    """Orders of the same second are sorted by id, up and down."""
    client = shop(recorded=False)
    for ident in (7, 5, 6):
        client.sim.place(id=ident, date_modified_gmt="2026-01-15T10:00:00")
    client.sim.place(id=4, date_modified_gmt="2026-01-15T10:00:01")
    assert client.ids(orderby="modified", order="asc") == [5, 6, 7, 4]
    assert client.ids(orderby="modified") == [4, 7, 6, 5]


@pytest.mark.parametrize("word", ["date", "id", "include", "title", "slug", "modified"])
def test_order_by_known_word_is_taken(client: Client, word: str) -> None:
    """The six words that exist are accepted."""
    assert client.ids(orderby=word) == [ONE]


def test_order_by_total_is_refused(client: Client) -> None:
    """There is no ordering by total."""
    answer = client.ask("GET", "/orders", params={"orderby": "total"})
    assert answer.status_code == 400
    assert answer.json()["data"]["params"]["orderby"].startswith("orderby is not one of date, id,")


def test_time_filters_on_products_and_refunds_behave_the_same() -> None:
    """Products and refunds: exclusive, Z alone hits, Z with the flag misses."""
    client = shop()
    client.clock.jump(WINTER)
    client.put("/products/30", stock_quantity=5)
    refund = client.sim.refund(125, "1.00")
    for path, ident in (("/products", 30), ("/refunds", refund)):
        span = {"modified_before": "2026-02-01T00:00:00Z"}
        assert client.ids(path, modified_after="2026-01-15T11:00:29Z", **span) == [ident]
        assert client.ids(path, modified_after="2026-01-15T11:00:30Z", **span) == []
        assert client.ids(path, modified_after="2026-01-15T11:00:29Z", dates_are_gmt="true", **span) == []


def test_refund_carries_no_date_of_change() -> None:
    """A refund has only date_created."""
    assert "date_modified" not in shop().get("/orders/150/refunds")[0]


def test_summer_time_is_two_hours_ahead() -> None:
    """The local fields follow the shop's time zone, the _gmt ones are UTC."""
    client = shop(recorded=False)
    client.sim.place(id=1, date_modified_gmt=MOMENT.isoformat())
    order = client.get("/orders/1")
    assert (order["date_modified"], order["date_modified_gmt"]) == (
        "2026-06-15T12:00:30",
        "2026-06-15T10:00:30",
    )
