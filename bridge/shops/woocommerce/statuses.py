"""Which order statuses the shop has: its own, and those its plugins have registered."""

from __future__ import annotations

from typing import Any

from bridge.errors import Transient
from bridge.model.texts import say
from bridge.shops.woocommerce.client import Client

__all__ = ["read_statuses"]


def read_statuses(client: Client) -> dict[str, str]:
    """Slug to name, drafts too.

    Raises:
        Transient: none at all. That is a database that failed, not a shop without statuses (woocommerce facts,
            row 3).
    """
    try:
        rows, _ = client.page("reports/orders/totals")
        found = {str(row["slug"]): str(row.get("name") or row["slug"]) for row in rows if _named(row)}
    except Transient as missing:
        if missing.status != 404:
            raise
        found = _described(client)  # the reports can be switched off; the description names the slugs alone
    if not found:
        raise Transient(say("The shop names no order statuses."), code="no-statuses")
    return found


def _named(row: Any) -> bool:
    return isinstance(row, dict) and bool(row.get("slug"))


def _described(client: Client) -> dict[str, str]:
    """The values the list's own filter takes (woocommerce facts, section b); ``any`` is not a status."""
    endpoints = client.describe("orders").get("endpoints")
    for endpoint in endpoints if isinstance(endpoints, list) else []:
        try:
            known = endpoint["args"]["status"]["items"]["enum"]
        except (KeyError, TypeError):
            continue
        return {str(slug): str(slug) for slug in known if slug != "any"}
    return {}
