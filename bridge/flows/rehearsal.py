"""Try the settings on orders the owner really has: what would be refused is told before it happens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from bridge.errors import BridgeError, Rejected, RemoteError
from bridge.model.documents import Preview
from bridge.model.orders import OrderRef
from bridge.model.texts import Problem, Text, say
from bridge.ports import Shop

__all__ = ["rehearse", "shop_orders"]

DAYS = 30
"""How far back a shop is asked, where nothing is stored yet."""


def shop_orders(
    shops: Mapping[str, Shop], *, triggers: Mapping[str, Iterable[str]], most: int
) -> Iterator[OrderRef]:
    """Up to ``most`` recent orders of each shop that would be sent; a shop that fails says so elsewhere."""
    for name, shop in shops.items():
        wanted = set(triggers[name])
        try:
            found = (order for feed in shop.recent_orders(days=DAYS) for order in feed.items)
            yield from islice((order.ref for order in found if order.status in wanted), most)
        except RemoteError:
            continue


def rehearse(refs: Iterable[OrderRef], preview: Callable[[OrderRef], Preview]) -> tuple[Problem, ...]:
    """What cannot become a document, each reason once, with the first order it holds for.

    Names a VAT rate without account, a currency without rate, an article the ERP does not have.
    """
    found: dict[str, tuple[OrderRef, Text, Text | None]] = {}
    counts: dict[str, int] = {}
    tried = 0
    for ref in refs:
        tried += 1
        try:
            preview(ref)
        except Rejected as refused:
            why = refused.field or str(refused.text)
            found.setdefault(why, (ref, refused.text, refused.advice))
            counts[why] = counts.get(why, 0) + 1
        except BridgeError:
            continue  # not a matter of settings: told where that part is checked
    return tuple(
        Problem(
            where=f"order {ref.number or ref.id}",
            what=say(
                "{what} This holds for {count} of {all} orders tried.",
                what=what,
                count=counts[why],
                all=tried,
            ),
            fix=advice or say("Correct the order in the shop; it is read again by itself."),
            severe=False,
        )
        for why, (ref, what, advice) in found.items()
    )
