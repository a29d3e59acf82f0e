"""The orders whose contents are still stored, as the bridge would book them now."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bridge.flows.orders import UNREADABLE
from bridge.model.codec import load_order
from bridge.model.orders import Order
from bridge.store import Store

__all__ = ["stored_orders"]


def stored_orders(
    store: Store, *, numbered: Callable[[Order], Order], shop: str | None = None
) -> Iterator[Order]:
    """Oldest first, within the retention; those that cannot be read are left out.

    ``numbered`` takes the buyer's numbers out of the configured fields.
    """
    for digest, body in store.reads.bodies():
        if digest.startswith(UNREADABLE):
            continue
        order = load_order(body)
        if shop is None or order.ref.shop == shop:
            yield numbered(order)
