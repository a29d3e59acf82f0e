"""The orders whose contents are still stored, as the bridge would book them now, and those that are not any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bridge.flows.orders import UNREADABLE
from bridge.model.codec import load_order
from bridge.model.orders import Order, OrderRef, Unreadable
from bridge.model.skus import with_first_skus
from bridge.ports import Shop
from bridge.store import Store

__all__ = ["order_again", "stored_orders"]


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


def order_again(store: Store, shops: Mapping[str, Shop], ref: OrderRef) -> Order | Unreadable:
    """The order as the shop has it, where its contents are not stored; its articles are those of its first sight.

    Raises:
        RemoteError: the shop did not hand it out.
    """
    order = shops[ref.shop].order(ref)
    seen = store.progress.seen_many([ref]).get(ref)
    return with_first_skus(order, seen.skus) if seen and isinstance(order, Order) else order
