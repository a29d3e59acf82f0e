"""Orders of the owner's own to try things on: the newest that are stored."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from bridge.model.codec import load_order
from bridge.model.documents import Purpose
from bridge.model.orders import Order
from bridge.store import Store
from bridge.store.records import Detail, EntryFilter

__all__ = ["newest_orders"]


def newest_orders(store: Store, *, most: int) -> list[Order]:
    """Up to ``most`` of the orders stored last, newest first; those nobody could read are left out."""
    page = store.reads.entries(EntryFilter(purpose=Purpose.ORDER), limit=most * 2)
    details = (store.reads.entry(entry.id) for entry in page.items)
    return list(islice((order for detail in details if detail for order in _order(detail)), most))


def _order(detail: Detail) -> Iterator[Order]:
    if detail.body is None:
        return
    try:
        order = load_order(detail.body)
    except ValueError:  # the shop's own JSON of an order nobody could read
        return
    yield order
