"""What a shop must be able to do. Every remote call may raise as ``bridge.ports`` says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bridge.model.documents import Document, Feed
from bridge.model.orders import Order, OrderRef, Refund, Unreadable
from bridge.model.texts import Problem

__all__ = ["Shop", "ShopStatus"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopStatus:
    """A status the shop knows."""

    slug: str
    name: str


class Shop(Protocol):
    """One webshop."""

    name: str
    """The name of its ``[shop NAME]`` section; stands in every key."""

    def check(self) -> Sequence[Problem]:
        """Try everything the bridge will need and say what is wrong, each with its remedy.

        Never raises a ``BridgeError``; writes nothing.
        """
        ...

    def statuses(self) -> Sequence[ShopStatus]:
        """Every order status the shop has, custom ones too."""
        ...

    def changed_orders(
        self, *, since: str | None, limit: int | None = None
    ) -> Iterator[Feed[Order | Unreadable]]:
        """The orders changed since the cursor ``since``, oldest change first, page by page.

        None: from the first order there ever was (the flow passes the configured or the first start). May
        repeat orders, never skips one, writes nothing to the shop.
        Each page's cursor is the newest change in it; the caller stores the page, and moves its own cursor
        only to the cursor of a page that says it is ``complete``. ``limit`` ends the stream after about so
        many orders, without ``complete``. An empty or failing answer never yields a cursor.
        """
        ...

    def recent_orders(self, *, days: int) -> Iterator[Feed[Order | Unreadable]]:
        """The orders made in the last ``days``, oldest first, page by page, whatever their change dates say.

        For the daily sweep: some edits do not move an order's date. Never yields a cursor.
        """
        ...

    def order(self, ref: OrderRef) -> Order | Unreadable:
        """One order as it is now.

        Raises:
            NotFound: the shop says there is none; it may be wrong (a failing database answers the same).
        """
        ...

    def refunds(self, ref: OrderRef) -> Sequence[Refund]:
        """The refunds of an order, oldest first.

        Raises:
            Rejected: one of them cannot be read.
        """
        ...

    def recent_refunds(self, *, since: datetime) -> Sequence[Refund] | None:
        """The refunds made after ``since``, of all orders, oldest first; what cannot be read is left out.

        None: this shop has no such list, and only reading its orders tells of them.
        """
        ...

    def set_state(self, ref: OrderRef, status: str) -> None:
        """Give the order a status of ``statuses``. Repeating it is harmless. The answer is read and compared.

        Raises:
            Rejected: the shop does not know the status, or did not take it.
        """
        ...

    def mark(self, ref: OrderRef, *, document: Document, repeat: bool) -> None:
        """Note on the order which document it became; only the marks and ``set_state`` ever write to a shop.

        In WooCommerce: meta ``_orderbro_document`` and ``_orderbro_state`` and a private note that no
        customer gets. ``repeat``: an earlier try may have got through, so look before adding the note.
        """
        ...

    def mark_refund(self, ref: OrderRef, *, refund: str, document: Document, repeat: bool) -> None:
        """Note on the order which credit one of its refunds became; as ``mark``, and leaves that one's note alone.

        In WooCommerce: meta ``_orderbro_credits`` and a private note.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
