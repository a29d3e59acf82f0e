from __future__ import annotations

import pytest
import responses

from bridge.clock import ManualClock
from bridge.errors import Transient, Unauthorised
from tests.woo import URL, a_shop, read

API = f"{URL}/wp-json/wc/v3"
NO_ROUTE = {"code": "rest_no_route", "message": "No route was found.", "data": {"status": 404}}


def test_statuses_come_from_the_description_where_reports_are_off(clock: ManualClock) -> None:
    """A shop without reports still names its statuses in what it says about its own list."""
    described = {
        "endpoints": [{"args": {}}, {"args": {"status": {"items": {"enum": ["any", "trash", "packed"]}}}}]
    }
    with responses.RequestsMock() as server:
        server.get(f"{API}/reports/orders/totals", status=404, json=NO_ROUTE)
        server.options(f"{API}/orders", json=described)
        assert [status.slug for status in a_shop(None, clock).statuses()] == ["trash", "packed"]


@pytest.mark.parametrize("described", [{}, {"endpoints": None}, {"endpoints": [None]}])
def test_shop_that_names_no_statuses_is_not_believed(
    clock: ManualClock, described: dict[str, object]
) -> None:
    """No statuses at all is a fault that passes, never a reason to read nothing."""
    with responses.RequestsMock() as server:
        server.get(f"{API}/reports/orders/totals", status=404, json=NO_ROUTE)
        server.options(f"{API}/orders", json=described)
        with pytest.raises(Transient, match="no order statuses"):
            a_shop(None, clock).statuses()


def test_shop_with_drafts_alone_reads_nothing(clock: ManualClock) -> None:
    """A list in which nothing is left to ask for would become a filter for everything."""
    with responses.RequestsMock() as server:
        server.get(f"{API}/reports/orders/totals", json=[{"slug": "checkout-draft"}, None])
        with pytest.raises(Transient, match="no order statuses"):
            read(a_shop(None, clock))


def test_refused_access_to_the_statuses_is_said_as_such(clock: ManualClock) -> None:
    """A key without the right is not taken for a shop without reports."""
    with responses.RequestsMock() as server:
        server.get(f"{API}/reports/orders/totals", status=403, json={"code": "woocommerce_rest_cannot_view"})
        with pytest.raises(Unauthorised, match="may not see"):
            a_shop(None, clock).statuses()
